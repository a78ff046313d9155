//! A router's table of flows, told of packets as a router would.

use super::*;
use crate::net::checksum::verify;
use crate::net::packet::tests::{end, error, frame};
use etherparse::PacketBuilder;

pub const OUTSIDE: &str = "203.0.113.1";
pub const LAPTOP: &str = "192.168.1.10:50000";
pub const PHONE: &str = "192.168.1.11:50000";
pub const SERVER: &str = "192.0.2.7:80";

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub fn nat() -> FlowsConfig {
    FlowsConfig {
        nat: true,
        helper: true,
        ..FlowsConfig::default()
    }
}

pub fn forwarding(port: u16, to: &str) -> FlowsConfig {
    let forward = Forward {
        protocol: Protocol::Tcp,
        port,
        to: end(to),
    };
    FlowsConfig {
        forwards: vec![forward],
        ..nat()
    }
}

/// A table and its clock.
pub struct Room {
    flows: Flows,
    now: Time,
}

impl Room {
    pub fn new(config: FlowsConfig) -> Self {
        let rng = Rng::from_seed(1);
        Self {
            flows: Flows::new(config, vec![address(OUTSIDE), address("2001:db8::1")], rng),
            now: Time::ZERO,
        }
    }

    /// A packet passes the router. What comes from inside leaves to the outside and the
    /// other way round, but for what is meant for an address inside.
    fn pass(&mut self, bytes: &[u8], inside: bool) -> Result<(Packet, Standing), DropReason> {
        let mut packet = Packet::read(bytes).unwrap();
        let was_right = verify(bytes);
        let tracked = self.flows.before_routing(self.now, &mut packet, inside)?;
        let goes_inside = packet.destination().to_string().starts_with("192.168.");
        let outside = (inside && !goes_inside).then(|| address(OUTSIDE));
        self.flows
            .after_routing(self.now, &mut packet, tracked, outside)?;
        assert_eq!(verify(packet.bytes()), was_right);
        Ok((packet, tracked.standing))
    }

    pub fn out(&mut self, bytes: &[u8]) -> Result<(Packet, Standing), DropReason> {
        self.pass(bytes, true)
    }

    pub fn back(&mut self, bytes: &[u8]) -> Result<(Packet, Standing), DropReason> {
        self.pass(bytes, false)
    }

    pub fn changes(&mut self) -> Vec<FlowRecord> {
        std::iter::from_fn(|| self.flows.poll_change()).collect()
    }

    /// The changes as row and state.
    fn states(&mut self) -> Vec<(u32, Option<FlowState>)> {
        let changes = self.changes();
        let state = |c: &FlowRecord| (c.row, c.flow.as_ref().map(|flow| flow.state));
        changes.iter().map(state).collect()
    }

    pub fn wait(&mut self, secs: u64) {
        self.now += Duration::from_secs(secs);
        self.flows.handle_timeout(self.now);
    }
}

fn ends(packet: &Packet) -> (String, String) {
    let (_, from, to) = packet.ends().unwrap();
    (from.to_string(), to.to_string())
}

pub fn ends_are(packet: &Packet, from: &str, to: &str) {
    assert_eq!(ends(packet), (from.to_owned(), to.to_owned()));
}

fn udp(from: &str, to: &str) -> Vec<u8> {
    frame(Protocol::Udp, (end(from), end(to)), b"hello")
}

/// A segment with flags of `SAFR`, a number, one to acknowledge, and a payload.
pub fn tcp(from: &str, to: &str, flags: &str, (seq, ack): (u32, u32), payload: &[u8]) -> Vec<u8> {
    let ethernet = PacketBuilder::ethernet2([2; 6], [4; 6]);
    let (from, to) = (end(from), end(to));
    let ip = match (from.ip(), to.ip()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => ethernet.ipv4(a.octets(), b.octets(), 64),
        (IpAddr::V6(a), IpAddr::V6(b)) => ethernet.ipv6(a.octets(), b.octets(), 64),
        _ => panic!("two families"),
    };
    let mut tcp = ip.tcp(from.port(), to.port(), seq, 9000);
    for flag in flags.chars() {
        tcp = match flag {
            'S' => tcp.syn(),
            'A' => tcp.ack(ack),
            'F' => tcp.fin(),
            'R' => tcp.rst(),
            _ => panic!("no flag"),
        };
    }
    let mut bytes = Vec::new();
    tcp.write(&mut bytes, payload).unwrap();
    bytes
}

