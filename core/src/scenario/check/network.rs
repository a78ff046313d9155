//! Nodes and links: who there is, who is joined to whom, and whether everybody is.

use super::segments::{self, Segments};
use super::words::part;
use super::{addresses, links, routers, routes, stacks};
use crate::base::sorted::{Map, Set};
use crate::base::{Duration, HostId, Span};
use crate::scenario::file::{HostFile, Is, ScenarioFile};
use crate::scenario::model::{
    Addresses, Host, Link, Nat, Node, NodeKind, Port, Router, Scenario, Tcp,
};
use crate::scenario::problem::{Problems, did_you_mean, short};
use crate::scenario::read::keys_of;
use crate::scenario::value::At;

/// What the file says of each node; nothing for a box it only links.
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
        joins(&named, scenario, problems);
        links::read(text, file, scenario, problems);
    }
    if !problems.failed() {
        segments::joined(scenario, problems);
    }
    if !problems.failed() {
        stacks::read(&files, scenario, problems);
        ports(&files, scenario);
        let segments = Segments::of(scenario, problems);
        if !problems.failed() {
            addresses::give(&files, &segments, scenario, problems);
        }
        if !problems.failed() {
            routes::give(text, &files, &segments, scenario, problems);
            routers::read(text, &files, &segments, scenario, problems);
        }
    }
    files
}

/// Each router's ports, as its links lead left or right.
fn ports(files: &HostFiles<'_>, scenario: &mut Scenario) {
    for (index, file) in files.iter().enumerate() {
        let id = HostId::from_index(index);
        let ports = scenario.links_of(id).map(|(link, l)| Port {
            link,
            address: Addresses::default(),
            inside: l.b == id,
        });
        let ports = ports.collect();
        if let NodeKind::Router(router) = &mut scenario.nodes[index].kind {
            router.ports = ports;
            let nat = file.and_then(|f| f.nat.as_ref());
            router.nat = nat.map_or(Nat::Off, |nat| nat.value);
        }
    }
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
        if host.is_none() && box_named(&end.value).is_none() {
            // The middle of a chain ends two links.
            if !problems.inside(end.span) {
                unknown(end, known.keys().copied(), problems);
            }
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

fn unknown<'k>(
    end: &At<String>,
    known: impl Iterator<Item = &'k str> + Clone,
    problems: &mut Problems,
) {
    let all = known.clone().chain(BOXES.map(|(word, _)| word));
    let help = match did_you_mean(&end.value, all, "") {
        guess if guess.starts_with("did") => guess,
        _ => did_you_mean(&end.value, known, "the hosts are"),
    };
    problems.error(
        end.span,
        format!("`{}` is linked, but not in [hosts]", short(&end.value)),
        help,
    );
}

fn node(name: &str, span: Span, file: Option<&HostFile>) -> Node {
    let said = file.and_then(|f| f.is.as_ref()).map(|is| is.value);
    let kind = match said.or_else(|| box_named(name)) {
        Some(Is::Switch) => NodeKind::Switch,
        Some(Is::Hub) => NodeKind::Hub,
        Some(Is::Router) => NodeKind::Router(Router::default()),
        Some(Is::Host) | None => NodeKind::Host(Host {
            person: None,
            runs: Vec::new(),
            address: Addresses::default(),
            gateway: None,
            tcp: Tcp::default(),
            down: Vec::new(),
        }),
    };
    let name = name.to_owned();
    let domain = String::new();
    Node {
        name,
        domain,
        kind,
        span,
    }
}

/// The words that say by themselves what a node is.
const BOXES: [(&str, Is); 4] = [
    ("switch", Is::Switch),
    ("hub", Is::Hub),
    ("router", Is::Router),
    ("internet", Is::Router),
];

/// What a name says by itself: `switch`, `hub2`, `router-b`, `internet`.
fn box_named(name: &str) -> Option<Is> {
    let says = |word: &str| {
        name.strip_prefix(word).is_some_and(|rest| {
            rest.bytes().all(|b| b.is_ascii_digit()) || (rest.starts_with('-') && rest.len() > 1)
        })
    };
    let found = BOXES.iter().find(|(word, _)| says(word));
    found.map(|(_, is)| *is)
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
    } else if word.eq_ignore_ascii_case("localhost") {
        problems.error(
            name.span,
            format!("a host cannot be called `{word}`"),
            "every host calls itself so; take another",
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
const MTU: u32 = 1500;

/// The links, with what holds where the file says nothing.
fn joins(named: &[Ends], scenario: &mut Scenario, problems: &mut Problems) {
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
            jitter: Duration::ZERO,
            rate_bps: RATE_BPS,
            queue_frames: QUEUE_FRAMES,
            mtu: MTU,
            faults: Vec::new(),
            down: Vec::new(),
            span: Span {
                start: a.span.start.min(b.span.start),
                end: b.span.end.max(a.span.end),
            },
        });
    }
}
