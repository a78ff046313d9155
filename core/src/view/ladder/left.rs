//! What stands for what is left out, and for time that passes.

use super::draw::{Pen, Stand};
use super::rungs::{Left, Noise};
use crate::base::Duration;
use crate::view::draw::letters::Face;
use crate::view::draw::{Shape, Target};
use crate::view::transcript::shown;
use crate::view::words::counted;
use std::ops::Range;

/// `⋯ 2 handshakes · 1 turn about names`: a click on it goes to the first.
pub(super) fn rows(pen: &mut Pen, rows: Range<usize>, y: f64) {
    let all = &pen.moment.outline.rows[rows.clone()];
    let mut counts: Vec<(Left, usize)> = Vec::new();
    for why in all.iter().filter_map(|row| pen.leaves_out(row)) {
        match counts.iter_mut().find(|(known, _)| *known == why) {
            Some((_, count)) => *count += 1,
            None => counts.push((why, 1)),
        }
    }
    let told = counts.into_iter().map(|(why, count)| match why {
        Left::Noise(Noise::Lookups) => many(count, "turn about names"),
        Left::Noise(_) => many(count, "handshake"),
        Left::Connection(number) => many(count, &format!("turn on connection {number}")),
    });
    let told: Vec<String> = told.collect();
    let later = all.first().is_some_and(|row| row.opens.index() >= pen.seen);
    let text = ["⋯ ", &told.join(" · ")].concat();
    line(pen, &text, y, (Target::Row(rows.start), later));
}

/// `turns about names` has its s within.
fn many(count: usize, word: &str) -> String {
    match word.split_once(' ') {
        Some((first, rest)) => [&counted(count as u64, first), " ", rest].concat(),
        None => counted(count as u64, word),
    }
}

/// `⋯ 3 acknowledgements`.
pub(super) fn packets(pen: &mut Pen, from: usize, count: usize, y: f64) {
    let text = format!("⋯ {}", counted(count as u64, "acknowledgement"));
    let frame = crate::base::FrameId::from_index(from);
    let later = pen.moment.timeline.frame(frame).sent.index() >= pen.seen;
    line(pen, &text, y, (Target::Packet(from), later));
}

fn line(pen: &mut Pen, text: &str, y: f64, (target, later): (Target, bool)) {
    let middle = f64::midpoint(pen.room.0, pen.room.1);
    let stand = Stand::Around(middle);
    let words = pen.words("silence", Face::Plain, text, &stand, y + 1.4 * pen.text);
    let class = if later { "left-out later" } else { "left-out" };
    pen.shapes.push(Shape::Group {
        class: class.into(),
        target: Some(target),
        shapes: vec![words],
    });
}

/// Time that passes, as high as it is long: how long it is, where there is room to say so.
pub(super) fn gap(pen: &mut Pen, gap: Duration, (y, height): (f64, f64)) {
    const ROOM: f64 = 1.9;
    if height < ROOM * pen.text {
        return;
    }
    // The two halves of what is broken off say it between them.
    let is_broken = |line: &super::PlanLine| matches!(line.what, super::LineKind::Silence(silence) if silence == gap);
    let near = pen
        .plan
        .visible(y - 3.0 * pen.text, y + height + 3.0 * pen.text);
    if pen.plan.lines[near].iter().any(is_broken) {
        return;
    }
    let text = format!("↕ {}", shown(gap));
    let middle = f64::midpoint(pen.room.0, pen.room.1);
    let base = y + height / 2.0 + 0.3 * pen.text;
    let words = pen.words("silence", Face::Plain, &text, &Stand::Around(middle), base);
    pen.shapes.push(words);
}
