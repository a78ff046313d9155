//! Hosts that reach each other through routers.

use super::*;
use crate::net::HostConfig;
use crate::net::host::TcpConfig;
use crate::net::link::{Fault, Mischief, Pattern, Shape, Victims};
use crate::net::tests::{does, generated, note, notes, run, sink, source};
use crate::net::tests::{to_connect, to_listen, to_send};
use crate::program::{Input, Program, Request};
use std::net::SocketAddr;

/// The networks from left to right: those of two hosts, and the one between two routers.
const NETS: [[&str; 2]; 3] = [
    ["192.0.2.", "2001:db8:1::"],
    ["198.51.100.", "2001:db8:2::"],
    ["203.0.113.", "2001:db8:3::"],
];

fn at(net: usize, v6: bool, number: u8) -> IpAddr {
    ip(&format!("{}{number}", NETS[net][usize::from(v6)]))
}

fn both(net: usize, number: u8) -> Vec<(IpAddr, u8)> {
    vec![(at(net, false, number), 24), (at(net, true, number), 64)]
}

fn host(network: &mut Network, net: usize, program: Option<Box<dyn Program>>) -> HostId {
    let name = format!("host{net}");
    let config = HostConfig {
        mac: [2, 0, 0, 0, 1, u8::try_from(net).unwrap()],
        addresses: both(net, 10),
        gateways: vec![at(net, false, 1), at(net, true, 1)],
        tcp: TcpConfig::default(),
        names: Map::new(),
        neighbours: Map::new(),
        programs: program.into_iter().collect(),
        resolver: None,
        rng: Rng::from_seed(1).fork(&name),
    };
    network.add_host(info(&name), config)
}

/// A router between two networks, whose way to the third leads by `via`.
fn router(network: &mut Network, nets: [usize; 2], third: (usize, u8, usize)) -> HostId {
    let name = format!("router{}", nets[0]);
    let (far, via, port) = third;
    let numbers = if nets[0] == 0 { [1, 1] } else { [2, 1] };
    let ports = [0, 1].map(|index| PortConfig {
        mac: [2, 0, 0, 0, 2, u8::try_from(nets[0] * 2 + index).unwrap()],
        addresses: both(nets[index], numbers[index]),
        inside: index == 0,
    });
    let route = |v6| Route {
        to: at(far, v6, 0),
        prefix: if v6 { 64 } else { 24 },
        via: at(1, v6, via),
        port,
    };
    let config = RouterConfig {
        ports: ports.into(),
        routes: vec![route(false), route(true)],
        flows: None,
        firewall: None,
        neighbours: Map::new(),
        rng: Rng::from_seed(1).fork(&name),
    };
    network.add_router(info(&name), config)
}

/// `host0 - router0 - router1 - host2`, all of whom ask for their neighbours.
fn chain(client: Option<Box<dyn Program>>, server: Option<Box<dyn Program>>) -> Network {
    chain_over(LinkConfig::default(), client, server)
}

/// The same, where the link of `host0` is as said.
fn chain_over(
    first: LinkConfig,
    client: Option<Box<dyn Program>>,
    server: Option<Box<dyn Program>>,
) -> Network {
    let mut network = Network::default();
    let a = host(&mut network, 0, client);
    let one = router(&mut network, [0, 1], (2, 2, 1));
    let two = router(&mut network, [1, 2], (0, 1, 0));
    let b = host(&mut network, 2, server);
    network.join(a, one, "a", first);
    for (left, right, name) in [(one, two, "b"), (two, b, "c")] {
        network.join(left, right, name, LinkConfig::default());
    }
    network
}

#[test]
fn a_file_crosses_two_routers() {
    for v6 in [false, true] {
        let to = SocketAddr::new(at(2, v6, 10), 7);
        let client = source(to, generated(300_000));
        let mut network = chain(Some(client), Some(sink(7)));
        let timeline = run(&mut network);
        assert_eq!(notes(timeline)["received"], "300000");
        assert_eq!(timeline.losses().count(), 0);
        // Each segment is a frame on each link; the same connection's, one hop less each time.
        let hops: Vec<u8> = timeline
            .frames()
            .iter()
            .filter(|frame| frame.conn.is_some() && frame.from.index() != 3)
            .take(20)
            .map(|frame| timeline.arena().get(frame.slot)[if v6 { 21 } else { 22 }])
            .collect();
        for hop in [62, 63, 64] {
            assert!(hops.contains(&hop), "{hops:?}");
        }
        let routes = &timeline.node(HostId(1)).router.as_ref().unwrap().routes;
        let by = |(_, way): &&(String, String)| way == "by router1";
        assert_eq!(routes.iter().filter(by).count(), 2, "{routes:?}");
    }
}

