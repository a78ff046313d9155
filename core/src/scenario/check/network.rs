//! Nodes and links: who there is, who is joined to whom, and whether everybody is.

use super::addresses;
use crate::base::sorted::{Map, Set};
use crate::base::{Duration, HostId, Span};
use crate::scenario::file::{HostFile, Is, LinkFile, ScenarioFile};
use crate::scenario::model::{Host, Link, Node, NodeKind, Scenario};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::read::keys_of;
use crate::scenario::value::At;
use std::net::{Ipv4Addr, Ipv6Addr};

/// What the file says of each node; nothing for a switch it only links.
pub(super) type HostFiles<'f> = Vec<Option<&'f HostFile>>;

/// How many nodes a scenario may have: as many as a segment has addresses.
const MOST_NODES: usize = 200;

/// Fills in nodes and links.
pub(super) fn read<'f>(
    text: &str,
    file: &'f ScenarioFile,
    scenario: &mut Scenario,
    problems: &mut Problems,
) -> HostFiles<'f> {
    let mut named = ends(text, file, problems);
    let hosts: Vec<(&At<String>, &HostFile)> = match &file.hosts {
        Some(hosts) => hosts.0.iter().map(|(name, host)| (name, host)).collect(),
        None => {
            problems.error(Span::default(), "there are no hosts", "add [hosts]");
            Vec::new()
        }
    };
    if file.links.as_ref().is_none_or(|l| l.0.is_empty()) {
        let span = file.links.as_ref().and_then(|l| l.0.first());
        problems.error(
            span.map_or(Span::default(), |l| l.span),
            "there are no links",
            "add links = [\"laptop - server\"]",
        );
    }
    if problems.failed() {
        return Vec::new();
    }
    if hosts.len() > MOST_NODES || named.len() > MOST_NODES {
        problems.error(
            Span::default(),
            format!("more than {MOST_NODES} hosts or links"),
            "a picture of so many teaches nothing; leave some out",
        );
        return Vec::new();
    }
    let files = nodes(&mut named, &hosts, scenario, problems);
    if !problems.failed() {
        links(&named, scenario, problems);
        settings(file, scenario, problems);
    }
    if !problems.failed() {
        let segment = segments(scenario);
        joined(scenario, &segment, problems);
        if !problems.failed() {
            addresses::give(&files, &segment, scenario, problems);
        }
    }
    files
}

/// The two ends of a link, as the file writes them.
type Ends = (At<String>, At<String>);

/// The pairs in `links`; a chain of three names makes two.
fn ends(text: &str, file: &ScenarioFile, problems: &mut Problems) -> Vec<Ends> {
    let mut pairs = Vec::new();
    for chain in file.links.iter().flat_map(|l| &l.0) {
        let words: Vec<&str> = chain.value.split_whitespace().collect();
        let is_chain = words.len() % 2 == 1
            && words.len() > 1
            && words
                .iter()
                .enumerate()
                .all(|(i, w)| (*w == "-") == (i % 2 == 1));
        if !is_chain {
            problems.error(
                chain.span,
                format!("`{}` is not a link", short(&chain.value)),
                "write names with ` - ` between: \"laptop - switch - server\"",
            );
            continue;
        }
        let names: Vec<At<String>> = words
            .iter()
            .step_by(2)
            .map(|word| At {
                value: (*word).to_owned(),
                span: part(text, chain, word),
            })
            .collect();
        pairs.extend(names.windows(2).map(|w| (w[0].clone(), w[1].clone())));
    }
    pairs
}

/// Where a word of a string stands, if the string stands in the file as it reads.
fn part(text: &str, whole: &At<String>, word: &str) -> Span {
    let start = whole.span.start as usize + 1;
    let as_it_reads = text
        .get(start..)
        .is_some_and(|t| t.starts_with(&whole.value));
    let offset = word.as_ptr() as usize - whole.value.as_ptr() as usize;
    if as_it_reads {
        Span::new(start + offset..start + offset + word.len())
    } else {
        whole.span
    }
}

