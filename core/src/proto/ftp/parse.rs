//! Bytes of a control connection into commands and replies, with where each part lies.
//!
//! Lines come without their line end. Nothing here fails as a whole: what could be read
//! is given, with the fault beside it. Spans count from the line's first byte.

use super::types::{
    BadArgument, Command, CommandLine, Extended, ExtendedPassive, Form, Mode, NOT_OFFERED, Reply,
    SUPERFLUOUS, Structure, TypeCode,
};
use crate::base::Span;
use std::fmt;
use std::net::{IpAddr, SocketAddr, SocketAddrV4};

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
///
/// Signals of Telnet before it, which come with ABOR and STAT (RFC 959 §4.1.3), are passed
/// over: IAC and what belongs to it.
#[must_use]
pub fn command(line: &[u8]) -> CommandLine {
    let start = signals(line);
    let words = &line[start..];
    let end = start + words.iter().position(|b| *b == b' ').unwrap_or(words.len());
    let argument = (end + 1).min(line.len());
    let text = |range: &[u8]| String::from_utf8_lossy(range).into_owned();
    CommandLine {
        verb: Span::new(start..end),
        argument: Span::new(argument..line.len()),
        command: command_of(text(&line[start..end]), text(&line[argument..])),
    }
}

/// How many bytes of Telnet's signals a line begins with: IAC, and one byte of meaning
/// (RFC 854). Urgent data may lose the IAC of a data mark on its way, so that stands alone, too.
fn signals(line: &[u8]) -> usize {
    const IAC: u8 = 255;
    let mut at = 0;
    while let Some(byte) = line.get(at).filter(|byte| **byte >= 240) {
        at += if *byte == IAC && line.len() > at + 1 {
            2
        } else {
            1
        };
    }
    at
}

fn command_of(verb: String, argument: String) -> Result<Command, BadArgument> {
    use Command as C;
    let upper = verb.to_ascii_uppercase();
    let plain = |command: Command, verb, argument: &str| match argument {
        "" => Ok(command),
        _ => Err(BadArgument {
            verb,
            takes: "no parameter",
        }),
    };
    Ok(match upper.as_str() {
        "USER" => C::User(needed(argument, "USER", "a name")?),
        "PASS" => C::Pass(argument),
        "ACCT" => C::Acct(needed(argument, "ACCT", "an account")?),
        "CWD" | "XCWD" => C::Cwd(needed(argument, "CWD", "a folder")?),
        "CDUP" | "XCUP" => plain(C::Cdup, "CDUP", &argument)?,
        "REIN" => plain(C::Rein, "REIN", &argument)?,
        "QUIT" => plain(C::Quit, "QUIT", &argument)?,
        "PASV" => plain(C::Pasv, "PASV", &argument)?,
        "ABOR" => plain(C::Abor, "ABOR", &argument)?,
        "PWD" | "XPWD" => plain(C::Pwd, "PWD", &argument)?,
        "SYST" => plain(C::Syst, "SYST", &argument)?,
        "FEAT" => plain(C::Feat, "FEAT", &argument)?,
        "NOOP" => C::Noop,
        "RETR" => C::Retr(needed(argument, "RETR", "a file name")?),
        "STOR" => C::Stor(needed(argument, "STOR", "a file name")?),
        "STOU" => C::Stou(argument),
        "APPE" => C::Appe(needed(argument, "APPE", "a file name")?),
        "RNFR" => C::Rnfr(needed(argument, "RNFR", "a name")?),
        "RNTO" => C::Rnto(needed(argument, "RNTO", "a name")?),
        "DELE" => C::Dele(needed(argument, "DELE", "a file name")?),
        "RMD" | "XRMD" => C::Rmd(needed(argument, "RMD", "a folder")?),
        "MKD" | "XMKD" => C::Mkd(needed(argument, "MKD", "a folder")?),
        "SIZE" => C::Size(needed(argument, "SIZE", "a file name")?),
        "MDTM" => C::Mdtm(needed(argument, "MDTM", "a file name")?),
        "OPTS" => C::Opts(needed(argument, "OPTS", "a command and its options")?),
        "SITE" => C::Site(needed(argument, "SITE", "a command of this server")?),
        "LIST" => C::List(argument),
        "NLST" => C::Nlst(argument),
        "MLSD" => C::Mlsd(argument),
        "MLST" => C::Mlst(argument),
        "STAT" => C::Stat(argument),
        "HELP" => C::Help(argument),
        "LANG" => C::Lang(argument),
        _ => return with_number(&upper, &argument).unwrap_or(Ok(C::Unknown { verb, argument })),
    })
}

