//! Fetching one file: the data connection, and what comes over it.

use super::dialogue::sentence;
use super::{Control, FtpUser};
use crate::base::{ConnId, Content};
use crate::program::contract::{CloseReason, Request, Token};
use crate::proto::ftp::typed::DataMode;
use crate::proto::ftp::{Command, Reply, TypeCode, parse};
use std::net::SocketAddr;

/// A file is noted this often on its way.
const NOTES: u64 = 20;

/// A file being fetched.
#[derive(Debug)]
pub(super) struct Get {
    name: String,
    save_as: String,
    data: Data,
    /// How many bytes have come.
    received: u64,
    /// How many should, where the server said so.
    size: Option<u64>,
    /// At how many bytes to note progress next.
    next_note: u64,
    /// The final reply's code, once it has come and is good.
    confirmed: Option<u16>,
    /// The connection the bytes came over, once the server closed it well.
    ended: Option<ConnId>,
    /// Why the connection broke, where it did.
    broken: Option<CloseReason>,
}

/// How far the data connection has come.
#[derive(Debug)]
enum Data {
    /// Nothing was done yet, or all is over.
    None,
    /// Active: the host looks for a port, or the server may connect.
    Listening(Token),
    /// Passive: being opened.
    Connecting(Token, SocketAddr),
    /// It is open.
    Open(ConnId),
}

impl Get {
    /// Whether its bytes come over this connection.
    pub(super) fn is_on(&self, conn: ConnId) -> bool {
        matches!(self.data, Data::Open(ours) if ours == conn)
    }
}

impl FtpUser {
    pub(super) fn start_get(&mut self, name: String, save_as: String) {
        match &self.control {
            Control::Up(up) if up.logged_in => {}
            _ => {
                let text = format!("{name} cannot be fetched without a session: type login first.");
                return self.fail(None, text);
            }
        }
        self.get = Some(Get {
            name,
            save_as,
            data: Data::None,
            received: 0,
            size: None,
            next_note: u64::MAX,
            confirmed: None,
            ended: None,
            broken: None,
        });
        self.phase("open the data connection");
        if self.binary {
            self.open_data();
        } else {
            self.command(Command::Type(TypeCode::Image));
        }
    }

    /// Agrees with the server on where the data connection goes.
    pub(super) fn open_data(&mut self) {
        let (Some(get), Control::Up(up)) = (&mut self.get, &self.control) else {
            return;
        };
        if self.config.mode != DataMode::Active {
            return self.command(Command::Pasv);
        }
        let addr = up.local.ip();
        self.last_token += 1;
        let token = self.last_token;
        get.data = Data::Listening(token);
        self.ask(Request::Listen {
            token,
            addr: Some(addr),
            port: None,
        });
    }

    /// Active: a port was found; the server is told.
    pub(super) fn listening(&mut self, token: Token, at: SocketAddr) {
        match (&self.get, at) {
            (Some(get), SocketAddr::V4(at)) if get.awaits(token) => {
                self.command(Command::Port(at));
            }
            (Some(get), SocketAddr::V6(_)) if get.awaits(token) => {
                let text = "PORT can only name an IPv4 address; use passive mode.";
                self.fail(None, text.to_owned());
            }
            _ => {}
        }
    }

    pub(super) fn not_listening(&mut self, token: Token) {
        if let Some(get) = self.get.as_mut().filter(|get| get.awaits(token)) {
            get.data = Data::None;
            self.fail(None, "No port is free to listen at.".to_owned());
        }
    }

    /// Passive: connects to where the server listens.
    pub(super) fn passive_at(&mut self, reply: &Reply) {
        let Some((to, _)) = parse::passive_endpoint(&reply.text()) else {
            let text = sentence("The answer to PASV names no address", reply);
            return self.fail(Some(reply.code), text);
        };
        let to = SocketAddr::V4(to);
        let token = self.new_token();
        if let Some(get) = &mut self.get {
            get.data = Data::Connecting(token, to);
            self.ask(Request::Connect {
                token,
                to,
                local_port: None,
            });
        }
    }

    /// The data connection is there. In passive mode the file is asked for now; in
    /// active mode it was, or the server would not have connected.
    pub(super) fn data_opened(&mut self, token: Token, conn: ConnId, remote: SocketAddr) {
        let server = match &self.control {
            Control::Up(up) => Some(up.remote.ip()),
            _ => None,
        };
        let passive = match self.get.as_ref().map(|get| &get.data) {
            Some(Data::Connecting(ours, _)) if *ours == token => true,
            Some(Data::Listening(ours)) if *ours == token && Some(remote.ip()) == server => false,
            _ => return self.ask(Request::Abort { conn }),
        };
        if let Some(get) = &mut self.get {
            get.data = Data::Open(conn);
        }
        if passive {
            self.phase("transfer the file");
            self.retrieve();
        } else {
            self.ask(Request::Unlisten { token });
        }
    }

