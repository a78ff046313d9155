//! Links as plain lines, and connections as pipes along them.

use super::plan::{DEEPEST, MOST_LEVELS, Plan, as_f64};
use super::routes::route;
use super::shapes::{part, path, r};
use super::tree;
use crate::base::sorted::sort_by_key;
use crate::base::{CloseReason, ConnId, HostId, LinkId, Unreachable};
use crate::timeline::{SocketState, State};
use crate::view::draw::between;
use crate::view::draw::letters::{Face, fit, width};
use crate::view::draw::{Anchor, Shape, svg};
use crate::view::moment::Moment;
use crate::view::outline::Line;

/// A connection that is drawn.
pub(super) struct Pipe {
    /// Which one, by index.
    pub line: usize,
    pub health: Health,
    /// It is the one that the step is about.
    pub here: bool,
    /// It was otherwise before the step.
    pub new: bool,
    /// How it is drawn.
    stroke: &'static str,
    label: String,
}

impl Pipe {
    fn classes(&self) -> String {
        let here = if self.here { " here" } else { "" };
        let new = if self.new { " new" } else { "" };
        format!("{} {}{here}{new}", self.stroke, self.health.class())
    }
}

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Opening,
    Open,
    /// One side has no more to say; the other one, this one, may go on.
    Half(HostId),
    /// Both have no more to say, and one of them knows it.
    Closing,
    /// The host at one end went off, and the other end does not know.
    Cut,
    /// Gone in the step shown.
    Gone(CloseReason),
}

impl Health {
    /// For those who cannot see it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Half(_) => "half closed",
            Self::Closing => "closing",
            Self::Cut => "one end is off",
            Self::Gone(reason) => gone(reason),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Half(_) => "half",
            Self::Closing => "closing",
            Self::Cut => "cut",
            Self::Gone(CloseReason::Finished) => "gone",
            Self::Gone(_) => "gone broken",
        }
    }

    fn is_gone(self) -> bool {
        matches!(self, Self::Gone(_))
    }
}

fn gone(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Finished => "closed",
        CloseReason::Aborted => "given up",
        CloseReason::Reset => "reset",
        CloseReason::Refused => "refused",
        CloseReason::TimedOut => "no answer",
        CloseReason::NoRoute => "no route",
        CloseReason::Unreachable(Unreachable::Prohibited) => "prohibited",
        CloseReason::Unreachable(_) => "unreachable",
        CloseReason::NoPort => "no port",
        CloseReason::HostDown => "host off",
    }
}

/// How a connection stands in a state; none before it begins.
fn health(moment: &Moment, state: &State, line: &Line) -> Option<Health> {
    use SocketState::{Closed, HeardFinish, Open, Opening};
    let host = |end| moment.timeline.end(end).host;
    let socket = |end| {
        let host = moment.timeline.end(end).host;
        state.host(host).sockets.get(&end).copied()
    };
    let client = socket(line.ends.client)?;
    let Some(server) = line.ends.server.and_then(socket) else {
        return Some(match client {
            Closed(reason) => Health::Gone(reason),
            _ => Health::Opening,
        });
    };
    Some(match (client, server) {
        (Closed(reason), Closed(_) | HeardFinish) | (HeardFinish, Closed(reason)) => {
            Health::Gone(reason)
        }
        (HeardFinish, HeardFinish) => Health::Gone(CloseReason::Finished),
        (Closed(CloseReason::HostDown), Open | Opening)
        | (Open | Opening, Closed(CloseReason::HostDown)) => Health::Cut,
        // Who heard that the other one has no more to say may go on.
        (HeardFinish, Open) => Health::Half(host(line.ends.client)),
        (Open, HeardFinish) => Health::Half(host(line.ends.server?)),
        (Closed(_) | HeardFinish, _) | (_, Closed(_) | HeardFinish) => Health::Closing,
        (Open, Open) => Health::Open,
        (Opening, _) | (_, Opening) => Health::Opening,
    })
}

