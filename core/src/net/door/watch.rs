//! What the real side does, read off its frames: connections, turns and phases.

use super::super::host::Mac;
use super::super::wires::Wires;
use crate::base::{ConnId, EventId, FrameId, HostId};
use crate::timeline::{Moment, Slot};
use std::net::IpAddr;

/// Watches a door.
#[derive(Debug)]
pub(super) struct Watch {
    id: HostId,
    mac: Mac,
    addresses: Vec<IpAddr>,
}

impl Watch {
    pub fn new(id: HostId, mac: Mac, addresses: Vec<IpAddr>) -> Self {
        Self { id, mac, addresses }
    }

    /// Whether a frame is for the real host, or for all.
    pub fn is_for_me(&self, frame: &[u8]) -> bool {
        let to = frame.first_chunk::<6>();
        to.is_some_and(|to| to[0] & 1 == 1 || *to == self.mac)
    }

    /// A frame is about to come in: what made it happen, and the connection it belongs to.
    pub fn enters(
        &mut self,
        _wires: &mut Wires,
        _at: Moment,
        _slot: Slot,
    ) -> (Option<EventId>, Option<ConnId>) {
        let _ = (self.id, &self.addresses);
        (None, None)
    }

    /// A frame has reached the door, and goes out.
    pub fn leaves(&mut self, _wires: &mut Wires, _at: Moment, _frame: FrameId) {}
}
