//! A scenario, running: it advances event by event and takes actions at any moment.
//!
//! Same scenario, knobs, seed and actions: the same bytes, natively and in a browser.

mod boxes;
mod budget;
mod build;
mod info;
mod programs;
mod stand_in;
#[cfg(test)]
mod tests;
mod zones;

pub use budget::{Budget, Ended};
pub use info::run_info;
pub use stand_in::StandIn;

use crate::base::{FrameId, HostId, Time};
use crate::net::Network;
use crate::scenario::Scenario;
use crate::timeline::{Action, Timeline};

/// What, besides the scenario, decides a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where all randomness comes from.
    pub seed: u64,
    /// When a runaway is stopped.
    pub budget: Budget,
    /// What people do besides the scenario's story.
    pub actions: Vec<Action>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            budget: Budget::default(),
            actions: Vec::new(),
        }
    }
}

/// A scenario that runs.
#[derive(Debug)]
pub struct Simulation {
    network: Network,
    budget: Budget,
    ended: Option<Ended>,
}

impl Simulation {
    /// A run at its first moment.
    ///
    /// # Errors
    /// Where an action names a host that is not there, or a program cannot be started.
    pub fn new(scenario: &Scenario, options: &Options) -> Result<Self, String> {
        let mut network = build::network(scenario, options.seed, None)?;
        network.start();
        for action in build::story(scenario) {
            network.act(action)?;
        }
        for action in &options.actions {
            network.act(action.clone())?;
        }
        Ok(Self::over(network, options.budget))
    }

    /// A run at its first moment in which somebody outside stands in for a host. Nobody acts
    /// before `begin_story`.
    ///
    /// # Errors
    /// Where a program cannot be started.
    pub fn with_door(scenario: &Scenario, options: &Options, door: HostId) -> Result<Self, String> {
        let mut network = build::network(scenario, options.seed, Some(door))?;
        network.start();
        Ok(Self::over(network, options.budget))
    }

    /// The people at all hosts but the door do what they do, from `now` on.
    pub fn begin_story(&mut self, scenario: &Scenario, door: HostId, now: Time) {
        let own = &scenario.nodes[door.index()].name;
        for mut action in build::story(scenario) {
            if action.host != *own {
                action.at = now + action.at.since(Time::ZERO);
                // Its host is one of the scenario's.
                let _ = self.network.act(action);
            }
        }
    }

    /// Has a frame come in through a door, after all that happens up to `now`.
    pub fn enter(&mut self, door: HostId, now: Time, frame: &[u8]) {
        self.network.enter(door, now, frame);
    }

    /// The next frame that goes out by a door.
    pub fn next_out(&mut self, door: HostId) -> Option<FrameId> {
        self.network.next_out(door)
    }

    /// When something happens next, if nothing comes in.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.network.next_at()
    }

    /// Lets go of the oldest frames' bytes, until no more than `keep` are held.
    pub fn forget(&mut self, keep: u64) {
        self.network.forget(keep);
    }

    /// A run of a network made by hand, already started.
    #[must_use]
    pub fn over(network: Network, budget: Budget) -> Self {
        Self {
            network,
            budget,
            ended: None,
        }
    }

    /// Lets one event happen. Answers how the run ended, once it has.
    pub fn step(&mut self) -> Option<Ended> {
        if self.ended.is_none() {
            self.ended = self.budget.exceeded(self.network.timeline());
        }
        if self.ended.is_none() && !self.network.step() {
            return Some(Ended::Quiet);
        }
        self.ended.clone()
    }

    /// Lets everything happen up to `time` and at it. Answers how the run ended, if it has.
    pub fn run_until(&mut self, time: Time) -> Option<Ended> {
        loop {
            match self.network.next_at() {
                Some(next) if next > time => return None,
                _ => {}
            }
            if let Some(ended) = self.step() {
                return Some(ended);
            }
        }
    }

    /// Lets everything happen.
    pub fn run_to_end(&mut self) -> Ended {
        loop {
            if let Some(ended) = self.step() {
                return ended;
            }
        }
    }

    /// Has a person do something at a moment, or at once where that has passed. A run that
    /// had grown quiet goes on.
    ///
    /// # Errors
    /// Where there is no such host.
    pub fn act(&mut self, action: Action) -> Result<(), String> {
        self.network.act(action)
    }

    /// The moment reached.
    #[must_use]
    pub fn now(&self) -> Time {
        self.network.now()
    }

    /// What has been recorded so far.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        self.network.timeline()
    }

    /// What was recorded, when the run is needed no more.
    #[must_use]
    pub fn into_timeline(self) -> Timeline {
        self.network.into_timeline()
    }
}
