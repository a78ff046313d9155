//! What hangs on one node: its links as a bar with a drop to each box, and the levels of pipes,
//! so that none crosses another.

use super::cast::order;
use super::plan::Plan;
use super::routes::route;
use super::shapes::{path, r};
use crate::base::sorted::{Map, Set, sort_by_key};
use crate::base::{EventId, HostId, LinkId};
use crate::timeline::Timeline;
use crate::view::draw::{Anchor, Shape};
use crate::view::moment::Moment;
use crate::view::outline::Outline;

/// The bar above the boxes that hang on one node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bus {
    /// Whose links they are.
    pub center: HostId,
    /// Each link, by index, and the column of what hangs on it.
    pub drops: Vec<(usize, usize)>,
    /// How high it lies.
    pub y: f64,
}

impl Bus {
    /// The bar of the node that most hangs on, where a line from box to box would not do: three
    /// links or more, and one of them passes by a box.
    pub fn of(timeline: &Timeline, plan: &Plan) -> Option<Self> {
        let mut hung: Map<HostId, Vec<(usize, usize)>> = Map::new();
        for (index, link) in timeline.links().iter().enumerate() {
            let [a, b] = link.ends.map(|end| plan.column(end));
            if let (Some(a), Some(b)) = (a, b) {
                hung.or_default(link.ends[0]).push((index, b));
                hung.or_default(link.ends[1]).push((index, a));
            }
        }
        let passes = |(center, drops): &(&HostId, &Vec<(usize, usize)>)| {
            let own = plan.column(**center).unwrap_or_default();
            drops.len() >= 3 && drops.iter().any(|(_, at)| at.abs_diff(own) > 1)
        };
        let most = hung
            .iter()
            .filter(passes)
            .max_by_key(|(_, drops)| drops.len());
        most.map(|(center, drops)| Self {
            center: *center,
            drops: drops.clone(),
            y: 0.0,
        })
    }

    /// Whether a link is one of its drops.
    pub fn holds(&self, link: usize) -> bool {
        self.drops.iter().any(|(index, _)| *index == link)
    }

    /// The bar and its drops. One whose link is down ends before it comes to its box.
    pub fn shapes(&self, moment: &Moment, plan: &Plan) -> Vec<Shape> {
        let Some(own) = plan.column(self.center) else {
            return Vec::new();
        };
        let columns = self.drops.iter().map(|(_, column)| *column).chain([own]);
        let xs: Vec<f64> = columns.map(|column| plan.boxes[column].x).collect();
        let left = xs.iter().copied().fold(f64::INFINITY, f64::min);
        let right = xs.iter().copied().fold(0.0, f64::max);
        let bar = [(left, self.y), (right, self.y)];
        let mut shapes = vec![path("link bus".into(), &bar)];
        let drop = |column: usize| {
            let x = plan.boxes[column].x;
            [(x, self.y), (x, plan.top)]
        };
        shapes.push(path("link trunk".into(), &drop(own)));
        for (index, column) in &self.drops {
            let line = drop(*column);
            if moment.state.down.contains(&LinkId::from_index(*index)) {
                shapes.extend(down(plan, line));
            } else {
                shapes.push(path("link drop".into(), &line));
            }
        }
        shapes
    }
}

fn down(plan: &Plan, [from, to]: [(f64, f64); 2]) -> [Shape; 2] {
    let size = plan.sizes.text;
    let middle = f64::midpoint(from.1, to.1);
    let word = Shape::Text {
        class: "link-down".into(),
        at: (r(from.0 + 0.6 * size), r(middle + 0.36 * size)),
        anchor: Anchor::Start,
        text: "✕ down".into(),
        full: None,
    };
    [path("link down".into(), &[from, (to.0, middle)]), word]
}

/// A stretch of a connection's way between neighbours, in the order of lanes.
#[derive(Clone, Copy)]
struct Hop {
    /// Whose, and which one of its way.
    line: usize,
    at: usize,
    /// Its ends, the left one first.
    ends: (usize, usize),
}

impl Hop {
    fn length(&self) -> usize {
        self.ends.1 - self.ends.0
    }

    /// Whether both pass beneath the same gap between boxes.
    fn shares(&self, other: &Self) -> bool {
        self.ends.0 < other.ends.1 && other.ends.0 < self.ends.1
    }

