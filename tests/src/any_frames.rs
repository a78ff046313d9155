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
