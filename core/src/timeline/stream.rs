//! What arrived on a connection, put together from the frames that carried it.

use super::{Event, Kind, Timeline};
use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{ConnId, Content, EventId, FrameId, Sequence};
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
        let (own, other) = (self.end(end), self.end(peer));
        let host = own.host;
        let mut stream = Reassembly::default();
        // The SYN may come before this end is made; nothing comes once it is gone.
        let first = own.opening.min(other.opening).index();
        let last = own.closed.map_or(self.events.len(), EventId::index);
        for event in self.events.range(first..last) {
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
        let content = Content::Received {
            conn: end,
            start: range.start,
            len: range.end.saturating_sub(range.start),
        };
        self.content(&content)
    }

    /// A content's bytes, wherever they lie, gathered.
    #[must_use]
    pub fn content(&self, content: &Content) -> Vec<u8> {
        self.content_in(content, 0..content.len())
    }

    /// A range of a content's bytes, gathered.
    #[must_use]
    pub fn content_in(&self, content: &Content, range: Range<u64>) -> Vec<u8> {
        let arrived = Arrived::of(self, content);
        let received = |conn, offset| arrived.at(conn, offset);
        content.reader(range, &received).all()
    }
}

/// Where the bytes lie that a content was made of.
#[derive(Debug)]
pub struct Arrived<'a> {
    timeline: &'a Timeline,
    pieces: Map<ConnId, Vec<Piece>>,
}

impl<'a> Arrived<'a> {
    /// Looks up all connections that a content came on, each once.
    #[must_use]
    pub fn of(timeline: &'a Timeline, content: &Content) -> Self {
        let mut arrived = Self {
            timeline,
            pieces: Map::new(),
        };
        arrived.look_up(content);
        arrived
    }

    fn look_up(&mut self, content: &Content) {
        match content {
            Content::Bytes(_) | Content::Generated { .. } => {}
            Content::Received { conn, .. } => {
                let timeline = self.timeline;
                let pieces = || timeline.received_pieces(*conn);
                self.pieces.get_or_insert_with(*conn, pieces);
            }
            Content::Joined(parts) => {
                for part in parts.iter() {
                    self.look_up(&part.content);
                }
            }
            Content::Converted { of, .. } => self.look_up(of),
        }
    }

    /// Some bytes of what came on a connection, from an offset on; none where none came.
    #[must_use]
    pub fn at(&self, conn: ConnId, offset: u64) -> &'a [u8] {
        let pieces = self.pieces.get(&conn).map_or(&[][..], |p| p);
        let after = pieces.partition_point(|piece| piece.offset <= offset);
        let Some(piece) = after.checked_sub(1).map(|at| &pieces[at]) else {
            return &[];
        };
        let bytes = &self.timeline.arrived(piece.frame)[piece.range.clone()];
        let skip = usize::try_from(offset - piece.offset).unwrap_or(usize::MAX);
        bytes.get(skip..).unwrap_or_default()
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
