//! The program `wirestage`: runs scenarios, shows them, saves them, serves the page. All native I/O is here.

mod args;
mod check;
mod fault;
mod help;
mod list;
#[cfg(target_os = "linux")]
mod netlink;
mod output;
mod rehearsal;
mod run;
mod serve;
#[cfg(target_os = "linux")]
mod shell;
mod source;
#[cfg(target_os = "linux")]
mod wire;

use args::Command;
use fault::Fault;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    {
        let a: Vec<_> = std::env::args_os().collect();
        let n = |i: usize| a[i].to_string_lossy().parse().unwrap();
        match a.get(1).and_then(|w| w.to_str()) {
            Some("shell-inside") => return ExitCode::from(shell::inside::run(&shell::inside::Order{lifeline:n(2),say:n(3),parent:n(4),command:a[6..].to_vec()})),
            Some("shell-init") => return ExitCode::from(shell::init::run(&shell::init::Order{lifeline:n(2),command:a[4..].to_vec()})),
            Some("shell") => return match shell::run(&a[2..]) { Ok(c) => ExitCode::from(c), Err(f) => { let _ = f.tell(&mut io::stderr()); f.exit_code() } },
            _ => {}
        }
    }
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
