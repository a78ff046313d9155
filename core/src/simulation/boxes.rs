//! From a scenario's words for routers, links and stacks to what the network takes.

use super::build::{mac, neighbours};
use crate::base::{Duration, HostId, Rng, Time};
use crate::net::firewall::{self, FirewallConfig, Fits};
use crate::net::flows::{self, FlowsConfig};
use crate::net::host::{self, TcpConfig};
use crate::net::link;
use crate::net::router::{self, PortConfig};
use crate::net::{LinkConfig, RouterConfig};
use crate::scenario::Scenario;
use crate::scenario::model::{
    Congestion, Fault, Firewall, Forward, Link, Mischief, Nat, Protocol, Router, Rule, Shape,
    Standing, Tcp, Verdict, Victims,
};
use crate::timeline;
use std::net::SocketAddr;

/// The length of an Ethernet header, which an MTU does not count.
const ETHERNET: usize = 14;

/// A router.
pub fn router(scenario: &Scenario, id: HostId, router: &Router, rng: Rng) -> RouterConfig {
    let ports = router.ports.iter().enumerate();
    let routes = router.routes.iter();
    RouterConfig {
        ports: ports
            .map(|(index, port)| PortConfig {
                mac: mac(id, index),
                addresses: port.address.both(scenario.ip).to_vec(),
                inside: port.inside,
            })
            .collect(),
        routes: routes
            .map(|route| router::Route {
                to: route.to,
                prefix: route.prefix,
                via: route.via,
                port: route.port,
            })
            .collect(),
        flows: flows(router),
        firewall: router.firewall.as_ref().map(firewall),
        neighbours: neighbours(scenario, id),
        rng,
    }
}

/// Its table of flows, where it needs one.
fn flows(router: &Router) -> Option<FlowsConfig> {
    if router.nat == Nat::Off && router.firewall.is_none() {
        return None;
    }
    let usual = FlowsConfig::default();
    let hides = router.nat != Nat::Off;
    let forwards = router.forwards.iter().filter(|_| hides);
    Some(FlowsConfig {
        nat: hides,
        helper: router.nat == Nat::Helper,
        forwards: forwards.map(forward).collect(),
        rows: router.flow_rows.map_or(usual.rows, |rows| rows as usize),
        tcp_open: router.flow_patience.unwrap_or(usual.tcp_open),
        ..usual
    })
}

fn forward(forward: &Forward) -> flows::Forward {
    flows::Forward {
        protocol: protocol(forward.protocol),
        port: forward.port,
        to: SocketAddr::new(forward.to.into(), forward.to_port),
    }
}

fn protocol(protocol: Protocol) -> timeline::Protocol {
    match protocol {
        Protocol::Tcp => timeline::Protocol::Tcp,
        Protocol::Udp => timeline::Protocol::Udp,
        Protocol::Icmp => timeline::Protocol::Icmp,
    }
}

fn firewall(firewall: &Firewall) -> FirewallConfig {
    FirewallConfig {
        rules: firewall.rules.iter().map(rule).collect(),
        otherwise: verdict(firewall.otherwise),
    }
}

fn rule(rule: &Rule) -> firewall::Rule {
    let standing = rule.standing.iter().map(|standing| match standing {
        Standing::New => flows::Standing::New,
        Standing::Established => flows::Standing::Established,
        Standing::Related => flows::Standing::Related,
        Standing::Invalid => flows::Standing::Invalid,
    });
    firewall::Rule {
        name: rule.name.clone(),
        text: rule.text.clone(),
        verdict: verdict(rule.verdict),
        fits: Fits {
            inbound: rule.inbound,
            protocol: rule.protocol.map(protocol),
            standing: standing.collect(),
            from: rule.from.clone(),
            to: rule.to.clone(),
            from_ports: rule.from_ports.clone(),
            to_ports: rule.to_ports.clone(),
        },
    }
}

fn verdict(verdict: Verdict) -> firewall::Verdict {
    match verdict {
        Verdict::Accept => firewall::Verdict::Accept,
        Verdict::Drop => firewall::Verdict::Drop,
        Verdict::Reject => firewall::Verdict::Reject,
        Verdict::RejectByIcmp => firewall::Verdict::RejectByIcmp,
    }
}

/// A link.
pub fn link(link: &Link) -> LinkConfig {
    let at = |time: Duration| Time::ZERO + time;
    LinkConfig {
        delay: link.delay,
        jitter: link.jitter,
        rate_bps: link.rate_bps,
        queue_frames: link.queue_frames,
        longest_frame: link.mtu as usize + ETHERNET,
        faults: link.faults.iter().map(fault).collect(),
        down: link
            .down
            .iter()
            .map(|(from, to)| (at(*from), to.map_or(Time::MAX, at)))
            .collect(),
    }
}

fn fault(fault: &Fault) -> link::Fault {
    let to = match fault.to {
        Victims::Share(millionths) => link::Victims::Share(millionths),
        Victims::Like(pattern) => link::Victims::Like(link::Pattern {
            shape: shape(pattern.shape),
            of_file: pattern.of_file,
            from: pattern.from,
            nth: pattern.nth,
        }),
    };
    let does = match fault.does {
        Mischief::Lose => link::Mischief::Lose,
        Mischief::Duplicate => link::Mischief::Duplicate,
        Mischief::Reorder => link::Mischief::Delay,
        Mischief::Corrupt => link::Mischief::Corrupt,
    };
    link::Fault { does, to }
}

fn shape(shape: Shape) -> link::Shape {
    match shape {
        Shape::Frame => link::Shape::Frame,
        Shape::Syn => link::Shape::Syn,
        Shape::SynAck => link::Shape::SynAck,
        Shape::Ack => link::Shape::Ack,
        Shape::Data => link::Shape::Data,
        Shape::Fin => link::Shape::Fin,
        Shape::Rst => link::Shape::Rst,
        Shape::Udp => link::Shape::Udp,
        Shape::Icmp => link::Shape::Icmp,
    }
}

/// How a host's connections behave.
pub fn tcp(tcp: &Tcp) -> TcpConfig {
    TcpConfig {
        congestion: match tcp.congestion {
            Congestion::None => host::Congestion::None,
            Congestion::Reno => host::Congestion::Reno,
            Congestion::Cubic => host::Congestion::Cubic,
        },
        nagle: tcp.nagle,
        ack_delay: tcp.delayed_ack,
        window: tcp.window as usize,
        backlog: tcp.backlog as usize,
        mss: tcp.mss,
        keep_alive: tcp.keep_alive,
        connect_patience: tcp.connect_timeout,
        send_patience: tcp.give_up,
    }
}
