//! Where everything stands: boxes, the levels of pipes, and the room for what falls.

use super::routes::route;
use super::shapes::part;
use super::survey::Survey;
use super::tree::{self, Bus};
use crate::base::sorted::{Map, Set};
use crate::base::{EventId, FrameId, HostId};
use crate::timeline::Timeline;
use crate::view::draw::between;
use crate::view::draw::lanes::Lanes;
use crate::view::draw::letters::{Face, Sizes, width};
use crate::view::moment::Moment;

/// So many pipes are drawn; the rest is counted.
pub(super) const MOST_LEVELS: usize = 4;
/// Below the boxes a way that turns back at a router takes two levels.
pub(super) const DEEPEST: usize = 2 * MOST_LEVELS;

/// The stage's geometry: the same over the whole run while the lanes are.
pub(super) struct Plan {
    pub sizes: Sizes,
    pub width: f64,
    pub height: f64,
    /// Left to right.
    pub boxes: Vec<NodeBox>,
    /// Top and bottom of boxes.
    pub top: f64,
    pub bottom: f64,
    /// Pipes run between boxes, rather than below them.
    pub beside: bool,
    /// The way of each connection, over nodes shown or not; none where nobody was called.
    pub routes: Vec<Vec<HostId>>,
    /// The level of each connection's pipe, for each stretch of its way.
    pub levels: Vec<Vec<usize>>,
    /// Whether pipes lie below the boxes, and in each other: the picture of a narrow window has
    /// no more than two boxes.
    pub nests: bool,
    /// Whether there are ever more pipes than levels.
    pub crowded: bool,
    /// How many levels there are.
    pub depth: usize,
    /// Switches and hubs: a pipe passes them by where its way would turn back at one.
    pub switches: Set<HostId>,
    /// How far levels lie apart, and where the first one is.
    pub step: f64,
    pub first: f64,
    /// The middle of what fell, where anything ever does.
    pub fallen: f64,
    /// Where it is told what a router rewrites, where any does: the first baseline.
    pub rewritten: f64,
    /// All nodes, left to right, whether or not they are shown.
    pub order: Vec<HostId>,
    /// The bar on which boxes hang, where one node joins many.
    pub bus: Option<Bus>,
    /// Frames that a node could not pass on, and when it gave them up.
    pub discarded: Map<FrameId, EventId>,
}

/// A node's box.
#[derive(Clone, Copy)]
pub(super) struct NodeBox {
    pub host: HostId,
    /// Its middle.
    pub x: f64,
    /// Half its width.
    pub half: f64,
}

impl NodeBox {
    fn left(self) -> f64 {
        self.x - self.half
    }

    fn right(self) -> f64 {
        self.x + self.half
    }
}

impl Plan {
    pub fn new(moment: &Moment, survey: &Survey, lanes: &Lanes) -> Self {
        let timeline = moment.timeline;
        let text = lanes.sizes.text;
        let lines = moment.outline.connections.iter();
        let routes = lines
            .map(|line| {
                line.to
                    .map_or(Vec::new(), |to| route(timeline, line.from, to))
            })
            .collect();
        let mut plan = Self {
            sizes: lanes.sizes,
            width: lanes.width,
            height: 0.0,
            boxes: boxes(timeline, lanes, label_room(moment, lanes.sizes)),
            top: 2.0,
            bottom: 0.0,
            beside: false,
            routes,
            levels: Vec::new(),
            nests: false,
            crowded: survey.level_count() > MOST_LEVELS,
            depth: 0,
            switches: tree::switches(timeline),
            step: 2.65 * text,
            first: 0.0,
            fallen: 0.0,
            rewritten: 0.0,
            order: super::cast::order(timeline),
            bus: None,
            discarded: survey.discarded.clone(),
        };
        let label = label_room(moment, lanes.sizes);
        plan.beside = match plan.boxes.len() {
            // Whoever the two are: the picture must not change with them.
            2 => plan.room(0, 1) >= label,
            _ => plan.fits_beside(timeline, label),
        };
        plan.nests = !plan.beside && plan.boxes.len() > 2;
        plan.levels = if plan.nests {
            plan.depth = survey.depth().min(DEEPEST);
            let most = |level: &usize| (*level).min(DEEPEST - 1);
            let hops = |hops: &Vec<usize>| hops.iter().map(most).collect();
            survey.nested.iter().map(hops).collect()
        } else {
            plan.depth = survey.level_count().min(MOST_LEVELS);
            let levels = survey.levels.iter().zip(&plan.routes);
            let flat = |(level, route): (&usize, &Vec<HostId>)| {
                vec![level % MOST_LEVELS; route.len().max(2) - 1]
            };
            levels.map(flat).collect()
        };
        plan.stand(timeline, survey);
        plan
    }

