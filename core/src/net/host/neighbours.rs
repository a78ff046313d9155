//! Neighbours known beforehand: the card answers the stack's question itself.

use super::{Host, Mac, device, stack_now};
use crate::base::{Duration, FrameId, Time};
use crate::net::router::questions;
use crate::net::wires::Wires;
use crate::timeline::{Moment, Slot};
use smoltcp::iface::SocketSet;
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol,
    EthernetRepr, Icmpv6Packet, Icmpv6Repr, IpProtocol, Ipv6Packet, Ipv6Repr, NdiscNeighborFlags,
    NdiscRepr,
};
use std::net::IpAddr;

/// How old the stack's knowledge of a router may become: half of what it keeps it for.
const RENEWED: Duration = Duration::from_secs(30);

/// How long the stack asks for nobody else after each of its questions.
const STACK_IS_SILENT: Duration = Duration::from_secs(1);

/// A question for a neighbour's hardware address.
enum Question {
    Arp(ArpRepr),
    Solicit(Ipv6Repr, smoltcp::wire::Ipv6Address),
}

impl Host {
    /// Answers a question for a known neighbour in place of the network. Where it does,
    /// nothing is sent.
    pub(super) fn answer_from_table(&mut self, wires: &Wires, at: Moment, slot: Slot) -> bool {
        if self.neighbours.is_empty() {
            return false;
        }
        let bytes = wires.timeline.arena().get(slot);
        let Some(question) = question(bytes) else {
            return false;
        };
        let asked: IpAddr = match &question {
            Question::Arp(ArpRepr::EthernetIpv4 {
                target_protocol_addr,
                ..
            }) => (*target_protocol_addr).into(),
            Question::Arp(_) => return false,
            Question::Solicit(_, target) => (*target).into(),
        };
        let Some(mac) = self.neighbours.get(&asked).copied() else {
            return false;
        };
        let answer = answer(&question, EthernetAddress(self.stack.mac()), mac);
        self.hear(at, &answer);
        true
    }

    /// Tells the stack beforehand where the known neighbour is that leads to `to`. Did it
    /// have to ask, it would lose what it is about to answer, and ask for nobody else for a
    /// second.
    pub(super) fn expect_neighbour(&mut self, at: Moment, own: IpAddr, to: IpAddr) {
        if self.neighbours.is_empty() {
            return;
        }
        let Some(other) = self.next_hop(to) else {
            return;
        };
        let Some(mac) = self.neighbours.get(&other).copied() else {
            return;
        };
        self.learn(at, own, other, mac);
    }

    /// Tells the stack where a neighbour is, as if that had said so itself.
    pub(super) fn learn(&mut self, at: Moment, own: IpAddr, other: IpAddr, mac: Mac) {
        let hardware = EthernetAddress(self.stack.mac());
        let question = match (own, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => Question::Arp(ArpRepr::EthernetIpv4 {
                operation: ArpOperation::Request,
                source_hardware_addr: hardware,
                source_protocol_addr: own,
                target_hardware_addr: EthernetAddress([0; 6]),
                target_protocol_addr: other,
            }),
            (IpAddr::V6(own), IpAddr::V6(other)) => Question::Solicit(
                Ipv6Repr {
                    src_addr: own,
                    dst_addr: other,
                    next_header: IpProtocol::Icmpv6,
                    payload_len: 0,
                    hop_limit: 255,
                },
                other,
            ),
            _ => return,
        };
        self.hear(at, &answer(&question, hardware, mac));
    }

    /// Asks where the neighbour is that leads to `to`, where the stack would hold its tongue:
    /// for a second after each of its questions it asks for nobody, whoever that is.
    pub(super) fn ask_besides(&mut self, wires: &mut Wires, at: Moment, own: IpAddr, to: IpAddr) {
        let Some(other) = self.next_hop(to) else {
            return;
        };
        let lately = |asked: &Time| at.now < *asked + STACK_IS_SILENT;
        let is_asked = self.asked.get(&other).is_some_and(lately);
        let is_known = self.met.contains(&other) || self.neighbours.contains_key(&other);
        if is_known || is_asked || !self.asked.values().any(lately) {
            return;
        }
        if let Some(frame) = questions::question(self.stack.mac(), own, other) {
            let slot = wires.timeline.arena_mut().push(&frame);
            self.transmit(wires, at, slot, None);
        }
    }

    /// Remembers whom it has asked for.
    pub(super) fn note_question(&mut self, now: Time, frame: &[u8]) {
        if let Some(asked) = questions::read(frame).and_then(|word| word.asks_for) {
            self.asked.insert(asked, now);
        }
    }

    /// Remembers where a router is that says so, and who has said where it is.
    pub(super) fn note_router(&mut self, at: Moment, frame: &[u8]) {
        let speaker = questions::read(frame).and_then(|word| word.speaker);
        if let Some((address, _)) = speaker {
            self.met.insert(address);
        }
        if let Some((address, mac)) = speaker
            && self.stack.gateways().contains(&address)
        {
            // The stack itself listens to fewer of these words: it may know less.
            let told = self.routers.get(&address).map(|(_, told)| *told);
            self.routers.insert(address, (mac, told.unwrap_or(at.now)));
        }
    }

