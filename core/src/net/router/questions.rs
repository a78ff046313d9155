//! ARP and neighbour discovery on the wire (RFC 826, RFC 4861): questions and answers.

use super::header::{ETHERNET, ethertype};
use crate::net::checksum;
use crate::net::host::Mac;
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol,
    EthernetRepr, Icmpv6Packet, Icmpv6Repr, IpProtocol, Ipv6Address, Ipv6Packet, Ipv6Repr,
    NdiscNeighborFlags, NdiscRepr, RawHardwareAddress,
};
use std::net::IpAddr;

/// RFC 4861 §7.1: a router passes none on, so that one with 255 hops left is a neighbour's.
const NEIGHBOURS_ONLY: u8 = 255;
const ALL_NODES: Ipv6Address = Ipv6Address::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// What a neighbour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Who speaks and where it is, where it says so.
    pub speaker: Option<(IpAddr, Mac)>,
    /// Whom it asks for; it answers where there is none.
    pub asks_for: Option<IpAddr>,
}

/// What a frame says of neighbours; none where it says nothing of them.
pub fn read(frame: &[u8]) -> Option<Word> {
    match ethertype(frame)? {
        EthernetProtocol::Arp => read_arp(frame.get(ETHERNET..)?),
        EthernetProtocol::Ipv6 => read_discovery(frame),
        _ => None,
    }
}

fn read_arp(bytes: &[u8]) -> Option<Word> {
    let packet = ArpPacket::new_checked(bytes).ok()?;
    let ArpRepr::EthernetIpv4 {
        operation,
        source_hardware_addr,
        source_protocol_addr,
        target_protocol_addr,
        ..
    } = ArpRepr::parse(&packet).ok()?
    else {
        return None;
    };
    // RFC 5227 §1.1: a probe has no address of its own yet.
    let named = source_hardware_addr.is_unicast() && !source_protocol_addr.is_unspecified();
    Some(Word {
        speaker: named.then_some((source_protocol_addr.into(), source_hardware_addr.0)),
        asks_for: match operation {
            ArpOperation::Request => Some(target_protocol_addr.into()),
            _ => None,
        },
    })
}

fn read_discovery(frame: &[u8]) -> Option<Word> {
    let ip = Ipv6Packet::new_checked(frame.get(ETHERNET..)?).ok()?;
    let concerned = ip.next_header() == IpProtocol::Icmpv6 && ip.hop_limit() == NEIGHBOURS_ONLY;
    if !concerned || !checksum::verify(frame) {
        return None;
    }
    let icmp = Icmpv6Packet::new_checked(ip.payload()).ok()?;
    let caps = ChecksumCapabilities::ignored();
    match Icmpv6Repr::parse(&ip.src_addr(), &ip.dst_addr(), &icmp, &caps).ok()? {
        Icmpv6Repr::Ndisc(NdiscRepr::NeighborSolicit {
            target_addr,
            lladdr,
        }) => Some(Word {
            speaker: speaker(ip.src_addr(), lladdr),
            asks_for: Some(target_addr.into()),
        }),
        Icmpv6Repr::Ndisc(NdiscRepr::NeighborAdvert {
            target_addr,
            lladdr,
            ..
        }) => Some(Word {
            speaker: speaker(target_addr, lladdr),
            asks_for: None,
        }),
        _ => None,
    }
}

fn speaker(address: Ipv6Address, hardware: Option<RawHardwareAddress>) -> Option<(IpAddr, Mac)> {
    let mac: Mac = hardware?.as_bytes().try_into().ok()?;
    let named = mac[0] & 1 == 0 && !address.is_unspecified() && !address.is_multicast();
    named.then_some((address.into(), mac))
}

