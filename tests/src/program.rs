//! The program under test, built once for each test program that asks for it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A call of `wirestage`, with no input and in the project's root.
#[must_use]
pub fn wirestage() -> Command {
    let mut command = Command::new(path());
    command.current_dir(crate::root()).stdin(Stdio::null());
    command
}

/// What `wirestage` writes to standard output with these arguments. Panics where it fails.
#[must_use]
pub fn wirestage_says<S: AsRef<OsStr>>(args: &[S]) -> String {
    output_of(wirestage().args(args))
}

/// Where the program lies. The first call lets cargo bring it up to date, in the mode in
/// which the test itself was built; it takes a moment where it is.
#[must_use]
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(build)
}

/// Runs a command to its end. Panics with all it said where it fails.
#[must_use]
pub fn output_of(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{said}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// Built with the same selection of features as the tests, so that little is built twice.
fn build() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::root()).stdin(Stdio::null());
    cargo.args(["build", "--workspace", "--bin", "wirestage"]);
    cargo.args(["--features", "wirestage-core/schema"]);
    cargo.arg("--message-format=json-render-diagnostics");
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let messages = output_of(&mut cargo);
    executable(&messages, "wirestage").expect("cargo names the program it built")
}

/// The path of a program among cargo's messages, one JSON object a line.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == name && message["target"]["kind"][0] == "bin";
        message["executable"]
            .as_str()
            .filter(|_| is_it)
            .map(PathBuf::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_cargos_messages() {
        let messages = r#"
{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"wirestage"},"executable":null}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"other"},"executable":"b/other"}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"wirestage"},"executable":"b/wirestage"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(
            executable(messages, "wirestage"),
            Some("b/wirestage".into())
        );
        assert_eq!(executable(messages, "missing"), None);
    }

    #[test]
    fn the_program_is_built_and_runs() {
        assert!(path().is_file());
        assert!(wirestage().arg("list").output().is_ok());
    }
}
