//! One end of a TCP connection: its socket, what waits to be sent, its timers, its ending.

use super::datagrams::NEIGHBOUR_PATIENCE;
use super::flight::Flight;
use super::outgoing::Outgoing;
use super::{Congestion, TcpConfig};
use crate::base::headers::Tcp;
use crate::base::{CloseReason, Duration, EventId, FrameId, ProgramId, Time, Unreachable};
use crate::program::Token;
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::tcp::{self, State};
use std::net::SocketAddr;

/// The send buffer: a whole number of segments of 1460 and of 1440 bytes, so that no
/// segment is cut short where the buffer wraps.
pub const SEND_BUFFER: usize = 315_360;

/// As long as no more than this has come, each segment is acknowledged at once, so that a
/// sender that starts slowly is not held up. Linux does so for a connection's first segments.
const ACKED_AT_ONCE: u64 = 16 * 1460;

/// A moment, and the event that set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub at: Time,
    pub armed_by: Option<EventId>,
}

/// Four numbers name a connection: ports and addresses.
pub type Tuple = (SocketAddr, SocketAddr);

/// One end of a connection.
#[derive(Debug)]
pub struct Conn {
    pub program: ProgramId,
    pub token: Token,
    pub tuple: Tuple,
    pub active: bool,
    pub set: SocketSet<'static>,
    handle: SocketHandle,
    pub outgoing: Outgoing,
    /// How far the stream has been sent.
    pub flight: Flight,
    /// Where the next byte for the program lies in the stream.
    pub received: u64,
    pub paused: bool,
    pub finish: bool,
    pub aborted: bool,
    /// Whether the peer's RST closed it.
    pub reset: bool,
    /// Whether the stack keeps it in TIME-WAIT only for bytes that are still to be read.
    pub unread: bool,
    /// Whether the program has been told, of each in turn.
    pub told: Told,
    /// What made the next frames, where that is not the event at hand: the turn they carry.
    pub turn: Option<EventId>,
    pub stack: Option<Deadline>,
    pub patience: Option<Deadline>,
    progress: Option<Progress>,
    /// How it behaves.
    tcp: TcpConfig,
    /// How long its frames may be on their whole way.
    pub longest_frame: usize,
    /// What the network said of an open connection, unless something arrived since.
    pub soft_error: Option<Unreachable>,
    /// Since when the peer has not answered whether it is still there.
    probed: Option<Time>,
    /// The last frame in which the peer only acknowledged, as it arrived.
    pub last_heard: Vec<u8>,
    /// The last frame in which the peer said that it has no room.
    no_room: Option<FrameId>,
    /// The wake-up in the queue that counts; others are void.
    pub wake: Option<Time>,
    pub live: bool,
}

/// What changes whenever a connection gets on: what is acknowledged, its state, whether its
/// SYN has left, since when it asks in vain; and what says that the peer is there and has no
/// room, for which there is no limit (RFC 9293 §3.8.6.1).
type Progress = (u64, State, bool, Option<Time>, Option<FrameId>);

/// The headers of a segment without options, Ethernet's included.
pub fn headers_len(v6: bool) -> usize {
    if v6 { 74 } else { 54 }
}

/// How much a program has been told of its connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub opened: bool,
    pub finish: bool,
    pub closed: bool,
}

impl Conn {
    /// An end with a fresh socket; sockets are never used twice.
    pub fn new(
        program: ProgramId,
        token: Token,
        tuple: Tuple,
        active: bool,
        (tcp, longest_frame): (&TcpConfig, usize),
    ) -> Self {
        let window = tcp.window.max(1);
        let buffer = |size| tcp::SocketBuffer::new(vec![0; size]);
        let mut socket = tcp::Socket::new(buffer(window), buffer(SEND_BUFFER));
        socket.set_congestion_control(match tcp.congestion {
            Congestion::None => tcp::CongestionControl::None,
            Congestion::Reno => tcp::CongestionControl::Reno,
            Congestion::Cubic => tcp::CongestionControl::Cubic,
        });
        socket.set_nagle_enabled(tcp.nagle);
        socket.set_ack_delay(None);
        if let Some(silence) = tcp.keep_alive {
            socket.set_keep_alive(Some(in_stack(silence)));
        }
        let mut set = SocketSet::new(Vec::with_capacity(1));
        let handle = set.add(socket);
        Self {
            program,
            token,
            tuple,
            active,
            set,
            handle,
            outgoing: Outgoing::default(),
            flight: Flight::new(window),
            received: 0,
            paused: false,
            finish: false,
            aborted: false,
            reset: false,
            unread: false,
            told: Told::default(),
            turn: None,
            stack: None,
            patience: None,
            progress: None,
            tcp: *tcp,
            longest_frame,
            soft_error: None,
            probed: None,
            last_heard: Vec::new(),
            no_room: None,
            wake: None,
            live: false,
        }
    }