    pub(super) fn data_not_opened(&mut self, token: Token, reason: CloseReason) {
        if let Some(get) = &self.get
            && let Data::Connecting(ours, to) = get.data
            && ours == token
        {
            let text = format!("The data connection to {to} did not open: {reason}.");
            self.fail(None, text);
        }
    }

    pub(super) fn retrieve(&mut self) {
        if let Some(get) = &self.get {
            let name = get.name.clone();
            self.command(Command::Retr(name));
        }
    }

    pub(super) fn transfer_begun(&mut self, reply: &Reply) {
        if let Some(get) = &mut self.get {
            get.size = parse::announced_size(&reply.text());
            get.next_note = get.size.map_or(u64::MAX, |size| size.div_ceil(NOTES));
            self.count(0);
        }
    }

    /// Bytes came: they are counted, and the count noted now and then.
    pub(super) fn count(&mut self, bytes: u64) {
        let Some(get) = &mut self.get else {
            return;
        };
        get.received += bytes;
        if let Some(size) = get.size
            && get.received >= get.next_note
        {
            let step = size.div_ceil(NOTES).max(1);
            get.next_note = match (get.received / step + 1) * step {
                next if get.received < size => next.min(size),
                _ => u64::MAX,
            };
            self.note_progress();
        }
    }

    pub(super) fn data_ended(&mut self, conn: ConnId) {
        if let Some(get) = &mut self.get
            && get.is_on(conn)
            && get.ended.is_none()
        {
            get.ended = Some(conn);
            self.ask(Request::Finish { conn });
            self.complete_if_done();
        }
    }

    pub(super) fn data_closed(&mut self, conn: ConnId, reason: CloseReason) {
        if let Some(get) = &mut self.get
            && get.is_on(conn)
        {
            if reason == CloseReason::Finished {
                get.ended = Some(conn);
            } else if get.ended.is_none() {
                get.broken = Some(reason);
            }
            get.data = Data::None;
            self.complete_if_done();
        }
    }

    pub(super) fn transfer_confirmed(&mut self, reply: &Reply) {
        if let Some(get) = &mut self.get {
            get.confirmed = Some(reply.code);
            self.complete_if_done();
        }
    }

    pub(super) fn get_refused(&mut self, to: &Command, reply: &Reply) {
        let what = match (&self.get, to) {
            (Some(get), Command::Retr(name)) if get.received > 0 => {
                format!("{name} broke off after {} bytes", get.received)
            }
            (_, Command::Retr(name)) => format!("{name} did not come"),
            _ => format!("The server refused {}", to.verb()),
        };
        self.fail(Some(reply.code), sentence(&what, reply));
    }

    /// Done when the server has said so and closed the data connection, in either order.
    fn complete_if_done(&mut self) {
        let Some(get) = &self.get else {
            return;
        };
        let Some(code) = get.confirmed else {
            return;
        };
        let (name, len) = (&get.name, get.received);
        if let Some(reason) = get.broken {
            let text = format!("{name} broke off after {len} bytes: {reason}.");
            return self.fail(Some(code), text);
        }
        let Some(conn) = get.ended else {
            return;
        };
        if let Some(size) = get.size.filter(|size| *size != len) {
            let text = format!("Of {name} came {len} bytes instead of {size}.");
            return self.fail(Some(code), text);
        }
        let text = format!("Got {name}, {len} bytes.");
        let content = Content::Received {
            conn,
            start: 0,
            len,
        };
        self.files
            .put(&get.save_as, content, crate::base::Time::ZERO);
        if get.size.is_none() {
            self.note_progress();
        }
        self.get = None;
        self.succeed(Some(code), text);
    }

    fn note_progress(&mut self) {
        if let Some(get) = &self.get {
            let key = format!("file.{}", get.save_as);
            let value = match get.size {
                Some(size) => format!("{} of {size} bytes", get.received),
                None => format!("{} bytes", get.received),
            };
            self.note(key, value);
        }
    }

    /// Gives up the file that was being fetched, if any.
    pub(super) fn drop_get(&mut self) {
        if self.get.as_ref().is_some_and(|get| get.received > 0) {
            self.note_progress();
        }
        match self.get.take().map(|get| get.data) {
            Some(Data::Listening(token)) => self.ask(Request::Unlisten { token }),
            Some(Data::Open(conn)) => self.ask(Request::Abort { conn }),
            // Should it still open, nobody will know the token, and it is aborted.
            Some(Data::Connecting(..) | Data::None) | None => {}
        }
    }
}

impl Get {
    fn awaits(&self, token: Token) -> bool {
        matches!(self.data, Data::Listening(ours) if ours == token)
    }
}
