//! The words of what each host holds at a moment.

use wirestage_core::view::words::{counted, grouped};

/// A host that is off.
pub const OFF: &str = "✕ Off. What it keeps on its disk is still there.";
/// The host that the reader stands in for.
pub const OUTSIDE: &str = "Your own programs run here: what they hold, they know.";
/// A host without anything to show.
pub const NOTHING: &str = "Holds nothing yet.";
/// Behind a session's title, once it is gone.
pub const IS_OVER: &str = " is over";
/// Over the letters.
pub const LETTERS: &str = "Letters";
/// Over the files.
pub const FILES: &str = "Files";
/// A folder, among files.
pub const FOLDER: &str = "folder";

/// Over a router's table.
pub const FLOWS: &str = "Table of flows";
/// A table without rows.
pub const NO_FLOWS: &str = "Empty: nothing has passed yet, or all is forgotten.";
/// The columns of the table.
pub const FLOW_COLUMNS: [&str; 6] = [
    "Kind",
    "Inside",
    "Seen outside as",
    "With",
    "State",
    "Forgotten at",
];
/// Over a router's rules.
pub const FIREWALL: &str = "Firewall";
/// How they are read.
pub const FIRST_RULE: &str = "the first rule that fits decides";
/// Over where a router sends what.
pub const ROUTES: &str = "Routes";

/// Before what the step changed, read aloud.
pub const CHANGED: &str = "changed: ";
/// Before what is no longer there.
pub const GONE: &str = "gone";

/// Rows that are folded.
pub fn more(rows: usize) -> String {
    format!("… {} more", grouped(rows as u64))
}

/// How many letters there are.
pub fn letters(letters: usize) -> String {
    counted(letters as u64, "letter")
}

/// How many files there are, and what they weigh: `1 folder, 2 files, 300 bytes`.
pub fn files(folders: usize, files: usize, bytes: u64) -> String {
    let sum = format!(
        "{}, {}",
        counted(files as u64, "file"),
        counted(bytes, "byte")
    );
    match folders {
        0 => sum,
        folders => format!("{}, {sum}", counted(folders as u64, "folder")),
    }
}

/// How large a file is.
pub fn bytes(bytes: u64) -> String {
    counted(bytes, "byte")
}

/// The table of a router, read aloud.
pub fn flows_of(router: &str) -> String {
    format!("Table of flows of {router}")
}

/// What a rule stopped.
pub fn stopped(packets: usize) -> String {
    format!("✕ {} stopped", grouped(packets as u64))
}

/// A connection. What it is for follows.
pub fn connection(number: Option<u32>) -> String {
    match number {
        Some(number) => format!("Connection {number} "),
        None => "Connection ".to_owned(),
    }
}

/// Its two ends: `port 50001 ↔ server port 21`.
pub fn ends(port: u16, peer: &str) -> String {
    format!("port {port} ↔ {peer}")
}
