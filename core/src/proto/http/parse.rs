//! From lines to heads: the request line or the status line, then fields, then an empty line.

use super::types::{Fields, Request, Response};
use super::{HEAD_LIMIT, LINE_LIMIT};
use crate::proto::lines::{Framed, LineFramer};

/// Why something is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHead {
    /// It is longer than a head may be.
    TooLong,
    /// Its first line is none.
    FirstLine,
    /// A version that is not spoken here.
    Version,
    /// A line that is no field.
    Field,
    /// It does not say which host is meant (RFC 9112 §3.2).
    NoHost,
}

impl BadHead {
    /// The code that refuses it.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::TooLong => 431,
            Self::Version => 505,
            Self::FirstLine | Self::Field | Self::NoHost => 400,
        }
    }
}

/// Takes bytes in any pieces, and gives a head's lines: the first one and its fields.
#[derive(Debug)]
pub struct HeadReader {
    lines: LineFramer,
    first: Option<String>,
    fields: Fields,
    bytes: usize,
}

impl Default for HeadReader {
    fn default() -> Self {
        Self {
            lines: LineFramer::new(LINE_LIMIT),
            first: None,
            fields: Fields::default(),
            bytes: 0,
        }
    }
}

impl HeadReader {
    /// Takes bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
    }

    /// Where in the stream what was not read yet begins: behind a head, its body.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.lines.offset()
    }

    /// How many bytes were taken and not read.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.lines.unread().len() as u64
    }

    /// Whether nothing of a head has come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.unread() == 0
    }

    /// Takes up to so many bytes away unread: those of a body. Answers how many there were.
    pub fn take(&mut self, most: u64) -> u64 {
        let there = self.lines.unread().len();
        let taken = usize::try_from(most).map_or(there, |most| most.min(there));
        self.lines.consume(taken);
        taken as u64
    }

    /// The next line as it is, once it is whole: one between the pieces of a body.
    ///
    /// # Errors
    /// It is too long.
    pub fn line(&mut self) -> Option<Result<Vec<u8>, BadHead>> {
        Some(match self.lines.pop()? {
            Framed::Line(line) => Ok(line.bytes),
            Framed::TooLong { .. } => Err(BadHead::TooLong),
        })
    }

    /// The next head, once it is whole.
    ///
    /// # Errors
    /// Why there will be none.
    pub fn pop(&mut self) -> Option<Result<(String, Fields), BadHead>> {
        loop {
            let line = match self.lines.pop()? {
                Framed::Line(line) => line.bytes,
                Framed::TooLong { .. } => return Some(Err(BadHead::TooLong)),
            };
            self.bytes += line.len() + 2;
            if self.bytes > HEAD_LIMIT {
                return Some(Err(BadHead::TooLong));
            }
            match (&self.first, line.is_empty()) {
                // An empty line before the first is passed over (RFC 9112 §2.2).
                (None, true) => {}
                (None, false) => self.first = Some(text(&line)),
                (Some(_), true) => {
                    self.bytes = 0;
                    let first = self.first.take().unwrap_or_default();
                    return Some(Ok((first, std::mem::take(&mut self.fields))));
                }
                (Some(_), false) => match field(&line) {
                    Some(field) => self.fields.0.push(field),
                    None => return Some(Err(BadHead::Field)),
                },
            }
        }
    }
}

/// A name, a colon, a value; no gap before the colon, and none before the name (RFC 9112 §5.1).
fn field(line: &[u8]) -> Option<(String, String)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, value) = line.split_at(colon);
    let is_token = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    if name.is_empty() || !name.iter().all(is_token) {
        return None;
    }
    let value = text(value.get(1..)?);
    Some((text(name), value.trim().to_owned()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A request of its head's lines.
///
/// # Errors
/// What is wrong with it.
pub fn request((first, fields): (String, Fields)) -> Result<Request, BadHead> {
    let words: Vec<&str> = first.split(' ').collect();
    let [method, target, version] = words[..] else {
        return Err(BadHead::FirstLine);
    };
    let letters = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase());
    if !letters(method) || target.is_empty() || !target.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(BadHead::FirstLine);
    }
    match version {
        "HTTP/1.1" if fields.get("Host").is_none() => return Err(BadHead::NoHost),
        "HTTP/1.1" | "HTTP/1.0" => {}
        other if other.starts_with("HTTP/") => return Err(BadHead::Version),
        _ => return Err(BadHead::FirstLine),
    }
    Ok(Request {
        method: method.to_owned(),
        target: target.to_owned(),
        fields,
    })
}

/// A response of its head's lines.
///
/// # Errors
/// What is wrong with it.
pub fn response((first, fields): (String, Fields)) -> Result<Response, BadHead> {
    let rest = first.strip_prefix("HTTP/1.").ok_or(BadHead::FirstLine)?;
    let (_, rest) = rest.split_once(' ').ok_or(BadHead::FirstLine)?;
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let digits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    let code = code.parse().ok().filter(|_| digits);
    Ok(Response {
        code: code.filter(|c| *c >= 100).ok_or(BadHead::FirstLine)?,
        reason: reason.to_owned(),
        fields,
    })
}

/// The path that a request's target names, decoded: of `/a%20b?c` and of `http://web/a%20b`
/// it is `/a b`. None for what is no path, or could not be said on a line.
#[must_use]
pub fn path_of(target: &str) -> Option<String> {
    let path = match target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => target,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut out = Vec::new();
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let digit = |b: u8| char::from(b).to_digit(16);
                let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
                u8::try_from(value).ok()?
            }
            byte => byte,
        });
    }
    let path = String::from_utf8(out).ok()?;
    (path.starts_with('/') && !path.chars().any(char::is_control)).then_some(path)
}

/// A name as it stands in a target: all but plain letters, digits and some signs in percent
/// (RFC 3986 §2.1).
#[must_use]
pub fn encode(name: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// Reads anything as a head of either side, as a line of a browser and as a path. Must not panic.
pub fn fuzz(bytes: &[u8]) {
    let mut reader = HeadReader::default();
    reader.push(bytes);
    while let Some(Ok(head)) = reader.pop() {
        let _ = response(head.clone());
        if let Ok(request) = request(head) {
            let _ = path_of(&request.target);
        }
    }
    let text = text(bytes);
    if let Some(path) = path_of(&text) {
        assert_eq!(path_of(&encode(&path)), Some(path), "there and back");
    }
    if let Ok(url) = super::typed::parse(&["open ", &*text].concat()) {
        assert!(url.target.bytes().all(|b| b.is_ascii_graphic()), "{url:?}");
        let _ = url.elsewhere(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_and_carries_no_line_ends() {
        for (target, path) in [
            ("/", Some("/")),
            ("/docs/a%20b.txt?x=1", Some("/docs/a b.txt")),
            ("http://web/docs/", Some("/docs/")),
            ("http://web", Some("/")),
            ("/%C3%A9", Some("/é")),
            ("/%ff", None),
            ("/%0d%0aDELE a", None),
            ("/%2", None),
            ("/%zz", None),
            ("*", None),
            ("docs", None),
        ] {
            assert_eq!(path_of(target).as_deref(), path, "{target}");
        }
        for name in ["a b", "é", "100%", "docs/<a>&\"b\""] {
            assert_eq!(
                path_of(&format!("/{}", encode(name))),
                Some(format!("/{name}"))
            );
        }
    }
}
