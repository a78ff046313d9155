//! Who is where on a port's network: learnt, asked for, or given up.

use super::header::{is_link_local, shares};
use super::{Router, fragments, questions};
use crate::base::sorted::Map;
use crate::base::{Duration, EventId, FrameId, Time};
use crate::net::host::Mac;
use crate::net::queue::{NodeTimer, Wake};
use crate::net::wires::Wires;
use crate::timeline::{DropReason, Moment, Timer};
use smoltcp::wire::{EthernetAddress, EthernetFrame};
use std::net::IpAddr;

/// How many it remembers; of further ones it learns only where they are at the moment.
const TABLE_SIZE: usize = 1024;
/// How many packets wait for one neighbour; the oldest makes room. A real traceroute sends
/// sixteen at once.
const WAITING: usize = 64;
/// How often and how long it asks (RFC 4861 §10; for ARP, what routers do).
const TRIES: u8 = 3;
const PATIENCE: Duration = Duration::from_secs(1);

/// A neighbour: by which port, and its address.
pub type Place = (usize, IpAddr);

/// What a router knows of its neighbours.
#[derive(Debug, Default)]
pub struct Neighbours {
    /// Known beforehand, whichever port they are at.
    prefilled: Map<IpAddr, Mac>,
    known: Map<Place, Mac>,
    asked: Map<Place, Asked>,
}

/// A neighbour that has not answered yet.
#[derive(Debug)]
struct Asked {
    tries: u8,
    /// When it is asked again, or given up.
    due: Time,
    /// The question that was sent last.
    asked: EventId,
    waiting: Vec<Outgoing>,
}

/// A packet that is to leave: a frame without hardware addresses yet.
#[derive(Debug)]
pub struct Outgoing {
    /// The frame whose packet it is, as it arrived; none for the router's own.
    pub of: Option<FrameId>,
    /// The frame.
    pub frame: Vec<u8>,
}

impl Neighbours {
    pub fn new(prefilled: Map<IpAddr, Mac>) -> Self {
        Self {
            prefilled,
            ..Self::default()
        }
    }

    /// Whether packets wait for one.
    pub fn is_live(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The frames whose packets wait for one.
    pub fn frames(&self) -> impl Iterator<Item = FrameId> {
        let waiting = self.asked.values().flat_map(|asked| &asked.waiting);
        waiting.filter_map(|packet| packet.of)
    }

    fn mac(&self, place: Place) -> Option<Mac> {
        let known = self.known.get(&place);
        known.or_else(|| self.prefilled.get(&place.1)).copied()
    }
}

impl Router {
    /// Gives a packet to the next node on its way, or has it wait until that is found.
    pub(super) fn pass(&mut self, wires: &mut Wires, at: Moment, place: Place, packet: Outgoing) {
        if let Some(mac) = self.neighbours.mac(place) {
            self.transmit(wires, at, place.0, mac, packet);
            return;
        }
        if let Some(asked) = self.neighbours.asked.get_mut(&place) {
            if asked.waiting.len() < WAITING {
                asked.waiting.push(packet);
            } else if packet.of.is_some() {
                let oldest = asked.waiting.remove(0);
                asked.waiting.push(packet);
                // Nobody knows yet that the neighbour does not answer: nobody is told so.
                if let Some(id) = oldest.of {
                    wires
                        .timeline
                        .record_discarded(at, id, DropReason::NoNeighbour);
                }
            }
            return;
        }
        let Some(sent) = self.ask(wires, at, place) else {
            self.lose(wires, at, &packet);
            return;
        };
        let asked = Asked {
            tries: 1,
            due: at.now + PATIENCE,
            asked: sent,
            waiting: vec![packet],
        };
        self.neighbours.asked.insert(place, asked);
    }

