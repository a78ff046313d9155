//! What rules fit.

use super::*;
use etherparse::PacketBuilder;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A segment or datagram from 192.0.2.1:1000 to 198.51.100.9:23.
fn packet(tcp: bool) -> Packet {
    let ip = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([192, 0, 2, 1], [198, 51, 100, 9], 64);
    let mut frame = Vec::new();
    if tcp {
        let tcp = ip.tcp(1000, 23, 1, 2).syn();
        tcp.write(&mut frame, b"").unwrap();
    } else {
        ip.udp(1000, 23).write(&mut frame, b"").unwrap();
    }
    Packet::read(&frame).unwrap()
}

/// Whether a rule fits a SYN that begins a flow from inside to outside.
fn fits(fits: &Fits) -> bool {
    fits.fit(&Look::at(&packet(true)), Standing::New, false)
}

#[test]
fn an_empty_rule_fits_everything() {
    assert!(fits(&Fits::default()));
}

#[test]
fn each_condition_must_hold() {
    let with = |change: &dyn Fn(&mut Fits)| {
        let mut rule = Fits::default();
        change(&mut rule);
        fits(&rule)
    };
    for (yes, no) in [
        (Protocol::Tcp, Protocol::Udp),
        (Protocol::Tcp, Protocol::Icmp),
    ] {
        assert!(with(&|rule| rule.protocol = Some(yes)));
        assert!(!with(&|rule| rule.protocol = Some(no)));
    }
    assert!(with(&|rule| rule.inbound = Some(false)));
    assert!(!with(&|rule| rule.inbound = Some(true)));
    assert!(with(
        &|rule| rule.standing = vec![Standing::Invalid, Standing::New]
    ));
    assert!(!with(&|rule| rule.standing = vec![Standing::Established]));
    assert!(with(&|rule| rule.from = vec![(ip("192.0.2.0"), 24)]));
    assert!(with(
        &|rule| rule.from = vec![(ip("::"), 0), (ip("0.0.0.0"), 0)]
    ));
    assert!(!with(
        &|rule| rule.from = vec![(ip("::"), 0), (ip("192.0.2.2"), 32)]
    ));
    assert!(with(&|rule| rule.to = vec![(ip("198.51.100.8"), 31)]));
    assert!(!with(&|rule| rule.to = vec![(ip("192.0.2.0"), 24)]));
    assert!(with(&|rule| rule.from_ports = Some(1000..=1000)));
    assert!(!with(&|rule| rule.from_ports = Some(0..=999)));
    assert!(with(&|rule| rule.to_ports = Some(20..=23)));
    assert!(!with(&|rule| rule.to_ports = Some(24..=65535)));
    assert!(!with(&|rule| {
        rule.to_ports = Some(23..=23);
        rule.protocol = Some(Protocol::Udp);
    }));
}

#[test]
fn the_first_that_fits_decides_and_the_policy_takes_the_rest() {
    let rule = |verdict, protocol| Rule {
        name: String::new(),
        text: String::new(),
        verdict,
        fits: Fits {
            protocol,
            ..Fits::default()
        },
    };
    let config = FirewallConfig {
        rules: vec![
            rule(Verdict::Reject, Some(Protocol::Icmp)),
            rule(Verdict::Drop, Some(Protocol::Tcp)),
            rule(Verdict::Accept, Some(Protocol::Tcp)),
        ],
        otherwise: Verdict::RejectByIcmp,
    };
    let firewall = Firewall::new(config, (10..14).map(RuleId).collect());
    let judge = |tcp| firewall.judge(&packet(tcp), Standing::New, true);
    assert_eq!(judge(true), (Verdict::Drop, RuleId(11)));
    assert_eq!(judge(false), (Verdict::RejectByIcmp, RuleId(13)));
}
