//! Signals as things to read, for who has a child to look after.

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// Between the request to end and the end.
pub const GRACE: Duration = Duration::from_secs(2);

/// What would end or stop us, and what a child tells.
const CAUGHT: &[Signal] = &[
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGCHLD,
    Signal::SIGTTOU,
];

/// Signals, read one by one.
pub struct Signals {
    fd: SignalFd,
}

impl Signals {
    /// Catches them from now on, but for SIGHUP where `nohup` has it ignored, in this thread
    /// and those that it starts. Programs that are started from here would not get them
    /// either: they are to be started before.
    pub fn catch() -> io::Result<Self> {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mut mask: SigSet = CAUGHT.iter().copied().collect();
        if stays_without_terminal(&status) {
            mask.remove(Signal::SIGHUP);
        }
        mask.thread_block()?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let fd = SignalFd::with_flags(&mask, flags)?;
        Ok(Self { fd })
    }

    /// Looks after a child until it is gone, or the lifeline breaks. A signal that asks for
    /// an end is passed on by `pass_on`, and after a while the end comes anyway. Children of
    /// children that were left behind are cleared away. A child that is `alone` at its terminal
    /// is woken when it stops itself.
    pub fn until_gone(
        &self,
        child: i32,
        lifeline: &File,
        alone: bool,
        mut pass_on: impl FnMut(Pid, Signal),
    ) -> io::Result<WaitStatus> {
        let child = Pid::from_raw(child);
        let mut end: Option<(Instant, Signal)> = None;
        loop {
            if let Some(status) = reap(child, alone)? {
                return Ok(status);
            }
            let left = end.map(|(at, _)| at.saturating_duration_since(Instant::now()));
            if let (Some(Duration::ZERO), Some((_, signal))) = (left, end) {
                return Ok(WaitStatus::Signaled(child, signal, false));
            }
            let timeout = left.map_or(PollTimeout::NONE, |left| {
                PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
            });
            let mut both = [
                PollFd::new(self.fd.as_fd(), PollFlags::POLLIN),
                PollFd::new(lifeline.as_fd(), PollFlags::empty()),
            ];
            match poll(&mut both, timeout) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(e) => return Err(e.into()),
            }
            if both[1].revents().is_some_and(|events| !events.is_empty()) {
                return Ok(WaitStatus::Signaled(child, Signal::SIGKILL, false));
            }
            while let Some(signal) = self.next()? {
                if matches!(signal, Signal::SIGTERM | Signal::SIGHUP) {
                    end.get_or_insert((Instant::now() + GRACE, signal));
                    pass_on(child, signal);
                }
            }
        }
    }

    /// Waits until the lifeline breaks, whatever is asked meanwhile.
    pub fn until_broken(&self, lifeline: &File) {
        loop {
            let mut fds = [PollFd::new(lifeline.as_fd(), PollFlags::empty())];
            if !matches!(poll(&mut fds, PollTimeout::NONE), Ok(0) | Err(Errno::EINTR)) {
                return;
            }
        }
    }

    /// The next one that has come.
    pub fn next(&self) -> io::Result<Option<Signal>> {
        let Some(info) = self.fd.read_signal()? else {
            return Ok(None);
        };
        let number = i32::try_from(info.ssi_signo).unwrap_or(0);
        Ok(Signal::try_from(number).ok())
    }

    /// Waits for the next one.
    pub fn wait(&self) -> io::Result<Option<Signal>> {
        let mut fds = [PollFd::new(self.fd.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => self.next(),
            Err(e) => Err(e.into()),
        }
    }
}

/// Whether we were told not to mind that the terminal goes, as `/proc/self/status` says.
fn stays_without_terminal(status: &str) -> bool {
    let bits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let bits = bits.and_then(|text| u64::from_str_radix(text.trim(), 16).ok());
    bits.is_some_and(|bits| bits >> (Signal::SIGHUP as i32 - 1) & 1 != 0)
}

/// Takes note of all that are gone; the answer is for the one that matters.
fn reap(child: Pid, alone: bool) -> io::Result<Option<WaitStatus>> {
    let flags = WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED;
    loop {
        match waitpid(None, Some(flags)) {
            Ok(WaitStatus::StillAlive) => return Ok(None),
            Ok(status @ (WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, _, _)))
                if pid == child =>
            {
                return Ok(Some(status));
            }
            // A shell that suspends itself does so for the one that it was started from, and
            // there is none in here that could wake it.
            Ok(WaitStatus::Stopped(pid, Signal::SIGSTOP | Signal::SIGTSTP))
                if pid == child && alone =>
            {
                let _ = kill(child, Signal::SIGCONT);
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
}

/// How shells tell it: the code, or 128 and the signal.
pub fn exit_code(status: WaitStatus) -> u8 {
    let code = match status {
        WaitStatus::Exited(_, code) => code,
        WaitStatus::Signaled(_, signal, _) => 128 + signal as i32,
        _ => 1,
    };
    u8::try_from(code & 0xff).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_started_to_outlive_the_terminal_does() {
        let status = |bits: &str| format!("SigBlk:\t1\nSigIgn:\t{bits}\nSigCgt:\t3\n");
        assert!(stays_without_terminal(&status("0000000000001001")));
        assert!(!stays_without_terminal(&status("0000000000001006")));
        assert!(!stays_without_terminal(""));
    }

    #[test]
    fn an_exit_code_is_told_as_shells_tell_it() {
        let pid = Pid::from_raw(7);
        assert_eq!(exit_code(WaitStatus::Exited(pid, 0)), 0);
        assert_eq!(exit_code(WaitStatus::Exited(pid, 78)), 78);
        let killed = WaitStatus::Signaled(pid, Signal::SIGKILL, false);
        assert_eq!(exit_code(killed), 137);
    }
}
