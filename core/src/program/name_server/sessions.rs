//! Who asks over TCP: many at a time, several questions each, none for ever (RFC 7766).

use super::{NameServer, TOKEN_TCP, Via};
use crate::base::{ConnId, Content, Duration, Time, Transform};
use crate::program::contract::{Input, Request, Turn};
use crate::proto::dns::{Stream, StreamEnd, StreamReport};
use crate::proto::engine::{Engine, Output};

/// So long nothing may be asked or answered (RFC 7766 §6.2.3).
const IDLE: Duration = Duration::from_secs(30);
/// So many may be connected. Who has been silent longest makes room.
const MOST_SESSIONS: usize = 200;
/// So many questions of one may be open, or their answers under way, before it is not read
/// any more; and so many when it is again.
const MOST_OPEN: u32 = 16;
const FEW_OPEN: u32 = 8;

/// A connection to it.
#[derive(Debug)]
pub(super) struct Session {
    stream: Stream,
    /// Questions that are not answered yet.
    owed: u32,
    /// Answers that have not arrived yet.
    unsent: u32,
    is_paused: bool,
    /// No more questions will come.
    is_ended: bool,
    /// All is said: until then the other may finish, too.
    closing: Option<Time>,
}

impl Session {
    fn new(now: Time) -> Self {
        Self {
            stream: Stream::new(now, IDLE),
            owed: 0,
            unsent: 0,
            is_paused: false,
            is_ended: false,
            closing: None,
        }
    }

    pub fn due(&self) -> Option<Time> {
        self.closing.or_else(|| self.stream.poll_timeout())
    }

    fn open(&self) -> u32 {
        self.owed + self.unsent
    }
}

impl NameServer {
    pub(super) fn session(&mut self, now: Time, input: &Input<'_>) {
        match input {
            Input::Accepted {
                token: TOKEN_TCP,
                conn,
                ..
            } => self.accept(now, *conn),
            Input::Data { conn, bytes, .. } => {
                if let Some(session) = self.sessions.get_mut(conn) {
                    session.stream.handle_input(now, bytes);
                    self.pump(now, *conn);
                }
            }
            Input::Eof { conn } => {
                if let Some(session) = self.sessions.get_mut(conn) {
                    session.stream.handle_eof(now);
                    self.pump(now, *conn);
                }
            }
            Input::Sent { conn } => {
                if let Some(session) = self.sessions.get_mut(conn) {
                    session.unsent = session.unsent.saturating_sub(1);
                    self.pump(now, *conn);
                }
            }
            Input::Closed { conn, .. } => self.forget(*conn),
            _ => {}
        }
    }

    fn accept(&mut self, now: Time, conn: ConnId) {
        if self.sessions.len() >= MOST_SESSIONS {
            let oldest = self.sessions.iter().min_by_key(|(_, s)| s.due());
            if let Some(conn) = oldest.map(|(conn, _)| *conn) {
                self.requests.push_back(Request::Abort { conn });
                self.sessions.remove(&conn);
            }
        }
        self.sessions.insert(conn, Session::new(now));
        self.note_sessions();
    }

    fn forget(&mut self, conn: ConnId) {
        if self.sessions.remove(&conn).is_some() {
            self.note_sessions();
        }
    }

    /// Takes what a connection has said, as long as its answers do not pile up.
    fn pump(&mut self, now: Time, conn: ConnId) {
        while let Some(session) = self.sessions.get_mut(&conn) {
            if session.open() >= MOST_OPEN {
                break;
            }
            match session.stream.poll_output() {
                Some(Output::Report(StreamReport::Message(bytes))) => {
                    session.owed += 1;
                    let takes_time = self.take(now, Via::Stream(conn), &bytes);
                    if let Some(session) = self.sessions.get_mut(&conn).filter(|_| !takes_time) {
                        session.owed = session.owed.saturating_sub(1);
                    }
                }
                Some(Output::Report(StreamReport::Ended(end))) => {
                    session.is_ended = true;
                    if end != StreamEnd::Finished {
                        return self.give_up(conn);
                    }
                }
                Some(_) => {}
                None => break,
            }
        }
        self.steer(now, conn);
    }

    /// Reads on or stops reading; finishes where all is said.
    fn steer(&mut self, now: Time, conn: ConnId) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        let open = session.open();
        if open >= MOST_OPEN && !session.is_paused {
            session.is_paused = true;
            self.requests.push_back(Request::Pause { conn });
        } else if open <= FEW_OPEN && session.is_paused {
            session.is_paused = false;
            self.requests.push_back(Request::Resume { conn });
        }
        if session.is_ended && open == 0 && session.closing.is_none() {
            session.stream.finish();
            session.closing = Some(now + IDLE);
            self.requests.push_back(Request::Finish { conn });
        }
    }

    fn give_up(&mut self, conn: ConnId) {
        self.requests.push_back(Request::Abort { conn });
        self.forget(conn);
    }

    /// Answers that took time are there: who waited for them is heard on.
    pub(super) fn have_answered(&mut self, now: Time) {
        while let Some(conn) = self.answered.pop_front() {
            if let Some(session) = self.sessions.get_mut(&conn) {
                session.owed = session.owed.saturating_sub(1);
                self.pump(now, conn);
            }
        }
    }

    pub(super) fn send(&mut self, now: Time, conn: ConnId, bytes: &[u8], turn: Option<Turn>) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.stream.send(now, bytes);
        if let Some(Output::Send(bytes)) = session.stream.poll_output() {
            session.unsent += 1;
            self.requests.push_back(Request::SendContent {
                conn,
                range: 0..bytes.len() as u64,
                content: Content::Bytes(bytes.into()),
                transform: Transform::AsIs,
                turn,
            });
        }
    }

    pub(super) fn time_out_sessions(&mut self, now: Time) {
        let late = self.sessions.iter().filter(|(_, session)| {
            let due = session.due();
            due.is_some_and(|due| due <= now)
        });
        let late: Vec<ConnId> = late.map(|(conn, _)| *conn).collect();
        for conn in late {
            let Some(session) = self.sessions.get_mut(&conn) else {
                continue;
            };
            if session.closing.is_some() || session.open() > 0 {
                self.give_up(conn);
                continue;
            }
            // Nobody was in the middle of anything: it ends in peace.
            session.stream.finish();
            session.is_ended = true;
            self.steer(now, conn);
        }
    }

    pub(super) fn note_sessions(&mut self) {
        let count = self.sessions.len().to_string();
        self.note("connections".into(), count);
    }
}
