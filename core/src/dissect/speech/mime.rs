//! Letters of several parts (RFC 2046), and what stands in the parts.

use super::letter::{Head, Page};
use super::search;
use crate::dissect::kinds::FieldKind;
use crate::dissect::table::data::bytes::REST;
use crate::dissect::table::mail::{imf, multipart as m};
use crate::proto::mail::read;
use std::ops::Range;

/// So many parts are shown one by one, those within parts included.
const MOST_PARTS: usize = 64;
/// So deep may parts lie in parts; what lies deeper is shown as it is.
const DEEPEST: usize = 4;

/// A line between parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    start: usize,
    end: usize,
    is_last: bool,
}

/// Parts of one letter.
struct Parts<'m, 'p, 'a> {
    page: &'m mut Page<'p, 'a>,
    count: usize,
}

/// Reads a body of several parts.
pub(super) fn parts(page: &mut Page, head: &Head, body: Range<usize>, boundary: &[u8]) {
    Parts { page, count: 0 }.all(head, body, boundary, 0);
}

/// The first line in these bytes that is this boundary. They begin with a line.
pub(super) fn mark(bytes: &[u8], within: Range<usize>, boundary: &[u8]) -> Option<Mark> {
    let bytes = &bytes[..within.end];
    let mut start = within.start;
    loop {
        let rest = bytes[start..].strip_prefix(b"--");
        if let Some(rest) = rest.and_then(|rest| rest.strip_prefix(boundary)) {
            let feed = rest.iter().position(|b| *b == b'\n');
            let line = &rest[..feed.unwrap_or(rest.len())];
            let end = bytes.len() - rest.len() + feed.map_or(rest.len(), |feed| feed + 1);
            let is_last = line.trim_ascii_end() == b"--";
            if is_last || line.trim_ascii_end().is_empty() {
                return Some(Mark {
                    start,
                    end,
                    is_last,
                });
            }
        }
        start = search::pair(bytes, start, *b"\n-")? + 1;
    }
}

impl Parts<'_, '_, '_> {
    /// RFC 2046 §5.1.1. The line end before a boundary belongs to it.
    fn all(&mut self, head: &Head, body: Range<usize>, boundary: &[u8], depth: usize) {
        let Some(mut last) = mark(self.page.bytes, body.clone(), boundary) else {
            return;
        };
        if let Some(value) = head.find(self.page.bytes, "Content-Type") {
            let text = &self.page.bytes[value.clone()];
            let word = text.split(|b| *b == b';').next().unwrap_or_default();
            let len = word.trim_ascii_end().len();
            self.page.put(&m::TYPE, len, value.start..value.start + len);
        }
        self.bytes(&m::PREAMBLE, body.start..last.start);
        self.bytes(&m::FIRST_BOUNDARY, last.start..last.end);
        while !last.is_last {
            if self.count == MOST_PARTS {
                self.bytes(&REST, last.end..body.end);
                return;
            }
            let next = mark(self.page.bytes, last.end..body.end, boundary);
            let end = next.map_or(body.end, |next| {
                let part = &self.page.bytes[last.end..next.start];
                let lines = part.strip_suffix(b"\n").unwrap_or(part);
                last.end + lines.strip_suffix(b"\r").unwrap_or(lines).len()
            });
            if last.end < end {
                self.part(last.end..end, depth);
            }
            let Some(next) = next else {
                return;
            };
            let kind = match next.is_last {
                true => &m::LAST_BOUNDARY,
                false => &m::BOUNDARY,
            };
            self.bytes(kind, end..next.end);
            last = next;
        }
        self.bytes(&m::TRAILER, last.end..body.end);
    }

    fn bytes(&mut self, kind: &'static FieldKind, range: Range<usize>) {
        self.page.put(kind, range.len(), range);
    }

    fn part(&mut self, range: Range<usize>, depth: usize) {
        self.count += 1;
        let head = Head::of(self.page.bytes, range.clone());
        self.bytes(&m::PART, range.clone());
        self.page.put(&m::WHICH, self.count, range.clone());
        let find = |name| head.value(self.page.bytes, name).unwrap_or_default();
        let kind = find("Content-Type");
        let name = read::file_name(&find("Content-Disposition"), &kind);
        let is_encoded = !find("Content-Transfer-Encoding").is_empty();
        if name.is_some() {
            self.page.put(&m::FILE_NAME, 0, range.start..head.body);
        }
        self.page.head(&head, part_header, &m::END_OF_HEADERS);
        if !is_encoded {
            self.page.put(&m::ENCODING, 0, range.clone());
        }
        let body = head.body..range.end;
        if body.is_empty() {
            return;
        }
        let boundary = match depth < DEEPEST {
            true => self.page.boundary(&head, body.clone()),
            false => None,
        };
        if let Some(boundary) = boundary {
            return self.all(&head, body, &boundary, depth + 1);
        }
        self.bytes(&m::BODY, body.clone());
        match read::content_type(&kind).0.as_str() {
            "message/rfc822" | "text/rfc822-headers" if depth < DEEPEST => self.letter(body, depth),
            "message/delivery-status" => self.status(body),
            _ => self.page.decoded(&m::DECODED_LENGTH, &head, body),
        }
    }

    /// A letter in a letter, such as the one that a report is about.
    fn letter(&mut self, range: Range<usize>, depth: usize) {
        let head = self.page.letter_head(range.clone());
        let body = head.body..range.end;
        match self.page.boundary(&head, body.clone()) {
            Some(boundary) => self.all(&head, body, &boundary, depth + 1),
            None => self.bytes(&imf::BODY, body),
        }
    }

    /// What a report says for programs: lines of a name and a value, some of them in groups
    /// (RFC 3464 §2.1).
    fn status(&mut self, range: Range<usize>) {
        let mut at = range.start;
        for _ in 0..MOST_PARTS {
            let Some(end) = line_end(&self.page.bytes[..range.end], at) else {
                return;
            };
            self.bytes(&m::STATUS, at..end);
            at = end;
        }
    }
}

/// Where a line ends that goes on where the next one begins with white space; and empty lines
/// behind it.
fn line_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let feed = bytes.get(at..)?.iter().position(|b| *b == b'\n');
        at = feed.map_or(bytes.len(), |feed| at + feed + 1);
        if !matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            return (at > start).then_some(at);
        }
    }
}

fn part_header(page: &mut Page, header: Option<[Range<usize>; 2]>, line: Range<usize>) {
    let name = header.map_or(0..0, |[name, _]| name);
    let word = &page.bytes[name];
    let known = [
        ("Content-Type", &m::CONTENT_TYPE),
        ("Content-Transfer-Encoding", &m::TRANSFER_ENCODING),
        ("Content-Disposition", &m::DISPOSITION),
        ("Content-ID", &m::CONTENT_ID),
        ("Content-Description", &m::CONTENT_DESCRIPTION),
    ];
    let mut known = known.into_iter();
    let found = known.find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(word));
    let kind = found.map_or(&m::OTHER_HEADER, |(_, kind)| kind);
    page.put(kind, line.len(), line);
}
