//! Steps in three sizes: packet, turn, phase. Each size cuts all events into ranges.

use super::{Event, Kind, Timeline};
use crate::base::sorted::{Map, Set};
use crate::base::{CloseReason, ConnId, EventId, HostId};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How large a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepSize {
    /// A frame is sent.
    Packet,
    /// One side speaks, or the network itself; or a connection is asked for, or ends.
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
        let mut openings = Openings::of(self, size);
        for event in self.events.iter().filter(|e| openings.open(self, e)) {
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

/// Which events open a step of a size; asked in the order of events.
struct Openings {
    size: StepSize,
    /// The connection of each end.
    numbers: Vec<Option<u32>>,
    /// Connections whose end has begun.
    ending: Set<u32>,
    /// What each row of each router's table said last, as rows of `flows`.
    flows: Map<(HostId, u32), u32>,
    phase: Option<&'static str>,
}

impl Openings {
    fn of(timeline: &Timeline, size: StepSize) -> Self {
        Self {
            size,
            numbers: timeline.connection_numbers(),
            ending: Set::new(),
            flows: Map::new(),
            phase: None,
        }
    }

    fn open(&mut self, timeline: &Timeline, event: &Event) -> bool {
        match self.size {
            StepSize::Packet => event.kind == Kind::Sent,
            StepSize::Turn => match event.kind {
                Kind::Turn => true,
                Kind::Opening => timeline.end(ConnId(event.arg)).active,
                Kind::HeardFinish => self.begins_to_end(event),
                Kind::Closed => {
                    let reason = timeline.end(ConnId(event.arg)).reason;
                    reason != Some(CloseReason::Finished) && self.begins_to_end(event)
                }
                Kind::Flow => self.forgets_an_open_one(timeline, event),
                _ => timeline.remark(event).is_some(),
            },
            StepSize::Phase => {
                event.kind == Kind::Phase && {
                    let name = timeline.phase(event.arg);
                    self.phase.replace(name) != Some(name)
                }
            }
        }
    }

    /// Both sides hear the other finish, and both are closed: the first tells of all.
    fn begins_to_end(&mut self, event: &Event) -> bool {
        self.numbers[event.arg as usize].is_none_or(|number| self.ending.insert(number))
    }

    /// A router forgets a connection that its ends have not ended.
    fn forgets_an_open_one(&mut self, timeline: &Timeline, event: &Event) -> bool {
        let record = timeline.flow(event.arg);
        let row = (event.host, record.row);
        if record.flow.is_some() {
            self.flows.insert(row, event.arg);
            return false;
        }
        let last = self.flows.remove(&row);
        let flow = last.and_then(|last| timeline.flow(last).flow.as_ref());
        flow.is_some_and(|flow| timeline.open_on(flow, event).is_some())
    }
}
