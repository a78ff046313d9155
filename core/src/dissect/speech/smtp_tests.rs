//! Letters are handed over in whatever pieces TCP makes of it, and each byte is explained.

use crate::base::Rng;
use crate::dissect::table::mail::{IMF, imf};
use crate::dissect::table::smtp::dialogue as s;
use crate::dissect::table::transport::TCP;
use crate::dissect::{Dissection, Field, FieldKind, Talks};
use etherparse::PacketBuilder;

/// A connection to a mail server, as one tap sees it. The first frame has number 1.
pub(super) struct Wire {
    pub frames: Vec<Vec<u8>>,
    seq: [u32; 2],
}

const CLIENT: usize = 0;
const SERVER: usize = 1;
const PORTS: [u16; 2] = [50_000, 25];

impl Wire {
    pub fn new() -> Self {
        Self {
            frames: Vec::new(),
            seq: [1000, u32::MAX - 20],
        }
    }

    /// One whose client may hand in a letter now.
    pub fn before_a_letter() -> Self {
        let mut wire = Self::new();
        wire.server(b"220 mx.example.net\r\n");
        wire.client(b"DATA\r\n");
        wire.server(b"354 Go on\r\n");
        wire
    }

    pub fn client(&mut self, said: &[u8]) -> &mut Self {
        self.frame(CLIENT, self.seq[CLIENT], said);
        self.seq[CLIENT] = self.seq[CLIENT].wrapping_add(u32::try_from(said.len()).unwrap());
        self
    }

    pub fn server(&mut self, said: &[u8]) -> &mut Self {
        self.frame(SERVER, self.seq[SERVER], said);
        self.seq[SERVER] = self.seq[SERVER].wrapping_add(u32::try_from(said.len()).unwrap());
        self
    }

    fn frame(&mut self, side: usize, seq: u32, said: &[u8]) {
        let mut frame = Vec::new();
        PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4([192, 0, 2, 1], [192, 0, 2, 1], 64)
            .tcp(PORTS[side], PORTS[1 - side], seq, 500)
            .ack(self.seq[1 - side])
            .write(&mut frame, said)
            .unwrap();
        self.frames.push(frame);
    }

    /// What is known of each frame once all are seen.
    pub fn read(&self) -> Vec<Dissection> {
        let frames = |number: u32| {
            let index = usize::try_from(number).unwrap().checked_sub(1)?;
            Some(self.frames.get(index)?.as_slice())
        };
        let mut talks = Talks::new();
        let numbered = || (1..).zip(&self.frames);
        for (number, frame) in numbered() {
            let mut first = Dissection::default();
            first.follow(number, frame, &mut talks, &frames);
            check(&first, frame);
        }
        let read = numbered().map(|(number, frame)| {
            let mut again = Dissection::default();
            again.read_again(number, frame, &talks, &frames);
            check(&again, frame);
            again
        });
        read.collect()
    }

    /// The values of this kind, frame by frame: `8: QUIT`.
    pub fn values(&self, kind: &'static FieldKind) -> Vec<String> {
        let mut all = Vec::new();
        for (index, read) in self.read().iter().enumerate() {
            for field in &fields(read, kind) {
                let value = read.value(field, &self.frames[index]);
                all.push(format!("{}: {value}", index + 1));
            }
        }
        all
    }

    /// The bytes of all that was put together as a letter.
    pub fn letters(&self) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        for read in self.read() {
            let layers = read.layers().iter();
            for layer in layers.filter(|layer| std::ptr::eq(layer.kind, &IMF)) {
                all.push(read.source(&[], layer.source).to_vec());
            }
        }
        all
    }
}

pub(super) fn fields(read: &Dissection, kind: &'static FieldKind) -> Vec<Field> {
    let fields = read.fields().iter();
    let of_kind = fields.filter(|field| std::ptr::eq(field.kind, kind));
    of_kind.cloned().collect()
}

