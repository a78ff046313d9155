//! `cargo xtask demo`: the page, inside the program, open in a browser.

use crate::page::{self, Packing, Page};
use crate::setup::{self, Suite};
use crate::{Options, Verdict, run};

/// Builds the page and the program, and serves it until Ctrl-C.
pub fn run(options: &Options) -> Verdict {
    if setup::require(Suite::Page).is_err() {
        setup::install(Suite::Page)?;
    }
    let folder = page::folder();
    Page::build()?.lay(&folder, Packing::None)?;
    let mut command = run::cargo(&["run", "--package", "wirestage", "--", "serve"]);
    command.env(page::FOLDER_VARIABLE, &folder);
    if let Some(port) = &options.port {
        command.arg("--port").arg(port);
    }
    if options.no_open {
        command.arg("--no-open");
    }
    run::shown(&mut command)
}