/// The nodes, in the order in which `links` names them.
fn nodes<'f>(
    named: &mut [Ends],
    hosts: &[(&'f At<String>, &'f HostFile)],
    scenario: &mut Scenario,
    problems: &mut Problems,
) -> HostFiles<'f> {
    let mut files: HostFiles<'f> = Vec::new();
    let known: Map<&str, (&At<String>, &HostFile)> = hosts
        .iter()
        .map(|(name, host)| (name.value.as_str(), (*name, *host)))
        .collect();
    for (name, _) in hosts {
        check_name(name, problems);
    }
    let mut seen: Set<String> = Set::new();
    for end in named.iter().flat_map(|(a, b)| [a, b]) {
        let host = known.get(end.value.as_str());
        if host.is_none() && !is_switch_name(&end.value) {
            let names = known.keys().copied();
            problems.error(
                end.span,
                format!("`{}` is linked, but not in [hosts]", short(&end.value)),
                did_you_mean(&end.value, names, "the hosts are"),
            );
            continue;
        }
        if seen.insert(end.value.clone()) {
            let span = host.map_or(end.span, |(name, _)| name.span);
            let file = host.map(|(_, file)| *file);
            files.push(file);
            scenario.nodes.push(node(&end.value, span, file));
        }
    }
    // A misspelt link leaves a host without one; that was told above.
    let misspelt = problems.failed();
    for (name, _) in hosts.iter().filter(|_| !misspelt) {
        if !seen.contains(&name.value) {
            problems.error(
                name.span,
                format!("`{}` has no link", short(&name.value)),
                "add it to links, or take it out of [hosts]",
            );
        }
    }
    twins(hosts, problems);
    files
}

fn node(name: &str, span: Span, file: Option<&HostFile>) -> Node {
    let said = file.and_then(|f| f.is.as_ref()).map(|is| is.value);
    let kind = match said {
        Some(Is::Switch) => NodeKind::Switch,
        None if is_switch_name(name) => NodeKind::Switch,
        Some(Is::Host) | None => NodeKind::Host(Host {
            person: None,
            runs: Vec::new(),
            address4: Ipv4Addr::UNSPECIFIED,
            prefix4: 0,
            address6: Ipv6Addr::UNSPECIFIED,
            prefix6: 0,
        }),
    };
    let name = name.to_owned();
    Node { name, kind, span }
}

/// `switch`, `switch2`, `switch-b`.
fn is_switch_name(name: &str) -> bool {
    name.strip_prefix("switch").is_some_and(|rest| {
        rest.bytes().all(|b| b.is_ascii_digit()) || (rest.starts_with('-') && rest.len() > 1)
    })
}

/// A name is a word that could stand in the DNS (RFC 1123 §2.1) and in a path.
fn check_name(name: &At<String>, problems: &mut Problems) {
    let word = name.value.as_str();
    let fits = word.len() <= 30
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !word.ends_with('-');
    if !fits {
        problems.error(
            name.span,
            format!("`{}` is not a host's name", short(word)),
            "use up to 30 letters, digits and hyphens, a letter first",
        );
    } else if keys_of::<ScenarioFile>().contains(&word) {
        problems.error(
            name.span,
            format!("a host cannot be called `{word}`"),
            "the word has a meaning at the head of the file; take another",
        );
    }
}

/// Names that differ in capitals only are one name to the DNS.
fn twins(hosts: &[(&At<String>, &HostFile)], problems: &mut Problems) {
    let mut seen: Map<String, &str> = Map::new();
    for (name, _) in hosts {
        if let Some(twin) = seen.insert(name.value.to_ascii_lowercase(), &name.value) {
            problems.error(
                name.span,
                format!(
                    "`{}` and `{}` are the same name",
                    short(&name.value),
                    short(twin)
                ),
                "capitals make no difference; rename one",
            );
        }
    }
}

const DELAY: Duration = Duration::from_millis(10);
const RATE_BPS: u64 = 100_000_000;
const QUEUE_FRAMES: u32 = 1000;

/// The links, with what holds where the file says nothing.
fn links(named: &[Ends], scenario: &mut Scenario, problems: &mut Problems) {
    let mut taken: Set<HostId> = Set::new();
    let mut joined: Set<(HostId, HostId)> = Set::new();
    for (a, b) in named {
        let (Some(from), Some(to)) = (scenario.node(&a.value), scenario.node(&b.value)) else {
            continue;
        };
        let name = format!("{} - {}", a.value, b.value);
        if from == to {
            problems.error(
                b.span,
                format!("`{}` is linked to itself", a.value),
                "link it to another",
            );
            continue;
        }
        if !joined.insert((from.min(to), from.max(to))) {
            problems.error(
                b.span,
                format!("`{name}` stands twice"),
                "two nodes have one link at most; take one out",
            );
            continue;
        }
        for (end, id) in [(a, from), (b, to)] {
            let first = taken.insert(id);
            if !first && scenario.host(id).is_some() {
                problems.error(
                    end.span,
                    format!("`{}` has two links, and a host has one", end.value),
                    format!("put a switch between: \"{} - switch - …\"", end.value),
                );
            }
        }
        scenario.links.push(Link {
            a: from,
            b: to,
            name,
            delay: DELAY,
            rate_bps: RATE_BPS,
            queue_frames: QUEUE_FRAMES,
            span: Span {
                start: a.span.start.min(b.span.start),
                end: b.span.end.max(a.span.end),
            },
        });
    }
}

