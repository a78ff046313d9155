//! The way of a packet through a router, from the port it comes in by to the one it leaves by.

use super::Router;
use super::answers::{self, Complaint};
use super::header::{ETHERNET, Header, is_broadcast_in, is_link_local, is_nobody};
use super::neighbours::{Outgoing, Place};
use crate::base::{FrameId, RuleId, Time};
use crate::net::checksum;
use crate::net::firewall::Verdict;
use crate::net::flows::{Standing, Tracked};
use crate::net::packet::Packet;
use crate::net::wires::Wires;
use crate::timeline::{DropReason, Moment};

/// What becomes of a packet.
enum Fate {
    /// It is for many, and none of the router's business.
    Ignored,
    /// It is for the router itself.
    Own,
    /// It is lost here.
    Lost(Why, Answer),
    /// It leaves by a port, to that neighbour.
    Leaves(Place),
}

/// Why a packet is lost.
enum Why {
    Reason(DropReason),
    Rule(RuleId),
}

/// What its sender is told.
enum Answer {
    Nothing,
    Icmp(Complaint),
    Reset,
}

/// What a packet met on its way, before it leaves.
struct Passage {
    fate: Fate,
    /// Its row in the table of flows, where it has one.
    row: Option<u32>,
}

impl Router {
    /// Takes an IP packet that came in by a port.
    pub(super) fn on_packet(&mut self, wires: &mut Wires, at: Moment, port: usize, id: FrameId) {
        self.forget_flows(wires, at);
        let bytes = wires.timeline.arrived(id);
        let mut packet = None;
        let passage = match arrived(bytes) {
            Ok((header, mut whole)) => {
                let passage = self.judge(at.now, port, &header, bytes, &mut whole);
                packet = Some(whole);
                passage
            }
            Err(reason) => lost(reason, Answer::Nothing).into(),
        };
        let event = match &passage.fate {
            Fate::Lost(Why::Reason(reason), _) => wires.timeline.record_dropped(at, id, *reason),
            Fate::Lost(Why::Rule(rule), _) => wires.timeline.record_ruled_out(at, id, *rule),
            _ => wires.timeline.record_delivered(at, id),
        };
        let at = at.because(event);
        self.note_flows(wires, at, passage.row);
        match (passage.fate, packet) {
            (Fate::Ignored, _) => self.hear(wires, at, port, id),
            (Fate::Own, _) => self.serve(wires, at, port, id),
            (Fate::Lost(_, Answer::Icmp(complaint)), _) => self.complain(wires, at, id, complaint),
            (Fate::Lost(_, Answer::Reset), _) => self.reset(wires, at, id),
            (Fate::Leaves(place), Some(mut packet)) => {
                packet.decrease_hop_limit();
                let frame = packet.bytes().to_vec();
                let packet = Outgoing {
                    of: Some(id),
                    frame,
                };
                self.pass(wires, at, place, packet);
            }
            (Fate::Lost(_, Answer::Nothing) | Fate::Leaves(_), _) => {}
        }
    }

    /// Finds out what becomes of a packet, and rewrites it as it is to leave.
    fn judge(
        &mut self,
        now: Time,
        port: usize,
        header: &Header,
        bytes: &[u8],
        packet: &mut Packet,
    ) -> Passage {
        let (from, to) = (header.source, header.destination);
        let broadcast = |port: &super::Port| {
            let mut networks = port.config.addresses.iter();
            networks.any(|own| is_broadcast_in(to, *own))
        };
        // RFC 1122 §3.3.6: a frame for many carries no packet for one. RFC 2644: nobody
        // outside speaks to a whole network.
        let to_many = bytes.first().is_none_or(|byte| byte & 1 == 1);
        if to_many || to.is_multicast() || self.ports.iter().any(broadcast) {
            return match checksum::verify(bytes) {
                true => Fate::Ignored.into(),
                false => lost(DropReason::Checksum, Answer::Nothing).into(),
            };
        }
        if self.is_own(to) && answers::is_routers_own(bytes, header) {
            // Nobody else is meant, whatever is translated.
            return match checksum::verify(bytes) {
                true => Fate::Own.into(),
                false => lost(DropReason::Checksum, Answer::Nothing).into(),
            };
        }
        if is_nobody(from) || is_nobody(to) {
            return lost(DropReason::Malformed, Answer::Nothing).into();
        }
        let inside = self.ports[port].config.inside;
        let tracked = match &mut self.flows {
            Some(flows) => flows.before_routing(now, packet, inside),
            None => Ok(Tracked {
                standing: Standing::New,
                row: None,
                forth: true,
                from_inside: inside,
                called: None,
            }),
        };
        match tracked {
            // A home router's habit, which RFC 5382 §4.3 (REQ-4a) allows: not a word.
            Err(reason) => lost(reason, Answer::Nothing).into(),
            Ok(tracked) => {
                let fate = self.route(now, port, (header, bytes), packet, tracked);
                Passage {
                    fate,
                    row: tracked.row,
                }
            }
        }
    }

