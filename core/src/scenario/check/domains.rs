//! Domains: who takes their letters, who knows their names, what else they say; and which
//! domain each host belongs to.

use super::network::HostFiles;
use super::people::{address_of, is_example, is_person, somebodys, user_of};
use super::programs::{named, running};
use crate::base::HostId;
use crate::scenario::file::{DomainFile, RunsWord, ScenarioFile};
use crate::scenario::model::{
    Domain, Exchanger, Mailbox, NO_DOMAIN, NameServer, Names, Nat, NodeKind, Runs, Scenario,
};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::value::At;

/// Zones above all others: they have name servers, and no letters.
pub(super) const TOPS: [&str; 6] = ["", "com", "net", "org", "test", "example"];
/// How long others may keep what they are told of a domain.
const TTL_S: u32 = 3600;
/// What stands for no exchanger at all, for knobs to choose.
const NONE: &str = "none";

/// Domains, with their exchangers and mailboxes.
pub(super) fn read(
    file: &ScenarioFile,
    hosts: &HostFiles<'_>,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    for (name, domain) in &file.domains.0 {
        let zone = zone_of(name);
        let is_top = TOPS.contains(&zone.as_str());
        if !is_top && !is_example(&zone) {
            let (message, help) = somebodys(&name.value);
            problems.error(name.span, message, help);
        }
        if scenario.domains.iter().any(|d| d.name == zone) {
            let message = format!("`{}` stands twice", short(&name.value));
            let help = "write each domain once; small and large letters mean the same";
            problems.error(name.span, message, help);
            continue;
        }
        let mx = match &domain.mx {
            Some(lines) => exchangers(&lines.0, hosts, scenario, problems),
            None if is_top => Vec::new(),
            None => usual(name, domain, hosts, scenario, problems),
        };
        let servers = running(hosts, RunsWord::NameServer);
        let ns = domain.ns.iter().flat_map(|ns| &ns.0);
        let ns = ns
            .filter_map(|host| named(host, &servers, "name server", scenario, problems))
            .collect();
        let host = domain.host.as_ref();
        let host = host.and_then(|host| addressed(host, scenario, problems));
        scenario.domains.push(Domain {
            mx,
            people: people(&zone, domain, problems),
            name: zone,
            ns,
            host,
            records: Vec::new(),
            ttl_s: seconds(domain, problems),
        });
    }
}

/// A domain's name as it is kept: in small letters (RFC 4343), without points around it.
pub(super) fn zone_of(name: &At<String>) -> String {
    name.value.trim_matches('.').to_ascii_lowercase()
}

/// Who takes the letters of a domain that does not say so.
fn usual(
    name: &At<String>,
    domain: &DomainFile,
    hosts: &HostFiles<'_>,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<Exchanger> {
    let says_more = domain.host.is_some() || domain.ns.is_some() || !domain.records.0.is_empty();
    match running(hosts, RunsWord::MailServer)[..] {
        [one] => {
            return vec![Exchanger {
                preference: 10,
                host: Some(one),
            }];
        }
        [] if says_more && domain.people.is_none() => {}
        // With the names of a run that is about something else.
        [] if scenario.names == Names::Dns && domain.people.is_none() => {}
        [] => problems.error(
            name.span,
            format!("nobody takes letters for `{}`", name.value),
            "let a host run a \"mail server\"",
        ),
        _ => problems.error(
            name.span,
            format!("which host takes letters for `{}`?", name.value),
            "add mx = [\"…\"], the preferred one first",
        ),
    }
    Vec::new()
}

/// `mx1`, `20 mx2`, `10 mx1, 20 mx2`, `.`, `none`.
fn exchangers(
    lines: &[At<String>],
    hosts: &HostFiles<'_>,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<Exchanger> {
    let servers = running(hosts, RunsWord::MailServer);
    let mut found = Vec::new();
    let parts = lines.iter().flat_map(|line| {
        let words = line.value.split(',').map(str::trim);
        words.map(|word| (word, line.span))
    });
    let parts: Vec<_> = parts.filter(|(text, _)| *text != NONE).collect();
    let mut usual: u16 = 0;
    for (text, span) in &parts {
        usual = usual.saturating_add(10);
        let (preference, word) = match text.split_once(char::is_whitespace) {
            Some((number, word)) => (number.parse().ok(), word.trim()),
            // RFC 7505 §3.
            None if *text == "." => (Some(0), *text),
            None => (Some(usual), *text),
        };
        let Some(preference) = preference else {
            problems.error(
                *span,
                format!("`{}` is no preference and a host", short(text)),
                "write such as \"10 server\", the smallest number first",
            );
            continue;
        };
        let host = match word {
            "." => None,
            word => {
                let (value, span) = (word.to_owned(), *span);
                let word = At { value, span };
                match named(&word, &servers, "mail server", scenario, problems) {
                    Some(host) => Some(host),
                    None => continue,
                }
            }
        };
        if parts.len() > 1 && host.is_none() {
            problems.error(
                *span,
                "`.` says that nobody takes letters, and others stand beside it",
                "write mx = \".\" alone, or the hosts alone",
            );
        }
        found.push(Exchanger { preference, host });
    }
    // In the order in which they are tried; what is equal stays as it stands.
    crate::base::sorted::sort_by_key(&mut found, |mx| mx.preference);
    found
}

