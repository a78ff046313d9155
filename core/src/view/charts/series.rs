//! The numbers of a chart: what keys go through, and the lines around it.

use super::gather::{Gathered, Mark, Segment, Side};
use super::{Ask, ChartKind};
use crate::base::{FrameId, Time};
use crate::timeline::Timeline;
use crate::view::words::{counted, grouped};

/// What a chart's height counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    #[default]
    Bytes,
    /// Bytes in a second.
    PerSecond,
}

/// One thing that a chart shows, and that keys go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// When.
    pub time: Time,
    /// The packet that did it; none where nothing came.
    pub frame: Option<FrameId>,
    /// From where it reaches up.
    pub low: u64,
    /// How high.
    pub high: u64,
    /// What is worth telling of it.
    pub mark: Mark,
}

/// A line of a chart: it stays as high as it is until the next point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve {
    /// How it is drawn.
    pub class: &'static str,
    /// What it shows.
    pub label: &'static str,
    /// Its points, in order.
    pub points: Vec<(Time, u64)>,
}

/// A chart against time, as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Which chart.
    pub ask: Ask,
    /// What it is a chart of: `server → laptop, connection 2`.
    pub title: String,
    /// What its height counts.
    pub unit: Unit,
    /// What it shows, in order.
    pub items: Vec<Item>,
    /// The lines around it.
    pub curves: Vec<Curve>,
    /// How long an item of what arrives lasts, in nanoseconds.
    pub bin: u64,
}

/// So many stretches of time are told apart where bytes are counted by time.
const BINS: u64 = 60;
const SECOND: u128 = 1_000_000_000;

impl Series {
    /// The numbers of a chart; none for a run without such a connection, or for what is no chart
    /// against time.
    #[must_use]
    pub fn of(gathered: &Gathered, timeline: &Timeline, ask: Ask) -> Option<Self> {
        let (talk, side) = gathered.choose(ask)?;
        let sides = &gathered.talks[talk].sides;
        let (own, other) = (&sides[side], &sides[1 - side]);
        let mut series = Self {
            ask,
            title: title(timeline, (own, other), talk),
            bin: 1,
            ..Self::default()
        };
        match ask.kind {
            ChartKind::Sequence => series.sequence(own),
            ChartKind::Flight => series.flight(own),
            ChartKind::Throughput => series.throughput(own, other),
            ChartKind::Weight => return None,
        }
        Some(series)
    }

    /// The first and the last moment.
    #[must_use]
    pub fn span(&self) -> (Time, Time) {
        let first = self.items.first().map_or(Time::ZERO, |item| item.time);
        let last = self.items.last().map_or(first, |item| item.time);
        let ends = self.curves.iter().flat_map(|curve| curve.points.last());
        let end = ends.map(|point| point.0).max().unwrap_or(last);
        (first, end.max(last))
    }

    /// The greatest height of what it is about.
    #[must_use]
    pub fn top(&self) -> u64 {
        self.items.iter().map(|item| item.high).max().unwrap_or(0)
    }

    /// The item at a moment, or the last before.
    #[must_use]
    pub fn at(&self, time: Time) -> usize {
        let next = self.items.partition_point(|item| item.time <= time);
        next.saturating_sub(1)
    }

    /// An item in words.
    #[must_use]
    pub fn says(&self, index: usize) -> String {
        let Some(item) = self.items.get(index) else {
            return String::new();
        };
        let packet = match item.frame {
            Some(frame) => format!("packet {}: ", frame.index() + 1),
            None => String::new(),
        };
        let what = match self.ask.kind {
            ChartKind::Sequence if item.low + 1 == item.high => {
                format!("number {}", grouped(item.low))
            }
            ChartKind::Sequence => {
                format!(
                    "numbers {} to {}",
                    grouped(item.low),
                    grouped(item.high - 1)
                )
            }
            ChartKind::Throughput => format!("{} per second", counted(item.high, "byte")),
            _ => format!("{} in flight", counted(item.high, "byte")),
        };
        let mark = match item.mark {
            Mark::Usual => "",
            Mark::Again => ", sent again",
            Mark::Lost => ", lost",
        };
        format!("{}, {packet}{what}{mark}", item.time)
    }

    fn sequence(&mut self, own: &Side) {
        let sent = own.sent.iter().filter(|segment| segment.len > 0);
        self.items = sent.map(|segment| item(segment, segment.seq)).collect();
        let heard = own.heard.iter();
        let acks = heard.filter_map(|heard| Some((heard.time, u64::from(heard.ack?))));
        let mut known = 0;
        let acks = acks.map(|(time, ack)| {
            known = ack.max(known);
            (time, known)
        });
        self.curves.push(Curve {
            class: "ack",
            label: "acknowledged",
            points: acks.collect(),
        });
    }

