//! `wirestage compare`: two runs beside each other, as text.

use crate::args::{CompareOrder, Which};
use crate::fault::Fault;
use crate::{print, source};
use wirestage_core::compare::{Comparison, Side, text};
use wirestage_core::run::Run;
use wirestage_core::simulation::{Options, Simulation};
use wirestage_core::view::outline::Outline;

/// Runs both and prints how they compare.
pub fn compare(order: &CompareOrder) -> Result<(), Fault> {
    let as_it_is = Which {
        scenario: order.first.scenario.clone(),
        ..Which::default()
    };
    let second = order.second.as_ref().unwrap_or(&as_it_is);
    // What is wrong with either is told before any runs.
    let ready = [prepared(&order.first)?, prepared(second)?];
    let [a, b] = ready.map(Prepared::run);
    let outlines = [&a, &b].map(|run| Outline::of(&run.timeline, &run.info));
    let sides = [side(&a, &outlines[0]), side(&b, &outlines[1])];
    print(&text(&Comparison::of(sides), sides))?;
    let mut stopped = [a.info.stopped, b.info.stopped].into_iter().flatten();
    match stopped.next() {
        Some(why) => Err(Fault::failed(why)),
        None => Ok(()),
    }
}

fn side<'a>(run: &'a Run, outline: &'a Outline) -> Side<'a> {
    Side {
        timeline: &run.timeline,
        info: &run.info,
        outline,
    }
}

/// A run at its first moment.
struct Prepared {
    source: String,
    scenario: wirestage_core::scenario::Scenario,
    options: Options,
    simulation: Simulation,
}

fn prepared(which: &Which) -> Result<Prepared, Fault> {
    let (source, loaded) = source::find(&which.scenario, &which.settings)?;
    let scenario = loaded.scenario;
    let mut options = Options::default();
    if let Some(seed) = which.seed {
        options.seed = seed;
    }
    let simulation = Simulation::new(&scenario, &options).map_err(Fault::Input)?;
    Ok(Prepared {
        source,
        scenario,
        options,
        simulation,
    })
}

impl Prepared {
    fn run(mut self) -> Run {
        let ended = self.simulation.run_to_end();
        let (options, simulation) = (&self.options, self.simulation);
        Run::ended(&self.source, self.scenario, options, simulation, &ended)
    }
}
