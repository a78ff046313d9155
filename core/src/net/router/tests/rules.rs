//! A firewall in a router: first fit decides, and what its verdicts say.

use super::*;
use crate::base::headers::Tcp;
use crate::net::firewall::{Fits, Rule, Verdict};
use crate::net::flows::Standing;
use crate::timeline::Protocol;

fn rule(name: &str, verdict: Verdict, fits: Fits) -> Rule {
    Rule {
        name: name.to_owned(),
        text: format!("{verdict} …"),
        verdict,
        fits,
    }
}

fn to_port(protocol: Protocol, port: u16) -> Fits {
    Fits {
        protocol: Some(protocol),
        to_ports: Some(port..=port),
        ..Fits::default()
    }
}

fn firewall(rules: Vec<Rule>, otherwise: Verdict) -> FirewallConfig {
    FirewallConfig { rules, otherwise }
}

/// By which rule the one loss was.
fn ruled_out_by(bench: &Bench) -> String {
    let losses = bench.losses();
    assert_eq!(losses.len(), 1);
    assert_eq!(losses[0].reason, DropReason::Firewall);
    losses[0].rule.unwrap().to_owned()
}

#[test]
fn the_first_rule_that_fits_decides() {
    let telnet = || to_port(Protocol::Tcp, 23);
    let rules = |first, second| {
        firewall(
            vec![
                rule("first", first, telnet()),
                rule("second", second, telnet()),
            ],
            Verdict::Drop,
        )
    };
    let syn = |port| tcp(packet(false, LEFT, 64), (1000, port), |tcp| tcp.syn());
    let mut bench = Bench::ruled(rules(Verdict::Accept, Verdict::Drop));
    bench.put(LEFT, &syn(23));
    assert_eq!(bench.heard(RIGHT).len(), 1);
    let mut bench = Bench::ruled(rules(Verdict::Drop, Verdict::Accept));
    bench.put(LEFT, &syn(23));
    assert_eq!(ruled_out_by(&bench), "first");
    let mut bench = Bench::ruled(rules(Verdict::Accept, Verdict::Accept));
    bench.put(LEFT, &syn(24));
    assert_eq!(ruled_out_by(&bench), "otherwise");
    let timeline = bench.timeline();
    let router = timeline.node(bench.router).router.as_ref().unwrap();
    let names: Vec<&str> = router
        .rules
        .iter()
        .map(|id| timeline.rule(*id).name.as_str())
        .collect();
    assert_eq!(names, ["first", "second", "otherwise"]);
    assert_eq!(timeline.rule(router.rules[2]).text, "drop");
}

#[test]
fn a_dropped_packet_vanishes_and_a_rejected_one_is_answered() {
    for v6 in [false, true] {
        let one = |verdict| {
            Bench::ruled(firewall(
                vec![rule("no telnet", verdict, Fits::default())],
                Verdict::Accept,
            ))
        };
        let syn = tcp(packet(v6, LEFT, 64), (1000, 23), |tcp| tcp.syn());
        let datagram = udp(packet(v6, LEFT, 64), (1000, 53), 10);
        let prohibited = if v6 { (1, 1) } else { (3, 13) };

        let mut bench = one(Verdict::Drop);
        bench.put(LEFT, &syn);
        assert_eq!(ruled_out_by(&bench), "no telnet");
        assert!(bench.heard(LEFT).is_empty());

        let mut bench = one(Verdict::Reject);
        bench.put(LEFT, &syn);
        let reset = Tcp::read(&bench.only(LEFT)).unwrap();
        assert!(reset.rst);
        assert_eq!(reset.ack, Some(1001));
        let (far, near) = (FAR[usize::from(v6)], NEAR[usize::from(v6)]);
        assert_eq!((reset.from.ip(), reset.to.ip()), (ip(far), ip(near)));
        assert_eq!(bench.cause_of_last(LEFT).id, bench.loss().0);

        let mut bench = one(Verdict::Reject);
        bench.put(
            LEFT,
            &tcp(packet(v6, LEFT, 64), (1000, 23), |tcp| tcp.rst()),
        );
        assert!(bench.heard(LEFT).is_empty(), "no word about an RST");

        let mut bench = one(Verdict::Reject);
        bench.put(LEFT, &datagram);
        let (kind, _, quoted) = icmp(&bench.only(LEFT));
        assert_eq!((kind, quoted), (prohibited, datagram[14..].to_vec()));

        let mut bench = one(Verdict::RejectByIcmp);
        bench.put(LEFT, &syn);
        assert_eq!(icmp(&bench.only(LEFT)).0, prohibited);
    }
}

#[test]
fn answers_are_let_in_and_strangers_are_not() {
    let answers = Fits {
        standing: vec![Standing::Established],
        ..Fits::default()
    };
    let outbound = Fits {
        inbound: Some(false),
        ..Fits::default()
    };
    for v6 in [false, true] {
        let mut bench = Bench::ruled(firewall(
            vec![
                rule("answers", Verdict::Accept, answers.clone()),
                rule("outbound", Verdict::Accept, outbound.clone()),
            ],
            Verdict::Drop,
        ));
        let out = udp(packet(v6, LEFT, 64), (1000, 53), 10);
        let back = udp(packet(v6, RIGHT, 64), (53, 1000), 10);
        let other = udp(packet(v6, RIGHT, 64), (53, 1001), 10);
        bench.put(RIGHT, &back);
        assert_eq!(ruled_out_by(&bench), "otherwise", "nobody asked");
        bench.put(LEFT, &out);
        assert_eq!(bench.heard(RIGHT).len(), 1);
        bench.put(RIGHT, &back);
        assert_eq!(bench.heard(LEFT).len(), 1, "an answer");
        bench.put(RIGHT, &other);
        assert_eq!(bench.heard(LEFT).len(), 1, "not this one's");
        assert_eq!(bench.losses().len(), 2);
        let flows = bench.timeline().events().iter();
        assert!(flows.filter(|e| e.kind == Kind::Flow).count() >= 2);
    }
}

#[test]
fn the_router_itself_is_not_judged() {
    let mut bench = Bench::ruled(firewall(Vec::new(), Verdict::Drop));
    let own = packet_between(ip(NEAR[0]), ip("192.168.1.1"), LEFT, 9);
    bench.put(LEFT, &ping(own, false));
    assert_eq!(icmp(&bench.only(LEFT)).0, (0, 0));
}

#[test]
fn a_refused_segment_of_an_open_connection_is_reset_by_its_number() {
    let mut bench = Bench::ruled(firewall(Vec::new(), Verdict::Reject));
    let data = tcp(packet(false, LEFT, 64), (1000, 23), |tcp| {
        tcp.ack(4_000_000_000)
    });
    bench.put(LEFT, &data);
    let reset = Tcp::read(&bench.only(LEFT)).unwrap();
    assert_eq!(
        (reset.rst, reset.seq, reset.ack),
        (true, 4_000_000_000, None)
    );
}
