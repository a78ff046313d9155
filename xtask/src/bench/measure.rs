//! One program run once: how long it took and how much memory it had at its peak.
//!
//! The system keeps the peak of *all* children a process has waited for. So each run is
//! watched by a fresh copy of xtask that has no other child, and reports one line.

use crate::Verdict;
use crate::run;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The word that makes xtask that fresh copy.
pub const CHILD: &str = "__measure";

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// From before it was started to after it ended.
    pub seconds: f64,
    /// The most memory it had at any time.
    pub peak_bytes: u64,
}

/// Runs the command once, its output thrown away. Fails where the command does.
pub fn measure(command: &[&OsStr]) -> Result<Cost, Box<dyn Error>> {
    let mut watcher = Command::new(std::env::current_exe()?);
    watcher
        .arg(CHILD)
        .args(command)
        .current_dir(crate::project::root());
    let line = run::output(&mut watcher)?;
    let mut numbers = line.split_whitespace();
    let mut next = || numbers.next().ok_or("the measuring child said nothing");
    Ok(Cost {
        seconds: next()?.parse()?,
        peak_bytes: next()?.parse()?,
    })
}

/// The fresh copy's whole work.
pub fn child(args: &[OsString]) -> Verdict {
    let (program, args) = args.split_first().ok_or("nothing to measure")?;
    let mut command = Command::new(program);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{seconds:.6} {}", peak_of_children()?);
    Ok(status.success())
}

#[cfg(unix)]
fn peak_of_children() -> Result<u64, Box<dyn Error>> {
    use nix::sys::resource::{UsageWho, getrusage};
    // Bytes on macOS, kibibytes elsewhere: getrusage(2).
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let peak = u64::try_from(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss())?;
    Ok(peak * unit)
}

#[cfg(not(unix))]
fn peak_of_children() -> Result<u64, Box<dyn Error>> {
    Err("peak memory is measured on Unix only".into())
}
