//! A session's data connections, and the files that go over them.

use super::Cx;
use super::session::Session;
use crate::base::{ConnId, Content, Duration, Transform};
use crate::program::contract::{CloseReason, Request, Token};
use crate::program::ftp_turns;
use crate::proto::ftp::{DATA_PORT, Reply, emit};
use std::net::{IpAddr, SocketAddr, SocketAddrV4};

/// How long a client may take to close a data connection on which all has arrived.
const LINGER: Duration = Duration::from_secs(2);

/// How far the data connection has come.
#[derive(Debug)]
pub(super) enum Data {
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
pub(super) struct Transfer {
    path: String,
    content: Content,
    /// 150 was said.
    started: bool,
    /// All of it has been acknowledged.
    pub(super) sent: bool,
    /// The client has closed its side.
    pub(super) closed: bool,
}

impl Session {
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
            // The side that opened the data connection says that the transfer begins.
            Data::Connecting(ours) if ours == token => {
                let name = "transfer the file";
                cx.desk.ask(Request::Phase { name });
            }
            _ => return cx.desk.ask(Request::Abort { conn }),
        }
        cx.desk.tokens.remove(&token);
        cx.desk.conns.insert(conn, self.number);
        self.data = Data::Open(conn);
        self.pump(cx);
    }

    /// PASV: no port was free.
    pub(super) fn not_listening(&mut self, token: Token, cx: &mut Cx<'_>) {
        cx.desk.tokens.remove(&token);
        self.data = Data::None;
        let text = "Cannot open a data connection: no port is free.";
        self.answer(Reply::new(425, text), cx);
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
            Some(transfer) if transfer.sent => self.complete(cx),
            // However it ended: what was not acknowledged may not have arrived.
            Some(_) => {
                let why = match reason {
                    CloseReason::Finished => CloseReason::Reset,
                    reason => reason,
                };
                self.data_failed(&why.to_string(), cx);
            }
            None => self.data = Data::None,
        }
    }

    /// Starts to listen for the client; `Listening` answers it.
    pub(super) fn passive(&mut self, cx: &mut Cx<'_>) -> Option<Reply> {
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

    pub(super) fn active(&mut self, to: SocketAddrV4, cx: &mut Cx<'_>) -> Reply {
        self.drop_data(cx);
        let own = IpAddr::V4(*to.ip()) == self.remote.ip();
        if cx.config.port_check && !(own && to.port() >= 1024) {
            return Reply::new(504, "PORT must name your own address and a port from 1024.");
        }
        self.data = Data::Announced(SocketAddr::V4(to));
        self.note("mode", "active", cx);
        Reply::new(200, "PORT command successful.")
    }

    pub(super) fn retrieve(&mut self, path: &str, cx: &mut Cx<'_>) -> Option<Reply> {
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
    pub(super) fn start_if_ready(&mut self, cx: &mut Cx<'_>) {
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
                turn: Some(ftp_turns::data(&path, len)),
            });
        }
        cx.desk.ask(Request::Finish { conn });
    }

    pub(super) fn complete_if_done(&mut self, cx: &mut Cx<'_>) {
        if self.transfer.as_ref().is_some_and(|t| t.sent && t.closed) {
            self.complete(cx);
        }
    }

    pub(super) fn complete(&mut self, cx: &mut Cx<'_>) {
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
    pub(super) fn drop_data(&mut self, cx: &mut Cx<'_>) {
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

    pub(super) fn is_data(&self, conn: ConnId) -> bool {
        matches!(self.data, Data::Open(ours) if ours == conn)
    }
}
