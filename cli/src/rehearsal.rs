//! Trying a scenario out: whether each of its captions is ever said.

use std::collections::BTreeSet;
use wirestage_core::explain::place;
use wirestage_core::scenario::problem::Severity;
use wirestage_core::scenario::{Problem, Scenario, load_bytes, variants};
use wirestage_core::simulation::{Budget, Options, Simulation};

/// A rehearsal is short: a moment that comes later than this is not waited for.
const BUDGET: Budget = Budget {
    events: 1_000_000,
    frames: 500_000,
    bytes: 200_000_000,
};

/// A warning for each caption whose moment comes in no run, whichever knob is turned.
pub fn unsaid_captions(id: &str, bytes: &[u8], scenario: &Scenario) -> Vec<Problem> {
    let mut waiting: BTreeSet<usize> = (0..scenario.captions.len()).collect();
    for settings in variants(scenario) {
        if waiting.is_empty() {
            break;
        }
        let Ok(loaded) = load_bytes(id, bytes, &settings) else {
            continue;
        };
        let options = Options {
            budget: BUDGET,
            ..Options::default()
        };
        let Ok(mut simulation) = Simulation::new(&loaded.scenario, &options) else {
            continue;
        };
        simulation.run_to_end();
        for placed in place(simulation.timeline(), &loaded.scenario) {
            waiting.remove(&placed.caption);
        }
    }
    let captions = waiting.into_iter().map(|index| &scenario.captions[index]);
    captions
        .map(|caption| Problem {
            span: Some(caption.span),
            severity: Severity::Warning,
            message: format!("“{}” is never said: its moment does not come", caption.say),
            help: Some(
                "`wirestage run` shows what is said when; take the caption out, or mend its `when`"
                    .into(),
            ),
        })
        .collect()
}
