//! Where a piece of text lies: a byte range, and the line and column it means.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A byte range in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range`; offsets past 4 GiB are cut to it.
    #[must_use]
    pub fn new(range: Range<usize>) -> Self {
        let cut = |n| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            start: cut(range.start),
            end: cut(range.end),
        }
    }

    /// The bytes of `text` that the span covers, or none where it reaches outside.
    #[must_use]
    pub fn of<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or(&[])
    }

    /// Line and column of the span's start, both counted from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, text: &str) -> (usize, usize) {
        let mut start = (self.start as usize).min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "first\nsecönd line\n";
        let at = |start| Span::new(start..start).line_column(text);
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(6), (2, 1));
        assert_eq!(at(11), (2, 5));
        assert_eq!(at(999), (3, 1));
    }
}
