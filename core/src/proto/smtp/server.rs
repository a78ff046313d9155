//! The server's side: greets, keeps the order, and asks the program what only it can know.
//!
//! Some reports are questions: `Login`, `MailFrom`, `RcptTo`, `Letter`, `Verify`, `Expand`.
//! Until the program has given its `answer`, what the client says further waits inside. A
//! program that needs time to answer pauses the connection meanwhile, so that little can wait.

mod asides;

use super::data::{Faults, Unstuffer};
use super::login::{self, Exchange};
use super::states::{self, Ruling, ServerState, Standing};
use super::types::{Command, Param, Path, Prompt, Reply, Verb};
use super::{
    LONGEST_SESSION, MAX_BAD_COMMANDS, MAX_COMMAND_LINE, MAX_RECIPIENTS, MAX_SAID, SERVER_TIMEOUT,
    emit, extensions, parse,
};
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
    /// Whether it knows EHLO, and what came with it: enhanced codes, logging in.
    pub extended: bool,
    /// Whether it offers `PIPELINING`. It understands groups of commands either way.
    pub pipelining: bool,
    /// Whether clients log in.
    pub login: Login,
    /// Whether it says who is on a list (EXPN).
    pub expands: bool,
    /// What it says instead of 220 to a client it wants nothing from: 554, or 421 to try later.
    pub turns_away: Option<Reply>,
    /// After so many commands that cannot be followed it closes with 421.
    pub bad_commands: u32,
}

/// Whether clients log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Login {
    /// They cannot.
    #[default]
    Off,
    /// They can.
    Offered,
    /// They must, before a letter (530).
    Required,
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
            extended: true,
            pipelining: true,
            login: Login::Off,
            expands: false,
            turns_away: None,
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
    /// The client said hello.
    Hello {
        /// The name it gave itself.
        name: String,
        /// Whether by EHLO.
        extended: bool,
    },
    /// A question: are these name and password right? 235, or 535.
    Login {
        /// The user name.
        user: String,
        /// The password.
        password: String,
    },
    /// A question: may a letter come from here?
    MailFrom {
        /// The sender.
        from: Path,
        /// How large it is going to be, where that was said.
        size: Option<u64>,
    },
    /// A question: is this recipient welcome?
    RcptTo {
        /// The recipient.
        to: Path,
    },
    /// A question: here is the letter; is it taken?
    Letter(Received),
    /// A question: who is this? 250 with the address, 251, 252 or 550; 502 not to say at all.
    Verify(String),
    /// A question: who is on this list? 250 with an address on each line, 550 or 502.
    Expand(String),
    /// What was said of a letter is forgotten: it was answered, reset, or a new hello came.
    Cleared,
    /// The client said goodbye.
    Quit,
    /// The client was silent for too long.
    TimedOut,
    /// The client said too much that cannot be followed, and is sent away.
    Exhausted,
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
    /// Who has logged in.
    pub login: Option<String>,
    /// The name the client gave itself.
    pub hello: String,
    /// Whether by EHLO.
    pub extended: bool,
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
    hello: String,
    extended: bool,
    login: Option<String>,
    exchange: Option<Exchange>,
    bad_commands: u32,
    from: Option<Path>,
    to: Vec<Path>,
    incoming: Option<Unstuffer>,
    question: Option<Question>,
    eof: bool,
    deadline: Time,
    /// When it ends, whatever is said until then.
    until: Time,
    /// How many bytes it has said.
    said: usize,
    outputs: VecDeque<Output<Report>>,
}

/// What the program has been asked, with what its yes will mean.
#[derive(Clone, Debug)]
enum Question {
    Sender(Path, ServerState),
    Recipient(Path, ServerState),
    Letter,
    Login(String),
    Verify,
    Expand,
}

impl Server {
    /// A server that a client has just connected to. It greets at once.
    #[must_use]
    pub fn new(now: Time, options: ServerOptions) -> Self {
        let mut server = Self {
            deadline: now + options.idle,
            until: now + options.idle.max(LONGEST_SESSION),
            said: 0,
            options,
            lines: LineFramer::new(MAX_COMMAND_LINE),
            state: ServerState::Greeted,
            hello: String::new(),
            extended: false,
            login: None,
            exchange: None,
            bad_commands: 0,
            from: None,
            to: Vec::new(),
            incoming: None,
            question: None,
            eof: false,
            outputs: VecDeque::new(),
        };
        server.greet();
        server
    }

