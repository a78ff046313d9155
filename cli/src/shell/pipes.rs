//! Pipes between the program and its stages. Nobody else holds their far ends, so whoever ends is missed at once.

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::unistd::{close, pipe2};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

/// A pipe that is read here and written by the child that is started next.
pub fn from_child() -> io::Result<(File, OwnedFd)> {
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    hand_down(&write)?;
    Ok((File::from(read), write))
}

/// A pipe that is written here and read by the child that is started next.
pub fn to_child() -> io::Result<(OwnedFd, File)> {
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    hand_down(&read)?;
    Ok((read, File::from(write)))
}

fn hand_down(fd: &OwnedFd) -> io::Result<()> {
    fcntl(fd, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(())
}

/// What was handed down to be read. It stays for a child of the child.
pub fn read_end(number: RawFd) -> io::Result<File> {
    File::open(format!("/proc/self/fd/{number}"))
}

/// What was handed down to be written, for nobody further down.
pub fn write_end(number: RawFd) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .open(format!("/proc/self/fd/{number}"))?;
    close(number)?;
    Ok(file)
}

/// Hands no further down what was.
pub fn forget(number: RawFd) -> io::Result<()> {
    Ok(close(number)?)
}

/// What a child is told to find a pipe by.
pub fn name(fd: &OwnedFd) -> String {
    fd.as_raw_fd().to_string()
}
