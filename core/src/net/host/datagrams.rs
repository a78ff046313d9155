//! Datagrams: one socket a bound port, for what arrives; each datagram that is to leave has a
//! socket of its own, so that none waits behind another whose neighbour does not answer.

use super::connection::Deadline;
use super::echoes::{Asker, undelivered};
use super::frames::tells_of_neighbours;
use super::{Host, NodeTimer, device, stack_now, wake_time};
use crate::base::{Duration, EventId, ProgramId, Time, Turn, Unreachable};
use crate::net::wires::Wires;
use crate::program::{Input, Token};
use crate::timeline::{Listener, Moment, Timer, TurnRecord};
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::udp;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Bytes and datagrams that a bound port holds for its program.
const BUFFER: usize = 64 << 10;
const PACKETS: usize = 64;
/// How long a packet waits for a neighbour's address: three questions, a second apart.
pub(super) const NEIGHBOUR_PATIENCE: Duration = Duration::from_secs(3);
/// The largest IP packet, and the header that goes before a datagram or an echo.
const LARGEST: usize = 65_535 - 20;
const UDP_HEADER: usize = 8;
const IPV6_HEADER: usize = 40;

/// The bound ports of a host, and who waits for echoes. The set also serves frames that
/// belong to no socket.
pub struct Datagrams {
    pub set: SocketSet<'static>,
    bound: Vec<Bound>,
    pub(super) askers: Vec<Asker>,
    /// What could not leave yet, in the order in which it was asked for.
    waiting: Vec<Waiting>,
    deadline: Option<Deadline>,
    wake: Option<Time>,
}

struct Bound {
    program: ProgramId,
    token: Token,
    port: u16,
    handle: SocketHandle,
    /// Its row in the timeline.
    row: u32,
}

/// A packet that is to leave, the only one in its set.
pub(super) struct Waiting {
    pub set: SocketSet<'static>,
    program: ProgramId,
    token: Token,
    /// What the program knows it by: the echo's number, or the port it is sent to.
    sequence: u16,
    /// From which of the host's addresses.
    own: IpAddr,
    since: Time,
    /// What is said with it.
    turn: Option<EventId>,
}

impl Default for Datagrams {
    fn default() -> Self {
        Self {
            set: SocketSet::new(Vec::new()),
            bound: Vec::new(),
            askers: Vec::new(),
            waiting: Vec::new(),
            deadline: None,
            wake: None,
        }
    }
}

impl Datagrams {
    pub fn is_live(&self) -> bool {
        self.deadline.is_some()
    }

    /// The timeline's rows of the bound ports.
    pub fn rows(&self) -> Vec<u32> {
        self.bound.iter().map(|bound| bound.row).collect()
    }
}

impl Waiting {
    pub fn new(
        program: ProgramId,
        token: Token,
        (sequence, own): (u16, IpAddr),
        since: Time,
        turn: Option<EventId>,
    ) -> Self {
        Self {
            set: SocketSet::new(Vec::with_capacity(1)),
            program,
            token,
            sequence,
            own,
            since,
            turn,
        }
    }
}

impl Host {
    pub(super) fn bind(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        (token, port): (Token, Option<u16>),
    ) {
        let unused = |port: u16, host: &Self| host.datagrams.bound.iter().all(|b| b.port != port);
        let Some(port) = self.choose_port(port, unused) else {
            return self.answer(program, Input::ListenFailed { token });
        };
        let buffer =
            || udp::PacketBuffer::new(vec![udp::PacketMetadata::EMPTY; PACKETS], vec![0; BUFFER]);
        let mut socket = udp::Socket::new(buffer(), buffer());
        if socket.bind(port).is_err() {
            return self.answer(program, Input::ListenFailed { token });
        }
        let handle = self.datagrams.set.add(socket);
        let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let listener = Listener {
            host: self.id,
            program,
            at: SocketAddr::new(any, port),
            udp: true,
        };
        let row = wires.timeline.record_listening(at, listener);
        self.datagrams.bound.push(Bound {
            program,
            token,
            port,
            handle,
            row,
        });
        let preferred = self.addresses.first().copied().unwrap_or(any);
        let input = Input::Listening {
            token,
            at: SocketAddr::new(preferred, port),
        };
        self.answer(program, input);
    }

    /// Who has bound a port.
    pub(super) fn binding(&self, port: u16) -> Option<(ProgramId, Token)> {
        let mut bound = self.datagrams.bound.iter();
        let found = bound.find(|bound| bound.port == port)?;
        Some((found.program, found.token))
    }