/// The pipes at a moment, each on its level: at most so many. The first choice is what is
/// there, then the one that the step is about, then the newest.
pub(super) fn pipes(moment: &Moment, plan: &mut Plan) -> Vec<Pipe> {
    let all = 0..moment.outline.connections.len();
    let mut pipes: Vec<Pipe> = all.filter_map(|index| pipe(moment, plan, index)).collect();
    sort_by_key(&mut pipes, |pipe| {
        let rank = (!pipe.health.is_gone(), pipe.here, pipe.line);
        std::cmp::Reverse(rank)
    });
    let mut drawn: Vec<Pipe> = Vec::new();
    for pipe in pipes {
        let lies_on = |other: &Pipe| lie_on_each_other(plan, pipe.line, other.line);
        // What is gone makes room for what is there.
        let makes_room = pipe.health.is_gone() && drawn.iter().any(lies_on);
        if drawn.len() < MOST_LEVELS && !makes_room {
            drawn.push(pipe);
        }
    }
    sort_by_key(&mut drawn, |pipe| {
        (plan.levels[pipe.line].clone(), pipe.line)
    });
    let clash = |index: usize| {
        let earlier = drawn[..index].iter();
        let mut earlier = earlier.map(|other| other.line);
        earlier.any(|other| lie_on_each_other(plan, drawn[index].line, other))
    };
    let is_mixed = plan.crowded && !plan.nests && (0..drawn.len()).any(clash);
    if plan.nests && plan.crowded || is_mixed {
        put_in_order(plan, &drawn);
    }
    sort_by_key(&mut drawn, |pipe| pipe.line);
    drawn
}

/// Whether two pipes share a stretch on the same level.
fn lie_on_each_other(plan: &Plan, one: usize, other: usize) -> bool {
    let ends = |(a, b, level): &(usize, usize, usize)| (*a.min(b), *a.max(b), *level);
    let others = plan.hops(other);
    plan.hops(one).iter().map(ends).any(|(a, b, level)| {
        let mut others = others.iter().map(ends);
        others.any(|(c, d, taken)| level == taken && a < d && c < b)
    })
}

/// Where there are more than there are levels, those that are drawn are put in order anew.
fn put_in_order(plan: &mut Plan, drawn: &[Pipe]) {
    if !plan.nests {
        for (level, pipe) in drawn.iter().enumerate() {
            plan.levels[pipe.line].fill(level);
        }
        return;
    }
    let routes = drawn.iter().map(|pipe| plan.routes[pipe.line].clone());
    let routes: Vec<_> = routes.collect();
    let levels = tree::nested(&plan.order, &plan.switches, &routes, &|_, _| true);
    for (pipe, levels) in drawn.iter().zip(levels) {
        let most = |level: usize| level.min(DEEPEST - 1);
        plan.levels[pipe.line] = levels.into_iter().map(most).collect();
    }
}

/// A connection's pipe, where it has one.
fn pipe(moment: &Moment, plan: &Plan, index: usize) -> Option<Pipe> {
    if !plan.is_shown(index) {
        return None;
    }
    let shown = moment.outline.shown(moment.place);
    let here = moment.outline.here(moment.place);
    let here = here.and_then(|row| moment.outline.rows[row].connection);
    let line = &moment.outline.connections[index];
    let health = health(moment, moment.state, line)?;
    let before = self::health(moment, moment.before, line);
    let was = before.is_some_and(|was| !was.is_gone());
    let begins = moment.timeline.end(line.ends.client).opening.index();
    let seen = !health.is_gone() || was || shown.contains(&begins);
    seen.then(|| Pipe {
        line: index,
        health,
        here: here == u32::try_from(index + 1).ok(),
        new: before != Some(health) && !shown.is_empty(),
        stroke: line.stroke.class(),
        label: label(line, health),
    })
}

fn label(line: &Line, health: Health) -> String {
    match health {
        Health::Open => format!("{} · {}", line.purpose, line.port),
        other => format!("{} · {}", line.purpose, other.words()),
    }
}

/// The links between nodes that are shown.
pub(super) fn links(moment: &Moment, plan: &Plan) -> Vec<Shape> {
    let mut shapes = Vec::new();
    if let Some(bus) = &plan.bus {
        shapes.extend(bus.shapes(moment, plan));
    }
    let hangs = |index| plan.bus.as_ref().is_some_and(|bus| bus.holds(index));
    let line = |a, b| path("link".into(), &plan.hop(None, a, b));
    let is_down = |index| moment.state.down.contains(&LinkId::from_index(index));
    let links = moment.timeline.links().iter().enumerate();
    for (index, link) in links.filter(|(index, _)| !hangs(*index)) {
        let columns = link.ends.map(|end| plan.column(end));
        if let [Some(a), Some(b)] = columns {
            if is_down(index) {
                shapes.extend(broken(plan, a, b));
            } else {
                shapes.push(line(a, b));
            }
        }
    }
    if let ([left, right], true) = (&plan.boxes[..], shapes.is_empty()) {
        // What lies between the two has no lane.
        let way = route(moment.timeline, left.host, right.host);
        let links = moment.timeline.links().iter().enumerate();
        let mut on_way = links.filter(|(_, link)| link.ends.iter().all(|end| way.contains(end)));
        if on_way.any(|(index, _)| is_down(index)) {
            shapes.extend(broken(plan, 0, 1));
        } else {
            shapes.push(line(0, 1));
        }
    }
    shapes
}

