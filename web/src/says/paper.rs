//! What handout and worksheet say.

use crate::model::paper::Paper;
use wirestage_core::course::Ask;
use wirestage_core::scenario::Scenario;
use wirestage_core::view::facts::Facts;
use wirestage_core::view::words::{counted, grouped};

pub const ON_PAPER: &str = "On paper";
pub const PRINT: &str = "Print";
pub const BACK: &str = "Back to the lesson";
pub const AGAIN: &str = "Make this run again:";
pub const IN_THE_PAGE: &str = "In the page:";
pub const CAST: &str = "Who is who";
pub const OUTCOME: &str = "How it went";
pub const TURNS: &str = "Turn by turn";
pub const LADDER: &str = "The ladder";
pub const LOST: &str = "✕ lost";
pub const COLUMNS: [&str; 4] = ["Turn", "Who", "What", "What it means"];
pub const NAME: &str = "Name";
pub const DATE: &str = "Date";
pub const EMPTY: &str = "Nothing was said in this run: there is nothing to fill in.";
pub const FILL_IN: &str = "Fill in what is missing";
pub const BANK: &str = "Each of these words belongs somewhere, some more than once:";
pub const BLANK_COLUMNS: [&str; 3] = ["Turn", "Who", "What is said"];
pub const BLANK: &str = "(to fill in)";
pub const QUESTIONS: &str = "Questions";
pub const ANSWERS: &str = "Answers";
pub const TRY_IT: &str = "Try it: turn the knob in the page.";
pub const HANDOUT: &str = "The ladder, what is said of it, the numbers";
pub const WORKSHEET: &str = "Words left out, and the answers";

/// What a sheet is called.
pub fn kind(paper: Paper) -> &'static str {
    match paper {
        Paper::Handout => "Handout",
        Paper::Worksheet => "Worksheet",
    }
}

/// The scenario's title, with its lesson's number.
pub fn title(scenario: &Scenario) -> String {
    match scenario.lesson {
        Some(number) => format!("Lesson {number}: {}", scenario.title),
        None => scenario.title.clone(),
    }
}

/// The run in numbers.
pub fn facts(facts: &Facts) -> String {
    let mut parts = vec![
        counted(facts.connections, "connection"),
        counted(facts.packets, "packet"),
    ];
    if facts.lookups > 0 {
        parts.push(format!("{} of names", counted(facts.lookups, "lookup")));
    }
    if facts.lost > 0 {
        parts.push(format!("{} lost", grouped(facts.lost)));
    }
    format!("{}; {} from start to end.", parts.join(", "), facts.time)
}

/// What is left out for want of room.
pub fn more(turns: usize) -> String {
    format!(
        "… and {} more. The transcript has them all.",
        counted(turns as u64, "turn")
    )
}

/// The turn of an answer.
pub fn turn(turn: usize) -> String {
    format!(" · turn {turn} ")
}

/// A question.
pub fn ask(ask: &Ask) -> String {
    match ask {
        Ask::Connections => "How many connections are asked for?".to_owned(),
        Ask::Opens(number) => format!("Who asks for connection {number}?"),
        Ask::Lost => "Where is the first packet lost, and why?".to_owned(),
        Ask::Ends => "How does it end?".to_owned(),
        Ask::Turn { label, from, to } => {
            format!("Turn “{label}” from {from} to {to}. What do you expect? What happens?")
        }
    }
}
