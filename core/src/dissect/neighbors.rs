//! How IPv6 hosts and routers on a wire find each other (RFC 4861 §4), and groups (RFC 3810 §5.2).

use super::Next;
use super::read::Reader;
use super::table::icmp6::icmpv6 as s;
use super::table::mld as m;
use super::table::neighbors as n;

/// Messages 133 to 137.
pub(super) fn read(r: &mut Reader, kind: u64) -> Option<Next> {
    match kind {
        133 => r.blob(&s::RESERVED, 4)?,
        134 => advertisement(r)?,
        135 => {
            r.blob(&s::RESERVED, 4)?;
            r.blob(&n::NS_TARGET, 16)?;
        }
        136 => {
            let (bits, range) = r.take_number(4)?;
            r.put(&n::NA_FLAGS, bits, range.clone());
            r.part(&n::ROUTER, bits, (31, 1), range.clone());
            r.part(&n::SOLICITED, bits, (30, 1), range.clone());
            r.part(&n::OVERRIDE, bits, (29, 1), range.clone());
            r.part(&n::NA_RESERVED, bits, (0, 29), range);
            r.blob(&n::NA_TARGET, 16)?;
        }
        _ => {
            r.blob(&s::RESERVED, 4)?;
            r.blob(&n::REDIRECT_TARGET, 16)?;
            r.blob(&n::REDIRECT_DESTINATION, 16)?;
        }
    }
    options(r)
}

fn advertisement(r: &mut Reader) -> Option<()> {
    r.number(&n::HOP_LIMIT, 1)?;
    let (bits, range) = r.take_number(1)?;
    r.put(&n::RA_FLAGS, bits, range.clone());
    r.part(&n::MANAGED, bits, (7, 1), range.clone());
    r.part(&n::OTHER, bits, (6, 1), range.clone());
    r.part(&n::HOME_AGENT, bits, (5, 1), range.clone());
    r.part(&n::PREFERENCE, bits, (3, 2), range.clone());
    r.part(&n::PROXY, bits, (2, 1), range.clone());
    r.part(&n::RA_RESERVED, bits, (0, 2), range);
    r.number(&n::ROUTER_LIFETIME, 2)?;
    r.number(&n::REACHABLE_TIME, 4)?;
    r.number(&n::RETRANS_TIMER, 4)?;
    Some(())
}

/// Each a type, a length in units of eight bytes, and its content (RFC 4861 §4.6).
fn options(r: &mut Reader) -> Option<Next> {
    while r.left() > 0 {
        let next = r.unread();
        let (kind, len) = (next[0], usize::from(*next.get(1)?) * 8);
        if len == 0 || len > next.len() {
            r.stop("an option's length cannot be");
            return None;
        }
        let end = r.at() + len;
        r.put(&n::OPTION, u64::from(kind), r.at()..end);
        r.number(&n::OPTION_KIND, 1)?;
        r.number(&n::OPTION_LENGTH, 1)?;
        match (kind, len) {
            (1, 8) => drop(r.number(&n::SOURCE_ADDRESS, 6)?),
            (2, 8) => drop(r.number(&n::TARGET_ADDRESS, 6)?),
            (3, 32) => prefix(r)?,
            (4, 16..) => {
                r.blob(&n::OPTION_RESERVED, 6)?;
                r.blob(&n::REDIRECTED, len - 8)?;
            }
            (5, 8) => {
                r.blob(&n::OPTION_RESERVED, 2)?;
                r.number(&n::OPTION_MTU, 4)?;
            }
            _ => r.blob(&n::OPTION_DATA, len - 2)?,
        }
    }
    Some(Next::Nothing)
}

fn prefix(r: &mut Reader) -> Option<()> {
    r.number(&n::PREFIX_LENGTH, 1)?;
    let (bits, range) = r.take_number(1)?;
    r.put(&n::PREFIX_FLAGS, bits, range.clone());
    r.part(&n::ON_LINK, bits, (7, 1), range.clone());
    r.part(&n::AUTONOMOUS, bits, (6, 1), range.clone());
    r.part(&n::ROUTER_ADDRESS, bits, (5, 1), range.clone());
    r.part(&n::PREFIX_RESERVED, bits, (0, 5), range);
    r.number(&n::VALID_LIFETIME, 4)?;
    r.number(&n::PREFERRED_LIFETIME, 4)?;
    r.blob(&n::OPTION_RESERVED, 4)?;
    r.blob(&n::PREFIX, 16)
}

/// Which groups a host listens to (RFC 3810 §5.2).
pub(super) fn groups(r: &mut Reader) -> Option<Next> {
    r.blob(&m::RESERVED, 2)?;
    let count = r.number(&m::RECORD_COUNT, 2)?;
    for _ in 0..count {
        let next = r.unread();
        let sources = usize::from(u16::from_be_bytes([*next.get(2)?, *next.get(3)?]));
        let auxiliary = usize::from(next[1]) * 4;
        let len = 20 + sources * 16 + auxiliary;
        if len > next.len() {
            return None;
        }
        r.put(&m::RECORD, u64::from(next[0]), r.at()..r.at() + len);
        r.number(&m::RECORD_KIND, 1)?;
        r.number(&m::AUXILIARY_LENGTH, 1)?;
        r.number(&m::SOURCE_COUNT, 2)?;
        r.blob(&m::GROUP, 16)?;
        for _ in 0..sources {
            r.blob(&m::SOURCE, 16)?;
        }
        if auxiliary > 0 {
            r.blob(&m::AUXILIARY, auxiliary)?;
        }
    }
    Some(Next::Nothing)
}
