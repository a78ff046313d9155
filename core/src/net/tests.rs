//! Hosts, links and switches together, with programs that do one thing each.

use super::host::{HostConfig, TcpConfig};
use super::{LinkConfig, Network};
use crate::base::Unreachable;
use crate::base::{CloseReason, ConnId, Content, Duration, HostId, Rng, Time, Transform};
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::{Input, Program, Request};
use crate::timeline::{DropReason, Kind, NodeInfo, Timeline};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

/// Does what a closure says on each input; the queue of requests is all it keeps.
struct Does<F>(F, VecDeque<Request>);

impl<F: FnMut(Time, Input<'_>, &mut VecDeque<Request>)> Program for Does<F> {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        (self.0)(now, input, &mut self.1);
    }
    fn poll_timeout(&self) -> Option<Time> {
        None
    }
    fn poll_request(&mut self) -> Option<Request> {
        self.1.pop_front()
    }
}

pub(super) fn does(
    f: impl FnMut(Time, Input<'_>, &mut VecDeque<Request>) + 'static,
) -> Box<dyn Program> {
    Box::new(Does(f, VecDeque::new()))
}

/// Connects to `to`, sends `content`, finishes.
pub(super) fn source(to: SocketAddr, content: Content) -> Box<dyn Program> {
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(to)),
        Input::Connected { conn, .. } => {
            out.push_back(to_send(conn, content.clone()));
            out.push_back(Request::Finish { conn });
        }
        Input::Sent { .. } => out.push_back(note("sent", "yes")),
        Input::ConnectFailed { reason, .. } => {
            out.push_back(note("failed", &reason.to_string()));
        }
        Input::Closed { reason, .. } => out.push_back(note("closed", &reason.to_string())),
        _ => {}
    })
}

/// Listens at a port, counts what comes, and finishes when the peer does.
pub(super) fn sink(port: u16) -> Box<dyn Program> {
    let mut count = 0;
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_listen(port)),
        Input::Data { offset, bytes, .. } => {
            assert_eq!(offset, count);
            count += bytes.len() as u64;
        }
        Input::Eof { conn } => {
            out.push_back(note("received", &count.to_string()));
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    })
}

