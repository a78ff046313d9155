//! An FTP server: many sessions at once, each with its control and data connections.

mod session;
#[cfg(test)]
mod tests;

use super::contract::{CloseReason, Input, Program, Request, Token};
use super::files::Files;
use crate::base::{ConnId, Duration, Time};
use crate::proto::ftp::CONTROL_PORT;
use session::Session;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

/// What an FTP server is told before it starts.
#[derive(Clone, Debug)]
pub struct FtpServerConfig {
    /// Names and passwords.
    pub users: Vec<(String, String)>,
    /// What it has to give.
    pub files: Files,
    /// Whether PORT may name only the client's own address and a port from 1024 up
    /// (RFC 2577 §3).
    pub port_check: bool,
    /// After how long without a command a session ends with 421; never for `None`.
    pub idle: Option<Duration>,
    /// How long a transfer waits for its data connection before 425.
    pub data_patience: Duration,
    /// The words after 220.
    pub greeting: String,
}

impl Default for FtpServerConfig {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            files: Files::new(),
            port_check: true,
            idle: None,
            data_patience: Duration::from_secs(60),
            greeting: "Wirestage FTP server ready.".to_owned(),
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct FtpServer {
    config: FtpServerConfig,
    sessions: BTreeMap<u32, Session>,
    last_session: u32,
    desk: Desk,
}

/// Where sessions hand in requests, and how answers find back to them.
#[derive(Debug, Default)]
struct Desk {
    requests: VecDeque<Request>,
    /// Whose each pending token is.
    tokens: BTreeMap<Token, u32>,
    /// Whose each connection is.
    conns: BTreeMap<ConnId, u32>,
    last_token: Token,
}

/// What a session needs to act at a moment.
struct Cx<'a> {
    now: Time,
    config: &'a FtpServerConfig,
    desk: &'a mut Desk,
}

/// The token under which the server listens for control connections.
const CONTROL: Token = 0;

impl FtpServer {
    /// A server that listens once its host has started.
    #[must_use]
    pub fn new(config: FtpServerConfig) -> Self {
        Self {
            config,
            sessions: BTreeMap::new(),
            last_session: 0,
            desk: Desk::default(),
        }
    }

    /// The files as they stand.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.config.files
    }

    fn accept(&mut self, now: Time, conn: ConnId, local: SocketAddr, remote: SocketAddr) {
        self.last_session += 1;
        let number = self.last_session;
        self.desk.conns.insert(conn, number);
        let mut cx = Cx {
            now,
            config: &self.config,
            desk: &mut self.desk,
        };
        let session = Session::open(number, conn, (local, remote), &mut cx);
        self.sessions.insert(number, session);
        self.note_sessions();
    }

    /// A connection is gone. With the control connection goes the session.
    fn closed(&mut self, now: Time, conn: ConnId, reason: CloseReason) {
        let Some((session, mut cx)) = self.by_conn(now, conn) else {
            return;
        };
        if session.is_controlled_by(conn) {
            session.close(&mut cx);
            let number = session.number();
            self.sessions.remove(&number);
            self.desk.forget(number);
            self.note_sessions();
        } else {
            session.data_closed(conn, reason, &mut cx);
            self.desk.conns.remove(&conn);
        }
    }

    fn stop(&mut self, now: Time) {
        for number in self.numbers() {
            if let Some((session, mut cx)) = self.by_number(now, number) {
                session.close(&mut cx);
            }
            self.sessions.remove(&number);
            self.desk.forget(number);
        }
        self.note_sessions();
    }

    fn numbers(&self) -> Vec<u32> {
        self.sessions.keys().copied().collect()
    }

    fn note_sessions(&mut self) {
        let count = self.sessions.len();
        self.desk.note("sessions", count.to_string());
    }

    /// The session that owns a connection, with what it needs to act.
    fn by_conn(&mut self, now: Time, conn: ConnId) -> Option<(&mut Session, Cx<'_>)> {
        let number = *self.desk.conns.get(&conn)?;
        self.by_number(now, number)
    }

    /// The session that owns a token, with what it needs to act.
    fn by_token(&mut self, now: Time, token: Token) -> Option<(&mut Session, Cx<'_>)> {
        let number = *self.desk.tokens.get(&token)?;
        self.by_number(now, number)
    }

    fn by_number(&mut self, now: Time, number: u32) -> Option<(&mut Session, Cx<'_>)> {
        let session = self.sessions.get_mut(&number)?;
        let cx = Cx {
            now,
            config: &self.config,
            desk: &mut self.desk,
        };
        Some((session, cx))
    }

    /// A data connection opened, whichever side asked for it.
    fn data_opened(&mut self, now: Time, token: Token, conn: ConnId, remote: SocketAddr) {
        match self.by_token(now, token) {
            Some((session, mut cx)) => {
                session.data_opened(token, conn, remote, &mut cx);
            }
            // It came too late for a session that gave up waiting, or left.
            None => self.desk.ask(Request::Abort { conn }),
        }
    }
}

