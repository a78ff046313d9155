//! What stands on either side of a comparison: fields, their bytes, values, sets.

use super::Fault;
use super::expr::{Expr, How, Made, Slice, Term};
use super::lex::{Token, What};
use super::names::{self, Named};
use super::parse::Parser;
use super::value::{self, Constant, Sort, Value};
use std::borrow::Cow;
use std::ops::Range;

/// What makes something of a field.
pub(super) const FUNCTIONS: [(&str, &str, Made); 4] = [
    ("lower", "its letters made small", Made::Lower),
    ("upper", "its letters made capital", Made::Upper),
    ("len", "how long it is", Made::Length),
    ("count", "how many there are", Made::Count),
];

impl Parser {
    /// A field, perhaps a part of it or something made of it.
    pub fn term(&mut self) -> Result<Term, Fault> {
        let Some(Token {
            what: What::Word(word),
            at,
        }) = self.peek().cloned()
        else {
            return Err(Fault::new(self.here(), "A field's name has to stand here."));
        };
        let _ = self.word();
        if self.takes(&["("]) {
            return self.made(&word, at);
        }
        let Some(named) = names::find(&word) else {
            return Err(Fault::new(at, unknown(&word)));
        };
        let mut term = Term::of(named);
        if self.takes(&["["]) {
            term.slice = Some(self.slice()?);
            if !matches!(
                term.own_sort(),
                Sort::Bytes | Sort::Mac | Sort::Text | Sort::Address
            ) {
                let says = format!("{word} is a number: pick bits of it with &.");
                return Err(Fault::new(at, says));
            }
        }
        if self.takes(&["&", "bitand", "bitwise_and"]) {
            let is_number =
                matches!(term.sort(), Sort::Number | Sort::Flag) || term.slice.is_some();
            if !is_number {
                let says =
                    format!("{word} is no number: & takes bits of numbers, && joins two tests.");
                return Err(Fault::new(at, says));
            }
            let at = self.here();
            let mask = self.word().and_then(|(word, _)| value::number(&word));
            let says =
                "A number has to stand behind &: tcp.flags & 0x02. To join two tests, write &&.";
            term.mask = Some(mask.ok_or_else(|| Fault::new(at, says))?);
        }
        Ok(term)
    }

