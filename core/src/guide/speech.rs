//! The words of protocols that are lines of text: commands, replies and their digits, each with
//! a line of the run where it occurs.

use crate::base::FrameId;
use crate::dissect::table::ftp::control as f;
use crate::dissect::table::http::message as h;
use crate::dissect::table::pop3::dialogue as p;
use crate::dissect::table::smtp::dialogue as s;
use crate::dissect::table::{ftp, http, pop3, smtp};
use crate::dissect::{Dissection, Field, FieldKind, Layer, LayerKind};
use crate::view::words::without_password;

/// A table of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// `Commands`.
    pub title: &'static str,
    /// Its rows.
    pub rows: Vec<Word>,
}

/// A command, a code, or a digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// `RETR`, `425`, `4yz`.
    pub word: String,
    /// What it means.
    pub meaning: &'static str,
    /// Where it is defined.
    pub reference: &'static str,
    /// The first line of the run that begins with it, with passwords hidden.
    pub line: Option<(FrameId, String)>,
}

type Row = (&'static str, &'static str, &'static str);

/// The tables of a layer; none for one that is not made of words.
pub(super) fn tables(kind: &LayerKind) -> Vec<Words> {
    let is = |other: &LayerKind| std::ptr::eq(kind, other);
    let table = |title, rows: &[Row]| {
        let rows = rows.iter().map(|row| word(row.0.to_owned(), row.1, row.2));
        Words {
            title,
            rows: rows.collect(),
        }
    };
    let codes = |title, rows: &[(u16, &'static str, &'static str)]| {
        let rows = rows.iter().map(|row| word(row.0.to_string(), row.1, row.2));
        Words {
            title,
            rows: rows.collect(),
        }
    };
    const DIGITS: &str = "What the digits say";
    if is(&ftp::FTP) {
        vec![
            table("Commands", ftp::COMMANDS),
            codes("Replies", ftp::CODES),
            table(DIGITS, ftp::DIGITS),
        ]
    } else if is(&smtp::SMTP) {
        vec![
            table("Commands", smtp::COMMANDS),
            codes("Replies", smtp::CODES),
            table(DIGITS, smtp::DIGITS),
        ]
    } else if is(&pop3::POP3) {
        vec![
            table("Commands", pop3::COMMANDS),
            table("Replies", pop3::WORDS),
        ]
    } else if is(&http::HTTP) {
        vec![
            table("Methods", http::COMMANDS),
            codes("Status codes", http::CODES),
            table(DIGITS, http::DIGITS),
        ]
    } else {
        Vec::new()
    }
}

fn word(word: String, meaning: &'static str, reference: &'static str) -> Word {
    Word {
        word,
        meaning,
        reference,
        line: None,
    }
}

/// Fields in which a word of the tables stands alone, and lines that begin with one.
static WORDS: &[&FieldKind] = &[
    &f::COMMAND,
    &f::CODE,
    &s::COMMAND,
    &s::CODE,
    &p::COMMAND,
    &p::STATUS,
    &h::METHOD,
    &h::CODE,
    &h::REQUEST_LINE,
    &h::STATUS_LINE,
];

/// Gives words of a layer the lines in which they stand, where they have none yet.
pub(super) fn hear(
    tables: &mut [Words],
    (dissection, layer): (&Dissection, &Layer),
    (id, frame): (FrameId, &[u8]),
) {
    for field in dissection.fields_of(layer) {
        if !WORDS.iter().any(|kind| std::ptr::eq(*kind, field.kind)) {
            continue;
        }
        let bytes = dissection.source(frame, field.source);
        let Some((spoken, line)) = read(field, layer, bytes) else {
            continue;
        };
        let mut words = tables.iter_mut().flat_map(|table| &mut table.rows);
        if let Some(word) = words.find(|word| word.word.eq_ignore_ascii_case(spoken)) {
            word.line
                .get_or_insert_with(|| (id, shortened(&without_password(line))));
        }
    }
}

/// The word in a field, and the line around it.
fn read<'a>(field: &Field, layer: &Layer, frame: &'a [u8]) -> Option<(&'a str, &'a str)> {
    let before = frame.get(layer.range.start..field.range.start)?;
    let start = before.iter().rposition(|byte| *byte == b'\n');
    let start = layer.range.start + start.map_or(0, |at| at + 1);
    let rest = frame.get(start..layer.range.end)?;
    let end = rest.iter().position(|byte| *byte == b'\n');
    let line = rest.get(..end.unwrap_or(rest.len()))?.trim_ascii_end();
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split([' ', '-']);
    let first = words.next()?;
    let first = match first.starts_with("HTTP/") {
        true => words.next()?,
        false => first,
    };
    Some((first, line))
}

fn shortened(line: &str) -> String {
    const LONG: usize = 60;
    match line.char_indices().nth(LONG) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}
