//! A place in a run: how much of it has been shown, in steps of one size.

use super::{Outline, Row, What};
use crate::base::TurnKind;
use crate::timeline::StepSize;
use std::ops::Range;

/// So many steps of a size have been shown. 0 is the start, before anybody does anything;
/// one more than there are steps is the end, where the outcome is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The size of a step.
    pub size: StepSize,
    /// How many have been shown.
    pub at: usize,
}

impl Outline {
    /// The last place there is: the end.
    #[must_use]
    pub fn last(&self, size: StepSize) -> usize {
        self.steps(size) + 1
    }

    /// Whether a place is the end.
    #[must_use]
    pub fn is_end(&self, place: Place) -> bool {
        place.at > self.steps(place.size)
    }

    /// How many events have happened at a place.
    #[must_use]
    pub fn seen(&self, place: Place) -> usize {
        match place.at {
            0 => self.prelude,
            at if at > self.steps(place.size) => self.events,
            at => self.step(place.size, at - 1).end,
        }
    }

    /// The events of the step that a place shows: none at the start and at the end.
    #[must_use]
    pub fn shown(&self, place: Place) -> Range<usize> {
        if place.at == 0 || self.is_end(place) {
            let seen = self.seen(place);
            return seen..seen;
        }
        self.step(place.size, place.at - 1)
    }

    /// The row that a place shows: of several the last; none at the start and at the end.
    #[must_use]
    pub fn here(&self, place: Place) -> Option<usize> {
        let shown = self.shown(place);
        if shown.is_empty() {
            return None;
        }
        // What a packet brings about at once opens the next row; the packet is of its own.
        if place.size == StepSize::Packet {
            return self.row_of(self.sent[place.at - 1]);
        }
        let begun = self
            .rows
            .partition_point(|row| row.events.start < shown.end);
        begun.checked_sub(1)
    }

    /// The phase that a place shows; none at the start and at the end.
    #[must_use]
    pub fn phase_here(&self, place: Place) -> Option<usize> {
        match place.size {
            StepSize::Phase => (1..=self.phases.len())
                .contains(&place.at)
                .then(|| place.at - 1),
            _ => Some(self.rows[self.here(place)?].phase),
        }
    }

    /// The same moment in steps of another size: the step that shows the last of it.
    #[must_use]
    pub fn resized(&self, place: Place, size: StepSize) -> Place {
        let shown = self.shown(place);
        let at = if place.at == 0 {
            0
        } else if self.is_end(place) {
            self.last(size)
        } else if place.size == StepSize::Packet {
            self.place_of(size, self.sent[place.at - 1].index()).at
        } else {
            self.place_of(size, shown.end.saturating_sub(1)).at
        };
        Place { size, at }
    }

    /// The place that shows an event, by index.
    #[must_use]
    pub fn place_of(&self, size: StepSize, event: usize) -> Place {
        let begun = match size {
            StepSize::Packet => self.sent.partition_point(|sent| sent.index() <= event),
            StepSize::Turn => self.rows.partition_point(|row| row.events.start <= event),
            StepSize::Phase => self.phases.partition_point(|p| p.events.start <= event),
        };
        Place {
            size,
            at: begun.max(1).min(self.steps(size)),
        }
    }

    /// The place in this run that is what `place` is in `old`, another run of the same
    /// scenario: the same thing said in the same phase, or as near as there is.
    #[must_use]
    pub fn same_place(&self, old: &Outline, place: Place) -> Place {
        let size = place.size;
        let keep = |at: usize| Place { size, at };
        if place.at == 0 {
            return keep(0);
        }
        if old.is_end(place) {
            return keep(self.last(size));
        }
        if size == StepSize::Phase {
            let name = old.phases[place.at - 1].name;
            let same = self.phases.iter().position(|phase| phase.name == name);
            return keep(same.map_or(place.at.min(self.steps(size)), |index| index + 1));
        }
        let Some(index) = old.here(place) else {
            return keep(place.at.min(self.steps(size)));
        };
        let Some(found) = self.same_row(old, index) else {
            return keep(scaled(place.at, old.steps(size), self.steps(size)));
        };
        match size {
            StepSize::Packet => {
                let within = (place.at - 1).saturating_sub(old.rows[index].packets.start);
                let packets = &self.rows[found].packets;
                let last = packets.end.saturating_sub(1).max(packets.start);
                keep(
                    (packets.start + within)
                        .min(last)
                        .min(self.steps(size).saturating_sub(1))
                        + 1,
                )
            }
            _ => keep(found + 1),
        }
    }

    /// The place in this outline that is `place` in `old`, an outline of the same run when it
    /// had not come so far: the step that the same event opens.
    #[must_use]
    pub fn grown(&self, old: &Outline, place: Place) -> Place {
        let Some(index) = place.at.checked_sub(1) else {
            return place;
        };
        if old.is_end(place) {
            let at = self.last(place.size);
            return Place { at, ..place };
        }
        let opens = match place.size {
            StepSize::Packet => return place,
            StepSize::Turn => old.rows[index].opens.index(),
            StepSize::Phase => old.phases[index].events.start,
        };
        self.place_of(place.size, opens)
    }

    /// The row that says what row `index` of `old` says: in the same phase, or anywhere if it
    /// is a command or a file; else the row of that phase that comes as late in it.
    fn same_row(&self, old: &Outline, index: usize) -> Option<usize> {
        let row = &old.rows[index];
        let phase = &old.phases[row.phase];
        let nth_like = |first: usize, rows: Range<usize>| {
            let before = &old.rows[first..index];
            let nth = before.iter().filter(|other| alike(other, row)).count();
            rows.filter(|&i| alike(&self.rows[i], row)).nth(nth)
        };
        let mine = self.phases.iter().find(|p| p.name == phase.name);
        let same = mine.and_then(|mine| nth_like(phase.rows.start, mine.rows.clone()));
        let wanders = matches!(row.what, What::Says(TurnKind::Command | TurnKind::Data));
        let moved = || wanders.then(|| nth_like(0, 0..self.rows.len())).flatten();
        same.or_else(moved).or_else(|| {
            let rows = mine?.rows.clone();
            let within = index - phase.rows.start;
            rows.clone().nth(within).or(rows.last())
        })
    }
}

/// Whether two rows of two runs tell of the same thing. Who calls whom may be what changed.
fn alike(a: &Row, b: &Row) -> bool {
    let same = a.what == b.what && a.stroke == b.stroke && verb(a) == verb(b);
    same && (a.from == b.from || a.what == What::Opens)
}

/// What a row says without its arguments.
fn verb(row: &Row) -> &str {
    row.short.split(' ').next().unwrap_or_default()
}

fn scaled(at: usize, from: usize, to: usize) -> usize {
    (at * to / from.max(1)).clamp(1.min(to), to)
}