    fn greet(&mut self) {
        let ServerOptions {
            hostname, banner, ..
        } = &self.options;
        let welcome = || Reply::new(220, format!("{hostname} {banner}"));
        let greeting = self.options.turns_away.clone().unwrap_or_else(welcome);
        let code = greeting.code;
        self.say(greeting, Prompt::Connection);
        match code {
            220 => {}
            // RFC 5321 §3.8: behind 421 the server closes.
            421 => self.close(),
            // RFC 5321 §3.1: behind 554 it waits for the client's goodbye.
            _ => self.state = ServerState::TurnedAway,
        }
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
        self.touch(now);
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
            Question::Login(user) => {
                self.say_to_login(reply);
                self.login = yes.then_some(user);
            }
            Question::Verify => self.say(reply, Prompt::Command(Verb::Vrfy)),
            Question::Expand => self.say(reply, Prompt::Command(Verb::Expn)),
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
                Some(Framed::TooLong { .. }) if self.state == ServerState::Login => {
                    // RFC 4954 §4.
                    self.say_to_login(Reply::coded(500, "5.5.6", "Line too long"));
                }
                Some(Framed::TooLong { .. }) => {
                    self.refuse(Verb::Unknown, 500, "5.5.2", "Line too long");
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
        if self.said > MAX_SAID {
            return self.send_away(Verb::Unknown, "you have been told enough");
        }
        // RFC 5321 §2.3.8: nothing but CRLF ends a line, and neither stands elsewhere.
        let has_odd_end = line.bare_lf || line.bytes.contains(&b'\r');
        if self.state == ServerState::Login {
            return self.hear_answer((!has_odd_end).then_some(line.bytes.as_slice()));
        }
        if has_odd_end {
            return self.refuse(Verb::Unknown, 500, "5.5.2", "A line must end with CRLF");
        }
        let parsed = parse::command(&line.bytes);
        match parsed.value {
            Ok(said) => self.hear(said),
            Err(fault) => {
                let word = parsed.parts.first().map(|part| part.span.of(&line.bytes));
                let verb = Verb::of_word(word.unwrap_or_default());
                // A command that would be refused in any form is not worth its syntax.
                match states::server(self.state, verb, self.standing()) {
                    Ruling::Refuse(code @ (500 | 502), enhanced, why) => {
                        self.refuse(verb, code, enhanced, why);
                    }
                    _ => self.refuse(verb, 501, "5.5.4", fault.why),
                }
            }
        }
    }

    /// What is known of who is there, for the table.
    fn standing(&self) -> Standing {
        match self.options.login {
            _ if !self.options.extended => Standing::Plain,
            _ if self.login.is_some() => Standing::LoggedIn,
            Login::Off => Standing::Anyone,
            Login::Offered => Standing::MayLogIn,
            Login::Required => Standing::MustLogIn,
        }
    }

    fn hear(&mut self, command: Command) {
        let verb = command.verb();
        let then = match states::server(self.state, verb, self.standing()) {
            Ruling::Take(then) => then,
            Ruling::Refuse(code, enhanced, why) => return self.refuse(verb, code, enhanced, why),
        };
        match command {
            Command::Ehlo(name) => self.hear_hello(name, true, then),
            Command::Helo(name) => self.hear_hello(name, false, then),
            Command::Auth { mechanism, initial } => {
                self.state = then;
                self.go_on_with_login(login::begin(&mechanism, initial.as_deref()));
            }
            Command::Mail { from, params } => self.hear_sender(from, &params, then),
            Command::Rcpt { to, params } => self.hear_recipient(to, &params, then),
            Command::Data => {
                self.state = then;
                self.incoming = Some(Unstuffer::new(self.options.max_letter));
                let text = "Send the letter; end with a dot on a line of its own";
                self.say(Reply::new(354, text), Prompt::Command(verb));
            }
            Command::Rset => {
                self.state = then;
                self.clear();
                self.say_to(verb, 250, "2.0.0", "Forgotten");
            }
            Command::Noop => self.say_to(verb, 250, "2.0.0", "I am here"),
            Command::Help(about) => self.help(&about),
            Command::Vrfy(who) => {
                self.report(Report::Verify(who));
                self.question = Some(Question::Verify);
            }
            Command::Expn(_) if !self.options.expands => {
                self.refuse(verb, 502, "5.5.1", "I give no lists away");
            }
            Command::Expn(list) => {
                self.report(Report::Expand(list));
                self.question = Some(Question::Expand);
            }
            Command::Quit => {
                self.report(Report::Quit);
                let text = format!("{} closing the connection", self.options.hostname);
                self.say_to(verb, 221, "2.0.0", &text);
                self.close();
            }
            // The table has refused them, and the parser makes no answer of a line.
            Command::Unspoken(_) | Command::Unknown { .. } | Command::Answer(_) => {}
        }
    }

    fn hear_hello(&mut self, name: String, extended: bool, then: ServerState) {
        self.clear();
        self.state = then;
        self.extended = extended;
        self.hello.clone_from(&name);
        let mut lines = vec![format!("{} greets {name}", self.options.hostname)];
        if extended {
            lines.extend(extensions::offered(&self.options));
        }
        self.report(Report::Hello { name, extended });
        let verb = if extended { Verb::Ehlo } else { Verb::Helo };
        self.say(Reply { code: 250, lines }, Prompt::Command(verb));
    }

    fn hear_sender(&mut self, from: Path, params: &[Param], then: ServerState) {
        let said = match extensions::check_mail(params, self.extended, &self.options) {
            Ok(said) => said,
            Err((code, enhanced, why)) => return self.say_to(Verb::Mail, code, enhanced, why),
        };
        self.report(Report::MailFrom {
            from: from.clone(),
            size: said.size,
        });
        self.question = Some(Question::Sender(from, then));
    }

    fn hear_recipient(&mut self, to: Path, params: &[Param], then: ServerState) {
        if !params.is_empty() {
            return self.say_to(Verb::Rcpt, 555, "5.5.4", "I know no parameter of RCPT");
        }
        // RFC 5321 §4.5.3.1.10: the letter still goes to those named so far.
        if self.to.len() >= self.options.max_recipients {
            return self.say_to(Verb::Rcpt, 452, "4.5.3", "Too many recipients");
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
        self.report(Report::Letter(Received {
            from,
            to,
            letter,
            login: self.login.clone(),
            hello: self.hello.clone(),
            extended: self.extended,
        }));
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

    fn say_to(&mut self, verb: Verb, code: u16, enhanced: &str, text: &str) {
        self.say(Reply::coded(code, enhanced, text), Prompt::Command(verb));
    }

    /// No to a command that cannot be followed at all.
    fn refuse(&mut self, verb: Verb, code: u16, enhanced: &str, text: &str) {
        self.say_no(Reply::coded(code, enhanced, text), verb);
    }

    /// The same, or goodbye to who has had too many of them.
    fn say_no(&mut self, reply: Reply, verb: Verb) {
        self.bad_commands += 1;
        if self.bad_commands <= self.options.bad_commands {
            return self.say(reply, Prompt::Command(verb));
        }
        self.send_away(verb, "too many bad commands");
    }

    fn say(&mut self, reply: Reply, to: Prompt) {
        // RFC 2034 §3: enhanced codes are for who offers them.
        let reply = if self.options.extended {
            reply
        } else {
            reply.plain()
        };
        let bytes = emit::reply(&reply);
        self.said += bytes.len();
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
        Some(Reply::coded(
            554,
            "5.6.0",
            "A line ends with CR or LF alone",
        ))
    } else if faults.too_large {
        // RFC 5321 §4.5.3.1.9.
        Some(Reply::coded(552, "5.3.4", "The letter is too large"))
    } else if faults.long_line {
        // RFC 5321 §4.5.3.1.9.
        Some(Reply::coded(500, "5.6.0", "Line too long"))
    } else {
        None
    }
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
        if self.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.report(Report::TimedOut);
            // RFC 5321 §3.8: 421 before a server closes on its own.
            let why = match self.deadline < self.until {
                true => "nothing heard for too long",
                false => "this takes too long",
            };
            let text = format!("{} closing: {why}", self.options.hostname);
            self.say(Reply::coded(421, "4.4.2", &text), Prompt::Connection);
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