    /// `len(ftp.request.arg)`, from behind the bracket.
    fn made(&mut self, word: &str, at: Range<usize>) -> Result<Term, Fault> {
        let known = FUNCTIONS
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(word));
        let Some((_, _, made)) = known else {
            let says =
                format!("There is no function {word}. There are lower, upper, len and count.");
            return Err(Fault::new(at, says));
        };
        self.deeper()?;
        let inside = self.here();
        let mut term = self.term()?;
        self.shallower();
        self.needs(")", "A closing ) is missing.")?;
        let says = match (made, term.sort()) {
            _ if term.made.is_some() => "One of lower, upper, len and count is enough.",
            (Made::Lower | Made::Upper, sort) if sort != Sort::Text => {
                "Only texts have small letters and capitals."
            }
            (Made::Length, Sort::Number | Sort::Flag | Sort::Time | Sort::Address) => {
                "Only texts and bytes have a length."
            }
            _ => {
                term.made = Some(*made);
                return Ok(term);
            }
        };
        Err(Fault::new(inside, says))
    }

    /// `[2]`, `[0:4]`, `[0-3]`, `[4:]`, `[:4]`, `[-4:2]`: from where, and how many bytes.
    fn slice(&mut self) -> Result<Slice, Fault> {
        let at = self.here();
        let says = "Write which bytes: [2], [0:4] for four, [0-3], [4:] for the rest, [-2:] for the last two.";
        let wrong = || Fault::new(at.clone(), says);
        let (word, quoted) = self.word().ok_or_else(wrong)?;
        self.needs("]", "A closing ] is missing.")?;
        slice(&word).filter(|_| !quoted).ok_or_else(wrong)
    }

    /// A value to compare a term with; numbers that have names may be named.
    pub fn value(&mut self, term: &Term, how: How) -> Result<Constant, Fault> {
        let at = self.here();
        if self.takes(&["{"]) {
            return Err(Fault::new(
                at,
                "A set follows the word in: tcp.port in {20, 21}.",
            ));
        }
        let Some((word, quoted)) = self.word() else {
            return Err(Fault::new(at, "A value is missing here."));
        };
        let sort = term.sort();
        if let (Sort::Number, Named::Fields(kinds), None) = (sort, &term.named, term.made)
            && let Some(number) = kinds.iter().find_map(|kind| kind.number_named(&word))
        {
            return Ok(Value::Number(number));
        }
        if how == How::Contains {
            let bytes = value::bytes(&word).filter(|_| !quoted && sort != Sort::Text);
            return Ok(match bytes {
                Some(bytes) => Value::Bytes(Cow::Owned(bytes)),
                None => Value::Text(Cow::Owned(word)),
            });
        }
        let value =
            value::read(&word, quoted, sort).map_err(|says| Fault::new(at.clone(), says))?;
        match how.orders() && matches!(value, Value::Network(..)) {
            true => Err(Fault::new(
                at,
                "Nothing is more or less than a network; compare it with ==.",
            )),
            false => Ok(value),
        }
    }

    /// What stands behind `in`.
    pub fn set(&mut self, term: Term) -> Result<Expr, Fault> {
        if term.is_whole() {
            let says = "A whole layer is compared with nothing; take one of its fields.";
            return Err(Fault::new(self.here(), says));
        }
        self.needs("{", "A set stands in braces: in {20, 21}.")?;
        let mut set = Vec::new();
        loop {
            let at = self.here();
            if self.takes(&["}"]) {
                if set.is_empty() {
                    return Err(Fault::new(at, "The set is empty: in {20, 21}."));
                }
                return Ok(Expr::In(term, set));
            }
            if self.peek().is_none() {
                return Err(Fault::new(at, "A closing } is missing."));
            }
            let from = self.value(&term, How::AnyEqual)?;
            let to = match self.takes(&[".."]) {
                true => Some(self.value(&term, How::AtMost)?),
                false => None,
            };
            if to.is_some() && matches!(from, Value::Network(..)) {
                return Err(Fault::new(at, "A range goes from one address to another."));
            }
            set.push((from, to));
            if !self.takes(&[","]) && !self.peek().is_some_and(|next| next.what == What::Mark("}"))
            {
                let says = match self.peek() {
                    None => "A closing } is missing.",
                    Some(_) => "A comma is missing between two values.",
                };
                return Err(Fault::new(self.here(), says));
            }
        }
    }
}

fn slice(word: &str) -> Option<Slice> {
    let number = |text: &str| text.parse::<i32>().ok();
    if let Some((from, len)) = word.split_once(':') {
        let from = if from.is_empty() {
            Some(0)
        } else {
            number(from)
        };
        let len = if len.is_empty() {
            None
        } else {
            Some(len.parse::<u16>().ok()?)
        };
        return Some(Slice { from: from?, len });
    }
    // A hyphen at the beginning is a sign.
    let hyphen = word
        .get(1..)
        .and_then(|rest| rest.find('-'))
        .map(|at| at + 1);
    let (from, to) = match hyphen {
        Some(at) => (number(&word[..at])?, number(&word[at + 1..])?),
        None => (number(word)?, number(word)?),
    };
    let len = to.checked_sub(from)?.checked_add(1)?;
    let len = u16::try_from(len).ok().filter(|len| *len > 0)?;
    Some(Slice {
        from,
        len: Some(len),
    })
}

fn unknown(word: &str) -> String {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return "A field has to stand here, and the value behind it: tcp.port == 21.".to_owned();
    }
    let shown: String = word.chars().take(40).collect();
    match names::meant(word) {
        Some(name) => format!(
            "There is no field {shown}. Did you mean {name}? To find a text, put it in quotes: \"{shown}\"."
        ),
        None => {
            format!("There is no field {shown}. To find a text, put it in quotes: \"{shown}\".")
        }
    }
}
