//! A filter's words: names and values, marks, texts in quotes.

use super::Fault;
use std::ops::Range;

/// A word and where it stands: bytes of the filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub what: What,
    pub at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// `tcp.port`, `21`, `192.0.2.0/24`, `contains`: letters, digits and what holds them together.
    Word(String),
    /// A text in quotes, its escapes undone.
    Text(String),
    /// `==`, `&&`, `(`.
    Mark(&'static str),
}

/// The longest first, so that `==` is not read as two.
const MARKS: [&str; 24] = [
    "===", "!==", "==", "!=", "~=", ">=", "<=", "&&", "||", "^^", "..", ">", "<", "!", "~", "&",
    "(", ")", "{", "}", "[", "]", ",", "=",
];

/// Filters are typed by people: one longer than this is none.
pub(super) const LONGEST: usize = 4096;

pub(super) fn tokens(filter: &str) -> Result<Vec<Token>, Fault> {
    if filter.len() > LONGEST {
        return Err(Fault::new(0..0, "This filter is too long."));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = filter[at..].chars().next() {
        let rest = &filter[at..];
        let from = at;
        let what = if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        } else if next == '"' || next == '\'' {
            let (text, len) = quoted(rest, next).ok_or_else(|| {
                Fault::new(from..filter.len(), format!("A closing {next} is missing."))
            })?;
            at += len;
            What::Text(text)
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            at += mark.len();
            What::Mark(mark)
        } else {
            let len = word_len(rest);
            if len == 0 {
                let says = format!("`{next}` means nothing in a filter.");
                return Err(Fault::new(from..from + next.len_utf8(), says));
            }
            at += len;
            What::Word(rest[..len].to_owned())
        };
        tokens.push(Token { what, at: from..at });
    }
    Ok(tokens)
}

/// How many bytes a word takes. Two dots make a range, and end it.
fn word_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let dots = c == '.' && chars.peek().is_some_and(|(_, next)| *next == '.');
        if dots || !(c.is_alphanumeric() || "._-:/@%".contains(c)) {
            return at;
        }
    }
    rest.len()
}

/// The text between quotes, and how many bytes it takes with them.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Some((text, at + 1)),
            '\\' => match chars.next()?.1 {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            _ => text.push(c),
        }
    }
    None
}
