//! IPv4 and its options.

use super::kinds::FieldKind;
use super::read::{RIGHT, Reader, WRONG, folded, summed};
use super::table::ip::ipv4 as t;
use super::table::ip_options as o;
use super::talks::{Fragment, Packet};
use super::{Next, ip6};
use std::ops::Range;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const IPV6: u8 = 41;

/// RFC 791 §3.1.
pub(super) fn ipv4(r: &mut Reader) -> Option<Next> {
    let (first, range) = r.take_number(1)?;
    let version = r.part(&t::VERSION, first, (4, 4), range.clone());
    let words = r.part(&t::HEADER_LENGTH, first, (0, 4), range);
    r.correct(words * 4);
    if version != 4 || words < 5 {
        r.stop("this is no header of IPv4");
        return None;
    }
    let (service, range) = r.take_number(1)?;
    r.put(&t::SERVICE_BYTE, service, range.clone());
    r.part(&t::SERVICE, service, (2, 6), range.clone());
    r.part(&t::CONGESTION, service, (0, 2), range);
    let total = usize::try_from(r.number(&t::TOTAL_LENGTH, 2)?).ok()?;
    let at_number = r.at()..r.at() + 2;
    let number = r.number(&t::IDENTIFICATION, 2)?;
    let bits = fragment(r)?;
    r.number(&t::TIME_TO_LIVE, 1)?;
    let protocol = u8::try_from(r.number(&t::PROTOCOL, 1)?).ok()?;
    let at = r.at();
    r.number(&t::CHECKSUM, 2)?;
    r.number(&t::SOURCE, 4)?;
    r.number(&t::DESTINATION, 4)?;
    let addresses = r.so_far().get(12..20)?;
    options(r, usize::try_from(words * 4 - 20).ok()?)?;
    let is_right = folded(summed(r.so_far())) == 0xffff;
    let verdict = if is_right { RIGHT } else { WRONG };
    r.put(&t::CHECKSUM_VERDICT, verdict, at..at + 2);
    let whole = r.narrow(total);
    r.carries(addresses, protocol, whole);
    // Only the first fragment begins with a header, and none of them is whole.
    if bits & 0x3fff == 0 {
        return Some(carried(protocol));
    }
    let packet = Packet {
        addresses: r.addresses(),
        number: u32::try_from(number).ok()?,
        protocol,
        is_ipv6: false,
    };
    let kinds = [
        &t::REASSEMBLED_IN,
        &t::FRAGMENT_OF,
        &t::FRAGMENT,
        &t::FRAGMENT_COUNT,
        &t::REASSEMBLED_LENGTH,
    ];
    let offset = usize::try_from(bits & 0x1fff).ok()? * 8;
    let more = bits & 0x2000 != 0;
    gather(r, packet, (offset, more), (kinds, at_number));
    Some(Next::Data)
}

