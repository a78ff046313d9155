//! A door: a node whose other side is real. Frames come in from there and go on as its own;
//! what reaches it goes out.
//!
//! Nobody here knows what the real side thinks. What it says is overheard (`watch`): its
//! connections, turns and phases are read off its frames.

mod probes;
mod reach;
mod speech;
mod talk;
mod watch;

use super::host::Mac;
use super::wires::Wires;
use super::{Node, checksum};
use crate::base::{FrameId, HostId, LinkId, Time};
use crate::timeline::Moment;
use std::collections::VecDeque;
use std::net::IpAddr;
use watch::Watch;

/// A host that somebody outside stands in for.
#[derive(Debug)]
pub struct Door {
    link: Option<LinkId>,
    /// What has arrived and is to go out, in order.
    out: VecDeque<FrameId>,
    watch: Watch,
}

impl Door {
    /// A door for the host with these addresses.
    #[must_use]
    pub fn new(id: HostId, mac: Mac, addresses: Vec<IpAddr>) -> Self {
        Self {
            link: None,
            out: VecDeque::new(),
            watch: Watch::new(id, mac, addresses),
        }
    }

    /// Plugs its link in.
    pub fn attach(&mut self, link: LinkId) {
        self.link = Some(link);
    }

    /// The frames that are still to go out.
    pub fn frames_at_hand(&self) -> impl Iterator<Item = FrameId> {
        self.out.iter().copied()
    }

    /// Takes a frame from outside and puts it on the link.
    fn enter(&mut self, wires: &mut Wires, at: Moment, frame: &[u8]) {
        let Some(link) = self.link else { return };
        let slot = wires.timeline.arena_mut().push(frame);
        // A real stack may leave checksums to a card that is not there.
        checksum::complete(wires.timeline.arena_mut().get_mut(slot));
        let (cause, conn) = self.watch.enters(wires, at, slot);
        let sent = wires.send(Moment { cause, ..at }, link, slot, conn);
        self.watch.entered(wires, at.because(sent), slot);
    }

    /// A frame reached it.
    fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        self.out.push_back(id);
        self.watch.leaves(wires, at, id);
    }
}

impl super::Network {
    /// Adds a host that somebody outside stands in for, before the run begins.
    pub fn add_door(&mut self, info: crate::timeline::NodeInfo) -> HostId {
        let addresses = info.addresses.clone();
        let mac = info.mac.unwrap_or_default();
        let id = self.wires.timeline.add_node(info);
        self.nodes
            .push(Node::Door(Box::new(Door::new(id, mac, addresses))));
        id
    }

    /// Has a frame come in through a door at `now`, after all that happens up to then.
    pub fn enter(&mut self, door: HostId, now: Time, frame: &[u8]) {
        self.now = self.now.max(now);
        let moment = self.moment(door, None);
        if let Node::Door(door) = &mut self.nodes[door.index()] {
            door.enter(&mut self.wires, moment, frame);
        }
    }

    /// The next frame that goes out by a door.
    pub fn next_out(&mut self, door: HostId) -> Option<FrameId> {
        match &mut self.nodes[door.index()] {
            Node::Door(door) => door.out.pop_front(),
            _ => None,
        }
    }

    /// A frame reached a door: it goes out whatever it is, as from a card that looks at
    /// nothing. The real stack throws away what is damaged, which is recorded here.
    pub(super) fn arrive_at_door(&mut self, id: FrameId, at: Moment) {
        let Node::Door(door) = &mut self.nodes[at.host.index()] else {
            return;
        };
        let bytes = self.wires.timeline.arrived(id);
        if checksum::verify(bytes) || !door.watch.is_for_me(bytes) {
            let event = self.wires.timeline.record_delivered(at, id);
            door.on_frame(&mut self.wires, at.because(event), id);
        } else {
            let reason = crate::timeline::DropReason::Checksum;
            self.wires.timeline.record_dropped(at, id, reason);
            door.out.push_back(id);
        }
    }
}

#[cfg(test)]
mod tests;
