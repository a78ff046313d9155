//! Data connections: who opens them, where they lead, and what comes of it.
//!
//! Lists by MLSD come as lines with CRLF whatever the type is (RFC 3659 §7.2), so no TYPE is
//! said for them. LIST and NLST want TYPE A (RFC 959 §4.1.3), which is what a session
//! begins with: it is said where another was agreed on.

use super::dialogue::{sentence, trouble};
use super::job::{Step, Trouble};
use super::moving::{Data, Transfer};
use super::plan::type_code;
use super::words::at;
use super::{CloseReason, Control, DataMode, DataType, Doing, FtpUser, Request, Token};
use crate::base::ConnId;
use crate::proto::ftp::{Class, Command, Extended, ExtendedPassive, Reply, parse};
use std::net::SocketAddr;

impl FtpUser {
    /// The file or list on its way, if one is.
    pub(super) fn moving(&mut self) -> Option<&mut Transfer> {
        match &mut self.doing {
            Doing::Moving(transfer) => Some(transfer),
            _ => None,
        }
    }

    pub(super) fn start_transfer(&mut self, step: Step) {
        match &step {
            Step::Look(_) => self.look_around(),
            Step::Fetch(fetch) => {
                let name = fetch.name.clone();
                self.phase("open the data connection");
                self.note("transfer", name);
            }
            Step::Bring(bring) => {
                let name = bring.name.clone();
                self.phase("open the data connection");
                self.note("transfer", name);
            }
            _ => {}
        }
        let wanted = match &step {
            Step::Look(look) => match look.command(self.session.no_facts) {
                Command::Mlsd(_) => None,
                _ => Some(DataType::Ascii),
            },
            _ => Some(self.wants),
        };
        let list = matches!(step, Step::Look(_));
        let converts = !list && self.converts();
        self.doing = Doing::Moving(Box::new(Transfer::new(step, converts)));
        let agreed = match self.session.agreed {
            None if list => Some(DataType::Ascii),
            agreed => agreed,
        };
        match wanted {
            Some(wanted) if agreed != Some(wanted) => {
                self.command(Command::Type(type_code(wanted)));
            }
            _ => self.open_data(),
        }
    }

    /// Agrees with the server on where the data connection goes.
    pub(super) fn open_data(&mut self) {
        let Control::Up(up) = &self.control else {
            return;
        };
        let (local, v6) = (up.local.ip(), up.remote.is_ipv6());
        if self.mode == DataMode::Active {
            let token = self.new_token();
            if let Some(transfer) = self.moving() {
                transfer.data = Data::Listening(token);
            }
            return self.ask(Request::Listen {
                token,
                addr: Some(local),
                port: None,
            });
        }
        let extended = v6 || (self.mode == DataMode::Extended && !self.session.no_extended);
        self.command(match extended {
            true => Command::Epsv(ExtendedPassive::Same),
            false => Command::Pasv,
        });
    }

    /// Active: a port was found; the server is told.
    pub(super) fn listening(&mut self, token: Token, at: SocketAddr) {
        let announces = self.config.announces;
        let awaited = self.moving().is_some_and(|t| t.data.awaits(token));
        if !awaited {
            return;
        }
        let ip = announces.filter(|ip| ip.is_ipv4() == at.is_ipv4());
        let told = SocketAddr::new(ip.unwrap_or(at.ip()), at.port());
        self.command(match told {
            SocketAddr::V4(told) => Command::Port(told),
            SocketAddr::V6(_) => Command::Eprt(Extended::At(told)),
        });
    }

    pub(super) fn not_listening(&mut self, token: Token) {
        if let Some(transfer) = self.moving()
            && transfer.data.awaits(token)
        {
            transfer.data = Data::None;
            let text = "No port is free to listen at.".to_owned();
            self.fail(Trouble::Passing, None, text);
        }
    }

    /// What the server says to what prepares a transfer; the transfer itself is answered
    /// elsewhere.
    pub(super) fn prepared(&mut self, to: &Command, reply: &Reply) {
        if reply.class() == Class::Preliminary {
            return;
        }
        let good = reply.class() == Class::Completion;
        match to {
            Command::Type(_) if good => self.open_data(),
            Command::Pasv if good => self.passive_at(reply),
            Command::Epsv(_) if good => self.extended_at(reply),
            // RFC 2428 §4: a server that does not know it is asked in the old way.
            Command::Epsv(_) if self.may_say_pasv(reply) => {
                self.session.no_extended = true;
                self.command(Command::Pasv);
            }
            Command::Port(_) | Command::Eprt(_) if good => self.ask_for_it(),
            Command::Rest(_) if reply.class() == Class::Intermediate => self.ask_now(),
            Command::Rest(_) => self.cannot_restart(reply),
            _ => {
                let what = format!("The server refused {}", to.verb());
                let text = sentence(&what, reply);
                self.fail(trouble(reply), Some(reply.code), text);
            }
        }
    }

