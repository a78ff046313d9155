//! An FTP server: many sessions at once, each with its control and data connections.

mod data;
mod lists;
mod manage;
mod room;
mod session;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_data;
#[cfg(test)]
mod tests_files;
#[cfg(test)]
mod tests_hand;
#[cfg(test)]
mod tests_harm;
#[cfg(test)]
mod tests_words;
mod transfer;
mod upload;
mod words;

use super::contract::{CloseReason, Input, Program, Request, Token};
use super::desk::Desk;
use super::files::{Files, LineEnds};
use super::ftp_turns;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Time};
use crate::proto::ftp::{CONTROL_PORT, Reply, emit};
use session::{FAREWELL, Session};
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

/// What an FTP server is told before it starts.
#[derive(Clone, Debug)]
pub struct FtpServerConfig {
    /// Who may log in.
    pub users: Vec<Account>,
    /// What guests may do, who log in as `anonymous` or `ftp` with any password (RFC 1635);
    /// none where they may not come in.
    pub guests: Option<Place>,
    /// What it keeps.
    pub files: Files,
    /// Whether PORT and EPRT may name only the client's own address and a port from 1024 up
    /// (RFC 2577 §3).
    pub port_check: bool,
    /// Whether it knows EPSV and EPRT (RFC 2428).
    pub extended: bool,
    /// How many sessions there may be at a time: 421 to all others.
    pub sessions: Option<u32>,
    /// After how many refused passwords a session is cut.
    pub attempts: u32,
    /// After how long without a command a session ends with 421; never for `None`.
    pub idle: Option<Duration>,
    /// How long a transfer waits for its data connection before 425, and for bytes before 426.
    pub data_patience: Duration,
    /// How many bytes its disk holds: 452 beyond.
    pub disk: Option<u64>,
    /// How many bytes a user may keep: 552 beyond.
    pub quota: Option<u64>,
    /// The ports for passive data connections; any for none.
    pub passive_ports: Option<RangeInclusive<u16>>,
    /// The address that 227 names; the one that the client connected to for none.
    pub passive_address: Option<Ipv4Addr>,
    /// How lines of text end in its files.
    pub line_ends: LineEnds,
    /// The words after 220.
    pub greeting: String,
}

/// Somebody who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Where, and what for.
    pub place: Place,
}

/// A folder that is somebody's root, and what they may do below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder that they see as `/`.
    pub home: String,
    /// Whether they may read files.
    pub reads: bool,
    /// Whether they may bring, change and remove files and folders.
    pub writes: bool,
}

impl Account {
    /// Somebody with the whole tree of files to themselves.
    #[must_use]
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            password: password.into(),
            place: Place::default(),
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self {
            home: "/".to_owned(),
            reads: true,
            writes: true,
        }
    }
}

impl Default for FtpServerConfig {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            guests: None,
            files: Files::new(),
            port_check: true,
            extended: true,
            sessions: None,
            attempts: 3,
            idle: None,
            data_patience: Duration::from_secs(60),
            disk: None,
            quota: None,
            passive_ports: None,
            passive_address: None,
            line_ends: LineEnds::default(),
            greeting: "Wirestage FTP server ready.".to_owned(),
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct FtpServer {
    /// Without the files.
    config: FtpServerConfig,
    files: Files,
    sessions: Map<u32, Session>,
    last_session: u32,
    /// Who was told 421 at the door, and until when they may stay, in that order.
    sent_away: VecDeque<(Time, ConnId)>,
    desk: Desk,
}

/// What a session needs to act at a moment.
struct Cx<'a> {
    now: Time,
    config: &'a FtpServerConfig,
    files: &'a mut Files,
    desk: &'a mut Desk,
}

/// The token under which the server listens for control connections.
const CONTROL: Token = 0;

impl FtpServer {
    /// A server that listens once its host has started.
    #[must_use]
    pub fn new(mut config: FtpServerConfig) -> Self {
        let mut files = std::mem::take(&mut config.files);
        let users = config.users.iter().map(|user| &user.place);
        for place in users.chain(&config.guests) {
            files.make_folders(&place.home, Time::ZERO);
        }
        Self {
            config,
            files,
            sessions: Map::new(),
            last_session: 0,
            sent_away: VecDeque::new(),
            desk: Desk::default(),
        }
    }

    /// The files as they stand.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Listens, and says what it keeps.
    fn start(&mut self) {
        self.desk.ask(Request::Listen {
            token: CONTROL,
            addr: None,
            port: Some(CONTROL_PORT),
        });
        for (path, entry) in self.files.iter() {
            self.desk.keeps(path, Some(entry));
        }
    }

    fn accept(&mut self, now: Time, conn: ConnId, local: SocketAddr, remote: SocketAddr) {
        if let Some(limit) = self.config.sessions
            && self.desk.live >= limit
        {
            return self.send_away(now, conn, limit);
        }
        self.last_session += 1;
        let number = self.last_session;
        self.desk.conns.insert(conn, number);
        self.desk.live += 1;
        let mut cx = Cx {
            now,
            config: &self.config,
            files: &mut self.files,
            desk: &mut self.desk,
        };
        let session = Session::open(number, conn, (local, remote), &mut cx);
        self.sessions.insert(number, session);
        self.note_sessions();
    }