/// A link that is down: its line breaks off on both sides of a word, or of a sign where there
/// is no room for it.
fn broken(plan: &Plan, a: usize, b: usize) -> Vec<Shape> {
    let size = plan.sizes.text;
    let line = plan.hop(None, a, b);
    let mut shapes = Vec::new();
    for (from, to) in [(0.0, 0.38), (0.62, 1.0)] {
        shapes.push(path("link down".into(), &part(&line, from, to)));
    }
    let Some(&(x, y)) = part(&line, 0.5, 0.5).first() else {
        return shapes;
    };
    let words = "✕ down";
    let fits = width(words, Face::Plain, size) + 4.0 <= plan.room(a, b);
    shapes.push(Shape::Text {
        class: "link-down".into(),
        at: (r(x), r(y + 0.36 * size)),
        anchor: Anchor::Middle,
        text: if fits { words } else { "✕" }.into(),
        full: (!fits).then(|| "down".into()),
    });
    shapes
}

/// The pipes themselves: the wall wide and pale, and a line within.
pub(super) fn shapes(moment: &Moment, pipes: &[Pipe], plan: &Plan) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for pipe in pipes {
        let classes = pipe.classes();
        for (from, to, level) in plan.hops(pipe.line) {
            let mut hop = plan.hop(Some(level), from, to);
            if pipe.health == Health::Cut {
                // It ends before the host that is off.
                let is_dead = |end: usize| {
                    let line = &moment.outline.connections[pipe.line];
                    let ends = [Some(line.ends.client), line.ends.server];
                    let host = plan.boxes[end].host;
                    let at_host = |id: &ConnId| moment.timeline.end(*id).host == host;
                    ends.into_iter().flatten().filter(at_host).any(|id| {
                        let socket = moment.state.host(host).sockets.get(&id);
                        matches!(socket, Some(SocketState::Closed(_)))
                    })
                };
                if is_dead(from) {
                    hop = part(&hop, 0.5, 1.0);
                } else if is_dead(to) {
                    hop = part(&hop, 0.0, 0.5);
                }
            }
            if matches!(
                pipe.health,
                Health::Open | Health::Half(_) | Health::Closing
            ) {
                shapes.push(path(format!("pipe-wall {classes}"), &hop));
            }
            shapes.push(path(format!("pipe {classes}"), &hop));
        }
        shapes.extend(sign(moment, pipe, plan));
    }
    shapes
}

/// The end of a pipe that is shut: a bar where nobody speaks any more, a cross where the
/// connection broke, or where it was refused.
fn sign(moment: &Moment, pipe: &Pipe, plan: &Plan) -> Option<Shape> {
    let line = &moment.outline.connections[pipe.line];
    let route = &plan.routes[pipe.line];
    let levels = Some(&plan.levels[pipe.line][..]);
    let last = as_f64(route.len().checked_sub(1)?);
    let at = |share: f64| {
        let way = plan.along(levels, route, 0.0, last);
        part(&way, share, share).first().copied()
    };
    let size = 0.42 * plan.sizes.text;
    let classes = pipe.classes();
    match pipe.health {
        Health::Half(speaks) => {
            let (x, y) = at(if speaks == line.from { 0.94 } else { 0.06 })?;
            let bar = [(x, y - size), (x, y + size)];
            Some(path(format!("shut {classes}"), &bar))
        }
        Health::Gone(reason) if reason != CloseReason::Finished => {
            let is_refused = matches!(
                reason,
                CloseReason::Refused | CloseReason::NoPort | CloseReason::Unreachable(_)
            );
            let (x, y) = at(if is_refused { 0.94 } else { 0.5 })?;
            let cross = |sign: f64| [(x - size, y - sign * size), (x + size, y + sign * size)];
            let d = svg::path(&cross(1.0), false) + &svg::path(&cross(-1.0), false);
            Some(Shape::Path {
                class: "broken".into(),
                d,
            })
        }
        _ => None,
    }
}

