//! What routers do besides passing packets on: translate, forward ports, refuse.

use super::firewall;
use super::network::HostFiles;
use super::segments::Segments;
use super::words::{Sentence, Wrong};
use crate::base::{Duration, HostId};
use crate::scenario::file::HostFile;
use crate::scenario::model::{Forward, NodeKind, Protocol, Scenario};
use crate::scenario::problem::Problems;
use crate::scenario::value::At;

/// Fills in what the file says of routers.
pub(super) fn read(
    text: &str,
    files: &HostFiles<'_>,
    segments: &Segments,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    for (index, file) in files.iter().enumerate() {
        let id = HostId::from_index(index);
        let Some(file) = file.filter(|_| scenario.router(id).is_some()) else {
            continue;
        };
        limits(file, problems);
        let forwards = forwards(text, file, id, segments, scenario, problems);
        let firewall = file
            .firewall
            .as_ref()
            .map(|rules| firewall::read(text, &rules.value, id, scenario, segments, problems));
        if let NodeKind::Router(router) = &mut scenario.nodes[index].kind {
            router.forwards = forwards;
            router.firewall = firewall;
            router.flow_rows = file.nat_table.as_ref().map(|rows| rows.value.0);
            router.flow_patience = file.nat_timeout.as_ref().map(|time| time.value.0);
        }
    }
}

fn limits(file: &HostFile, problems: &mut Problems) {
    let remembers = file.nat.is_some() || file.firewall.is_some();
    let table = file.nat_table.as_ref();
    let timeout = file.nat_timeout.as_ref();
    if let Some(rows) = table.filter(|rows| rows.value.0 == 0) {
        problems.error(rows.span, "nothing could ever pass", "write 1 at least");
    }
    if let Some(time) = timeout.filter(|time| time.value.0 == Duration::ZERO) {
        problems.error(
            time.span,
            "every flow would be forgotten at once",
            "write 1 s or more",
        );
    }
    for (key, span) in [
        ("nat-table", table.map(|key| key.span)),
        ("nat-timeout", timeout.map(|key| key.span)),
    ] {
        if let Some(span) = span.filter(|_| !remembers) {
            problems.error(
                span,
                format!("`{key}` means nothing: this router remembers no flows"),
                "add nat = \"on\" or a firewall",
            );
        }
    }
    let forwards = file.forwards.as_ref().and_then(|lines| lines.0.first());
    if let Some(line) = forwards.filter(|_| file.nat.is_none()) {
        problems.error(
            line.span,
            "`forwards` means nothing: this router translates no addresses",
            "add nat = \"on\"",
        );
    }
}

fn forwards(
    text: &str,
    file: &HostFile,
    router: HostId,
    segments: &Segments,
    scenario: &Scenario,
    problems: &mut Problems,
) -> Vec<Forward> {
    let inside = segments.inside(scenario, router);
    let mut found: Vec<Forward> = Vec::new();
    for line in file.forwards.iter().flat_map(|lines| &lines.0) {
        let is_inside = |id| segments.at(scenario, id).iter().any(|s| inside[*s]);
        match forward(text, line, scenario, is_inside) {
            Ok(forward) => {
                let same = |f: &Forward| (f.protocol, f.port) == (forward.protocol, forward.port);
                if found.iter().any(same) {
                    problems.error(
                        line.span,
                        format!("port {} leads elsewhere already", forward.port),
                        "a port leads to one host; take another port",
                    );
                }
                found.push(forward);
            }
            Err(wrong) => wrong.tell(problems),
        }
    }
    found
}

/// `tcp 2121 to server:21`.
fn forward(
    text: &str,
    line: &At<String>,
    scenario: &Scenario,
    is_inside: impl Fn(HostId) -> bool,
) -> Result<Forward, Wrong> {
    const SUCH: &str = "write such as \"tcp 2121 to server:21\"";
    let mut words = Sentence::new(text, line);
    let table = [("tcp", Protocol::Tcp), ("udp", Protocol::Udp)];
    let Some(protocol) = words.one_of(&table) else {
        return Err(words.wrong("is neither tcp nor udp", SUCH));
    };
    let port = words.word().and_then(firewall::port);
    let Some(port) = port else {
        return Err(words.wrong_word("is not a port", SUCH));
    };
    if !words.take(&["to"]) {
        return Err(words.wrong("is not understood here", SUCH));
    }
    let Some(to) = words.word() else {
        return Err(words.wrong("", SUCH));
    };
    let (name, to_port) = match to.split_once(':') {
        Some((name, port)) => (name, firewall::port(port)),
        None => (to, Some(port)),
    };
    let Some(to_port) = to_port else {
        return Err(words.wrong_word("names no port", SUCH));
    };
    let known = scenario
        .node(name)
        .and_then(|id| Some((id, scenario.host(id)?)));
    let Some((_, host)) = known.filter(|(id, _)| is_inside(*id)) else {
        let hosts = scenario.hosts().filter(|(id, _)| is_inside(*id));
        let names = hosts.map(|(id, _)| scenario.nodes[id.index()].name.as_str());
        let help = crate::scenario::problem::did_you_mean(name, names, "inside are");
        return Err(words.wrong_word("is not a host inside", help));
    };
    if words.peek().is_some() {
        return Err(words.wrong("is too much", SUCH));
    }
    Ok(Forward {
        protocol,
        port,
        to: host.address.v4,
        to_port,
    })
}
