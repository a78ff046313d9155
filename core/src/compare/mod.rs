//! Two runs beside each other: turn by turn, counted, and the first difference that matters
//! in words.

mod align;
mod counts;
mod difference;
mod glance;
mod pairs;
mod rungs;
mod sentences;
mod text;
mod worth;

pub use counts::Counts;
pub use difference::{Difference, Kind, Weight};
pub use glance::Fact;
pub use pairs::{Mark, Pair};
pub use rungs::{Rungs, marks, rungs, unfoldable};
pub use sentences::phrase;
pub use text::text;
pub use worth::{WORTH, Which, Worth, other};

use crate::timeline::{RunInfo, Timeline};
use crate::view::outline::{Outline, Row};

/// What the two runs are called, wherever they stand.
pub const NAMES: [&str; 2] = ["A", "B"];

/// One of the two runs.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What happened.
    pub timeline: &'a Timeline,
    /// What it is a run of.
    pub info: &'a RunInfo,
    /// The same, cut into turns.
    pub outline: &'a Outline,
}

impl<'a> Side<'a> {
    /// The turn of this number.
    fn row(&self, index: usize) -> &'a Row {
        &self.outline.rows[index]
    }
}

/// Two runs beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Their turns side by side, from the first to the last.
    pub pairs: Vec<Pair>,
    /// Where they differ, in order.
    pub differences: Vec<Difference>,
    /// Which of these is the first that matters.
    pub first: Option<usize>,
    /// What they are and how they end, and their numbers.
    pub facts: Vec<Fact>,
    /// What sets each run apart from the other: `Data connection: passive`.
    pub apart: [Vec<String>; 2],
    /// What there is to say where no difference matters.
    pub alike: &'static str,
}

impl Comparison {
    /// Compares two runs.
    #[must_use]
    pub fn of(sides: [Side<'_>; 2]) -> Self {
        let mut pairs = pairs::pairs(sides);
        let differences = difference::differences(sides, &mut pairs);
        let first = difference::first(&differences);
        Self {
            facts: glance::facts(sides),
            apart: glance::apart(sides),
            alike: sentences::alike(sides),
            pairs,
            differences,
            first,
        }
    }

    /// The first difference that matters.
    #[must_use]
    pub fn first(&self) -> Option<&Difference> {
        self.differences.get(self.first?)
    }

    /// The difference that a pair belongs to.
    #[must_use]
    pub fn at(&self, pair: usize) -> Option<&Difference> {
        let begun = self.differences.partition_point(|d| d.pairs.start <= pair);
        let found = &self.differences[begun.checked_sub(1)?];
        found.pairs.contains(&pair).then_some(found)
    }

    /// How many turns of each run have been at a pair, this one included.
    #[must_use]
    pub fn seen(&self, pair: usize) -> [usize; 2] {
        let upto = &self.pairs[..(pair + 1).min(self.pairs.len())];
        [0, 1].map(|side| {
            let mut rows = upto.iter().rev().filter_map(|pair| pair.rows[side]);
            rows.next().map_or(0, |row| row + 1)
        })
    }
}
