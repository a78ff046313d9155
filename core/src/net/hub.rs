//! A hub: repeats each frame on every other link, whoever it is for.

use super::wires::Wires;
use crate::base::{FrameId, LinkId};
use crate::timeline::Moment;

/// A hub. It looks at nothing; a loop of hubs carries every frame for ever.
#[derive(Debug, Default)]
pub struct Hub {
    links: Vec<LinkId>,
}

impl Hub {
    /// Plugs a link in.
    pub fn attach(&mut self, link: LinkId) {
        self.links.push(link);
    }

    /// Repeats a frame that arrived.
    pub fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let link = wires.timeline.frame(id).link;
        let slot = wires.timeline.arrived_slot(id);
        for &out in self.links.iter().filter(|out| **out != link) {
            wires.forward(at, out, id, slot);
        }
    }
}