pub(super) fn note(key: &str, value: &str) -> Request {
    Request::Note {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

pub(super) fn info(name: &str) -> NodeInfo {
    NodeInfo {
        name: name.to_owned(),
        kind: "host".to_owned(),
        person: None,
        runs: Vec::new(),
        mac: None,
        addresses: Vec::new(),
        router: None,
    }
}

pub(super) fn address(number: u8, v6: bool) -> IpAddr {
    if v6 {
        format!("2001:db8:1::{number}").parse().unwrap()
    } else {
        IpAddr::from([192, 0, 2, number])
    }
}

fn host(network: &mut Network, number: u8, programs: Vec<Box<dyn Program>>) -> HostId {
    host_with(network, number, TcpConfig::default(), programs)
}

pub(super) fn host_with(
    network: &mut Network,
    number: u8,
    tcp: TcpConfig,
    programs: Vec<Box<dyn Program>>,
) -> HostId {
    let name = format!("host{number}");
    let config = HostConfig {
        mac: [2, 0, 0, 0, 0, number],
        addresses: vec![(address(number, false), 24), (address(number, true), 64)],
        gateways: Vec::new(),
        tcp,
        names: Default::default(),
        neighbours: Default::default(),
        programs,
        resolver: None,
        rng: Rng::from_seed(1).fork(&name),
    };
    network.add_host(info(&name), config)
}

/// Two hosts on a link: 1 sends to 2.
pub(super) fn pair(
    client: Box<dyn Program>,
    server: Vec<Box<dyn Program>>,
    link: LinkConfig,
) -> Network {
    let mut network = Network::default();
    let a = host(&mut network, 1, vec![client]);
    let b = host(&mut network, 2, server);
    network.join(a, b, "host1 - host2", link);
    network
}

pub(super) fn run(network: &mut Network) -> &Timeline {
    network.start();
    for _ in 0..2_000_000 {
        if !network.step() {
            return network.timeline();
        }
    }
    panic!("the run does not end");
}

pub(super) fn to_listen(port: u16) -> Request {
    Request::Listen {
        token: 1,
        addr: None,
        port: Some(port),
    }
}

pub(super) fn to_connect(to: SocketAddr) -> Request {
    Request::Connect {
        token: 1,
        to,
        local_port: None,
    }
}

pub(super) fn to_send(conn: ConnId, content: Content) -> Request {
    Request::SendContent {
        conn,
        range: 0..content.len(),
        content,
        transform: Transform::AsIs,
        turn: None,
    }
}

/// Has somebody at the second host type after 20 s.
pub(super) fn types_late(network: &mut Network) {
    network
        .act(crate::timeline::Action {
            at: Time::ZERO + Duration::from_secs(20),
            host: "host2".to_owned(),
            person: "Grace".to_owned(),
            program: None,
            act: crate::timeline::Act::Type("read".to_owned()),
        })
        .unwrap();
}

pub(super) fn notes(timeline: &Timeline) -> BTreeMap<String, String> {
    let events = timeline.events().iter();
    events
        .filter(|event| event.kind == Kind::Note)
        .map(|event| timeline.note(event.arg))
        .map(|note| (note.key.clone(), note.value.clone()))
        .collect()
}

pub(super) fn at(number: u8, port: u16, v6: bool) -> SocketAddr {
    SocketAddr::new(address(number, v6), port)
}

pub(super) fn generated(len: u64) -> Content {
    Content::Generated { seed: 9, len }
}

#[test]
fn a_file_arrives_as_it_was_sent_over_either_version_of_ip() {
    for v6 in [false, true] {
        let content = generated(300_000);
        let client = source(at(2, 7, v6), content.clone());
        let mut network = pair(client, vec![sink(7)], LinkConfig::default());
        let timeline = run(&mut network);
        let notes = notes(timeline);
        assert_eq!(notes["received"], "300000");
        assert_eq!(notes["sent"], "yes");
        assert_eq!(notes["closed"], CloseReason::Finished.to_string());
        let server = timeline.connections()[0].server.unwrap();
        assert_eq!(
            timeline.received(server, 0..u64::MAX),
            content.read(0..300_000)
        );
        assert_eq!(timeline.received(server, 70_000..70_010).len(), 10);
    }
}

#[test]
fn every_frame_is_delivered_or_dropped_and_has_its_cause() {
    let link = LinkConfig {
        queue_frames: 5,
        ..LinkConfig::default()
    };
    let mut network = pair(
        source(at(2, 7, false), generated(400_000)),
        vec![sink(7)],
        link,
    );
    let timeline = run(&mut network);
    let count = |kind| timeline.events().iter().filter(|e| e.kind == kind).count();
    assert!(count(Kind::Dropped) > 0, "the queue is short");
    assert_eq!(
        count(Kind::Sent),
        count(Kind::Delivered) + count(Kind::Dropped)
    );
    assert_eq!(notes(timeline)["received"], "400000", "lost and sent again");
    for event in timeline.events().iter() {
        let root = matches!(event.kind, Kind::Started | Kind::Acted);
        assert_eq!(event.cause.is_none(), root, "{event:?}");
    }
}

#[test]
fn nobody_listening_refuses_at_once() {
    let client = source(at(2, 7, false), generated(1));
    let mut network = pair(client, vec![sink(8)], LinkConfig::default());
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["failed"], CloseReason::Refused.to_string());
    assert!(network.now() < Time::ZERO + Duration::from_secs(1));
}

#[test]
fn nobody_there_is_asked_for_three_times_and_unreachable_then() {
    let client = source(at(9, 7, false), generated(1));
    let mut network = pair(client, vec![], LinkConfig::default());
    let timeline = run(&mut network);
    let reason = CloseReason::Unreachable(Unreachable::Host);
    assert_eq!(notes(timeline)["failed"], reason.to_string());
    let frames = timeline.frames().iter();
    let arp = frames.filter(|f| timeline.arena().get(f.slot)[12..14] == [8, 6]);
    assert_eq!((arp.count(), timeline.frames().len()), (3, 3));
    assert_eq!(network.now(), Time::ZERO + Duration::from_secs(3));
}

#[test]
fn a_reader_that_pauses_closes_the_window_and_resumes() {
    let reader = does(|now, input, out| match input {
        Input::Started => out.push_back(to_listen(7)),
        Input::Accepted { conn, .. } => out.push_back(Request::Pause { conn }),
        Input::Typed { .. } => {
            assert!(now > Time::ZERO);
            out.push_back(Request::Resume {
                conn: crate::base::ConnId(1),
            });
        }
        Input::Eof { conn } => {
            out.push_back(note("end", "heard"));
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    });
    let client = source(at(2, 7, false), generated(2_000_000));
    let mut network = pair(client, vec![reader], LinkConfig::default());
    network.start();
    types_late(&mut network);
    while network.step() {}
    let timeline = network.timeline();
    assert_eq!(notes(timeline)["end"], "heard");
    let zero_windows = timeline
        .events()
        .iter()
        .filter(|e| e.kind == Kind::Sent && e.host == HostId(1))
        .filter_map(|e| {
            crate::base::headers::Tcp::read(timeline.bytes(crate::base::FrameId(e.arg)))
        })
        .filter(|tcp| tcp.window == 0);
    assert!(zero_windows.count() > 1, "probes are answered");
}

#[test]
fn forty_callers_at_once_are_all_served() {
    let mut network = Network::default();
    let to = at(200, 7, false);
    let clients = (0..40).map(|_| source(to, generated(5000))).collect();
    let a = host(&mut network, 1, clients);
    let b = host(&mut network, 200, vec![counting(7)]);
    network.join(a, b, "a - b", LinkConfig::default());
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["ended"], "40");
    assert_eq!(timeline.connections().len(), 40);
}

/// Listens and counts how many peers finished.
fn counting(port: u16) -> Box<dyn Program> {
    let mut ended = 0;
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_listen(port)),
        Input::Eof { conn } => {
            ended += 1;
            out.push_back(note("ended", &ended.to_string()));
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    })
}

