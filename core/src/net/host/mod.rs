//! A host: smoltcp's stack, a network card, and the programs that use them.
//!
//! Each connection has a socket set of its own, found by its four numbers before the
//! stack sees a frame, so that a thousand connections cost each no more than ten do.
//! A listening socket is made when a SYN arrives. Each frame sent has the event at hand
//! as its cause; a timer's cause is the event that armed it.

mod connection;
mod datagrams;
mod device;
mod echoes;
pub(super) mod errors;
mod flight;
mod frames;
mod neighbours;
mod outgoing;
mod power;
mod programs;
mod requests;
mod service;
mod stack;

use super::queue::{NodeTimer, Wake};
use super::wires::Wires;
use crate::base::headers::Tcp;
use crate::base::sorted::{Map, Set};
use crate::base::{ConnId, Duration, FrameId, LinkId, ProgramId, Rng, Time};
use crate::program::{Program, Token};
use crate::timeline::{DropReason, Moment};
use connection::{Conn, Tuple};
use datagrams::Datagrams;
use programs::Running;
use smoltcp::wire::IpCidr;
use stack::Stack;
use std::collections::VecDeque;
use std::net::IpAddr;

/// A hardware address.
pub type Mac = [u8; 6];

/// What a host is given.
pub struct HostConfig {
    /// Its hardware address.
    pub mac: Mac,
    /// Its addresses with their prefix lengths; the first of each family is the one it
    /// connects from, the very first the one it prefers.
    pub addresses: Vec<(IpAddr, u8)>,
    /// The routers it gives what is for other networks, one of each family.
    pub gateways: Vec<IpAddr>,
    /// How its connections behave.
    pub tcp: TcpConfig,
    /// The names it knows, as a hosts file gives them.
    pub names: Map<String, Vec<IpAddr>>,
    /// Neighbours whose hardware addresses it need not ask for.
    pub neighbours: Map<IpAddr, Mac>,
    /// What runs on it.
    pub programs: Vec<Box<dyn Program>>,
    /// Which of these is asked for names that are not among `names`.
    pub resolver: Option<ProgramId>,
    /// Its own source of randomness.
    pub rng: Rng,
}

/// How a host's connections behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpConfig {
    /// How it finds out how fast it may send.
    pub congestion: Congestion,
    /// Whether a small segment waits while another is unacknowledged (RFC 9293 §3.7.4).
    pub nagle: bool,
    /// How long an acknowledgement may wait for more to say; none: it never waits.
    pub ack_delay: Option<Duration>,
    /// How many received bytes wait for the program at most: the largest window it offers.
    pub window: usize,
    /// How many connections wait to be accepted at one listener.
    pub backlog: usize,
    /// The largest segment it offers to take and will send; as large as its link takes for
    /// none.
    pub mss: Option<u16>,
    /// After how long a silence it asks whether the other side is still there.
    pub keep_alive: Option<Duration>,
    /// How long it waits for an answer to a SYN.
    pub connect_patience: Duration,
    /// How long sent bytes wait for an acknowledgement before the connection is given up.
    pub send_patience: Duration,
}

/// Ways to find out how fast one may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Congestion {
    /// As fast as the window allows.
    None,
    /// RFC 5681.
    Reno,
    /// RFC 9438.
    Cubic,
}

impl Default for TcpConfig {
    fn default() -> Self {
        Self {
            congestion: Congestion::Cubic,
            nagle: true,
            ack_delay: Some(Duration::from_millis(40)),
            window: 512 << 10,
            backlog: 128,
            mss: None,
            keep_alive: None,
            connect_patience: Duration::from_secs(60),
            send_patience: Duration::from_secs(300),
        }
    }
}

