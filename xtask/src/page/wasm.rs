//! The page's program, built for the browser: WebAssembly, and the JavaScript that joins them.

use super::split::{self, rare::Rare};
use crate::{project, run};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
const NAME: &str = "page";
/// Where its parts are laid that are on the way to the browser.
const PARTS: &str = "page-parts";
/// What nobody runs who goes through a lesson.
const RARE: &str = "web/page/rare.txt";
/// Where it is written what weighs in the program, for who wants it smaller, and how many rooms.
const WEIGHTS: &str = "weights.txt";
const ROOMS: usize = 80;

/// How the program is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// As small as it gets.
    Small,
    /// As soon as it gets: large and slow, for a look.
    Quick,
    /// The small one, which tells what it runs; nothing of it comes last.
    Telling,
}

impl Build {
    /// Cargo's profile for it.
    fn profile(self) -> &'static str {
        match self {
            Self::Small | Self::Telling => "page",
            Self::Quick => "quick",
        }
    }
}

/// The page's program.
pub struct Program {
    /// Joins JavaScript and WebAssembly.
    pub glue: String,
    /// What paints the front page; where the program is in one part, all of it.
    pub first: Vec<u8>,
    /// What opens a lesson, and the rest: the browser fetches them behind it, in this order.
    pub later: Option<[Vec<u8>; 2]>,
}

/// Builds the program.
pub fn build(how: Build) -> Result<Program, Box<dyn Error>> {
    let built = compiled(how)?;
    let cuts = how != Build::Quick;
    let parts = project::target_dir().join(PARTS);
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&built)
        .out_name(NAME)
        // A page from a disk may load scripts, but no modules.
        .no_modules(true)?
        .omit_default_module_path(true)
        .typescript(false)
        // Where it is cut, functions are found by the names that the linker gave them.
        .demangle(false)
        .remove_name_section(!cuts)
        .remove_producers_section(true);
    bindgen.generate(&parts)?;
    let glue = fs::read_to_string(parts.join(format!("{NAME}.js")))?;
    let bound = fs::read(parts.join(format!("{NAME}_bg.wasm")))?;
    if !cuts {
        return Ok(Program {
            glue,
            first: bound,
            later: None,
        });
    }
    let (bound, rare) = if how == Build::Telling {
        (split::rare::told(&bound)?, Rare::default())
    } else {
        let known = fs::read_to_string(project::root().join(RARE))?;
        let rare = Rare::read(&known).map_err(|error| format!("{RARE}: {error}"))?;
        (bound, rare)
    };
    let cut = split::cut(&fs::read(built)?, &bound, &rare)?;
    fs::write(parts.join(WEIGHTS), cut.weights.told(ROOMS))?;
    let [first, later, rest] = cut.parts;
    Ok(Program {
        glue,
        first,
        later: Some([later, rest]),
    })
}

/// Writes down what a program needs last that was built to tell what it runs, and ran these
/// stretches of code.
pub fn learn(run: &BTreeSet<usize>) -> Result<(), Box<dyn Error>> {
    let parts = project::target_dir().join(PARTS);
    let bound = fs::read(parts.join(format!("{NAME}_bg.wasm")))?;
    let rare = Rare::unrun(&bound, run)?;
    Ok(fs::write(project::root().join(RARE), rare.written())?)
}

/// Compiles it, and answers where it lies.
fn compiled(how: Build) -> Result<PathBuf, Box<dyn Error>> {
    let profile = how.profile();
    let arguments = [
        "build",
        "--package",
        "wirestage-web",
        "--lib",
        "--profile",
        profile,
        "--target",
        TARGET,
    ];
    let mut build = run::cargo(&arguments);
    // What a page says when it breaks names no folder of the machine that built it.
    let mut flags = short_paths();
    if how != Build::Quick {
        // Who takes whose address, and names that are the same wherever they were compiled: so it
        // can be cut.
        flags.push("-Clink-arg=--emit-relocs".to_owned());
        flags.push("-Csymbol-mangling-version=v0".to_owned());
    }
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    if !run::shown(&mut build)? {
        return Err("the page does not build; the compiler's words stand above".into());
    }
    let built = project::target_dir()
        .join(TARGET)
        .join(profile)
        .join("wirestage_web.wasm");
    Ok(built)
}

/// Tells the compiler to cut the beginnings off the paths of sources.
fn short_paths() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let crates = home.map(|home| home.join("registry").join("src"));
    let folders = [Some(project::root()), crates].into_iter().flatten();
    let cut = |folder: PathBuf| format!("--remap-path-prefix={}=", folder.display());
    folders.map(cut).collect()
}
