//! A web server: hands out its files over HTTP, and shows what is in its folders.

mod session;
#[cfg(test)]
mod tests;

use super::contract::{Input, Program, Request, Token};
use super::desk::Desk;
use super::files::Files;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Time};
use crate::proto::http::PORT;
use session::Session;

/// What a web server is told before it starts.
#[derive(Clone, Debug, Default)]
pub struct WebServerConfig {
    /// What it hands out.
    pub files: Files,
}

/// The program.
#[derive(Debug)]
pub struct WebServer {
    config: WebServerConfig,
    sessions: Map<u32, Session>,
    last_session: u32,
    desk: Desk,
}

/// What a session needs to act at a moment.
struct Cx<'a> {
    now: Time,
    files: &'a Files,
    desk: &'a mut Desk,
}

/// The token under which it listens.
const LISTENS: Token = 0;

/// More connections at a time are not taken.
const MOST_SESSIONS: u32 = 200;

/// So long it waits for a request, and for somebody to take an answer.
const PATIENCE: Duration = Duration::from_secs(60);

impl WebServer {
    /// A server that is there once its host has started.
    #[must_use]
    pub fn new(config: WebServerConfig) -> Self {
        Self {
            config,
            sessions: Map::new(),
            last_session: 0,
            desk: Desk::default(),
        }
    }

    /// Listens, and says what it keeps.
    fn start(&mut self) {
        self.desk.ask(Request::Listen {
            token: LISTENS,
            addr: None,
            port: Some(PORT),
        });
        for (path, entry) in self.config.files.iter() {
            self.desk.keeps(path, Some(entry));
        }
    }

    fn accept(&mut self, now: Time, conn: ConnId) {
        if self.desk.live >= MOST_SESSIONS {
            return self.desk.ask(Request::Abort { conn });
        }
        self.last_session += 1;
        self.desk.conns.insert(conn, self.last_session);
        let session = Session::new(self.last_session, conn, now);
        self.sessions.insert(self.last_session, session);
        self.count();
    }

    /// Lets a session act, and lets go of it where it is over.
    fn on(&mut self, now: Time, number: Option<u32>, act: impl FnOnce(&mut Session, &mut Cx<'_>)) {
        let Some(session) = number.and_then(|number| self.sessions.get_mut(&number)) else {
            return;
        };
        let mut cx = Cx {
            now,
            files: &self.config.files,
            desk: &mut self.desk,
        };
        act(session, &mut cx);
        session.say(&mut cx);
        if session.is_over() {
            let number = session.number;
            self.forget(number);
        }
    }

    fn forget(&mut self, number: u32) {
        self.sessions.remove(&number);
        self.desk.forget(number);
        self.desk.note(&*session::note(number), "");
        self.count();
    }

    fn on_conn(&mut self, now: Time, conn: ConnId, act: impl FnOnce(&mut Session, &mut Cx<'_>)) {
        let number = self.desk.conns.get(&conn).copied();
        self.on(now, number, act);
    }

    fn count(&mut self) {
        self.desk.live = u32::try_from(self.sessions.len()).unwrap_or(u32::MAX);
        self.desk.note_sessions(None);
    }

    /// The host goes down: what is in memory is gone.
    fn stop(&mut self) {
        let numbers: Vec<u32> = self.sessions.keys().copied().collect();
        for number in numbers {
            self.forget(number);
        }
        self.desk.note("listens", "");
    }
}

impl Program for WebServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.start(),
            Input::Listening { token: LISTENS, at } => {
                let port = ["port ", &at.port().to_string()].concat();
                self.desk.note("listens", port);
            }
            Input::ListenFailed { token: LISTENS } => {
                self.desk.note("listens", "nowhere, port 80 is taken");
            }
            Input::Accepted { conn, .. } => self.accept(now, conn),
            Input::Data { conn, bytes, .. } => {
                self.on_conn(now, conn, |session, cx| session.heard(bytes, cx));
            }
            Input::Eof { conn } => self.on_conn(now, conn, Session::eof),
            Input::Sending { conn, .. } => self.on_conn(now, conn, Session::taken),
            Input::Sent { conn } => self.on_conn(now, conn, Session::sent),
            Input::Closed { conn, .. } => self.on_conn(now, conn, Session::closed),
            Input::Timeout => {
                let due = |session: &Session| session.deadline().is_some_and(|due| due <= now);
                let due = self.sessions.iter().filter(|(_, session)| due(session));
                let numbers: Vec<u32> = due.map(|(number, _)| *number).collect();
                for number in numbers {
                    self.on(now, Some(number), Session::time_out);
                }
            }
            Input::Stopped => self.stop(),
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.sessions.values().filter_map(Session::deadline).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.desk.requests.pop_front()
    }
}
