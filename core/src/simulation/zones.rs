//! Names: what a hosts file says, which zones there are and who knows them, and whom a host
//! asks.

use super::build::{addresses, distances, forwarded};
use crate::base::sorted::Map;
use crate::base::{HostId, Rng};
use crate::program::name_server::NameServerConfig;
use crate::program::name_server::{Data, Name, Record, Soa, Zone};
use crate::program::resolver::ResolverConfig;
use crate::scenario::Scenario;
use crate::scenario::model::{self, Domain, IpFamily, Names, Port, Runs};
use std::net::IpAddr;

/// How long a resolver waits for an answer, and how often it asks each server.
const PATIENCE: crate::base::Duration = crate::base::Duration::from_secs(5);
const TRIES: u32 = 2;
/// For how long at most others may keep that there is no such name, in seconds.
const NO_SUCH_NAME_S: u32 = 300;
/// How long records are kept of what the file says nothing about.
const TTL_S: u32 = 3600;
const REVERSE: [&str; 2] = ["in-addr.arpa", "ip6.arpa"];

/// How the hosts of a run find each other: from their hosts files as well where the only name
/// servers run on a host that somebody outside stands in for.
pub fn found_by(scenario: &Scenario, door: Option<HostId>) -> Names {
    let mut servers = name_servers(scenario).filter(|id| Some(*id) != door);
    match scenario.names {
        Names::Dns if servers.next().is_some() => Names::Dns,
        Names::Dns | Names::Hosts => Names::Hosts,
    }
}

/// What programs call a host.
pub fn name_of(scenario: &Scenario, names: Names, id: HostId) -> String {
    match names {
        Names::Dns => scenario.full_name(id),
        Names::Hosts => scenario.nodes[id.index()].name.clone(),
    }
}

/// What a hosts file on a host says. With names from a name server, what the host itself is
/// called; without, everything: of a router, the port that is nearest first.
pub fn hosts_file(scenario: &Scenario, own: HostId, names: Names) -> Map<String, Vec<IpAddr>> {
    let mut known = Map::new();
    for (index, node) in scenario.nodes.iter().enumerate() {
        let id = HostId::from_index(index);
        if names == Names::Dns && id != own {
            continue;
        }
        let all = of_family(scenario, seen_addresses(scenario, id, own));
        if !all.is_empty() {
            known.insert(scenario.full_name(id), all.clone());
            known.insert(node.name.to_ascii_lowercase(), all);
        }
    }
    if names == Names::Dns {
        return known;
    }
    // Who takes a domain's letters stands for it where nobody can be asked.
    for domain in &scenario.domains {
        if let Some(host) = domain.first_host().filter(|_| domain.name.contains('.')) {
            let all = of_family(scenario, seen_addresses(scenario, host, own));
            known.insert(domain.name.clone(), all);
        }
    }
    known
}

/// Programs use the scenario's version of IP.
fn of_family(scenario: &Scenario, mut all: Vec<IpAddr>) -> Vec<IpAddr> {
    all.retain(|addr| addr.is_ipv4() == (scenario.ip == IpFamily::V4));
    all
}

/// The addresses of a node as another sees them: of a router, those of the port that is
/// nearest first; of a host to which a router outside of it forwards, the router's.
fn seen_addresses(scenario: &Scenario, id: HostId, own: HostId) -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = addresses(scenario, id).collect();
    if let Some(router) = scenario.router(id) {
        let far = distances(scenario, own);
        let near = |port: &Port| {
            let link = &scenario.links[port.link.index()];
            far[link.other(id).index()]
        };
        if let Some(port) = router.ports.iter().min_by_key(|port| near(port)) {
            let first = port.address.both(scenario.ip).map(|(addr, _)| addr);
            all.retain(|addr| !first.contains(addr));
            all.splice(0..0, first);
        }
    }
    if let Some(public) = forwarded(scenario, id, own) {
        all.retain(IpAddr::is_ipv6);
        all.insert(0, public.into());
    }
    all
}

fn name_servers(scenario: &Scenario) -> impl Iterator<Item = HostId> {
    let is_one = |runs: &Runs| matches!(runs, Runs::NameServer(_));
    let all = scenario.hosts();
    all.filter(move |(_, host)| host.runs.iter().any(is_one))
        .map(|(id, _)| id)
}

