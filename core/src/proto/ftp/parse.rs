//! Bytes of a control connection into commands and replies, with where each part lies.
//!
//! Lines come without their line end. Nothing here fails as a whole: what could be read
//! is given, with the fault beside it. Spans count from the line's first byte.

use super::types::{Command, Form, NOT_OFFERED, Reply, TypeCode};
use crate::base::Span;
use std::fmt;
use std::net::SocketAddrV4;

/// A command line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// Where the verb lies.
    pub verb: Span,
    /// Where the argument lies; empty where there is none.
    pub argument: Span,
    /// What is said, or what is wrong with it.
    pub command: Result<Command, BadArgument>,
}

/// A known verb with an argument it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadArgument {
    /// The verb.
    pub verb: &'static str,
    /// What it takes.
    pub takes: &'static str,
}

/// One line of a reply, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyLine {
    /// The code, where the line starts with one, and a space, a hyphen or the end follows.
    pub code: Option<u16>,
    /// Whether a hyphen follows the code: the reply goes on (RFC 959 §4.2).
    pub goes_on: bool,
    /// Where the text lies.
    pub text: Span,
}

/// Puts the lines of a reply together (RFC 959 §4.2).
#[derive(Clone, Debug, Default)]
pub struct ReplyReader {
    open: Option<Reply>,
    bytes: usize,
}

/// What is wrong with a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadReply {
    /// It does not start with three digits between 100 and 599.
    NoCode,
    /// It has more lines or bytes than anybody reads.
    Endless,
}

/// The most lines of one reply.
const REPLY_LINES: usize = 1000;
/// The most bytes of one reply.
const REPLY_BYTES: usize = 256 * 1024;

/// Reads a command line. Verbs are the same in small letters (RFC 959 §5.3).
#[must_use]
pub fn command(line: &[u8]) -> CommandLine {
    let end = line.iter().position(|b| *b == b' ').unwrap_or(line.len());
    let start = (end + 1).min(line.len());
    let verb = String::from_utf8_lossy(&line[..end]).into_owned();
    let argument = String::from_utf8_lossy(&line[start..]).into_owned();
    CommandLine {
        verb: Span::new(0..end),
        argument: Span::new(start..line.len()),
        command: command_of(verb, argument),
    }
}

fn command_of(verb: String, argument: String) -> Result<Command, BadArgument> {
    let bad = |verb, takes| Err(BadArgument { verb, takes });
    match verb.to_ascii_uppercase().as_str() {
        "USER" if argument.is_empty() => bad("USER", "a name"),
        "USER" => Ok(Command::User(argument)),
        "PASS" => Ok(Command::Pass(argument)),
        "TYPE" => type_code(&argument).map_or_else(
            || bad("TYPE", "A, E, I or L and a byte size"),
            |code| Ok(Command::Type(code)),
        ),
        "PASV" if argument.is_empty() => Ok(Command::Pasv),
        "PASV" => bad("PASV", "no parameter"),
        "PORT" => host_port(&argument).map_or_else(
            || bad("PORT", "six numbers below 256, with commas"),
            |at| Ok(Command::Port(at)),
        ),
        "RETR" if argument.is_empty() => bad("RETR", "a file name"),
        "RETR" => Ok(Command::Retr(argument)),
        "QUIT" if argument.is_empty() => Ok(Command::Quit),
        "QUIT" => bad("QUIT", "no parameter"),
        _ => Ok(Command::Unknown { verb, argument }),
    }
}

/// Whether a verb belongs to FTP although it is not spoken here.
#[must_use]
pub fn is_known(verb: &str) -> bool {
    let verb = verb.to_ascii_uppercase();
    NOT_OFFERED.contains(&verb.as_str())
}

/// `I`, `A`, `A N`, `L 8` (RFC 959 §5.3.2).
fn type_code(argument: &str) -> Option<TypeCode> {
    let upper = argument.to_ascii_uppercase();
    let mut words = upper.split(' ').filter(|word| !word.is_empty());
    let (first, second) = (words.next()?, words.next());
    let form = || match second {
        None | Some("N") => Some(Form::NonPrint),
        Some("T") => Some(Form::Telnet),
        Some("C") => Some(Form::Carriage),
        Some(_) => None,
    };
    let code = match first {
        "A" => TypeCode::Ascii(form()?),
        "E" => TypeCode::Ebcdic(form()?),
        "I" if second.is_none() => TypeCode::Image,
        "L" => TypeCode::Local(second?.parse().ok().filter(|bits| *bits > 0)?),
        _ => return None,
    };
    words.next().is_none().then_some(code)
}

/// `h1,h2,h3,h4,p1,p2` and nothing else (RFC 959 §5.3.2).
fn host_port(argument: &str) -> Option<SocketAddrV4> {
    let (at, len) = six_numbers(argument.as_bytes())?;
    (len == argument.len()).then_some(at)
}

