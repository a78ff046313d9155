//! Doors, with frames made by hand on both sides.

use crate::base::{CloseReason, ConnId, Duration, HostId, LinkId, Rng, Unreachable};
use crate::net::tests::{info, pair, sink, source};
use crate::net::{LinkConfig, Network, Node};
use crate::program::ftp_server::{FtpServer, FtpServerConfig};
use crate::timeline::{Kind, NodeInfo, Timeline};
use etherparse::PacketBuilder;

const OURS: HostId = HostId(0);
const THEIRS: HostId = HostId(1);
/// Numbers of the SYNs.
const A: u32 = 1000;
const B: u32 = 0xffff_fff0;

/// Two doors, joined: the frames of both sides are made by hand.
struct Wire {
    network: Network,
    port: u16,
    peer_port: u16,
}

fn node(number: u8) -> NodeInfo {
    NodeInfo {
        mac: Some([2, 0, 0, 0, 0, number]),
        addresses: vec![[192, 0, 2, number].into()],
        ..info(&format!("host{number}"))
    }
}

impl Wire {
    fn new(peer_port: u16) -> Self {
        let mut network = Network::default();
        let (a, b) = (network.add_door(node(1)), network.add_door(node(2)));
        network.join(a, b, "a - b", LinkConfig::default());
        network.start();
        while network.step() {}
        Self {
            network,
            port: 50_000,
            peer_port,
        }
    }

    fn frame(&self, from: HostId, flags: &str, (seq, ack): (u32, u32), said: &str) -> Vec<u8> {
        let [a, b] = [(1, self.port), (2, self.peer_port)];
        let ((from, source), (to, target)) = if from == OURS { (a, b) } else { (b, a) };
        let packet = PacketBuilder::ethernet2([2, 0, 0, 0, 0, from], [2, 0, 0, 0, 0, to]).ipv4(
            [192, 0, 2, from],
            [192, 0, 2, to],
            64,
        );
        let mut packet = packet.tcp(source, target, seq, 8000);
        for flag in flags.chars() {
            packet = match flag {
                'S' => packet.syn(),
                'F' => packet.fin(),
                'R' => packet.rst(),
                _ => packet.ack(ack),
            };
        }
        let mut frame = Vec::new();
        packet.write(&mut frame, said.as_bytes()).unwrap();
        frame
    }

    fn put(&mut self, from: HostId, frame: &[u8]) {
        let now = self.network.now() + Duration::from_millis(1);
        self.network.enter(from, now, frame);
        while self.network.step() {}
    }

    /// The real side says something, at an offset of its stream; both number from 1.
    fn ours(&mut self, flags: &str, at: u32, ack: u32, said: &str) {
        let numbers = (A.wrapping_add(at), B.wrapping_add(ack));
        let frame = self.frame(OURS, flags, numbers, said);
        self.put(OURS, &frame);
    }

    fn theirs(&mut self, flags: &str, at: u32, ack: u32, said: &str) {
        let numbers = (B.wrapping_add(at), A.wrapping_add(ack));
        let frame = self.frame(THEIRS, flags, numbers, said);
        self.put(THEIRS, &frame);
    }

    fn opened(peer_port: u16) -> Self {
        let mut wire = Self::new(peer_port);
        wire.ours("S", 0, 0, "");
        wire.theirs("SA", 0, 1, "");
        wire.ours("A", 1, 1, "");
        wire
    }

    fn timeline(&self) -> &Timeline {
        self.network.timeline()
    }

    /// What the real side's ends went through.
    fn ends(&self) -> Vec<(Kind, u32)> {
        let events = self.timeline().events().iter();
        let of_ends = [Kind::Opening, Kind::Opened, Kind::HeardFinish, Kind::Closed];
        events
            .filter(|e| e.host == OURS && of_ends.contains(&e.kind))
            .map(|e| (e.kind, e.arg))
            .collect()
    }

    fn reason(&self, end: u32) -> Option<CloseReason> {
        self.timeline().end(ConnId(end)).reason
    }