/// The name servers that a host asks, the nearest first: those that find out for others, where
/// there are any.
pub fn servers_for(scenario: &Scenario, own: HostId, door: Option<HostId>) -> Vec<IpAddr> {
    let far = distances(scenario, own);
    let recursive = |id: &HostId| {
        let runs = scenario.host(*id).map_or(&[][..], |host| &host.runs);
        let helps = |runs: &Runs| matches!(runs, Runs::NameServer(server) if server.recursive);
        runs.iter().any(helps)
    };
    let all = name_servers(scenario).filter(|id| Some(*id) != door);
    let mut all: Vec<HostId> = all.collect();
    if all.iter().any(recursive) {
        all.retain(recursive);
    }
    crate::base::sorted::sort_by_key(&mut all, |id| far[id.index()]);
    let first = |id: HostId| {
        of_family(scenario, seen_addresses(scenario, id, own))
            .first()
            .copied()
    };
    all.into_iter().filter_map(first).collect()
}

/// The domains that are tried for a name without a point: a host's own, then the others.
pub fn search(scenario: &Scenario, own: HostId) -> Vec<String> {
    let mut search = vec![scenario.nodes[own.index()].domain.clone()];
    let named = scenario.domains.iter().map(|domain| &domain.name);
    let others = scenario.nodes.iter().map(|node| &node.domain);
    for name in named.chain(others) {
        if name.contains('.') && !search.contains(name) {
            search.push(name.clone());
        }
    }
    search
}

/// The resolver of a host.
pub fn resolver(
    scenario: &Scenario,
    own: HostId,
    door: Option<HostId>,
    rng: &Rng,
) -> ResolverConfig {
    ResolverConfig {
        servers: servers_for(scenario, own, door),
        search: search(scenario, own),
        ipv6: scenario.ip == IpFamily::V6,
        patience: PATIENCE,
        tries: TRIES,
        rng: rng.fork("resolver"),
    }
}

/// A name server on a host.
pub fn name_server(
    scenario: &Scenario,
    own: HostId,
    config: &model::NameServer,
    rng: &Rng,
) -> NameServerConfig {
    use crate::program::name_server::Trouble;
    let areas = areas(scenario);
    let is_own = |area: &&Area| area.ns.contains(&own);
    let mut zones = Vec::new();
    for area in areas.iter().filter(is_own) {
        zones.push(zone(scenario, area, &areas, own));
    }
    NameServerConfig {
        hostname: scenario.full_name(own),
        zones,
        recursive: config.recursive,
        hints: hints(scenario, &areas, own),
        ipv6: scenario.ip == IpFamily::V6,
        trouble: match config.trouble {
            model::Trouble::None => None,
            model::Trouble::Fails => Some(Trouble::Fails),
            model::Trouble::Silent => Some(Trouble::Silent),
            model::Trouble::Refuses => Some(Trouble::Refuses),
        },
        largest: config.largest as usize,
        rng: rng.fork("questions"),
    }
}

/// A zone, and the hosts whose name servers know it.
struct Area<'s> {
    name: Name,
    ns: Vec<HostId>,
    ttl_s: u32,
    /// What the file says of it.
    domain: Option<&'s Domain>,
}

/// All zones: those of the file, of hosts that belong to none of these, of addresses, and the
/// root: somebody knows that there is nothing else.
fn areas(scenario: &Scenario) -> Vec<Area<'_>> {
    let usual = scenario.usual_name_servers();
    let said = scenario.domains.iter().map(|domain| Area {
        name: Name::new(&domain.name),
        ns: domain.ns.clone(),
        ttl_s: domain.ttl_s,
        domain: Some(domain),
    });
    let mut areas: Vec<Area<'_>> = said.collect();
    let others = scenario.nodes.iter().filter(|n| n.kind.has_address());
    let others = others.map(|node| node.domain.as_str());
    for name in others.chain(REVERSE).chain([""]) {
        let name = Name::new(name);
        if areas.iter().all(|area| area.name != name) {
            areas.push(Area {
                name,
                ns: usual.clone(),
                ttl_s: TTL_S,
                domain: None,
            });
        }
    }
    areas
}

/// The zone that a name lies in: the longest that fits.
fn area_of<'a, 's>(name: &Name, areas: &'a [Area<'s>]) -> Option<&'a Area<'s>> {
    let fits = areas.iter().filter(|area| name.is_in(&area.name));
    fits.max_by_key(|area| area.name.0.len())
}