    /// Whether it passes beneath a box at which the other one begins or ends: it must be deeper
    /// then, or the two would cross.
    fn encloses(&self, other: &Self) -> bool {
        let within = |at: usize| self.ends.0 < at && at < self.ends.1;
        within(other.ends.0) || within(other.ends.1)
    }
}

/// The nodes that pass everything on as it is.
pub(super) fn switches(timeline: &Timeline) -> Set<HostId> {
    let ids = (0..timeline.nodes().len()).map(HostId::from_index);
    let is_one = |id: &HostId| matches!(&*timeline.node(*id).kind, "switch" | "hub");
    ids.filter(is_one).collect()
}

/// A way as its places and columns, without the switches at which it would turn back: to the
/// connection they are not there.
pub(super) fn straight(
    route: &[HostId],
    shown: Vec<(usize, usize)>,
    switches: &Set<HostId>,
) -> Vec<(usize, usize)> {
    let turns = |at: usize| {
        let (Some((_, before)), Some((_, after))) = (
            at.checked_sub(1).and_then(|before| shown.get(before)),
            shown.get(at + 1),
        ) else {
            return false;
        };
        let (place, column) = shown[at];
        switches.contains(&route[place]) && (*before < column) == (*after < column)
    };
    let stay: Vec<bool> = (0..shown.len()).map(|at| !turns(at)).collect();
    let kept = shown.into_iter().zip(stay).filter(|(_, stays)| *stays);
    kept.map(|(pair, _)| pair).collect()
}

/// For each stretch of each way its level below the boxes: the first that is free, and deeper
/// than all that lie within it. `meets` says which connections are there at the same time.
pub(super) fn nested(
    order: &[HostId],
    switches: &Set<HostId>,
    routes: &[Vec<HostId>],
    meets: &dyn Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let place = |host: &HostId| order.iter().position(|other| other == host);
    let mut hops: Vec<Hop> = Vec::new();
    for (line, route) in routes.iter().enumerate() {
        let places = route.iter().filter_map(place).enumerate().collect();
        let places = straight(route, places, switches);
        hops.extend(places.windows(2).map(|pair| Hop {
            line,
            at: pair[0].0,
            ends: (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1)),
        }));
    }
    sort_by_key(&mut hops, |hop| (hop.length(), hop.line, hop.at));
    let mut levels: Vec<Vec<usize>> = routes
        .iter()
        .map(|way| vec![0; way.len().max(2) - 1])
        .collect();
    for (index, hop) in hops.iter().enumerate() {
        let others = hops[..index].iter();
        let others = others.filter(|other| hop.line == other.line || meets(hop.line, other.line));
        let others: Vec<&Hop> = others.filter(|other| hop.shares(other)).collect();
        let level = |other: &&Hop| levels[other.line][other.at];
        let within = others.iter().filter(|other| hop.encloses(other));
        let least = within.map(|other| level(other) + 1).max().unwrap_or(0);
        let taken: Vec<usize> = others.iter().map(level).collect();
        let free = (least..).find(|level| !taken.contains(level));
        levels[hop.line][hop.at] = free.unwrap_or(least);
    }
    levels
}

/// The same over the whole run, where a connection keeps its level while it is there.
pub(super) fn over_all(
    timeline: &Timeline,
    outline: &Outline,
    gone: &[Option<EventId>],
) -> Vec<Vec<usize>> {
    let begins = |line: usize| timeline.end(outline.connections[line].ends.client).opening;
    let meets = |one: usize, other: usize| {
        let (early, late) = (one.min(other), one.max(other));
        gone[early].is_none_or(|gone| gone >= begins(late))
    };
    let lines = outline.connections.iter();
    let mut known: Map<(HostId, HostId), Vec<HostId>> = Map::new();
    let routes = lines.map(|line| {
        let to = line.to.unwrap_or(line.from);
        let way = known.get_or_insert_with((line.from, to), || route(timeline, line.from, to));
        way.clone()
    });
    let routes: Vec<Vec<HostId>> = routes.collect();
    if routes.len() > MANY {
        // So many never fit a picture: those that are shown are put in order when they are.
        return routes
            .iter()
            .map(|way| vec![usize::MAX; way.len().max(2) - 1])
            .collect();
    }
    nested(&order(timeline), &switches(timeline), &routes, &meets)
}

/// More connections than these are not compared with one another.
const MANY: usize = 400;
