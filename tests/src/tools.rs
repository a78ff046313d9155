//! Programs that are not ours: found, or skipped loudly, or demanded.

use crate::target_dir;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs what the tests need.
pub const SETUP: &str = "cargo xtask test --setup";

/// A program that is there.
#[derive(Clone, Debug)]
pub struct Tool {
    path: PathBuf,
}

impl Tool {
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A call of it, in a world where only our arguments count: plain English, UTC.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command.stdin(std::process::Stdio::null());
        command
    }
}

/// Finds `tshark`, `curl` … on the PATH; `python` is the one with the servers we talk to,
/// in the build folder's `venv`.
#[must_use]
pub fn find(name: &str) -> Option<Tool> {
    if name == "python" {
        let path = target_dir().join("venv/bin/python");
        return path.is_file().then_some(Tool { path });
    }
    on_path(name, &std::env::var_os("PATH").unwrap_or_default())
}

/// The tool, or a loud skip and `None`. Where tools are required, a missing one panics.
#[must_use]
pub fn require(name: &str) -> Option<Tool> {
    let found = find(name);
    if found.is_none() {
        must_be_there_or_told(name, SETUP);
    }
    found
}

/// A file or folder that a variable of the environment names, or else one at its usual
/// place. A loud skip and `None` where there is neither; where tools are required, a panic.
#[must_use]
pub fn require_file(
    what: &str,
    variable: &str,
    usual: Option<&Path>,
    how: &str,
) -> Option<PathBuf> {
    let named = std::env::var_os(variable).filter(|value| !value.is_empty());
    let path = named.map_or_else(|| usual.map(Path::to_path_buf), |name| Some(name.into()));
    let found = path.filter(|path| path.exists());
    if found.is_none() {
        must_be_there_or_told(what, how);
    }
    found
}

fn must_be_there_or_told(what: &str, how: &str) {
    assert!(
        !are_required(),
        "{what} is missing, and required here; get it: {how}"
    );
    tell_skip(what, how);
}

/// Says that a test does not run, past the test runner's capture of output, and notes it
/// for the reckoning at the suite's end.
pub fn tell_skip(what: &str, how: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let line = format!("SKIPPED: {test}: {what} is missing; get it: {how}\n");
    // The runner captures what the print macros write, and nothing else.
    std::io::stderr().write_all(line.as_bytes()).ok();
    if let Some(file) = std::env::var_os("WIRESTAGE_SKIPS") {
        let file = OpenOptions::new().append(true).open(file);
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .ok();
    }
}

/// Whether a missing tool is a failure rather than a skip.
#[must_use]
pub fn are_required() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    set("CI") || set("WIRESTAGE_REQUIRE_TOOLS")
}

fn on_path(name: &str, folders: &OsStr) -> Option<Tool> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut paths = std::env::split_paths(folders).map(|folder| folder.join(&file));
    paths.find(|path| path.is_file()).map(|path| Tool { path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scratch;

    #[test]
    fn a_tool_is_found_in_the_first_folder_that_has_it() {
        let scratch = Scratch::new("tools");
        let file = |folder: &str| {
            scratch
                .path()
                .join(folder)
                .join(format!("peer{}", std::env::consts::EXE_SUFFIX))
        };
        for folder in ["b", "c"] {
            std::fs::create_dir(scratch.path().join(folder)).unwrap();
            std::fs::write(file(folder), "").unwrap();
        }
        let folders = ["a", "b", "c"].map(|folder| scratch.path().join(folder));
        let path = std::env::join_paths(folders).unwrap();
        assert_eq!(on_path("peer", &path).unwrap().path(), file("b"));
        assert!(on_path("another", &path).is_none());
    }
}
