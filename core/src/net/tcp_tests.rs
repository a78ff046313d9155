//! Hosts do as they are told: segments, windows, acknowledgements, patience.

use super::host::{Congestion, TcpConfig};
use super::link::{Fault, Mischief, Pattern, Shape, Victims};
use super::tests::{at, does, generated, host_with, note, notes, run, sink, source};
use super::tests::{to_connect, to_listen};
use super::{LinkConfig, Network};
use crate::base::headers::Tcp;
use crate::base::{CloseReason, Duration, HostId, Time};
use crate::program::{Input, Program, Request};
use crate::timeline::{DropReason, Kind, Timeline};

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A client and a server that behave so.
fn two(
    tcp: [TcpConfig; 2],
    client: Box<dyn Program>,
    server: Box<dyn Program>,
    link: LinkConfig,
) -> Network {
    let mut network = Network::default();
    let a = host_with(&mut network, 1, tcp[0], vec![client]);
    let b = host_with(&mut network, 2, tcp[1], vec![server]);
    network.join(a, b, "a - b", link);
    network
}

fn sends(tcp: [TcpConfig; 2], len: u64, v6: bool) -> Network {
    let client = source(at(2, 7, v6), generated(len));
    let mut network = two(tcp, client, sink(7), LinkConfig::default());
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["received"], len.to_string());
    assert_eq!(notes(timeline)["closed"], CloseReason::Finished.to_string());
    network
}

/// The segments of a host, with when they were sent.
fn said(timeline: &Timeline, host: u16) -> Vec<(Time, Tcp, &[u8])> {
    let frames = timeline.frames().iter();
    let own = frames.filter(|f| f.from == HostId(host));
    own.filter_map(|frame| {
        let bytes = timeline.arena().get(frame.slot);
        Some((timeline.event(frame.sent).time, Tcp::read(bytes)?, bytes))
    })
    .collect()
}

fn longest(timeline: &Timeline, host: u16) -> usize {
    let segments = said(timeline, host).into_iter();
    segments.map(|(_, tcp, _)| tcp.payload.len()).max().unwrap()
}

#[test]
fn a_segment_is_as_long_as_either_side_lets_it() {
    for v6 in [false, true] {
        let small = TcpConfig {
            mss: Some(400),
            ..TcpConfig::default()
        };
        for tcp in [[small, TcpConfig::default()], [TcpConfig::default(), small]] {
            let network = sends(tcp, 30_000, v6);
            let timeline = network.timeline();
            assert_eq!(longest(timeline, 0), 400);
            let host = u16::from(tcp[1] == small);
            let (_, _, syn) = said(timeline, host)[0];
            let options = if v6 { 74 } else { 54 };
            assert_eq!(syn[options..options + 4], [2, 4, 1, 0x90], "RFC 6691");
        }
    }
}

#[test]
fn a_short_link_makes_short_segments() {
    let link = LinkConfig {
        longest_frame: 614,
        ..LinkConfig::default()
    };
    let client = source(at(2, 7, false), generated(30_000));
    let tcp = [TcpConfig::default(); 2];
    let mut network = two(tcp, client, sink(7), link);
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["received"], "30000");
    assert_eq!(longest(timeline, 0), 560);
}

#[test]
fn every_window_from_one_byte_to_a_mebibyte_is_kept() {
    let sizes = [
        1,
        2,
        3,
        10,
        47,
        48,
        100,
        536,
        1459,
        1460,
        1461,
        2920,
        4096,
        10_000,
        65_535,
        65_536,
        65_537,
        100_000,
        131_071,
        131_072,
        200_000,
        262_144,
        500_000,
        524_288,
        600_000,
        1 << 20,
    ];
    for window in sizes {
        let tcp = TcpConfig {
            window,
            ..TcpConfig::default()
        };
        let len = (window as u64 * 3).clamp(20, 700_000);
        let network = sends([TcpConfig::default(), tcp], len, false);
        let timeline = network.timeline();
        let mut edge = None;
        let mut scale = 0;
        // What the receiver has said, and what it has seen, in the order of the run.
        for event in timeline.events().iter() {
            if !matches!(event.kind, Kind::Sent | Kind::Delivered) || event.host != HostId(1) {
                continue;
            }
            let bytes = timeline.bytes(crate::base::FrameId(event.arg));
            let Some(tcp) = Tcp::read(bytes) else {
                continue;
            };
            if event.kind == Kind::Sent {
                if tcp.syn {
                    let options = &bytes[54..];
                    let at = options.windows(2).position(|two| two == [3, 3]).unwrap();
                    scale = options[at + 2];
                }
                let shown = u32::from(tcp.window) << if tcp.syn { 0 } else { scale };
                assert!(shown as usize <= window);
                edge = tcp.ack.map(|ack| ack.wrapping_add(shown));
            } else if let (Some(edge), false) = (edge, tcp.payload.is_empty()) {
                let end = tcp
                    .seq
                    .wrapping_add(u32::try_from(tcp.payload.len()).unwrap());
                let over = end.wrapping_sub(edge).cast_signed();
                assert!(over <= 1, "{window}: {over} past the edge");
            }
        }
    }
}

