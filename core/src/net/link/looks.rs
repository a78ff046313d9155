//! What frames look like, for faults that want certain ones.

use super::{Pattern, Shape};
use crate::base::headers::Tcp;
use crate::base::{ConnId, FrameId, Sequence, TurnKind};
use crate::timeline::{Kind, Timeline};
use smoltcp::wire::{EthernetFrame, EthernetProtocol, IpProtocol, Ipv4Packet, Ipv6Packet};

/// Where a frame's Ethernet header ends.
const ETHERNET: usize = 14;
/// What no checksum covers at the beginning of an IPv6 header.
const UNCHECKED_IPV6: usize = 8;
/// Router and neighbour discovery (RFC 4861).
const DISCOVERY: std::ops::RangeInclusive<u8> = 133..=137;

/// Whether a frame that was sent looks as a fault wants it to.
pub fn looks_like(timeline: &Timeline, frame: FrameId, wanted: &Pattern) -> bool {
    let first = timeline.origin(frame);
    let from = timeline.frame(first).from;
    wanted.from.is_none_or(|node| node == from)
        && has_shape(timeline.bytes(frame), wanted.shape)
        && (!wanted.of_file || is_of_file(timeline, first))
}

/// Flips one bit of an IP packet, past the Ethernet header. Answers whether it is one, and
/// has bits that a checksum covers.
pub fn spoil(frame: &mut [u8], chance: u64) -> bool {
    let Some((version, ..)) = packet(frame) else {
        return false;
    };
    let unchecked = if version == 6 { UNCHECKED_IPV6 } else { 0 };
    let from = ETHERNET + unchecked;
    let bits = frame.len().saturating_sub(from) as u64 * 8;
    if bits == 0 {
        return false;
    }
    let bit = usize::try_from(chance % bits).expect("inside a frame");
    frame[from + bit / 8] ^= 1 << (bit % 8);
    true
}

fn has_shape(frame: &[u8], shape: Shape) -> bool {
    let protocol = || packet(frame).map(|(_, protocol, first)| (protocol, first));
    let Some(tcp) = Tcp::read(frame) else {
        return match shape {
            Shape::Frame => true,
            Shape::Udp => protocol().is_some_and(|(protocol, _)| protocol == IpProtocol::Udp),
            Shape::Icmp => protocol().is_some_and(|(protocol, kind)| match protocol {
                IpProtocol::Icmp => true,
                IpProtocol::Icmpv6 => kind.is_some_and(|kind| !DISCOVERY.contains(&kind)),
                _ => false,
            }),
            _ => false,
        };
    };
    match shape {
        Shape::Frame => true,
        Shape::Syn => tcp.opens(),
        Shape::SynAck => tcp.syn && tcp.ack.is_some(),
        Shape::Ack => tcp.sequence_len() == 0 && tcp.ack.is_some() && !tcp.rst,
        Shape::Data => !tcp.payload.is_empty(),
        Shape::Fin => tcp.fin,
        Shape::Rst => tcp.rst,
        Shape::Udp | Shape::Icmp => false,
    }
}

/// An IP packet's version and protocol, and the first byte that it carries.
fn packet(frame: &[u8]) -> Option<(u8, IpProtocol, Option<u8>)> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => {
            let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
            Some((4, ip.next_header(), ip.payload().first().copied()))
        }
        EthernetProtocol::Ipv6 => {
            let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            Some((6, ip.next_header(), ip.payload().first().copied()))
        }
        _ => None,
    }
}

/// Whether a segment carries bytes of a file or a letter. One without bytes belongs to it
/// where the file was spoken of on its connection before, from either side.
fn is_of_file(timeline: &Timeline, frame: FrameId) -> bool {
    let (Some(conn), Some(tcp)) = (timeline.frame(frame).conn, Tcp::read(timeline.bytes(frame)))
    else {
        return false;
    };
    let mut files = timeline.turns().iter().rev();
    if tcp.payload.is_empty() {
        let asker = |end: ConnId| timeline.end(end).asked_by.unwrap_or(end);
        return files.any(|said| {
            said.turn.kind == TurnKind::Data
                && said.conn.is_some_and(|end| asker(end) == asker(conn))
        });
    }
    let Some(sequence) = sequence(timeline, conn) else {
        return false;
    };
    files.any(|said| {
        let (start, end) = said.range;
        let offset = sequence.offset(tcp.seq, start);
        said.turn.kind == TurnKind::Data
            && said.conn == Some(conn)
            && offset.is_some_and(|at| at < end && at + tcp.payload.len() as u64 > start)
    })
}

/// How a connection numbers its bytes, as the first SYN says that it sent.
fn sequence(timeline: &Timeline, conn: ConnId) -> Option<Sequence> {
    let opening = timeline.end(conn).opening;
    let events = timeline
        .events()
        .range(opening.index()..timeline.events().len());
    events
        .filter(|event| event.kind == Kind::Sent)
        .map(|event| FrameId(event.arg))
        .filter(|frame| timeline.frame(*frame).conn == Some(conn))
        .filter_map(|frame| Tcp::read(timeline.bytes(frame)))
        .find(|tcp| tcp.syn)
        .map(|syn| Sequence::from(syn.seq.wrapping_add(1)))
}
