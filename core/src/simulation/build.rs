//! From a scenario to a network that is ready to run.

use super::{boxes, programs, zones};
use crate::base::sorted::Map;
use crate::base::{Duration, HostId, ProgramId, Rng, Time};
use crate::net::host::Mac;
use crate::net::{HostConfig, Network};
use crate::scenario::Scenario;
use crate::scenario::model::{Arp, Does, Host, Names, Nat, NodeKind, Runs, Story};
use crate::timeline::{Act, Action, NodeInfo};
use std::net::{IpAddr, Ipv4Addr};

/// What runs on a host that somebody outside stands in for.
const OUTSIDE: &str = "real programs";

/// Hosts, the boxes between them and links as the scenario names them; not yet started. At
/// `door` nothing runs: somebody outside stands in for that host.
///
/// # Errors
/// What is wrong with a program's settings.
pub fn network(scenario: &Scenario, seed: u64, door: Option<HostId>) -> Result<Network, String> {
    let root = Rng::from_seed(seed);
    let mut network = Network::with_rng(root.fork("links"));
    for (index, node) in scenario.nodes.iter().enumerate() {
        let id = HostId::from_index(index);
        let info = node_info(scenario, id);
        let added = match &node.kind {
            NodeKind::Switch => network.add_switch(info),
            NodeKind::Hub => network.add_hub(info),
            NodeKind::Router(router) => {
                let rng = root.fork(&node.name);
                network.add_router(info, boxes::router(scenario, id, router, rng))
            }
            NodeKind::Host(_) if door == Some(id) => {
                let runs = vec![OUTSIDE.to_owned()];
                network.add_door(NodeInfo { runs, ..info })
            }
            NodeKind::Host(host) => {
                let rng = root.fork(&node.name);
                let added = network.add_host(info, host_config(scenario, (id, door), host, &rng)?);
                let at = |time: Duration| Time::ZERO + time;
                let down = host.down.iter();
                let down = down.map(|(from, to)| (at(*from), to.map_or(Time::MAX, at)));
                network.plan_outages(added, down.collect());
                added
            }
        };
        debug_assert_eq!(added, id, "nodes keep the scenario's order");
    }
    for link in &scenario.links {
        network.join(link.a, link.b, &link.name, boxes::link(link));
    }
    Ok(network)
}

/// What the scenario's people do, as actions.
pub fn story(scenario: &Scenario) -> Vec<Action> {
    let mut actions = Vec::new();
    for story in &scenario.story {
        let acts: Vec<Act> = match &story.does {
            Does::Types(lines) => lines.iter().cloned().map(Act::Type).collect(),
            Does::Writes(letter) => vec![Act::Write(letter.clone())],
        };
        for act in acts {
            actions.push(Action {
                program: served_by(scenario, story, &act),
                at: story.at.map_or(Time::ZERO, |at| Time::ZERO + at),
                host: scenario.nodes[story.host.index()].name.clone(),
                person: story.person.clone(),
                act,
            });
        }
    }
    actions
}

/// Which of the host's programs does what the story says.
fn served_by(scenario: &Scenario, story: &Story, act: &Act) -> Option<ProgramId> {
    let host = scenario.host(story.host)?;
    let index = match act {
        Act::Type(line) => host.served_by(line),
        Act::Write(_) => {
            let is_mail = |runs: &Runs| matches!(runs, Runs::MailUser(_));
            host.runs.iter().position(is_mail)
        }
    }?;
    Some(ProgramId::from_index(index))
}

fn node_info(scenario: &Scenario, id: HostId) -> NodeInfo {
    let node = &scenario.nodes[id.index()];
    let host = scenario.host(id);
    let person = host.and_then(|host| host.person.as_ref());
    let runs = host.map_or(&[][..], |host| &host.runs);
    NodeInfo {
        name: node.name.clone(),
        kind: node.kind.word().to_owned(),
        person: person.map(|person| person.name.clone()),
        runs: runs.iter().map(|r| programs::words(r).to_owned()).collect(),
        mac: host.map(|_| mac(id, 0)),
        addresses: addresses(scenario, id).collect(),
        router: None,
    }
}

