//! The server's side of a control connection.
//!
//! It greets, reads commands one by one, refuses what the state forbids, and asks the
//! program about the rest. Commands that arrive meanwhile wait their turn, but ABOR and
//! STAT are heard while a transfer runs (RFC 959 §4.1.3).

use super::states::{self, Answered, Session, Verdict};
use super::types::{Class, Command, Reply};
use super::{COMMAND_LIMIT, emit, parse};
use crate::base::{Duration, Time};
use crate::proto::engine::{Engine, Output};
use crate::proto::lines::{Framed, Line, LineFramer};
use std::collections::VecDeque;

/// The engine. Each `Asks` must be answered, by `Server::answer`; each `Interrupts`, by
/// `Server::answer_interrupt`.
#[derive(Debug)]
pub struct Server {
    lines: LineFramer,
    session: Session,
    asked: Option<Command>,
    /// 1yz was said to what is asked.
    begun: bool,
    /// What came in between, to be answered besides.
    interrupted: Option<Command>,
    /// What came next, and waits for the transfer's end.
    held: Option<Framed>,
    idle: Option<Duration>,
    deadline: Option<Time>,
    peer_left: bool,
    ended: bool,
    out: VecDeque<Output<ServerReport>>,
}

/// What happens on the server's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerReport {
    /// The client asks for something the program has to decide and answer.
    Asks(Command),
    /// While a transfer runs the client wants it broken off, or asks how it stands.
    Interrupts(Command),
    /// The bytes that follow say this, in answer to that.
    Says {
        /// What is said.
        reply: Reply,
        /// The command it answers, where there is one.
        to: Option<Command>,
    },
    /// The client was silent for too long; the session ends.
    TimedOut,
    /// The client left without QUIT.
    Left,
}

impl Server {
    /// A session that greets with `greeting`, and ends after `idle` without a command;
    /// `extended` says whether EPSV and EPRT are known.
    #[must_use]
    pub fn new(now: Time, greeting: &str, idle: Option<Duration>, extended: bool) -> Self {
        let mut server = Self {
            lines: LineFramer::new(COMMAND_LIMIT),
            session: Session::new(extended),
            asked: None,
            begun: false,
            interrupted: None,
            held: None,
            idle,
            deadline: None,
            peer_left: false,
            ended: false,
            out: VecDeque::new(),
        };
        server.say(Reply::new(220, greeting), None);
        server.wait(now);
        server
    }

    /// Answers the command last asked about. A preliminary reply leaves it open.
    ///
    /// Panics where nothing was asked. Once the session has ended, nothing is said.
    pub fn answer(&mut self, now: Time, reply: Reply) {
        if self.ended {
            return;
        }
        let command = self.asked.take().expect("an answer needs a question");
        let class = reply.class();
        self.say(reply, Some(command.clone()));
        if class == Class::Preliminary {
            self.asked = Some(command);
            self.begun = true;
            return;
        }
        let begun = std::mem::take(&mut self.begun);
        self.session = states::after(self.session, &command, Answered { class, begun });
        if command == Command::Quit {
            self.end();
        }
        self.wait(now);
        self.work(now);
    }

    /// Answers what came in between; what was answered before it goes out before it.
    ///
    /// Panics where nothing came in between. Once the session has ended, nothing is said.
    pub fn answer_interrupt(&mut self, now: Time, reply: Reply) {
        if self.ended {
            return;
        }
        let command = self.interrupted.take().expect("an answer needs a question");
        self.say(reply, Some(command));
        self.wait(now);
        self.work(now);
    }

    /// Answers the command last asked about, and then ends the session with 421.
    pub fn answer_last(&mut self, reply: Reply, text: &str) {
        if !self.ended {
            self.say(reply, self.asked.clone());
            self.hang_up(text);
        }
    }

    /// Ends the session for the server's own reasons: 421 (RFC 959 §5.4).
    pub fn hang_up(&mut self, text: &str) {
        if !self.ended {
            self.say(Reply::new(421, text), None);
            self.end();
        }
    }

