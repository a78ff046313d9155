//! The server's side: lets someone in, shows the mailbox, and deletes at the very end.
//!
//! Three reports are questions: `Login` (answered by `admit`), `Fetch` (`give`) and `Ends`
//! (`answer`). Until they are answered, what the client says further waits inside.

use super::states::{self, Ruling, ServerState};
use super::types::{Command, Item, Prompt, Reply, Verb};
use super::{MAX_BAD_COMMANDS, MAX_COMMAND_LINE, SERVER_TIMEOUT, emit, parse};
use crate::base::{Duration, Time};
use crate::proto::lines::{Framed, Line, LineFramer};
use crate::proto::smtp::data;
use crate::proto::smtp::{LONGEST_SESSION, MAX_SAID};
use crate::proto::{Engine, Output};
use std::collections::VecDeque;

/// How a server behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// Its own name, in the greeting.
    pub hostname: String,
    /// How long it waits for a client that says nothing.
    pub idle: Duration,
    /// After so many commands that cannot be followed it closes.
    pub bad_commands: u32,
}

impl ServerOptions {
    /// The usual limits under this name.
    #[must_use]
    pub fn new(hostname: impl Into<String>) -> Self {
        Self {
            hostname: hostname.into(),
            idle: SERVER_TIMEOUT,
            bad_commands: MAX_BAD_COMMANDS,
        }
    }
}

/// What a server tells the program above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The next `Send` is this reply.
    Says {
        /// What it says.
        reply: Reply,
        /// To what.
        to: Prompt,
    },
    /// The next `Send` is this letter or its beginning, dots doubled and final dot included.
    HandsOver {
        /// Its number, from 1.
        number: usize,
    },
    /// A question, answered by `admit`: are these name and password right?
    Login {
        /// The user name.
        user: String,
        /// The password.
        password: String,
    },
    /// A question, answered by `give`: a letter is wanted.
    Fetch {
        /// Its number, from 1.
        number: usize,
        /// Only its headers, and so many lines of its text; the whole of it for none.
        lines: Option<u32>,
    },
    /// A question, answered by `answer`: the client has said goodbye, and these letters are
    /// to be deleted. It does not come where nobody has logged in.
    Ends {
        /// Their numbers, from 1, in order.
        deleted: Vec<usize>,
    },
    /// The client said goodbye.
    Quit,
    /// The client was silent for too long. Nothing is deleted (RFC 1939 §3).
    TimedOut,
    /// The client said too much that cannot be followed, and is sent away. Nothing is deleted.
    Exhausted,
    /// The client left without goodbye. Nothing is deleted (RFC 1939 §6).
    Left,
}

/// The program answered, but there was no such question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NothingAsked;

/// The server's side of one connection.
#[derive(Clone, Debug)]
pub struct Server {
    options: ServerOptions,
    lines: LineFramer,
    state: ServerState,
    user: String,
    items: Vec<Item>,
    deleted: Vec<bool>,
    question: Option<Question>,
    bad_commands: u32,
    eof: bool,
    deadline: Time,
    /// When it ends, whatever is said until then.
    until: Time,
    /// How many bytes it may still say: who asks on and on, and perhaps never listens, is not
    /// to fill its memory.
    left: u64,
    outputs: VecDeque<Output<Report>>,
}

/// What the program has been asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Login,
    Fetch(usize, Option<u32>),
    Ends,
}

impl Server {
    /// A server that a client has just connected to. It greets at once.
    #[must_use]
    pub fn new(now: Time, options: ServerOptions) -> Self {
        let greeting = Reply::ok(format!("{} has your letters", options.hostname));
        let mut server = Self {
            deadline: now + options.idle,
            until: now + options.idle.max(LONGEST_SESSION),
            left: MAX_SAID as u64,
            options,
            lines: LineFramer::new(MAX_COMMAND_LINE),
            state: ServerState::Greeted,
            user: String::new(),
            items: Vec::new(),
            deleted: Vec::new(),
            question: None,
            bad_commands: 0,
            eof: false,
            outputs: VecDeque::new(),
        };
        server.say(greeting, Prompt::Connection);
        server
    }

    /// Where the dialogue stands.
    #[must_use]
    pub fn state(&self) -> ServerState {
        self.state
    }

    /// Answers `Login`: with what lies in the mailbox, or with why it stays shut.
    pub fn admit(
        &mut self,
        now: Time,
        mailbox: Result<Vec<Item>, String>,
    ) -> Result<(), NothingAsked> {
        self.take_question(now, |question| question == Question::Login)?;
        match mailbox {
            Ok(items) => {
                self.deleted = vec![false; items.len()];
                self.items = items;
                // All of it, some times over.
                self.left += self.totals().1.saturating_mul(4);
                self.state = ServerState::Open;
                let text = format!("Your mailbox has {}", self.summary());
                self.say_to(Verb::Pass, Reply::ok(text));
            }
            Err(why) => {
                self.state = ServerState::Greeted;
                self.refuse(Verb::Pass, &why);
            }
        }
        self.advance();
        Ok(())
    }

