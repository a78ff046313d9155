//! HTTP/1: requests and their responses, one after the other. Heads are read whole; bodies as
//! they come, each segment's part by itself.

use super::{Ear, Sort, lines};
use crate::dissect::kinds::FieldKind;
use crate::dissect::read::Reader;
use crate::dissect::table::http::message as h;
use crate::dissect::talks::Place;
use crate::proto::http::parse::{self, HeadReader};
use crate::proto::http::{Fields, HEAD_LIMIT, LINE_LIMIT};
use std::collections::VecDeque;

/// What a stretch of HTTP is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dissect) enum Part {
    Request,
    Response,
    /// Bytes of a body; or bytes of which nobody saw the beginning.
    Body,
    /// The line before a piece of a body.
    Size,
    /// Bytes of such a piece.
    Piece,
    /// The line end behind it.
    PieceEnd,
    /// Headers behind the last piece, and the empty line.
    Trailer,
}

/// How far a connection has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    sides: [Side; 2],
    /// Requests that wait for their responses.
    asked: VecDeque<Asked>,
    /// So many waited that nobody knows any more which response is whose.
    is_lost: bool,
}

/// What one side says next.
#[derive(Debug, Default)]
struct Side {
    next: Next,
    /// The frame of the last head; 0 where none was seen.
    head: u32,
    /// How many bytes of its body have come.
    said: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Head,
    /// So many bytes of a body.
    Bytes(u64),
    /// A body that ends with the connection.
    UntilEnd,
    Size,
    /// So many bytes of a piece.
    Piece(u64),
    PieceEnd,
    Trailer,
    /// Something else is spoken from here on.
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    place: Place,
    method: Method,
}

/// Methods whose responses end in another way than others'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Head,
    Connect,
    Other,
}

