//! Scenarios of the catalogue, loaded and run.

#![allow(dead_code, reason = "not every test program wants all of it")]

use wirestage_core::capture::{Tap, write_pcapng};
use wirestage_core::scenario::{Scenario, catalogue, load};
use wirestage_core::simulation::{Ended, Options, Simulation, run_info};
use wirestage_core::timeline::{RunInfo, Timeline};

/// Knobs and their values.
pub type Settings = Vec<(String, String)>;

/// A run and what it was a run of.
pub struct Run {
    pub scenario: Scenario,
    pub timeline: Timeline,
    pub info: RunInfo,
}

impl Run {
    /// Runs a scenario to its own end.
    pub fn of(id: &str, settings: &[(&str, &str)]) -> Self {
        Self::with(id, &owned(settings), &Options::default())
    }

    pub fn with(id: &str, settings: &Settings, options: &Options) -> Self {
        let scenario = scenario(id, settings);
        let mut simulation = Simulation::new(&scenario, options).unwrap();
        let ended = simulation.run_to_end();
        assert_eq!(ended, Ended::Quiet, "{id} with {settings:?}");
        Self {
            info: run_info(&scenario, options, &ended),
            scenario,
            timeline: simulation.into_timeline(),
        }
    }

    pub fn pcapng(&self, tap: &str) -> Vec<u8> {
        let tap = Tap::named(&self.timeline, tap).unwrap();
        let mut out = Vec::new();
        write_pcapng(&self.timeline, tap, &self.info, &mut out).unwrap();
        out
    }
}

/// A scenario of the catalogue with knobs turned.
pub fn scenario(id: &str, settings: &Settings) -> Scenario {
    let text = catalogue::find(id).unwrap().text;
    load(id, text, settings).unwrap().scenario
}

pub fn owned(settings: &[(&str, &str)]) -> Settings {
    let owned = |(knob, value): &(&str, &str)| ((*knob).to_owned(), (*value).to_owned());
    settings.iter().map(owned).collect()
}
