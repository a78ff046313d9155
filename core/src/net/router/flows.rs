//! The table of flows written down: each change an event, each forgetting a timer's.

use super::Router;
use crate::base::sorted::Map;
use crate::base::{EventId, Time};
use crate::net::queue::{NodeTimer, Wake};
use crate::net::wires::Wires;
use crate::timeline::{Moment, Timer};

/// What a router remembers of its rows.
#[derive(Debug, Default)]
pub struct Forgetting {
    /// When it wakes to forget; a row that is spoken on moves further away.
    wakes: Option<Time>,
    /// The last event that put off the end of each row.
    touched: Map<u32, EventId>,
}

impl Router {
    /// Records what a packet changed in the table. `row` is the one it belongs to.
    pub(super) fn note_flows(&mut self, wires: &mut Wires, at: Moment, row: Option<u32>) {
        let Some(flows) = &mut self.flows else {
            return;
        };
        if let (Some(row), Some(event)) = (row, at.cause) {
            self.forgetting.touched.insert(row, event);
        }
        while let Some(change) = flows.poll_change() {
            let (row, gone) = (change.row, change.flow.is_none());
            let event = wires.timeline.record_flow(at, change);
            if gone {
                self.forgetting.touched.remove(&row);
            } else {
                self.forgetting.touched.insert(row, event);
            }
        }
        self.wake_to_forget(wires);
    }

    /// Forgets the rows whose time has come.
    pub(super) fn forget_flows(&mut self, wires: &mut Wires, at: Moment) {
        let Some(flows) = &mut self.flows else {
            return;
        };
        if self.forgetting.wakes.is_none_or(|time| time > at.now) {
            return;
        }
        self.forgetting.wakes = None;
        flows.handle_timeout(at.now);
        while let Some(change) = flows.poll_change() {
            let touched = self.forgetting.touched.remove(&change.row);
            let armed = Moment {
                cause: touched,
                ..at
            };
            let timer = wires.timeline.record_timer(armed, Timer::Router);
            wires.timeline.record_flow(at.because(timer), change);
        }
        self.wake_to_forget(wires);
    }

    fn wake_to_forget(&mut self, wires: &mut Wires) {
        let next = self.flows.as_ref().and_then(|flows| flows.poll_timeout());
        let Some(next) = next else {
            return;
        };
        if self.forgetting.wakes.is_none_or(|wakes| next < wakes) {
            self.forgetting.wakes = Some(next);
            let timer = Wake::Timer(self.id, NodeTimer::Flows);
            wires.queue.push(next, timer);
        }
    }
}
