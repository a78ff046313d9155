//! The page's program, built for the browser: WebAssembly, and the JavaScript that joins them.

use super::split;
use crate::{project, run};
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
const NAME: &str = "page";
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
}

impl Build {
    /// Cargo's profile for it.
    fn profile(self) -> &'static str {
        match self {
            Self::Small => "page",
            Self::Quick => "quick",
        }
    }
}

/// The page's program.
pub struct Program {
    /// Joins JavaScript and WebAssembly.
    pub glue: String,
    /// What paints a lesson; where the program is in one part, all of it.
    pub first: Vec<u8>,
    /// The rest, which the browser fetches behind it.
    pub later: Option<Vec<u8>>,
}

/// Builds the program.
pub fn build(how: Build) -> Result<Program, Box<dyn Error>> {
    let built = compiled(how)?;
    let cuts = how == Build::Small;
    let parts = project::target_dir().join("page-parts");
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
    let cut = split::cut(&fs::read(built)?, &bound)?;
    fs::write(parts.join(WEIGHTS), cut.weights.told(ROOMS))?;
    Ok(Program {
        glue,
        first: cut.first,
        later: Some(cut.later),
    })
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
    if how == Build::Small {
        // Who takes whose address: so it can be cut.
        flags.push("-Clink-arg=--emit-relocs".to_owned());
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