pub fn flagged(from: &str, to: &str, flags: &str) -> Vec<u8> {
    tcp(from, to, flags, (1, 1), b"")
}

/// Opens a connection from inside. Answers whom the server sees.
pub fn open(room: &mut Room, from: &str, to: &str) -> String {
    let (syn, _) = room.out(&tcp(from, to, "S", (99, 0), b"")).unwrap();
    let seen = ends(&syn).0;
    room.back(&tcp(to, &seen, "SA", (499, 100), b"")).unwrap();
    room.out(&tcp(from, to, "A", (100, 500), b"")).unwrap();
    seen
}

#[test]
fn nat_hides_who_calls_and_gives_the_answer_back() {
    let mut room = Room::new(nat());
    let (syn, standing) = room.out(&flagged(LAPTOP, SERVER, "S")).unwrap();
    ends_are(&syn, "203.0.113.1:50000", SERVER);
    assert_eq!(standing, Standing::New);
    let (answer, standing) = room
        .back(&flagged(SERVER, "203.0.113.1:50000", "SA"))
        .unwrap();
    ends_are(&answer, SERVER, LAPTOP);
    assert_eq!(standing, Standing::Established);
    let (_, standing) = room.out(&flagged(LAPTOP, SERVER, "A")).unwrap();
    assert_eq!(standing, Standing::Established);
    let changes = room.changes();
    let flow = changes[0].flow.clone().unwrap();
    assert!(flow.is_translated());
    assert_eq!((flow.from, flow.to), (end(LAPTOP), end(SERVER)));
    assert_eq!(
        (flow.seen_from, flow.goes_to),
        (end("203.0.113.1:50000"), end(SERVER))
    );
    assert_eq!(
        (flow.state, flow.made_by),
        (FlowState::New, FlowMaker::Packet)
    );
    assert_eq!(flow.forgotten_at, Time::ZERO + Duration::from_secs(240));
    let flow = changes[1].flow.clone().unwrap();
    assert_eq!((changes.len(), flow.state), (2, FlowState::Open));
    assert_eq!(flow.forgotten_at, Time::ZERO + Duration::from_secs(7440));
}

#[test]
fn nobody_outside_may_call_in() {
    let mut room = Room::new(nat());
    let refused = Err(DropReason::NoMapping);
    assert_eq!(room.back(&flagged(SERVER, "203.0.113.1:80", "S")), refused);
    assert_eq!(room.back(&udp(SERVER, "203.0.113.1:80")), refused);
    room.out(&udp(LAPTOP, SERVER)).unwrap();
    let stranger = udp("192.0.2.8:80", "203.0.113.1:50000");
    assert_eq!(room.back(&stranger), refused, "a flow has two ends");
    let other_port = udp("192.0.2.7:81", "203.0.113.1:50000");
    assert_eq!(room.back(&other_port), refused);
    room.back(&udp(SERVER, "203.0.113.1:50000")).unwrap();
}

#[test]
fn a_dropped_packet_leaves_nothing() {
    let mut room = Room::new(nat());
    let mut packet = Packet::read(&udp(LAPTOP, SERVER)).unwrap();
    room.flows
        .before_routing(room.now, &mut packet, true)
        .unwrap();
    assert!(room.changes().is_empty() && room.flows.poll_timeout().is_none());
    assert!(room.back(&udp(SERVER, "203.0.113.1:50000")).is_err());
}

