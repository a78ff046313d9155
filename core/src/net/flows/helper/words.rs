//! What FTP says of addresses: `PORT` and `EPRT` by the client, 227 and 229 by the server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;

/// Who speaks on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The one who commands.
    Client,
    /// The one who replies.
    Server,
}

/// An address that one side waits at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whether the client says it.
    pub by_client: bool,
    /// The address; 229 has none, and means the server's own.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Where it stands in the line.
    pub place: Range<usize>,
    form: Form,
}

/// How an address is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `192,0,2,1,195,80` (RFC 959 §5.3.2).
    Commas,
    /// `|1|192.0.2.1|50000|` with any sign between (RFC 2428 §2).
    Marks(u8),
    /// The port alone.
    Port,
}

impl Speaker {
    /// Where a line's argument begins, once the line so far says that it may be about an
    /// address.
    pub fn argument(self, line: &[u8]) -> Option<usize> {
        let verbs: &[&[u8]] = match self {
            Self::Client => &[b"PORT ", b"EPRT "],
            Self::Server => &[b"227 ", b"229 "],
        };
        let verb = verbs.iter().find(|verb| {
            let start = line.get(..verb.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(verb))
        })?;
        Some(verb.len())
    }

    /// What a whole line says of an address.
    pub fn read(self, line: &[u8]) -> Option<Said> {
        let start = self.argument(line)?;
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.iter().any(u8::is_ascii_control) {
            return None;
        }
        let extended = line[..start].eq_ignore_ascii_case(b"EPRT ") || line.starts_with(b"229");
        match (self, extended) {
            (Self::Client, false) => port(text, start),
            (Self::Client, true) => extended_port(text, start),
            (Self::Server, false) => passive(text, start),
            (Self::Server, true) => extended_passive(text, start),
        }
    }
}

impl Said {
    /// Another address in the same form. None where the form has no room for it.
    pub fn instead(&self, at: SocketAddr) -> Option<Vec<u8>> {
        let text = match (self.form, at.ip()) {
            (Form::Commas, IpAddr::V4(ip)) => {
                let [a, b, c, d] = ip.octets();
                let [high, low] = at.port().to_be_bytes();
                format!("{a},{b},{c},{d},{high},{low}")
            }
            (Form::Commas, IpAddr::V6(_)) => return None,
            (Form::Marks(mark), ip) => {
                let mark = char::from(mark);
                let family = if ip.is_ipv4() { 1 } else { 2 };
                format!("{mark}{family}{mark}{ip}{mark}{}{mark}", at.port())
            }
            (Form::Port, _) => at.port().to_string(),
        };
        Some(text.into_bytes())
    }
}

/// Only spaces may follow.
fn is_blank(rest: &[u8]) -> bool {
    rest.iter().all(|byte| *byte == b' ')
}

fn port(line: &[u8], start: usize) -> Option<Said> {
    let start = start + line[start..].iter().take_while(|b| **b == b' ').count();
    let said = commas(line, start, true)?;
    is_blank(&line[said.place.end..]).then_some(said)
}

/// The six numbers may stand anywhere in the text (RFC 1123 §4.1.2.6).
fn passive(line: &[u8], start: usize) -> Option<Said> {
    (start..line.len()).find_map(|at| {
        let begins = !line[at - 1].is_ascii_digit();
        commas(line, at, false).filter(|_| begins)
    })
}

fn commas(line: &[u8], start: usize, by_client: bool) -> Option<Said> {
    let mut numbers = [0u8; 6];
    let mut at = start;
    for (nth, number) in numbers.iter_mut().enumerate() {
        if nth > 0 {
            (line.get(at) == Some(&b',')).then_some(())?;
            at += 1;
        }
        let (value, end) = digits(line, at)?;
        *number = u8::try_from(value).ok()?;
        at = end;
    }
    let [a, b, c, d, high, low] = numbers;
    Some(Said {
        by_client,
        address: Some(Ipv4Addr::new(a, b, c, d).into()),
        port: u16::from_be_bytes([high, low]),
        place: start..at,
        form: Form::Commas,
    })
}

fn extended_port(line: &[u8], start: usize) -> Option<Said> {
    let start = start + line[start..].iter().take_while(|b| **b == b' ').count();
    let mark = *line.get(start).filter(|mark| mark.is_ascii_graphic())?;
    let mut parts = line[start + 1..].split(|byte| *byte == mark);
    let (family, address) = (parts.next()?, parts.next()?);
    let (number, rest) = (parts.next()?, parts.next()?);
    let address: IpAddr = std::str::from_utf8(address).ok()?.parse().ok()?;
    let fits = family == if address.is_ipv4() { b"1" } else { b"2" };
    let (port, end) = digits(number, 0)?;
    let is_whole = end == number.len() && is_blank(rest) && parts.next().is_none();
    (fits && is_whole).then_some(Said {
        by_client: true,
        address: Some(address),
        port,
        place: start..line.len() - rest.len(),
        form: Form::Marks(mark),
    })
}

/// `(|||6446|)` somewhere in the text (RFC 2428 §3).
fn extended_passive(line: &[u8], start: usize) -> Option<Said> {
    (start..line.len()).find_map(|at| {
        let [b'(', mark, second, third, ..] = line[at..] else {
            return None;
        };
        let (port, end) = digits(line, at + 4)?;
        let is_so = mark.is_ascii_graphic()
            && [second, third] == [mark, mark]
            && line.get(end..end + 2) == Some(&[mark, b')']);
        is_so.then_some(Said {
            by_client: false,
            address: None,
            port,
            place: at + 4..end,
            form: Form::Port,
        })
    })
}

/// A number of at most five digits, and where it ends.
fn digits(line: &[u8], at: usize) -> Option<(u16, usize)> {
    let rest = line.get(at..)?;
    let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let text = std::str::from_utf8(&rest[..len]).ok()?;
    let value = text.parse().ok().filter(|_| len <= 5)?;
    Some((value, at + len))
}
