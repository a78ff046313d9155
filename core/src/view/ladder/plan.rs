//! Which lines the ladder has at a place, and where each lies.

use crate::base::sorted::Map;
use crate::base::{Duration, EventId};
use crate::timeline::{StepSize, Timeline};
use crate::view::draw::lanes::Lanes;
use crate::view::outline::{Outline, Place};
use std::ops::Range;

/// Less is no silence.
const SILENCE: Duration = Duration::from_secs(1);

/// What the reader folded or unfolded by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    /// Phases, by index, and whether each is unfolded.
    pub open: Map<usize, bool>,
}

/// The ladder's lines, top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The lines.
    pub lines: Vec<PlanLine>,
    /// How high they are together.
    pub height: f64,
    /// Those of the step shown.
    pub here: Option<Range<usize>>,
    /// Whether captions stand beneath their rows.
    pub captions: bool,
}

/// One line of the ladder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanLine {
    /// What stands in it.
    pub what: LineKind,
    /// Its upper edge.
    pub y: f64,
    /// How high it is.
    pub height: f64,
}

/// What stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A phase: folded, all of it; else its name, beside its first row or above it.
    Phase {
        /// Which one, by index.
        phase: usize,
        /// Whether it stands for its rows.
        folded: bool,
    },
    /// A row of the outline, by index.
    Row(usize),
    /// A frame, by index.
    Packet(usize),
    /// Nothing happens for so long.
    Silence(Duration),
}

/// Heights of lines, in sizes of the text.
pub(super) const ROW: f64 = 2.8;
pub(super) const PACKET: f64 = 2.45;
pub(super) const SILENT: f64 = 1.9;
/// A phase's name where it stands above its rows.
pub(super) const HEADING: f64 = 1.9;
/// A line of words beneath an arrow.
pub(super) const BENEATH: f64 = 1.6;

impl Plan {
    /// The ladder at a place: the phase shown is unfolded, the others are a line each.
    #[must_use]
    pub fn of(
        timeline: &Timeline,
        outline: &Outline,
        place: Place,
        folds: &Folds,
        lanes: &Lanes,
    ) -> Self {
        let shown = outline.phase_here(place);
        let mut builder = Builder::new(timeline, outline, lanes);
        builder.shows = Shows::at(outline, place);
        for phase in 0..outline.phases.len() {
            let by_hand = folds.open.get(&phase).copied();
            builder.phase(phase, by_hand.unwrap_or(shown == Some(phase)), usize::MAX);
        }
        builder.plan
    }

    /// The whole ladder, unfolded, with its captions: at most so many rows, from the first.
    #[must_use]
    pub fn whole(timeline: &Timeline, outline: &Outline, lanes: &Lanes, rows: usize) -> Self {
        let mut builder = Builder::new(timeline, outline, lanes);
        builder.plan.captions = true;
        for (index, phase) in outline.phases.iter().enumerate() {
            if phase.rows.start < rows {
                builder.phase(index, true, rows);
            }
        }
        builder.plan
    }

    /// The lines between two heights.
    #[must_use]
    pub fn visible(&self, top: f64, bottom: f64) -> Range<usize> {
        let end = self.lines.partition_point(|line| line.y < bottom);
        let above = |line: &PlanLine| line.y + line.height <= top;
        let mut start = self.lines.partition_point(above).min(end);
        // The name of a phase has no height of its own where it stands beside its first row.
        while start > 0 && self.lines[start - 1].height == 0.0 {
            start -= 1;
        }
        start..end
    }
}

/// What is highlighted.
#[derive(Default)]
struct Shows {
    phase: Option<usize>,
    row: Option<usize>,
    packet: Option<usize>,
    /// Whose packets are told.
    told: Option<usize>,
}

impl Shows {
    fn at(outline: &Outline, place: Place) -> Self {
        let mut shows = Self::default();
        let row = outline.here(place);
        match place.size {
            StepSize::Phase => shows.phase = outline.phase_here(place),
            StepSize::Turn => shows.row = row,
            StepSize::Packet => {
                shows.told = row;
                shows.packet = row.map(|_| place.at - 1);
            }
        }
        shows
    }
}

struct Builder<'a> {
    timeline: &'a Timeline,
    outline: &'a Outline,
    text: f64,
    narrow: bool,
    shows: Shows,
    plan: Plan,
}

impl<'a> Builder<'a> {
    fn new(timeline: &'a Timeline, outline: &'a Outline, lanes: &Lanes) -> Self {
        Self {
            timeline,
            outline,
            text: lanes.sizes.text,
            narrow: lanes.narrow,
            shows: Shows::default(),
            plan: Plan::default(),
        }
    }

    fn phase(&mut self, phase: usize, open: bool, limit: usize) {
        let outline = self.outline;
        let of = &outline.phases[phase];
        let rows = of.rows.start..of.rows.end.min(limit);
        let first = self.plan.lines.len();
        self.silence(rows.start);
        let has_name = !of.name.is_empty();
        let heading = if self.narrow && has_name {
            HEADING
        } else {
            0.0
        };
        if rows.is_empty() || rows.len() > 1 && !open && has_name {
            let folded = true;
            self.line(LineKind::Phase { phase, folded }, heading + ROW);
            let packet = self.shows.packet;
            let inside = |row| rows.contains(&row);
            if self.shows.row.is_some_and(inside)
                || packet.is_some() && self.shows.told.is_some_and(inside)
            {
                self.here();
            }
        } else {
            if has_name {
                let folded = false;
                self.line(LineKind::Phase { phase, folded }, heading);
            }
            for row in rows.clone() {
                if row > rows.start {
                    self.silence(row);
                }
                self.row(row);
            }
        }
        if self.shows.phase == Some(phase) {
            // Not the silence before it.
            let silent = |line: &PlanLine| matches!(line.what, LineKind::Silence(_));
            let skip = self.plan.lines.get(first).is_some_and(silent);
            self.plan.here = Some(first + usize::from(skip)..self.plan.lines.len());
        }
    }

    fn row(&mut self, index: usize) {
        let row = &self.outline.rows[index];
        let mut height = ROW;
        if row.lost > 0 {
            height += BENEATH;
        }
        if self.plan.captions {
            height += row.captions.iter().map(|_| BENEATH).sum::<f64>();
        }
        self.line(LineKind::Row(index), height);
        if self.shows.row == Some(index) {
            self.here();
        }
        if self.shows.told == Some(index) {
            for packet in row.packets.clone() {
                self.line(LineKind::Packet(packet), PACKET);
                if self.shows.packet == Some(packet) {
                    self.here();
                }
            }
        }
    }

    /// What passes between the end of what was before a row and its beginning.
    fn silence(&mut self, row: usize) {
        let Some(row) = self.outline.rows.get(row).filter(|_| row > 0) else {
            return;
        };
        // What leads to the row at once is part of its beginning.
        let earlier = (0..row.opens.index()).rev().map(EventId::from_index);
        let mut earlier = earlier.map(|event| self.timeline.event(event).time);
        let Some(before) = earlier.find(|time| *time < row.time) else {
            return;
        };
        let silence = row.time - before;
        if silence >= SILENCE {
            self.line(LineKind::Silence(silence), SILENT);
        }
    }

    fn line(&mut self, what: LineKind, height: f64) {
        let height = height * self.text;
        let y = self.plan.height;
        self.plan.lines.push(PlanLine { what, y, height });
        self.plan.height += height;
    }

    /// The line just laid is of the step shown.
    fn here(&mut self) {
        let end = self.plan.lines.len();
        self.plan.here = Some(end - 1..end);
    }
}
