//! IPv4 and IPv6, and the headers between IPv6 and what it carries.

use super::Next;
use super::reader::{Reader, folded, summed};

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
/// Hop-by-hop options, routing, fragment, destination options (RFC 8200 §4.1).
const EXTENSIONS: [u8; 4] = [0, 43, 44, 60];
const FRAGMENT: u8 = 44;

/// RFC 791 §3.1.
pub(super) fn ipv4(r: &mut Reader) -> Option<Next> {
    let (first, range) = r.take(1)?;
    let (version, words) = (first[0] >> 4, usize::from(first[0] & 15));
    r.put("Version", version.to_string(), range.clone());
    r.put("Header length", format!("{} bytes", words * 4), range);
    if version != 4 || words < 5 {
        return None;
    }
    let (service, range) = r.take(1)?;
    r.put("Service", (service[0] >> 2).to_string(), range.clone());
    r.put("Congestion", congestion(service[0]), range);
    let total = usize::from(r.short("Total length")?);
    r.short("Identification")?;
    let (bits, range) = r.take(2)?;
    let bits = u16::from_be_bytes([bits[0], bits[1]]);
    r.put("Flags", fragment_flags(bits), range.clone());
    let offset = usize::from(bits & 0x1fff) * 8;
    r.put("Fragment offset", offset.to_string(), range);
    r.byte("Time to live")?;
    let protocol = r.byte("Protocol")?;
    r.explain(protocol_name(protocol));
    let (sum, range) = r.take(2)?;
    let sum = u16::from_be_bytes([sum[0], sum[1]]);
    r.put("Checksum", format!("0x{sum:04x}"), range);
    let from = r.ipv4("Source")?;
    let to = r.ipv4("Destination")?;
    r.sum_up(format!("{from} → {to}"));
    let options = words * 4 - 20;
    if options > 0 {
        r.blob("Options", options)?;
    }
    let right = folded(summed(r.so_far())) == 0xffff;
    let verdict = if right { "right" } else { "wrong" };
    r.explain_field("Checksum", format!("0x{sum:04x} ({verdict})"));
    let whole = r.narrow(total);
    let addresses = &r.so_far()[12..20];
    r.carries(addresses, protocol, whole);
    // Only the first fragment begins with a header, and none of them is whole.
    if bits & 0x3fff != 0 {
        return Some(Next::Data);
    }
    Some(carried(protocol, ICMP))
}

/// RFC 8200 §3.
pub(super) fn ipv6(r: &mut Reader) -> Option<Next> {
    let (first, range) = r.take(4)?;
    let first = u32::from_be_bytes([first[0], first[1], first[2], first[3]]);
    let at = range.start;
    r.put("Version", (first >> 28).to_string(), at..at + 1);
    r.put(
        "Traffic class",
        (first >> 20 & 0xff).to_string(),
        at..at + 2,
    );
    r.put("Flow label", (first & 0xf_ffff).to_string(), at + 1..at + 4);
    if first >> 28 != 6 {
        return None;
    }
    let length = usize::from(r.short("Payload length")?);
    let next = r.byte("Next header")?;
    r.explain(protocol_name(next));
    r.byte("Hop limit")?;
    let from = r.ipv6("Source")?;
    let to = r.ipv6("Destination")?;
    r.sum_up(format!("{from} → {to}"));
    let addresses = &r.so_far()[8..40];
    let whole = r.narrow(40 + length);
    r.carries(addresses, next, whole);
    Some(carried(next, ICMPV6))
}

/// RFC 8200 §4.
pub(super) fn extension(r: &mut Reader, kind: u8) -> Option<Next> {
    r.sum_up(protocol_name(kind));
    let next = r.byte("Next header")?;
    r.explain(protocol_name(next));
    if kind == FRAGMENT {
        r.byte("Reserved")?;
        r.short("Fragment offset")?;
        r.number("Identification", 4)?;
        return Some(Next::Data);
    }
    let words = usize::from(r.byte("Header length")?);
    r.explain(format!("{} bytes", words * 8 + 8));
    r.blob("Options", words * 8 + 6)?;
    // Checksums count the header that comes last; this one cannot tell which that is.
    r.carries(&[], 0, false);
    Some(carried(next, ICMPV6))
}

fn carried(protocol: u8, icmp: u8) -> Next {
    match protocol {
        TCP => Next::Tcp,
        UDP => Next::Udp,
        ICMP if icmp == ICMP => Next::Icmp,
        ICMPV6 if icmp == ICMPV6 => Next::Icmpv6,
        _ if icmp == ICMPV6 && EXTENSIONS.contains(&protocol) => Next::Extension(protocol),
        _ => Next::Data,
    }
}

fn protocol_name(protocol: u8) -> String {
    let name = match protocol {
        0 => "hop-by-hop options",
        ICMP => "ICMP",
        TCP => "TCP",
        UDP => "UDP",
        43 => "routing",
        FRAGMENT => "fragment",
        ICMPV6 => "ICMPv6",
        59 => "nothing",
        60 => "destination options",
        _ => return protocol.to_string(),
    };
    format!("{protocol} ({name})")
}

/// RFC 3168 §5.
fn congestion(service: u8) -> &'static str {
    match service & 3 {
        0 => "not told",
        3 => "met on the way",
        _ => "to be told",
    }
}

fn fragment_flags(bits: u16) -> &'static str {
    match (bits & 0x4000 != 0, bits & 0x2000 != 0) {
        (false, false) => "none",
        (true, false) => "don't fragment",
        (false, true) => "more fragments",
        (true, true) => "don't fragment, more fragments",
    }
}
