//! Frames that were lost, and where.

use super::{DropReason, Event, Kind, Timeline};
use crate::base::{EventId, FrameId, RuleId};

/// A frame that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss<'a> {
    /// The event of its loss.
    pub event: EventId,
    /// Which one.
    pub frame: FrameId,
    /// Why.
    pub reason: DropReason,
    /// The name of the firewall's rule that decided it.
    pub rule: Option<&'a str>,
    /// The name of the node or the link where it was lost.
    pub place: &'a str,
    /// Whether that is a link.
    pub on_link: bool,
}

impl Loss<'_> {
    /// Where: `at router`, `on laptop - router`.
    #[must_use]
    pub fn whereabouts(&self) -> String {
        let word = if self.on_link { "on" } else { "at" };
        format!("{word} {}", self.place)
    }

    /// Why, with the rule that decided it: `firewall: no ftp`.
    #[must_use]
    pub fn why(&self) -> String {
        match self.rule {
            Some(rule) => format!("{}: {rule}", self.reason),
            None => self.reason.to_string(),
        }
    }
}

impl Timeline {
    /// All losses, in order.
    pub fn losses(&self) -> impl Iterator<Item = Loss<'_>> {
        // Most runs lose nothing, and need not be looked through for it.
        let any = !self.drops.is_empty();
        let events = any.then(|| self.events.iter()).into_iter().flatten();
        events.filter_map(|event| self.loss(&event))
    }

    /// What rules of firewalls stopped: when, and which rule.
    pub fn ruled_out(&self) -> impl Iterator<Item = (EventId, RuleId)> + '_ {
        let drops = self.events.iter().filter(|e| e.kind == Kind::Dropped);
        drops.filter_map(|event| Some((event.id, self.dropped(event.arg).rule?)))
    }

    /// The loss that an event tells of; none where it tells of something else.
    #[must_use]
    pub fn loss(&self, event: &Event) -> Option<Loss<'_>> {
        if !matches!(event.kind, Kind::Dropped | Kind::Discarded) {
            return None;
        }
        let lost = self.dropped(event.arg);
        let link = self.frame(lost.frame).link;
        let on_link = self.is_lost_on_link(event);
        let place = if on_link {
            &self.link(link).name
        } else {
            &self.node(event.host).name
        };
        Some(Loss {
            event: event.id,
            frame: lost.frame,
            reason: lost.reason,
            rule: lost.rule.map(|rule| self.rule(rule).name.as_str()),
            place,
            on_link,
        })
    }

    /// Whether the loss that an event tells of happened on a link. A router, too, finds
    /// packets too big for the next link, but they have reached it.
    #[must_use]
    pub fn is_lost_on_link(&self, event: &Event) -> bool {
        let lost = self.dropped(event.arg);
        lost.reason.is_on_link() && event.host == self.frame(lost.frame).from
    }
}
