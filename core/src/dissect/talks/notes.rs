//! What is known of each frame beside its bytes.

use crate::dissect::dissection::Piece;
use crate::dissect::kinds::FieldKind;
use crate::dissect::speech::Sort;
use std::ops::Range;

/// What is known of a frame beside its bytes.
#[derive(Clone, Debug, Default)]
pub(in crate::dissect) struct Told {
    pub tcp: Option<TcpTold>,
    /// What its payload is, stretch after stretch.
    pub stretches: Vec<Stretch>,
}

/// A part of a payload that is of one sort.
#[derive(Clone, Debug)]
pub(in crate::dissect) struct Stretch {
    pub sort: Sort,
    /// Which of the frame's bytes. Empty where it is about others' alone.
    pub range: Range<usize>,
    /// Where all of it lies, if not in this frame alone: it ends here and began in others.
    pub whole: Vec<Piece>,
    /// What else is known of it.
    pub facts: Vec<(&'static FieldKind, u64)>,
}

/// A stretch, by its frame and its place among that frame's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::dissect) struct Place {
    pub frame: u32,
    pub stretch: usize,
}

/// What is known of a TCP segment. Numbers are counted from each side's SYN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::dissect) struct TcpTold {
    pub seq: u32,
    /// Where the next segment begins.
    pub next: u32,
    pub ack: Option<u32>,
    /// In bytes.
    pub window: u32,
    /// The frame whose bytes it acknowledges.
    pub acks: Option<u32>,
    /// Its bytes and those before it that nobody acknowledged yet.
    pub in_flight: u32,
    /// It was sent before: in which frame, where that is known, else 0.
    pub again: Option<u32>,
}

/// By the frames' numbers.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Notes {
    rows: Vec<(u32, Told)>,
    forgets: bool,
}

impl Notes {
    pub fn forgetful() -> Self {
        Self {
            rows: Vec::new(),
            forgets: true,
        }
    }

    /// Whether what is found of a frame is forgotten once it is read.
    pub fn forgets(&self) -> bool {
        self.forgets
    }

    pub fn get(&self, frame: u32) -> Option<&Told> {
        let at = self.rows.binary_search_by_key(&frame, |row| row.0);
        Some(&self.rows[at.ok()?].1)
    }

    pub fn keep(&mut self, frame: u32, told: &Told) {
        if self.forgets || told.tcp.is_none() && told.stretches.is_empty() {
            return;
        }
        match self.rows.binary_search_by_key(&frame, |row| row.0) {
            Ok(at) => self.rows[at].1 = told.clone(),
            Err(at) => self.rows.insert(at, (frame, told.clone())),
        }
    }

    /// Adds a fact to others; of one kind, the last one counts.
    pub fn learn(
        facts: &mut Vec<(&'static FieldKind, u64)>,
        kind: &'static FieldKind,
        number: u64,
    ) {
        let mut known = facts.iter_mut();
        match known.find(|(known, _)| std::ptr::eq(*known, kind)) {
            Some(fact) => fact.1 = number,
            None => facts.push((kind, number)),
        }
    }

    /// Adds what is known of a stretch that came earlier.
    pub fn tell(&mut self, place: Place, kind: &'static FieldKind, number: u64) {
        let at = self.rows.binary_search_by_key(&place.frame, |row| row.0);
        let Some((_, told)) = at.ok().and_then(|at| self.rows.get_mut(at)) else {
            return;
        };
        if let Some(stretch) = told.stretches.get_mut(place.stretch) {
            Self::learn(&mut stretch.facts, kind, number);
        }
    }

    /// The parts of something that is whole now.
    pub fn complete(&mut self, frame: u32, kind: &'static FieldKind, number: u64) {
        let Ok(at) = self.rows.binary_search_by_key(&frame, |row| row.0) else {
            return;
        };
        let stretches = self.rows[at].1.stretches.iter_mut();
        let parts = stretches.filter(|stretch| matches!(stretch.sort, Sort::Part | Sort::Early));
        for part in parts {
            part.facts.push((kind, number));
        }
    }
}
