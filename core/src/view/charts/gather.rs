//! What the packets of each connection say of sequence numbers, windows and weight: one pass
//! through the events, a part at a time.

use super::weight::{Scales, Speech};
use crate::base::headers::Tcp;
use crate::base::{ConnId, EventId, FrameId, HostId, Time};
use crate::timeline::{Event, Kind, Timeline};

/// A segment, as it left its sender or as it reached the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When.
    pub time: Time,
    /// The frame, as it left its sender.
    pub frame: FrameId,
    /// The number of its first byte, counted from the SYN, which is 0.
    pub seq: u32,
    /// How much of the numbers it takes: its payload, SYN and FIN.
    pub len: u32,
    /// How many bytes it carries.
    pub payload: u32,
    /// Up to where it acknowledges, counted from the other side's SYN.
    pub ack: Option<u32>,
    /// How much its sender would take, in bytes.
    pub window: u32,
    /// What became of it.
    pub mark: Mark,
}

/// What is worth telling of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    #[default]
    Usual,
    /// It was sent again.
    Again,
    /// It was lost.
    Lost,
}

/// One side of a connection.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Its end; none where nobody answered.
    pub end: Option<ConnId>,
    /// What it sent, in order.
    pub sent: Vec<Segment>,
    /// What reached it from the other side, in order.
    pub heard: Vec<Segment>,
    /// Its first number, and how its windows are scaled.
    base: Option<u32>,
    scale: Option<u8>,
    /// One past the highest number that it has sent.
    pub(super) top: u32,
}

/// A connection.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    /// Who called, and who was called.
    pub sides: [Side; 2],
}

impl Side {
    /// How many bytes it said, each counted once.
    #[must_use]
    pub fn said(&self) -> u64 {
        u64::from(self.top.saturating_sub(1))
    }
}

/// All connections of a run, as far as its events were gone through.
#[derive(Debug)]
pub struct Gathered {
    /// The connections, in the order in which they were asked for.
    pub talks: Vec<Talk>,
    /// What was weighed: first what belongs to no connection, then each connection.
    pub(super) scales: Vec<Scales>,
    /// Of each end: which connection's, and which side.
    places: Vec<Option<(usize, usize)>>,
    hosts: Vec<HostId>,
    speech: Speech,
    /// How many events it knows.
    next: usize,
}

impl Gathered {
    /// Nothing gathered yet.
    #[must_use]
    pub fn new(timeline: &Timeline) -> Self {
        let mut places = vec![None; timeline.ends().len()];
        let mut talks = Vec::new();
        for (index, connection) in timeline.connections().into_iter().enumerate() {
            let mut talk = Talk::default();
            let ends = [Some(connection.client), connection.server];
            for (side, end) in ends.into_iter().enumerate() {
                talk.sides[side].end = end;
                if let Some(end) = end {
                    places[end.index()] = Some((index, side));
                }
            }
            talks.push(talk);
        }
        let mut scales = Vec::new();
        scales.resize_with(talks.len() + 1, Scales::default);
        Self {
            talks,
            scales,
            places,
            hosts: timeline.ends().iter().map(|end| end.host).collect(),
            speech: Speech::of(timeline),
            next: 0,
        }
    }

    /// All of a run.
    #[must_use]
    pub fn of(timeline: &Timeline) -> Self {
        let mut gathered = Self::new(timeline);
        while !gathered.go_on(timeline, usize::MAX) {}
        gathered
    }

    /// Goes through so many more events at most; answers whether these were all.
    pub fn go_on(&mut self, timeline: &Timeline, most: usize) -> bool {
        let all = timeline.events().len();
        let end = self.next.saturating_add(most).min(all);
        for event in timeline.events().range(self.next..end) {
            match event.kind {
                Kind::Sent => self.sent(timeline, event),
                Kind::Delivered => self.heard(timeline, event),
                Kind::Dropped | Kind::Discarded => {
                    let lost = timeline.dropped(event.arg).frame;
                    self.lost(timeline, timeline.origin(lost));
                }
                _ => {}
            }
        }
        self.next = end;
        if end == all {
            self.speech.finish(&mut self.scales);
        }
        end == all
    }

    /// How many of a hundred events it knows.
    #[must_use]
    pub fn percent(&self, timeline: &Timeline) -> usize {
        self.next * 100 / timeline.events().len().max(1)
    }

    /// The connection that a chart is of and the side that speaks: those asked for, or those that
    /// say most. None where there is no such connection.
    #[must_use]
    pub fn choose(&self, ask: super::Ask) -> Option<(usize, usize)> {
        let said = |talk: &Talk| talk.sides[0].said() + talk.sides[1].said();
        let at = match ask.connection {
            Some(number) => usize::try_from(number).ok()?.checked_sub(1)?,
            None => {
                let all = self.talks.iter().enumerate();
                // Of equals the first.
                all.rev().max_by_key(|(_, talk)| said(talk))?.0
            }
        };
        let talk = self.talks.get(at)?;
        let louder = usize::from(talk.sides[1].said() > talk.sides[0].said());
        Some((at, ask.side.unwrap_or(louder).min(1)))
    }