    /// Answers `Fetch`: with the whole letter, even where only its beginning is wanted.
    pub fn give(&mut self, now: Time, letter: &[u8]) -> Result<(), NothingAsked> {
        let question = self.take_question(now, |q| matches!(q, Question::Fetch(..)))?;
        if let Question::Fetch(number, lines) = question {
            let (verb, text) = match lines {
                Some(_) => (Verb::Top, "Its beginning follows".into()),
                None => (Verb::Retr, format!("{} octets", letter.len())),
            };
            self.say_to(verb, Reply::ok(text));
            let part = lines.map_or(letter, |lines| top(letter, lines));
            let bytes = data::stuff(part);
            self.left = self.left.saturating_sub(bytes.len() as u64);
            self.report(Report::HandsOver { number });
            self.outputs.push_back(Output::Send(bytes));
        }
        self.advance();
        Ok(())
    }

    /// Answers `Ends`: done, or why not all is deleted.
    pub fn answer(&mut self, now: Time, result: Result<(), String>) -> Result<(), NothingAsked> {
        self.take_question(now, |question| question == Question::Ends)?;
        let goodbye = format!("{} closing the connection", self.options.hostname);
        let reply = result.map_or_else(Reply::err, |()| Reply::ok(goodbye));
        self.say_to(Verb::Quit, reply);
        self.close();
        Ok(())
    }

    fn take_question(
        &mut self,
        now: Time,
        is: impl Fn(Question) -> bool,
    ) -> Result<Question, NothingAsked> {
        let question = self.question.filter(|question| is(*question));
        let question = question.ok_or(NothingAsked)?;
        self.question = None;
        self.touch(now);
        Ok(question)
    }

    /// Something was said, so it waits on; but never for ever.
    fn touch(&mut self, now: Time) {
        self.deadline = (now + self.options.idle).min(self.until);
    }

    /// Reads on, as far as there is input and no open question.
    fn advance(&mut self) {
        while self.question.is_none() && self.state != ServerState::Closed {
            match self.lines.pop() {
                Some(Framed::Line(line)) => self.hear_line(&line),
                Some(Framed::TooLong { .. }) => self.refuse(Verb::Unknown, "Line too long"),
                None => break,
            }
        }
        if self.eof && self.question.is_none() && self.state != ServerState::Closed {
            self.report(Report::Left);
            self.close();
        }
    }

    fn hear_line(&mut self, line: &Line) {
        if self.left == 0 {
            self.say_to(Verb::Unknown, Reply::err("You have been told enough"));
            return self.send_away();
        }
        // RFC 1939 §3: each line ends with CRLF.
        if line.bare_lf || line.bytes.contains(&b'\r') {
            return self.refuse(Verb::Unknown, "A line must end with CRLF");
        }
        let verb = parse::verb(&line.bytes);
        let (then, otherwise) = match states::server(self.state, verb) {
            Ruling::Take(then, otherwise) => (then, otherwise),
            Ruling::Refuse(why) => return self.refuse(verb, why),
        };
        match parse::command(&line.bytes) {
            Ok(command) => self.hear(command, then),
            Err(fault) => {
                self.state = otherwise;
                self.refuse(verb, fault.0);
            }
        }
    }

    /// A command that is in order.
    fn hear(&mut self, command: Command, then: ServerState) {
        let verb = command.verb();
        match command {
            Command::User(user) => {
                self.user = user;
                self.state = then;
                // RFC 1939 §7: whether there is such a mailbox is not given away.
                self.say_to(verb, Reply::ok("And the password?"));
            }
            Command::Pass(password) => {
                let user = std::mem::take(&mut self.user);
                self.report(Report::Login { user, password });
                self.question = Some(Question::Login);
            }
            Command::Stat => {
                let (count, size) = self.totals();
                self.say_to(verb, Reply::ok(format!("{count} {size}")));
            }
            Command::List(number) => self.list(verb, number, |item| item.size.to_string()),
            Command::Uidl(number) => self.list(verb, number, |item| item.uid.clone()),
            Command::Retr(number) => self.fetch(verb, number, None),
            Command::Top(number, lines) => self.fetch(verb, number, Some(lines)),
            Command::Dele(number) => match self.find(number) {
                Some(i) => {
                    if let Some(mark) = self.deleted.get_mut(i) {
                        *mark = true;
                    }
                    self.say_to(verb, Reply::ok(format!("Letter {number} is marked")));
                }
                None => self.no_such(verb, number),
            },
            Command::Rset => {
                self.deleted.fill(false);
                let text = format!("Your mailbox has {}", self.summary());
                self.say_to(verb, Reply::ok(text));
            }
            Command::Noop => self.say_to(verb, Reply::ok("I am here")),
            Command::Capa => {
                // RFC 2449 §6.4, RFC 3206 §4: answers may begin with [IN-USE] and [AUTH].
                let codes = ["RESP-CODES", "AUTH-RESP-CODE"];
                let words = ["USER", "TOP", "UIDL", "PIPELINING"]
                    .into_iter()
                    .chain(codes);
                let lines: Vec<String> = words.map(str::to_owned).collect();
                self.say_to(verb, Reply::with("I know these", lines));
            }
            Command::Quit => self.quit(then),
            // The table has refused it.
            Command::Unknown { .. } => {}
        }
    }