/// The endpoint in a 227's text, and where it lies there. The parentheses are no part of
/// the protocol: the text must be searched for digits (RFC 1123 §4.1.2.6).
#[must_use]
pub fn passive_endpoint(text: &str) -> Option<(SocketAddrV4, Span)> {
    let bytes = text.as_bytes();
    for start in 0..bytes.len() {
        let begins =
            bytes[start].is_ascii_digit() && (start == 0 || !bytes[start - 1].is_ascii_digit());
        if begins && let Some((at, len)) = six_numbers(&bytes[start..]) {
            return Some((at, Span::new(start..start + len)));
        }
    }
    None
}

/// Six numbers below 256 with commas between, and how many bytes they take.
fn six_numbers(bytes: &[u8]) -> Option<(SocketAddrV4, usize)> {
    let mut numbers = [0u8; 6];
    let mut at = 0;
    for (i, number) in numbers.iter_mut().enumerate() {
        if i > 0 {
            (bytes.get(at) == Some(&b',')).then_some(())?;
            at += 1;
        }
        let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit());
        let len = digits.count();
        let text = std::str::from_utf8(&bytes[at..at + len]).ok()?;
        *number = text.parse().ok()?;
        at += len;
    }
    let [a, b, c, d, high, low] = numbers;
    let port = u16::from_be_bytes([high, low]);
    Some((SocketAddrV4::new([a, b, c, d].into(), port), at))
}

/// The size that servers like to add to a 150's text: `(40000 bytes)`. Without the
/// parentheses it may be part of a name; the last one counts, as names come first.
#[must_use]
pub fn announced_size(text: &str) -> Option<u64> {
    let (before, _) = text.rsplit_once(" bytes)")?;
    let (_, digits) = before.rsplit_once('(')?;
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

/// Reads one line of a reply.
#[must_use]
pub fn reply_line(line: &[u8]) -> ReplyLine {
    let digits = line.get(..3).filter(|d| d.iter().all(u8::is_ascii_digit));
    let mark = line.get(3).copied();
    match digits {
        Some(digits) if matches!(mark, None | Some(b' ' | b'-')) => {
            let digit = |i: usize| u16::from(digits[i] - b'0');
            ReplyLine {
                code: Some(digit(0) * 100 + digit(1) * 10 + digit(2)),
                goes_on: mark == Some(b'-'),
                text: Span::new(line.len().min(4)..line.len()),
            }
        }
        _ => ReplyLine {
            code: None,
            goes_on: false,
            text: Span::new(0..line.len()),
        },
    }
}

impl ReplyReader {
    /// Takes the next line; gives the reply once its last line is there.
    ///
    /// A reply of several lines starts with its code and a hyphen and ends with the same
    /// code and a space; what lies between may look like anything (RFC 959 §4.2).
    pub fn push(&mut self, line: &[u8]) -> Option<Result<Reply, BadReply>> {
        let read = reply_line(line);
        let text = |span: Span| String::from_utf8_lossy(span.of(line)).into_owned();
        let Some(open) = &mut self.open else {
            let Some(code) = read.code.filter(|code| (100..600).contains(code)) else {
                return Some(Err(BadReply::NoCode));
            };
            let reply = Reply::new(code, text(read.text));
            if !read.goes_on {
                return Some(Ok(reply));
            }
            self.bytes = line.len();
            self.open = Some(reply);
            return None;
        };
        self.bytes += line.len();
        if open.lines.len() >= REPLY_LINES || self.bytes > REPLY_BYTES {
            self.open = None;
            return Some(Err(BadReply::Endless));
        }
        if read.code == Some(open.code) {
            open.lines.push(text(read.text));
            return if read.goes_on {
                None
            } else {
                self.open.take().map(Ok)
            };
        }
        open.lines.push(String::from_utf8_lossy(line).into_owned());
        None
    }
}

impl fmt::Display for BadReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCode => "a reply without a three-digit code",
            Self::Endless => "a reply without end",
        })
    }
}

/// Every parser on the same bytes, for a fuzzer: nothing may panic, and every span must
/// lie inside its text.
pub fn fuzz_all(bytes: &[u8]) {
    let inside = |span: Span, len: usize| {
        assert!(span.start <= span.end && span.end as usize <= len);
    };
    let mut reader = ReplyReader::default();
    for line in bytes.split(|b| *b == b'\n') {
        let read = command(line);
        inside(read.verb, line.len());
        inside(read.argument, line.len());
        inside(reply_line(line).text, line.len());
        if let Some(Ok(reply)) = reader.push(line) {
            assert!((100..600).contains(&reply.code) && !reply.lines.is_empty());
        }
        let text = String::from_utf8_lossy(line);
        let _ = announced_size(&text);
        if let Some((at, span)) = passive_endpoint(&text) {
            inside(span, text.len());
            let again = String::from_utf8_lossy(span.of(text.as_bytes())).into_owned();
            assert_eq!(host_port(&again), Some(at));
        }
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
