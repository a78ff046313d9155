//! One session of an FTP server: a control connection, and data connections as needed.

use super::Cx;
use crate::base::{ConnId, Content, Duration, Time, Transform};
use crate::program::contract::{CloseReason, Request, Token, Turn, TurnKind};
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::server::{Server, ServerReport};
use crate::proto::ftp::{Command, DATA_PORT, Reply, emit, meaning};
use std::net::{IpAddr, SocketAddr, SocketAddrV4};

/// How many bytes of commands may wait before the server stops reading.
const BACKLOG: usize = 16 * 1024;
/// How long a client may take to close a data connection on which all has arrived.
const LINGER: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Session {
    number: u32,
    control: ConnId,
    local: SocketAddr,
    remote: SocketAddr,
    engine: Server,
    paused: bool,
    /// The name last given with USER.
    user: String,
    data: Data,
    transfer: Option<Transfer>,
    /// When the transfer stops waiting.
    data_deadline: Option<Time>,
    /// What the next bytes on the control connection say.
    turn: Option<Turn>,
    /// The keys noted, to be removed at the end.
    noted: Vec<&'static str>,
}

/// How far the data connection has come.
#[derive(Debug)]
enum Data {
    /// There is none.
    None,
    /// PASV: the host looks for a port.
    Binding(Token),
    /// PASV: the client may connect.
    Listening(Token),
    /// PORT: the client listens there.
    Announced(SocketAddr),
    /// PORT: being opened.
    Connecting(Token),
    /// It is open.
    Open(ConnId),
}

/// A file on its way.
#[derive(Debug)]
struct Transfer {
    path: String,
    content: Content,
    /// 150 was said.
    started: bool,
    /// All of it has been acknowledged.
    sent: bool,
    /// The client has closed its side.
    closed: bool,
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

    pub(super) fn is_controlled_by(&self, conn: ConnId) -> bool {
        self.control == conn
    }

