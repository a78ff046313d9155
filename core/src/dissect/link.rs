//! Ethernet, and ARP on it.

use super::Next;
use super::reader::Reader;

/// RFC 894.
pub(super) fn ethernet(r: &mut Reader) -> Option<Next> {
    let to = r.mac("Destination")?;
    if to == "ff:ff:ff:ff:ff:ff" {
        r.explain(format!("{to} (everybody)"));
    }
    let from = r.mac("Source")?;
    r.sum_up(format!("{from} → {to}"));
    let (name, next) = match r.short("Type")? {
        0x0800 => ("IPv4", Next::Ipv4),
        0x0806 => ("ARP", Next::Arp),
        0x86dd => ("IPv6", Next::Ipv6),
        other => {
            r.explain(format!("0x{other:04x}"));
            return Some(Next::Data);
        }
    };
    r.explain(name);
    Some(next)
}

/// RFC 826. Its length is fixed: what follows is padding.
pub(super) fn arp(r: &mut Reader) -> Option<Next> {
    let hardware = r.short("Hardware")?;
    let protocol = r.short("Protocol")?;
    if hardware == 1 {
        r.explain_field("Hardware", "Ethernet");
    }
    if protocol == 0x0800 {
        r.explain("IPv4");
    }
    let lengths = (
        r.byte("Hardware address length")?,
        r.byte("Address length")?,
    );
    let operation = r.short("Operation")?;
    if (hardware, protocol, lengths) != (1, 0x0800, (6, 4)) {
        r.sum_up("of another network".into());
        return Some(Next::Data);
    }
    let _ = r.narrow(28);
    let mac = r.mac("Sender's hardware address")?;
    let sender = r.ipv4("Sender's address")?;
    r.mac("Target's hardware address")?;
    let target = r.ipv4("Target's address")?;
    let (word, summary) = match operation {
        1 => ("asks", format!("who has {target}? Tell {sender}")),
        2 => ("answers", format!("{sender} is at {mac}")),
        _ => ("unknown", String::new()),
    };
    r.explain_field("Operation", format!("{operation} ({word})"));
    r.sum_up(summary);
    Some(Next::Nothing)
}
