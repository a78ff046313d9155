//! Cards, made of runs.

use super::{Card, Said, Sketch};
use crate::base::{CloseReason, TurnKind};
use crate::dissect::Dissection;
use crate::scenario::model::Scenario;
use crate::timeline::Timeline;
use crate::view::outline::{Outline, Row, Stroke, What};

/// So many frames are looked at for their protocols.
const FRAMES: usize = 3_000;

/// What everything else is carried by, and what is only a part of it.
const CARRIERS: [&str; 3] = ["Ethernet", "Data", "Text"];

impl Card {
    /// The card of a scenario, by its run with the defaults.
    #[must_use]
    pub fn of(scenario: &Scenario, timeline: &Timeline, outline: &Outline) -> Self {
        let knobs = scenario.knobs.iter();
        let mut card = Self {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            group: scenario.group,
            lesson: scenario.lesson,
            level: scenario.level,
            symptoms: scenario.symptoms.clone(),
            protocols: protocols(timeline),
            knobs: knobs.map(|k| (k.name.clone(), k.label.clone())).collect(),
            turns: outline.rows.len(),
            sketch: Sketch::of(timeline, outline),
            said: Vec::new(),
        };
        card.hear(None, timeline, outline);
        card
    }

    /// Hears what is said in a run, and keeps what was said in none before.
    pub fn hear(
        &mut self,
        setting: Option<&(String, String)>,
        timeline: &Timeline,
        outline: &Outline,
    ) {
        let mut said = Said {
            setting: setting.cloned(),
            words: Vec::new(),
        };
        for (word, at) in words(timeline, outline) {
            if !self.said.iter().chain([&said]).any(|said| said.has(&word)) {
                said.words.push((word, at));
            }
        }
        if !said.words.is_empty() {
            self.said.push(said);
        }
    }
}

impl Said {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|(known, _)| known == word)
    }
}

/// What is said or happens, each with its turn, counted as places are.
fn words(timeline: &Timeline, outline: &Outline) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for (index, row) in outline.rows.iter().enumerate() {
        found.extend(word(row).map(|word| (word, index + 1)));
    }
    for loss in timeline.losses() {
        if let Some(row) = outline.row_of(outline.sent(loss.frame)) {
            found.push((format!("lost, {}", loss.reason), row + 1));
        }
    }
    found
}

/// The word that a row is known by.
fn word(row: &Row) -> Option<String> {
    match row.what {
        What::Says(TurnKind::Command) if row.stroke == Stroke::Name => {
            Some(row.label.split_whitespace().next()?.to_owned())
        }
        What::Says(TurnKind::Command) => {
            let verb = row.label.split([' ', ',', '\n']).next()?;
            let is_verb = verb.len() > 2 && verb.bytes().all(|b| b.is_ascii_uppercase());
            is_verb.then(|| verb.to_owned())
        }
        What::Says(TurnKind::Reply) if row.stroke == Stroke::Name => {
            let label = row.label.as_str();
            let known = ["NXDOMAIN", "SERVFAIL", "REFUSED"];
            let found = known.into_iter().find(|word| label.contains(word));
            found.map(str::to_owned)
        }
        What::Says(TurnKind::Reply) => code(&row.label),
        What::Breaks(why) => broken(why).map(str::to_owned),
        _ => None,
    }
}

/// A reply's code, or POP3's word.
fn code(label: &str) -> Option<String> {
    let mut words = label.split([' ', '-']).filter(|word| !word.is_empty());
    let mut first = words.next()?;
    if first.starts_with("HTTP/") {
        first = words.next()?;
    }
    if label.starts_with("-ERR") {
        return Some("-ERR".to_owned());
    }
    let is_code = first.len() == 3 && first.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| first.to_owned())
}

fn broken(why: CloseReason) -> Option<&'static str> {
    Some(match why {
        CloseReason::Reset | CloseReason::Aborted => "connection reset",
        CloseReason::Refused => "connection refused",
        CloseReason::TimedOut => "timed out",
        CloseReason::NoRoute | CloseReason::Unreachable(_) => "unreachable",
        CloseReason::HostDown => "host down",
        CloseReason::Finished | CloseReason::NoPort => return None,
    })
}

/// The protocols of a run, by the names that the dissector gives them, in the order of its layers.
fn protocols(timeline: &Timeline) -> Vec<String> {
    let mut seen: Vec<&'static str> = Vec::new();
    for frame in timeline.frames().iter().take(FRAMES) {
        let dissection = Dissection::of(timeline.arena().get(frame.slot));
        for layer in dissection.layers() {
            let name = layer.kind.name;
            if !seen.contains(&name) && !CARRIERS.contains(&name) {
                seen.push(name);
            }
        }
    }
    let layers = crate::dissect::LAYERS.iter().map(|kind| kind.name);
    let layers = layers.filter(|name| seen.contains(name));
    layers.map(str::to_owned).collect()
}
