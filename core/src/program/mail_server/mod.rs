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
use crate::base::{ConnId, Time};
use crate::proto::Engine;
use crate::proto::smtp::parse;
use crate::proto::smtp::server::ServerOptions;
use delivery::Delivery;
use session::Session;
use std::collections::VecDeque;

/// What a mail server is told before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServerConfig {
    /// Its own name: `server.example.net`.
    pub hostname: String,
    /// The domains it takes letters for. The first one has the postmaster's mailbox.
    pub domains: Vec<String>,
    /// The addresses that have a mailbox: `grace@example.net`.
    pub mailboxes: Vec<String>,
    /// The ports it listens at.
    pub ports: Vec<u16>,
    /// The largest letter it takes, in bytes.
    pub max_letter: usize,
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
            ports: vec![25],
            max_letter: options.max_letter,
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
            Input::Started { .. } => self.start(),
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
