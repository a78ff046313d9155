//! A switch: learns behind which link an address is, and forwards there or everywhere else.

use super::wires::Wires;
use crate::base::sorted::Map;
use crate::base::{FrameId, LinkId};
use crate::timeline::Moment;

type Mac = [u8; 6];

/// How many addresses it remembers; a newcomer to a full table stays unknown and is flooded.
const TABLE_SIZE: usize = 8192;

/// A learning switch. It forwards whole frames at once, and knows no spanning tree: a loop
/// of switches carries a broadcast for ever.
#[derive(Debug, Default)]
pub struct Switch {
    links: Vec<LinkId>,
    learned: Map<Mac, LinkId>,
}

impl Switch {
    /// Plugs a link in.
    pub fn attach(&mut self, link: LinkId) {
        self.links.push(link);
    }

    /// Forwards a frame that arrived.
    pub fn on_frame(&mut self, wires: &mut Wires, at: Moment, id: FrameId) {
        let frame = *wires.timeline.frame(id);
        let slot = wires.timeline.arrived_slot(id);
        let bytes = wires.timeline.arena().get(slot);
        let (Some(to), Some(from)) = (mac(bytes, 0), mac(bytes, 6)) else {
            return;
        };
        if !is_group(from) && (self.learned.len() < TABLE_SIZE || self.learned.contains_key(&from))
        {
            self.learned.insert(from, frame.link);
        }
        let known = self.learned.get(&to).filter(|_| !is_group(to));
        if let Some(&out) = known {
            if out != frame.link {
                wires.forward(at, out, id, slot);
            }
            return;
        }
        for &out in self.links.iter().filter(|out| **out != frame.link) {
            wires.forward(at, out, id, slot);
        }
    }
}

fn mac(frame: &[u8], at: usize) -> Option<Mac> {
    frame.get(at..at + 6)?.try_into().ok()
}

/// Broadcast and multicast: the lowest bit of the first byte is set.
fn is_group(mac: Mac) -> bool {
    mac[0] & 1 == 1
}