/// A host in a run.
pub struct Host {
    id: crate::base::HostId,
    link: Option<LinkId>,
    longest_frame: usize,
    stack: Stack,
    addresses: Vec<IpAddr>,
    tcp: TcpConfig,
    /// Its first program's number in echoes; the others' follow.
    ident: u16,
    names: Map<String, Vec<IpAddr>>,
    neighbours: Map<IpAddr, Mac>,
    /// Where its routers are, as they said, and when the stack was last told.
    routers: Map<IpAddr, (Mac, Time)>,
    /// Who has said where it is, and whom it asked for, and when.
    met: Set<IpAddr>,
    asked: Map<IpAddr, Time>,
    programs: Vec<Running>,
    resolver: Option<ProgramId>,
    /// Who waits for the resolver's answers.
    questions: Map<u32, (ProgramId, Token)>,
    last_question: u32,
    listeners: Vec<Listening>,
    datagrams: Datagrams,
    conns: Map<ConnId, Box<Conn>>,
    tuples: Map<Tuple, ConnId>,
    /// When it is off, whether it is, and how often it has come up again.
    down: Vec<(Time, Time)>,
    off: bool,
    boots: u32,
    /// What it draws from when it comes up again.
    rng: Rng,
    /// Connections that have something to do before this event is over.
    restless: VecDeque<ConnId>,
    /// Connections on which something was said in this event, in that order.
    spoken: VecDeque<ConnId>,
    next_port: u16,
    /// How many connections wait for more than the end of TIME-WAIT.
    live: usize,
    /// How many connections that others asked for are not open yet, at all listeners.
    half_open: usize,
    reply: Vec<u8>,
    /// What is to be answered once the neighbour is known that the answer goes to.
    unanswered: Vec<Unanswered>,
}

/// A frame that the stack would have answered, had it not had to ask for a neighbour.
#[derive(Clone, Copy, Debug)]
struct Unanswered {
    frame: FrameId,
    since: Moment,
}

/// A port at which a program accepts connections.
#[derive(Debug)]
struct Listening {
    program: ProgramId,
    token: Token,
    addr: Option<IpAddr>,
    port: u16,
    /// Its row in the timeline.
    row: u32,
}

impl Host {
    /// A host that is not yet up.
    #[must_use]
    pub fn new(id: crate::base::HostId, mut config: HostConfig) -> Self {
        let seed = config.rng.next_u64();
        let stack = Stack::new(config.mac, seed, &config.addresses, config.gateways);
        let next_port = first_port(&mut config.rng);
        Self {
            id,
            link: None,
            longest_frame: super::LinkConfig::default().longest_frame,
            stack,
            addresses: config.addresses.iter().map(|(addr, _)| *addr).collect(),
            tcp: config.tcp,
            ident: u16::try_from(config.rng.below(1 << 16)).expect("below 65536"),
            names: config.names,
            neighbours: config.neighbours,
            routers: Map::new(),
            met: Set::new(),
            asked: Map::new(),
            programs: config.programs.into_iter().map(Running::new).collect(),
            resolver: config.resolver,
            questions: Map::new(),
            last_question: 0,
            listeners: Vec::new(),
            datagrams: Datagrams::default(),
            conns: Map::new(),
            tuples: Map::new(),
            down: Vec::new(),
            off: false,
            boots: 0,
            rng: config.rng,
            restless: VecDeque::new(),
            spoken: VecDeque::new(),
            next_port,
            live: 0,
            half_open: 0,
            reply: Vec::new(),
            unanswered: Vec::new(),
        }
    }

    /// Plugs its link in.
    pub fn attach(&mut self, link: LinkId, longest_frame: usize) {
        self.link = Some(link);
        if self.longest_frame != longest_frame {
            self.longest_frame = longest_frame;
            self.stack.fit(longest_frame);
        }
        for v6 in [false, true] {
            let width = self.width(v6);
            self.stack.add(width);
        }
    }

    /// Whether it waits for more than the end of TIME-WAIT.
    #[must_use]
    pub fn is_live(&self) -> bool {
        if self.off {
            return false;
        }
        self.live > 0 || self.datagrams.is_live() || self.programs.iter().any(|p| p.wake.is_some())
    }

    /// Why a frame that arrives is not let in.
    #[must_use]
    pub fn refuses(&self, frame: &[u8]) -> Option<DropReason> {
        if self.off {
            return Some(DropReason::HostDown);
        }
        if !self.is_for_me(frame) {
            return None;
        }
        if !super::checksum::verify(frame) {
            return Some(DropReason::Checksum);
        }
        if self.half_open < self.tcp.backlog {
            return None;
        }
        let syn = Tcp::read(frame).filter(Tcp::opens)?;
        let tuple: Tuple = (syn.to, syn.from);
        let listener = self.listener_for(&tuple)?;
        let waiting = self.conns.values().filter(|conn| {
            !conn.active && !conn.told.opened && conn.tuple.0.port() == listener.port
        });
        (!self.tuples.contains_key(&tuple) && waiting.count() >= self.tcp.backlog)
            .then_some(DropReason::BacklogFull)
    }

