//! The words of charts, the transcript's tab, passwords, and of what opens on a host.

use wirestage_core::view::words::{counted, grouped};

/// The charts to choose from.
pub const CHARTS: &str = "Which chart";
/// The choice of a connection.
pub const CONNECTION: &str = "Connection ";
/// What is not one connection alone.
pub const ALL_PACKETS: &str = "all packets";
/// Whose words are drawn.
pub const SPEAKS: &str = "Who speaks";
/// The button for tables.
pub const AS_TABLE: &str = "As a table";
/// The button that saves the chart.
pub const SAVE_CHART: &str = "Save .svg";
/// What the arrows do in a chart.
pub const CHART_KEYS: &str =
    "← → go from point to point, Enter to its step; + and − zoom, 0 shows all.";
/// Where there is no connection.
pub const NO_CONNECTION: &str = "No connection in this run. “Weight” shows what its packets weigh.";
/// Where a connection brought nothing that could be drawn.
pub const NOTHING_DRAWN: &str = "Nothing was sent on this connection in this direction.";
/// What charts are, read aloud.
pub const CHART: &str = "chart";
/// Where base64 leads.
pub const BASE64: &str = "base64 writes three bytes as four letters (RFC 2045 §6.8)";

/// A line of it without a letter, read aloud.
pub const EMPTY_LINE: &str = "empty line";
/// The transcript, read aloud.
pub const TRANSCRIPT: &str = "The transcript, line by line";
/// That there is no line yet.
pub const TELLING: &str = "The text is being written …";
/// What a line does.
pub const TEXT_KEYS: &str = "The same lesson in text. Each line goes to its step; T leads back.";

/// The switch for passwords.
pub const SHOW_PASSWORDS: &str = "Show passwords";
/// What it says beside it.
pub const PASSWORDS_HIDDEN: &str = "Passwords are hidden here. On the wire they are not.";
/// What it says once they are shown.
pub const PASSWORDS_SHOWN: &str = "As anybody on the way reads them.";

/// What the tabs are, read aloud.
pub const INSPECTOR: &str = "Inspector";
/// The button that widens the inspector.
pub const WIDEN: &str = "Widen the inspector";

/// What the step changed.
pub const CHANGED: &str = "changed";
/// Saves what is open.
pub const SAVE: &str = "Save";
/// The parts of an open letter.
pub const AS_IT_CAME: &str = "As it came";
/// A letter without words.
pub const NO_TEXT: &str = "No text.";

/// What a picture is, read aloud.
pub fn picture(name: &str) -> String {
    format!("The picture {name}")
}

/// A connection to choose: `2: server → laptop, data`.
pub fn line(number: u32, from: &str, to: &str, purpose: &str) -> String {
    format!("{number}: {from} → {to}, {purpose}")
}

/// A chart and what is said of it, read aloud.
pub fn spoken(title: &str, says: &str) -> String {
    format!("{title}. {says}")
}

/// What a part of all bytes weighs, read aloud.
pub fn share(part: &str, bytes: u64) -> String {
    format!("{part} {bytes}")
}

/// What all parts weigh, read aloud.
pub fn shares(title: &str, shares: &[String]) -> String {
    format!("{title}: {}", shares.join(", "))
}

/// How much of the packets was read.
pub fn reading(percent: usize) -> String {
    format!("{percent} % of the packets read …")
}

/// That not all rows of a table are shown.
pub fn each(rows: usize, each: usize, all: usize) -> String {
    format!(
        "{} of {}: each {}th, and all that went wrong.",
        grouped(rows as u64),
        counted(all as u64, "row"),
        grouped(each as u64)
    )
}

/// What base64 costs.
pub fn decoded(bytes: u64) -> String {
    format!(
        "The base64 says about {}: {BASE64}.",
        counted(bytes, "byte")
    )
}