    /// Finds the way of a packet whose true destination is known.
    fn route(
        &mut self,
        now: Time,
        port: usize,
        (header, bytes): (&Header, &[u8]),
        packet: &mut Packet,
        tracked: Tracked,
    ) -> Fate {
        let to = packet.destination();
        if self.is_own(to) {
            if !checksum::verify(bytes) {
                return lost(DropReason::Checksum, Answer::Nothing);
            }
            return Fate::Own;
        }
        if header.hop_limit <= 1 {
            return lost(DropReason::HopLimit, Answer::Icmp(Complaint::HopLimit));
        }
        let Some((out, next)) = self.routes.find(to).filter(|(out, _)| self.leads_out(*out)) else {
            return lost(DropReason::NoRoute, Answer::Icmp(Complaint::NoRoute));
        };
        if is_link_local(header.source) {
            return lost(DropReason::NoRoute, Answer::Nothing);
        }
        let (inside, to_inside) = (
            self.ports[port].config.inside,
            self.ports[out].config.inside,
        );
        if let Some(fate) = self.ask_firewall(packet, tracked.standing, !inside && to_inside) {
            return fate;
        }
        let mtu = self.ports[out].mtu;
        if header.whole && header.total > mtu {
            return lost(DropReason::TooBig, Answer::Icmp(Complaint::TooBig(mtu)));
        }
        let outside = self.ports[out].address_like(to).filter(|_| !to_inside);
        if let Some(flows) = &mut self.flows
            && let Err(reason) = flows.after_routing(now, packet, tracked, outside)
        {
            return lost(reason, Answer::Nothing);
        }
        Fate::Leaves((out, next))
    }

    /// What the firewall says against a packet.
    fn ask_firewall(&self, packet: &Packet, standing: Standing, inbound: bool) -> Option<Fate> {
        let (verdict, rule) = self.firewall.as_ref()?.judge(packet, standing, inbound);
        let answer = match verdict {
            Verdict::Accept => return None,
            Verdict::Drop => Answer::Nothing,
            Verdict::Reject => Answer::Reset,
            Verdict::RejectByIcmp => Answer::Icmp(Complaint::Prohibited),
        };
        Some(Fate::Lost(Why::Rule(rule), answer))
    }

    /// Answers what was sent to the router itself.
    fn serve(&mut self, wires: &mut Wires, at: Moment, port: usize, id: FrameId) {
        let bytes = wires.timeline.arrived(id);
        let Ok(header) = Header::read(bytes) else {
            return;
        };
        if header.is_icmp() {
            let echo = answers::echo(bytes, self.ident);
            if echo.is_none() {
                self.hear(wires, at, port, id);
            }
            self.speak(wires, at, echo);
        } else if header.protocol == super::header::TCP {
            let reset = answers::reset(bytes, self.ident);
            self.speak(wires, at, reset);
        } else if header.protocol == super::header::UDP {
            self.complain(wires, at, id, Complaint::NoPort);
        }
    }

    /// Tells the sender of a packet by ICMP why it did not get there.
    pub(super) fn complain(&mut self, wires: &mut Wires, at: Moment, id: FrameId, why: Complaint) {
        let bytes = wires.timeline.arrived(id);
        let link = wires.timeline.frame(id).link;
        let Ok(header) = Header::read(bytes) else {
            return;
        };
        // The port it came in by speaks (RFC 1812 §4.3.2.4), or one that has an address.
        let mut ports = self.ports.iter().filter(|port| port.link == Some(link));
        let here = ports
            .next()
            .and_then(|port| port.address_like(header.source));
        let mut all = self.ports.iter();
        let own = here.or_else(|| all.find_map(|port| port.address_like(header.source)));
        let error = own.and_then(|own| answers::error(bytes, own, why, self.ident));
        self.speak(wires, at, error);
    }

    /// Resets a connection in the name of the one a segment was for; all else is told by
    /// ICMP that it is prohibited.
    fn reset(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let bytes = wires.timeline.arrived(id);
        let is_tcp = Header::read(bytes).is_ok_and(|header| header.protocol == super::header::TCP);
        if is_tcp && let Some(reset) = answers::reset(bytes, self.ident) {
            self.speak(wires, at, Some(reset));
        } else if crate::base::headers::Tcp::read(bytes).is_none() {
            self.complain(wires, at, id, Complaint::Prohibited);
        }
    }

    /// Sends a packet of its own.
    fn speak(&mut self, wires: &mut Wires, at: Moment, frame: Option<Vec<u8>>) {
        let Some(frame) = frame else {
            return;
        };
        let Ok(header) = Header::read(&frame) else {
            return;
        };
        self.ident = self.ident.wrapping_add(1);
        let place = self.routes.find(header.destination);
        if let Some(place) = place.filter(|(out, _)| self.leads_out(*out)) {
            self.pass(wires, at, place, Outgoing { of: None, frame });
        }
    }
}

impl From<Fate> for Passage {
    fn from(fate: Fate) -> Self {
        Self { fate, row: None }
    }
}

fn lost(reason: DropReason, answer: Answer) -> Fate {
    Fate::Lost(Why::Reason(reason), answer)
}

/// The packet of a frame, without what pads the frame.
fn arrived(bytes: &[u8]) -> Result<(Header, Packet), DropReason> {
    let header = Header::read(bytes)?;
    let frame = bytes.get(..ETHERNET + header.total);
    let packet = frame.and_then(Packet::read).ok_or(DropReason::Malformed)?;
    Ok((header, packet))
}
