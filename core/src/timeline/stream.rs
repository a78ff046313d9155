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
        let mut gathering = Gathering::of(self, end);
        while gathering.go_on(self) {}
        gathering.stream.pieces
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
    pieces: Pieces,
}

impl<'a> Arrived<'a> {
    /// Looks up all connections that a content came on, each once.
    #[must_use]
    pub fn of(timeline: &'a Timeline, content: &Content) -> Self {
        let mut pieces = Pieces::of(&[content]);
        while pieces.go_on(timeline) {}
        Self { timeline, pieces }
    }

    /// Some bytes of what came on a connection, from an offset on; none where none came.
    #[must_use]
    pub fn at(&self, conn: ConnId, offset: u64) -> &'a [u8] {
        self.pieces.at(self.timeline, conn, offset)
    }
}

/// What came on some connections: found out some events at a time.
#[derive(Debug)]
pub(super) struct Pieces {
    found: Map<ConnId, Vec<Piece>>,
    at_hand: Option<Gathering>,
    left: Vec<ConnId>,
}

impl Pieces {
    /// Nothing yet of the connections that contents came on.
    pub fn of(contents: &[&Content]) -> Self {
        let mut left = Vec::new();
        for content in contents {
            connections(content, &mut left);
        }
        Self {
            found: Map::new(),
            at_hand: None,
            left,
        }
    }

    /// Goes a little further. Answers whether there is more to find out.
    pub fn go_on(&mut self, timeline: &Timeline) -> bool {
        let Some(gathering) = &mut self.at_hand else {
            let next = self.left.pop();
            self.at_hand = next.map(|conn| Gathering::of(timeline, conn));
            return self.at_hand.is_some();
        };
        if !gathering.go_on(timeline)
            && let Some(gathering) = self.at_hand.take()
        {
            self.found.insert(gathering.end, gathering.stream.pieces);
        }
        true
    }

    /// Some bytes of what came on a connection, from an offset on; none where none came.
    pub fn at<'a>(&self, timeline: &'a Timeline, conn: ConnId, offset: u64) -> &'a [u8] {
        let pieces = self.found.get(&conn).map_or(&[][..], |p| p);
        let after = pieces.partition_point(|piece| piece.offset <= offset);
        let Some(piece) = after.checked_sub(1).map(|at| &pieces[at]) else {
            return &[];
        };
        let bytes = &timeline.arrived(piece.frame)[piece.range.clone()];
        let skip = usize::try_from(offset - piece.offset).unwrap_or(usize::MAX);
        bytes.get(skip..).unwrap_or_default()
    }
}

/// The connections that a content came on, each once.
fn connections(content: &Content, all: &mut Vec<ConnId>) {
    match content {
        Content::Bytes(_) | Content::Generated { .. } => {}
        Content::Received { conn, .. } if all.contains(conn) => {}
        Content::Received { conn, .. } => all.push(*conn),
        Content::Joined(parts) => {
            for part in parts.iter() {
                connections(&part.content, all);
            }
        }
        Content::Converted { of, .. } => connections(of, all),
    }
}

/// Puts together what an end received.
#[derive(Debug)]
struct Gathering {
    end: ConnId,
    stream: Reassembly,
    /// The events that are not looked at.
    left: Range<usize>,
}

/// Events that are looked at without a pause.
const AT_ONCE: usize = 1_000;

impl Gathering {
    fn of(timeline: &Timeline, end: ConnId) -> Self {
        let left = timeline.peer_of(end).map_or(0..0, |peer| {
            let (own, other) = (timeline.end(end), timeline.end(peer));
            // The SYN may come before this end is made; nothing comes once it is gone.
            let first = own.opening.min(other.opening).index();
            first..own.closed.map_or(timeline.events.len(), EventId::index)
        });
        Self {
            end,
            stream: Reassembly::default(),
            left,
        }
    }

    /// Looks at some events more. Answers whether there are others.
    fn go_on(&mut self, timeline: &Timeline) -> bool {
        let host = timeline.end(self.end).host;
        let Some(peer) = timeline.peer_of(self.end).filter(|_| !self.left.is_empty()) else {
            return false;
        };
        let until = self.left.end.min(self.left.start + AT_ONCE);
        for event in timeline.events.range(self.left.start..until) {
            if event.kind != Kind::Delivered || event.host != host {
                continue;
            }
            let frame = FrameId(event.arg);
            if timeline.frame(frame).conn != Some(peer) {
                continue;
            }
            if let Some(tcp) = Tcp::read(timeline.arrived(frame)) {
                self.stream.take(frame, &tcp);
            }
        }
        self.left.start = until;
        !self.left.is_empty()
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
#[derive(Debug, Default)]
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
