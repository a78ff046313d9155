//! Why something happened, told in a few links: what `explain` finds out and every view shows.

use super::{Kind, Timeline};
use crate::base::sorted::Set;
use crate::base::{CloseReason, ConnId, EventId, FrameId, HostId, Time};
use serde::{Deserialize, Serialize};

/// What an event came of, from a root on: somebody who acted, a host that came up, a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The event that is explained.
    pub event: EventId,
    /// What is the matter with it.
    pub matter: Matter,
    /// The way to it, the root first and the event itself last.
    pub links: Vec<Link>,
    /// What decided that it went wrong; none where nothing did.
    pub trouble: Option<Trouble>,
}

/// What is the matter with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A packet was lost.
    Lost,
    /// A reply said no.
    Refused,
    /// The network said no, or a host where nobody listens: an error, a reset.
    Rejected,
    /// A connection ended otherwise than both sides wished, or never came to be.
    Broken,
    /// A letter did not get there: a report of it goes back.
    Bounced,
    /// What a person asked for came to nothing.
    Failed,
    /// Nothing.
    Nothing,
}

/// One link of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The event.
    pub event: EventId,
    /// The packet that shows it, where one does.
    pub frame: Option<FrameId>,
    /// When.
    pub time: Time,
    /// At which node.
    pub host: HostId,
    /// What the node does, in at most a dozen words that follow its name.
    pub says: String,
}

/// The first event that decided that something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The event.
    pub event: EventId,
    /// The name of the node or the link where it happened.
    pub place: String,
    /// Why, in a few words.
    pub reason: String,
}

impl Chain {
    /// What everything began with.
    #[must_use]
    pub fn root(&self) -> Option<&Link> {
        self.links.first()
    }
}

impl Trouble {
    /// Place and reason in one: `router: firewall: no mail`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}: {}", self.place, self.reason)
    }
}

impl Timeline {
    /// Those of some chains that are worth telling one after the other: each trouble once where
    /// it happens, and once for each no and each letter that comes of it.
    #[must_use]
    pub fn worth_telling<'a>(&self, chains: &'a [Chain]) -> Vec<&'a Chain> {
        // A no that comes of it tells of a call in vain, too.
        let said = |chain: &&Chain| matches!(chain.matter, Matter::Refused | Matter::Bounced);
        let said: Set<EventId> = chains
            .iter()
            .filter(said)
            .filter_map(|chain| Some(chain.trouble.as_ref()?.event))
            .collect();
        let mut troubles: Set<EventId> = Set::new();
        let mut told: Set<(Matter, &str, &str)> = Set::new();
        let worth = |chain: &&'a Chain| {
            let Some(trouble) = &chain.trouble else {
                return false;
            };
            let is_new = troubles.insert(trouble.event);
            let tells = match chain.matter {
                Matter::Lost | Matter::Refused | Matter::Bounced => true,
                Matter::Rejected => is_new,
                Matter::Broken if said.contains(&trouble.event) => false,
                Matter::Broken => is_new || self.timed_out(chain.event),
                Matter::Failed | Matter::Nothing => false,
            };
            tells && told.insert((chain.matter, &trouble.place, &trouble.reason))
        };
        chains.iter().filter(worth).collect()
    }

    fn timed_out(&self, event: EventId) -> bool {
        let event = self.event(event);
        let reason = || self.end(ConnId(event.arg)).reason;
        event.kind == Kind::Closed && reason() == Some(CloseReason::TimedOut)
    }
}