#[test]
fn acknowledgements_wait_as_long_as_they_may() {
    let count = |ack_delay| {
        let tcp = TcpConfig {
            ack_delay,
            ..TcpConfig::default()
        };
        let network = sends([TcpConfig::default(), tcp], 200_000, false);
        said(network.timeline(), 1).len()
    };
    assert!(count(None) > count(Some(Duration::from_millis(40))));
}

/// Says one byte, then another as soon as may be, five times.
fn typist() -> Box<dyn Program> {
    does(|_, input, out| match input {
        Input::Started => out.push_back(to_connect(at(2, 7, false))),
        Input::Connected { conn, .. } => {
            for _ in 0..5 {
                out.push_back(Request::Send {
                    conn,
                    bytes: vec![b'x'],
                    turn: None,
                });
                out.push_back(Request::Note {
                    key: "said".to_owned(),
                    value: "x".to_owned(),
                });
            }
        }
        Input::Closed { reason, .. } => out.push_back(note("closed", &reason.to_string())),
        Input::ConnectFailed { reason, .. } => out.push_back(note("failed", &reason.to_string())),
        _ => {}
    })
}

#[test]
fn each_way_to_control_congestion_brings_the_file() {
    for congestion in [Congestion::None, Congestion::Reno, Congestion::Cubic] {
        let tcp = TcpConfig {
            congestion,
            nagle: congestion == Congestion::Reno,
            ..TcpConfig::default()
        };
        let client = source(at(2, 7, false), generated(400_000));
        let link = LinkConfig {
            queue_frames: 8,
            ..LinkConfig::default()
        };
        let mut network = two([tcp, tcp], client, sink(7), link);
        let timeline = run(&mut network);
        let notes = notes(timeline);
        let received = notes.get("received").map(String::as_str);
        assert_eq!(received, Some("400000"), "{congestion:?}");
    }
}

fn down_from(secs: u64) -> LinkConfig {
    LinkConfig {
        down: vec![(Time::ZERO + self::secs(secs), Time::MAX)],
        ..LinkConfig::default()
    }
}

/// Has somebody type at the first host at a moment, which keeps the run going.
fn types_at(network: &mut Network, at: u64) {
    let action = crate::timeline::Action {
        at: Time::ZERO + secs(at),
        host: "host1".to_owned(),
        person: "Ada".to_owned(),
        program: None,
        act: crate::timeline::Act::Type("x".to_owned()),
    };
    network.act(action).unwrap();
}

#[test]
fn a_silent_peer_is_asked_whether_it_is_there() {
    let tcp = TcpConfig {
        keep_alive: Some(secs(30)),
        send_patience: secs(100),
        ..TcpConfig::default()
    };
    let mut network = two(
        [tcp, TcpConfig::default()],
        typist(),
        sink(7),
        LinkConfig::default(),
    );
    network.start();
    types_at(&mut network, 1000);
    while network.step() {}
    let timeline = network.timeline();
    assert!(!notes(timeline).contains_key("closed"), "it answers");
    let late = said(timeline, 0)
        .into_iter()
        .filter(|(time, ..)| *time > Time::ZERO + secs(20));
    let probes: Vec<_> = late.collect();
    assert_eq!(probes.len(), 33);
    assert!(probes.iter().all(|(_, tcp, _)| tcp.payload.is_empty()));
    let answers = said(timeline, 1)
        .into_iter()
        .filter(|(time, ..)| *time > Time::ZERO + secs(20));
    assert_eq!(answers.count(), 33);
}

