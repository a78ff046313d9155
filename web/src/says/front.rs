//! What the front page says.

use wirestage_core::course::{Card, Found};
use wirestage_core::scenario::model::{Group, Level};

pub const TITLE: &str = "See what your computer says to theirs.";
pub const ABOUT: &str = "Real packets between simulated hosts, one step at a time. Twelve lessons; nothing leaves this page.";
pub const LOGO: &str = "Wirestage";
pub const WORDS: &str = "Words";
pub const FIND: &str = "Find a scenario";
pub const EXAMPLE: &str = "425, bounce, hangs after 150 …";
pub const CLEAR: &str = "Back to the lessons";
pub const DONE: &str = "seen to the end";
pub const HANGING: &str = "More on this lesson";
pub const NOTHING: &str = "Type less of it, or try one of these:";
pub const IN_THE_GUIDE: &str = "The field guide knows it";

/// What is worth looking for: a code, a word, what somebody sees, a command.
pub const TRY: [&str; 6] = ["425", "bounce", "hangs after 150", "MX", "password", "RETR"];

/// The two halves of the course: name, and what they are about.
pub const HALVES: [(&str, &str); 2] = [
    ("Files", "FTP, and what networks do to it"),
    ("Mail", "SMTP from keyboard to mailbox"),
];

/// A lesson's title with its number.
pub fn title(card: &Card) -> String {
    match card.lesson.filter(|_| card.is_lesson()) {
        Some(number) => format!("{number} · {}", card.title),
        None => card.title.clone(),
    }
}

/// The way to the first lesson.
pub fn begin(card: &Card) -> String {
    match card.lesson {
        Some(number) => format!("Start lesson {number} ▶"),
        None => format!("Start “{}” ▶", card.title),
    }
}

/// The way back to where the reader was: `Continue lesson 7, turn 9 of 24`.
pub fn resume(card: &Card, size: &str, (at, of): (usize, Option<usize>)) -> String {
    let what = match card.lesson.filter(|_| card.is_lesson()) {
        Some(number) => format!("lesson {number}"),
        None => format!("“{}”", card.title),
    };
    match (at, of) {
        (0, _) => format!("Continue {what}"),
        (at, Some(of)) if at > of => format!("Continue {what}, at its end"),
        (at, Some(of)) => format!("Continue {what}, {size} {at} of {of}"),
        (at, None) => format!("Continue {what}, {size} {at}"),
    }
}

/// The way on, for who has seen a lesson to its end.
pub fn go_on(card: &Card) -> String {
    format!("Next: lesson {} ▶", card.lesson.unwrap_or_default())
}

/// The way to everything.
pub fn all(count: usize) -> String {
    format!("All {count} scenarios")
}

/// How far the reader has come.
pub fn progress(done: usize, of: usize) -> String {
    match done {
        0 => String::new(),
        done if done == of => format!("All {of} lessons seen to the end."),
        done => format!("{done} of {of} lessons seen to the end."),
    }
}

/// What a level is called.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Lesson => "Lesson",
        Level::Deeper => "Go deeper",
        Level::BreakIt => "Break it",
    }
}

/// Where a scenario stands: `Lesson 7`, `Break it · lesson 7`.
pub fn place(card: &Card) -> String {
    match (card.lesson, card.is_lesson()) {
        (Some(number), true) => format!("Lesson {number}"),
        (Some(number), false) => format!("{} · lesson {number}", level(card.level)),
        (None, _) => group(card.group).to_owned(),
    }
}

fn group(group: Group) -> &'static str {
    match group {
        Group::Files => "Files",
        Group::Mail => "Mail",
        Group::Networks => "Networks",
    }
}

/// What hangs on a lesson: `2 to go deeper · 5 to break it`.
pub fn hangs(deeper: usize, broken: usize) -> String {
    let mut parts = Vec::new();
    if deeper > 0 {
        parts.push(format!("{deeper} to go deeper"));
    }
    if broken > 0 {
        parts.push(format!("{broken} to break it"));
    }
    parts.join(" · ")
}

/// How many were found.
pub fn found(count: usize, typed: &str) -> String {
    match (count, typed.is_empty()) {
        (count, true) => format!("All {count} scenarios, by lesson. Type to find one."),
        (0, _) => format!("No scenario has “{typed}” in it."),
        (1, _) => "1 scenario. Enter opens it.".to_owned(),
        (count, _) => format!("{count} scenarios. Enter opens the first, ↓ goes to the others."),
    }
}

/// The way to where a word is said.
pub fn said(card: &Card, found: &Found) -> String {
    let Found { word, setting, at } = found;
    match setting {
        None => format!("{word} in turn {at}"),
        Some((knob, value)) => {
            format!("{word} in turn {at}, with “{}”: {value}", card.label(knob))
        }
    }
}

/// What somebody sees.
pub fn symptom(symptom: &str) -> String {
    format!("“{symptom}”")
}
