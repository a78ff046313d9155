//! How connections and datagrams end: late readers, full windows, losses, nobody there.

use super::host::{HostConfig, TcpConfig};
use super::tests::{address, at, does, generated, info, note, notes, pair, run, sink, source};
use super::tests::{to_connect, to_listen, to_send, types_late};
use super::{LinkConfig, Network};
use crate::base::{CloseReason, Duration, Rng, Time};
use crate::program::{Input, Program, Request};
use crate::timeline::Kind;
use std::net::SocketAddr;

/// Listens at port 7, reads nothing for 20 s, and finishes as soon as it is called.
fn late_reader() -> Box<dyn Program> {
    let mut count = 0;
    let mut open = None;
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_listen(7)),
        Input::Accepted { conn, .. } => {
            open = Some(conn);
            out.push_back(Request::Pause { conn });
            out.push_back(Request::Finish { conn });
        }
        Input::Typed { .. } => out.extend(open.map(|conn| Request::Resume { conn })),
        Input::Data { bytes, .. } => count += bytes.len(),
        Input::Eof { .. } => out.push_back(note("read", &count.to_string())),
        Input::Closed { conn, reason } => {
            out.push_back(note("server", &format!("{count} {reason}")));
            out.push_back(Request::Send {
                conn,
                bytes: vec![1],
                turn: Some(crate::base::Turn {
                    kind: crate::base::TurnKind::Reply,
                    verb: "late".to_owned(),
                    text: String::new(),
                    meaning: String::new(),
                    reference: "",
                }),
            });
            out.push_back(Request::Abort { conn });
        }
        _ => {}
    })
}

/// Lets 1 send `len` bytes to a reader on 2 that begins to read after 20 s.
fn read_late(len: u64) -> Network {
    let client = source(at(2, 7, false), generated(len));
    let mut network = pair(client, vec![late_reader()], LinkConfig::default());
    network.start();
    types_late(&mut network);
    while network.step() {}
    network
}

#[test]
fn a_late_reader_gets_all_although_both_sides_have_finished() {
    let network = read_late(5000);
    let notes = notes(network.timeline());
    assert_eq!(notes["read"], "5000");
    assert_eq!(
        notes["server"],
        format!("5000 {}", CloseReason::Finished),
        "nothing is gone before it is read"
    );
    let timeline = network.timeline();
    assert!(
        timeline.turns().is_empty(),
        "what is said too late is not said"
    );
    let reset = |frame: &crate::timeline::Frame| {
        let tcp = crate::base::headers::Tcp::read(timeline.arena().get(frame.slot));
        tcp.is_some_and(|tcp| tcp.rst)
    };
    assert!(!timeline.frames().iter().any(reset));
}

#[test]
fn a_file_that_just_fills_the_window_loses_nothing() {
    for len in 524_270..524_300 {
        let network = read_late(len);
        let notes = notes(network.timeline());
        assert_eq!(notes["read"], len.to_string());
        assert_eq!(notes["closed"], CloseReason::Finished.to_string(), "{len}");
    }
}

#[test]
fn files_both_ways_over_a_short_queue_arrive() {
    let to = at(2, 7, false);
    let both = |listens: bool| {
        does(move |_, input, out| match input {
            Input::Started if listens => out.push_back(to_listen(7)),
            Input::Started => out.push_back(to_connect(to)),
            Input::Connected { conn, .. } | Input::Accepted { conn, .. } => {
                out.push_back(to_send(conn, generated(300_000)));
                out.push_back(Request::Finish { conn });
            }
            Input::Closed { reason, .. } => {
                let key = if listens { "server" } else { "client" };
                out.push_back(note(key, &reason.to_string()));
            }
            _ => {}
        })
    };
    for queue_frames in [1, 2, 5] {
        let link = LinkConfig {
            queue_frames,
            delay: Duration::ZERO,
            ..LinkConfig::default()
        };
        let mut network = pair(both(false), vec![both(true)], link);
        let timeline = run(&mut network);
        let notes = notes(timeline);
        for side in ["client", "server"] {
            assert_eq!(notes[side], CloseReason::Finished.to_string());
        }
        for end in 0..2 {
            let all = timeline.received(crate::base::ConnId(end), 0..u64::MAX);
            assert_eq!(all.len(), 300_000, "queue of {queue_frames}");
        }
    }
}

