//! Opens the user's browser.

use std::process::{Child, Command, Stdio};
use std::thread;

/// Opens it at an address, or says that it cannot.
pub fn open(address: &str) {
    if let Some(child) = start(address) {
        wait(child);
    }
}

/// Starts what opens it, or says that it cannot.
pub fn start(address: &str) -> Option<Child> {
    let mut command = opener(address);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = command.spawn().ok();
    if child.is_none() {
        eprintln!("{CANNOT}");
    }
    child
}

/// Says it, too, where it fails later. Some openers stay until the browser is closed.
pub fn wait(mut child: Child) {
    thread::spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            eprintln!("{CANNOT}");
        }
    });
}

const CANNOT: &str = "No browser could be opened: open the address above in one.";

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
