//! Translation in a router: what comes back finds its way, what nobody waits for does not.

use super::*;
use crate::base::headers::Tcp;
use crate::timeline::{FlowState, Timer};

fn home() -> Bench {
    Bench::with(RouterConfig {
        flows: Some(FlowsConfig {
            nat: true,
            ..FlowsConfig::default()
        }),
        ..config()
    })
}

/// To the router's own address outside.
fn to_outside(hops: u8) -> PacketBuilderStep<etherparse::IpHeaders> {
    packet_between(ip(FAR[0]), ip("192.0.2.1"), RIGHT, hops)
}

#[test]
fn an_answer_is_given_back_to_the_one_who_asked() {
    let mut bench = home();
    bench.put(LEFT, &udp(packet(false, LEFT, 64), (1000, 53), 10));
    let out = bench.only(RIGHT);
    assert_eq!(between(&out), (ip("192.0.2.1"), ip(FAR[0])));
    let port = u16::from_be_bytes(out[34..36].try_into().unwrap());
    bench.put(RIGHT, &udp(to_outside(64), (53, port), 10));
    let back = bench.only(LEFT);
    assert_eq!(between(&back), (ip(FAR[0]), ip(NEAR[0])));
    assert_eq!(back[36..38], 1000_u16.to_be_bytes());
    let timeline = bench.timeline();
    let flows: Vec<_> = timeline
        .events()
        .iter()
        .filter(|event| event.kind == Kind::Flow)
        .map(|event| {
            let cause = timeline.event(event.cause.unwrap()).kind;
            (timeline.flow(event.arg).flow.as_ref().unwrap().state, cause)
        })
        .collect();
    assert_eq!(
        flows,
        [
            (FlowState::New, Kind::Delivered),
            (FlowState::Open, Kind::Delivered),
        ]
    );
}

#[test]
fn what_nobody_waits_for_is_lost_without_a_word() {
    let mut bench = home();
    bench.put(RIGHT, &tcp(to_outside(64), (1000, 80), |tcp| tcp.syn()));
    assert_eq!(bench.loss().2, DropReason::NoMapping);
    assert_eq!(bench.timeline().frames().len(), 1);
    // The router itself still answers.
    bench.put(RIGHT, &ping(to_outside(64), false));
    assert_eq!(icmp(&bench.only(RIGHT)).0, (0, 0));
}

#[test]
fn an_error_from_the_router_tells_the_sender_in_its_own_words() {
    let mut bench = home();
    let frame = udp(packet(false, LEFT, 1), (1000, 53), 10);
    bench.put(LEFT, &frame);
    let error = bench.only(LEFT);
    assert_eq!(between(&error), (ip("192.168.1.1"), ip(NEAR[0])));
    assert_eq!(icmp(&error).2, frame[14..]);
}

#[test]
fn an_error_from_outside_finds_the_one_it_is_about() {
    let mut bench = home();
    let frame = udp(packet(false, LEFT, 64), (1000, 53), 10);
    bench.put(LEFT, &frame);
    let out = bench.only(RIGHT);
    let mut error = Vec::new();
    let kind = etherparse::Icmpv4Type::DestinationUnreachable(
        etherparse::icmpv4::DestUnreachableHeader::Port,
    );
    let icmp_error = to_outside(64).icmpv4(kind);
    icmp_error.write(&mut error, &out[14..]).unwrap();
    bench.put(RIGHT, &error);
    let told = bench.only(LEFT);
    assert_eq!(between(&told).1, ip(NEAR[0]));
    let (kind, _, quoted) = icmp(&told);
    assert_eq!(kind, (3, 3));
    assert_eq!(quoted[12..16], [192, 168, 1, 10], "who asked");
    assert_eq!(quoted[20..22], 1000_u16.to_be_bytes());
}

#[test]
fn a_row_is_forgotten_by_a_timer_that_keeps_nobody_awake() {
    let mut bench = home();
    bench.put(LEFT, &udp(packet(false, LEFT, 64), (1000, 53), 10));
    let flow_events = |bench: &Bench| {
        let timeline = bench.timeline();
        let all = timeline.events().iter();
        all.filter(|event| event.kind == Kind::Flow)
            .collect::<Vec<_>>()
    };
    assert_eq!(flow_events(&bench).len(), 1, "the run ended before");
    let made = flow_events(&bench)[0].id;
    // Somebody keeps the run going.
    let forgotten = Time(301_000_000_000);
    let end = bench.ends[LEFT];
    let wires = &mut bench.network.wires;
    wires.queue.push(forgotten, crate::net::Wake::Start(end));
    bench.run();
    let events = flow_events(&bench);
    assert_eq!(events.len(), 2);
    let timeline = bench.timeline();
    assert_eq!(timeline.flow(events[1].arg).flow, None);
    let timer = timeline.event(events[1].cause.unwrap());
    assert_eq!(timer.kind, Kind::Timer);
    assert_eq!(*timeline.timer(timer.arg), Timer::Router);
    assert_eq!(timer.cause, Some(made));
}

#[test]
fn a_full_table_lets_nobody_new_out() {
    let mut bench = Bench::with(RouterConfig {
        flows: Some(FlowsConfig {
            nat: true,
            rows: 1,
            ..FlowsConfig::default()
        }),
        ..config()
    });
    let syn = |port| tcp(packet(false, LEFT, 64), (port, 80), |tcp| tcp.syn());
    bench.put(LEFT, &syn(1000));
    bench.put(LEFT, &syn(1001));
    assert_eq!(bench.loss().2, DropReason::TableFull);
    assert!(Tcp::read(&bench.only(RIGHT)).unwrap().opens());
}
