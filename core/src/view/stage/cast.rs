//! Who has a lane, and in which order.

use crate::base::HostId;
use crate::base::sorted::Set;
use crate::timeline::Timeline;
use crate::view::draw::lanes::Lanes;
use crate::view::draw::letters::Sizes;
use crate::view::outline::{Outline, Place};

/// The nodes that have lanes at a place, left to right: all; or, where there is room for two
/// alone, those of the turn shown, or of the next one.
#[must_use]
pub fn cast(timeline: &Timeline, outline: &Outline, place: Place, narrow: bool) -> Vec<HostId> {
    let all = order(timeline);
    if !narrow || all.len() <= 2 {
        return all;
    }
    let here = outline.here(place);
    let last = outline.rows.len().checked_sub(1);
    let near = here.or(if place.at == 0 { Some(0) } else { last });
    // A turn that nobody hears leaves the stage to the last one that somebody heard.
    let rows = near.map_or(&[][..], |near| {
        &outline.rows[..outline.rows.len().min(near + 1)]
    });
    let heard = rows.iter().rev().chain(&outline.rows);
    let pair = heard.filter_map(|row| Some([row.from, row.to?])).next();
    match pair {
        Some(pair) => all.into_iter().filter(|host| pair.contains(host)).collect(),
        None => all.into_iter().take(2).collect(),
    }
}

/// The lanes at a place in a picture `width` wide.
#[must_use]
pub fn lanes(
    timeline: &Timeline,
    outline: &Outline,
    place: Place,
    width: f64,
    sizes: Sizes,
) -> Lanes {
    let narrow = Lanes::is_narrow(timeline.nodes().len(), width, sizes);
    let hosts = cast(timeline, outline, place, narrow);
    Lanes::laid_out(&hosts, width, sizes, narrow)
}

/// Hosts and routers in the order of the scenario, those that hang on one node beside each
/// other; each switch and hub in the middle of those it joins.
pub(super) fn order(timeline: &Timeline) -> Vec<HostId> {
    let ids = || (0..timeline.nodes().len()).map(HostId::from_index);
    let is_between = |id: &HostId| matches!(&*timeline.node(*id).kind, "switch" | "hub");
    let joined = |node: HostId| {
        let links = timeline.links().iter();
        let links = links.filter(move |link| link.ends.contains(&node));
        links.map(move |link| link.other(node))
    };
    // The one node that it hangs on.
    let stem = |node: HostId| joined(node).next().filter(|_| joined(node).count() == 1);
    let mut order: Vec<HostId> = Vec::new();
    for node in ids().filter(|id| !is_between(id)) {
        let like_it = |other: &HostId| stem(node).is_some() && stem(*other) == stem(node);
        let beside = order.iter().rposition(like_it);
        order.insert(beside.map_or(order.len(), |at| at + 1), node);
    }
    for switch in ids().filter(is_between) {
        let places = joined(switch).filter_map(|other| order.iter().position(|id| *id == other));
        let places: Set<usize> = places.collect();
        let left_of_it = places.iter().nth(places.len().saturating_sub(1) / 2);
        order.insert(left_of_it.map_or(order.len(), |place| place + 1), switch);
    }
    order
}
