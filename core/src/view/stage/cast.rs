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

/// Hosts in the order of the scenario, each switch and hub in the middle of those it joins; with
/// routers, all as the links lead, from left to right.
pub(super) fn order(timeline: &Timeline) -> Vec<HostId> {
    let ids = || (0..timeline.nodes().len()).map(HostId::from_index);
    let links = || timeline.links().iter();
    let mut order: Vec<HostId> = Vec::new();
    if timeline.nodes().iter().any(|node| node.router.is_some()) {
        for link in links() {
            let [a, b] = link.ends;
            let at = order.iter().position(|node| *node == b);
            for (node, at) in [(a, at), (b, None)] {
                if !order.contains(&node) {
                    order.insert(at.unwrap_or(order.len()), node);
                }
            }
        }
        for node in ids() {
            if !order.contains(&node) {
                order.push(node);
            }
        }
        return order;
    }
    let is_between = |id: &HostId| matches!(&*timeline.node(*id).kind, "switch" | "hub");
    order.extend(ids().filter(|id| !is_between(id)));
    for switch in ids().filter(is_between) {
        let joined = links().filter(|link| link.ends.contains(&switch));
        let places = joined.filter_map(|link| {
            let other = link.other(switch);
            order.iter().position(|id| *id == other)
        });
        let places: Set<usize> = places.collect();
        let left_of_it = places.iter().nth(places.len().saturating_sub(1) / 2);
        order.insert(left_of_it.map_or(order.len(), |place| place + 1), switch);
    }
    order
}
