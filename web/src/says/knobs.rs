//! The words around the knobs, and of the note over the stage.

use wirestage_core::scenario::model::KnobType;

/// The row of knobs; on a phone, the button that unfolds them.
pub const KNOBS: &str = "Knobs";
/// Takes back the last turn of a knob.
pub const UNDO: &str = "Undo";
/// The same, beside its sign.
pub const UNDO_BESIDE: &str = " Undo";
/// Takes back the undoing.
pub const REDO: &str = "Redo";
/// Everything as it was at first.
pub const RESET: &str = "Reset";
/// The way to a value that is not in the list.
pub const OTHER: &str = "Other…";

/// The note while a run is made, read aloud.
pub const NEXT_RUN: &str = "The next run";
/// What it says.
pub const RUNNING: &str = "Running";
/// Ends the making.
pub const STOP: &str = "Stop";
/// The note on what the last turn brought, read aloud.
pub const CHANGED: &str = "What changed";
/// Closes a note.
pub const CLOSE: &str = "Close this note";

/// A value as one is typed.
pub fn example(kind: KnobType) -> &'static str {
    match kind {
        KnobType::Size => "40 kB",
        KnobType::Rate => "100 Mbit/s",
        KnobType::Time => "10 ms",
        KnobType::Count => "3",
        KnobType::Percent => "2 %",
    }
}
