//! The reader's terminal, given back as it was.

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp, tcsetpgrp};
use std::fs::{File, OpenOptions};

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
        let ours = tcgetpgrp(&file) == Ok(getpgrp());
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