    /// One of its timers may have come due.
    pub fn on_timer(&mut self, wires: &mut Wires, at: Moment, timer: NodeTimer) {
        if self.off {
            return;
        }
        match timer {
            NodeTimer::Conn(conn) => self.on_conn_timer(wires, at, conn),
            NodeTimer::Program(program) => self.on_program_timer(wires, at, program),
            NodeTimer::Datagrams => self.on_datagram_timer(wires, at),
            NodeTimer::Neighbours | NodeTimer::Flows => {}
        }
    }

    fn listener_for(&self, tuple: &Tuple) -> Option<&Listening> {
        self.listeners.iter().find(|listener| {
            listener.port == tuple.0.port() && listener.addr.is_none_or(|addr| addr == tuple.0.ip())
        })
    }

    /// Has a connection looked after before this event is over.
    fn disturb(&mut self, conn: ConnId) {
        if !self.restless.contains(&conn) {
            self.restless.push_back(conn);
        }
    }

    /// Its address of the family of `like`.
    fn address_like(&self, like: IpAddr) -> Option<IpAddr> {
        let mut addresses = self.addresses.iter().copied();
        addresses.find(|addr| addr.is_ipv4() == like.is_ipv4())
    }

    /// Whether `to` is one other machine, on its own network or behind its gateway. It has
    /// no wire to itself.
    fn reaches(&self, to: IpAddr) -> bool {
        self.next_hop(to).is_some()
    }

    /// Whom it gives a packet for `to`: the machine itself on its own network, else a router.
    fn next_hop(&self, to: IpAddr) -> Option<IpAddr> {
        let nobody = match to {
            IpAddr::V4(to) => to.octets()[0] == 0 || to.is_loopback(),
            IpAddr::V6(to) => to.is_unspecified() || to.is_loopback(),
        };
        let many = to.is_multicast() || self.is_broadcast(to);
        if nobody || many || self.addresses.contains(&to) {
            return None;
        }
        let mut networks = self.stack.addresses().iter();
        if networks.any(|net| net.contains_addr(&to.into())) {
            return Some(to);
        }
        let mut gateways = self.stack.gateways().iter().copied();
        gateways.find(|via| via.is_ipv4() == to.is_ipv4())
    }

    fn is_broadcast(&self, to: IpAddr) -> bool {
        let IpAddr::V4(to) = to else { return false };
        let of = |net: &IpCidr| matches!(net, IpCidr::Ipv4(net) if net.broadcast() == Some(to));
        to.is_broadcast() || self.stack.addresses().iter().any(of)
    }

    fn is_for_me(&self, frame: &[u8]) -> bool {
        is_for(self.stack.mac(), frame)
    }

    /// The longest frame of its connections.
    fn width(&self, v6: bool) -> usize {
        let headers = connection::headers_len(v6);
        let mss = self.tcp.mss.map(|mss| usize::from(mss) + headers);
        mss.map_or(self.longest_frame, |most| most.min(self.longest_frame))
    }

    /// Tells it of a neighbour beforehand.
    #[cfg(test)]
    pub(super) fn know(&mut self, neighbour: IpAddr, mac: Mac) {
        self.neighbours.insert(neighbour, mac);
    }

    fn wake(&self, wires: &mut Wires, at: Time, timer: NodeTimer) {
        wires.queue.push(at, Wake::Timer(self.id, timer));
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("id", &self.id)
            .field("conns", &self.conns.len())
            .finish_non_exhaustive()
    }
}

/// The first of the ports of the moment, which are 49152 to 65535 (RFC 6335 §6).
fn first_port(rng: &mut Rng) -> u16 {
    49_152 + u16::try_from(rng.below(16_000)).expect("below 16000")
}

/// Whether a frame is for this card, or for all: a hub brings others' frames too.
pub(super) fn is_for(mac: Mac, frame: &[u8]) -> bool {
    let to = frame.first_chunk::<6>();
    to.is_some_and(|to| to[0] & 1 == 1 || *to == mac)
}

/// The stack counts microseconds: it is polled at the one that has begun …
fn stack_now(now: Time) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_micros(i64::try_from(now.0 / 1000).expect("a run is short"))
}

/// … and woken at the whole microsecond it asked for, but later than now in any case.
fn wake_time(asked: smoltcp::time::Instant, now: Time) -> Time {
    let asked = u64::try_from(asked.total_micros()).unwrap_or(0) * 1000;
    if asked > now.0 {
        Time(asked)
    } else {
        // It had its turn and sent nothing: look again a little later, not at once for ever.
        now + crate::base::Duration::from_millis(1)
    }
}
