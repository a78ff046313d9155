//! Where the parts of an IP packet lie in its frame, or in the error that quotes it.

use super::field::{icmp, ipv4, ipv6, ports, protocol, tcp, udp};
use crate::timeline::Protocol;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// An IP packet's parts, as places in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Where its header begins.
    pub ip: usize,
    /// IPv4 rather than IPv6.
    pub is_v4: bool,
    /// What it carries, behind all extension headers.
    pub protocol: u8,
    /// Where that begins.
    pub transport: usize,
    /// Where the packet ends, or what is quoted of it.
    pub end: usize,
    /// Where a fragment lies in its packet, and which fragments belong to it.
    pub fragment: Option<Fragment>,
}

/// A fragment's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Whether its packet begins with it, so that it has the transport header.
    pub is_first: bool,
    /// The number that all its packet's fragments have.
    pub ident: u32,
}

/// The 16 bits at a place.
pub fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The 32 bits at a place.
pub fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl Layout {
    /// Finds the parts of the packet that begins at `ip`. One that is quoted may be cut off
    /// behind its IP headers.
    pub fn read(bytes: &[u8], ip: usize, is_v4: bool, quoted: bool) -> Option<Self> {
        let packet = bytes.get(ip..)?;
        let mut layout = if is_v4 {
            Self::read_v4(packet, quoted)?
        } else {
            Self::read_v6(packet, quoted)?
        };
        layout.ip += ip;
        layout.transport += ip;
        layout.end += ip;
        Some(layout)
    }

    fn read_v4(packet: &[u8], quoted: bool) -> Option<Self> {
        let first = *packet.get(ipv4::VERSION_LEN)?;
        let header = usize::from(first & 15) * 4;
        let total = usize::from(be16(packet, ipv4::TOTAL_LEN.start)?);
        let end = total.min(packet.len());
        let makes_sense = first >> 4 == 4 && header >= ipv4::MIN_LEN && header <= end;
        if !makes_sense || (end < total && !quoted) {
            return None;
        }
        let word = be16(packet, ipv4::FRAGMENT.start)?;
        let ident = be16(packet, ipv4::IDENT.start)?;
        let is_fragment = word & (ipv4::MORE | ipv4::OFFSET) != 0;
        Some(Self {
            ip: 0,
            is_v4: true,
            protocol: *packet.get(ipv4::PROTOCOL)?,
            transport: header,
            end,
            fragment: is_fragment.then_some(Fragment {
                is_first: word & ipv4::OFFSET == 0,
                ident: ident.into(),
            }),
        })
    }

    /// Walks the extension headers that RFC 8200 §4 has every node know.
    fn read_v6(packet: &[u8], quoted: bool) -> Option<Self> {
        let total = ipv6::LEN + usize::from(be16(packet, ipv6::PAYLOAD_LEN.start)?);
        let end = total.min(packet.len());
        let makes_sense = packet.get(ipv6::VERSION)? >> 4 == 6 && end >= ipv6::LEN;
        if !makes_sense || (end < total && !quoted) {
            return None;
        }
        let packet = packet.get(..end)?;
        let mut fragment: Option<Fragment> = None;
        let mut next = *packet.get(ipv6::NEXT)?;
        let mut at = ipv6::LEN;
        while fragment.is_none_or(|fragment| fragment.is_first) {
            let header = packet.get(at..)?;
            let len = match next {
                ipv6::HOP_BY_HOP | ipv6::ROUTING | ipv6::OPTIONS => {
                    (usize::from(*header.get(ipv6::EXTENSION_LEN)?) + 1) * 8
                }
                ipv6::FRAGMENT => {
                    fragment = Some(Fragment {
                        is_first: be16(header, ipv6::FRAGMENT_OFFSET.start)? >> 3 == 0,
                        ident: be32(header, ipv6::FRAGMENT_IDENT.start)?,
                    });
                    ipv6::FRAGMENT_LEN
                }
                _ => break,
            };
            next = *header.get(ipv6::EXTENSION_NEXT)?;
            at += len;
        }
        (at <= end).then_some(Self {
            ip: 0,
            is_v4: false,
            protocol: next,
            transport: at,
            end,
            fragment,
        })
    }

    /// Whether the transport header, or its beginning, is in it.
    pub fn has_transport(&self) -> bool {
        self.fragment.is_none_or(|fragment| fragment.is_first)
    }

    /// Where the source address lies, or the destination.
    pub fn address_at(&self, source: bool) -> Range<usize> {
        let range = match (self.is_v4, source) {
            (true, true) => ipv4::SOURCE,
            (true, false) => ipv4::DESTINATION,
            (false, true) => ipv6::SOURCE,
            (false, false) => ipv6::DESTINATION,
        };
        self.ip + range.start..self.ip + range.end
    }

    /// An address of it.
    pub fn address(&self, bytes: &[u8], source: bool) -> IpAddr {
        let at = self.address_at(source).start;
        if self.is_v4 {
            be32(bytes, at).unwrap_or(0).to_be_bytes().into()
        } else {
            let rest = bytes.get(at..).unwrap_or_default();
            rest.first_chunk::<16>().copied().unwrap_or_default().into()
        }
    }

    /// Whether it is ICMP of its own family.
    pub fn is_icmp(&self) -> bool {
        let own = if self.is_v4 {
            protocol::ICMP
        } else {
            protocol::ICMPV6
        };
        self.protocol == own && self.has_transport()
    }

    /// The type of an ICMP message.
    pub fn icmp_type(&self, bytes: &[u8]) -> Option<u8> {
        let is_whole = self.end >= self.transport + icmp::LEN;
        let kind = bytes.get(self.transport + icmp::TYPE).copied();
        kind.filter(|_| self.is_icmp() && is_whole)
    }

    /// Whether it is an echo, and then whether it asks.
    pub fn echo(&self, bytes: &[u8]) -> Option<bool> {
        match (self.is_v4, self.icmp_type(bytes)?) {
            (true, 8) | (false, 128) => Some(true),
            (true, 0) | (false, 129) => Some(false),
            _ => None,
        }
    }

    /// Where the ports lie, or the number of an echo, and whose they are.
    pub fn port_at(&self, bytes: &[u8], source: bool) -> Option<(Protocol, usize)> {
        if !self.has_transport() {
            return None;
        }
        let (protocol, range) = match self.protocol {
            protocol::TCP | protocol::UDP => {
                let is_tcp = self.protocol == protocol::TCP;
                let range = if source {
                    ports::SOURCE
                } else {
                    ports::DESTINATION
                };
                let protocol = if is_tcp { Protocol::Tcp } else { Protocol::Udp };
                (protocol, range)
            }
            _ => {
                self.echo(bytes)?;
                (Protocol::Icmp, icmp::IDENT)
            }
        };
        let is_there = self.transport + range.end <= self.end;
        is_there.then_some((protocol, self.transport + range.start))
    }

    /// Protocol and both ends, as far as they are there.
    pub fn ends(&self, bytes: &[u8]) -> Option<(Protocol, SocketAddr, SocketAddr)> {
        let end = |source| {
            let (protocol, at) = self.port_at(bytes, source)?;
            let address = self.address(bytes, source);
            Some((protocol, SocketAddr::new(address, be16(bytes, at)?)))
        };
        let ((protocol, from), (_, to)) = (end(true)?, end(false)?);
        Some((protocol, from, to))
    }

    /// Where the transport checksum lies, where it is there.
    pub fn checksum_at(&self) -> Option<usize> {
        let range = match self.protocol {
            protocol::TCP => tcp::CHECKSUM,
            protocol::UDP => udp::CHECKSUM,
            _ if self.is_icmp() => icmp::CHECKSUM,
            _ => return None,
        };
        let is_there = self.has_transport() && self.transport + range.end <= self.end;
        is_there.then_some(self.transport + range.start)
    }

    /// Whether the transport checksum is over the addresses as well: that of ICMP over IPv4
    /// alone is not (RFC 792).
    pub fn has_pseudo_header(&self) -> bool {
        !(self.is_v4 && self.protocol == protocol::ICMP)
    }
}