    /// The command being answered.
    #[must_use]
    pub fn asked(&self) -> Option<&Command> {
        self.asked.as_ref()
    }

    /// What the session has agreed on so far.
    #[must_use]
    pub fn session(&self) -> Session {
        self.session
    }

    /// How many bytes wait behind the command being answered; a program stops reading
    /// when they grow too many.
    #[must_use]
    pub fn backlog(&self) -> usize {
        let held = match &self.held {
            Some(Framed::Line(line)) => line.bytes.len(),
            _ => 0,
        };
        self.lines.unread().len() + held
    }

    /// Whether nothing more will be said.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ended
    }

    fn work(&mut self, now: Time) {
        while self.asked.is_none() && self.interrupted.is_none() && !self.ended {
            match self.held.take().or_else(|| self.lines.pop()) {
                Some(Framed::Line(line)) => self.take(&line),
                Some(Framed::TooLong { .. }) => {
                    self.say(Reply::new(500, "That line is too long."), None);
                }
                None if self.peer_left => {
                    self.out.push_back(Output::Report(ServerReport::Left));
                    self.end();
                }
                None => break,
            }
            self.wait(now);
        }
    }

    fn take(&mut self, line: &Line) {
        let command = match parse::command(&line.bytes).command {
            Ok(command) => command,
            Err(bad) => {
                let text = format!("{} takes {}.", bad.verb, bad.takes);
                return self.say(Reply::new(501, text), None);
            }
        };
        match states::admit(self.session, &command) {
            Verdict::Ask => {
                self.asked = Some(command.clone());
                let asks = ServerReport::Asks(command);
                self.out.push_back(Output::Report(asks));
            }
            // What was refused has changed nothing, but it came.
            Verdict::Refuse(code, text) => {
                self.session = states::after_any(self.session, &command);
                self.say(Reply::new(code, text), Some(command));
            }
        }
    }

    /// Hands out ABOR or STAT, where it is the next line behind a transfer that runs.
    ///
    /// Asked for only when all else was taken, so that a program that is done at once is
    /// not interrupted, however the bytes were cut.
    fn interrupt(&mut self) {
        if !self.begun || self.asked.is_none() || self.interrupted.is_some() || self.ended {
            return;
        }
        if self.held.is_none() {
            self.held = self.lines.pop();
        }
        if let Some(Framed::Line(line)) = &self.held
            && let Ok(command) = parse::command(&line.bytes).command
            && states::interrupts(&command)
        {
            self.held = None;
            self.interrupted = Some(command.clone());
            let interrupts = ServerReport::Interrupts(command);
            self.out.push_back(Output::Report(interrupts));
        }
    }

    fn say(&mut self, reply: Reply, to: Option<Command>) {
        let bytes = emit::reply(&reply);
        let says = ServerReport::Says { reply, to };
        self.out.push_back(Output::Report(says));
        self.out.push_back(Output::Send(bytes));
    }

    /// Starts the clock of idleness, which stands still while a command is answered.
    fn wait(&mut self, now: Time) {
        let waiting = !self.ended && self.asked.is_none() && self.interrupted.is_none();
        self.deadline = self.idle.filter(|_| waiting).map(|idle| now + idle);
    }

    fn end(&mut self) {
        self.ended = true;
        self.deadline = None;
        self.out.push_back(Output::Finish);
    }
}

impl Engine for Server {
    type Report = ServerReport;

    fn handle_input(&mut self, now: Time, bytes: &[u8]) {
        if self.ended || self.peer_left {
            return;
        }
        self.lines.push(bytes);
        self.wait(now);
        self.work(now);
    }

    fn handle_eof(&mut self, now: Time) {
        self.peer_left = true;
        self.work(now);
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.out.push_back(Output::Report(ServerReport::TimedOut));
            self.hang_up("Too long without a command, goodbye.");
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.deadline
    }

    fn poll_output(&mut self) -> Option<Output<ServerReport>> {
        if self.out.is_empty() {
            self.interrupt();
        }
        self.out.pop_front()
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
