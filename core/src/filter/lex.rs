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
        let from = (0..=LONGEST).rfind(|at| filter.is_char_boundary(*at));
        let says = format!("A filter has at most {LONGEST} bytes.");
        return Err(Fault::new(from.unwrap_or(0)..filter.len(), says));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = filter[at..].chars().next() {
        let rest = &filter[at..];
        let from = at;
        let what = if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        } else if is_quote(next) {
            let (text, len) = quoted(rest, from)?;
            at += len;
            What::Text(text)
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            at += mark.len();
            What::Mark(mark)
        } else {
            let len = word_len(rest);
            if len == 0 {
                return Err(meaningless(next, from));
            }
            at += len;
            What::Word(rest[..len].to_owned())
        };
        tokens.push(Token { what, at: from..at });
    }
    Ok(tokens)
}

/// Programs for texts turn quotes into curved ones.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '„' | '‘' | '’')
}

fn meaningless(c: char, from: usize) -> Fault {
    let says = match c {
        '|' => "Two are needed: ||.".to_owned(),
        '^' => "Two are needed: ^^.".to_owned(),
        '*' | '?' => format!(
            "`{c}` stands for nothing here. To find a part of a text, write contains \"part\"."
        ),
        '+' => "Nothing is added up in a filter.".to_owned(),
        _ => format!("`{c}` means nothing in a filter."),
    };
    Fault::new(from..from + c.len_utf8(), says)
}

/// Whether a letter may stand in a word.
pub(super) fn is_part(c: char) -> bool {
    c.is_alphanumeric() || "._-:/@%".contains(c)
}

/// How many bytes a word takes. Two dots make a range, and end it.
fn word_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let dots = c == '.' && chars.peek().is_some_and(|(_, next)| *next == '.');
        if dots || !is_part(c) {
            return at;
        }
    }
    rest.len()
}

/// The text between quotes, and how many bytes it takes with them.
fn quoted(rest: &str, from: usize) -> Result<(String, usize), Fault> {
    let mut text = String::new();
    let mut chars = rest.char_indices();
    let open = chars.next().map_or('"', |(_, c)| c);
    let ends = |c: char| match open {
        '"' | '\'' => c == open,
        _ => is_quote(c) && !matches!(c, '"' | '\''),
    };
    while let Some((at, c)) = chars.next() {
        if ends(c) {
            return Ok((text, at + c.len_utf8()));
        }
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some((_, 'n')) => text.push('\n'),
            Some((_, 'r')) => text.push('\r'),
            Some((_, 't')) => text.push('\t'),
            Some((digits, 'x')) => {
                let two = rest.get(digits + 1..digits + 3);
                let code = two.and_then(|two| u8::from_str_radix(two, 16).ok());
                let Some(code) = code.filter(u8::is_ascii) else {
                    let says = "Two digits from 00 to 7f have to stand behind \\x. Other bytes stand without quotes: ff:d8.";
                    return Err(Fault::new(from + at..from + digits + 1, says));
                };
                text.push(char::from(code));
                chars.nth(1);
            }
            Some((_, other)) => text.push(other),
            None => break,
        }
    }
    let says = format!("A closing {open} is missing.");
    Err(Fault::new(from..from + rest.len(), says))
}
