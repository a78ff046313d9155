//! Echoes and datagrams, and what the network says of packets that do not arrive.

use super::link::{Fault, Mischief, Victims};
use super::tests::{address, at, does, generated, notes, pair, run, sink, source};
use super::tests::{note, to_connect, to_listen};
use super::{LinkConfig, Network};
use crate::base::headers::Tcp;
use crate::base::{
    CloseReason, Duration, EventId, HostId, LinkId, Time, Turn, TurnKind, Unreachable,
};
use crate::program::{Input, Program, Request};
use crate::timeline::{Kind, Moment, Timeline};
use etherparse::{Icmpv4Type, Icmpv6Type, PacketBuilder};
use std::net::{IpAddr, SocketAddr};

fn turn(text: &str) -> Option<Turn> {
    Some(Turn {
        kind: TurnKind::Probe,
        verb: "echo".to_owned(),
        text: text.to_owned(),
        meaning: String::new(),
        reference: "",
    })
}

fn told(input: &Input<'_>) -> Option<Request> {
    Some(match input {
        Input::Echoed {
            token,
            from,
            sequence,
            len,
            hop_limit,
        } => note(
            &format!("echo {sequence}"),
            &format!("{token} {from} {len} {hop_limit}"),
        ),
        Input::Undelivered {
            token,
            sequence,
            from,
            reason,
        } => note(
            &format!("lost {sequence}"),
            &format!("{token} {from} {reason}"),
        ),
        Input::ConnectFailed { reason, .. } => note("failed", &reason.to_string()),
        Input::Closed { reason, .. } => note("closed", &reason.to_string()),
        _ => return None,
    })
}

/// Asks somebody for echoes of these lengths.
fn pinger(to: IpAddr, lens: &'static [u16]) -> Box<dyn Program> {
    does(move |_, input, out| {
        if let Input::Started = input {
            for (sequence, len) in (1..).zip(lens) {
                out.push_back(Request::SendEcho {
                    token: 9,
                    to,
                    sequence,
                    len: *len,
                    hop_limit: (sequence == 1).then_some(7),
                    turn: turn("ping"),
                });
            }
        }
        out.extend(told(&input));
    })
}

/// Sends a datagram from a bound port.
fn speaker(to: SocketAddr, len: usize) -> Box<dyn Program> {
    does(move |_, input, out| {
        match input {
            Input::Started => out.push_back(Request::BindUdp {
                token: 5,
                port: Some(4000),
            }),
            Input::Listening { .. } => out.push_back(Request::SendTo {
                token: 5,
                to,
                bytes: vec![1; len],
                hop_limit: Some(3),
                turn: turn("hello"),
            }),
            _ => {}
        }
        out.extend(told(&input));
    })
}

#[test]
fn an_echo_comes_back_as_long_as_it_went() {
    for v6 in [false, true] {
        let to = address(2, v6);
        let lens: &[u16] = if v6 { &[56, 0, 1000] } else { &[56, 0, 5000] };
        let mut network = pair(pinger(to, lens), vec![], LinkConfig::default());
        let timeline = run(&mut network);
        let notes = notes(timeline);
        for (sequence, len) in (1..).zip(lens) {
            let told = notes.get(&format!("echo {sequence}"));
            assert_eq!(told, Some(&format!("9 {to} {len} 64")), "{sequence}");
        }
        let hop_limit = if v6 { 21 } else { 22 };
        let asked = asked(timeline);
        assert_eq!(asked.len(), if v6 { 3 } else { 2 + 4 });
        assert_eq!(asked[0][hop_limit], 7);
        assert_eq!(asked[1][hop_limit], 64);
        let turns = timeline.events().iter().filter(|e| e.kind == Kind::Turn);
        for turn in turns {
            let carrier = timeline.frame_of(turn).expect("it was sent");
            assert_eq!(timeline.frame(carrier).from, HostId(0));
            let bytes = timeline.bytes(carrier);
            assert!(asked.contains(&bytes), "no question for a neighbour");
        }
    }
}

