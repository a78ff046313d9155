//! What a router says itself: ICMP errors, echoes, and resets.
//!
//! Each is made as a whole frame whose hardware addresses are still empty.

use super::header::{ETHERNET, Header, ICMP, ICMPV6, IPV6_HEADER, TCP, is_nobody};
use crate::base::headers::Tcp;
use crate::net::checksum;
use crate::net::packet::Packet;
use smoltcp::wire::{
    EthernetFrame, EthernetProtocol, Icmpv4Packet, Icmpv6Packet, Ipv4Packet, Ipv6Packet, TcpPacket,
    TcpSeqNumber,
};
use std::net::IpAddr;

/// Hop limit of what a router sends itself (RFC 1700).
const HOPS: u8 = 64;
/// RFC 1812 §4.3.2.3: an error is as long as 576 bytes at most; RFC 4443 §2.4 (c): 1280.
const LONGEST_V4: usize = 576;
const LONGEST_V6: usize = 1280;
/// What comes before the quoted packet: type, code, checksum and a word.
const ICMP_HEADER: usize = 8;
/// RFC 1812 §4.3.2.5: errors travel as "internetwork control".
const CONTROL: u8 = 0xc0;

/// Why a packet did not get there, as ICMP tells its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// It had passed as many routers as it may.
    HopLimit,
    /// No route leads there.
    NoRoute,
    /// The host, or the next router, does not answer.
    NoHost,
    /// Nobody listens at that port.
    NoPort,
    /// A firewall forbids it.
    Prohibited,
    /// The next link takes packets of so many bytes.
    TooBig(usize),
}

impl Complaint {
    /// Type, code, and the word behind them.
    fn on_the_wire(self, v4: bool) -> (u8, u8, u32) {
        match (self, v4) {
            // RFC 792, RFC 1191 §4, RFC 1812 §5.2.7.1
            (Self::HopLimit, true) => (11, 0, 0),
            (Self::NoRoute, true) => (3, 0, 0),
            (Self::NoHost, true) => (3, 1, 0),
            (Self::NoPort, true) => (3, 3, 0),
            (Self::TooBig(mtu), true) => (3, 4, u32::try_from(mtu.min(0xffff)).unwrap_or(0)),
            (Self::Prohibited, true) => (3, 13, 0),
            // RFC 4443 §3
            (Self::HopLimit, false) => (3, 0, 0),
            (Self::NoRoute, false) => (1, 0, 0),
            (Self::Prohibited, false) => (1, 1, 0),
            (Self::NoHost, false) => (1, 3, 0),
            (Self::NoPort, false) => (1, 4, 0),
            (Self::TooBig(mtu), false) => (2, 0, u32::try_from(mtu).unwrap_or(u32::MAX)),
        }
    }
}

/// The error about a packet as it arrived, from `own`. None about those that nobody may
/// complain of (RFC 1122 §3.2.2, RFC 4443 §2.4 (e)).
pub fn error(arrived: &[u8], own: IpAddr, complaint: Complaint, ident: u16) -> Option<Vec<u8>> {
    let header = Header::read(arrived).ok()?;
    let packet = Packet::read(arrived)?;
    if !may_be_answered(arrived, &header) || packet.is_later_fragment() || packet.is_icmp_error() {
        return None;
    }
    let v4 = own.is_ipv4();
    let room = if v4 {
        LONGEST_V4 - 20
    } else {
        LONGEST_V6 - IPV6_HEADER
    };
    let quoted = header.total.min(room - ICMP_HEADER);
    let (kind, code, word) = complaint.on_the_wire(v4);
    let mut frame = empty(
        own,
        header.source,
        (if v4 { ICMP } else { ICMPV6 }, ident),
        ICMP_HEADER + quoted,
    )?;
    let icmp = icmp_of(&mut frame, v4);
    icmp[0] = kind;
    icmp[1] = code;
    icmp[4..8].copy_from_slice(&word.to_be_bytes());
    icmp[ICMP_HEADER..].copy_from_slice(arrived.get(ETHERNET..ETHERNET + quoted)?);
    if v4 {
        frame[ETHERNET + 1] = CONTROL;
        Ipv4Packet::new_unchecked(&mut frame[ETHERNET..]).fill_checksum();
    }
    fill_icmp(&mut frame, own, header.source);
    Some(frame)
}

/// The answer to an echo request for one of the router's own addresses.
pub fn echo(request: &[u8], ident: u16) -> Option<Vec<u8>> {
    let header = Header::read(request).ok()?;
    if !may_be_answered(request, &header) || !is_echo_request(request, &header) {
        return None;
    }
    let v4 = header.source.is_ipv4();
    let asked = header.payload(request);
    let (own, other) = (header.destination, header.source);
    let mut frame = empty(own, other, (header.protocol, ident), asked.len())?;
    let icmp = icmp_of(&mut frame, v4);
    icmp.copy_from_slice(asked);
    icmp[0] = if v4 { 0 } else { 129 };
    fill_icmp(&mut frame, own, other);
    Some(frame)
}

