//! From a scenario to a network that is ready to run.

use super::programs;
use crate::base::sorted::Map;
use crate::base::{HostId, ProgramId, Rng, Time};
use crate::net::host::{Mac, TcpConfig};
use crate::net::{HostConfig, LinkConfig, Network};
use crate::scenario::Scenario;
use crate::scenario::model::{Arp, Does, Host, IpFamily, NodeKind, Runs, Story};
use crate::timeline::{Act, Action, NodeInfo};
use std::net::IpAddr;

/// Hosts, switches and links as the scenario names them; not yet started.
///
/// # Errors
/// What is wrong with a program's settings.
pub fn network(scenario: &Scenario, seed: u64) -> Result<Network, String> {
    let root = Rng::from_seed(seed);
    let mut network = Network::with_rng(root.fork("links"));
    for (index, node) in scenario.nodes.iter().enumerate() {
        let id = HostId::from_index(index);
        let added = match &node.kind {
            NodeKind::Switch => network.add_switch(NodeInfo {
                name: node.name.clone(),
                kind: "switch".to_owned(),
                person: None,
                runs: Vec::new(),
                mac: None,
                addresses: Vec::new(),
                router: None,
            }),
            NodeKind::Host(host) => {
                let rng = root.fork(&node.name);
                let info = host_info(scenario, &node.name, id, host);
                network.add_host(info, host_config(scenario, id, host, &rng)?)
            }
        };
        debug_assert_eq!(added, id, "nodes keep the scenario's order");
    }
    for link in &scenario.links {
        let config = LinkConfig {
            delay: link.delay,
            rate_bps: link.rate_bps,
            queue_frames: link.queue_frames,
            ..LinkConfig::default()
        };
        network.join(link.a, link.b, &link.name, config);
    }
    Ok(network)
}

/// What the scenario's people do, as actions.
pub fn story(scenario: &Scenario) -> Vec<Action> {
    let mut actions = Vec::new();
    for story in &scenario.story {
        let program = served_by(scenario, story);
        let mut add = |act| {
            actions.push(Action {
                program,
                at: story.at.map_or(Time::ZERO, |at| Time::ZERO + at),
                host: scenario.nodes[story.host.index()].name.clone(),
                person: story.person.clone(),
                act,
            });
        };
        match &story.does {
            Does::Types(lines) => lines.iter().for_each(|line| add(Act::Type(line.clone()))),
            Does::Writes(letter) => add(Act::Write(letter.clone())),
        }
    }
    actions
}

/// Which of the host's programs does what the story says: lines are typed to the FTP
/// client, letters are written in the mail client.
fn served_by(scenario: &Scenario, story: &Story) -> Option<ProgramId> {
    let host = scenario.host(story.host)?;
    let index = host.runs.iter().position(|runs| match story.does {
        Does::Types(_) => matches!(runs, Runs::FtpUser(_)),
        Does::Writes(_) => matches!(runs, Runs::MailUser(_)),
    })?;
    Some(ProgramId::from_index(index))
}

fn host_info(scenario: &Scenario, name: &str, id: HostId, host: &Host) -> NodeInfo {
    NodeInfo {
        name: name.to_owned(),
        kind: "host".to_owned(),
        person: host.person.as_ref().map(|person| person.name.clone()),
        runs: host
            .runs
            .iter()
            .map(|runs| programs::words(runs).to_owned())
            .collect(),
        mac: Some(mac(id)),
        addresses: addresses(scenario, host).map(|(addr, _)| addr).collect(),
        router: None,
    }
}

fn host_config(
    scenario: &Scenario,
    id: HostId,
    host: &Host,
    rng: &Rng,
) -> Result<HostConfig, String> {
    let programs = host
        .runs
        .iter()
        .enumerate()
        .map(|(index, runs)| {
            let rng = rng.fork(&format!("program {index}"));
            programs::start(scenario, id, runs, &rng)
        })
        .collect::<Result<_, _>>()?;
    Ok(HostConfig {
        mac: mac(id),
        addresses: addresses(scenario, host).collect(),
        gateways: Vec::new(),
        tcp: TcpConfig::default(),
        names: names(scenario),
        neighbours: match scenario.arp {
            Arp::Shown => Map::new(),
            Arp::Prefilled => neighbours(scenario, id),
        },
        programs,
        rng: rng.fork("stack"),
    })
}

/// A locally administered address (IEEE 802c: the second-lowest bit of the first byte set).
fn mac(id: HostId) -> Mac {
    let [high, low] = (id.0 + 1).to_be_bytes();
    [2, 0, 0, 0, high, low]
}

/// The host's addresses, that of the scenario's family first.
fn addresses(scenario: &Scenario, host: &Host) -> impl Iterator<Item = (IpAddr, u8)> + use<> {
    let v4 = (IpAddr::from(host.address4), host.prefix4);
    let v6 = (IpAddr::from(host.address6), host.prefix6);
    match scenario.ip {
        IpFamily::V4 => [v4, v6],
        IpFamily::V6 => [v6, v4],
    }
    .into_iter()
}

/// What a hosts file on every host says.
fn names(scenario: &Scenario) -> Map<String, Vec<IpAddr>> {
    scenario
        .hosts()
        .map(|(id, host)| {
            let name = scenario.nodes[id.index()].name.to_ascii_lowercase();
            (
                name,
                addresses(scenario, host).map(|(addr, _)| addr).collect(),
            )
        })
        .collect()
}

/// Everybody else's hardware addresses.
fn neighbours(scenario: &Scenario, own: HostId) -> Map<IpAddr, Mac> {
    scenario
        .hosts()
        .filter(|(id, _)| *id != own)
        .flat_map(|(id, host)| addresses(scenario, host).map(move |(addr, _)| (addr, mac(id))))
        .collect()
}
