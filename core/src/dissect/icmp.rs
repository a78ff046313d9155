//! ICMP for both families: echo, errors, and how IPv6 hosts find each other.

use super::Next;
use super::reader::Reader;

/// RFC 792.
pub(super) fn icmp(r: &mut Reader) -> Option<Next> {
    let kind = r.byte("Type")?;
    let name = match kind {
        0 => "echo reply",
        3 => "destination unreachable",
        5 => "redirect",
        8 => "echo request",
        11 => "time exceeded",
        12 => "parameter problem",
        _ => "unknown",
    };
    r.explain(format!("{kind} ({name})"));
    let code = r.byte("Code")?;
    let why = match (kind, code) {
        (3, 0) => "no route to the network",
        (3, 1) => "no route to the host",
        (3, 2) => "protocol unknown",
        (3, 3) => "nobody at that port",
        (3, 4) => "too big, and not to be fragmented",
        (3, 13) => "forbidden by a filter",
        (11, 0) => "time to live used up",
        (11, 1) => "fragments missing",
        _ => "",
    };
    told(r, name, code, why);
    r.checksum(false)?;
    match kind {
        0 | 8 => echo(r),
        3 | 5 | 11 | 12 => {
            r.blob("Of the error", 4)?;
            r.quoted = true;
            Some(Next::Ipv4)
        }
        _ => Some(Next::Data),
    }
}

/// RFC 4443, RFC 4861 §4.
pub(super) fn icmpv6(r: &mut Reader) -> Option<Next> {
    let kind = r.byte("Type")?;
    let name = match kind {
        1 => "destination unreachable",
        2 => "packet too big",
        3 => "time exceeded",
        4 => "parameter problem",
        128 => "echo request",
        129 => "echo reply",
        133 => "router solicitation",
        134 => "router advertisement",
        135 => "neighbor solicitation",
        136 => "neighbor advertisement",
        _ => "unknown",
    };
    r.explain(format!("{kind} ({name})"));
    let code = r.byte("Code")?;
    let why = match (kind, code) {
        (1, 0) => "no route",
        (1, 1) => "forbidden by a filter",
        (1, 3) => "no such host",
        (1, 4) => "nobody at that port",
        (3, 0) => "hop limit used up",
        _ => "",
    };
    told(r, name, code, why);
    r.checksum(true)?;
    match kind {
        1..=4 => {
            r.blob("Of the error", 4)?;
            r.quoted = true;
            Some(Next::Ipv6)
        }
        128 | 129 => echo(r),
        135 => {
            r.blob("Reserved", 4)?;
            let target = r.ipv6("Target")?;
            r.sum_up(format!("who has {target}?"));
            options(r)
        }
        136 => {
            advertised(r)?;
            let target = r.ipv6("Target")?;
            r.sum_up(format!("I have {target}"));
            options(r)
        }
        _ => Some(Next::Data),
    }
}

fn told(r: &mut Reader, name: &str, code: u8, why: &str) {
    if why.is_empty() {
        r.sum_up(name.into());
    } else {
        r.explain(format!("{code} ({why})"));
        r.sum_up(format!("{name}: {why}"));
    }
}

fn echo(r: &mut Reader) -> Option<Next> {
    r.short("Identifier")?;
    r.short("Sequence")?;
    Some(Next::Data)
}

fn advertised(r: &mut Reader) -> Option<()> {
    let (bits, range) = r.take(4)?;
    let flags = [(0x80, "router"), (0x40, "asked for"), (0x20, "override")];
    let set = flags.iter().filter(|(bit, _)| bits[0] & bit != 0);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    r.put("Flags", words.join(", "), range);
    Some(())
}

/// Each a type, a length in units of eight bytes, and its content (RFC 4861 §4.6).
fn options(r: &mut Reader) -> Option<Next> {
    while r.left() > 0 {
        let next = r.unread();
        let (kind, units) = (next[0], usize::from(*next.get(1)?));
        match (kind, units) {
            (_, 0) => return None,
            (1 | 2, 1) => {
                r.byte("Option")?;
                r.explain(if kind == 1 {
                    "1 (source's hardware address)"
                } else {
                    "2 (target's hardware address)"
                });
                r.byte("Option length")?;
                r.mac("Hardware address")?;
            }
            _ => r.blob("Option", units * 8)?,
        }
    }
    Some(Next::Nothing)
}
