//! The ladder.
use super::draw::{Drawing, lanes::Lanes};
use super::moment::Moment;
use super::outline::{Outline, Place};
use crate::timeline::Timeline;
use std::collections::BTreeMap;
use std::ops::Range;

/// f
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Folds {
    /// o
    pub open: BTreeMap<usize, bool>,
}
/// l
pub struct PlanLine {
    /// y
    pub y: f64,
    /// h
    pub height: f64,
}
/// p
pub struct Plan {
    /// l
    pub lines: Vec<PlanLine>,
    /// h
    pub height: f64,
    /// h
    pub here: Option<Range<usize>>,
}
impl Plan {
    /// of
    #[must_use]
    pub fn of(_: &Timeline, _: &Outline, _: Place, _: &Folds, _: &Lanes) -> Self {
        Plan {
            lines: Vec::new(),
            height: 100.0,
            here: None,
        }
    }
    /// v
    #[must_use]
    pub fn visible(&self, _: f64, _: f64) -> Range<usize> {
        0..0
    }
}
/// d
#[must_use]
pub fn draw(_: &Plan, _: Range<usize>, _: &Moment, _: &Lanes) -> Drawing {
    Drawing::default()
}
