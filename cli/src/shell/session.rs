//! A session: from the command line to the exit code.

use super::files::Files;
use super::page::{Opened, Page};
use super::plan::Place;
use super::running::Running;
use super::stages::Stages;
use super::terminal::Terminal;
use super::{banner, namespaces, stages, terminal};
use crate::args::ShellOrder;
use crate::fault::Fault;
use crate::output::apart;
use crate::source;
use std::io::{self, IsTerminal};
use wirestage_core::capture::Tap;
use wirestage_core::live::{self, Live, Plan};
use wirestage_core::scenario::Scenario;
use wirestage_core::scenario::model::Does;
use wirestage_core::simulation::Options;

/// Runs a session. The answer is the exit code.
pub fn run(order: &ShellOrder) -> Result<u8, Fault> {
    let Prepared {
        live,
        plan,
        mut files,
    } = prepare(order)?;
    let others = others_do(live.scenario(), &live.stand_in().name);
    if order.until_done && others == 0 {
        let text = "--until-done waits for the others, and nobody else does anything here";
        return Err(Fault::input(format!(
            "{text}: choose with --as whom you stand in for"
        )));
    }
    // The page is for who is outside: its address is taken before we go in.
    let page = order.page.map(|page| Opened::at(page.port, page.open));
    let page = page.transpose()?;
    if order.command.is_empty() && io::stdin().is_terminal() {
        terminal::wait_for_turn();
    }
    let terminal = Terminal::here();
    let entered = namespaces::enter()?;
    let place = place(&live);
    let stages = stages::start(&place, &order.command, entered)?;
    files.put_in_place()?;
    let page = page.map(|page| page.serve(&plan)).transpose()?;
    if order.command.is_empty() && io::stderr().is_terminal() {
        eprint!("{}", banner::banner(live.scenario(), live.stand_in()));
    }
    let expected = order.until_done.then_some(others);
    let ended = live_through(live, files, page, stages, expected)?;
    if let Some(terminal) = terminal {
        // A shell that a signal has ended had no time to put it in order, either.
        terminal.take_back(ended.by_force || ended.code > SIGNALLED);
    }
    ended.told.map(|()| ended.code)
}

/// A higher exit code says which signal has ended the command.
const SIGNALLED: u8 = 128;

/// All that can be known before the namespaces are entered.
struct Prepared {
    live: Live,
    plan: Plan,
    files: Files,
}

fn prepare(order: &ShellOrder) -> Result<Prepared, Fault> {
    let (source, file) = source::open(&order.scenario)?;
    let loaded = file.load(&order.settings)?;
    let mut options = Options {
        budget: live::budget(),
        ..Options::default()
    };
    if let Some(seed) = order.seed {
        options.seed = seed;
    }
    let host = order.host.as_deref();
    let live = Live::begin(&source, loaded.scenario, &options, host).map_err(Fault::Input)?;
    let name = &live.stand_in().name;
    let tap = order.tap.as_ref().unwrap_or(name);
    let tap = Tap::named(live.timeline(), tap).map_err(|e| Fault::input(e.to_string()))?;
    if order.tap.is_some() && !order.outputs.iter().any(|o| o.format.is_capture()) {
        let text = "--tap says where a capture is taken, and none is asked for";
        return Err(Fault::input(format!("{text}: add -o FILE.pcapng")));
    }
    apart(&order.outputs, &order.scenario)?;
    let plan = Plan {
        source,
        text: String::from_utf8_lossy(&file.bytes).into_owned(),
        id: file.id,
        settings: order.settings.clone(),
        seed: options.seed,
        host: name.clone(),
    };
    let files = Files::begin(&order.outputs, &live, tap)?;
    Ok(Prepared { live, plan, files })
}

/// How many things the scenario has people do who sit at other hosts.
fn others_do(scenario: &Scenario, own: &str) -> usize {
    let others = scenario.story.iter();
    let others = others.filter(|story| scenario.nodes[story.host.index()].name != own);
    let things = others.map(|story| match &story.does {
        Does::Types(lines) => lines.len(),
        Does::Writes(_) => 1,
    });
    things.sum()
}

/// What the stages make of the host.
fn place(live: &Live) -> Place {
    let stand_in = live.stand_in();
    let names = stand_in.names.iter();
    let names = names.flat_map(|(name, ips)| ips.iter().map(|ip| (*ip, name.clone())));
    Place {
        scenario: live.scenario().id.clone(),
        host: stand_in.name.clone(),
        mac: stand_in.mac,
        addresses: stand_in.addresses.clone(),
        gateways: stand_in.gateways.clone(),
        neighbours: stand_in
            .neighbours
            .iter()
            .map(|(ip, mac)| (*ip, *mac))
            .collect(),
        names: names.collect(),
        name_servers: stand_in.name_servers.clone(),
        search: stand_in.search.clone(),
        mtu: stand_in.mtu,
    }
}

/// How a session ended.
struct Ended {
    code: u8,
    by_force: bool,
    /// What went wrong with what was to be kept of it.
    told: Result<(), Fault>,
}

fn live_through(
    live: Live,
    files: Files,
    page: Option<Page>,
    stages: Stages,
    expected: Option<usize>,
) -> Result<Ended, Fault> {
    let mut running = Running::start(live, files, page, stages, expected)?;
    let code = running.until_gone();
    let by_force = running.was_asked_to_end();
    let told = running.finish();
    Ok(Ended {
        code,
        by_force,
        told,
    })
}
