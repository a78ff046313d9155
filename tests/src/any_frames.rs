//! Any bytes at all, put on the wires around a router, or taken for what FTP or DNS says.

use crate::world::world;
use wirestage_core::base::{HostId, LinkId, Rng, Time};
use wirestage_core::program::{Input, Program, Request};
use wirestage_core::timeline::Kind;

/// A program that wants nothing.
struct Silent;

impl Program for Silent {
    fn handle(&mut self, _: Time, _: Input<'_>) {}

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_request(&mut self) -> Option<Request> {
        None
    }
}

/// Puts frames on both sides of a router that translates, helps and filters. Panics where
/// the router does, or where a frame gets lost without a word. The bytes are cut into
/// frames: one byte for the side, two for the length, then the frame.
pub fn through_a_router(data: &[u8]) {
    let mut network = world(Box::new(Silent), Box::new(Silent), true);
    network.start();
    let mut rest = data;
    let mut frames = 0;
    while let [side, high, low, after @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*high, *low]) % 2048).min(after.len());
        let (frame, after) = after.split_at(len);
        let side = u16::from(side & 1);
        network.put(HostId(side), LinkId(side), frame);
        while network.step() {}
        rest = after;
        frames += 1;
        if frames == 64 {
            break;
        }
    }
    while network.step() {}
    let events = network.timeline().events();
    let count = |kind| events.iter().filter(|event| event.kind == kind).count();
    let ended = count(Kind::Delivered) + count(Kind::Dropped);
    assert_eq!(count(Kind::Sent), ended, "each frame ends once");
}

/// Frames for `through_a_router`, made of good ones: cut, joined, changed here and there.
#[must_use]
pub fn spoiled(rng: &mut Rng, good: &[Vec<u8>]) -> Vec<u8> {
    let mut data = Vec::new();
    for _ in 0..=rng.below(8) {
        let mut frame = match rng.below(8) {
            0 => (0..rng.below(200)).map(|_| byte(rng)).collect(),
            _ => good[pick(rng, good.len())].clone(),
        };
        for _ in 0..rng.below(6) {
            if frame.is_empty() {
                break;
            }
            // Headers decide most: most changes go there.
            let reach = frame.len().min(if rng.below(3) == 0 { 2000 } else { 60 });
            let at = pick(rng, reach);
            frame[at] = byte(rng);
        }
        if rng.below(6) == 0 {
            let len = pick(rng, frame.len() + 1);
            frame.truncate(len);
        }
        data.push(byte(rng));
        let len = u16::try_from(frame.len()).expect("a frame is short");
        data.extend_from_slice(&len.to_be_bytes());
        data.extend_from_slice(&frame);
    }
    data
}

fn byte(rng: &mut Rng) -> u8 {
    u8::try_from(rng.below(256)).expect("a byte")
}

fn pick(rng: &mut Rng, below: usize) -> usize {
    usize::try_from(rng.below(below as u64)).expect("an index")
}

/// The bytes as what FTP says: commands, replies, lists, and what a person types. Nothing may
/// panic, and no name may lead out of its folder.
pub fn as_ftp(bytes: &[u8]) {
    use wirestage_core::proto::ftp::{listed, parse, typed};
    parse::fuzz_all(bytes);
    listed::fuzz(bytes);
    typed::fuzz(bytes);
}

/// The bytes as a message about names: nothing may panic, what was read is written and read
/// the same.
pub fn as_dns(bytes: &[u8]) {
    wirestage_core::proto::dns::parse::fuzz(bytes);
}

/// The bytes as what mail says: both sides of SMTP, and a letter. Nothing may panic.
pub fn as_mail(bytes: &[u8]) {
    use wirestage_core::proto::{mail, smtp};
    smtp::fuzz::fuzz(bytes);
    mail::headers::fuzz(bytes);
    mail::read::fuzz(bytes);
}

/// The bytes as what POP3 says, to either side. Nothing may panic.
pub fn as_pop3(bytes: &[u8]) {
    wirestage_core::proto::pop3::fuzz::fuzz(bytes);
}