/// Frames of the first host that carry IP, questions for neighbours aside.
fn asked(timeline: &Timeline) -> Vec<&[u8]> {
    let own = timeline.frames().iter().filter(|f| f.from == HostId(0));
    own.map(|frame| timeline.arena().get(frame.slot))
        .filter(|bytes| bytes[12..14] != [8, 6] && !(bytes[12] == 0x86 && bytes[54] >= 133))
        .collect()
}

#[test]
fn a_doubled_echo_is_told_twice_and_a_lost_one_not_at_all() {
    let faults = vec![Fault {
        does: Mischief::Duplicate,
        to: Victims::Share(1_000_000),
    }];
    let link = LinkConfig {
        faults,
        ..LinkConfig::default()
    };
    let mut network = pair(pinger(address(2, false), &[8]), vec![], link);
    let timeline = run(&mut network);
    let told = timeline.events().iter().filter(|e| e.kind == Kind::Note);
    assert_eq!(
        told.count(),
        4,
        "both questions were answered, and both answers doubled"
    );
}

#[test]
fn nobody_listens_for_a_datagram_and_the_port_says_so() {
    for v6 in [false, true] {
        let to = at(2, 53, v6);
        let mut network = pair(speaker(to, 30), vec![], LinkConfig::default());
        let timeline = run(&mut network);
        let reason = Unreachable::Port;
        assert_eq!(
            notes(timeline)["lost 53"],
            format!("5 {} {reason}", to.ip())
        );
        assert_eq!(asked(timeline)[0][if v6 { 21 } else { 22 }], 3);
        let said = timeline
            .events()
            .iter()
            .find(|e| e.kind == Kind::Turn)
            .unwrap();
        let carrier = timeline.frame_of(said).unwrap();
        assert_eq!(timeline.bytes(carrier), asked(timeline)[0]);
    }
}

#[test]
fn who_is_not_there_is_asked_for_three_times() {
    for v6 in [false, true] {
        let nobody = address(9, v6);
        let programs: [Box<dyn Program>; 2] = [
            pinger(nobody, &[8]),
            speaker(SocketAddr::new(nobody, 53), 8),
        ];
        for (program, key) in programs.into_iter().zip(["lost 1", "lost 53"]) {
            let mut network = pair(program, vec![], LinkConfig::default());
            let timeline = run(&mut network);
            let own = address(1, v6);
            let told = &notes(timeline)[key];
            assert!(
                told.ends_with(&format!(" {own} {}", Unreachable::Host)),
                "{told}"
            );
            assert_eq!(timeline.frames().len(), 3);
            assert_eq!(network.now(), Time::ZERO + Duration::from_secs(3));
        }
    }
}

#[test]
fn what_leads_nowhere_or_is_too_long_is_told_at_once() {
    let far: IpAddr = "10.9.8.7".parse().unwrap();
    let mut network = pair(pinger(far, &[8]), vec![], LinkConfig::default());
    let told = &notes(run(&mut network))["lost 1"];
    assert_eq!(*told, format!("9 192.0.2.1 {}", Unreachable::Net));
    let mut network = pair(
        pinger(address(2, true), &[1500]),
        vec![],
        LinkConfig::default(),
    );
    let told = &notes(run(&mut network))["lost 1"];
    assert_eq!(*told, format!("9 2001:db8:1::1 {}", Unreachable::TooBig));
}

/// What a router says of a frame of the first host, put on the link by the second.
struct Saying {
    kind: u8,
    code: u8,
    mtu: u16,
    /// What is added to the quoted packet's sequence number.
    forged: u8,
}

