//! Which lines the ladder has at a place, and where each lies.

use super::rungs::{Noise, Pace, Rungs};
use crate::base::sorted::{Map, sort_by_key};
use crate::base::{Duration, EventId, FrameId, Time};
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
    /// What else of the ladder the reader wants otherwise.
    pub rungs: Rungs,
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
    /// What the reader wants otherwise.
    pub(super) rungs: Rungs,
    /// What is highlighted, and the phase that is unfolded for it.
    shows: (Shows, Option<usize>),
    /// The line of the first packet of the turn whose packets are told; none where any is left
    /// out.
    packets: Option<usize>,
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
    /// As high as so much time, where the ladder is to scale.
    Gap(Duration),
    /// Rows that are left out, from the first to before the last.
    Left {
        /// The first, by index.
        from: usize,
        /// The one after the last.
        to: usize,
    },
    /// Packets that are left out.
    LeftPackets {
        /// The first, by index.
        from: usize,
        /// How many.
        count: usize,
    },
}

/// Heights of lines, in sizes of the text.
pub(super) const ROW: f64 = 2.8;
pub(super) const PACKET: f64 = 2.45;
pub(super) const SILENT: f64 = 1.9;
/// What stands for rows that are left out.
pub(super) const LEFT: f64 = 2.1;
/// To scale: the usual time between turns, and the most that is drawn at its length.
const USUAL_GAP: f64 = 1.5;
const LEAST_GAP: f64 = 0.1;
const MOST_GAP: f64 = 30.0;
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
        let mut builder = Builder::new(timeline, outline, lanes, &folds.rungs);
        builder.shows = Shows::at(outline, place);
        builder.plan.shows = (builder.shows, shown);
        for phase in 0..outline.phases.len() {
            let by_hand = folds.open.get(&phase).copied();
            builder.phase(phase, by_hand.unwrap_or(shown == Some(phase)), usize::MAX);
        }
        builder.plan
    }

    /// The whole ladder, unfolded, with its captions: at most so many rows, from the first.
    #[must_use]
    pub fn whole(
        timeline: &Timeline,
        outline: &Outline,
        lanes: &Lanes,
        rungs: &Rungs,
        rows: usize,
    ) -> Self {
        let mut builder = Builder::new(timeline, outline, lanes, rungs);
        builder.plan.captions = true;
        for (index, phase) in outline.phases.iter().enumerate() {
            if phase.rows.start < rows {
                builder.phase(index, true, rows);
            }
        }
        builder.plan
    }

    /// Goes to another place of the same run where the lines are the same there; answers whether
    /// they are. Among the packets of a turn that is so, however many they are.
    pub fn goes_to(&mut self, outline: &Outline, place: Place) -> bool {
        let (shows, phase) = (Shows::at(outline, place), outline.phase_here(place));
        let (before, unfolded) = self.shows;
        let same = place.size == StepSize::Packet && phase == unfolded && shows.told == before.told;
        let told = shows.told.and_then(|row| outline.rows.get(row));
        let (Some(first), Some(row), Some(packet)) = (self.packets, told, shows.packet) else {
            return false;
        };
        if !same || !row.packets.contains(&packet) {
            return false;
        }
        let line = first + packet - row.packets.start;
        self.here = Some(line..line + 1);
        self.shows = (shows, phase);
        true
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
    rungs: &'a Rungs,
    text: f64,
    narrow: bool,
    shows: Shows,
    plan: Plan,
    /// To scale: how high a microsecond is, in sizes of the text.
    micro: f64,
    /// When the last row began that was laid.
    before: Time,
}

impl<'a> Builder<'a> {
    fn new(timeline: &'a Timeline, outline: &'a Outline, lanes: &Lanes, rungs: &'a Rungs) -> Self {
        let plan = Plan {
            rungs: rungs.clone(),
            ..Plan::default()
        };
        let micro = match rungs.pace {
            Pace::Steps => 0.0,
            Pace::Scale => USUAL_GAP / usual_gap(outline),
        };
        Self {
            timeline,
            outline,
            rungs,
            text: lanes.sizes.text,
            narrow: lanes.narrow,
            shows: Shows::default(),
            plan,
            micro,
            before: outline.rows.first().map_or(Time::ZERO, |row| row.time),
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
            if let Some(last) = rows
                .end
                .checked_sub(1)
                .and_then(|row| outline.rows.get(row))
            {
                self.before = last.time;
            }
        } else {
            if has_name {
                let folded = false;
                self.line(LineKind::Phase { phase, folded }, heading);
            }
            self.rows(rows);
        }
        if self.shows.phase == Some(phase) {
            // Not the silence before it.
            let silent =
                |line: &PlanLine| matches!(line.what, LineKind::Silence(_) | LineKind::Gap(_));
            let skip = self.plan.lines.get(first).is_some_and(silent);
            self.plan.here = Some(first + usize::from(skip)..self.plan.lines.len());
        }
    }

