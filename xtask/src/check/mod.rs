//! What must hold of the sources: cargo's own judges, and the rules no other tool knows.

mod arrows;
mod code;
mod lengths;
mod lints;
mod says;
mod words;

use crate::project::{self, Text};
use crate::setup::{self, Suite};
use crate::{Verdict, run};
use std::fmt;

/// Something that is not as it should be, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    file: String,
    line: usize,
    what: String,
    todo: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line,
            what: what.into(),
            todo: todo.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            what,
            todo,
        } = self;
        write!(f, "{file}:{line}: {what}; {todo}")
    }
}

/// Runs every check, even after one has failed, and says which failed.
pub fn run() -> Verdict {
    let mut failed = Vec::new();
    run::say("# the project's own rules");
    let findings = findings(&project::texts()?);
    for finding in &findings {
        run::say(&finding.to_string());
    }
    if !findings.is_empty() {
        failed.push(format!(
            "the project's own rules ({} findings)",
            findings.len()
        ));
    }
    let has_wasm = setup::is_there_or_said(Suite::Check);
    if !has_wasm && project::tools_are_required() {
        failed.push("core for wasm32: its target is missing, and required here".into());
    }
    for args in cargo_checks(has_wasm) {
        if !run::shown(&mut run::cargo(&args))? {
            failed.push(format!("cargo {}", args.join(" ")));
        }
    }
    for failure in &failed {
        run::say(&format!("check: FAILED: {failure}"));
    }
    if failed.is_empty() {
        run::say("check: ok");
    }
    Ok(failed.is_empty())
}

fn cargo_checks(has_wasm: bool) -> Vec<Vec<&'static str>> {
    const WASM: [&str; 5] = [
        "check",
        "-p",
        "wirestage-core",
        "--target",
        "wasm32-unknown-unknown",
    ];
    let mut checks = vec![
        vec!["fmt", "--all", "--check"],
        [
            ["clippy", "--workspace", "--all-targets"].as_slice(),
            &[
                "--features",
                "wirestage-core/schema",
                "--",
                "-D",
                "warnings",
            ],
        ]
        .concat(),
    ];
    if has_wasm {
        checks.push(WASM.to_vec());
        checks.push([WASM.as_slice(), &["--features", "schema"]].concat());
    }
    checks
}

/// What the project's own rules find in these texts, in order.
fn findings(texts: &[Text]) -> Vec<Finding> {
    let mut found = words::findings(texts);
    found.extend(arrows::findings(texts));
    found.extend(lengths::findings(texts));
    found.extend(lints::findings(texts));
    found.extend(says::findings(texts));
    found.sort();
    found
}