    fn verbs(&self) -> Vec<&str> {
        let turns = self.timeline().turns().iter();
        turns.map(|turn| &*turn.turn.verb).collect()
    }
}

#[test]
fn a_connection_opens_is_half_closed_and_ends() {
    let mut wire = Wire::opened(7);
    assert_eq!(wire.ends(), [(Kind::Opening, 0), (Kind::Opened, 0)]);
    wire.ours("FA", 1, 1, "hello");
    wire.theirs("A", 1, 7, "");
    assert_eq!(wire.ends().len(), 2, "half of it goes on");
    wire.theirs("A", 1, 7, "so long");
    wire.theirs("FA", 8, 7, "");
    let heard = (Kind::HeardFinish, 0);
    assert_eq!(wire.ends()[2..], [heard, (Kind::Closed, 0)]);
    assert_eq!(wire.reason(0), Some(CloseReason::Finished));
    // Both ends are one connection, and every frame belongs to its sender's end.
    let timeline = wire.timeline();
    assert_eq!(timeline.connections()[0].server, Some(ConnId(1)));
    assert!(
        timeline
            .frames()
            .iter()
            .all(|f| f.conn == Some(ConnId(u32::from(f.from.0))))
    );
}

#[test]
fn a_finish_before_what_it_follows_is_not_heard_yet() {
    let mut wire = Wire::opened(7);
    wire.theirs("FA", 4, 1, "def");
    wire.theirs("FA", 4, 1, "def");
    assert_eq!(wire.ends().len(), 2);
    wire.theirs("A", 1, 1, "abc");
    assert_eq!(wire.ends()[2..], [(Kind::HeardFinish, 0)]);
    // Both finish at once.
    wire.ours("FA", 1, 8, "");
    wire.theirs("A", 8, 2, "");
    assert_eq!(wire.ends()[3..], [(Kind::Closed, 0)]);
    // What comes again, and asks whether anybody is there, changes nothing.
    wire.theirs("FA", 4, 1, "def");
    wire.ours("A", 0, 8, "");
    assert_eq!(wire.ends().len(), 4);
}

#[test]
fn who_is_refused_has_no_connection_and_who_refuses_has_no_end() {
    let mut wire = Wire::new(7);
    wire.ours("S", 0, 0, "");
    wire.theirs("RA", 0, 1, "");
    assert_eq!(wire.ends(), [(Kind::Opening, 0), (Kind::Closed, 0)]);
    assert_eq!(wire.reason(0), Some(CloseReason::Refused));
    assert_eq!(wire.timeline().ends().len(), 1);
}

#[test]
fn resets_are_told_by_who_sent_them() {
    let mut wire = Wire::opened(7);
    wire.theirs("R", 100, 0, "");
    assert_eq!(wire.reason(0), None, "its number is wrong");
    wire.theirs("R", 1, 0, "");
    assert_eq!(wire.reason(0), Some(CloseReason::Reset));
    let mut wire = Wire::opened(7);
    wire.ours("RA", 1, 1, "");
    assert_eq!(wire.reason(0), Some(CloseReason::Aborted));
    assert_eq!(wire.reason(1), Some(CloseReason::Reset));
    // The real side answers strays of it: they belong to none.
    wire.theirs("A", 1, 1, "late");
    wire.ours("R", 1, 0, "");
    assert_eq!(wire.timeline().frames().last().unwrap().conn, None);
    assert_eq!(wire.ends().len(), 3);
}

#[test]
fn a_question_that_comes_again_is_a_timer_s_and_a_port_may_be_used_anew() {
    let mut wire = Wire::new(7);
    wire.ours("S", 0, 0, "");
    wire.ours("S", 0, 0, "");
    assert_eq!(wire.timeline().ends().len(), 1);
    let events = wire.timeline().events();
    let timers: Vec<_> = events.iter().filter(|e| e.kind == Kind::Timer).collect();
    assert_eq!(timers.len(), 1);
    let sent = events.iter().rfind(|e| e.kind == Kind::Sent).unwrap();
    assert_eq!(sent.cause, Some(timers[0].id));
    // The real side gave up without a word, and asks anew.
    wire.ours("S", 77, 0, "");
    assert_eq!(wire.reason(0), Some(CloseReason::TimedOut));
    assert_eq!(wire.ends().len(), 3);
}

