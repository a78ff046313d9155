//! What earlier and later frames say about one: numbers counted from the connection's beginning,
//! what is acknowledged, sent again, or belongs to a message over several frames.
//!
//! Frames are followed once, in their order, as one tap saw them: a frame that is seen at two
//! taps counts as sent twice. What is found is kept by frame, so that each can be read again.

mod fragments;
#[cfg(test)]
mod fragments_tests;
mod half;
mod index;
mod notes;
mod order;
#[cfg(test)]
mod tests;

pub(super) use fragments::{Fragment, FragmentTold, Packet, Whole};
pub(super) use notes::{Notes, Place, Stretch, TcpTold, Told};

use super::dissection::Piece;
use super::speech::{Ear, Shared, Speech, service};
use fragments::Fragments;
use half::Half;
use index::Index;
pub(super) use order::{Heard, Order};
use std::ops::Range;

/// One end of a connection: its address, IPv4 as IPv6 sees it, and its port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct End {
    pub addr: [u8; 16],
    pub port: u16,
}

/// What a TCP segment's headers say.
#[derive(Clone, Debug, Default)]
pub(super) struct Segment {
    pub from: End,
    pub to: End,
    pub seq: u32,
    pub ack: Option<u32>,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
    pub window: u16,
    /// What a SYN offers to scale windows by.
    pub scale: Option<u8>,
    /// How many bytes it reports that arrived behind a gap.
    pub sacked: u32,
}

/// The connections that were seen, and what is known of each frame.
#[derive(Debug, Default)]
pub struct Talks {
    connections: Vec<Connection>,
    by_ends: Index,
    datagrams: Speech,
    shared: Shared,
    notes: Notes,
    fragments: Fragments,
}

/// A connection: what its opener sends, and what it gets.
#[derive(Debug)]
struct Connection {
    opener: End,
    halves: [Half; 2],
    orders: [Order; 2],
    speech: Speech,
}

impl Talks {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet; and what is found of a frame is forgotten once it is read, so that endless
    /// captures need no endless memory. What only later frames tell is then never known.
    #[must_use]
    pub fn forgetful() -> Self {
        Self {
            notes: Notes::forgetful(),
            ..Self::default()
        }
    }

    /// What is known of a frame that was followed.
    pub(super) fn told(&self, frame: u32) -> Option<&Told> {
        self.notes.get(frame)
    }

    /// What is known of a frame that was followed, and brought a fragment.
    pub(super) fn told_of_fragment(&self, frame: u32) -> Option<&FragmentTold> {
        self.fragments.told(frame)
    }

    /// Where the bytes of a message really lie: parts of it may have come in fragments.
    pub(super) fn lie(&self, pieces: &[Piece]) -> Vec<Piece> {
        self.fragments.lie(pieces)
    }

    /// A fragment passes. Answers what is known of it, and all bytes of its packet where none is
    /// missing any more.
    pub(super) fn fragment(
        &mut self,
        frame: u32,
        fragment: &Fragment,
        payload: &[u8],
        range: Range<usize>,
    ) -> (FragmentTold, Option<Vec<u8>>) {
        let piece = Piece { frame, range };
        let forgets = self.notes.forgets();
        self.fragments.take(fragment, payload, piece, forgets)
    }