    /// Hears what a frame says of neighbours, and answers where it asks for this router.
    pub(super) fn hear(&mut self, wires: &mut Wires, at: Moment, port: usize, id: FrameId) {
        let frame = wires.timeline.arrived(id);
        let Some(word) = questions::read(frame) else {
            return;
        };
        let here = &self.ports[port].config;
        let own = word
            .asks_for
            .filter(|asked| here.addresses.iter().any(|(own, _)| own == asked));
        let answer = own.and_then(|own| questions::answer(here.mac, own, word.speaker, frame));
        let is_near = |address: IpAddr| {
            let mut networks = here.addresses.iter();
            is_link_local(address)
                || networks.any(|(own, prefix)| *own != address && shares(*own, address, *prefix))
        };
        if let Some((address, mac)) = word.speaker.filter(|(address, _)| is_near(*address)) {
            self.learn(wires, at, (port, address), mac, own.is_some());
        }
        if let Some(answer) = answer
            && let Some(link) = self.ports[port].link
        {
            let slot = wires.timeline.arena_mut().push(&answer);
            wires.send(at, link, slot, None);
        }
    }

    /// Remembers where a neighbour is. A stranger is remembered only where it asked for this
    /// router (RFC 826), or was asked for.
    fn learn(&mut self, wires: &mut Wires, at: Moment, place: Place, mac: Mac, asks: bool) {
        let table = &mut self.neighbours;
        let asked = table.asked.remove(&place);
        let room = table.known.len() < TABLE_SIZE && (asks || asked.is_some());
        if room || table.known.contains_key(&place) {
            table.known.insert(place, mac);
        }
        for packet in asked.into_iter().flat_map(|asked| asked.waiting) {
            self.transmit(wires, at, place.0, mac, packet);
        }
    }

    /// Asks again for those that do not answer, or gives up.
    pub(super) fn ask_again(&mut self, wires: &mut Wires, at: Moment) {
        let all = self.neighbours.asked.iter();
        let due: Vec<(Place, EventId)> = all
            .filter(|(_, asked)| asked.due <= at.now)
            .map(|(place, asked)| (*place, asked.asked))
            .collect();
        for (place, asked) in due {
            let timer = wires
                .timeline
                .record_timer(at.because(asked), Timer::Router);
            let at = at.because(timer);
            let tries = self.neighbours.asked.get(&place).map(|asked| asked.tries);
            let again = tries.filter(|tries| *tries < TRIES);
            let sent = again.and_then(|_| self.ask(wires, at, place));
            if let Some(sent) = sent
                && let Some(asked) = self.neighbours.asked.get_mut(&place)
            {
                asked.tries += 1;
                asked.due = at.now + PATIENCE;
                asked.asked = sent;
            } else if let Some(given_up) = self.neighbours.asked.remove(&place) {
                for packet in &given_up.waiting {
                    self.lose(wires, at, packet);
                }
            }
        }
    }

    /// Asks where a neighbour is. None where the port has no address to ask from.
    fn ask(&mut self, wires: &mut Wires, at: Moment, (port, other): Place) -> Option<EventId> {
        let here = &self.ports[port];
        let own = here.address_like(other)?;
        let question = questions::question(here.config.mac, own, other)?;
        let slot = wires.timeline.arena_mut().push(&question);
        let sent = wires.send(at, here.link?, slot, None);
        let timer = Wake::Timer(self.id, NodeTimer::Neighbours);
        wires.queue.push(at.now + PATIENCE, timer);
        Some(sent)
    }

    /// Nobody takes a packet: what was on its way is lost, and its sender told.
    fn lose(&mut self, wires: &mut Wires, at: Moment, packet: &Outgoing) {
        if let Some(id) = packet.of {
            let reason = DropReason::NoNeighbour;
            let event = wires.timeline.record_discarded(at, id, reason);
            self.complain(
                wires,
                at.because(event),
                id,
                super::answers::Complaint::NoHost,
            );
        }
    }

    /// Puts a packet on a port's link, in pieces where it must be.
    fn transmit(&self, wires: &mut Wires, at: Moment, port: usize, mac: Mac, packet: Outgoing) {
        let here = &self.ports[port];
        let Some(link) = here.link else {
            return;
        };
        for mut piece in fragments::cut(packet.frame, here.mtu) {
            let mut ethernet = EthernetFrame::new_unchecked(&mut piece[..]);
            ethernet.set_src_addr(EthernetAddress(here.config.mac));
            ethernet.set_dst_addr(EthernetAddress(mac));
            let slot = wires.timeline.arena_mut().push(&piece);
            match packet.of {
                Some(of) => wires.forward(at, link, of, slot),
                None => wires.send(at, link, slot, None),
            };
        }
    }
}
