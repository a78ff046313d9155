//! Scenarios of the catalogue, loaded and run.

use wirestage_core::capture::Tap;
use wirestage_core::save;
use wirestage_core::scenario::{Scenario, catalogue, load};
use wirestage_core::simulation::{Ended, Options, Simulation};
use wirestage_core::timeline::States;
use wirestage_core::view::draw::letters::Sizes;
use wirestage_core::view::moment::Moment;
use wirestage_core::view::outline::{Outline, Place};
use wirestage_core::view::stage::{self, Stage};

/// Knobs and their values.
pub type Settings = Vec<(String, String)>;

/// A run of a scenario of the catalogue.
#[derive(Debug)]
pub struct Run(pub wirestage_core::run::Run);

impl std::ops::Deref for Run {
    type Target = wirestage_core::run::Run;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Run {
    /// Runs a scenario of the catalogue to its own end. Panics where it has none.
    #[must_use]
    pub fn of(id: &str, settings: &[(&str, &str)]) -> Self {
        Self::with(id, &owned(settings), &Options::default())
    }

    /// The same, with a seed, a budget or actions.
    #[must_use]
    pub fn with(id: &str, settings: &Settings, options: &Options) -> Self {
        let scenario = scenario(id, settings);
        let mut simulation = Simulation::new(&scenario, options).unwrap();
        let ended = simulation.run_to_end();
        assert_eq!(ended, Ended::Quiet, "{id} with {settings:?}");
        Self::ended(scenario, options, simulation, &ended)
    }

    /// A simulation that has come to its end.
    #[must_use]
    pub fn ended(
        scenario: Scenario,
        options: &Options,
        simulation: Simulation,
        ended: &Ended,
    ) -> Self {
        let source = scenario.id.clone();
        let mut run =
            wirestage_core::run::Run::ended(&source, scenario, options, simulation, ended);
        run.info = save::explained(&run.timeline, &run.info);
        Self(run)
    }

    /// What a tap saw.
    #[must_use]
    pub fn pcapng(&self, tap: &str) -> Vec<u8> {
        let tap = Tap::named(&self.timeline, tap).unwrap();
        let mut out = Vec::new();
        save::pcapng(&self.timeline, &self.info, tap, &mut out).unwrap();
        out
    }
}

/// A scenario of the catalogue with knobs turned.
#[must_use]
pub fn scenario(id: &str, settings: &Settings) -> Scenario {
    let text = catalogue::find(id).unwrap().text;
    load(id, text, settings).unwrap().scenario
}

/// Settings from literals.
#[must_use]
pub fn owned(settings: &[(&str, &str)]) -> Settings {
    let owned = |(knob, value): &(&str, &str)| ((*knob).to_owned(), (*value).to_owned());
    settings.iter().map(owned).collect()
}

/// The stage of a run at a place, in a picture so wide.
#[must_use]
pub fn stage_at(
    run: &wirestage_core::run::Run,
    outline: &Outline,
    states: &mut States,
    place: Place,
    width: f64,
    sizes: Sizes,
) -> Stage {
    let timeline = &run.timeline;
    let before = states.after(
        timeline,
        outline.seen(Place {
            size: place.size,
            at: place.at.saturating_sub(1),
        }),
    );
    let state = states.after(timeline, outline.seen(place));
    let lanes = stage::lanes(timeline, outline, place, width, sizes);
    let moment = Moment {
        timeline,
        outline,
        place,
        before: &before,
        state: &state,
        packet: None,
    };
    stage::draw(&moment, &lanes)
}
