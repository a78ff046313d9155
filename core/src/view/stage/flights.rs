//! What moves during a step: packets on their pipes, and what falls.

use super::Flight;
use super::fallen::loss;
use super::plan::{Plan, as_f64};
use super::progress;
use super::routes::route;
use super::shapes::{length, r};
use crate::base::headers::Tcp;
use crate::base::sorted::sort_by_key;
use crate::base::{FrameId, HostId};
use crate::timeline::StepSize;
use crate::view::draw::between;
use crate::view::draw::letters::{Face, fit, width};
use crate::view::frames::{brief, stroke_of};
use crate::view::moment::Moment;
use crate::view::outline::{Row, Stroke, What};
use crate::view::words::{counted, grouped};
use std::ops::Range;

/// So many things move in a step at most.
const MOST: usize = 6;

/// A frame's way from its sender, passed on from node to node.
struct Journey {
    /// The first is the sender's; each other one passes on the one before it.
    frames: Vec<FrameId>,
}

/// A flight, and where it leads, for those who cannot see it.
pub(super) struct Moving {
    pub flight: Flight,
    pub from: HostId,
    pub to: HostId,
}

impl Moving {
    /// From one end of a way to the other.
    fn between(mut self, route: &[HostId], forth: bool) -> Self {
        let ends = [route.first(), route.last()].map(|end| end.copied().unwrap_or(self.from));
        [self.from, self.to] = if forth { ends } else { [ends[1], ends[0]] };
        self
    }
}

