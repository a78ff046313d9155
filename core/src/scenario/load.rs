//! From a file's bytes to a scenario, or to everything that is wrong with it.
//!
//! Syntax first, then the shape, then the sense; each stage tells all it finds, and the
//! next is entered only when nothing was found, so that one mistake is told once.

use super::check;
use super::file::ScenarioFile;
use super::keys::check_keys;
use super::knobs;
use super::model::Scenario;
use super::problem::{Problem, Problems};
use super::read::Reader;
use crate::base::Span;
use crate::base::units::show_size;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A scenario that can run, and what may not be as meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// What to run.
    pub scenario: Scenario,
    /// What deserves a second look.
    pub warnings: Vec<Problem>,
}

/// How large a scenario's file may be. A teacher's are a few kilobytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// Reads a scenario from its text, with knobs turned as `settings` say.
///
/// # Errors
/// Everything that is wrong with it, in file order; after twenty problems only their number.
pub fn load(id: &str, text: &str, settings: &[(String, String)]) -> Result<Loaded, Vec<Problem>> {
    let table = parse(text)?;
    let (loaded, file) = build(id, text, &table)?;
    if settings.is_empty() {
        let mut problems = Problems::default();
        knobs::try_all(
            &loaded.scenario,
            &file.knobs,
            &table,
            &mut problems,
            |turned| build(id, text, turned).map(|_| ()),
        );
        if problems.failed() {
            return Err(problems.into_vec());
        }
        return Ok(loaded);
    }
    let turned = knobs::turn(&loaded.scenario, &table, settings)?;
    let (mut loaded, _) = build(id, text, &turned)
        .map_err(|found| knobs::blame(&loaded.scenario, settings, found))?;
    knobs::remember_defaults(table.get_ref(), &mut loaded.scenario);
    Ok(loaded)
}

/// Reads a scenario from a file's bytes.
///
/// # Errors
/// As `load`; bytes that are not UTF-8 as well.
pub fn load_bytes(
    id: &str,
    bytes: &[u8],
    settings: &[(String, String)],
) -> Result<Loaded, Vec<Problem>> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(bytes.len()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => load(id, text, settings),
        Err(e) => {
            let mut problems = Problems::default();
            let at = e.valid_up_to();
            problems.error(
                Span::new(at..at),
                format!("this is not text: the byte {:#04x} is not UTF-8", bytes[at]),
                "save the file as UTF-8",
            );
            Err(problems.into_vec())
        }
    }
}

/// The TOML of a text, or everything about it that is not TOML.
fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(too_large(text.len()));
    }
    let mut problems = Problems::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    let whole = table.span();
    let Some(table) = shallow(table.into_inner()) else {
        problems.error(
            Span::default(),
            "the file nests too deep",
            format!("a scenario nests {MAX_DEPTH} levels at most"),
        );
        return Err(problems.into_vec());
    };
    for (told, error) in errors.iter().enumerate() {
        if problems.full() {
            problems.count_more(errors.len() - told);
            break;
        }
        let (message, help) = syntax(error.message());
        match error.span() {
            Some(span) => problems.error(Span::new(span), message, help),
            None => problems.error_outside(message, help),
        }
    }
    if errors.is_empty() && table.is_empty() {
        problems.error(
            Span::default(),
            "the file is empty",
            "begin with title = \"…\", links = [\"laptop - server\"] and [hosts]",
        );
    }
    if problems.failed() {
        return Err(problems.into_vec());
    }
    Ok(Spanned::new(whole, table))
}

/// How deep tables and arrays may nest.
const MAX_DEPTH: usize = 16;

/// The table, if it nests no deeper than it should. The reader limits each kind of nesting
/// alone, but dotted keys in headers and inline tables multiply; and what is dropped,
/// cloned or typed later goes down the stack once a level. So this works without recursion.
fn shallow(table: DeTable<'_>) -> Option<DeTable<'_>> {
    let mut left: Vec<(usize, &DeValue<'_>)> = inner_of(&table).map(|v| (1, v)).collect();
    let mut deepest = 0;
    while let Some((depth, value)) = left.pop() {
        deepest = deepest.max(depth);
        match value {
            DeValue::Table(table) => left.extend(inner_of(table).map(|v| (depth + 1, v))),
            DeValue::Array(array) => left.extend(array.iter().map(|v| (depth + 1, v.get_ref()))),
            _ => {}
        }
    }
    if deepest <= MAX_DEPTH {
        return Some(table);
    }
    let mut parts = vec![DeValue::Table(table)];
    while let Some(part) = parts.pop() {
        match part {
            DeValue::Table(t) => parts.extend(t.into_iter().map(|(_, v)| v.into_inner())),
            DeValue::Array(a) => parts.extend(a.into_iter().map(Spanned::into_inner)),
            _ => {}
        }
    }
    None
}

fn inner_of<'a, 'i>(table: &'a DeTable<'i>) -> impl Iterator<Item = &'a DeValue<'i>> {
    table.values().map(Spanned::get_ref)
}

/// A scenario from its TOML.
fn build(
    id: &str,
    text: &str,
    table: &Spanned<DeTable<'_>>,
) -> Result<(Loaded, ScenarioFile), Vec<Problem>> {
    let mut problems = Problems::default();
    check_keys(table.get_ref(), &mut problems);
    let file: ScenarioFile = Reader::new(&mut problems).table(table.get_ref());
    if problems.failed() {
        return Err(problems.into_vec());
    }
    let mut scenario = check::check(id, text, &file, &mut problems);
    knobs::read(&file.knobs, table.get_ref(), &mut scenario, &mut problems);
    if problems.failed() {
        return Err(problems.into_vec());
    }
    let warnings = problems.into_vec();
    Ok((Loaded { scenario, warnings }, file))
}

/// What the TOML reader says, with what to do.
fn syntax(message: &str) -> (String, String) {
    let help = match message {
        m if m.contains("duplicate key") => "write each key once in its table",
        m if m.contains("recursion") || m.contains("recurse") => {
            "a scenario nests a few levels only"
        }
        m if m.starts_with("string values must be quoted") => "put the value between quotes: \"…\"",
        m if m.contains("unquoted key") => {
            "write key = value; a name with other characters stands between quotes: \"report.pdf\""
        }
        m if m.contains("key with no value") || m.contains("missing assignment") => {
            "write key = value on one line"
        }
        m if m.starts_with("unclosed") => "close it: each [, {, \" and ' needs its other half",
        m if m.contains("comma") => "put a comma between the two",
        _ => "a line is key = value, or [table]; words stand between quotes: \"…\"",
    };
    (format!("not TOML: {message}"), help.into())
}

fn too_large(bytes: usize) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.error(
        Span::default(),
        format!("the file is too large: {bytes} bytes"),
        format!("a scenario holds at most {}", show_size(MAX_BYTES as u64)),
    );
    problems.into_vec()
}
