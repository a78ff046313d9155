//! What the ladder and its bar say.

use wirestage_core::view::ladder::{Noise, Pace, Rungs};
use wirestage_core::view::outline::Line;

/// Its name, and the bar's.
pub const LADDER: &str = "Ladder";
/// What is drawn, read aloud.
pub const WHOLE: &str = "Ladder: who said what to whom, from top to bottom";
/// The button that unfolds the bar on a phone.
pub const SHOW_BAR: &str = "Ladder ▾";
/// Before what can be folded away.
pub const FOLD: &str = "fold";
/// What folding does.
pub const FOLD_TITLE: &str = "Fold away what says nothing (F)";
/// The choice of connections.
pub const CONNECTIONS: &str = "Connections";
/// The same, read aloud.
pub const SHOWN: &str = "Connections that the ladder shows";
/// Shows every connection again.
pub const ALL: &str = "Show all";
/// Before the two ways of time.
pub const TIME: &str = "time";
/// What they do.
pub const TIME_TITLE: &str = "How time passes in the ladder (S)";
/// Each step takes as much room as any other.
pub const BY_STEP: &str = "by step";
/// Room is time.
pub const TO_SCALE: &str = "to scale";
/// The size of letters, read aloud.
pub const SIZE: &str = "Size of the ladder’s letters";
/// Smaller ones.
pub const SMALLER: &str = "Smaller letters in the ladder (Shift + Z)";
/// Larger ones.
pub const LARGER: &str = "Larger letters in the ladder (Z)";
/// Takes all that back.
pub const USUAL: &str = "As usual";
/// What that does.
pub const USUAL_TITLE: &str = "The whole ladder as it usually is";

/// A kind of noise on its button.
pub fn noise(noise: Noise) -> &'static str {
    match noise {
        Noise::Handshakes => "handshakes",
        Noise::Acks => "ACKs",
        Noise::Lookups => "lookups",
    }
}

/// What a button of it does.
pub fn about(noise: Noise) -> &'static str {
    match noise {
        Noise::Handshakes => "Connections that open and end as they should",
        Noise::Acks => "Packets that acknowledge and carry nothing, in steps of packets",
        Noise::Lookups => "Questions about names, and their answers",
    }
}

/// `Connections ▾`, or how many of them are shown.
pub fn connections(shown: usize, all: usize) -> String {
    if shown == all {
        format!("{CONNECTIONS} ▾")
    } else {
        format!("{CONNECTIONS}: {shown} of {all} ▾")
    }
}

/// `2 · data, server → laptop port 50001`.
pub fn connection(number: u32, line: &Line, from: &str, to: Option<&str>) -> String {
    let to = to.unwrap_or("nobody");
    format!(
        "{number} · {}, {from} → {to} port {}",
        line.purpose, line.port
    )
}

/// `125 %`.
pub fn percent(percent: u32) -> String {
    format!("{percent} %")
}

/// How the ladder stands now, read aloud after a change.
pub fn stands(rungs: &Rungs) -> String {
    let mut told = Vec::new();
    let folded: Vec<&str> = rungs.folded.iter().map(|kind| noise(*kind)).collect();
    if !folded.is_empty() {
        told.push(format!("{} folded away", folded.join(", ")));
    }
    if !rungs.hidden.is_empty() {
        let numbers: Vec<String> = rungs.hidden.iter().map(u32::to_string).collect();
        told.push(format!("without connection {}", numbers.join(", ")));
    }
    if rungs.pace == Pace::Scale {
        told.push("time to scale".to_owned());
    }
    if rungs.zoom.percent() != 100 {
        told.push(format!("letters at {} percent", rungs.zoom.percent()));
    }
    if told.is_empty() {
        return "The ladder as usual.".to_owned();
    }
    format!("The ladder: {}.", told.join("; "))
}

/// What the picture of pixels is for.
pub const PNG: &str = "the same as pixels, for slides and documents";

/// After a picture was saved.
pub fn saved(name: &str, scale: f64) -> String {
    if scale < 1.0 {
        format!("Saved {name}, made smaller: the run is long. The .svg stays sharp.")
    } else {
        format!("Saved {name}.")
    }
}

/// Where the browser drew none.
pub fn not_drawn(name: &str) -> String {
    format!("{name} could not be drawn: the browser refused it. Save the .svg instead.")
}
