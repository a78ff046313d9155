//! Which events of the way are told: the root, the event itself, and between them the few that
//! matter most. What happened again and again is told once, with a number.

use super::rank::{Likes, NOTHING, Ranks, WORTH, likeness};
use super::walk::{Node, What};
use super::{FEWEST, MOST};
use crate::base::sorted;
use crate::timeline::{Kind, RunInfo, Timeline};

/// The nodes that are told, the first in time first. `nodes` go from the event back to its root.
pub(super) fn choose(timeline: &Timeline, info: &RunInfo, nodes: &[Node]) -> Vec<Node> {
    let ranks = Ranks::of(timeline, info, nodes);
    let Some((&effect, before)) = nodes.split_first() else {
        return Vec::new();
    };
    let mut chosen = vec![effect];
    let mut between = Vec::new();
    if let Some(root) = root(timeline, before) {
        chosen.push(root);
        // What stands beside the way may lie before its root: then it begins there itself.
        let belongs =
            |node: &Node| node.event > root.event || timeline.event(node.event).cause.is_none();
        let others = before.iter().copied().filter(|node| *node != root);
        between.extend(others.filter(belongs));
    }
    let mut likes = Likes::new();
    let mut count = |node: Node| -> u32 {
        let Some(like) = likeness(timeline, node) else {
            return 1;
        };
        let times = likes.or_default(like);
        *times += 1;
        *times
    };
    count(effect);
    // The last one of its like is told, the others counted.
    let mut ranked: Vec<(u8, Node)> = Vec::new();
    for node in between {
        let times = count(node);
        if times == 1 {
            ranked.push((ranks.rank(node), node));
        }
    }
    for (_, node) in &mut ranked {
        let like = likeness(timeline, *node).and_then(|like| likes.get(&like));
        let counts = matches!(timeline.event(node.event).kind, Kind::Timer | Kind::Turn);
        if node.what == What::Itself && counts {
            node.times = like.copied().unwrap_or(1);
        }
    }
    sorted::sort_by_key(&mut ranked, |(rank, node)| {
        (u8::MAX - rank, u32::MAX - node.event.0)
    });
    for (rank, node) in ranked {
        let enough = if rank >= WORTH { MOST } else { FEWEST };
        if rank > NOTHING && chosen.len() < enough {
            chosen.push(node);
        }
    }
    sorted::sort_by_key(&mut chosen, |node| node.event);
    chosen
}

/// Where the way begins: at what has no cause, and of several such at somebody who acts.
fn root(timeline: &Timeline, nodes: &[Node]) -> Option<Node> {
    let is_root = |node: &&Node| timeline.event(node.event).cause.is_none();
    let acts = |node: &&Node| timeline.event(node.event).kind == Kind::Acted;
    let mut roots = nodes.iter().filter(is_root);
    let acted = nodes.iter().filter(is_root).find(acts);
    acted.or_else(|| roots.next_back()).copied()
}
