//! Frames on their way into a capture: what is said at each, and who decides whether it stands there.

use super::Tap;
use super::remarks::{Places, Remarks};
use crate::base::{FrameId, Time};
use crate::timeline::{RunInfo, Timeline};

/// A frame on its way into a capture.
#[derive(Clone, Copy, Debug)]
pub struct Caught<'a> {
    /// Which one it is of all that the tap sees, counted from 1.
    pub number: u64,
    /// When it was seen.
    pub time: Time,
    /// Which of the run's frames it is.
    pub frame: FrameId,
    /// Whether it is seen where it arrived.
    pub inbound: bool,
    /// Its bytes, as they were sent or as they arrived.
    pub bytes: &'a [u8],
    /// What is said at it.
    pub comments: &'a [String],
}

/// Who decides which frames stand in a capture.
pub type Sieve<'s> = dyn FnMut(&Caught<'_>) -> bool + 's;

/// Shows each frame that a tap sees. At `Tap::All` each is seen once for each link, as it was
/// sent.
pub fn each(
    (timeline, info): (&Timeline, &RunInfo),
    tap: Tap,
    places: Places<'_>,
    see: &mut dyn FnMut(&Caught<'_>),
) {
    let mut remarks = Remarks::of(timeline, info, &[tap]);
    let events = timeline.events().iter();
    let all = events.filter_map(|event| tap.sees(timeline, event));
    for (number, seen) in (1..).zip(all) {
        let said = remarks.at(seen.frame, places);
        see(&seen.caught(timeline, number, &said));
    }
}
