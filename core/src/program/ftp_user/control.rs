//! The control connection: opened, lost, left.

use super::dialogue::sentence;
use super::job::Trouble;
use super::words::at;
use super::{
    CloseReason, Control, Doing, FtpUser, NameAnswer, NameError, NameKind, Request, Token, Up,
};
use crate::base::ConnId;
use crate::proto::ftp::{CONTROL_PORT, Client, Command, Reply};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

impl FtpUser {
    /// Whether the server listens to us; logged in or not.
    pub(super) fn is_up(&self) -> bool {
        matches!(&self.control, Control::Up(up) if !up.leaving)
    }

    pub(super) fn is_logged_in(&self) -> bool {
        matches!(&self.control, Control::Up(up) if !up.leaving && up.logged_in)
    }

    pub(super) fn start_to_connect(&mut self) {
        // An old connection goes; what comes on it finds nobody.
        self.hang_up();
        self.doing = Doing::Connecting;
        self.phase("connect");
        self.note("state", "connecting");
        if let Ok(addr) = self.config.server.parse() {
            return self.connect(addr, VecDeque::new(), String::new());
        }
        let token = self.new_token();
        self.control = Control::Resolving(token);
        self.ask(Request::Resolve {
            token,
            name: self.config.server.clone(),
            kind: NameKind::Addresses,
        });
    }

    fn connect(&mut self, addr: IpAddr, others: VecDeque<IpAddr>, failed: String) {
        let token = self.new_token();
        let to = SocketAddr::new(addr, CONTROL_PORT);
        self.control = Control::Connecting {
            token,
            to,
            others,
            failed,
        };
        self.ask(Request::Connect {
            token,
            to,
            local_port: None,
        });
    }

    pub(super) fn resolved(&mut self, token: Token, answers: Result<Vec<NameAnswer>, NameError>) {
        if !matches!(self.control, Control::Resolving(ours) if ours == token) {
            return;
        }
        let addresses = answers.into_iter().flatten();
        let mut addresses: VecDeque<IpAddr> =
            addresses.filter_map(|answer| answer.address()).collect();
        if let Some(addr) = addresses.pop_front() {
            return self.connect(addr, addresses, String::new());
        }
        let text = format!("No address is known for {}.", self.config.server);
        self.lost(Trouble::Final, text);
    }

    pub(super) fn connected(
        &mut self,
        token: Token,
        conn: ConnId,
        local: SocketAddr,
        remote: SocketAddr,
    ) {
        match self.control {
            Control::Connecting { token: ours, .. } if ours == token => {
                self.control = Control::Up(Box::new(Up {
                    conn,
                    local,
                    remote,
                    client: Client::new(),
                    logged_in: false,
                    leaving: false,
                }));
                self.session.agreed = None;
                self.session.folder.clear();
                self.note("state", "connected");
            }
            _ => self.data_opened(token, conn, remote),
        }
    }

    pub(super) fn connect_failed(&mut self, token: Token, reason: CloseReason) {
        match &mut self.control {
            Control::Connecting {
                token: ours,
                to,
                others,
                failed,
            } if *ours == token => {
                let failed = format!("{failed} at {}: {reason}", at(*to));
                let mut others = std::mem::take(others);
                if let Some(next) = others.pop_front() {
                    return self.connect(next, others, failed + ";");
                }
                let text = format!("{} cannot be reached{failed}.", self.config.server);
                self.lost(Trouble::Passing, text);
            }
            _ => self.data_not_opened(token, reason),
        }
    }

    pub(super) fn closed(&mut self, conn: ConnId, reason: CloseReason) {
        match &self.control {
            Control::Up(up) if up.conn == conn => {
                let left = up.leaving;
                self.control = Control::Down;
                if left {
                    self.note("state", "");
                } else {
                    let text = format!("The control connection broke: {reason}.");
                    self.lost(Trouble::Passing, text);
                }
            }
            _ => self.data_closed(conn, reason),
        }
    }

    pub(super) fn out_of_patience(&mut self) {
        let seconds = self.config.patience.0 / 1_000_000_000;
        let text = format!("Nothing happened for {seconds} seconds.");
        if self.is_logged_in() {
            self.session.lost = Some(text.clone());
        }
        self.hang_up();
        self.lost(Trouble::Passing, text);
    }

    pub(super) fn switched_off(&mut self) {
        self.queue.clear();
        self.lost(Trouble::Final, "This host was switched off.".to_owned());
    }

    /// The session is gone: what runs has failed, for now or for good.
    fn lost(&mut self, trouble: Trouble, text: String) {
        let was_in = matches!(&self.control, Control::Up(up) if up.logged_in);
        self.control = Control::Down;
        self.forget_session("");
        if was_in {
            self.session.lost = Some(text.clone());
        }
        self.session_failed(trouble, None, text);
    }

    /// The server has ended the session: what runs has failed.
    pub(super) fn left(&mut self, reply: Option<&Reply>, what: &str) {
        let text = match reply {
            Some(reply) => sentence(what, reply),
            None => format!("{what}."),
        };
        if let Control::Up(up) = &mut self.control {
            if up.logged_in {
                self.session.lost = Some(text.clone());
            }
            up.leaving = true;
            up.logged_in = false;
        }
        self.forget_session("dismissed");
        let code = reply.map(|reply| reply.code);
        // What says no at the door for good says no again.
        let trouble = match reply {
            Some(reply) if reply.code >= 500 => Trouble::Final,
            _ => Trouble::Passing,
        };
        self.session_failed(trouble, code, text);
    }

    /// What goes on has no session any more. Waiting needs none.
    fn session_failed(&mut self, trouble: Trouble, code: Option<u16>, text: String) {
        if matches!(self.doing, Doing::Waiting(_)) || self.job.is_none() {
            return;
        }
        if matches!(self.doing, Doing::Nothing) {
            // The step has not begun: it will see that there is no session.
            return;
        }
        self.fail(trouble, code, text);
    }

    /// What the session was is no more to be seen.
    pub(super) fn forget_session(&mut self, state: &'static str) {
        self.note("state", state);
        if std::mem::take(&mut self.session.noted) {
            for key in ["user", "dir", "type", "mode"] {
                self.note(key, "");
            }
        }
    }

    /// Lets go of the control connection, if there is one: one that is ending anyway may
    /// end in peace, any other is reset.
    pub(super) fn hang_up(&mut self) {
        if let Control::Up(up) = &self.control {
            let conn = up.conn;
            self.ask(match up.leaving {
                true => Request::Finish { conn },
                false => Request::Abort { conn },
            });
        }
        self.control = Control::Down;
    }

    pub(super) fn say_goodbye(&mut self) {
        self.phase("say goodbye");
        self.command(Command::Quit);
    }
}