    pub(super) fn send_datagram(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        (token, to, bytes): (Token, SocketAddr, &[u8]),
        (hop_limit, turn): (Option<u8>, Option<Turn>),
    ) {
        let mut bound = self.datagrams.bound.iter();
        let found = bound.find(|b| b.program == program && b.token == token);
        let Some(port) = found.map(|bound| bound.port).filter(|_| to.port() != 0) else {
            return;
        };
        if self.addresses.contains(&to.ip()) {
            return self.send_to_self(wires, at, (program, token, port), to, bytes);
        }
        let turn = turn.map(|turn| {
            let record = TurnRecord {
                conn: None,
                to: Some(to.ip()),
                range: (0, bytes.len() as u64),
                turn,
                carried: None,
            };
            wires.timeline.record_turn(at, record)
        });
        let own = match self.sends_whole(to.ip(), UDP_HEADER + bytes.len()) {
            Ok(own) => own,
            Err(reason) => {
                let from = self.address_like(to.ip()).unwrap_or(to.ip());
                return self.answer(program, undelivered(token, to.port(), from, reason));
            }
        };
        let mut waiting = Waiting::new(program, token, (to.port(), own), at.now, turn);
        let buffer = |size: usize| {
            udp::PacketBuffer::new(vec![udp::PacketMetadata::EMPTY; 1], vec![0; size.max(1)])
        };
        let mut socket = udp::Socket::new(buffer(0), buffer(bytes.len()));
        socket.set_hop_limit(hop_limit.map(|limit| limit.max(1)));
        socket.bind(port).expect("a fresh socket binds to a port");
        let mut meta = udp::UdpMetadata::from(smoltcp::wire::IpEndpoint::from(to));
        meta.local_address = Some(own.into());
        socket
            .send_slice(bytes, meta)
            .expect("it has room for just this");
        waiting.set.add(socket);
        self.expect_neighbour(at, own, to.ip());
        self.ask_besides(wires, at, own, to.ip());
        self.post(wires, at, waiting);
    }

    /// A datagram to the host itself goes over no wire: nobody sees it, and it is there at once.
    fn send_to_self(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        (program, token, port): (ProgramId, Token, u16),
        to: SocketAddr,
        bytes: &[u8],
    ) {
        let Some((other, listener)) = self.binding(to.port()) else {
            let reason = Unreachable::Port;
            return self.answer(program, undelivered(token, to.port(), to.ip(), reason));
        };
        let from = SocketAddr::new(to.ip(), port);
        let input = Input::Datagram {
            token: listener,
            from,
            to,
            bytes,
        };
        self.tell(wires, at, other, input);
    }

    /// The address from which a packet of `len` bytes, IP header aside, can be sent to `to`;
    /// or why it cannot. The stack cuts packets in pieces over IPv4 only.
    pub(super) fn sends_whole(&self, to: IpAddr, len: usize) -> Result<IpAddr, Unreachable> {
        let own = self.address_like(to).ok_or(Unreachable::Net)?;
        if !self.reaches(to) && !to.is_multicast() && !self.is_broadcast(to) {
            return Err(Unreachable::Net);
        }
        let whole = smoltcp::wire::EthernetFrame::<&[u8]>::buffer_len(IPV6_HEADER + len);
        if len > LARGEST || (to.is_ipv6() && whole > self.longest_frame) {
            return Err(Unreachable::TooBig);
        }
        Ok(own)
    }

    /// Sends a packet, or keeps it until its neighbour is known.
    pub(super) fn post(&mut self, wires: &mut Wires, at: Moment, mut waiting: Waiting) {
        if !self.let_go(wires, at, &mut waiting) {
            self.datagrams.waiting.push(waiting);
        }
    }

    /// Lets the stack send a packet. Answers whether it is gone.
    fn let_go(&mut self, wires: &mut Wires, at: Moment, waiting: &mut Waiting) -> bool {
        let now = stack_now(at.now);
        loop {
            let mut device = device::Egress {
                arena: wires.timeline.arena_mut(),
                sent: None,
                longest_frame: self.longest_frame,
            };
            let iface = self.stack.wide();
            iface.poll_egress(now, &mut device, &mut waiting.set);
            let Some(slot) = device.sent else { break };
            // A question for the neighbour is not what was said.
            let asks = tells_of_neighbours(wires.timeline.arena().get(slot));
            let turn = waiting.turn.filter(|_| !asks);
            let moment = turn.map_or(at, |turn| at.because(turn));
            self.transmit(wires, moment, slot, None);
        }
        // A packet is all that the stack could have to do for this set.
        self.stack.wide().poll_at(now, &waiting.set).is_none()
    }

