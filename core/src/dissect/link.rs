//! Ethernet, its tags, and ARP on it.

use super::Next;
use super::kinds::FieldKind;
use super::read::Reader;
use super::table::data::bytes;
use super::table::link::{arp as a, ethernet as e, vlan as v};

const IPV4: u64 = 0x0800;
const ARP: u64 = 0x0806;
const IPV6: u64 = 0x86dd;
/// IEEE 802.1Q §9.5: the types of tags, inner and outer.
const TAGS: [u64; 2] = [0x8100, 0x88a8];
/// IEEE 802.3 §3.2.6: a smaller number is a length.
const LEAST_TYPE: u64 = 0x0600;
/// RFC 826: how long an ARP packet about Ethernet and IPv4 is.
const ARP_LEN: usize = 28;

/// IEEE 802.3 §3.1.
pub(super) fn ethernet(r: &mut Reader) -> Option<Next> {
    address(
        r,
        [
            &e::DESTINATION,
            &e::DESTINATION_LOCAL,
            &e::DESTINATION_GROUP,
        ],
    )?;
    address(r, [&e::SOURCE, &e::SOURCE_LOCAL, &e::SOURCE_GROUP])?;
    let number = r.peek(2)?;
    if number < LEAST_TYPE {
        r.number(&e::LENGTH, 2)?;
        return Some(Next::Data);
    }
    r.number(&e::TYPE, 2)?;
    Some(carried(number))
}

/// An address, and two bits of the maker's number that it begins with (IEEE 802.3 §3.2.3).
fn address(r: &mut Reader, [whole, local, group]: [&'static FieldKind; 3]) -> Option<()> {
    let (number, range) = r.take_number(6)?;
    let maker = range.start..range.start + 3;
    r.put(whole, number, range);
    r.part(local, number >> 24, (17, 1), maker.clone());
    r.part(group, number >> 24, (16, 1), maker);
    Some(())
}

/// IEEE 802.1Q §9.6.
pub(super) fn vlan(r: &mut Reader) -> Option<Next> {
    let (tag, range) = r.take_number(2)?;
    r.part(&v::PRIORITY, tag, (13, 3), range.clone());
    r.part(&v::DROP_ELIGIBLE, tag, (12, 1), range.clone());
    r.part(&v::ID, tag, (0, 12), range);
    let number = r.number(&v::TYPE, 2)?;
    Some(carried(number))
}

fn carried(number: u64) -> Next {
    match number {
        IPV4 => Next::Ipv4,
        ARP => Next::Arp,
        IPV6 => Next::Ipv6,
        tag if TAGS.contains(&tag) => Next::Vlan,
        _ => Next::Data,
    }
}

/// RFC 826. Its length is fixed: what follows is padding.
pub(super) fn arp(r: &mut Reader) -> Option<Next> {
    let hardware = r.number(&a::HARDWARE, 2)?;
    let protocol = r.number(&a::PROTOCOL, 2)?;
    let lengths = (
        r.number(&a::HARDWARE_LENGTH, 1)?,
        r.number(&a::PROTOCOL_LENGTH, 1)?,
    );
    let operation = r.number(&a::OPERATION, 2)?;
    if (hardware, protocol, lengths) != (1, IPV4, (6, 4)) {
        let _ = r.rest(&bytes::DATA);
        return Some(Next::Nothing);
    }
    let _ = r.narrow(ARP_LEN);
    r.number(&a::SENDER_HARDWARE, 6)?;
    let sender = r.number(&a::SENDER, 4)?;
    let card = r.number(&a::TARGET_HARDWARE, 6)?;
    let target = r.number(&a::TARGET, 4)?;
    let whole = r.layer_range();
    let of_itself = sender == target;
    let asks = operation == 1;
    let announces = of_itself && asks && card == 0;
    r.put(&a::GRATUITOUS, u64::from(of_itself), whole.clone());
    r.put(&a::PROBE, u64::from(asks && sender == 0), whole.clone());
    r.put(&a::ANNOUNCEMENT, u64::from(announces), whole);
    Some(Next::Nothing)
}
