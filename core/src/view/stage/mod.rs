//! The stage.
use super::draw::{Drawing, lanes::Lanes};
use super::moment::Moment;
use super::outline::{Outline, Place};
use crate::base::{FrameId, HostId};
use crate::timeline::Timeline;

/// A packet (or a turn) on its way during the step shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// p
    pub path: Vec<(f64, f64)>,
    /// l
    pub label: String,
    /// c
    pub class: String,
    /// f
    pub frame: Option<FrameId>,
    /// s
    pub starts: f64,
    /// e
    pub ends: f64,
    /// l
    pub lost: Option<String>,
    /// s
    pub size: (f64, f64),
}
/// Stage.
pub struct Stage {
    /// d
    pub drawing: Drawing,
    /// f
    pub flights: Vec<Flight>,
}
/// draw
#[must_use]
pub fn draw(_: &Moment, _: &Lanes) -> Stage {
    Stage {
        drawing: Drawing::default(),
        flights: Vec::new(),
    }
}
/// cast
#[must_use]
pub fn cast(timeline: &Timeline, _: &Outline, _: Place, _: bool) -> Vec<HostId> {
    (0..timeline.nodes().len())
        .map(HostId::from_index)
        .collect()
}
