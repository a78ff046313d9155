//! What moves during a step: packets on their pipes, and what falls.

use super::Flight;
use super::plan::{Plan, as_f64};
use super::shapes::{path, r, text};
use crate::base::{FrameId, HostId};
use crate::timeline::{DropReason, StepSize};
use crate::view::draw::letters::{Face, fit, width};
use crate::view::draw::{Anchor, Shape, Target};
use crate::view::frames::brief;
use crate::view::moment::Moment;
use crate::view::outline::{Fate, Row, Stroke, What};
use crate::view::words::grouped;
use std::ops::Range;

/// So many things move in a step at most.
const MOST: usize = 6;

/// A frame's way from its sender, passed on from node to node.
struct Journey {
    /// The first is the sender's; the others carry the same bytes.
    frames: Vec<FrameId>,
}

/// What moves during the step shown.
pub(super) fn flights(moment: &Moment, plan: &Plan) -> Vec<Flight> {
    let shown = moment.outline.shown(moment.place);
    if shown.is_empty() {
        return Vec::new();
    }
    let packets = moment.outline.packets_in(&shown);
    let found: Vec<Flight> = match moment.place.size {
        StepSize::Packet => {
            let frame = FrameId::from_index(moment.place.at - 1);
            let alone = Journey {
                frames: vec![frame],
            };
            journey_flight(moment, plan, &alone).into_iter().collect()
        }
        StepSize::Turn => turn(moment, plan, &packets),
        StepSize::Phase => phase(moment, plan),
    };
    one_after_the_other(found)
}

/// Each has its part of the step.
fn one_after_the_other(mut flights: Vec<Flight>) -> Vec<Flight> {
    let count = as_f64(flights.len());
    for (index, flight) in flights.iter_mut().enumerate() {
        flight.starts = as_f64(index) / count;
        flight.ends = as_f64(index + 1) / count;
    }
    flights
}

/// Each packet; where there are many, the one that has the turn's first byte, those that are
/// lost, and the rest of each direction as one.
fn turn(moment: &Moment, plan: &Plan, packets: &Range<usize>) -> Vec<Flight> {
    let sent: Vec<FrameId> = packets
        .clone()
        .map(FrameId::from_index)
        .filter(|frame| is_first(moment, *frame))
        .collect();
    let fly = |frame: &FrameId| journey_flight(moment, plan, &journey(moment, plan, *frame));
    if sent.len() <= MOST {
        return sent.iter().filter_map(fly).collect();
    }
    let row = moment.outline.here(moment.place);
    let carrier = row.and_then(|row| moment.outline.rows[row].carrier);
    let carrier = carrier.filter(|carrier| packets.contains(&carrier.index()));
    let mut flights: Vec<Flight> = carrier.iter().filter_map(fly).collect();
    flights.extend(sums(moment, plan, &sent));
    let lost = sent.iter().filter(|frame| Some(**frame) != carrier);
    let lost = lost.filter_map(fly).filter(|flight| flight.lost.is_some());
    let free = MOST.saturating_sub(flights.len());
    flights.extend(lost.take(free));
    flights
}

/// For each way, how many packets went it; the fullest first.
fn sums(moment: &Moment, plan: &Plan, sent: &[FrameId]) -> Vec<Flight> {
    let mut ways: Vec<(u32, bool, usize, usize)> = Vec::new();
    for frame in sent {
        let Some(end) = moment.timeline.frame(*frame).conn else {
            continue;
        };
        let Some((number, line)) = moment.outline.line_of(end) else {
            continue;
        };
        let forth = line.ends.client == end;
        let bytes = moment.timeline.bytes(*frame).len();
        match ways
            .iter_mut()
            .find(|way| (way.0, way.1) == (number, forth))
        {
            Some(way) => {
                way.2 += 1;
                way.3 += bytes;
            }
            None => ways.push((number, forth, 1, bytes)),
        }
    }
    ways.sort_by_key(|way| std::cmp::Reverse(way.3));
    let flights = ways.into_iter().filter_map(|(number, forth, count, _)| {
        let line = number as usize - 1;
        let stroke = moment.outline.connections[line].stroke;
        let sign = if stroke == Stroke::Data { "▤ " } else { "" };
        let packets = if count == 1 { "packet" } else { "packets" };
        let label = format!("{sign}{} {packets}", grouped(count as u64));
        let last = as_f64(plan.routes[line].len().checked_sub(1)?);
        let (from, to) = if forth { (0.0, last) } else { (last, 0.0) };
        let level = Some(plan.levels[line]);
        let points = plan.along(level, &plan.routes[line], from, to);
        flight(plan, points, label, stroke)
    });
    flights.take(MOST / 2).collect()
}

