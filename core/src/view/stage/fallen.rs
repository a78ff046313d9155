//! What falls: packets that are lost, where they were lost, with the reason.

use super::flights;
use super::plan::Plan;
use super::shapes::{path, text};
use crate::base::FrameId;
use crate::timeline::{DropReason, StepSize};
use crate::view::draw::between;
use crate::view::draw::letters::{Face, fit, width};
use crate::view::draw::{Anchor, Shape, Target};
use crate::view::moment::Moment;
use crate::view::outline::Fate;
use crate::view::words::grouped;

/// A frame's loss.
pub(super) struct Loss {
    /// How far it came on its last link.
    pub share: f64,
    /// Why and where.
    pub words: String,
}

/// Why and where a frame was lost: on its way, or in the step shown at the node that could
/// not pass it on. None where it was not.
pub(super) fn loss(moment: &Moment, plan: &Plan, frame: FrameId) -> Option<Loss> {
    let of = |event| moment.timeline.loss(&moment.timeline.event(event));
    let on_its_way = moment.outline.fate_event(frame).and_then(of);
    let late = || {
        let event = *plan.discarded.get(&frame)?;
        let shown = moment.outline.shown(moment.place);
        of(event).filter(|_| shown.contains(&event.index()))
    };
    let loss = on_its_way.or_else(late)?;
    Some(Loss {
        share: match loss.reason {
            DropReason::Loss => 0.5,
            _ if loss.on_link => 0.3,
            _ => 0.95,
        },
        words: format!("{} {}", loss.why(), loss.whereabouts()),
    })
}

/// What lies on the ground after the step: the first that was lost, why and where, and how
/// many more.
pub(super) fn fallen(moment: &Moment, plan: &Plan) -> Vec<Shape> {
    let shown = moment.outline.shown(moment.place);
    let packets = match moment.place.size {
        _ if shown.is_empty() => 0..0,
        StepSize::Packet => moment.place.at - 1..moment.place.at,
        _ => moment.outline.packets_in(&shown),
    };
    let is_lost =
        |frame: &FrameId| matches!(moment.outline.fate(moment.timeline, *frame), Fate::Lost(..));
    let late = plan.discarded.iter();
    let late = late.filter(|(_, event)| shown.contains(&event.index()));
    // What carries a turn may leave a moment after the next has begun.
    let row = moment.outline.here(moment.place);
    let row = row.filter(|_| moment.place.size == StepSize::Turn);
    let carrier = row.and_then(|row| {
        let row = &moment.outline.rows[row];
        moment.outline.lost_carrier(moment.timeline, row)
    });
    let carrier = carrier.filter(|frame| !packets.contains(&frame.index()));
    let on_the_way = packets.map(FrameId::from_index).filter(is_lost);
    let on_the_way = carrier.into_iter().chain(on_the_way);
    let mut lost = on_the_way.chain(late.map(|(frame, _)| *frame));
    let Some(frame) = lost.next() else {
        return Vec::new();
    };
    let more = lost.count();
    let Some(flight) = flights::alone(moment, plan, frame) else {
        return Vec::new();
    };
    let size = plan.sizes.text;
    let label = format!("✕ {}", flight.label);
    let mut words = flight.lost.clone().unwrap_or_default();
    if more > 0 {
        words += &format!("; {} more lost", grouped(more as u64));
    }
    let half = (width(&label, Face::Bold, size) + size) / 2.0;
    let high = 0.8 * size;
    let x = flight.path.last().map_or(0.0, |(x, _)| *x);
    let inside = |half: f64| between(x, half + 2.0, (plan.width - half - 2.0).max(half + 2.0));
    let (at, y) = (inside(half), plan.fallen);
    // It lies askew.
    let tilt = 0.06 * half;
    let corners = [
        (at - half, y - high - tilt),
        (at + half, y - high + tilt),
        (at + half, y + high + tilt),
        (at - half, y + high - tilt),
        (at - half, y - high - tilt),
    ];
    let (words, full) = fit(&words, Face::Plain, size, plan.width - 8.0);
    let below = inside(width(&words, Face::Plain, size) / 2.0);
    let mut why = text("lost-why", (below, y + 2.3 * size), Anchor::Middle, words);
    if let Shape::Text { full: whole, .. } = &mut why {
        *whole = full;
    }
    vec![Shape::Group {
        class: "fallen".into(),
        target: Some(Target::Packet(frame.index())),
        shapes: vec![
            path("lost-packet".into(), &corners),
            text("lost-what", (at, y + 0.35 * size), Anchor::Middle, label),
            why,
        ],
    }]
}
