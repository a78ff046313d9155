//! Plain words: a command, a reply's code, an address. Each is a filter of its own.

use super::expr::{Expr, How, Made, Right, Term};
use super::names;
use super::value::{self, Value};
use crate::dissect::table::{ftp, http, pop3, smtp};
use std::borrow::Cow;

type Commands = &'static [(&'static str, &'static str, &'static str)];
type Codes = &'static [(u16, &'static str, &'static str)];

/// A protocol whose sides say commands and replies: the names of both fields, and what they say.
struct Language {
    command: &'static str,
    commands: Commands,
    code: &'static str,
    codes: Codes,
}

static LANGUAGES: [Language; 4] = [
    Language {
        command: "ftp.request.command",
        commands: ftp::COMMANDS,
        code: "ftp.response.code",
        codes: ftp::CODES,
    },
    Language {
        command: "smtp.req.command",
        commands: smtp::COMMANDS,
        code: "smtp.response.code",
        codes: smtp::CODES,
    },
    Language {
        command: "pop.request.command",
        commands: pop3::COMMANDS,
        code: "",
        codes: &[],
    },
    Language {
        command: "http.request.method",
        commands: http::COMMANDS,
        code: "http.response.code",
        codes: http::CODES,
    },
];

/// The commands that a field may hold, each with what it does.
pub(super) fn commands(field: &str) -> Commands {
    let mut all = LANGUAGES.iter();
    all.find(|language| language.command.eq_ignore_ascii_case(field))
        .map_or(&[], |language| language.commands)
}

/// The codes that a field may hold, each with what it says.
pub(super) fn codes(field: &str) -> Codes {
    let mut all = LANGUAGES.iter();
    all.find(|language| language.code.eq_ignore_ascii_case(field))
        .map_or(&[], |language| language.codes)
}

/// What a word stands for by itself: `retr`, `425`, `192.0.2.10`, `02:00:00:00:00:01`.
pub(super) fn plain(word: &str) -> Option<Expr> {
    command(word)
        .or_else(|| code(word))
        .or_else(|| address(word))
}

fn command(word: &str) -> Option<Expr> {
    let lower = word.to_ascii_lowercase();
    let knows = |language: &&Language| {
        let mut commands = language.commands.iter();
        commands.any(|(command, ..)| command.eq_ignore_ascii_case(word))
    };
    any(LANGUAGES.iter().filter(knows).filter_map(|language| {
        let mut term = Term::of(names::find(language.command)?);
        term.made = Some(Made::Lower);
        Some(equal(term, Value::Text(Cow::Owned(lower.clone()))))
    }))
}

fn code(word: &str) -> Option<Expr> {
    let number: u16 = word.parse().ok().filter(|_| word.len() == 3)?;
    let mut codes = LANGUAGES.iter().flat_map(|language| language.codes);
    codes.find(|(code, ..)| *code == number)?;
    any(LANGUAGES.iter().filter_map(|language| {
        let term = Term::of(names::find(language.code)?);
        Some(equal(term, Value::Number(number.into())))
    }))
}

fn address(word: &str) -> Option<Expr> {
    if let Some(address) = value::address(word) {
        return Some(equal(Term::of(names::find("host")?), address));
    }
    let separated = word.len() == 17;
    let bytes = value::bytes(word).filter(|bytes| separated && bytes.len() == 6)?;
    let term = Term::of(names::find("eth.addr")?);
    Some(equal(term, Value::Bytes(Cow::Owned(bytes))))
}

fn equal(term: Term, value: Value<'static>) -> Expr {
    Expr::Compare(term, How::AnyEqual, Right::Value(value))
}

fn any(tests: impl Iterator<Item = Expr>) -> Option<Expr> {
    let tests: Vec<Expr> = tests.collect();
    (!tests.is_empty()).then_some(Expr::Any(tests))
}
