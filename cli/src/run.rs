//! `wirestage run`: one scenario, from its first event to its last, and what is kept of it.

use crate::args::Order;
use crate::fault::Fault;
use crate::output::{Draft, Output, apart};
use crate::{chart, filter, print, source, why};
use std::io::{self, IsTerminal};
use wirestage_core::capture::Tap;
use wirestage_core::filter::Filter;
use wirestage_core::run::Run;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::simulation::{Budget, Options, Simulation};
use wirestage_core::timeline::Timeline;
use wirestage_core::view::transcript;

/// Runs and writes. What can be known to go wrong is told before the run.
pub fn run(order: &Order) -> Result<(), Fault> {
    run_within(order, Budget::default())
}

fn run_within(order: &Order, budget: Budget) -> Result<(), Fault> {
    let filter = filter::of(order)?;
    chart::fits(order)?;
    let (source, loaded) = source::find(&order.scenario, &order.settings)?;
    let scenario = loaded.scenario;
    let mut options = Options {
        budget,
        ..Options::default()
    };
    if let Some(seed) = order.seed {
        options.seed = seed;
    }
    let mut simulation = Simulation::new(&scenario, &options).map_err(Fault::Input)?;
    let tap = tap(order, simulation.timeline())?;
    let frames = filter.is_some() || order.outputs.iter().any(|o| o.format.is_capture());
    if order.tap.is_some() && !frames {
        let text = "--tap says where a capture is taken, and none is asked for";
        return Err(Fault::input(format!("{text}: add -o FILE.pcapng")));
    }
    apart(&order.outputs, &order.scenario)?;
    let mut drafts = Vec::new();
    for output in &order.outputs {
        drafts.push((output, Draft::begin(&output.path)?));
    }
    let ended = simulation.run_to_end();
    let run = Run::ended(&source, scenario, &options, simulation, &ended);
    let choice = Choice {
        tap,
        transcript: transcript::Options {
            show_passwords: order.passwords,
        },
    };
    if let Some(asked) = order.why {
        print(&why::told(&run, asked)?)?;
        if drafts.is_empty() {
            return over(run);
        }
    }
    match (&filter, order.chart) {
        (_, Some(ask)) => chart::write(&run, ask, drafts)?,
        (None, None) => whole(&run, choice, drafts)?,
        (Some(filter), None) => filtered(&run, choice, filter, drafts)?,
    }
    over(run)
}

/// A run that was stopped has failed.
fn over(run: Run) -> Result<(), Fault> {
    match run.info.stopped {
        None => Ok(()),
        Some(why) => Err(Fault::failed(why)),
    }
}

/// Runs, and answers the capture. What it is a capture of is said as in `run`.
pub fn capture_of(order: &Order) -> Result<Vec<u8>, Fault> {
    let (source, loaded) = source::find(&order.scenario, &order.settings)?;
    let scenario = loaded.scenario;
    let mut options = Options::default();
    if let Some(seed) = order.seed {
        options.seed = seed;
    }
    let mut simulation = Simulation::new(&scenario, &options).map_err(Fault::Input)?;
    let tap = tap(order, simulation.timeline())?;
    let ended = simulation.run_to_end();
    let run = Run::ended(&source, scenario, &options, simulation, &ended);
    let mut bytes = Vec::new();
    save::pcapng(&run.timeline, &run.info, tap, &mut bytes)
        .map_err(|e| Fault::failed(format!("cannot write the capture: {e}")))?;
    Ok(bytes)
}

fn tap(order: &Order, timeline: &Timeline) -> Result<Tap, Fault> {
    match &order.tap {
        Some(name) => Tap::named(timeline, name).map_err(|e| Fault::input(e.to_string())),
        None => Ok(Tap::first(timeline)),
    }
}

/// All of the run: into the files, or told on standard output.
fn whole(run: &Run, choice: Choice, drafts: Vec<(&Output, Draft)>) -> Result<(), Fault> {
    let seen = (&run.timeline, &run.info);
    if drafts.is_empty() {
        let info = save::explained(seen.0, seen.1);
        return print(&transcript::transcript(seen.0, &info, choice.transcript));
    }
    for (output, mut draft) in drafts {
        let written = save::write(output.format, seen, choice, draft.writer());
        keep(output, draft, written)?;
    }
    Ok(())
}

/// What a filter lets through: into the files, or listed on standard output.
fn filtered(
    run: &Run,
    choice: Choice,
    filter: &Filter,
    drafts: Vec<(&Output, Draft)>,
) -> Result<(), Fault> {
    let seen = (&run.timeline, &run.info);
    if drafts.is_empty() {
        let mut list = Vec::new();
        let passed = save::write_filtered(Format::Text, seen, choice, filter, &mut list)
            .map_err(|e| Fault::failed(format!("cannot list the frames: {e}")))?;
        filter::tell(passed, true);
        return print(&String::from_utf8_lossy(&list));
    }
    for (output, mut draft) in drafts {
        let written = save::write_filtered(output.format, seen, choice, filter, draft.writer());
        let passed = written.as_ref().copied().unwrap_or_default();
        keep(output, draft, written)?;
        filter::tell(passed, false);
    }
    Ok(())
}

/// Puts a file in its place that was written without a fault.
pub fn keep<T>(output: &Output, draft: Draft, written: io::Result<T>) -> Result<(), Fault> {
    let path = output.path.display();
    written
        .and_then(|_| draft.keep())
        .map_err(|e| Fault::failed(format!("cannot write {path}: {e}")))?;
    if io::stderr().is_terminal() {
        eprintln!("wrote {path}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_runaway_is_a_failed_run_whose_beginning_is_kept() {
        let name = format!("wirestage-runaway-{}.txt", std::process::id());
        let path = std::env::temp_dir().join(name);
        let order = Order {
            scenario: "ftp-download".into(),
            outputs: vec![Output::of(path.clone()).unwrap()],
            ..Order::default()
        };
        let budget = Budget {
            events: 60,
            ..Budget::default()
        };
        let Err(Fault::Failed(why)) = run_within(&order, budget) else {
            panic!("it was to be stopped");
        };
        let told = fs::read_to_string(&path).unwrap();
        fs::remove_file(path).unwrap();
        assert!(why.contains("60 events"), "{why}");
        assert!(
            told.contains("220 ") && told.contains("Stopped early"),
            "{told}"
        );
        assert!(!told.contains("221 "), "the end is not reached");
    }
}
