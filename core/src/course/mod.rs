//! The course: what the front page says of each scenario before any has run, how a reader finds
//! one, and which words a worksheet leaves blank.
//!
//! The cards are made of runs, once, and stand in `index.txt`; a test makes them anew and fails
//! where they differ.

mod blanks;
mod find;
mod index;
mod make;
mod sketch;

pub use blanks::{Answer, Ask, Part, Question, Task, Worksheet, worksheet};
pub use find::{Found, Hit, find};
pub use index::{read, written};
pub use sketch::{Line, Sketch};

use crate::base::address;
use crate::scenario::model::{Group, Level};

/// What is known of the catalogue without running it.
const INDEX: &str = include_str!("index.txt");

/// What the front page knows of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its name in the catalogue.
    pub id: String,
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// What it is about.
    pub group: Group,
    /// The number of its lesson.
    pub lesson: Option<u8>,
    /// How it stands to its lesson.
    pub level: Level,
    /// What somebody sees who looks for it.
    pub symptoms: Vec<String>,
    /// The protocols it shows.
    pub protocols: Vec<String>,
    /// The knobs: their names, and what the page calls them.
    pub knobs: Vec<(String, String)>,
    /// How many turns its run has.
    pub turns: usize,
    /// Its ladder, small.
    pub sketch: Sketch,
    /// What is said in its runs, and where.
    pub said: Vec<Said>,
}

/// What is said in one run: that of the defaults, or that of one knob turned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The knob and its value.
    pub setting: Option<(String, String)>,
    /// Commands, reply codes and losses, each with the turn in which it comes first.
    pub words: Vec<(String, usize)>,
}

/// All cards, in the order of the catalogue.
#[must_use]
pub fn cards() -> Vec<Card> {
    read(INDEX)
}

impl Card {
    /// Whether it is one of the lessons that carry the course.
    #[must_use]
    pub fn is_lesson(&self) -> bool {
        self.lesson.is_some() && self.level == Level::Lesson
    }

    /// Its address, at a turn of a run: `#/ftp-download?mode=active&at=9`.
    #[must_use]
    pub fn address(&self, setting: Option<&(String, String)>, at: usize) -> String {
        let knobs: Vec<(&str, &str)> = setting
            .iter()
            .map(|(knob, value)| (knob.as_str(), value.as_str()))
            .collect();
        let at = at.to_string();
        let more = [("at", at.as_str())];
        let more = if at == "0" { &more[..0] } else { &more[..] };
        address::fragment(&self.id, &knobs, address::USUAL_SEED, more)
    }

    /// What the page calls a knob.
    #[must_use]
    pub fn label<'a>(&'a self, knob: &'a str) -> &'a str {
        let known = self.knobs.iter().find(|(name, _)| name == knob);
        known.map_or(knob, |(_, label)| label)
    }
}

/// The lessons, by their numbers.
#[must_use]
pub fn lessons(cards: &[Card]) -> Vec<&Card> {
    let mut lessons: Vec<&Card> = cards.iter().filter(|card| card.is_lesson()).collect();
    crate::base::sorted::sort_by_key(&mut lessons, |card| card.lesson);
    lessons
}

/// What hangs on a lesson: first what goes deeper, then what is broken.
#[must_use]
pub fn hanging<'a>(cards: &'a [Card], lesson: &Card) -> Vec<&'a Card> {
    let on_it = |card: &&Card| card.lesson == lesson.lesson && card.level != Level::Lesson;
    let mut found: Vec<&Card> = cards.iter().filter(on_it).collect();
    crate::base::sorted::sort_by_key(&mut found, |card| card.level);
    found
}

/// The lesson after a scenario: after its own lesson, where it hangs on one.
#[must_use]
pub fn next<'a>(cards: &'a [Card], id: &str) -> Option<&'a Card> {
    let lesson = cards.iter().find(|card| card.id == id)?.lesson?;
    lessons(cards)
        .into_iter()
        .find(|card| card.lesson > Some(lesson))
}

/// A group's word, as scenario files write it.
#[must_use]
pub fn group_word(group: Group) -> &'static str {
    match group {
        Group::Files => "files",
        Group::Mail => "mail",
        Group::Networks => "networks",
    }
}

/// A level's word, as scenario files write it.
#[must_use]
pub fn level_word(level: Level) -> &'static str {
    match level {
        Level::Lesson => "lesson",
        Level::Deeper => "deeper",
        Level::BreakIt => "break it",
    }
}
