//! Datagrams: one socket a bound port, all in one set, with one timer.

use super::connection::Deadline;
use super::{Host, NodeTimer, device, stack_now, wake_time};
use crate::base::{Duration, ProgramId, Time};
use crate::net::wires::Wires;
use crate::program::{Input, Token};
use crate::timeline::{Listener, Moment, Timer};
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::udp;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Bytes and datagrams that a bound port holds for its program, and for the network.
const BUFFER: usize = 64 << 10;
const PACKETS: usize = 64;
/// How long datagrams wait for a neighbour's address: three questions, a second apart.
const PATIENCE: Duration = Duration::from_secs(3);

/// The bound ports of a host. The set also serves frames that belong to no socket.
pub struct Datagrams {
    pub set: SocketSet<'static>,
    bound: Vec<Bound>,
    deadline: Option<Deadline>,
    wake: Option<Time>,
}

struct Bound {
    program: ProgramId,
    token: Token,
    port: u16,
    handle: SocketHandle,
    /// Since when a datagram waits to leave.
    waits_since: Option<Time>,
}

impl Default for Datagrams {
    fn default() -> Self {
        Self {
            set: SocketSet::new(Vec::new()),
            bound: Vec::new(),
            deadline: None,
            wake: None,
        }
    }
}

impl Datagrams {
    pub fn is_live(&self) -> bool {
        self.deadline.is_some()
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
        self.datagrams.bound.push(Bound {
            program,
            token,
            port,
            handle,
            waits_since: None,
        });
        let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let listener = Listener {
            host: self.id,
            program,
            at: SocketAddr::new(any, port),
            udp: true,
        };
        wires.timeline.record_listening(at, listener);
        let preferred = self.addresses.first().copied().unwrap_or(any);
        let input = Input::Listening {
            token,
            at: SocketAddr::new(preferred, port),
        };
        self.answer(program, input);
    }

    pub(super) fn send_datagram(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        program: ProgramId,
        (token, to, bytes): (Token, SocketAddr, &[u8]),
    ) {
        let bound = &self.datagrams.bound;
        let Some(bound) = bound
            .iter()
            .find(|b| b.program == program && b.token == token)
        else {
            return;
        };
        let handle = bound.handle;
        if let Some(own) = self.address_like(to.ip()) {
            self.expect_neighbour(at, own, to.ip());
        }
        let mut meta = udp::UdpMetadata::from(smoltcp::wire::IpEndpoint::from(to));
        meta.local_address = self.address_like(to.ip()).map(Into::into);
        let socket = self.datagrams.set.get_mut::<udp::Socket<'_>>(handle);
        // A full buffer loses the datagram, as UDP may.
        let _ = socket.send_slice(bytes, meta);
        self.let_datagrams_out(wires, at);
    }

    /// Hands programs the datagrams that arrived.
    pub(super) fn read_datagrams(&mut self, wires: &mut Wires, at: Moment) {
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
        self.lose_datagrams(at.now);
        self.let_datagrams_out(wires, moment);
        self.arm_datagrams(wires, moment);
    }

    /// Empties the ports whose first datagram has waited too long. The stack cannot take
    /// back one alone, and the others wait behind it: all are lost, as UDP may.
    fn lose_datagrams(&mut self, now: Time) {
        let Datagrams { set, bound, .. } = &mut self.datagrams;
        let late = |bound: &&mut Bound| bound.waits_since.is_some_and(|t| t + PATIENCE <= now);
        for bound in bound.iter_mut().filter(late) {
            let socket = set.get_mut::<udp::Socket<'_>>(bound.handle);
            socket.close();
            socket.bind(bound.port).expect("it was bound to this port");
            bound.waits_since = None;
        }
    }

    fn let_datagrams_out(&mut self, wires: &mut Wires, at: Moment) {
        loop {
            let mut device = device::Egress {
                arena: wires.timeline.arena_mut(),
                sent: None,
                longest_frame: self.longest_frame,
            };
            let now = stack_now(at.now);
            self.iface
                .poll_egress(now, &mut device, &mut self.datagrams.set);
            let Some(slot) = device.sent else { break };
            self.transmit(wires, at, slot, None);
        }
    }

    /// Sets the next wake-up for datagrams that wait for a neighbour.
    pub(super) fn arm_datagrams(&mut self, wires: &mut Wires, at: Moment) {
        if self.datagrams.bound.is_empty() {
            return;
        }
        for bound in &mut self.datagrams.bound {
            let socket = self.datagrams.set.get::<udp::Socket<'_>>(bound.handle);
            let waits = socket.send_queue() > 0;
            bound.waits_since = waits.then(|| bound.waits_since.unwrap_or(at.now));
        }
        let asked = self.iface.poll_at(stack_now(at.now), &self.datagrams.set);
        let time = asked.map(|asked| wake_time(asked, at.now));
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
