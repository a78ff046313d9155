//! Bytes → layers → fields. Reading never fails: what was read so far, where it stopped, and why.

mod dissection;
mod dns;
mod ftp;
mod icmp;
mod ip;
mod ip6;
mod kinds;
mod letter;
mod lines;
mod link;
mod neighbors;
mod read;
mod show;
mod shown;
pub mod table;
#[cfg(test)]
mod tests;
mod transport;

pub use dissection::{Dissection, Field, Layer, Stop};
pub use ftp::{DataWord, of_command, of_reply};
pub use kinds::{FieldKind, LayerKind, Shows};
pub use letter::{Letterhead, letterhead};
pub use shown::{ShownField, ShownLayer, layers, summary};
pub use table::LAYERS;

use lines::Ports;
use read::Reader;
use table::data::{bytes, padding};

/// What a header says comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Ethernet,
    Vlan,
    Arp,
    Ipv4,
    Ipv6,
    /// A header between IPv6's own and what it carries: of which kind.
    Extension(u8),
    Icmp,
    Icmpv6,
    Tcp,
    Udp,
    /// What programs say, between these ports.
    Said(Ports),
    /// Bytes that are not looked into.
    Data,
    Nothing,
}

impl Dissection {
    /// What a frame holds.
    #[must_use]
    pub fn of(frame: &[u8]) -> Self {
        let mut dissection = Self::default();
        dissection.read(frame);
        dissection
    }

    /// Reads another frame. The layers follow each other without a gap, and each byte of a
    /// layer stands in one of its fields.
    pub fn read(&mut self, frame: &[u8]) {
        let mut reader = Reader::new(frame, self);
        let mut next = Next::Ethernet;
        while next != Next::Nothing {
            next = layer(&mut reader, next);
        }
        if reader.end() < frame.len() {
            reader.widen();
            let _ = reader.rest(&padding::PADDING);
            reader.finish(&table::data::PADDING);
        }
    }
}

/// Reads one layer. Where it is cut short, nothing follows.
fn layer(r: &mut Reader, what: Next) -> Next {
    let (kind, next) = match what {
        Next::Ethernet => (&table::link::ETHERNET, link::ethernet(r)),
        Next::Vlan => (&table::link::VLAN, link::vlan(r)),
        Next::Arp => (&table::link::ARP, link::arp(r)),
        Next::Ipv4 => (&table::ip::IPV4, ip::ipv4(r)),
        Next::Ipv6 => (&table::ip6::IPV6, ip6::ipv6(r)),
        Next::Extension(kind) => (ip6::layer(kind), ip6::extension(r, kind)),
        Next::Icmp => (&table::icmp::ICMP, icmp::icmp(r)),
        Next::Icmpv6 => (&table::icmp6::ICMPV6, icmp::icmpv6(r)),
        Next::Tcp => (&table::transport::TCP, transport::tcp(r)),
        Next::Udp => (&table::transport::UDP, transport::udp(r)),
        Next::Said(_) | Next::Data if r.left() == 0 => return Next::Nothing,
        Next::Said(ports) => (lines::layer(r, ports), lines::said(r, ports)),
        Next::Data => {
            let _ = r.rest(&bytes::DATA);
            (&table::data::DATA, Some(Next::Nothing))
        }
        Next::Nothing => return Next::Nothing,
    };
    if next.is_none() {
        r.stop("the rest is missing");
    }
    if next.is_none_or(|next| next == Next::Nothing) {
        let _ = r.rest(if next.is_none() {
            &bytes::CUT
        } else {
            &bytes::REST
        });
    }
    r.finish(kind);
    if matches!(what, Next::Icmp | Next::Icmpv6) && matches!(next, Some(Next::Ipv4 | Next::Ipv6)) {
        r.quoted = true;
    }
    next.unwrap_or(Next::Nothing)
}
