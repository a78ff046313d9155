//! The server's side of a control connection.
//!
//! It greets, reads commands one by one, refuses what the state forbids, and asks the
//! program about the rest. Commands that arrive meanwhile wait their turn.

use super::states::{self, Session, Verdict};
use super::types::{Class, Command, Reply};
use super::{COMMAND_LIMIT, emit, parse};
use crate::base::{Duration, Time};
use crate::proto::engine::{Engine, Output};
use crate::proto::lines::{Framed, Line, LineFramer};
use std::collections::VecDeque;

/// The engine. Each `Asks` must be answered, by `Server::answer`.
#[derive(Debug)]
pub struct Server {
    lines: LineFramer,
    session: Session,
    asked: Option<Command>,
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
    /// A session that greets with `greeting`, and ends after `idle` without a command.
    #[must_use]
    pub fn new(now: Time, greeting: &str, idle: Option<Duration>) -> Self {
        let mut server = Self {
            lines: LineFramer::new(COMMAND_LIMIT),
            session: Session::default(),
            asked: None,
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
            return;
        }
        self.session = states::after(self.session, &command, class);
        if command == Command::Quit {
            self.end();
        }
        self.wait(now);
        self.work(now);
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
        self.lines.unread().len()
    }

    fn work(&mut self, now: Time) {
        while self.asked.is_none() && !self.ended {
            match self.lines.pop() {
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
            // What was refused has changed nothing.
            Verdict::Refuse(code, text) => {
                self.say(Reply::new(code, text), Some(command));
            }
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
        let waiting = !self.ended && self.asked.is_none();
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
        self.out.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::laws::{self, Script, Step, says};

    const IDLE: Duration = Duration::from_secs(300);

    fn new() -> Server {
        Server::new(Time::ZERO, "Ready.", Some(IDLE))
    }

    /// A program that agrees to everything.
    fn agree(server: &mut Server, now: Time, report: &ServerReport) {
        let ServerReport::Asks(command) = report else {
            return;
        };
        let code = match command {
            Command::User(_) => 331,
            Command::Pass(_) => 230,
            Command::Pasv => 227,
            Command::Quit => 221,
            Command::Retr(_) => {
                server.answer(now, Reply::new(150, "Begun."));
                226
            }
            _ => 200,
        };
        server.answer(now, Reply::new(code, "Fine."));
    }

    fn codes(lines: &[u8]) -> Vec<u16> {
        let mut server = new();
        server.handle_input(Time::ZERO, lines);
        let mut codes = Vec::new();
        while let Some(output) = server.poll_output() {
            if let Output::Report(report) = output {
                agree(&mut server, Time::ZERO, &report);
                if let ServerReport::Says { reply, .. } = report {
                    codes.push(reply.code);
                }
            }
        }
        codes
    }

    const WHOLE: &[u8] =
        b"USER ada\r\nPASS x\r\nTYPE I\r\nPASV\r\nRETR a\r\nRETR a\r\nQUIT\r\nNOOP\r\n";

    #[test]
    fn the_five_laws_hold() {
        let faults = b"PASS\r\nNOOP\nXYZZY\r\nPORT 1,2\r\n\r\nuser ada\r\nRETR a\r\npass\r\n";
        let mut scripts: Vec<Script> = vec![says(WHOLE), says(faults)];
        scripts.push(says(&[b'x'; 5000]));
        scripts.push(vec![
            Step::Input(b"USER ada\r\nPA".to_vec()),
            Step::Timeout,
            Step::Input(b"SS x\r\n".to_vec()),
        ]);
        laws::check(1500, &scripts, new, agree);
        laws::check(500, &scripts, new, |_, _, _| {});
    }

    #[test]
    fn a_pipelined_session_is_answered_in_order() {
        assert_eq!(
            codes(WHOLE),
            [220, 331, 230, 200, 227, 150, 226, 425, 221],
            "and nothing after QUIT"
        );
    }

    #[test]
    fn each_fault_has_its_code() {
        let lines = b"RETR a\r\nPASS x\r\nUSER a\r\nPASS x\r\nXYZZY\r\nSTOR a\r\nTYPE A\r\n\
            TYPE X\r\nRETR a\r\nTYPE I\r\nRETR a\r\nUSER\r\n";
        assert_eq!(
            codes(lines),
            [
                220, 530, 503, 331, 230, 500, 502, 504, 501, 503, 200, 425, 501
            ]
        );
    }

    #[test]
    fn a_refused_command_changes_nothing() {
        let lines = b"USER a\r\nPASS x\r\nPASV\r\nRETR a\r\nPASS y\r\nTYPE I\r\nRETR a\r\n";
        assert_eq!(
            codes(lines),
            [220, 331, 230, 227, 503, 503, 200, 150, 226],
            "still logged in, and PASV still holds"
        );
    }

    #[test]
    fn an_over_long_line_is_refused_once() {
        let mut lines = vec![b'x'; 1_000_000];
        lines.extend_from_slice(b"\r\nQUIT\r\n");
        assert_eq!(codes(&lines), [220, 500, 221]);
    }

    #[test]
    fn silence_ends_the_session_with_421() {
        let mut server = new();
        let due = server.poll_timeout().unwrap();
        assert_eq!(due, Time::ZERO + IDLE);
        server.handle_timeout(Time(due.0 - 1));
        assert_eq!(server.poll_timeout(), Some(due));
        server.handle_timeout(due);
        let out: Vec<_> = std::iter::from_fn(|| server.poll_output()).collect();
        assert!(matches!(out[2], Output::Report(ServerReport::TimedOut)));
        assert!(matches!(&out[4], Output::Send(bytes) if bytes.starts_with(b"421 ")));
        assert_eq!(out[5], Output::Finish);
    }

    #[test]
    fn while_a_command_is_answered_nobody_is_idle() {
        let mut server = new();
        server.handle_input(Time::ZERO, b"USER ada\r\nNOOP\r\n");
        assert_eq!(server.poll_timeout(), None);
        assert_eq!(server.backlog(), 6);
        server.answer(Time(5), Reply::new(331, "Password?"));
        assert_eq!(server.poll_timeout(), Some(Time(5) + IDLE));
        assert_eq!(server.backlog(), 0);
    }
}