#[test]
fn two_who_use_the_same_port_get_two() {
    let mut room = Room::new(nat());
    let (first, _) = room.out(&udp(LAPTOP, SERVER)).unwrap();
    let (second, _) = room.out(&udp(PHONE, SERVER)).unwrap();
    ends_are(&first, "203.0.113.1:50000", SERVER);
    ends_are(&second, "203.0.113.1:50001", SERVER);
    let (back, _) = room.back(&udp(SERVER, "203.0.113.1:50001")).unwrap();
    ends_are(&back, SERVER, PHONE);
    // RFC 4787 REQ-1: one inside has one port outside, whomever it calls.
    let (other, _) = room.out(&udp(PHONE, "192.0.2.8:81")).unwrap();
    ends_are(&other, "203.0.113.1:50001", "192.0.2.8:81");
    // Another protocol has ports of its own.
    let (tcp, _) = room.out(&flagged(PHONE, SERVER, "S")).unwrap();
    ends_are(&tcp, "203.0.113.1:50000", SERVER);
    // Ports below 1024 stay there.
    room.out(&udp("192.168.1.10:1023", SERVER)).unwrap();
    let (low, _) = room.out(&udp("192.168.1.11:1023", SERVER)).unwrap();
    ends_are(&low, "203.0.113.1:1", SERVER);
    // A port is free once nobody uses it.
    room.wait(301);
    let (third, _) = room.out(&udp(PHONE, SERVER)).unwrap();
    ends_are(&third, "203.0.113.1:50000", SERVER);
}

#[test]
fn nat_that_forgets_loses_the_connection() {
    let mut room = Room::new(FlowsConfig {
        tcp_open: Duration::from_secs(300),
        ..nat()
    });
    open(&mut room, LAPTOP, SERVER);
    room.wait(299);
    room.out(&flagged(LAPTOP, SERVER, "A")).unwrap();
    room.wait(299);
    room.back(&flagged(SERVER, "203.0.113.1:50000", "A"))
        .unwrap();
    room.changes();
    room.wait(300);
    assert_eq!(room.states(), [(0, None)]);
    let lost = Err(DropReason::NoMapping);
    assert_eq!(room.out(&flagged(LAPTOP, SERVER, "A")), lost);
    assert_eq!(room.back(&flagged(SERVER, "203.0.113.1:50000", "A")), lost);
    assert!(room.flows.poll_timeout().is_none());
    room.out(&flagged(LAPTOP, SERVER, "S")).unwrap();
}

#[test]
fn a_row_follows_the_connection_to_its_end_and_beyond() {
    use FlowState::{Closing, New, Open};
    let mut room = Room::new(nat());
    let seen = open(&mut room, LAPTOP, SERVER);
    room.out(&flagged(LAPTOP, SERVER, "FA")).unwrap();
    room.back(&flagged(SERVER, &seen, "FA")).unwrap();
    let states = [(0, Some(New)), (0, Some(Open)), (0, Some(Closing))];
    assert_eq!(room.states(), states);
    // The same two ends again, before it is forgotten.
    let (_, standing) = room.out(&flagged(LAPTOP, SERVER, "S")).unwrap();
    assert_eq!(standing, Standing::New);
    room.back(&flagged(SERVER, &seen, "RA")).unwrap();
    assert_eq!(room.states(), [(0, Some(New)), (0, Some(Closing))]);
    let before = room.flows.poll_timeout().unwrap();
    assert_eq!(
        before,
        room.now + Duration::from_secs(240),
        "brought forward"
    );
    room.wait(240);
    assert_eq!(room.states(), [(0, None)]);
}

#[test]
fn a_damaged_segment_ends_nothing() {
    let mut room = Room::new(nat());
    open(&mut room, LAPTOP, SERVER);
    room.changes();
    let mut damaged = flagged(LAPTOP, SERVER, "A");
    // The flag RST.
    damaged[14 + 20 + 13] ^= 4;
    let (out, _) = room.out(&damaged).unwrap();
    assert!(!crate::net::checksum::verify(out.bytes()), "not mended");
    assert!(room.states().is_empty());
}

#[test]
fn deadlines_are_looked_at_when_they_come_due_only() {
    let mut room = Room::new(nat());
    room.out(&udp(LAPTOP, SERVER)).unwrap();
    for _ in 0..100 {
        room.now += Duration::from_secs(1);
        room.out(&udp(LAPTOP, SERVER)).unwrap();
    }
    let at = room.flows.poll_timeout().unwrap();
    assert_eq!(
        at,
        Time::ZERO + Duration::from_secs(300),
        "put off, not moved"
    );
    room.now = at;
    room.flows.handle_timeout(at);
    let at = room.flows.poll_timeout().unwrap();
    assert_eq!(at, Time::ZERO + Duration::from_secs(400));
    room.flows.handle_timeout(at);
    assert_eq!(room.states(), [(0, Some(FlowState::New)), (0, None)]);
}

