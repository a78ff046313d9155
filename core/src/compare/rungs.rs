//! Two ladders side by side: what belongs together lies at one height.

use super::pairs::{Mark, Pair};
use super::{Comparison, Side};
use crate::base::sorted::Map;
use crate::timeline::StepSize;
use crate::view::draw::lanes::Lanes;
use crate::view::draw::{Anchor, Shape, Target};
use crate::view::ladder::{Folds, LineKind, Plan, PlanLine};
use crate::view::outline::Place;
use std::ops::Range;

/// Two ladders, laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rungs {
    /// The lines of each.
    pub plans: [Plan; 2],
    /// Where each pair lies: its upper edge, and how high it is.
    pub pairs: Vec<(f64, f64)>,
    /// How high both are.
    pub height: f64,
}

/// What stands in the lines of one ladder, by turn.
struct Blocks {
    /// The silence and the name of a phase before a turn, and how high they are together.
    ahead: Map<usize, (Vec<PlanLine>, f64)>,
    /// How high each turn is.
    turns: Map<usize, f64>,
}

/// Both ladders while the reader is at a pair, if at any.
#[must_use]
pub fn rungs(
    comparison: &Comparison,
    sides: [Side<'_>; 2],
    lanes: [&Lanes; 2],
    here: Option<usize>,
) -> Rungs {
    let blocks = [0, 1].map(|side| Blocks::of(&sides[side], lanes[side]));
    let mut rungs = Rungs::default();
    for (index, pair) in comparison.pairs.iter().enumerate() {
        let ahead = largest(pair, &|side, row| {
            blocks[side].ahead.get(&row).map_or(0.0, |ahead| ahead.1)
        });
        let high = largest(pair, &|side, row| {
            blocks[side].turns.get(&row).copied().unwrap_or(0.0)
        });
        let top = rungs.height + ahead;
        for side in [0, 1] {
            let Some(row) = pair.rows[side] else { continue };
            let plan = &mut rungs.plans[side];
            blocks[side].put(plan, row, (top, high));
            if here == Some(index) {
                let last = plan.lines.len();
                plan.here = Some(last - 1..last);
            }
        }
        rungs.pairs.push((top, high));
        rungs.height = top + high;
    }
    for plan in &mut rungs.plans {
        plan.height = rungs.height;
    }
    rungs
}

fn largest(pair: &Pair, of: &dyn Fn(usize, usize) -> f64) -> f64 {
    let sides = [0, 1].into_iter();
    sides
        .filter_map(|side| Some(of(side, pair.rows[side]?)))
        .fold(0.0, f64::max)
}

impl Blocks {
    /// The ladder of one run, all of it unfolded.
    fn of(side: &Side<'_>, lanes: &Lanes) -> Self {
        let phases = 0..side.outline.phases.len();
        let folds = Folds {
            open: phases.map(|phase| (phase, true)).collect(),
            ..Folds::default()
        };
        let start = Place {
            size: StepSize::Turn,
            at: 0,
        };
        let plan = Plan::of(side.timeline, side.outline, start, &folds, lanes);
        let mut blocks = Self {
            ahead: Map::new(),
            turns: Map::new(),
        };
        let (mut waiting, mut high) = (Vec::new(), 0.0);
        for line in plan.lines {
            match line.what {
                LineKind::Row(row) => {
                    blocks.turns.insert(row, line.height);
                    if !waiting.is_empty() {
                        let ahead = (std::mem::take(&mut waiting), high);
                        blocks.ahead.insert(row, ahead);
                        high = 0.0;
                    }
                }
                // A phase in which nothing is said, and packets, which turns do not show.
                LineKind::Phase { folded: true, .. } | LineKind::Packet(_) => {}
                // Nothing is left out: all is as usual.
                LineKind::Left { .. } | LineKind::LeftPackets { .. } => {}
                LineKind::Phase { .. } | LineKind::Silence(_) | LineKind::Gap(_) => {
                    high += line.height;
                    waiting.push(line);
                }
            }
        }
        blocks
    }

    /// Puts a turn at a height, and above it what stands before it.
    fn put(&self, plan: &mut Plan, row: usize, (top, height): (f64, f64)) {
        if let Some((lines, high)) = self.ahead.get(&row) {
            let mut y = top - high;
            for line in lines {
                plan.lines.push(PlanLine { y, ..*line });
                y += line.height;
            }
        }
        plan.lines.push(PlanLine {
            what: LineKind::Row(row),
            y: top,
            height,
        });
    }
}

/// What stands beside the rungs of one ladder: a bar and a sign where the runs differ, and
/// words where this one has nothing.
#[must_use]
pub fn marks(
    comparison: &Comparison,
    rungs: &Rungs,
    (side, lanes): (usize, &Lanes),
    seen: Range<usize>,
) -> Vec<Shape> {
    let text = lanes.sizes.text;
    let shown = comparison.first().map(|first| first.shown);
    let mut shapes = Vec::new();
    for index in seen {
        let (pair, (top, height)) = (&comparison.pairs[index], rungs.pairs[index]);
        if pair.mark == Mark::Same {
            continue;
        }
        let first = if shown == Some(index) { " first" } else { "" };
        shapes.push(Shape::Rect {
            class: format!("cmp-mark {}{first}", pair.mark.class()),
            at: (lanes.width - 0.4 * text, top),
            size: (0.4 * text, height),
            radius: 0.0,
        });
        if pair.rows[side].is_none() {
            shapes.push(Shape::Text {
                class: "cmp-absent".into(),
                at: (lanes.width / 2.0, top + 1.6 * text),
                anchor: Anchor::Middle,
                text: "· · ·".into(),
                full: None,
            });
        }
    }
    shapes
}

/// Shapes of a ladder in which nothing is folded: its phases are names, and no buttons.
#[must_use]
pub fn unfoldable(shapes: Vec<Shape>) -> Vec<Shape> {
    let plain = |shape| match shape {
        Shape::Group {
            class,
            target,
            shapes,
        } => {
            let is_phase = matches!(target, Some(Target::Phase(_)));
            Shape::Group {
                class,
                target: target.filter(|_| !is_phase),
                shapes: unfoldable(shapes),
            }
        }
        Shape::Text {
            class,
            at,
            anchor,
            text,
            full,
        } => Shape::Text {
            class,
            at,
            anchor,
            text: text.trim_start_matches("▾ ").to_owned(),
            full,
        },
        other => other,
    };
    shapes.into_iter().map(plain).collect()
}
