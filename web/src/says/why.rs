//! The words of the box that tells causes.

use wirestage_core::timeline::Matter;

/// What the box is called.
pub const WHY: &str = "Why?";
/// Where no step is shown.
pub const NO_STEP: &str = "Why is asked of a step: go to one, with → or ←.";
/// Above the links, where another event than the step's is explained.
pub const EXPLAINED: &str = "Explained: ";
/// Lets the box explain the step that is shown.
pub const THIS_STEP: &str = "Explain this step";
/// What the list of links is.
pub const LINKS: &str = "What it came of, first things first";
/// Behind the link that decided.
pub const DECISIVE: &str = "this decided it";
/// Where there is nothing before the event.
pub const ROOT: &str = "Nothing came before: here it begins.";

/// What is asked.
#[must_use]
pub fn question(matter: Matter) -> &'static str {
    match matter {
        Matter::Lost => "Why was it lost?",
        Matter::Refused | Matter::Rejected => "Why was it refused?",
        Matter::Broken => "Why did it break?",
        Matter::Bounced => "Why did it come back?",
        Matter::Failed => "Why did it fail?",
        Matter::Nothing => WHY,
    }
}

/// What decided, with its place.
#[must_use]
pub fn trouble(matter: Matter, words: &str) -> String {
    let word = match matter {
        Matter::Lost => "Lost",
        Matter::Refused | Matter::Rejected => "Refused",
        _ => "Gone wrong",
    };
    format!("✕ {word} at {words}")
}

/// Where in the run a link is: `turn 7, log in`.
#[must_use]
pub fn place(word: &str, at: usize, phase: &str) -> String {
    match phase {
        "" => format!("{word} {at}"),
        phase => format!("{word} {at}, {phase}"),
    }
}
