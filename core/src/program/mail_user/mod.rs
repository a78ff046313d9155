//! A mail program: hands letters to its server and fetches those that came. A person sits at
//! it, or nobody does and it sends what it was told to.
//!
//! `outbox` makes letters out of what was written or typed, `inbox` keeps what was fetched;
//! a `session` is the way to a server, `handing` and `fetching` are the dialogues there, and
//! `sentences` tell how it ended.

mod config;
mod fetching;
mod handing;
mod inbox;
mod outbox;
mod sentences;
mod session;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_fetch;
#[cfg(test)]
mod tests_sends;

pub use config::{Auth, MailUserConfig};

use super::contract::{Input, Letter, Outcome, Program, Request, Token};
use super::desk::Desk;
use crate::base::{ConnId, Rng, Time};
use crate::proto::mail::typed::{self, Line};
use crate::proto::pop3;
use inbox::Inbox;
use outbox::Outbox;
use session::{Errand, Session};
use std::collections::VecDeque;

/// The program.
#[derive(Debug)]
pub struct MailUser {
    config: MailUserConfig,
    outbox: Outbox,
    inbox: Inbox,
    /// At most one that hands over, and one that fetches.
    sessions: Vec<Session>,
    last_session: u32,
    desk: Desk,
    is_up: bool,
    /// How many of the letters that nobody writes have been made.
    made: usize,
    /// How often it is still to fetch.
    fetches: u32,
    /// What was typed meanwhile, and by whom.
    lines: VecDeque<(String, String)>,
}

/// What a session needs to act at a moment.
struct Cx<'a> {
    now: Time,
    config: &'a MailUserConfig,
    outbox: &'a mut Outbox,
    inbox: &'a mut Inbox,
    desk: &'a mut Desk,
}

/// Says how something asked for ended.
fn tell(desk: &mut Desk, ok: bool, code: Option<u16>, text: String) {
    desk.ask(Request::Outcome(Outcome { ok, code, text }));
}

impl MailUser {
    /// A mail program that has not started yet; message ids come from `rng`.
    #[must_use]
    pub fn new(mut config: MailUserConfig, rng: Rng) -> Self {
        config.sends.sort_by_key(|(at, _)| *at);
        Self {
            outbox: Outbox::new(&config, rng),
            config,
            inbox: Inbox::default(),
            sessions: Vec::new(),
            last_session: 0,
            desk: Desk::default(),
            is_up: false,
            made: 0,
            fetches: 0,
            lines: VecDeque::new(),
        }
    }

    fn start(&mut self) {
        self.is_up = true;
        for (path, entry) in self.config.files.iter() {
            self.desk.keeps(path, Some(entry));
        }
        if std::mem::take(&mut self.fetches) > 0 {
            let text = "The computer went down before all letters were fetched. Type fetch again.";
            tell(&mut self.desk, false, None, text.into());
        }
    }

    /// The host goes down. The outbox and the letters lie on its disk; a letter under way
    /// goes out anew, since nobody knows how far it came.
    fn stop(&mut self) {
        self.is_up = false;
        self.lines.clear();
        for session in std::mem::take(&mut self.sessions) {
            self.desk.forget(session.number);
            match session.errand {
                Errand::Hand(handing) => {
                    if let Some(job) = handing.into_job() {
                        self.outbox.put_back(job, &mut self.desk);
                    }
                }
                Errand::Fetch(_) => self.fetches += 1,
            }
        }
    }

    fn write(&mut self, now: Time, person: &str, letter: &Letter, typed: bool) {
        if let Err(why) = self
            .outbox
            .add(now, (person, typed), letter, &mut self.desk)
        {
            tell(&mut self.desk, false, None, why);
        }
    }

    fn typed(&mut self, now: Time, person: &str, text: &str) {
        let answer = match typed::parse(text) {
            Ok(Line::Send(letter)) => return self.write(now, person, &letter, true),
            Ok(Line::Fetch) => match self.config.login {
                Some(_) => return self.fetches = self.fetches.saturating_add(1),
                None => Err("There is no user name and password to fetch letters with.".into()),
            },
            Ok(Line::Retry) => match self.outbox.retry(&mut self.desk) {
                0 => Err("No letter waits in the outbox.".into()),
                _ => return,
            },
            Ok(Line::List) => Ok(self.inbox.list()),
            Ok(Line::Read(number)) => self.inbox.show(number),
            Ok(Line::Delete(number)) => self.inbox.delete(number, &mut self.desk),
            Ok(Line::Mail) => Err("Mailboxes lie at the server; type fetch, then list.".into()),
            Err(fault) => Err([&*fault.message, ": ", &fault.help, "."].concat()),
        };
        let ok = answer.is_ok();
        let (Ok(text) | Err(text)) = answer;
        tell(&mut self.desk, ok, None, text);
    }

