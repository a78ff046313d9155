//! Bytes → layers → fields. Reading never fails: what was read so far, and what is left as it is.

mod dns;
mod ftp;
mod icmp;
mod ip;
mod letter;
mod link;
mod payload;
mod reader;
#[cfg(test)]
mod tests;
mod transport;

pub use ftp::{DataWord, of_command, of_reply};
pub use letter::{Letterhead, letterhead};
use reader::Reader;
use std::ops::Range;

/// One layer of a frame: a header, or what it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// `Ethernet`, `IPv4`, `TCP`, `FTP`.
    pub name: &'static str,
    /// In a few words: `192.0.2.10 → 192.0.2.11`.
    pub summary: String,
    /// Which of the frame's bytes.
    pub range: Range<usize>,
    /// Its fields, in the order of their bytes.
    pub fields: Vec<Field>,
}

/// One field of a layer. Fields that share a byte each have it in their range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// `Source port`.
    pub name: &'static str,
    /// `49152`, `SYN, ACK`, `0x3ce2`.
    pub value: String,
    /// Which of the frame's bytes it stands in.
    pub range: Range<usize>,
}

/// What a header says comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Ethernet,
    Arp,
    Ipv4,
    Ipv6,
    /// A header between IPv6's own and what it carries: of which kind.
    Extension(u8),
    Icmp,
    Icmpv6,
    Tcp,
    Udp,
    /// What programs say: from which port to which.
    Payload(u16, u16),
    /// A question about a name, or its answer; over TCP where the flag is set.
    Dns(bool),
    /// Bytes that are not looked into.
    Data,
    Nothing,
}

/// The layers of a frame, outermost first. They follow each other without a gap, and each
/// byte of a layer stands in one of its fields.
#[must_use]
pub fn layers(frame: &[u8]) -> Vec<Layer> {
    let mut reader = Reader::new(frame);
    let mut layers = Vec::new();
    let mut next = Next::Ethernet;
    while next != Next::Nothing {
        next = layer(&mut reader, next, &mut layers);
    }
    if reader.end() < frame.len() {
        reader.widen();
        let _ = reader.rest("Padding");
        layers.push(reader.finish("Padding"));
    }
    layers
}

/// Reads one layer. Where it is cut short, nothing follows.
fn layer(reader: &mut Reader, what: Next, layers: &mut Vec<Layer>) -> Next {
    let (name, read): (_, fn(&mut Reader) -> Option<Next>) = match what {
        Next::Ethernet => ("Ethernet", link::ethernet),
        Next::Arp => ("ARP", link::arp),
        Next::Ipv4 => ("IPv4", ip::ipv4),
        Next::Ipv6 => ("IPv6", ip::ipv6),
        Next::Extension(kind) => {
            let next = ip::extension(reader, kind);
            return close(reader, "IPv6 extension", next, layers);
        }
        Next::Icmp => ("ICMP", icmp::icmp),
        Next::Icmpv6 => ("ICMPv6", icmp::icmpv6),
        Next::Tcp => ("TCP", transport::tcp),
        Next::Udp => ("UDP", transport::udp),
        Next::Payload(from, to) => {
            if reader.left() > 0 {
                let name = payload::read(reader, from, to);
                layers.push(reader.finish(name));
            }
            return Next::Nothing;
        }
        Next::Dns(_) if reader.left() == 0 => return Next::Nothing,
        Next::Dns(true) => ("DNS", |r| dns::dns(r, true)),
        Next::Dns(false) => ("DNS", |r| dns::dns(r, false)),
        Next::Data => ("Data", payload::data),
        Next::Nothing => return Next::Nothing,
    };
    let next = read(reader);
    close(reader, name, next, layers)
}

fn close(
    reader: &mut Reader,
    name: &'static str,
    next: Option<Next>,
    layers: &mut Vec<Layer>,
) -> Next {
    if next.is_none_or(|next| next == Next::Nothing) {
        let _ = reader.rest(if next.is_none() {
            "Cut short"
        } else {
            "The rest"
        });
    }
    let layer = reader.finish(name);
    if !layer.range.is_empty() {
        layers.push(layer);
    }
    next.unwrap_or(Next::Nothing)
}
