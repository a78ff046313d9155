//! A frame in a word or two: what stands beside its arrow.

use super::outline::{Outline, Row, Stroke, What};
use super::words::counted;
use crate::base::FrameId;
use crate::base::headers::Tcp;
use crate::timeline::Timeline;
use smoltcp::wire::{
    ArpOperation, ArpPacket, EthernetFrame, EthernetProtocol, Icmpv6Message, Icmpv6Packet,
    IpProtocol, Ipv6Packet,
};
use std::net::Ipv4Addr;

/// What a frame is: `SYN`, `RETR report.pdf` where it carries a turn's first byte,
/// `1 460 bytes`, `ARP: who has 192.0.2.2?`.
#[must_use]
pub fn brief(timeline: &Timeline, outline: &Outline, frame: FrameId) -> String {
    let bytes = timeline.bytes(frame);
    let Some(tcp) = Tcp::read(bytes) else {
        let row = row_carried_by(outline, timeline.origin(frame));
        let words = row
            .map(|row| row.short.clone())
            .or_else(|| neighbours(bytes));
        return words.unwrap_or_else(|| counted(bytes.len() as u64, "byte"));
    };
    if !tcp.payload.is_empty() {
        return match turn_of(timeline, outline, frame) {
            Some(row) => row.short.clone(),
            None => counted(tcp.payload.len() as u64, "byte"),
        };
    }
    let words = match (tcp.syn, tcp.fin, tcp.rst, tcp.ack.is_some()) {
        (_, _, true, _) => "RST",
        (true, _, _, true) => "SYN-ACK",
        (true, ..) => "SYN",
        (_, true, ..) => "FIN",
        _ => "ACK",
    };
    words.to_owned()
}

/// How a frame is drawn: as its connection is, or as what is said in it.
#[must_use]
pub fn stroke_of(timeline: &Timeline, outline: &Outline, frame: FrameId) -> Stroke {
    if let Some(end) = timeline.frame(frame).conn {
        let line = outline.line_of(end);
        return line.map_or(Stroke::Housekeeping, |(_, line)| line.stroke);
    }
    let row = row_carried_by(outline, timeline.origin(frame));
    row.map_or(Stroke::Housekeeping, |row| row.stroke)
}

/// The turn whose first byte a frame carries, on its first way or passed on.
#[must_use]
pub fn turn_of<'a>(timeline: &Timeline, outline: &'a Outline, id: FrameId) -> Option<&'a Row> {
    let frame = timeline.frame(id);
    let end = frame.conn?;
    let speaker = timeline.end(end).host;
    let (number, _) = outline.line_of(end)?;
    let begun = outline
        .rows
        .partition_point(|row| row.opens <= outline.sent(id));
    let mut begun_in = None;
    // An end's turns go out in order: the first that left before ends the search.
    for row in outline.rows[..begun].iter().rev() {
        let speaks = matches!(row.what, What::Says(_)) && row.from == speaker;
        if !speaks || row.connection != Some(number) {
            continue;
        }
        let Some(carrier) = row.carrier else { continue };
        if timeline.origin(id) == carrier {
            begun_in = Some(row);
        } else if carrier < id {
            break;
        }
    }
    begun_in
}

/// The row that a datagram or a word of the network's is: it begins just before.
fn row_carried_by(outline: &Outline, frame: FrameId) -> Option<&Row> {
    const NEAR: usize = 8;
    let sent = outline.sent(frame);
    let begun = outline.rows.partition_point(|row| row.opens <= sent);
    let mut near = outline.rows[..begun].iter().rev().take(NEAR);
    near.find(|row| row.carrier == Some(frame))
}

/// What a frame asks or answers about a hardware address.
fn neighbours(bytes: &[u8]) -> Option<String> {
    let ethernet = EthernetFrame::new_checked(bytes).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Arp => {
            let arp = ArpPacket::new_checked(ethernet.payload()).ok()?;
            let address = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).ok().map(Ipv4Addr::from);
            match arp.operation() {
                ArpOperation::Request => {
                    let asked = address(arp.target_protocol_addr())?;
                    Some(format!("ARP: who has {asked}?"))
                }
                ArpOperation::Reply => {
                    let own = address(arp.source_protocol_addr())?;
                    Some(format!("ARP: I have {own}"))
                }
                ArpOperation::Unknown(_) => None,
            }
        }
        EthernetProtocol::Ipv6 => {
            let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            if ip.next_header() != IpProtocol::Icmpv6 {
                return None;
            }
            let icmp = Icmpv6Packet::new_checked(ip.payload()).ok()?;
            match icmp.msg_type() {
                Icmpv6Message::NeighborSolicit => {
                    Some(format!("ND: who has {}?", icmp.target_addr()))
                }
                Icmpv6Message::NeighborAdvert => Some(format!("ND: I have {}", icmp.target_addr())),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::sample;

    #[test]
    fn each_frame_of_a_conversation_has_its_word() {
        // Given a run with a greeting, a login, and a file of two segments of which one is lost.
        let timeline = sample::timeline();
        let outline = Outline::of(&timeline, &sample::info());
        // When each frame is named.
        let frames = 0..timeline.frames().len();
        let words: Vec<_> = frames
            .map(|index| brief(&timeline, &outline, FrameId::from_index(index)))
            .collect();
        // Then those that carry a turn's first byte have its words, the others theirs.
        assert_eq!(words[..4], ["SYN", "SYN-ACK", "ACK", "220"], "{words:?}");
        assert_eq!(words.iter().filter(|word| *word == "SYN").count(), 2);
        assert!(words.iter().any(|word| word == "10 bytes"), "{words:?}");
        assert!(words.iter().any(|word| word == "▤ notes.txt"), "{words:?}");
        assert!(words.iter().any(|word| word == "FIN"), "{words:?}");
    }
}