fn say(network: &mut Network, about: &[u8], saying: &Saying) {
    let mut quoted = about[14..].to_vec();
    let v6 = about[12] == 0x86;
    quoted[if v6 { 44 } else { 24 }] ^= saying.forged;
    quoted.truncate(if v6 { 100 } else { 28 });
    let [a, b] = saying.mtu.to_be_bytes();
    let ethernet = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1]);
    let mut frame = Vec::new();
    if v6 {
        let [IpAddr::V6(from), IpAddr::V6(to)] = [2, 1].map(|n| address(n, true)) else {
            unreachable!()
        };
        let kind = Icmpv6Type::Unknown {
            type_u8: saying.kind,
            code_u8: saying.code,
            bytes5to8: [0, 0, a, b],
        };
        let ip = ethernet.ipv6(from.octets(), to.octets(), 64);
        ip.icmpv6(kind).write(&mut frame, &quoted).unwrap();
    } else {
        let kind = Icmpv4Type::Unknown {
            type_u8: saying.kind,
            code_u8: saying.code,
            bytes5to8: [0, 0, a, b],
        };
        let ip = ethernet.ipv4([192, 0, 2, 2], [192, 0, 2, 1], 64);
        ip.icmpv4(kind).write(&mut frame, &quoted).unwrap();
    }
    let slot = network.wires.timeline.arena_mut().push(&frame);
    let moment = Moment {
        now: network.now,
        host: HostId(1),
        cause: Some(EventId(0)),
    };
    network.wires.send(moment, LinkId(0), slot, None);
}

/// Steps until the first host has sent a segment that is wanted. Answers the frame.
fn until(network: &mut Network, wanted: impl Fn(&Tcp) -> bool) -> Vec<u8> {
    let mut looked = 0;
    loop {
        assert!(network.step(), "no such segment");
        let timeline = network.timeline();
        for frame in &timeline.frames()[looked..] {
            let bytes = timeline.arena().get(frame.slot);
            let found = Tcp::read(bytes).is_some_and(|tcp| wanted(&tcp));
            if found && frame.from == HostId(0) {
                return bytes.to_vec();
            }
        }
        looked = timeline.frames().len();
    }
}

#[test]
fn an_attempt_ends_when_the_network_says_that_nobody_is_there() {
    let v4 = [
        (3, 0, Unreachable::Net),
        (3, 1, Unreachable::Host),
        (3, 13, Unreachable::Prohibited),
        (11, 0, Unreachable::HopLimit),
    ];
    let v6 = [
        (1, 0, Unreachable::Net),
        (1, 3, Unreachable::Host),
        (1, 1, Unreachable::Prohibited),
        (3, 0, Unreachable::HopLimit),
    ];
    for (is_v6, cases) in [(false, v4), (true, v6)] {
        for (kind, code, reason) in cases {
            // The link is so slow that what the router says comes first.
            let client = source(at(2, 7, is_v6), generated(1));
            let mut network = pair(client, vec![], LinkConfig::default());
            network.start();
            let syn = until(&mut network, |tcp| tcp.syn);
            let saying = |forged| Saying {
                kind,
                code,
                mtu: 0,
                forged,
            };
            say(&mut network, &syn, &saying(1));
            say(&mut network, &syn, &saying(0));
            while network.step() {}
            let timeline = network.timeline();
            let reason = CloseReason::Unreachable(reason);
            assert_eq!(notes(timeline)["failed"], reason.to_string());
            let failed = timeline
                .events()
                .iter()
                .find(|e| e.kind == Kind::Closed)
                .unwrap();
            let heard = timeline.event(failed.cause.unwrap());
            assert_eq!(heard.kind, Kind::Delivered);
            let last = (0..timeline.frames().len())
                .map(crate::base::FrameId::from_index)
                .rfind(|id| is_icmp_error(timeline.bytes(*id)));
            assert_eq!(
                Some(crate::base::FrameId(heard.arg)),
                last,
                "the one that is true"
            );
            let frames = timeline.frames().iter();
            let resets = frames.filter_map(|f| Tcp::read(timeline.arena().get(f.slot)));
            assert!(resets.filter(|tcp| tcp.rst && tcp.from.port() != 7).count() == 0);
        }
    }
}

fn is_icmp_error(bytes: &[u8]) -> bool {
    match bytes[12..14] {
        [8, 0] => bytes[23] == 1,
        [0x86, _] => bytes[20] == 58 && bytes[54] < 128,
        _ => false,
    }
}