    pub(super) fn number(&self) -> u32 {
        self.number
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

    /// The host found a port: PASV is answered with it.
    pub(super) fn listening(&mut self, at: SocketAddr, cx: &mut Cx<'_>) {
        let (Data::Binding(token), SocketAddr::V4(at)) = (&self.data, at) else {
            return;
        };
        self.data = Data::Listening(*token);
        self.note("mode", "passive", cx);
        let text = format!("Entering Passive Mode ({}).", emit::host_port(at));
        self.answer(Reply::new(227, text), cx);
    }

    /// A data connection opened: one only, and only with the client's own address, for
    /// which PORT without a check is an exception (RFC 2577 §4).
    pub(super) fn data_opened(
        &mut self,
        token: Token,
        conn: ConnId,
        remote: SocketAddr,
        cx: &mut Cx<'_>,
    ) {
        match self.data {
            Data::Listening(ours) if ours == token && remote.ip() == self.remote.ip() => {
                cx.desk.ask(Request::Unlisten { token });
            }
            Data::Connecting(ours) if ours == token => {}
            _ => return cx.desk.ask(Request::Abort { conn }),
        }
        cx.desk.tokens.remove(&token);
        cx.desk.conns.insert(conn, self.number);
        self.data = Data::Open(conn);
        self.pump(cx);
    }

    /// The data connection did not come to be, or broke: the command in hand fails.
    pub(super) fn data_failed(&mut self, why: &str, cx: &mut Cx<'_>) {
        let to = match self.data {
            Data::Connecting(_) => " to you",
            _ => "",
        };
        let reply = match self.data {
            Data::Open(_) => Reply::new(426, format!("Transfer aborted: {why}.")),
            _ => Reply::new(425, format!("Cannot open a data connection{to}: {why}.")),
        };
        self.end_transfer(cx);
        self.drop_data(cx);
        if self.engine.asked().is_some() {
            self.answer(reply, cx);
        }
    }

    pub(super) fn data_sent(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        if self.is_data(conn)
            && let Some(transfer) = &mut self.transfer
        {
            transfer.sent = true;
            self.data_deadline = Some(cx.now + LINGER);
            self.complete_if_done(cx);
        }
    }

    pub(super) fn data_closed(&mut self, conn: ConnId, reason: CloseReason, cx: &mut Cx<'_>) {
        if !self.is_data(conn) {
            return;
        }
        match &mut self.transfer {
            Some(transfer) if transfer.sent || reason == CloseReason::Finished => {
                self.complete(cx);
            }
            Some(_) => self.data_failed(&reason.to_string(), cx),
            None => self.data = Data::None,
        }
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
    fn pump(&mut self, cx: &mut Cx<'_>) {
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
    fn drain(&mut self, cx: &mut Cx<'_>) {
        let conn = self.control;
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send(bytes) => cx.desk.ask(Request::Send {
                    conn,
                    bytes,
                    turn: self.turn.take(),
                }),
                Output::Report(ServerReport::Says { reply, to }) => {
                    self.turn = Some(reply_turn(to.as_ref(), &reply));
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

    fn answer(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.engine.answer(cx.now, reply);
        self.pump(cx);
    }

    /// Carries out what the engine asks about, or starts to.
    fn decide(&mut self, command: &Command, cx: &mut Cx<'_>) {
        let reply = match command {
            Command::User(name) => {
                self.user.clone_from(name);
                Reply::new(331, "Password, please.")
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
            Command::Unknown { .. } => Reply::new(502, "This server does not offer that command."),
        };
        self.engine.answer(cx.now, reply);
    }

    fn log_in(&mut self, password: &str, cx: &mut Cx<'_>) -> Reply {
        let mut users = cx.config.users.iter();
        if users.any(|(name, secret)| *name == self.user && secret == password) {
            self.note("user", self.user.clone(), cx);
            Reply::new(230, format!("Welcome, {}.", self.user))
        } else {
            self.note("user", "", cx);
            Reply::new(530, "Login incorrect.")
        }
    }

    /// Starts to listen for the client; `Listening` answers it.
    fn passive(&mut self, cx: &mut Cx<'_>) -> Option<Reply> {
        self.drop_data(cx);
        if !self.local.is_ipv4() {
            return Some(Reply::new(425, "PASV can only name an IPv4 address."));
        }
        let token = cx.desk.token_for(self.number);
        cx.desk.ask(Request::Listen {
            token,
            addr: Some(self.local.ip()),
            port: None,
        });
        self.data = Data::Binding(token);
        None
    }

    fn active(&mut self, to: SocketAddrV4, cx: &mut Cx<'_>) -> Reply {
        self.drop_data(cx);
        let own = IpAddr::V4(*to.ip()) == self.remote.ip();
        if cx.config.port_check && !(own && to.port() >= 1024) {
            return Reply::new(504, "PORT must name your own address and a port from 1024.");
        }
        self.data = Data::Announced(SocketAddr::V4(to));
        self.note("mode", "active", cx);
        Reply::new(200, "PORT command successful.")
    }

    fn retrieve(&mut self, path: &str, cx: &mut Cx<'_>) -> Option<Reply> {
        let Some(content) = cx.config.files.get(path) else {
            self.drop_data(cx);
            return Some(Reply::new(550, format!("{path}: no such file.")));
        };
        self.transfer = Some(Transfer {
            path: path.to_owned(),
            content: content.clone(),
            started: false,
            sent: false,
            closed: false,
        });
        self.data_deadline = Some(cx.now + cx.config.data_patience);
        match self.data {
            Data::Announced(to) => {
                let token = cx.desk.token_for(self.number);
                cx.desk.ask(Request::Connect {
                    token,
                    to,
                    local_port: Some(DATA_PORT),
                });
                self.data = Data::Connecting(token);
            }
            Data::Listening(_) | Data::Open(_) => {}
            Data::None | Data::Binding(_) | Data::Connecting(_) => {
                self.end_transfer(cx);
                return Some(Reply::new(425, "The data connection is gone."));
            }
        }
        None
    }

    /// Begins to send once both the file and the connection are there.
    fn start_if_ready(&mut self, cx: &mut Cx<'_>) {
        let (Data::Open(conn), Some(transfer)) = (&self.data, &mut self.transfer) else {
            return;
        };
        if transfer.started {
            return;
        }
        transfer.started = true;
        let (conn, path) = (*conn, transfer.path.clone());
        let (content, len) = (transfer.content.clone(), transfer.content.len());
        // The host says nothing of an empty content's arrival.
        transfer.sent = len == 0;
        self.data_deadline = transfer.sent.then(|| cx.now + LINGER);
        self.note("transfer", path.clone(), cx);
        let text = format!("Opening BINARY mode data connection for {path} ({len} bytes).");
        self.engine.answer(cx.now, Reply::new(150, text));
        self.drain(cx);
        if len > 0 {
            cx.desk.ask(Request::SendContent {
                conn,
                content,
                range: 0..len,
                transform: Transform::AsIs,
                turn: Some(data_turn(&path, len)),
            });
        }
        cx.desk.ask(Request::Finish { conn });
    }

    fn complete_if_done(&mut self, cx: &mut Cx<'_>) {
        if self.transfer.as_ref().is_some_and(|t| t.sent && t.closed) {
            self.complete(cx);
        }
    }

    fn complete(&mut self, cx: &mut Cx<'_>) {
        self.end_transfer(cx);
        self.data = Data::None;
        self.answer(Reply::new(226, "Transfer complete."), cx);
    }

    fn end_transfer(&mut self, cx: &mut Cx<'_>) {
        self.data_deadline = None;
        if self.transfer.take().is_some_and(|t| t.started) {
            self.note("transfer", "", cx);
        }
    }

    /// Gives up whatever there is of a data connection.
    fn drop_data(&mut self, cx: &mut Cx<'_>) {
        match std::mem::replace(&mut self.data, Data::None) {
            Data::Binding(token) | Data::Listening(token) => {
                cx.desk.tokens.remove(&token);
                cx.desk.ask(Request::Unlisten { token });
            }
            // Should it still open, nobody will know the token, and it is aborted.
            Data::Connecting(token) => drop(cx.desk.tokens.remove(&token)),
            Data::Open(conn) => cx.desk.ask(Request::Finish { conn }),
            Data::None | Data::Announced(_) => {}
        }
    }

    fn is_data(&self, conn: ConnId) -> bool {
        matches!(self.data, Data::Open(ours) if ours == conn)
    }

    fn note(&mut self, key: &'static str, value: impl Into<String>, cx: &mut Cx<'_>) {
        if !self.noted.contains(&key) {
            self.noted.push(key);
        }
        cx.desk.note(self.key(key), value);
    }

    fn key(&self, key: &str) -> String {
        format!("session.{}.{key}", self.number)
    }
}

fn reply_turn(to: Option<&Command>, reply: &Reply) -> Turn {
    let meaning = meaning::of_reply(to, reply);
    Turn {
        kind: TurnKind::Reply,
        verb: reply.code.to_string(),
        text: emit::reply_text(reply),
        meaning: meaning.text,
        reference: meaning.reference,
    }
}

fn data_turn(path: &str, len: u64) -> Turn {
    let meaning = meaning::of_data(path, len);
    Turn {
        kind: TurnKind::Data,
        verb: "data".to_owned(),
        text: path.to_owned(),
        meaning: meaning.text,
        reference: meaning.reference,
    }
}