    /// 421 instead of 220: there are as many sessions as there may be (RFC 959 §5.4).
    fn send_away(&mut self, now: Time, conn: ConnId, limit: u32) {
        let text = format!("All {limit} sessions are taken. Please try again later.");
        let reply = Reply::new(421, text);
        self.desk.ask(Request::Send {
            conn,
            bytes: emit::reply(&reply),
            turn: Some(ftp_turns::reply(None, &reply)),
        });
        self.desk.ask(Request::Finish { conn });
        // One that never leaves would stay half open for ever.
        self.sent_away.push_back((now + FAREWELL, conn));
    }

    /// Cuts off who was sent away and has not left.
    fn cut_off(&mut self, now: Time) {
        while let Some((until, conn)) = self.sent_away.front().copied()
            && until <= now
        {
            self.sent_away.pop_front();
            self.desk.ask(Request::Abort { conn });
        }
    }

    /// A connection is gone. With the control connection goes the session.
    fn closed(&mut self, now: Time, conn: ConnId, reason: CloseReason) {
        let Some(number) = self.desk.conns.remove(&conn) else {
            self.sent_away.retain(|(_, away)| *away != conn);
            return;
        };
        match self.sessions.get(&number) {
            Some(session) if session.control == conn => self.drop_session(now, number),
            _ => {
                self.on_session(now, Some(number), |s, cx| s.data_closed(conn, reason, cx));
            }
        }
    }

    fn drop_session(&mut self, now: Time, number: u32) {
        self.on_session(now, Some(number), Session::close);
        self.sessions.remove(&number);
        self.desk.forget(number);
    }

    fn numbers(&self) -> Vec<u32> {
        self.sessions.keys().copied().collect()
    }

    fn note_sessions(&mut self) {
        self.desk.note_sessions(self.config.sessions);
    }

    /// Lets the session that owns a connection act.
    fn on_conn(&mut self, now: Time, conn: ConnId, act: impl FnOnce(&mut Session, &mut Cx<'_>)) {
        let number = self.desk.conns.get(&conn).copied();
        self.on_session(now, number, act);
    }

    /// Lets the session that owns a token act; false where nobody owns it.
    fn on_token(
        &mut self,
        now: Time,
        token: Token,
        act: impl FnOnce(&mut Session, &mut Cx<'_>),
    ) -> bool {
        let number = self.desk.tokens.get(&token).copied();
        self.on_session(now, number, act)
    }

    fn on_session(
        &mut self,
        now: Time,
        number: Option<u32>,
        act: impl FnOnce(&mut Session, &mut Cx<'_>),
    ) -> bool {
        let session = number.and_then(|number| self.sessions.get_mut(&number));
        let mut cx = Cx {
            now,
            config: &self.config,
            files: &mut self.files,
            desk: &mut self.desk,
        };
        session.map(|session| act(session, &mut cx)).is_some()
    }

    /// A data connection opened, whichever side asked for it.
    fn data_opened(&mut self, now: Time, token: Token, conn: ConnId, remote: SocketAddr) {
        let act = |s: &mut Session, cx: &mut Cx<'_>| s.data_opened(token, conn, remote, cx);
        if !self.on_token(now, token, act) {
            // It came too late for a session that gave up waiting, or left.
            self.desk.ask(Request::Abort { conn });
        }
    }

    /// The answers to what sessions asked of the host.
    fn answered(&mut self, now: Time, token: Token, input: &Input<'_>) {
        self.on_token(now, token, |session, cx| match input {
            Input::Listening { at, .. } => session.listening(*at, cx),
            Input::ListenFailed { .. } => session.not_listening(token, cx),
            Input::ConnectFailed { reason, .. } => session.not_connected(*reason, cx),
            _ => {}
        });
    }
}

impl Program for FtpServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.start(),
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
            Input::Listening { token, .. }
            | Input::ListenFailed { token }
            | Input::ConnectFailed { token, .. } => self.answered(now, token, &input),
            Input::Data { conn, bytes, .. } => {
                self.on_conn(now, conn, |s, cx| s.heard(conn, bytes, cx));
            }
            Input::Sending { conn, bytes } => {
                self.on_conn(now, conn, |s, cx| s.data_moves(conn, bytes, cx));
            }
            Input::Sent { conn } => self.on_conn(now, conn, |s, cx| s.data_sent(conn, cx)),
            Input::Eof { conn } => self.on_conn(now, conn, |s, cx| s.eof(conn, cx)),
            Input::Closed { conn, reason } => self.closed(now, conn, reason),
            Input::Timeout => {
                self.cut_off(now);
                for number in self.numbers() {
                    self.on_session(now, Some(number), Session::time_out);
                }
            }
            Input::Stopped => {
                for number in self.numbers() {
                    self.drop_session(now, number);
                }
            }
            Input::Datagram { .. }
            | Input::Echoed { .. }
            | Input::Undelivered { .. }
            | Input::Resolved { .. }
            | Input::Typed { .. }
            | Input::Wrote { .. }
            | Input::Asked { .. } => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        let sessions = self.sessions.values().filter_map(Session::deadline);
        let away = self.sent_away.front().map(|(until, _)| *until);
        sessions.chain(away).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.desk.requests.pop_front()
    }
}
