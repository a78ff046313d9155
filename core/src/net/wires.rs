//! The wires: links, the queue of what is to happen on them, and the record of it all.

use super::link::{Journey, Link, LinkConfig};
use super::queue::{Queue, Wake};
use crate::base::{ConnId, EventId, FrameId, HostId, LinkId, Rng, Time};
use crate::timeline::{LinkInfo, Moment, Slot, Timeline};

/// What nodes act upon: where they send, when they wake, and where it is written down.
#[derive(Debug)]
pub struct Wires {
    /// The record.
    pub timeline: Timeline,
    /// What is to happen.
    pub queue: Queue,
    links: Vec<Link>,
}

impl Wires {
    /// Wires that record into `timeline`.
    #[must_use]
    pub fn new(timeline: Timeline) -> Self {
        Self {
            timeline,
            queue: Queue::default(),
            links: Vec::new(),
        }
    }

    /// Adds a link. What it does by chance comes from `rng`.
    pub fn add_link(
        &mut self,
        name: &str,
        ends: [HostId; 2],
        config: LinkConfig,
        rng: Rng,
    ) -> LinkId {
        let id = self.timeline.add_link(LinkInfo {
            name: name.to_owned(),
            ends,
        });
        for (from, to) in &config.down {
            self.queue.push(*from, Wake::Link(id, false));
            if *to < Time::MAX {
                self.queue.push(*to, Wake::Link(id, true));
            }
        }
        self.links.push(Link::new(config, rng));
        id
    }

    /// Puts a frame of a node's own on a link, recorded as sent there and then.
    pub fn send(&mut self, at: Moment, link: LinkId, slot: Slot, conn: Option<ConnId>) -> EventId {
        self.put(at, link, slot, (conn, None))
    }

    /// Puts a frame on a link that passes on `of`, changed or not.
    pub fn forward(&mut self, at: Moment, link: LinkId, of: FrameId, slot: Slot) -> EventId {
        let conn = self.timeline.frame(of).conn;
        self.put(at, link, slot, (conn, Some(of)))
    }

    fn put(
        &mut self,
        at: Moment,
        link: LinkId,
        slot: Slot,
        (conn, forwards): (Option<ConnId>, Option<FrameId>),
    ) -> EventId {
        let (frame, sent) = self.timeline.record_sent(at, slot, link, conn, forwards);
        let ends = self.timeline.link(link).ends;
        let direction = usize::from(ends[0] != at.host);
        let to = ends[1 - direction];
        match self.links[link.index()].carry(at.now, direction, slot.len()) {
            Journey::Arrives(arrival) => {
                self.queue.push(arrival, Wake::Arrive { frame, at: to });
            }
            Journey::Lost(reason) => {
                self.timeline
                    .record_dropped(at.because(sent), frame, reason);
            }
        }
        sent
    }
}