    fn sent(&mut self, timeline: &Timeline, event: Event) {
        let id = FrameId(event.arg);
        let frame = timeline.frame(id);
        if frame.forwards.is_some() {
            return;
        }
        let bytes = timeline.bytes(id);
        let place = frame.conn.and_then(|conn| self.places[conn.index()]);
        let Some((talk, side)) = place else {
            self.scales[0].take(id, bytes, None);
            return;
        };
        let scales = &mut self.scales[talk + 1];
        let Some(tcp) = Tcp::read(bytes) else {
            scales.take(id, bytes, None);
            return;
        };
        let own = &mut self.talks[talk].sides[side];
        if tcp.syn {
            own.base.get_or_insert(tcp.seq);
            own.scale = scale(bytes, tcp.payload.start);
        }
        let known = own.top;
        let mut segment = self.segment(&tcp, (talk, side), event.time, id);
        if segment.len > 0 && segment.seq < known {
            segment.mark = Mark::Again;
        }
        // A SYN takes a number before the first byte.
        let first = u64::from(segment.seq.saturating_sub(u32::from(!tcp.syn)));
        let new = u64::from(known.saturating_sub(1)).max(first) - first;
        let new = usize::try_from(new).unwrap_or(usize::MAX);
        let scales = &mut self.scales[talk + 1];
        let rest = scales.take(id, bytes, Some(new));
        if let (Some(conn), Some(rest)) = (frame.conn, rest) {
            let at = first + (rest.start - tcp.payload.start) as u64;
            self.speech.take(conn, at, &bytes[rest], id, scales);
        }
        let own = &mut self.talks[talk].sides[side];
        own.top = own.top.max(segment.seq.saturating_add(segment.len));
        own.sent.push(segment);
    }

    fn heard(&mut self, timeline: &Timeline, event: Event) {
        let id = FrameId(event.arg);
        let Some(conn) = timeline.frame(id).conn else {
            return;
        };
        let Some((talk, side)) = self.places[conn.index()] else {
            return;
        };
        let hearer = self.talks[talk].sides[1 - side].end;
        if hearer.is_none_or(|end| self.hosts[end.index()] != event.host) {
            return;
        }
        let Some(tcp) = Tcp::read(timeline.arrived(id)) else {
            return;
        };
        let origin = timeline.origin(id);
        let segment = self.segment(&tcp, (talk, side), event.time, origin);
        self.talks[talk].sides[1 - side].heard.push(segment);
    }

    fn lost(&mut self, timeline: &Timeline, frame: FrameId) {
        let conn = timeline.frame(frame).conn;
        let Some((talk, side)) = conn.and_then(|conn| self.places[conn.index()]) else {
            return;
        };
        let sent = &mut self.talks[talk].sides[side].sent;
        if let Ok(at) = sent.binary_search_by_key(&frame, |segment| segment.frame) {
            sent[at].mark = Mark::Lost;
        }
    }

    /// A segment in numbers that begin at 0.
    fn segment(
        &self,
        tcp: &Tcp,
        (talk, side): (usize, usize),
        time: Time,
        frame: FrameId,
    ) -> Segment {
        let sides = &self.talks[talk].sides;
        let (own, other) = (&sides[side], &sides[1 - side]);
        let size = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let scale = match (tcp.syn, own.scale, other.scale) {
            // RFC 7323 §2.2: only where both said so, and never in a SYN.
            (false, Some(own), Some(_)) => own,
            _ => 0,
        };
        Segment {
            time,
            frame,
            seq: tcp.seq.wrapping_sub(own.base.unwrap_or(tcp.seq)),
            len: size(tcp.sequence_len()),
            payload: size(tcp.payload.len()),
            ack: tcp.ack.and_then(|ack| Some(ack.wrapping_sub(other.base?))),
            window: u32::from(tcp.window) << scale,
            mark: Mark::Usual,
        }
    }

    /// The frame in which an event's moment is best seen: the last that was sent by then.
    #[must_use]
    pub fn by(&self, (talk, side): (usize, usize), event: EventId, timeline: &Timeline) -> usize {
        let time = timeline.event(event).time;
        let sent = &self.talks[talk].sides[side].sent;
        sent.partition_point(|segment| segment.time <= time)
    }
}

/// How far a SYN says that its sender's windows are to be shifted (RFC 7323 §2.2).
fn scale(frame: &[u8], end: usize) -> Option<u8> {
    const HEADER: usize = 20;
    const MOST: u8 = 14;
    // The options stand before the payload: find the header's start by its length.
    let start = (HEADER..=60).step_by(4).find_map(|len| {
        let start = end.checked_sub(len)?;
        let said = usize::from(frame.get(start + 12)? >> 4) * 4;
        (said == len).then_some(start)
    })?;
    let mut options = frame.get(start + HEADER..end)?;
    loop {
        match *options {
            [3, 3, shift, ..] => return Some(shift.min(MOST)),
            [1, ..] => options = &options[1..],
            [0, ..] | [] | [_] => return None,
            [_, len, ..] => options = options.get(usize::from(len).max(2)..)?,
        }
    }
}
