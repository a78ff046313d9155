//! Links that go wrong: each frame sent is delivered or dropped, and taps see what there is.

use super::link::{Fault, Mischief, Pattern, Shape, Victims};
use super::tests::{at, does, generated, info, notes, pair, run, sink, source, to_connect};
use super::tests::{host_with, to_listen};
use super::{LinkConfig, Network};
use crate::base::headers::Tcp;
use crate::base::{CloseReason, Duration, FrameId, HostId, Time, Turn, TurnKind};
use crate::net::host::TcpConfig;
use crate::program::{Input, Program, Request};
use crate::timeline::{DropReason, Kind, Timeline};

fn faulty(does: Mischief, to: Victims) -> LinkConfig {
    LinkConfig {
        faults: vec![Fault { does, to }],
        ..LinkConfig::default()
    }
}

fn like(shape: Shape, nth: (u32, u32)) -> Pattern {
    Pattern {
        shape,
        of_file: false,
        from: None,
        nth,
    }
}

fn count(timeline: &Timeline, kind: Kind) -> usize {
    timeline.events().iter().filter(|e| e.kind == kind).count()
}

/// Each frame that was sent arrives once or is lost once.
fn adds_up(timeline: &Timeline) {
    let mut ends = vec![0; timeline.frames().len()];
    for event in timeline.events().iter() {
        match event.kind {
            Kind::Delivered => ends[event.arg as usize] += 1,
            Kind::Dropped => ends[timeline.dropped(event.arg).frame.index()] += 1,
            _ => {}
        }
    }
    assert!(ends.iter().all(|ends| *ends == 1), "{ends:?}");
}

fn lost(timeline: &Timeline) -> Vec<(FrameId, DropReason)> {
    timeline.losses().map(|l| (l.frame, l.reason)).collect()
}

/// A file of 300,000 bytes over such a link, which arrives in any case.
fn file_over(link: LinkConfig, v6: bool) -> Network {
    let client = source(at(2, 7, v6), generated(300_000));
    let mut network = pair(client, vec![sink(7)], link);
    let timeline = run(&mut network);
    let notes = notes(timeline);
    assert_eq!(notes["received"], "300000");
    assert_eq!(notes["closed"], CloseReason::Finished.to_string());
    adds_up(timeline);
    network
}

#[test]
fn a_share_of_frames_is_lost_half_way() {
    let network = file_over(faulty(Mischief::Lose, Victims::Share(50_000)), false);
    let timeline = network.timeline();
    let lost: Vec<_> = timeline.losses().collect();
    assert!(lost.len() > 5);
    for loss in lost {
        assert_eq!(
            (loss.reason, loss.place),
            (DropReason::Loss, "host1 - host2")
        );
        let sent = timeline.event(timeline.frame(loss.frame).sent);
        let way = timeline.event(loss.event).time.since(sent.time);
        assert!(way >= Duration::from_millis(5), "{way:?}");
    }
}

#[test]
fn a_doubled_frame_arrives_twice_and_its_sender_knows_of_one() {
    for v6 in [false, true] {
        let network = file_over(faulty(Mischief::Duplicate, Victims::Share(50_000)), v6);
        let timeline = network.timeline();
        let copies: Vec<_> = (0..timeline.frames().len())
            .map(FrameId::from_index)
            .filter(|id| timeline.is_copy(*id))
            .collect();
        assert!(copies.len() > 5);
        for copy in &copies {
            let frame = timeline.frame(*copy);
            let first = timeline.frame(timeline.origin(*copy));
            assert_eq!((frame.slot, frame.conn), (first.slot, first.conn));
        }
        assert!(lost(timeline).is_empty());
    }
}

#[test]
fn a_damaged_frame_left_whole_and_is_dropped_where_it_arrives() {
    for v6 in [false, true] {
        let network = file_over(faulty(Mischief::Corrupt, Victims::Share(50_000)), v6);
        let timeline = network.timeline();
        let lost = lost(timeline);
        assert!(lost.len() > 5);
        for (id, reason) in lost {
            assert_eq!(reason, DropReason::Checksum);
            let (good, bad) = (timeline.bytes(id), timeline.arrived(id));
            let flipped: u32 = good
                .iter()
                .zip(bad)
                .map(|(good, bad)| (good ^ bad).count_ones())
                .sum();
            assert_eq!((flipped, &good[..14]), (1, &bad[..14]));
        }
    }
}

#[test]
fn late_frames_are_overtaken_and_jitter_keeps_the_order() {
    let order = |link: LinkConfig| {
        let network = file_over(link, false);
        let timeline = network.timeline();
        let arrived: Vec<u32> = timeline
            .events()
            .iter()
            .filter(|e| e.kind == Kind::Delivered && e.host == HostId(1))
            .map(|e| e.arg)
            .collect();
        arrived.is_sorted()
    };
    assert!(!order(faulty(Mischief::Delay, Victims::Share(20_000))));
    assert!(order(LinkConfig {
        jitter: Duration::from_millis(5),
        ..LinkConfig::default()
    }));
}

#[test]
fn chance_that_is_not_asked_for_changes_nothing() {
    let never = LinkConfig {
        faults: vec![Fault {
            does: Mischief::Lose,
            to: Victims::Like(like(Shape::Rst, (1, 9))),
        }],
        ..LinkConfig::default()
    };
    let [a, b] = [never, LinkConfig::default()].map(|link| file_over(link, false));
    let json = |network: &Network| network.timeline().events().iter().collect::<Vec<_>>();
    assert_eq!(json(&a), json(&b));
}

