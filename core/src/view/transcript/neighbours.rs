//! How hosts learn each other's hardware addresses: ARP and neighbour discovery, in words.

use smoltcp::wire::{
    ArpOperation, ArpPacket, EthernetFrame, EthernetProtocol, IpProtocol, Ipv6Packet,
};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// ICMPv6 types and the place of the address that is asked for (RFC 4861 §4.3, §4.4).
const SOLICITATION: u8 = 135;
const ADVERTISEMENT: u8 = 136;
const TARGET: Range<usize> = 8..24;

/// What a frame says about a hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    /// Who has this address?
    Asks(IpAddr),
    /// I have it.
    Answers(IpAddr),
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asks(address) => write!(f, "asks around: who has {address}?"),
            Self::Answers(address) => write!(f, "answers: I have {address}"),
        }
    }
}

impl Says {
    /// What such a frame is called, in a word that takes an s.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Asks(IpAddr::V4(_)) => "ARP question",
            Self::Answers(IpAddr::V4(_)) => "ARP answer",
            Self::Asks(IpAddr::V6(_)) => "neighbour question",
            Self::Answers(IpAddr::V6(_)) => "neighbour answer",
        }
    }
}

/// What a frame asks or answers about a hardware address; none for other frames.
pub(super) fn read(frame: &[u8]) -> Option<Says> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Arp => arp(ethernet.payload()),
        EthernetProtocol::Ipv6 => discovery(ethernet.payload()),
        _ => None,
    }
}

fn arp(bytes: &[u8]) -> Option<Says> {
    let arp = ArpPacket::new_checked(bytes).ok()?;
    let address = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).ok().map(Ipv4Addr::from);
    match arp.operation() {
        ArpOperation::Request => Some(Says::Asks(address(arp.target_protocol_addr())?.into())),
        ArpOperation::Reply => Some(Says::Answers(address(arp.source_protocol_addr())?.into())),
        ArpOperation::Unknown(_) => None,
    }
}

fn discovery(bytes: &[u8]) -> Option<Says> {
    let ip = Ipv6Packet::new_checked(bytes).ok()?;
    if ip.next_header() != IpProtocol::Icmpv6 {
        return None;
    }
    let icmp = ip.payload();
    let target = <[u8; 16]>::try_from(icmp.get(TARGET)?).ok()?;
    let target = Ipv6Addr::from(target).into();
    match *icmp.first()? {
        SOLICITATION => Some(Says::Asks(target)),
        ADVERTISEMENT => Some(Says::Answers(target)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{ArpEthIpv4Packet, ArpOperation, ArpPacket, PacketBuilder};

    const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];

    #[test]
    fn arp_asks_and_answers() {
        let frame = |operation| {
            let arp = ArpPacket::from(ArpEthIpv4Packet {
                operation,
                sender_mac: MACS[0],
                sender_ipv4: [192, 0, 2, 1],
                target_mac: MACS[1],
                target_ipv4: [192, 0, 2, 2],
            });
            let mut bytes = Vec::new();
            let builder = PacketBuilder::ethernet2(MACS[0], MACS[1]).arp(arp);
            builder.write(&mut bytes).unwrap();
            bytes
        };
        let asked = read(&frame(ArpOperation::REQUEST)).unwrap();
        assert_eq!(asked.kind(), "ARP question");
        assert_eq!(asked.to_string(), "asks around: who has 192.0.2.2?");
        let answered = read(&frame(ArpOperation::REPLY)).unwrap();
        assert_eq!(answered.kind(), "ARP answer");
        assert_eq!(answered.to_string(), "answers: I have 192.0.2.1");
    }

    #[test]
    fn neighbour_discovery_asks_and_answers() {
        let frame = |kind| {
            let mut rest = vec![0x20, 1, 0xd, 0xb8];
            rest.resize(16, 7);
            let builder = PacketBuilder::ethernet2(MACS[0], MACS[1])
                .ipv6([1; 16], [2; 16], 255)
                .icmpv6_raw(kind, 0, [0; 4]);
            let mut bytes = Vec::new();
            builder.write(&mut bytes, &rest).unwrap();
            bytes
        };
        let asked = read(&frame(SOLICITATION)).unwrap().to_string();
        assert!(
            asked.ends_with("who has 2001:db8:707:707:707:707:707:707?"),
            "{asked}"
        );
        let answered = read(&frame(ADVERTISEMENT)).unwrap();
        assert_eq!(answered.kind(), "neighbour answer");
        assert_eq!(read(&frame(128)), None);
    }

    #[test]
    fn other_frames_say_nothing_of_it() {
        let builder = PacketBuilder::ethernet2(MACS[0], MACS[1])
            .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
            .tcp(1, 2, 3, 4);
        let mut bytes = Vec::new();
        builder.write(&mut bytes, b"hello").unwrap();
        assert_eq!(read(&bytes), None);
        assert_eq!(read(&bytes[..5]), None);
        assert_eq!(read(b""), None);
    }
}