/// Who has a mailbox.
fn people(zone: &str, domain: &DomainFile, problems: &mut Problems) -> Vec<Mailbox> {
    let mut people: Vec<Mailbox> = Vec::new();
    for person in domain.people.iter().flat_map(|p| &p.0) {
        if !is_person(person, problems) {
            continue;
        }
        let address = format!("{}@{zone}", user_of(&person.value));
        if people.iter().any(|p| p.address == address) {
            problems.error(
                person.span,
                format!("{address} stands twice"),
                "list each person once",
            );
        }
        let person = person.value.clone();
        people.push(Mailbox { person, address });
    }
    people
}

/// A host or a router.
fn addressed(name: &At<String>, scenario: &Scenario, problems: &mut Problems) -> Option<HostId> {
    let id = scenario.node(&name.value);
    let found = id.filter(|id| scenario.nodes[id.index()].kind.has_address());
    if found.is_none() {
        let known = scenario.nodes.iter().filter(|n| n.kind.has_address());
        problems.error(
            name.span,
            format!("there is no host `{}`", short(&name.value)),
            did_you_mean(&name.value, known.map(|n| n.name.as_str()), "the hosts are"),
        );
    }
    found
}

/// For how long others may keep what they are told of a domain.
pub(super) fn seconds(domain: &DomainFile, problems: &mut Problems) -> u32 {
    let Some(ttl) = &domain.ttl else { return TTL_S };
    let seconds = ttl.value.0.0 / 1_000_000_000;
    match u32::try_from(seconds) {
        // RFC 2181 §8.
        Ok(seconds) if seconds <= u32::MAX / 2 => seconds,
        _ => {
            problems.error(
                ttl.span,
                "nothing is kept so long",
                "write 68 years at most",
            );
            TTL_S
        }
    }
}

/// Which domain each node belongs to: the one it says, the one that names it, its person's,
/// the scenario's first.
pub(super) fn belong(hosts: &HostFiles<'_>, scenario: &mut Scenario, problems: &mut Problems) {
    for (index, file) in hosts.iter().enumerate() {
        let id = HostId::from_index(index);
        let said = file.and_then(|file| file.domain.as_ref());
        if let Some(said) = said.filter(|said| !is_example(&zone_of(said))) {
            let (message, help) = somebodys(&said.value);
            problems.error(said.span, message, help);
        }
        let mut domains = scenario.domains.iter().filter(|d| d.name.contains('.'));
        let names_it = |d: &&Domain| {
            let takes = d.mx.iter().any(|mx| mx.host == Some(id));
            takes || d.host == Some(id) || d.ns.contains(&id)
        };
        let person = scenario.host(id).and_then(|host| host.person.as_ref());
        let address = person.and_then(|person| address_of(&person.name, scenario));
        let first = domains.clone().next();
        let domain = said
            .map(zone_of)
            .or_else(|| Some(domains.find(names_it)?.name.clone()))
            .or_else(|| Some(address?.rsplit('@').next()?.to_owned()))
            .or_else(|| Some(first?.name.clone()));
        scenario.nodes[index].domain = domain.unwrap_or_else(|| NO_DOMAIN.into());
    }
}

/// With names asked for and nobody who tells them, a host tells them besides: the one that
/// most others use. And who knows a domain that does not say so.
pub(super) fn name_servers(scenario: &mut Scenario) {
    if scenario.names == Names::Hosts {
        return;
    }
    let is_one = |runs: &Runs| matches!(runs, Runs::NameServer(_));
    if !scenario
        .hosts()
        .any(|(_, host)| host.runs.iter().any(is_one))
        && let Some(host) = most_used(scenario)
        && let NodeKind::Host(host) = &mut scenario.nodes[host.index()].kind
    {
        host.runs.push(Runs::NameServer(NameServer::default()));
    }
    let usual = scenario.usual_name_servers();
    for domain in scenario.domains.iter_mut().filter(|d| d.ns.is_empty()) {
        domain.ns.clone_from(&usual);
    }
}

/// The host that most others use as their server, the last one where nobody uses any. One
/// that others cannot call, behind a router that hides or guards it, is no such host.
fn most_used(scenario: &Scenario) -> Option<HostId> {
    let programs = scenario.hosts().flat_map(|(_, host)| &host.runs);
    let used: Vec<HostId> = programs
        .filter_map(|runs| match runs {
            Runs::FtpUser(user) => Some(user.server),
            Runs::WebPage(page) => Some(page.server),
            Runs::MailUser(user) | Runs::MailRobot(user) => Some(user.server),
            _ => None,
        })
        .collect();
    let times = |id: &HostId| used.iter().filter(|used| *used == id).count();
    let hidden = hidden(scenario);
    let ids = scenario.hosts().map(|(id, _)| id);
    ids.max_by_key(|id| (!hidden.contains(id), times(id)))
}

/// What lies on the inside of routers that translate or forbid.
fn hidden(scenario: &Scenario) -> Vec<HostId> {
    let mut hidden = Vec::new();
    for (at, router) in scenario.routers() {
        if router.nat == Nat::Off && router.firewall.is_none() {
            continue;
        }
        let inside = router.ports.iter().filter(|port| port.inside);
        let mut next: Vec<HostId> = inside
            .map(|port| scenario.links[port.link.index()].other(at))
            .collect();
        while let Some(id) = next.pop() {
            if id != at && !hidden.contains(&id) {
                hidden.push(id);
                next.extend(scenario.links_of(id).map(|(_, link)| link.other(id)));
            }
        }
    }
    hidden
}
