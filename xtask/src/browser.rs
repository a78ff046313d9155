//! What runs the page in a browser: how it finds the page and its judge, and the chores beside the tests.

use crate::dist::{self, Pages};
use crate::setup::{self, Suite};
use crate::{Verdict, page, run};
use std::error::Error;
use std::process::Command;

/// The page, laid out for programs that drive a browser; they learn of it by their environment.
pub struct Browser {
    pages: Option<Pages>,
}

impl Browser {
    /// Builds the page. Where this machine cannot, its tests skip.
    pub fn ready() -> Result<Self, Box<dyn Error>> {
        let pages = match setup::require(Suite::Page) {
            Ok(()) => Some(dist::pages()?),
            Err(_) => None,
        };
        Ok(Self { pages })
    }

    /// Tells a command where everything lies.
    pub fn tell(&self, command: &mut Command) {
        if let Some(pages) = &self.pages {
            command.env(page::FOLDER_VARIABLE, &pages.site);
            command.env("WIRESTAGE_SINGLE_PAGE", &pages.single);
        }
        if let Some(axe) = setup::axe() {
            command.env("WIRESTAGE_AXE", axe);
        }
    }
}

/// `cargo xtask shots`: pictures of the page.
pub fn shots(setup: bool) -> Verdict {
    run_with_page(setup, "shots", &[])
}

/// `cargo xtask bench web`: how fast the page is.
pub fn bench(setup: bool, runs: Option<usize>) -> Verdict {
    let runs = runs.map(|runs| runs.to_string());
    let args: Vec<&str> = runs.iter().flat_map(|runs| ["--runs", runs]).collect();
    run_with_page(setup, "web_bench", &args)
}

/// Runs a program of the tests' crate, in release mode, with the page at hand.
fn run_with_page(setup: bool, name: &str, args: &[&str]) -> Verdict {
    if setup {
        setup::install(Suite::Browser)?;
    }
    setup::require(Suite::Browser)?;
    let start = [
        "run",
        "--release",
        "--package",
        "wirestage-tests",
        "--bin",
        name,
        "--",
    ];
    let mut command = run::cargo(&[&start, args].concat());
    Browser::ready()?.tell(&mut command);
    run::shown(&mut command)
}
