//! A small network made by hand: a host inside, a host outside, and a router between them
//! that translates, helps FTP and filters.

use std::net::{IpAddr, Ipv4Addr};
use wirestage_core::base::sorted::Map;
use wirestage_core::base::{Duration, HostId, Rng};
use wirestage_core::net::firewall::{FirewallConfig, Fits, Rule, Verdict};
use wirestage_core::net::flows::{FlowsConfig, Standing};
use wirestage_core::net::host::{Mac, TcpConfig};
use wirestage_core::net::router::PortConfig;
use wirestage_core::net::{HostConfig, LinkConfig, Network, RouterConfig};
use wirestage_core::program::Program;
use wirestage_core::timeline::{NodeInfo, Protocol};

/// The host inside; node 0, on link 0.
pub const INSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
/// The host outside; node 1, on link 1.
pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);

/// A host inside, a host outside, and between them a router, or nothing.
#[must_use]
pub fn world(inside: Box<dyn Program>, outside: Box<dyn Program>, through_router: bool) -> Network {
    let mut network = Network::default();
    let (a, b) = if through_router {
        let near = (Ipv4Addr::new(192, 168, 1, 1), Ipv4Addr::new(203, 0, 113, 1));
        let a = host(&mut network, 1, (INSIDE, Some(near.0)), inside);
        let b = host(&mut network, 2, (OUTSIDE, Some(near.1)), outside);
        let router = network.add_router(info("router", "router"), router(near));
        network.join(a, router, "inside", link());
        (router, b)
    } else {
        let inside_too = Ipv4Addr::new(203, 0, 113, 20);
        let a = host(&mut network, 1, (inside_too, None), inside);
        (a, host(&mut network, 2, (OUTSIDE, None), outside))
    };
    network.join(a, b, "outside", link());
    network
}

fn link() -> LinkConfig {
    LinkConfig {
        delay: Duration::from_millis(1),
        rate_bps: 10_000_000_000,
        queue_frames: 1_000_000,
        ..LinkConfig::default()
    }
}

fn host(
    network: &mut Network,
    number: u8,
    (own, gateway): (Ipv4Addr, Option<Ipv4Addr>),
    runs: Box<dyn Program>,
) -> HostId {
    let config = HostConfig {
        mac: mac(number),
        addresses: vec![(own.into(), 24)],
        gateways: gateway.map(IpAddr::from).into_iter().collect(),
        tcp: TcpConfig {
            backlog: 10_000,
            ..TcpConfig::default()
        },
        names: Map::new(),
        neighbours: neighbours(),
        programs: vec![runs],
        resolver: None,
        rng: Rng::from_seed(u64::from(number)),
    };
    network.add_host(info(&format!("host{number}"), "host"), config)
}

fn router((near, far): (Ipv4Addr, Ipv4Addr)) -> RouterConfig {
    let port = |number, address: Ipv4Addr, inside| PortConfig {
        mac: mac(number),
        addresses: vec![(address.into(), 24)],
        inside,
    };
    let rule = |name: &str, verdict, fits| Rule {
        name: name.to_owned(),
        text: String::new(),
        verdict,
        fits,
    };
    let known = Fits {
        standing: vec![Standing::Established, Standing::Related],
        ..Fits::default()
    };
    let mail = Fits {
        protocol: Some(Protocol::Tcp),
        to_ports: Some(25..=25),
        ..Fits::default()
    };
    let out = Fits {
        inbound: Some(false),
        ..Fits::default()
    };
    RouterConfig {
        ports: vec![port(11, near, true), port(12, far, false)],
        routes: Vec::new(),
        flows: Some(FlowsConfig {
            nat: true,
            helper: true,
            ..FlowsConfig::default()
        }),
        firewall: Some(FirewallConfig {
            rules: vec![
                rule("mail", Verdict::Reject, mail),
                rule("known", Verdict::Accept, known),
                rule("out", Verdict::Accept, out),
            ],
            otherwise: Verdict::Drop,
        }),
        neighbours: neighbours(),
        rng: Rng::from_seed(3),
    }
}

fn mac(number: u8) -> Mac {
    [2, 0, 0, 0, 0, number]
}

/// Nobody need ask for anybody's hardware address.
fn neighbours() -> Map<IpAddr, Mac> {
    let all = [
        (INSIDE, 1),
        (OUTSIDE, 2),
        (Ipv4Addr::new(192, 168, 1, 1), 11),
        (Ipv4Addr::new(203, 0, 113, 1), 12),
        (Ipv4Addr::new(203, 0, 113, 20), 1),
    ];
    all.into_iter()
        .map(|(address, number)| (IpAddr::from(address), mac(number)))
        .collect()
}

fn info(name: &str, kind: &str) -> NodeInfo {
    NodeInfo {
        name: name.to_owned(),
        kind: kind.to_owned(),
        person: None,
        runs: Vec::new(),
        mac: None,
        addresses: Vec::new(),
        router: None,
    }
}
