//! A place in a line, and the parts read so far.

use super::{Fault, Part, PartKind};
use crate::base::Span;

/// The bytes as text, each that is not printable ASCII replaced by `?`.
pub(super) fn printable(bytes: &[u8]) -> String {
    let show = |b: &u8| match b {
        32..=126 => char::from(*b),
        _ => '?',
    };
    bytes.iter().map(show).collect()
}

/// A place in a line, and the parts read so far.
pub(super) struct Reader<'a> {
    pub(super) line: &'a [u8],
    pub(super) at: usize,
    pub(super) parts: Vec<Part>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self {
            line,
            at: 0,
            parts: Vec::new(),
        }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.line.len()
    }

    pub(super) fn advance(&mut self, n: usize) -> Span {
        let start = self.at;
        self.at = (start + n).min(self.line.len());
        Span::new(start..self.at)
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> Span {
        let n = self.rest().iter().take_while(|b| wanted(**b)).count();
        self.advance(n)
    }

    pub(super) fn skip_spaces(&mut self) -> usize {
        let span = self.take_while(|b| b == b' ' || b == b'\t');
        span.of(self.line).len()
    }

    pub(super) fn part(&mut self, kind: PartKind, span: Span) {
        self.parts.push(Part { kind, span });
    }

    pub(super) fn fault(&self, why: &'static str) -> Fault {
        Fault { at: self.at, why }
    }

    pub(super) fn expect(&mut self, byte: u8, why: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.fault(why));
        }
        self.at += 1;
        Ok(())
    }

    /// Spaces at the end of a line are let pass (RFC 5321 §4.1.1).
    pub(super) fn expect_end(&mut self, why: &'static str) -> Result<(), Fault> {
        self.skip_spaces();
        if self.at_end() {
            Ok(())
        } else {
            Err(self.fault(why))
        }
    }
}
