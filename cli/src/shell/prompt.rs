//! The reader's shell, with a prompt that says where one is.

use nix::sys::memfd::{MFdFlags, memfd_create};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::process::Command;

/// The scenario's name, for whoever makes a prompt of their own.
pub const SCENARIO: &str = "WIRESTAGE";
/// Whom the reader stands in for.
pub const HOST: &str = "WIRESTAGE_HOST";

/// Where this machine's programs are told of helpers that stand elsewhere in its network:
/// they cannot be reached from here.
const ELSEWHERE: &[&str] = &[
    "ALL_PROXY",
    "FTP_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// What is run: the command, or the reader's own shell. What comes with it must be kept
/// until it is started.
pub fn command(words: &[OsString]) -> (Command, Option<OwnedFd>) {
    let (mut command, kept) = bare(words);
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    (command, kept)
}

fn bare(words: &[OsString]) -> (Command, Option<OwnedFd>) {
    if let Some((program, more)) = words.split_first() {
        let mut command = Command::new(program);
        command.args(more);
        return (command, None);
    }
    let shell = env::var_os("SHELL").filter(|name| !name.is_empty());
    let shell = shell.unwrap_or_else(|| "/bin/sh".into());
    let mut command = Command::new(&shell);
    if !io::stdin().is_terminal() {
        return (command, None);
    }
    let mark = mark(&env::var(HOST).unwrap_or_default());
    let file = is_bash(&shell).then(|| start_file(&mark).ok()).flatten();
    if let Some(file) = &file {
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        command.args(["--rcfile", &path, "-i"]);
    } else {
        // Shells that read no file of ours take the prompt from here, if they take any.
        command.env("PS1", format!("{mark}$ "));
    }
    (command, file)
}

/// `(laptop) `, in letters that mean nothing to a shell.
fn mark(host: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name: String = host.chars().filter(|c| plain(*c)).collect();
    format!("({name}) ")
}

fn is_bash(shell: &OsStr) -> bool {
    Path::new(shell).file_name() == Some(OsStr::new("bash"))
}

/// A file in memory that bash reads at its start, in place of the reader's own, which it
/// reads in turn. It goes down to bash, and no further.
fn start_file(mark: &str) -> io::Result<OwnedFd> {
    let fd = memfd_create("wirestage", MFdFlags::empty())?;
    let text = start_text(mark, fd.as_raw_fd());
    File::from(fd.try_clone()?).write_all(text.as_bytes())?;
    Ok(fd)
}

fn start_text(mark: &str, number: i32) -> String {
    format!(
        "[ -r ~/.bashrc ] && . ~/.bashrc\nPS1='{mark}'\"$PS1\"\n\
         exec {number}>&-\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hosts_name_means_nothing_to_a_shell() {
        assert_eq!(mark("laptop"), "(laptop) ");
        assert_eq!(mark("a'$(b)`c\\"), "(abc) ");
    }

    #[test]
    fn a_proxy_of_the_real_network_is_not_asked() {
        let (command, _) = command(&["curl".into()]);
        let removed = |name: &str| {
            command
                .get_envs()
                .any(|env| env == (OsStr::new(name), None))
        };
        assert!(removed("http_proxy") && removed("ALL_PROXY") && !removed("PATH"));
    }

    #[test]
    fn only_bash_is_taken_for_bash() {
        assert!(is_bash(OsStr::new("/usr/bin/bash")) && is_bash(OsStr::new("bash")));
        assert!(!is_bash(OsStr::new("/bin/dash")) && !is_bash(OsStr::new("/bash/zsh")));
    }

    #[test]
    fn the_start_file_reads_the_readers_own_first() {
        let text = start_text("(laptop) ", 7);
        let own = text.find(". ~/.bashrc").unwrap();
        assert!(own < text.find("(laptop)").unwrap() && text.ends_with("exec 7>&-\n"));
    }
}