/// In each source the layers follow each other from the first byte to the last, and each byte
/// of a layer is in one of its fields.
pub(super) fn check(read: &Dissection, frame: &[u8]) {
    for source in 0..=read.gathered().len() {
        let source = u8::try_from(source).unwrap();
        let bytes = read.source(frame, source);
        let mut at = 0;
        for layer in read.layers().iter().filter(|layer| layer.source == source) {
            assert_eq!(layer.range.start, at, "{layer:?}");
            at = layer.range.end;
            let mut next = layer.range.start;
            for field in read.fields_of(layer) {
                let space = usize::from(bytes.get(next) == Some(&b' '));
                assert_eq!(field.source, source);
                assert!(field.range.start <= next + space, "a gap before {field:?}");
                assert!(field.range.end <= layer.range.end, "outside: {field:?}");
                assert!(!field.range.is_empty(), "{field:?}");
                next = next.max(field.range.end);
                let _ = read.value(field, frame);
            }
            assert_eq!(next, layer.range.end, "the end of {layer:?}");
        }
        assert_eq!(at, bytes.len());
    }
}

/// From a greeting to a goodbye, with a login, a letter and commands that do not wait.
fn visit() -> Wire {
    let mut wire = Wire::new();
    wire.server(b"220 mx.example.net ESMTP\r\n")
        .client(b"EHLO laptop\r\n")
        .server(b"250-mx.example.net\r\n250-PIPELINING\r\n250 SIZE 1000\r\n")
        .client(b"AUTH LOGIN\r\n")
        .server(b"334 VXNlcm5hbWU6\r\n")
        .client(b"YWRh\r\n")
        .server(b"334 UGFzc3dvcmQ6\r\n")
        .client(b"c2VjcmV0\r\n")
        .server(b"235 2.7.0 Welcome\r\n")
        .client(
            b"MAIL FROM:<ada@example.org> SIZE=40 X=1\r\nRCPT TO:<grace@example.net>\r\nDATA\r\n",
        )
        .server(b"250 2.1.0 OK\r\n250 2.1.5 OK\r\n354 Go on\r\n")
        .client(b"Subject: Lunch?\r\n\r\nDear Grace,\r\n.\r\nQUIT\r\n")
        .server(b"250 2.0.0 OK\r\n221 Bye\r\n");
    wire
}

#[test]
fn a_reply_answers_the_oldest_command_that_waits() {
    let wire = visit();
    let answers = wire.values(&s::ANSWERS);
    let expected = [
        "1: the connection",
        "3: EHLO",
        "5: AUTH",
        "7: AUTH",
        "9: AUTH",
        "11: MAIL",
        "11: RCPT",
        "11: DATA",
        "13: letter",
        "13: QUIT",
    ];
    assert_eq!(answers, expected);
    let frames = wire.values(&s::ANSWERS_FRAME);
    let expected = [
        "3: 2", "5: 4", "7: 6", "9: 8", "11: 10", "11: 10", "11: 10", "13: 12", "13: 12",
    ];
    assert_eq!(frames, expected);
    let answered = wire.values(&s::ANSWERED_IN);
    let expected = [
        "2: 3", "4: 5", "6: 7", "8: 9", "10: 11", "10: 11", "10: 11", "12: 13", "12: 13",
    ];
    assert_eq!(answered, expected);
}

#[test]
fn commands_and_replies_say_what_is_in_them() {
    let wire = visit();
    assert_eq!(wire.values(&s::FROM), ["10: ada@example.org"]);
    assert_eq!(wire.values(&s::TO), ["10: grace@example.net"]);
    assert_eq!(wire.values(&s::SIZE), ["10: SIZE=40"]);
    assert_eq!(wire.values(&s::OTHER_PARAMETER), ["10: X=1"]);
    assert_eq!(
        wire.values(&s::EXTENSION),
        ["3: PIPELINING", "3: SIZE 1000"]
    );
    assert_eq!(wire.values(&s::MECHANISM), ["4: LOGIN"]);
    assert_eq!(wire.values(&s::ASKED_FOR), ["5: Username:", "7: Password:"]);
    assert_eq!(wire.values(&s::USER), ["6: ada"]);
    assert_eq!(wire.values(&s::PASSWORD), ["8: secret"]);
    let codes = wire.values(&s::ENHANCED_CODE);
    assert_eq!(codes, ["9: 2.7.0", "11: 2.1.0", "11: 2.1.5", "13: 2.0.0"]);
    let means = wire.values(&s::ENHANCED_MEANS);
    assert_eq!(means[0], "9: done, about what is allowed");
    assert_eq!(wire.values(&s::TEXT).last().unwrap(), "13: Bye");
}

