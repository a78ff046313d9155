//! The receiving half: one connection, from greeting to goodbye.

use super::delivery::Delivery;
use crate::base::{ConnId, Time};
use crate::program::contract::{Request, Turn};
use crate::program::mail_turns;
use crate::proto::mail::trace::{self, Hop};
use crate::proto::smtp::server::{Received, Report, Server, ServerOptions};
use crate::proto::smtp::{Path, Reply};
use crate::proto::{Engine, Output};
use std::collections::VecDeque;
use std::net::IpAddr;

/// One client's connection.
#[derive(Debug)]
pub(super) struct Session {
    pub engine: Server,
    conn: ConnId,
    number: u32,
    remote: IpAddr,
    hostname: String,
    client: String,
    extended: bool,
    /// What the next `Send` says.
    turn: Option<Turn>,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    pub fn new(
        now: Time,
        conn: ConnId,
        number: u32,
        remote: IpAddr,
        options: &ServerOptions,
    ) -> Self {
        Self {
            engine: Server::new(now, options.clone()),
            conn,
            number,
            remote,
            hostname: options.hostname.clone(),
            client: String::new(),
            extended: false,
            turn: None,
            from: None,
            to: Vec::new(),
        }
    }

    /// Does what the engine puts out, until it has no more.
    pub fn drain(&mut self, now: Time, delivery: &mut Delivery, requests: &mut VecDeque<Request>) {
        let conn = self.conn;
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send(bytes) => {
                    requests.push_back(mail_turns::send(conn, bytes, self.turn.take()));
                }
                Output::Report(report) => self.hear(now, report, delivery, requests),
                Output::Finish => requests.push_back(Request::Finish { conn }),
                Output::Abort => requests.push_back(Request::Abort { conn }),
            }
        }
    }

    fn hear(
        &mut self,
        now: Time,
        report: Report,
        delivery: &mut Delivery,
        requests: &mut VecDeque<Request>,
    ) {
        match report {
            Report::Says { reply, to } => self.turn = Some(mail_turns::reply(&reply, to)),
            Report::Hello { name, extended } => {
                self.client = name;
                self.extended = extended;
            }
            Report::MailFrom { from, .. } => {
                self.from = Some(from.to_string());
                self.note("from", &from.to_string(), requests);
                self.answer(now, Reply::new(250, "OK"));
            }
            Report::RcptTo { to } => {
                let answer = delivery.welcome(&to);
                if answer.is_positive() {
                    self.to.push(to.to_string());
                    self.note("to", &self.to.join(", "), requests);
                }
                self.answer(now, answer);
            }
            Report::Letter(received) => {
                let stamped = self.stamp(now, &received, delivery.next_id());
                requests.extend(delivery.deliver(now, &received, &stamped));
                let text = format!("OK, taken as letter {}", delivery.count());
                self.answer(now, Reply::new(250, text));
            }
            Report::Verify(_) => {
                self.answer(now, Reply::coded(252, "2.5.2", "Send a letter and see"))
            }
            Report::Expand(_) => {
                self.answer(now, Reply::coded(502, "5.5.1", "I give no lists away"))
            }
            Report::Login { .. } => self.answer(now, Reply::coded(535, "5.7.8", "Who are you?")),
            Report::Cleared => self.forget(requests),
            Report::Quit | Report::TimedOut | Report::Exhausted | Report::Left => {}
        }
    }

    /// Takes back what was noted of the letter under way.
    pub fn forget(&mut self, requests: &mut VecDeque<Request>) {
        if self.from.take().is_some() {
            self.note("from", "", requests);
        }
        if !self.to.is_empty() {
            self.to.clear();
            self.note("to", "", requests);
        }
    }

    /// The letter with this server's `Received:` on top (RFC 5321 §4.4).
    fn stamp(&self, now: Time, received: &Received, id: u32) -> Vec<u8> {
        // With several recipients it would tell each of the others.
        let recipient = match received.to.as_slice() {
            [Path::Mailbox(only)] => Some(format!("<{only}>")),
            _ => None,
        };
        let hop = Hop {
            from_name: &self.client,
            from_addr: self.remote,
            by: &self.hostname,
            extended: self.extended,
            id: &id.to_string(),
            recipient: recipient.as_deref(),
            time: now,
        };
        let mut bytes = trace::received(&hop).into_bytes();
        bytes.extend_from_slice(&received.letter);
        bytes
    }

    fn answer(&mut self, now: Time, reply: Reply) {
        let answered = self.engine.answer(now, reply);
        answered.expect("the engine has just asked");
    }

    fn note(&self, what: &str, value: &str, requests: &mut VecDeque<Request>) {
        requests.push_back(Request::Note {
            key: format!("session.{}.{what}", self.number),
            value: value.to_owned(),
        });
    }
}
