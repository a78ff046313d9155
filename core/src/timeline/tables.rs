//! The side tables: what an event's argument points at.

use super::arena::Slot;
use crate::base::{ConnId, EventId, FrameId, HostId, LinkId, ProgramId, Time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// A node of the network as the views show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
    /// Its name.
    pub name: String,
    /// What it is: `host`, `switch`.
    pub kind: String,
    /// Who sits at it.
    pub person: Option<String>,
    /// What runs on it, in the scenario's words.
    pub runs: Vec<String>,
    /// Its hardware address; a switch has none.
    pub mac: Option<[u8; 6]>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// A link as the views show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkInfo {
    /// Its name: `laptop - server`.
    pub name: String,
    /// Its two ends.
    pub ends: [HostId; 2],
}

impl LinkInfo {
    /// The end that is not `node`.
    #[must_use]
    pub fn other(&self, node: HostId) -> HostId {
        self.ends[usize::from(self.ends[0] == node)]
    }
}

/// A frame on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its bytes.
    pub slot: Slot,
    /// On which link.
    pub link: LinkId,
    /// Which node put it there.
    pub from: HostId,
    /// The sending host's connection that it belongs to, also after it was forwarded.
    pub conn: Option<ConnId>,
    /// The event of its sending.
    pub sent: EventId,
}

/// Why and where a frame was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Drop {
    /// The frame.
    pub frame: FrameId,
    /// The reason. The place is the event's node for reasons of nodes, else the frame's link.
    pub reason: DropReason,
}

/// Why a frame was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// The link's queue was full.
    QueueFull,
    /// A checksum was wrong on arrival.
    Checksum,
    /// Too many connections wait to be accepted.
    BacklogFull,
    /// Longer than the link takes.
    TooBig,
    /// The node has no link there.
    LinkDown,
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::QueueFull => "queue full",
            Self::Checksum => "checksum",
            Self::BacklogFull => "backlog full",
            Self::TooBig => "too big",
            Self::LinkDown => "link down",
        })
    }
}

/// One host's end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Whose end.
    pub host: HostId,
    /// Which of the host's programs has it.
    pub program: ProgramId,
    /// This end's address.
    pub local: SocketAddr,
    /// The other end's.
    pub remote: SocketAddr,
    /// Whether this end asked for the connection.
    pub active: bool,
    /// When it was made, when it opened, when it was gone.
    pub opening: EventId,
    /// None where it never opened.
    pub opened: Option<EventId>,
    /// None while it lives.
    pub closed: Option<EventId>,
    /// Why it is gone.
    pub reason: Option<crate::base::CloseReason>,
}

impl End {
    /// An end that is about to be recorded as opening.
    #[must_use]
    pub fn new(
        host: HostId,
        program: ProgramId,
        (local, remote): (SocketAddr, SocketAddr),
        active: bool,
    ) -> Self {
        Self {
            host,
            program,
            local,
            remote,
            active,
            opening: EventId(0),
            opened: None,
            closed: None,
            reason: None,
        }
    }
}

/// What armed a timer and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// The stack's: retransmission, delayed acknowledgement, probe.
    Stack(ConnId),
    /// The host gives up waiting on this connection.
    GiveUp(ConnId),
    /// A program's own.
    Program(ProgramId),
    /// The host's, for addresses and datagrams.
    Host,
}

/// A port that a program listens at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Whose.
    pub host: HostId,
    /// Which of the host's programs.
    pub program: ProgramId,
    /// The address (unspecified for every one of the host's) and the port.
    pub at: SocketAddr,
    /// UDP rather than TCP.
    pub udp: bool,
}

/// Something a program said on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TurnRecord {
    /// The speaker's end of the connection.
    pub conn: ConnId,
    /// Where it lies in the speaker's stream: first byte, and one past the last.
    pub range: (u64, u64),
    /// What was said.
    pub turn: crate::base::Turn,
}

/// A program's own state changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which of the host's programs.
    pub program: ProgramId,
    /// What changed.
    pub key: String,
    /// Its value now; empty when it is gone.
    pub value: String,
}

/// Something done to the run from outside at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// When.
    pub at: Time,
    /// At which host.
    pub host: String,
    /// By whom.
    pub person: String,
    /// At which of the host's programs; at all of them for `None`.
    #[serde(default)]
    pub program: Option<ProgramId>,
    /// What.
    pub act: Act,
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Types a line to the program at the host.
    Type(String),
    /// Writes a letter.
    Write(crate::base::Letter),
}
