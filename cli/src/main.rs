//! The program `wirestage`: runs scenarios, shows them, saves them, serves the page. All native I/O is here.

mod args;
#[cfg(target_os = "linux")]
mod captures;
mod chart;
mod check;
mod compare;
mod fault;
mod fields;
mod filter;
mod help;
#[cfg(target_os = "linux")]
mod interface;
mod list;
#[cfg(target_os = "linux")]
mod live;
#[cfg(target_os = "linux")]
mod netlink;
mod output;
mod profile;
mod rehearsal;
#[cfg(target_os = "linux")]
mod replay;
mod run;
mod serve;
#[cfg(target_os = "linux")]
mod shell;
mod source;
mod stream;
mod versus;
mod why;
#[cfg(target_os = "linux")]
mod wire;

use args::{Command, Described};
use fault::Fault;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match args::parse(std::env::args_os()).and_then(|command| obey(&command)) {
        Ok(code) => code,
        Err(fault) => {
            // Where standard error is closed as well, nobody is left to tell.
            let _ = fault.tell(&mut io::stderr().lock());
            fault.exit_code()
        }
    }
}

fn obey(command: &Command) -> Result<ExitCode, Fault> {
    match command {
        Command::Help(topic) => print(topic.text()),
        Command::Version => print(concat!("wirestage ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::List { json } => list::list(*json),
        Command::Run(order) => run::run(order),
        Command::Compare(order) => compare::compare(order),
        Command::Fields(order) => fields::fields(order),
        Command::Check(files) => check::check(files),
        Command::Serve { port, open } => serve::serve(*port, *open),
        Command::Schema(Described::Scenario) => print(&wirestage_core::scenario::schema::schema()),
        Command::Schema(Described::Timeline) => print(wirestage_core::timeline::JSON_SCHEMA),
        Command::Profile(folder) => profile::profile(folder),
        Command::Versus(row) => versus::versus(row.as_deref()),
        Command::Shell(_) | Command::Live(_) | Command::Replay(_) | Command::Stage(_) => {
            return on_linux(command);
        }
    }
    .map(|()| ExitCode::SUCCESS)
}

/// What needs interfaces and namespaces as Linux has them.
#[cfg(target_os = "linux")]
fn on_linux(command: &Command) -> Result<ExitCode, Fault> {
    match command {
        Command::Shell(order) => shell::run(order).map(ExitCode::from),
        Command::Stage(words) => Ok(shell::stage(words).into()),
        Command::Live(order) => live::live(order).map(|()| ExitCode::SUCCESS),
        Command::Replay(order) => replay::replay(order).map(|()| ExitCode::SUCCESS),
        other => obey(other),
    }
}

#[cfg(not(target_os = "linux"))]
fn on_linux(_: &Command) -> Result<ExitCode, Fault> {
    Err(Fault::failed(
        "`shell`, `live` and `replay` need Linux, whose namespaces and interfaces they use; \
         a virtual machine with Linux will do. `wirestage run` and `serve` work here",
    ))
}

/// Writes to standard output. A reader who has gone away, as `head` does, is no fault.
fn print(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Fault::failed(format!(
            "cannot write to standard output: {e}"
        ))),
        _ => Ok(()),
    }
}
