//! The programs of a host: what they are told, and when they are asked what they want.

use super::{Host, NodeTimer};
use crate::base::{EventId, ProgramId, Time};
use crate::net::wires::Wires;
use crate::program::{Input, Program};
use crate::timeline::{Act, Action, Moment, Timer};
use std::collections::VecDeque;

/// A program that runs.
pub struct Running {
    pub program: Box<dyn Program>,
    /// When it wants to be woken; the entry in the queue that counts.
    pub wake: Option<Time>,
    armed_by: Option<EventId>,
    /// What the host has answered to requests and the program has not yet been told.
    answers: VecDeque<Input<'static>>,
    /// It is being asked what it wants.
    asked: bool,
}

impl Running {
    pub fn new(program: Box<dyn Program>) -> Self {
        Self {
            program,
            wake: None,
            armed_by: None,
            answers: VecDeque::new(),
            asked: false,
        }
    }
}

impl Running {
    /// What was to be told and when it was to be woken is forgotten.
    pub fn power_off(&mut self) {
        self.wake = None;
        self.armed_by = None;
        self.answers.clear();
    }
}

impl Host {
    /// The host comes up.
    pub fn start(&mut self, wires: &mut Wires, at: Moment) {
        // Whoever starts may ask for a name at once.
        let resolver = self.resolver;
        let others = self.program_ids().filter(|id| Some(*id) != resolver);
        for program in resolver.into_iter().chain(others) {
            self.tell(wires, at, program, Input::Started);
        }
        self.settle(wires, at);
    }

    /// A person at the host does something, at one of its programs or at all of them.
    /// Programs that serve nobody pay no heed.
    pub fn act(&mut self, wires: &mut Wires, at: Moment, action: &Action) {
        if self.is_dark(wires, at) {
            return;
        }
        let person = &action.person;
        let meant = |program: &ProgramId| action.program.is_none_or(|meant| meant == *program);
        for program in self.program_ids().filter(meant) {
            let input = match &action.act {
                Act::Type(text) => Input::Typed { person, text },
                Act::Write(letter) => Input::Wrote { person, letter },
            };
            self.tell(wires, at, program, input);
        }
        self.settle(wires, at);
    }

    /// Tells a program something and does what it then asks for.
    pub(super) fn tell(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        input: Input<'_>,
    ) {
        if let Some(running) = self.programs.get_mut(program.index()) {
            running.program.handle(at.now, input);
            self.run_program(wires, at, program);
        }
    }

    /// Answers a request. The program is told once it has asked for all it wants: what it
    /// asks for then is no deeper in the stack, however long question follows answer.
    pub(super) fn answer(&mut self, program: ProgramId, answer: Input<'static>) {
        if let Some(running) = self.programs.get_mut(program.index()) {
            running.answers.push_back(answer);
        }
    }

    /// Does what a program asks for until it asks for nothing more.
    pub(super) fn run_program(&mut self, wires: &mut Wires, at: Moment, program: ProgramId) {
        // Whoever answers it meanwhile leaves the answer where it is found.
        match self.programs.get_mut(program.index()) {
            Some(running) if !running.asked => running.asked = true,
            _ => return,
        }
        while let Some(running) = self.programs.get_mut(program.index()) {
            if let Some(request) = running.program.poll_request() {
                self.execute(wires, at, program, request);
            } else if let Some(answer) = running.answers.pop_front() {
                running.program.handle(at.now, answer);
            } else {
                break;
            }
        }
        let Some(running) = self.programs.get_mut(program.index()) else {
            return;
        };
        running.asked = false;
        let wanted = running.program.poll_timeout();
        if wanted != running.wake {
            running.wake = wanted;
            running.armed_by = at.cause;
            if let Some(time) = wanted {
                let time = time.max(at.now);
                running.wake = Some(time);
                self.wake(wires, time, NodeTimer::Program(program));
            }
        }
    }

    pub(super) fn on_program_timer(&mut self, wires: &mut Wires, at: Moment, program: ProgramId) {
        let Some(running) = self.programs.get_mut(program.index()) else {
            return;
        };
        if running.wake != Some(at.now) {
            return;
        }
        running.wake = None;
        let moment = Moment {
            cause: running.armed_by,
            ..at
        };
        let event = wires.timeline.record_timer(moment, Timer::Program(program));
        self.tell(wires, moment.because(event), program, Input::Timeout);
        self.settle(wires, moment.because(event));
    }

    fn program_ids(&self) -> impl Iterator<Item = ProgramId> + use<> {
        (0..self.programs.len()).map(ProgramId::from_index)
    }
}