/// The bytes as a filter: nothing may panic, what is understood can be asked, and a fault points
/// into the filter. At each place of it, what may stand there is known.
pub fn as_filter(bytes: &[u8]) {
    use wirestage_core::dissect::Dissection;
    use wirestage_core::filter::{Filter, Subject, completions};
    let text = String::from_utf8_lossy(bytes);
    let frame = frame();
    match Filter::parse(&text) {
        Ok(filter) => {
            let _ = filter.lets_through(&Subject {
                frame: &frame,
                dissection: &Dissection::of(&frame),
                number: 1,
                nanoseconds: 0,
                comments: &["Ada logs in.".to_owned()],
            });
        }
        Err(fault) => {
            assert!(text.get(fault.at.clone()).is_some(), "{text}: {fault:?}");
            assert!(!fault.says.is_empty());
        }
    }
    for place in [text.len(), text.len() / 2] {
        let found = completions(&text, place);
        assert!(text.get(found.at).is_some(), "{text} at {place}");
    }
}

/// `RETR report.pdf` in TCP, IPv4 and Ethernet.
fn frame() -> Vec<u8> {
    let said = b"RETR report.pdf\r\n";
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    let len = 40 + u8::try_from(said.len()).expect("a short line");
    frame.extend([0x45, 0, 0, len, 0, 1, 0x40, 0, 64, 6, 0, 0]);
    frame.extend([192, 0, 2, 10, 192, 0, 2, 2]);
    frame.extend([
        0xc3, 0x50, 0, 21, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0,
    ]);
    frame.extend(said);
    frame
}

/// The bytes as frames, by themselves and one after the other as one tap sees them: two bytes
/// for the length, then the frame. Each byte of a frame is in one layer, and in a field of it.
pub fn as_frames(bytes: &[u8]) {
    use wirestage_core::dissect::{Dissection, Talks, shown};
    let mut frames: Vec<&[u8]> = vec![bytes];
    let mut rest = bytes;
    while let [high, low, after @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*high, *low]) % 2048).min(after.len());
        let (frame, behind) = after.split_at(len);
        frames.push(frame);
        rest = behind;
    }
    let mut talks = Talks::new();
    let mut dissection = Dissection::default();
    let numbered = || (1..).zip(&frames);
    let find = |number: u32| {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        frames.get(index).copied()
    };
    for (number, frame) in numbered() {
        dissection.follow(number, frame, &mut talks, &find);
        whole(&dissection, frame);
    }
    for (number, frame) in numbered() {
        dissection.read_again(number, frame, &talks, &find);
        whole(&dissection, frame);
        let _ = shown(&dissection, frame);
        dissection.read(frame);
        whole(&dissection, frame);
    }
}

/// The layers follow each other from the frame's first byte to its last, and each byte of a layer
/// is in one of its fields, but for spaces between words. Of what was put together, every range lies inside it.
fn whole(dissection: &wirestage_core::dissect::Dissection, frame: &[u8]) {
    let mut at = 0;
    for layer in dissection.layers() {
        let source = dissection.source(frame, layer.source);
        assert!(layer.range.end <= source.len(), "{layer:?}");
        let fields = dissection.fields_of(layer);
        for field in fields {
            let source = dissection.source(frame, field.source);
            assert!(field.range.end <= source.len(), "{field:?}");
        }
        if layer.source > 0 {
            continue;
        }
        assert_eq!(layer.range.start, at, "{layer:?}");
        at = layer.range.end;
        let mut next = layer.range.start;
        for field in fields.iter().filter(|f| !f.kind.derived && f.source == 0) {
            // A space alone may stand between two words.
            let space = usize::from(frame.get(next) == Some(&b' '));
            assert!(field.range.start <= next + space, "a gap before {field:?}");
            next = next.max(field.range.end);
        }
        assert_eq!(next, layer.range.end, "the end of {layer:?}");
    }
    assert_eq!(at, frame.len());
}
