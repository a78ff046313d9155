//! The events of a run, as columns: time, kind, host, cause, argument.

use crate::base::{EventId, HostId, Time};
use serde::{Deserialize, Serialize};

/// What happened. The argument names a row of the side table given with each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Kind {
    /// A host came up. No argument.
    Started,
    /// A person did something (`actions`).
    Acted,
    /// A node put a frame on a link (`frames`).
    Sent,
    /// A frame reached a node (`frames`).
    Delivered,
    /// A frame was lost (`drops`).
    Dropped,
    /// A timer went off that its cause had armed (`timers`).
    Timer,
    /// A host made its end of a connection (`ends`).
    Opening,
    /// The connection is open at this end (`ends`).
    Opened,
    /// The peer sends no more (`ends`).
    HeardFinish,
    /// The connection is gone at this end (`ends`, which holds the reason).
    Closed,
    /// A program listens at a port (`listeners`).
    Listening,
    /// It listens there no more (`listeners`).
    Unlistened,
    /// A program said something (`turns`).
    Turn,
    /// A program's own state changed (`notes`).
    Note,
    /// A phase of the work began (`phases`).
    Phase,
    /// What a person asked for came to an end (`outcomes`).
    Outcome,
    /// A node could not pass on a frame that had been delivered to it (`drops`).
    Discarded,
    /// A router's table of flows changed (`flows`).
    Flow,
    /// A link went down. The argument is the link; the node is its first end.
    LinkDown,
    /// A link came up again. The argument is the link; the node is its first end.
    LinkUp,
    /// A program's files changed, or it says what it starts with (`kept`).
    Kept,
    /// A host went off. No argument.
    HostDown,
    /// A host that was off comes up again. No argument.
    HostUp,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the order of all events.
    pub id: EventId,
    /// When.
    pub time: Time,
    /// What.
    pub kind: Kind,
    /// At which node.
    pub host: HostId,
    /// The earlier event that made it happen; none for a root.
    pub cause: Option<EventId>,
    /// A row of the table that the kind names.
    pub arg: u32,
}

/// All events of a run. Time never goes back, and a cause lies before its effect.
#[derive(Clone, Debug, Default)]
pub struct Events {
    time: Vec<Time>,
    kind: Vec<Kind>,
    host: Vec<HostId>,
    cause: Vec<u32>,
    arg: Vec<u32>,
}

const NO_CAUSE: u32 = u32::MAX;

impl Events {
    /// Appends an event. Panics where time goes back or the cause lies ahead: both are bugs.
    pub fn push(
        &mut self,
        time: Time,
        kind: Kind,
        host: HostId,
        cause: Option<EventId>,
        arg: u32,
    ) -> EventId {
        let id = EventId::from_index(self.time.len());
        assert!(
            self.time.last().is_none_or(|last| *last <= time),
            "time went back"
        );
        assert!(
            cause.is_none_or(|c| c < id),
            "a cause lies before its effect"
        );
        self.time.push(time);
        self.kind.push(kind);
        self.host.push(host);
        self.cause.push(cause.map_or(NO_CAUSE, |c| c.0));
        self.arg.push(arg);
        id
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// The event with this id.
    #[must_use]
    pub fn get(&self, id: EventId) -> Event {
        let i = id.index();
        Event {
            id,
            time: self.time[i],
            kind: self.kind[i],
            host: self.host[i],
            cause: Some(self.cause[i]).filter(|c| *c != NO_CAUSE).map(EventId),
            arg: self.arg[i],
        }
    }

    /// All of them in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Event> + '_ {
        (0..self.len()).map(|i| self.get(EventId::from_index(i)))
    }

    /// Those of `range`, by index.
    pub fn range(
        &self,
        range: std::ops::Range<usize>,
    ) -> impl DoubleEndedIterator<Item = Event> + '_ {
        range.map(|i| self.get(EventId::from_index(i)))
    }

    /// When the last one happened.
    #[must_use]
    pub fn last_time(&self) -> Time {
        self.time.last().copied().unwrap_or(Time::ZERO)
    }

    /// How many happened before `time` or at it.
    #[must_use]
    pub fn count_until(&self, time: Time) -> usize {
        self.time.partition_point(|t| *t <= time)
    }
}
