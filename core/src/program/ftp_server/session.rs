//! One session of an FTP server: a control connection, and data connections as needed.

use super::Cx;
use super::transfer::{Data, Transfer};
use crate::base::{ConnId, Time};
use crate::program::contract::{CloseReason, Request, Turn};
use crate::program::ftp_turns;
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::server::{Server, ServerReport};
use crate::proto::ftp::{Command, Reply};
use std::net::SocketAddr;

/// How many bytes of commands may wait before the server stops reading.
const BACKLOG: usize = 16 * 1024;

#[derive(Debug)]
pub(super) struct Session {
    pub(super) number: u32,
    pub(super) control: ConnId,
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    pub(super) engine: Server,
    paused: bool,
    /// The name last given with USER.
    user: String,
    pub(super) data: Data,
    pub(super) transfer: Option<Transfer>,
    /// When the transfer stops waiting.
    pub(super) data_deadline: Option<Time>,
    /// What the next bytes on the control connection say.
    turn: Option<Turn>,
    /// The keys noted, to be removed at the end.
    noted: Vec<&'static str>,
}

impl Session {
    /// A session with the client at `remote`; it greets at once.
    pub(super) fn open(
        number: u32,
        control: ConnId,
        (local, remote): (SocketAddr, SocketAddr),
        cx: &mut Cx<'_>,
    ) -> Self {
        let mut session = Self {
            number,
            control,
            local,
            remote,
            engine: Server::new(cx.now, &cx.config.greeting, cx.config.idle),
            paused: false,
            user: String::new(),
            data: Data::None,
            transfer: None,
            data_deadline: None,
            turn: None,
            noted: Vec::new(),
        };
        session.note("peer", remote.ip().to_string(), cx);
        session.pump(cx);
        session
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        let deadlines = [self.engine.poll_timeout(), self.data_deadline];
        deadlines.into_iter().flatten().min()
    }

    pub(super) fn heard(&mut self, conn: ConnId, bytes: &[u8], cx: &mut Cx<'_>) {
        // What a client sends on a connection that brings it a file is nothing to us.
        if conn == self.control {
            self.engine.handle_input(cx.now, bytes);
            self.pump(cx);
        }
    }

    pub(super) fn eof(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        if conn == self.control {
            self.engine.handle_eof(cx.now);
            self.pump(cx);
        } else if self.is_data(conn) {
            match &mut self.transfer {
                Some(transfer) => {
                    transfer.closed = true;
                    self.complete_if_done(cx);
                }
                None => self.drop_data(cx),
            }
        }
    }

    pub(super) fn time_out(&mut self, cx: &mut Cx<'_>) {
        if self
            .data_deadline
            .is_some_and(|deadline| deadline <= cx.now)
        {
            self.data_deadline = None;
            match self.transfer.as_ref().is_some_and(|t| t.sent) {
                true => self.complete(cx),
                false => self.data_failed(&CloseReason::TimedOut.to_string(), cx),
            }
        }
        self.engine.handle_timeout(cx.now);
        self.pump(cx);
    }

    /// The session is over; what it holds is given back.
    pub(super) fn close(&mut self, cx: &mut Cx<'_>) {
        match self.data {
            Data::Open(conn) => cx.desk.ask(Request::Abort { conn }),
            _ => self.drop_data(cx),
        }
        for key in std::mem::take(&mut self.noted) {
            cx.desk.note(self.key(key), "");
        }
    }

    /// Hands over all that is to be said and done now.
    pub(super) fn pump(&mut self, cx: &mut Cx<'_>) {
        self.drain(cx);
        self.start_if_ready(cx);
        let conn = self.control;
        let full = self.engine.backlog() > BACKLOG;
        if full != self.paused {
            self.paused = full;
            cx.desk.ask(match full {
                true => Request::Pause { conn },
                false => Request::Resume { conn },
            });
        }
    }

    /// Takes what comes out of the engine until nothing does. Answers given meanwhile
    /// come out as well, so pipelined commands do not nest.
    pub(super) fn drain(&mut self, cx: &mut Cx<'_>) {
        let conn = self.control;
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send(bytes) => cx.desk.ask(Request::Send {
                    conn,
                    bytes,
                    turn: self.turn.take(),
                }),
                Output::Report(ServerReport::Says { reply, to }) => {
                    self.turn = Some(ftp_turns::reply(to.as_ref(), &reply));
                }
                Output::Report(ServerReport::Asks(command)) => self.decide(&command, cx),
                Output::Report(ServerReport::TimedOut | ServerReport::Left) => {}
                Output::Finish => {
                    self.drop_data(cx);
                    cx.desk.ask(Request::Finish { conn });
                }
                Output::Abort => cx.desk.ask(Request::Abort { conn }),
            }
        }
    }

    pub(super) fn answer(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.engine.answer(cx.now, reply);
        self.pump(cx);
    }

    /// Carries out what the engine asks about, or starts to.
    fn decide(&mut self, command: &Command, cx: &mut Cx<'_>) {
        let reply = match command {
            Command::User(name) => {
                self.user.clone_from(name);
                self.note("user", "", cx);
                if self.is_guest(cx) {
                    Reply::new(331, "Guests are welcome. Your e-mail address, please.")
                } else {
                    Reply::new(331, "Password, please.")
                }
            }
            Command::Pass(password) => self.log_in(password, cx),
            Command::Type(_) => {
                self.note("type", "binary", cx);
                Reply::new(200, "Switching to binary mode.")
            }
            Command::Pasv => match self.passive(cx) {
                Some(refusal) => refusal,
                None => return,
            },
            Command::Port(to) => self.active(*to, cx),
            Command::Retr(path) => match self.retrieve(path, cx) {
                Some(refusal) => refusal,
                None => return,
            },
            Command::Quit => Reply::new(221, "Goodbye."),
            _ => Reply::new(502, "This server does not offer that command."),
        };
        self.engine.answer(cx.now, reply);
    }

    fn log_in(&mut self, password: &str, cx: &mut Cx<'_>) -> Reply {
        let mut users = cx.config.users.iter();
        if users.any(|account| account.user == self.user && account.password == password) {
            self.note("user", self.user.clone(), cx);
            Reply::new(230, format!("Welcome, {}.", self.user))
        } else if self.is_guest(cx) {
            self.note("user", "a guest", cx);
            Reply::new(230, "Welcome, guest.")
        } else {
            Reply::new(530, "Login incorrect.")
        }
    }

    /// Whether the name that was given is a guest's, and guests may come in.
    fn is_guest(&self, cx: &Cx<'_>) -> bool {
        let mut names = ["anonymous", "ftp"].iter();
        cx.config.guests.is_some() && names.any(|name| self.user.eq_ignore_ascii_case(name))
    }

    /// Notes a key of this session; an empty value removes it, if it was noted at all.
    pub(super) fn note(&mut self, key: &'static str, value: impl Into<String>, cx: &mut Cx<'_>) {
        let value = value.into();
        let known = self.noted.contains(&key);
        match (known, value.is_empty()) {
            (false, true) => return,
            (true, true) => self.noted.retain(|noted| *noted != key),
            (false, false) => self.noted.push(key),
            (true, false) => {}
        }
        cx.desk.note(self.key(key), value);
    }

    fn key(&self, key: &str) -> String {
        format!("session.{}.{key}", self.number)
    }
}
