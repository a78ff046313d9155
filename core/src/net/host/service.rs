//! After each event, every connection it touched is looked after until nothing is left to do.

use super::connection::{Conn, Deadline};
use super::{Host, NodeTimer, device, flight, neighbours, stack_now, wake_time};
use crate::base::headers::Tcp;
use crate::base::{CloseReason, ConnId};
use crate::net::{checksum, wires::Wires};
use crate::program::Input;
use crate::timeline::{Moment, Slot, Timer};
use smoltcp::socket::tcp::State;

/// A program is handed no more than this before it is asked what it answers.
const HEARD_AT_ONCE: usize = 4096;

impl Host {
    /// Looks after restless connections until all are at rest.
    pub(super) fn settle(&mut self, wires: &mut Wires, at: Moment) {
        while let Some(id) = self.restless.pop_front() {
            self.tell_program(wires, at, id);
            // What was said leaves in the order in which it was said.
            while let Some(spoken) = self.spoken.pop_front() {
                self.let_out(wires, at, spoken);
            }
            self.let_out(wires, at, id);
            self.tell_program(wires, at, id);
            self.arm(wires, at, id);
        }
        self.arm_datagrams(wires, at);
    }

    /// Sends what the stack made, in order, through the card.
    pub(super) fn transmit(
        &mut self,
        wires: &mut Wires,
        at: Moment,
        slot: Slot,
        conn: Option<ConnId>,
    ) {
        if self.answer_from_table(wires, at, slot) {
            return;
        }
        let frame = wires.timeline.arena_mut().get_mut(slot);
        neighbours::tidy(frame);
        checksum::fill_tcp(frame);
        self.note_question(at.now, wires.timeline.arena().get(slot));
        if let Some(link) = self.link {
            wires.send(at, link, slot, conn);
        }
    }

    pub(super) fn on_conn_timer(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        if conn.wake != Some(at.now) {
            return;
        }
        conn.wake = None;
        let Some(deadline) = conn.deadline() else {
            return;
        };
        if deadline.at > at.now {
            let cause = deadline.armed_by;
            return self.arm(wires, Moment { cause, ..at }, id);
        }
        let gives_up = conn.patience.is_some_and(|p| p.at <= at.now);
        let timer = if gives_up {
            Timer::GiveUp(id)
        } else {
            Timer::Stack(id)
        };
        let moment = Moment {
            cause: deadline.armed_by,
            ..at
        };
        let event = wires.timeline.record_timer(moment, timer);
        let moment = moment.because(event);
        if gives_up {
            self.give_up(wires, moment, id);
        } else {
            conn.stack = None;
            self.disturb(id);
        }
        self.settle(wires, moment);
    }

    /// Tells a connection's program all that is news: opened, data, end, gone.
    fn tell_program(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        self.tell_opened(wires, at, id);
        self.tell_data(wires, at, id);
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let program = conn.program;
        for _ in 0..conn.contents_sent() {
            self.tell(wires, at, program, Input::Sent { conn: id });
        }
        if let Some(conn) = self.conns.get_mut(&id)
            && let Some(bytes) = conn.progress()
        {
            self.tell(wires, at, program, Input::Sending { conn: id, bytes });
        }
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        if conn.told.opened && !conn.told.finish && conn.at_eof() {
            conn.told.finish = true;
            let event = wires.timeline.record_heard_finish(at, id);
            self.tell(wires, at.because(event), program, Input::Eof { conn: id });
        }
        self.tell_closed(wires, at, id);
    }

    fn tell_opened(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let state = conn.state();
        let open = !matches!(
            state,
            State::SynSent | State::SynReceived | State::Listen | State::Closed
        );
        if conn.told.opened || !open {
            return;
        }
        conn.told.opened = true;
        self.half_open -= usize::from(!conn.active);
        let (token, (local, remote)) = (conn.token, conn.tuple);
        let (program, active) = (conn.program, conn.active);
        let event = wires.timeline.record_opened(at, id);
        let input = if active {
            Input::Connected {
                token,
                conn: id,
                local,
                remote,
            }
        } else {
            Input::Accepted {
                token,
                conn: id,
                local,
                remote,
            }
        };
        self.tell(wires, at.because(event), program, input);
    }

    fn tell_data(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        loop {
            let Some(conn) = self.conns.get_mut(&id) else {
                return;
            };
            let busy = conn.paused || conn.outgoing.is_swamped();
            let deaf = busy || conn.aborted || !conn.told.opened;
            if deaf || conn.socket().recv_queue() == 0 {
                return;
            }
            let (program, offset) = (conn.program, conn.received);
            let Some(running) = self.programs.get_mut(program.index()) else {
                return;
            };
            let read = conn.socket().recv(|bytes| {
                let bytes = &bytes[..bytes.len().min(HEARD_AT_ONCE)];
                let input = Input::Data {
                    conn: id,
                    offset,
                    bytes,
                };
                running.program.handle(at.now, input);
                (bytes.len(), bytes.len())
            });
            conn.has_read(read.unwrap_or(0));
            self.run_program(wires, at, program);
        }
    }

