//! What a router says itself.

use super::*;
use crate::base::headers::Tcp;

#[test]
fn hops_run_out() {
    for (v6, said) in [(false, (11, 0)), (true, (3, 0))] {
        for hops in [0, 1] {
            let mut bench = Bench::new();
            let frame = udp(packet(v6, LEFT, hops), (1, 2), 30);
            let id = bench.put(LEFT, &frame);
            let (event, lost, reason) = bench.loss();
            assert_eq!((lost, reason), (id, DropReason::HopLimit));
            let error = bench.only(LEFT);
            let (kind, word, quoted) = icmp(&error);
            assert_eq!((kind, word), (said, 0));
            assert_eq!(quoted, frame[14..], "as it arrived");
            let own = if v6 { "2001:db8:1::1" } else { "192.168.1.1" };
            assert_eq!(between(&error), (ip(own), ip(NEAR[usize::from(v6)])));
            assert_eq!(bench.cause_of_last(LEFT).id, event);
            assert!(bench.heard(RIGHT).is_empty());
        }
    }
}

#[test]
fn no_route_leads_there() {
    for (v6, to, said) in [
        (false, "203.0.113.9", (3, 0)),
        (true, "2001:db8:77::1", (1, 0)),
        (true, "fe80::1", (1, 0)),
    ] {
        let mut bench = Bench::new();
        let near = ip(NEAR[usize::from(v6)]);
        let frame = udp(packet_between(near, ip(to), LEFT, 64), (1, 2), 30);
        let id = bench.put(LEFT, &frame);
        let (event, lost, reason) = bench.loss();
        assert_eq!((lost, reason), (id, DropReason::NoRoute));
        let (kind, _, quoted) = icmp(&bench.only(LEFT));
        assert_eq!((kind, quoted), (said, frame[14..].to_vec()));
        assert_eq!(bench.cause_of_last(LEFT).id, event);
    }
}

#[test]
fn a_link_local_packet_stays_on_its_link() {
    let mut bench = Bench::new();
    let frame = udp(
        packet_between(ip("fe80::9"), ip(FAR[1]), LEFT, 64),
        (1, 2),
        9,
    );
    bench.put(LEFT, &frame);
    assert_eq!(bench.loss().2, DropReason::NoRoute);
    assert!(bench.heard(RIGHT).is_empty());
}

/// Frames that nobody may complain of, though they find no way.
fn unspeakable() -> Vec<(&'static str, Vec<u8>)> {
    let nowhere = ip("203.0.113.9");
    let lost = |from: &str| packet_between(ip(from), nowhere, LEFT, 64);
    let mut error = Vec::new();
    let kind = etherparse::Icmpv4Type::DestinationUnreachable(
        etherparse::icmpv4::DestUnreachableHeader::Port,
    );
    let quoted = udp(packet(false, RIGHT, 9), (1, 2), 9);
    let icmp = lost(NEAR[0]).icmpv4(kind);
    icmp.write(&mut error, &quoted[14..]).unwrap();
    let mut error6 = Vec::new();
    let kind = etherparse::Icmpv6Type::PacketTooBig { mtu: 1280 };
    let v6 = packet_between(ip(NEAR[1]), ip("2001:db8:77::1"), LEFT, 64);
    v6.icmpv6(kind).write(&mut error6, &quoted[14..]).unwrap();
    let fragment = patched(udp(lost(NEAR[0]), (1, 2), 9), 6, &[0, 7]);
    vec![
        ("an ICMP error", error),
        ("an ICMPv6 error", error6),
        ("a later fragment", fragment),
        ("from many", udp(lost("224.0.0.9"), (1, 2), 9)),
        ("from nobody", udp(lost("0.0.0.0"), (1, 2), 9)),
        ("from the future", udp(lost("240.1.2.3"), (1, 2), 9)),
    ]
}

#[test]
fn some_packets_are_lost_without_a_word() {
    for (name, frame) in unspeakable() {
        let mut bench = Bench::new();
        bench.put(LEFT, &frame);
        bench.loss();
        assert_eq!(bench.timeline().frames().len(), 1, "{name}");
    }
    // The first fragment is complained of.
    let nowhere = packet_between(ip(NEAR[0]), ip("203.0.113.9"), LEFT, 64);
    let first = patched(udp(nowhere, (1, 2), 9), 6, &[0x20, 0]);
    let mut bench = Bench::new();
    bench.put(LEFT, &first);
    assert_eq!(icmp(&bench.only(LEFT)).0, (3, 0));
}

#[test]
fn a_router_answers_echoes_at_each_of_its_addresses() {
    for (v6, to) in [
        (false, "192.168.1.1"),
        (false, "192.0.2.1"),
        (true, "2001:db8:1::1"),
        (true, "2001:db8:2::1"),
    ] {
        // One hop is enough to reach it.
        let near = ip(NEAR[usize::from(v6)]);
        let frame = ping(packet_between(near, ip(to), LEFT, 1), v6);
        let mut bench = Bench::new();
        bench.put(LEFT, &frame);
        let echo = bench.only(LEFT);
        let (kind, word, text) = icmp(&echo);
        assert_eq!(kind, if v6 { (129, 0) } else { (0, 0) });
        assert_eq!((word, &text[..]), (0x7_0001, &b"anybody there?"[..]));
        assert_eq!(between(&echo), (ip(to), near));
        assert_eq!(bench.cause_of_last(LEFT).kind, Kind::Delivered);
    }
}

#[test]
fn a_damaged_echo_request_gets_no_echo() {
    let near = packet_between(ip(NEAR[0]), ip("192.168.1.1"), LEFT, 9);
    let mut frame = ping(near, false);
    *frame.last_mut().unwrap() ^= 1;
    let mut bench = Bench::new();
    bench.put(LEFT, &frame);
    assert_eq!(bench.loss().2, DropReason::Checksum);
    assert!(bench.heard(LEFT).is_empty());
}

#[test]
fn nobody_listens_at_a_router() {
    for (v6, own) in [(false, "192.0.2.1"), (true, "2001:db8:2::1")] {
        let near = ip(NEAR[usize::from(v6)]);
        let to = || packet_between(near, ip(own), LEFT, 9);
        let mut bench = Bench::new();
        let frame = udp(to(), (1000, 33_434), 20);
        bench.put(LEFT, &frame);
        let (kind, _, quoted) = icmp(&bench.only(LEFT));
        assert_eq!(kind, if v6 { (1, 4) } else { (3, 3) });
        assert_eq!(quoted, frame[14..]);

        let mut bench = Bench::new();
        bench.put(LEFT, &tcp(to(), (1000, 23), |tcp| tcp.syn()));
        let reset = Tcp::read(&bench.only(LEFT)).unwrap();
        assert!(reset.rst && !reset.syn);
        assert_eq!((reset.seq, reset.ack), (0, Some(1001)));
        assert_eq!((reset.from.ip(), reset.to.ip()), (ip(own), near));
        assert_eq!((reset.from.port(), reset.to.port()), (23, 1000));

        let mut bench = Bench::new();
        bench.put(LEFT, &tcp(to(), (1000, 23), |tcp| tcp.ack(77)));
        let reset = Tcp::read(&bench.only(LEFT)).unwrap();
        assert_eq!((reset.rst, reset.seq, reset.ack), (true, 77, None));

        let mut bench = Bench::new();
        bench.put(LEFT, &tcp(to(), (1000, 23), |tcp| tcp.rst()));
        assert!(bench.heard(LEFT).is_empty(), "no RST about an RST");
    }
}
