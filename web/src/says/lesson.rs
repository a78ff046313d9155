//! The words of the lesson: its parts, the caption, and what is said of a live run.

use crate::model::{Standing, Tab};
use crate::parts::capital;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::words::counted;

/// What is left of the inspector, read aloud.
pub const STAGE_AND_LADDER: &str = "Stage and ladder";
/// What is right of it.
pub const INSPECTOR: &str = "Inspector";
/// Ends the black screen.
pub const SHOW_AGAIN: &str = "Show the picture again";
/// What is shown while the first run is made.
pub const WORKING: &str = "The hosts are at work";
/// Ends the making.
pub const STOP: &str = "Stop";

/// The caption of a live run that has not begun.
pub const NOTHING_YET: &str = "Nothing has happened yet. Type something in the shell!";
/// The caption of a live run that is over.
pub const SESSION_OVER: &str = "The session is over.";
/// The caption at the end of a run without an outcome.
pub const THE_END: &str = "The end.";
/// Where the reader is, at the end.
pub const AT_END: &str = "The end";
/// The stroke of packets that carry nothing.
pub const HOUSEKEEPING: &str = "housekeeping";
/// The stroke of packets that were lost.
pub const LOST: &str = "✕ lost";

/// Why no knob can be turned.
pub const KEPT: &str = "A live run keeps its settings.";
/// The badge of a run that goes on.
pub const LIVE: &str = "live";
/// The badge of a run whose session does not answer.
pub const MAYBE_LIVE: &str = "live?";
/// The badge of a run that goes on no more.
pub const WAS_LIVE: &str = "was live";
/// Before the host that the reader is.
pub const YOU_ARE: &str = "You are ";
/// Asks a session again that did not answer.
pub const ASK_AGAIN: &str = "Ask again";
/// To the end of a live run that is over.
pub const TO_END: &str = "To the end";
/// To the end of a live run that goes on.
pub const FOLLOW: &str = "Follow";
/// The key that does the same.
pub const END_KEY: &str = "End";

/// What came since the reader left the end of the run.
pub fn new_steps(count: usize) -> String {
    counted(count as u64, "new step")
}

/// The same, read aloud.
pub fn new_steps_aloud(count: usize) -> String {
    format!("{}.", new_steps(count))
}

/// How it stands with a session.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Going => "The session answers.",
        Standing::Silent => "The session does not answer. Asking again …",
        Standing::Gone => "The session does not answer any more. All that came is still here.",
        Standing::Over => "The session is over.",
        Standing::Full => "The run is longer than this page can hold. The session itself goes on.",
        Standing::Broken => {
            "What the session sends makes no sense to this page. Load the page again."
        }
    }
}

/// A tab of the inspector.
pub fn tab(tab: Tab) -> &'static str {
    match tab {
        Tab::Step => "This step",
        Tab::Dialogue => "Dialogue",
        Tab::Hosts => "Hosts",
        Tab::Packets => "Packets",
        Tab::Charts => "Charts",
        Tab::Text => "Text",
    }
}

/// A step's size, in a sentence.
pub fn size(size: StepSize) -> &'static str {
    match size {
        StepSize::Packet => "packet",
        StepSize::Turn => "turn",
        StepSize::Phase => "phase",
    }
}

/// A step's size, before its number.
pub fn step(size: StepSize) -> &'static str {
    match size {
        StepSize::Packet => "Packet",
        StepSize::Turn => "Turn",
        StepSize::Phase => "Phase",
    }
}

/// Where the reader is: `Turn 9 of 24 · “log in”`.
pub fn place(size: StepSize, (at, steps): (usize, usize), phase: &str) -> String {
    let word = step(size);
    match phase {
        "" => format!("{word} {at} of {steps}"),
        phase => format!("{word} {at} of {steps} · “{phase}”"),
    }
}

/// The caption of a packet.
pub fn packet(from: &str, to: &str, what: &str) -> String {
    format!("{} → {to}: {what}", capital(from))
}

/// What somebody does, as a sentence.
pub fn does(who: &str, meaning: &str) -> String {
    // A sentence of its own, with somebody else in it than who speaks.
    const ALONE: [&str; 7] = ["a", "it", "no", "nothing", "packets", "the", "too"];
    if ALONE.contains(&meaning.split(' ').next().unwrap_or_default()) {
        return format!("{}.", capital(meaning));
    }
    format!("{} {meaning}.", capital(who))
}

/// A file that is not what it was.
pub fn harmed(name: &str) -> String {
    format!("{name} arrived, but changed.")
}
