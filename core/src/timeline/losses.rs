//! Frames that were lost, and where.

use super::{DropReason, Event, Kind, Timeline};
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
        self.events.iter().filter_map(|event| self.loss(&event))
    }

    /// The loss that an event tells of; none where it tells of something else.
    #[must_use]
    pub fn loss(&self, event: &Event) -> Option<Loss<'_>> {
        if event.kind != Kind::Dropped {
            return None;
        }
        let lost = self.dropped(event.arg);
        let link = self.frame(lost.frame).link;
        let place = match lost.reason {
            DropReason::QueueFull | DropReason::TooBig => &self.link(link).name,
            DropReason::Checksum | DropReason::BacklogFull | DropReason::LinkDown => {
                &self.node(event.host).name
            }
        };
        Some(Loss {
            event: event.id,
            frame: lost.frame,
            reason: lost.reason,
            place,
        })
    }
}