    /// A TCP segment passes, the next one of its frames.
    pub(super) fn segment(
        &mut self,
        frame: u32,
        segment: &Segment,
        payload: &[u8],
        range: Range<usize>,
    ) -> Told {
        let at = self.connection_of(segment);
        let connection = &mut self.connections[at];
        let side = usize::from(segment.from != connection.opener);
        let mut told = Told::default();
        let [near, far] = sides(&mut connection.halves, side);
        told.tcp = Some(near.follow(far, frame, segment, payload.len()));
        if segment.syn {
            connection.orders[side].begin(segment.seq.wrapping_add(1));
        }
        if !payload.is_empty() || segment.fin {
            let piece = Piece { frame, range };
            let order = &mut connection.orders[side];
            let seq = segment.seq.wrapping_add(u32::from(segment.syn));
            if let Some(heard) = order.take(seq, payload, piece, &mut told.stretches) {
                let mut ear = Ear::new(heard, frame, side == 0, segment.fin);
                ear.ends = (segment.from, segment.to);
                ear.before = told.stretches.len();
                ear.hear(&mut connection.speech, &mut self.shared, &mut self.notes);
                told.stretches
                    .append(&mut ear.finish(order, &mut self.notes));
            }
        }
        self.notes.keep(frame, &told);
        told
    }

    /// A datagram passes.
    pub(super) fn datagram(
        &mut self,
        frame: u32,
        (from, to): (End, End),
        payload: &[u8],
        range: Range<usize>,
    ) -> Option<Told> {
        self.datagrams.is_about_datagrams(from.port, to.port)?;
        let piece = Piece { frame, range };
        let heard = Heard::alone(payload, piece);
        let mut ear = Ear::new(heard, frame, service(to.port).is_some(), true);
        ear.ends = (from, to);
        ear.hear(&mut self.datagrams, &mut self.shared, &mut self.notes);
        let told = Told {
            tcp: None,
            stretches: ear.finish(&mut Order::default(), &mut self.notes),
        };
        self.notes.keep(frame, &told);
        Some(told)
    }

    /// The connection of a segment; a new one where it opens one, or is the first that is seen.
    fn connection_of(&mut self, segment: &Segment) -> usize {
        let ends = (segment.from, segment.to);
        let opens = segment.syn && segment.ack.is_none();
        let known = self.by_ends.get(&key(ends));
        if let Some(at) = known {
            let connection = &self.connections[at];
            let side = usize::from(segment.from != connection.opener);
            let begins_anew = opens && connection.halves[side].is_over_for(segment.seq);
            if !begins_anew {
                return at;
            }
        }
        let answers = segment.syn && segment.ack.is_some();
        let to_server = service(segment.to.port).is_some();
        let from_server = service(segment.from.port).is_some();
        let by_opener = opens || !answers && (to_server || !from_server);
        let (opener, other) = match by_opener {
            true => ends,
            false => (segment.to, segment.from),
        };
        let speech = Speech::between(opener, other, &mut self.shared);
        let at = self.connections.len();
        self.connections.push(Connection {
            opener,
            halves: [Half::default(), Half::default()],
            orders: [Order::default(), Order::default()],
            speech,
        });
        self.by_ends.insert(key(ends), at);
        at
    }
}

/// Both ends, the lesser one first.
fn key((a, b): (End, End)) -> (End, End) {
    if a <= b { (a, b) } else { (b, a) }
}

/// This side, and the other one.
fn sides<T>([opener, other]: &mut [T; 2], side: usize) -> [&mut T; 2] {
    match side {
        0 => [opener, other],
        _ => [other, opener],
    }
}

/// What is said in a payload of which no other frames are known.
pub(super) fn alone(
    (from, to): (End, End),
    datagram: bool,
    payload: &[u8],
    range: Range<usize>,
) -> Vec<Stretch> {
    let to_server = service(to.port).is_some();
    let (opener, other) = match to_server || service(from.port).is_none() {
        true => (from, to),
        false => (to, from),
    };
    let mut shared = Shared::default();
    let mut notes = Notes::forgetful();
    let mut speech = match datagram {
        false => Speech::between(opener, other, &mut shared),
        true => Speech::default(),
    };
    let heard = Heard::alone(payload, Piece { frame: 0, range });
    let mut ear = Ear::new(heard, 0, opener == from, true);
    ear.is_alone = true;
    ear.ends = (from, to);
    ear.hear(&mut speech, &mut shared, &mut notes);
    ear.finish(&mut Order::default(), &mut notes)
}
