//! What programs say: lines of FTP, SMTP, POP3 and HTTP, other text, or plain bytes.

use super::kinds::{FieldKind, LayerKind};
use super::read::Reader;
use super::table::data::{bytes, text};
use super::table::ftp::{control as f, transfer};
use super::table::http::message as h;
use super::table::pop3::dialogue as p;
use super::table::smtp::dialogue as s;
use super::table::{data, dns as names, ftp, http, pop3, smtp};
use super::{Next, dns};

/// Between which ports something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ports {
    pub from: u16,
    pub to: u16,
    pub over_tcp: bool,
}

/// Lines that are shown one by one.
const LINES: usize = 100;

/// The services that are known, by their ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Ftp,
    FtpData,
    Smtp,
    Pop3,
    Http,
    Dns,
    Text,
    Bytes,
}

impl Ports {
    /// Which service it is, and whether its server speaks.
    fn service(self, unread: &[u8]) -> (Service, bool) {
        let of = |port| {
            Some(match port {
                53 => Service::Dns,
                _ if !self.over_tcp => return None,
                20 => Service::FtpData,
                21 => Service::Ftp,
                25 | 587 => Service::Smtp,
                80 => Service::Http,
                110 => Service::Pop3,
                _ => return None,
            })
        };
        match (of(self.to), of(self.from)) {
            (Some(service), _) => (service, false),
            (None, Some(service)) => (service, true),
            (None, None) if is_text(unread) => (Service::Text, false),
            (None, None) => (Service::Bytes, false),
        }
    }
}

/// What kind of layer follows.
pub(super) fn layer(r: &Reader, ports: Ports) -> &'static LayerKind {
    match ports.service(r.unread()).0 {
        Service::Ftp => &ftp::FTP,
        Service::FtpData => &ftp::FTP_DATA,
        Service::Smtp => &smtp::SMTP,
        Service::Pop3 => &pop3::POP3,
        Service::Http => &http::HTTP,
        Service::Dns => &names::DNS,
        Service::Text => &data::TEXT,
        Service::Bytes => &data::DATA,
    }
}

/// Reads it.
pub(super) fn said(r: &mut Reader, ports: Ports) -> Option<Next> {
    let (service, from_server) = ports.service(r.unread());
    match (service, from_server) {
        (Service::Dns, _) => return dns::dns(r, ports.over_tcp),
        (Service::FtpData, _) => drop(r.rest(&transfer::BYTES)),
        (Service::Bytes, _) => drop(r.rest(&bytes::DATA)),
        (Service::Text, _) => each_line(r, text_line),
        (Service::Ftp, false) => each_line(r, ftp_command),
        (Service::Ftp, true) => each_line(r, ftp_reply),
        (Service::Smtp, false) => each_line(r, smtp_command),
        (Service::Smtp, true) => each_line(r, smtp_reply),
        (Service::Pop3, false) => each_line(r, pop_command),
        (Service::Pop3, true) => each_line(r, pop_reply),
        (Service::Http, from_server) => head(r, from_server),
    }
    Some(Next::Nothing)
}

/// A line: its words, how many bytes they are, and how many with the line's end.
#[derive(Clone, Copy)]
struct Line<'a> {
    words: &'a [u8],
    whole: usize,
}

impl Line<'_> {
    /// Where the first word ends.
    fn verb(&self) -> usize {
        let space = self.words.iter().position(|b| *b == b' ');
        space.unwrap_or(self.words.len())
    }
}

fn next_line<'a>(r: &Reader<'a>) -> Line<'a> {
    let unread = r.unread();
    let feed = unread.iter().position(|b| *b == b'\n');
    let whole = feed.map_or(unread.len(), |at| at + 1);
    let line = &unread[..whole];
    let words = line.strip_suffix(b"\n").unwrap_or(line);
    Line {
        words: words.strip_suffix(b"\r").unwrap_or(words),
        whole,
    }
}

