//! The words of the bar below a lesson.

use wirestage_core::base::Time;

/// The bar, read aloud.
pub const TRANSPORT: &str = "Transport";
/// To the start.
pub const TO_START: &str = "To the start";
/// The same, with its key.
pub const TO_START_KEY: &str = "To the start (Home)";
/// A step back.
pub const BACK: &str = "◀ Back";
/// A step forwards.
pub const NEXT: &str = "Next ▶";
/// Plays by itself.
pub const PLAY: &str = "Play";
/// Stops playing.
pub const STOP: &str = "Stop";
/// The key for both.
pub const PLAY_KEY: &str = "Space";
/// The choice of a step's size, read aloud.
pub const STEP_BY: &str = "Step by";
/// Before the sizes.
pub const STEP_BY_LABEL: &str = "step by";
/// Before the speeds.
pub const SPEED: &str = "Speed";
/// The scrubber.
pub const STEP: &str = "Step";
/// Ends presenting.
pub const LEAVE: &str = "Leave the presentation";
/// The same, with its key.
pub const LEAVE_KEY: &str = "Leave the presentation (Esc)";

/// Where the reader is: `9/17 · 0.265 s`.
pub fn place(at: usize, steps: usize, time: Time) -> String {
    format!("{at}/{steps} · {time}")
}

/// Where the reader is, at the end.
pub fn end(time: Time) -> String {
    format!("end · {time}")
}

/// Where the scrubber is, read aloud.
pub fn step_of(at: usize, last: usize) -> String {
    format!("{at} of {last}")
}
