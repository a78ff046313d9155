//! Who is where: asked for, answered, given up.

use super::super::questions;
use super::*;
use crate::base::Duration;
use crate::timeline::Timer;

/// A router that knows nobody.
fn stranger() -> RouterConfig {
    RouterConfig {
        neighbours: Map::new(),
        ..config()
    }
}

fn far(v6: bool) -> IpAddr {
    ip(FAR[usize::from(v6)])
}

/// What the neighbour on a side answers to a question.
fn answer(v6: bool, side: usize, question: &[u8]) -> Vec<u8> {
    let names = [NEAR, FAR][side];
    let own = ip(names[usize::from(v6)]);
    let word = questions::read(question).unwrap();
    assert_eq!(word.asks_for, Some(own));
    questions::answer(ENDS[side], own, word.speaker, question).unwrap()
}

#[test]
fn a_packet_waits_until_its_neighbour_answers() {
    for v6 in [false, true] {
        let mut bench = Bench::with(stranger());
        let first = bench.post(LEFT, &udp(packet(v6, LEFT, 64), (1, 2), 10));
        let second = bench.post(LEFT, &udp(packet(v6, LEFT, 64), (1, 2), 20));
        while bench.heard(RIGHT).is_empty() {
            assert!(bench.network.step());
        }
        let question = bench.only(RIGHT);
        let multicast: [u8; 6] = if v6 {
            [0x33, 0x33, 0xff, 0, 0, 0x10]
        } else {
            [0xff; 6]
        };
        assert_eq!(question[..6], multicast);
        bench.put(RIGHT, &answer(v6, RIGHT, &question));
        let heard = bench.heard(RIGHT);
        assert_eq!(heard.len(), 3, "one question for both");
        assert_eq!(heard[1][..6], ENDS[RIGHT]);
        let frames = bench.timeline().frames();
        let forwards: Vec<_> = frames.iter().filter_map(|frame| frame.forwards).collect();
        assert_eq!(forwards, [first, second]);
        assert_eq!(bench.cause_of_last(RIGHT).kind, Kind::Delivered);
        assert!(bench.losses().is_empty());
        assert!(bench.network.now < Time::ZERO + Duration::from_secs(1));
        // Known now.
        bench.put(LEFT, &udp(packet(v6, LEFT, 64), (1, 2), 30));
        assert_eq!(bench.heard(RIGHT).len(), 4);
    }
}

#[test]
fn a_neighbour_that_does_not_answer_is_given_up() {
    for v6 in [false, true] {
        let mut bench = Bench::with(RouterConfig {
            neighbours: config()
                .neighbours
                .into_iter()
                .filter(|(address, _)| *address != far(v6))
                .collect(),
            ..config()
        });
        let frame = udp(packet(v6, LEFT, 64), (1, 2), 10);
        let id = bench.put(LEFT, &frame);
        assert_eq!(bench.heard(RIGHT).len(), 3, "asked three times");
        let timeline = bench.timeline();
        let times: Vec<u64> = bench
            .sent(RIGHT)
            .iter()
            .map(|(sent, _)| timeline.event(*sent).time.0 / 1_000_000)
            .collect();
        assert_eq!(times, [times[0], times[0] + 1000, times[0] + 2000]);
        let (event, lost, reason) = bench.loss();
        assert_eq!((lost, reason), (id, DropReason::NoNeighbour));
        let discarded = timeline.event(event);
        assert_eq!(discarded.kind, Kind::Discarded);
        // The timer that gave up was armed by the last question.
        let timer = timeline.event(discarded.cause.unwrap());
        assert_eq!(timer.kind, Kind::Timer);
        assert_eq!(*timeline.timer(timer.arg), Timer::Router);
        assert_eq!(timer.cause, bench.sent(RIGHT).last().map(|(sent, _)| *sent));
        let (kind, _, quoted) = icmp(&bench.only(LEFT));
        assert_eq!(kind, if v6 { (1, 3) } else { (3, 1) });
        assert_eq!(quoted, frame[14..]);
        assert_eq!(bench.cause_of_last(LEFT).id, event);
        let timers = timeline.events().iter().filter(|e| e.kind == Kind::Timer);
        assert_eq!(timers.count(), 3, "two more questions, and the end");
    }
}