#[test]
fn the_network_says_that_nobody_is_there() {
    let mut wire = Wire::new(7);
    wire.ours("S", 0, 0, "");
    let syn = wire.frame(OURS, "S", (A, 0), "");
    let mut frame = Vec::new();
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1])
        .ipv4([192, 0, 2, 2], [192, 0, 2, 1], 64)
        .icmpv4_raw(3, 1, [0; 4])
        .write(&mut frame, &syn[14..42])
        .unwrap();
    wire.put(THEIRS, &frame);
    let reason = CloseReason::Unreachable(Unreachable::Host);
    assert_eq!(wire.reason(0), Some(reason));
}

#[test]
fn commands_are_told_however_they_are_cut() {
    let mut wire = Wire::opened(21);
    wire.ours("A", 1, 1, "US");
    assert!(wire.verbs().is_empty());
    wire.ours("A", 3, 1, "ER ada\r\nPASS x\r\nQU");
    wire.ours("A", 1, 1, "USER ada\r\nPASS x\r\nQU");
    wire.ours("A", 21, 1, "IT\r\n");
    assert_eq!(wire.verbs(), ["USER", "PASS", "QUIT"]);
    let timeline = wire.timeline();
    let turns = timeline.events().iter().filter(|e| e.kind == Kind::Turn);
    let carried = turns
        .map(|turn| timeline.frame_of(turn))
        .collect::<Vec<_>>();
    assert!(carried.iter().all(Option::is_some), "{carried:?}");
    let phases = timeline.events().iter().filter(|e| e.kind == Kind::Phase);
    let phases: Vec<_> = phases.map(|e| timeline.phase(e.arg)).collect();
    assert_eq!(phases, ["connect", "log in", "say goodbye"]);
}

#[test]
fn a_file_that_is_stored_is_told_by_its_name_and_known_at_its_end() {
    let mut wire = Wire::opened(21);
    wire.ours("A", 1, 1, "EPSV\r\n");
    wire.theirs("A", 1, 7, "229 Yes (|||4000|)\r\n");
    wire.ours("A", 7, 21, "STOR a.txt\r\n");
    (wire.port, wire.peer_port) = (50_001, 4000);
    wire.ours("S", 0, 0, "");
    wire.theirs("SA", 0, 1, "");
    wire.ours("A", 1, 1, "one");
    let told = |wire: &Wire| {
        let last = wire.timeline().turns().last().unwrap();
        (last.range, last.turn.meaning.clone())
    };
    assert_eq!(told(&wire), ((0, 3), "sends the file a.txt".to_owned()));
    wire.ours("A", 4, 1, "two");
    wire.ours("FA", 7, 1, "");
    let whole = "sends the file a.txt, 6 bytes".to_owned();
    assert_eq!(told(&wire), ((0, 6), whole));
    // What asked for the connection is what happened last in its session.
    let timeline = wire.timeline();
    let data = timeline.ends_of(OURS).last().unwrap().1;
    let cause = timeline.event(timeline.event(data.opening).cause.unwrap());
    assert_eq!(cause.kind, Kind::Turn);
    assert_eq!(timeline.turn(cause.arg).turn.verb, "STOR");
}

#[test]
fn echoes_and_datagrams_that_find_the_way_are_told() {
    let mut wire = Wire::new(7);
    let packet = |ttl| {
        PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4(
            [192, 0, 2, 1],
            [192, 0, 2, 2],
            ttl,
        )
    };
    let (mut echo, mut way, mut other) = (Vec::new(), Vec::new(), Vec::new());
    packet(64)
        .icmpv4_echo_request(7, 3)
        .write(&mut echo, &[0; 56])
        .unwrap();
    packet(2)
        .udp(40_000, 33_436)
        .write(&mut way, &[0; 32])
        .unwrap();
    packet(2)
        .udp(40_000, 53)
        .write(&mut other, &[0; 32])
        .unwrap();
    for frame in [echo, way, other] {
        wire.put(OURS, &frame);
    }
    let texts = wire.timeline().turns().iter().map(|t| t.turn.text.clone());
    let texts: Vec<_> = texts.collect();
    assert_eq!(
        texts,
        ["echo request 3, 56 bytes", "probe to port 33436, TTL 2"]
    );
}

