//! TCP and UDP.

use super::reader::Reader;
use super::{Next, dns};

const FLAGS: [(u8, &str); 8] = [
    (0x80, "CWR"),
    (0x40, "ECE"),
    (0x20, "URG"),
    (0x02, "SYN"),
    (0x01, "FIN"),
    (0x04, "RST"),
    (0x08, "PSH"),
    (0x10, "ACK"),
];

/// RFC 9293 §3.1.
pub(super) fn tcp(r: &mut Reader) -> Option<Next> {
    let (from, to) = ports(r)?;
    r.number("Sequence number", 4)?;
    r.number("Acknowledgment number", 4)?;
    let (bits, range) = r.take(2)?;
    let header = usize::from(bits[0] >> 4) * 4;
    let first = range.start..range.start + 1;
    r.put("Header length", format!("{header} bytes"), first.clone());
    r.put("Reserved", (bits[0] & 15).to_string(), first);
    let flags = flags(bits[1]);
    r.put("Flags", flags.clone(), range.start + 1..range.end);
    r.sum_up(format!("{from} → {to} · {flags}"));
    r.short("Window")?;
    r.checksum(true)?;
    r.short("Urgent pointer")?;
    let options = header.checked_sub(20)?;
    let end = r.at() + options;
    if end > r.end() {
        return None;
    }
    while r.at() < end {
        option(r, end)?;
    }
    Some(carries(from, to, true))
}

/// RFC 768.
pub(super) fn udp(r: &mut Reader) -> Option<Next> {
    let (from, to) = ports(r)?;
    r.sum_up(format!("{from} → {to}"));
    let length = usize::from(r.short("Length")?);
    let _ = r.narrow(length.max(8));
    let unused = r.unread().starts_with(&[0, 0]);
    r.checksum(true)?;
    if unused {
        r.explain("0x0000 (not used)");
    }
    Some(carries(from, to, false))
}

fn carries(from: u16, to: u16, over_tcp: bool) -> Next {
    if dns::is_at(from) || dns::is_at(to) {
        Next::Dns(over_tcp)
    } else {
        Next::Payload(from, to)
    }
}

fn ports(r: &mut Reader) -> Option<(u16, u16)> {
    let from = r.short("Source port")?;
    r.explain(port(from));
    let to = r.short("Destination port")?;
    r.explain(port(to));
    Some((from, to))
}

fn port(port: u16) -> String {
    let name = match port {
        20 => "ftp-data",
        21 => "ftp",
        25 => "smtp",
        53 => "domain",
        80 => "http",
        110 => "pop3",
        143 => "imap",
        587 => "submission",
        _ => return port.to_string(),
    };
    format!("{port} ({name})")
}

fn flags(bits: u8) -> String {
    let set = FLAGS.iter().filter(|(bit, _)| bits & bit != 0);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

/// One option, up to the header's end at the latest. A length that cannot be takes the rest.
fn option(r: &mut Reader, end: usize) -> Option<()> {
    let left = end - r.at();
    let next = &r.unread()[..left];
    match next[0] {
        0 => return r.blob("End of options", left),
        1 => {
            let (_, range) = r.take(1)?;
            r.put("No operation", "", range);
            return Some(());
        }
        _ => {}
    }
    let len = next.get(1).map_or(0, |len| usize::from(*len));
    if len < 2 || len > left {
        return r.blob("Broken options", left);
    }
    let (bytes, range) = r.take(len)?;
    let number = |at: usize, len: usize| {
        let bytes = bytes.get(at..at + len).unwrap_or(&[]);
        bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b))
    };
    let (name, value) = match (bytes[0], len) {
        (2, 4) => ("Maximum segment size", number(2, 2).to_string()),
        (3, 3) => ("Window scale", scale(bytes[2])),
        (4, 2) => ("SACK permitted", "yes".into()),
        (5, _) => ("SACK", ranges(bytes)),
        (8, 10) => {
            let text = format!("{}, echo {}", number(2, 4), number(6, 4));
            ("Timestamps", text)
        }
        (kind, _) => ("Option", format!("kind {kind}, {len} bytes")),
    };
    r.put(name, value, range);
    Some(())
}

/// RFC 7323 §2.2: 14 at most.
fn scale(shift: u8) -> String {
    format!("{shift} (window × {})", 1u32 << shift.min(14))
}

/// What arrived besides: first number, and one past the last (RFC 2018 §3).
fn ranges(option: &[u8]) -> String {
    let mut text = String::new();
    for pair in option[2..].chunks_exact(8) {
        let number =
            |at: usize| u32::from_be_bytes([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]]);
        if !text.is_empty() {
            text += ", ";
        }
        text += &format!("{}–{}", number(0), number(4));
    }
    text
}