#[test]
fn plain_tells_name_and_password_at_once_or_when_it_is_asked() {
    let mut wire = Wire::new();
    wire.server(b"220 mx\r\n")
        .client(b"AUTH PLAIN AGFkYQBzZWNyZXQ=\r\n")
        .server(b"535 No\r\n")
        .client(b"AUTH PLAIN\r\n")
        .server(b"334 \r\n")
        .client(b"AGFkYQBzZWNyZXQ=\r\n")
        .server(b"235 Yes\r\n")
        .client(b"AGFkYQBzZWNyZXQ=\r\n");
    assert_eq!(wire.values(&s::USER), ["2: ada", "6: ada"]);
    assert_eq!(wire.values(&s::PASSWORD), ["2: secret", "6: secret"]);
}

#[test]
fn a_command_in_two_segments_is_one_command() {
    let mut wire = Wire::new();
    wire.server(b"220 mx\r\n")
        .client(b"MAIL FROM:<ada@e")
        .client(b"xample.org>\r\nNOOP\r\n")
        .server(b"250 OK\r\n25")
        .server(b"0 OK\r\n");
    assert_eq!(wire.values(&s::FROM), ["3: ada@example.org"]);
    assert_eq!(wire.values(&s::COMMAND), ["3: NOOP", "3: MAIL"]);
    assert_eq!(
        wire.values(&s::ANSWERS),
        ["1: the connection", "4: MAIL", "5: NOOP"]
    );
    let read = wire.read();
    let from = &fields(&read[2], &s::FROM)[0];
    let span = read[2].span(from.source, &from.range);
    let frames: Vec<u32> = span.iter().map(|piece| piece.frame).collect();
    assert_eq!(frames, [2, 3], "the address lies in both");
}

#[test]
fn a_letter_over_forty_segments_is_whole_in_the_last() {
    let line = b"0123456789012345678901234567890123456789012345678901234567\r\n";
    let letter = [&b"Subject: Long\r\n\r\n"[..], &line.repeat(100)].concat();
    let wired = [&letter[..], b".\r\n"].concat();
    let mut wire = Wire::before_a_letter();
    for part in wired.chunks(wired.len().div_ceil(40)) {
        wire.client(part);
    }
    wire.server(b"250 OK\r\n");
    assert_eq!(wire.letters(), std::slice::from_ref(&letter));
    assert_eq!(wire.values(&s::FRAGMENTS), ["43: 40"]);
    assert_eq!(
        wire.values(&s::GATHERED),
        [format!("43: {} bytes", letter.len())]
    );
    let told = wire.values(&s::GATHERED_IN);
    assert_eq!(told.len(), 39);
    assert!(told.iter().all(|told| told.ends_with(": 43")), "{told:?}");
    assert_eq!(wire.values(&s::ANSWERS).last().unwrap(), "44: letter");
    assert_eq!(wire.values(&s::FRAGMENT).len(), 40);
    assert_eq!(wire.values(&imf::SUBJECT), ["43: Long"]);
}

#[test]
fn the_dot_is_found_wherever_segments_are_cut() {
    let letter: &[u8] = b"..a\r\n.\rb\n.\r\n.c\r\n\r\n";
    let wired = [letter, b".\r\nQUIT\r\n"].concat();
    for first in 0..=wired.len() {
        for second in first..=wired.len() {
            let mut wire = Wire::before_a_letter();
            for part in [&wired[..first], &wired[first..second], &wired[second..]] {
                if !part.is_empty() {
                    wire.client(part);
                }
            }
            wire.server(b"250 OK\r\n221 Bye\r\n");
            assert_eq!(wire.letters(), [letter], "cut at {first} and {second}");
            assert_eq!(wire.values(&s::END_OF_LETTER).len(), 1);
            let answers = wire.values(&s::ANSWERS);
            assert!(answers[2].ends_with("letter"), "{answers:?}");
            assert!(answers[3].ends_with("QUIT"), "{answers:?}");
        }
    }
}

#[test]
fn what_is_sent_again_or_comes_too_early_changes_nothing() {
    let letter: &[u8] = b"Subject: One\r\n\r\nTwo, three and four.\r\n";
    let wired = [letter, b".\r\n"].concat();
    let mut wire = Wire::before_a_letter();
    let seq = wire.seq[CLIENT];
    let mut part = |range: std::ops::Range<usize>| {
        let at = seq + u32::try_from(range.start).unwrap();
        wire.frame(CLIENT, at, &wired[range]);
    };
    part(0..10);
    part(20..30);
    part(0..10);
    part(5..20);
    part(30..wired.len() - 2);
    part(30..wired.len());
    wire.seq[CLIENT] += u32::try_from(wired.len()).unwrap();
    wire.server(b"250 OK\r\n");
    assert_eq!(wire.letters(), [letter]);
    assert_eq!(wire.values(&s::ANSWERED_IN).last().unwrap(), "9: 10");
    let whole_in = wire.values(&s::GATHERED_IN);
    assert_eq!(whole_in, ["4: 9", "5: 9", "7: 9", "8: 9"]);
}

