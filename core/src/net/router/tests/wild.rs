//! Whatever arrives, a router stays whole, and each frame comes to one end.

use super::super::questions;
use super::*;
use crate::net::firewall::{Fits, Rule, Verdict};
use crate::timeline::Protocol;

fn any(verdict: Verdict, protocol: Protocol) -> Rule {
    Rule {
        name: verdict.to_string(),
        text: String::new(),
        verdict,
        fits: Fits {
            protocol: Some(protocol),
            inbound: Some(true),
            to_ports: Some(0..=9),
            ..Fits::default()
        },
    }
}

/// Everything on: translation, helper, rules of each kind, a narrow link, few rows.
fn busy() -> Bench {
    let flows = FlowsConfig {
        nat: true,
        helper: true,
        rows: 50,
        ..FlowsConfig::default()
    };
    let firewall = FirewallConfig {
        rules: vec![
            any(Verdict::Reject, Protocol::Tcp),
            any(Verdict::RejectByIcmp, Protocol::Udp),
            any(Verdict::Drop, Protocol::Icmp),
        ],
        otherwise: Verdict::Accept,
    };
    let link = LinkConfig {
        longest_frame: 614,
        ..LinkConfig::default()
    };
    let config = RouterConfig {
        flows: Some(flows),
        firewall: Some(firewall),
        ..config()
    };
    Bench::over(config, link)
}

/// Frames of each kind, to be spoilt.
fn seeds() -> Vec<(usize, Vec<u8>)> {
    let mut all = Vec::new();
    for v6 in [false, true] {
        let own = ["192.0.2.1", "2001:db8:2::1"][usize::from(v6)];
        for side in [LEFT, RIGHT] {
            let end = ip([NEAR, FAR][side][usize::from(v6)]);
            let to_router = || packet_between(end, ip(own), side, 9);
            all.push((side, udp(packet(v6, side, 64), (5, 6), 1000)));
            all.push((side, udp(to_router(), (5, 6), 10)));
            all.push((side, tcp(packet(v6, side, 64), (1000, 21), |tcp| tcp.syn())));
            all.push((side, tcp(packet(v6, side, 64), (21, 5), |tcp| tcp.ack(9))));
            all.push((side, tcp(to_router(), (1000, 21), |tcp| tcp.syn())));
            all.push((side, ping(packet(v6, side, 64), v6)));
            all.push((side, ping(to_router(), v6)));
            all.push((side, udp(packet(v6, side, 1), (5, 60), 10)));
            all.push((side, questions::question(ENDS[side], end, ip(own)).unwrap()));
        }
    }
    all
}

/// A frame with some of its bytes changed, cut or longer than it was.
fn spoilt(rng: &mut Rng, mut frame: Vec<u8>) -> Vec<u8> {
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    for _ in 0..below(4) {
        // Mostly in the headers.
        let head = [14, 80, 2000][below(3)];
        let at = below(frame.len().min(head));
        frame[at] = u8::try_from(below(256)).unwrap();
    }
    match below(8) {
        0 => frame.truncate(below(frame.len())),
        1 => frame.resize(frame.len() + below(60), 0xaa),
        _ => {}
    }
    if below(2) == 0
        && frame.get(12..14) == Some(&[8, 0])
        && frame.len() > 34
        && frame[14] & 15 == 5
    {
        smoltcp::wire::Ipv4Packet::new_unchecked(&mut frame[14..]).fill_checksum();
    }
    frame
}

#[test]
fn spoilt_frames_never_panic_and_each_comes_to_one_end() {
    let mut rng = Rng::from_seed(11);
    let seeds = seeds();
    for _ in 0..40 {
        let mut bench = busy();
        for _ in 0..200 {
            let (side, frame) = &seeds[usize::try_from(rng.below(seeds.len() as u64)).unwrap()];
            let frame = spoilt(&mut rng, frame.clone());
            bench.post(*side, &frame);
            if rng.below(3) == 0 {
                bench.run();
            }
        }
        bench.run();
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut rng = Rng::from_seed(12);
    let mut bench = busy();
    for _ in 0..3000 {
        let len = usize::try_from(rng.below(120)).unwrap();
        let mut frame: Vec<u8> = (0..len).map(|_| rng.next_u64().to_le_bytes()[0]).collect();
        let kinds = [[8, 0], [8, 6], [0x86, 0xdd]];
        if let Some(kind) = frame.get_mut(12..14) {
            kind.copy_from_slice(&kinds[usize::try_from(rng.below(3)).unwrap()]);
        }
        if let Some(to) = frame.get_mut(..6) {
            to.copy_from_slice(&PORTS[LEFT]);
        }
        bench.post(LEFT, &frame);
    }
    for _ in 0..100_000 {
        if !bench.network.step() {
            break;
        }
    }
}