    /// Those of a phase: what is left out stands in a line together. The row shown never is.
    fn rows(&mut self, rows: Range<usize>) {
        let first = rows.start;
        let mut at = rows.start;
        while at < rows.end {
            let end = (at..rows.end).find(|row| !self.is_left_out(*row));
            let end = end.unwrap_or(rows.end);
            if end > at {
                self.line(LineKind::Left { from: at, to: end }, LEFT);
                at = end;
                continue;
            }
            if at > first {
                self.silence(at);
            }
            self.row(at);
            self.before = self.outline.rows[at].time;
            at += 1;
        }
    }

    fn is_left_out(&self, index: usize) -> bool {
        let row = &self.outline.rows[index];
        let is_shown = [self.shows.row, self.shows.told].contains(&Some(index));
        !is_shown
            && self
                .rungs
                .leaves_out(self.timeline, self.outline, row)
                .is_some()
    }

    fn row(&mut self, index: usize) {
        let row = &self.outline.rows[index];
        let mut height = ROW;
        if row.lost > 0 || self.outline.again_in(self.timeline, row) > 0 {
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
            self.packets(row.packets.clone());
        }
    }

    fn packets(&mut self, packets: Range<usize>) {
        let first = self.plan.lines.len();
        let mut left = 0;
        for packet in packets.clone() {
            let is_shown = self.shows.packet == Some(packet);
            let frame = FrameId::from_index(packet);
            if !is_shown && self.rungs.leaves_out_packet(self.timeline, frame) {
                left += 1;
                continue;
            }
            self.left_packets(packet - left, std::mem::take(&mut left));
            self.line(LineKind::Packet(packet), PACKET);
            if is_shown {
                self.here();
            }
        }
        self.left_packets(packets.end - left, left);
        let are_all = self.plan.lines.len() == first + packets.len() && !self.hides_packets();
        self.plan.packets = are_all.then_some(first);
    }

    fn hides_packets(&self) -> bool {
        self.rungs.folded.contains(&Noise::Acks)
    }

    fn left_packets(&mut self, from: usize, count: usize) {
        if count > 0 {
            self.line(LineKind::LeftPackets { from, count }, LEFT);
        }
    }

    /// What passes between the end of what was before a row and its beginning.
    fn silence(&mut self, row: usize) {
        let Some(row) = self.outline.rows.get(row).filter(|_| row > 0) else {
            return;
        };
        if self.rungs.pace == Pace::Scale {
            return self.gap(row.time.since(self.before));
        }
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

    /// As high as the time is long; the longest is broken off, and says so.
    fn gap(&mut self, time: Duration) {
        let height = micros(time) * self.micro;
        if height > MOST_GAP {
            self.line(LineKind::Gap(time), MOST_GAP / 2.0);
            self.line(LineKind::Silence(time), SILENT);
            self.line(LineKind::Gap(time), MOST_GAP / 2.0);
        } else if height >= LEAST_GAP {
            self.line(LineKind::Gap(time), height);
        }
    }

    fn line(&mut self, what: LineKind, height: f64) {
        // Whole pixels, where the height tells no time: a line is drawn alike wherever it stands.
        let height = match what {
            LineKind::Gap(_) => height * self.text,
            _ => (height * self.text).ceil(),
        };
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

/// The time between turns, in microseconds: as many are longer as are shorter.
fn usual_gap(outline: &Outline) -> f64 {
    let pairs = outline.rows.windows(2);
    let gaps = pairs.map(|pair| pair[1].time.since(pair[0].time));
    let mut gaps: Vec<Duration> = gaps.filter(|gap| *gap > Duration::ZERO).collect();
    sort_by_key(&mut gaps, |gap| *gap);
    let middle = gaps.get(gaps.len() / 2);
    middle.map_or(1.0, |gap| micros(*gap).max(1.0))
}

/// More than an hour is too long for any picture.
fn micros(time: Duration) -> f64 {
    f64::from(u32::try_from(time.0 / 1000).unwrap_or(u32::MAX))
}
