//! A frame arrives: whose it is, and what the stack makes of it.

use super::connection::{Conn, Tuple};
use super::datagrams::NEIGHBOUR_PATIENCE;
use super::errors::Complaint;
use super::{Host, Unanswered, device, stack_now};
use crate::base::headers::Tcp;
use crate::base::{ConnId, FrameId};
use crate::net::wires::Wires;
use crate::timeline::{End, Moment};
use smoltcp::socket::tcp::State;
use smoltcp::wire::{EthernetFrame, EthernetProtocol, Icmpv6Message, Icmpv6Packet};
use smoltcp::wire::{IpProtocol, Ipv4Packet, Ipv6Packet};
use std::net::IpAddr;

/// Whether a frame may tell where a neighbour is: ARP, or an ICMPv6 neighbour message.
pub(super) fn tells_of_neighbours(frame: &[u8]) -> bool {
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

/// Who sent the IP packet in a frame, for whom, and with what hop limit it arrived.
fn ip_ends(frame: &[u8]) -> Option<(IpAddr, IpAddr, u8)> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => {
            let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
            Some((ip.src_addr().into(), ip.dst_addr().into(), ip.hop_limit()))
        }
        EthernetProtocol::Ipv6 => {
            let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            Some((ip.src_addr().into(), ip.dst_addr().into(), ip.hop_limit()))
        }
        _ => None,
    }
}

/// Frames that wait for a neighbour to be answered, at most.
const UNANSWERED: usize = 16;