    fn may_say_pasv(&self, reply: &Reply) -> bool {
        let v4 = matches!(&self.control, Control::Up(up) if up.remote.is_ipv4());
        v4 && reply.class() == Class::Permanent && reply.code != 530
    }

    /// Passive: connects to where the server says that it listens, or to the same port of the
    /// server itself, where no other address is trusted.
    fn passive_at(&mut self, reply: &Reply) {
        let Some((to, _)) = parse::passive_endpoint(&reply.text()) else {
            let text = sentence("The answer to PASV names no address", reply);
            return self.fail(Trouble::Final, Some(reply.code), text);
        };
        let mut to = SocketAddr::V4(to);
        if let Control::Up(up) = &self.control
            && !self.config.trusts
        {
            to.set_ip(up.remote.ip());
        }
        self.connect_data(to);
    }

    fn extended_at(&mut self, reply: &Reply) {
        let Some((port, _)) = parse::extended_passive_port(&reply.text()) else {
            let text = sentence("The answer to EPSV names no port", reply);
            return self.fail(Trouble::Final, Some(reply.code), text);
        };
        if let Control::Up(up) = &self.control {
            let to = SocketAddr::new(up.remote.ip(), port);
            self.connect_data(to);
        }
    }

    fn connect_data(&mut self, to: SocketAddr) {
        let token = self.new_token();
        let Some(transfer) = self.moving() else {
            return;
        };
        transfer.data = Data::Connecting(token, to);
        self.ask(Request::Connect {
            token,
            to,
            local_port: None,
        });
    }

    /// The data connection is there. In passive mode the file is asked for now; in
    /// active mode it was, or the server would not have connected. Whoever else connects is
    /// sent away (RFC 2577 §4).
    pub(super) fn data_opened(&mut self, token: Token, conn: ConnId, remote: SocketAddr) {
        let server = match &self.control {
            Control::Up(up) => Some(up.remote.ip()),
            _ => None,
        };
        let Some(transfer) = self.moving() else {
            return self.ask(Request::Abort { conn });
        };
        let passive = match transfer.data {
            Data::Connecting(ours, _) if ours == token => true,
            Data::Listening(ours) if ours == token && Some(remote.ip()) == server => false,
            _ => return self.ask(Request::Abort { conn }),
        };
        transfer.data = Data::Open(conn);
        transfer.conn = Some(conn);
        let look = matches!(transfer.step, Step::Look(_));
        if passive {
            if !look {
                self.phase("transfer the file");
            }
            self.ask_for_it();
        } else {
            // The side that opened it says that the transfer begins.
            self.phase = "";
            self.ask(Request::Unlisten { token });
            self.pour();
        }
    }

    pub(super) fn data_not_opened(&mut self, token: Token, reason: CloseReason) {
        if let Some(transfer) = self.moving()
            && let Data::Connecting(ours, to) = transfer.data
            && ours == token
        {
            transfer.data = Data::None;
            let text = format!("The data connection to {} did not open: {reason}.", at(to));
            self.fail(Trouble::Passing, None, text);
        }
    }

    /// Says where the transfer is to begin, where that is not the beginning.
    fn ask_for_it(&mut self) {
        match self.moving().map(|transfer| transfer.rest()) {
            Some(0) => self.ask_now(),
            // RFC 3659 §5.3: right before the transfer.
            Some(from) => self.command(Command::Rest(from)),
            None => {}
        }
    }

    /// Asks for the file, or brings it.
    pub(super) fn ask_now(&mut self) {
        let no_facts = self.session.no_facts;
        if let Some(transfer) = self.moving() {
            let command = transfer.command(no_facts);
            transfer.asked = Some(command.clone());
            self.command(command);
        }
    }

    /// REST is refused: a file that is fetched comes from its beginning; one that is brought
    /// goes behind what is there.
    fn cannot_restart(&mut self, reply: &Reply) {
        let Some(transfer) = self.moving() else {
            return;
        };
        match &mut transfer.step {
            Step::Fetch(fetch) => fetch.from = 0,
            Step::Bring(bring) => bring.appends = true,
            _ => {
                let text = sentence("The server refused REST", reply);
                return self.fail(trouble(reply), Some(reply.code), text);
            }
        }
        self.ask_now();
    }
}