/// The commands whose argument is no text.
fn with_number(verb: &str, argument: &str) -> Option<Result<Command, BadArgument>> {
    use Command as C;
    let or = |read: Option<Command>, verb, takes| read.ok_or(BadArgument { verb, takes });
    Some(match verb {
        "PORT" => {
            let read = host_port(argument).map(C::Port);
            or(read, "PORT", "six numbers below 256, with commas")
        }
        "EPRT" => {
            let read = extended_port(argument).map(C::Eprt);
            or(read, "EPRT", "|1 or 2|an address|a port|")
        }
        "EPSV" => {
            let read = extended_passive(argument).map(C::Epsv);
            or(read, "EPSV", "nothing, 1, 2 or ALL")
        }
        "TYPE" => {
            let read = type_code(argument).map(C::Type);
            or(read, "TYPE", "A, E, I or L and a byte size")
        }
        "STRU" => {
            let read = match argument.to_ascii_uppercase().as_str() {
                "F" => Some(Structure::File),
                "R" => Some(Structure::Record),
                "P" => Some(Structure::Page),
                _ => None,
            };
            or(read.map(C::Stru), "STRU", "F, R or P")
        }
        "MODE" => {
            let read = match argument.to_ascii_uppercase().as_str() {
                "S" => Some(Mode::Stream),
                "B" => Some(Mode::Block),
                "C" => Some(Mode::Compressed),
                _ => None,
            };
            or(read.map(C::Mode), "MODE", "S, B or C")
        }
        "REST" => or(
            number(argument).map(C::Rest),
            "REST",
            "how many bytes to pass over",
        ),
        "ALLO" => {
            let first = argument.split(' ').next().unwrap_or_default();
            or(number(first).map(C::Allo), "ALLO", "how many bytes")
        }
        _ => return None,
    })
}

fn needed(
    argument: String,
    verb: &'static str,
    takes: &'static str,
) -> Result<String, BadArgument> {
    match argument.is_empty() {
        true => Err(BadArgument { verb, takes }),
        false => Ok(argument),
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Whether a verb belongs to FTP although it is not spoken here.
#[must_use]
pub fn is_known(verb: &str) -> bool {
    let verb = verb.to_ascii_uppercase();
    NOT_OFFERED.contains(&verb.as_str()) || is_superfluous(&verb)
}

/// Whether a verb asks for something that a server such as this has no need of.
#[must_use]
pub fn is_superfluous(verb: &str) -> bool {
    SUPERFLUOUS
        .iter()
        .any(|known| verb.eq_ignore_ascii_case(known))
}

/// `|1|192.0.2.10|50000|`, with any sign from 33 to 126 between (RFC 2428 §2).
fn extended_port(argument: &str) -> Option<Extended> {
    let sign = argument.chars().next().filter(char::is_ascii_graphic)?;
    let mut parts = argument.split(sign);
    let (before, family, addr, port, after) = (
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
    );
    if !before.is_empty() || !after.is_empty() || parts.next().is_some() {
        return None;
    }
    let family = u32::try_from(number(family)?).ok()?;
    let port = u16::try_from(number(port)?).ok()?;
    let addr: Option<IpAddr> = addr.parse().ok();
    match (family, addr) {
        (1, Some(addr @ IpAddr::V4(_))) | (2, Some(addr @ IpAddr::V6(_))) => {
            Some(Extended::At(SocketAddr::new(addr, port)))
        }
        (1 | 2, _) => None,
        (other, _) => Some(Extended::Family(other)),
    }
}

fn extended_passive(argument: &str) -> Option<ExtendedPassive> {
    match argument {
        "" => Some(ExtendedPassive::Same),
        all if all.eq_ignore_ascii_case("ALL") => Some(ExtendedPassive::All),
        family => {
            let family = u32::try_from(number(family)?).ok()?;
            Some(ExtendedPassive::Family(family))
        }
    }
}

/// The port in a 229's text, `(|||50000|)`, and where it lies there (RFC 2428 §3).
#[must_use]
pub fn extended_passive_port(text: &str) -> Option<(u16, Span)> {
    let open = text.find('(')? + 1;
    let inner = &text[open..];
    let sign = inner.chars().next().filter(char::is_ascii_graphic)?;
    let three = [sign, sign, sign].iter().collect::<String>();
    let digits = inner.strip_prefix(three.as_str())?;
    let end = digits.find(sign)?;
    let port = u16::try_from(number(&digits[..end])?).ok()?;
    let start = open + 3;
    Some((port, Span::new(start..start + end)))
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
        if let Some((port, span)) = extended_passive_port(&text) {
            inside(span, text.len());
            assert_eq!(
                String::from_utf8_lossy(span.of(text.as_bytes())).parse(),
                Ok(port)
            );
        }
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