#[test]
fn a_full_table_takes_nobody_more() {
    let mut room = Room::new(FlowsConfig { rows: 2, ..nat() });
    room.out(&udp("192.168.1.10:1", SERVER)).unwrap();
    room.out(&udp("192.168.1.10:2", SERVER)).unwrap();
    let third = udp("192.168.1.10:3", SERVER);
    assert_eq!(room.out(&third), Err(DropReason::TableFull));
    room.out(&udp("192.168.1.10:2", SERVER)).unwrap();
    room.wait(300);
    room.out(&third).unwrap();
}

#[test]
fn when_all_ports_are_given_the_next_one_gets_none() {
    let mut room = Room::new(nat());
    for port in 1..1024 {
        room.out(&udp(&format!("192.168.1.10:{port}"), SERVER))
            .unwrap();
    }
    assert_eq!(
        room.out(&udp("192.168.1.11:7", SERVER)),
        Err(DropReason::TableFull)
    );
    room.out(&udp("192.168.1.11:1024", SERVER)).unwrap();
}

#[test]
fn pings_keep_apart_by_their_numbers() {
    let mut room = Room::new(nat());
    let ping = |from: &str, to: &str| frame(Protocol::Icmp, (end(from), end(to)), b"ping");
    let answer = |number: u16| {
        let mut bytes = Vec::new();
        PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4([192, 0, 2, 7], [203, 0, 113, 1], 64)
            .icmpv4_echo_reply(number, 3)
            .write(&mut bytes, b"ping")
            .unwrap();
        bytes
    };
    let (first, _) = room.out(&ping("192.168.1.10:7", "192.0.2.7:7")).unwrap();
    let (second, _) = room.out(&ping("192.168.1.11:7", "192.0.2.7:7")).unwrap();
    ends_are(&first, "203.0.113.1:7", "192.0.2.7:7");
    ends_are(&second, "203.0.113.1:8", "192.0.2.7:8");
    for (number, to) in [(7, "192.168.1.10:7"), (8, "192.168.1.11:7")] {
        let (back, standing) = room.back(&answer(number)).unwrap();
        ends_are(&back, "192.0.2.7:7", to);
        assert_eq!(standing, Standing::Established);
    }
    assert_eq!(room.back(&answer(9)).unwrap().1, Standing::Invalid);
    let own = ping("192.0.2.7:5", "203.0.113.1:5");
    let mut packet = Packet::read(&own).unwrap();
    room.flows
        .before_routing(room.now, &mut packet, false)
        .unwrap();
    assert_eq!(packet.bytes(), own, "the router answers itself");
}

#[test]
fn an_error_finds_who_sent_what_it_is_about() {
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        let mut room = Room::new(nat());
        let make = |from: &str| {
            let (from, to) = (end(from), end("192.0.2.7:50000"));
            match protocol {
                Protocol::Tcp => flagged(&from.to_string(), &to.to_string(), "S"),
                _ => frame(protocol, (from, to), b"hello"),
            }
        };
        room.out(&make(LAPTOP)).unwrap();
        let (second, _) = room.out(&make(PHONE)).unwrap();
        assert_eq!(ends(&second).0, "203.0.113.1:50001");
        let (far, phone) = (address("198.51.100.9"), address("192.168.1.11"));
        let told = error(far, address(OUTSIDE), second.ip());
        let (back, standing) = room.back(&told).unwrap();
        assert_eq!(standing, Standing::Related);
        let mut as_sent = Packet::read(&make(PHONE)).unwrap();
        assert_eq!(back.bytes(), error(far, phone, as_sent.ip()), "{protocol}");
        // It tells what it knows to the one it is about only, and only if it is about one.
        as_sent.set_source(end("203.0.113.1:7"));
        let other = error(far, address(OUTSIDE), as_sent.ip());
        assert_eq!(room.back(&other).unwrap().1, Standing::Invalid);
        let astray = error(far, address("203.0.113.2"), second.ip());
        assert_eq!(room.back(&astray).unwrap().1, Standing::Invalid);
    }
}

