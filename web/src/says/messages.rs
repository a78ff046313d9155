//! What the page tells: in notes, in the window's title, and aloud.

use super::lesson::{size, step};
use wirestage_core::base::Time;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::words::counted;

/// How a note on another run begins. By that the page knows that there is something to undo.
pub const RERUN: &str = "Re-run";
/// All knobs were reset.
pub const RESET: &str = "Back at the start, with every knob as it was.";
/// A turn of a knob was taken back.
pub const UNDONE: &str = "Undone.";
/// The undoing was taken back.
pub const REDONE: &str = "Done again.";

/// No session answers where the page comes from.
pub const NO_SESSION: &str = "There is no session that this page could follow. Start one in a terminal: wirestage shell ftp-download --page";

/// The address is on the clipboard.
pub const COPIED: &str = "The link is copied. It opens this very step.";
/// It is not.
pub const NOT_COPIED: &str =
    "The browser keeps its clipboard shut: copy the link from the address bar.";

/// The field guide's glossary, in the window's title.
pub const GLOSSARY: &str = "Words";

/// At the end of a session, aloud.
pub const SESSION_END: &str = "End of the session.";

/// What another run changed.
pub fn rerun(changed: &str) -> String {
    format!("{RERUN}: {changed}.")
}

/// A scenario that is not there.
pub fn unknown(id: &str) -> String {
    format!("There is no scenario “{id}” here. These are the scenarios that there are.")
}

/// An address that asks for what cannot be.
pub fn refused(why: &str) -> String {
    format!("This address cannot be shown: {why}.")
}

/// That no more fields can be pinned.
pub fn no_more_pins(most: usize) -> String {
    format!("No more than {most} fields are pinned: unpin one first.")
}

/// How far a run has come.
pub fn made(frames: usize, now: Time) -> String {
    format!("{}, {now}", counted(frames as u64, "packet"))
}

/// How much of a session was read.
pub fn followed(now: Time) -> String {
    format!("{now} of the session")
}

/// What was saved.
pub fn saved(name: &str) -> String {
    format!("Saved {name}.")
}

/// A capture that was saved, and how its captions are read.
pub fn saved_capture(name: &str) -> String {
    format!(
        "Saved {name}. In Wireshark, captions are packet comments: right-click a packet's comment and choose Apply as Column."
    )
}

/// What could not be saved.
pub fn not_saved(name: &str) -> String {
    format!("{name} could not be saved: the browser refused it.")
}

/// At the start of a run, aloud.
pub fn start(summary: &str, steps: usize, by: StepSize) -> String {
    format!("Start. {summary} {steps} steps, by {}.", size(by))
}

/// At its end.
pub fn end(outcomes: &str) -> String {
    format!("End. {outcomes}")
}

/// At a step.
pub fn at(by: StepSize, (at, steps): (usize, usize), what: &str) -> String {
    format!("{} {at} of {steps}. {what}", step(by))
}

/// What somebody says to somebody, if to anybody.
pub fn turn(from: &str, to: Option<&str>, label: &str, meaning: &str) -> String {
    match to {
        Some(to) => format!("{from} to {to}: {label}. {meaning}"),
        None => format!("{from}: {label}. {meaning}"),
    }
}

/// A packet that arrived.
pub fn delivered(from: &str, to: &str, what: &str) -> String {
    format!("{from} to {to}: {what}")
}

/// A packet that was lost.
pub fn lost(from: &str, what: &str, why: &str) -> String {
    format!("{from}: {what}, lost: {why}")
}

/// A packet that has not arrived yet.
pub fn underway(from: &str, what: &str) -> String {
    format!("{from}: {what}, on its way")
}
