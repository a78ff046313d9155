//! The glossary: words that a reader may not know, each in a short note.

mod files;
mod mail;
mod names;
mod network;
mod stage;
mod transport;

use std::ops::Range;

/// A word, and what it means.
#[derive(Debug)]
pub struct Term {
    /// Its name in addresses: `time-wait`.
    pub id: &'static str,
    /// How it is written, the usual way first. In small letters it is found in capitals as well.
    pub words: &'static [&'static str],
    /// What it means. A page marks many words and is asked about few: it need not have fetched the
    /// notes until then.
    pub told: fn() -> &'static Note,
}

/// What is told of a word.
#[derive(Debug)]
pub struct Note {
    /// What it means, in at most 40 words.
    pub says: &'static str,
    /// Where it is defined, where it is.
    pub reference: &'static str,
    /// What else to read: terms by their ids.
    pub see: &'static [&'static str],
    /// The layer, or the field, of the guide that shows it: `tcp/tcp.flags.syn`.
    pub at: &'static str,
}

impl Term {
    /// What is told of it.
    #[must_use]
    pub fn note(&self) -> &'static Note {
        (self.told)()
    }
}

/// A table's row: id, words, and the four of its note.
macro_rules! term {
    ($id:expr, $words:expr, $says:expr, $reference:expr, $see:expr, $at:expr $(,)?) => {
        $crate::guide::terms::Term {
            id: $id,
            words: $words,
            told: || &$crate::guide::terms::Note {
                says: $says,
                reference: $reference,
                see: $see,
                at: $at,
            },
        }
    };
}
use term;

/// All tables, each with what it is about.
pub static TABLES: &[(&str, &[Term])] = &[
    ("The network", network::TERMS),
    ("Connections", transport::TERMS),
    ("Names", names::TERMS),
    ("Files", files::TERMS),
    ("Mail", mail::TERMS),
    ("This page", stage::TERMS),
];

/// All terms.
pub fn all() -> impl Iterator<Item = &'static Term> {
    TABLES.iter().flat_map(|(_, terms)| terms.iter())
}

/// The term of this id.
#[must_use]
pub fn named(id: &str) -> Option<&'static Term> {
    all().find(|term| term.id == id)
}

/// Words that everybody knows a little: in a text they are left alone.
pub const EVERYDAY: &[&str] = &[
    "client", "server", "host", "link", "letter", "turn", "phase", "command", "ladder", "stage",
    "request", "capture", "loss",
];

/// Where terms occur in a text: each once, where it is first; of two at one place the longer.
#[must_use]
pub fn marks(text: &str) -> Vec<(Range<usize>, &'static Term)> {
    let mut found: Vec<(Range<usize>, &'static Term)> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = word_end(text, at);
        let starts = text[at..end].starts_with(|c: char| c.is_ascii_alphabetic());
        let longest = starts.then(|| longest(text, at)).flatten();
        let Some((to, term)) = longest else {
            at = end;
            continue;
        };
        let is_new = found.iter().all(|(_, known)| known.id != term.id);
        if is_new && !EVERYDAY.contains(&term.id) {
            found.push((at..to, term));
        }
        at = to;
    }
    found
}

/// Where a word ends, or what is between words. A hyphen joins: `TIME-WAIT`.
fn word_end(text: &str, at: usize) -> usize {
    let joins = |c: char| c.is_alphanumeric() || c == '-';
    let mut letters = text[at..].char_indices();
    let first = letters.next().is_some_and(|(_, c)| joins(c));
    let end = letters.find(|(_, c)| joins(*c) != first);
    end.map_or(text.len(), |(len, _)| at + len)
}

/// The longest way of writing a term that stands here, one or more, and where it ends.
fn longest(text: &str, at: usize) -> Option<(usize, &'static Term)> {
    let mut best: Option<(usize, &'static Term)> = None;
    for term in all() {
        for word in term.words {
            for ending in ["", "s"] {
                let Some(end) = written(text, at, word, ending) else {
                    continue;
                };
                if best.is_none_or(|(other, _)| other < end) {
                    best = Some((end, term));
                }
            }
        }
    }
    best
}

fn written(text: &str, at: usize, word: &str, ending: &str) -> Option<usize> {
    let middle = at + word.len();
    let end = middle + ending.len();
    let here = text.get(at..middle)?;
    let exact = word.bytes().any(|byte| byte.is_ascii_uppercase());
    let same = match exact {
        true => here == word,
        false => here.eq_ignore_ascii_case(word),
    };
    let whole = || {
        let after = text.get(end..)?.chars().next();
        Some(!after.is_some_and(|c| c.is_alphanumeric() || c == '-'))
    };
    let fits = same && text.get(middle..end) == Some(ending) && whole()?;
    fits.then_some(end)
}