    /// Puts things above and below each other.
    fn stand(&mut self, timeline: &Timeline, survey: &Survey) {
        let text = self.sizes.text;
        if !self.beside {
            self.bus = Bus::of(timeline, self);
        }
        let alone = timeline.links().iter().enumerate();
        let alone = alone.filter(|(index, _)| !self.bus.as_ref().is_some_and(|b| b.holds(*index)));
        let arches = alone.filter_map(|(_, link)| {
            let (a, b) = (self.column(link.ends[0])?, self.column(link.ends[1])?);
            Some(a.abs_diff(b).saturating_sub(1))
        });
        self.top += arch(arches.max().unwrap_or(0));
        if let Some(bus) = &mut self.bus {
            bus.y = self.top + 0.3 * text;
            self.top += 2.0 * text;
        }
        let mut levels = self.depth + usize::from(self.crowded);
        if !self.beside {
            // What rides on no pipe needs a way, too.
            levels = levels.max(1);
        }
        let levels = as_f64(levels) * self.step;
        let inside = super::boxes::height(timeline, survey, self);
        let mut floor;
        if self.beside {
            self.bottom = self.top + inside.max(levels + 1.2 * text);
            // What is left over keeps the pipes away from the edge.
            let spare = self.bottom - self.top - levels - 1.2 * text;
            self.first = self.top + self.step + (spare / 2.0).min(text);
            floor = self.bottom;
        } else {
            self.bottom = self.top + inside;
            self.first = self.bottom + self.step;
            floor = self.bottom + levels;
        }
        let told = super::rewritten::most_lines(timeline, self);
        if told > 0 {
            self.rewritten = floor + 1.5 * text;
            floor += (as_f64(told) * 1.4 + 0.2) * text;
        }
        self.height = floor + 0.9 * text;
        if survey.losses {
            self.fallen = floor + 1.9 * text;
            self.height = floor + 5.0 * text;
        }
        self.height = self.height.ceil();
    }

    /// Whether all ways lead from box to next box, and each pipe has room for its label there.
    fn fits_beside(&self, timeline: &Timeline, label: f64) -> bool {
        let next = |a: HostId, b: HostId| match (self.column(a), self.column(b)) {
            (Some(a), Some(b)) => a.abs_diff(b) <= 1,
            _ => true,
        };
        let mut links = timeline.links().iter();
        let mut pairs = (1..self.boxes.len()).map(|at| self.room(at - 1, at));
        links.all(|link| next(link.ends[0], link.ends[1]))
            && (!self.routes.is_empty() || pairs.all(|room| room >= label))
            && self.routes.iter().all(|route| {
                let shown = self.shown(route);
                let room = shown.windows(2).map(|pair| self.room(pair[0].1, pair[1].1));
                let widest = room.fold(0.0, f64::max);
                let beside = shown
                    .windows(2)
                    .all(|pair| pair[0].1.abs_diff(pair[1].1) == 1);
                shown.len() < 2 || (beside && widest >= label)
            })
    }

    /// Which column a node stands in.
    pub fn column(&self, host: HostId) -> Option<usize> {
        self.boxes.iter().position(|b| b.host == host)
    }

    /// The room between two boxes.
    pub fn room(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (self.boxes[a.min(b)], self.boxes[a.max(b)]);
        b.left() - a.right()
    }

    /// The nodes of a way that are shown: their places in it, and their columns.
    pub fn shown(&self, route: &[HostId]) -> Vec<(usize, usize)> {
        let places = route.iter().enumerate();
        let shown = places.filter_map(|(place, host)| Some((place, self.column(*host)?)));
        tree::straight(route, shown.collect(), &self.switches)
    }

    /// The middle of a level.
    pub fn level(&self, level: usize) -> f64 {
        self.first + as_f64(level) * self.step
    }

    /// The baseline of a level's label: above all that moves along it.
    pub fn label_line(&self, level: usize) -> f64 {
        self.level(level) - 0.95 * self.sizes.text
    }

    /// Whether a connection's way can be drawn.
    pub fn is_shown(&self, line: usize) -> bool {
        let route = &self.routes[line];
        let ends = [route.first(), route.last()];
        ends.iter()
            .all(|end| end.is_some_and(|host| self.column(*host).is_some()))
    }

    /// The pipe's line from box to next box, or the link's where there is no level.
    pub fn hop(&self, level: Option<usize>, a: usize, b: usize) -> Vec<(f64, f64)> {
        if a > b {
            let mut points = self.hop(level, b, a);
            points.reverse();
            return points;
        }
        let (left, right) = (self.boxes[a], self.boxes[b]);
        match level {
            Some(level) if self.beside => {
                let y = self.level(level);
                vec![(left.right(), y), (right.left(), y)]
            }
            Some(level) => {
                let y = self.level(level);
                let from = left.x + self.stem(left, level);
                let to = right.x - self.stem(right, level);
                vec![(from, self.bottom), (from, y), (to, y), (to, self.bottom)]
            }
            None if b - a == 1 => {
                let middle = self.top.midpoint(self.bottom);
                let y = if self.beside {
                    self.bottom - 0.6 * self.sizes.text
                } else {
                    middle
                };
                vec![(left.right(), y), (right.left(), y)]
            }
            None => {
                let y = self.top - arch(b - a - 1);
                let (from, to) = (left.x + left.half / 2.0, right.x - right.half / 2.0);
                vec![(from, self.top), (from, y), (to, y), (to, self.top)]
            }
        }
    }

