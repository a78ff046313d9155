//! What hosts and routers say of packets, and what routers do to addresses, in words.

use super::neighbours;
use super::traffic::Window;
use crate::base::headers::Tcp;
use crate::base::{Icmp, IcmpSays, Kept};
use crate::timeline::{Event, Flow, FlowMaker, KeptRecord, Kind, Protocol, Remark, Timeline};
use crate::view::hosts::letter_at;
use crate::view::words::{about, counted, error};

/// Who has what happens outside of connections: `laptop → server`, or a link.
pub(super) fn addressed(timeline: &Timeline, event: Event) -> Option<String> {
    let to = match event.kind {
        Kind::Turn => {
            let said = timeline.turn(event.arg);
            let to = said.to.filter(|_| said.conn.is_none())?;
            timeline.name_of(to)
        }
        Kind::LinkDown | Kind::LinkUp => {
            return Some(timeline.links()[event.arg as usize].name.clone());
        }
        Kind::Sent => match timeline.remark(&event)? {
            Remark::Icmp(_) | Remark::Reset => {
                let to = timeline.addressee(&event)?;
                timeline.node(to).name.clone()
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(format!("{} → {to}", timeline.node(event.host).name))
}

/// What a node says in a frame of its own that belongs to no connection.
pub(super) fn remark(timeline: &Timeline, event: Event) -> Option<String> {
    match timeline.remark(&event)? {
        Remark::Icmp(icmp) => Some(match icmp.says {
            IcmpSays::EchoReply(number) | IcmpSays::EchoRequest(number) => {
                format!("echo reply {number}")
            }
            IcmpSays::Error(why, of) => error(why).to_owned() + &about(of),
        }),
        Remark::Reset => Some("resets the connection (RST)".into()),
        _ => None,
    }
}

/// What a frame carries, in a word that takes an s.
pub(super) fn kind_of(frame: &[u8]) -> &'static str {
    match Tcp::read(frame) {
        Some(tcp) if tcp.syn && tcp.ack.is_some() => "SYN-ACK",
        Some(tcp) if tcp.syn => "SYN",
        Some(tcp) if !tcp.payload.is_empty() => "segment",
        Some(tcp) if tcp.fin => "FIN",
        Some(tcp) if tcp.rst => "RST",
        Some(_) => "acknowledgement",
        None => message(frame),
    }
}

fn message(frame: &[u8]) -> &'static str {
    if let Some(says) = neighbours::read(frame) {
        return says.kind();
    }
    match Icmp::read(frame).map(|icmp| icmp.says) {
        Some(IcmpSays::EchoRequest(_)) => "echo request",
        Some(IcmpSays::EchoReply(_)) => "echo answer",
        Some(IcmpSays::Error(..)) => "ICMP error",
        None if is_udp(frame) => "datagram",
        None => "frame",
    }
}

/// Whether a frame carries a datagram, or a piece of one.
pub(super) fn is_udp(frame: &[u8]) -> bool {
    let protocol = match frame.get(12..14) {
        Some([0x08, 0x00]) => frame.get(23),
        Some([0x86, 0xdd]) => frame.get(20),
        _ => None,
    };
    protocol == Some(&17)
}

/// What a frame says of a window that is shut.
pub(super) fn of_window(window: Window) -> &'static str {
    match window {
        Window::Shuts => "has no room for more (window 0)",
        Window::Asks => "sends one byte, to see whether there is room (window probe)",
        Window::Opens => "has room again (window update)",
    }
}

/// What a router begins to do to a flow's packets.
pub(super) fn translates(flow: &Flow) -> String {
    let mut text = Vec::new();
    if flow.made_by == FlowMaker::Helper {
        text.push("expects what was announced".to_owned());
    }
    if flow.from != flow.seen_from {
        text.push(format!("translates {} into {}", flow.from, flow.seen_from));
    }
    if flow.to != flow.goes_to {
        text.push(format!("leads {} on to {}", flow.to, flow.goes_to));
    }
    let to = match flow.protocol {
        Protocol::Icmp => flow.goes_to.ip().to_string(),
        Protocol::Tcp | Protocol::Udp => flow.goes_to.to_string(),
    };
    if flow.to == flow.goes_to {
        text.push(format!("on the way to {to}"));
    }
    format!("{} ({})", text.join(", "), flow.protocol)
}

pub(super) fn forgets(flow: &Flow) -> String {
    let (inside, outside) = if flow.from == flow.seen_from {
        (flow.goes_to, flow.to)
    } else {
        (flow.from, flow.seen_from)
    };
    format!("forgets that {inside} is {outside} ({})", flow.protocol)
}

/// What a program keeps from now on, and whether something was there before.
pub(super) fn keeps(kept: &KeptRecord, known: bool) -> String {
    let path = &kept.path;
    if let Some((mailbox, number)) = letter_at(path) {
        let letter = match mailbox {
            "" => ["letter ", number].concat(),
            mailbox => ["letter ", number, " for ", mailbox].concat(),
        };
        return match (&kept.what, known) {
            (Some(Kept::File(content)), _) => {
                format!("keeps {letter}: {}", counted(content.len(), "byte"))
            }
            _ => format!("keeps {letter} no more"),
        };
    }
    match (&kept.what, known) {
        (None, _) => format!("keeps {path} no more"),
        (Some(Kept::Folder), _) => format!("keeps a folder {path}"),
        (Some(Kept::File(content)), false) => {
            format!("keeps {path}: {}", counted(content.len(), "byte"))
        }
        (Some(Kept::File(content)), true) => {
            format!("replaces {path}: {}", counted(content.len(), "byte"))
        }
    }
}
