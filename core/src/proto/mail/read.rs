//! A letter taken apart, for showing: its headers in plain text, its text, its files.
//!
//! Any bytes are a letter of some sort, so nothing here fails: what cannot be understood
//! stays as it is. How deep bodies lie in bodies, and how many there are, is bounded.

use super::base64;
use super::encode::{decode_quoted_printable, decode_words};
use super::headers;

/// So deep may bodies lie in bodies; what lies deeper is one body.
const MAX_DEPTH: usize = 8;
/// So many bodies are told apart; the rest is passed over.
const MAX_PARTS: usize = 200;
/// So much is read of what a header says of its body.
const MAX_VALUE: usize = 4000;
/// So many headers are told.
const MAX_HEADERS: usize = 1000;
/// A multipart's boundary has so many characters at most (RFC 2046 §5.1.1).
const MAX_BOUNDARY: usize = 70;

/// A letter, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its headers' names and values in their order, each value one line, encoded words
    /// decoded.
    pub headers: Vec<(String, String)>,
    /// Its bodies, multiparts taken apart: at least one.
    pub parts: Vec<Part>,
}

/// One body of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its type in small letters: `text/plain`.
    pub media_type: String,
    /// How its text is written in bytes: `utf-8`.
    pub charset: String,
    /// The name of the file it is.
    pub name: Option<String>,
    /// What is in it, decoded. Lines of text end with `\n`, unless it came in base64.
    pub bytes: Vec<u8>,
}

impl Read {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let wanted = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(wanted)
            .map(|(_, value)| value.as_str())
    }

    /// The letter's text: the first body that is text and no file.
    #[must_use]
    pub fn text(&self) -> String {
        let is_text = |part: &&Part| part.name.is_none() && part.media_type.starts_with("text/");
        self.parts
            .iter()
            .find(is_text)
            .map(Part::text)
            .unwrap_or_default()
    }

    /// The bodies that have a file's name.
    pub fn files(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.name.is_some())
    }
}

impl Part {
    /// Its bytes as text; what is none in its charset is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        match self.charset.as_str() {
            // Each byte is the character of its number.
            "iso-8859-1" | "latin1" | "windows-1252" => {
                self.bytes.iter().map(|b| char::from(*b)).collect()
            }
            _ => String::from_utf8_lossy(&self.bytes).into_owned(),
        }
    }
}

/// Takes a letter apart.
#[must_use]
pub fn read(letter: &[u8]) -> Read {
    let head = headers::read(letter);
    let of_header = |header: &headers::Header| {
        let name = String::from_utf8_lossy(header.name.of(letter)).into_owned();
        (name, header.text(letter))
    };
    let mut parts = Vec::new();
    take_apart(letter, 0, false, &mut parts);
    Read {
        headers: head.all.iter().take(MAX_HEADERS).map(of_header).collect(),
        parts,
    }
}

/// Reads any bytes as a letter, for fuzzing: it never fails, and adds nothing of its own.
pub fn fuzz(bytes: &[u8]) {
    let letter = read(bytes);
    assert!((1..=MAX_PARTS).contains(&letter.parts.len()));
    let size: usize = letter.parts.iter().map(|part| part.bytes.len()).sum();
    assert!(size <= bytes.len());
    let _ = (letter.text(), letter.files().count());
}

/// Adds the bodies of one body with its headers.
fn take_apart(entity: &[u8], depth: usize, in_digest: bool, parts: &mut Vec<Part>) {
    let head = headers::read(entity);
    let body = entity.get(head.body..).unwrap_or_default();
    let value = |name: &str| {
        let wanted = |h: &&headers::Header| h.name.of(entity).eq_ignore_ascii_case(name.as_bytes());
        let header = head.all.iter().find(wanted)?;
        let raw = String::from_utf8_lossy(header.value.of(entity));
        let value = raw.chars().take(MAX_VALUE);
        let value = value.filter(|c| !matches!(c, '\r' | '\n'));
        Some(
            value
                .map(|c| if c == '\t' { ' ' } else { c })
                .collect::<String>(),
        )
    };
    let kind = value("Content-Type").unwrap_or_default();
    let (media_type, params) = typed(&kind);
    let boundary = boundary(&params);
    if let Some(boundary) = boundary
        && media_type.starts_with("multipart/")
        && depth < MAX_DEPTH
    {
        let before = parts.len();
        for inner in split(body, boundary.as_bytes()) {
            if parts.len() < MAX_PARTS {
                take_apart(inner, depth + 1, media_type == "multipart/digest", parts);
            }
        }
        if parts.len() > before {
            return;
        }
    }
    let disposition = value("Content-Disposition").unwrap_or_default();
    let name = named(&disposition, &params);
    let plain = if in_digest {
        "message/rfc822"
    } else {
        "text/plain"
    };
    let media_type = if media_type.contains('/') {
        media_type
    } else {
        plain.into()
    };
    let encoding = value("Content-Transfer-Encoding").unwrap_or_default();
    parts.push(Part {
        charset: param(&params, "charset")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        bytes: decoded(body, encoding.trim(), &media_type),
        media_type,
        name,
    });
}

