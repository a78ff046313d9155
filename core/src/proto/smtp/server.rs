//! The server's side: greets, keeps the order, and asks the program what only it can know.
//!
//! Three reports are questions: `MailFrom`, `RcptTo` and `Letter`. Until the program has
//! given its `answer`, what the client says further waits inside. A program that needs
//! time to answer pauses the connection meanwhile, so that little can wait.

use super::data::{Faults, Unstuffer};
use super::states::{self, Ruling, ServerState};
use super::types::{Command, Param, Path, Prompt, Reply, Verb};
use super::{MAX_COMMAND_LINE, MAX_RECIPIENTS, SERVER_TIMEOUT, emit, extensions, parse};
use crate::base::{Duration, Time};
use crate::proto::lines::{Framed, Line, LineFramer};
use crate::proto::{Engine, Output};
use std::collections::VecDeque;

/// How a server behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// Its own name, in the greeting and in the answer to EHLO.
    pub hostname: String,
    /// What it says behind its name when it greets.
    pub banner: String,
    /// The largest letter it takes, in bytes.
    pub max_letter: usize,
    /// How many recipients a letter may have.
    pub max_recipients: usize,
    /// How long it waits for a client that says nothing.
    pub idle: Duration,
}

impl ServerOptions {
    /// The usual limits under this name.
    #[must_use]
    pub fn new(hostname: impl Into<String>) -> Self {
        Self {
            hostname: hostname.into(),
            banner: "ESMTP Wirestage".into(),
            max_letter: 10 << 20,
            max_recipients: MAX_RECIPIENTS,
            idle: SERVER_TIMEOUT,
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
    /// The client said hello.
    Hello {
        /// The name it gave itself.
        name: String,
        /// Whether by EHLO.
        extended: bool,
    },
    /// A question: may a letter come from here?
    MailFrom {
        /// The sender.
        from: Path,
    },
    /// A question: is this recipient welcome?
    RcptTo {
        /// The recipient.
        to: Path,
    },
    /// A question: here is the letter; is it taken?
    Letter(Received),
    /// What was said of a letter is forgotten: it was answered, reset, or a new hello came.
    Cleared,
    /// The client said goodbye.
    Quit,
    /// The client was silent for too long.
    TimedOut,
    /// The client left without goodbye.
    Left,
}

/// A letter as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Where a bounce would go.
    pub from: Path,
    /// The recipients that were accepted, in their order.
    pub to: Vec<Path>,
    /// The letter, extra dots removed.
    pub letter: Vec<u8>,
}

/// The program answered, but there was no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NothingAsked;

/// The server's side of one connection.
#[derive(Clone, Debug)]
pub struct Server {
    options: ServerOptions,
    lines: LineFramer,
    state: ServerState,
    extended: bool,
    from: Option<Path>,
    to: Vec<Path>,
    incoming: Option<Unstuffer>,
    question: Option<Question>,
    eof: bool,
    deadline: Time,
    outputs: VecDeque<Output<Report>>,
}

/// What the program has been asked, with what its yes will mean.
#[derive(Clone, Debug)]
enum Question {
    Sender(Path, ServerState),
    Recipient(Path, ServerState),
    Letter,
}

impl Server {
    /// A server that a client has just connected to. It greets at once.
    #[must_use]
    pub fn new(now: Time, options: ServerOptions) -> Self {
        let greeting = format!("{} {}", options.hostname, options.banner);
        let mut server = Self {
            deadline: now + options.idle,
            options,
            lines: LineFramer::new(MAX_COMMAND_LINE),
            state: ServerState::Greeted,
            extended: false,
            from: None,
            to: Vec::new(),
            incoming: None,
            question: None,
            eof: false,
            outputs: VecDeque::new(),
        };
        server.say(Reply::new(220, greeting), Prompt::Connection);
        server
    }

    /// Where the dialogue stands.
    #[must_use]
    pub fn state(&self) -> ServerState {
        self.state
    }

