//! Where a capture is taken, and what is seen there.

use crate::base::{FrameId, HostId, LinkId, Time};
use crate::timeline::{Event, Kind, Timeline};
use std::fmt;

/// A place where frames are captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// At a host: what it sends and what reaches it.
    Node(HostId),
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
    /// The names of all taps: hosts, links, and `all`.
    #[must_use]
    pub fn names(timeline: &Timeline) -> Vec<String> {
        let hosts = hosts(timeline).map(|id| timeline.node(id).name.clone());
        let links = timeline.links().iter().map(|l| l.name.clone());
        hosts.chain(links).chain(["all".to_owned()]).collect()
    }

    /// The tap of this name: `laptop`, `laptop - server` or `laptop-server` in either
    /// order, or `all`.
    ///
    /// # Errors
    /// Names the taps that exist where this one does not.
    pub fn named(timeline: &Timeline, name: &str) -> Result<Self, UnknownTap> {
        if name == "all" {
            return Ok(Self::All);
        }
        if let Some(host) = hosts(timeline).find(|id| timeline.node(*id).name == name) {
            return Ok(Self::Node(host));
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
    pub fn name(self, timeline: &Timeline) -> &str {
        match self {
            Self::Node(host) => &timeline.node(host).name,
            Self::Link(link) => &timeline.link(link).name,
            Self::All => "all",
        }
    }

    /// What is seen there, in order.
    pub(super) fn seen(self, timeline: &Timeline) -> impl Iterator<Item = Seen> + '_ {
        let events = timeline.events().iter();
        events.filter_map(move |event| self.sees(timeline, event))
    }

    pub(super) fn sees(self, timeline: &Timeline, event: Event) -> Option<Seen> {
        let inbound = match event.kind {
            Kind::Sent => false,
            Kind::Delivered => true,
            _ => return None,
        };
        let frame = FrameId(event.arg);
        let seen = match self {
            Self::Node(host) => event.host == host,
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

/// Those that can be tapped. A box that forwards would see each frame twice.
pub(super) fn hosts(timeline: &Timeline) -> impl Iterator<Item = HostId> + '_ {
    let nodes = timeline.nodes().iter().enumerate();
    nodes
        .filter(|(_, node)| node.kind == "host")
        .map(|(index, _)| HostId::from_index(index))
}

fn squeeze(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}
