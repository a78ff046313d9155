//! Why: what is explained beside the step, and the way from cause to cause.

use super::travel::packet_of;
use super::{Address, Effect, Model, Msg, Show, Tab};
use crate::says::why as says;
use std::rc::Rc;
use wirestage_core::base::{EventId, FrameId};
use wirestage_core::explain::why::Index;
use wirestage_core::timeline::{Chain, StepSize};
use wirestage_core::view::outline::{Outline, Place};

/// Of what the causes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Of whatever step or packet is shown.
    Here,
    /// Of one event, wherever the reader goes.
    Of(EventId),
}

/// What stands in an address for whatever is shown. No event of this number has a cause.
const HERE: &str = "1";

impl Asked {
    /// Reads what stands in an address.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        if word == HERE {
            return Some(Self::Here);
        }
        word.parse().ok().map(|event| Self::Of(EventId(event)))
    }

    /// What stands in an address.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Here => HERE.to_owned(),
            Self::Of(event) => event.to_string(),
        }
    }
}

/// What it takes to find causes, and those that were found last.
#[derive(Debug, Default)]
pub struct Whys {
    index: Index,
    last: Option<Rc<Chain>>,
}

impl Show {
    /// What an event came of. Nothing is looked through twice.
    #[must_use]
    pub fn chain(&self, event: EventId) -> Rc<Chain> {
        let mut whys = self.whys.borrow_mut();
        if let Some(last) = whys.last.as_ref().filter(|chain| chain.event == event) {
            return Rc::clone(last);
        }
        let run = (&self.run.timeline, &self.run.info);
        whys.index.follow(run.0);
        let chain = Rc::new(whys.index.chain(run, event));
        whys.last = Some(Rc::clone(&chain));
        chain
    }

    /// The event that is explained at a place: the packet's, if one was chosen, else the step's.
    #[must_use]
    pub fn explained(&self, place: Place, packet: Option<FrameId>) -> Option<EventId> {
        let outline = &self.outline;
        let row = &outline.rows[outline.here(place)?];
        let own = packet_of(outline, place);
        let chosen = packet.filter(|packet| place.size == StepSize::Packet || own != Some(*packet));
        if let Some(packet) = chosen {
            return Some(self.fate_of(packet));
        }
        let lost = outline.lost_carrier(self.timeline(), row);
        Some(lost.map_or(row.opens, |lost| self.fate_of(lost)))
    }

    /// A packet's loss, or else its sending.
    fn fate_of(&self, packet: FrameId) -> EventId {
        let fate = self.outline.fate_event(packet);
        let is_lost = |event: &EventId| self.timeline().loss(&self.timeline().event(*event));
        fate.filter(|event| is_lost(event).is_some())
            .unwrap_or_else(|| self.outline.sent(packet))
    }
}

/// The place that shows a cause, and the packet to be chosen there.
fn place_of(
    outline: &Outline,
    size: StepSize,
    (to, frame): (EventId, Option<FrameId>),
) -> (Place, Option<FrameId>) {
    let place = outline.place_of(size, to.index());
    let shown = outline.shown(place);
    let frame = frame.filter(|frame| shown.contains(&outline.sent(*frame).index()));
    // A step has its own packet by itself.
    (
        place,
        frame.filter(|frame| packet_of(outline, place) != Some(*frame)),
    )
}

impl Model {
    /// Takes a message about causes.
    pub(super) fn ask_why(&mut self, msg: &Msg) -> Vec<Effect> {
        let Some(show) = self.show.clone() else {
            return Vec::new();
        };
        match *msg {
            Msg::AskWhy if self.present => Vec::new(),
            Msg::AskWhy => {
                if show.outline.here(self.address.place).is_none() {
                    return self.arrange(Msg::Say(says::NO_STEP.to_owned()));
                }
                self.address.tab = Tab::Step;
                self.address.looks.why.get_or_insert(Asked::Here);
                vec![Effect::Write { push: false }, Effect::Focus("#why")]
            }
            Msg::Why(asked) => {
                self.address.looks.why = asked;
                vec![Effect::Write { push: false }]
            }
            Msg::ToCause { of, to, frame } => {
                self.playing = false;
                self.note = None;
                let size = self.address.place.size;
                let (place, packet) = place_of(&show.outline, size, (to, frame));
                let mut address = Address {
                    place,
                    packet: packet.map(FrameId::index),
                    follows: false,
                    ..self.address.clone()
                };
                address.looks.why = Some(Asked::Of(of));
                self.arrive(&show, address);
                vec![Effect::Write { push: false }]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_stands_in_the_address() {
        for asked in [Asked::Here, Asked::Of(EventId(2)), Asked::Of(EventId(4711))] {
            assert_eq!(Asked::read(&asked.word()), Some(asked));
        }
        assert_eq!(Asked::read("why"), None);
        let read = Address::read("#/mail-refused?at=3&why=1");
        assert_eq!(read.looks.why, Some(Asked::Here));
        assert_eq!(read.fragment(), "#/mail-refused?at=3&why=1");
    }
}
