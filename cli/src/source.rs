//! Where scenarios come from: the catalogue that is built in, or a file.

use crate::fault::Fault;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use wirestage_core::scenario::catalogue::{self, CATALOGUE};
use wirestage_core::scenario::problem::did_you_mean;
use wirestage_core::scenario::{Loaded, Problem, load, load_bytes};

/// Loads what the command line names. Warnings go to standard error.
pub fn find(name: &OsStr, settings: &[(String, String)]) -> Result<(String, Loaded), Fault> {
    if is_file(name) {
        let path = Path::new(name);
        let source = path.file_name().unwrap_or(name).to_string_lossy().into();
        return Ok((source, load_file(path, settings)?));
    }
    let name = name.to_string_lossy();
    let entry = catalogue::find(&name).ok_or_else(|| {
        let names = CATALOGUE.iter().map(|e| e.id);
        let help = did_you_mean(&name, names, "there are");
        Fault::input(format!(
            "there is no scenario `{name}`: {help}\n  \
             a file's name ends in .toml or has a / in it"
        ))
    })?;
    match load(entry.id, entry.text, settings) {
        Ok(loaded) => Ok((entry.id.to_owned(), loaded)),
        Err(problems) => Err(Fault::Scenario(told("", entry.text, &problems))),
    }
}

/// Loads a file. Warnings go to standard error.
pub fn load_file(path: &Path, settings: &[(String, String)]) -> Result<Loaded, Fault> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|e| Fault::input(format!("cannot read {shown}: {e}")))?;
    let text = String::from_utf8_lossy(&bytes);
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    match load_bytes(&id, &bytes, settings) {
        Ok(loaded) => {
            if !loaded.warnings.is_empty() {
                eprintln!("{}", told(&shown, &text, &loaded.warnings));
            }
            Ok(loaded)
        }
        Err(problems) => Err(Fault::Scenario(told(&shown, &text, &problems))),
    }
}

/// Looks at a file once more and tells what is found, to standard error.
pub fn warn_of(path: &Path, look: impl FnOnce(&str, &[u8]) -> Vec<Problem>) {
    let Ok(bytes) = fs::read(path) else { return };
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    let warnings = look(&id, &bytes);
    if !warnings.is_empty() {
        let text = String::from_utf8_lossy(&bytes);
        eprintln!("{}", told(&path.display().to_string(), &text, &warnings));
    }
}

fn is_file(name: &OsStr) -> bool {
    let path = Path::new(name);
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("toml"))
        || path.components().count() > 1
        || path.is_absolute()
}

fn told(file: &str, text: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| p.show(file, text)).collect();
    lines.join("\n")
}
