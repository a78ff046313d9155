//! The network below the programs: addresses, routers, what links do to frames.

use crate::base::{Duration, HostId, LinkId, Span};
use crate::scenario::model::IpFamily;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

/// The addresses of a host, or of a router's port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The IPv4 address.
    pub v4: Ipv4Addr,
    /// The length of its network's prefix.
    pub prefix4: u8,
    /// The IPv6 address.
    pub v6: Ipv6Addr,
    /// The length of its network's prefix.
    pub prefix6: u8,
}

/// Passes packets between networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Router {
    /// Its ports, in the order of its links.
    pub ports: Vec<Port>,
    /// Its routes besides the networks of its own ports.
    pub routes: Vec<Route>,
    /// Whether it hides the addresses on its left side.
    pub nat: Nat,
    /// Ports outside that lead inside.
    pub forwards: Vec<Forward>,
    /// Its firewall, where it has one.
    pub firewall: Option<Firewall>,
    /// How many rows its table of flows has; as many as usual for none.
    pub flow_rows: Option<u32>,
    /// How long an open TCP connection may be silent; as long as usual for none.
    pub flow_patience: Option<Duration>,
}

/// A router's port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Where it leads.
    pub link: LinkId,
    /// Its addresses.
    pub address: Addresses,
    /// Whether it leads to the left side, the inside.
    pub inside: bool,
}

/// Where packets for a network go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The network.
    pub to: IpAddr,
    /// The length of its prefix; 0 for everything.
    pub prefix: u8,
    /// The router to give them to.
    pub via: IpAddr,
    /// By which port.
    pub port: usize,
}

/// What a router does to IPv4 addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Nat {
    /// Nothing.
    #[default]
    Off,
    /// It hides its left side, the inside, behind its own address.
    On,
    /// The same, and it rewrites what FTP says of addresses.
    Helper,
}

/// A port outside that leads inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The port at the router's outside addresses.
    pub port: u16,
    /// The host inside.
    pub to: Ipv4Addr,
    /// Its port.
    pub to_port: u16,
}

/// The protocols that a rule can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP and `ICMPv6`.
    Icmp,
}

/// Named rules, tried in order; the first that fits decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firewall {
    /// The rules, in file order.
    pub rules: Vec<Rule>,
    /// What happens to what no rule fits.
    pub otherwise: Verdict,
}

/// A firewall's rule. What it does not ask for, it does not look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What the file says: `drop tcp to server to port 21`.
    pub text: String,
    /// What happens to what it fits.
    pub verdict: Verdict,
    /// To the inside (`Some(true)`), or to the outside.
    pub inbound: Option<bool>,
    /// What a packet is to the flows: one of these.
    pub standing: Vec<Standing>,
    /// Of this protocol.
    pub protocol: Option<Protocol>,
    /// From one of these networks.
    pub from: Vec<(IpAddr, u8)>,
    /// From one of these ports.
    pub from_ports: Option<RangeInclusive<u16>>,
    /// To one of these networks.
    pub to: Vec<(IpAddr, u8)>,
    /// To one of these ports.
    pub to_ports: Option<RangeInclusive<u16>>,
}

/// What happens to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Accept,
    /// It is lost without a word.
    Drop,
    /// It is lost, and its sender is told: TCP by RST, all else by ICMP.
    Reject,
    /// It is lost, and its sender is told by ICMP.
    RejectByIcmp,
}

/// What a packet is to the flows that passed before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It begins one.
    New,
    /// It belongs to one on which both sides have spoken.
    Established,
    /// It belongs to something that one announced.
    Related,
    /// It belongs to none, and cannot begin one.
    Invalid,
}

/// A link between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The left end, as the file writes it.
    pub a: HostId,
    /// The right end.
    pub b: HostId,
    /// `laptop - server`.
    pub name: String,
    /// How long a bit travels, one way.
    pub delay: Duration,
    /// How much longer it may travel, each frame by chance.
    pub jitter: Duration,
    /// Bits per second, each way.
    pub rate_bps: u64,
    /// How many frames may wait at each end.
    pub queue_frames: u32,
    /// The longest IP packet it takes, in bytes.
    pub mtu: u32,
    /// What it does to frames besides carrying them.
    pub faults: Vec<Fault>,
    /// From when to when it is down, in order; for good where nothing ends it.
    pub down: Vec<(Duration, Option<Duration>)>,
    /// Where the file names it.
    pub span: Span,
}

