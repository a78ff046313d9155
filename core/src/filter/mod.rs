//! Which frames to show: `ftp.request.command == "RETR" && ip.src == 192.0.2.0/24`.
//!
//! The names are the dissector's, which are Wireshark's where it has one; and so is the grammar,
//! but for regular expressions. A plain word or a text in quotes is a filter, too.

mod complete;
mod eval;
mod expr;
mod lex;
mod names;
mod parse;
mod terms;
#[cfg(test)]
mod tests;
mod value;
mod words;

pub use complete::{Completion, Completions, completions};

use crate::dissect::Dissection;
use std::ops::Range;

/// A filter that was understood.
#[derive(Clone, Debug)]
pub struct Filter(expr::Expr);

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
    /// When it was sent: so long after the first one.
    pub nanoseconds: u64,
    /// What is said at it.
    pub comments: &'a [String],
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
