//! The outline: a run in phases, turns and packets, one row each, made once and shown by
//! every view. A place in it is one number, in steps of one of the three sizes.

mod again;
mod carriers;
mod compare;
mod place;
mod remarks;
mod rows;
#[cfg(test)]
mod tests;

pub use again::Again;
pub use compare::what_changed;
pub use place::Place;
pub(super) use rows::lines;

use crate::base::sorted::Set;
use crate::base::{CloseReason, EventId, FrameId, HostId, Time, TurnKind};
use crate::timeline::{Connection, Kind, RunInfo, StepSize, Tie, Timeline};
use std::ops::Range;
use std::sync::OnceLock;

/// A run, cut into what is shown as one.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// Stretches of the work, in order, each with rows. At least one where there is any row.
    pub phases: Vec<Phase>,
    /// The turns, in order.
    pub rows: Vec<Row>,
    /// The connections, in the order in which they were asked for.
    pub connections: Vec<Line>,
    /// The number of each end's connection, counted from 1.
    numbers: Vec<Option<u32>>,
    /// The event of each frame's sending: a packet's step begins there.
    sent: Vec<EventId>,
    /// The event of each frame's delivery or loss.
    fates: Vec<Option<EventId>>,
    /// Frames that were lost after they had been delivered, in order.
    discarded: Vec<FrameId>,
    /// Events before the first thing anybody does: what is so from the start.
    prelude: usize,
    /// All events.
    events: usize,
    /// Frames that were sent again, once somebody asked.
    again: OnceLock<Again>,
    /// What the stage makes room for, once somebody drew it.
    pub(super) survey: OnceLock<super::stage::Survey>,
}

/// A stretch of the work: "log in".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What is done. Empty where the run has no phases.
    pub name: &'static str,
    /// Its events.
    pub events: Range<usize>,
    /// Its rows.
    pub rows: Range<usize>,
}

/// One turn: what one side says, or a connection's beginning or end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What happens.
    pub what: What,
    /// The event that opens it.
    pub opens: EventId,
    /// Its events, up to the next row's.
    pub events: Range<usize>,
    /// Its phase.
    pub phase: usize,
    /// When it begins.
    pub time: Time,
    /// Who speaks, calls or finishes first.
    pub from: HostId,
    /// To whom; none where nobody is known to have heard.
    pub to: Option<HostId>,
    /// On which connection, counted from 1.
    pub connection: Option<u32>,
    /// How its line is drawn.
    pub stroke: Stroke,
    /// What stands on the wire, in one line, with passwords hidden: `PASS ••••`.
    pub label: String,
    /// The same in a word or two: `227`, `USER ada`.
    pub short: String,
    /// All of what was said, lines and all, with passwords hidden.
    pub text: String,
    /// What it means, in plain words.
    pub meaning: String,
    /// Where the protocol says so: `RFC 959 §4.1.3`.
    pub reference: &'static str,
    /// What a teacher would say.
    pub captions: Vec<String>,
    /// The frames that were sent in it, as indices of frames.
    pub packets: Range<usize>,
    /// The frame that carries its first byte, or opens or ends the connection.
    pub carrier: Option<FrameId>,
    /// How many frames were lost in it.
    pub lost: usize,
}

/// What a row tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A connection is asked for.
    Opens,
    /// One side speaks.
    Says(TurnKind),
    /// A connection ends as both sides wish.
    Ends,
    /// A connection ends otherwise, or never comes to be.
    Breaks(CloseReason),
    /// The network itself speaks, or asks again.
    Network,
    /// A host goes off, or comes up again.
    Power,
    /// Anything else: a link goes down; a run without turns is one row.
    Other,
}

/// How a line is drawn: colour and stroke together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stroke {
    /// Commands and replies about files.
    Control,
    /// A file's bytes, on a connection of their own.
    Data,
    /// Letters and what is said about them.
    Mail,
    /// Questions about names.
    Name,
    /// What keeps the network going and carries nobody's words.
    Housekeeping,
}

