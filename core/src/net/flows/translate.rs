//! What a row changes in a packet: its destination on arrival, its source on leaving. An
//! ICMP error is changed like an answer, and what it quotes the other way (RFC 5508 §4).

use crate::net::packet::Packet;
use crate::timeline::Flow;

/// Puts the true destination into a packet of the flow.
pub fn towards(packet: &mut Packet, flow: &Flow, forth: bool) {
    if forth && flow.to != flow.goes_to {
        packet.set_destination(flow.goes_to);
    } else if !forth && flow.from != flow.seen_from {
        packet.set_destination(flow.from);
    }
}

/// Puts the source into a packet of the flow that the other side is to see.
pub fn from(packet: &mut Packet, flow: &Flow, forth: bool) {
    if forth && flow.from != flow.seen_from {
        packet.set_source(flow.seen_from);
    } else if !forth && flow.to != flow.goes_to {
        packet.set_source(flow.to);
    }
}

/// Puts the true destination into an error about the flow, and makes what it quotes what
/// that one once sent. An echo has one number for both sides: that of `from` is put in last.
pub fn error_towards(packet: &mut Packet, flow: &Flow, forth: bool) {
    let (from_differs, to_differs) = (flow.from != flow.seen_from, flow.to != flow.goes_to);
    if forth {
        if to_differs {
            packet.set_destination_address(flow.goes_to.ip());
            packet.set_quoted_source(flow.goes_to);
        }
        if from_differs {
            packet.set_quoted_destination(flow.seen_from);
        }
    } else {
        if to_differs {
            packet.set_quoted_destination(flow.to);
        }
        if from_differs {
            packet.set_destination_address(flow.from.ip());
            packet.set_quoted_source(flow.from);
        }
    }
}

/// Hides who inside made an error, be it the flow's end or a router on the way to it.
pub fn error_from(packet: &mut Packet, flow: &Flow, forth: bool) {
    if forth && flow.from != flow.seen_from {
        packet.set_source_address(flow.seen_from.ip());
    } else if !forth && flow.to != flow.goes_to {
        packet.set_source_address(flow.to.ip());
    }
}
