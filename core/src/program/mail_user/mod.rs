//! A person's mail program: hands letters to one server, one after the other.
//!
//! `outbox` makes letters out of what was written or typed, `sentences` tells how it
//! ended; here is the way to the server and the dialogue with it.

mod outbox;
mod sentences;
#[cfg(test)]
mod tests;
mod typed;

use super::contract::{CloseReason, Letter, NameAnswer};
use super::contract::{Input, NameError, NameKind, Outcome, Program, Request, Token, Turn};
use super::files::Files;
use super::mail_turns;
use crate::base::{ConnId, Duration, Rng, Time};
use crate::proto::smtp::client::{Client, ClientOptions, Report};
use crate::proto::{Engine, Output};
use outbox::{Job, Outbox};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

/// What a mail program is told before it starts.
#[derive(Clone, Debug)]
pub struct MailUserConfig {
    /// The server that takes its letters: a name or an address.
    pub server: String,
    /// The server's port.
    pub port: u16,
    /// This host's name, for the hello and for message ids.
    pub hostname: String,
    /// The address book: a person's name and mail address, the writers' own included.
    pub people: Vec<(String, String)>,
    /// With which user name and password it logs in: always at port 587, and to fetch letters.
    pub login: Option<(String, String)>,
    /// How it says them.
    pub auth: Auth,
    /// Whether it makes use of `PIPELINING`.
    pub pipelining: bool,
    /// Whether it doubles the dot at the start of a line (RFC 5321 §4.5.2).
    pub stuffs_dots: bool,
    /// The server that letters are fetched from.
    pub fetches_from: String,
    /// Whether what was fetched stays there.
    pub leaves_letters: bool,
    /// Files of the host, which may go with letters.
    pub files: Files,
    /// Letters that nobody writes: the program sends each at its time. None of them needs a person.
    pub sends: Vec<(Duration, Letter)>,
    /// Who those are from.
    pub sender: Option<String>,
}

/// How a mail program logs in (RFC 4954).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// With `AUTH PLAIN`, all at once.
    #[default]
    Plain,
    /// With `AUTH LOGIN`, question by question.
    Login,
}

