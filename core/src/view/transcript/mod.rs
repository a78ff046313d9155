//! The transcript: a run as plain text, to be read alone or aloud.

mod connections;
mod neighbours;
mod network;
mod page;
#[cfg(test)]
mod tests;
mod traffic;
mod walk;

use crate::base::{EventId, HostId};
use crate::timeline::{Kind, RunInfo, Timeline};
use crate::view::arrivals::told;
use crate::view::facts::{Facts, addresses};
use crate::view::words::{counted, grouped, grouped_bytes};
use page::Page;
pub(super) use page::shown;
use traffic::Traffic;

/// What a transcript shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Passwords as they were said, rather than `••••`.
    pub show_passwords: bool,
}

/// Tells a run from its first word to its last.
#[must_use]
pub fn transcript(timeline: &Timeline, info: &RunInfo, options: Options) -> String {
    told_on(page::WIDTH, timeline, info, options).finish()
}

/// A line of a transcript, and the event that it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands there.
    pub text: String,
    /// None for what is so before the first event, and for the sums behind the last.
    pub event: Option<EventId>,
}

/// The same line by line, in lines of so many characters, but not of fewer than can be read.
#[must_use]
pub fn lines(timeline: &Timeline, info: &RunInfo, options: Options, width: usize) -> Vec<Line> {
    const NARROW: usize = 40;
    let width = width.clamp(NARROW, page::WIDTH);
    let mut page = told_on(width, timeline, info, options);
    let marks = std::mem::take(&mut page.marks);
    let text = page.finish();
    let ends = marks.iter().skip(1).map(|(start, _)| *start);
    let ends = ends.chain([text.len()]);
    let line = |((start, event), end): (&(usize, Option<EventId>), usize)| Line {
        text: text[*start..end].trim_end_matches('\n').to_owned(),
        event: *event,
    };
    marks.iter().zip(ends).map(line).collect()
}

fn told_on(width: usize, timeline: &Timeline, info: &RunInfo, options: Options) -> Page {
    let traffic = Traffic::of(timeline);
    let mut page = Page::new(walk::widest_who(timeline), width);
    opening(&mut page, timeline, info);
    walk::Walk::new(timeline, info, &traffic, &mut page, options).tell();
    page.at = None;
    outcomes(&mut page, timeline, info);
    numbers(&mut page, timeline, &traffic);
    connections::table(&mut page, timeline, info, &traffic);
    page.line("");
    page.paragraph(0, &format!("Make this run again: {}", info.command()));
    page
}

/// Title, hosts and settings.
fn opening(page: &mut Page, timeline: &Timeline, info: &RunInfo) {
    page.paragraph(0, &info.title);
    page.line(&"═".repeat(info.title.chars().count().min(page.width)));
    page.paragraph(0, &info.summary);
    page.line("");
    let nodes = timeline.nodes();
    let widest = |text: &dyn Fn(usize) -> String| {
        let widths = (0..nodes.len()).map(|i| text(i).chars().count());
        widths.max().unwrap_or(0)
    };
    let addresses = |i: usize| -> String { addresses(timeline, HostId::from_index(i)).join(", ") };
    let (names, places) = (widest(&|i| nodes[i].name.clone()), widest(&addresses));
    for (index, node) in nodes.iter().enumerate() {
        let mut words: Vec<&str> = node.person.iter().map(String::as_str).collect();
        words.extend(node.runs.iter().map(String::as_str));
        if node.kind != "host" {
            words.push(&node.kind);
        }
        let (name, place) = (&node.name, addresses(index));
        let text = format!("{name:names$}  {place:places$}  {}", words.join(", "));
        page.paragraph(2, &text);
    }
    page.line("");
    let labels = info.settings.iter().map(|s| s.label.chars().count());
    let width = labels.max().unwrap_or(0);
    for setting in &info.settings {
        let text = format!("{:width$}  {}", setting.label, setting.value);
        page.paragraph(2, &text);
    }
    page.line("");
}

fn outcomes(page: &mut Page, timeline: &Timeline, info: &RunInfo) {
    page.heading("outcome");
    let events = timeline.events().iter();
    let people = timeline
        .nodes()
        .iter()
        .filter(|n| n.person.is_some())
        .count();
    let mut any = false;
    for event in events.filter(|e| e.kind == Kind::Outcome) {
        any = true;
        let outcome = timeline.outcome(event.arg);
        let sign = if outcome.ok { '✓' } else { '✗' };
        let person = timeline.node(event.host).person.as_ref();
        let whose = person.filter(|_| people > 1);
        let whose = whose.map(|name| format!("{name}: ")).unwrap_or_default();
        page.paragraph(
            2,
            &format!("{sign} {whose}{}", grouped_bytes(&outcome.text)),
        );
    }
    if let Some(why) = &info.stopped {
        page.paragraph(2, &format!("✗ Stopped early: {why}"));
    } else if !any {
        page.paragraph(2, "Nobody asked for anything.");
    }
    for told in told(timeline, &timeline.arrivals()) {
        page.paragraph(2, &format!("{} {}", told.sign, told.text));
    }
}

fn numbers(page: &mut Page, timeline: &Timeline, traffic: &Traffic) {
    page.heading("in numbers");
    let facts = Facts::of(timeline);
    let frames = grouped(facts.packets);
    let mut aside = Vec::new();
    let links = timeline.links().len();
    if links > 1 {
        let all = if links == 2 { "both" } else { "all" };
        let count = if links == 2 {
            String::new()
        } else {
            format!("{links} ")
        };
        aside.push(format!("on {all} {count}links"));
    }
    if facts.lost > 0 {
        aside.push(format!("{} lost", grouped(facts.lost)));
    }
    if !traffic.again.is_empty() {
        aside.push(format!(
            "{} sent again",
            grouped(traffic.again.len() as u64)
        ));
    }
    let turns = timeline.turns().len() as u64;
    let lookups = "questions about names";
    let rows = [
        ("connections", grouped(facts.connections), String::new()),
        (
            "turns",
            grouped(turns),
            "each time one side speaks: a line, a reply, a file, a ping".into(),
        ),
        ("lookups", grouped(facts.lookups), lookups.into()),
        ("frames", frames, aside.join(", ")),
        (
            "on the wire",
            counted(traffic.wire_bytes, "byte"),
            String::new(),
        ),
        (
            "payload",
            counted(traffic.payload_bytes(), "byte"),
            "what was said, each byte counted once".into(),
        ),
        ("time", facts.time.to_string(), String::new()),
    ];
    // Most runs ask for no name, and in some nobody says anything over TCP or UDP.
    let told = rows.into_iter().filter(|(what, much, _)| match *what {
        "lookups" => much != "0",
        "payload" => much != "0 bytes",
        _ => true,
    });
    for (what, much, aside) in told {
        let aside = Some(aside).filter(|a| !a.is_empty());
        let aside = aside.map(|a| format!(" ({a})")).unwrap_or_default();
        page.line(&format!("  {what:<14}{much}{aside}"));
    }
}