/// A connection as a line between two hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its two ends.
    pub ends: Connection,
    /// Who asked for it.
    pub from: HostId,
    /// Who was asked; none where no host answered.
    pub to: Option<HostId>,
    /// The port that was called.
    pub port: u16,
    /// How it is drawn.
    pub stroke: Stroke,
    /// What it is for: `control`, `data`, `mail`.
    pub purpose: &'static str,
    /// Which words agreed on it, and which used it, on another connection.
    pub tie: Option<Tie>,
}

/// How a frame ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It reached this node.
    Delivered(Time, HostId),
    /// It was lost: the argument of the `Dropped` event.
    Lost(Time, u32),
    /// It was on its way when the run ended.
    Underway,
}

impl Stroke {
    /// Its name in style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Data => "data",
            Self::Mail => "mail",
            Self::Name => "name",
            Self::Housekeeping => "housekeeping",
        }
    }
}

impl Outline {
    /// The outline of a run.
    #[must_use]
    pub fn of(timeline: &Timeline, info: &RunInfo) -> Self {
        let mut outline = Self {
            events: timeline.events().len(),
            numbers: timeline.connection_numbers(),
            ..Self::default()
        };
        outline.connections = rows::lines(timeline, info);
        outline.follow_frames(timeline);
        outline.phases = rows::phases(timeline);
        outline.rows = rows::rows(timeline, info, &outline);
        for (index, row) in outline.rows.iter().enumerate() {
            let rows = &mut outline.phases[row.phase].rows;
            let first = if rows.end == 0 { index } else { rows.start };
            *rows = first..index + 1;
        }
        outline.join_phases();
        outline.tell_losses_once(timeline);
        outline
    }

    /// The same with passwords as they were said, or hidden where `on` is false.
    #[must_use]
    pub fn with_passwords(&self, timeline: &Timeline, info: &RunInfo, on: bool) -> Self {
        let mut outline = self.clone();
        rows::tell_passwords(&mut outline.rows, timeline, info, on);
        outline
    }

    /// A phase in which nothing is said belongs to the one before it; what comes of the same
    /// name after that is the same phase still.
    fn join_phases(&mut self) {
        let mut phases: Vec<Phase> = Vec::new();
        for mut phase in std::mem::take(&mut self.phases) {
            match phases.last_mut() {
                Some(last) if phase.rows.is_empty() || phase.name == last.name => {
                    last.events.end = phase.events.end;
                    last.rows.end = last.rows.end.max(phase.rows.end);
                }
                Some(last) if last.rows.is_empty() => {
                    phase.events.start = last.events.start;
                    *last = phase;
                }
                _ => phases.push(phase),
            }
        }
        for (index, phase) in phases.iter().enumerate() {
            for row in &mut self.rows[phase.rows.clone()] {
                row.phase = index;
            }
        }
        self.phases = phases;
    }

    /// What carries a turn may leave a moment after the next turn has begun, or be lost further
    /// on by then: the loss is told where the words are.
    fn tell_losses_once(&mut self, timeline: &Timeline) {
        for index in 0..self.rows.len() {
            let row = &self.rows[index];
            let lost = self.lost_carrier(timeline, row);
            let Some(frame) = lost.filter(|frame| !row.packets.contains(&frame.index())) else {
                continue;
            };
            let there = self.row_of(self.sent(frame));
            if let Some(there) = there.filter(|there| self.rows[*there].lost > 0) {
                self.rows[there].lost -= 1;
                self.rows[index].lost += 1;
            }
        }
    }

    /// How many steps of a size the run has. A packet's step is its frame, by index.
    #[must_use]
    pub fn steps(&self, size: StepSize) -> usize {
        match size {
            StepSize::Packet => self.sent.len(),
            StepSize::Turn => self.rows.len(),
            StepSize::Phase => self.phases.len(),
        }
    }

