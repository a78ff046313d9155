//! ICMP for both families: echo, errors, and what hosts and routers tell each other.

use super::read::Reader;
use super::table::icmp::icmp as t;
use super::table::icmp6::icmpv6 as s;
use super::{Next, neighbors};

/// RFC 792.
pub(super) fn icmp(r: &mut Reader) -> Option<Next> {
    let kind = r.number(&t::KIND, 1)?;
    let code = r.number(&t::CODE, 1)?;
    let at = r.at();
    let verdict = r.checksum(&t::CHECKSUM, false)?;
    match kind {
        0 | 8 | 13 | 14 => {
            r.number(&t::IDENTIFIER, 2)?;
            r.number(&t::SEQUENCE, 2)?;
        }
        3 if code == 4 => {
            quoted_length(r, 2)?;
            r.number(&t::MTU, 2)?;
        }
        5 => drop(r.number(&t::GATEWAY, 4)?),
        3 | 11 => quoted_length(r, 4)?,
        12 => {
            r.number(&t::POINTER, 1)?;
            r.number(&t::LENGTH, 1)?;
            r.blob(&t::UNUSED, 2)?;
        }
        _ => {}
    }
    if matches!(kind, 13 | 14) {
        r.number(&t::ORIGINATE, 4)?;
        r.number(&t::RECEIVE, 4)?;
        r.number(&t::TRANSMIT, 4)?;
    }
    r.put(&t::CHECKSUM_VERDICT, verdict, at..at + 2);
    match kind {
        3 | 5 | 11 | 12 => Some(Next::Ipv4),
        _ => Some(Next::Data),
    }
}

/// Bytes that have no use, but for the second where it tells how much is quoted (RFC 4884 §4.1).
fn quoted_length(r: &mut Reader, len: usize) -> Option<()> {
    if r.unread().get(1).is_none_or(|length| *length == 0) {
        return r.blob(&t::UNUSED, len);
    }
    r.blob(&t::UNUSED, 1)?;
    r.number(&t::LENGTH, 1)?;
    match len - 2 {
        0 => Some(()),
        rest => r.blob(&t::UNUSED, rest),
    }
}

/// RFC 4443, RFC 4861 §4.
pub(super) fn icmpv6(r: &mut Reader) -> Option<Next> {
    let kind = r.number(&s::KIND, 1)?;
    r.number(&s::CODE, 1)?;
    let at = r.at();
    let verdict = r.checksum(&s::CHECKSUM, true)?;
    let next = match kind {
        1 | 3 => {
            match r.peek(1) {
                Some(0) | None => r.blob(&s::RESERVED, 4)?,
                Some(_) => {
                    r.number(&s::LENGTH, 1)?;
                    r.blob(&s::RESERVED, 3)?;
                }
            }
            Some(Next::Ipv6)
        }
        2 => r.number(&s::MTU, 4).map(|_| Next::Ipv6),
        4 => r.number(&s::POINTER, 4).map(|_| Next::Ipv6),
        128 | 129 => {
            r.number(&s::IDENTIFIER, 2)?;
            r.number(&s::SEQUENCE, 2).map(|_| Next::Data)
        }
        133..=137 => neighbors::read(r, kind),
        143 => neighbors::groups(r),
        _ => Some(Next::Data),
    };
    r.put(&s::CHECKSUM_VERDICT, verdict, at..at + 2);
    next
}