/// Says hello, then sends a file, each as a turn of its own.
fn teller() -> Box<dyn Program> {
    let turn = |kind| {
        Some(Turn {
            kind,
            verb: String::new(),
            text: String::new(),
            meaning: String::new(),
            reference: "",
        })
    };
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(at(2, 7, false))),
        Input::Connected { conn, .. } => {
            out.push_back(Request::Send {
                conn,
                bytes: vec![b'h'; 100],
                turn: turn(TurnKind::Command),
            });
            out.push_back(Request::SendContent {
                conn,
                content: generated(5000),
                range: 0..5000,
                transform: crate::base::Transform::AsIs,
                turn: turn(TurnKind::Data),
            });
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    })
}

#[test]
fn victims_are_found_by_their_looks() {
    let file = |nth| Pattern {
        of_file: true,
        ..like(Shape::Data, nth)
    };
    let from = |shape, host| Pattern {
        from: Some(HostId(host)),
        ..like(shape, (1, 1))
    };
    let cases = [
        (like(Shape::Syn, (1, 1)), vec!["SYN 0"]),
        (like(Shape::SynAck, (1, 1)), vec!["SYN-ACK 0"]),
        (from(Shape::Fin, 1), vec!["FIN 1"]),
        (file((2, 3)), vec!["1460+1460", "2920+1460"]),
        (like(Shape::Data, (1, 1)), vec!["0+1460"]),
        (from(Shape::Data, 1), vec![]),
        (like(Shape::Rst, (1, 1)), vec![]),
        (like(Shape::Frame, (2, 2)), vec!["no segment"]),
    ];
    for (pattern, expected) in cases {
        let link = faulty(Mischief::Lose, Victims::Like(pattern.clone()));
        let mut network = pair(teller(), vec![sink(7)], link);
        let timeline = run(&mut network);
        assert_eq!(notes(timeline)["received"], "5100", "{pattern:?}");
        adds_up(timeline);
        let first = |host: HostId| {
            let mut frames = timeline.frames().iter();
            let syn = frames.find_map(|frame| {
                let tcp = Tcp::read(timeline.arena().get(frame.slot))?;
                (frame.from == host && tcp.syn).then_some(tcp.seq)
            });
            syn.unwrap().wrapping_add(1)
        };
        let looks = |id: FrameId| match Tcp::read(timeline.bytes(id)) {
            None => "no segment".to_owned(),
            Some(tcp) if tcp.opens() => "SYN 0".to_owned(),
            Some(tcp) if tcp.syn => "SYN-ACK 0".to_owned(),
            Some(tcp) if tcp.payload.is_empty() && tcp.fin => {
                format!("FIN {}", timeline.frame(id).from)
            }
            Some(tcp) => {
                let offset = tcp.seq.wrapping_sub(first(timeline.frame(id).from));
                format!("{offset}+{}", tcp.payload.len())
            }
        };
        let lost: Vec<_> = lost(timeline)
            .into_iter()
            .map(|(id, _)| looks(id))
            .collect();
        assert_eq!(lost, expected, "{pattern:?}");
    }
}

#[test]
fn a_link_that_is_down_loses_all_and_the_file_arrives_later() {
    let second = |s: u64| Time::ZERO + Duration::from_secs(s);
    let link = LinkConfig {
        rate_bps: 1_000_000,
        down: vec![(second(1), second(3))],
        ..LinkConfig::default()
    };
    let network = file_over(link, false);
    let timeline = network.timeline();
    let lost: Vec<_> = timeline.losses().collect();
    assert!(lost.len() > 5);
    let down = |time: Time| second(1) <= time && time < second(3);
    for loss in lost {
        assert_eq!(loss.reason, DropReason::LinkDown);
        assert!(down(timeline.event(loss.event).time));
    }
    let events = timeline.events().iter();
    let arrivals = events.filter(|e| e.kind == Kind::Delivered);
    assert!(arrivals.filter(|e| down(e.time)).count() == 0);
    assert_eq!(
        (
            count(timeline, Kind::LinkDown),
            count(timeline, Kind::LinkUp)
        ),
        (1, 1)
    );
}

#[test]
fn behind_a_hub_all_hear_all_and_heed_what_is_theirs() {
    let mut network = Network::default();
    let client = source(at(2, 7, false), generated(50_000));
    let eavesdropper = does(|_, input, out| match input {
        Input::Started => out.push_back(to_listen(7)),
        Input::Listening { .. } => {}
        other => panic!("nobody spoke to it: {other:?}"),
    });
    let none = TcpConfig {
        backlog: 0,
        ..TcpConfig::default()
    };
    let hosts = [
        host_with(&mut network, 1, TcpConfig::default(), vec![client]),
        host_with(&mut network, 2, TcpConfig::default(), vec![sink(7)]),
        host_with(&mut network, 3, none, vec![eavesdropper]),
    ];
    let hub = network.add_hub(info("hub"));
    for (host, name) in hosts.into_iter().zip(["a", "b", "c"]) {
        network.join(host, hub, name, LinkConfig::default());
    }
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["received"], "50000");
    adds_up(timeline);
    let heard = |host: HostId| {
        let events = timeline.events().iter();
        events
            .filter(|e| e.kind == Kind::Delivered && e.host == host)
            .count()
    };
    assert_eq!(heard(hosts[2]), heard(hosts[0]) + heard(hosts[1]));
    let said = timeline.frames().iter().filter(|f| f.from == hosts[2]);
    assert_eq!(said.count(), 0, "it heeds nothing");
}