    /// The events of a step.
    #[must_use]
    pub fn step(&self, size: StepSize, index: usize) -> Range<usize> {
        match size {
            StepSize::Packet => {
                let start = if index == 0 {
                    0
                } else {
                    self.sent[index].index()
                };
                let next = self.sent.get(index + 1);
                start..next.map_or(self.events, |next| next.index())
            }
            StepSize::Turn => self.rows[index].events.clone(),
            StepSize::Phase => self.phases[index].events.clone(),
        }
    }

    /// The frames that were sent within a range of events.
    #[must_use]
    pub fn packets_in(&self, events: &Range<usize>) -> Range<usize> {
        let at = |event: usize| self.sent.partition_point(|sent| sent.index() < event);
        at(events.start)..at(events.end)
    }

    /// The row that an event belongs to.
    #[must_use]
    pub fn row_of(&self, event: EventId) -> Option<usize> {
        let after = self
            .rows
            .partition_point(|row| row.events.start <= event.index());
        after.checked_sub(1)
    }

    /// When a frame was sent.
    #[must_use]
    pub fn sent(&self, frame: FrameId) -> EventId {
        self.sent[frame.index()]
    }

    /// The event of a frame's delivery or loss.
    #[must_use]
    pub fn fate_event(&self, frame: FrameId) -> Option<EventId> {
        self.fates[frame.index()]
    }

    /// How a frame ended.
    #[must_use]
    pub fn fate(&self, timeline: &Timeline, frame: FrameId) -> Fate {
        let Some(event) = self.fates[frame.index()] else {
            return Fate::Underway;
        };
        let event = timeline.event(event);
        if event.kind == Kind::Dropped {
            Fate::Lost(event.time, event.arg)
        } else {
            Fate::Delivered(event.time, event.host)
        }
    }

    /// The frame that carries a row, if it was lost: on its first link or on a later one.
    #[must_use]
    pub fn lost_carrier(&self, timeline: &Timeline, row: &Row) -> Option<FrameId> {
        // So many frames may go elsewhere before it is passed on for the last time.
        const BETWEEN: usize = 64;
        // An end is told because it was heard.
        let first = row.carrier.filter(|_| row.what != What::Ends)?;
        let end = row.packets.end.max(first.index() + BETWEEN);
        let end = end.min(self.sent.len());
        let mut copies = (first.index()..end).map(FrameId::from_index);
        copies.find(|frame| {
            timeline.origin(*frame) == first
                && matches!(self.fate(timeline, *frame), Fate::Lost(..))
        })
    }

    /// The line of an end's connection.
    #[must_use]
    pub fn line_of(&self, end: crate::base::ConnId) -> Option<(u32, &Line)> {
        let number = self.numbers[end.index()]?;
        Some((number, &self.connections[number as usize - 1]))
    }

    /// The strokes of the run's lines, and what they are for. Names are asked for without
    /// connections, too.
    #[must_use]
    pub fn strokes(&self) -> Set<(Stroke, &'static str)> {
        let lines = self.connections.iter();
        let mut strokes: Set<_> = lines.map(|line| (line.stroke, line.purpose)).collect();
        if self.rows.iter().any(|row| row.stroke == Stroke::Name) {
            strokes.insert((Stroke::Name, "names"));
        }
        strokes
    }

    fn follow_frames(&mut self, timeline: &Timeline) {
        self.sent = timeline.frames().iter().map(|frame| frame.sent).collect();
        self.fates = vec![None; self.sent.len()];
        let mut prelude = None;
        for event in timeline.events().iter() {
            match event.kind {
                Kind::Delivered => self.fates[event.arg as usize] = Some(event.id),
                Kind::Dropped => {
                    let frame = timeline.dropped(event.arg).frame;
                    self.fates[frame.index()] = Some(event.id);
                }
                Kind::Discarded => {
                    let frame = timeline.dropped(event.arg).frame;
                    self.discarded.push(frame);
                }
                Kind::Started | Kind::Listening | Kind::Note | Kind::Kept => continue,
                _ => {}
            }
            prelude.get_or_insert(event.id.index());
        }
        self.prelude = prelude.unwrap_or(self.events);
    }
}
