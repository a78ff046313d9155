//! A live run as the reader has it: along with it, or behind it while it goes on.

use super::{Address, Effect, Model, Motion, Show, spoken};
use crate::says::lesson;
use std::rc::Rc;
use wirestage_core::base::Time;
use wirestage_core::view::outline::{Outline, Place};

/// The session whose run is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    /// How it stands.
    pub standing: Standing,
    /// How late it is in the run, as far as it is known here.
    pub now: Time,
    /// What the page's clock said, in milliseconds, when it was zero in the run.
    pub zero_ms: f64,
    /// How many events there were when the reader left the end of the run.
    left: Option<usize>,
}

/// How it stands with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The run goes on.
    Going,
    /// There was no answer for a moment; it is asked again.
    Silent,
    /// It does not answer any more.
    Gone,
    /// It is over.
    Over,
    /// The run is longer than the page can hold.
    Full,
    /// What comes is no journal.
    Broken,
}

impl Standing {
    /// Whether nothing will follow.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Self::Over | Self::Full | Self::Broken)
    }

    /// What the reader is told.
    #[must_use]
    pub fn says(self) -> &'static str {
        lesson::standing(self)
    }
}

impl Model {
    /// The last place that a reader can be at. What goes on has no end yet, and before the
    /// first packet nothing but a start.
    #[must_use]
    pub fn last(&self, show: &Show, place: Place) -> usize {
        let last = show.outline.last(place.size);
        match &self.live {
            Some(live) if !live.standing.is_end() => {
                if show.is_empty() {
                    0
                } else {
                    last - 1
                }
            }
            _ => last,
        }
    }

    /// The steps that came since the reader left the end of the run.
    #[must_use]
    pub fn new_steps(&self) -> usize {
        let (Some(show), Some(live)) = (&self.show, &self.live) else {
            return 0;
        };
        let size = self.address.place.size;
        match live.left {
            Some(left) => show.outline.steps(size) - steps_in(&show.outline, size, left),
            None => 0,
        }
    }

    /// Where the reader is in a live run decides whether they go along with it.
    pub(super) fn along(&mut self, show: &Show, address: &mut Address) {
        let last = self.last(show, address.place);
        let Some(live) = &mut self.live else {
            return;
        };
        if address.follows {
            address.place.at = last;
            address.packet = None;
        }
        address.follows = address.place.at >= last && address.packet.is_none();
        let events = show.timeline().events().len();
        live.left = (!address.follows).then(|| live.left.unwrap_or(events));
    }

    /// The run has come further: the reader goes along, or stays at what they see.
    pub(super) fn grew(&mut self, show: &Rc<Show>, now: Time, zero_ms: f64) -> Vec<Effect> {
        if let Some(wanted) = self.wanted.take_if(|wanted| wanted.address.is_live()) {
            self.live = Some(Session {
                standing: Standing::Going,
                now,
                zero_ms,
                left: None,
            });
            self.show = Some(Rc::clone(show));
            self.arrive(show, wanted.address);
            return vec![Effect::Write { push: false }, Effect::Shown];
        }
        let (Some(live), Some(old)) = (&mut self.live, &self.show) else {
            return Vec::new();
        };
        (live.now, live.zero_ms) = (now, zero_ms);
        show.goes_on_from(old);
        let was = self.address.place;
        let mut place = show.outline.grown(&old.outline, was);
        if self.address.follows {
            place.at = self.last(show, place);
        }
        self.show = Some(Rc::clone(show));
        if place == was {
            return Vec::new();
        }
        self.address.place = place;
        if self.address.follows {
            self.frozen = false;
            self.motion = Motion {
                serial: self.motion.serial.wrapping_add(1),
                forward: was.at + 1 == place.at,
            };
            return Vec::new();
        }
        vec![Effect::Write { push: false }]
    }

    /// Tells aloud what there is: where the reader has come with the run, or what came since.
    pub(super) fn tell_growth(&mut self) {
        let Some(show) = &self.show else {
            return;
        };
        self.spoken = match self.new_steps() {
            _ if self.address.follows => spoken::at(show, self.address.place),
            0 => return,
            new => lesson::new_steps_aloud(new),
        };
    }

    pub(super) fn stands(&mut self, standing: Standing) -> Vec<Effect> {
        let (Some(live), Some(show)) = (&mut self.live, self.show.clone()) else {
            return Vec::new();
        };
        if live.standing == standing {
            return Vec::new();
        }
        live.standing = standing;
        if standing.is_end() && self.address.follows {
            self.arrive(&show, self.address.clone());
        }
        self.spoken = standing.says().to_owned();
        Vec::new()
    }
}

/// How many steps so many events are.
fn steps_in(outline: &Outline, size: wirestage_core::timeline::StepSize, events: usize) -> usize {
    let start = Place { size, at: 0 };
    match events.checked_sub(1) {
        Some(last) if events > outline.seen(start) => outline.place_of(size, last).at,
        _ => 0,
    }
}
