//! What a saying means, in a dozen plain words: said of the speaker, "asks for the file".

use crate::base::{Turn, TurnKind};

/// A meaning, and where it is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// At most a dozen words, what the speaker does: "asks for the file report.pdf".
    pub text: String,
    /// The RFC and its section.
    pub reference: &'static str,
}

impl Meaning {
    /// A meaning of these words, defined there.
    #[must_use]
    pub fn new(text: impl Into<String>, reference: &'static str) -> Self {
        Self {
            text: text.into(),
            reference,
        }
    }

    /// The turn that means this: its verb, and its words.
    #[must_use]
    pub fn turn(self, kind: TurnKind, verb: String, text: String) -> Turn {
        Turn {
            kind,
            verb,
            text,
            meaning: self.text,
            reference: self.reference,
        }
    }
}

/// A name that fits into a sentence as one word: of at most so many letters, without gaps.
#[must_use]
pub fn short(name: &str, letters: usize) -> String {
    let name = name.replace(char::is_whitespace, "\u{a0}");
    match name.char_indices().nth(letters) {
        Some((cut, _)) => format!("{}…", &name[..cut]),
        None => name,
    }
}
