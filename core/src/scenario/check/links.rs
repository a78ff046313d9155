//! What links are like, as `[link.all]` and the links by name say.

use crate::base::Duration;
use crate::base::sorted::Set;
use crate::scenario::file::{LinkFile, ScenarioFile};
use crate::scenario::model::{Link, Node, Scenario};
use crate::scenario::problem::{Problems, did_you_mean, short};

/// `[link.all]` first, then the links by name.
pub(super) fn read(
    _text: &str,
    file: &ScenarioFile,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
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
