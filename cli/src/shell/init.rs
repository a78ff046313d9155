//! The second stage inside: process 1 of the shell's namespace. With it, all that runs there ends.

use super::signals::{Signals, exit_code};
use super::{mounts, namespaces, pipes, prompt, terminal};
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::fd::RawFd;
use std::path::Path;

/// What the program starts itself with to become this stage.
pub const WORD: &str = "shell-init";

/// What this stage is told on its command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The pipe that breaks when the program ends.
    pub lifeline: RawFd,
    /// Whether the terminal is ours to use.
    pub in_front: bool,
    /// What is run; nothing for the reader's own shell.
    pub command: Vec<OsString>,
}

/// Everybody but process 1 itself.
const ALL: Pid = Pid::from_raw(-1);

/// Runs the command. The answer is its exit code.
pub fn run(order: &Order) -> u8 {
    match begin(order) {
        Ok(code) => code,
        Err((why, code)) => {
            eprintln!("wirestage: {why}");
            code
        }
    }
}

fn begin(order: &Order) -> Result<u8, (String, u8)> {
    let told = |what: &str, e: &dyn std::fmt::Display| (format!("cannot {what}: {e}"), 1);
    let lifeline = pipes::read_end(order.lifeline);
    let lifeline = lifeline.map_err(|e| told("stay with the program", &e))?;
    pipes::forget(order.lifeline).map_err(|e| told("stay with the program", &e))?;
    let gone = prctl::set_pdeathsig(Signal::SIGKILL);
    gone.map_err(|e| told("stay with the program", &e))?;
    mounts::own_processes();
    let rights = namespaces::hand_on(namespaces::FOR_COMMANDS);
    rights.map_err(|e| told("hand rights on", &e))?;
    let alone = order.command.is_empty() && order.in_front;
    if alone {
        // Some shells give the terminal back to whom they had it from when they end. That is
        // to be somebody who can be seen from in here.
        terminal::take_for_own_group();
    }
    let (mut command, kept) = prompt::command(&order.command);
    let child = command.spawn().map_err(|e| {
        let name = command.get_program().to_string_lossy();
        let (why, code) = match e.kind() {
            ErrorKind::NotFound => ("there is no such program".to_owned(), 127),
            // In a folder of PATH that may not be looked into there may be one, or not.
            ErrorKind::PermissionDenied if !is_there(command.get_program()) => {
                ("there is no such program".to_owned(), 127)
            }
            ErrorKind::PermissionDenied => ("it may not be run".to_owned(), 126),
            _ => (e.to_string(), 126),
        };
        (format!("cannot run {name}: {why}"), code)
    })?;
    drop(kept);
    let signals = Signals::catch().map_err(|e| told("watch the shell", &e))?;
    let status = signals.until_gone(child.id().cast_signed(), &lifeline, alone, |_, signal| {
        let _ = kill(ALL, signal);
    });
    status
        .map(exit_code)
        .map_err(|e| told("watch the shell", &e))
}

fn is_there(program: &OsStr) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let name = Path::new(program);
    name.components().count() > 1 || env::split_paths(&path).any(|dir| dir.join(name).is_file())
}
