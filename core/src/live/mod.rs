//! A run that goes on while somebody watches, and in which somebody outside stands in for a
//! host. Time and frames go in, frames come out; what went in is its journal.

mod journal;
#[cfg(test)]
mod overheard_tests;
#[cfg(test)]
mod tests;

pub use crate::simulation::StandIn;
pub use journal::{Entry, Journal, JournalError, Reader};

use crate::base::{HostId, Time};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::simulation::{Budget, Ended, Options, Simulation};
use crate::timeline::{RunInfo, Timeline};
use serde::{Deserialize, Serialize};

/// What a live run is a run of. With its journal it is the whole run: whoever has both sees
/// the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What `wirestage shell` takes: a scenario's name, or a file's.
    pub source: String,
    /// The scenario's name.
    pub id: String,
    /// The scenario's file.
    pub text: String,
    /// Knobs and their values.
    pub settings: Vec<(String, String)>,
    /// Where all chance comes from.
    pub seed: u64,
    /// The host that somebody outside stands in for.
    pub host: String,
}

/// A run that goes on.
#[derive(Debug)]
pub struct Live {
    source: String,
    scenario: Scenario,
    options: Options,
    stand_in: StandIn,
    simulation: Simulation,
    /// Why it goes on no more.
    ended: Option<Ended>,
}

impl Live {
    /// A run at its first moment, in which somebody stands in for `host`: for the first
    /// person's, else the first host, where none is named.
    ///
    /// # Errors
    /// Where there is no such host, or a program cannot be started.
    pub fn begin(
        source: &str,
        scenario: Scenario,
        options: &Options,
        host: Option<&str>,
    ) -> Result<Self, String> {
        let door = door(&scenario, host)?;
        let stand_in = StandIn::of(&scenario, door);
        let simulation = Simulation::with_door(&scenario, options, door)?;
        Ok(Self {
            source: source.to_owned(),
            scenario,
            options: options.clone(),
            stand_in,
            simulation,
            ended: None,
        })
    }

    /// The host that somebody stands in for, and what they must know of it.
    #[must_use]
    pub fn stand_in(&self) -> &StandIn {
        &self.stand_in
    }

    /// What is run.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// When something happens next, if nothing comes in.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.simulation.next_at().filter(|_| self.ended.is_none())
    }

    /// Lets everything happen up to `now`. Answers why the run goes on no more, once it has
    /// used up its budget.
    pub fn advance(&mut self, now: Time) -> Option<&Ended> {
        if self.ended.is_none() {
            // Quiet it may be, but nobody knows what comes in next.
            let ended = self.simulation.run_until(now);
            self.ended = ended.filter(|ended| *ended != Ended::Quiet);
        }
        self.ended.as_ref()
    }

    /// Takes a frame from outside, after all that happens up to `now`.
    pub fn enter(&mut self, now: Time, frame: &[u8]) {
        if self.advance(now).is_none() {
            self.simulation.enter(self.stand_in.host, now, frame);
        }
    }

    /// The other hosts' people begin with what they do.
    pub fn begin_story(&mut self, now: Time) {
        if self.advance(now).is_none() {
            self.simulation
                .begin_story(&self.scenario, self.stand_in.host, now);
        }
    }

    /// Does what a journal's entry says.
    pub fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Frame { at, bytes } => self.enter(*at, bytes),
            Entry::Story { at } => self.begin_story(*at),
            Entry::Now { at } | Entry::Over { at } => {
                self.advance(*at);
            }
        }
    }

    /// The next frame that goes out, as it arrived.
    pub fn next_out(&mut self) -> Option<&[u8]> {
        let frame = self.simulation.next_out(self.stand_in.host)?;
        Some(self.simulation.timeline().arrived(frame))
    }

    /// Lets go of the oldest frames' bytes, until no more than `keep` are held.
    pub fn forget(&mut self, keep: u64) {
        self.simulation.forget(keep);
    }

    /// What has happened so far.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        self.simulation.timeline()
    }

    /// What the views say of it besides; captions are a finished look's.
    #[must_use]
    pub fn info(&self) -> RunInfo {
        let ended = self.ended.as_ref().unwrap_or(&Ended::Quiet);
        let mut info = crate::simulation::run_info(&self.scenario, &self.options, ended);
        info.source.clone_from(&self.source);
        info.stands_in = Some(self.stand_in.name.clone());
        info
    }

    /// The run so far, for views to look at while it goes on.
    #[must_use]
    pub fn so_far(&self) -> Run {
        Run::looked_at(self.info(), self.scenario.clone(), self.timeline().clone())
    }

    /// The run, when it is over.
    #[must_use]
    pub fn finish(self) -> Run {
        let info = self.info();
        Run::looked_at(info, self.scenario, self.simulation.into_timeline())
    }
}

/// What a page can follow and a program can hold: frames are let go of, not their rows.
#[must_use]
pub fn budget() -> Budget {
    Budget {
        events: 100_000_000,
        frames: 30_000_000,
        ..Budget::default()
    }
}

/// The host of this name, or the one that a reader stands in for where none is named.
fn door(scenario: &Scenario, name: Option<&str>) -> Result<HostId, String> {
    let ids = || (0..scenario.nodes.len()).map(HostId::from_index);
    let mut hosts = ids().filter_map(|id| Some((id, scenario.host(id)?)));
    let Some(name) = name else {
        let first = hosts.clone().next();
        let person = hosts.find(|(_, host)| host.person.is_some());
        let chosen = person.or(first).map(|(id, _)| id);
        return chosen.ok_or_else(|| "this scenario has no host to stand in for".to_owned());
    };
    let named = |id: HostId| scenario.nodes[id.index()].name.as_str();
    if let Some((id, _)) = hosts.clone().find(|(id, _)| named(*id) == name) {
        return Ok(id);
    }
    let known = hosts
        .map(|(id, _)| named(id))
        .collect::<Vec<_>>()
        .join(", ");
    Err(match ids().find(|id| named(*id) == name) {
        Some(id) => {
            let kind = scenario.nodes[id.index()].kind.word();
            format!("`{name}` is a {kind}: nobody can stand in for it. Hosts are {known}")
        }
        None => format!("there is no host `{name}`: choose {known}"),
    })
}