#[test]
fn a_server_that_does_not_want_the_letter_gets_commands() {
    let mut wire = Wire::new();
    wire.server(b"220 mx\r\n")
        .client(b"DATA\r\n")
        .server(b"503 Nobody is named\r\n")
        .client(b"Quit\r\n");
    assert_eq!(wire.values(&s::COMMAND), ["2: DATA", "4: Quit"]);
    let mut wire = Wire::before_a_letter();
    wire.client(b"Subject: Slow\r\n")
        .server(b"421 Too slow\r\n")
        .client(b"NOOP\r\n");
    assert_eq!(
        wire.values(&s::ANSWERS).last().unwrap(),
        "5: the connection"
    );
    assert_eq!(wire.values(&s::COMMAND), ["2: DATA", "6: NOOP"]);
}

#[test]
fn what_goes_on_in_secret_is_bytes() {
    let mut wire = Wire::new();
    wire.server(b"220 mx\r\n")
        .client(b"STARTTLS\r\n")
        .server(b"220 Go on\r\n")
        .client(b"\x16\x03\x01\x00\n")
        .server(b"250 no reply\r\n");
    assert_eq!(wire.values(&s::COMMAND), ["2: STARTTLS"]);
    assert_eq!(wire.values(&s::REPLY).len(), 2);
}

#[test]
fn a_capture_may_begin_within_a_letter() {
    let mut wire = Wire::new();
    wire.client(b"Help is near.\r\nData are rare.\r\n")
        .client(b".\r\nMAIL FROM:<>\r\n")
        .server(b"250 OK\r\n250 OK\r\n");
    let lines = wire.values(&s::LINE);
    assert_eq!(lines, ["1: Help is near.", "1: Data are rare."]);
    assert_eq!(wire.values(&s::ANSWERS), ["3: letter", "3: MAIL"]);
    assert_eq!(wire.values(&s::END_OF_LETTER), ["2: ."]);
    assert_eq!(wire.values(&s::FROM), ["2: <>"]);
    let mut wire = Wire::new();
    wire.server(b"354 Go on\r\n")
        .client(b"MAIL is fun.\r\n.\r\n");
    assert_eq!(wire.letters(), [b"MAIL is fun.\r\n"]);
}

#[test]
fn letters_in_chunks_have_no_dot() {
    let mut wire = Wire::new();
    wire.server(b"220 mx\r\n")
        .client(b"BDAT 6\r\nTo: a\nBDAT 9 LAST\r\n\r\n")
        .client(b"\n.\r\n.\r\nQUIT\r\n")
        .server(b"250 OK\r\n250 OK\r\n221 Bye\r\n");
    assert_eq!(wire.letters(), [b"To: a\n\r\n\n.\r\n.\r\n"]);
    let answers = wire.values(&s::ANSWERS);
    assert_eq!(answers[1..], ["4: BDAT", "4: BDAT", "4: QUIT"]);
}

#[test]
fn no_bytes_are_too_odd_for_a_dialogue() {
    let mut rng = Rng::from_seed(25);
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    let visit = visit();
    let tcp = |frame: &Vec<u8>| {
        let read = Dissection::of(frame);
        let mut layers = read.layers().iter();
        let tcp = layers
            .rfind(|layer| std::ptr::eq(layer.kind, &TCP))
            .unwrap();
        tcp.range.end
    };
    for _ in 0..1500 {
        let mut wire = Wire::new();
        wire.frames.clone_from(&visit.frames);
        for _ in 0..=below(6) {
            let index = below(wire.frames.len());
            let frame = &mut wire.frames[index];
            let payload = tcp(frame);
            let at = payload + below(frame.len() - payload);
            match below(4) {
                0 => frame[at] = b"\r\n. -2"[below(6)],
                1 => frame[at] = u8::try_from(below(256)).unwrap(),
                // The sequence number: bytes come again, or early.
                2 => frame[41] = frame[41].wrapping_add(u8::try_from(below(20)).unwrap()),
                _ => wire.frames.swap(index, index / 2),
            }
        }
        wire.read();
    }
}