#[test]
fn an_open_connection_waits_on_and_knows_why_when_it_gives_up() {
    let open = |says: bool| {
        let link = LinkConfig {
            down: vec![(Time(100_000_000), Time::MAX)],
            rate_bps: 10_000_000,
            ..LinkConfig::default()
        };
        let client = source(at(2, 7, false), generated(1_000_000));
        let mut network = pair(client, vec![sink(7)], link);
        network.start();
        let mut segment = until(&mut network, |tcp| tcp.payload.len() > 1000);
        while network.now() < Time(50_000_000) {
            segment = until(&mut network, |tcp| tcp.payload.len() > 1000);
        }
        if says {
            let saying = Saying {
                kind: 3,
                code: 1,
                mtu: 0,
                forged: 0,
            };
            say(&mut network, &segment, &saying);
        }
        while network.step() {}
        assert!(network.now() > Time::ZERO + Duration::from_secs(250));
        notes(network.timeline())["closed"].clone()
    };
    assert_eq!(open(false), CloseReason::TimedOut.to_string());
    // What arrives afterwards says that the way is open again.
    assert_eq!(open(true), CloseReason::TimedOut.to_string());
}

#[test]
fn what_is_too_big_for_the_path_is_cut_smaller_and_sent_again() {
    for v6 in [false, true] {
        let mtu = if v6 { 1280 } else { 700 };
        let client = source(at(2, 7, v6), generated(100_000));
        let mut network = pair(client, vec![sink(7)], LinkConfig::default());
        network.start();
        let segment = until(&mut network, |tcp| tcp.payload.len() > 1000);
        let saying = |forged, mtu| Saying {
            kind: if v6 { 2 } else { 3 },
            code: if v6 { 0 } else { 4 },
            mtu,
            forged,
        };
        say(&mut network, &segment, &saying(0x80, mtu - 100));
        say(&mut network, &segment, &saying(0, mtu));
        let said = network.timeline().frames().len();
        while network.step() {}
        let timeline = network.timeline();
        assert_eq!(notes(timeline)["received"], "100000");
        let longest = |frames: &[crate::timeline::Frame]| {
            let own = frames.iter().filter(|f| f.from == HostId(0));
            own.map(|f| f.slot.len()).max().unwrap()
        };
        assert_eq!(longest(&timeline.frames()[..said]), 1514);
        let after = said + 20;
        assert_eq!(longest(&timeline.frames()[after..]), usize::from(mtu) + 14);
        assert!(network.now() < Time::ZERO + Duration::from_secs(15));
    }
}

#[test]
fn no_message_from_the_network_can_panic_a_host() {
    let client = source(at(2, 7, false), generated(100_000));
    let mut network = pair(client, vec![sink(7)], LinkConfig::default());
    network.start();
    let segment = until(&mut network, |tcp| tcp.payload.len() > 1000);
    for kind in [3, 4, 5, 11, 12] {
        for code in 0..16 {
            for mtu in [0, 1, 68, 576, u16::MAX] {
                let saying = Saying {
                    kind,
                    code,
                    mtu,
                    forged: 0,
                };
                let about = &segment[..segment.len().min(34 + usize::from(code) * 2)];
                let mut padded = about.to_vec();
                padded.resize(60, 0);
                say(&mut network, &padded, &saying);
            }
        }
    }
    while network.step() {}
    assert_eq!(notes(network.timeline())["received"], "100000");
}

#[test]
fn an_answer_waits_for_the_neighbour_it_goes_to() {
    // The second host has heard of the first, who knows it already, from nobody.
    let listener = does(|_, input, out| {
        if let Input::Started = input {
            out.push_back(to_listen(8));
        }
    });
    let client = does(|_, input, out| match input {
        Input::Started => out.push_back(to_connect(at(2, 7, false))),
        Input::ConnectFailed { reason, .. } => out.push_back(note("failed", &reason.to_string())),
        _ => {}
    });
    let mut network = pair(client, vec![listener], LinkConfig::default());
    if let super::Node::Host(host) = &mut network.nodes[0] {
        host.know(address(2, false), [2, 0, 0, 0, 0, 2]);
    }
    let timeline = run(&mut network);
    assert_eq!(notes(timeline)["failed"], CloseReason::Refused.to_string());
    assert!(network.now() < Time::ZERO + Duration::from_millis(100));
}
