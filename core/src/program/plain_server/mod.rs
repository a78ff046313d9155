//! The two plainest servers: echo (RFC 862) says what it hears, discard (RFC 863) nothing.

#[cfg(test)]
mod tests;

use super::contract::{Input, Program, Request, Turn, TurnKind};
use crate::base::sorted::Map;
use crate::base::{ConnId, Content, Duration, Time, Transform};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// What a plain server does with what it hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Says the same (RFC 862), at port 7 of TCP and UDP.
    Echo,
    /// Throws it away (RFC 863), at port 9 of TCP and UDP.
    Discard,
}

impl Service {
    fn port(self) -> u16 {
        match self {
            Self::Echo => 7,
            Self::Discard => 9,
        }
    }
}

/// What a plain server is told before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainServerConfig {
    /// What it does.
    pub service: Service,
    /// After so many bytes of a connection it stops reading for so long, once.
    pub pause: Option<(u64, Duration)>,
}

/// The program.
#[derive(Debug)]
pub struct PlainServer {
    config: PlainServerConfig,
    sessions: Map<ConnId, Session>,
    /// Bytes taken on all connections and in all datagrams.
    taken: u64,
    requests: VecDeque<Request>,
}

/// A connection to it.
#[derive(Debug, Default)]
struct Session {
    /// Bytes heard.
    heard: u64,
    /// Echoed bytes that are not acknowledged yet, in the order in which they were sent.
    unsent: VecDeque<u64>,
    /// Whether what was heard last was no short line, but a piece of something long.
    in_bulk: bool,
    /// It does not read until then.
    resumes: Option<Time>,
    /// It has paused as it was told to.
    has_paused: bool,
    /// It does not read until its echo has left.
    is_full: bool,
}

const TOKEN_TCP: u32 = 0;
const TOKEN_UDP: u32 = 1;
/// A longer answer is data rather than a line.
const LINE: usize = 512;
/// It reads no more while so much of its echo has not been acknowledged.
const MOST_UNSENT: u64 = 64 << 10;
/// The most bytes it sends back at a time.
const MAX_SEND: usize = 64 << 10;
/// What came in bulk is noted each time so much has come.
const NOTED: u64 = 10_000;

impl PlainServer {
    /// A server that has not started yet.
    #[must_use]
    pub fn new(config: PlainServerConfig) -> Self {
        Self {
            config,
            sessions: Map::new(),
            taken: 0,
            requests: VecDeque::new(),
        }
    }
}

impl PlainServer {
    fn start(&mut self) {
        let port = Some(self.config.service.port());
        self.requests.push_back(Request::Listen {
            token: TOKEN_TCP,
            addr: None,
            port,
        });
        self.requests.push_back(Request::BindUdp {
            token: TOKEN_UDP,
            port,
        });
    }

    fn data(&mut self, now: Time, conn: ConnId, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.heard += bytes.len() as u64;
        let pause = self.config.pause.filter(|_| !session.has_paused);
        if let Some((_, time)) = pause.filter(|(after, _)| session.heard >= *after) {
            session.has_paused = true;
            session.resumes = Some(now + time);
            self.requests.push_back(Request::Pause { conn });
            self.note("reading", "paused");
        }
        if self.config.service == Service::Echo {
            self.echo(conn, bytes);
        }
        self.take(bytes.len());
    }

    /// Sends back what came, and stops reading while too much of it waits to leave.
    fn echo(&mut self, conn: ConnId, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        for piece in bytes.chunks(MAX_SEND) {
            let turn = session.turn(piece);
            session.unsent.push_back(piece.len() as u64);
            self.requests.push_back(Request::SendContent {
                conn,
                content: Content::from_bytes(piece),
                range: 0..piece.len() as u64,
                transform: Transform::AsIs,
                turn,
            });
        }
        if !session.is_full && session.unsent.iter().sum::<u64>() >= MOST_UNSENT {
            session.is_full = true;
            self.requests.push_back(Request::Pause { conn });
        }
    }