    /// A router brought a packet, so it is still there (RFC 4861 §7.3.1). The stack draws
    /// that conclusion for the sender of a packet alone. Of a router that it had not asked
    /// for a while it would ask again, and lose the acknowledgement that it was about to
    /// send: one that is asked for once a minute would never leave.
    pub(super) fn renew_router(&mut self, wires: &Wires, at: Moment, from: IpAddr, id: FrameId) {
        let via = self.next_hop(from).filter(|via| *via != from);
        let Some((via, own)) = via.and_then(|via| Some((via, self.address_like(via)?))) else {
            return;
        };
        let known = self.neighbours.get(&via).map(|mac| (*mac, Time::ZERO));
        let Some((mac, told)) = self.routers.get(&via).copied().or(known) else {
            return;
        };
        let brought_it = wires.timeline.arrived(id).get(6..12) == Some(&mac[..]);
        if brought_it && at.now >= told + RENEWED {
            self.routers.insert(via, (mac, at.now));
            self.learn(at, own, via, mac);
        }
    }

    /// Gives the stack what a neighbour says of itself.
    fn hear(&mut self, at: Moment, frame: &[u8]) {
        let mut none = Vec::new();
        let mut device = device::Ingress {
            frame: Some(frame),
            reply: &mut none,
            longest_frame: self.longest_frame,
        };
        let now = stack_now(at.now);
        let sockets = &mut self.datagrams.set;
        let iface = self.stack.wide();
        iface.poll_ingress_single(now, &mut device, sockets);
        self.hear_narrow(at, frame);
    }

    /// The narrow interfaces hear of neighbours too; the wide one answers for them.
    pub(super) fn hear_narrow(&mut self, at: Moment, frame: &[u8]) {
        let mut none = Vec::new();
        let mut nobody = SocketSet::new(Vec::new());
        for iface in self.stack.narrow() {
            let mut device = device::Ingress {
                frame: Some(frame),
                reply: &mut none,
                longest_frame: self.longest_frame,
            };
            iface.poll_ingress_single(stack_now(at.now), &mut device, &mut nobody);
        }
    }
}

/// Empties the hardware address that an ARP request asks for. The stack puts the broadcast
/// address there; RFC 826 leaves the field open, and real hosts send zeros.
pub fn tidy(frame: &mut [u8]) {
    let mut ethernet = EthernetFrame::new_unchecked(frame);
    if ethernet.ethertype() != EthernetProtocol::Arp {
        return;
    }
    if let Ok(mut arp) = ArpPacket::new_checked(ethernet.payload_mut())
        && arp.operation() == ArpOperation::Request
    {
        arp.set_target_hardware_addr(&[0; 6]);
    }
}

fn question(frame: &[u8]) -> Option<Question> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Arp => {
            let arp = ArpPacket::new_checked(ethernet.payload()).ok()?;
            let repr = ArpRepr::parse(&arp).ok()?;
            (arp.operation() == ArpOperation::Request).then_some(Question::Arp(repr))
        }
        EthernetProtocol::Ipv6 => {
            let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            if ip.next_header() != IpProtocol::Icmpv6 {
                return None;
            }
            let icmp = Icmpv6Packet::new_checked(ip.payload()).ok()?;
            let caps = ChecksumCapabilities::ignored();
            let repr = Icmpv6Repr::parse(&ip.src_addr(), &ip.dst_addr(), &icmp, &caps).ok()?;
            match repr {
                Icmpv6Repr::Ndisc(NdiscRepr::NeighborSolicit { target_addr, .. }) => {
                    Some(Question::Solicit(Ipv6Repr::parse(&ip).ok()?, target_addr))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The frame that the neighbour with `mac` would have answered.
fn answer(question: &Question, own: EthernetAddress, mac: Mac) -> Vec<u8> {
    let mac = EthernetAddress(mac);
    let ethernet = |ethertype| EthernetRepr {
        src_addr: mac,
        dst_addr: own,
        ethertype,
    };
    match question {
        Question::Arp(ArpRepr::EthernetIpv4 {
            source_protocol_addr,
            target_protocol_addr,
            ..
        }) => {
            let reply = ArpRepr::EthernetIpv4 {
                operation: ArpOperation::Reply,
                source_hardware_addr: mac,
                source_protocol_addr: *target_protocol_addr,
                target_hardware_addr: own,
                target_protocol_addr: *source_protocol_addr,
            };
            framed(ethernet(EthernetProtocol::Arp), reply.buffer_len(), |b| {
                reply.emit(&mut ArpPacket::new_unchecked(b));
            })
        }
        Question::Arp(_) => Vec::new(),
        Question::Solicit(ip, target) => {
            let advert = Icmpv6Repr::Ndisc(NdiscRepr::NeighborAdvert {
                flags: NdiscNeighborFlags::SOLICITED | NdiscNeighborFlags::OVERRIDE,
                target_addr: *target,
                lladdr: Some(mac.into()),
            });
            let reply = Ipv6Repr {
                src_addr: *target,
                dst_addr: ip.src_addr,
                next_header: IpProtocol::Icmpv6,
                payload_len: advert.buffer_len(),
                hop_limit: 255,
            };
            let len = reply.buffer_len() + advert.buffer_len();
            framed(ethernet(EthernetProtocol::Ipv6), len, |b| {
                reply.emit(&mut Ipv6Packet::new_unchecked(&mut *b));
                advert.emit(
                    &reply.src_addr,
                    &reply.dst_addr,
                    &mut Icmpv6Packet::new_unchecked(&mut b[reply.buffer_len()..]),
                    &ChecksumCapabilities::default(),
                );
            })
        }
    }
}

fn framed(ethernet: EthernetRepr, len: usize, emit: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = vec![0; EthernetFrame::<&[u8]>::buffer_len(len)];
    let mut frame = EthernetFrame::new_unchecked(&mut bytes[..]);
    ethernet.emit(&mut frame);
    emit(frame.payload_mut());
    bytes
}
