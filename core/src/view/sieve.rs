//! Which packets of a run a filter lets through, found a few at a time.

use super::outline::Outline;
use super::reading::Reading;
use crate::base::FrameId;
use crate::filter::{Filter, Subject};
use crate::timeline::Timeline;
use std::collections::VecDeque;

/// A filter, and what it has let through so far.
#[derive(Debug)]
pub struct Sieve {
    filter: Filter,
    /// The first packet that it was not asked about.
    next: usize,
    found: Vec<u32>,
    /// What is said at packets: which, and which row's captions, in their order.
    said: VecDeque<(FrameId, usize)>,
    rows: usize,
}

impl Sieve {
    /// Nothing was let through yet.
    #[must_use]
    pub fn new(filter: Filter) -> Self {
        Self {
            filter,
            next: 0,
            found: Vec::new(),
            said: VecDeque::new(),
            rows: 0,
        }
    }

    /// The packets that were let through so far, by index, in order.
    #[must_use]
    pub fn found(&self) -> &[u32] {
        &self.found
    }

    /// How many packets it was asked about.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.next
    }

    /// Asks about packets, at most so many; first their connections are followed. Answers
    /// whether it was asked about all.
    pub fn go_on(
        &mut self,
        reading: &mut Reading,
        (timeline, outline): (&Timeline, &Outline),
        most: usize,
    ) -> bool {
        if !reading.follow_all(timeline, most) {
            return false;
        }
        self.hear(outline);
        let last = timeline.frames().len().min(self.next + most);
        let first = timeline.frames().first();
        let first = first.map_or(0, |frame| timeline.event(frame.sent).time.0);
        while self.next < last {
            let id = FrameId::from_index(self.next);
            let comments = self.comments(timeline, outline, id);
            let time = timeline.event(timeline.frame(id).sent).time;
            let subject = Subject {
                frame: timeline.bytes(id),
                dissection: reading.dissect(timeline, id),
                number: u64::from(id.0) + 1,
                nanoseconds: time.0.saturating_sub(first),
                comments: &comments,
            };
            if self.filter.lets_through(&subject) {
                self.found.push(id.0);
            }
            self.next += 1;
        }
        last == timeline.frames().len()
    }

    /// Which captions stand at packets that come.
    fn hear(&mut self, outline: &Outline) {
        let rows = outline.rows.get(self.rows..).unwrap_or_default();
        for (at, row) in rows.iter().enumerate() {
            if let Some(carrier) = row.carrier.filter(|_| !row.captions.is_empty()) {
                self.said.push_back((carrier, self.rows + at));
            }
        }
        self.rows = outline.rows.len();
        self.said.make_contiguous().sort_unstable();
    }

    /// What is said at a packet: its captions, and where and why it was lost.
    fn comments(&mut self, timeline: &Timeline, outline: &Outline, id: FrameId) -> Vec<String> {
        let mut comments = Vec::new();
        while let Some((_, row)) = self.said.pop_front_if(|(frame, _)| *frame <= id) {
            comments.extend_from_slice(&outline.rows[row].captions);
        }
        let fate = outline.fate_event(id).map(|event| timeline.event(event));
        if let Some(loss) = fate.and_then(|event| timeline.loss(&event)) {
            comments.push(format!("lost {}: {}", loss.whereabouts(), loss.why()));
        }
        comments
    }
}
