//! `cargo xtask dist`: the page as a folder, as one file, and inside the program.

use crate::page::{self, Packing, Page};
use crate::setup::{self, Suite};
use crate::{Verdict, project, run};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The page in both its shapes.
pub struct Pages {
    /// The folder for a server, with packed files beside the raw ones.
    pub site: PathBuf,
    /// The one file for a disk.
    pub single: PathBuf,
}

/// Builds everything that is handed out, and says how large it is.
pub fn run() -> Verdict {
    setup::require(Suite::Page)?;
    let pages = pages()?;
    let program = program(&pages.site)?;
    let fits = page::sizes(&pages.site)?;
    run::say("");
    for path in [&pages.single, &program] {
        run::say(&format!(
            "{:>11}  {}",
            fs::metadata(path)?.len(),
            path.display()
        ));
    }
    run::say(&format!("{:>11}  {}", "", pages.site.display()));
    Ok(fits)
}

/// Builds the page, packs it, and lays it out in both its shapes.
pub fn pages() -> Result<Pages, Box<dyn Error>> {
    let page = Page::build()?;
    let pages = Pages {
        site: folder().join("site"),
        single: folder().join("wirestage.html"),
    };
    page.lay(&pages.site, Packing::All)?;
    fs::write(&pages.single, page.single()?)?;
    Ok(pages)
}

/// Builds the program with the page inside.
fn program(site: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut build = run::cargo(&["build", "--release", "--package", "wirestage"]);
    build.env(page::FOLDER_VARIABLE, site);
    if !run::shown(&mut build)? {
        return Err("wirestage does not build; the compiler's words stand above".into());
    }
    let name = format!("wirestage{}", std::env::consts::EXE_SUFFIX);
    let to = folder().join(&name);
    fs::copy(project::target_dir().join("release").join(&name), &to)?;
    Ok(to)
}

fn folder() -> PathBuf {
    project::target_dir().join("dist")
}