    /// The program's answer to the open question: positive for yes.
    pub fn answer(&mut self, now: Time, reply: Reply) -> Result<(), NothingAsked> {
        let question = self.question.take().ok_or(NothingAsked)?;
        let yes = reply.is_positive();
        self.deadline = now + self.options.idle;
        match question {
            Question::Sender(from, then) => {
                self.say(reply, Prompt::Command(Verb::Mail));
                if yes {
                    self.from = Some(from);
                    self.state = then;
                }
            }
            Question::Recipient(to, then) => {
                self.say(reply, Prompt::Command(Verb::Rcpt));
                if yes {
                    self.to.push(to);
                    self.state = then;
                }
            }
            Question::Letter => self.end_letter(reply),
        }
        self.advance();
        Ok(())
    }

    /// Reads on, as far as there is input and no open question.
    fn advance(&mut self) {
        while self.question.is_none() && self.state != ServerState::Closed {
            if self.state == ServerState::Letter {
                if !self.read_letter() {
                    break;
                }
                continue;
            }
            match self.lines.pop() {
                Some(Framed::Line(line)) => self.hear_line(&line),
                // RFC 5321 §4.5.3.1.9.
                Some(Framed::TooLong { .. }) => {
                    self.say_to(Verb::Unknown, 500, "Line too long");
                }
                None => break,
            }
        }
        if self.eof && self.question.is_none() && self.state != ServerState::Closed {
            self.report(Report::Left);
            self.close();
        }
    }

    fn hear_line(&mut self, line: &Line) {
        // RFC 5321 §2.3.8: nothing but CRLF ends a line.
        if line.bare_lf {
            return self.say_to(Verb::Unknown, 500, "A line must end with CRLF");
        }
        match parse::command(&line.bytes) {
            parse::Parsed {
                value: Ok(said), ..
            } => self.hear(said),
            parse::Parsed {
                value: Err(fault),
                parts,
            } => {
                let word = parts
                    .first()
                    .map_or(&[][..], |part| part.span.of(&line.bytes));
                self.say_to(Verb::of_word(word), 501, fault.why);
            }
        }
    }

    fn hear(&mut self, command: Command) {
        let verb = command.verb();
        let then = match states::server(self.state, verb) {
            Ruling::Take(then) => then,
            Ruling::Refuse(code, why) => return self.say_to(verb, code, why),
        };
        match command {
            Command::Ehlo(name) => self.hear_hello(name, true, then),
            Command::Helo(name) => self.hear_hello(name, false, then),
            Command::Mail { from, params } => self.hear_sender(from, &params, then),
            Command::Rcpt { to, params } => self.hear_recipient(to, &params, then),
            Command::Data => {
                self.state = then;
                self.incoming = Some(Unstuffer::new(self.options.max_letter));
                self.say_to(
                    verb,
                    354,
                    "Send the letter; end with a dot on a line of its own",
                );
            }
            Command::Rset => {
                self.state = then;
                self.clear();
                self.say_to(verb, 250, "Forgotten");
            }
            Command::Noop => self.say_to(verb, 250, "I am here"),
            // RFC 5321 §3.5.3: no list of users is given away.
            Command::Vrfy(_) => self.say_to(verb, 252, "Send a letter and see"),
            Command::Quit => {
                self.report(Report::Quit);
                let text = format!("{} closing the connection", self.options.hostname);
                self.say_to(verb, 221, &text);
                self.close();
            }
            // The table has refused it.
            Command::Unknown { .. } => {}
        }
    }

    fn hear_hello(&mut self, name: String, extended: bool, then: ServerState) {
        self.clear();
        self.state = then;
        self.extended = extended;
        let mut lines = vec![format!("{} greets {name}", self.options.hostname)];
        if extended {
            lines.extend(extensions::offered(self.options.max_letter));
        }
        self.report(Report::Hello { name, extended });
        let verb = if extended { Verb::Ehlo } else { Verb::Helo };
        self.say(Reply { code: 250, lines }, Prompt::Command(verb));
    }