/// Something that a link does to some frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub does: Mischief,
    /// To which.
    pub to: Victims,
}

/// What may happen to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// It is lost.
    Lose,
    /// It arrives twice.
    Duplicate,
    /// Frames behind it overtake it.
    Reorder,
    /// One of its bits is flipped.
    Corrupt,
}

/// Which frames something happens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victims {
    /// So many of a million, by chance.
    Share(u32),
    /// Those that look so.
    Like(Pattern),
}

/// What a frame looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What it is.
    pub shape: Shape,
    /// Whether it carries bytes of a file or a letter.
    pub of_file: bool,
    /// Which node sent it first; any for none.
    pub from: Option<HostId>,
    /// The first and the last of those that look so, counted from 1 over the link.
    pub nth: (u32, u32),
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any frame.
    Frame,
    /// A TCP segment that asks for a connection.
    Syn,
    /// A TCP segment that agrees to one.
    SynAck,
    /// A TCP segment that only acknowledges.
    Ack,
    /// A TCP segment with payload.
    Data,
    /// A TCP segment with FIN.
    Fin,
    /// A TCP segment with RST.
    Rst,
    /// A UDP datagram.
    Udp,
    /// An ICMP or `ICMPv6` message.
    Icmp,
}

/// How a host's connections behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tcp {
    /// How it finds out how fast it may send.
    pub congestion: Congestion,
    /// Whether a small segment waits while another is unacknowledged.
    pub nagle: bool,
    /// How long an acknowledgement may wait for more to say; none: it never waits.
    pub delayed_ack: Option<Duration>,
    /// The largest window it offers, in bytes.
    pub window: u32,
    /// How many connections wait to be accepted at one listener.
    pub backlog: u32,
    /// The largest segment it offers to take and will send; what its link takes for none.
    pub mss: Option<u16>,
    /// After how long a silence it asks whether the other side is still there.
    pub keep_alive: Option<Duration>,
    /// How long it waits for an answer to a SYN.
    pub connect_timeout: Duration,
    /// How long sent bytes wait for an acknowledgement before the connection is given up.
    pub give_up: Duration,
}

/// Ways to find out how fast one may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Congestion {
    /// As fast as the window allows.
    None,
    /// Slow start, then straight lines up and halves down (RFC 5681).
    Reno,
    /// The curve of a cube (RFC 9438).
    Cubic,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            v4: Ipv4Addr::UNSPECIFIED,
            prefix4: 0,
            v6: Ipv6Addr::UNSPECIFIED,
            prefix6: 0,
        }
    }
}

impl Addresses {
    /// Both with their prefix lengths, that of the family first.
    #[must_use]
    pub fn both(&self, ip: IpFamily) -> [(IpAddr, u8); 2] {
        let v4 = (self.v4.into(), self.prefix4);
        let v6 = (self.v6.into(), self.prefix6);
        match ip {
            IpFamily::V4 => [v4, v6],
            IpFamily::V6 => [v6, v4],
        }
    }

    /// The one of a family.
    #[must_use]
    pub fn of(&self, ip: IpFamily) -> IpAddr {
        self.both(ip)[0].0
    }
}

impl Link {
    /// The end that is not `node`.
    #[must_use]
    pub fn other(&self, node: HostId) -> HostId {
        if self.a == node { self.b } else { self.a }
    }
}

impl Default for Tcp {
    fn default() -> Self {
        Self {
            congestion: Congestion::Cubic,
            nagle: true,
            delayed_ack: Some(Duration::from_millis(40)),
            window: 512 << 10,
            backlog: 128,
            mss: None,
            keep_alive: None,
            connect_timeout: Duration::from_secs(60),
            give_up: Duration::from_secs(300),
        }
    }
}
