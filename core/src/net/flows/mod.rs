//! A router's table of flows: which packets belong together, and how their addresses are
//! translated. The firewall asks it what is new; NAT is a row whose two sides differ.
//!
//! A packet passes it twice, as in Linux: before its route is chosen, where what comes back
//! is told its true destination, and after, where what leaves is given its seen source.

mod expected;
#[cfg(test)]
mod ftp_tests;
mod helper;
mod ports;
mod table;
#[cfg(test)]
mod tests;
mod translate;

use super::checksum;
use super::packet::Packet;
use super::packet::field::protocol;
use crate::base::sorted::Set;
use crate::base::{Duration, Rng, Time};
use crate::timeline::{DropReason, Flow, FlowMaker, FlowRecord, FlowState, Protocol};
use expected::Expected;
use ports::Ports;
use std::net::{IpAddr, SocketAddr};
use table::{Key, Row, Table};

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

impl FlowsConfig {
    /// How long a flow that stands there may be silent.
    fn patience(&self, protocol: Protocol, state: FlowState) -> Duration {
        match protocol {
            Protocol::Tcp if state == FlowState::Open => self.tcp_open,
            Protocol::Tcp => self.tcp_other,
            Protocol::Udp => self.udp,
            Protocol::Icmp => self.icmp,
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
    /// Whether it came from inside.
    pub from_inside: bool,
    /// Whom its sender called, where it begins a flow and goes elsewhere in truth.
    pub called: Option<SocketAddr>,
}

/// A table of flows.
#[derive(Debug)]
pub struct Flows {
    config: FlowsConfig,
    /// The router's own addresses outside.
    outside: Set<IpAddr>,
    table: Table,
    ports: Ports,
    expected: Expected,
}

impl Flows {
    /// An empty table. `outside` are the router's addresses on its ports that lead outside;
    /// where there are several, the one of the port that a packet leaves by is used.
    #[must_use]
    pub fn new(config: FlowsConfig, outside: Vec<IpAddr>, _rng: Rng) -> Self {
        Self {
            ports: Ports::new(config.forwards.clone()),
            config,
            outside: outside.into_iter().collect(),
            table: Table::default(),
            expected: Expected::default(),
        }
    }

    /// A packet arrives, from inside or outside: finds its row, and puts its true
    /// destination into it. Nothing is recorded in the table yet.
    ///
    /// # Errors
    /// `NoMapping` where it comes from outside, is meant for the router's own address, and
    /// nobody inside waits for it; and where it comes from inside, in the middle of a TCP
    /// connection that is in no row. `Checksum` where it was damaged, and would have to be
    /// translated as a row says that is not there.
    pub fn before_routing(
        &mut self,
        now: Time,
        packet: &mut Packet,
        from_inside: bool,
    ) -> Result<Tracked, DropReason> {
        self.handle_timeout(now);
        let nothing = Tracked {
            standing: Standing::Invalid,
            row: None,
            forth: true,
            from_inside,
            called: None,
        };
        if packet.is_icmp_error() {
            return Ok(self.about_a_flow(packet, nothing));
        }
        let Some((protocol, from, to)) = packet.ends() else {
            return self.without_ends(packet, nothing);
        };
        let opens = packet.tcp_flags().is_none_or(|flags| flags.opens());
        if let Some((id, forth)) = self.table.find(&(protocol, from, to))
            && let Some(row) = self.table.row(id)
            // A port is used again (RFC 9293 §3.6.1): what was closing makes room.
            && (forth || !(protocol == Protocol::Tcp && opens && row.flow.state == FlowState::Closing))
        {
            let standing = row.standing(forth, opens);
            translate::towards(packet, &row.flow, forth);
            let row = Some(id);
            return Ok(Tracked {
                standing,
                row,
                forth,
                ..nothing
            });
        }
        let is_ours = self.config.nat && packet.is_v4() && self.outside.contains(&to.ip());
        if !checksum::verify(packet.bytes()) {
            // What was damaged begins nothing, and takes no place that was kept for another.
            let is_lost = is_ours || (self.config.nat && packet.is_v4() && from_inside);
            return match is_lost {
                true => Err(DropReason::Checksum),
                false => Ok(nothing),
            };
        }
        if !opens || packet.echo() == Some(false) {
            // RFC 7857 leaves it open what becomes of the middle of a connection that the
            // table has forgotten. Here it is lost: nobody outside would know its new port.
            let hidden = self.config.nat && packet.is_v4() && from_inside;
            let is_lost = protocol == Protocol::Tcp && (is_ours || hidden);
            return if is_lost {
                Err(DropReason::NoMapping)
            } else {
                Ok(nothing)
            };
        }
        self.begins(packet, nothing, (protocol, from, to), is_ours)
    }

    /// A packet that may begin a flow: where it is expected or forwarded, it goes there.
    fn begins(
        &self,
        packet: &mut Packet,
        tracked: Tracked,
        (protocol, from, to): Key,
        is_ours: bool,
    ) -> Result<Tracked, DropReason> {
        let mut tracked = Tracked {
            standing: Standing::New,
            ..tracked
        };
        let expected = self.expected.find((protocol, from, to));
        let forward =
            self.config.forwards.iter().find(|forward| {
                is_ours && (forward.protocol, forward.port) == (protocol, to.port())
            });
        let goes_to = if let Some(expected) = expected {
            tracked.standing = Standing::Related;
            expected.goes_to
        } else if let Some(forward) = forward {
            forward.to
        } else if is_ours && !tracked.from_inside && protocol != Protocol::Icmp {
            return Err(DropReason::NoMapping);
        } else {
            to
        };
        if goes_to != to {
            packet.set_destination(goes_to);
            tracked.called = Some(to);
        }
        Ok(tracked)
    }

    /// What is neither TCP, UDP nor an echo, or does not say so: nothing that a row is for.
    fn without_ends(&self, packet: &mut Packet, tracked: Tracked) -> Result<Tracked, DropReason> {
        if let Some((id, forth)) = self.table.fragment(packet)
            && let Some(row) = self.table.row(id)
        {
            let standing = row.standing(forth, false);
            translate::towards(packet, &row.flow, forth);
            return Ok(Tracked {
                standing,
                row: Some(id),
                forth,
                ..tracked
            });
        }
        let ours = self.config.nat && self.outside.contains(&packet.destination());
        if ours && packet.is_later_fragment() && packet.is_v4() {
            return Err(DropReason::NoMapping);
        }
        let is_cut = matches!(packet.protocol(), protocol::TCP | protocol::UDP);
        let standing = if is_cut {
            Standing::Invalid
        } else {
            Standing::New
        };
        Ok(Tracked {
            standing,
            ..tracked
        })
    }

    /// An ICMP error: about which flow, and what the packet that it quotes was like where
    /// the error goes (RFC 5508 §4).
    fn about_a_flow(&mut self, packet: &mut Packet, tracked: Tracked) -> Tracked {
        let found = packet.quoted().and_then(|(protocol, from, to)| {
            // It goes the way of the answers to what it quotes.
            let (row, forth) = self.table.find(&(protocol, to, from))?;
            (packet.destination() == from.ip()).then_some((row, forth))
        });
        let Some((id, forth)) = found else {
            return tracked;
        };
        if let Some(row) = self.table.row(id) {
            if let (Some(talk), Some(seq)) = (&row.talk, packet.quoted_seq()) {
                packet.set_quoted_seq(talk.true_number(!forth, seq));
            }
            translate::error_towards(packet, &row.flow, forth);
        }
        Tracked {
            standing: Standing::Related,
            row: Some(id),
            forth,
            ..tracked
        }
    }

    /// The packet is about to leave, having been let through: makes or refreshes its row,
    /// gives it the source that the other side is to see, and lets the helper read it.
    /// `outside` is the router's own address where it leaves to the outside, none inside.
    ///
    /// # Errors
    /// `TableFull` where there is no room for its row, or no port left to give; `NoMapping`
    /// where it may not leave as it is and can be in no row.
    pub fn after_routing(
        &mut self,
        now: Time,
        packet: &mut Packet,
        tracked: Tracked,
        outside: Option<IpAddr>,
    ) -> Result<(), DropReason> {
        let row = tracked.row.filter(|id| self.table.row(*id).is_some());
        if packet.is_icmp_error() {
            if let Some(row) = row.and_then(|id| self.table.row(id)) {
                translate::error_from(packet, &row.flow, tracked.forth);
                return Ok(());
            }
            return self.leaves_as_it_is(packet, tracked, outside);
        }
        let Some(id) = row else {
            let Some(ends) = packet
                .ends()
                .filter(|_| tracked.standing != Standing::Invalid)
            else {
                return self.leaves_as_it_is(packet, tracked, outside);
            };
            let id = self.make(now, ends, tracked, outside)?;
            self.passes(now, packet, id, true);
            return Ok(());
        };
        self.passes(now, packet, id, tracked.forth);
        Ok(())
    }

    /// An address from inside does not leave untranslated.
    fn leaves_as_it_is(
        &self,
        packet: &Packet,
        tracked: Tracked,
        outside: Option<IpAddr>,
    ) -> Result<(), DropReason> {
        let hidden = self.config.nat && packet.is_v4() && tracked.from_inside;
        if hidden && outside.is_some() {
            return Err(DropReason::NoMapping);
        }
        Ok(())
    }

    /// Makes a row for a packet that goes to its true destination already.
    fn make(
        &mut self,
        now: Time,
        (protocol, from, goes_to): Key,
        tracked: Tracked,
        outside: Option<IpAddr>,
    ) -> Result<u32, DropReason> {
        let to = tracked.called.unwrap_or(goes_to);
        let key = (protocol, from, to);
        // What was closing makes room for what is new.
        if let Some((id, _)) = self.table.find(&key) {
            self.forget(id);
        }
        if self.table.len() >= self.config.rows {
            return Err(DropReason::TableFull);
        }
        let hidden = self.config.nat && from.is_ipv4() && tracked.from_inside;
        let seen_by = match (outside, tracked.called) {
            (Some(outside), _) if hidden && outside.is_ipv4() => Some(outside),
            // One inside calls another by the router's address: the answer must come back
            // here, or it would come from a stranger (RFC 4787 §6).
            (None, Some(called)) if hidden && self.outside.contains(&called.ip()) => {
                Some(called.ip())
            }
            _ => None,
        };
        let seen_from = match seen_by {
            Some(address) => {
                let port = self.ports.lend(protocol, address, from);
                SocketAddr::new(address, port.ok_or(DropReason::TableFull)?)
            }
            None => from,
        };
        let mut leases: Vec<_> = seen_by.map(|_| (protocol, seen_from)).into_iter().collect();
        let mut made_by = FlowMaker::Packet;
        if let Some(expected) = self.expected.take(key) {
            made_by = FlowMaker::Helper;
            leases.extend(expected.lease);
        } else if tracked.called.is_some() {
            made_by = FlowMaker::Forward;
        }
        let flow = Flow {
            protocol,
            from,
            to,
            seen_from,
            goes_to,
            state: FlowState::New,
            made_by,
            forgotten_at: now + self.config.patience(protocol, FlowState::New),
        };
        let ftp = |at: SocketAddr| at.port() == helper::PORT;
        let listens = self.config.helper && protocol == Protocol::Tcp && (ftp(to) || ftp(goes_to));
        let talk = listens.then(Box::default);
        Ok(self.table.add(Row::new(flow, leases, talk)))
    }

    /// A packet of a row leaves: its source is put into it, and the row takes note.
    fn passes(&mut self, now: Time, packet: &mut Packet, id: u32, forth: bool) {
        self.table.note_fragment(packet, id, forth);
        let Some(row) = self.table.row_mut(id) else {
            return;
        };
        let state = row.flow.state;
        row.note(packet, forth);
        row.flow.forgotten_at = now + self.config.patience(row.flow.protocol, row.flow.state);
        let is_news = row.flow.state != state || row.is_new;
        row.is_new = false;
        let flow = row.flow.clone();
        let talk = row.talk.take();
        self.table.watch(id, is_news);
        translate::from(packet, &flow, forth);
        if let Some(mut talk) = talk {
            let mut told = |said: &helper::Said| self.expect(now, &flow, said);
            talk.pass(packet, forth, &mut told);
            if let Some(row) = self.table.row_mut(id) {
                row.talk = Some(talk);
            }
        }
    }

    /// One side of an FTP dialogue says where it waits for a data connection: that is
    /// expected from now on. Answers where the other side is to call.
    fn expect(&mut self, now: Time, flow: &Flow, said: &helper::Said) -> Option<SocketAddr> {
        let (own, seen, called_by) = if said.by_client {
            (flow.from.ip(), flow.seen_from.ip(), flow.goes_to.ip())
        } else {
            (flow.goes_to.ip(), flow.to.ip(), flow.from.ip())
        };
        // An address that is not the speaker's own is none of our business: it may be meant
        // for a third place (RFC 959 §5.2), or be an attack (RFC 2577 §3).
        let is_foreign = said.address.is_some_and(|address| address != own);
        if is_foreign || said.port == 0 || self.expected.len() >= self.config.rows {
            return None;
        }
        let goes_to = SocketAddr::new(own, said.port);
        let (port, lease) = if own == seen {
            (said.port, None)
        } else {
            let port = self.ports.lend(Protocol::Tcp, seen, goes_to)?;
            (port, Some((Protocol::Tcp, SocketAddr::new(seen, port))))
        };
        let to = SocketAddr::new(seen, port);
        let until = now + self.config.tcp_other;
        let expected = expected::Connection {
            goes_to,
            lease,
            until,
        };
        if let Some(lease) = self.expected.add((called_by, to), expected) {
            self.ports.give_back(lease);
        }
        Some(to)
    }

    fn forget(&mut self, id: u32) {
        for lease in self.table.remove(id) {
            self.ports.give_back(lease);
        }
    }

    /// When the next row is to be forgotten, or earlier: what was said on it meanwhile puts
    /// that off.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Time> {
        let times = [self.table.next_at(), self.expected.next_at()];
        times.into_iter().flatten().min()
    }

    /// Forgets the rows whose time has come.
    pub fn handle_timeout(&mut self, now: Time) {
        while let Some(id) = self.table.due(now) {
            self.forget(id);
        }
        for lease in self.expected.forget(now) {
            self.ports.give_back(lease);
        }
    }

    /// The next change of the table that is to be recorded.
    pub fn poll_change(&mut self) -> Option<FlowRecord> {
        self.table.poll_change()
    }
}
