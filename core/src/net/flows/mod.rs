//! A router's table of flows: which packets belong together, and how their addresses are
//! translated. The firewall asks it what is new; NAT is a row whose two sides differ.
//!
//! A packet passes it twice, as in Linux: before its route is chosen, where what comes back
//! is told its true destination, and after, where what leaves is given its seen source.

use super::packet::Packet;
use crate::base::{Duration, Rng, Time};
use crate::timeline::{DropReason, FlowRecord, Protocol};
use std::net::{IpAddr, SocketAddr};

/// What a table of flows is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowsConfig {
    /// Whether IPv4 addresses inside are hidden behind the router's own outside.
    pub nat: bool,
    /// Whether FTP's words about addresses are rewritten, and its data connections expected.
    pub helper: bool,
    /// Ports outside that lead inside.
    pub forwards: Vec<Forward>,
    /// How many rows the table has.
    pub rows: usize,
    /// How long an open TCP connection may be silent.
    pub tcp_open: Duration,
    /// How long a TCP connection may take to open, and to be gone once it closes.
    pub tcp_other: Duration,
    /// How long UDP may be silent.
    pub udp: Duration,
    /// How long an echo may take.
    pub icmp: Duration,
}

impl Default for FlowsConfig {
    fn default() -> Self {
        Self {
            nat: false,
            helper: false,
            forwards: Vec::new(),
            rows: 65_536,
            // RFC 5382 §5 asks for 2 hours 4 minutes at least, and for 4 minutes otherwise.
            tcp_open: Duration::from_secs(7440),
            tcp_other: Duration::from_secs(240),
            // RFC 4787 §4.3 recommends 5 minutes; RFC 5508 §3.2 asks for 60 s.
            udp: Duration::from_secs(300),
            icmp: Duration::from_secs(60),
        }
    }
}

/// A port outside that leads inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The port at the router's outside addresses.
    pub port: u16,
    /// Where it leads.
    pub to: SocketAddr,
}

/// What a packet is to the flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It would begin a flow.
    New,
    /// It belongs to a flow on which both sides have spoken, or answers one.
    Established,
    /// It belongs to something a flow announced: an ICMP error about it, a connection that
    /// the helper expects.
    Related,
    /// It belongs to no flow, and cannot begin one: a TCP segment without SYN, an error
    /// about nothing known.
    Invalid,
}

/// What `before_routing` found out, for `after_routing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// What the packet is to the flows.
    pub standing: Standing,
    /// Its row, where it has one.
    pub row: Option<u32>,
    /// Whether it goes the way the flow's first packet went.
    pub forth: bool,
}

/// A table of flows.
#[derive(Debug)]
pub struct Flows {
    config: FlowsConfig,
}

impl Flows {
    /// An empty table. `outside` are the router's addresses on its ports that lead outside;
    /// where there are several, the one of the port that a packet leaves by is used.
    #[must_use]
    pub fn new(config: FlowsConfig, _outside: Vec<IpAddr>, _rng: Rng) -> Self {
        Self { config }
    }

    /// A packet arrives, from inside or outside: finds its row, and puts its true
    /// destination into it. Nothing is recorded in the table yet.
    ///
    /// # Errors
    /// `NoMapping` where it comes from outside, is meant for the router's own address, and
    /// nobody inside waits for it.
    pub fn before_routing(
        &mut self,
        _now: Time,
        _packet: &mut Packet,
        _from_inside: bool,
    ) -> Result<Tracked, DropReason> {
        let _ = self.config.nat;
        Ok(Tracked {
            standing: Standing::New,
            row: None,
            forth: true,
        })
    }

    /// The packet is about to leave, having been let through: makes or refreshes its row,
    /// gives it the source that the other side is to see, and lets the helper read it.
    /// `outside` is the router's own address where it leaves to the outside, none inside.
    ///
    /// # Errors
    /// `TableFull` where there is no room for its row, or no port left to give.
    pub fn after_routing(
        &mut self,
        _now: Time,
        _packet: &mut Packet,
        _tracked: Tracked,
        _outside: Option<IpAddr>,
    ) -> Result<(), DropReason> {
        Ok(())
    }

    /// When the next row is to be forgotten.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Time> {
        None
    }

    /// Forgets the rows whose time has come.
    pub fn handle_timeout(&mut self, _now: Time) {}

    /// The next change of the table that is to be recorded.
    pub fn poll_change(&mut self) -> Option<FlowRecord> {
        None
    }
}