    /// Makes the letters whose time has come, and opens what sessions there are to open.
    fn go_on(&mut self, now: Time) {
        while let Some((at, letter)) = self.config.sends.get(self.made)
            && Time::ZERO + *at <= now
            && self.is_up
        {
            let letter = letter.clone();
            let sender = self.config.sender.clone();
            let sender = sender.unwrap_or_else(|| ["robot@", &self.config.hostname].concat());
            self.made += 1;
            self.write(now, &sender, &letter, false);
        }
        if self.is_up {
            self.outbox.try_due(now, &mut self.desk);
        }
        let is_free = |sessions: &[Session], hands| {
            let hand = |session: &Session| matches!(session.errand, Errand::Hand(_));
            !sessions.iter().any(|session| hand(session) == hands)
        };
        while self.is_up && is_free(&self.sessions, true) {
            let Some(job) = self.outbox.next(&mut self.desk) else {
                break;
            };
            let to = (self.config.server.clone(), self.config.port);
            let errand = handing::Handing::new(job);
            self.open(now, to, Errand::Hand(Box::new(errand)));
        }
        while self.is_up && self.fetches > 0 && is_free(&self.sessions, false) {
            self.fetches -= 1;
            let server = match self.config.fetches_from.as_str() {
                "" => &self.config.server,
                other => other,
            };
            let to = (server.to_owned(), pop3::PORT);
            self.open(now, to, Errand::Fetch(Box::default()));
        }
    }

    fn fetches_now(&self) -> bool {
        let fetches = |session: &Session| matches!(session.errand, Errand::Fetch(_));
        self.fetches > 0 || self.sessions.iter().any(fetches)
    }

    fn open(&mut self, now: Time, to: (String, u16), errand: Errand) {
        self.last_session += 1;
        let number = self.last_session;
        let session = Session::open(number, to, errand, &mut self.desk);
        self.sessions.push(session);
        self.on(now, Some(number), |_, _| {});
    }

    /// Lets a session act, and lets go of it where it is over. False where there is none.
    fn on(
        &mut self,
        now: Time,
        number: Option<u32>,
        act: impl FnOnce(&mut Session, &mut Cx<'_>),
    ) -> bool {
        let mut sessions = self.sessions.iter();
        let at = sessions.position(|session| Some(session.number) == number);
        let Some(session) = at.and_then(|at| self.sessions.get_mut(at)) else {
            return false;
        };
        let mut cx = Cx {
            now,
            config: &self.config,
            outbox: &mut self.outbox,
            inbox: &mut self.inbox,
            desk: &mut self.desk,
        };
        act(session, &mut cx);
        session.say(&mut cx);
        if session.is_over() {
            self.desk.forget(session.number);
            self.sessions.retain(|session| !session.is_over());
        }
        true
    }

    fn on_token(
        &mut self,
        now: Time,
        token: Token,
        act: impl FnOnce(&mut Session, &mut Cx<'_>),
    ) -> bool {
        let number = self.desk.tokens.remove(&token);
        self.on(now, number, act)
    }

    fn on_conn(&mut self, now: Time, conn: ConnId, act: impl FnOnce(&mut Session, &mut Cx<'_>)) {
        let number = self.desk.conns.get(&conn).copied();
        self.on(now, number, act);
    }
}

impl Program for MailUser {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.start(),
            Input::Stopped => self.stop(),
            Input::Wrote { person, letter } => self.write(now, person, letter, true),
            Input::Typed { person, text } => {
                self.lines.push_back((person.to_owned(), text.to_owned()));
            }
            Input::Resolved { token, answers } => {
                self.on_token(now, token, |session, cx| session.resolved(answers, cx));
            }
            Input::Connected { token, conn, .. } => {
                let waits = self.on_token(now, token, |session, cx| session.connected(conn, cx));
                if !waits {
                    self.desk.ask(Request::Abort { conn });
                }
            }
            Input::ConnectFailed { token, reason } => {
                self.on_token(now, token, |session, cx| session.not_connected(reason, cx));
            }
            Input::Data { conn, bytes, .. } => {
                self.on_conn(now, conn, |session, _| session.errand.heard(now, bytes));
            }
            Input::Eof { conn } | Input::Closed { conn, .. } => {
                self.on_conn(now, conn, |session, _| session.errand.eof(now));
            }
            Input::Timeout => {
                let due = |session: &&Session| session.deadline().is_some_and(|due| due <= now);
                let due = self.sessions.iter().filter(due);
                let numbers: Vec<u32> = due.map(|session| session.number).collect();
                for number in numbers {
                    self.on(now, Some(number), |session, _| session.errand.time_out(now));
                }
            }
            _ => {}
        }
        self.go_on(now);
        // What is typed during a fetch waits for what it brings.
        while !self.fetches_now()
            && let Some((person, text)) = self.lines.pop_front()
        {
            self.typed(now, &person, &text);
            self.go_on(now);
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        let next = self.config.sends.get(self.made).filter(|_| self.is_up);
        let next = next.map(|(at, _)| Time::ZERO + *at);
        let sessions = self.sessions.iter().filter_map(Session::deadline);
        let again = self.outbox.next_try().filter(|_| self.is_up);
        sessions.chain(next).chain(again).min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.desk.requests.pop_front()
    }
}