/// At port 25, without login, as a well-behaved client.
impl Default for MailUserConfig {
    fn default() -> Self {
        Self {
            server: String::new(),
            port: 25,
            hostname: String::new(),
            people: Vec::new(),
            login: None,
            auth: Auth::Plain,
            pipelining: true,
            stuffs_dots: true,
            fetches_from: String::new(),
            leaves_letters: false,
            files: Files::new(),
            sends: Vec::new(),
            sender: None,
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct MailUser {
    config: MailUserConfig,
    outbox: Outbox,
    current: Option<Attempt>,
    next_token: Token,
    /// How many letters were tried to an end.
    finished: u32,
    requests: VecDeque<Request>,
}

/// A letter on its way.
#[derive(Debug)]
struct Attempt {
    job: Job,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The server's name is being asked for.
    Resolving(Token),
    /// A connection is being opened, to the first of these addresses.
    Connecting(Token, VecDeque<IpAddr>),
    /// The dialogue is under way.
    Talking(Box<Talk>),
}

#[derive(Debug)]
struct Talk {
    conn: ConnId,
    engine: Client,
    /// What the next `Send` says.
    turn: Option<Turn>,
    phase: &'static str,
}

impl MailUser {
    /// A mail program that has not started yet; message ids come from `rng`.
    #[must_use]
    pub fn new(config: MailUserConfig, rng: Rng) -> Self {
        Self {
            outbox: Outbox::new(&config, rng),
            config,
            current: None,
            next_token: 0,
            finished: 0,
            requests: VecDeque::new(),
        }
    }

    fn write(&mut self, now: Time, person: &str, letter: &Letter) {
        match self.outbox.add(now, person, letter) {
            Ok(()) => self.next_letter(),
            Err(why) => self.tell(false, None, why),
        }
    }

    /// Starts on the next letter, unless one is under way.
    fn next_letter(&mut self) {
        if self.current.is_some() {
            return;
        }
        let Some(job) = self.outbox.next() else {
            return;
        };
        self.note("draft", &job.subject);
        self.requests.push_back(Request::Phase { name: "connect" });
        let token = self.token();
        let stage = match self.config.server.parse::<IpAddr>() {
            Ok(addr) => self.connect(token, VecDeque::from([addr])),
            Err(_) => {
                self.requests.push_back(Request::Resolve {
                    token,
                    name: self.config.server.clone(),
                    kind: NameKind::Addresses,
                });
                Stage::Resolving(token)
            }
        };
        self.current = Some(Attempt { job, stage });
    }

    fn connect(&mut self, token: Token, addrs: VecDeque<IpAddr>) -> Stage {
        if let Some(addr) = addrs.front() {
            self.requests.push_back(Request::Connect {
                token,
                to: SocketAddr::new(*addr, self.config.port),
                local_port: None,
            });
        }
        Stage::Connecting(token, addrs)
    }

    fn resolved(&mut self, answers: Result<Vec<NameAnswer>, NameError>) {
        let address = |answer: NameAnswer| answer.address();
        let addrs = answers.map(|all| all.into_iter().filter_map(address).collect::<VecDeque<_>>());
        match addrs {
            Ok(addrs) if !addrs.is_empty() => {
                let token = self.token();
                let stage = self.connect(token, addrs);
                if let Some(attempt) = &mut self.current {
                    attempt.stage = stage;
                }
            }
            other => {
                let error = other.err().unwrap_or(NameError::NoData);
                let text = sentences::no_name(&self.config.server, error);
                self.give_up(text);
            }
        }
    }

    fn connected(&mut self, now: Time, conn: ConnId) {
        let Some(attempt) = &mut self.current else {
            return;
        };
        let options = ClientOptions {
            hostname: self.config.hostname.clone(),
            pipelining: false,
            ..ClientOptions::default()
        };
        attempt.stage = Stage::Talking(Box::new(Talk {
            conn,
            engine: Client::new(now, options, attempt.job.envelope.clone()),
            turn: None,
            phase: "connect",
        }));
        self.drain();
    }

    /// Tries the server's next address, or gives up.
    fn connect_failed(&mut self, mut addrs: VecDeque<IpAddr>, reason: CloseReason) {
        addrs.pop_front();
        if addrs.is_empty() {
            let MailUserConfig { server, port, .. } = &self.config;
            let text = format!("No connection to {server}, port {port}: {reason}.");
            return self.give_up(text);
        }
        let token = self.token();
        let stage = self.connect(token, addrs);
        if let Some(attempt) = &mut self.current {
            attempt.stage = stage;
        }
    }

    /// Passes something on to the dialogue, if it goes on over this connection.
    fn with(&mut self, conn: ConnId, act: impl FnOnce(&mut Client)) {
        if let Some(talk) = self.talk().filter(|talk| talk.conn == conn) {
            act(&mut talk.engine);
            self.drain();
        }
    }

    fn talk(&mut self) -> Option<&mut Talk> {
        match &mut self.current.as_mut()?.stage {
            Stage::Talking(talk) => Some(talk),
            _ => None,
        }
    }

    /// Does what the dialogue's engine puts out; once it is over, goes to the next letter.
    fn drain(&mut self) {
        while let Some(talk) = self.talk() {
            let conn = talk.conn;
            let Some(output) = talk.engine.poll_output() else {
                return;
            };
            let request = match output {
                Output::Send(bytes) => mail_turns::send(conn, bytes, talk.turn.take()),
                Output::Report(report) => {
                    self.hear(report);
                    continue;
                }
                Output::Finish => Request::Finish { conn },
                Output::Abort => Request::Abort { conn },
            };
            let is_over = !matches!(request, Request::Send { .. } | Request::SendContent { .. });
            self.requests.push_back(request);
            if is_over {
                self.current = None;
                self.next_letter();
            }
        }
    }

    fn hear(&mut self, report: Report) {
        let Some(attempt) = &mut self.current else {
            return;
        };
        let Stage::Talking(talk) = &mut attempt.stage else {
            return;
        };
        let phase = match report {
            Report::Says(command) => {
                talk.turn = Some(mail_turns::command(&command));
                mail_turns::phase(&command)
            }
            Report::HandsOver => {
                talk.turn = Some(mail_turns::letter(&attempt.job.envelope.letter));
                "hand over the letter"
            }
            Report::Hears { .. } | Report::Free => return,
            Report::Ended(deliveries) => {
                let outcome = sentences::outcome(&deliveries);
                let summary = sentences::summary(&deliveries);
                return self.finished(outcome, &summary);
            }
        };
        if std::mem::replace(&mut talk.phase, phase) != phase {
            self.requests.push_back(Request::Phase { name: phase });
        }
    }

    /// The letter under way cannot even be offered to the server.
    fn give_up(&mut self, text: String) {
        if let Some(attempt) = self.current.take() {
            let to: Vec<_> = attempt
                .job
                .envelope
                .to
                .iter()
                .map(ToString::to_string)
                .collect();
            let summary = format!("to {}: not sent", to.join(", "));
            let outcome = Outcome {
                ok: false,
                code: None,
                text,
            };
            self.finished(outcome, &summary);
        }
        self.next_letter();
    }

    fn finished(&mut self, outcome: Outcome, summary: &str) {
        self.finished += 1;
        self.note("draft", "");
        self.note(&format!("sent.{}", self.finished), summary);
        self.requests.push_back(Request::Outcome(outcome));
    }

    /// The host goes down: nothing more is sent, and each writer is told.
    fn stop(&mut self) {
        let goes_on = self.current.take().filter(|attempt| match &attempt.stage {
            Stage::Talking(talk) => !talk.engine.has_ended(),
            _ => true,
        });
        let unsent = goes_on.iter().count() + self.outbox.clear();
        for _ in 0..unsent {
            let text = "The computer went down before the letter was sent.";
            self.tell(false, None, text.into());
        }
        self.note("draft", "");
    }

    fn tell(&mut self, ok: bool, code: Option<u16>, text: String) {
        let outcome = Outcome { ok, code, text };
        self.requests.push_back(Request::Outcome(outcome));
    }

    fn note(&mut self, key: &str, value: &str) {
        self.requests.push_back(Request::Note {
            key: key.to_owned(),
            value: value.to_owned(),
        });
    }

    fn token(&mut self) -> Token {
        self.next_token += 1;
        self.next_token
    }
}

impl Program for MailUser {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        let stage = self.current.as_ref().map(|attempt| &attempt.stage);
        match (input, stage) {
            (Input::Stopped, _) => self.stop(),
            (Input::Wrote { person, letter }, _) => self.write(now, person, letter),
            (Input::Typed { person, text }, _) => match typed::letter(text) {
                Ok(letter) => self.write(now, person, &letter),
                Err(why) => self.tell(false, None, why),
            },
            (Input::Resolved { token, answers }, Some(Stage::Resolving(asked)))
                if token == *asked =>
            {
                self.resolved(answers);
            }
            (Input::Connected { token, conn, .. }, Some(Stage::Connecting(asked, _)))
                if token == *asked =>
            {
                self.connected(now, conn);
            }
            // Nobody waits for it any more.
            (Input::Connected { conn, .. }, _) => {
                self.requests.push_back(Request::Abort { conn });
            }
            (Input::ConnectFailed { token, reason }, Some(Stage::Connecting(asked, addrs)))
                if token == *asked =>
            {
                let addrs = addrs.clone();
                self.connect_failed(addrs, reason);
            }
            (Input::Data { conn, bytes, .. }, _) => {
                self.with(conn, |engine| engine.handle_input(now, bytes));
            }
            (Input::Eof { conn } | Input::Closed { conn, .. }, _) => {
                self.with(conn, |engine| engine.handle_eof(now));
            }
            (Input::Timeout, Some(Stage::Talking(talk))) => {
                let conn = talk.conn;
                self.with(conn, |engine| engine.handle_timeout(now));
            }
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        match &self.current.as_ref()?.stage {
            Stage::Talking(talk) => talk.engine.poll_timeout(),
            _ => None,
        }
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