    fn tell_closed(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let Some(reason) = conn.ending() else { return };
        // A reset that this side asked for is still to be sent.
        let unsent = conn.aborted && conn.socket().remote_endpoint().is_some();
        if conn.told.closed || unsent {
            return;
        }
        self.end(wires, at, id, reason);
    }

    /// Records an ending and tells the program of it.
    pub(super) fn end(&mut self, wires: &mut Wires, at: Moment, id: ConnId, reason: CloseReason) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        conn.told.closed = true;
        let (program, token) = (conn.program, conn.token);
        let failed = conn.active && !conn.told.opened;
        let unknown = !conn.active && !conn.told.opened;
        let event = wires.timeline.record_closed(at, id, reason);
        let input = if failed {
            Input::ConnectFailed { token, reason }
        } else {
            Input::Closed { conn: id, reason }
        };
        if !unknown {
            self.tell(wires, at.because(event), program, input);
        }
    }

    /// Ends a connection that has waited too long. Nothing more is sent, as real stacks do.
    fn give_up(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        let conn = self.conns.get(&id).filter(|conn| !conn.told.closed);
        if let Some(reason) = conn.map(|conn| conn.gives_up_because()) {
            self.end(wires, at, id, reason);
        }
        self.forget(id);
    }

    /// Lets the stack send all it can on a connection.
    fn let_out(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        let Some(mut conn) = self.conns.remove(&id) else {
            return;
        };
        if conn.unread && conn.waits_for_reader() {
            self.conns.insert(id, conn);
            return;
        }
        let turn = conn.turn.take();
        let moment = turn.map_or(at, |turn| at.because(turn));
        let now = stack_now(at.now);
        loop {
            conn.fill();
            let mut device = device::Egress {
                arena: wires.timeline.arena_mut(),
                sent: None,
                longest_frame: conn.longest_frame,
            };
            let iface = self.stack.of(conn.longest_frame);
            iface.poll_egress(now, &mut device, &mut conn.set);
            let Some(mut slot) = device.sent else { break };
            let frame = wires.timeline.arena_mut().get_mut(slot);
            // Else it asks for a neighbour, on the connection's behalf.
            let segment = Tcp::read(frame);
            if let Some(tcp) = &segment {
                if conn.says(at.now, tcp) {
                    let bare = flight::bare(frame, tcp);
                    slot = wires.timeline.arena_mut().push(&bare);
                } else {
                    conn.flight.mend(frame, tcp);
                }
                if tcp.syn {
                    // Faults that look for files number the stream by it.
                    wires.timeline.arena_mut().need(slot);
                }
            }
            self.transmit(wires, moment, slot, segment.map(|_| id));
        }
        self.conns.insert(id, conn);
    }

    /// Sets a connection's next wake-up, or forgets a connection that is gone.
    fn arm(&mut self, wires: &mut Wires, at: Moment, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let state = conn.state();
        if conn.told.closed && matches!(state, State::Closed | State::Listen) {
            return self.forget(id);
        }
        conn.unread = conn.waits_for_reader();
        let now = stack_now(at.now);
        let iface = self.stack.of(conn.longest_frame);
        let mut asked = iface.poll_at(now, &conn.set);
        if asked.is_none() && conn.is_stuck() {
            self.nudge(at, id);
            let Some(conn) = self.conns.get(&id) else {
                return;
            };
            asked = self.stack.of(conn.longest_frame).poll_at(now, &conn.set);
        }
        let Some(conn) = self.conns.get_mut(&id) else {
            return;
        };
        let asked = asked.filter(|_| !conn.unread);
        let stack = asked.map(|asked| wake_time(asked, at.now));
        if stack != conn.stack.map(|deadline| deadline.at) {
            conn.stack = stack.map(|time| Deadline {
                at: time,
                armed_by: at.cause,
            });
        }
        conn.watch(at.now, at.cause);
        let deadline = conn.deadline();
        let live = deadline.is_some() && state != State::TimeWait && !conn.is_quiet(at.now);
        set_live(&mut self.live, conn, live);
        if let Some(deadline) = deadline
            && conn.wake.is_none_or(|wake| deadline.at < wake)
        {
            conn.wake = Some(deadline.at);
            self.wake(wires, deadline.at, NodeTimer::Conn(id));
        }
    }

    pub(super) fn forget(&mut self, id: ConnId) {
        if let Some(mut conn) = self.conns.remove(&id) {
            set_live(&mut self.live, &mut conn, false);
            self.half_open -= usize::from(!conn.active && !conn.told.opened);
            self.tuples.remove(&conn.tuple);
        }
    }
}

fn set_live(count: &mut usize, conn: &mut Conn, live: bool) {
    *count += usize::from(live);
    *count -= usize::from(conn.live);
    conn.live = live;
}