impl Program for FtpServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started { .. } => self.desk.ask(Request::Listen {
                token: CONTROL,
                addr: None,
                port: Some(CONTROL_PORT),
            }),
            Input::Listening { token: CONTROL, at } => {
                self.desk.note("listens", format!("port {}", at.port()));
                self.note_sessions();
            }
            Input::ListenFailed { token: CONTROL } => {
                let why = format!("nowhere, port {CONTROL_PORT} is taken");
                self.desk.note("listens", why);
            }
            Input::Accepted {
                token: CONTROL,
                conn,
                local,
                remote,
            } => self.accept(now, conn, local, remote),
            Input::Accepted {
                token,
                conn,
                remote,
                ..
            }
            | Input::Connected {
                token,
                conn,
                remote,
                ..
            } => self.data_opened(now, token, conn, remote),
            Input::Listening { token, at } => {
                if let Some((session, mut cx)) = self.by_token(now, token) {
                    session.listening(at, &mut cx);
                }
            }
            Input::ListenFailed { token } => {
                if let Some((session, mut cx)) = self.by_token(now, token) {
                    session.data_failed("no port is free", &mut cx);
                }
            }
            Input::ConnectFailed { token, reason } => {
                if let Some((session, mut cx)) = self.by_token(now, token) {
                    session.data_failed(&reason.to_string(), &mut cx);
                }
            }
            Input::Data { conn, bytes, .. } => {
                if let Some((session, mut cx)) = self.by_conn(now, conn) {
                    session.heard(conn, bytes, &mut cx);
                }
            }
            Input::Sent { conn } => {
                if let Some((session, mut cx)) = self.by_conn(now, conn) {
                    session.data_sent(conn, &mut cx);
                }
            }
            Input::Eof { conn } => {
                if let Some((session, mut cx)) = self.by_conn(now, conn) {
                    session.eof(conn, &mut cx);
                }
            }
            Input::Closed { conn, reason } => self.closed(now, conn, reason),
            Input::Timeout => {
                for number in self.numbers() {
                    if let Some((session, mut cx)) = self.by_number(now, number) {
                        session.time_out(&mut cx);
                    }
                }
            }
            Input::Stopped => self.stop(now),
            Input::Datagram { .. }
            | Input::Resolved { .. }
            | Input::Typed { .. }
            | Input::Wrote { .. } => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.sessions.values().filter_map(Session::deadline).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.desk.requests.pop_front()
    }
}

impl Desk {
    fn ask(&mut self, request: Request) {
        self.requests.push_back(request);
    }

    fn note(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.ask(Request::Note {
            key: key.into(),
            value: value.into(),
        });
    }

    /// A new token whose answers go to the session of this number.
    fn token_for(&mut self, session: u32) -> Token {
        self.last_token += 1;
        self.tokens.insert(self.last_token, session);
        self.last_token
    }

    /// Nothing finds back to this session any more.
    fn forget(&mut self, session: u32) {
        self.tokens.retain(|_, owner| *owner != session);
        self.conns.retain(|_, owner| *owner != session);
    }
}