/// The question where `other` is, asked by `own`. None where the families differ.
pub fn question(mac: Mac, own: IpAddr, other: IpAddr) -> Option<Vec<u8>> {
    match (own, other) {
        (IpAddr::V4(own), IpAddr::V4(other)) => Some(arp(
            [0xff; 6],
            ArpRepr::EthernetIpv4 {
                operation: ArpOperation::Request,
                source_hardware_addr: EthernetAddress(mac),
                source_protocol_addr: own,
                target_hardware_addr: EthernetAddress([0; 6]),
                target_protocol_addr: other,
            },
            mac,
        )),
        (IpAddr::V6(own), IpAddr::V6(other)) => {
            let [.., x, y, z] = other.octets();
            // RFC 4291 §2.7.1: the solicited-node address ends in the last three bytes.
            let group = (0xff02_u128 << 112) | 0x1_ff00_0000 | (other.to_bits() & 0xff_ffff);
            let solicit = NdiscRepr::NeighborSolicit {
                target_addr: other,
                lladdr: Some(EthernetAddress(mac).into()),
            };
            let to = Ipv6Address::from_bits(group);
            Some(discovery(
                (mac, [0x33, 0x33, 0xff, x, y, z]),
                (own, to),
                solicit,
            ))
        }
        _ => None,
    }
}

/// The answer to one who asked for `own`; where it did not say who it is, the answer goes
/// to all (RFC 4861 §7.2.4).
pub fn answer(
    mac: Mac,
    own: IpAddr,
    asker: Option<(IpAddr, Mac)>,
    heard: &[u8],
) -> Option<Vec<u8>> {
    match own {
        IpAddr::V4(own) => {
            // ARP answers whoever sent the frame, nameless or not.
            let asked = ArpPacket::new_checked(heard.get(ETHERNET..)?).ok()?;
            let ArpRepr::EthernetIpv4 {
                source_hardware_addr,
                source_protocol_addr,
                ..
            } = ArpRepr::parse(&asked).ok()?
            else {
                return None;
            };
            let reply = ArpRepr::EthernetIpv4 {
                operation: ArpOperation::Reply,
                source_hardware_addr: EthernetAddress(mac),
                source_protocol_addr: own,
                target_hardware_addr: source_hardware_addr,
                target_protocol_addr: source_protocol_addr,
            };
            let to = source_hardware_addr;
            to.is_unicast().then(|| arp(to.0, reply, mac))
        }
        IpAddr::V6(own) => {
            let mut flags = NdiscNeighborFlags::ROUTER | NdiscNeighborFlags::OVERRIDE;
            let (to, hardware) = match asker {
                Some((IpAddr::V6(asker), hardware)) => {
                    flags |= NdiscNeighborFlags::SOLICITED;
                    (asker, hardware)
                }
                _ => (ALL_NODES, [0x33, 0x33, 0, 0, 0, 1]),
            };
            let advert = NdiscRepr::NeighborAdvert {
                flags,
                target_addr: own,
                lladdr: Some(EthernetAddress(mac).into()),
            };
            Some(discovery((mac, hardware), (own, to), advert))
        }
    }
}

fn arp(to: Mac, repr: ArpRepr, own: Mac) -> Vec<u8> {
    framed((own, to), EthernetProtocol::Arp, repr.buffer_len(), |b| {
        repr.emit(&mut ArpPacket::new_unchecked(b));
    })
}

fn discovery(macs: (Mac, Mac), ends: (Ipv6Address, Ipv6Address), repr: NdiscRepr) -> Vec<u8> {
    let message = Icmpv6Repr::Ndisc(repr);
    let ip = Ipv6Repr {
        src_addr: ends.0,
        dst_addr: ends.1,
        next_header: IpProtocol::Icmpv6,
        payload_len: message.buffer_len(),
        hop_limit: NEIGHBOURS_ONLY,
    };
    let len = ip.buffer_len() + message.buffer_len();
    framed(macs, EthernetProtocol::Ipv6, len, |b| {
        ip.emit(&mut Ipv6Packet::new_unchecked(&mut *b));
        message.emit(
            &ends.0,
            &ends.1,
            &mut Icmpv6Packet::new_unchecked(&mut b[ip.buffer_len()..]),
            &ChecksumCapabilities::default(),
        );
    })
}

fn framed(
    (own, to): (Mac, Mac),
    ethertype: EthernetProtocol,
    len: usize,
    emit: impl FnOnce(&mut [u8]),
) -> Vec<u8> {
    let mut bytes = vec![0; ETHERNET + len];
    let mut frame = EthernetFrame::new_unchecked(&mut bytes[..]);
    EthernetRepr {
        src_addr: EthernetAddress(own),
        dst_addr: EthernetAddress(to),
        ethertype,
    }
    .emit(&mut frame);
    emit(frame.payload_mut());
    bytes
}