/// Requests that may wait at once.
const MOST: usize = 256;

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear) {
        let side = usize::from(!ear.by_opener);
        while !ear.bytes().is_empty() && self.step(side, ear) {}
    }

    /// Cuts the next stretch; answers whether there was one.
    fn step(&mut self, side: usize, ear: &mut Ear) -> bool {
        let left = ear.bytes().len();
        let next = self.sides[side].next;
        match next {
            Next::Head => return self.head(side, ear),
            Next::Bytes(wanted) => {
                let len = left.min(usize::try_from(wanted).unwrap_or(left));
                self.cut(side, ear, len, Part::Body);
                self.sides[side].next = match wanted - len as u64 {
                    0 => Next::Head,
                    wanted => Next::Bytes(wanted),
                };
            }
            Next::UntilEnd => self.cut(side, ear, left, Part::Body),
            Next::Piece(wanted) => {
                let len = left.min(usize::try_from(wanted).unwrap_or(left));
                self.cut(side, ear, len, Part::Piece);
                self.sides[side].next = match wanted - len as u64 {
                    0 => Next::PieceEnd,
                    wanted => Next::Piece(wanted),
                };
            }
            Next::Size | Next::PieceEnd | Next::Trailer => return self.line(side, ear),
            Next::Other => ear.cut(left, Sort::Bytes),
        }
        true
    }

    /// Cuts bytes of a body, and tells where in it they are.
    fn cut(&mut self, side: usize, ear: &mut Ear, len: usize, part: Part) {
        ear.cut(len, Sort::Http(part));
        let side = &mut self.sides[side];
        if side.head > 0 && side.head != ear.frame {
            ear.fact(&h::BODY_OF, side.head.into());
            ear.fact(&h::BODY_BEFORE, side.said);
        }
        side.said += len as u64;
    }

    /// What stands between the pieces of a body (RFC 9112 §7.1). Where it is not as it should
    /// be, the next head is looked for.
    fn line(&mut self, side: usize, ear: &mut Ear) -> bool {
        let next = self.sides[side].next;
        let bytes = ear.bytes();
        let len = match next {
            Next::Trailer => head_len(bytes).or(ear.is_last().then_some(bytes.len())),
            _ => ear.line(),
        };
        let Some(len) = len else {
            let is_too_long = bytes.len() > LINE_LIMIT;
            if is_too_long {
                self.sides[side].next = Next::Head;
            }
            return is_too_long;
        };
        let (part, after) = match (next, size(&bytes[..len])) {
            (Next::Size, Some(0)) => (Part::Size, Next::Trailer),
            (Next::Size, Some(size)) => (Part::Size, Next::Piece(size)),
            (Next::PieceEnd, _) if lines::words(&bytes[..len]).is_empty() => {
                (Part::PieceEnd, Next::Size)
            }
            (Next::Trailer, _) => (Part::Trailer, Next::Head),
            _ => (Part::Body, Next::Head),
        };
        ear.cut(len, Sort::Http(part));
        self.sides[side].next = after;
        true
    }

    fn head(&mut self, side: usize, ear: &mut Ear) -> bool {
        let bytes = ear.bytes();
        // Empty lines before a head are passed over (RFC 9112 §2.2).
        if matches!(bytes, [b'\r', b'\n', ..]) {
            ear.cut(2, Sort::Bytes);
            return true;
        }
        let part = match side {
            0 => Part::Request,
            _ => Part::Response,
        };
        let whole = head_len(bytes).filter(|len| *len <= HEAD_LIMIT);
        let is_head = may_be_head(bytes, part);
        let (len, is_whole) = match whole {
            Some(len) if is_head => (len, true),
            None if is_head && ear.is_last() => (bytes.len(), false),
            None if is_head && bytes.len() <= HEAD_LIMIT => return false,
            // Nobody saw how this began.
            _ => {
                ear.cut(bytes.len(), Sort::Http(Part::Body));
                return true;
            }
        };
        let message = Message::of(&bytes[..len]).filter(|_| is_whole);
        ear.cut(len, Sort::Http(part));
        self.sides[side].head = ear.frame;
        self.sides[side].said = 0;
        match part {
            Part::Request => self.request(ear, message.as_ref()),
            _ => self.response(ear, message.as_ref()),
        }
        true
    }

    /// A request's body has a length, or comes in pieces, or is none (RFC 9112 §6.3).
    fn request(&mut self, ear: &Ear, message: Option<&Message>) {
        let method = message.map(Message::method);
        if self.asked.len() == MOST {
            self.is_lost = true;
            self.asked.clear();
        }
        self.asked.push_back(Asked {
            place: ear.place(),
            method: method.unwrap_or(Method::Other),
        });
        let body = message.and_then(Message::body);
        self.sides[0].next = body.unwrap_or(Next::Head);
    }

    fn response(&mut self, ear: &mut Ear, message: Option<&Message>) {
        let code = message.map_or(0, Message::code);
        let is_interim = code / 100 == 1 && code != 101;
        let asked = match is_interim {
            true => self.asked.front().copied(),
            false => self.asked.pop_front(),
        };
        let asked = asked.filter(|_| !self.is_lost);
        if let Some(asked) = asked {
            ear.fact(&h::REQUEST_IN, asked.place.frame.into());
            ear.tell(asked.place, &h::RESPONSE_IN, ear.frame.into());
        }
        let method = asked.map_or(Method::Other, |asked| asked.method);
        if code == 101 || method == Method::Connect && code / 100 == 2 {
            for side in &mut self.sides {
                side.next = Next::Other;
            }
            return;
        }
        let has_none = method == Method::Head || is_interim || matches!(code, 204 | 304);
        self.sides[1].next = match message {
            // What a head means that cannot be read is not known.
            None => Next::Head,
            Some(_) if has_none => Next::Head,
            Some(message) => message.body().unwrap_or(Next::UntilEnd),
        };
    }
}

/// A head that could be read: its first line, and its fields.
struct Message(String, Fields);

impl Message {
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut reader = HeadReader::default();
        reader.push(bytes);
        let (first, fields) = reader.pop()?.ok()?;
        Some(Self(first, fields))
    }

    fn method(&self) -> Method {
        match self.0.split(' ').next() {
            Some("HEAD") => Method::Head,
            Some("CONNECT") => Method::Connect,
            _ => Method::Other,
        }
    }

    fn code(&self) -> u16 {
        let line = (self.0.clone(), Fields::default());
        parse::response(line).map_or(0, |response| response.code)
    }

    /// How the body is marked off, where the head says so.
    fn body(&self) -> Option<Next> {
        let coding = self.1.get("Transfer-Encoding").unwrap_or_default();
        let last = coding.rsplit(',').next().unwrap_or_default();
        if last.trim().eq_ignore_ascii_case("chunked") {
            return Some(Next::Size);
        }
        Some(match self.1.content_length()? {
            0 => Next::Head,
            len => Next::Bytes(len),
        })
    }
}