/// A turn of the phase after the other; of many the last.
fn phase(moment: &Moment, plan: &Plan) -> Vec<Flight> {
    let rows = moment.outline.phases[moment.place.at - 1].rows.clone();
    let flights = rows.filter_map(|row| row_flight(moment, plan, &moment.outline.rows[row]));
    let mut flights: Vec<Flight> = flights.collect();
    flights.drain(..flights.len().saturating_sub(MOST));
    flights
}

fn row_flight(moment: &Moment, plan: &Plan, row: &Row) -> Option<Flight> {
    let carried = row.carrier.map(|frame| journey(moment, plan, frame));
    let carried = carried.and_then(|journey| journey_flight(moment, plan, &journey));
    if let Some(mut flight) = carried {
        flight.label.clone_from(&row.short);
        flight.size = size(plan, &flight.label);
        return Some(flight);
    }
    if matches!(row.what, What::Breaks(_) | What::Other) {
        return None;
    }
    let line = row.connection? as usize - 1;
    let last = as_f64(plan.routes[line].len().checked_sub(1)?);
    let forth = moment.outline.connections[line].from == row.from;
    let (from, to) = if forth { (0.0, last) } else { (last, 0.0) };
    let points = plan.along(Some(plan.levels[line]), &plan.routes[line], from, to);
    flight(plan, points, row.short.clone(), row.stroke)
}

/// Whether a frame is its sender's own, and not passed on.
fn is_first(moment: &Moment, id: FrameId) -> bool {
    let frame = moment.timeline.frame(id);
    match frame.conn {
        Some(end) => moment.timeline.end(end).host == frame.from,
        None => moment.timeline.node(frame.from).kind != "switch",
    }
}

/// A frame and those by which it was passed on.
fn journey(moment: &Moment, plan: &Plan, first: FrameId) -> Journey {
    /// Frames in between, on busy links.
    const FAR: usize = 4096;
    let timeline = moment.timeline;
    let route = route_of(moment, plan, first).map_or(&[][..], |(line, _)| &plan.routes[line]);
    let mut frames = vec![first];
    let mut last = first;
    loop {
        let here = timeline.frame(last);
        let at = timeline.link(here.link).other(here.from);
        if timeline.node(at).kind == "host" {
            break;
        }
        let later = last.index() + 1..timeline.frames().len().min(last.index() + FAR);
        let next = later.map(FrameId::from_index).filter(|id| {
            let frame = timeline.frame(*id);
            frame.slot == here.slot && frame.from == at
        });
        // A switch that does not know the way sends it every way.
        let mut next = next.peekable();
        let Some(any) = next.peek().copied() else {
            break;
        };
        let towards = next.find(|id| {
            let frame = timeline.frame(*id);
            route.contains(&timeline.link(frame.link).other(at))
        });
        last = towards.unwrap_or(any);
        if frames.contains(&last) {
            break;
        }
        frames.push(last);
    }
    Journey { frames }
}

