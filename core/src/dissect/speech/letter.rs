//! Letters: headers, an empty line, the body (RFC 5322).

use super::{mime, search};
use crate::dissect::kinds::FieldKind;
use crate::dissect::read::Reader;
use crate::dissect::table::data::bytes::REST;
use crate::dissect::table::mail::{IMF, MULTIPART, imf};
use crate::proto::mail::encode::decode_quoted_printable;
use crate::proto::mail::headers::{self, Header};
use crate::proto::mail::read;
use std::ops::Range;

/// So many headers are shown one by one.
const MOST_HEADERS: usize = 200;
/// Headers end within so many bytes.
const LONGEST_HEAD: usize = 128 << 10;

/// Bytes in which fields are shown, and not from the first to the last alone.
pub(super) struct Page<'p, 'a> {
    reader: &'p mut Reader<'a>,
    pub bytes: &'a [u8],
    base: usize,
}

/// The headers of a letter or a part, by their places in the page.
pub(super) struct Head {
    all: Vec<Header>,
    /// Where the letter or part begins, from which headers count.
    start: usize,
    /// Where the empty line is; it ends where the body begins.
    end: usize,
    pub body: usize,
}

/// How one header is shown, or a line that is none.
pub(super) type ShowHeader = fn(&mut Page, Option<[Range<usize>; 2]>, Range<usize>);

/// Reads a whole letter.
pub(super) fn letter(r: &mut Reader) -> Option<()> {
    let (bytes, base) = (r.unread(), r.at());
    let mut page = Page {
        reader: r,
        bytes,
        base,
    };
    let head = page.letter_head(0..bytes.len());
    let body = head.body..bytes.len();
    let parts = page.boundary(&head, body.clone());
    if parts.is_none() && head.is_whole(bytes) {
        page.put(&imf::BODY, body.len(), body.clone());
        page.decoded(&imf::DECODED_LENGTH, &head, body);
        return r.take(bytes.len()).map(drop);
    }
    page.reader.take(head.body)?;
    if let Some(boundary) = parts {
        page.reader.finish(&IMF);
        mime::parts(&mut page, &head, body.clone(), &boundary);
        page.reader.take(body.len())?;
        page.reader.finish(&MULTIPART);
    }
    Some(())
}

impl Page<'_, '_> {
    pub fn put(&mut self, kind: &'static FieldKind, number: usize, range: Range<usize>) {
        if !range.is_empty() {
            let range = self.base + range.start..self.base + range.end;
            self.reader.put(kind, number as u64, range);
        }
    }

    /// Reads the head of a letter.
    pub fn letter_head(&mut self, letter: Range<usize>) -> Head {
        let head = Head::of(self.bytes, letter);
        self.head(&head, letter_header, &imf::END_OF_HEADERS);
        let is_postmark = |name: &&[u8]| name.eq_ignore_ascii_case(b"Received");
        let names = head.all.iter().map(|header| head.name(self.bytes, header));
        let hops = names.filter(is_postmark).count();
        if hops > 0 {
            self.put(&imf::HOPS, hops, head.start..head.body);
        }
        head
    }

    /// Shows headers, and the empty line behind them.
    pub fn head(&mut self, head: &Head, show: ShowHeader, empty: &'static FieldKind) {
        let mut at = head.start;
        for header in head.all.iter().take(MOST_HEADERS) {
            let name = head.place(header.name);
            let value = head.place(header.value);
            if at < name.start {
                show(self, None, at..name.start);
            }
            let left = self.bytes[value.end..head.end].iter();
            let feed = left.take(MOST_BLANKS).position(|b| *b == b'\n');
            at = feed.map_or(value.end, |feed| value.end + feed + 1);
            show(self, Some([name.clone(), value]), name.start..at);
        }
        if head.all.len() > MOST_HEADERS {
            self.put(&REST, head.end - at, at..head.end);
        } else if at < head.end {
            show(self, None, at..head.end);
        }
        self.put(empty, head.body - head.end, head.end..head.body);
    }

    /// What stands between the parts of a body, if it has parts.
    pub fn boundary(&self, head: &Head, body: Range<usize>) -> Option<Vec<u8>> {
        let kind = head.value(self.bytes, "Content-Type")?;
        let (_, boundary) = read::content_type(&kind);
        let boundary = boundary?.into_bytes();
        mime::mark(self.bytes, body, &boundary)?;
        Some(boundary)
    }

