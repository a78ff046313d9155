//! Routes for every router, and a gateway for every host: the shortest way over routers,
//! in file order where two are as short.

use super::network::HostFiles;
use super::segments::Segments;
use super::words::{Sentence, Wrong};
use crate::base::HostId;
use crate::scenario::model::{Addresses, Nat, NodeKind, Route, Scenario};
use crate::scenario::problem::{Problems, did_you_mean};
use crate::scenario::value::At;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Fills in routes and gateways.
pub(super) fn give(
    text: &str,
    files: &HostFiles<'_>,
    segments: &Segments,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    for (index, file) in files.iter().enumerate() {
        let id = HostId::from_index(index);
        if scenario.host(id).is_some() {
            let gateway = gateway(scenario, segments, id);
            if let NodeKind::Host(host) = &mut scenario.nodes[index].kind {
                host.gateway = gateway.map(|address| (address.v4, address.v6));
            }
            continue;
        }
        if scenario.router(id).is_none() {
            continue;
        }
        let mut routes = known(scenario, segments, id);
        for line in file.iter().flat_map(|f| &f.routes).flat_map(|r| &r.0) {
            match by_hand(text, line, id, scenario, segments) {
                Ok(route) => {
                    routes.retain(|r| (r.to, r.prefix) != (route.to, route.prefix));
                    routes.push(route);
                }
                Err(wrong) => wrong.tell(problems),
            }
        }
        if let NodeKind::Router(router) = &mut scenario.nodes[index].kind {
            router.routes = routes;
        }
    }
}

/// The first step of a way: by which port, to which router.
#[derive(Clone, Copy)]
struct Step {
    port: usize,
    via: Addresses,
}

/// A router's first steps to all others, the nearest first.
fn ways(scenario: &Scenario, segments: &Segments, from: HostId) -> Vec<(HostId, Step)> {
    let mut ways: Vec<(HostId, Step)> = Vec::new();
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        let before = ways.iter().find(|(id, _)| *id == at).map(|(_, step)| *step);
        for (port, segment) in segments.at(scenario, at).into_iter().enumerate() {
            for (id, via) in routers_in(scenario, segments, segment) {
                if !reached.contains(&id) {
                    reached.push(id);
                    ways.push((id, before.unwrap_or(Step { port, via })));
                }
            }
        }
        next += 1;
    }
    ways
}

/// The routers at a segment, each with its addresses there.
fn routers_in(
    scenario: &Scenario,
    segments: &Segments,
    segment: usize,
) -> Vec<(HostId, Addresses)> {
    let mut found = Vec::new();
    for (id, router) in scenario.routers() {
        let at = segments.at(scenario, id);
        let port = at.iter().position(|s| *s == segment);
        found.extend(port.map(|port| (id, router.ports[port].address)));
    }
    found
}

/// The routes that a router is given.
fn known(scenario: &Scenario, segments: &Segments, from: HostId) -> Vec<Route> {
    let mut routes = Vec::new();
    let mut has: Vec<usize> = segments.at(scenario, from);
    let ways = ways(scenario, segments, from);
    for (id, step) in &ways {
        let there = scenario.addresses(*id);
        for (segment, address) in segments.at(scenario, *id).into_iter().zip(there) {
            if has.contains(&segment) {
                continue;
            }
            has.push(segment);
            // IPv6 is never translated: nothing of it is hidden.
            if !segments.is_hidden_from(scenario, segment, from) {
                let net = net(address.v4.into(), address.prefix4);
                routes.push(step.to(net, address.prefix4));
            }
            routes.push(step.to(net(address.v6.into(), address.prefix6), address.prefix6));
        }
    }
    // What stands in a NAT finds everything else by the way out of it, the innermost first.
    let nats = segments.nats_of(scenario, from);
    if let Some((_, step)) = ways.iter().find(|(id, _)| nats.contains(id)) {
        routes.push(step.to(Ipv4Addr::UNSPECIFIED.into(), 0));
        routes.push(step.to(Ipv6Addr::UNSPECIFIED.into(), 0));
    }
    routes
}

impl Step {
    fn to(&self, to: IpAddr, prefix: u8) -> Route {
        let via = match to {
            IpAddr::V4(_) => self.via.v4.into(),
            IpAddr::V6(_) => self.via.v6.into(),
        };
        Route {
            to,
            prefix,
            via,
            port: self.port,
        }
    }
}