/// Reads line after line. Where one is not of the protocol, the rest is not looked into.
fn each_line(r: &mut Reader, read: fn(&mut Reader, Line<'_>) -> bool) {
    for _ in 0..LINES {
        if r.left() == 0 {
            return;
        }
        let line = next_line(r);
        if !read(r, line) {
            break;
        }
    }
    for _ in 0..LINES {
        if r.left() == 0 {
            return;
        }
        let line = next_line(r);
        text_line(r, line);
    }
    let _ = r.rest(&text::FURTHER);
}

fn text_line(r: &mut Reader, line: Line<'_>) -> bool {
    r.blob(&text::LINE, line.whole).is_some()
}

/// A first word, what follows behind a space, and the line's end.
fn words(
    r: &mut Reader,
    line: Line<'_>,
    (verb, argument): (&'static FieldKind, &'static FieldKind),
    end: &'static FieldKind,
) -> bool {
    let first = line.verb();
    let behind = line.words.len() - first;
    let done = || {
        r.blob(verb, first)?;
        if behind > 0 {
            r.blob(argument, behind)?;
        }
        match line.whole - line.words.len() {
            0 => Some(()),
            left => r.blob(end, left),
        }
    };
    let mut done = done;
    first > 0 && done().is_some()
}

fn ftp_command(r: &mut Reader, line: Line<'_>) -> bool {
    let verb = &line.words[..line.verb()];
    let fits = (3..=4).contains(&verb.len()) && verb.iter().all(u8::is_ascii_alphabetic);
    fits && words(r, line, (&f::COMMAND, &f::ARGUMENT), &f::LINE_END)
}

fn smtp_command(r: &mut Reader, line: Line<'_>) -> bool {
    let verb = &line.words[..line.verb()];
    knows(smtp::COMMANDS, verb) && words(r, line, (&s::COMMAND, &s::ARGUMENT), &s::LINE_END)
}

fn pop_command(r: &mut Reader, line: Line<'_>) -> bool {
    let verb = &line.words[..line.verb()];
    knows(pop3::COMMANDS, verb) && words(r, line, (&p::COMMAND, &p::ARGUMENT), &p::LINE_END)
}

fn knows(commands: &[(&str, &str, &str)], verb: &[u8]) -> bool {
    let same = |(known, ..): &(&str, &str, &str)| known.as_bytes().eq_ignore_ascii_case(verb);
    commands.iter().any(same)
}

fn ftp_reply(r: &mut Reader, line: Line<'_>) -> bool {
    reply(r, line, [&f::CODE, &f::CONTINUES, &f::TEXT, &f::LINE_END])
}

fn smtp_reply(r: &mut Reader, line: Line<'_>) -> bool {
    reply(r, line, [&s::CODE, &s::CONTINUES, &s::TEXT, &s::LINE_END])
}

/// Three digits; a space or a hyphen; words.
fn reply(r: &mut Reader, line: Line<'_>, kinds: [&'static FieldKind; 4]) -> bool {
    let [code, continues, words, end] = kinds;
    let Some(digits) = line
        .words
        .get(..3)
        .filter(|d| d.iter().all(u8::is_ascii_digit))
    else {
        return false;
    };
    let mark = line.words.get(3).copied();
    if !matches!(mark, None | Some(b' ' | b'-')) {
        return false;
    }
    let number = digits.iter().fold(0, |n, b| n * 10 + u64::from(b - b'0'));
    let mut done = || {
        let (_, range) = r.take(3)?;
        r.put(code, number, range);
        if mark.is_some() {
            let (_, range) = r.take(1)?;
            r.put(continues, u64::from(mark == Some(b'-')), range);
        }
        if line.words.len() > 4 {
            r.blob(words, line.words.len() - 4)?;
        }
        match line.whole - line.words.len() {
            0 => Some(()),
            left => r.blob(end, left),
        }
    };
    done().is_some()
}

/// RFC 1939 §3.
fn pop_reply(r: &mut Reader, line: Line<'_>) -> bool {
    let first = &line.words[..line.verb()];
    let fits = first == b"+OK" || first == b"-ERR";
    fits && words(r, line, (&p::STATUS, &p::TEXT), &p::LINE_END)
}

/// The head of an HTTP message, line by line, and what follows it.
fn head(r: &mut Reader, from_server: bool) {
    let first = next_line(r);
    let is_head = match from_server {
        true => first.words.starts_with(b"HTTP/"),
        false => first.words.ends_with(b"HTTP/1.1") || first.words.ends_with(b"HTTP/1.0"),
    };
    if !is_head {
        let _ = r.rest(&h::FILE_DATA);
        return;
    }
    let line = match from_server {
        true => &h::STATUS_LINE,
        false => &h::REQUEST_LINE,
    };
    let _ = r.blob(line, first.whole);
    for _ in 0..LINES {
        if r.left() == 0 {
            return;
        }
        let line = next_line(r);
        if line.words.is_empty() {
            let _ = r.blob(&h::END_OF_HEAD, line.whole);
            break;
        }
        let _ = r.blob(header(line.words), line.whole);
    }
    let _ = r.rest(&h::FILE_DATA);
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

/// Readable: text of lines without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}
