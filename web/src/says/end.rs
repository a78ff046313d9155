//! What the end of a lesson says.

use wirestage_core::course::Card;

pub const OUTCOME: &str = "How it went";
pub const NUMBERS: &str = "In numbers";
pub const TRY: &str = "Try";
pub const NEXT: &str = "Next";
pub const MORE: &str = "On the same lesson";
pub const PAPER: &str = "On paper";
pub const STOPPED: &str = "Stopped early: ";
pub const NOBODY: &str = "Nobody asked for anything.";
pub const NOBODY_BUT_YOU: &str = "Nobody but you asked for anything.";
pub const WHOLE: &str = "You have seen all twelve lessons. Everything else hangs on one of them.";
pub const ALL: &str = "All scenarios";
pub const KEEP: &str = "Keep it";
pub const AGAIN: &str = "Again";

/// The way to the next lesson.
pub fn next(card: &Card) -> String {
    match card.lesson {
        Some(number) => format!("Lesson {number}: {} ▶", card.title),
        None => format!("{} ▶", card.title),
    }
}

/// What a value of a knob brings that was not there: `brings 421, connection reset`.
pub fn brings(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        words => format!("brings {}", words.join(", ")),
    }
}
