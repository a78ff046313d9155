//! A filter at work: which frames of a run it lets through, in captures and in a list.

use crate::base::Time;
use crate::capture::Caught;
use crate::dissect::Dissection;
use crate::filter::{Filter, Subject};

/// How many frames a filter let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// So many passed,
    pub through: u64,
    /// of so many.
    pub of: u64,
}

/// A filter that is asked about one frame after the other.
pub(super) struct Sieve<'f> {
    filter: &'f Filter,
    /// What the frame at hand holds.
    pub dissection: Dissection,
    first: Option<Time>,
    pub passed: Passed,
}

impl<'f> Sieve<'f> {
    pub fn new(filter: &'f Filter) -> Self {
        Self {
            filter,
            dissection: Dissection::default(),
            first: None,
            passed: Passed::default(),
        }
    }

    /// Whether the filter lets this frame through.
    pub fn lets_through(&mut self, caught: &Caught<'_>) -> bool {
        self.dissect(caught);
        let nanoseconds = self.nanoseconds(caught.time);
        let passes = self.filter.lets_through(&Subject {
            frame: caught.bytes,
            dissection: &self.dissection,
            number: caught.number,
            nanoseconds,
            comment: &caught.comments.join("\n"),
        });
        self.passed.of += 1;
        self.passed.through += u64::from(passes);
        passes
    }

    /// Reads a frame. All go through here, in their order, whether they pass or not.
    fn dissect(&mut self, caught: &Caught<'_>) {
        self.dissection.read(caught.bytes);
    }

    /// How long after the first frame.
    pub fn nanoseconds(&mut self, time: Time) -> u64 {
        let first = self.first.get_or_insert(time);
        time.unix_ns().saturating_sub(first.unix_ns())
    }
}