/// Whether these bytes are a head's beginning, as far as they have come.
fn may_be_head(bytes: &[u8], part: Part) -> bool {
    const VERSION: &[u8] = b"HTTP/1.";
    if part == Part::Response {
        let len = bytes.len().min(VERSION.len());
        return bytes[..len] == VERSION[..len];
    }
    let line = lines::line(bytes);
    let words = lines::words(&bytes[..line.unwrap_or(bytes.len()).min(LINE_LIMIT)]);
    let method = words.split(|b| *b == b' ').next().unwrap_or_default();
    let is_method = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
    let ends_well = || {
        let last = words.rsplit(|b| *b == b' ').next();
        last.is_some_and(|last| last.starts_with(VERSION))
    };
    let is_said = || {
        words
            .iter()
            .all(|b| (b' '..=b'~').contains(b) || *b == b'\r')
    };
    is_method && is_said() && (line.is_none() || ends_well())
}

/// How long a head is, its empty line included, once that has come.
fn head_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let len = lines::line(bytes.get(at..)?)?;
        let is_empty = lines::words(&bytes[at..at + len]).is_empty();
        at += len;
        if is_empty {
            return Some(at);
        }
    }
}

/// A piece's length: hex digits, up to what may follow a semicolon (RFC 9112 §7.1).
fn size(line: &[u8]) -> Option<u64> {
    let words = lines::words(line);
    let digits = words.split(|b| *b == b';').next().unwrap_or_default();
    let digits = digits.trim_ascii();
    if !(1..=15).contains(&digits.len()) {
        return None;
    }
    digits.iter().try_fold(0, |size, byte| {
        let digit = char::from(*byte).to_digit(16)?;
        Some(size << 4 | u64::from(digit))
    })
}

/// Reads a stretch.
pub(super) fn read(r: &mut Reader, part: Part) -> Option<()> {
    match part {
        Part::Request => {
            first_line(r, request_line)?;
            headers(r)
        }
        Part::Response => {
            first_line(r, status_line)?;
            headers(r)
        }
        Part::Trailer => headers(r),
        Part::Body => r.rest(&h::FILE_DATA),
        Part::Piece => r.rest(&h::CHUNK_DATA),
        Part::PieceEnd => r.rest(&h::CHUNK_END),
        Part::Size => {
            let number = size(r.unread()).unwrap_or_default();
            let (_, range) = r.take(r.left())?;
            r.put(&h::CHUNK_SIZE, number, range);
            Some(())
        }
    }
}

/// The first line of a head, up to its end.
fn first_line(r: &mut Reader, read: fn(&mut Reader) -> Option<()>) -> Option<()> {
    let len = lines::line(r.unread()).unwrap_or(r.left());
    let end = r.at() + len;
    r.within(end, |r| {
        let _ = read(r);
        let _ = r.take(r.left());
    });
    Some(())
}

/// RFC 9112 §3: the method, the target, the version.
fn request_line(r: &mut Reader) -> Option<()> {
    let line = r.at()..r.at() + r.left();
    r.put(&h::REQUEST_LINE, line.len() as u64, line.clone());
    r.put(&h::IS_REQUEST, 1, line);
    let words = lines::words(r.unread());
    let method = lines::verb(words).len();
    r.blob(&h::METHOD, method)?;
    let rest = words.get(method + 1..)?;
    r.take(1)?;
    let target = match rest.iter().rposition(|b| *b == b' ') {
        Some(space) if rest[space + 1..].starts_with(b"HTTP/") => space,
        _ => rest.len(),
    };
    let at = r.at();
    if target > 0 {
        r.blob(&h::URI, target)?;
    }
    if let Some(path @ 1..) = rest[..target].iter().position(|b| *b == b'?') {
        r.put(&h::PATH, path as u64, at..at + path);
    }
    if target < rest.len() {
        r.take(1)?;
        r.blob(&h::REQUEST_VERSION, rest.len() - target - 1)?;
    }
    Some(())
}