#[test]
fn questions_for_names_and_their_answers_are_told() {
    // Recursion is wanted, one question: MX of example.net. The answer says 3, no such name.
    let question = b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x07example\x03net\0\0\x0f\0\x01".to_vec();
    let mut answer = question.clone();
    answer[2..4].copy_from_slice(&[0x81, 0x83]);
    let mut wire = Wire::new(7);
    let mut say = |from: HostId, ports: (u16, u16), message: &[u8]| {
        let (us, them) = if from == OURS { (1, 2) } else { (2, 1) };
        let mut frame = Vec::new();
        PacketBuilder::ethernet2([2, 0, 0, 0, 0, us], [2, 0, 0, 0, 0, them])
            .ipv4([192, 0, 2, us], [192, 0, 2, them], 64)
            .udp(ports.0, ports.1)
            .write(&mut frame, message)
            .unwrap();
        wire.put(from, &frame);
    };
    // The real side asks, and is asked.
    say(OURS, (40_000, 53), &question);
    say(THEIRS, (41_000, 53), &question);
    say(OURS, (53, 41_000), &answer);
    let timeline = wire.timeline();
    let ours = timeline.events().iter().filter(|e| e.host == OURS);
    let said: Vec<_> = ours.filter(|e| e.kind == Kind::Turn).collect();
    let text = |index: usize| timeline.turn(said[index].arg).turn.text.as_str();
    assert_eq!(
        [text(0), text(1)],
        ["MX example.net", "MX example.net: no such name"]
    );
    assert_eq!(said[0].cause.map(|cause| timeline.event(cause).kind), None);
    let cause = said[1].cause.expect("what was asked");
    assert_eq!(timeline.event(cause).kind, Kind::Delivered);
    assert!(said.iter().all(|turn| timeline.frame_of(*turn).is_some()));
}

#[test]
fn an_echo_that_comes_in_pieces_is_one_and_known_at_its_end() {
    // Given a question too long for one frame, and its pieces.
    let mut wire = Wire::new(7);
    let mut whole = Vec::new();
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
        .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
        .icmpv4_echo_request(7, 3)
        .write(&mut whole, &[0; 4000])
        .unwrap();
    for (at, len) in [(0, 1480), (1480, 1480), (2960, 1048)] {
        let mut frame = whole[..34].to_vec();
        let more = if at + len < 4008 { 0x2000 } else { 0 };
        let offset = u16::try_from(at / 8).unwrap() | more;
        frame[16..18].copy_from_slice(&u16::try_from(len + 20).unwrap().to_be_bytes());
        frame[20..22].copy_from_slice(&offset.to_be_bytes());
        let mut ip = smoltcp::wire::Ipv4Packet::new_unchecked(&mut frame[14..]);
        ip.fill_checksum();
        frame.extend_from_slice(&whole[34 + at..34 + at + len]);
        wire.put(OURS, &frame);
    }
    // Then it is one turn, which made all of them.
    let timeline = wire.timeline();
    let [said] = timeline.turns() else {
        panic!("{:?}", timeline.turns());
    };
    assert_eq!(said.turn.text, "echo request 3, 4000 bytes");
    assert_eq!(said.range, (0, 4000));
    let events = timeline.events();
    let turn = events.iter().find(|e| e.kind == Kind::Turn).unwrap().id;
    let sent = events.iter().filter(|e| e.kind == Kind::Sent);
    let causes: Vec<_> = sent.map(|sent| sent.cause).collect();
    assert_eq!(causes, [Some(turn); 3]);
}

