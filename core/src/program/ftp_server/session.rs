//! One session of an FTP server: a control connection, and data connections as needed.

use super::data::Data;
use super::transfer::Transfer;
use super::{Cx, Place};
use crate::base::{ConnId, Duration, Time};
use crate::program::contract::{Request, Turn};
use crate::program::files::{from_folder, last_name, normalise};
use crate::program::ftp_turns;
use crate::proto::engine::{Engine, Output};
use crate::proto::ftp::listing::Facts;
use crate::proto::ftp::server::{Server, ServerReport};
use crate::proto::ftp::{Command, Extended, Reply, TypeCode};
use std::net::SocketAddr;

/// How many bytes of commands may wait before the server stops reading.
const BACKLOG: usize = 16 * 1024;
/// The longest path, from the server's root, and the longest name in it, in bytes: as on Linux.
pub(super) const PATH: usize = 4096;
const NAME: usize = 255;
/// How long a client may keep a control connection open that the server has finished with.
pub(super) const FAREWELL: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Session {
    pub(super) number: u32,
    pub(super) control: ConnId,
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    pub(super) engine: Server,
    paused: bool,
    /// The name last given with USER.
    pub(super) user: String,
    /// What this user may see and do.
    pub(super) place: Place,
    /// The folder that relative paths begin in, as the user sees it.
    pub(super) dir: String,
    /// What RNFR named, as the user sees it.
    pub(super) old_name: String,
    /// How many passwords were refused.
    refused: u32,
    /// What MLSD and MLST tell.
    pub(super) facts: Facts,
    pub(super) data: Data,
    /// The data connection is not read yet: nobody has said what it brings.
    pub(super) unread: bool,
    /// What it brought nevertheless, before the host stopped reading.
    pub(super) early: Vec<u8>,
    pub(super) transfer: Option<Transfer>,
    /// When the transfer stops waiting.
    pub(super) data_deadline: Option<Time>,
    /// When a client that does not leave is cut off.
    farewell: Option<Time>,
    over: bool,
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
        let config = cx.config;
        let engine = Server::new(cx.now, &config.greeting, config.idle, config.extended);
        let mut session = Self {
            number,
            control,
            local,
            remote,
            engine,
            paused: false,
            user: String::new(),
            place: Place::default(),
            dir: "/".to_owned(),
            old_name: String::new(),
            refused: 0,
            facts: Facts::default(),
            data: Data::None,
            unread: false,
            early: Vec::new(),
            transfer: None,
            data_deadline: None,
            farewell: None,
            over: false,
            turn: None,
            noted: Vec::new(),
        };
        session.note("peer", remote.ip().to_string(), cx);
        session.pump(cx);
        session
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        let engine = self.engine.poll_timeout();
        let deadlines = [
            engine,
            self.data_deadline,
            self.tries_again(),
            self.farewell,
        ];
        deadlines.into_iter().flatten().min()
    }

    pub(super) fn heard(&mut self, conn: ConnId, bytes: &[u8], cx: &mut Cx<'_>) {
        if conn == self.control {
            self.engine.handle_input(cx.now, bytes);
            self.pump(cx);
        } else if self.is_data(conn) {
            self.take(bytes, cx);
        }
    }

    pub(super) fn eof(&mut self, conn: ConnId, cx: &mut Cx<'_>) {
        if conn == self.control {
            self.engine.handle_eof(cx.now);
            // RFC 959 §4.1.1: a close without QUIT is an ABOR and a QUIT.
            if self.transfer.is_some() && self.engine.backlog() == 0 {
                self.hung_up(cx);
            }
            self.pump(cx);
        } else if self.is_data(conn) {
            self.data_ended(cx);
        }
    }

    pub(super) fn time_out(&mut self, cx: &mut Cx<'_>) {
        let due = |deadline: Option<Time>| deadline.is_some_and(|deadline| deadline <= cx.now);
        let (waited, left) = (due(self.data_deadline), due(self.farewell));
        if waited {
            self.data_deadline = None;
            self.waited_too_long(cx);
        }
        self.try_again(cx);
        if left {
            self.farewell = None;
            let conn = self.control;
            cx.desk.ask(Request::Abort { conn });
        }
        self.engine.handle_timeout(cx.now);
        self.pump(cx);
    }

    /// The session is over; what it holds is given back.
    pub(super) fn close(&mut self, cx: &mut Cx<'_>) {
        self.end_transfer(cx);
        match self.data {
            Data::Open(conn) => cx.desk.ask(Request::Abort { conn }),
            _ => self.drop_data(cx),
        }
        for key in std::mem::take(&mut self.noted) {
            cx.desk.note(self.key(key), "");
        }
        self.is_over(cx);
    }

    /// It counts no longer.
    fn is_over(&mut self, cx: &mut Cx<'_>) {
        if !std::mem::replace(&mut self.over, true) {
            cx.desk.live = cx.desk.live.saturating_sub(1);
            cx.desk.note_sessions(cx.config.sessions);
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
                Output::Report(ServerReport::Asks(command)) => {
                    if let Some(reply) = self.decide(&command, cx) {
                        self.engine.answer(cx.now, reply);
                    }
                }
                Output::Report(ServerReport::Interrupts(command)) => {
                    let reply = match command {
                        Command::Abor => self.break_off(cx),
                        _ => self.progress(),
                    };
                    self.engine.answer_interrupt(cx.now, reply);
                }
                Output::Report(ServerReport::TimedOut | ServerReport::Left) => {}
                Output::Finish => {
                    self.end_transfer(cx);
                    self.drop_data(cx);
                    cx.desk.ask(Request::Finish { conn });
                    self.farewell = Some(cx.now + FAREWELL);
                    self.is_over(cx);
                }
                Output::Abort => cx.desk.ask(Request::Abort { conn }),
            }
        }
    }

    pub(super) fn answer(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.engine.answer(cx.now, reply);
        self.pump(cx);
    }

    /// Carries out what the engine asks about; answers nothing where the answer comes later.
    fn decide(&mut self, command: &Command, cx: &mut Cx<'_>) -> Option<Reply> {
        use Command as C;
        Some(match command {
            C::User(name) => self.take_name(name, cx),
            C::Pass(password) => return self.log_in(password, cx),
            C::Acct(_) => Reply::new(202, "No account is needed here."),
            C::Rein => self.start_afresh(cx),
            C::Quit => Reply::new(221, "Goodbye."),
            C::Type(code) => self.choose_type(*code, cx),
            C::Stru(_) => Reply::new(200, "Files are made of bytes."),
            C::Mode(_) => Reply::new(200, "Bytes go as they come."),
            C::Pasv => return self.passive(cx),
            C::Epsv(how) => return self.extended_passive(*how, cx),
            C::Port(to) => self.active(SocketAddr::V4(*to), cx),
            C::Eprt(Extended::At(to)) => self.active(*to, cx),
            C::Eprt(Extended::Family(_)) => self.other_family(),
            C::Retr(path) => return self.retrieve(path, cx),
            C::Stor(_) | C::Stou(_) | C::Appe(_) => return self.store(command, cx),
            C::List(_) | C::Nlst(_) | C::Mlsd(_) => return self.send_list(command, cx),
            C::Mlst(path) => self.facts_of(path, cx),
            C::Stat(path) => match path.as_str() {
                "" => self.status(cx),
                path => self.list_here(path, cx),
            },
            C::Rest(at) => self.restart_at(*at, cx),
            C::Abor => self.nothing_to_break_off(cx),
            other => return self.manage(other, cx).or_else(|| self.tell(other)),
        })
    }

    fn take_name(&mut self, name: &str, cx: &mut Cx<'_>) -> Reply {
        name.clone_into(&mut self.user);
        self.note("user", "", cx);
        match self.guest(cx) {
            Some(_) => Reply::new(331, "Guests are welcome. Your e-mail address, please."),
            None => Reply::new(331, "Password, please."),
        }
    }

    fn log_in(&mut self, password: &str, cx: &mut Cx<'_>) -> Option<Reply> {
        let mut users = cx.config.users.iter();
        let account = users.find(|user| user.user == self.user && user.password == password);
        let (place, name, text) = match (account, self.guest(cx)) {
            (Some(account), _) => {
                let text = format!("Welcome, {}.", self.user);
                (account.place.clone(), self.user.clone(), text)
            }
            (None, Some(place)) => (place, "a guest".to_owned(), "Welcome, guest.".to_owned()),
            (None, None) => return self.wrong_password(cx),
        };
        self.place = place;
        "/".clone_into(&mut self.dir);
        self.note("user", name, cx);
        self.note("dir", "/", cx);
        let binary = self.engine.session().binary;
        self.note("type", if binary { "binary" } else { "text" }, cx);
        Some(Reply::new(230, text))
    }

    fn wrong_password(&mut self, cx: &mut Cx<'_>) -> Option<Reply> {
        self.refused += 1;
        let reply = Reply::new(530, "Login incorrect.");
        if self.refused < cx.config.attempts.max(1) {
            return Some(reply);
        }
        let text = "Too many wrong passwords, goodbye.";
        self.engine.answer_last(reply, text);
        None
    }

    /// What a guest may do, where the name that was given is a guest's and guests may come.
    fn guest(&self, cx: &Cx<'_>) -> Option<Place> {
        let mut names = ["anonymous", "ftp"].iter();
        let is_guest = names.any(|name| self.user.eq_ignore_ascii_case(name));
        cx.config.guests.clone().filter(|_| is_guest)
    }

    /// REIN: all is as it was at first (RFC 959 §4.1.1).
    fn start_afresh(&mut self, cx: &mut Cx<'_>) -> Reply {
        self.drop_data(cx);
        self.user.clear();
        self.place = Place::default();
        self.facts = Facts::default();
        "/".clone_into(&mut self.dir);
        for key in ["user", "dir", "type", "mode", "restart", "rename"] {
            self.note(key, "", cx);
        }
        Reply::new(220, "You are logged out. Who is next?")
    }

    fn choose_type(&mut self, code: TypeCode, cx: &mut Cx<'_>) -> Reply {
        let binary = matches!(code, TypeCode::Image | TypeCode::Local(_));
        let (word, text) = match binary {
            true => ("binary", "Switching to binary mode."),
            false => ("text", "Switching to ASCII mode."),
        };
        self.note("type", word, cx);
        Reply::new(200, text)
    }

    /// A path from the user's root.
    pub(super) fn seen(&self, path: &str) -> String {
        from_folder(&self.dir, path)
    }

    /// The same from the server's root. It never leaves the user's home: what leads up was
    /// taken out before the home was put in front.
    pub(super) fn real(&self, path: &str) -> String {
        normalise(&format!("{}/{}", self.place.home, self.seen(path)))
    }

    /// Why nothing may be called so: other programs show, save and send names as well.
    pub(super) fn bad_name(path: &str, real: &str) -> Option<String> {
        let long = real.len() > PATH || last_name(real).len() > NAME;
        match long {
            true => Some("The name is too long.".to_owned()),
            false => path
                .contains(|letter: char| {
                    letter.is_control() || letter == char::REPLACEMENT_CHARACTER
                })
                .then(|| "A name is made of UTF-8 letters, without control signs.".to_owned()),
        }
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
