//! The wires: links, the queue of what is to happen on them, and the record of it all.

use super::link::{Link, LinkConfig};
use super::queue::{Queue, Wake};
use crate::base::{ConnId, EventId, HostId, LinkId};
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

    /// Adds a link.
    pub fn add_link(&mut self, name: &str, ends: [HostId; 2], config: LinkConfig) -> LinkId {
        self.links.push(Link::new(config));
        self.timeline.add_link(LinkInfo {
            name: name.to_owned(),
            ends,
        })
    }

    /// Puts a frame on a link, recorded as sent there and then.
    pub fn send(&mut self, at: Moment, link: LinkId, slot: Slot, conn: Option<ConnId>) -> EventId {
        let (frame, sent) = self.timeline.record_sent(at, slot, link, conn);
        let ends = self.timeline.link(link).ends;
        let direction = usize::from(ends[0] != at.host);
        match self.links[link.index()].carry(at.now, direction, slot.len()) {
            Ok(arrival) => {
                let at = ends[1 - direction];
                self.queue.push(arrival, Wake::Arrive { frame, at });
            }
            Err(reason) => {
                self.timeline
                    .record_dropped(at.because(sent), frame, reason);
            }
        }
        sent
    }
}