/// What moves during the step shown.
pub(super) fn flights(moment: &Moment, plan: &Plan) -> Vec<Moving> {
    let shown = moment.outline.shown(moment.place);
    if shown.is_empty() {
        return Vec::new();
    }
    let packets = moment.outline.packets_in(&shown);
    let found: Vec<Moving> = match moment.place.size {
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

/// A frame on its link alone.
fn one_hop(moment: &Moment, plan: &Plan, frame: FrameId) -> Option<Moving> {
    journey_flight(
        moment,
        plan,
        &Journey {
            frames: vec![frame],
        },
    )
}

/// The same, for what is drawn where it ends.
pub(super) fn alone(moment: &Moment, plan: &Plan, frame: FrameId) -> Option<Flight> {
    one_hop(moment, plan, frame).map(|moving| moving.flight)
}

/// Each has its part of the step.
fn one_after_the_other(mut flights: Vec<Moving>) -> Vec<Moving> {
    let count = as_f64(flights.len());
    for (index, moving) in flights.iter_mut().enumerate() {
        moving.flight.starts = as_f64(index) / count;
        moving.flight.ends = as_f64(index + 1) / count;
    }
    flights
}

/// Each packet; where there are many, the one that has the turn's first byte, those that are
/// lost, and the rest of each direction as one.
fn turn(moment: &Moment, plan: &Plan, packets: &Range<usize>) -> Vec<Moving> {
    let row = moment.outline.here(moment.place);
    let row = row.map(|row| &moment.outline.rows[row]);
    let fly = |frame: &FrameId| journey_flight(moment, plan, &journey(moment, plan, *frame));
    let is_lost = |moving: &Moving| moving.flight.lost.is_some();
    let one = row.and_then(|row| Some((row, as_one(moment, plan, row)?)));
    let one = match one {
        Some((row, moving)) if row.lost == 0 => return vec![moving],
        other => other,
    };
    let carrier = row.and_then(|row| row.carrier);
    let sent = packets.clone().map(FrameId::from_index);
    // The carrier may leave a moment after the next turn has begun.
    let others = sent.filter(|frame| Some(*frame) != carrier && is_first(moment, *frame));
    let others = others.filter(|frame| says_something(moment, plan, *frame));
    let sent: Vec<FrameId> = carrier.into_iter().chain(others).collect();
    if let Some((_, moving)) = one {
        // A file is one thing that moves; what of it is lost falls besides.
        let lost = sent.iter().filter_map(fly).filter(is_lost);
        return lost.take(MOST - 1).chain([moving]).collect();
    }
    if sent.len() <= MOST {
        return in_order(sent).iter().filter_map(fly).collect();
    }
    let mut flights: Vec<Moving> = carrier.iter().filter_map(fly).collect();
    flights.extend(sums(moment, plan, &sent));
    let lost = sent.iter().filter(|frame| Some(**frame) != carrier);
    let lost = lost.filter_map(fly).filter(is_lost);
    let free = MOST.saturating_sub(flights.len());
    flights.extend(lost.take(free));
    flights
}

/// A file or a letter as one thing that moves, with how much of it has gone.
fn as_one(moment: &Moment, plan: &Plan, row: &Row) -> Option<Moving> {
    let mut progress = progress::of_row(moment, row)?;
    progress.short = !plan.beside;
    let line = row.connection? as usize - 1;
    if !plan.is_shown(line) {
        return None;
    }
    let forth = moment.outline.connections[line].from == row.from;
    let points = whole(plan, line, forth)?;
    let mut moving = flight(plan, points, &progress.words(1.0), row.stroke)?;
    moving.flight.progress = Some(progress);
    moving.flight.frame = row.carrier;
    let chosen = moment.packet.is_some() && moment.packet == row.carrier;
    if chosen {
        moving.flight.class += " chosen";
    }
    Some(moving.between(&plan.routes[line], forth))
}

/// As they were sent.
fn in_order(mut frames: Vec<FrameId>) -> Vec<FrameId> {
    sort_by_key(&mut frames, |frame| frame.index());
    frames
}

/// Packets that went the same way on the same connection.
struct Sum {
    connection: u32,
    /// From the caller to the called.
    forth: bool,
    packets: u64,
    first: FrameId,
    /// What they carry.
    bytes: usize,
}

/// For each way, how many packets went it; the fullest first.
fn sums(moment: &Moment, plan: &Plan, sent: &[FrameId]) -> Vec<Moving> {
    let mut sums: Vec<Sum> = Vec::new();
    for frame in sent {
        let end = moment.timeline.frame(*frame).conn;
        let line = end.and_then(|end| Some((end, moment.outline.line_of(end)?)));
        let Some((end, (connection, line))) = line else {
            continue;
        };
        let forth = line.ends.client == end;
        let tcp = Tcp::read(moment.timeline.bytes(*frame));
        let bytes = tcp.map_or(0, |tcp| tcp.payload.len());
        let same = |sum: &&mut Sum| (sum.connection, sum.forth) == (connection, forth);
        match sums.iter_mut().find(same) {
            Some(sum) => {
                sum.packets += 1;
                sum.bytes += bytes;
            }
            None => sums.push(Sum {
                connection,
                forth,
                packets: 1,
                first: *frame,
                bytes,
            }),
        }
    }
    sort_by_key(&mut sums, |sum| std::cmp::Reverse(sum.bytes));
    let flights = sums.iter().filter_map(|sum| sum_flight(moment, plan, sum));
    flights.take(MOST / 2).collect()
}

fn sum_flight(moment: &Moment, plan: &Plan, sum: &Sum) -> Option<Moving> {
    let line = sum.connection as usize - 1;
    let stroke = moment.outline.connections[line].stroke;
    let label = match (sum.bytes, sum.packets, stroke) {
        (_, 1, _) => brief(moment.timeline, moment.outline, sum.first),
        (0, many, _) => format!("{} × ACK", grouped(many)),
        (_, many, Stroke::Data) => format!("▤ {}", counted(many, "packet")),
        (_, many, _) => counted(many, "packet"),
    };
    let points = whole(plan, line, sum.forth)?;
    let moving = flight(plan, points, &label, stroke)?;
    Some(moving.between(&plan.routes[line], sum.forth))
}

/// A connection's whole way, from the caller on or back to it.
fn whole(plan: &Plan, line: usize, forth: bool) -> Option<Vec<(f64, f64)>> {
    let route = &plan.routes[line];
    let last = as_f64(route.len().checked_sub(1)?);
    let (from, to) = if forth { (0.0, last) } else { (last, 0.0) };
    Some(plan.along(Some(&plan.levels[line]), route, from, to))
}

/// A turn of the phase after the other; of many the last.
fn phase(moment: &Moment, plan: &Plan) -> Vec<Moving> {
    let rows = moment.outline.phases[moment.place.at - 1].rows.clone();
    let flights = rows.filter_map(|row| row_flight(moment, plan, &moment.outline.rows[row]));
    let mut flights: Vec<Moving> = flights.collect();
    flights.drain(..flights.len().saturating_sub(MOST));
    flights
}

fn row_flight(moment: &Moment, plan: &Plan, row: &Row) -> Option<Moving> {
    let carried = row.carrier.map(|frame| journey(moment, plan, frame));
    let named = |journey| named_flight(moment, plan, &journey, &row.short);
    if let Some(moving) = carried.and_then(named) {
        return Some(moving);
    }
    if matches!(row.what, What::Breaks(_) | What::Other | What::Power) {
        return None;
    }
    let line = row.connection? as usize - 1;
    let forth = moment.outline.connections[line].from == row.from;
    let points = whole(plan, line, forth)?;
    let moving = flight(plan, points, &row.short, row.stroke)?;
    Some(moving.between(&plan.routes[line], forth))
}

/// Whether a frame matters to its turn: while one side talks, what it sends on that connection.
/// Acknowledgements say nothing new.
fn says_something(moment: &Moment, plan: &Plan, frame: FrameId) -> bool {
    let row = moment.outline.here(moment.place);
    let row = row.map(|row| &moment.outline.rows[row]);
    let Some(row) = row.filter(|row| matches!(row.what, What::Says(_))) else {
        return true;
    };
    let end = |frame| moment.timeline.frame(frame).conn;
    let tcp = Tcp::read(moment.timeline.bytes(frame));
    let speaks = tcp.is_some_and(|tcp| !tcp.payload.is_empty())
        && row.carrier.is_none_or(|carrier| end(carrier) == end(frame));
    speaks || loss(moment, plan, frame).is_some()
}

/// Whether a frame is its sender's own, and not passed on. A link's second copy is, too.
fn is_first(moment: &Moment, id: FrameId) -> bool {
    let timeline = moment.timeline;
    timeline.frame(timeline.origin(id)).from == timeline.frame(id).from
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
            frame.forwards == Some(last) && frame.from == at
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

/// The flight of a frame, called by what it is.
fn journey_flight(moment: &Moment, plan: &Plan, journey: &Journey) -> Option<Moving> {
    let (first, last) = (*journey.frames.first()?, *journey.frames.last()?);
    // What is lost brings nothing further: it is called by what it is.
    let arrives = loss(moment, plan, last).is_none();
    let mut progress = progress::of_frame(moment, first).filter(|_| arrives);
    if let Some(progress) = &mut progress {
        progress.short = !plan.beside;
    }
    let label = match progress {
        Some(progress) => progress.words(1.0),
        None => brief(moment.timeline, moment.outline, first),
    };
    let mut moving = named_flight(moment, plan, journey, &label)?;
    moving.flight.progress = progress;
    Some(moving)
}

/// The flight of a frame along its pipe, or along the links where there is none.
fn named_flight(moment: &Moment, plan: &Plan, journey: &Journey, label: &str) -> Option<Moving> {
    let timeline = moment.timeline;
    let first = *journey.frames.first()?;
    let last = *journey.frames.last()?;
    let mut nodes: Vec<HostId> = vec![timeline.frame(first).from];
    for frame in &journey.frames {
        let frame = timeline.frame(*frame);
        nodes.push(timeline.link(frame.link).other(frame.from));
    }
    let loss = loss(moment, plan, last);
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
        let levels = Some(&plan.levels[line][..]);
        Some((plan.along(levels, route, from, to), stroke))
    });
    let (points, stroke) = piped.unwrap_or_else(|| {
        (
            loose(moment, plan, &nodes, way),
            stroke_of(timeline, moment.outline, first),
        )
    });
    let mut moving = flight(plan, points, label, stroke)?;
    moving = moving.between(&nodes, true);
    let flight = &mut moving.flight;
    flight.frame = Some(if moment.place.size == StepSize::Packet {
        last
    } else {
        first
    });
    if moment
        .packet
        .is_some_and(|chosen| journey.frames.contains(&chosen))
    {
        flight.class += " chosen";
    }
    if let Some(loss) = loss {
        flight.class += " lost";
        flight.lost = Some(loss.words);
        let (x, _) = *flight.path.last()?;
        flight.path.push((x, r(plan.fallen)));
    }
    Some(moving)
}

/// A way along links. Nodes that are not shown lie between the two that are.
fn loose(moment: &Moment, plan: &Plan, nodes: &[HostId], way: f64) -> Vec<(f64, f64)> {
    // Between boxes that nearly touch there is no room for a packet.
    let level: Option<&[usize]> = (!plan.beside).then_some(&[]);
    if let [left, right] = plan.boxes[..]
        && plan.shown(nodes).len() < 2
    {
        let route = route(moment.timeline, left.host, right.host);
        let place = |host: HostId| route.iter().position(|on| *on == host).map(as_f64);
        if let Some((from, next)) = place(nodes[0]).zip(place(nodes[1])) {
            let to = if next > from { from + way } else { from - way };
            return plan.along(level, &route, from, to);
        }
    }
    plan.along(level, nodes, 0.0, way)
}

/// A flight along a way that is shown.
fn flight(plan: &Plan, path: Vec<(f64, f64)>, label: &str, stroke: Stroke) -> Option<Moving> {
    if path.is_empty() {
        return None;
    }
    let label = fitted(plan, label, length(&path));
    let size = size(plan, &label);
    let path = if plan.beside {
        path
    } else {
        beneath(plan, path, size)
    };
    // All of it stays in the picture; below the boxes it rests half its width before the end.
    // A browser's letters may be a little wider.
    let (half, high) = (
        if plan.beside { size.0 / 2.0 + 2.0 } else { 0.0 },
        size.1 / 2.0,
    );
    let most = (plan.width - half).max(half);
    let inside = |(x, y): (f64, f64)| (r(between(x, half, most)), r(y.max(high)));
    let path: Vec<(f64, f64)> = path.into_iter().map(inside).collect();
    let flight = Flight {
        size,
        class: format!("flight {}", stroke.class()),
        path,
        label,
        frame: None,
        starts: 0.0,
        ends: 1.0,
        lost: None,
        progress: None,
    };
    let anywhere = plan.boxes.first()?.host;
    Some(Moving {
        flight,
        from: anywhere,
        to: anywhere,
    })
}

/// A way below the boxes begins and ends outside its own bend, beneath the box: within it
/// stand the names of pipes.
fn beneath(plan: &Plan, mut path: Vec<(f64, f64)>, (width, height): (f64, f64)) -> Vec<(f64, f64)> {
    let y = plan.bottom + height / 2.0 + 3.0;
    let turned = |end: (f64, f64), other: (f64, f64)| {
        let out = if end.0 < other.0 { -1.0 } else { 1.0 };
        (end.0 + out * (width + 3.0), y)
    };
    let (Some(&first), Some(&last)) = (path.first(), path.last()) else {
        return path;
    };
    let is_at_box = |end: (f64, f64)| end.1 < plan.bottom + 1.0;
    if is_at_box(first) {
        path[0].1 = y;
        path.insert(0, turned(first, last));
    }
    if is_at_box(last)
        && let Some(end) = path.last_mut()
    {
        end.1 = y;
        path.push(turned(last, first));
    }
    path
}

/// As much of a label as what moves can hold: all of it, or what kind of packet it is, where
/// boxes are near each other, or its own way is short.
fn fitted(plan: &Plan, label: &str, way: f64) -> String {
    let size = plan.sizes.text;
    let room = if plan.beside {
        let gaps = (1..plan.boxes.len()).map(|b| plan.room(b - 1, b) - size);
        let short = (way - size).max(6.0 * size);
        gaps.fold(16.0 * size, f64::min).min(short)
    } else {
        8.0 * size
    };
    let fits = width(label, Face::Mono, size) + size <= room;
    let kind = label.split(": ").next().unwrap_or(label);
    fit(if fits { label } else { kind }, Face::Mono, size, room).0
}

/// What moves is as large as its label.
fn size(plan: &Plan, label: &str) -> (f64, f64) {
    let text = plan.sizes.text;
    (r(width(label, Face::Mono, text) + text), r(1.6 * text))
}
