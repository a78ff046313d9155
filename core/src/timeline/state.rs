//! The state at a moment, folded from the events up to it, with checkpoints on the way.

use super::{End, Event, Flow, Kind, Timeline};
use crate::base::sorted::{Map, Set};
use crate::base::{CloseReason, ConnId, HostId, Kept, LinkId};
use serde::Serialize;
use std::net::SocketAddr;

/// Events between two checkpoints: a seek folds at most so many.
const STRIDE: usize = 4096;

/// What each host holds at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// By node, in the order of the timeline's nodes.
    pub hosts: Vec<HostState>,
    /// The phase of the work.
    pub phase: Option<&'static str>,
    /// The links that are down.
    pub down: Set<LinkId>,
    /// The hosts that are off.
    #[serde(skip_serializing_if = "Set::is_empty")]
    pub off: Set<HostId>,
}

/// What one host holds at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HostState {
    /// Its ends of connections, each as it stands or as it ended.
    pub sockets: Map<ConnId, SocketState>,
    /// The ports its programs listen at; UDP where the flag is set.
    pub listening: Set<(SocketAddr, bool)>,
    /// What its programs noted, by program and key.
    pub notes: Map<(u16, String), String>,
    /// A router's table of flows, by row.
    pub flows: Map<u32, Flow>,
    /// What its programs keep, by program and path.
    pub files: Map<(u16, String), FileState>,
}

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FileState {
    /// How many bytes a file has; none for a folder.
    pub len: Option<u64>,
    /// Which row of the timeline's table says what it holds.
    pub row: u32,
}

/// Where an end of a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SocketState {
    /// SYN sent or received; not open yet.
    Opening,
    /// Open both ways.
    Open,
    /// The peer sends no more.
    HeardFinish,
    /// Gone.
    Closed(CloseReason),
}

/// States at moments of one timeline. Checkpoints are made on the first way past them.
#[derive(Debug)]
pub struct States {
    /// The state before event `i * STRIDE`.
    checkpoints: Vec<State>,
}

impl States {
    /// The states of this timeline, and of no other.
    #[must_use]
    pub fn new(timeline: &Timeline) -> Self {
        let start = State {
            hosts: vec![HostState::default(); timeline.nodes().len()],
            phase: None,
            down: Set::new(),
            off: Set::new(),
        };
        Self {
            checkpoints: vec![start],
        }
    }

    /// The state after the first `count` events.
    #[must_use]
    pub fn after(&mut self, timeline: &Timeline, count: usize) -> State {
        let count = count.min(timeline.events().len());
        while self.checkpoints.len() <= count / STRIDE {
            let from = (self.checkpoints.len() - 1) * STRIDE;
            let next = self.fold(timeline, from, from + STRIDE);
            self.checkpoints.push(next);
        }
        self.fold(timeline, count / STRIDE * STRIDE, count)
    }

    fn fold(&self, timeline: &Timeline, from: usize, to: usize) -> State {
        let mut state = self.checkpoints[from / STRIDE].clone();
        for event in timeline.events().range(from..to) {
            state.apply(timeline, event);
        }
        state
    }
}

impl State {
    /// One node's.
    #[must_use]
    pub fn host(&self, id: HostId) -> &HostState {
        &self.hosts[id.index()]
    }

    fn apply(&mut self, timeline: &Timeline, event: Event) {
        let host = &mut self.hosts[event.host.index()];
        let mut socket = |state| {
            host.sockets.insert(ConnId(event.arg), state);
        };
        match event.kind {
            Kind::Opening => socket(SocketState::Opening),
            Kind::Opened => socket(SocketState::Open),
            Kind::HeardFinish => socket(SocketState::HeardFinish),
            Kind::Closed => {
                let end: &End = timeline.end(ConnId(event.arg));
                let reason = end.reason.expect("a closed end has its reason");
                socket(SocketState::Closed(reason));
            }
            Kind::Listening => {
                let listener = timeline.listener(event.arg);
                host.listening.insert((listener.at, listener.udp));
            }
            Kind::Unlistened => {
                let listener = timeline.listener(event.arg);
                host.listening.remove(&(listener.at, listener.udp));
            }
            Kind::Note => {
                let note = timeline.note(event.arg);
                let key = (note.program.0, note.key.clone());
                if note.value.is_empty() {
                    host.notes.remove(&key);
                } else {
                    host.notes.insert(key, note.value.clone());
                }
            }
            Kind::Kept => host.keep(timeline, event.arg),
            Kind::Flow => {
                let record = timeline.flow(event.arg);
                match &record.flow {
                    Some(flow) => host.flows.insert(record.row, flow.clone()),
                    None => host.flows.remove(&record.row),
                };
            }
            Kind::LinkDown => {
                self.down.insert(LinkId::from_index(event.arg as usize));
            }
            Kind::LinkUp => {
                self.down.remove(&LinkId::from_index(event.arg as usize));
            }
            Kind::HostDown => {
                self.off.insert(event.host);
            }
            Kind::HostUp => {
                self.off.remove(&event.host);
            }
            Kind::Phase => self.phase = Some(timeline.phase(event.arg)),
            Kind::Started
            | Kind::Acted
            | Kind::Sent
            | Kind::Delivered
            | Kind::Dropped
            | Kind::Discarded
            | Kind::Timer
            | Kind::Turn
            | Kind::Outcome => {}
        }
    }
}

impl HostState {
    fn keep(&mut self, timeline: &Timeline, row: u32) {
        let kept = timeline.kept(row);
        let key = (kept.program.0, kept.path.clone());
        let len = match &kept.what {
            None => {
                self.files.remove(&key);
                return;
            }
            Some(Kept::Folder) => None,
            Some(Kept::File(content)) => Some(content.len()),
        };
        self.files.insert(key, FileState { len, row });
    }
}