    fn flight(&mut self, own: &Side) {
        let (mut top, mut known) = (0_u32, 0_u32);
        let mut window = Vec::new();
        let mut sent = own.sent.iter().peekable();
        let mut heard = own.heard.iter().peekable();
        loop {
            let speaks = match (sent.peek(), heard.peek()) {
                (None, None) => break,
                (Some(sent), Some(heard)) => sent.time < heard.time,
                (sent, _) => sent.is_some(),
            };
            let next = if speaks { sent.next() } else { heard.next() };
            let Some(segment) = next else { break };
            if speaks {
                if segment.len == 0 {
                    continue;
                }
                top = top.max(segment.seq.saturating_add(segment.len));
            } else {
                known = known.max(segment.ack.unwrap_or(0));
                window.push((segment.time, u64::from(segment.window)));
            }
            self.items.push(Item {
                low: 0,
                high: u64::from(top.saturating_sub(known)),
                ..item(segment, 0)
            });
        }
        let points = self.items.iter().map(|item| (item.time, item.high));
        self.curves = vec![
            Curve {
                class: "flight",
                label: "in flight",
                points: points.collect(),
            },
            Curve {
                class: "window",
                label: "the most the other side takes",
                points: window,
            },
        ];
    }

    /// New bytes are counted where they arrive.
    fn throughput(&mut self, own: &Side, other: &Side) {
        self.unit = Unit::PerSecond;
        let first = own.sent.first().map_or(Time::ZERO, |s| s.time);
        let last = other.heard.last().map_or(first, |s| s.time);
        let bin = round(last.since(first).0 / BINS);
        self.bin = bin;
        let count = usize::try_from(last.since(first).0 / bin).unwrap_or(0) + 1;
        let mut bytes = vec![(0_u64, None::<FrameId>); count];
        let mut top = 1_u32;
        for segment in other.heard.iter().filter(|segment| segment.payload > 0) {
            let end = segment.seq.saturating_add(segment.len);
            let new = end.saturating_sub(top.max(segment.seq));
            top = top.max(end);
            let at = usize::try_from(segment.time.since(first).0 / bin).unwrap_or(0);
            if let Some((sum, frame)) = bytes.get_mut(at) {
                *sum += u64::from(new.min(segment.payload));
                frame.get_or_insert(segment.frame);
            }
        }
        let item = |(index, (sum, frame)): (usize, (u64, Option<FrameId>))| Item {
            time: Time(first.0 + index as u64 * bin),
            frame,
            low: 0,
            high: u64::try_from(u128::from(sum) * SECOND / u128::from(bin)).unwrap_or(u64::MAX),
            mark: Mark::Usual,
        };
        self.items = bytes.into_iter().enumerate().map(item).collect();
        let mut points: Vec<_> = (self.items.iter())
            .map(|item| (item.time, item.high))
            .collect();
        if let Some((time, _)) = points.last().copied() {
            points.push((Time(time.0 + bin), 0));
        }
        self.curves.push(Curve {
            class: "flight",
            label: "arrives",
            points,
        });
    }
}

fn item(segment: &Segment, low: u32) -> Item {
    Item {
        time: segment.time,
        frame: Some(segment.frame),
        low: u64::from(low),
        high: u64::from(low) + u64::from(segment.len),
        mark: segment.mark,
    }
}

/// `server → laptop, connection 2`.
fn title(timeline: &Timeline, (own, other): (&Side, &Side), talk: usize) -> String {
    let name = |side: &Side, of: &Side| match (side.end, of.end) {
        (Some(end), _) => timeline.node(timeline.end(end).host).name.clone(),
        (None, Some(other)) => timeline.name_of(timeline.end(other).remote.ip()),
        (None, None) => String::new(),
    };
    let (from, to) = (name(own, other), name(other, own));
    format!("{from} → {to}, connection {}", talk + 1)
}

/// A length of time as clocks count, not shorter: 1, 2 or 5 of something.
pub(super) fn round(least: u64) -> u64 {
    let mut step = 1_000_u64;
    loop {
        for times in [1, 2, 5] {
            if step.saturating_mul(times) >= least {
                return step.saturating_mul(times);
            }
        }
        step = step.saturating_mul(10);
    }
}
