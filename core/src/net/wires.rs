//! The wires: links, the queue of what is to happen on them, and the record of it all.

use super::link::{Fate, Link, LinkConfig, Pattern, looks_like, spoil};
use super::queue::{Queue, Wake};
use crate::base::{ConnId, EventId, FrameId, HostId, LinkId, Rng, Time};
use crate::timeline::{DropReason, LinkInfo, Moment, Slot, Timeline};

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
        let looks = |wanted: &Pattern| looks_like(&self.timeline, frame, wanted);
        let journey = self.links[link.index()].carry(at.now, direction, slot.len(), looks);
        if let Some(chance) = journey.flip {
            let mut bytes = self.timeline.arena().get(slot).to_vec();
            if spoil(&mut bytes, chance) {
                let spoilt = self.timeline.arena_mut().push(&bytes);
                self.timeline.record_spoilt(frame, spoilt);
            }
        }
        self.end(at.now, frame, journey.fate);
        if let Some((made, fate)) = journey.copy {
            self.queue.push(made, Wake::Copy { frame, fate });
        }
        sent
    }

    /// A link makes a second frame of one: it is recorded as sent by the same node, and as
    /// passing on the first one over the same link, which no node does.
    pub(super) fn copy(&mut self, now: Time, of: FrameId, fate: Fate) {
        let original = *self.timeline.frame(of);
        let at = Moment {
            now,
            host: original.from,
            cause: Some(original.sent),
        };
        let slot = self.timeline.arrived_slot(of);
        let (link, conn) = (original.link, original.conn);
        let (frame, _) = self.timeline.record_sent(at, slot, link, conn, Some(of));
        self.end(now, frame, fate);
    }

    /// A frame is lost on its link.
    pub(super) fn lose(&mut self, now: Time, frame: FrameId, reason: DropReason) {
        let lost = *self.timeline.frame(frame);
        let at = Moment {
            now,
            host: lost.from,
            cause: Some(lost.sent),
        };
        self.timeline.record_dropped(at, frame, reason);
    }

    /// Has a frame's way end as it will.
    fn end(&mut self, now: Time, frame: FrameId, fate: Fate) {
        let sent = self.timeline.frame(frame);
        match fate {
            Fate::Arrives(arrival) => {
                let at = self.timeline.link(sent.link).other(sent.from);
                self.queue.push(arrival, Wake::Arrive { frame, at });
            }
            Fate::Lost(when, reason) if when <= now => self.lose(now, frame, reason),
            Fate::Lost(when, reason) => self.queue.push(when, Wake::Lose { frame, reason }),
        }
    }
}
