//! Another timeline made by hand: a laptop behind a switch and a router that translates, with
//! a firewall, and a server beyond it.
//!
//! The laptop calls, says where it listens, and is heard; a second call meets the firewall;
//! a third one waits at the router in vain; a fourth one is answered with an ICMP error; then
//! the link to the server goes down.

use super::{
    DropReason, End, Flow, FlowMaker, FlowRecord, FlowState, LinkInfo, Moment, NodeInfo, PortInfo,
    Protocol, RouterInfo, RuleInfo, Timeline,
};
use crate::base::{ConnId, Duration, EventId, FrameId, HostId, LinkId, ProgramId, Time};
use etherparse::PacketBuilder;
use std::net::{Ipv4Addr, SocketAddr};

pub(crate) const LAPTOP: HostId = HostId(0);
pub(crate) const SERVER: HostId = HostId(1);
pub(crate) const ROUTER: HostId = HostId(2);
pub(crate) const SWITCH: HostId = HostId(3);
const LINKS: [(&str, HostId, HostId); 3] = [
    ("laptop - switch", LAPTOP, SWITCH),
    ("switch - router", SWITCH, ROUTER),
    ("router - server", ROUTER, SERVER),
];
const DELAY: Duration = Duration::from_millis(10);

const INSIDE: (u8, u8) = (192, 168);
/// The laptop, the router's two sides, the server.
const ADDRESSES: [Ipv4Addr; 4] = [
    Ipv4Addr::new(INSIDE.0, INSIDE.1, 1, 10),
    Ipv4Addr::new(INSIDE.0, INSIDE.1, 1, 1),
    Ipv4Addr::new(203, 0, 113, 1),
    Ipv4Addr::new(203, 0, 113, 10),
];

/// What a segment says besides its addresses.
struct Says<'a> {
    flags: &'static str,
    seq: u32,
    text: &'a str,
}

struct Script {
    timeline: Timeline,
    now: Time,
    cause: Option<EventId>,
}

fn place(address: Ipv4Addr, port: u16) -> SocketAddr {
    SocketAddr::new(address.into(), port)
}

fn node(name: &str, kind: &str, number: u8, addresses: &[Ipv4Addr]) -> NodeInfo {
    NodeInfo {
        name: name.into(),
        kind: kind.into(),
        person: None,
        runs: Vec::new(),
        mac: Some([2, 0, 0, 0, 0, number]),
        addresses: addresses.iter().map(|a| (*a).into()).collect(),
        router: None,
    }
}

fn network() -> Timeline {
    let mut timeline = Timeline::default();
    timeline.add_node(node("laptop", "host", 1, &ADDRESSES[..1]));
    timeline.add_node(node("server", "host", 4, &ADDRESSES[3..]));
    timeline.add_node(node("router", "router", 2, &ADDRESSES[1..3]));
    timeline.add_node(node("switch", "switch", 0, &[]));
    for (name, a, b) in LINKS {
        timeline.add_link(LinkInfo {
            name: name.into(),
            ends: [a, b],
        });
    }
    let rules = [
        ("no telnet", "drop tcp to port 23"),
        ("otherwise", "accept"),
    ];
    let rules = rules.map(|(name, text)| {
        timeline.add_rule(RuleInfo {
            node: ROUTER,
            name: name.into(),
            text: text.into(),
        })
    });
    let port = |link: u16, address: Ipv4Addr, inside| PortInfo {
        link: LinkId(link),
        mac: [2, 0, 0, 0, 1, u8::try_from(link).unwrap()],
        addresses: vec![(address.into(), 24)],
        inside,
    };
    timeline.node_mut(ROUTER).router = Some(RouterInfo {
        ports: vec![port(1, ADDRESSES[1], true), port(2, ADDRESSES[2], false)],
        routes: vec![("203.0.113.0/24".into(), "directly".into())],
        nat: true,
        helper: true,
        rules: rules.to_vec(),
    });
    timeline
}

impl Script {
    fn at(&self, host: HostId) -> Moment {
        Moment {
            now: self.now,
            host,
            cause: self.cause,
        }
    }

