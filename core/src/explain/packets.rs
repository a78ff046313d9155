//! What packets are, for the captions that wait for one. Only those of nodes that a caption
//! names are looked at.

use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{ConnId, FrameId, Icmp, IcmpSays, Sequence, Unreachable};
use crate::scenario::model::{PacketKind, Scenario, When};
use crate::timeline::{Event, Kind, Timeline};

/// A packet that a node sent, as captions see it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    kinds: Vec<PacketKind>,
    /// All of it was sent before.
    again: bool,
}

impl Seen {
    pub fn is(&self, kind: PacketKind) -> bool {
        self.kinds.contains(&kind)
    }

    pub fn repeats(&self, kind: PacketKind) -> bool {
        self.again && self.is(kind)
    }
}

/// Looks at packets in the order of events, and remembers what it takes to know them.
pub(super) struct Watch<'a> {
    timeline: &'a Timeline,
    /// Whether a caption waits for a packet of a node, by node.
    nodes: Vec<bool>,
    /// The other end of each end's connection.
    peers: Vec<Option<ConnId>>,
    /// How far each end got.
    streams: Map<ConnId, (Sequence, u64)>,
    /// Ends that are known to have no room.
    full: Map<ConnId, bool>,
    /// What each end last said it waits for, and how often it said so again.
    hints: Map<ConnId, (Option<u32>, u32)>,
    /// Ends that last said they had no room.
    full_self: Map<ConnId, bool>,
}

impl<'a> Watch<'a> {
    pub fn of(timeline: &'a Timeline, scenario: &Scenario) -> Self {
        let mut nodes = vec![false; timeline.nodes().len()];
        for caption in &scenario.captions {
            if let When::Sends { host, .. } | When::Repeats { host, .. } = caption.when
                && let Some(node) = nodes.get_mut(host.index())
            {
                *node = true;
            }
        }
        let mut peers = vec![None; timeline.ends().len()];
        for connection in timeline.connections() {
            if let Some(server) = connection.server {
                peers[connection.client.index()] = Some(server);
                peers[server.index()] = Some(connection.client);
            }
        }
        Self {
            timeline,
            nodes,
            peers,
            streams: Map::new(),
            full: Map::new(),
            hints: Map::new(),
            full_self: Map::new(),
        }
    }

    /// The packet that an event sends, where a caption waits for one of its node.
    pub fn see(&mut self, event: Event) -> Option<Seen> {
        let moves = matches!(event.kind, Kind::Sent | Kind::Delivered);
        if !moves || !self.nodes[event.host.index()] {
            return None;
        }
        let id = FrameId(event.arg);
        let frame = self.timeline.frame(id);
        let tcp = || Tcp::read(self.timeline.bytes(id));
        match (event.kind, frame.conn) {
            (Kind::Delivered, Some(conn)) => {
                let tcp = tcp()?;
                self.full.insert(conn, is_full(&tcp));
                let peer = self.peers[conn.index()];
                if peer.is_some_and(|peer| self.timeline.end(peer).host == event.host) {
                    self.hear(conn, &tcp);
                }
                None
            }
            (Kind::Sent, _) if frame.forwards.is_none() => match tcp() {
                Some(tcp) => Some(self.segment(event, frame.conn, &tcp)),
                None => message(self.timeline.bytes(id)),
            },
            _ => None,
        }
    }

    fn segment(&mut self, event: Event, conn: Option<ConnId>, tcp: &Tcp) -> Seen {
        let mut kinds = Vec::new();
        let mut is = |so: bool, kind| {
            if so {
                kinds.push(kind);
            }
        };
        is(tcp.opens(), PacketKind::Syn);
        is(tcp.syn && tcp.ack.is_some(), PacketKind::SynAck);
        is(tcp.fin, PacketKind::Fin);
        is(tcp.rst, PacketKind::Rst);
        let data = !tcp.payload.is_empty();
        is(data, PacketKind::Data);
        is(data && self.is_asked_for(conn, tcp), PacketKind::AskedFor);
        is(data && self.is_by_timer(event), PacketKind::Overdue);
        is(is_full(tcp), PacketKind::ZeroWindow);
        let probes = self.probes(event, conn, tcp);
        is(probes, PacketKind::WindowProbe);
        is(self.opens_window(conn, tcp), PacketKind::WindowUpdate);
        let asks = !probes && self.asks_for_life(event, conn, tcp);
        is(asks, PacketKind::KeepAlive);
        let again = conn.is_some_and(|conn| self.is_again(conn, tcp));
        Seen { kinds, again }
    }

