//! Asking for echoes, one a second, as `ping` does.

use super::words::{self, took};
use crate::base::{Duration, Time, Unreachable};
use crate::program::contract::{Request, Token};
use std::net::IpAddr;

/// How many bytes are to be echoed.
const BYTES: u16 = 56;
/// From one question to the next.
const EVERY: Duration = Duration::from_secs(1);
/// How long the last answer is waited for, where none has come yet.
const PATIENCE: Duration = Duration::from_secs(10);

/// A ping under way.
#[derive(Debug)]
pub(super) struct Ping {
    token: Token,
    to: IpAddr,
    count: u16,
    asked: Vec<Asked>,
    /// When something is to be done next.
    due: Time,
}

/// A question, and what became of it.
#[derive(Debug)]
struct Asked {
    at: Time,
    answer: Option<Result<Duration, (IpAddr, Unreachable)>>,
}

impl Ping {
    pub fn new(now: Time, token: Token, to: IpAddr, count: u16) -> Self {
        Self {
            token,
            to,
            count,
            asked: Vec::new(),
            due: now,
        }
    }

    pub fn due(&self) -> Time {
        self.due
    }

    pub fn token(&self) -> Token {
        self.token
    }

    /// The next question, where it is time for one.
    pub fn ask(&mut self, now: Time) -> Option<Request> {
        if self.all_asked() || self.due > now {
            return None;
        }
        self.asked.push(Asked {
            at: now,
            answer: None,
        });
        let sequence = u16::try_from(self.asked.len()).unwrap_or(u16::MAX);
        self.due = now
            + match self.longest() {
                _ if !self.all_asked() => EVERY,
                // As iputils does: twice the longest time so far, and a second at least.
                Some(longest) => EVERY.max(Duration(longest.0.saturating_mul(2))),
                None => PATIENCE,
            };
        Some(Request::SendEcho {
            token: self.token,
            to: self.to,
            sequence,
            len: BYTES,
            hop_limit: None,
            turn: Some(words::echo_request(self.to, sequence, BYTES)),
        })
    }

    /// An answer came, or word that none will. False where it is not the first one.
    pub fn hear(
        &mut self,
        now: Time,
        sequence: u16,
        undelivered: Option<(IpAddr, Unreachable)>,
    ) -> bool {
        let asked = usize::from(sequence)
            .checked_sub(1)
            .and_then(|index| self.asked.get_mut(index));
        let Some(asked) = asked.filter(|asked| asked.answer.is_none()) else {
            return false;
        };
        asked.answer = Some(undelivered.map_or(Ok(now.since(asked.at)), Err));
        true
    }

    pub fn is_over(&self, now: Time) -> bool {
        let all_answered = || self.asked.iter().all(|asked| asked.answer.is_some());
        self.all_asked() && (self.due <= now || all_answered())
    }

    /// Whether any answer came.
    pub fn is_answered(&self) -> bool {
        self.times().next().is_some()
    }

    /// `3 sent, 3 answered, 20.1 ms on average`.
    pub fn sum(&self) -> String {
        let sent = self.asked.len();
        let answered = self.times().count();
        let mut text = match answered {
            0 => format!("{sent} sent, none answered"),
            some => format!("{sent} sent, {some} answered"),
        };
        if answered > 0 {
            let total: u64 = self.times().map(|time| time.0).sum();
            let average = Duration(total / answered as u64);
            text += &format!(", {} on average", took(average));
        }
        if let Some((from, why)) = self.complaint() {
            text += &format!("; {from} says: {why}");
        }
        text
    }

    /// What the network said last of questions that did not arrive.
    fn complaint(&self) -> Option<(IpAddr, Unreachable)> {
        let mut answers = self.asked.iter().rev().filter_map(|asked| asked.answer);
        answers.find_map(Result::err)
    }

    fn all_asked(&self) -> bool {
        self.asked.len() >= usize::from(self.count)
    }

    fn times(&self) -> impl Iterator<Item = Duration> {
        let answers = self.asked.iter().filter_map(|asked| asked.answer);
        answers.filter_map(Result::ok)
    }

    fn longest(&self) -> Option<Duration> {
        self.times().max()
    }
}
