//! IPv6, and the headers between it and what it carries.

use super::Next;
use super::ip::{carried_by_6, gather};
use super::read::Reader;
use super::table::ip6::{
    self as layers, destination_options as d, fragment as f, hop_by_hop as h, ipv6 as t,
    routing as g,
};
use super::table::ip6_options as o;
use super::talks::Packet;
use crate::dissect::LayerKind;

pub(super) const ICMPV6: u8 = 58;
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const DESTINATION: u8 = 60;
/// RFC 8200 §4.1.
pub(super) const EXTENSIONS: [u8; 4] = [HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION];
const PAD_ONE: u8 = 0;

/// RFC 8200 §3.
pub(super) fn ipv6(r: &mut Reader) -> Option<Next> {
    let (first, range) = r.take_number(4)?;
    let at = range.start;
    let version = r.part(&t::VERSION, first >> 24, (4, 4), at..at + 1);
    r.part(&t::TRAFFIC_CLASS, first, (20, 8), range.clone());
    r.part(&t::SERVICE, first, (22, 6), range.clone());
    r.part(&t::CONGESTION, first, (20, 2), range);
    r.part(&t::FLOW_LABEL, first & 0xff_ffff, (0, 20), at + 1..at + 4);
    if version != 6 {
        r.stop("this is no header of IPv6");
        return None;
    }
    let length = usize::try_from(r.number(&t::PAYLOAD_LENGTH, 2)?).ok()?;
    let next = u8::try_from(r.number(&t::NEXT_HEADER, 1)?).ok()?;
    r.number(&t::HOP_LIMIT, 1)?;
    r.blob(&t::SOURCE, 16)?;
    r.blob(&t::DESTINATION, 16)?;
    let addresses = r.so_far().get(8..40)?;
    let whole = r.narrow(40 + length);
    r.carries(addresses, next, whole);
    Some(carried_by_6(next))
}

/// What kind of layer an extension is.
pub(super) fn layer(kind: u8) -> &'static LayerKind {
    match kind {
        HOP_BY_HOP => &layers::HOP_BY_HOP,
        ROUTING => &layers::ROUTING,
        FRAGMENT => &layers::FRAGMENT,
        _ => &layers::DESTINATION_OPTIONS,
    }
}

/// RFC 8200 §4.
pub(super) fn extension(r: &mut Reader, kind: u8) -> Option<Next> {
    let (next, length) = match kind {
        FRAGMENT => return fragment(r),
        ROUTING => (&g::NEXT_HEADER, &g::LENGTH),
        HOP_BY_HOP => (&h::NEXT_HEADER, &h::LENGTH),
        _ => (&d::NEXT_HEADER, &d::LENGTH),
    };
    let start = r.at();
    let next = u8::try_from(r.number(next, 1)?).ok()?;
    let words = usize::try_from(r.number(length, 1)?).ok()?;
    let end = start + words * 8 + 8;
    if end > r.end() {
        return None;
    }
    match kind {
        ROUTING => stops(r, end)?,
        _ => options(r, end)?,
    }
    r.carries_behind(kind, next);
    Some(carried_by_6(next))
}

/// RFC 8200 §4.5. Only the first piece begins with a header, and none of them is whole.
fn fragment(r: &mut Reader) -> Option<Next> {
    let next = r.number(&f::NEXT_HEADER, 1)?;
    r.number(&f::RESERVED, 1)?;
    let (bits, range) = r.take_number(2)?;
    r.part(&f::OFFSET, bits, (3, 13), range.clone());
    r.part(&f::RESERVED_BITS, bits, (1, 2), range.clone());
    r.part(&f::MORE, bits, (0, 1), range);
    let at_number = r.at()..r.at() + 4;
    let number = r.number(&f::IDENTIFICATION, 4)?;
    let next = u8::try_from(next).ok()?;
    if bits & 0xfff9 == 0 {
        r.carries_behind(FRAGMENT, next);
        return Some(carried_by_6(next));
    }
    let packet = Packet {
        addresses: r.addresses(),
        number: u32::try_from(number).ok()?,
        protocol: next,
        is_ipv6: true,
    };
    let kinds = [
        &t::REASSEMBLED_IN,
        &t::FRAGMENT_OF,
        &t::FRAGMENT,
        &t::FRAGMENT_COUNT,
        &t::REASSEMBLED_LENGTH,
    ];
    let offset = usize::try_from(bits & 0xfff8).ok()?;
    gather(r, packet, (offset, bits & 1 == 1), (kinds, at_number));
    Some(Next::Data)
}

/// RFC 8200 §4.4.
fn stops(r: &mut Reader, end: usize) -> Option<()> {
    let kind = r.number(&g::KIND, 1)?;
    r.number(&g::SEGMENTS_LEFT, 1)?;
    if kind == 0 || kind == 2 {
        r.blob(&g::RESERVED, 4)?;
        while end - r.at() >= 16 {
            r.blob(&g::ADDRESS, 16)?;
        }
    }
    match end - r.at() {
        0 => Some(()),
        left => r.blob(&g::DATA, left),
    }
}

/// RFC 8200 §4.2.
fn options(r: &mut Reader, end: usize) -> Option<()> {
    while r.at() < end {
        let kind = *r.unread().first()?;
        if kind == PAD_ONE {
            r.blob(&o::PAD_ONE, 1)?;
            continue;
        }
        let len = usize::from(*r.unread().get(1)?);
        let stop = r.at() + 2 + len;
        if stop > end {
            return r.blob(&o::DATA, end - r.at());
        }
        r.put(&o::OPTION, u64::from(kind), r.at()..stop);
        let (number, range) = r.take_number(1)?;
        r.put(&o::KIND, number, range.clone());
        r.part(&o::KIND_ACTION, number, (6, 2), range.clone());
        r.part(&o::KIND_CHANGE, number, (5, 1), range.clone());
        r.part(&o::KIND_REST, number, (0, 5), range);
        r.number(&o::LENGTH, 1)?;
        match (kind, len) {
            (_, 0) => {}
            (1, _) => r.blob(&o::PADDING, len)?,
            (5, 2) => drop(r.number(&o::ROUTER_ALERT, 2)?),
            (194, 4) => drop(r.number(&o::JUMBO, 4)?),
            _ => r.blob(&o::DATA, len)?,
        }
    }
    Some(())
}
