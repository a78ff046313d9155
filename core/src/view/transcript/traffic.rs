//! What the transcript says of frames: which were sent again, and how long data took.

use super::network::is_udp;
use crate::base::headers::Tcp;
use crate::base::sorted::{Map, Set};
use crate::base::{ConnId, FrameId, HostId, Sequence, Time, TurnKind};
use crate::timeline::{Event, Kind, Timeline, TurnRecord};

/// Frames, counted and put in their place.
#[derive(Default)]
pub(super) struct Traffic {
    streams: Map<ConnId, Stream>,
    /// Frames that carry only what was sent before.
    pub again: Set<FrameId>,
    /// Frames that only ask whether the other side is still there.
    pub alive: Set<FrameId>,
    /// Frames that say something of a window that is shut.
    pub windows: Map<FrameId, Window>,
    /// Bytes of all frames on all links.
    pub wire_bytes: u64,
    /// Bytes that were said in datagrams.
    datagram_bytes: u64,
}

/// What a frame says of a window that is shut (RFC 9293 §3.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// There is no room for more.
    Shuts,
    /// A byte goes all the same, to see whether there is room.
    Asks,
    /// There is room again.
    Opens,
}

/// What one end sent.
#[derive(Default)]
struct Stream {
    /// The SYN at 0. Known from it on.
    sequence: Option<Sequence>,
    /// How far it got: SYN and FIN count.
    highest: u64,
    /// The end of its payload.
    payload_end: u64,
    segments: Vec<Segment>,
    arrivals: Vec<Segment>,
    /// It last said that it had no room.
    said_full: bool,
    /// And that was heard.
    heard_full: bool,
}

/// Payload at a moment: first byte, one past the last.
#[derive(Clone, Copy)]
struct Segment {
    from: u64,
    to: u64,
    time: Time,
}

/// How a stretch of a stream travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// Segments, each stretch of bytes counted once.
    pub segments: usize,
    /// From the first one's sending to the last arrival.
    pub from: Time,
    pub to: Time,
}

/// A look at all frames, some at a time.
pub(super) struct Looking {
    traffic: Traffic,
    /// The first event that was not looked at.
    next: usize,
    /// Who hears what an end says.
    hearers: Map<ConnId, HostId>,
    peers: Map<ConnId, ConnId>,
}

impl Looking {
    pub fn new(timeline: &Timeline) -> Self {
        let mut hearers: Map<ConnId, HostId> = Map::new();
        let mut peers: Map<ConnId, ConnId> = Map::new();
        for connection in timeline.connections() {
            if let Some(server) = connection.server {
                peers.insert(connection.client, server);
                peers.insert(server, connection.client);
                hearers.insert(connection.client, timeline.end(server).host);
                hearers.insert(server, timeline.end(connection.client).host);
            }
        }
        Self {
            traffic: Traffic::default(),
            next: 0,
            hearers,
            peers,
        }
    }

    /// Looks at so many events more, at most. Answers whether there are others.
    pub fn go_on(&mut self, timeline: &Timeline, most: usize) -> bool {
        let end = timeline.events().len().min(self.next + most);
        for event in timeline.events().range(self.next..end) {
            self.take(timeline, event);
        }
        self.next = end;
        end < timeline.events().len()
    }

    fn take(&mut self, timeline: &Timeline, event: Event) {
        let traffic = &mut self.traffic;
        let sent = event.kind == Kind::Sent;
        if !sent && event.kind != Kind::Delivered {
            return;
        }
        let id = FrameId(event.arg);
        let frame = timeline.frame(id);
        if sent {
            traffic.wire_bytes += frame.slot.len() as u64;
        }
        let Some(conn) = frame.conn else {
            if sent && frame.forwards.is_none() {
                traffic.datagram_bytes += datagram_len(timeline.bytes(id)).unwrap_or(0);
            }
            return;
        };
        // What a link made twice, its node sent once.
        let speaker = sent && event.host == timeline.end(conn).host && frame.forwards.is_none();
        let hearer = !sent && self.hearers.get(&conn) == Some(&event.host);
        if !speaker && !hearer {
            return;
        }
        let Some(tcp) = Tcp::read(timeline.bytes(id)) else {
            return;
        };
        let heard_full = |peer: &ConnId| traffic.streams.get(peer).is_some_and(|s| s.heard_full);
        let peer_is_full = self.peers.get(&conn).is_some_and(heard_full);
        let stream = traffic.streams.or_default(conn);
        if hearer {
            stream.heard_full = is_full(&tcp);
            stream.arrives(&tcp, event.time);
        } else {
            if stream.asks_for_life(&tcp) {
                traffic.alive.insert(id);
            }
            if let Some(window) = stream.says_of_window(&tcp, peer_is_full) {
                traffic.windows.insert(id, window);
            }
            if stream.sends(&tcp, event.time) {
                traffic.again.insert(id);
            }
        }
    }

    /// What was seen.
    pub fn traffic(self) -> Traffic {
        self.traffic
    }
}

