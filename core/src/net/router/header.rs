//! What a router reads of an IP packet's header before it trusts the packet.

use crate::timeline::DropReason;
use smoltcp::wire::{EthernetProtocol, Ipv4Packet, Ipv6Packet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where the IP packet begins in its frame.
pub const ETHERNET: usize = 14;
/// As long as an IPv6 header is.
pub const IPV6_HEADER: usize = 40;
/// Protocol numbers.
pub const ICMP: u8 = 1;
pub const TCP: u8 = 6;
pub const UDP: u8 = 17;
pub const ICMPV6: u8 = 58;

/// The header of an IP packet that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose it is.
    pub source: IpAddr,
    /// Whom it is for.
    pub destination: IpAddr,
    /// TTL or hop limit.
    pub hop_limit: u8,
    /// What it carries: the number after the header, extension headers not skipped.
    pub protocol: u8,
    /// How long the header is, IPv4 options included.
    pub len: usize,
    /// How long header and payload are together.
    pub total: usize,
    /// Whether it must not be cut; IPv6 never is (RFC 8200 §5).
    pub whole: bool,
    /// Where its payload lies in that of the packet it was cut from, in bytes.
    pub offset: u16,
    /// Whether further pieces come behind it.
    pub more: bool,
}

impl Header {
    /// Reads the header of a frame's IP packet.
    ///
    /// # Errors
    /// `Checksum` where the IPv4 header's is wrong, `Malformed` where lengths or addresses
    /// make no sense. In the order of RFC 1812 §5.2.2.
    pub fn read(frame: &[u8]) -> Result<Self, DropReason> {
        let ip = frame.get(ETHERNET..).ok_or(DropReason::Malformed)?;
        let header = match ethertype(frame) {
            Some(EthernetProtocol::Ipv4) => Self::read_v4(ip)?,
            Some(EthernetProtocol::Ipv6) => Self::read_v6(ip).ok_or(DropReason::Malformed)?,
            _ => return Err(DropReason::Malformed),
        };
        Ok(header)
    }

    fn read_v4(ip: &[u8]) -> Result<Self, DropReason> {
        let malformed = DropReason::Malformed;
        let first = *ip.first().ok_or(malformed)?;
        let len = usize::from(first & 15) * 4;
        if len < 20 || ip.len() < len {
            return Err(malformed);
        }
        // A flipped bit may look like another version or length: the checksum tells first.
        if !Ipv4Packet::new_unchecked(ip).verify_checksum() {
            return Err(DropReason::Checksum);
        }
        let packet = Ipv4Packet::new_checked(ip).map_err(|_| malformed)?;
        let total = usize::from(packet.total_len());
        // A fragment that would end past the longest packet is nobody's.
        let end = usize::from(packet.frag_offset()) + total;
        if first >> 4 != 4 || total < len || end > usize::from(u16::MAX) {
            return Err(malformed);
        }
        Ok(Self {
            source: packet.src_addr().into(),
            destination: packet.dst_addr().into(),
            hop_limit: packet.hop_limit(),
            protocol: packet.next_header().into(),
            len,
            total,
            whole: packet.dont_frag(),
            offset: packet.frag_offset(),
            more: packet.more_frags(),
        })
    }

    fn read_v6(ip: &[u8]) -> Option<Self> {
        let packet = Ipv6Packet::new_checked(ip).ok()?;
        if packet.version() != 6 {
            return None;
        }
        Some(Self {
            source: packet.src_addr().into(),
            destination: packet.dst_addr().into(),
            hop_limit: packet.hop_limit(),
            protocol: packet.next_header().into(),
            len: IPV6_HEADER,
            total: packet.total_len(),
            whole: true,
            offset: 0,
            more: false,
        })
    }

    /// Whether it is ICMP of its family.
    pub fn is_icmp(&self) -> bool {
        self.protocol == if self.source.is_ipv4() { ICMP } else { ICMPV6 }
    }

    /// What the packet carries.
    pub fn payload<'a>(&self, frame: &'a [u8]) -> &'a [u8] {
        let range = ETHERNET + self.len..ETHERNET + self.total;
        frame.get(range).unwrap_or_default()
    }
}

/// What a frame carries.
pub fn ethertype(frame: &[u8]) -> Option<EthernetProtocol> {
    let bytes = frame.get(12..ETHERNET)?.try_into().ok()?;
    Some(u16::from_be_bytes(bytes).into())
}

/// Whether an address cannot be anybody's: no packet comes from there, no answer goes there
/// (RFC 1812 §5.3.7, RFC 4291 §2.5).
pub fn is_nobody(address: IpAddr) -> bool {
    let odd = match address {
        // 0/8, and 240/4 with the limited broadcast.
        IpAddr::V4(v4) => v4.octets()[0] == 0 || v4.octets()[0] >= 240,
        IpAddr::V6(_) => false,
    };
    odd || address.is_multicast() || address.is_loopback() || address.is_unspecified()
}

/// Whether an address holds on one link only (RFC 4291 §2.5.6, RFC 3927 §7).
pub fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

/// Whether the first `prefix` bits of two addresses of one family agree.
pub fn shares(a: IpAddr, b: IpAddr, prefix: u8) -> bool {
    let prefix = u32::from(prefix);
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let differs = a.to_bits() ^ b.to_bits();
            differs.leading_zeros() >= prefix.min(32)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let differs = a.to_bits() ^ b.to_bits();
            differs.leading_zeros() >= prefix.min(128)
        }
        _ => false,
    }
}

/// The network that an address lies in.
pub fn network(address: IpAddr, prefix: u8) -> IpAddr {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(v4) => {
            let host = u32::MAX.checked_shr(prefix).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & !host).into()
        }
        IpAddr::V6(v6) => {
            let host = u128::MAX.checked_shr(prefix).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & !host).into()
        }
    }
}

/// Whether `to` means everybody in the network of `own`.
pub fn is_broadcast_in(to: IpAddr, (own, prefix): (IpAddr, u8)) -> bool {
    match (to, own) {
        (IpAddr::V4(to), IpAddr::V4(_)) if prefix < 31 => {
            let host = u32::MAX >> prefix;
            shares(to.into(), own, prefix) && to.to_bits() & host == host
        }
        _ => false,
    }
}