    /// How far from the middle of its box a pipe comes out: the deepest innermost, so that
    /// pipes of the same two boxes lie in each other.
    fn stem(&self, of: NodeBox, level: usize) -> f64 {
        let outer = 0.55 * of.half;
        outer * (1.0 - as_f64(level) / as_f64(self.depth.max(MOST_LEVELS)))
    }

    /// The room above a pipe between two boxes.
    pub fn label_room(&self, level: usize, a: usize, b: usize) -> f64 {
        if self.beside {
            return self.room(a, b);
        }
        let (left, right) = (self.boxes[a.min(b)], self.boxes[a.max(b)]);
        right.x - left.x - self.stem(left, level) - self.stem(right, level)
    }

    /// The middle of the first stretch above a pipe that has this much room, and no other pipe's
    /// stem in it.
    pub fn clear(&self, level: usize, (a, b): (usize, usize), need: f64) -> Option<f64> {
        let (a, b) = (a.min(b), a.max(b));
        let stretches = (a..b).map(|left| {
            let stem = |of: usize| {
                let level = if of == a || of == b { level } else { 0 };
                self.stem(self.boxes[of], level)
            };
            let from = self.boxes[left].x + stem(left);
            (from, self.boxes[left + 1].x - stem(left + 1))
        });
        let mut roomy = stretches.filter(|(from, to)| to - from >= need);
        roomy.next().map(|(from, to)| from.midpoint(to))
    }

    /// The stretches of a connection's way that are shown: their columns, and their levels.
    pub fn hops(&self, line: usize) -> Vec<(usize, usize, usize)> {
        let columns = self.shown(&self.routes[line]);
        let hops = columns.windows(2);
        let levels = &self.levels[line];
        hops.map(|pair| {
            let level = levels.get(pair[0].0).copied().unwrap_or(0);
            (pair[0].1, pair[1].1, level)
        })
        .collect()
    }

    /// The line along a way from place `from` to place `to` in it, backwards if need be.
    /// Nodes that are not shown lie evenly between those that are.
    pub fn along(
        &self,
        levels: Option<&[usize]>,
        route: &[HostId],
        from: f64,
        to: f64,
    ) -> Vec<(f64, f64)> {
        if from > to {
            let mut points = self.along(levels, route, to, from);
            points.reverse();
            return points;
        }
        let mut points = Vec::new();
        for pair in self.shown(route).windows(2) {
            let (start, end) = (as_f64(pair[0].0), as_f64(pair[1].0));
            let share = |place: f64| between((place - start) / (end - start), 0.0, 1.0);
            if to > start && from < end {
                let level = levels.map(|all| all.get(pair[0].0).copied().unwrap_or(0));
                let hop = self.hop(level, pair[0].1, pair[1].1);
                points.extend(part(&hop, share(from), share(to)));
            }
        }
        points.dedup();
        points
    }
}

/// How far above the boxes a link runs that passes by so many of them.
fn arch(passed: usize) -> f64 {
    as_f64(passed) * 9.0
}

/// The room for the longest label of a pipe; without pipes, for a word of the network's.
fn label_room(moment: &Moment, sizes: Sizes) -> f64 {
    if moment.outline.connections.is_empty() {
        return width("time exceeded", Face::Mono, sizes.text) + 2.0 * sizes.text;
    }
    let lines = moment.outline.connections.iter();
    let label = |purpose: &str| {
        let text = format!("{purpose} · half closed");
        width(&text, Face::Plain, sizes.text) + sizes.text
    };
    lines.map(|line| label(line.purpose)).fold(0.0, f64::max)
}

/// A box for each lane: as wide as its words like it, and no wider than leaves room for
/// labels in between.
fn boxes(timeline: &Timeline, lanes: &Lanes, label: f64) -> Vec<NodeBox> {
    let text = lanes.sizes.text;
    let edge = lanes.columns.first().map_or(0.0, |(_, x)| x - lanes.margin);
    let (gap, liked, least) = (lanes.gap(), 15.0 * text, 10.0 * text);
    let most = liked.min(2.0 * edge - 6.0);
    let most = if lanes.columns.len() > 1 {
        let beside = gap - label;
        if beside >= least {
            most.min(beside)
        } else {
            most.min(gap - 2.0 * text)
        }
    } else {
        most
    };
    let columns = lanes.columns.iter();
    columns
        .map(|&(host, x)| {
            let small = matches!(&*timeline.node(host).kind, "switch" | "hub");
            let wide = if small { most.min(8.0 * text) } else { most };
            NodeBox {
                host,
                x,
                half: wide / 2.0,
            }
        })
        .collect()
}

/// Counts of what is shown are small.
pub(super) fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
