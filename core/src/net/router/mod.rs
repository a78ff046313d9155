//! A router: takes packets in at one port and passes them on by another, or says why not.

mod answers;
mod flows;
mod fragments;
pub(super) mod header;
mod neighbours;
mod pipeline;
pub(super) mod questions;
mod routes;

use super::firewall::{Firewall, FirewallConfig};
use super::flows::{Flows, FlowsConfig};
use super::host::Mac;
use super::queue::NodeTimer;
use super::wires::Wires;
use crate::base::sorted::Map;
use crate::base::{FrameId, HostId, LinkId, Rng, RuleId};
use crate::timeline::{DropReason, Moment, PortInfo, RouterInfo, RuleInfo, Timeline};
use flows::Forgetting;
use neighbours::Neighbours;
use routes::Routes;
use smoltcp::wire::EthernetProtocol;
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
    id: HostId,
    ports: Vec<Port>,
    routes: Routes,
    flows: Option<Flows>,
    firewall: Option<Firewall>,
    neighbours: Neighbours,
    forgetting: Forgetting,
    /// Numbers the IPv4 packets that it sends itself.
    ident: u16,
}

#[derive(Debug)]
struct Port {
    config: PortConfig,
    /// None until one is joined.
    link: Option<LinkId>,
    /// The longest packet that the link takes.
    mtu: usize,
}

impl Port {
    /// Its address of the family of `like`.
    fn address_like(&self, like: IpAddr) -> Option<IpAddr> {
        let mut addresses = self.config.addresses.iter().map(|(address, _)| *address);
        addresses.find(|address| address.is_ipv4() == like.is_ipv4())
    }
}

impl Router {
    /// A router without links. Its rules are put into the timeline.
    #[must_use]
    pub fn new(id: HostId, mut config: RouterConfig, timeline: &mut Timeline) -> Self {
        let ports = config.ports.iter();
        let addresses = |ports: &mut dyn Iterator<Item = &PortConfig>| {
            let addresses = ports.flat_map(|port| port.addresses.iter());
            addresses.map(|(address, _)| *address).collect::<Vec<_>>()
        };
        let outside = addresses(&mut ports.clone().filter(|port| !port.inside));
        let routes = Routes::new(&config.ports, &config.routes);
        let mut info = RouterInfo {
            nat: config.flows.as_ref().is_some_and(|flows| flows.nat),
            helper: config.flows.as_ref().is_some_and(|flows| flows.helper),
            ..RouterInfo::default()
        };
        let firewall = config.firewall.map(|firewall| {
            info.rules = name_rules(id, &firewall, timeline);
            Firewall::new(firewall, info.rules.clone())
        });
        let node = timeline.node_mut(id);
        node.addresses = addresses(&mut ports.clone());
        node.router = Some(info);
        let rng = config.rng.fork("flows");
        Self {
            id,
            routes,
            flows: config.flows.map(|flows| Flows::new(flows, outside, rng)),
            firewall,
            neighbours: Neighbours::new(config.neighbours),
            forgetting: Forgetting::default(),
            ident: u16::try_from(config.rng.below(1 << 16)).unwrap_or(0),
            ports: config
                .ports
                .into_iter()
                .map(|config| Port {
                    config,
                    link: None,
                    mtu: 0,
                })
                .collect(),
        }
    }

    /// Plugs a link into the next port.
    pub fn attach(&mut self, link: LinkId, longest_frame: usize, timeline: &mut Timeline) {
        let Some(port) = self.ports.iter_mut().find(|port| port.link.is_none()) else {
            return;
        };
        port.link = Some(link);
        port.mtu = longest_frame.saturating_sub(header::ETHERNET);
        let info = PortInfo {
            link,
            mac: port.config.mac,
            addresses: port.config.addresses.clone(),
            inside: port.config.inside,
        };
        // By now the other routers have their names.
        let routes = self.routes.in_words(timeline);
        if let Some(router) = &mut timeline.node_mut(self.id).router {
            router.ports.push(info);
            router.routes = routes;
        }
    }

    /// Whether something waits for a neighbour's answer.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.neighbours.is_live()
    }

    /// The frames that it is not done with.
    pub fn frames_at_hand(&self) -> impl Iterator<Item = FrameId> {
        self.neighbours.frames()
    }

    /// A frame arrives: records it as delivered or dropped, and passes on what it carries.
    pub fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let link = wires.timeline.frame(id).link;
        let port = self.ports.iter().position(|port| port.link == Some(link));
        let bytes = wires.timeline.arrived(id);
        let (Some(to), Some(kind)) = (bytes.get(..6), header::ethertype(bytes)) else {
            wires.timeline.record_dropped(at, id, DropReason::Malformed);
            return;
        };
        let group = to[0] & 1 == 1;
        let port = port.filter(|port| group || self.ports[*port].config.mac == to);
        match (port, kind) {
            (Some(port), EthernetProtocol::Ipv4 | EthernetProtocol::Ipv6) => {
                self.on_packet(wires, at, port, id);
            }
            (Some(port), EthernetProtocol::Arp) => {
                let event = wires.timeline.record_delivered(at, id);
                self.hear(wires, at.because(event), port, id);
            }
            _ => {
                wires.timeline.record_delivered(at, id);
            }
        }
    }

    /// One of its timers may have come due.
    pub fn on_timer(&mut self, wires: &mut Wires, at: Moment, timer: NodeTimer) {
        match timer {
            NodeTimer::Neighbours => self.ask_again(wires, at),
            NodeTimer::Flows => self.forget_flows(wires, at),
            NodeTimer::Conn(_) | NodeTimer::Program(_) | NodeTimer::Datagrams => {}
        }
    }

    /// Whether an address is one of its own.
    fn is_own(&self, address: IpAddr) -> bool {
        let mut all = self.ports.iter().flat_map(|port| &port.config.addresses);
        all.any(|(own, _)| *own == address)
    }

    /// Whether something is plugged into a port.
    fn leads_out(&self, port: usize) -> bool {
        self.ports.get(port).is_some_and(|port| port.link.is_some())
    }
}

/// Puts a firewall's rules into the timeline, the default policy last.
fn name_rules(node: HostId, config: &FirewallConfig, timeline: &mut Timeline) -> Vec<RuleId> {
    let rules = config.rules.iter();
    let rows = rules.map(|rule| (rule.name.clone(), rule.text.clone()));
    let otherwise = ("otherwise".to_owned(), config.otherwise.to_string());
    let mut add = |(name, text)| timeline.add_rule(RuleInfo { node, name, text });
    rows.chain([otherwise]).map(&mut add).collect()
}

#[cfg(test)]
mod tests;