    fn hear_sender(&mut self, from: Path, params: &[Param], then: ServerState) {
        let max_letter = self.extended.then_some(self.options.max_letter);
        if let Err((code, why)) = extensions::check_mail(params, max_letter) {
            return self.say_to(Verb::Mail, code, why);
        }
        self.report(Report::MailFrom { from: from.clone() });
        self.question = Some(Question::Sender(from, then));
    }

    fn hear_recipient(&mut self, to: Path, params: &[Param], then: ServerState) {
        if !params.is_empty() {
            return self.say_to(Verb::Rcpt, 555, "I know no parameter of RCPT");
        }
        // RFC 5321 §4.5.3.1.10: the letter still goes to those named so far.
        if self.to.len() >= self.options.max_recipients {
            return self.say_to(Verb::Rcpt, 452, "Too many recipients");
        }
        self.report(Report::RcptTo { to: to.clone() });
        self.question = Some(Question::Recipient(to, then));
    }

    /// Takes more of the letter; answers whether it has ended.
    fn read_letter(&mut self) -> bool {
        let incoming = self.incoming.as_mut().expect("a letter is coming in");
        let taken = incoming.push(self.lines.unread());
        self.lines.consume(taken);
        if !incoming.has_ended() {
            return false;
        }
        let incoming = self.incoming.take().expect("a letter is coming in");
        let (letter, faults) = incoming.finish();
        if let Some(refusal) = refusal(faults) {
            self.end_letter(refusal);
            return true;
        }
        let from = self.from.clone().unwrap_or(Path::Null);
        let to = self.to.clone();
        self.report(Report::Letter(Received { from, to, letter }));
        self.question = Some(Question::Letter);
        true
    }

    fn end_letter(&mut self, reply: Reply) {
        self.say(reply, Prompt::Letter);
        self.state = states::AFTER_LETTER;
        self.clear();
    }

    fn clear(&mut self) {
        if self.from.take().is_some() {
            self.to.clear();
            self.report(Report::Cleared);
        }
    }

    fn close(&mut self) {
        self.state = ServerState::Closed;
        self.outputs.push_back(Output::Finish);
    }

    fn say_to(&mut self, verb: Verb, code: u16, text: &str) {
        self.say(Reply::new(code, text), Prompt::Command(verb));
    }

    fn say(&mut self, reply: Reply, to: Prompt) {
        let bytes = emit::reply(&reply);
        self.report(Report::Says { reply, to });
        self.outputs.push_back(Output::Send(bytes));
    }

    fn report(&mut self, report: Report) {
        self.outputs.push_back(Output::Report(report));
    }
}

/// The answer to a letter that cannot be taken as it is.
fn refusal(faults: Faults) -> Option<Reply> {
    if faults.bare_line_end {
        // RFC 5321 §2.3.8.
        Some(Reply::new(554, "A line ends with CR or LF alone"))
    } else if faults.too_large {
        // RFC 5321 §4.5.3.1.9.
        Some(Reply::new(552, "The letter is too large"))
    } else if faults.long_line {
        // RFC 5321 §4.5.3.1.9.
        Some(Reply::new(500, "Line too long"))
    } else {
        None
    }
}

impl Engine for Server {
    type Report = Report;

    fn handle_input(&mut self, now: Time, bytes: &[u8]) {
        if self.state != ServerState::Closed && !self.eof {
            self.deadline = now + self.options.idle;
            self.lines.push(bytes);
            self.advance();
        }
    }

    fn handle_eof(&mut self, _: Time) {
        self.eof = true;
        self.advance();
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.report(Report::TimedOut);
            // RFC 5321 §3.8: 421 before a server closes on its own.
            let text = format!(
                "{} closing: nothing heard for too long",
                self.options.hostname
            );
            self.say(Reply::new(421, text), Prompt::Connection);
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
