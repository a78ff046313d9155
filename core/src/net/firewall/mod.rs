//! A firewall: named rules, tried in order; the first that fits decides.

use super::flows::Standing;
use super::packet::Packet;
use super::router::header::{ICMP, ICMPV6, TCP, UDP, shares};
use crate::base::RuleId;
use crate::timeline::Protocol;
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// What a firewall is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirewallConfig {
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// What happens to what no rule fits.
    pub otherwise: Verdict,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What the scenario says: `drop tcp to server port 21`.
    pub text: String,
    /// What happens to what it fits.
    pub verdict: Verdict,
    /// What it fits.
    pub fits: Fits,
}

/// What happens to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Accept,
    /// It is lost without a word.
    Drop,
    /// It is lost, and its sender is told: TCP by RST, all else by ICMP.
    Reject,
    /// It is lost, and its sender is told by ICMP: administratively prohibited.
    RejectByIcmp,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Accept => "accept",
            Self::Drop => "drop",
            Self::Reject => "reject",
            Self::RejectByIcmp => "reject by icmp",
        })
    }
}

/// What a rule fits; everything where all is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fits {
    /// To the inside (`Some(true)`) or to the outside only.
    pub inbound: Option<bool>,
    /// Of this protocol.
    pub protocol: Option<Protocol>,
    /// What the packet is to the flows: one of these.
    pub standing: Vec<Standing>,
    /// From one of these networks.
    pub from: Vec<(IpAddr, u8)>,
    /// To one of these.
    pub to: Vec<(IpAddr, u8)>,
    /// From one of these ports.
    pub from_ports: Option<RangeInclusive<u16>>,
    /// To one of these ports.
    pub to_ports: Option<RangeInclusive<u16>>,
}

/// A firewall in a run.
#[derive(Debug)]
pub struct Firewall {
    config: FirewallConfig,
    /// The rules' ids in the timeline; that of the default policy last.
    ids: Vec<RuleId>,
}

impl Firewall {
    /// A firewall whose rules stand in the timeline under `ids`, the default policy last.
    #[must_use]
    pub fn new(config: FirewallConfig, ids: Vec<RuleId>) -> Self {
        Self { config, ids }
    }

    /// What happens to a packet that is about to be passed on, and the rule that says so.
    /// Its destination is the true one by now, its source is the true one still.
    #[must_use]
    pub fn judge(&self, packet: &Packet, standing: Standing, inbound: bool) -> (Verdict, RuleId) {
        let look = Look::at(packet);
        let mut rules = self.config.rules.iter();
        let found = rules.position(|rule| rule.fits.fit(&look, standing, inbound));
        let verdict = match found {
            Some(at) => self.config.rules[at].verdict,
            None => self.config.otherwise,
        };
        (verdict, self.ids[found.unwrap_or(self.config.rules.len())])
    }
}

/// What rules look at.
struct Look {
    protocol: Option<Protocol>,
    from: IpAddr,
    to: IpAddr,
    /// Those of TCP and UDP; fragments but the first have none.
    ports: Option<(u16, u16)>,
}

impl Look {
    fn at(packet: &Packet) -> Self {
        let ends = packet.ends();
        let ports = ends.filter(|(protocol, ..)| *protocol != Protocol::Icmp);
        Self {
            protocol: protocol(packet.protocol()),
            from: packet.source(),
            to: packet.destination(),
            ports: ports.map(|(_, from, to)| (from.port(), to.port())),
        }
    }
}

fn protocol(number: u8) -> Option<Protocol> {
    match number {
        TCP => Some(Protocol::Tcp),
        UDP => Some(Protocol::Udp),
        ICMP | ICMPV6 => Some(Protocol::Icmp),
        _ => None,
    }
}

impl Fits {
    fn fit(&self, look: &Look, standing: Standing, inbound: bool) -> bool {
        let port = |wanted: &Option<RangeInclusive<u16>>, port: Option<u16>| {
            let wanted = wanted.as_ref();
            wanted.is_none_or(|range| port.is_some_and(|port| range.contains(&port)))
        };
        self.inbound.is_none_or(|wanted| wanted == inbound)
            && (self.protocol.is_none() || self.protocol == look.protocol)
            && (self.standing.is_empty() || self.standing.contains(&standing))
            && lies_in(look.from, &self.from)
            && lies_in(look.to, &self.to)
            && port(&self.from_ports, look.ports.map(|(from, _)| from))
            && port(&self.to_ports, look.ports.map(|(_, to)| to))
    }
}

/// Whether an address lies in one of these networks; any does where there are none.
fn lies_in(address: IpAddr, networks: &[(IpAddr, u8)]) -> bool {
    let mut all = networks.iter();
    networks.is_empty() || all.any(|(network, prefix)| shares(*network, address, *prefix))
}

#[cfg(test)]
mod tests;
