//! What links are like and do, as `[link.all]` and the links by name say.

use super::faults;
use crate::base::Duration;
use crate::base::sorted::Set;
use crate::scenario::file::{LinkFile, ScenarioFile};
use crate::scenario::model::{Fault, IpFamily, Link, Mischief, Node, Scenario};
use crate::scenario::problem::{Problems, did_you_mean, short};

/// `[link.all]` first, then the links by name.
pub(super) fn read(
    text: &str,
    file: &ScenarioFile,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    let (all, single): (Vec<_>, Vec<_>) = file.link.0.iter().partition(|(n, _)| n.value == "all");
    for (_, link) in all {
        let change = Change::read(text, link, scenario, problems);
        for each in &mut scenario.links {
            change.make(each, link);
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
                let change = Change::read(text, link, scenario, problems);
                change.make(&mut scenario.links[index], link);
            }
        }
    }
    for (_, link) in &file.link.0 {
        limits(link, scenario.ip, problems);
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

/// What a table says of faults, understood.
struct Change {
    faults: Vec<(Mischief, Option<Vec<Fault>>)>,
    down: Option<Vec<(Duration, Option<Duration>)>>,
}

impl Change {
    fn read(text: &str, file: &LinkFile, scenario: &Scenario, problems: &mut Problems) -> Self {
        let mut faults = Vec::new();
        for (does, lines) in [
            (Mischief::Lose, &file.lose),
            (Mischief::Duplicate, &file.duplicate),
            (Mischief::Reorder, &file.reorder),
            (Mischief::Corrupt, &file.corrupt),
        ] {
            let read = |lines| faults::read(text, lines, does, scenario, problems);
            faults.push((does, lines.as_ref().map(read)));
        }
        let down = file.down.as_ref();
        let down = down.map(|lines| faults::down(lines, "link", problems));
        Self { faults, down }
    }

    fn make(&self, link: &mut Link, file: &LinkFile) {
        if let Some(delay) = &file.delay {
            link.delay = delay.value.0;
        }
        if let Some(jitter) = &file.jitter {
            link.jitter = jitter.value.0;
        }
        if let Some(rate) = &file.rate {
            link.rate_bps = rate.value.0;
        }
        if let Some(queue) = &file.queue {
            link.queue_frames = queue.value.0;
        }
        if let Some(mtu) = &file.mtu {
            link.mtu = mtu.value.0;
        }
        for (does, faults) in &self.faults {
            if let Some(faults) = faults {
                link.faults.retain(|fault| fault.does != *does);
                link.faults.extend(faults);
            }
        }
        if let Some(down) = &self.down {
            link.down.clone_from(down);
        }
    }
}

fn limits(link: &LinkFile, ip: IpFamily, problems: &mut Problems) {
    for (time, message) in [
        (&link.delay, "this delay is too long"),
        (&link.jitter, "this jitter is too long"),
    ] {
        if let Some(time) = time
            && time.value.0 > Duration::from_secs(3600)
        {
            problems.error(time.span, message, "write 1 h at most");
        }
    }
    // RFC 791 §3.2, RFC 8200 §5.
    let least = if ip == IpFamily::V6 { 1280 } else { 68 };
    if let Some(mtu) = &link.mtu
        && !(least..=9000).contains(&mtu.value.0)
    {
        problems.error(
            mtu.span,
            "a link cannot have this MTU",
            format!("write a number of bytes from {least} to 9000, such as 1500"),
        );
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