/// RFC 9112 §4: the version, the code, the phrase.
fn status_line(r: &mut Reader) -> Option<()> {
    let line = r.at()..r.at() + r.left();
    r.put(&h::STATUS_LINE, line.len() as u64, line.clone());
    r.put(&h::IS_RESPONSE, 1, line);
    let words = lines::words(r.unread());
    let version = lines::verb(words).len();
    r.blob(&h::RESPONSE_VERSION, version)?;
    let rest = words.get(version + 1..)?;
    r.take(1)?;
    let digits = rest.get(..3).filter(|d| d.iter().all(u8::is_ascii_digit))?;
    let digit = |b: &u8| u64::from(b.saturating_sub(b'0'));
    let code = digits.iter().fold(0, |n, b| n * 10 + digit(b));
    let (_, range) = r.take(3)?;
    r.put(&h::CODE, code, range);
    let phrase = rest.len().checked_sub(4).filter(|len| *len > 0)?;
    r.take(1)?;
    r.blob(&h::PHRASE, phrase)
}

/// Headers, and the empty line behind them.
fn headers(r: &mut Reader) -> Option<()> {
    while r.left() > 0 {
        let bytes = r.unread();
        let mut len = lines::line(bytes).unwrap_or(bytes.len());
        if lines::words(&bytes[..len]).is_empty() {
            r.blob(&h::END_OF_HEAD, len)?;
            continue;
        }
        // A line that begins with white space goes on with the header before it.
        while let Some(b' ' | b'\t') = bytes.get(len) {
            let more = &bytes[len..];
            len += lines::line(more).unwrap_or(more.len());
        }
        header(r, len)?;
    }
    Some(())
}

/// RFC 9112 §5: a name, a colon, a value, with white space around it.
fn header(r: &mut Reader, len: usize) -> Option<()> {
    let (line, range) = r.take(len)?;
    let at = range.start;
    let colon = line.iter().position(|b| *b == b':');
    let name = &line[..colon.unwrap_or_default()];
    let kind = header_kind(name);
    r.put(kind, len as u64, range.clone());
    let Some(colon) = colon.filter(|colon| *colon > 0) else {
        return Some(());
    };
    r.put(&h::HEADER_NAME, colon as u64, at..at + colon);
    let value = &line[colon + 1..];
    let start = len - value.trim_ascii_start().len();
    let value = value.trim_ascii();
    if !value.is_empty() {
        let value = at + start..at + start + value.len();
        r.put(&h::HEADER_VALUE, value.len() as u64, value);
    }
    if std::ptr::eq(kind, &raw const h::CONTENT_LENGTH) {
        let digits = value.iter().all(u8::is_ascii_digit) && (1..=19).contains(&value.len());
        let digit = |b: &u8| u64::from(b.saturating_sub(b'0'));
        let number = value
            .iter()
            .fold(0_u64, |n, b| n.wrapping_mul(10).wrapping_add(digit(b)));
        if digits {
            r.put(&h::BODY_LENGTH, number, range);
        }
    }
    Some(())
}

fn header_kind(name: &[u8]) -> &'static FieldKind {
    let known: [(&str, &'static FieldKind); 22] = [
        ("Host", &h::HOST),
        ("Connection", &h::CONNECTION),
        ("Date", &h::DATE),
        ("Content-Type", &h::CONTENT_TYPE),
        ("Content-Length", &h::CONTENT_LENGTH),
        ("Server", &h::SERVER),
        ("User-Agent", &h::USER_AGENT),
        ("Accept", &h::ACCEPT),
        ("Accept-Language", &h::ACCEPT_LANGUAGE),
        ("Accept-Encoding", &h::ACCEPT_ENCODING),
        ("Range", &h::RANGE),
        ("Content-Range", &h::CONTENT_RANGE),
        ("Location", &h::LOCATION),
        ("Last-Modified", &h::LAST_MODIFIED),
        ("Allow", &h::ALLOW),
        ("Transfer-Encoding", &h::TRANSFER_ENCODING),
        ("Content-Encoding", &h::CONTENT_ENCODING),
        ("Cache-Control", &h::CACHE_CONTROL),
        ("Referer", &h::REFERER),
        ("Cookie", &h::COOKIE),
        ("Set-Cookie", &h::SET_COOKIE),
        ("Authorization", &h::AUTHORIZATION),
    ];
    let mut known = known.into_iter();
    let found = known.find(|(word, _)| word.as_bytes().eq_ignore_ascii_case(name));
    found.map_or(&h::OTHER_HEADER, |(_, kind)| kind)
}
