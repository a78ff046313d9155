//! A step of a run, found by what happens there.

use super::On;
use crate::base::TurnKind;
use crate::timeline::Timeline;
use crate::view::outline::{Outline, Row, What};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// What happens.
    pub shape: Shape,
    /// Who does it; anybody where it is empty.
    pub by: &'static str,
    /// On which connections; on any where it is none.
    pub on: Option<On>,
    /// What else is said there; empty for anything.
    pub with: &'static str,
    /// The so-manieth of them, counted from 0.
    pub nth: usize,
}

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A client says this word.
    Says(&'static str),
    /// A server answers with this code, or greets.
    Replies(&'static str),
    /// A connection is asked for.
    Calls,
    /// A file, a letter, a list goes over.
    Brings,
    /// One side has no more to say.
    Finishes,
    /// A connection is given up.
    Breaks,
}

/// A client says this word.
pub(super) const fn says(word: &'static str) -> Find {
    found(Shape::Says(word))
}

/// A server answers with this code.
pub(super) const fn replies(code: &'static str) -> Find {
    found(Shape::Replies(code))
}

/// A connection is asked for.
pub(super) const fn calls(on: On) -> Find {
    found(Shape::Calls).on(on)
}

/// Something goes over.
pub(super) const fn brings(on: On) -> Find {
    found(Shape::Brings).on(on)
}

/// One side has no more to say.
pub(super) const fn finishes(on: On) -> Find {
    found(Shape::Finishes).on(on)
}

/// A connection is given up.
pub(super) const fn breaks(on: On) -> Find {
    found(Shape::Breaks).on(on)
}

const fn found(shape: Shape) -> Find {
    Find {
        shape,
        by: "",
        on: None,
        with: "",
        nth: 0,
    }
}

impl Find {
    /// Only where this host does it.
    pub(super) const fn by(mut self, host: &'static str) -> Self {
        self.by = host;
        self
    }

    /// Only on these connections.
    pub(super) const fn on(mut self, on: On) -> Self {
        self.on = Some(on);
        self
    }

    /// Only where this is said, too.
    pub(super) const fn with(mut self, text: &'static str) -> Self {
        self.with = text;
        self
    }

    /// Not the first, but the so-manieth, counted from 0.
    pub(super) const fn nth(mut self, nth: usize) -> Self {
        self.nth = nth;
        self
    }

    /// The rows that fit, whichever they are, in order.
    pub(super) fn all<'a>(
        &self,
        timeline: &'a Timeline,
        outline: &'a Outline,
    ) -> impl Iterator<Item = (usize, &'a Row)> {
        let find = *self;
        let rows = outline.rows.iter().enumerate();
        rows.filter(move |(_, row)| find.fits(timeline, outline, row))
    }

    /// The row that is meant.
    #[must_use]
    pub fn row<'a>(
        &self,
        timeline: &'a Timeline,
        outline: &'a Outline,
    ) -> Option<(usize, &'a Row)> {
        self.all(timeline, outline).nth(self.nth)
    }

    fn fits(&self, timeline: &Timeline, outline: &Outline, row: &Row) -> bool {
        let line = row.connection.map(|number| number as usize - 1);
        let line = line.and_then(|index| outline.connections.get(index));
        self.shape.fits(row)
            && (self.by.is_empty() || timeline.node(row.from).name == self.by)
            && self
                .on
                .is_none_or(|on| line.is_some_and(|line| on.has(line)))
            && row.text.contains(self.with)
    }
}

impl Shape {
    fn fits(self, row: &Row) -> bool {
        match (self, row.what) {
            (Self::Says(word), What::Says(TurnKind::Command))
            | (Self::Replies(word), What::Says(TurnKind::Reply)) => {
                let after = row.text.strip_prefix(word);
                after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()))
            }
            (Self::Calls, What::Opens)
            | (Self::Brings, What::Says(TurnKind::Data))
            | (Self::Finishes, What::Ends)
            | (Self::Breaks, What::Breaks(_)) => true,
            _ => false,
        }
    }
}