/// Whether a packet to one of the router's addresses can mean the router alone: an echo
/// request, or neighbour discovery (RFC 4861 §4).
pub fn is_routers_own(frame: &[u8], header: &Header) -> bool {
    let kind = header.payload(frame).first();
    let discovers =
        header.protocol == ICMPV6 && kind.is_some_and(|kind| (133..=137).contains(kind));
    discovers || is_echo_request(frame, header)
}

/// Whether a packet is a whole echo request.
fn is_echo_request(frame: &[u8], header: &Header) -> bool {
    let icmp = header.payload(frame);
    let kind = if header.source.is_ipv4() { 8 } else { 128 };
    header.is_icmp()
        && header.offset == 0
        && !header.more
        && icmp.len() >= ICMP_HEADER
        && icmp[..2] == [kind, 0]
}

/// The RST that answers a segment in the name of the one it was for (RFC 9293 §3.10.7.1).
/// None where it carries no whole segment, or is an RST itself.
pub fn reset(arrived: &[u8], ident: u16) -> Option<Vec<u8>> {
    let header = Header::read(arrived).ok()?;
    let segment = Tcp::read(arrived).filter(|segment| !segment.rst)?;
    if !may_be_answered(arrived, &header) {
        return None;
    }
    let (own, other) = (header.destination, header.source);
    let mut frame = empty(own, other, (TCP, ident), 20)?;
    let at = frame.len() - 20;
    let mut tcp = TcpPacket::new_unchecked(&mut frame[at..]);
    tcp.set_header_len(20);
    tcp.set_src_port(segment.to.port());
    tcp.set_dst_port(segment.from.port());
    tcp.set_rst(true);
    if let Some(ack) = segment.ack {
        tcp.set_seq_number(number(ack));
    } else {
        let taken = u32::try_from(segment.sequence_len()).unwrap_or(0);
        tcp.set_ack(true);
        tcp.set_ack_number(number(segment.seq.wrapping_add(taken)));
    }
    checksum::fill_tcp(&mut frame);
    Some(frame)
}

fn number(seq: u32) -> TcpSeqNumber {
    TcpSeqNumber(seq.cast_signed())
}

/// Whether a packet's sender is one machine that may be answered: neither it nor the packet
/// is for many.
fn may_be_answered(frame: &[u8], header: &Header) -> bool {
    let to_many = frame.first().is_none_or(|byte| byte & 1 == 1);
    !to_many && !is_nobody(header.source) && !is_nobody(header.destination)
}

/// A frame with an IP packet that carries `len` bytes, zero yet. None where it would be too
/// long, or the families differ.
fn empty(from: IpAddr, to: IpAddr, (protocol, ident): (u8, u16), len: usize) -> Option<Vec<u8>> {
    let header = if from.is_ipv4() { 20 } else { IPV6_HEADER };
    let mut frame = vec![0; ETHERNET + header + len];
    let ethertype = match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let mut ip = Ipv4Packet::new_unchecked(&mut frame[ETHERNET..]);
            ip.set_version(4);
            ip.set_header_len(20);
            ip.set_total_len(u16::try_from(header + len).ok()?);
            ip.set_ident(ident);
            ip.set_hop_limit(HOPS);
            ip.set_next_header(protocol.into());
            ip.set_src_addr(from);
            ip.set_dst_addr(to);
            ip.fill_checksum();
            EthernetProtocol::Ipv4
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let mut ip = Ipv6Packet::new_unchecked(&mut frame[ETHERNET..]);
            ip.set_version(6);
            ip.set_payload_len(u16::try_from(len).ok()?);
            ip.set_next_header(protocol.into());
            ip.set_hop_limit(HOPS);
            ip.set_src_addr(from);
            ip.set_dst_addr(to);
            EthernetProtocol::Ipv6
        }
        _ => return None,
    };
    EthernetFrame::new_unchecked(&mut frame[..]).set_ethertype(ethertype);
    Some(frame)
}

fn icmp_of(frame: &mut [u8], v4: bool) -> &mut [u8] {
    &mut frame[ETHERNET + if v4 { 20 } else { IPV6_HEADER }..]
}

fn fill_icmp(frame: &mut [u8], from: IpAddr, to: IpAddr) {
    match (from, to) {
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            Icmpv6Packet::new_unchecked(icmp_of(frame, false)).fill_checksum(&from, &to);
        }
        _ => Icmpv4Packet::new_unchecked(icmp_of(frame, true)).fill_checksum(),
    }
}
