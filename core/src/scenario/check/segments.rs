//! Segments: the links that switches and hubs join, and that routers divide.

use crate::base::HostId;
use crate::scenario::model::{Nat, Scenario};
use crate::scenario::problem::Problems;

/// Which links are one segment, and what lies on which side of which router.
pub(super) struct Segments {
    /// The segment of each link, counted from 0 in the order of `links`.
    of_link: Vec<usize>,
    /// How many there are.
    pub count: usize,
    /// The routers that translate addresses, each with the segments inside.
    hidden: Vec<(HostId, Vec<bool>)>,
}

impl Segments {
    /// Those of a scenario whose routers have their ports.
    pub fn of(scenario: &Scenario, problems: &mut Problems) -> Self {
        let mut of_link: Vec<usize> = (0..scenario.links.len()).collect();
        for index in 0..scenario.nodes.len() {
            let id = HostId::from_index(index);
            if scenario.router(id).is_some() {
                continue;
            }
            let links: Vec<usize> = scenario.links_of(id).map(|(l, _)| l.index()).collect();
            for pair in links.windows(2) {
                merge(&mut of_link, pair[0], pair[1]);
            }
        }
        let mut heads: Vec<usize> = of_link.clone();
        heads.sort_unstable();
        heads.dedup();
        for segment in &mut of_link {
            *segment = heads.iter().position(|h| h == segment).unwrap_or(0);
        }
        let mut segments = Self {
            of_link,
            count: heads.len(),
            hidden: Vec::new(),
        };
        segments.sides(scenario, problems);
        segments
    }

    /// The segments of a node's links, in the order of its links.
    pub fn at(&self, scenario: &Scenario, node: HostId) -> Vec<usize> {
        let links = scenario.links_of(node);
        links.map(|(link, _)| self.of_link[link.index()]).collect()
    }

    /// What lies left of a router: the segments that its ports inside lead to, and those
    /// behind them.
    pub fn inside(&self, scenario: &Scenario, router: HostId) -> Vec<bool> {
        let mut inside = vec![false; self.count];
        for port in scenario.router(router).iter().flat_map(|r| &r.ports) {
            inside[self.of_link[port.link.index()]] |= port.inside;
        }
        loop {
            let before = inside.clone();
            for (id, _) in scenario.routers().filter(|(id, _)| *id != router) {
                let at = self.at(scenario, id);
                if at.iter().any(|s| inside[*s]) {
                    at.iter().for_each(|s| inside[*s] = true);
                }
            }
            if inside == before {
                return inside;
            }
        }
    }

    /// Whether a segment lies inside some router's NAT.
    pub fn is_private(&self, segment: usize) -> bool {
        self.hidden.iter().any(|(_, inside)| inside[segment])
    }

    /// Whether the IPv4 addresses of a segment mean nothing at a node, since a NAT hides
    /// them.
    pub fn is_hidden_from(&self, scenario: &Scenario, segment: usize, node: HostId) -> bool {
        self.hidden.iter().any(|(nat, inside)| {
            inside[segment] && *nat != node && !self.is_inside(scenario, node, inside)
        })
    }

    /// The routers whose NAT a router stands in.
    pub fn nats_of(&self, scenario: &Scenario, router: HostId) -> Vec<HostId> {
        let nats = self
            .hidden
            .iter()
            .filter(|(nat, inside)| *nat != router && self.is_inside(scenario, router, inside));
        nats.map(|(nat, _)| *nat).collect()
    }

    fn is_inside(&self, scenario: &Scenario, node: HostId, inside: &[bool]) -> bool {
        self.at(scenario, node).iter().any(|s| inside[*s])
    }

    /// What each NAT hides; and whether it has two sides.
    fn sides(&mut self, scenario: &Scenario, problems: &mut Problems) {
        for (id, router) in scenario.routers() {
            let node = &scenario.nodes[id.index()];
            let mut at = self.at(scenario, id);
            at.sort_unstable();
            if at.windows(2).any(|pair| pair[0] == pair[1]) {
                problems.error(
                    node.span,
                    format!("`{}` has two links into one network", node.name),
                    "a router joins different networks; take one link out, or put a router between",
                );
            }
            if router.nat == Nat::Off {
                continue;
            }
            let inside = self.inside(scenario, id);
            let outside = |port: &crate::scenario::model::Port| !port.inside;
            if router.ports.iter().all(outside) {
                problems.error(
                    node.span,
                    format!("`{}` has nothing inside to hide", node.name),
                    format!(
                        "what stands left of it is inside: \"laptop - {} - …\"",
                        node.name
                    ),
                );
            } else if !router.ports.iter().any(outside) {
                problems.error(
                    node.span,
                    format!("`{}` has no outside", node.name),
                    format!(
                        "what stands right of it is outside: \"… - {} - server\"",
                        node.name
                    ),
                );
            } else if router
                .ports
                .iter()
                .any(|p| !p.inside && inside[self.of_link[p.link.index()]])
            {
                problems.error(
                    node.span,
                    format!(
                        "another way leads from the inside of `{}` to its outside",
                        node.name
                    ),
                    "what it hides must be reached through it alone; take a link out",
                );
            }
            self.hidden.push((id, inside));
        }
    }
}

/// Everybody is joined, and no two ways through switches lead to the same place.
pub(super) fn joined(scenario: &Scenario, problems: &mut Problems) {
    let mut part: Vec<usize> = (0..scenario.nodes.len()).collect();
    let mut segment = part.clone();
    for link in &scenario.links {
        let (a, b) = (link.a.index(), link.b.index());
        merge(&mut part, a, b);
        if scenario.router(link.a).is_some() || scenario.router(link.b).is_some() {
            continue;
        }
        if segment[a] == segment[b] {
            problems.error(
                link.span,
                format!("`{}` closes a loop of switches", link.name),
                "frames would circle for ever; take one link out",
            );
        }
        merge(&mut segment, a, b);
    }
    for (i, node) in scenario.nodes.iter().enumerate() {
        if part[i] == i && i > 0 {
            problems.error(
                node.span,
                format!(
                    "nothing leads from `{}` to `{}`",
                    scenario.nodes[0].name, node.name
                ),
                "join the two parts in links",
            );
        }
    }
}

/// Makes two groups one, named by the lesser.
fn merge(group: &mut [usize], a: usize, b: usize) {
    let (a, b) = (group[a], group[b]);
    for g in group {
        if *g == a.max(b) {
            *g = a.min(b);
        }
    }
}
