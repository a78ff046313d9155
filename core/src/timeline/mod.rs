//! What happened: frames, events and their causes, append-only, and what follows from them.
//!
//! While a run is recorded, rows are appended and nothing else: no frame is dissected, no
//! step grouped, no text made. Connections, steps and states are folded out of it later.

mod arena;
mod arrivals;
mod connections;
mod events;
mod info;
mod json;
mod letters;
mod losses;
mod record;
mod remarks;
#[cfg(test)]
pub(crate) mod sample;
mod state;
mod steps;
mod stream;
mod tables;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod way;
mod whys;

pub use arena::{Arena, Slot};
pub use arrivals::{Arrival, Comparing, Difference};
pub use connections::Connection;
pub use events::{Event, Events, Kind};
pub use info::{Caption, RunInfo, Setting, Tie};
pub use json::{JSON_SCHEMA, JSON_VERSION, to_json};
pub use losses::Loss;
pub use record::Moment;
pub use remarks::Remark;
pub use state::{FileState, HostState, SocketState, State, States};
pub use steps::{Step, StepSize};
pub use stream::{Arrived, Piece};
pub use tables::{
    Act, Action, Carried, Drop, DropReason, End, Flow, FlowMaker, FlowRecord, FlowState, Frame,
    KeptRecord, LinkInfo, Listener, NodeInfo, Note, PortInfo, Protocol, RouterInfo, RuleInfo,
    Timer, TurnRecord,
};
pub use whys::{Chain, Link, Matter, Trouble};

use crate::base::{ConnId, EventId, FrameId, HostId, LinkId, Outcome, RuleId, Time};
use std::net::IpAddr;

/// A run, as it was recorded. A clone shares most bytes of the frames.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    arena: Arena,
    events: Events,
    frames: Vec<Frame>,
    /// Frames that a link damaged, in order, and how they arrive.
    spoilt: Vec<(FrameId, Slot)>,
    nodes: Vec<NodeInfo>,
    links: Vec<LinkInfo>,
    actions: Vec<Action>,
    drops: Vec<Drop>,
    timers: Vec<Timer>,
    ends: Vec<End>,
    listeners: Vec<Listener>,
    turns: Vec<TurnRecord>,
    notes: Vec<Note>,
    phases: Vec<&'static str>,
    outcomes: Vec<Outcome>,
    rules: Vec<RuleInfo>,
    flows: Vec<FlowRecord>,
    kept: Vec<KeptRecord>,
}

impl Timeline {
    /// All events.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// One event.
    #[must_use]
    pub fn event(&self, id: EventId) -> Event {
        self.events.get(id)
    }

    /// When the last event happened.
    #[must_use]
    pub fn last_time(&self) -> Time {
        self.events.last_time()
    }

    /// All frames, in the order in which they were sent.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// One frame.
    #[must_use]
    pub fn frame(&self, id: FrameId) -> &Frame {
        &self.frames[id.index()]
    }

    /// A frame's bytes.
    #[must_use]
    pub fn bytes(&self, id: FrameId) -> &[u8] {
        self.arena.get(self.frame(id).slot)
    }

    /// A frame's bytes as they arrive: other than they were sent where the link damaged them.
    #[must_use]
    pub fn arrived(&self, id: FrameId) -> &[u8] {
        self.arena.get(self.arrived_slot(id))
    }

    /// Where a frame's bytes lie as they arrive.
    #[must_use]
    pub fn arrived_slot(&self, id: FrameId) -> Slot {
        match self.spoilt.binary_search_by_key(&id, |(frame, _)| *frame) {
            Ok(at) => self.spoilt[at].1,
            Err(_) => self.frame(id).slot,
        }
    }

    /// Whether a link made this frame, as a second one of the frame that it forwards.
    #[must_use]
    pub fn is_copy(&self, id: FrameId) -> bool {
        let frame = self.frame(id);
        frame.forwards.is_some_and(|first| {
            let first = self.frame(first);
            first.link == frame.link && first.from == frame.from
        })
    }

