//! What arrived on a connection, put together from the frames that carried it.

use super::{Event, Kind, Timeline};
use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{ConnId, EventId, FrameId, Sequence};
use std::ops::Range;

/// A piece of a stream: where it lies in the stream, and in which frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First byte's offset in the stream.
    pub offset: u64,
    /// The frame that brought it.
    pub frame: FrameId,
    /// Where in the frame's bytes.
    pub range: Range<usize>,
}

impl Timeline {
    /// The pieces of what this end received, in the stream's order, each byte once.
    #[must_use]
    pub fn received_pieces(&self, end: ConnId) -> Vec<Piece> {
        let Some(peer) = self.peer_of(end) else {
            return Vec::new();
        };
        let host = self.end(end).host;
        let mut stream = Reassembly::default();
        for event in self.events.iter() {
            if event.kind != Kind::Delivered || event.host != host {
                continue;
            }
            let frame = FrameId(event.arg);
            if self.frame(frame).conn != Some(peer) {
                continue;
            }
            if let Some(tcp) = Tcp::read(self.arrived(frame)) {
                stream.take(frame, &tcp);
            }
        }
        stream.pieces
    }

    /// What this end received, from stream offset `range.start` to `range.end` or to the
    /// first byte that did not arrive.
    #[must_use]
    pub fn received(&self, end: ConnId, range: Range<u64>) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in self.received_pieces(end) {
            let bytes = &self.arrived(piece.frame)[piece.range];
            let last = piece.offset + bytes.len() as u64;
            let from = range.start.clamp(piece.offset, last) - piece.offset;
            let to = range.end.clamp(piece.offset, last) - piece.offset;
            let cut = |n| usize::try_from(n).expect("inside a frame");
            out.extend_from_slice(&bytes[cut(from)..cut(to)]);
        }
        out
    }
}

impl Timeline {
    /// The frame in which an event is seen: the one that carries a turn's first byte, the one
    /// that was sent, delivered or lost, or the one whose arrival made the event happen.
    #[must_use]
    pub fn frame_of(&self, event: Event) -> Option<FrameId> {
        match event.kind {
            Kind::Sent | Kind::Delivered => Some(FrameId(event.arg)),
            Kind::Dropped | Kind::Discarded => Some(self.dropped(event.arg).frame),
            Kind::Turn => self.frame_carrying(event),
            _ => self
                .causes(event.id)
                .find(|cause| cause.kind == Kind::Delivered)
                .map(|cause| FrameId(cause.arg)),
        }
    }

    /// The first frame whose sending an event made happen.
    #[must_use]
    pub fn sent_because_of(&self, cause: EventId) -> Option<FrameId> {
        let events = self.events.range(cause.index()..self.events.len());
        let mut sent = events.filter(|event| event.kind == Kind::Sent);
        let sent = sent.find(|event| event.cause == Some(cause))?;
        Some(FrameId(sent.arg))
    }

    /// The first frame that carries the first byte of a turn.
    fn frame_carrying(&self, turn: Event) -> Option<FrameId> {
        let said = self.turn(turn.arg);
        let Some(conn) = said.conn else {
            return self.sent_because_of(turn.id);
        };
        let sent_since = |since: EventId| {
            let events = self.events.range(since.index()..self.events.len());
            events
                .filter(|event| event.kind == Kind::Sent)
                .map(|event| FrameId(event.arg))
                .filter(|frame| self.frame(*frame).conn == Some(conn))
                .filter_map(|frame| Some((frame, Tcp::read(self.bytes(frame))?)))
        };
        let opening = self.end(conn).opening;
        let (_, syn) = sent_since(opening).find(|(_, tcp)| tcp.syn)?;
        let first = Sequence::from(syn.seq.wrapping_add(1)).number(said.range.0);
        sent_since(turn.id)
            .find(|(_, tcp)| (first.wrapping_sub(tcp.seq) as usize) < tcp.payload.len())
            .map(|(frame, _)| frame)
    }
}

/// Puts segments in order, each byte once.
#[derive(Default)]
struct Reassembly {
    /// Known from the SYN on.
    sequence: Option<Sequence>,
    next: u64,
    pieces: Vec<Piece>,
    early: Map<u64, (FrameId, Range<usize>)>,
}

impl Reassembly {
    fn take(&mut self, frame: FrameId, tcp: &Tcp) {
        if tcp.syn {
            self.sequence = Some(Sequence::from(tcp.seq.wrapping_add(1)));
        }
        if tcp.payload.is_empty() {
            return;
        }
        let sequence = self.sequence;
        let Some(offset) = sequence.and_then(|s| s.offset(tcp.seq, self.next)) else {
            return;
        };
        let payload = || (frame, tcp.payload.clone());
        let early = self.early.get_or_insert_with(offset, payload);
        if early.1.len() < tcp.payload.len() {
            *early = payload();
        }
        while let Some((&offset, _)) = self.early.first_key_value() {
            if offset > self.next {
                break;
            }
            let Some((_, (frame, range))) = self.early.pop_first() else {
                break;
            };
            let skip = usize::try_from(self.next - offset).expect("within memory");
            if skip < range.len() {
                let range = range.start + skip..range.end;
                let len = range.len() as u64;
                self.pieces.push(Piece {
                    offset: self.next,
                    frame,
                    range,
                });
                self.next += len;
            }
        }
    }
}
