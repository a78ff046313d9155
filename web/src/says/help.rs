//! The words of the help, and of notes that explain a word.

/// The help's name.
pub const NAME: &str = "Keys and words";
/// The heading over the keys.
pub const KEYS_HEADING: &str = "Keys";
/// The heading over the words.
pub const WORDS_HEADING: &str = "Words";
/// How words are explained, as far as the link to the glossary.
pub const DOTS: &str = "A word with dots below it opens a note. All of them: ";
/// That link.
pub const THE_GLOSSARY: &str = "the glossary";
/// On from there, as far as the link to the guide.
pub const HEADERS: &str = ". Every header and command: ";
/// That link.
pub const THE_GUIDE: &str = "the field guide";
/// Closes the help.
pub const CLOSE: &str = "Close";
/// The link below a note that explains a word.
pub const GLOSSARY: &str = "Glossary";

/// Every key with what it does.
pub const KEYS: &[(&str, &str)] = &[
    ("→  PageDown", "next step"),
    ("←  PageUp", "step back"),
    ("Shift + → ←", "next or last phase"),
    ("Home  End", "to the start, to the end"),
    ("Space", "play, stop"),
    ("+  −", "play faster, slower"),
    ("1  2  3", "step by packet, turn, phase"),
    ("U  Shift + U", "undo, redo"),
    ("↑ ↓ ← →", "in a packet: field by field, byte by byte"),
    ("/", "filter the packets"),
    ("T", "the lesson as text, and back"),
    ("I", "widen the inspector, and back"),
    ("F", "ladder: fold handshakes, ACKs and lookups away"),
    ("S", "ladder: time by step, or to scale"),
    ("Z  Shift + Z", "ladder: larger, smaller letters"),
    ("L", "to the ladder’s bar"),
    ("W", "why: what the step came of"),
    ("P", "present, and back"),
    ("H", "handout and worksheet, to print"),
    ("C", "compare with the run before"),
    ("N  Shift + N", "of two runs: next, last difference"),
    ("X  T", "of two runs: swap; table or picture"),
    (".", "present; then: black screen"),
    ("Esc", "close what is open"),
    ("?", "this help"),
];
