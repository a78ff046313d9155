//! The program `wirestage`: runs scenarios, shows them, saves them, serves the page. All native I/O is here.

mod args;
mod check;
mod fault;
mod help;
mod list;
mod output;
mod rehearsal;
mod run;
mod serve;
mod source;

use args::Command;
use fault::Fault;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match args::parse(std::env::args_os()).and_then(|command| obey(&command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // Where standard error is closed as well, nobody is left to tell.
            let _ = fault.tell(&mut io::stderr().lock());
            fault.exit_code()
        }
    }
}

fn obey(command: &Command) -> Result<(), Fault> {
    match command {
        Command::Help(topic) => print(topic.text()),
        Command::Version => print(concat!("wirestage ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::List { json } => list::list(*json),
        Command::Run(order) => run::run(order),
        Command::Check(files) => check::check(files),
        Command::Serve { port, open } => serve::serve(*port, *open),
        Command::Schema => print(&wirestage_core::scenario::schema::schema()),
    }
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