/// All that a name server on `own` knows of a zone.
fn zone(scenario: &Scenario, area: &Area<'_>, areas: &[Area<'_>], own: HostId) -> Zone {
    let mut records = Vec::new();
    let mut add = |name: &Name, data: Data| {
        let name = name.clone();
        let ttl_s = area.ttl_s;
        records.push(Record { name, ttl_s, data });
    };
    let full = |id: HostId| Name::new(&scenario.full_name(id));
    add(&area.name, Data::Soa(Box::new(soa(scenario, area))));
    for id in &area.ns {
        add(&area.name, Data::Ns(full(*id)));
    }
    let is_here = |name: &Name| area_of(name, areas).is_some_and(|found| found.name == area.name);
    if let Some(domain) = area.domain {
        for mx in &domain.mx {
            let host = mx.host.map_or(Name::default(), full);
            add(&area.name, Data::Mx(mx.preference, host));
        }
        if let Some(host) = domain.host {
            for addr in seen_addresses(scenario, host, own) {
                add(&area.name, address(addr));
            }
        }
    }
    for index in 0..scenario.nodes.len() {
        let id = HostId::from_index(index);
        let seen = seen_addresses(scenario, id, own);
        if is_here(&full(id)) {
            for addr in &seen {
                add(&full(id), address(*addr));
            }
        }
        for addr in seen {
            let name = reverse(addr);
            if is_here(&name) {
                add(&name, Data::Ptr(full(id)));
            }
        }
    }
    for below in areas.iter().filter(|other| other.name != area.name) {
        if !is_parent(area, below, areas) {
            continue;
        }
        for id in &below.ns {
            add(&below.name, Data::Ns(full(*id)));
            // The addresses of servers that have their names below the zone they serve.
            if !is_here(&full(*id)) && full(*id).is_in(&area.name) {
                for addr in seen_addresses(scenario, *id, own) {
                    add(&full(*id), address(addr));
                }
            }
        }
    }
    records.extend(area.domain.iter().flat_map(|domain| domain.records.clone()));
    let name = area.name.clone();
    Zone { name, records }
}

/// Whether a zone is the one right above another.
fn is_parent(above: &Area<'_>, below: &Area<'_>, areas: &[Area<'_>]) -> bool {
    let mut others = areas
        .iter()
        .filter(|area| area.name != below.name && below.name.is_in(&area.name));
    let fits = below.name.is_in(&above.name);
    fits && others.all(|area| area.name.0.len() <= above.name.0.len())
}

fn soa(scenario: &Scenario, area: &Area<'_>) -> Soa {
    let server = area.ns.first().map(|id| scenario.full_name(*id));
    let at = match area.name.0.as_str() {
        "" => "hostmaster".to_owned(),
        name => format!("hostmaster.{name}"),
    };
    Soa {
        server: server.map_or_else(|| area.name.clone(), |name| Name::new(&name)),
        person: Name::new(&at),
        serial: 1,
        refresh: 7200,
        retry: 900,
        expire: 1_209_600,
        minimum: area.ttl_s.min(NO_SUCH_NAME_S),
    }
}

fn address(addr: IpAddr) -> Data {
    match addr {
        IpAddr::V4(addr) => Data::A(addr),
        IpAddr::V6(addr) => Data::Aaaa(addr),
    }
}

/// The name that an address is asked for by (RFC 1035 §3.5, RFC 3596 §2.5).
fn reverse(addr: IpAddr) -> Name {
    let mut name = String::new();
    match addr {
        IpAddr::V4(addr) => {
            for byte in addr.octets().iter().rev() {
                name += &format!("{byte}.");
            }
            name += REVERSE[0];
        }
        IpAddr::V6(addr) => {
            for byte in addr.octets().iter().rev() {
                name += &format!("{:x}.{:x}.", byte & 15, byte >> 4);
            }
            name += REVERSE[1];
        }
    }
    Name(name)
}

/// Whom a name server asks: those of the root, or where there is none, those of each zone.
fn hints(scenario: &Scenario, areas: &[Area<'_>], own: HostId) -> Vec<(Name, Vec<IpAddr>)> {
    let has_root = areas.iter().any(|area| area.name.0.is_empty());
    let asked = areas
        .iter()
        .filter(|area| !has_root || area.name.0.is_empty());
    let asked = asked.filter(|area| !area.ns.contains(&own));
    let mut hints: Vec<(Name, Vec<IpAddr>)> = asked
        .map(|area| {
            let seen = |id: &HostId| of_family(scenario, seen_addresses(scenario, *id, own));
            (area.name.clone(), area.ns.iter().flat_map(seen).collect())
        })
        .collect();
    crate::base::sorted::sort_by_key(&mut hints, |(name, _)| std::cmp::Reverse(name.0.len()));
    hints
}
