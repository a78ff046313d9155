//! A firewall: named rules, tried in order; the first that fits decides.

use super::flows::Standing;
use super::packet::Packet;
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
    pub fn judge(
        &self,
        _packet: &Packet,
        _standing: Standing,
        _inbound: bool,
    ) -> (Verdict, RuleId) {
        (self.config.otherwise, self.ids[self.config.rules.len()])
    }
}
