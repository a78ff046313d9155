//! What the views say about a run besides what happened in it.

use super::{Ended, Options};
use crate::scenario::Scenario;
use crate::timeline::{RunInfo, Setting};

/// Names a run: its scenario, knobs, seed and ending. Captions are `explain`'s to add.
#[must_use]
pub fn run_info(scenario: &Scenario, options: &Options, ended: &Ended) -> RunInfo {
    let knobs = scenario.knobs.iter();
    RunInfo {
        id: scenario.id.clone(),
        source: scenario.id.clone(),
        title: scenario.title.clone(),
        summary: scenario.summary.clone(),
        settings: knobs
            .map(|knob| Setting {
                name: knob.name.clone(),
                label: knob.label.clone(),
                value: knob.value.clone(),
                default: knob.default.clone(),
            })
            .collect(),
        seed: options.seed,
        stands_in: None,
        stopped: match ended {
            Ended::Quiet => None,
            Ended::Budget { .. } => Some(ended.to_string()),
        },
        captions: Vec::new(),
        ties: Vec::new(),
        whys: Vec::new(),
    }
}
