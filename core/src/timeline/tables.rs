//! The side tables: what an event's argument points at.

use super::arena::Slot;
use crate::base::{
    ConnId, Content, EventId, FrameId, HostId, Kept, LinkId, ProgramId, RuleId, Time, Transform,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// A node of the network as the views show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
    /// Its name.
    pub name: String,
    /// What it is: `host`, `switch`, `hub`, `router`.
    pub kind: String,
    /// Who sits at it.
    pub person: Option<String>,
    /// What runs on it, in the scenario's words.
    pub runs: Vec<String>,
    /// Its hardware address; a switch has none.
    pub mac: Option<[u8; 6]>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// What makes it a router; none for all else.
    #[serde(default)]
    pub router: Option<RouterInfo>,
}

/// A router as the views show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterInfo {
    /// Its ports, in the order of its links.
    pub ports: Vec<PortInfo>,
    /// Its routes in words, the longest prefix first: `192.0.2.0/24`, `directly`.
    pub routes: Vec<(String, String)>,
    /// Whether it translates addresses.
    pub nat: bool,
    /// Whether it rewrites what FTP says of addresses.
    pub helper: bool,
    /// Its firewall's rules, in the order in which they are tried; the default policy last.
    /// Empty where it has no firewall.
    pub rules: Vec<RuleId>,
}

/// A router's port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortInfo {
    /// Where it leads.
    pub link: LinkId,
    /// Its hardware address.
    pub mac: [u8; 6],
    /// Its addresses with the lengths of their prefixes.
    pub addresses: Vec<(IpAddr, u8)>,
    /// Whether it leads inside.
    pub inside: bool,
}

/// A rule of a firewall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleInfo {
    /// At which router.
    pub node: HostId,
    /// Its name.
    pub name: String,
    /// What it says: `drop tcp to server port 21`.
    pub text: String,
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
    /// The frame that this one passes on: as it reached the node that passes it on.
    pub forwards: Option<FrameId>,
}

/// Why and where a frame was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Drop {
    /// The frame.
    pub frame: FrameId,
    /// The reason. The place is the event's node for reasons of nodes, else the frame's link.
    pub reason: DropReason,
    /// The firewall's rule that decided it, where one did.
    pub rule: Option<RuleId>,
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
    /// The link is down.
    LinkDown,
    /// Lost on the way, as links lose frames.
    Loss,
    /// A firewall's rule forbids it.
    Firewall,
    /// Nobody inside waits for it.
    NoMapping,
    /// The table of flows is full.
    TableFull,
    /// It has passed as many routers as it may.
    HopLimit,
    /// No route leads there.
    NoRoute,
    /// The next node on its way does not answer.
    NoNeighbour,
    /// Its headers make no sense.
    Malformed,
    /// The host is off.
    HostDown,
}

impl DropReason {
    /// Whether links lose frames so. Routers find packets too big as well:
    /// `Timeline::is_lost_on_link` tells where it was.
    #[must_use]
    pub fn is_on_link(self) -> bool {
        matches!(
            self,
            Self::QueueFull | Self::TooBig | Self::LinkDown | Self::Loss
        )
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::QueueFull => "queue full",
            Self::Checksum => "checksum",
            Self::BacklogFull => "backlog full",
            Self::TooBig => "too big",
            Self::LinkDown => "link down",
            Self::Loss => "loss",
            Self::Firewall => "firewall",
            Self::NoMapping => "no NAT mapping",
            Self::TableFull => "table full",
            Self::HopLimit => "TTL",
            Self::NoRoute => "no route",
            Self::NoNeighbour => "no answer from the next node",
            Self::Malformed => "malformed",
            Self::HostDown => "host down",
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
    /// The end that asked, for one that did not.
    pub asked_by: Option<ConnId>,
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
            asked_by: None,
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
    /// A router's, for neighbours that do not answer and flows to be forgotten.
    Router,
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

/// Something a program said, on a connection or in a datagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TurnRecord {
    /// The speaker's end of the connection; none for a datagram.
    pub conn: Option<ConnId>,
    /// To whom, for a datagram.
    pub to: Option<IpAddr>,
    /// Where it lies in the speaker's stream: first byte, and one past the last.
    pub range: (u64, u64),
    /// What was said.
    pub turn: crate::base::Turn,
    /// The content that it carries, where that is known: for what simulated programs send.
    #[serde(skip)]
    pub carried: Option<Carried>,
}

/// A content that was sent: which, what part of it, and what happened to it on the way.
pub type Carried = (Content, Range<u64>, Transform);

/// What a program keeps at a path, from this moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRecord {
    /// Which of the host's programs.
    pub program: ProgramId,
    /// Where: `/docs/report.pdf`.
    pub path: String,
    /// What; nothing where it is gone.
    pub what: Option<Kept>,
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

/// A row of a router's table of flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRecord {
    /// Which row of the table.
    pub row: u32,
    /// What it says now; none where it was forgotten.
    pub flow: Option<Flow>,
}

/// Packets that belong together, as a router sees them: both ways between two places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flow {
    /// `tcp`, `udp`, `icmp`.
    pub protocol: Protocol,
    /// Who spoke first, as it calls itself. For ICMP the number of the echo is the port.
    pub from: SocketAddr,
    /// To whom, as the one who spoke first calls it.
    pub to: SocketAddr,
    /// Who spoke first, as the other side sees it: other than `from` where it is translated.
    pub seen_from: SocketAddr,
    /// To whom it goes in truth: other than `to` where a port is forwarded.
    pub goes_to: SocketAddr,
    /// Where it stands.
    pub state: FlowState,
    /// What made the row.
    pub made_by: FlowMaker,
    /// When it is forgotten, unless something is said on it before.
    pub forgotten_at: Time,
}

impl Flow {
    /// Whether addresses or ports differ between the two sides.
    #[must_use]
    pub fn is_translated(&self) -> bool {
        self.from != self.seen_from || self.to != self.goes_to
    }
}

/// The protocols that flows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP and ICMPv6: echoes.
    Icmp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Icmp => "ICMP",
        })
    }
}

/// Where a flow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowState {
    /// The other side has not answered yet.
    New,
    /// Both sides have spoken; for TCP, the handshake is complete.
    Open,
    /// TCP: one side or both have finished, or it was reset.
    Closing,
}

impl fmt::Display for FlowState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Closing => "closing",
        })
    }
}

/// What made a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowMaker {
    /// A first packet that was let through.
    Packet,
    /// A forwarded port.
    Forward,
    /// The helper, which had read where a data connection will go.
    Helper,
}
