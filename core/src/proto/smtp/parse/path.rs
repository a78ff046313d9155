//! Addresses and the angle brackets around them, RFC 5321 §4.1.2 and §4.1.3.

use super::reader::{Reader, printable};
use super::{Fault, Part, PartKind};
use crate::base::Span;
use crate::proto::smtp::types::{Mailbox, Path, is_atext, is_dot_string};
use crate::proto::smtp::{MAX_DOMAIN, MAX_LOCAL_PART};
use std::net::{Ipv4Addr, Ipv6Addr};

/// RFC 5321 §4.1.2, Reverse-path and Forward-path.
pub(super) fn read_path(reader: &mut Reader<'_>) -> Result<Path, Fault> {
    let start = reader.at;
    reader.expect(b'<', "The address needs angle brackets: <user@domain>")?;
    let outer = reader.parts.len();
    let path = if reader.peek() == Some(b'>') {
        Path::Null
    } else if is_postmaster(reader.rest()) {
        let name = reader.advance("postmaster".len());
        reader.part(PartKind::LocalPart, name);
        Path::Postmaster
    } else {
        read_route(reader)?;
        Path::Mailbox(read_mailbox(reader)?)
    };
    reader.expect(b'>', "The address must end with >")?;
    let span = Span::new(start..reader.at);
    let kind = PartKind::Path;
    reader.parts.insert(outer, Part { kind, span });
    Ok(path)
}

fn is_postmaster(rest: &[u8]) -> bool {
    let name = b"postmaster>";
    rest.get(..name.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// `@one,@two:` in front of an address: must be accepted, is ignored (§4.1.1.3).
fn read_route(reader: &mut Reader<'_>) -> Result<(), Fault> {
    if reader.peek() != Some(b'@') {
        return Ok(());
    }
    let start = reader.at;
    loop {
        reader.expect(b'@', "A route is made of @domains")?;
        read_domain(reader)?;
        if reader.peek() != Some(b',') {
            break;
        }
        reader.advance(1);
    }
    reader.expect(b':', "A route ends with a colon")?;
    reader.part(PartKind::Route, Span::new(start..reader.at));
    Ok(())
}

/// RFC 5321 §4.1.2, Mailbox.
pub(super) fn read_mailbox(reader: &mut Reader<'_>) -> Result<Mailbox, Fault> {
    let start = reader.at;
    let local = match reader.peek() {
        Some(b'"') => read_quoted(reader)?,
        _ => read_dot_string(reader)?,
    };
    if reader.at - start > MAX_LOCAL_PART {
        return Err(reader.fault("Path too long"));
    }
    reader.part(PartKind::LocalPart, Span::new(start..reader.at));
    reader.expect(b'@', "The address needs an @ and a domain")?;
    let span = read_domain(reader)?;
    reader.part(PartKind::Domain, span);
    let domain = printable(span.of(reader.line));
    Ok(Mailbox { local, domain })
}

fn read_dot_string(reader: &mut Reader<'_>) -> Result<String, Fault> {
    let span = reader.take_while(|b| b == b'.' || is_atext(b));
    let text = span.of(reader.line);
    if !is_dot_string(text) {
        return Err(reader.fault("The part before the @ cannot be read"));
    }
    Ok(printable(text))
}

/// RFC 5321 §4.1.2, Quoted-string; answers the text with its quoting undone.
fn read_quoted(reader: &mut Reader<'_>) -> Result<String, Fault> {
    reader.advance(1);
    let mut text = String::new();
    loop {
        let mut byte = reader.peek();
        if byte == Some(b'"') {
            reader.advance(1);
            return Ok(text);
        }
        if byte == Some(b'\\') {
            reader.advance(1);
            byte = reader.peek();
        }
        match byte {
            Some(b @ 32..=126) => text.push(char::from(b)),
            _ => return Err(reader.fault("The quoted name is not closed")),
        }
        reader.advance(1);
    }
}

/// A domain name, or an address literal (RFC 5321 §4.1.3).
fn read_domain(reader: &mut Reader<'_>) -> Result<Span, Fault> {
    let span = if reader.peek() == Some(b'[') {
        let mut span = reader.take_while(|b| b.is_ascii_graphic() && b != b']');
        let inner = span.of(reader.line).get(1..).unwrap_or(&[]);
        if !is_literal(inner) {
            return Err(reader.fault("The address literal cannot be read"));
        }
        reader.expect(b']', "The address literal must end with ]")?;
        span.end += 1;
        span
    } else {
        let span = reader.take_while(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if !span.of(reader.line).split(|b| *b == b'.').all(is_label) {
            return Err(reader.fault("The domain cannot be read"));
        }
        span
    };
    if span.of(reader.line).len() > MAX_DOMAIN {
        return Err(reader.fault("Path too long"));
    }
    Ok(span)
}

/// RFC 5321 §4.1.2, sub-domain: letters, digits, inner hyphens.
fn is_label(label: &[u8]) -> bool {
    let ends_well = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    ends_well(label.first()) && ends_well(label.last())
}

/// What may stand between square brackets: IPv4, `IPv6:` and IPv6, or `tag:content`.
fn is_literal(inner: &[u8]) -> bool {
    let text = printable(inner);
    let Some((tag, content)) = text.split_once(':') else {
        return text.parse::<Ipv4Addr>().is_ok();
    };
    if tag.eq_ignore_ascii_case("IPv6") {
        return content.parse::<Ipv6Addr>().is_ok();
    }
    let in_tag = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let in_content = |b: u8| b.is_ascii_graphic() && !matches!(b, b'[' | b'\\' | b']');
    !tag.is_empty()
        && tag.bytes().all(in_tag)
        && !tag.ends_with('-')
        && !content.is_empty()
        && content.bytes().all(in_content)
}
