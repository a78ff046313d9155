//! One end of a TCP connection: its socket, what waits to be sent, its timers, its ending.

use super::flight::Flight;
use super::outgoing::Outgoing;
use crate::base::{CloseReason, Duration, EventId, ProgramId, Time};
use crate::program::Token;
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::tcp::{self, State};
use std::net::SocketAddr;

/// The receive buffer: larger than what the peer's send buffer can have in flight, so that
/// a reader that keeps up never closes the window.
const RECEIVE_BUFFER: usize = 512 << 10;
/// The send buffer: a whole number of segments of 1460 and of 1440 bytes, so that no
/// segment is cut short where the buffer wraps.
pub const SEND_BUFFER: usize = 315_360;

/// How long a SYN waits for an answer before the attempt is given up.
pub const CONNECT_PATIENCE: Duration = Duration::from_secs(60);
/// How long sent bytes wait for an acknowledgement before the connection is given up.
pub const SEND_PATIENCE: Duration = Duration::from_secs(300);
/// How long an acknowledgement may wait for more to say (RFC 9293 §3.8.6.3 allows 500 ms).
const ACK_DELAY: smoltcp::time::Duration = smoltcp::time::Duration::from_millis(40);
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
    progress: Option<(u64, State)>,
    /// The wake-up in the queue that counts; others are void.
    pub wake: Option<Time>,
    pub live: bool,
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
    pub fn new(program: ProgramId, token: Token, tuple: Tuple, active: bool) -> Self {
        let buffer = |size| tcp::SocketBuffer::new(vec![0; size]);
        let mut socket = tcp::Socket::new(buffer(RECEIVE_BUFFER), buffer(SEND_BUFFER));
        socket.set_congestion_control(tcp::CongestionControl::Cubic);
        socket.set_ack_delay(None);
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
            flight: Flight::default(),
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
            wake: None,
            live: false,
        }
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
    pub fn fill(&mut self, longest_frame: usize) {
        let socket = self.set.get_mut::<tcp::Socket<'_>>(self.handle);
        self.outgoing.fill(socket);
        if self.finish && self.outgoing.is_empty() && socket.may_send() {
            let headers = if self.tuple.0.is_ipv4() { 54 } else { 74 };
            let segment = longest_frame.saturating_sub(headers) as u64;
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
            self.socket().set_ack_delay(Some(ACK_DELAY));
        }
    }

    /// How many contents have been acknowledged whole since the last call.
    pub fn contents_sent(&mut self) -> usize {
        let unacknowledged = self.socket().send_queue();
        self.outgoing.acknowledged(unacknowledged)
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

    /// Sets the moment at which the host gives up: anew whenever something moved.
    pub fn watch(&mut self, now: Time, cause: Option<EventId>) {
        let state = self.state();
        let patience = match state {
            State::SynSent | State::SynReceived => CONNECT_PATIENCE,
            _ => SEND_PATIENCE,
        };
        let waits = match state {
            State::SynSent | State::SynReceived => true,
            // An RST that waits for a neighbour's address.
            State::Closed => !self.told.closed && self.aborted,
            State::FinWait1 | State::Closing | State::LastAck => true,
            State::Established | State::CloseWait => self.socket().send_queue() > 0,
            _ => false,
        };
        let progress = self.acknowledged_bytes();
        if !waits {
            self.patience = None;
            self.progress = None;
        } else if self.progress != Some((progress, state)) {
            self.progress = Some((progress, state));
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