    /// Lets the stack send the further pieces of an answer that is too long for one frame.
    pub(super) fn let_pieces_out(&mut self, wires: &mut Wires, at: Moment) {
        loop {
            let mut device = device::Egress {
                arena: wires.timeline.arena_mut(),
                sent: None,
                longest_frame: self.longest_frame,
            };
            let sockets = &mut self.datagrams.set;
            let iface = self.stack.wide();
            iface.poll_egress(stack_now(at.now), &mut device, sockets);
            let Some(slot) = device.sent else { break };
            self.transmit(wires, at, slot, None);
        }
    }

    pub(super) fn let_datagrams_out(&mut self, wires: &mut Wires, at: Moment) {
        let waiting = std::mem::take(&mut self.datagrams.waiting);
        for waiting in waiting {
            self.post(wires, at, waiting);
        }
    }

    /// Hands programs the datagrams and echoes that arrived with `hop_limit`.
    pub(super) fn read_datagrams(&mut self, wires: &mut Wires, at: Moment, hop_limit: u8) {
        for index in 0..self.datagrams.bound.len() {
            loop {
                let bound = &self.datagrams.bound[index];
                let (program, token, port) = (bound.program, bound.token, bound.port);
                let socket = self.datagrams.set.get_mut::<udp::Socket<'_>>(bound.handle);
                let Ok((bytes, meta)) = socket.recv() else {
                    break;
                };
                let bytes = bytes.to_vec();
                let from = SocketAddr::new(meta.endpoint.addr.into(), meta.endpoint.port);
                let own = meta.local_address.map(IpAddr::from);
                let to = own
                    .or(self.address_like(from.ip()))
                    .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
                let input = Input::Datagram {
                    token,
                    from,
                    to: SocketAddr::new(to, port),
                    bytes: &bytes,
                };
                self.tell(wires, at, program, input);
            }
        }
        self.read_echoes(wires, at, hop_limit);
        self.let_datagrams_out(wires, at);
    }

    pub(super) fn on_datagram_timer(&mut self, wires: &mut Wires, at: Moment) {
        if self.datagrams.wake != Some(at.now) {
            return;
        }
        self.datagrams.wake = None;
        let Some(deadline) = self.datagrams.deadline.take() else {
            return;
        };
        let moment = Moment {
            cause: deadline.armed_by,
            ..at
        };
        let event = wires.timeline.record_timer(moment, Timer::Host);
        let moment = moment.because(event);
        self.lose_datagrams(wires, moment);
        self.let_datagrams_out(wires, moment);
        self.settle(wires, moment);
    }

    /// Gives up what has waited too long. The host itself says that the other is not there.
    fn lose_datagrams(&mut self, wires: &mut Wires, at: Moment) {
        let (late, waiting) = std::mem::take(&mut self.datagrams.waiting)
            .into_iter()
            .partition(|waiting| waiting.since + NEIGHBOUR_PATIENCE <= at.now);
        self.datagrams.waiting = waiting;
        let late: Vec<Waiting> = late;
        for lost in late {
            let (program, token) = (lost.program, lost.token);
            let input = undelivered(token, lost.sequence, lost.own, Unreachable::Host);
            self.tell(wires, at, program, input);
        }
    }

    /// Sets the next wake-up for packets that wait for a neighbour.
    pub(super) fn arm_datagrams(&mut self, wires: &mut Wires, at: Moment) {
        let now = stack_now(at.now);
        let iface = self.stack.wide();
        let wanted = self.datagrams.waiting.iter().map(|waiting| {
            let patience = waiting.since + NEIGHBOUR_PATIENCE;
            let asked = iface.poll_at(now, &waiting.set);
            asked.map_or(patience, |asked| wake_time(asked, at.now).min(patience))
        });
        let time = wanted.min();
        if time == self.datagrams.deadline.map(|d| d.at) {
            return;
        }
        self.datagrams.deadline = time.map(|at_time| Deadline {
            at: at_time,
            armed_by: at.cause,
        });
        self.datagrams.wake = time;
        if let Some(time) = time {
            self.wake(wires, time, NodeTimer::Datagrams);
        }
    }
}
