//! Where scenarios come from: the catalogue that is built in, or a file.

use crate::fault::Fault;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use wirestage_core::scenario::catalogue::{self, CATALOGUE};
use wirestage_core::scenario::problem::did_you_mean;
use wirestage_core::scenario::{Loaded, Problem, load_bytes};

/// Loads what the command line names. Warnings go to standard error.
pub fn find(name: &OsStr, settings: &[(String, String)]) -> Result<(String, Loaded), Fault> {
    let (source, file) = open(name)?;
    Ok((source, file.load(settings)?))
}

/// Reads what the command line names, and says what `wirestage run` takes to find it again.
pub fn open(name: &OsStr) -> Result<(String, File), Fault> {
    if is_file(name) {
        let path = Path::new(name);
        let source = path.file_name().unwrap_or(name).to_string_lossy().into();
        return Ok((source, File::read(path)?));
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
    let file = File {
        shown: String::new(),
        id: entry.id.to_owned(),
        bytes: entry.text.as_bytes().to_vec(),
    };
    Ok((entry.id.to_owned(), file))
}

/// A scenario's file, read once.
pub struct File {
    /// As the command line names it.
    shown: String,
    /// Its name without the ending.
    pub id: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let shown = path.display().to_string();
        let bytes =
            fs::read(path).map_err(|e| Fault::input(format!("cannot read {shown}: {e}")))?;
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Self {
            shown,
            id: id.into(),
            bytes,
        })
    }

    /// Loads it. Warnings go to standard error.
    pub fn load(&self, settings: &[(String, String)]) -> Result<Loaded, Fault> {
        match load_bytes(&self.id, &self.bytes, settings) {
            Ok(loaded) => {
                self.warn(&loaded.warnings);
                Ok(loaded)
            }
            Err(problems) => Err(Fault::Scenario(self.told(&problems))),
        }
    }

    /// Tells warnings to standard error.
    pub fn warn(&self, warnings: &[Problem]) {
        if !warnings.is_empty() {
            eprintln!("{}", self.told(warnings));
        }
    }

    fn told(&self, problems: &[Problem]) -> String {
        told(&self.shown, &String::from_utf8_lossy(&self.bytes), problems)
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
