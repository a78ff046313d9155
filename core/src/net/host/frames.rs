//! A frame arrives: whose it is, and what the stack makes of it.

use super::connection::{Conn, Tuple};
use super::{Host, device, stack_now};
use crate::base::FrameId;
use crate::base::headers::Tcp;
use crate::net::wires::Wires;
use crate::timeline::{End, Moment};
use smoltcp::wire::{EthernetFrame, EthernetProtocol, Icmpv6Message, Icmpv6Packet};
use smoltcp::wire::{IpProtocol, Ipv6Packet};

/// Whether a frame may tell where a neighbour is: ARP, or an ICMPv6 neighbour message.
fn tells_of_neighbours(frame: &[u8]) -> bool {
    let Ok(ethernet) = EthernetFrame::new_checked(frame) else {
        return false;
    };
    match ethernet.ethertype() {
        EthernetProtocol::Arp => true,
        EthernetProtocol::Ipv6 => Ipv6Packet::new_checked(ethernet.payload())
            .ok()
            .filter(|ip| ip.next_header() == IpProtocol::Icmpv6)
            .and_then(|ip| {
                let icmp = Icmpv6Packet::new_checked(ip.payload()).ok()?;
                Some(matches!(
                    icmp.msg_type(),
                    Icmpv6Message::NeighborSolicit | Icmpv6Message::NeighborAdvert
                ))
            })
            .unwrap_or(false),
        _ => false,
    }
}

impl Host {
    /// Takes a frame that arrived.
    pub fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let slot = wires.timeline.frame(id).slot;
        let bytes = wires.timeline.arena().get(slot);
        if let Some(segment) = Tcp::read(bytes) {
            self.on_segment(wires, at, id, &segment);
        } else {
            let news = tells_of_neighbours(bytes);
            self.ingress_other(wires, at, id);
            self.read_datagrams(wires, at);
            if news {
                self.restless = self.conns.keys().copied().collect();
            }
        }
        self.settle(wires, at);
    }

    fn on_segment(&mut self, wires: &mut Wires, at: Moment, id: FrameId, segment: &Tcp) {
        let tuple: Tuple = (segment.to, segment.from);
        let known = self.tuples.get(&tuple).copied();
        let conn = match known {
            Some(conn) => conn,
            None if segment.opens() && self.addresses.contains(&tuple.0.ip()) => {
                match self.meet(wires, at, tuple) {
                    Some(conn) => conn,
                    None => return self.ingress_other(wires, at, id),
                }
            }
            // Nobody's: a set without a socket for it answers with RST.
            None => return self.ingress_other(wires, at, id),
        };
        let slot = wires.timeline.frame(id).slot;
        if let Some(conn) = self.conns.get_mut(&conn) {
            let mut device = device::Ingress {
                frame: Some(wires.timeline.arena().get(slot)),
                reply: &mut self.reply,
                longest_frame: self.longest_frame,
            };
            let now = stack_now(at.now);
            self.iface
                .poll_ingress_single(now, &mut device, &mut conn.set);
        }
        self.send_reply(wires, at, Some(conn));
        self.disturb(conn);
    }

    /// Makes the listening socket for a SYN, where a program listens.
    fn meet(&mut self, wires: &mut Wires, at: Moment, tuple: Tuple) -> Option<crate::base::ConnId> {
        let listener = self.listener_for(&tuple)?;
        let (program, token) = (listener.program, listener.token);
        let end = End {
            host: self.id,
            program,
            local: tuple.0,
            remote: tuple.1,
            active: false,
            opening: crate::base::EventId(0),
            opened: None,
            closed: None,
            reason: None,
        };
        let (id, _) = wires.timeline.record_opening(at, end);
        let mut conn = Conn::new(program, token, tuple, false);
        conn.socket()
            .listen(tuple.0)
            .expect("a fresh socket listens");
        self.conns.insert(id, Box::new(conn));
        self.tuples.insert(tuple, id);
        Some(id)
    }

    /// Gives the stack a frame that belongs to no connection.
    fn ingress_other(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let slot = wires.timeline.frame(id).slot;
        let mut device = device::Ingress {
            frame: Some(wires.timeline.arena().get(slot)),
            reply: &mut self.reply,
            longest_frame: self.longest_frame,
        };
        let now = stack_now(at.now);
        self.iface
            .poll_ingress_single(now, &mut device, &mut self.datagrams.set);
        self.send_reply(wires, at, None);
    }

    /// Sends what the stack answered at once.
    fn send_reply(&mut self, wires: &mut Wires, at: Moment, conn: Option<crate::base::ConnId>) {
        if self.reply.is_empty() {
            return;
        }
        let slot = wires.timeline.arena_mut().push(&self.reply);
        self.reply.clear();
        self.transmit(wires, at, slot, conn);
    }
}