impl Traffic {
    /// How the bytes from `range.0` to `range.1` of what `conn` sent travelled.
    pub fn carried(&self, conn: ConnId, range: (u64, u64)) -> Option<Carried> {
        let stream = self.streams.get(&conn)?;
        let overlaps = |s: &&Segment| s.from < range.1 && s.to > range.0;
        let mut starts = Set::new();
        let mut from = None;
        for segment in stream.segments.iter().filter(overlaps) {
            from.get_or_insert(segment.time);
            starts.insert(segment.from);
        }
        let arrived = stream.arrivals.iter().filter(overlaps);
        let to = arrived.map(|s| s.time).max()?;
        Some(Carried {
            segments: starts.len(),
            from: from?,
            to,
        })
    }

    /// Bytes that one end sent, each counted once.
    pub fn payload_of(&self, end: ConnId) -> u64 {
        self.streams.get(&end).map_or(0, |s| s.payload_end)
    }

    /// Bytes that programs sent, each counted once however often it travelled.
    pub fn payload_bytes(&self) -> u64 {
        let streams = self.streams.values().map(|s| s.payload_end);
        self.datagram_bytes + streams.sum::<u64>()
    }
}

impl Stream {
    /// Empty, and numbered just below all that was sent (RFC 9293 §3.8.4).
    fn asks_for_life(&self, tcp: &Tcp) -> bool {
        let from = self.sequence.and_then(|s| s.offset(tcp.seq, self.highest));
        tcp.sequence_len() == 0 && !tcp.rst && from.is_some_and(|from| from + 1 == self.highest)
    }

    fn says_of_window(&mut self, tcp: &Tcp, peer_is_full: bool) -> Option<Window> {
        let was_full = std::mem::replace(&mut self.said_full, is_full(tcp));
        match (was_full, self.said_full) {
            (false, true) => Some(Window::Shuts),
            (true, false) if !tcp.rst => Some(Window::Opens),
            _ if peer_is_full && tcp.payload.len() == 1 => Some(Window::Asks),
            _ => None,
        }
    }

    /// Takes a segment; answers whether all of it was sent before.
    fn sends(&mut self, tcp: &Tcp, time: Time) -> bool {
        if tcp.syn {
            self.sequence.get_or_insert(Sequence::from(tcp.seq));
        }
        let sequence = self.sequence;
        let Some(from) = sequence.and_then(|s| s.offset(tcp.seq, self.highest)) else {
            return false;
        };
        let to = from + tcp.sequence_len() as u64;
        let again = to > from && to <= self.highest;
        self.highest = self.highest.max(to);
        if !tcp.payload.is_empty() {
            let segment = payload(tcp, from, time);
            self.payload_end = self.payload_end.max(segment.to);
            self.segments.push(segment);
        }
        again
    }

    fn arrives(&mut self, tcp: &Tcp, time: Time) {
        if tcp.payload.is_empty() {
            return;
        }
        let sequence = self.sequence;
        if let Some(from) = sequence.and_then(|s| s.offset(tcp.seq, self.highest)) {
            self.arrivals.push(payload(tcp, from, time));
        }
    }
}

/// The connections on which nothing but data was said.
pub(super) fn data_only(timeline: &Timeline, numbers: &[Option<u32>]) -> Set<u32> {
    let (data, words): (Vec<_>, Vec<_>) = timeline
        .turns()
        .iter()
        .partition(|said| said.turn.kind == TurnKind::Data);
    let of = |turns: Vec<&TurnRecord>| -> Set<u32> {
        let ends = turns.iter().filter_map(|said| said.conn);
        ends.filter_map(|end| numbers[end.index()]).collect()
    };
    &of(data) - &of(words)
}

/// How many bytes a program says in the datagram that a frame carries, or begins to.
fn datagram_len(frame: &[u8]) -> Option<u64> {
    /// An Ethernet header, and a UDP header (RFC 768).
    const ETHERNET: usize = 14;
    const UDP: u16 = 8;
    let ip = frame.get(ETHERNET..).filter(|_| is_udp(frame))?;
    let begins = match *ip.first()? >> 4 {
        4 if ip
            .get(6..8)
            .is_some_and(|cut| cut[0] & 0x1f == 0 && cut[1] == 0) =>
        {
            usize::from(ip[0] & 0x0f) * 4
        }
        6 => 40,
        _ => return None,
    };
    let len = <[u8; 2]>::try_from(ip.get(begins + 4..begins + 6)?).ok()?;
    Some(u16::from_be_bytes(len).saturating_sub(UDP).into())
}

fn is_full(tcp: &Tcp) -> bool {
    tcp.ack.is_some() && tcp.window == 0 && !tcp.syn && !tcp.rst
}

/// The payload's place in the stream, whose first byte follows the SYN.
fn payload(tcp: &Tcp, from: u64, time: Time) -> Segment {
    let from = (from + u64::from(tcp.syn)).saturating_sub(1);
    Segment {
        from,
        to: from + tcp.payload.len() as u64,
        time,
    }
}
