//! The fields of FTP's lines: commands, replies, and the addresses and ports in them.

use super::ftp::ascii;
use super::lines;
use crate::dissect::kinds::FieldKind;
use crate::dissect::read::Reader;
use crate::dissect::table::ftp::control as f;
use crate::proto::ftp::types::Extended;
use crate::proto::ftp::{Command, parse};
use std::net::SocketAddr;
use std::ops::Range;

/// RFC 959 §5.3: a verb, an argument behind a space.
pub(super) fn command(r: &mut Reader) -> Option<()> {
    let (start, end) = (r.at(), r.at() + r.left());
    let line = lines::words(r.unread());
    let signals = match line.first() {
        Some(240..) => usize::try_from(parse::command(line).verb.start).unwrap_or(0),
        _ => 0,
    };
    if signals > 0 {
        r.blob(&f::TELNET, signals)?;
    }
    let words = line.get(signals..).unwrap_or_default();
    let verb = lines::verb(words);
    r.blob(&f::COMMAND, verb.len())?;
    let behind = words.len() - verb.len();
    if behind > 1 {
        r.take(1)?;
        let at = r.at();
        r.blob(&f::ARGUMENT, behind - 1)?;
        let argument = words.get(verb.len() + 1..).unwrap_or_default();
        if verb.eq_ignore_ascii_case(b"PORT") || verb.eq_ignore_ascii_case(b"EPRT") {
            listens(r, words, argument, at);
        }
    }
    let _ = r.rest(&f::LINE_END);
    r.put(&f::IS_REQUEST, 1, start..end);
    r.put(&f::IS_RESPONSE, 0, start..end);
    Some(())
}

/// Where the client listens, as PORT and EPRT say it.
fn listens(r: &mut Reader, words: &[u8], argument: &[u8], at: usize) {
    match parse::command(words).command {
        Ok(Command::Port(client)) => {
            let kinds = [&f::ACTIVE_ADDRESS, &f::ACTIVE_PORT];
            six_numbers(r, argument, at, SocketAddr::V4(client), kinds);
        }
        Ok(Command::Eprt(Extended::At(client))) => {
            let _ = extended(r, argument, at, client);
        }
        _ => {}
    }
}

/// `192,0,2,10,195,80`: the fourth comma parts address and port.
fn six_numbers(
    r: &mut Reader,
    numbers: &[u8],
    at: usize,
    who: SocketAddr,
    [address, port]: [&'static FieldKind; 2],
) {
    let mut commas = (0..numbers.len()).filter(|at| numbers.get(*at) == Some(&b','));
    let Some(fourth) = commas.nth(3) else {
        return;
    };
    let behind = at + fourth + 1..at + numbers.len();
    r.put(address, number(&who), at..at + fourth);
    r.put(port, who.port().into(), behind.clone());
    r.put(&f::PORT_MEANS, who.port().into(), behind);
}

/// An address of IPv4 as a number.
fn number(who: &SocketAddr) -> u64 {
    match who {
        SocketAddr::V4(four) => u32::from(*four.ip()).into(),
        SocketAddr::V6(_) => 0,
    }
}

/// `|2|2001:db8::10|50000|`, with any sign between (RFC 2428 §2).
fn extended(r: &mut Reader, argument: &[u8], at: usize, who: SocketAddr) -> Option<()> {
    let sign = argument.first()?;
    let mut signs = (0..argument.len()).filter(|at| argument.get(*at) == Some(sign));
    let [a, b, c, d] = [signs.next()?, signs.next()?, signs.next()?, signs.next()?];
    let between = |a: usize, b: usize| at + a + 1..at + b;
    let (family, address) = match who {
        SocketAddr::V4(_) => (1, &f::EPRT_ADDRESS),
        SocketAddr::V6(_) => (2, &f::EPRT_ADDRESS_6),
    };
    r.put(&f::EPRT_FAMILY, family, between(a, b));
    r.put(address, number(&who), between(b, c));
    r.put(&f::EPRT_PORT, who.port().into(), between(c, d));
    Some(())
}

/// RFC 959 §4.2: three digits; a space or a hyphen; words.
pub(super) fn reply(r: &mut Reader) -> Option<()> {
    let (start, end) = (r.at(), r.at() + r.left());
    let line = lines::words(r.unread());
    let digits = *line.first_chunk::<3>()?;
    let [first, second, third] = digits.map(|digit| u64::from(digit.saturating_sub(b'0')));
    r.take(3)?;
    let code = first * 100 + second * 10 + third;
    r.put(&f::CODE, code, start..start + 3);
    r.put(&f::FIRST_DIGIT, first, start..start + 1);
    r.put(&f::SECOND_DIGIT, second, start + 1..start + 2);
    r.put(&f::THIRD_DIGIT, third, start + 2..start + 3);
    if let Some(mark) = line.get(3) {
        let (_, range) = r.take(1)?;
        r.put(&f::CONTINUES, u64::from(*mark == b'-'), range);
    }
    if let Some(text) = line.get(4..).filter(|text| !text.is_empty()) {
        let at = r.at();
        r.blob(&f::TEXT, text.len())?;
        match code {
            227 => drop(passive(r, text, at)),
            229 => drop(extended_passive(r, text, at)),
            _ => {}
        }
    }
    let _ = r.rest(&f::LINE_END);
    r.put(&f::IS_REQUEST, 0, start..end);
    r.put(&f::IS_RESPONSE, 1, start..end);
    Some(())
}

fn passive(r: &mut Reader, text: &[u8], at: usize) -> Option<()> {
    let (server, span) = parse::passive_endpoint(&ascii(text))?;
    let start = usize::try_from(span.start).ok()?;
    let kinds = [&f::PASSIVE_ADDRESS, &f::PASSIVE_PORT];
    six_numbers(r, span.of(text), at + start, server.into(), kinds);
    Some(())
}

/// The address is the one in the packet's header, which a message of several frames has not.
fn extended_passive(r: &mut Reader, text: &[u8], at: usize) -> Option<()> {
    let (port, span) = parse::extended_passive_port(&ascii(text))?;
    let place = |n: u32| usize::try_from(n).unwrap_or(0) + at;
    let range: Range<usize> = place(span.start)..place(span.end);
    if let Some(sender) = r.sender() {
        let kind = match sender.len() {
            4 => &f::EPSV_ADDRESS,
            _ => &f::EPSV_ADDRESS_6,
        };
        r.put(kind, sender.start as u64, range.clone());
    }
    r.put(&f::EPSV_PORT, port.into(), range);
    Some(())
}

/// A line of text, and its end.
pub(super) fn text(r: &mut Reader, kind: &'static FieldKind) -> Option<()> {
    let words = lines::words(r.unread()).len();
    if words > 0 {
        r.blob(kind, words)?;
    }
    r.rest(&f::LINE_END)
}