#[test]
fn what_a_question_brings_along_is_no_reason_not_to_open() {
    // RFC 7413: a SYN may carry what is said first. Simulated hosts do not take it.
    let mut wire = Wire::new(21);
    wire.ours("S", 0, 0, "USER a\r\n");
    wire.theirs("SA", 0, 1, "");
    assert_eq!(wire.ends(), [(Kind::Opening, 0), (Kind::Opened, 0)]);
    wire.ours("A", 1, 1, "USER a\r\n");
    wire.ours("A", 9, 1, "QUIT\r\n");
    assert_eq!(wire.verbs(), ["USER", "QUIT"]);
}

#[test]
fn a_day_of_connections_does_not_grow_without_bound() {
    let mut wire = Wire::new(7);
    for round in 0..3000_u16 {
        wire.port = 20_000 + round;
        wire.ours("S", 0, 0, "");
        wire.theirs("RA", 0, 1, "");
        let later = wire.network.now() + Duration::from_secs(10);
        wire.network.now = later;
    }
    let Node::Door(door) = &wire.network.nodes[0] else {
        panic!("it is a door");
    };
    let known = door.watch.known();
    assert!(known < 200, "{known} are known");
}

/// Frames of any kind, into a door beside a real FTP server of ours.
#[test]
fn no_frame_whatever_confuses_a_door() {
    let network = pair(
        source(
            "192.0.2.2:21".parse().unwrap(),
            crate::base::Content::Bytes(b"USER a\r\n"[..].into()),
        ),
        vec![sink(21)],
        LinkConfig::default(),
    );
    let mut network = network;
    let timeline = crate::net::tests::run(&mut network);
    let mut good: Vec<Vec<u8>> = (0..timeline.frames().len())
        .map(|i| timeline.bytes(crate::base::FrameId::from_index(i)).to_vec())
        .collect();
    let mut tagged = good[0].clone();
    tagged.splice(12..12, [0x81, 0, 0, 5]);
    let mut extended = vec![
        2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 28, 0, 64,
    ];
    extended.extend_from_slice(&[1; 32]);
    extended.extend_from_slice(&[6, 0, 0, 0, 0, 0, 0, 0]);
    extended.extend_from_slice(&[0; 20]);
    good.extend([tagged, extended, vec![0; 9000], vec![2; 13], Vec::new()]);
    let mut rng = Rng::from_seed(3);
    for _ in 0..400 {
        let mut network = Network::default();
        let server = Box::new(FtpServer::new(FtpServerConfig::default()));
        let peer = crate::net::tests::host_with(&mut network, 2, Default::default(), vec![server]);
        let door = network.add_door(node(1));
        network.join(peer, door, "peer - door", LinkConfig::default());
        network.start();
        for _ in 0..24 {
            let mut frame = good[pick(&mut rng, good.len())].clone();
            for _ in 0..rng.below(5) {
                if !frame.is_empty() {
                    let reach = frame.len().min(if rng.below(3) == 0 { 2000 } else { 60 });
                    let at = pick(&mut rng, reach);
                    frame[at] = u8::try_from(rng.below(256)).unwrap();
                }
            }
            if rng.below(8) == 0 {
                frame.truncate(pick(&mut rng, frame.len() + 1));
            }
            let now = network.now() + Duration::from_millis(rng.below(40));
            while network.next_at().is_some_and(|next| next <= now) {
                network.step();
            }
            if rng.below(4) == 0 {
                network.put(peer, LinkId(0), &frame);
            } else {
                network.enter(door, now, &frame);
            }
            for _ in 0..rng.below(20) {
                network.step();
            }
            while network.next_out(door).is_some() {}
        }
        while network.step() {}
        let events = network.timeline().events();
        let count = |kind| events.iter().filter(|e| e.kind == kind).count();
        assert_eq!(
            count(Kind::Sent),
            count(Kind::Delivered) + count(Kind::Dropped)
        );
    }
}

fn pick(rng: &mut Rng, below: usize) -> usize {
    usize::try_from(rng.below(below as u64)).unwrap()
}
