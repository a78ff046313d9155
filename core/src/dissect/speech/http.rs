//! HTTP/1: heads and bodies.

use super::{Ear, Sort, lines};
use crate::dissect::kinds::FieldKind;
use crate::dissect::read::Reader;
use crate::dissect::table::http::message as h;

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {}

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear) {
        let from_server = !ear.by_opener;
        let bytes = ear.bytes();
        let Some(first) = lines::line(bytes) else {
            ear.cut(bytes.len(), Sort::HttpBody);
            return;
        };
        let words = lines::words(&bytes[..first]);
        let is_head = match from_server {
            true => words.starts_with(b"HTTP/"),
            false => words.ends_with(b"HTTP/1.1") || words.ends_with(b"HTTP/1.0"),
        };
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        match (is_head, from_server) {
            (false, _) => {}
            (true, false) => ear.cut(end.map_or(bytes.len(), |at| at + 4), Sort::HttpRequest),
            (true, true) => ear.cut(end.map_or(bytes.len(), |at| at + 4), Sort::HttpResponse),
        }
        ear.cut(ear.bytes().len(), Sort::HttpBody);
    }
}

/// The head of a message, line by line.
pub(super) fn head(r: &mut Reader, from_server: bool) -> Option<()> {
    let line = match from_server {
        true => &h::STATUS_LINE,
        false => &h::REQUEST_LINE,
    };
    r.blob(line, lines::line(r.unread())?)?;
    while let Some(len) = lines::line(r.unread()) {
        let words = lines::words(&r.unread()[..len]);
        let kind = match words.is_empty() {
            true => &h::END_OF_HEAD,
            false => header(words),
        };
        r.blob(kind, len)?;
    }
    Some(())
}

fn header(line: &[u8]) -> &'static FieldKind {
    let name = line.split(|b| *b == b':').next().unwrap_or_default();
    let known = [
        ("Host", &h::HOST),
        ("Connection", &h::CONNECTION),
        ("Date", &h::DATE),
        ("Content-Type", &h::CONTENT_TYPE),
        ("Content-Length", &h::CONTENT_LENGTH),
        ("Server", &h::SERVER),
        ("User-Agent", &h::USER_AGENT),
        ("Accept", &h::ACCEPT),
        ("Range", &h::RANGE),
        ("Location", &h::LOCATION),
    ];
    let mut known = known.into_iter();
    let found = known.find(|(word, _)| word.as_bytes().eq_ignore_ascii_case(name));
    found.map_or(&h::OTHER_HEADER, |(_, kind)| kind)
}