/// What is known of a fragment: where its packet is whole, and of which frames it is made.
pub(super) fn gather(
    r: &mut Reader,
    packet: Packet,
    (offset, more): (usize, bool),
    (kinds, at): ([&'static FieldKind; 5], Range<usize>),
) {
    let [whole_in, first_in, piece_in, count, length] = kinds;
    let told = r.fragment(&Fragment {
        packet,
        offset,
        more,
    });
    if let Some(frame) = told.whole_in {
        r.put(whole_in, frame.into(), at.clone());
    }
    if let Some(frame) = told.first {
        r.put(first_in, frame.into(), at.clone());
    }
    if let Some(whole) = told.whole {
        for frame in &whole.frames {
            r.put(piece_in, u64::from(*frame), at.clone());
        }
        r.put(count, whole.frames.len() as u64, at.clone());
        let len: usize = whole.pieces.iter().map(|piece| piece.range.len()).sum();
        r.put(length, len as u64, at);
    }
}

/// What keeps the pieces of a packet apart. Answers these bits as they are.
fn fragment(r: &mut Reader) -> Option<u64> {
    let (bits, range) = r.take_number(2)?;
    let first = range.start..range.start + 1;
    r.part(&t::FLAGS, bits >> 8, (5, 3), first.clone());
    r.part(&t::RESERVED, bits >> 8, (7, 1), first.clone());
    r.part(&t::DONT_FRAGMENT, bits >> 8, (6, 1), first.clone());
    r.part(&t::MORE_FRAGMENTS, bits >> 8, (5, 1), first);
    r.part(&t::FRAGMENT_OFFSET, bits, (0, 13), range);
    Some(bits)
}

/// What IPv4 carries.
pub(super) fn carried(protocol: u8) -> Next {
    match protocol {
        ICMP => Next::Icmp,
        TCP => Next::Tcp,
        UDP => Next::Udp,
        IPV6 => Next::Ipv6,
        _ => Next::Data,
    }
}

/// What IPv6 carries, or which header comes before it.
pub(super) fn carried_by_6(protocol: u8) -> Next {
    match protocol {
        TCP => Next::Tcp,
        UDP => Next::Udp,
        ip6::ICMPV6 => Next::Icmpv6,
        _ if ip6::EXTENSIONS.contains(&protocol) => Next::Extension(protocol),
        _ => Next::Data,
    }
}

/// RFC 791 §3.1, Options: each a type, and most a length and data.
fn options(r: &mut Reader, len: usize) -> Option<()> {
    let end = r.at() + len;
    if len == 0 {
        return Some(());
    }
    if end > r.end() {
        return None;
    }
    r.put(&o::OPTIONS, len as u64, r.at()..end);
    while r.at() < end {
        let left = end - r.at();
        let next = r.unread();
        match next[0] {
            0 => return r.blob(&o::END, left),
            1 => {
                r.blob(&o::NO_OPERATION, 1)?;
                continue;
            }
            _ => {}
        }
        let size = next.get(1).map_or(0, |size| usize::from(*size));
        if size < 2 || size > left {
            return r.blob(&o::BROKEN, left);
        }
        option(r, next[0], size)?;
    }
    Some(())
}

fn option(r: &mut Reader, kind: u8, size: usize) -> Option<()> {
    let end = r.at() + size;
    let whole = match kind {
        7 => &o::RECORD_ROUTE,
        68 => &o::TIMESTAMP,
        131 => &o::LOOSE_ROUTE,
        137 => &o::STRICT_ROUTE,
        148 => &o::ROUTER_ALERT,
        _ => &o::OTHER,
    };
    r.put(whole, u64::from(kind), r.at()..end);
    let (number, range) = r.take_number(1)?;
    r.put(&o::KIND, number, range.clone());
    r.part(&o::KIND_COPY, number, (7, 1), range.clone());
    r.part(&o::KIND_CLASS, number, (5, 2), range.clone());
    r.part(&o::KIND_NUMBER, number, (0, 5), range);
    r.number(&o::LENGTH, 1)?;
    match kind {
        7 | 131 | 137 if size >= 3 => route(r, kind, end)?,
        68 if size >= 4 => stamps(r, end)?,
        148 if size == 4 => drop(r.number(&o::ALERT, 2)?),
        _ => {}
    }
    match end - r.at() {
        0 => Some(()),
        left => r.blob(&o::DATA, left),
    }
}

/// Addresses, and which of them is next: the pointer counts from one at the option's type.
fn route(r: &mut Reader, kind: u8, end: usize) -> Option<()> {
    let start = r.at() - 2;
    let pointer = usize::try_from(r.number(&o::POINTER, 1)?).ok()?;
    while end - r.at() >= 4 {
        let is_passed = r.at() - start + 1 < pointer;
        let address = match (kind, is_passed) {
            (7, true) => &o::RECORDED,
            (7, false) => &o::FREE,
            _ => &o::TO_VISIT,
        };
        r.number(address, 4)?;
    }
    Some(())
}

fn stamps(r: &mut Reader, end: usize) -> Option<()> {
    r.number(&o::POINTER, 1)?;
    let (bits, range) = r.take_number(1)?;
    r.part(&o::OVERFLOW, bits, (4, 4), range.clone());
    let form = r.part(&o::FORM, bits, (0, 4), range);
    let size = if form == 0 { 4 } else { 8 };
    while end - r.at() >= size {
        if size == 8 {
            r.number(&o::STAMP_ADDRESS, 4)?;
        }
        r.number(&o::STAMP, 4)?;
    }
    Some(())
}
