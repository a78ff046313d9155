//! What the end of a lesson says.

use wirestage_core::course::Card;
use wirestage_core::view::words::{counted, grouped};

/// Over what became of each file and each letter.
pub const OUTCOME: &str = "How it went";
/// Before what was done, read aloud.
pub const DONE: &str = "done: ";
/// Before what was not, read aloud.
pub const FAILED: &str = "failed: ";
/// Over the run in numbers.
pub const NUMBERS: &str = "In numbers";
/// Behind the time that the run took.
pub const WHOLE_TIME: &str = "from start to end";
/// Over the knob to try.
pub const TRY: &str = "Try";
/// Before the knob's name.
pub const TURN: &str = "Turn ";
/// Over the next lesson.
pub const NEXT: &str = "Next";
/// Over what else belongs to the lesson.
pub const MORE: &str = "On the same lesson";
/// Over what can be printed.
pub const PAPER: &str = "On paper";
/// Where nobody did anything.
pub const NOBODY: &str = "Nobody asked for anything.";
/// Where only the reader did.
pub const NOBODY_BUT_YOU: &str = "Nobody but you asked for anything.";
/// After the last lesson.
pub const WHOLE: &str = "You have seen all twelve lessons. Everything else hangs on one of them.";
/// The way to everything.
pub const ALL: &str = "All scenarios";
/// Over what a session can be saved as.
pub const KEEP: &str = "Keep it";
/// What the files are that it is saved as.
pub const PCAPNG: &str = "the capture, for Wireshark";
/// The second.
pub const TEXT: &str = "the transcript";
/// The third.
pub const JSON: &str = "the whole timeline";
/// Over the command that begins another session.
pub const AGAIN: &str = "Again";

/// Why a run ended before its time.
pub fn stopped(why: &str) -> String {
    format!("Stopped early: {why}")
}

/// The word behind the number of connections.
pub fn connections(connections: u64) -> String {
    after(connections, "connection")
}

/// The words behind the number of questions about names.
pub fn lookups(lookups: u64) -> String {
    format!("{} of names", after(lookups, "lookup"))
}

/// The words behind the number of packets.
pub fn packets(packets: u64, lost: u64) -> String {
    let word = after(packets, "packet");
    match lost {
        0 => word,
        lost => format!("{word}, {} lost", grouped(lost)),
    }
}

/// The word for so many, without the number.
fn after(number: u64, what: &str) -> String {
    let text = counted(number, what);
    text.rsplit(' ').next().unwrap_or_default().to_owned()
}

/// The button that saves a session.
pub fn save(ending: &str) -> String {
    format!("Save .{ending}")
}

/// Behind the knob's name. Its other values follow.
pub fn from_to(value: &str) -> String {
    format!(" from {value} to")
}

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
