//! The ladder's lines as shapes: only those asked for.

use super::arrows::rounded;
use super::plan::{LineKind, Plan, PlanLine};
use super::rungs::Left;
use super::{left, lines};
use crate::view::draw::lanes::Lanes;
use crate::view::draw::letters::{Face, fit, width};
use crate::view::draw::{Anchor, Drawing, Shape};
use crate::view::moment::Moment;
use crate::view::outline::Row;
use std::ops::Range;

/// Some lines of a ladder. Heights are those of the whole ladder.
#[must_use]
pub fn draw(plan: &Plan, lines: Range<usize>, moment: &Moment, lanes: &Lanes) -> Drawing {
    draw_from(plan, lines, moment, lanes, 0.0)
}

/// Some lines of a ladder, with heights counted from one of its own: wherever in a long ladder
/// they are, lines alike are drawn alike.
#[must_use]
pub fn draw_from(
    plan: &Plan,
    lines: Range<usize>,
    moment: &Moment,
    lanes: &Lanes,
    from: f64,
) -> Drawing {
    let lines = lines.start.min(plan.lines.len())..lines.end.min(plan.lines.len());
    let mut pen = Pen::new(plan, moment, lanes, from);
    if !lines.is_empty() {
        let last = lines.end - 1;
        pen.lanes(pen.y(lines.start), pen.y(last) + plan.lines[last].height);
    }
    if let Some(here) = &plan.here {
        pen.band(here.start.max(lines.start)..here.end.min(lines.end));
    }
    for index in lines {
        pen.line(index);
    }
    Drawing {
        width: lanes.width,
        height: plan.height,
        title: "What was said, from top to bottom".into(),
        shapes: vec![Shape::Group {
            class: match plan.rungs.zoom.class() {
                Some(zoom) => ["ladder ", zoom].concat(),
                None => "ladder".into(),
            },
            target: None,
            shapes: pen.shapes,
        }],
    }
}

/// Where in its room a text stands.
pub(super) enum Stand {
    /// Begins here, or further left if it would not fit.
    From(f64),
    /// Ends here, or further right.
    To(f64),
    /// Has its middle here, or as near as fits.
    Around(f64),
}

/// Draws with the measures of one ladder.
pub(super) struct Pen<'a> {
    pub plan: &'a Plan,
    pub moment: &'a Moment<'a>,
    pub lanes: &'a Lanes,
    /// The size of the text: all else is measured in it.
    pub text: f64,
    /// How many events have happened.
    pub seen: usize,
    /// Where words may begin and must end; names of phases stand left of it.
    pub room: (f64, f64),
    pub shapes: Vec<Shape>,
    /// The height from which the others are counted.
    from: f64,
}

impl<'a> Pen<'a> {
    fn new(plan: &'a Plan, moment: &'a Moment<'a>, lanes: &'a Lanes, from: f64) -> Self {
        let text = lanes.sizes.text;
        let edge = 0.6 * text;
        let first = lanes.columns.first().map_or(0.0, |(_, x)| *x);
        let left = if lanes.narrow { edge } else { first + edge };
        Self {
            plan,
            moment,
            lanes,
            text,
            // In the file nothing is yet to come.
            seen: moment.outline.seen(moment.place),
            room: (left, lanes.width - edge),
            shapes: Vec::new(),
            from,
        }
    }

    /// The upper edge of a line.
    pub(super) fn y(&self, index: usize) -> f64 {
        self.plan.lines[index].y - self.from
    }

    fn lanes(&mut self, top: f64, bottom: f64) {
        for (_, x) in &self.lanes.columns {
            self.shapes.push(Shape::Line {
                class: "lane".into(),
                from: rounded((*x, top)),
                to: rounded((*x, bottom)),
            });
        }
    }

    /// Behind the step shown, with a bar at its left.
    fn band(&mut self, lines: Range<usize>) {
        let ([first, .., last] | [first @ last]) =
            &self.plan.lines[lines.start..lines.end.max(lines.start)]
        else {
            return;
        };
        let height = last.y + last.height - first.y;
        // A name beside its first row has no height of its own.
        if height <= 0.0 {
            return;
        }
        for (class, width) in [("band", self.lanes.width), ("bar", 0.4 * self.text)] {
            self.shapes.push(Shape::Rect {
                class: class.into(),
                at: rounded((0.0, first.y - self.from)),
                size: rounded((width, height)),
                radius: 0.0,
            });
        }
    }

    fn line(&mut self, index: usize) {
        let PlanLine { what, height, .. } = self.plan.lines[index];
        let y = self.y(index);
        let first = self.shapes.len();
        let here = self.plan.here.as_ref().is_some_and(|h| h.contains(&index));
        match what {
            LineKind::Phase {
                phase,
                folded: true,
            } => lines::folded(self, phase, y, here),
            LineKind::Phase { phase, .. } => lines::heading(self, index, phase, here),
            LineKind::Row(row) => lines::row(self, index, row, here),
            LineKind::Packet(packet) => lines::packet(self, packet, y, here),
            LineKind::Silence(silence) => lines::silence(self, silence, y),
            LineKind::Gap(gap) => left::gap(self, gap, (y, height)),
            LineKind::Left { from, to } => left::rows(self, from..to, y),
            LineKind::LeftPackets { from, count } => left::packets(self, from, count, y),
        }
        // All of a line takes clicks, not its strokes alone; on paper nobody clicks.
        if let Some(Shape::Group {
            target: Some(_),
            shapes,
            ..
        }) = self.shapes.get_mut(first)
            && !self.plan.captions
        {
            let hit = Shape::Rect {
                class: "hit".into(),
                at: rounded((0.0, y)),
                size: rounded((self.lanes.width, height)),
                radius: 0.0,
            };
            shapes.insert(0, hit);
        }
    }

    /// Why a row is left out, if it is.
    pub fn leaves_out(&self, row: &Row) -> Option<Left> {
        let Moment {
            timeline, outline, ..
        } = *self.moment;
        self.plan.rungs.leaves_out(timeline, outline, row)
    }

    /// A line of words, cut to the room there is.
    pub fn words(&self, class: &str, face: Face, text: &str, stand: &Stand, y: f64) -> Shape {
        let (left, right) = self.room;
        let (text, full) = fit(text, face, self.text, right - left);
        let wide = width(&text, face, self.text);
        let (x, anchor) = match *stand {
            Stand::From(x) => (x.min(right - wide).max(left), Anchor::Start),
            Stand::To(x) => (x.max(left + wide).min(right), Anchor::End),
            Stand::Around(x) => {
                let half = wide / 2.0;
                (x.min(right - half).max(left + half), Anchor::Middle)
            }
        };
        Shape::Text {
            class: class.into(),
            at: rounded((x, y)),
            anchor,
            text,
            full,
        }
    }

    /// Words at the very left: the name of a phase.
    pub fn margin(&self, class: &str, text: &str, y: f64) -> Shape {
        let edge = 0.9 * self.text;
        let face = if class == "heading" {
            Face::Plain
        } else {
            Face::Bold
        };
        let end = if self.lanes.narrow {
            self.lanes.width - edge
        } else {
            self.room.0 - 1.4 * self.text
        };
        let (text, full) = fit(text, face, self.text, end - edge);
        Shape::Text {
            class: class.into(),
            at: rounded((edge, y)),
            anchor: Anchor::Start,
            text,
            full,
        }
    }
}
