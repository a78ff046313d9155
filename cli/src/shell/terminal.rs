//! The reader's terminal, given back as it was.

use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getpgrp, getpid, setpgid, tcgetpgrp, tcsetpgrp};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;

/// Who is nobody's job is not stopped, however often it asks.
const MOST_STOPS: usize = 8;

/// Whether this is a terminal at which our group of processes is in front.
pub fn is_ours(file: &impl AsFd) -> bool {
    tcgetpgrp(file) == Ok(getpgrp())
}

/// Stops, as shells do that are started in the background, until we are in front.
pub fn wait_for_turn() {
    for _ in 0..MOST_STOPS {
        if is_ours(&io::stdin()) {
            return;
        }
        let _ = kill(Pid::from_raw(0), Signal::SIGTTIN);
    }
}

/// Makes a group of processes of its own, and puts it in front.
pub fn take_for_own_group() {
    if setpgid(Pid::from_raw(0), Pid::from_raw(0)).is_err() {
        return;
    }
    // Who is in the background and asks for the front is stopped, unless it does not hear of it.
    let deaf = SigSet::from(Signal::SIGTTOU);
    let _ = deaf.thread_block();
    let _ = tcsetpgrp(io::stdin(), getpid());
    let _ = deaf.thread_unblock();
}

/// The terminal that we were started at.
pub struct Terminal {
    file: File,
    settings: Option<Termios>,
}

impl Terminal {
    /// Looks at it; there may be none, or somebody else may be using it.
    pub fn here() -> Option<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .ok()?;
        let ours = is_ours(&file);
        let settings = tcgetattr(&file).ok();
        ours.then_some(Self { file, settings })
    }

    /// Takes it back from a shell that has ended. SIGTTOU must not reach us: we may be in the
    /// background. `by_force` is for a shell that had no time to put it in order.
    pub fn take_back(&self, by_force: bool) {
        // Where the terminal is gone there is nothing to take back.
        let _ = tcsetpgrp(&self.file, getpgrp());
        if let (true, Some(settings)) = (by_force, &self.settings) {
            let _ = tcsetattr(&self.file, SetArg::TCSADRAIN, settings);
        }
    }
}
