//! What a reply's code is called, and what its digits say one by one.

use super::outline::{Outline, Row, What};
use crate::base::TurnKind;
use crate::dissect::table::{ftp, http, pop3, smtp};

/// A reply's code, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// `425`, `+OK`.
    pub code: String,
    /// What it is called.
    pub name: &'static str,
    /// Where that is defined.
    pub reference: &'static str,
    /// Its digits, from the left; none where the words of a protocol are no numbers.
    pub digits: Vec<Digit>,
}

/// One digit of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digit {
    /// `4yz`, `x2z`.
    pub form: String,
    /// What it says.
    pub means: &'static str,
}

type Codes = &'static [(u16, &'static str, &'static str)];
type Forms = &'static [(&'static str, &'static str, &'static str)];

/// The third digit has no meaning of its own in any of the protocols.
const THIRD: &str = "tells replies of one group apart, with no meaning of its own";

/// What a row's reply says; none for all that is no reply.
#[must_use]
pub fn spoken(outline: &Outline, row: &Row) -> Option<Spoken> {
    if row.what != What::Says(TurnKind::Reply) {
        return None;
    }
    let first = row.text.split([' ', '-']).next()?;
    let number = row.connection?.checked_sub(1)?;
    let (codes, digits) = match outline.connections.get(number as usize)?.purpose {
        "control" => (ftp::CODES, ftp::DIGITS),
        "mail" => (smtp::CODES, smtp::DIGITS),
        "web" => (http::CODES, http::DIGITS),
        _ => tables(row.reference)?,
    };
    let first = match first.starts_with("HTTP/") {
        true => row.text.split(' ').nth(1)?,
        false => first,
    };
    code(first, codes, digits)
}

/// A code of FTP, SMTP or HTTP explained: which one, by a reference to its standard.
#[must_use]
pub fn code_of(word: &str, reference: &str) -> Option<Spoken> {
    let (codes, digits) = tables(reference)?;
    code(word, codes, digits)
}

fn tables(reference: &str) -> Option<(Codes, Forms)> {
    const FTP: [&str; 7] = [
        "RFC 959", "RFC 1123", "RFC 2228", "RFC 2389", "RFC 2428", "RFC 2640", "RFC 3659",
    ];
    const HTTP: [&str; 3] = ["RFC 9110", "RFC 9112", "RFC 6585"];
    const SMTP: [&str; 6] = [
        "RFC 5321", "RFC 4954", "RFC 3207", "RFC 3463", "RFC 6409", "RFC 6647",
    ];
    let is = |all: &[&str]| {
        let mut all = all.iter();
        all.any(|rfc| {
            let rest = reference.strip_prefix(rfc);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    if is(&FTP) {
        Some((ftp::CODES, ftp::DIGITS))
    } else if is(&SMTP) {
        Some((smtp::CODES, smtp::DIGITS))
    } else if is(&HTTP) {
        Some((http::CODES, http::DIGITS))
    } else {
        None
    }
}

fn code(word: &str, codes: Codes, forms: Forms) -> Option<Spoken> {
    let number: u16 = word.parse().ok().filter(|_| word.len() == 3)?;
    let known = codes.iter().find(|(code, ..)| *code == number);
    let form = |form: String| {
        let known = forms.iter().find(|(known, ..)| *known == form);
        let means = known.map(|(_, means, _)| *means)?;
        Some(Digit { form, means })
    };
    let all: Vec<char> = word.chars().collect();
    let mut digits: Vec<Digit> = [form(format!("{}yz", all[0])), form(format!("x{}z", all[1]))]
        .into_iter()
        .flatten()
        .collect();
    // HTTP has one digit that says something.
    if digits.len() > 1 {
        digits.push(Digit {
            form: format!("xy{}", all[2]),
            means: THIRD,
        });
    }
    Some(Spoken {
        code: word.to_owned(),
        name: known.map_or("a code of its own", |(_, name, _)| name),
        reference: known.map_or("", |(_, _, reference)| reference),
        digits,
    })
}

/// What POP3 answers with: a word instead of a number.
#[must_use]
pub fn word_of(row: &Row) -> Option<&'static str> {
    if row.what != What::Says(TurnKind::Reply) {
        return None;
    }
    let first = row.text.split(' ').next()?;
    let words = pop3::WORDS.iter();
    let mut found = words.filter(|(word, ..)| *word == first && first.starts_with(['+', '-']));
    found.next().map(|(_, means, _)| *means)
}
