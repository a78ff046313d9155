//! Runs the whole suite: `check`, the page, every test, the slow ones in release mode, and the reckoning.

use crate::browser::Browser;
use crate::project;
use crate::setup::{self, Suite};
use crate::{Verdict, check, run};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;

/// How a system test says that it takes too long without optimisation.
const RELEASE_MARK: &str = "#[ignore = \"release";

const EVERY_TEST: &[&str] = &[
    "test",
    "--workspace",
    "--features",
    "wirestage-core/schema",
    "--no-fail-fast",
];
const RELEASE_TESTS: &[&str] = &[
    "test",
    "--release",
    "--package",
    "wirestage-tests",
    "--features",
    "wirestage-core/schema",
    "--no-fail-fast",
    "--",
    "--ignored",
];

/// Runs everything, even after something has failed.
pub fn run(setup: bool) -> Verdict {
    if setup {
        setup::install(Suite::Test)?;
    }
    let notices = setup::notices(Suite::Test);
    for notice in &notices {
        run::say(notice);
    }
    if !notices.is_empty() {
        run::say("`cargo xtask test --setup` installs what is missing");
        if project::tools_are_required() {
            return Err("tools are missing, and here a missing tool is a failure".into());
        }
    }
    let skips = Skips::start(notices)?;
    let mut tally = Tally::default();
    let checked = check::run()?;
    let page = Browser::ready()?;
    let mut tested = cargo_test(EVERY_TEST, &page, &skips, &mut tally)?;
    if has_release_tests()? {
        tested &= cargo_test(RELEASE_TESTS, &page, &skips, &mut tally)?;
    }
    tally.skipped = skips.say()?;
    if !checked {
        run::say("FAILED: `cargo xtask check`; its findings stand above");
    }
    if !tested {
        run::say("FAILED: tests; the runner lists them above");
    }
    run::say(&tally.to_string());
    Ok(checked && tested && tally.failed == 0)
}

fn cargo_test(args: &[&str], page: &Browser, skips: &Skips, tally: &mut Tally) -> Verdict {
    let mut command = run::cargo(args);
    page.tell(&mut command);
    command.env("WIRESTAGE_SKIPS", &skips.file);
    run::watched(&mut command, |line| tally.add(line))
}

fn has_release_tests() -> Verdict {
    let texts = project::texts()?;
    let tests = texts
        .iter()
        .filter(|text| text.path.starts_with("tests/") && text.is_rust());
    let mut lines = tests.flat_map(|text| text.text.lines());
    Ok(lines.any(|line| line.trim_start().starts_with(RELEASE_MARK)))
}

/// What did not run, from the table of needs and from the tests themselves.
struct Skips {
    known: Vec<String>,
    /// Each test that skips adds a line to this file.
    file: PathBuf,
}

impl Skips {
    fn start(known: Vec<String>) -> Result<Self, Box<dyn Error>> {
        let file = project::target_dir().join("skipped.txt");
        fs::create_dir_all(project::target_dir())?;
        fs::write(&file, "")?;
        Ok(Self { known, file })
    }

    /// Says what did not run, and how many tests are among it.
    fn say(&self) -> Result<usize, Box<dyn Error>> {
        let told = fs::read_to_string(&self.file)?;
        let tests: BTreeSet<&str> = told.lines().collect();
        if !tests.is_empty() || !self.known.is_empty() {
            run::say("\nNot everything ran:");
        }
        for line in self
            .known
            .iter()
            .map(String::as_str)
            .chain(tests.iter().copied())
        {
            run::say(line);
        }
        Ok(tests.len())
    }
}

/// The runner's summaries, added up.
#[derive(Debug, Default)]
struct Tally {
    programs: usize,
    passed: usize,
    failed: usize,
    ignored: usize,
    /// Those that passed without doing anything, since a tool is missing.
    skipped: usize,
}

impl Tally {
    /// Takes a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        let words: Vec<&str> = counts.split([' ', ';']).collect();
        let count = |name| {
            let at = words
                .iter()
                .position(|word| *word == name)
                .filter(|at| *at > 0);
            at.and_then(|at| words[at - 1].parse::<usize>().ok())
                .unwrap_or(0)
        };
        self.programs += 1;
        self.passed += count("passed");
        self.failed += count("failed");
        self.ignored += count("ignored");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            programs,
            passed,
            failed,
            ignored,
            skipped,
        } = self;
        write!(f, "All together: {passed} passed")?;
        if *skipped > 0 {
            write!(f, ", {skipped} of them only SKIPPED")?;
        }
        write!(f, "; {failed} failed; {ignored} ignored; ")?;
        write!(f, "in {programs} test programs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_summaries_add_up() {
        let mut tally = Tally::default();
        tally.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        tally.add("test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured");
        tally.add("test a_test ... ok");
        tally.skipped = 4;
        assert_eq!(
            tally.to_string(),
            "All together: 13 passed, 4 of them only SKIPPED; 2 failed; 1 ignored; \
             in 2 test programs"
        );
    }
}