#[test]
fn a_switch_learns_and_then_sends_to_one_side_only() {
    let mut network = Network::default();
    let content = generated(100_000);
    let a = host(&mut network, 1, vec![source(at(2, 7, false), content)]);
    let b = host(&mut network, 2, vec![sink(7)]);
    let c = host(&mut network, 3, vec![]);
    let switch = network.add_switch(info("switch"));
    for (host, name) in [(a, "a"), (b, "b"), (c, "c")] {
        network.join(host, switch, name, LinkConfig::default());
    }
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["received"], "100000");
    let heard_by_c = timeline
        .events()
        .iter()
        .filter(|e| e.kind == Kind::Delivered && e.host == c);
    assert_eq!(heard_by_c.count(), 1, "the first question, flooded");
}

#[test]
fn a_loop_of_switches_storms_and_can_be_stopped() {
    let mut network = Network::default();
    let a = host(
        &mut network,
        1,
        vec![source(at(2, 7, false), generated(10))],
    );
    let one = network.add_switch(info("one"));
    let two = network.add_switch(info("two"));
    network.join(a, one, "a - one", LinkConfig::default());
    network.join(one, two, "one - two", LinkConfig::default());
    network.join(two, one, "two - one", LinkConfig::default());
    network.start();
    for _ in 0..50_000 {
        assert!(network.step(), "a storm never ends by itself");
    }
    let timeline = network.timeline();
    assert!(timeline.events().len() >= 50_000);
    assert!(
        timeline.total_bytes() < 10_000,
        "forwarded frames share bytes"
    );
}

#[test]
fn damage_is_found_by_the_card() {
    let mut network = pair(
        source(at(2, 7, false), generated(10)),
        vec![sink(7)],
        LinkConfig::default(),
    );
    network.start();
    while network.next_at().is_some_and(|t| t < Time(5_000_000)) {
        network.step();
    }
    let flipped: Vec<u8> = {
        let timeline = network.timeline();
        let mut bytes = timeline.bytes(crate::base::FrameId(0)).to_vec();
        bytes[12..14].copy_from_slice(&[8, 0]);
        bytes[14] = 0x45;
        bytes
    };
    let Some(super::Node::Host(host)) = network.nodes.get(1) else {
        panic!("host2 is a host");
    };
    assert_eq!(host.refuses(&flipped), Some(DropReason::Checksum));
}

#[test]
fn neighbours_known_beforehand_are_not_asked_for() {
    for v6 in [false, true] {
        let mut network = Network::default();
        let known = |number: u8| {
            crate::base::sorted::Map::from_iter([
                (address(number, false), [2, 0, 0, 0, 0, number]),
                (address(number, true), [2, 0, 0, 0, 0, number]),
            ])
        };
        let mut add = |number: u8, other: u8, program| {
            let config = HostConfig {
                mac: [2, 0, 0, 0, 0, number],
                addresses: vec![(address(number, false), 24), (address(number, true), 64)],
                gateways: Vec::new(),
                tcp: TcpConfig::default(),
                names: Default::default(),
                neighbours: known(other),
                programs: vec![program],
                resolver: None,
                rng: Rng::from_seed(1).fork(&number.to_string()),
            };
            network.add_host(info(&number.to_string()), config)
        };
        let a = add(1, 2, source(at(2, 7, v6), generated(10)));
        let b = add(2, 1, sink(7));
        network.join(a, b, "a - b", LinkConfig::default());
        let timeline = run(&mut network);
        assert_eq!(notes(timeline)["received"], "10");
        for frame in timeline.frames() {
            let bytes = timeline.arena().get(frame.slot);
            assert!(crate::base::headers::Tcp::read(bytes).is_some());
        }
    }
}

#[test]
fn a_flood_of_requests_answered_at_once_needs_no_stack() {
    let server = FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "x")],
        files: [("a", generated(10))].into_iter().collect(),
        ..FtpServerConfig::default()
    });
    // RETR waits for a data connection that never comes; what is said meanwhile piles up
    // in the receive buffer and is read in one go.
    let mut said = b"USER ada\r\nPASS x\r\nTYPE I\r\nPASV\r\nRETR a\r\n".to_vec();
    said.extend(b"PASV\r\n".repeat(60_000));
    let client = source(at(2, 21, false), Content::from_bytes(&said));
    let mut network = pair(client, vec![Box::new(server)], LinkConfig::default());
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["sent"], "yes");
    let client = timeline.connections()[0].client;
    let heard = timeline.received(client, 0..u64::MAX);
    let answers = heard
        .split(|b| *b == b'\n')
        .filter(|l| l.starts_with(b"227 "));
    assert_eq!(answers.count(), 60_001);
}