    /// How many bytes all frames hold together; forwarded frames share theirs.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.arena.total()
    }

    /// How many bytes of frames are held now: fewer where some were let go.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.arena.held()
    }

    /// The nodes of the network.
    #[must_use]
    pub fn nodes(&self) -> &[NodeInfo] {
        &self.nodes
    }

    /// One node.
    #[must_use]
    pub fn node(&self, id: HostId) -> &NodeInfo {
        &self.nodes[id.index()]
    }

    /// The node of this name.
    #[must_use]
    pub fn node_named(&self, name: &str) -> Option<HostId> {
        let index = self.nodes.iter().position(|n| n.name == name)?;
        Some(HostId::from_index(index))
    }

    /// The node with this address.
    #[must_use]
    pub fn node_at(&self, address: IpAddr) -> Option<HostId> {
        let mut nodes = self.nodes.iter();
        let index = nodes.position(|node| node.addresses.contains(&address))?;
        Some(HostId::from_index(index))
    }

    /// The name of the node with this address, or else the address.
    #[must_use]
    pub fn name_of(&self, address: IpAddr) -> String {
        match self.node_at(address) {
            Some(node) => self.node(node).name.clone(),
            None => address.to_string(),
        }
    }

    /// The links of the network.
    #[must_use]
    pub fn links(&self) -> &[LinkInfo] {
        &self.links
    }

    /// One link.
    #[must_use]
    pub fn link(&self, id: LinkId) -> &LinkInfo {
        &self.links[id.index()]
    }

    /// What an `Acted` event's argument names.
    #[must_use]
    pub fn action(&self, arg: u32) -> &Action {
        &self.actions[arg as usize]
    }

    /// One rule of a firewall.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> &RuleInfo {
        &self.rules[id.index()]
    }

    /// What a `Flow` event's argument names.
    #[must_use]
    pub fn flow(&self, arg: u32) -> &FlowRecord {
        &self.flows[arg as usize]
    }

    /// What a `Kept` event's argument names.
    #[must_use]
    pub fn kept(&self, arg: u32) -> &KeptRecord {
        &self.kept[arg as usize]
    }

    /// The frame as its first sender sent it, before any node passed it on.
    #[must_use]
    pub fn origin(&self, mut id: FrameId) -> FrameId {
        while let Some(before) = self.frame(id).forwards {
            id = before;
        }
        id
    }

    /// What a `Dropped` or `Discarded` event's argument names.
    #[must_use]
    pub fn dropped(&self, arg: u32) -> &Drop {
        &self.drops[arg as usize]
    }

    /// What a `Timer` event's argument names.
    #[must_use]
    pub fn timer(&self, arg: u32) -> &Timer {
        &self.timers[arg as usize]
    }

    /// All ends of connections, in the order in which they were made.
    #[must_use]
    pub fn ends(&self) -> &[End] {
        &self.ends
    }

    /// One host's end of a connection.
    #[must_use]
    pub fn end(&self, id: ConnId) -> &End {
        &self.ends[id.index()]
    }

    /// What a `Listening` or `Unlistened` event's argument names.
    #[must_use]
    pub fn listener(&self, arg: u32) -> &Listener {
        &self.listeners[arg as usize]
    }

    /// All turns, in the order in which they were said.
    #[must_use]
    pub fn turns(&self) -> &[TurnRecord] {
        &self.turns
    }

    /// What a `Turn` event's argument names.
    #[must_use]
    pub fn turn(&self, arg: u32) -> &TurnRecord {
        &self.turns[arg as usize]
    }

    /// What a `Note` event's argument names.
    #[must_use]
    pub fn note(&self, arg: u32) -> &Note {
        &self.notes[arg as usize]
    }

    /// What a `Phase` event's argument names.
    #[must_use]
    pub fn phase(&self, arg: u32) -> &'static str {
        self.phases[arg as usize]
    }

    /// What an `Outcome` event's argument names.
    #[must_use]
    pub fn outcome(&self, arg: u32) -> &Outcome {
        &self.outcomes[arg as usize]
    }

    /// How each thing that a person asked for ended, in order.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The chain of causes from an event back to its root, the event itself first.
    pub fn causes(&self, from: EventId) -> impl Iterator<Item = Event> + '_ {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let event = self.event(next?);
            next = event.cause;
            Some(event)
        })
    }
}
