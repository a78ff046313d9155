//! Opens the user's browser.

use std::process::{Command, Stdio};
use std::thread;

/// Opens it at an address, or says that it cannot.
pub fn open(address: &str) {
    let mut command = opener(address);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Some openers stay until the browser is closed.
    thread::spawn(move || {
        if !command.status().is_ok_and(|status| status.success()) {
            eprintln!("No browser could be opened: open the address above in one.");
        }
    });
}

#[cfg(target_os = "macos")]
fn opener(address: &str) -> Command {
    let mut command = Command::new("open");
    command.arg(address);
    command
}

#[cfg(windows)]
fn opener(address: &str) -> Command {
    let mut command = Command::new("rundll32");
    command.args(["url.dll,FileProtocolHandler", address]);
    command
}

#[cfg(not(any(target_os = "macos", windows)))]
fn opener(address: &str) -> Command {
    let mut command = Command::new("xdg-open");
    command.arg(address);
    command
}