    fn send(&mut self, host: HostId, link: u16, bytes: &[u8], of: Of) -> FrameId {
        let slot = match of.forwards {
            Some(before) if host == SWITCH => self.timeline.frame(before).slot,
            _ => self.timeline.arena_mut().push(bytes),
        };
        let at = self.at(host);
        let sent = self
            .timeline
            .record_sent(at, slot, LinkId(link), of.conn, of.forwards);
        self.cause = Some(sent.1);
        self.now += DELAY;
        sent.0
    }

    fn arrives(&mut self, frame: FrameId) {
        let sent = *self.timeline.frame(frame);
        let at = self.at(self.timeline.link(sent.link).other(sent.from));
        self.cause = Some(self.timeline.record_delivered(at, frame));
    }

    /// From the laptop to the router, over the switch.
    fn reaches_router(&mut self, conn: ConnId, from: u16, to: u16, says: &Says) -> FrameId {
        let ends = (place(ADDRESSES[0], from), place(ADDRESSES[3], to));
        let bytes = segment(ends, 64, says);
        let of = |forwards| Of {
            conn: Some(conn),
            forwards,
        };
        let first = self.send(LAPTOP, 0, &bytes, of(None));
        self.arrives(first);
        self.send(SWITCH, 1, &[], of(Some(first)))
    }

    /// On from the router to the server, with the public address.
    fn goes_on(&mut self, frame: FrameId, from: u16, to: u16, says: &Says) {
        let ends = (place(ADDRESSES[2], from), place(ADDRESSES[3], to));
        let of = Of {
            conn: self.timeline.frame(frame).conn,
            forwards: Some(frame),
        };
        let out = self.send(ROUTER, 2, &segment(ends, 63, says), of);
        self.arrives(out);
    }

    /// From the server back to the laptop.
    fn comes_back(&mut self, conn: ConnId, ports: (u16, u16), says: &Says) {
        let (from, to) = ports;
        let server = place(ADDRESSES[3], from);
        let mut of = Of {
            conn: Some(conn),
            forwards: None,
        };
        let bytes = segment((server, place(ADDRESSES[2], to)), 64, says);
        let first = self.send(SERVER, 2, &bytes, of);
        self.arrives(first);
        of.forwards = Some(first);
        let bytes = segment((server, place(ADDRESSES[0], to)), 63, says);
        let inside = self.send(ROUTER, 1, &bytes, of);
        self.arrives(inside);
        of.forwards = Some(inside);
        let last = self.send(SWITCH, 0, &[], of);
        self.arrives(last);
    }

    fn flow(&mut self, row: u32, port: u16, state: Option<FlowState>) {
        let flow = state.map(|state| Flow {
            protocol: Protocol::Tcp,
            from: place(ADDRESSES[0], port),
            to: place(ADDRESSES[3], 21),
            seen_from: place(ADDRESSES[2], port),
            goes_to: place(ADDRESSES[3], 21),
            state,
            made_by: FlowMaker::Packet,
            forgotten_at: self.now + Duration::from_secs(240),
        });
        let at = self.at(ROUTER);
        self.timeline.record_flow(at, FlowRecord { row, flow });
    }

    fn calls(&mut self, ports: (u16, u16)) -> ConnId {
        let ends = (place(ADDRESSES[0], ports.0), place(ADDRESSES[3], ports.1));
        let at = self.at(LAPTOP);
        let end = End::new(LAPTOP, ProgramId(0), ends, true);
        let (conn, event) = self.timeline.record_opening(at, end);
        self.cause = Some(event);
        conn
    }

    /// The server's router says that there is no way; its quote has the public address.
    fn is_unreachable(&mut self, conn: ConnId, port: u16) {
        let syn = Says {
            flags: "S",
            seq: 0,
            text: "",
        };
        let server = place(ADDRESSES[3], 99);
        let seen = segment((place(ADDRESSES[2], port), server), 62, &syn);
        let own = segment((place(ADDRESSES[0], port), server), 62, &syn);
        let of = |forwards| Of {
            conn: Some(conn),
            forwards,
        };
        let error = self.send(SERVER, 2, &unreachable(ADDRESSES[2], &seen), of(None));
        self.arrives(error);
        let bytes = unreachable(ADDRESSES[0], &own);
        let on = self.send(ROUTER, 1, &bytes, of(Some(error)));
        self.arrives(on);
    }
}

