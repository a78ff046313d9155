//! The words of the step that is shown, of what is told before the first one, and of the dialogue.

use wirestage_core::base::{Duration, Time};
use wirestage_core::view::outline::Stroke;
use wirestage_core::view::words::{counted, grouped};

/// Over what may be typed in a session.
pub const TO_TYPE: &str = "What to type in the shell";
/// What else may be done there.
pub const ANY_PROGRAM: &str =
    "Any program will do: each packet that it sends to these hosts appears here.";
/// Over what the scenario is about.
pub const GOAL: &str = "What you will see";
/// Over the hosts.
pub const CAST: &str = "Who is who";
/// Over the kinds of lines.
pub const STROKES: &str = "How lines are drawn";
/// A line that ends in a cross.
pub const LOST_LINE: &str = "lost: it never arrives";
/// Before the key that begins.
pub const PRESS: &str = "Press ";
/// Behind it.
pub const TO_BEGIN: &str = " to begin.";

/// Where a run is silent.
pub const NOBODY: &str = "Nobody said anything in this run.";
/// What the dialogue is, read aloud.
pub const DIALOGUE: &str = "What was said, turn by turn";

/// A phase without a name.
pub const WHOLE_RUN: &str = "The whole run";
/// When the step begins.
pub const BEGINS: &str = "Begins";
/// How its packet travels.
pub const TRAVELS: &str = "Travels";
/// Where the turn's packet leaves after it.
pub const LATER: &str = "1 packet, a moment later";
/// Where none leaves.
pub const NO_PACKET: &str = "No packet left in this turn.";
/// Over what was lost.
pub const LOST: &str = "✕ Lost";

/// What a kind of line stands for.
pub fn stroke(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Control => "control: commands and replies",
        Stroke::Data => "data: a file’s bytes",
        Stroke::Mail => "mail: letters, and what is said about them",
        Stroke::Name => "names: questions and answers",
        Stroke::Housekeeping => "housekeeping: nobody’s words",
    }
}

/// Packets that a turn lost, in the dialogue.
pub fn lost(packets: usize) -> String {
    format!("✕ {packets} lost")
}

/// How many turns a phase has.
pub fn turns(turns: usize) -> String {
    counted(turns as u64, "turn")
}

/// Behind who speaks: on which connection.
pub fn connection(number: u32, purpose: &str) -> String {
    format!(" · connection {number}, {purpose}")
}

/// A packet that arrived.
pub fn arrived(number: usize, sent: Time, arrived: Time) -> String {
    let took = in_ms(arrived.since(sent));
    format!("packet {number}: {took} from {sent} to {arrived}")
}

/// A packet that was lost.
pub fn lost_at(number: usize, at: Time) -> String {
    format!("packet {number}: lost at {at}")
}

/// A packet that has not arrived yet.
pub fn underway(number: usize) -> String {
    format!("packet {number}: still on its way")
}

/// `10.0 ms`.
fn in_ms(took: Duration) -> String {
    let tenths = (took.0 + 50_000) / 100_000;
    format!("{}.{} ms", grouped(tenths / 10), tenths % 10)
}

/// How many packets a turn has.
pub fn packets(packets: usize) -> String {
    counted(packets as u64, "packet")
}

/// The same, read aloud.
pub fn in_turn(count: &str) -> String {
    format!("{count} in this turn")
}

/// Over what a router changed in a packet.
pub fn rewritten_by(node: &str) -> String {
    format!("Rewritten by the {node}")
}

/// What it changed that says little alone.
pub fn besides(edits: &[String]) -> String {
    format!("Besides: {}", edits.join("; "))
}

/// Which packet was lost. The place follows.
pub fn lost_packet(number: usize) -> String {
    format!("Packet {number} at ")
}

/// Losses that are not told one by one.
pub fn more_lost(more: usize) -> String {
    format!("and {}", counted(more as u64, "more packet"))
}
