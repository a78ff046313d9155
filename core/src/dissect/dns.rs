//! Questions and answers about names (RFC 1035 §4).

use super::kinds::FieldKind;
use super::read::Reader;
use super::table::dns::message as m;
use super::table::dns_records::record as t;
use crate::base::Span;
use crate::proto::dns::parse::{Fault, Found, Parsed, Section, parse};
use crate::proto::dns::{Data, Kind};

/// The record that speaks of extensions (RFC 6891 §6.1.1).
const OPT: u16 = 41;

/// A message. Over TCP its length stands before it; where the rest of it never comes, it is
/// shown as it is.
pub(super) fn dns(r: &mut Reader, over_tcp: bool) -> Option<()> {
    if over_tcp {
        let length = r.peek(2).and_then(|length| usize::try_from(length).ok());
        if length.is_none_or(|length| r.left() < length + 2) {
            return r.rest(&m::PART);
        }
        r.number(&m::LENGTH, 2)?;
    }
    let parsed = parse(r.unread());
    if message(r, &parsed).is_none() || parsed.fault.is_some() {
        r.stop(reason(parsed.fault));
    }
    r.rest(&m::REST)
}

/// RFC 1035 §4.1, as far as it could be read.
fn message(r: &mut Reader, parsed: &Parsed) -> Option<()> {
    let start = r.at();
    r.number(&m::NUMBER, 2)?;
    flags(r)?;
    for count in [&m::QUESTIONS, &m::ANSWERS, &m::AUTHORITIES, &m::FURTHER] {
        r.number(count, 2)?;
    }
    for asked in &parsed.questions {
        name(r, start, &m::ASKED_NAME, asked.name)?;
        r.number(&m::ASKED_TYPE, 2)?;
        r.number(&m::ASKED_CLASS, 2)?;
    }
    for found in &parsed.records {
        record(r, start, found)?;
    }
    Some(())
}

/// Why a message could not be read to its end.
fn reason(fault: Option<Fault>) -> &'static str {
    match fault {
        Some(Fault::Cut) | None => "the message ends too early",
        Some(Fault::Pointer) => "a name points to where it cannot",
        Some(Fault::Label) => "a name has a label of a kind that does not exist",
        Some(Fault::LongName) => "a name is too long",
        Some(Fault::Length) => "a record is not as long as it says",
    }
}

fn flags(r: &mut Reader) -> Option<()> {
    let (bits, range) = r.take_number(2)?;
    r.put(&m::FLAGS, bits, range.clone());
    let all: [(&FieldKind, u8, u8); 10] = [
        (&m::IS_ANSWER, 15, 1),
        (&m::OPCODE, 11, 4),
        (&m::AUTHORITATIVE, 10, 1),
        (&m::TRUNCATED, 9, 1),
        (&m::WANTS_RECURSION, 8, 1),
        (&m::OFFERS_RECURSION, 7, 1),
        (&m::ZERO, 6, 1),
        (&m::AUTHENTIC, 5, 1),
        (&m::UNCHECKED, 4, 1),
        (&m::RESULT, 0, 4),
    ];
    for (kind, shift, count) in all {
        r.part(kind, bits, (shift, count), range.clone());
    }
    Some(())
}

/// A name. Its number is where the message begins, from where its pointers count.
fn name(r: &mut Reader, start: usize, kind: &'static FieldKind, at: Span) -> Option<()> {
    up_to(r, start + at.end as usize, kind, start as u64)
}

/// A field up to a place of the frame.
fn up_to(r: &mut Reader, end: usize, kind: &'static FieldKind, number: u64) -> Option<()> {
    let (_, range) = r.take(end.checked_sub(r.at())?)?;
    r.put(kind, number, range);
    Some(())
}

fn record(r: &mut Reader, start: usize, found: &Found) -> Option<()> {
    let owner = match found.section {
        Section::Answer => &t::ANSWER_NAME,
        Section::Authority => &t::AUTHORITY_NAME,
        Section::Additional => &t::FURTHER_NAME,
    };
    name(r, start, owner, found.name)?;
    let kind = r.number(&t::TYPE, 2)?;
    let end = start + found.data.end as usize;
    if kind == u64::from(OPT) {
        return extensions(r, end);
    }
    r.number(&t::CLASS, 2)?;
    r.number(&t::TTL, 4)?;
    r.number(&t::DATA_LENGTH, 2)?;
    match (&found.record.data, found.record.data.kind()) {
        (Data::A(_), _) => r.blob(&t::A, 4),
        (Data::Aaaa(_), _) => r.blob(&t::AAAA, 16),
        (_, Kind::Ns) => up_to(r, end, &t::NS, start as u64),
        (_, Kind::Cname) => up_to(r, end, &t::CNAME, start as u64),
        (_, Kind::Ptr) => up_to(r, end, &t::PTR, start as u64),
        (_, Kind::Mx) => {
            r.number(&t::MX_PREFERENCE, 2)?;
            up_to(r, end, &t::MX_HOST, start as u64)
        }
        (_, Kind::Txt) => texts(r, end),
        (_, Kind::Soa) => authority(r, start, end),
        _ if end > r.at() => up_to(r, end, &t::UNKNOWN, 0),
        _ => Some(()),
    }
}

fn texts(r: &mut Reader, end: usize) -> Option<()> {
    while r.at() < end {
        let len = usize::try_from(r.number(&t::TXT_LENGTH, 1)?).ok()?;
        if len > 0 {
            r.blob(&t::TXT, len.min(end - r.at()))?;
        }
    }
    Some(())
}

/// RFC 1035 §3.3.13: two names, and five numbers.
fn authority(r: &mut Reader, start: usize, end: usize) -> Option<()> {
    let numbers = end.checked_sub(20)?;
    let first = r.at() + name_len(r.unread())?;
    up_to(r, first, &t::SOA_SERVER, start as u64)?;
    up_to(r, numbers, &t::SOA_PERSON, start as u64)?;
    for kind in [
        &t::SOA_SERIAL,
        &t::SOA_REFRESH,
        &t::SOA_RETRY,
        &t::SOA_EXPIRE,
        &t::SOA_MINIMUM,
    ] {
        r.number(kind, 4)?;
    }
    Some(())
}

/// How many bytes a name takes where it stands: up to its end, or its pointer's.
fn name_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            0xc0.. => return Some(at + 2),
            len => at += 1 + usize::from(len),
        }
    }
}

/// RFC 6891 §6.1.2.
fn extensions(r: &mut Reader, end: usize) -> Option<()> {
    r.number(&t::OPT_SIZE, 2)?;
    r.number(&t::OPT_RESULT, 1)?;
    r.number(&t::OPT_VERSION, 1)?;
    let (bits, range) = r.take_number(2)?;
    r.put(&t::OPT_FLAGS, bits, range.clone());
    r.part(&t::OPT_DNSSEC, bits, (15, 1), range.clone());
    r.part(&t::OPT_RESERVED, bits, (0, 15), range);
    r.number(&t::DATA_LENGTH, 2)?;
    while end.saturating_sub(r.at()) >= 4 {
        r.number(&t::OPT_CODE, 2)?;
        let len = usize::try_from(r.number(&t::OPT_LENGTH, 2)?).ok()?;
        if len > 0 {
            r.blob(&t::OPT_DATA, len.min(end - r.at()))?;
        }
    }
    Some(())
}