/// What a frame belongs to.
#[derive(Clone, Copy)]
struct Of {
    conn: Option<ConnId>,
    forwards: Option<FrameId>,
}

fn segment(ends: (SocketAddr, SocketAddr), ttl: u8, says: &Says) -> Vec<u8> {
    let (SocketAddr::V4(from), SocketAddr::V4(to)) = ends else {
        panic!("IPv4 alone");
    };
    // The hardware addresses differ from link to link, as the hops do.
    let mut tcp = PacketBuilder::ethernet2([2, 0, 0, 0, 0, ttl], [2, 0, 0, 0, 1, ttl])
        .ipv4(from.ip().octets(), to.ip().octets(), ttl)
        .tcp(from.port(), to.port(), says.seq, 64240);
    for flag in says.flags.chars() {
        tcp = match flag {
            'S' => tcp.syn(),
            _ => tcp.ack(1),
        };
    }
    let mut bytes = Vec::new();
    tcp.write(&mut bytes, says.text.as_bytes()).unwrap();
    bytes
}

fn unreachable(to: Ipv4Addr, about: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv4(ADDRESSES[3].octets(), to.octets(), 64)
        .icmpv4_raw(3, 1, [0; 4])
        .write(&mut bytes, &about[14..42])
        .unwrap();
    bytes
}

/// The whole story.
pub(crate) fn timeline() -> Timeline {
    let mut s = Script {
        timeline: network(),
        now: Time::ZERO,
        cause: None,
    };
    for host in [LAPTOP, SERVER, ROUTER] {
        let at = s.at(host);
        s.timeline.record_started(at);
    }
    let says = |flags, seq, text| Says { flags, seq, text };
    let call = s.calls((49152, 21));
    let frame = s.reaches_router(call, 49152, 21, &says("S", 0, ""));
    s.arrives(frame);
    s.flow(0, 49152, Some(FlowState::New));
    s.goes_on(frame, 49152, 21, &says("S", 0, ""));
    let ends = (place(ADDRESSES[3], 21), place(ADDRESSES[2], 49152));
    let end = End {
        asked_by: Some(call),
        ..End::new(SERVER, ProgramId(0), ends, false)
    };
    let at = s.at(SERVER);
    let answer = s.timeline.record_opening(at, end).0;
    s.comes_back(answer, (21, 49152), &says("SA", 0, ""));
    let at = s.at(LAPTOP);
    s.timeline.record_opened(at, call);
    s.flow(0, 49152, Some(FlowState::Open));
    let at = s.at(SERVER);
    s.timeline.record_opened(at, answer);
    // The helper writes the public address into the words, which get shorter by it.
    let frame = s.reaches_router(
        call,
        49152,
        21,
        &says("A", 1, "PORT 192,168,1,10,192,1\r\n"),
    );
    s.arrives(frame);
    let helped = says("A", 1, "PORT 203,0,113,1,192,1\r\n");
    s.goes_on(frame, 49152, 21, &helped);
    let frame = s.reaches_router(call, 49152, 21, &says("A", 26, "NOOP\r\n"));
    s.arrives(frame);
    s.goes_on(frame, 49152, 21, &says("A", 25, "NOOP\r\n"));
    // Telnet is forbidden.
    let telnet = s.calls((49160, 23));
    let frame = s.reaches_router(telnet, 49160, 23, &says("S", 0, ""));
    let at = s.at(ROUTER);
    let rule = s.timeline.node(ROUTER).router.as_ref().unwrap().rules[0];
    s.timeline.record_ruled_out(at, frame, rule);
    // What is for nobody waits at the router in vain.
    let nobody = s.calls((49161, 22));
    let stuck = s.reaches_router(nobody, 49161, 22, &says("S", 0, ""));
    s.arrives(stuck);
    // Nothing is there at the third call.
    s.flow(1, 49153, Some(FlowState::New));
    let third = s.calls((49153, 99));
    s.is_unreachable(third, 49153);
    s.flow(1, 49153, None);
    let at = s.at(ROUTER);
    s.timeline
        .record_discarded(at, stuck, DropReason::NoNeighbour);
    s.timeline.record_link(s.now, LinkId(2), false);
    s.timeline
}
