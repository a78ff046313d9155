//! What hangs on one node: its links as a bar with a drop to each box, and the levels of pipes,
//! so that none crosses another.

use super::cast::order;
use super::plan::Plan;
use super::routes::route;
use super::shapes::{path, r};
use crate::base::sorted::{Map, sort_by_key};
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
                shapes.push(path("link".into(), &line));
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

/// A connection's way, as stretches between neighbours in the order of lanes.
struct Way {
    hops: Vec<(usize, usize)>,
    long: usize,
}

impl Way {
    /// Whether it passes beneath a box at which the other one begins or ends: it must be deeper
    /// then, or the two would cross.
    fn encloses(&self, other: &Self) -> bool {
        let within = |(from, to): (usize, usize), at: usize| from < at && at < to;
        self.hops.iter().any(|hop| {
            let mut ends = other.hops.iter().flat_map(|(from, to)| [*from, *to]);
            ends.any(|end| within(*hop, end))
        })
    }
}

/// For each connection the level of its pipe among those that are there at the same time: the
/// first that is free, and deeper than all that lie within it.
pub(super) fn levels(
    timeline: &Timeline,
    outline: &Outline,
    gone: &[Option<EventId>],
) -> Vec<usize> {
    let order = order(timeline);
    let place = |host: &HostId| {
        order
            .iter()
            .position(|other| other == host)
            .unwrap_or_default()
    };
    let mut known: Map<(HostId, HostId), Vec<(usize, usize)>> = Map::new();
    let lines = outline.connections.iter();
    let ways: Vec<Way> = lines
        .map(|line| {
            let to = line.to.unwrap_or(line.from);
            let hops = known.get_or_insert_with((line.from, to), || {
                let route = route(timeline, line.from, to);
                let places: Vec<usize> = route.iter().map(place).collect();
                let pairs = places.windows(2);
                pairs.map(|p| (p[0].min(p[1]), p[0].max(p[1]))).collect()
            });
            let long = hops.iter().map(|(from, to)| to - from).max();
            Way {
                hops: hops.clone(),
                long: long.unwrap_or(0),
            }
        })
        .collect();
    let meets = together(timeline, outline, gone);
    let mut by_length: Vec<usize> = (0..ways.len()).collect();
    sort_by_key(&mut by_length, |index| (ways[*index].long, *index));
    let mut levels: Vec<Option<usize>> = vec![None; ways.len()];
    for index in by_length {
        let others = || {
            meets[index]
                .iter()
                .filter_map(|other| Some((other, levels[*other]?)))
        };
        let within = others().filter(|(other, _)| ways[index].encloses(&ways[**other]));
        let least = within.map(|(_, level)| level + 1).max().unwrap_or(0);
        let mut level = least;
        while others().any(|(_, taken)| taken == level) {
            level += 1;
        }
        levels[index] = Some(level);
    }
    levels.into_iter().map(Option::unwrap_or_default).collect()
}

/// For each connection those that are there at the same time.
fn together(timeline: &Timeline, outline: &Outline, gone: &[Option<EventId>]) -> Vec<Vec<usize>> {
    let mut meets: Vec<Vec<usize>> = vec![Vec::new(); gone.len()];
    let mut there: Vec<usize> = Vec::new();
    for (index, line) in outline.connections.iter().enumerate() {
        let begins = timeline.end(line.ends.client).opening;
        there.retain(|other| gone[*other].is_none_or(|gone| gone >= begins));
        for other in &there {
            meets[index].push(*other);
            meets[*other].push(index);
        }
        there.push(index);
    }
    meets
}