#[test]
fn only_so_many_packets_wait() {
    let mut bench = Bench::with(RouterConfig {
        neighbours: [(ip(NEAR[0]), ENDS[LEFT])].into_iter().collect(),
        ..config()
    });
    let frame = udp(packet(false, LEFT, 64), (1, 2), 10);
    for _ in 0..66 {
        bench.post(LEFT, &frame);
    }
    bench.run();
    let lost: Vec<FrameId> = bench.losses().iter().map(|loss| loss.frame).collect();
    assert_eq!(
        lost,
        (0..66).map(FrameId).collect::<Vec<_>>(),
        "oldest first"
    );
    let time = |loss: usize| bench.timeline().event(bench.losses()[loss].event).time;
    let given_up = Time(1_000_000_000);
    assert!(time(1) < given_up && time(2) > given_up);
    // Who made room is not told that nobody is there: that is not known yet.
    assert_eq!(bench.heard(LEFT).len(), 64);
}

#[test]
fn a_router_answers_for_its_own_addresses_alone() {
    for (own, other) in [
        ("192.168.1.1", "192.168.1.77"),
        ("2001:db8:1::1", "2001:db8:1::77"),
    ] {
        let v6 = own.contains(':');
        let near = ip(NEAR[usize::from(v6)]);
        let mut bench = Bench::with(stranger());
        let asks = |whom: &str| questions::question(ENDS[LEFT], near, ip(whom)).unwrap();
        bench.put(LEFT, &asks(other));
        assert!(bench.heard(LEFT).is_empty());
        bench.put(LEFT, &asks(own));
        let word = questions::read(&bench.only(LEFT)).unwrap();
        assert_eq!(word.speaker, Some((ip(own), PORTS[LEFT])));
        assert_eq!(word.asks_for, None);
        // Who asked is known now, and need not be asked for.
        bench.put(LEFT, &ping(packet_between(near, ip(own), LEFT, 9), v6));
        let heard = bench.heard(LEFT);
        assert_eq!((heard.len(), &heard[1][..6]), (2, &ENDS[LEFT][..]));
    }
}

#[test]
fn one_without_a_name_is_answered_and_not_remembered() {
    let mut bench = Bench::with(stranger());
    let nameless = IpAddr::from([0, 0, 0, 0]);
    let probe = questions::question(ENDS[LEFT], nameless, ip("192.168.1.1")).unwrap();
    bench.put(LEFT, &probe);
    assert_eq!(bench.only(LEFT)[..6], ENDS[LEFT]);
    let mut bench = Bench::with(stranger());
    let nameless: IpAddr = "::".parse().unwrap();
    let probe = questions::question(ENDS[LEFT], nameless, ip("2001:db8:1::1")).unwrap();
    bench.put(LEFT, &probe);
    let advert = bench.only(LEFT);
    assert_eq!(advert[..6], [0x33, 0x33, 0, 0, 0, 1], "to all nodes");
    assert_eq!(between(&advert).1, ip("ff02::1"));
}

#[test]
fn nobody_takes_a_router_s_own_address_or_another_network_s() {
    let mut bench = Bench::with(stranger());
    for liar in ["192.168.1.1", "203.0.113.5"] {
        let claim = questions::question(ENDS[LEFT], ip(liar), ip("192.168.1.1")).unwrap();
        bench.put(LEFT, &claim);
    }
    let super::super::super::Node::Router(router) = &bench.network.nodes[0] else {
        panic!("the first node is the router");
    };
    assert_eq!(
        format!("{:?}", router.neighbours),
        format!("{:?}", super::super::Neighbours::default())
    );
}

#[test]
fn a_port_without_an_address_of_the_family_cannot_ask() {
    let mut config = stranger();
    config.ports[RIGHT].addresses.pop();
    config.routes.push(Route {
        to: ip("2001:db8:2::"),
        prefix: 64,
        via: ip("2001:db8:2::10"),
        port: RIGHT,
    });
    config.neighbours.insert(ip(NEAR[1]), ENDS[LEFT]);
    let mut bench = Bench::with(config);
    bench.put(LEFT, &udp(packet(true, LEFT, 64), (1, 2), 10));
    assert_eq!(bench.loss().2, DropReason::NoNeighbour);
    assert_eq!(icmp(&bench.only(LEFT)).0, (1, 3));
}
