//! A mail server: takes letters over SMTP and puts them into the mailboxes it keeps.
//!
//! Two halves that meet in one function each way: `session` receives, `delivery` knows
//! who is welcome and where a letter goes from there.

mod delivery;
mod session;
#[cfg(test)]
pub(crate) mod tests;

use super::contract::{Input, Program, Request};
use super::mailboxes::Mailboxes;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Rng, Time};
use crate::proto::Engine;
use crate::proto::smtp::parse;
use crate::proto::smtp::server::ServerOptions;
use delivery::Delivery;
use session::Session;
use std::collections::VecDeque;
use std::net::IpAddr;

/// What a mail server is told before it starts.
#[derive(Clone, Debug)]
pub struct MailServerConfig {
    /// Its own name: `server.example.net`.
    pub hostname: String,
    /// The domains it takes letters for. The first one has the postmaster's mailbox.
    pub domains: Vec<String>,
    /// The addresses that have a mailbox: `grace@example.net`.
    pub mailboxes: Vec<String>,
    /// Who may log in, to hand in and to fetch letters.
    pub logins: Vec<MailLogin>,
    /// The ports it listens at: 25 for other servers, 587 for its own users.
    pub ports: Vec<u16>,
    /// Whether letters can be fetched from it, at port 110.
    pub pop: bool,
    /// The largest letter it takes, in bytes: 552 beyond.
    pub max_letter: usize,
    /// How many recipients a letter may have: 452 beyond.
    pub max_recipients: usize,
    /// Whether it knows `EHLO`; only `HELO` otherwise.
    pub extended: bool,
    /// Whether it offers `PIPELINING`, and as a client makes use of it.
    pub pipelining: bool,
    /// Further names of mailboxes, and lists: a local name or an address, and where its letters go.
    pub aliases: Vec<(String, Vec<String>)>,
    /// Who has moved, and where to.
    pub moved: Vec<(String, String)>,
    /// Whether it passes their letters on (251), or only tells where to (551).
    pub forwards_moved: bool,
    /// Mailboxes that somebody works on until then: 450 meanwhile.
    pub busy: Vec<(String, Time)>,
    /// How many bytes each mailbox may hold: 552 beyond.
    pub quota: Option<u64>,
    /// How many bytes all mailboxes and the queue may hold together: 452 beyond.
    pub disk: Option<u64>,
    /// Who comes for the first time is sent away for so long (451).
    pub greylists: Option<Duration>,
    /// Whose letters to elsewhere it passes on.
    pub relays: Relays,
    /// Who is turned away at the door (554).
    pub blocks: Vec<IpAddr>,
    /// After how long it tries a letter again.
    pub retry_after: Duration,
    /// After how long it tells the sender that the letter is late.
    pub warns_after: Option<Duration>,
    /// After how long it gives a letter up.
    pub gives_up_after: Duration,
    /// A letter that came past more servers goes in circles (RFC 5321 §6.3).
    pub max_hops: u32,
    /// For ids, and the order of equal exchangers.
    pub rng: Rng,
}

/// Somebody with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLogin {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Their mail address.
    pub address: String,
}

/// Whose letters to elsewhere a mail server passes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relays {
    /// Nobody's.
    Nobody,
    /// Those of who has logged in.
    #[default]
    LoggedIn,
    /// Anybody's: an open relay.
    Anyone,
}

impl MailServerConfig {
    /// A server of this name at port 25, as yet without domains and mailboxes.
    #[must_use]
    pub fn new(hostname: impl Into<String>) -> Self {
        let options = ServerOptions::new(hostname);
        Self {
            hostname: options.hostname,
            domains: Vec::new(),
            mailboxes: Vec::new(),
            logins: Vec::new(),
            ports: vec![25],
            pop: false,
            max_letter: options.max_letter,
            max_recipients: options.max_recipients,
            extended: true,
            pipelining: true,
            aliases: Vec::new(),
            moved: Vec::new(),
            forwards_moved: true,
            busy: Vec::new(),
            quota: None,
            disk: None,
            greylists: None,
            relays: Relays::LoggedIn,
            blocks: Vec::new(),
            retry_after: Duration::from_secs(30 * 60),
            warns_after: Some(Duration::from_secs(4 * 3600)),
            gives_up_after: Duration::from_secs(5 * 24 * 3600),
            max_hops: 100,
            rng: Rng::from_seed(0),
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct MailServer {
    options: ServerOptions,
    ports: Vec<u16>,
    delivery: Delivery,
    sessions: Map<ConnId, Session>,
    /// How many sessions there have been.
    count: u32,
    requests: VecDeque<Request>,
}

impl MailServer {
    /// A server that has not started yet. The error names an address that is none.
    pub fn new(config: MailServerConfig) -> Result<Self, String> {
        let read = |text: &String| {
            let why = |fault: parse::Fault| format!("\"{text}\" is no mail address: {}", fault.why);
            parse::mailbox(text).map_err(why)
        };
        let mailboxes = config
            .mailboxes
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?;
        let options = ServerOptions {
            max_letter: config.max_letter,
            ..ServerOptions::new(config.hostname)
        };
        Ok(Self {
            delivery: Delivery::new(&options.hostname, &config.domains, mailboxes),
            options,
            ports: config.ports,
            sessions: Map::new(),
            count: 0,
            requests: VecDeque::new(),
        })
    }

    /// The mailboxes it keeps.
    #[must_use]
    pub fn mailboxes(&self) -> &Mailboxes {
        &self.delivery.mailboxes
    }

    fn start(&mut self) {
        for (token, port) in (0..).zip(&self.ports) {
            self.requests.push_back(Request::Listen {
                token,
                addr: None,
                port: Some(*port),
            });
        }
        self.requests.extend(self.delivery.notes());
    }

    /// Passes something on to a session, and does what comes out.
    fn with(&mut self, now: Time, conn: ConnId, act: impl FnOnce(&mut Session)) {
        if let Some(session) = self.sessions.get_mut(&conn) {
            act(session);
            session.drain(now, &mut self.delivery, &mut self.requests);
        }
    }

    fn time_out(&mut self, now: Time) {
        let conns: Vec<ConnId> = self.sessions.keys().copied().collect();
        for conn in conns {
            self.with(now, conn, |session| {
                if session.engine.poll_timeout().is_some_and(|due| due <= now) {
                    session.engine.handle_timeout(now);
                }
            });
        }
    }

    fn note_sessions(&mut self) {
        self.requests.push_back(Request::Note {
            key: "sessions".into(),
            value: self.sessions.len().to_string(),
        });
    }
}

impl Program for MailServer {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Started => self.start(),
            Input::Stopped => {
                for (_, mut session) in std::mem::take(&mut self.sessions) {
                    session.forget(&mut self.requests);
                }
                self.note_sessions();
            }
            Input::Accepted { conn, remote, .. } => {
                self.count += 1;
                let session = Session::new(now, conn, self.count, remote.ip(), &self.options);
                self.sessions.insert(conn, session);
                self.note_sessions();
                self.with(now, conn, |_| {});
            }
            Input::Data { conn, bytes, .. } => {
                self.with(now, conn, |session| session.engine.handle_input(now, bytes));
            }
            Input::Eof { conn } => {
                self.with(now, conn, |session| session.engine.handle_eof(now));
            }
            Input::Closed { conn, .. } => {
                if let Some(mut session) = self.sessions.remove(&conn) {
                    session.forget(&mut self.requests);
                    self.note_sessions();
                }
            }
            Input::Timeout => self.time_out(now),
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.sessions
            .values()
            .filter_map(|session| session.engine.poll_timeout())
            .min()
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}