    fn is_by_timer(&self, event: Event) -> bool {
        let cause = event.cause.map(|cause| self.timeline.event(cause).kind);
        cause == Some(Kind::Timer)
    }

    /// An acknowledgement that brings nothing new is a hint (RFC 5681 §2).
    fn hear(&mut self, conn: ConnId, tcp: &Tcp) {
        if tcp.sequence_len() > 0 || tcp.rst {
            return;
        }
        let (asked, again) = self.hints.get_or_insert_with(conn, || (None, 0));
        if *asked == tcp.ack {
            *again += 1;
        } else {
            (*asked, *again) = (tcp.ack, 0);
        }
    }

    /// The segment that the last three acknowledgements, or more, found missing.
    fn is_asked_for(&self, conn: Option<ConnId>, tcp: &Tcp) -> bool {
        let peer = conn.and_then(|conn| self.peers[conn.index()]);
        let hints = peer.and_then(|peer| self.hints.get(&peer));
        hints.is_some_and(|(asked, again)| *asked == Some(tcp.seq) && *again >= 3)
    }

    /// A byte at most, that a timer sends to one who has no room (RFC 9293 §3.8.6.1).
    fn probes(&self, event: Event, conn: Option<ConnId>, tcp: &Tcp) -> bool {
        let peer = conn.and_then(|conn| self.peers[conn.index()]);
        let bare = !tcp.syn && !tcp.fin && !tcp.rst && tcp.payload.len() <= 1;
        let full = peer.is_some_and(|peer| self.full.get(&peer) == Some(&true));
        bare && full && self.is_by_timer(event)
    }

    /// It had no room when it last spoke, and has some now.
    fn opens_window(&mut self, conn: Option<ConnId>, tcp: &Tcp) -> bool {
        let Some(conn) = conn else { return false };
        let was_full = self.full_self.insert(conn, is_full(tcp));
        was_full == Some(true) && tcp.window > 0 && !tcp.rst
    }

    /// Empty, numbered just below all that was sent, and sent by a timer (RFC 9293 §3.8.4).
    fn asks_for_life(&self, event: Event, conn: Option<ConnId>, tcp: &Tcp) -> bool {
        let bare = tcp.sequence_len() == 0 && !tcp.rst;
        let stream = conn.and_then(|conn| self.streams.get(&conn));
        let Some((sequence, highest)) = stream.filter(|_| bare && self.is_by_timer(event)) else {
            return false;
        };
        let from = sequence.offset(tcp.seq, *highest);
        from.is_some_and(|from| from + 1 == *highest)
    }

    fn is_again(&mut self, conn: ConnId, tcp: &Tcp) -> bool {
        let first = || (Sequence::from(tcp.seq), 0);
        let (sequence, highest) = self.streams.get_or_insert_with(conn, first);
        let Some(from) = sequence.offset(tcp.seq, *highest) else {
            return false;
        };
        let to = from + tcp.sequence_len() as u64;
        let again = to > from && to <= *highest;
        *highest = to.max(*highest);
        again
    }
}

fn is_full(tcp: &Tcp) -> bool {
    tcp.ack.is_some() && tcp.window == 0 && !tcp.syn && !tcp.rst
}

/// What is no TCP segment.
fn message(frame: &[u8]) -> Option<Seen> {
    let kind = match Icmp::read(frame).map(|icmp| icmp.says) {
        Some(IcmpSays::EchoRequest(_)) => PacketKind::EchoRequest,
        Some(IcmpSays::EchoReply(_)) => PacketKind::EchoReply,
        Some(IcmpSays::Error(Unreachable::HopLimit, _)) => PacketKind::TimeExceeded,
        Some(IcmpSays::Error(Unreachable::TooBig, _)) => PacketKind::TooBig,
        Some(IcmpSays::Error(..)) => PacketKind::Unreachable,
        None if asks_for_neighbour(frame) => PacketKind::ArpQuestion,
        None => return None,
    };
    Some(Seen {
        kinds: vec![kind],
        again: false,
    })
}

/// RFC 826; RFC 4861 §4.3, behind a bare IPv6 header.
fn asks_for_neighbour(frame: &[u8]) -> bool {
    match frame.get(12..14) {
        Some([0x08, 0x06]) => frame.get(20..22) == Some(&[0, 1]),
        Some([0x86, 0xdd]) => frame.get(20) == Some(&58) && frame.get(54) == Some(&135),
        _ => false,
    }
}