    /// How long a body is once it is decoded, where its headers say that it is encoded.
    pub fn decoded(&mut self, kind: &'static FieldKind, head: &Head, body: Range<usize>) {
        let encoding = head.value(self.bytes, "Content-Transfer-Encoding");
        let bytes = &self.bytes[body.clone()];
        let len = match encoding.unwrap_or_default().trim() {
            word if word.eq_ignore_ascii_case("base64") => search::base64_length(bytes),
            word if word.eq_ignore_ascii_case("quoted-printable") => {
                decode_quoted_printable(bytes).len()
            }
            _ => return,
        };
        self.put(kind, len, body);
    }
}

/// White space between a header's value and its line's end.
const MOST_BLANKS: usize = 1000;

impl Head {
    /// The headers of a letter or a part.
    pub fn of(bytes: &[u8], whole: Range<usize>) -> Self {
        let start = whole.start;
        let longest = whole.len().min(LONGEST_HEAD);
        let entity = &bytes[start..start + longest];
        let head = headers::read(entity);
        let body = head.body.min(entity.len());
        let lines = entity[..body].strip_suffix(b"\n");
        let feed = lines
            .unwrap_or(&entity[..body])
            .iter()
            .rposition(|b| *b == b'\n');
        let last = feed.map_or(0, |feed| feed + 1);
        let is_empty = entity[last..body].trim_ascii_end().is_empty();
        let end = if is_empty { last } else { body };
        Self {
            all: head.all,
            start,
            end: start + end,
            body: start + body,
        }
    }

    /// Whether its headers end before the page does, or with it.
    fn is_whole(&self, bytes: &[u8]) -> bool {
        self.end < self.body || self.body == bytes.len()
    }

    /// The first header of this name.
    pub fn find(&self, bytes: &[u8], name: &str) -> Option<Range<usize>> {
        let mut all = self.all.iter();
        let is = |header: &&Header| {
            let own = self.name(bytes, header);
            own.eq_ignore_ascii_case(name.as_bytes())
        };
        Some(self.place(all.find(is)?.value))
    }

    /// What it says, on one line.
    pub fn value(&self, bytes: &[u8], name: &str) -> Option<String> {
        let value = &bytes[self.find(bytes, name)?];
        let value = &value[..value.len().min(LONGEST_VALUE)];
        let text = String::from_utf8_lossy(value);
        Some(text.replace(['\r', '\n'], "").replace('\t', " "))
    }

    fn name<'a>(&self, bytes: &'a [u8], header: &Header) -> &'a [u8] {
        &bytes[self.place(header.name)]
    }

    fn place(&self, span: crate::base::Span) -> Range<usize> {
        self.start + span.start as usize..self.start + span.end as usize
    }
}

/// So much is read of what a header says of its body.
const LONGEST_VALUE: usize = 4000;

fn letter_header(page: &mut Page, header: Option<[Range<usize>; 2]>, line: Range<usize>) {
    let Some([name, value]) = header else {
        page.put(&imf::NOT_A_HEADER, line.len(), line);
        return;
    };
    page.put(&imf::HEADER, line.len(), line);
    let word = &page.bytes[name.clone()];
    let known = KNOWN.iter();
    let mut known = known.filter(|(known, _)| known.as_bytes().eq_ignore_ascii_case(word));
    if let Some((_, kind)) = known.next() {
        page.put(kind, value.len(), value);
        return;
    }
    page.put(&imf::OTHER, value.end - name.start, name.start..value.end);
    page.put(&imf::OTHER_NAME, name.len(), name);
    page.put(&imf::OTHER_VALUE, value.len(), value);
}

static KNOWN: &[(&str, &FieldKind)] = &[
    ("Received", &imf::RECEIVED),
    ("Date", &imf::DATE),
    ("From", &imf::FROM),
    ("To", &imf::TO),
    ("Subject", &imf::SUBJECT),
    ("Message-ID", &imf::MESSAGE_ID),
    ("Return-Path", &imf::RETURN_PATH),
    ("Delivered-To", &imf::DELIVERED_TO),
    ("Sender", &imf::SENDER),
    ("Reply-To", &imf::REPLY_TO),
    ("Cc", &imf::CC),
    ("Bcc", &imf::BCC),
    ("In-Reply-To", &imf::IN_REPLY_TO),
    ("References", &imf::REFERENCES),
    ("MIME-Version", &imf::MIME_VERSION),
    ("Content-Type", &imf::CONTENT_TYPE),
    ("Content-Transfer-Encoding", &imf::TRANSFER_ENCODING),
    ("Content-Disposition", &imf::DISPOSITION),
    ("Content-Description", &imf::CONTENT_DESCRIPTION),
    ("Content-ID", &imf::CONTENT_ID),
    ("Auto-Submitted", &imf::AUTO_SUBMITTED),
    ("User-Agent", &imf::USER_AGENT),
];
