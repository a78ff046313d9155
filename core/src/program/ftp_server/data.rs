//! A session's data connections: how both sides agree on one, and how it comes to be.

use super::Cx;
use super::session::Session;
use crate::base::{CloseReason, ConnId, Duration, Time};
use crate::program::contract::{Request, Token};
use crate::proto::ftp::{DATA_PORT, ExtendedPassive, Reply, emit};
use std::net::{IpAddr, SocketAddr};

/// How long it waits for a busy port before it tries again.
const BUSY: Duration = Duration::from_secs(1);

/// How far the data connection has come.
#[derive(Debug)]
pub(super) enum Data {
    /// There is none.
    None,
    /// PASV and EPSV: the host looks for a port, this one or any.
    Binding(Token, Option<u16>),
    /// PASV and EPSV: the client may connect.
    Listening(Token),
    /// PORT and EPRT: the client listens there.
    Announced(SocketAddr),
    /// PORT and EPRT: being opened.
    Connecting(Token, SocketAddr),
    /// PORT and EPRT: to be opened at this time, since the port of the last one is still busy.
    Waiting(SocketAddr, Time),
    /// It is open.
    Open(ConnId),
}

impl Session {
    /// PASV: starts to listen for the client; `Listening` answers it.
    pub(super) fn passive(&mut self, cx: &mut Cx<'_>) -> Option<Reply> {
        if !self.local.is_ipv4() {
            let text = "PASV can only name an IPv4 address: use EPSV.";
            return Some(Reply::new(425, text));
        }
        self.listen(cx);
        None
    }

    /// EPSV: the same, with a family of addresses or without (RFC 2428 §3).
    pub(super) fn extended_passive(
        &mut self,
        how: ExtendedPassive,
        cx: &mut Cx<'_>,
    ) -> Option<Reply> {
        match how {
            ExtendedPassive::All => return Some(Reply::new(200, "Only EPSV from now on.")),
            ExtendedPassive::Family(family) if family != self.family() => {
                return Some(self.other_family());
            }
            ExtendedPassive::Same | ExtendedPassive::Family(_) => self.listen(cx),
        }
        None
    }

    /// PORT and EPRT: where the client listens.
    pub(super) fn active(&mut self, to: SocketAddr, cx: &mut Cx<'_>) -> Reply {
        // RFC 2577 §3: a server that connects to whomever it is told helps to attack others.
        if cx.config.port_check && to.ip() != self.remote.ip() {
            let text = "I connect only to your own address, and to a port from 1024.";
            return Reply::new(500, text);
        }
        if cx.config.port_check && to.port() < 1024 {
            let text = "I connect only to a port from 1024: those below serve others.";
            return Reply::new(504, text);
        }
        if to.is_ipv4() != self.local.is_ipv4() {
            return self.other_family();
        }
        self.drop_data(cx);
        self.data = Data::Announced(to);
        self.note("mode", format!("active, to {to}"), cx);
        Reply::new(200, format!("I will connect to {to}."))
    }

    /// 522 names the families that will do: that of this connection (RFC 2428 §2).
    pub(super) fn other_family(&self) -> Reply {
        let text = format!(
            "I cannot use those addresses here, use ({}).",
            self.family()
        );
        Reply::new(522, text)
    }

    /// 1 for IPv4, 2 for IPv6 (RFC 2428 §2).
    fn family(&self) -> u32 {
        if self.local.is_ipv4() { 1 } else { 2 }
    }

    fn listen(&mut self, cx: &mut Cx<'_>) {
        self.drop_data(cx);
        let token = cx.desk.token_for(self.number);
        let port = cx.config.passive_ports.as_ref().map(|ports| *ports.start());
        self.bind(token, port, cx);
    }

    fn bind(&mut self, token: Token, port: Option<u16>, cx: &mut Cx<'_>) {
        cx.desk.ask(Request::Listen {
            token,
            addr: Some(self.local.ip()),
            port,
        });
        self.data = Data::Binding(token, port);
    }

    /// The host found a port: PASV or EPSV is answered with it.
    pub(super) fn listening(&mut self, at: SocketAddr, cx: &mut Cx<'_>) {
        let Data::Binding(token, _) = self.data else {
            return;
        };
        self.data = Data::Listening(token);
        let extended = self
            .engine
            .asked()
            .is_some_and(|asked| asked.verb() == "EPSV");
        let reply = match at {
            SocketAddr::V4(mut at) if !extended => {
                if let Some(named) = cx.config.passive_address {
                    at.set_ip(named);
                }
                self.note("mode", format!("passive, at {at}"), cx);
                let text = format!("Entering Passive Mode ({}).", emit::host_port(at));
                Reply::new(227, text)
            }
            at => {
                let port = at.port();
                self.note("mode", format!("extended, at port {port}"), cx);
                Reply::new(229, format!("Entering Extended Passive Mode (|||{port}|)."))
            }
        };
        self.answer(reply, cx);
    }

