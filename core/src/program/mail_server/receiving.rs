//! The receiving half: one client's connection, from greeting to goodbye.

use super::config::MailServerConfig;
use super::office::{Asks, Office};
use crate::base::time::Civil;
use crate::base::{ConnId, Time};
use crate::program::contract::{Request, Turn};
use crate::program::mail_turns;
use crate::proto::mail::headers;
use crate::proto::mail::trace::{self, Hop};
use crate::proto::smtp::server::{Login, Received, Report, Server, ServerOptions};
use crate::proto::smtp::{Path, Reply};
use crate::proto::{Engine, Output};
use std::net::IpAddr;

/// Where a server's own users hand in their letters (RFC 6409).
pub(super) const SUBMISSION: u16 = 587;

/// One client's connection.
#[derive(Debug)]
pub(super) struct Session {
    pub engine: Server,
    conn: ConnId,
    number: u32,
    remote: IpAddr,
    /// It heard 421 or 554 instead of a greeting.
    pub is_turned_away: bool,
    /// Whether its own users hand in their letters here.
    submits: bool,
    /// What the next `Send` says.
    turn: Option<Turn>,
    /// As whom the client has logged in.
    login: Option<String>,
    from: Option<String>,
    size: u64,
    to: Vec<String>,
}

/// Why a client is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Away {
    /// It is not wanted here.
    Blocked,
    /// There are too many already.
    Crowded,
}

impl Session {
    pub fn new(
        now: Time,
        conn: ConnId,
        number: u32,
        (remote, port): (IpAddr, u16),
        away: Option<Away>,
        office: &mut Office,
    ) -> Self {
        let submits = port == SUBMISSION;
        let options = options(&office.config, submits, away);
        let mut session = Self {
            engine: Server::new(now, options),
            conn,
            number,
            remote,
            is_turned_away: away.is_some(),
            submits,
            turn: None,
            login: None,
            from: None,
            size: 0,
            to: Vec::new(),
        };
        session.note("peer", &remote.to_string(), office);
        session.drain(now, office);
        session
    }