    /// Some of the echo has arrived.
    fn sent(&mut self, conn: ConnId) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.unsent.pop_front();
        let room = session.unsent.iter().sum::<u64>() < MOST_UNSENT / 2;
        if session.is_full && room {
            session.is_full = false;
            if session.resumes.is_none() {
                self.requests.push_back(Request::Resume { conn });
            }
        }
    }

    fn datagram(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.take(bytes.len());
        // Two echo servers that answered each other would never end.
        if self.config.service == Service::Echo && from.port() != self.config.service.port() {
            self.requests.push_back(Request::SendTo {
                token: TOKEN_UDP,
                to: from,
                bytes: bytes.to_vec(),
                hop_limit: None,
                turn: Some(line(bytes)),
            });
        }
    }

    /// Reads again where the time has come.
    fn time_out(&mut self, now: Time) {
        let due = |session: &Session| session.resumes.is_some_and(|at| at <= now);
        let mut resumed = false;
        for (conn, session) in self.sessions.iter_mut().filter(|(_, s)| due(s)) {
            session.resumes = None;
            resumed = true;
            if !session.is_full {
                self.requests.push_back(Request::Resume { conn: *conn });
            }
        }
        if resumed {
            self.note_reading();
        }
    }

    fn closed(&mut self, conn: ConnId) {
        if let Some(session) = self.sessions.remove(&conn) {
            self.note_taken();
            self.note_sessions();
            if session.resumes.is_some() {
                self.note_reading();
            }
        }
    }

    /// Counts what came. Not each segment of many is worth a note.
    fn take(&mut self, bytes: usize) {
        let before = self.taken / NOTED;
        self.taken += bytes as u64;
        if bytes <= LINE || self.taken / NOTED != before {
            self.note_taken();
        }
    }

    fn note_taken(&mut self) {
        let taken = format!("{} bytes", self.taken);
        self.note("taken", &taken);
    }

    fn note_sessions(&mut self) {
        let count = self.sessions.len().to_string();
        self.note("connections", &count);
    }

    fn note_reading(&mut self) {
        let pauses = self.sessions.values().any(|s| s.resumes.is_some());
        self.note("reading", if pauses { "paused" } else { "" });
    }

    fn note(&mut self, key: &str, value: &str) {
        self.requests.push_back(Request::Note {
            key: key.to_owned(),
            value: value.to_owned(),
        });
    }
}

impl Session {
    /// What is said with an echo: a line is told as it is, of many bytes only the first.
    fn turn(&mut self, bytes: &[u8]) -> Option<Turn> {
        let is_line = bytes.len() <= LINE && bytes.ends_with(b"\n");
        let was_in_bulk = std::mem::replace(&mut self.in_bulk, !is_line);
        match (is_line, was_in_bulk) {
            (true, false) => Some(line(bytes)),
            (false, false) => Some(Turn {
                kind: TurnKind::Reply,
                verb: "ECHO".into(),
                text: "(what comes, as it comes)".into(),
                meaning: "sends the same bytes back".into(),
                reference: "RFC 862",
            }),
            // The rest of what came in bulk.
            (_, true) => None,
        }
    }
}

/// The turn of a line that is said back.
fn line(bytes: &[u8]) -> Turn {
    let cut = bytes.get(..LINE).unwrap_or(bytes);
    Turn {
        kind: TurnKind::Reply,
        verb: "ECHO".into(),
        text: String::from_utf8_lossy(cut).trim_end().to_owned(),
        meaning: "says the same back".into(),
        reference: "RFC 862",
    }
}

impl Program for PlainServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.start(),
            Input::Stopped => {
                self.sessions.clear();
                self.note_sessions();
                self.note_reading();
            }
            Input::Accepted { conn, .. } => {
                self.sessions.insert(conn, Session::default());
                self.note_sessions();
            }
            Input::Data { conn, bytes, .. } => self.data(now, conn, bytes),
            Input::Datagram { from, bytes, .. } => self.datagram(from, bytes),
            Input::Sent { conn } => self.sent(conn),
            Input::Eof { conn } if self.sessions.contains_key(&conn) => {
                self.requests.push_back(Request::Finish { conn });
            }
            Input::Closed { conn, .. } => self.closed(conn),
            Input::Timeout => self.time_out(now),
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.sessions.values().filter_map(|s| s.resumes).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
