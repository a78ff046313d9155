//! Messages as bytes: judged by another's codec, damaged, and lying.

use super::message::{Extensions, Header, Message, Question, Rcode};
use super::parse::{Fault, Section, fuzz, parse};
use super::types::{Data, Kind, Record, Soa};
use super::{Name, Stream, StreamEnd, StreamReport, emit, meaning};
use crate::base::{Duration, Rng, Time};
use crate::proto::engine::{Engine, Output};
use crate::proto::laws;

fn below(rng: &mut Rng, bound: u64) -> usize {
    usize::try_from(rng.below(bound)).unwrap()
}

fn byte(rng: &mut Rng) -> u8 {
    u8::try_from(rng.below(256)).unwrap()
}

fn name(rng: &mut Rng) -> Name {
    let ends = ["", "net", "example.net", "mx1.example.net", "a.b.c.d.e.f"];
    let mut labels: Vec<Vec<u8>> = Vec::new();
    for _ in 0..rng.below(4) {
        let most = if rng.below(9) == 0 { 63 } else { 8 };
        let len = 1 + below(rng, most);
        let odd = rng.below(9) == 0;
        let letter = |rng: &mut Rng| match odd {
            true => byte(rng).to_ascii_lowercase(),
            false => b'a' + byte(rng) % 26,
        };
        labels.push((0..len).map(|_| letter(rng)).collect());
    }
    let end = ends[below(rng, 5)].split('.').filter(|l| !l.is_empty());
    labels.extend(end.map(|label| label.as_bytes().to_vec()));
    let name = Name::from_labels(labels.iter().map(Vec::as_slice));
    assert!(name.is_whole());
    name
}

fn number(rng: &mut Rng) -> u32 {
    u32::try_from(rng.below(1 << 31)).unwrap()
}

fn data(rng: &mut Rng) -> Data {
    match rng.below(9) {
        0 => Data::A(number(rng).into()),
        1 => Data::Aaaa((u128::from(rng.next_u64()) << 17).into()),
        2 => Data::Ns(name(rng)),
        3 => Data::Cname(name(rng)),
        4 => Data::Ptr(name(rng)),
        5 => Data::Mx(u16::from(byte(rng)), name(rng)),
        6 => Data::Txt(
            (0..=rng.below(3))
                .map(|_| "ä".repeat(below(rng, 127)))
                .collect(),
        ),
        7 => Data::Soa(Box::new(Soa {
            server: name(rng),
            person: name(rng),
            serial: number(rng),
            refresh: number(rng),
            retry: number(rng),
            expire: number(rng),
            minimum: number(rng),
        })),
        _ => Data::Other(65_400, (0..rng.below(40)).map(|_| byte(rng)).collect()),
    }
}

fn records(rng: &mut Rng) -> Vec<Record> {
    let record = |rng: &mut Rng| Record {
        name: name(rng),
        ttl_s: number(rng),
        data: data(rng),
    };
    (0..rng.below(6)).map(|_| record(rng)).collect()
}

fn message(rng: &mut Rng) -> Message {
    let kinds = [Kind::A, Kind::Mx, Kind::Aaaa, Kind::Soa, Kind::Any];
    let question = Question {
        name: name(rng),
        kind: kinds[below(rng, 5)],
    };
    let size = 512 + u16::from(byte(rng));
    let extensions = (rng.below(2) == 0).then_some(Extensions { size, version: 0 });
    let flag = |rng: &mut Rng| rng.below(2) == 0;
    Message {
        header: Header {
            id: u16::from(byte(rng)) << 7,
            is_answer: flag(rng),
            opcode: 0,
            authoritative: flag(rng),
            truncated: flag(rng),
            wants_recursion: flag(rng),
            offers_recursion: flag(rng),
            rcode: Rcode(u16::try_from(rng.below(6)).unwrap()),
        },
        questions: vec![question],
        answers: records(rng),
        authority: records(rng),
        additional: records(rng),
        extensions,
    }
}