impl Host {
    /// Takes a frame that arrived.
    pub fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let bytes = wires.timeline.arrived(id);
        if !self.is_for_me(bytes) {
            return;
        }
        if let Some(segment) = Tcp::read(bytes) {
            self.on_segment(wires, at, id, &segment);
        } else if tells_of_neighbours(bytes) {
            self.hear_narrow(at, bytes);
            self.note_router(at, bytes);
            self.ingress(wires, at, id, None);
            self.answer_late(wires, at);
            self.let_datagrams_out(wires, at);
            self.restless = self.conns.keys().copied().collect();
        } else {
            self.on_packet(wires, at, id);
        }
        self.settle(wires, at);
    }

    /// Takes a datagram, an ICMP message or a piece of either.
    fn on_packet(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let bytes = wires.timeline.arrived(id);
        let complaint = Complaint::read(bytes);
        let Some((from, to, hop_limit)) = ip_ends(bytes) else {
            return;
        };
        if self.addresses.contains(&to) {
            self.expect_neighbour(at, to, from);
        }
        self.renew_router(wires, at, from, id);
        self.ingress(wires, at, id, None);
        self.let_pieces_out(wires, at);
        if let Some(said) = complaint {
            self.on_complaint(wires, at, &said);
        }
        self.read_datagrams(wires, at, hop_limit);
    }

    /// The frames that it is not done with.
    pub fn frames_at_hand(&self) -> impl Iterator<Item = FrameId> {
        self.unanswered.iter().map(|late| late.frame)
    }

    /// Answers what could not be answered before a neighbour was known.
    fn answer_late(&mut self, wires: &mut Wires, at: Moment) {
        for late in std::mem::take(&mut self.unanswered) {
            if at.now < late.since.now + NEIGHBOUR_PATIENCE {
                let cause = late.since.cause;
                self.ingress(wires, Moment { cause, ..at }, late.frame, None);
            }
        }
    }

    fn on_segment(&mut self, wires: &mut Wires, at: Moment, id: FrameId, segment: &Tcp) {
        let tuple: Tuple = (segment.to, segment.from);
        let mut conn = self.tuples.get(&tuple).copied();
        if conn.is_none() && self.addresses.contains(&tuple.0.ip()) {
            self.expect_neighbour(at, tuple.0.ip(), tuple.1.ip());
        }
        self.renew_router(wires, at, segment.from.ip(), id);
        if conn.is_none() && segment.opens() && self.addresses.contains(&tuple.0.ip()) {
            let asker = wires.timeline.frame(id).conn;
            conn = self.meet(wires, at, tuple, asker);
        }
        // RFC 1337: an RST in TIME-WAIT answers an old segment and takes nothing back.
        let is_open = |host: &Self| {
            let conn = conn.and_then(|id| host.conns.get(&id));
            conn.is_some_and(|conn| !matches!(conn.state(), State::Closed | State::TimeWait))
        };
        let was_open = is_open(self);
        let known = conn.and_then(|id| self.conns.get_mut(&id));
        if known.is_some_and(|conn| conn.has_heard(segment)) {
            return;
        }
        self.ingress(wires, at, id, conn);
        let reset = segment.rst && was_open && !is_open(self);
        if let Some(conn_id) = conn {
            self.disturb(conn_id);
            if let Some(conn) = self.conns.get_mut(&conn_id) {
                conn.reset |= reset;
                conn.hears(id, segment, wires.timeline.arrived(id));
                if !segment.payload.is_empty() || segment.syn {
                    // A program may have kept what it heard: it is read from its frames again,
                    // numbered from the SYN on.
                    let slot = wires.timeline.arrived_slot(id);
                    wires.timeline.arena_mut().need(slot);
                }
            }
        }
    }

    /// Makes the listening socket for a SYN, where a program listens.
    fn meet(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        tuple: Tuple,
        asker: Option<ConnId>,
    ) -> Option<ConnId> {
        let listener = self.listener_for(&tuple)?;
        let (program, token) = (listener.program, listener.token);
        let end = End {
            asked_by: asker,
            ..End::new(self.id, program, tuple, false)
        };
        let (id, _) = wires.timeline.record_opening(at, end);
        let width = self.width(tuple.0.is_ipv6());
        let mut conn = Conn::new(program, token, tuple, false, (&self.tcp, width));
        conn.socket()
            .listen(tuple.0)
            .expect("a fresh socket listens");
        self.conns.insert(id, Box::new(conn));
        self.tuples.insert(tuple, id);
        self.half_open += 1;
        Some(id)
    }

    /// Gives the stack a frame, with the sockets of the connection it belongs to. Where it
    /// belongs to none, no socket takes a segment and the stack answers with RST.
    fn ingress(&mut self, wires: &mut Wires, at: Moment, id: FrameId, conn: Option<ConnId>) {
        let (sockets, longest_frame) = match conn.and_then(|conn| self.conns.get_mut(&conn)) {
            Some(conn) => (&mut conn.set, conn.longest_frame),
            None => (&mut self.datagrams.set, self.longest_frame),
        };
        let mut device = device::Ingress {
            frame: Some(wires.timeline.arrived(id)),
            reply: &mut self.reply,
            longest_frame,
        };
        let iface = self.stack.of(longest_frame);
        iface.poll_ingress_single(stack_now(at.now), &mut device, sockets);
        let asks = conn.is_none() && tells_of_neighbours(&self.reply);
        if asks
            && !tells_of_neighbours(wires.timeline.arrived(id))
            && self.unanswered.len() < UNANSWERED
        {
            self.unanswered.push(Unanswered {
                frame: id,
                since: at,
            });
        }
        self.send_reply(wires, at, conn);
    }

    /// Has a connection's peer say again what it said last. The stack begins to ask about a
    /// closed window only when it hears of it; where bytes came up later, it would wait for
    /// ever (RFC 9293 §3.8.6.1 wants it to ask).
    pub(super) fn nudge(&mut self, at: Moment, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        if conn.last_heard.is_empty() {
            return;
        }
        let mut none = Vec::new();
        let mut device = device::Ingress {
            frame: Some(&conn.last_heard),
            reply: &mut none,
            longest_frame: conn.longest_frame,
        };
        let iface = self.stack.of(conn.longest_frame);
        iface.poll_ingress_single(stack_now(at.now), &mut device, &mut conn.set);
    }

    /// Sends what the stack answered at once.
    fn send_reply(&mut self, wires: &mut Wires, at: Moment, conn: Option<ConnId>) {
        if self.reply.is_empty() {
            return;
        }
        // It may have asked for a neighbour instead. An RST is numbered by what it answers.
        let segment = Tcp::read(&self.reply);
        let conn = conn.filter(|_| segment.is_some());
        if let Some(tcp) = segment.filter(|tcp| !tcp.rst)
            && let Some(conn) = conn.and_then(|id| self.conns.get(&id))
        {
            conn.flight.mend(&mut self.reply, &tcp);
        }
        let slot = wires.timeline.arena_mut().push(&self.reply);
        self.reply.clear();
        self.transmit(wires, at, slot, conn);
    }
}