/// The network that an address lies in.
pub(super) fn net(address: IpAddr, prefix: u8) -> IpAddr {
    let beyond = |bits: u8| u32::from(bits.saturating_sub(prefix));
    match address {
        IpAddr::V4(a) => {
            let host = u32::MAX.checked_shr(32 - beyond(32)).unwrap_or(0);
            Ipv4Addr::from(u32::from(a) & !host).into()
        }
        IpAddr::V6(a) => {
            let host = u128::MAX.checked_shr(128 - beyond(128)).unwrap_or(0);
            Ipv6Addr::from(u128::from(a) & !host).into()
        }
    }
}

/// The router nearest to a host on its segment. One whose NAT looks at the segment from
/// within comes before one that turns its outside to it: nobody's way out leads in there.
fn gateway(scenario: &Scenario, segments: &Segments, host: HostId) -> Option<Addresses> {
    let segment = *segments.at(scenario, host).first()?;
    let far = distances(scenario, host);
    let routers = routers_in(scenario, segments, segment).into_iter();
    let nearest = routers.min_by_key(|(id, address)| {
        let turned_away = scenario.router(*id).is_some_and(|router| {
            let mut ports = router.ports.iter();
            router.nat != Nat::Off && ports.any(|p| p.address == *address && !p.inside)
        });
        (turned_away, far[id.index()])
    });
    nearest.map(|(_, address)| address)
}

/// How many links lie between a node and each other, without passing a router.
fn distances(scenario: &Scenario, from: HostId) -> Vec<usize> {
    let mut far = vec![usize::MAX; scenario.nodes.len()];
    far[from.index()] = 0;
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        next += 1;
        if scenario.router(at).is_some() {
            continue;
        }
        for (_, link) in scenario.links_of(at) {
            let to = link.other(at);
            if far[to.index()] == usize::MAX {
                far[to.index()] = far[at.index()] + 1;
                reached.push(to);
            }
        }
    }
    far
}

/// `10.0.0.0/8 by internet`.
fn by_hand(
    text: &str,
    line: &At<String>,
    router: HostId,
    scenario: &Scenario,
    segments: &Segments,
) -> Result<Route, Wrong> {
    const SUCH: &str = "write a network and a neighbour, such as \"10.0.0.0/8 by internet\"";
    let mut words = Sentence::new(text, line);
    let (to, prefix) = words
        .word()
        .and_then(|word| network(word, false))
        .ok_or_else(|| words.wrong_word("is not a network", SUCH))?;
    if net(to, prefix) != to {
        let help = format!("write {}/{prefix}", net(to, prefix));
        return Err(words.wrong_word("says more than its prefix", help));
    }
    if !words.take(&["by"]) {
        return Err(words.wrong("is not understood here", SUCH));
    }
    let mut near = Vec::new();
    for (port, segment) in segments.at(scenario, router).into_iter().enumerate() {
        let others = routers_in(scenario, segments, segment).into_iter();
        near.extend(
            others
                .filter(|(id, _)| *id != router)
                .map(|(id, via)| (id, Step { port, via })),
        );
    }
    let name_of = |id: &HostId| scenario.nodes[id.index()].name.as_str();
    let Some(name) = words.word() else {
        return Err(words.wrong("", SUCH));
    };
    let Some((_, step)) = near.iter().find(|(id, _)| name_of(id) == name) else {
        let names = near.iter().map(|(id, _)| name_of(id));
        let help = did_you_mean(name, names, "its neighbours are");
        let help = if help.is_empty() {
            "it has no other router beside it".into()
        } else {
            help
        };
        return Err(words.wrong_word("is no router next to this one", help));
    };
    match words.peek() {
        None => Ok(step.to(to, prefix)),
        Some(_) => Err(words.wrong("is too much", SUCH)),
    }
}

/// `10.0.0.0/8`; where `whole` says so, an address alone is one, too.
pub(super) fn network(word: &str, whole: bool) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match word.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (word, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    match prefix {
        None => whole.then_some((address, most)),
        Some(prefix) => {
            let digits = prefix.bytes().all(|b| b.is_ascii_digit());
            let prefix: u8 = prefix.parse().ok().filter(|p| digits && *p <= most)?;
            Some((address, prefix))
        }
    }
}