    /// Does what the engine puts out, until it has no more.
    pub fn drain(&mut self, now: Time, office: &mut Office) {
        let conn = self.conn;
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send(bytes) => {
                    office
                        .desk
                        .ask(mail_turns::send(conn, bytes, self.turn.take()));
                }
                Output::Report(report) => self.hear(now, report, office),
                Output::Finish => {
                    office.desk.ask(Request::Finish { conn });
                    office.part(now, conn);
                }
                Output::Abort => office.desk.ask(Request::Abort { conn }),
            }
        }
    }

    fn hear(&mut self, now: Time, report: Report, office: &mut Office) {
        let answer = match report {
            Report::Says { reply, to } => {
                self.turn = Some(mail_turns::reply(&reply, to));
                return;
            }
            Report::Login { user, password } => self.log_in(user, &password, office),
            Report::MailFrom { from, size } => {
                let answer = office.welcome_sender(&from, size, self.login.as_deref());
                if answer.is_positive() {
                    self.size = size.unwrap_or(0);
                    self.note("from", &from.to_string(), office);
                    self.from = Some(from.to_string());
                }
                answer
            }
            Report::RcptTo { to } => {
                let asks = Asks {
                    client: self.remote,
                    from: self.from.as_deref().unwrap_or_default(),
                    size: self.size,
                    login: self.login.as_deref(),
                };
                let answer = office.welcome_recipient(now, &to, &asks);
                if answer.is_positive() {
                    self.to.push(to.to_string());
                    self.note("to", &self.to.join(", "), office);
                }
                answer
            }
            Report::Letter(received) => {
                let stamped = self.stamp(now, &received, office);
                office.take(now, &received.from, &received.to, &stamped)
            }
            Report::Verify(who) => office.rules.verify(&who, &office.boxes),
            Report::Expand(list) => office.rules.expansion(&list, self.login.as_deref()),
            Report::Cleared => return self.forget_letter(office),
            Report::Hello { .. }
            | Report::Quit
            | Report::TimedOut
            | Report::Left
            | Report::Exhausted => return,
        };
        let answered = self.engine.answer(now, answer);
        answered.expect("the engine has just asked");
    }

    fn log_in(&mut self, user: String, password: &str, office: &mut Office) -> Reply {
        if office.rules.login(&user, password).is_none() {
            // RFC 4954 §6.
            return Reply::coded(535, "5.7.8", "User name or password is wrong");
        }
        self.note("login", &user, office);
        self.login = Some(user);
        Reply::coded(235, "2.7.0", "Welcome")
    }

    /// Takes back what was noted of the letter under way.
    fn forget_letter(&mut self, office: &mut Office) {
        self.size = 0;
        if self.from.take().is_some() {
            self.note("from", "", office);
        }
        if !self.to.is_empty() {
            self.to.clear();
            self.note("to", "", office);
        }
    }

    /// Takes back all that was noted.
    pub fn forget(&mut self, office: &mut Office) {
        self.forget_letter(office);
        if self.login.take().is_some() {
            self.note("login", "", office);
        }
        self.note("peer", "", office);
    }

    pub fn remote(&self) -> IpAddr {
        self.remote
    }

    /// The letter with this server's `Received:` on top (RFC 5321 §4.4).
    fn stamp(&self, now: Time, received: &Received, office: &mut Office) -> Vec<u8> {
        // With several recipients it would tell each of the others.
        let recipient = match received.to.as_slice() {
            [Path::Mailbox(only)] => Some(format!("<{only}>")),
            _ => None,
        };
        let hop = Hop {
            from_name: &received.hello,
            from_addr: self.remote,
            by: &office.config.hostname,
            extended: received.extended,
            id: &office.next_id().to_string(),
            recipient: recipient.as_deref(),
            time: now,
        };
        let stamp = match received.login {
            // RFC 3848.
            Some(_) => trace::received_with(&hop, "ESMTPA"),
            None => trace::received(&hop),
        };
        let mut bytes = stamp.into_bytes();
        if self.submits {
            bytes.extend(missing(now, &received.letter, office).into_bytes());
        }
        if !headers::has_head(&received.letter) {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(&received.letter);
        bytes
    }

    fn note(&self, what: &str, value: &str, office: &mut Office) {
        office
            .desk
            .note(format!("session.{}.{what}", self.number), value);
    }
}

/// The headers that a letter should have and has not (RFC 6409 §8).
fn missing(now: Time, letter: &[u8], office: &mut Office) -> String {
    let mut added = String::new();
    let has = |name| headers::has_head(letter) && headers::find(letter, name).is_some();
    if !has("Date") {
        added.push_str(&format!("Date: {}\r\n", Civil::at(now).rfc5322()));
    }
    if !has("Message-ID") {
        let number = office.draw();
        let host = &office.config.hostname;
        added.push_str(&format!("Message-ID: <{number:016x}@{host}>\r\n"));
    }
    added
}

fn options(config: &MailServerConfig, submits: bool, away: Option<Away>) -> ServerOptions {
    let name = &config.hostname;
    let turned = |away| match away {
        Away::Blocked => Reply::coded(554, "5.7.1", &format!("{name} takes nothing from you")),
        Away::Crowded => Reply::coded(421, "4.7.0", &format!("{name} is busy, try again later")),
    };
    ServerOptions {
        max_letter: config.max_letter,
        max_recipients: config.max_recipients,
        idle: config.idle,
        extended: config.extended,
        pipelining: config.pipelining,
        login: match submits {
            true => Login::Required,
            false => Login::Off,
        },
        // Lists are told to who has logged in, and they do so there.
        expands: submits,
        turns_away: away.map(turned),
        ..ServerOptions::new(name)
    }
}