#[test]
fn what_is_written_is_read_the_same_here_and_by_another() {
    let mut rng = Rng::from_seed(53);
    for _ in 0..3000 {
        let message = message(&mut rng);
        let bytes = emit::whole(&message);
        let parsed = parse(&bytes);
        assert_eq!((parsed.fault, parsed.end), (None, bytes.len()));
        assert_eq!(parsed.message().as_ref(), Some(&message));
        let judge = simple_dns::Packet::parse(&bytes).expect("another reads it");
        assert_eq!(judge.id(), message.header.id);
        assert_eq!(judge.answers.len(), message.answers.len());
        assert_eq!(judge.opt().is_some(), message.extensions.is_some());
        for again in [judge.build_bytes_vec(), judge.build_bytes_vec_compressed()] {
            let again = parse(&again.expect("another writes it"));
            assert_eq!(again.message().as_ref(), Some(&message));
        }
    }
}

#[test]
fn each_part_knows_its_place() {
    let question = Question {
        name: Name::new("example.net"),
        kind: Kind::Mx,
    };
    let mut message = Message::ask(7, question, true);
    message.header.is_answer = true;
    message.answers.push(Record {
        name: Name::new("example.net"),
        ttl_s: 9,
        data: Data::Mx(10, Name::new("mx1.example.net")),
    });
    let bytes = emit::whole(&message);
    let parsed = parse(&bytes);
    let asked = &parsed.questions[0];
    assert_eq!(asked.span.of(&bytes), b"\x07example\x03net\0\0\x0f\0\x01");
    assert_eq!(asked.name.of(&bytes), b"\x07example\x03net\0");
    let found = &parsed.records[0];
    assert_eq!(found.section, Section::Answer);
    // The name points to the question's, and so does the end of the exchanger's.
    assert_eq!(found.name.of(&bytes), b"\xc0\x0c");
    assert_eq!(found.data.of(&bytes), b"\0\x0a\x03mx1\xc0\x0c");
    assert_eq!(found.span.end as usize, bytes.len());
}

/// A header that speaks of so many questions and answers, and what follows.
fn raw(questions: u16, answers: u16, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 7, 1, 0];
    bytes.extend(questions.to_be_bytes());
    bytes.extend(answers.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(rest);
    bytes
}

#[test]
fn a_message_that_lies_is_read_as_far_as_it_goes() {
    let fault = |rest: &[u8]| parse(&raw(1, 0, rest)).fault;
    assert_eq!(parse(b"\0\x07").fault, Some(Fault::Cut));
    assert_eq!(fault(b""), Some(Fault::Cut));
    assert_eq!(
        fault(b"\xc0\x0c\0\x01\0\x01"),
        Some(Fault::Pointer),
        "to itself"
    );
    assert_eq!(fault(b"\xc0\x0e\xc0\x0c"), Some(Fault::Pointer), "forward");
    assert_eq!(fault(b"\x01a\xc0\x0c"), Some(Fault::Pointer), "around");
    assert_eq!(fault(b"\x41a\0"), Some(Fault::Label));
    let long: Vec<u8> = [&b"\x3f"[..], &[b'a'; 63]].concat().repeat(4);
    assert_eq!(fault(&long), Some(Fault::LongName));
    let record = |len: u8, data: &[u8]| {
        let head = [&b"\0\0\x01\0\x01\0\0\0\x09\0"[..], &[len]].concat();
        parse(&raw(0, 1, &[&head, data].concat()))
    };
    assert_eq!(record(4, b"\x01\x02\x03\x04").fault, None);
    assert_eq!(
        record(5, b"\x01\x02\x03\x04\x05").fault,
        Some(Fault::Length)
    );
    assert_eq!(record(3, b"\x01\x02\x03").fault, Some(Fault::Cut));
    assert_eq!(record(200, b"\x01\x02\x03\x04").fault, Some(Fault::Cut));
    let parsed = parse(&raw(10_000, 0, &b"\x01a\0\0\x01\0\x01".repeat(5000)));
    assert_eq!(parsed.questions.len(), 5000);
    assert_eq!((parsed.fault, parsed.message()), (Some(Fault::Cut), None));
}

#[test]
fn pointers_upon_pointers_end() {
    // Each points to the one before it, as far back as it goes.
    let mut rest = b"\x01a\0".to_vec();
    for at in 0..8000_u16 {
        let to = if at == 0 { 12 } else { 15 + 2 * (at - 1) };
        rest.extend((0xc000 | to).to_be_bytes());
    }
    let parsed = parse(&raw(u16::MAX, 0, &rest));
    assert!(parsed.fault.is_some());
}

