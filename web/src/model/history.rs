//! Turning knobs, and the way back: undo, redo, reset, and a run that is given up.

use super::{Address, Effect, Model, Why};
use crate::says::messages;
use wirestage_core::view::ladder::Folds;

impl Model {
    pub(super) fn turn(&mut self, knob: String, value: String) -> Vec<Effect> {
        if self.wanted.is_none() && self.has(&knob, &value) {
            return Vec::new();
        }
        let mut address = self.heading();
        self.give_up();
        address.knobs.retain(|(known, _)| *known != knob);
        address.knobs.push((knob, value));
        address.packet = None;
        self.trouble = None;
        self.playing = false;
        self.want(address, Why::Turned)
    }

    /// Whether the run that is shown has a knob so already.
    fn has(&self, knob: &str, value: &str) -> bool {
        let mut knobs = self.show.iter().flat_map(|show| &show.run.scenario.knobs);
        knobs.any(|known| known.name == knob && known.value == value)
    }

    /// Where the reader will be once the run in the making is over.
    fn heading(&self) -> Address {
        let wanted = self.wanted.as_ref().map(|wanted| &wanted.address);
        wanted.unwrap_or(&self.address).clone()
    }

    pub(super) fn reset(&mut self) -> Vec<Effect> {
        self.give_up();
        let Some(scenario) = self.address.scenario.clone() else {
            return Vec::new();
        };
        let start = Address {
            tab: self.address.tab,
            rungs: self.address.rungs.clone(),
            ..Address::of(&scenario)
        };
        if self.address == start {
            return Vec::new();
        }
        let before = (self.past.clone(), self.future.clone());
        self.past.push(self.address.clone());
        self.future.clear();
        self.folds = Folds::default();
        self.bring_back(start, messages::RESET, before)
    }

    /// A turn that is not over yet is undone by forgetting it.
    pub(super) fn undo(&mut self) -> Vec<Effect> {
        match self.wanted.as_ref().map(|wanted| wanted.why) {
            Some(Why::Turned) => return self.cancel(),
            Some(Why::Opened) => return Vec::new(),
            Some(Why::Returned) | None => {}
        }
        let before = self.ways_back();
        let Some(address) = self.past.pop() else {
            return Vec::new();
        };
        self.future.push(self.heading());
        let address = self.kept_in_place(address);
        self.bring_back(address, messages::UNDONE, before)
    }

    pub(super) fn redo(&mut self) -> Vec<Effect> {
        if self.wanted.as_ref().is_some_and(|w| w.why != Why::Returned) {
            return Vec::new();
        }
        let before = self.ways_back();
        let Some(address) = self.future.pop() else {
            return Vec::new();
        };
        self.past.push(self.heading());
        let address = self.kept_in_place(address);
        self.bring_back(address, messages::REDONE, before)
    }

    /// What undo and redo bring back from what is shown.
    fn ways_back(&self) -> (Vec<Address>, Vec<Address>) {
        match &self.wanted {
            Some(wanted) => wanted.before.clone(),
            None => (self.past.clone(), self.future.clone()),
        }
    }

    fn bring_back(
        &mut self,
        address: Address,
        said: &str,
        before: (Vec<Address>, Vec<Address>),
    ) -> Vec<Effect> {
        self.trouble = None;
        self.playing = false;
        self.note = Some(said.to_owned());
        let effects = self.want(address, Why::Returned);
        if let Some(wanted) = &mut self.wanted {
            wanted.before = before;
        }
        effects
    }

    /// The run in the making is not wanted: what is shown stays, and so does what undo brings back.
    pub(super) fn cancel(&mut self) -> Vec<Effect> {
        self.give_up();
        self.note = None;
        if self.show.is_none() {
            self.leave();
        }
        vec![Effect::Stop, Effect::Write { push: false }, Effect::Shown]
    }

    /// No run is wanted any more.
    pub(super) fn give_up(&mut self) {
        if let Some(wanted) = self.wanted.take() {
            (self.past, self.future) = wanted.before;
        }
    }
}
