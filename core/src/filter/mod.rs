//! Which frames to show: `ftp.request.command == "RETR" && ip.src == 192.0.2.0/24`.
//!
//! The names are the dissector's, which are Wireshark's where it has one; and so is the grammar.

mod eval;
mod lex;
mod names;
mod parse;
#[cfg(test)]
mod tests;
mod value;

use crate::dissect::Dissection;
use std::ops::Range;

/// A filter that was understood.
#[derive(Clone, Debug)]
pub struct Filter(parse::Expr);

/// Why a filter was not understood, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which bytes of the filter.
    pub at: Range<usize>,
    /// What is wrong, and what would be right.
    pub says: String,
}

impl Fault {
    fn new(at: Range<usize>, says: impl Into<String>) -> Self {
        let says = says.into();
        Self { at, says }
    }
}

/// A frame that a filter is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its bytes.
    pub frame: &'a [u8],
    /// What they are.
    pub dissection: &'a Dissection,
    /// Which one it is, counted from 1.
    pub number: u64,
    /// When it was sent.
    pub seconds: f64,
    /// What is said at it.
    pub comment: &'a str,
}

impl Filter {
    /// Reads a filter. One without words lets every frame through.
    ///
    /// # Errors
    /// Where it is not understood.
    pub fn parse(filter: &str) -> Result<Self, Fault> {
        parse::filter(filter).map(Self)
    }

    /// Whether it lets a frame through.
    #[must_use]
    pub fn lets_through(&self, subject: &Subject<'_>) -> bool {
        eval::holds(&self.0, subject)
    }
}

/// What may stand at a place of a filter that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// Which bytes of the filter each would take the place of.
    pub at: Range<usize>,
    /// The names, and what each is.
    pub names: Vec<(&'static str, &'static str)>,
}

/// The names that the word before a place of the filter may become.
#[must_use]
pub fn completions(filter: &str, place: usize) -> Completions {
    let head = filter.get(..place).unwrap_or(filter);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let start = head.trim_end_matches(is_part).len();
    Completions {
        at: start..head.len(),
        names: names::beginning(&head[start..]),
    }
}
