//! A host goes off and comes up again, without a word to anybody: a power cut. What it had in
//! memory is gone; what its programs keep, they keep in themselves.

use super::datagrams::Datagrams;
use super::stack::Stack;
use super::{Host, first_port};
use crate::base::sorted::{Map, Set};
use crate::base::{CloseReason, ConnId, Outcome, ProgramId, Time};
use crate::net::queue::Wake;
use crate::net::wires::Wires;
use crate::program::{Input, Request};
use crate::timeline::Moment;

impl Host {
    /// Whether it has no power.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.off
    }

    /// It is to be off from then to then, in order.
    pub fn plan_outages(&mut self, wires: &mut Wires, down: Vec<(Time, Time)>) {
        for (from, _) in &down {
            wires.queue.push(*from, Wake::Power(self.id, false));
        }
        self.down = down;
    }

    /// It goes off. Nothing leaves it any more; the other sides find out for themselves.
    pub fn go_down(&mut self, wires: &mut Wires, at: Moment) {
        self.off = true;
        let open: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| !conn.told.closed)
            .map(|(id, _)| *id)
            .collect();
        for id in open {
            wires.timeline.record_closed(at, id, CloseReason::HostDown);
        }
        for listener in std::mem::take(&mut self.listeners) {
            wires.timeline.record_unlistened(at, listener.row);
        }
        for row in self.datagrams.rows() {
            wires.timeline.record_unlistened(at, row);
        }
        for index in 0..self.programs.len() {
            self.stop(wires, at, ProgramId::from_index(index));
        }
        self.conns = Map::new();
        self.tuples = Map::new();
        self.restless.clear();
        self.spoken.clear();
        self.datagrams = Datagrams::default();
        self.questions = Map::new();
        self.routers = Map::new();
        self.met = Set::new();
        self.asked = Map::new();
        self.live = 0;
        self.half_open = 0;
        self.reply.clear();
        self.unanswered.clear();
        // Until then the run goes on.
        let end = self
            .down
            .iter()
            .find(|(from, to)| *from <= at.now && at.now < *to);
        if let Some((_, to)) = end.filter(|(_, to)| *to < Time::MAX) {
            wires.queue.push(*to, Wake::Power(self.id, true));
        }
    }

    /// A program is told, and may write down what has changed. All else comes too late.
    fn stop(&mut self, wires: &mut Wires, at: Moment, id: ProgramId) {
        let Some(running) = self.programs.get_mut(id.index()) else {
            return;
        };
        running.power_off();
        running.program.handle(at.now, Input::Stopped);
        while let Some(running) = self.programs.get_mut(id.index()) {
            let Some(request) = running.program.poll_request() else {
                break;
            };
            let is_written = matches!(
                request,
                Request::Note { .. } | Request::Keeps { .. } | Request::Outcome(_)
            );
            if is_written {
                self.execute(wires, at, id, request);
            }
        }
    }

    /// It comes up with a fresh stack, and starts its programs.
    pub fn come_up(&mut self, wires: &mut Wires, at: Moment) {
        self.off = false;
        self.boots += 1;
        let mut rng = self.rng.fork(&format!("boot {}", self.boots));
        self.stack = Stack::new(
            self.stack.mac(),
            rng.next_u64(),
            &self.stack.given(),
            self.stack.gateways().to_vec(),
        );
        self.next_port = first_port(&mut rng);
        if let Some(link) = self.link {
            self.stack.fit(self.longest_frame);
            self.attach(link, self.longest_frame);
        }
        self.start(wires, at);
    }

    /// Somebody does something at a host that is off.
    pub(super) fn is_dark(&self, wires: &mut Wires, at: Moment) -> bool {
        if self.off {
            let outcome = Outcome {
                ok: false,
                code: None,
                text: "The computer is off.".into(),
            };
            wires.timeline.record_outcome(at, outcome);
        }
        self.off
    }
}