    fn quit(&mut self, then: ServerState) {
        self.report(Report::Quit);
        self.state = then;
        if then == ServerState::Update {
            let marked = self
                .deleted
                .iter()
                .enumerate()
                .filter(|(_, marked)| **marked);
            let deleted = marked.map(|(i, _)| i + 1).collect();
            self.report(Report::Ends { deleted });
            self.question = Some(Question::Ends);
            return;
        }
        let goodbye = format!("{} closing the connection", self.options.hostname);
        self.say_to(Verb::Quit, Reply::ok(goodbye));
        self.close();
    }

    /// What `LIST` and `UIDL` answer.
    fn list(&mut self, verb: Verb, number: Option<u32>, say: impl Fn(&Item) -> String) {
        let reply = match number {
            Some(number) => match self.find(number).and_then(|i| self.items.get(i)) {
                Some(item) => Reply::ok(format!("{number} {}", say(item))),
                None => return self.no_such(verb, number),
            },
            None => {
                let all = self.items.iter().zip(&self.deleted).enumerate();
                let there = all.filter(|(_, (_, deleted))| !**deleted);
                let lines = there.map(|(i, (item, _))| format!("{} {}", i + 1, say(item)));
                Reply::with(self.summary(), lines.collect())
            }
        };
        self.say_to(verb, reply);
    }

    fn fetch(&mut self, verb: Verb, number: u32, lines: Option<u32>) {
        let Some(i) = self.find(number) else {
            return self.no_such(verb, number);
        };
        let number = i + 1;
        self.report(Report::Fetch { number, lines });
        self.question = Some(Question::Fetch(number, lines));
    }

    /// Where the letter of this number lies, unless it is marked.
    fn find(&self, number: u32) -> Option<usize> {
        let i = usize::try_from(number).ok()?.checked_sub(1)?;
        self.deleted.get(i).filter(|marked| !**marked).map(|_| i)
    }

    fn no_such(&mut self, verb: Verb, number: u32) {
        self.say_to(verb, Reply::err(format!("There is no letter {number}")));
    }

    /// How many letters there are that are not marked, and their bytes.
    fn totals(&self) -> (usize, u64) {
        let all = self.items.iter().zip(&self.deleted);
        let there = all.filter(|(_, marked)| !**marked);
        there.fold((0, 0), |(count, size), (item, _)| {
            (count + 1, size.saturating_add(item.size))
        })
    }

    fn summary(&self) -> String {
        let (count, size) = self.totals();
        let letters = if count == 1 { "letter" } else { "letters" };
        format!("{count} {letters} ({size} octets)")
    }

    fn close(&mut self) {
        self.state = ServerState::Closed;
        self.outputs.push_back(Output::Finish);
    }

    /// No to a command that cannot be followed at all; goodbye to who has had too many.
    fn refuse(&mut self, verb: Verb, why: &str) {
        self.bad_commands += 1;
        self.say_to(verb, Reply::err(why));
        if self.bad_commands > self.options.bad_commands {
            self.send_away();
        }
    }

    fn send_away(&mut self) {
        self.report(Report::Exhausted);
        self.close();
    }

    fn say_to(&mut self, verb: Verb, reply: Reply) {
        self.say(reply, Prompt::Command(verb));
    }

    fn say(&mut self, reply: Reply, to: Prompt) {
        let bytes = emit::reply(&reply);
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.report(Report::Says { reply, to });
        self.outputs.push_back(Output::Send(bytes));
    }

    fn report(&mut self, report: Report) {
        self.outputs.push_back(Output::Report(report));
    }
}

/// A letter's headers, the empty line, and so many lines of its text (RFC 1939 §7).
fn top(letter: &[u8], lines: u32) -> &[u8] {
    let mut left = None;
    let mut at = 0;
    while at < letter.len() {
        if left == Some(0) {
            break;
        }
        let end = letter[at..].iter().position(|b| *b == b'\n');
        let next = end.map_or(letter.len(), |n| at + n + 1);
        left = match left {
            None if letter[at..next].trim_ascii().is_empty() => Some(lines),
            None => None,
            Some(n) => Some(n - 1),
        };
        at = next;
    }
    &letter[..at]
}

impl Engine for Server {
    type Report = Report;

    fn handle_input(&mut self, now: Time, bytes: &[u8]) {
        if self.state != ServerState::Closed && !self.eof {
            // Only a whole line counts: who drips a byte now and then is not busy.
            if bytes.contains(&b'\n') {
                self.touch(now);
            }
            self.lines.push(bytes);
            self.advance();
        }
    }

    fn handle_eof(&mut self, _: Time) {
        self.eof = true;
        self.advance();
    }

    fn handle_timeout(&mut self, now: Time) {
        // RFC 1939 §3: without a word, and nothing is deleted.
        if self.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.report(Report::TimedOut);
            self.close();
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        let waits = self.state != ServerState::Closed && self.question.is_none();
        waits.then_some(self.deadline)
    }

    fn poll_output(&mut self) -> Option<Output<Report>> {
        self.outputs.pop_front()
    }
}
