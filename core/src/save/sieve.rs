//! A filter at work: which frames of a run it lets through, in captures and in a list.

use crate::base::{FrameId, Time};
use crate::capture::Caught;
use crate::dissect::{Dissection, Talks};
use crate::filter::{Filter, Subject};
use crate::timeline::Timeline;

/// How many frames a filter let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// So many passed,
    pub through: u64,
    /// of so many.
    pub of: u64,
}

/// A filter that is asked about one frame after the other. All of them are followed first: what
/// a frame means, others say.
pub(super) struct Sieve<'a> {
    filter: &'a Filter,
    timeline: &'a Timeline,
    talks: Talks,
    /// The frames that were followed, and whether each was seen where it arrived.
    followed: Vec<(FrameId, bool)>,
    /// What the frame at hand holds.
    pub dissection: Dissection,
    first: Option<Time>,
    pub passed: Passed,
}

impl<'a> Sieve<'a> {
    pub fn new(filter: &'a Filter, timeline: &'a Timeline) -> Self {
        Self {
            filter,
            timeline,
            talks: Talks::new(),
            followed: Vec::new(),
            dissection: Dissection::default(),
            first: None,
            passed: Passed::default(),
        }
    }

    /// The next frame of those that a tap sees.
    pub fn follow(&mut self, caught: &Caught<'_>) {
        let (timeline, followed) = (self.timeline, &self.followed);
        let frames = |number| bytes(timeline, followed, number);
        let number = u32::try_from(caught.number).unwrap_or(u32::MAX);
        self.dissection
            .follow(number, caught.bytes, &mut self.talks, &frames);
        self.followed.push((caught.frame, caught.inbound));
    }

    /// Whether the filter lets a frame through that was followed.
    pub fn lets_through(&mut self, caught: &Caught<'_>) -> bool {
        let (timeline, followed) = (self.timeline, &self.followed);
        let frames = |number| bytes(timeline, followed, number);
        let number = u32::try_from(caught.number).unwrap_or(u32::MAX);
        self.dissection
            .read_again(number, caught.bytes, &self.talks, &frames);
        let nanoseconds = self.nanoseconds(caught.time);
        let passes = self.filter.lets_through(&Subject {
            frame: caught.bytes,
            dissection: &self.dissection,
            number: caught.number,
            nanoseconds,
            comments: caught.comments,
        });
        self.passed.of += 1;
        self.passed.through += u64::from(passes);
        passes
    }

    /// How long after the first frame.
    pub fn nanoseconds(&mut self, time: Time) -> u64 {
        let first = self.first.get_or_insert(time);
        time.unix_ns().saturating_sub(first.unix_ns())
    }
}

/// The bytes of the frame of this number.
fn bytes<'a>(
    timeline: &'a Timeline,
    followed: &[(FrameId, bool)],
    number: u32,
) -> Option<&'a [u8]> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let (frame, inbound) = *followed.get(index)?;
    Some(match inbound {
        true => timeline.arrived(frame),
        false => timeline.bytes(frame),
    })
}