#[test]
fn a_peer_without_room_is_waited_for_as_long_as_it_answers() {
    let tcp = TcpConfig {
        send_patience: secs(100),
        ..TcpConfig::default()
    };
    for (link, ends) in [(LinkConfig::default(), None), (down_from(500), Some(600))] {
        let reader = TcpConfig {
            window: 3000,
            ..TcpConfig::default()
        };
        let client = source(at(2, 7, false), generated(10_000));
        let mut network = two([tcp, reader], client, deaf(), link);
        network.start();
        types_at(&mut network, 1000);
        while network.now() < Time::ZERO + secs(1000) && network.step() {}
        let closed = notes(network.timeline()).contains_key("closed");
        assert_eq!(closed, ends.is_some());
        if let Some(most) = ends {
            let mut events = network.timeline().events().iter();
            let at = events.find(|e| e.kind == Kind::Closed).unwrap();
            let at = at.time.since(Time::ZERO);
            assert!((secs(500)..secs(most + 5)).contains(&at), "{at:?}");
        }
    }
}

/// Takes a connection and reads nothing.
fn deaf() -> Box<dyn Program> {
    does(|_, input, out| match input {
        Input::Started => out.push_back(to_listen(7)),
        Input::Accepted { conn, .. } => out.push_back(Request::Pause { conn }),
        _ => {}
    })
}

#[test]
fn nobody_waits_for_a_question_that_need_not_be_asked() {
    let tcp = TcpConfig {
        keep_alive: Some(secs(30)),
        ..TcpConfig::default()
    };
    let mut network = two([tcp, tcp], typist(), sink(7), LinkConfig::default());
    run(&mut network);
    assert!(network.now() < Time::ZERO + secs(5));
}

#[test]
fn a_peer_that_is_gone_is_found_out() {
    let tcp = TcpConfig {
        keep_alive: Some(secs(30)),
        send_patience: secs(100),
        ..TcpConfig::default()
    };
    let mut network = two(
        [tcp, TcpConfig::default()],
        typist(),
        sink(7),
        down_from(10),
    );
    network.start();
    types_at(&mut network, 1000);
    while network.step() {}
    let timeline = network.timeline();
    assert_eq!(notes(timeline)["closed"], CloseReason::TimedOut.to_string());
    let closed = timeline
        .events()
        .iter()
        .find(|e| e.kind == Kind::Closed)
        .unwrap();
    let after = closed.time.since(Time::ZERO);
    assert!((secs(125)..secs(135)).contains(&after), "{after:?}");
}

#[test]
fn patience_is_as_long_as_it_is_said_to_be() {
    let tcp = TcpConfig {
        connect_patience: secs(7),
        send_patience: secs(11),
        ..TcpConfig::default()
    };
    let deaf = LinkConfig {
        faults: vec![Fault {
            does: Mischief::Lose,
            to: Victims::Like(Pattern {
                shape: Shape::Syn,
                of_file: false,
                from: None,
                nth: (1, u32::MAX),
            }),
        }],
        ..LinkConfig::default()
    };
    let mut network = two([tcp, tcp], typist(), sink(7), deaf);
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["failed"], CloseReason::TimedOut.to_string());
    let closed = timeline
        .events()
        .iter()
        .find(|e| e.kind == Kind::Closed)
        .unwrap();
    assert!((secs(7)..secs(8)).contains(&closed.time.since(Time::ZERO)));

    let client = source(at(2, 7, false), generated(5_000_000));
    let slow = LinkConfig {
        rate_bps: 1_000_000,
        ..down_from(3)
    };
    let mut network = two([tcp, tcp], client, sink(7), slow);
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["closed"], CloseReason::TimedOut.to_string());
    let closed = timeline
        .events()
        .iter()
        .find(|e| e.kind == Kind::Closed)
        .unwrap();
    let after = closed.time.since(Time::ZERO);
    assert!((secs(13)..secs(15)).contains(&after), "{after:?}");
}

#[test]
fn a_full_backlog_drops_what_comes() {
    let server = TcpConfig {
        backlog: 3,
        ..TcpConfig::default()
    };
    let callers = does(|_, input, out| {
        if let Input::Started = input {
            for _ in 0..10 {
                out.push_back(to_connect(at(2, 7, false)));
            }
        }
    });
    let listener = does(|_, input, out| {
        if let Input::Started = input {
            out.push_back(to_listen(7));
        }
    });
    let tcp = [TcpConfig::default(), server];
    let mut network = two(tcp, callers, listener, LinkConfig::default());
    let timeline = run(&mut network);
    let full = timeline
        .losses()
        .filter(|l| l.reason == DropReason::BacklogFull);
    assert_eq!(
        full.count(),
        7 + 4 + 1,
        "they ask again at once, all together"
    );
    let opened = timeline
        .ends()
        .iter()
        .filter(|e| e.active && e.opened.is_some());
    assert_eq!(opened.count(), 10);
}