/// What a Content-Type says: the type in small letters, and the line between the parts where
/// there are several. The value is one line.
#[must_use]
pub fn content_type(value: &str) -> (String, Option<String>) {
    let (media_type, params) = typed(value);
    let boundary = boundary(&params).filter(|_| media_type.starts_with("multipart/"));
    (media_type, boundary)
}

/// The name of the file that a body is, as Content-Disposition and Content-Type say.
#[must_use]
pub fn file_name(disposition: &str, content_type: &str) -> Option<String> {
    named(disposition, &typed(content_type).1)
}

fn named(disposition: &str, params: &[(String, String)]) -> Option<String> {
    param(&typed(disposition).1, "filename").or_else(|| param(params, "name"))
}

fn boundary(params: &[(String, String)]) -> Option<String> {
    param(params, "boundary").filter(|b| (1..=MAX_BOUNDARY).contains(&b.len()))
}

fn decoded(body: &[u8], encoding: &str, media_type: &str) -> Vec<u8> {
    let bytes = if encoding.eq_ignore_ascii_case("base64") {
        return base64::decode_loosely(body);
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        decode_quoted_printable(body)
    } else {
        body.to_vec()
    };
    if !media_type.starts_with("text/") {
        return bytes;
    }
    let mut text = Vec::with_capacity(bytes.len());
    for (i, b) in bytes.iter().enumerate() {
        if *b != b'\r' || bytes.get(i + 1) != Some(&b'\n') {
            text.push(*b);
        }
    }
    text
}

/// The bodies between the boundary's lines; the line end before each belongs to it
/// (RFC 2046 §5.1.1). A body that nothing ends goes to the end.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let (mut start, mut at) = (None, 0);
    while at < body.len() && found.len() < MAX_PARTS {
        let end = body[at..].iter().position(|b| *b == b'\n');
        let next = end.map_or(body.len(), |n| at + n + 1);
        let line = body[at..next].trim_ascii_end();
        let rest = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary));
        if let Some(rest @ (b"" | b"--")) = rest {
            if let Some(start) = start {
                let inner: &[u8] = body.get(start..at).unwrap_or_default();
                let inner = inner.strip_suffix(b"\n").unwrap_or(inner);
                found.push(inner.strip_suffix(b"\r").unwrap_or(inner));
            }
            start = Some(next);
            if rest == b"--" {
                return found;
            }
        }
        at = next;
    }
    if let Some(start) = start.filter(|start| *start < body.len() && found.len() < MAX_PARTS) {
        found.push(&body[start..]);
    }
    found
}

/// `text/plain; charset=utf-8` as type, in small letters, and parameters (RFC 2045 §5.1).
fn typed(value: &str) -> (String, Vec<(String, String)>) {
    let mut pieces = pieces(value).into_iter();
    let kind = pieces
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let params = pieces.filter_map(|piece| {
        let (key, value) = piece.split_once('=')?;
        Some((key.trim().to_ascii_lowercase(), unquoted(value.trim())))
    });
    (kind, params.take(MAX_PARTS).collect())
}

/// The text between semicolons that stand in no quotes.
fn pieces(value: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in value.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            ';' if !quoted => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = c == '\\' && quoted && !escaped;
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.into();
    };
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// A parameter's value: plain, perhaps with encoded words, or as RFC 2231 §3 and §4 write
/// it, in pieces and with percent signs.
fn param(params: &[(String, String)], key: &str) -> Option<String> {
    let get = |key: &str| {
        params
            .iter()
            .find(|(own, _)| own == key)
            .map(|(_, value)| value)
    };
    if let Some(value) = get(&format!("{key}*")) {
        return Some(percent(value.splitn(3, '\'').last().unwrap_or_default()));
    }
    if let Some(value) = get(key) {
        return Some(decode_words(value));
    }
    let mut bytes = Vec::new();
    for i in 0..params.len() {
        if let Some(value) = get(&format!("{key}*{i}*")) {
            let skip = if i == 0 {
                value.splitn(3, '\'').last()
            } else {
                None
            };
            percent_into(skip.unwrap_or(value), &mut bytes);
        } else if let Some(value) = get(&format!("{key}*{i}")) {
            bytes.extend_from_slice(value.as_bytes());
        } else {
            break;
        }
    }
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

fn percent(text: &str) -> String {
    let mut bytes = Vec::new();
    percent_into(text, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn percent_into(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &after[2..];
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
}
