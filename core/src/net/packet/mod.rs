//! An IP packet in its frame: where each field lies, and how fields are changed in place.
//!
//! A changed field changes the checksums over it by the difference (RFC 1624), so that a
//! packet that was corrupted stays corrupted.

mod change;
pub mod field;
mod layout;
#[cfg(test)]
pub(in crate::net) mod tests;

use crate::timeline::Protocol;
use field::{ethernet, icmp, ipv4, ipv6, protocol, tcp, udp};
use layout::{Layout, be16, be32};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// A whole Ethernet frame that carries an IP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    bytes: Vec<u8>,
    layout: Layout,
}

/// The flags of a TCP segment that say where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpFlags {
    /// SYN.
    pub syn: bool,
    /// ACK.
    pub ack: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
}

impl TcpFlags {
    /// Whether it asks for a connection: SYN without ACK.
    #[must_use]
    pub fn opens(self) -> bool {
        self.syn && !self.ack && !self.rst && !self.fin
    }
}

impl Packet {
    /// Reads a frame. None where it carries no IP packet whose headers make sense.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let is_v4 = match be16(frame, ethernet::TYPE.start)? {
            ethernet::IPV4 => true,
            ethernet::IPV6 => false,
            _ => return None,
        };
        let layout = Layout::read(frame, ethernet::LEN, is_v4, false)?;
        Some(Self {
            bytes: frame.to_vec(),
            layout,
        })
    }

    /// The frame.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The IP packet: without the frame's header, and without what fills up the frame.
    #[must_use]
    pub fn ip(&self) -> &[u8] {
        &self.bytes[self.layout.ip..self.layout.end]
    }

    /// Whether it is IPv4 rather than IPv6.
    #[must_use]
    pub fn is_v4(&self) -> bool {
        self.layout.is_v4
    }

    /// Whose it is.
    #[must_use]
    pub fn source(&self) -> IpAddr {
        self.layout.address(&self.bytes, true)
    }

    /// Whom it is for.
    #[must_use]
    pub fn destination(&self) -> IpAddr {
        self.layout.address(&self.bytes, false)
    }

    /// The number of the protocol it carries, behind all extension headers.
    #[must_use]
    pub fn protocol(&self) -> u8 {
        self.layout.protocol
    }

    /// What it carries: the transport header and what follows.
    #[must_use]
    pub fn transport(&self) -> &[u8] {
        &self.bytes[self.layout.transport..self.layout.end]
    }

    /// Whether the IPv4 header's checksum is right; IPv6 has none.
    #[must_use]
    pub fn header_is_right(&self) -> bool {
        let header = &self.bytes[self.layout.ip..self.layout.transport];
        !self.layout.is_v4 || change::sum(header) == 0xffff
    }

    /// How many routers it may still pass, this one counted.
    #[must_use]
    pub fn hop_limit(&self) -> u8 {
        self.bytes[self.hop_limit_at()]
    }

    /// Whether a router may not cut it into fragments; true for IPv6 (RFC 8200 §4.5).
    #[must_use]
    pub fn is_whole_or_nothing(&self) -> bool {
        let word = be16(&self.bytes, self.layout.ip + ipv4::FRAGMENT.start);
        !self.layout.is_v4 || word.is_some_and(|word| word & ipv4::DONT != 0)
    }

    /// Whether it is a fragment of a packet.
    #[must_use]
    pub fn is_fragment(&self) -> bool {
        self.layout.fragment.is_some()
    }

    /// Whether it is a fragment that its packet does not begin with.
    #[must_use]
    pub fn is_later_fragment(&self) -> bool {
        !self.layout.has_transport()
    }

    /// The number that all fragments of its packet have.
    #[must_use]
    pub fn fragment_ident(&self) -> Option<u32> {
        self.layout.fragment.map(|fragment| fragment.ident)
    }

    /// Protocol and both ends: ports of TCP and UDP, the number of an ICMP echo as the port
    /// on both sides. None for everything else, errors and later fragments among it, and
    /// where the transport header is cut short.
    #[must_use]
    pub fn ends(&self) -> Option<(Protocol, SocketAddr, SocketAddr)> {
        let is_whole = match self.layout.protocol {
            protocol::TCP => self.tcp_header().is_some(),
            protocol::UDP => self.transport().len() >= udp::LEN,
            _ => true,
        };
        self.layout.ends(&self.bytes).filter(|_| is_whole)
    }

    /// For an ICMP echo, whether it asks.
    #[must_use]
    pub fn echo(&self) -> Option<bool> {
        self.layout.echo(&self.bytes)
    }

    /// Whether it is an ICMP message about another packet, and not an answer or a question.
    #[must_use]
    pub fn is_icmp_error(&self) -> bool {
        match self.layout.icmp_type(&self.bytes) {
            // RFC 1122 §3.2.2 lists the errors of ICMP.
            Some(kind) if self.layout.is_v4 => matches!(kind, 3 | 4 | 5 | 11 | 12),
            // RFC 4443 §2.1: errors are those below 128.
            Some(kind) => kind < 128,
            None => false,
        }
    }

    /// Protocol and ends of the packet that an ICMP error is about, as it was where the
    /// error was made.
    #[must_use]
    pub fn quoted(&self) -> Option<(Protocol, SocketAddr, SocketAddr)> {
        self.quoted_layout()?.ends(&self.bytes)
    }

    /// The sequence number of the segment that an ICMP error is about.
    #[must_use]
    pub fn quoted_seq(&self) -> Option<u32> {
        let quoted = self.quoted_layout()?;
        let is_there = quoted.protocol == protocol::TCP
            && quoted.has_transport()
            && quoted.transport + tcp::SEQ.end <= quoted.end;
        be32(&self.bytes, quoted.transport + tcp::SEQ.start).filter(|_| is_there)
    }

    /// Whether it is a TCP segment whose header is whole and that is no fragment.
    #[must_use]
    pub fn is_tcp_whole(&self) -> bool {
        self.tcp_header().is_some() && !self.is_fragment()
    }

    /// The flags of a TCP segment.
    #[must_use]
    pub fn tcp_flags(&self) -> Option<TcpFlags> {
        let flags = self.bytes[self.tcp_header()?.start + tcp::FLAGS];
        let has = |flag| flags & flag != 0;
        Some(TcpFlags {
            syn: has(tcp::SYN),
            ack: has(tcp::WITH_ACK),
            fin: has(tcp::FIN),
            rst: has(tcp::RST),
        })
    }

    /// The number of a TCP segment's first byte.
    #[must_use]
    pub fn tcp_seq(&self) -> Option<u32> {
        be32(&self.bytes, self.tcp_header()?.start + tcp::SEQ.start)
    }

    /// The number that a TCP segment acknowledges, where its flag says that it does.
    #[must_use]
    pub fn tcp_ack(&self) -> Option<u32> {
        self.tcp_flags()?.ack.then_some(())?;
        be32(&self.bytes, self.tcp_header()?.start + tcp::ACK.start)
    }

    /// Where the numbers in a segment's SACK blocks lie, two to a block: the first byte that
    /// arrived beyond a gap, and the one behind the last.
    #[must_use]
    pub fn sack_edges(&self) -> Vec<usize> {
        let mut edges = Vec::new();
        let Some(header) = self.tcp_header() else {
            return edges;
        };
        let mut at = header.start + tcp::MIN_LEN;
        while at < header.end {
            match self.bytes[at] {
                tcp::OPTION_END => break,
                tcp::OPTION_NOTHING => {
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let Some(len) = self.bytes.get(at + 1).map(|len| usize::from(*len)) else {
                break;
            };
            if len < 2 || at + len > header.end {
                break;
            }
            if self.bytes[at] == tcp::OPTION_SACK {
                edges.extend((at + 2..at + len).step_by(4).filter(|e| e + 4 <= at + len));
            }
            at += len;
        }
        edges
    }

    /// Where a TCP segment's payload lies in the frame.
    #[must_use]
    pub fn tcp_payload(&self) -> Option<Range<usize>> {
        Some(self.tcp_header()?.end..self.layout.end)
    }

    fn hop_limit_at(&self) -> usize {
        let at = if self.layout.is_v4 {
            ipv4::HOP_LIMIT
        } else {
            ipv6::HOP_LIMIT
        };
        self.layout.ip + at
    }

    /// Where the TCP header lies, where it is all there.
    fn tcp_header(&self) -> Option<Range<usize>> {
        let Layout { transport, end, .. } = self.layout;
        let is_tcp = self.layout.protocol == protocol::TCP && self.layout.has_transport();
        if !is_tcp || transport + tcp::MIN_LEN > end {
            return None;
        }
        let len = usize::from(self.bytes[transport + tcp::HEADER_LEN] >> 4) * 4;
        let fits = len >= tcp::MIN_LEN && transport + len <= end;
        fits.then_some(transport..transport + len)
    }

    /// Where the packet that an ICMP error is about lies in it.
    fn quoted_layout(&self) -> Option<Layout> {
        if !self.is_icmp_error() {
            return None;
        }
        let bytes = &self.bytes[..self.layout.end];
        let at = self.layout.transport + icmp::LEN;
        Layout::read(bytes, at, self.layout.is_v4, true)
    }
}
