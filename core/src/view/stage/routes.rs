//! The way through the network: over the fewest links.

use crate::base::HostId;
use crate::timeline::Timeline;
use std::collections::VecDeque;

/// The nodes from one to another, both included; empty where there is no way.
pub(super) fn route(timeline: &Timeline, from: HostId, to: HostId) -> Vec<HostId> {
    let mut came: Vec<Option<HostId>> = vec![None; timeline.nodes().len()];
    let mut next = VecDeque::from([to]);
    came[to.index()] = Some(to);
    while let Some(node) = next.pop_front() {
        let links = timeline.links().iter();
        for link in links.filter(|link| link.ends.contains(&node)) {
            let other = link.other(node);
            if came[other.index()].is_none() {
                came[other.index()] = Some(node);
                next.push_back(other);
            }
        }
    }
    let mut way = vec![from];
    let mut at = from;
    while at != to {
        let Some(towards) = came[at.index()] else {
            return Vec::new();
        };
        at = towards;
        way.push(at);
    }
    way
}
