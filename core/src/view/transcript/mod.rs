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
use crate::timeline::{Arrival, Kind, RunInfo, Timeline};
use crate::view::arrivals::told;
use crate::view::facts::{Facts, addresses};
use crate::view::words::{counted, grouped, grouped_bytes};
use page::Page;
pub(super) use page::shown;
use traffic::{Looking, Traffic};
use walk::Walk;

/// What a transcript shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Passwords as they were said, rather than `••••`.
    pub show_passwords: bool,
}

/// Tells a run from its first word to its last.
#[must_use]
pub fn transcript(timeline: &Timeline, info: &RunInfo, options: Options) -> String {
    let arrivals = timeline.arrivals();
    let seen = (timeline, info, &arrivals[..]);
    Telling::new(seen, options, page::WIDTH).whole().finish()
}

/// A line of a transcript, and the event that it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands there.
    pub text: String,
    /// None for what is so before the first event, and for the sums behind the last.
    pub event: Option<EventId>,
}

/// Events that are told without a pause.
const AT_ONCE: usize = 500;

/// A transcript in the making: a long run is told a little at a time.
pub struct Telling<'a> {
    timeline: &'a Timeline,
    info: &'a RunInfo,
    arrivals: &'a [Arrival],
    options: Options,
    width: usize,
    stage: Stage<'a>,
}

enum Stage<'a> {
    /// All frames are looked at first.
    Looks(Looking),
    /// What happened is told, from the first event to the last.
    Walks(Box<Walk<'a>>),
    /// Nothing is missing.
    Told(Page),
    /// It is between two others.
    Turns,
}

impl<'a> Telling<'a> {
    /// Begins with a run, what is to be said of it, and how its files arrived; in lines of so
    /// many characters, but not of fewer than can be read.
    #[must_use]
    pub fn new(
        (timeline, info, arrivals): (&'a Timeline, &'a RunInfo, &'a [Arrival]),
        options: Options,
        width: usize,
    ) -> Self {
        const NARROW: usize = 40;
        Self {
            timeline,
            info,
            arrivals,
            options,
            width: width.clamp(NARROW, page::WIDTH),
            stage: Stage::Looks(Looking::new(timeline)),
        }
    }

    /// Goes a little further. Answers whether there is more to tell.
    pub fn go_on(&mut self) -> bool {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Turns) {
            Stage::Looks(mut looking) => {
                if looking.go_on(self.timeline, AT_ONCE) {
                    Stage::Looks(looking)
                } else {
                    Stage::Walks(Box::new(self.begun(looking.traffic())))
                }
            }
            Stage::Walks(mut walk) => {
                if walk.go_on(AT_ONCE) {
                    Stage::Walks(walk)
                } else {
                    Stage::Told(self.ended(*walk))
                }
            }
            told => told,
        };
        !matches!(self.stage, Stage::Told(_))
    }

    /// The transcript line by line.
    #[must_use]
    pub fn lines(self) -> Vec<Line> {
        let mut page = self.whole();
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

    fn whole(mut self) -> Page {
        while self.go_on() {}
        match self.stage {
            Stage::Told(page) => page,
            _ => unreachable!("it went on to the end"),
        }
    }

    /// All that stands above the first event.
    fn begun(&self, traffic: Traffic) -> Walk<'a> {
        let mut page = Page::new(walk::widest_who(self.timeline), self.width);
        opening(&mut page, self.timeline, self.info);
        Walk::new(self.timeline, self.info, traffic, page, self.options)
    }

    /// All that stands below the last event.
    fn ended(
        &self,
        Walk {
            traffic, mut page, ..
        }: Walk,
    ) -> Page {
        page.at = None;
        outcomes(&mut page, self.timeline, self.info);
        for told in told(self.timeline, self.arrivals) {
            page.paragraph(2, &format!("{} {}", told.sign, told.text));
        }
        numbers(&mut page, self.timeline, &traffic);
        connections::table(&mut page, self.timeline, self.info, &traffic);
        page.line("");
        page.paragraph(0, &format!("Make this run again: {}", self.info.command()));
        page
    }
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
