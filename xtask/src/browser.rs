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

    /// Runs a program of the tests' crate, in release mode, with the page at hand.
    fn runs(&self, name: &str, args: &[&str]) -> Verdict {
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
        self.tell(&mut command);
        run::shown(&mut command)
    }
}

/// `cargo xtask shots`: pictures of the page.
pub fn shots(setup: bool) -> Verdict {
    at_hand(setup)?.runs("shots", &[])
}

/// `cargo xtask bench web`: how large and how fast the page is.
pub fn bench(setup: bool, runs: Option<usize>) -> Verdict {
    let runs = runs.map(|runs| runs.to_string());
    let args: Vec<&str> = runs.iter().flat_map(|runs| ["--runs", runs]).collect();
    let browser = at_hand(setup)?;
    let is_small = match &browser.pages {
        Some(pages) => page::sizes(&pages.site)?,
        None => false,
    };
    let is_fast = browser.runs("web_bench", &args)?;
    Ok(is_small && is_fast)
}

/// The page, and what drives a browser.
fn at_hand(setup: bool) -> Result<Browser, Box<dyn Error>> {
    if setup {
        setup::install(Suite::Browser)?;
    }
    setup::require(Suite::Browser)?;
    Browser::ready()
}
