//! A moment of a run: what the pictures are drawn from.

use super::outline::{Outline, Place};
use crate::base::FrameId;
use crate::timeline::{State, Timeline};

/// A run at a place, with the state before and after the step shown.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// What happened.
    pub timeline: &'a Timeline,
    /// The same, cut into steps.
    pub outline: &'a Outline,
    /// How much of it is shown.
    pub place: Place,
    /// What the hosts held at the place before; the same as `state` at the start.
    pub before: &'a State,
    /// What they hold after it.
    pub state: &'a State,
    /// The packet that the reader chose.
    pub packet: Option<FrameId>,
}
