//! Frames that were lost, and where.

use super::{DropReason, Kind, Timeline};
use crate::base::{EventId, FrameId};

/// A frame that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss<'a> {
    /// The event of its loss.
    pub event: EventId,
    /// Which one.
    pub frame: FrameId,
    /// Why.
    pub reason: DropReason,
    /// The name of the node or the link where it was lost.
    pub place: &'a str,
}

impl Timeline {
    /// All losses, in order.
    pub fn losses(&self) -> impl Iterator<Item = Loss<'_>> {
        let events = self.events.iter();
        events
            .filter(|event| event.kind == Kind::Dropped)
            .map(|event| {
                let lost = self.dropped(event.arg);
                let link = self.frame(lost.frame).link;
                let place = match lost.reason {
                    DropReason::QueueFull | DropReason::TooBig => &self.link(link).name,
                    DropReason::Checksum | DropReason::BacklogFull | DropReason::LinkDown => {
                        &self.node(event.host).name
                    }
                };
                Loss {
                    event: event.id,
                    frame: lost.frame,
                    reason: lost.reason,
                    place,
                }
            })
    }
}