#[test]
fn an_error_from_inside_gives_nobody_away() {
    let mut room = Room::new(nat());
    room.out(&udp(LAPTOP, SERVER)).unwrap();
    let answer = udp(SERVER, "203.0.113.1:50000");
    let (answer_inside, _) = room.back(&answer).unwrap();
    // A router inside, nearer to the laptop, could not pass it on.
    let told = error(address("192.168.9.1"), end(SERVER).ip(), answer_inside.ip());
    let (out, standing) = room.out(&told).unwrap();
    assert_eq!(standing, Standing::Related);
    let answer = Packet::read(&answer).unwrap();
    let wanted = error(address(OUTSIDE), end(SERVER).ip(), answer.ip());
    assert_eq!(out.bytes(), wanted);
    let unknown = error(
        address("192.168.9.1"),
        end(SERVER).ip(),
        Packet::read(&udp(SERVER, PHONE)).unwrap().ip(),
    );
    assert_eq!(room.out(&unknown), Err(DropReason::NoMapping));
}

#[test]
fn a_forwarded_port_leads_inside() {
    let mut room = Room::new(forwarding(8080, "192.168.1.10:80"));
    let caller = "198.51.100.5:4000";
    let (syn, standing) = room
        .back(&flagged(caller, "203.0.113.1:8080", "S"))
        .unwrap();
    ends_are(&syn, caller, "192.168.1.10:80");
    assert_eq!(standing, Standing::New);
    let (answer, standing) = room.out(&flagged("192.168.1.10:80", caller, "SA")).unwrap();
    ends_are(&answer, "203.0.113.1:8080", caller);
    assert_eq!(standing, Standing::Established);
    let flow = room.changes()[0].flow.clone().unwrap();
    assert_eq!(
        (flow.to, flow.goes_to),
        (end("203.0.113.1:8080"), end("192.168.1.10:80"))
    );
    assert_eq!(
        (flow.seen_from, flow.made_by),
        (end(caller), FlowMaker::Forward)
    );
    // An error about it, from inside, is told in the caller's words.
    let told = error(address("192.168.1.10"), end(caller).ip(), syn.ip());
    let (out, _) = room.out(&told).unwrap();
    let called = Packet::read(&flagged(caller, "203.0.113.1:8080", "S")).unwrap();
    let wanted = error(address(OUTSIDE), end(caller).ip(), called.ip());
    assert_eq!(out.bytes(), wanted);
    // Nobody else inside is given that port.
    let (other, _) = room
        .out(&flagged("192.168.1.11:8080", SERVER, "S"))
        .unwrap();
    ends_are(&other, "203.0.113.1:8081", SERVER);
}

#[test]
fn one_inside_reaches_another_by_the_routers_address() {
    let mut room = Room::new(forwarding(8080, "192.168.1.10:80"));
    let (syn, _) = room.out(&flagged(PHONE, "203.0.113.1:8080", "S")).unwrap();
    ends_are(&syn, "203.0.113.1:50000", "192.168.1.10:80");
    let (answer, _) = room
        .out(&flagged("192.168.1.10:80", "203.0.113.1:50000", "SA"))
        .unwrap();
    ends_are(&answer, "203.0.113.1:8080", PHONE);
}

#[test]
fn ipv6_passes_as_it_is_and_is_followed() {
    let mut room = Room::new(nat());
    let (laptop, server) = ("[2001:db8:1::a]:5000", "[2001:db8:2::b]:80");
    let syn = flagged(laptop, server, "S");
    let (out, standing) = room.out(&syn).unwrap();
    assert_eq!((out.bytes(), standing), (&syn[..], Standing::New));
    let answer = flagged(server, laptop, "SA");
    let (back, standing) = room.back(&answer).unwrap();
    assert_eq!(
        (back.bytes(), standing),
        (&answer[..], Standing::Established)
    );
    let stray = flagged(server, laptop, "A").to_vec();
    assert_eq!(room.back(&stray).unwrap().1, Standing::Established);
    let stray = flagged(server, "[2001:db8:1::c]:5", "A");
    assert_eq!(room.back(&stray).unwrap().1, Standing::Invalid);
}

