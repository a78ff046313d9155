//! A letter as it passes by, line by line: its headers, what holds its parts together, base64, text.

use super::Part;

/// Longer lines are looked at no further: nothing that matters is so long (RFC 5322 §2.1.1).
const LONGEST: usize = 2_000;
/// So much of a part's headers is kept to be read.
const HEAD: usize = 16_000;
const NESTED: usize = 16;

/// Sorts a letter's bytes.
#[derive(Debug, Default)]
pub struct Sorter {
    /// The beginning of the line that is not whole yet, and how long it is so far.
    line: Vec<u8>,
    len: u64,
    /// What separates parts, the innermost last.
    boundaries: Vec<Vec<u8>>,
    head: Vec<u8>,
    /// Whether the headers are over, and what the body is then.
    body: Option<Part>,
    /// Whether a boundary came before: the headers are a part's.
    in_part: bool,
}

impl Sorter {
    /// Takes the next bytes, and tells what the lines are that are whole now.
    pub fn take(&mut self, bytes: &[u8], put: &mut dyn FnMut(Part, u64)) {
        for byte in bytes {
            if self.line.len() < LONGEST {
                self.line.push(*byte);
            }
            self.len += 1;
            if *byte == b'\n' {
                self.end_line(put);
            }
        }
    }

    /// The letter is over: so is its last line.
    pub fn finish(&mut self, put: &mut dyn FnMut(Part, u64)) {
        if self.len > 0 {
            self.end_line(put);
        }
        *self = Self::default();
    }

    fn end_line(&mut self, put: &mut dyn FnMut(Part, u64)) {
        let line = std::mem::take(&mut self.line);
        let len = std::mem::take(&mut self.len);
        let part = self.sort(line.trim_ascii_end());
        put(part, len);
        self.line = line;
        self.line.clear();
    }

    fn sort(&mut self, line: &[u8]) -> Part {
        let Some(body) = self.body else {
            let part = if self.in_part {
                Part::Mime
            } else {
                Part::Headers
            };
            if line.is_empty() {
                self.begin_body();
            } else if self.head.len() < HEAD {
                if !line.starts_with(b" ") && !line.starts_with(b"\t") {
                    self.head.push(b'\n');
                }
                self.head.extend_from_slice(line);
            }
            return part;
        };
        if line == b"." {
            // RFC 5321 §4.1.1.4: not the letter's, but the end of it.
            return Part::Commands;
        }
        let Some(rest) = line.strip_prefix(b"--") else {
            return body;
        };
        let found = self
            .boundaries
            .iter()
            .rposition(|boundary| rest.starts_with(boundary));
        let Some(at) = found else {
            return body;
        };
        match &rest[self.boundaries[at].len()..] {
            b"" => {
                self.boundaries.truncate(at + 1);
                self.body = None;
                self.in_part = true;
            }
            b"--" => {
                self.boundaries.truncate(at);
                self.body = Some(Part::Text);
            }
            _ => return body,
        }
        Part::Mime
    }

    /// The headers are over: they say what comes.
    fn begin_body(&mut self) {
        let head = String::from_utf8_lossy(&self.head).into_owned();
        self.head.clear();
        let value = |name: &str| {
            let lines = head.lines();
            let mut all = lines.filter_map(|line| line.split_once(':'));
            let found = all.find(|(known, _)| known.trim().eq_ignore_ascii_case(name));
            found.map_or("", |(_, value)| value.trim())
        };
        let kind = value("Content-Type");
        let is = |word: &str| {
            let start = kind.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        if is("multipart/")
            && let Some(boundary) = boundary(kind)
            && self.boundaries.len() < NESTED
        {
            self.boundaries.push(boundary.into_bytes());
        }
        let is_base64 = value("Content-Transfer-Encoding").eq_ignore_ascii_case("base64");
        self.body = Some(if is_base64 { Part::Base64 } else { Part::Text });
    }
}

/// The boundary that a `Content-Type` names.
fn boundary(kind: &str) -> Option<String> {
    let mut words = kind.split(';').skip(1).filter_map(|w| w.split_once('='));
    let (_, value) = words.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .map_or(value, |rest| rest.split('"').next().unwrap_or_default());
    (!value.is_empty()).then(|| value.to_owned())
}