/// The connection of a frame, by index, and its stroke.
fn route_of(moment: &Moment, plan: &Plan, frame: FrameId) -> Option<(usize, Stroke)> {
    let (number, line) = moment.outline.line_of(moment.timeline.frame(frame).conn?)?;
    let index = number as usize - 1;
    plan.is_shown(index).then_some((index, line.stroke))
}

/// The flight of a frame along its pipe, or along the links where there is none.
fn journey_flight(moment: &Moment, plan: &Plan, journey: &Journey) -> Option<Flight> {
    let timeline = moment.timeline;
    let first = *journey.frames.first()?;
    let last = *journey.frames.last()?;
    let mut nodes: Vec<HostId> = vec![timeline.frame(first).from];
    for frame in &journey.frames {
        let frame = timeline.frame(*frame);
        nodes.push(timeline.link(frame.link).other(frame.from));
    }
    let loss = loss(moment, last);
    // How far it came, in nodes.
    let way = as_f64(nodes.len() - 1) - loss.as_ref().map_or(0.0, |loss| 1.0 - loss.share);
    let piped = route_of(moment, plan, first).and_then(|(line, stroke)| {
        let route = &plan.routes[line];
        let place = |host: &HostId| route.iter().position(|on| on == host).map(as_f64);
        let (from, next) = (place(&nodes[0])?, place(&nodes[1])?);
        nodes
            .iter()
            .all(|node| route.contains(node))
            .then_some(())?;
        let to = if next > from { from + way } else { from - way };
        let level = Some(plan.levels[line]);
        Some((plan.along(level, route, from, to), stroke))
    });
    let (points, stroke) = piped.unwrap_or_else(|| {
        let points = plan.along(None, &nodes, 0.0, way);
        (points, Stroke::Housekeeping)
    });
    let label = brief(timeline, moment.outline, first);
    let mut flight = flight(plan, points, label, stroke)?;
    flight.frame = Some(if moment.place.size == StepSize::Packet {
        last
    } else {
        first
    });
    if let Some(loss) = loss {
        flight.class += " lost";
        flight.lost = Some(loss.words);
        let (x, _) = *flight.path.last()?;
        flight.path.push((x, r(plan.fallen)));
    }
    Some(flight)
}

/// A flight along a way that is shown.
fn flight(plan: &Plan, path: Vec<(f64, f64)>, label: String, stroke: Stroke) -> Option<Flight> {
    if path.is_empty() {
        return None;
    }
    let (label, _) = fit(&label, Face::Mono, plan.sizes.text, 16.0 * plan.sizes.text);
    Some(Flight {
        size: size(plan, &label),
        class: format!("flight {}", stroke.class()),
        path,
        label,
        frame: None,
        starts: 0.0,
        ends: 1.0,
        lost: None,
    })
}

/// What moves is as large as its label.
fn size(plan: &Plan, label: &str) -> (f64, f64) {
    let text = plan.sizes.text;
    (r(width(label, Face::Mono, text) + text), r(1.6 * text))
}

/// A frame's loss.
struct Loss {
    /// How far it came on its last link.
    share: f64,
    words: String,
}

fn loss(moment: &Moment, frame: FrameId) -> Option<Loss> {
    let event = moment.outline.fate_event(frame)?;
    let loss = moment.timeline.loss(&moment.timeline.event(event))?;
    Some(Loss {
        share: match loss.reason {
            DropReason::QueueFull | DropReason::TooBig | DropReason::LinkDown => 0.3,
            DropReason::Checksum | DropReason::BacklogFull => 0.95,
        },
        words: format!("{} on {}", loss.reason, loss.place),
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
    let mut lost = packets.map(FrameId::from_index).filter(is_lost);
    let Some(frame) = lost.next() else {
        return Vec::new();
    };
    let more = lost.count();
    let alone = Journey {
        frames: vec![frame],
    };
    let Some(flight) = journey_flight(moment, plan, &alone) else {
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
    let inside = |half: f64| x.clamp(half + 2.0, (plan.width - half - 2.0).max(half + 2.0));
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