fn host_config(
    scenario: &Scenario,
    (id, door): (HostId, Option<HostId>),
    host: &Host,
    rng: &Rng,
) -> Result<HostConfig, String> {
    let names = zones::found_by(scenario, door);
    let mut programs = host
        .runs
        .iter()
        .enumerate()
        .map(|(index, runs)| {
            let rng = rng.fork(&format!("program {index}"));
            programs::start((scenario, names, door), id, runs, &rng)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut resolver = None;
    if names == Names::Dns {
        resolver = Some(ProgramId::from_index(programs.len()));
        programs.push(programs::resolver(scenario, id, door, rng));
    }
    Ok(HostConfig {
        mac: mac(id, 0),
        addresses: host.address.both(scenario.ip).to_vec(),
        gateways: host
            .gateway
            .map_or(Vec::new(), |(v4, v6)| vec![v4.into(), v6.into()]),
        tcp: boxes::tcp(&host.tcp),
        names: zones::hosts_file(scenario, id, names),
        neighbours: neighbours(scenario, id),
        programs,
        resolver,
        rng: rng.fork("stack"),
    })
}

/// A locally administered address (IEEE 802c: the second-lowest bit of the first byte set).
pub(super) fn mac(id: HostId, port: usize) -> Mac {
    let [high, low] = (id.0 + 1).to_be_bytes();
    let port = u8::try_from(port).expect("a router has fewer links than there are nodes");
    [2, 0, 0, port, high, low]
}

/// A node's addresses, those of the scenario's family first.
pub(super) fn addresses(scenario: &Scenario, id: HostId) -> impl Iterator<Item = IpAddr> + use<> {
    let all = scenario.addresses(id);
    let both: Vec<_> = all.iter().map(|a| a.both(scenario.ip)).collect();
    let of = |which: usize| both.iter().map(move |b| b[which].0).collect::<Vec<_>>();
    of(0).into_iter().chain(of(1))
}

/// What others call a host by to which a router outside of them forwards a port: the
/// router's own address outside.
pub(super) fn forwarded(scenario: &Scenario, id: HostId, own: HostId) -> Option<Ipv4Addr> {
    let address = scenario.host(id)?.address.v4;
    let ids = (0..scenario.nodes.len()).map(HostId::from_index);
    let mut routers = ids.filter_map(|at| Some((at, scenario.router(at)?)));
    let (at, router) = routers.find(|(_, router)| {
        let mut forwards = router.forwards.iter();
        router.nat != Nat::Off && forwards.any(|forward| forward.to == address)
    })?;
    let inside = router.ports.iter().filter(|port| port.inside);
    let is_inside = inside.into_iter().any(|port| {
        let first = scenario.links[port.link.index()].other(at);
        reached(scenario, first, Some(at))[own.index()] != usize::MAX
    });
    let mut outside = router.ports.iter().filter(|port| !port.inside);
    outside
        .next()
        .filter(|_| !is_inside)
        .map(|port| port.address.v4)
}

/// How many links lie between a node and each other.
pub(super) fn distances(scenario: &Scenario, from: HostId) -> Vec<usize> {
    reached(scenario, from, None)
}

/// The same on ways that do not pass a node; `usize::MAX` where no way leads.
fn reached(scenario: &Scenario, from: HostId, but: Option<HostId>) -> Vec<usize> {
    let mut far = vec![usize::MAX; scenario.nodes.len()];
    far[from.index()] = 0;
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        next += 1;
        for (_, link) in scenario.links_of(at) {
            let to = link.other(at);
            if far[to.index()] == usize::MAX && Some(to) != but {
                far[to.index()] = far[at.index()] + 1;
                reached.push(to);
            }
        }
    }
    far
}

/// Everybody else's hardware addresses, where they are known from the start.
pub(super) fn neighbours(scenario: &Scenario, own: HostId) -> Map<IpAddr, Mac> {
    let mut known = Map::new();
    if scenario.arp == Arp::Shown {
        return known;
    }
    for index in 0..scenario.nodes.len() {
        let id = HostId::from_index(index);
        if id == own {
            continue;
        }
        for (port, address) in scenario.addresses(id).iter().enumerate() {
            known.extend(
                address
                    .both(scenario.ip)
                    .map(|(addr, _)| (addr, mac(id, port))),
            );
        }
    }
    known
}