    /// Breaks it off.
    pub fn abort(&mut self) {
        self.aborted = true;
        self.socket().abort();
    }

    pub fn socket(&mut self) -> &mut tcp::Socket<'static> {
        self.set.get_mut(self.handle)
    }

    pub fn state(&self) -> State {
        self.set.get::<tcp::Socket<'_>>(self.handle).state()
    }

    /// Both the stack's moment and the host's, the earlier of them.
    pub fn deadline(&self) -> Option<Deadline> {
        match (self.stack, self.patience) {
            (Some(a), Some(b)) => Some(if b.at < a.at { b } else { a }),
            (a, b) => a.or(b),
        }
    }

    /// Hands the stack what waits, and its FIN after that.
    ///
    /// The stack learns of the FIN when at most one segment is left unsent: from then on it
    /// holds back no small segment, and before it sends whole ones only (Nagle's rule).
    pub fn fill(&mut self) {
        let socket = self.set.get_mut::<tcp::Socket<'_>>(self.handle);
        self.outgoing.fill(socket);
        if self.finish && self.outgoing.is_empty() && socket.may_send() {
            let headers = headers_len(self.tuple.0.is_ipv6());
            let segment = self.longest_frame.saturating_sub(headers) as u64;
            if self.outgoing.taken() - self.flight.sent() <= segment {
                socket.close();
            }
        }
    }

    /// Takes note that the program has read so many bytes.
    pub fn has_read(&mut self, len: usize) {
        let before = self.received;
        self.received += len as u64;
        if before <= ACKED_AT_ONCE && self.received > ACKED_AT_ONCE {
            let delay = self.tcp.ack_delay.map(in_stack);
            self.socket().set_ack_delay(delay);
        }
    }

    /// How many contents have been acknowledged whole since the last call.
    pub fn contents_sent(&mut self) -> usize {
        let unacknowledged = self.socket().send_queue();
        self.outgoing.acknowledged(unacknowledged)
    }

    /// How many bytes have been acknowledged, where the program is to be told.
    pub fn progress(&mut self) -> Option<u64> {
        let unacknowledged = self.socket().send_queue();
        self.outgoing.progress(unacknowledged)
    }

    /// Whether the peer's FIN has come and all before it has been read.
    pub fn at_eof(&mut self) -> bool {
        let heard = match self.state() {
            State::CloseWait | State::Closing | State::LastAck | State::TimeWait => true,
            // Neither side broke it off: it went through LAST-ACK.
            State::Closed => !self.aborted && !self.reset,
            _ => false,
        };
        heard && self.socket().recv_queue() == 0
    }

    /// Why it is gone, once it is gone both ways and the program has read all that came.
    pub fn ending(&self) -> Option<CloseReason> {
        match self.state() {
            // A passive socket that fell back to listening was reset before it opened.
            State::Listen => Some(CloseReason::Reset),
            State::Closed if self.aborted => Some(CloseReason::Aborted),
            State::Closed if self.reset && self.active && !self.told.opened => {
                Some(CloseReason::Refused)
            }
            State::Closed if self.reset => Some(CloseReason::Reset),
            State::TimeWait | State::Closed if self.told.finish => Some(CloseReason::Finished),
            _ => None,
        }
    }

    /// Whether the peer and this side have finished and only the program is behind. The end
    /// of TIME-WAIT would take away from it what it has not read.
    pub fn waits_for_reader(&mut self) -> bool {
        self.state() == State::TimeWait && self.socket().recv_queue() > 0
    }

    /// Takes note of a segment that the stack made. Answers whether it only asks if the
    /// peer is there.
    pub fn says(&mut self, now: Time, tcp: &Tcp) -> bool {
        let idle = self.tcp.keep_alive.is_some() && self.socket().send_queue() == 0;
        let asks = idle && self.flight.is_probe(tcp);
        if asks {
            self.probed.get_or_insert(now);
        } else {
            self.flight.note(tcp);
        }
        asks
    }

    /// Takes note of a segment that came: the peer is there.
    pub fn hears(&mut self, frame: FrameId, tcp: &Tcp, bytes: &[u8]) {
        self.probed = None;
        if tcp.window == 0 && tcp.ack.is_some() && !tcp.rst {
            self.no_room = Some(frame);
        }
        if tcp.sequence_len() == 0 && !tcp.rst {
            self.last_heard.clear();
            self.last_heard.extend_from_slice(bytes);
        }
    }

    /// Whether a segment says nothing but that the FIN is still awaited, which alone is left
    /// to be acknowledged. The stack would take the third of them for a loss of bytes, send
    /// none, for it has none, and forget to send the FIN again.
    pub fn has_heard(&mut self, tcp: &Tcp) -> bool {
        let finishes = matches!(
            self.state(),
            State::FinWait1 | State::Closing | State::LastAck
        );
        let plain = tcp.sequence_len() == 0 && !tcp.rst;
        plain && finishes && self.socket().send_queue() == 0 && self.flight.awaits_fin(tcp)
    }

    /// Whether a segment with this number was sent and is not acknowledged.
    pub fn has_in_flight(&mut self, seq: u32) -> bool {
        let acknowledged = self.acknowledged_bytes();
        self.flight.covers(seq, acknowledged)
    }

    /// Whether bytes wait to be sent. Where the stack waits for nothing, it has forgotten them.
    pub fn is_stuck(&mut self) -> bool {
        let sends = matches!(self.state(), State::Established | State::CloseWait);
        sends && !self.unread && self.socket().send_queue() > 0
    }

    /// Whether nothing is left to do but to ask, after a long silence, whether the peer is
    /// still there. A run does not go on for that alone.
    pub fn is_quiet(&mut self, now: Time) -> bool {
        let idle = matches!(
            self.state(),
            State::Established | State::CloseWait | State::FinWait2
        );
        let soon = now + self.tcp.ack_delay.unwrap_or(Duration::ZERO);
        self.tcp.keep_alive.is_some()
            && idle
            && self.patience.is_none()
            && self.socket().send_queue() == 0
            && self.stack.is_some_and(|deadline| deadline.at > soon)
    }

    /// Why it ends, where the host has waited long enough.
    pub fn gives_up_because(&self) -> CloseReason {
        match self.soft_error {
            _ if self.aborted => CloseReason::Aborted,
            // Not even the SYN has left: nobody said where the peer is, or its router.
            _ if self.active && !self.flight.has_begun() => {
                CloseReason::Unreachable(Unreachable::Host)
            }
            Some(reason) => CloseReason::Unreachable(reason),
            None => CloseReason::TimedOut,
        }
    }

    /// Sets the moment at which the host gives up: anew whenever something moved.
    pub fn watch(&mut self, now: Time, cause: Option<EventId>) {
        let state = self.state();
        let begun = self.flight.has_begun();
        let patience = match state {
            State::SynSent if !begun => NEIGHBOUR_PATIENCE,
            State::SynSent | State::SynReceived => self.tcp.connect_patience,
            // An RST that waits for a neighbour's address.
            State::Closed => NEIGHBOUR_PATIENCE,
            _ => self.tcp.send_patience,
        };
        let waits = match state {
            State::SynSent | State::SynReceived => true,
            State::Closed => !self.told.closed && self.aborted,
            State::FinWait1 | State::Closing | State::LastAck => true,
            _ if self.probed.is_some() => true,
            State::Established | State::CloseWait => self.socket().send_queue() > 0,
            _ => false,
        };
        let acknowledged = self.acknowledged_bytes();
        let progress = (acknowledged, state, begun, self.probed, self.no_room);
        if !waits {
            self.patience = None;
            self.progress = None;
        } else if self.progress != Some(progress) {
            self.progress = Some(progress);
            self.soft_error = None;
            self.patience = Some(Deadline {
                at: now + patience,
                armed_by: cause,
            });
        }
    }

    fn acknowledged_bytes(&mut self) -> u64 {
        let unacknowledged = self.socket().send_queue();
        self.outgoing.reached(unacknowledged)
    }
}

fn in_stack(duration: Duration) -> smoltcp::time::Duration {
    smoltcp::time::Duration::from_micros(duration.0 / 1000)
}
