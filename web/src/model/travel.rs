//! Moving through a run.

use super::{Effect, Model, Motion, Msg, SPEEDS, Show, Speed, spoken};
use crate::model::Address;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::timeline::StepSize;
use wirestage_core::view::outline::{Outline, Place};

impl Model {
    /// Takes a message that moves the reader.
    pub(super) fn travel(&mut self, msg: &Msg) -> Vec<Effect> {
        let Some(show) = self.show.clone() else {
            return Vec::new();
        };
        let outline = &show.outline;
        let place = self.address.place;
        match *msg {
            Msg::Next => self.stop_and_go(&show, place.at + 1),
            Msg::Back => self.stop_and_go(&show, place.at.saturating_sub(1)),
            Msg::ToStart => self.stop_and_go(&show, 0),
            Msg::ToEnd => self.stop_and_go(&show, self.last(&show, place)),
            Msg::Seek(at) => self.stop_and_go(&show, at),
            Msg::GoTo(to) => self.stop_and_go(&show, outline.resized(to, place.size).at),
            Msg::Leap(forward) => self.stop_and_go(&show, leap(outline, place, forward)),
            Msg::By(size) => {
                let mut address = self.address.clone();
                address.place = outline.resized(place, size);
                self.arrive(&show, address);
                vec![Effect::Write { push: false }]
            }
            Msg::Choose(packet) => self.choose(&show, packet),
            Msg::Play => self.play(&show),
            Msg::Tick if self.playing => self.tick(&show),
            Msg::Faster(faster) => {
                let Speed(now) = self.speed;
                let next = if faster {
                    now + 1
                } else {
                    now.saturating_sub(1)
                };
                self.speed = Speed(next.min(SPEEDS.len() - 1));
                Vec::new()
            }
            Msg::SetSpeed(speed) => {
                self.speed = Speed(speed.min(SPEEDS.len() - 1));
                Vec::new()
            }
            Msg::Fold(phase) => {
                let here = outline.phase_here(place) == Some(phase);
                let open = self.folds.open.get(&phase).copied().unwrap_or(here);
                self.folds.open.insert(phase, !open);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A reader who moves has taken over from the player.
    fn stop_and_go(&mut self, show: &Rc<Show>, at: usize) -> Vec<Effect> {
        self.playing = false;
        self.note = None;
        self.go(show, at)
    }

    fn go(&mut self, show: &Rc<Show>, at: usize) -> Vec<Effect> {
        let size = self.address.place.size;
        let at = at.min(self.last(show, self.address.place));
        let stays = self.live.is_none() || self.address.follows;
        if stays && at == self.address.place.at && self.address.packet.is_none() {
            return Vec::new();
        }
        let address = Address {
            place: Place { size, at },
            packet: None,
            follows: false,
            ..self.address.clone()
        };
        self.arrive(show, address);
        let mut effects = vec![Effect::Write { push: false }];
        if show.outline.is_end(self.address.place) {
            effects.push(Effect::Remember);
        }
        effects
    }

    /// The reader is at an address of the run that is shown.
    pub(super) fn arrive(&mut self, show: &Rc<Show>, mut address: Address) {
        self.along(show, &mut address);
        let last = self.last(show, address.place);
        address.place.at = address.place.at.min(last);
        let frames = show.timeline().frames().len();
        address.packet = address.packet.filter(|frame| *frame < frames);
        let was = self.address.place;
        let same_run = self.address.same_run(&address);
        let moved = was != address.place;
        self.frozen = false;
        self.motion = Motion {
            serial: self.motion.serial.wrapping_add(1),
            forward: same_run && was.size == address.place.size && was.at + 1 == address.place.at,
        };
        self.address = address;
        if moved || !same_run || self.spoken.is_empty() {
            self.spoken = spoken::at(show, self.address.place);
        }
        if let Some(id) = &self.address.scenario
            && self.live.is_none()
        {
            if show.outline.is_end(self.address.place) {
                self.settings.done.insert(id.clone());
            }
            self.settings.last = Some(self.address.fragment());
        }
    }

    /// A frame that the step does not hold is shown in the step that does.
    fn choose(&mut self, show: &Rc<Show>, packet: Option<FrameId>) -> Vec<Effect> {
        let outline = &show.outline;
        self.playing = false;
        let mut address = self.address.clone();
        address.packet = packet.map(FrameId::index);
        address.follows = false;
        if let Some(frame) = packet {
            let sent = outline.sent(frame).index();
            if !outline.shown(address.place).contains(&sent) {
                address.place = outline.place_of(address.place.size, sent);
            }
        }
        self.arrive(show, address);
        vec![Effect::Write { push: false }]
    }

    fn play(&mut self, show: &Rc<Show>) -> Vec<Effect> {
        let goes_on = self.live.is_some_and(|live| !live.standing.is_end());
        if goes_on && !self.playing && self.is_last(show) {
            // It plays already, as fast as it happens.
            return Vec::new();
        }
        self.playing = !self.playing;
        if !self.playing {
            self.frozen = true;
            return Vec::new();
        }
        if std::mem::take(&mut self.frozen) {
            return vec![Effect::Wait];
        }
        let end = self.is_last(show);
        let at = if end { 0 } else { self.address.place.at + 1 };
        let mut effects = self.go(show, at);
        effects.push(Effect::Wait);
        effects
    }

    /// Whether there is nothing after the place, or nothing yet.
    fn is_last(&self, show: &Show) -> bool {
        self.address.place.at >= self.last(show, self.address.place)
    }

    fn tick(&mut self, show: &Rc<Show>) -> Vec<Effect> {
        let mut effects = self.go(show, self.address.place.at + 1);
        self.playing = !self.is_last(show);
        if self.playing {
            effects.push(Effect::Wait);
        }
        effects
    }
}

/// The frame that a place shows by itself: the step's own, or the one that carries its words.
pub(super) fn packet_of(outline: &Outline, place: Place) -> Option<FrameId> {
    let here = outline.here(place)?;
    if place.size == StepSize::Packet {
        return Some(FrameId::from_index(place.at - 1));
    }
    let row = &outline.rows[here];
    let first = row.packets.clone().next().map(FrameId::from_index);
    row.carrier.or(first)
}

/// The first step of the next phase, or of this one, or of the one before.
fn leap(outline: &Outline, place: Place, forward: bool) -> usize {
    let last = outline.last(place.size);
    let first = |phase: usize| {
        let events = &outline.phases[phase].events;
        // A phase may begin a moment before its first step does.
        let row = outline.phases[phase].rows.start;
        let event = match place.size {
            StepSize::Phase => events.start,
            _ => outline
                .rows
                .get(row)
                .map_or(events.start, |row| row.events.start),
        };
        outline.place_of(place.size, event).at
    };
    let mut starts: Vec<usize> = (0..outline.phases.len()).map(first).collect();
    starts.dedup();
    if forward {
        let next = starts.into_iter().find(|at| *at > place.at);
        next.unwrap_or(last)
    } else {
        let before = starts.into_iter().rev().find(|at| *at < place.at);
        before.unwrap_or(0)
    }
}
