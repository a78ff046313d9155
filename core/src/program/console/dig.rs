//! A question to name servers, one after the other, until one answers.

use super::{Console, Step};
use crate::base::{Duration, Time};
use crate::program::resolver::inquiry::{Failure, Inquiry, Query};
use crate::proto::console::Line;
use crate::proto::dns::{Message, Question, Rcode, meaning};
use std::net::IpAddr;

/// How long each server is waited for, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(5);
const TRIES: usize = 2;
/// By which its questions are known: one is asked at a time.
const KEY: u32 = 0;

/// A question under way.
#[derive(Debug)]
pub(super) struct Dig {
    question: Question,
    servers: Vec<IpAddr>,
    /// How often any was asked, and whether one is waited for.
    asked: usize,
    is_waiting: bool,
    failure: Option<Failure>,
}

impl Dig {
    /// What a line asks these servers.
    pub fn new(line: &Line, servers: Vec<IpAddr>) -> Option<Self> {
        Some(Self {
            question: line.question()?,
            servers,
            asked: 0,
            is_waiting: false,
            failure: None,
        })
    }

    /// Asks the next server, unless one is waited for. Answers whether there is one.
    pub fn ask(&mut self, now: Time, inquiry: &mut Inquiry) -> bool {
        if self.is_waiting {
            return true;
        }
        let count = self.servers.len();
        let index = self.asked.checked_rem(count).unwrap_or(0);
        let server = self
            .servers
            .get(index)
            .filter(|_| self.asked < count * TRIES);
        let Some(server) = server.copied() else {
            return false;
        };
        self.asked += 1;
        self.is_waiting = true;
        let query = Query {
            question: self.question.clone(),
            server,
            recursion: true,
        };
        inquiry.ask(now, KEY, query, PATIENCE);
        true
    }

    /// Why there is no answer.
    pub fn why(&self) -> String {
        match self.failure {
            None => "there is no name server to ask".into(),
            Some(Failure::TimedOut) => "no name server answers".into(),
            Some(Failure::Garbled) => "what the name server answers makes no sense".into(),
            Some(Failure::Unreachable) => "no name server can be reached".into(),
        }
    }

    /// Who was asked last.
    fn server(&self) -> String {
        let last = self.asked.saturating_sub(1);
        let server = self
            .servers
            .get(last.checked_rem(self.servers.len()).unwrap_or(0));
        server.map_or(String::new(), IpAddr::to_string)
    }
}

impl Console {
    /// Takes what came of a question.
    pub(super) fn dug(&mut self, now: Time) {
        while let Some((_, answer)) = self.inquiry.poll() {
            let after = self.took(now);
            let Some(Step::Digging(dig)) = self.doing.as_mut().map(|doing| &mut doing.step) else {
                continue;
            };
            match answer {
                Ok(message) => {
                    let server = dig.server();
                    let (ok, says) = told(&message);
                    self.end(now, ok, &format!("{says}, says {server} after {after}"));
                }
                Err(failure) => {
                    dig.is_waiting = false;
                    dig.failure = Some(failure);
                    self.go_on(now);
                }
            }
        }
    }
}

/// What an answer says, and whether it is what was asked for.
fn told(message: &Message) -> (bool, String) {
    let ok = message.header.rcode == Rcode::NO_ERROR && !message.answers.is_empty();
    (ok, meaning::answer_text(message))
}