#[test]
fn a_router_mends_no_damage() {
    for v6 in [false, true] {
        let damages = LinkConfig {
            faults: vec![Fault {
                does: Mischief::Corrupt,
                to: Victims::Share(50_000),
            }],
            ..LinkConfig::default()
        };
        let to = SocketAddr::new(at(2, v6, 10), 7);
        let client = source(to, generated(300_000));
        let mut network = chain_over(damages, Some(client), Some(sink(7)));
        let timeline = run(&mut network);
        assert_eq!(notes(timeline)["received"], "300000");
        let damaged = |id: &FrameId| timeline.bytes(*id) != timeline.arrived(*id);
        let all = (0..timeline.frames().len()).map(FrameId::from_index);
        let damaged = all.filter(damaged).count();
        let lost: Vec<_> = timeline.losses().map(|loss| loss.place).collect();
        assert!(damaged > 5 && lost.len() >= damaged, "{damaged}: {lost:?}");
        // What the header's checksum is not over goes on to the far end.
        assert!(lost.contains(&"host2"), "{lost:?}");
    }
}

#[test]
fn what_is_asked_for_once_a_minute_is_acknowledged_all_the_same() {
    for v6 in [false, true] {
        // The pauses between the questions have grown to a minute by then.
        let loses = LinkConfig {
            faults: vec![Fault {
                does: Mischief::Lose,
                to: Victims::Like(Pattern {
                    shape: Shape::Ack,
                    of_file: false,
                    from: Some(HostId(3)),
                    nth: (1, 8),
                }),
            }],
            ..LinkConfig::default()
        };
        let mut conn = None;
        let to = SocketAddr::new(at(2, v6, 10), 7);
        let client = does(move |_, input, out| match input {
            Input::Started => out.push_back(to_connect(to)),
            Input::Connected { conn: own, .. } => {
                conn = Some(own);
                out.push_back(to_send(own, generated(10)));
            }
            Input::Sent { .. } => {
                out.push_back(note("acknowledged", "yes"));
                out.extend(conn.map(|conn| Request::Abort { conn }));
            }
            _ => {}
        });
        let server = does(|_, input, out| {
            if let Input::Started = input {
                out.push_back(to_listen(7));
            }
        });
        let mut network = chain_over(loses, Some(client), Some(server));
        let timeline = run(&mut network);
        assert_eq!(timeline.losses().count(), 8);
        assert_eq!(notes(timeline)["acknowledged"], "yes");
    }
}

#[test]
fn nobody_at_the_far_end_is_told_by_the_last_router() {
    for v6 in [false, true] {
        let to = SocketAddr::new(at(2, v6, 99), 7);
        let client = source(to, generated(10));
        let mut network = chain(Some(client), None);
        let timeline = run(&mut network);
        let losses: Vec<_> = timeline.losses().collect();
        assert!(!losses.is_empty());
        for loss in losses {
            assert_eq!(
                (loss.reason, loss.place),
                (DropReason::NoNeighbour, "router1")
            );
        }
        assert!(notes(timeline).contains_key("failed"));
    }
}

#[test]
fn a_router_pings_back_across_another() {
    for v6 in [false, true] {
        let mut network = chain(None, None);
        let question = |hops, to| {
            let ethernet = PacketBuilder::ethernet2([2, 0, 0, 0, 1, 0], [2, 0, 0, 0, 2, 0]);
            let step = match (at(0, v6, 10), to) {
                (IpAddr::V4(a), IpAddr::V4(b)) => ethernet.ipv4(a.octets(), b.octets(), hops),
                (IpAddr::V6(a), IpAddr::V6(b)) => ethernet.ipv6(a.octets(), b.octets(), hops),
                _ => panic!("of one family"),
            };
            ping(step, v6)
        };
        // As traceroute does it: one router further each time.
        let mut said = Vec::new();
        for hops in 1..4 {
            let frame = question(hops, at(2, v6, 10));
            let before = network.timeline().frames().len();
            let wires = &mut network.wires;
            let slot = wires.timeline.arena_mut().push(&frame);
            let moment = Moment {
                now: network.now,
                host: HostId(0),
                cause: None,
            };
            wires.send(moment, LinkId(0), slot, None);
            while network.step() {}
            let timeline = network.timeline();
            let answers = timeline.frames()[before..].iter().filter(|frame| {
                let bytes = timeline.arena().get(frame.slot);
                let header = super::super::header::Header::read(bytes);
                frame.link == LinkId(0)
                    && frame.from == HostId(1)
                    && header.is_ok_and(|header| header.is_icmp() && header.hop_limit < 255)
            });
            let answers: Vec<_> = answers
                .map(|frame| {
                    let bytes = timeline.arena().get(frame.slot);
                    (between(bytes).0, icmp(bytes).0)
                })
                .collect();
            assert_eq!(answers.len(), 1, "{answers:?}");
            said.push(answers[0]);
        }
        let (gone, echo) = if v6 {
            ((3, 0), (129, 0))
        } else {
            ((11, 0), (0, 0))
        };
        let expected = [
            (at(0, v6, 1), gone),
            (at(1, v6, 2), gone),
            (at(2, v6, 10), echo),
        ];
        assert_eq!(said, expected);
    }
}
