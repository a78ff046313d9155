//! Questions about names, and which answer belongs to which.

use crate::dissect::ShownLayer;
use crate::dissect::scene::{Scene, read, said, torment, values};
use crate::dissect::{Dissection, layers};
use crate::proto::dns::{Data, Kind, Message, Name, Question, Rcode, Record, emit};
use etherparse::PacketBuilder;

fn question() -> Question {
    Question {
        name: Name::new("mail.example.net"),
        kind: Kind::A,
    }
}

fn asks(number: u16) -> Vec<u8> {
    emit::whole(&Message::ask(number, question(), true))
}

fn answers(number: u16) -> Vec<u8> {
    let asked = Message::ask(number, question(), true);
    let question = Some(question());
    let mut message = Message::answer_to(&asked.header, question, Rcode::NO_ERROR);
    message.answers.push(Record {
        name: Name::new("mail.example.net"),
        ttl_s: 60,
        data: Data::A([192, 0, 2, 7].into()),
    });
    emit::whole(&message)
}

/// A datagram from a client's port to the server (0), or back (1).
fn datagram(side: usize, client: u16, message: &[u8]) -> Vec<u8> {
    let (from, to, ports) = match side {
        0 => ([192, 0, 2, 1], [192, 0, 2, 2], (client, 53)),
        _ => ([192, 0, 2, 2], [192, 0, 2, 1], (53, client)),
    };
    let ip = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(from, to, 64);
    let mut frame = Vec::new();
    let udp = ip.udp(ports.0, ports.1);
    udp.write(&mut frame, message).unwrap();
    frame
}

fn told(frames: &[Vec<ShownLayer>], filter: &str) -> Vec<String> {
    let each = frames.iter().map(|frame| values(frame, filter).join(" "));
    each.collect()
}

#[test]
fn an_answer_finds_its_question_by_number_and_ends() {
    let frames = read(&[
        datagram(0, 1111, &asks(7)),
        datagram(0, 2222, &asks(7)),
        datagram(0, 1111, &asks(8)),
        datagram(1, 1111, &answers(8)),
        datagram(1, 2222, &answers(7)),
        datagram(1, 3333, &answers(7)),
        datagram(1, 1111, &answers(7)),
    ]);
    let to = told(&frames, "dns.response_to");
    assert_eq!(to, ["", "", "", "3", "2", "", "1"]);
    let given = told(&frames, "dns.response_in");
    assert_eq!(given, ["7", "5", "4", "", "", "", ""]);
}

#[test]
fn a_question_asked_again_is_answered_by_the_same_answer() {
    let frames = read(&[
        datagram(0, 1111, &asks(7)),
        datagram(0, 1111, &asks(7)),
        datagram(1, 1111, &answers(7)),
        datagram(1, 1111, &answers(7)),
        datagram(0, 1111, &asks(7)),
        datagram(1, 1111, &answers(7)),
    ]);
    let to = told(&frames, "dns.response_to");
    assert_eq!(to[..3], ["", "", "1"]);
    assert_eq!(to[5], "5", "the number is used again");
    let given = told(&frames, "dns.response_in");
    assert_eq!(given, ["3", "3", "", "", "6", ""]);
}

fn behind_lengths(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut all = Vec::new();
    for message in messages {
        all.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
        all.extend(message);
    }
    all
}

#[test]
fn messages_of_a_stream_are_whole_whatever_segments_they_come_in() {
    for size in [1, 2, 13, 34, 35, 60, 200] {
        let mut scene = Scene::new(53);
        scene.bit_by_bit(0, &behind_lengths(&[asks(1), asks(2)]), size);
        let asked = scene.frames.len();
        scene.bit_by_bit(1, &behind_lengths(&[answers(2), answers(1)]), size);
        let frames = scene.read();
        let of = |filter: &str| -> Vec<&str> {
            let all = frames.iter().flat_map(|frame| values(frame, filter));
            all.collect()
        };
        assert_eq!(of("dns.id"), ["0x0001", "0x0002", "0x0002", "0x0001"]);
        assert_eq!(of("dns.a"), ["192.0.2.7"; 2]);
        assert_eq!(of("dns.qry.name"), ["mail.example.net"; 4]);
        let mut to: Vec<usize> = of("dns.response_to")
            .iter()
            .map(|frame| frame.parse().unwrap())
            .collect();
        to.reverse();
        assert!(to.is_sorted() && *to.last().unwrap() <= asked, "{to:?}");
        assert_eq!(of("dns.response_in").len(), 2);
    }
}

#[test]
fn a_message_that_never_ends_is_a_part() {
    let mut scene = Scene::new(53);
    let all = behind_lengths(&[asks(1)]);
    scene.say(0, &all[..20]).end(0);
    let frames = scene.read();
    assert_eq!(said(&frames[4]), ["DNS"]);
    let parts = frames[4].iter().flat_map(|layer| &layer.fields);
    let parts: Vec<_> = parts.map(|field| field.kind.filter).collect();
    assert!(parts.contains(&"wirestage.dns.part"), "{parts:?}");
}

#[test]
fn a_broken_message_is_read_as_far_as_it_goes_and_says_why() {
    let whole = answers(7);
    // Behind the question there is the answer's name: a pointer.
    let name = asks(7).len();
    let mut forward = whole.clone();
    forward[name..name + 2].copy_from_slice(&[0xc0, 0xff]);
    let mut label = whole.clone();
    label[name] = 0x80;
    let mut long = whole.clone();
    long[name + 11] = 3;
    for (message, why) in [
        (&whole[..6], "the message ends too early"),
        (&whole[..20], "the message ends too early"),
        (&whole[..whole.len() - 1], "the message ends too early"),
        (&forward, "a name points to where it cannot"),
        (&label, "a name has a label of a kind that does not exist"),
        (&long, "a record is not as long as it says"),
    ] {
        let frame = datagram(1, 1111, message);
        let dissection = Dissection::of(&frame);
        let stop = dissection.stop().expect(why);
        assert_eq!(stop.why, why);
        let layers = layers(&frame);
        let last = layers.last().unwrap();
        assert_eq!((last.name, last.range.end), ("DNS", frame.len()));
        assert!(stop.at <= frame.len());
    }
    let whole = datagram(1, 1111, &whole);
    assert_eq!(Dissection::of(&whole).stop(), None);
}

#[test]
fn no_bytes_are_too_odd() {
    let mut scene = Scene::new(53);
    scene.bit_by_bit(0, &behind_lengths(&[asks(1), asks(2)]), 40);
    scene.bit_by_bit(1, &behind_lengths(&[answers(2), answers(1)]), 60);
    scene.frames.push(datagram(0, 1111, &asks(7)));
    scene.frames.push(datagram(1, 1111, &answers(7)));
    torment(&scene.frames, 53, 500);
}