#[test]
fn a_reset_after_this_side_finished_is_a_reset() {
    let client = does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(at(2, 7, false))),
        Input::Eof { conn } => {
            out.push_back(to_send(conn, generated(300_000)));
            out.push_back(Request::Finish { conn });
        }
        Input::Closed { reason, .. } => out.push_back(note("closed", &reason.to_string())),
        _ => {}
    });
    let server = does(|_, input, out| match input {
        Input::Started => out.push_back(to_listen(7)),
        Input::Accepted { conn, .. } => out.push_back(Request::Finish { conn }),
        Input::Data { conn, .. } => out.push_back(Request::Abort { conn }),
        _ => {}
    });
    let mut network = pair(client, vec![server], LinkConfig::default());
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["closed"], CloseReason::Reset.to_string());
}

#[test]
fn what_cannot_be_reached_fails_at_once_and_leaves_no_end_behind() {
    let places = [
        "10.9.8.7:7",
        "192.0.2.255:7",
        "224.0.0.1:7",
        "0.0.0.0:7",
        "192.0.2.1:7",
        "192.0.2.2:0",
        "[2001:db8:9::1]:7",
    ];
    for place in places {
        let client = source(place.parse().unwrap(), generated(1));
        let mut network = pair(client, vec![sink(7)], LinkConfig::default());
        let timeline = run(&mut network);
        assert_eq!(notes(timeline)["failed"], CloseReason::NoRoute.to_string());
        assert!(timeline.ends().is_empty() && network.now() == Time::ZERO);
    }
}

#[test]
fn a_datagram_to_nobody_is_asked_for_three_times_and_given_up() {
    for to in ["192.0.2.9:53", "10.9.8.7:53", "[2001:db8:1::9]:53"] {
        let to: SocketAddr = to.parse().unwrap();
        let client = does(move |_, input, out| match input {
            Input::Started => out.push_back(Request::BindUdp {
                token: 1,
                port: None,
            }),
            Input::Listening { .. } => {
                for to in [to, at(2, 53, to.is_ipv6())] {
                    out.push_back(Request::SendTo {
                        token: 1,
                        to,
                        bytes: vec![7; 9],
                        hop_limit: None,
                        turn: None,
                    });
                }
            }
            _ => {}
        });
        let mut network = pair(client, vec![], LinkConfig::default());
        let timeline = run(&mut network);
        let frames = timeline.frames().iter();
        let questions = frames.filter(|frame| {
            let bytes = timeline.arena().get(frame.slot);
            let asks = bytes[12..14] == [8, 6] || bytes[20] == 58 && bytes[54] == 135;
            asks && bytes.ends_with(&[9]) | bytes[20..].windows(2).any(|two| two == [0, 9])
        });
        assert!(questions.count() <= 3);
        for event in timeline.events().iter() {
            assert_eq!(event.cause.is_none(), event.kind == Kind::Started);
        }
        assert!(network.now() <= Time::ZERO + Duration::from_secs(4));
    }
}

#[test]
fn known_neighbours_are_refused_and_answered_at_once() {
    let known = |own: u8| {
        let others = (1..5).filter(move |other| *other != own);
        others
            .map(|other| (address(other, false), [2, 0, 0, 0, 0, other]))
            .collect::<crate::base::sorted::Map<_, _>>()
    };
    let mut network = Network::default();
    let switch = network.add_switch(info("switch"));
    for number in 1..5 {
        let program = match number {
            4 => sink(8),
            3 => source(at(4, 7, false), generated(1)),
            _ => source(at(4, 8, false), generated(0)),
        };
        let config = HostConfig {
            mac: [2, 0, 0, 0, 0, number],
            addresses: vec![(address(number, false), 24)],
            gateways: Vec::new(),
            tcp: TcpConfig::default(),
            names: Default::default(),
            neighbours: known(number),
            programs: vec![program],
            resolver: None,
            rng: Rng::from_seed(1).fork(&number.to_string()),
        };
        let host = network.add_host(info(&number.to_string()), config);
        network.join(host, switch, &number.to_string(), LinkConfig::default());
    }
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["failed"], CloseReason::Refused.to_string());
    let late = Time::ZERO + Duration::from_millis(900);
    assert!(timeline.events().iter().all(|e| e.time < late));
}
