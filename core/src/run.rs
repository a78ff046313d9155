//! A run that is over: what was run, what happened, and what there is to say of it.

use crate::explain::{captions, ties};
use crate::scenario::Scenario;
use crate::simulation::{Ended, Options, Simulation, run_info};
use crate::timeline::{RunInfo, Timeline};

/// A run that is over.
#[derive(Debug)]
pub struct Run {
    /// What was run.
    pub scenario: Scenario,
    /// What happened.
    pub timeline: Timeline,
    /// What the views say of it besides.
    pub info: RunInfo,
}

impl Run {
    /// A simulation that has come to its end. `source` is what `wirestage run` takes to make
    /// it again: the scenario's name, or its file's.
    #[must_use]
    pub fn ended(
        source: &str,
        scenario: Scenario,
        options: &Options,
        simulation: Simulation,
        ended: &Ended,
    ) -> Self {
        let mut info = run_info(&scenario, options, ended);
        info.source = source.to_owned();
        Self::looked_at(info, scenario, simulation.into_timeline())
    }

    /// What has happened, with its captions.
    #[must_use]
    pub fn looked_at(mut info: RunInfo, scenario: Scenario, timeline: Timeline) -> Self {
        info.captions = captions(&timeline, &scenario);
        info.ties = ties(&timeline);
        Self {
            info,
            scenario,
            timeline,
        }
    }
}