    /// The port is taken: the next may be free, where only some may be used.
    pub(super) fn not_listening(&mut self, token: Token, cx: &mut Cx<'_>) {
        let last = cx.config.passive_ports.as_ref().map(|ports| *ports.end());
        if let Data::Binding(_, Some(port)) = self.data
            && last.is_some_and(|last| port < last)
        {
            return self.bind(token, Some(port + 1), cx);
        }
        cx.desk.tokens.remove(&token);
        self.data = Data::None;
        self.note("mode", "", cx);
        let text = "Cannot open a data connection: no port is free.";
        self.answer(Reply::new(425, text), cx);
    }

    /// Connects to where the client listens.
    pub(super) fn connect(&mut self, to: SocketAddr, cx: &mut Cx<'_>) {
        let token = cx.desk.token_for(self.number);
        cx.desk.ask(Request::Connect {
            token,
            to,
            local_port: Some(DATA_PORT),
        });
        self.data = Data::Connecting(token, to);
    }

    /// The data connection could not be opened. Where port 20 still remembers one to the same
    /// place (TIME-WAIT, RFC 9293 §3.6.1), it will forget that soon.
    pub(super) fn not_connected(&mut self, reason: CloseReason, cx: &mut Cx<'_>) {
        match self.data {
            Data::Connecting(token, to) if reason == CloseReason::NoPort => {
                cx.desk.tokens.remove(&token);
                self.data = Data::Waiting(to, cx.now + BUSY);
            }
            _ => self.data_failed(&reason.to_string(), cx),
        }
    }

    /// When it tries to open the data connection again.
    pub(super) fn tries_again(&self) -> Option<Time> {
        match self.data {
            Data::Waiting(_, at) => Some(at),
            _ => None,
        }
    }

    pub(super) fn try_again(&mut self, cx: &mut Cx<'_>) {
        if let Data::Waiting(to, at) = self.data
            && at <= cx.now
        {
            self.connect(to, cx);
        }
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
        let same = |a: IpAddr, b: IpAddr| a.to_canonical() == b.to_canonical();
        match self.data {
            Data::Listening(ours) if ours == token && same(remote.ip(), self.remote.ip()) => {
                cx.desk.ask(Request::Unlisten { token });
            }
            // The side that opened the data connection says that the transfer begins.
            Data::Connecting(ours, _) if ours == token => {
                let name = "transfer the file";
                cx.desk.ask(Request::Phase { name });
            }
            _ => return cx.desk.ask(Request::Abort { conn }),
        }
        cx.desk.tokens.remove(&token);
        cx.desk.conns.insert(conn, self.number);
        self.data = Data::Open(conn);
        if self.transfer.is_none() {
            self.unread = true;
            cx.desk.ask(Request::Pause { conn });
        }
        self.pump(cx);
    }

    /// The data connection is gone, whatever was to go over it.
    pub(super) fn data_closed(&mut self, conn: ConnId, reason: CloseReason, cx: &mut Cx<'_>) {
        if self.is_data(conn) {
            self.data = Data::None;
            self.lost(reason, cx);
        }
    }

    /// Gives up whatever there is of a data connection.
    pub(super) fn drop_data(&mut self, cx: &mut Cx<'_>) {
        self.leave_data(cx, |conn| Request::Finish { conn });
    }

    /// The same, and what was still to go over it never will.
    pub(super) fn cut_data(&mut self, cx: &mut Cx<'_>) {
        self.leave_data(cx, |conn| Request::Abort { conn });
    }

    fn leave_data(&mut self, cx: &mut Cx<'_>, leave: impl FnOnce(ConnId) -> Request) {
        match std::mem::replace(&mut self.data, Data::None) {
            Data::Binding(token, _) | Data::Listening(token) => {
                cx.desk.tokens.remove(&token);
                cx.desk.ask(Request::Unlisten { token });
            }
            // Should it still open, nobody will know the token, and it is aborted.
            Data::Connecting(token, _) => drop(cx.desk.tokens.remove(&token)),
            Data::Open(conn) => {
                self.read_on(conn, cx);
                cx.desk.ask(leave(conn));
            }
            Data::None | Data::Announced(_) | Data::Waiting(..) => {}
        }
    }

    /// Reads the data connection, where it was not read so far.
    pub(super) fn read_on(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        if std::mem::take(&mut self.unread) {
            cx.desk.ask(Request::Resume { conn });
        }
    }

    pub(super) fn is_data(&self, conn: ConnId) -> bool {
        matches!(self.data, Data::Open(ours) if ours == conn)
    }
}
