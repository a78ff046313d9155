//! What a router rewrote in the packet of the step, beneath its box.

use super::plan::Plan;
use super::shapes::{diamond, text};
use crate::base::FrameId;
use crate::timeline::{StepSize, Timeline};
use crate::view::draw::letters::{Face, fit, width};
use crate::view::draw::{Anchor, Shape, between};
use crate::view::moment::Moment;
use crate::view::rewriting::{Rewriting, on_its_way, rewriting};

/// As wide as an edit gets, more or less.
const EDIT: &str = "source 192.168.100.100:50000 becomes 203.0.113.100:50000";

/// The lines that it ever takes, at most.
pub(super) fn most_lines(timeline: &Timeline, plan: &Plan) -> usize {
    let routers = timeline
        .nodes()
        .iter()
        .filter_map(|node| node.router.as_ref());
    let edits = routers.filter(|router| router.nat).map(|router| {
        // The helper rewrites words, too.
        1 + usize::from(router.helper)
    });
    edits.max().unwrap_or(0) * if is_wide(plan) { 1 } else { 2 }
}

fn is_wide(plan: &Plan) -> bool {
    width(EDIT, Face::Plain, plan.sizes.text) + 26.0 <= plan.width
}

/// What the first router that rewrote the packet of the step did to it.
pub(super) fn shapes(moment: &Moment, plan: &Plan) -> Vec<Shape> {
    let Some(found) = here(moment) else {
        return Vec::new();
    };
    let name = &moment.timeline.node(found.at).name;
    let column = plan.column(found.at).map(|column| plan.boxes[column].x);
    let mut lines = Vec::new();
    for edit in found.edits.iter().take(2) {
        if is_wide(plan) {
            lines.push((true, edit.words()));
            continue;
        }
        let mut first = [&*edit.what, &edit.before].join(" ");
        if column.is_none() {
            first = [name, ": ", &first].concat();
        }
        lines.push((true, first));
        lines.push((false, ["becomes ", &edit.after].concat()));
    }
    let size = plan.sizes.text;
    let mut shapes = Vec::new();
    let mut y = plan.rewritten;
    for (new, words) in lines.into_iter().take(most_lines(moment.timeline, plan)) {
        let (shown, full) = fit(&words, Face::Plain, size, plan.width - 30.0);
        let half = width(&shown, Face::Plain, size) / 2.0;
        let x = column.unwrap_or(plan.width / 2.0);
        let x = between(x, half + 16.0, (plan.width - half - 4.0).max(half + 16.0));
        if new {
            shapes.push(diamond(x - half - 8.0, y - 0.36 * size));
        }
        let mut label = text("rewritten", (x, y), Anchor::Middle, shown);
        if let Shape::Text { full: whole, .. } = &mut label {
            *whole = full;
        }
        shapes.push(label);
        y += 1.4 * size;
    }
    shapes
}

/// Of a packet's step it is the packet; of a turn's, the one with its first byte.
fn here(moment: &Moment) -> Option<Rewriting> {
    let of = |frame| rewriting(moment.timeline, frame).filter(|found| !found.edits.is_empty());
    if moment.outline.shown(moment.place).is_empty() {
        return None;
    }
    match moment.place.size {
        StepSize::Packet => of(FrameId::from_index(moment.place.at - 1)),
        StepSize::Turn => {
            let row = moment.outline.here(moment.place)?;
            let carrier = moment.outline.rows[row].carrier?;
            on_its_way(moment.timeline, carrier)
        }
        StepSize::Phase => None,
    }
}
