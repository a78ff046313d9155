//! A host that somebody outside stands in for, and what they must know to do so.

use super::build::{mac, neighbours};
use super::zones;
use crate::base::HostId;
use crate::base::sorted::Map;
use crate::net::host::Mac;
use crate::scenario::Scenario;
use crate::scenario::model::{IpFamily, Names, Runs};
use std::net::IpAddr;

/// A host that somebody outside stands in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Which.
    pub host: HostId,
    /// Its name.
    pub name: String,
    /// Who sits at it.
    pub person: Option<String>,
    /// Its hardware address.
    pub mac: Mac,
    /// Its addresses with the lengths of their prefixes: of the scenario's version of IP
    /// first; a scenario of version 4 has no others.
    pub addresses: Vec<(IpAddr, u8)>,
    /// The routers it gives what is for other networks, one of each version at most.
    pub gateways: Vec<IpAddr>,
    /// Its full name: `laptop.example.net`.
    pub full_name: String,
    /// Whom it asks for names; nobody where its hosts file says them all.
    pub name_servers: Vec<IpAddr>,
    /// The domains that are tried for a name without a point.
    pub search: Vec<String>,
    /// The names it knows, as a hosts file gives them.
    pub names: Map<String, Vec<IpAddr>>,
    /// Neighbours whose hardware addresses it need not ask for.
    pub neighbours: Map<IpAddr, Mac>,
    /// The longest packet that its link takes.
    pub mtu: u32,
    /// Whether others come to it: a server runs on it in the scenario.
    pub serves: bool,
}

impl StandIn {
    /// What there is to know of a host of the scenario.
    #[must_use]
    pub fn of(scenario: &Scenario, id: HostId) -> Self {
        let host = scenario.host(id);
        let by = zones::found_by(scenario, Some(id));
        let name_servers = match by {
            Names::Dns => zones::servers_for(scenario, id, Some(id)),
            Names::Hosts => Vec::new(),
        };
        let only_v4 = scenario.ip == IpFamily::V4;
        let wanted = |addr: &IpAddr| addr.is_ipv4() || !only_v4;
        let addresses = host.map(|host| host.address.both(scenario.ip));
        let gateways = host.and_then(|host| host.gateway);
        let gateways = gateways.map(|(v4, v6)| [IpAddr::V4(v4), IpAddr::V6(v6)]);
        let mut links = scenario.links_of(id);
        let runs = host.map_or(&[][..], |host| &host.runs);
        Self {
            host: id,
            name: scenario.nodes[id.index()].name.clone(),
            full_name: scenario.full_name(id),
            person: host.and_then(|host| Some(host.person.as_ref()?.name.clone())),
            mac: mac(id, 0),
            addresses: addresses
                .into_iter()
                .flatten()
                .filter(|(addr, _)| wanted(addr))
                .collect(),
            gateways: gateways.into_iter().flatten().filter(wanted).collect(),
            names: zones::hosts_file(scenario, id, by),
            name_servers,
            search: zones::search(scenario, id),
            neighbours: neighbours(scenario, id),
            mtu: links.next().map_or(1500, |(_, link)| link.mtu),
            serves: runs.iter().any(|runs| {
                matches!(
                    runs,
                    Runs::FtpServer(_)
                        | Runs::WebPage(_)
                        | Runs::MailServer(_)
                        | Runs::NameServer(_)
                        | Runs::WebServer(_)
                        | Runs::EchoServer
                        | Runs::DiscardServer(_)
                )
            }),
        }
    }
}