/// The host that waits after the end, so that what comes late does no harm (RFC 9293 §3.6.1):
/// the one that was done first. It is gone from its own programs before the other is.
fn waits<'a>(moment: &Moment<'a>, pipe: &Pipe) -> Option<&'a str> {
    let line = &moment.outline.connections[pipe.line];
    let is_over = matches!(
        pipe.health,
        Health::Closing | Health::Gone(CloseReason::Finished)
    );
    let ends = [Some(line.ends.client), line.ends.server];
    let ends = ends.into_iter().flatten().filter(|_| is_over);
    let seen = moment.outline.seen(moment.place);
    let closed = ends.filter_map(|id| {
        let end = moment.timeline.end(id);
        let closed = end.closed.filter(|event| event.index() < seen)?;
        (end.reason == Some(CloseReason::Finished)).then_some((closed, end.host))
    });
    let (_, host) = closed.min()?;
    Some(&moment.timeline.node(host).name)
}

/// What each pipe is, above it; and how many more there are.
pub(super) fn labels(moment: &Moment, pipes: &[Pipe], plan: &Plan) -> Vec<Shape> {
    let size = plan.sizes.text;
    let mut shapes = Vec::new();
    for pipe in pipes {
        let tie = moment.outline.connections[pipe.line].tie.as_ref();
        let mut need = width(&pipe.label, Face::Plain, size);
        let hops = plan.hops(pipe.line).into_iter();
        let Some((from, to, level)) = best_hop(plan, hops, need + size) else {
            continue;
        };
        let class = format!("pipe-label {}", pipe.classes());
        let mut label = pipe.label.clone();
        let waits = waits(moment, pipe).map(|host| format!("TIME-WAIT at {host}"));
        let tied = tie.filter(|tie| !tie.use_of.is_empty());
        if let Some(more) = waits.clone().or_else(|| Some(tied?.use_of.clone())) {
            let longer = format!("{label} · {more}");
            need = width(&longer, Face::Plain, size) + size;
            let room = plan.label_room(level, from, to);
            if need <= room && (plan.beside || plan.clear(level, (from, to), need).is_some()) {
                label = longer;
            }
        }
        let mut shape = label_at(plan, (from, to), level, class, &label);
        let more = waits.or_else(|| Some(tie?.words()));
        if let (Shape::Text { full, .. }, Some(more)) = (&mut shape, more) {
            *full = Some(format!("{}, {more}", pipe.label));
        }
        shapes.push(shape);
    }
    let alive = moment.outline.connections.iter().enumerate();
    let alive = alive.filter(|(index, line)| {
        let health = health(moment, moment.state, line);
        plan.is_shown(*index) && health.is_some_and(|health| !health.is_gone())
    });
    let drawn = pipes.iter().filter(|pipe| !pipe.health.is_gone()).count();
    let more = alive.count() - drawn;
    if more > 0 {
        let pairs = (1..plan.boxes.len()).map(|b| (b - 1, b, 0));
        if let Some((from, to, _)) = best_hop(plan, pairs, f64::INFINITY) {
            let text = format!("+{more} more");
            shapes.push(label_at(plan, (from, to), plan.depth, "more".into(), &text));
        }
    }
    shapes
}

/// The first hop, from the caller on, that has the room, or the one that has the most.
fn best_hop(
    plan: &Plan,
    hops: impl Iterator<Item = (usize, usize, usize)> + Clone,
    need: f64,
) -> Option<(usize, usize, usize)> {
    let room = |hop: &(usize, usize, usize)| plan.label_room(hop.2, hop.0, hop.1);
    let first = hops.clone().find(|hop| room(hop) >= need);
    first.or_else(|| hops.max_by(|one, other| room(one).total_cmp(&room(other))))
}

/// A text in the middle above a hop: what moves rests at its ends.
fn label_at(plan: &Plan, hop: (usize, usize), level: usize, class: String, label: &str) -> Shape {
    let size = plan.sizes.text;
    let (a, b) = (plan.boxes[hop.0], plan.boxes[hop.1]);
    let room = if plan.beside {
        plan.room(hop.0, hop.1) - size
    } else {
        plan.width - 4.0
    };
    let half = width(label, Face::Plain, size).min(room) / 2.0;
    let most = (plan.width - half - 2.0).max(half + 2.0);
    let clear = if plan.beside {
        None
    } else {
        plan.clear(level, hop, 2.0 * half + 4.0)
    };
    let x = clear.unwrap_or_else(|| a.x.midpoint(b.x));
    let x = between(x, half + 2.0, most);
    let (text, full) = fit(label, Face::Plain, size, room);
    Shape::Text {
        class,
        at: (r(x), r(plan.label_line(level))),
        anchor: Anchor::Middle,
        text,
        full,
    }
}