#[test]
fn without_nat_it_only_looks() {
    let mut room = Room::new(FlowsConfig::default());
    let (a, b) = ("192.168.1.10:50000", "192.0.2.7:80");
    for (bytes, inside, wanted) in [
        (flagged(a, b, "A"), true, Standing::Invalid),
        (flagged(a, b, "SA"), true, Standing::Invalid),
        (flagged(b, a, "R"), false, Standing::Invalid),
        (flagged(a, b, "S"), true, Standing::New),
        (flagged(a, b, "S"), true, Standing::New),
        (flagged(b, a, "SA"), false, Standing::Established),
        (flagged(a, b, "A"), true, Standing::Established),
        (udp(b, a), false, Standing::New),
        (udp(a, b), true, Standing::Established),
    ] {
        let (packet, standing) = room.pass(&bytes, inside).unwrap();
        assert_eq!((packet.bytes(), standing), (&bytes[..], wanted));
    }
}

#[test]
fn later_fragments_follow_the_first() {
    let mut room = Room::new(nat());
    let fragment = |offset: u8, more: bool, from: &str, to: &str| {
        let mut bytes = udp(from, to);
        bytes[18..20].copy_from_slice(&[7, 7]);
        bytes[20] = if more { 0x20 } else { 0 };
        bytes[21] = offset;
        let sum = crate::net::packet::tests::header_sum(&bytes[14..34]);
        bytes[24..26].copy_from_slice(&sum);
        bytes
    };
    let late = fragment(2, false, LAPTOP, SERVER);
    assert_eq!(
        room.out(&late),
        Err(DropReason::NoMapping),
        "it came too early"
    );
    room.out(&fragment(0, true, LAPTOP, SERVER)).unwrap();
    let (out, _) = room.out(&late).unwrap();
    assert_eq!(out.source(), address(OUTSIDE));
    assert_eq!(out.transport(), Packet::read(&late).unwrap().transport());
    room.back(&fragment(0, true, SERVER, "203.0.113.1:50000"))
        .unwrap();
    let late = fragment(2, false, SERVER, "203.0.113.1:50000");
    assert_eq!(room.back(&late).unwrap().0.destination(), end(LAPTOP).ip());
}

#[test]
fn any_bytes_pass_and_keep_their_truth() {
    let mut rng = Rng::from_seed(9);
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    let config = FlowsConfig {
        rows: 50,
        ..forwarding(2121, "192.168.1.20:21")
    };
    let mut room = Room::new(config);
    let text = b"PORT 192,168,1,10,195,80\r\nEPRT |1|192.168.1.10|77|\r\n";
    let places = [
        LAPTOP,
        PHONE,
        SERVER,
        "203.0.113.1:50000",
        "203.0.113.1:2121",
        "192.0.2.7:21",
    ];
    let mut passed = 0;
    for _ in 0..40_000 {
        let (from, to) = (places[below(places.len())], places[below(places.len())]);
        let flags = ["S", "SA", "A", "FA", "R"][below(5)];
        let numbers = [below(60), below(60)].map(|number| u32::try_from(number).unwrap());
        let mut bytes = match below(4) {
            0 => frame(Protocol::Icmp, (end(from), end(to)), b"x"),
            1 => udp(from, to),
            _ => tcp(from, to, flags, numbers.into(), &text[below(52)..]),
        };
        if below(4) == 0 {
            bytes = error(end(to).ip(), end(from).ip(), &bytes[14..]);
        }
        for _ in 0..below(3) {
            let at = below(bytes.len());
            bytes[at] = u8::try_from(below(256)).unwrap();
        }
        if Packet::read(&bytes).is_some() {
            passed += u32::from(room.pass(&bytes, below(2) == 0).is_ok());
        }
        if below(100) == 0 {
            room.wait(below(400) as u64);
        }
        assert!(room.flows.table.len() <= 50);
    }
    assert!(passed > 10_000, "{passed}");
    room.changes();
    room.wait(100_000);
    assert_eq!(room.flows.table.len(), 0);
    assert!(room.flows.ports.is_idle(), "every port was given back");
}