/// `[link.all]` first, then the links by name.
fn settings(file: &ScenarioFile, scenario: &mut Scenario, problems: &mut Problems) {
    let (all, single): (Vec<_>, Vec<_>) = file.link.0.iter().partition(|(n, _)| n.value == "all");
    for (_, link) in all {
        for each in &mut scenario.links {
            change(each, link);
        }
    }
    let mut changed: Set<usize> = Set::new();
    for (name, link) in single {
        let found = scenario
            .links
            .iter()
            .position(|l| is_called(&scenario.nodes, l, &name.value));
        match found {
            None => {
                let known: Vec<String> = scenario.links.iter().map(|l| l.name.clone()).collect();
                let known = known.iter().map(String::as_str).chain(["all"]);
                problems.error(
                    name.span,
                    format!("there is no link `{}`", short(&name.value)),
                    did_you_mean(&name.value, known, "the links are"),
                );
            }
            Some(index) => {
                if !changed.insert(index) {
                    problems.error(
                        name.span,
                        format!("link `{}` is changed twice", scenario.links[index].name),
                        "write both changes in one table",
                    );
                }
                change(&mut scenario.links[index], link);
            }
        }
    }
    for (_, link) in &file.link.0 {
        limits(link, problems);
    }
}

/// Whether a link is meant by `laptop - server`, `laptop-server`, or either turned round.
fn is_called(nodes: &[Node], link: &Link, name: &str) -> bool {
    let (a, b) = (&nodes[link.a.index()].name, &nodes[link.b.index()].name);
    [(a, b), (b, a)].iter().any(|(a, b)| {
        let ends = name
            .strip_prefix(a.as_str())
            .and_then(|n| n.strip_suffix(b.as_str()));
        ends.is_some_and(|between| between.trim() == "-")
    })
}

fn change(link: &mut Link, file: &LinkFile) {
    if let Some(delay) = &file.delay {
        link.delay = delay.value.0;
    }
    if let Some(rate) = &file.rate {
        link.rate_bps = rate.value.0;
    }
    if let Some(queue) = &file.queue {
        link.queue_frames = queue.value.0;
    }
}

fn limits(link: &LinkFile, problems: &mut Problems) {
    if let Some(delay) = link
        .delay
        .as_ref()
        .filter(|d| d.value.0 > Duration::from_secs(3600))
    {
        problems.error(delay.span, "this delay is too long", "write 1 h at most");
    }
    if let Some(rate) = &link.rate
        && !(1..=100_000_000_000).contains(&rate.value.0)
    {
        problems.error(
            rate.span,
            "a link cannot have this rate",
            "write something from 1 bit/s to 100 Gbit/s",
        );
    }
    if let Some(queue) = link.queue.as_ref().filter(|q| q.value.0 == 0) {
        problems.error(queue.span, "nothing could ever be sent", "write 1 at least");
    }
}

/// The segment of each node: nodes joined by links are in one, named by its first node.
fn segments(scenario: &Scenario) -> Vec<usize> {
    let mut segment: Vec<usize> = (0..scenario.nodes.len()).collect();
    for link in &scenario.links {
        let (a, b) = (segment[link.a.index()], segment[link.b.index()]);
        for s in &mut segment {
            if *s == a.max(b) {
                *s = a.min(b);
            }
        }
    }
    segment
}

/// Everybody is joined, and no two ways lead to the same place.
fn joined(scenario: &Scenario, segment: &[usize], problems: &mut Problems) {
    for (i, node) in scenario.nodes.iter().enumerate() {
        if segment[i] == i && i > 0 {
            problems.error(
                node.span,
                format!(
                    "nothing leads from `{}` to `{}`",
                    scenario.nodes[0].name, node.name
                ),
                "join the two parts in links",
            );
        }
    }
    let mut group: Vec<usize> = (0..scenario.nodes.len()).collect();
    for link in &scenario.links {
        let (a, b) = (group[link.a.index()], group[link.b.index()]);
        if a == b {
            problems.error(
                link.span,
                format!("`{}` closes a loop of switches", link.name),
                "frames would circle for ever; take one link out",
            );
        }
        for g in &mut group {
            if *g == b {
                *g = a;
            }
        }
    }
}
