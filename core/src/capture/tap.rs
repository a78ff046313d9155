//! Where a capture is taken, and what is seen there.

use super::caught::Caught;
use crate::base::{FrameId, HostId, LinkId, Time};
use crate::timeline::{Event, Kind, Timeline};
use std::fmt;

/// A place where frames are captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// At a host: what it sends and what reaches it.
    Node(HostId),
    /// At one side of a router: what it sends there and what reaches it from there.
    Side(HostId, LinkId),
    /// On a link: each frame as it is sent, whether it arrives or not.
    Link(LinkId),
    /// Everywhere. A frame is then seen more than once.
    All,
}

/// A tap's name that names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTap {
    name: String,
    taps: Vec<String>,
}

impl fmt::Display for UnknownTap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, taps } = self;
        write!(f, "there is no tap `{name}`: choose {}", taps.join(", "))
    }
}

impl std::error::Error for UnknownTap {}

impl Tap {
    /// The names of all taps: hosts and the sides of routers, links, and `all`.
    #[must_use]
    pub fn names(timeline: &Timeline) -> Vec<String> {
        let nodes = at_nodes(timeline).map(|tap| tap.name(timeline));
        let links = timeline.links().iter().map(|l| l.name.clone());
        nodes.chain(links).chain(["all".to_owned()]).collect()
    }

    /// The tap of this name: `laptop`, `router:laptop` (the router's side towards the
    /// laptop), `laptop - server` or `laptop-server` in either order, or `all`.
    ///
    /// # Errors
    /// Names the taps that exist where this one does not.
    pub fn named(timeline: &Timeline, name: &str) -> Result<Self, UnknownTap> {
        if name == "all" {
            return Ok(Self::All);
        }
        if let Some(tap) = at_nodes(timeline).find(|tap| tap.name(timeline) == name) {
            return Ok(tap);
        }
        let wanted = squeeze(name);
        let link = timeline.links().iter().position(|link| {
            let [a, b] = link.ends.map(|end| timeline.node(end).name.as_str());
            squeeze(&link.name) == wanted || format!("{b}-{a}") == wanted
        });
        match link {
            Some(index) => Ok(Self::Link(LinkId::from_index(index))),
            None => Err(UnknownTap {
                name: name.to_owned(),
                taps: Self::names(timeline),
            }),
        }
    }

    /// The tap to take where none is named: the first person's host, else the first host.
    #[must_use]
    pub fn first(timeline: &Timeline) -> Self {
        let person = hosts(timeline).find(|id| timeline.node(*id).person.is_some());
        person
            .or_else(|| hosts(timeline).next())
            .map_or(Self::All, Self::Node)
    }

    /// Its name.
    #[must_use]
    pub fn name(self, timeline: &Timeline) -> String {
        match self {
            Self::Node(host) => timeline.node(host).name.clone(),
            Self::Side(router, link) => {
                let towards = timeline.link(link).other(router);
                let [router, towards] = [router, towards].map(|id| &timeline.node(id).name);
                format!("{router}:{towards}")
            }
            Self::Link(link) => timeline.link(link).name.clone(),
            Self::All => "all".to_owned(),
        }
    }

    /// Whether what is seen there has a direction.
    pub(super) fn is_at_node(self) -> bool {
        matches!(self, Self::Node(_) | Self::Side(..))
    }

    /// What is seen of an event there.
    pub(super) fn sees(self, timeline: &Timeline, event: Event) -> Option<Seen> {
        let (inbound, frame) = match event.kind {
            Kind::Sent => (false, FrameId(event.arg)),
            Kind::Delivered => (true, FrameId(event.arg)),
            // It was lost where it arrived: it is seen there before the node looks at it.
            Kind::Dropped => {
                if timeline.is_lost_on_link(&event) {
                    return None;
                }
                (true, timeline.dropped(event.arg).frame)
            }
            _ => return None,
        };
        // What the link doubled, its sender did not see.
        let doubled = !inbound && self.is_at_node() && timeline.is_copy(frame);
        let seen = match self {
            _ if doubled => false,
            Self::Node(host) => event.host == host,
            Self::Side(router, link) => event.host == router && timeline.frame(frame).link == link,
            Self::Link(link) => !inbound && timeline.frame(frame).link == link,
            Self::All => !inbound,
        };
        seen.then_some(Seen {
            time: event.time,
            host: event.host,
            frame,
            inbound,
        })
    }
}

/// A frame as a tap sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub time: Time,
    pub host: HostId,
    pub frame: FrameId,
    pub inbound: bool,
}

impl Seen {
    /// It, on its way into a capture, as the one of this number.
    pub fn caught<'a>(
        self,
        timeline: &'a Timeline,
        number: u64,
        comments: &'a [String],
    ) -> Caught<'a> {
        Caught {
            number,
            time: self.time,
            frame: self.frame,
            inbound: self.inbound,
            bytes: self.bytes(timeline),
            comments,
        }
    }

    /// Its bytes, as they were sent or as they arrived.
    pub fn bytes(self, timeline: &Timeline) -> &[u8] {
        if self.inbound {
            timeline.arrived(self.frame)
        } else {
            timeline.bytes(self.frame)
        }
    }
}

/// The taps at nodes. A box that forwards sees each frame twice: a router is tapped side by
/// side, a switch or hub on its links.
pub(super) fn at_nodes(timeline: &Timeline) -> impl Iterator<Item = Tap> + '_ {
    let ids = (0..timeline.nodes().len()).map(HostId::from_index);
    ids.flat_map(|id| {
        let node = timeline.node(id);
        let host = (node.kind == "host").then_some(Tap::Node(id));
        let ports = node.router.iter().flat_map(|router| &router.ports);
        host.into_iter()
            .chain(ports.map(move |port| Tap::Side(id, port.link)))
    })
}

fn hosts(timeline: &Timeline) -> impl Iterator<Item = HostId> + '_ {
    let nodes = timeline.nodes().iter().enumerate();
    nodes
        .filter(|(_, node)| node.kind == "host")
        .map(|(index, _)| HostId::from_index(index))
}

fn squeeze(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}