#[test]
fn no_bytes_are_too_odd() {
    let mut rng = Rng::from_seed(99);
    for round in 0..30_000 {
        let bytes: Vec<u8> = match round % 4 {
            0 => (0..rng.below(80)).map(|_| byte(&mut rng)).collect(),
            _ => laws::mutate(&emit::whole(&message(&mut rng)), &mut rng),
        };
        fuzz(&bytes);
    }
}

#[test]
fn what_has_no_room_is_left_out_by_sections() {
    let record = |name: &str, data| Record {
        name: Name::new(name),
        ttl_s: 60,
        data,
    };
    let question = Question {
        name: Name::new("example.net"),
        kind: Kind::Mx,
    };
    let mut message = Message::answer_to(&Header::default(), Some(question), Rcode::NO_ERROR);
    let hosts = || (0..20).map(|n| Name::new(&format!("mx{n}.example.net")));
    message.answers = hosts()
        .map(|h| record("example.net", Data::Mx(1, h)))
        .collect();
    message.additional = hosts()
        .map(|h| record(&h.0, Data::A([192, 0, 2, 1].into())))
        .collect();
    message.extensions = Some(Extensions::default());
    let cut = |message: &Message, most| {
        let bytes = emit::within(message, most);
        assert!(bytes.len() <= most);
        let message = parse(&bytes).message().unwrap();
        assert!(message.extensions.is_some());
        let parts = [&message.answers, &message.authority, &message.additional];
        (parts.map(Vec::len), message.header.truncated)
    };
    assert_eq!(cut(&message, 2000), ([20, 0, 20], false));
    // Addresses are a kindness: without them nothing is missing (RFC 2181 §9).
    assert_eq!(cut(&message, 512), ([20, 0, 0], false));
    assert_eq!(cut(&message, 200), ([0, 0, 0], true));
    // Who is sent on needs them.
    message.authority = hosts()
        .map(|h| record("example.net", Data::Ns(h)))
        .collect();
    message.answers.clear();
    assert_eq!(cut(&message, 2000), ([0, 20, 20], false));
    assert_eq!(cut(&message, 512), ([0, 20, 0], true));
}

#[test]
fn meanings_are_short() {
    let mut rng = Rng::from_seed(3);
    for _ in 0..2000 {
        let message = message(&mut rng);
        let question = meaning::question(&message.questions[0]);
        for meaning in [question, meaning::answer(&message)] {
            let words = meaning.text.split_whitespace().count();
            assert!(words <= 12, "{}", meaning.text);
            assert!(meaning.reference.starts_with("RFC "));
        }
    }
}

#[test]
fn a_stream_keeps_the_laws() {
    let ask = emit::whole(&message(&mut Rng::from_seed(1)));
    let framed = |bytes: &[u8]| {
        let len = u16::try_from(bytes.len()).unwrap();
        [&len.to_be_bytes()[..], bytes].concat()
    };
    let twice = [framed(&ask), framed(b""), framed(&ask)].concat();
    let scripts = [
        laws::says(&framed(&ask)),
        laws::says(&twice),
        laws::says(b"\xff\xffabc"),
    ];
    let new = || Stream::new(Time::ZERO, Duration::from_secs(30));
    laws::check(2000, &scripts, new, |stream, now, report| match report {
        StreamReport::Message(bytes) if bytes.len() > 30 => stream.send(now, bytes),
        StreamReport::Message(bytes) if bytes.len() > 20 => stream.finish(),
        _ => {}
    });
}

#[test]
fn who_drips_is_not_waited_for() {
    let mut stream = Stream::new(Time::ZERO, Duration::from_secs(30));
    let mut now = Time::ZERO;
    for _ in 0..29 {
        now += Duration::from_secs(1);
        stream.handle_input(now, b"\x7f");
        assert_eq!(stream.poll_output(), None);
    }
    now += Duration::from_secs(1);
    stream.handle_timeout(now);
    let ended = StreamReport::Ended(StreamEnd::Idle);
    assert_eq!(stream.poll_output(), Some(Output::Report(ended)));
    assert_eq!(stream.poll_output(), Some(Output::Finish));
}
