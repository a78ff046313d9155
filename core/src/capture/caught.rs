//! Frames on their way into a capture: what is said at each, and who decides whether it stands there.

use super::Tap;
use crate::base::sorted::{Map, Set};
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
pub fn each((timeline, info): (&Timeline, &RunInfo), tap: Tap, see: &mut dyn FnMut(&Caught<'_>)) {
    let mut comments = Comments::of(timeline, info);
    let events = timeline.events().iter();
    let all = events.filter_map(|event| tap.sees(timeline, event));
    for (number, seen) in (1..).zip(all) {
        let said = comments.at(seen.frame);
        see(&seen.caught(timeline, number, &said));
    }
}

/// What there is to say at frames.
#[derive(Debug, Default)]
pub(super) struct Comments {
    captions: Map<FrameId, Vec<String>>,
    /// What was said at an earlier one: read frame by frame, it would tire the second time.
    said: Set<String>,
    /// Why frames were lost.
    losses: Map<FrameId, Vec<String>>,
}

impl Comments {
    /// Those of a run that is over.
    pub fn of(timeline: &Timeline, info: &RunInfo) -> Self {
        let mut comments = Self::default();
        for caption in &info.captions {
            if let Some(frame) = caption.frame {
                let captions = comments.captions.or_default(frame);
                captions.push(caption.say.clone());
            }
        }
        for loss in timeline.losses() {
            let text = format!("lost {}: {}", loss.whereabouts(), loss.why());
            comments.losses.or_default(loss.frame).push(text);
        }
        comments
    }

    /// What is said at a frame when it is seen.
    pub fn at(&mut self, frame: FrameId) -> Vec<String> {
        let captions = self.captions.remove(&frame).unwrap_or_default();
        let new = |say: &String| self.said.insert(say.clone());
        let mut all: Vec<String> = captions.into_iter().filter(new).collect();
        all.extend(self.losses.get(&frame).into_iter().flatten().cloned());
        all
    }
}
