//! Steps in three sizes: packet, turn, phase. Each size cuts all events into ranges.

use super::{Event, Kind, Timeline};
use crate::base::EventId;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How large a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepSize {
    /// A frame is sent.
    Packet,
    /// One side speaks, or a connection opens or ends.
    Turn,
    /// A stretch of the work: "log in".
    Phase,
}

/// A stretch of events that is shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The event that gives it its name.
    pub opens: EventId,
    /// Its events, by index.
    pub events: Range<usize>,
}

impl Timeline {
    /// All steps of a size, in order. Together they hold each event once. What comes
    /// before the first opening event belongs to the first step.
    #[must_use]
    pub fn steps(&self, size: StepSize) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for event in self.events.iter().filter(|e| opens(size, e)) {
            let at = event.id.index();
            let start = steps.last_mut().map_or(0, |last| {
                last.events.end = at;
                at
            });
            steps.push(Step {
                opens: event.id,
                events: start..self.events.len(),
            });
        }
        if steps.is_empty() && !self.events.is_empty() {
            steps.push(Step {
                opens: EventId(0),
                events: 0..self.events.len(),
            });
        }
        steps
    }
}

fn opens(size: StepSize, event: &Event) -> bool {
    match size {
        StepSize::Packet => event.kind == Kind::Sent,
        StepSize::Turn => matches!(event.kind, Kind::Turn | Kind::Opening | Kind::Closed),
        StepSize::Phase => event.kind == Kind::Phase,
    }
}
