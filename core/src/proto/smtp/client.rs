//! The client's side: hands letters to one server, one after the other; each one command
//! at a time, or all of its commands at once where the server takes them so (RFC 2920).

use super::extensions::Offers;
use super::replies::{Nonsense, ReplyReader};
use super::states::{self, ClientState, Step};
use super::types::{AuthWay, Command, Mailbox, Path, Prompt, Reply, Verb};
use super::{
    BLOCK_TIMEOUT, DATA_TIMEOUT, GREETING_TIMEOUT, LETTER_TIMEOUT, MAIL_TIMEOUT, RCPT_TIMEOUT,
    data, emit,
};
use crate::base::{Duration, Time};
use crate::proto::mail::base64;
use crate::proto::{Engine, Output};
use std::collections::VecDeque;
use std::sync::Arc;

/// How a client behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// The name it says in its hello.
    pub hostname: String,
    /// How long it waits for each answer.
    pub patience: Patience,
    /// Whether it says all of a letter's commands at once where the server offers that.
    pub pipelining: bool,
    /// Whether it doubles dots that begin a line (RFC 5321 §4.5.2). Who forgets it ends a
    /// letter at its first line of a dot alone, and says the rest of it as commands.
    pub stuffs_dots: bool,
    /// The user name and password it logs in with.
    pub login: Option<(String, String)>,
    /// How it says them, where it has the choice.
    pub auth: AuthWay,
    /// Whether it says goodbye after the first letter, however that ended.
    pub one_letter: bool,
}

/// One letter, without login, as a well-behaved client.
impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            hostname: String::new(),
            patience: Patience::default(),
            pipelining: true,
            stuffs_dots: true,
            login: None,
            auth: AuthWay::Plain,
            one_letter: true,
        }
    }
}

/// How long a client waits for each answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the greeting.
    pub greeting: Duration,
    /// For the answer to `MAIL`, and to commands not named here.
    pub mail: Duration,
    /// For the answer to `RCPT`.
    pub rcpt: Duration,
    /// For the answer to `DATA`.
    pub data: Duration,
    /// For the answer to the letter, from when it has gone out.
    pub letter: Duration,
    /// For each `BLOCK` of the letter to go out.
    pub block: Duration,
}

/// So many bytes of a letter go out in one piece, as far as patience is concerned.
pub const BLOCK: usize = 64 << 10;

/// So many bytes may come while nothing is awaited.
const MAX_HELD: usize = 64 << 10;

/// RFC 5321 §4.5.3.2.
impl Default for Patience {
    fn default() -> Self {
        Self {
            greeting: GREETING_TIMEOUT,
            mail: MAIL_TIMEOUT,
            rcpt: RCPT_TIMEOUT,
            data: DATA_TIMEOUT,
            letter: LETTER_TIMEOUT,
            block: BLOCK_TIMEOUT,
        }
    }
}

/// What is to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Where a bounce would go.
    pub from: Path,
    /// Whom it is for.
    pub to: Vec<Mailbox>,
    /// The letter itself, headers and all. Its line ends become CRLF on the wire.
    pub letter: Arc<[u8]>,
}

/// What a client tells the program above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The next `Send` is this command.
    Says(Command),
    /// The next `Send` is the letter, dots doubled and final dot included.
    HandsOver,
    /// The server answered.
    Hears {
        /// What it said.
        reply: Reply,
        /// To what.
        to: Prompt,
    },
    /// How it ended, for each recipient in the envelope's order. Comes exactly once for
    /// each letter, before the goodbye.
    Ended(Vec<Delivery>),
    /// It can take the next letter over the same connection (`hand_over`), or say goodbye
    /// (`leave`). Never told where `one_letter` is set.
    Free,
}

/// How it ended for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The recipient.
    pub to: Mailbox,
    /// The reply by which the server took the letter, or why it did not.
    pub result: Result<Reply, Failure>,
}

/// Why a letter was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said no.
    Refused {
        /// How.
        reply: Reply,
        /// To what.
        to: Prompt,
    },
    /// The connection ended before the answer. Where the letter's answer was awaited,
    /// nobody knows whether the letter was taken.
    Lost {
        /// The answer that was awaited.
        awaited: Prompt,
    },
    /// The answer did not come in time.
    TimedOut {
        /// The answer that was awaited.
        awaited: Prompt,
    },
    /// It has a user name and password to say, and the server no way to hear them.
    NoLogin,
    /// The letter has 8-bit bytes, which the server does not take (RFC 6152 §3).
    EightBit,
    /// The server said what no mail server says here.
    Nonsense {
        /// What it said.
        said: String,
        /// The answer that was awaited.
        awaited: Prompt,
    },
}

/// A letter is under way, or the connection over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFree;

/// The client's side of one connection.
#[derive(Clone, Debug)]
pub struct Client {
    options: ClientOptions,
    envelope: Envelope,
    state: ClientState,
    replies: ReplyReader,
    offers: Offers,
    /// What was said already beyond what `state` waits for: its answers come in this order.
    ahead: VecDeque<ClientState>,
    /// What is still to be said to log in, the next line first.
    secrets: VecDeque<String>,
    /// The answers to RCPT so far, in the order of the envelope.
    answers: Vec<Reply>,
    /// Why the letter is lost, while answers to what was said already still come.
    lost: Option<Failure>,
    /// The server has a letter half begun, to be taken back before the next.
    half_begun: bool,
    ended: bool,
    deadline: Time,
    outputs: VecDeque<Output<Report>>,
}

impl Client {
    /// A client that has just connected.
    #[must_use]
    pub fn new(now: Time, options: ClientOptions, envelope: Envelope) -> Self {
        Self {
            deadline: now + options.patience.greeting,
            options,
            envelope,
            state: ClientState::Greeting,
            replies: ReplyReader::default(),
            offers: Offers::default(),
            ahead: VecDeque::new(),
            secrets: VecDeque::new(),
            lost: None,
            half_begun: false,
            answers: Vec::new(),
            ended: false,
            outputs: VecDeque::new(),
        }
    }

    /// Whose answer it waits for.
    #[must_use]
    pub fn state(&self) -> ClientState {
        self.state
    }

    /// Whether `Ended` has been told of the last letter.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// What the server has said it can do.
    #[must_use]
    pub fn offers(&self) -> &Offers {
        &self.offers
    }

    /// The next letter, after `Free`.
    pub fn hand_over(&mut self, now: Time, envelope: Envelope) -> Result<(), NotFree> {
        if self.state != ClientState::Free {
            return Err(NotFree);
        }
        self.envelope = envelope;
        self.answers.clear();
        self.lost = None;
        self.ended = false;
        if std::mem::take(&mut self.half_begun) {
            self.say(now, ClientState::Rset);
        } else {
            self.begin(now);
        }
        self.advance(now);
        Ok(())
    }

    /// There are no more letters, after `Free`: says goodbye.
    pub fn leave(&mut self, now: Time) -> Result<(), NotFree> {
        if self.state != ClientState::Free {
            return Err(NotFree);
        }
        self.say(now, ClientState::Quit);
        self.advance(now);
        Ok(())
    }

    /// Reads on, as far as there is input. Before the program has said what comes next,
    /// nothing that came can be an answer to it.
    fn advance(&mut self, now: Time) {
        while !matches!(self.state, ClientState::Free | ClientState::Closed) {
            match self.replies.pop() {
                Some(Ok(reply)) => self.hear(now, reply),
                Some(Err(Nonsense(said))) => self.hear_nonsense(now, said),
                None => break,
            }
        }
    }

    fn hear(&mut self, now: Time, reply: Reply) {
        let to = self.state.prompt();
        let step = states::client(self.state, &reply);
        self.report(Report::Hears {
            reply: reply.clone(),
            to,
        });
        let is_answer = matches!(step, Step::Go(_) | Step::NextRecipient);
        if self.state == ClientState::Rcpt && is_answer && self.lost.is_none() {
            self.answers.push(reply.clone());
        }
        match step {
            Step::Go(ClientState::Mail) => self.greeted(now, &reply),
            Step::Go(ClientState::Auth) => self.say_secret(now),
            Step::Go(ClientState::Rcpt) | Step::NextRecipient => self.go_on(now),
            Step::Go(ClientState::Letter) => self.hand_over_now(now),
            Step::Go(state) => self.say(now, state),
            Step::Delivered => self.end(now, &Ok(reply)),
            Step::Refused => self.hear_no(now, Failure::Refused { reply, to }),
            Step::Nonsense => self.hear_nonsense(now, reply.to_string()),
            Step::Close => {
                self.settle(&Err(Failure::Refused { reply, to }));
                self.close(Output::Finish);
            }
        }
    }

    fn hear_nonsense(&mut self, now: Time, said: String) {
        if self.state == ClientState::Quit {
            return self.close(Output::Finish);
        }
        let awaited = self.state.prompt();
        self.settle(&Err(Failure::Nonsense { said, awaited }));
        self.say(now, ClientState::Quit);
    }

    /// The server is ready for a letter, or for a login before it.
    fn greeted(&mut self, now: Time, reply: &Reply) {
        let was_hello = matches!(self.state, ClientState::Ehlo | ClientState::Helo);
        if self.state == ClientState::Ehlo {
            self.offers = Offers::read(reply);
        }
        match &self.options.login {
            Some((user, password)) if was_hello => {
                let wanted = self.options.auth;
                let ways = &self.offers.auth;
                let way = ways.iter().find(|way| **way == wanted).or(ways.first());
                let Some(way) = way.copied() else {
                    self.settle(&Err(Failure::NoLogin));
                    return self.say(now, ClientState::Quit);
                };
                self.secrets = secrets(way, user, password);
                self.say(now, ClientState::Auth);
            }
            _ => self.begin(now),
        }
    }

    /// Goes on logging in: the next line, or a `*` where the server wants more than there is.
    fn say_secret(&mut self, now: Time) {
        let line = self.secrets.pop_front().unwrap_or_else(|| "*".into());
        self.speak(Command::Answer(line));
        self.wait(now, ClientState::Auth);
    }

    /// Begins the letter: its first command, or all of them.
    fn begin(&mut self, now: Time) {
        if !self.offers.eight_bit && !self.envelope.letter.is_ascii() {
            return self.end(now, &Err(Failure::EightBit));
        }
        self.say(now, ClientState::Mail);
        if !(self.options.pipelining && self.offers.pipelining) {
            return;
        }
        // RFC 2920 §3.1: DATA ends a group.
        for i in 0..self.envelope.to.len() {
            self.speak(self.recipient(i));
            self.ahead.push_back(ClientState::Rcpt);
        }
        self.speak(Command::Data);
        self.ahead.push_back(ClientState::Data);
    }

    /// After the answer to the sender or a recipient: what comes next in the group, or the
    /// next recipient; after the last, the letter if anyone was accepted.
    fn go_on(&mut self, now: Time) {
        self.half_begun |= self.lost.is_none();
        if let Some(state) = self.ahead.pop_front() {
            return self.wait(now, state);
        }
        if self.answers.len() < self.envelope.to.len() {
            self.say(now, ClientState::Rcpt);
        } else if let Some(failure) = self.nobody() {
            self.end(now, &Err(failure));
        } else {
            self.say(now, ClientState::Data);
        }
    }

    /// Why nobody is going to have the letter, where that is so.
    fn nobody(&self) -> Option<Failure> {
        if self.lost.is_some() {
            return self.lost.clone();
        }
        if self.answers.iter().any(Reply::is_positive) {
            return None;
        }
        let to = Prompt::Command(Verb::Rcpt);
        let reply = self.answers.last().cloned()?;
        Some(Failure::Refused { reply, to })
    }

    /// The server waits for the letter.
    fn hand_over_now(&mut self, now: Time) {
        if let Some(failure) = self.nobody() {
            // RFC 2920 §3.1: nobody is to have it, so what goes out is a letter of nothing.
            self.lost = Some(failure);
            self.report(Report::HandsOver);
            self.outputs.push_back(Output::Send(data::stuff(b"")));
            return self.wait(now, ClientState::Letter);
        }
        self.say(now, ClientState::Letter);
    }

    /// The server said no to the whole letter, at one point or another.
    fn hear_no(&mut self, now: Time, failure: Failure) {
        match self.state {
            // The rest of the group is still to be answered.
            ClientState::Mail if !self.ahead.is_empty() => {
                self.lost = Some(failure);
                self.go_on(now);
            }
            ClientState::Mail | ClientState::Data | ClientState::Letter => {
                self.end(now, &Err(failure));
            }
            // Without hello or login there is no letter at all.
            _ => {
                self.settle(&Err(failure));
                self.say(now, ClientState::Quit);
            }
        }
    }

    fn recipient(&self, i: usize) -> Command {
        Command::Rcpt {
            to: Path::Mailbox(self.envelope.to[i].clone()),
            params: Vec::new(),
        }
    }

    /// Enters a state by saying what belongs to it.
    fn say(&mut self, now: Time, state: ClientState) {
        let name = || self.options.hostname.clone();
        let command = match state {
            ClientState::Ehlo => Command::Ehlo(name()),
            ClientState::Helo => Command::Helo(name()),
            ClientState::Auth => self.auth(),
            ClientState::Rset => Command::Rset,
            ClientState::Mail => Command::Mail {
                from: self.envelope.from.clone(),
                params: self.offers.of_mail(&self.envelope.letter),
            },
            ClientState::Rcpt => self.recipient(self.answers.len()),
            ClientState::Data => Command::Data,
            ClientState::Quit => Command::Quit,
            ClientState::Letter => {
                self.report(Report::HandsOver);
                let wire = if self.options.stuffs_dots {
                    data::stuff(&self.envelope.letter)
                } else {
                    data::unstuffed(&self.envelope.letter)
                };
                self.outputs.push_back(Output::Send(wire));
                return self.wait(now, state);
            }
            ClientState::Greeting | ClientState::Free | ClientState::Closed => return,
        };
        self.speak(command);
        self.wait(now, state);
    }

    /// `AUTH PLAIN` with all there is to say, or `AUTH LOGIN` with none of it yet.
    fn auth(&mut self) -> Command {
        let (way, initial) = match self.secrets.len() {
            1 => (AuthWay::Plain, self.secrets.pop_front()),
            _ => (AuthWay::Login, None),
        };
        Command::Auth {
            mechanism: way.word().into(),
            initial,
        }
    }

    fn speak(&mut self, command: Command) {
        let bytes = emit::command(&command);
        self.report(Report::Says(command));
        self.outputs.push_back(Output::Send(bytes));
    }

    fn wait(&mut self, now: Time, state: ClientState) {
        let patience = &self.options.patience;
        let length = match state {
            ClientState::Rcpt => patience.rcpt,
            ClientState::Data => patience.data,
            ClientState::Letter => patience.letter,
            _ => patience.mail,
        };
        self.state = state;
        self.deadline = now + length;
        if state == ClientState::Letter {
            let blocks = self.envelope.letter.len() / BLOCK;
            let each = patience.block.0;
            self.deadline += Duration(each.saturating_mul(blocks as u64));
        }
    }

    /// Tells how the letter ended, and is free for the next, or says goodbye.
    fn end(&mut self, now: Time, result: &Result<Reply, Failure>) {
        match self.state {
            // RFC 5321 §4.1.1.4: whatever was answered to the letter, it is over.
            ClientState::Letter => self.half_begun = false,
            ClientState::Mail => self.half_begun = false,
            _ => {}
        }
        self.settle(result);
        if self.options.one_letter {
            return self.say(now, ClientState::Quit);
        }
        self.state = ClientState::Free;
        self.report(Report::Free);
    }

    /// Tells how it ended: as `result` says, but for recipients refused on their own.
    fn settle(&mut self, result: &Result<Reply, Failure>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let result = &self.lost.take().map_or_else(|| result.clone(), Err);
        let to = Prompt::Command(Verb::Rcpt);
        let deliveries = self.envelope.to.iter().enumerate().map(|(i, mailbox)| {
            let refusal = self.answers.get(i).filter(|reply| !reply.is_positive());
            let refusal = refusal.cloned().map(|reply| Failure::Refused { reply, to });
            Delivery {
                to: mailbox.clone(),
                result: refusal.map_or_else(|| result.clone(), Err),
            }
        });
        let report = Report::Ended(deliveries.collect());
        self.report(report);
    }

    fn close(&mut self, how: Output<Report>) {
        self.state = ClientState::Closed;
        self.outputs.push_back(how);
    }

    fn report(&mut self, report: Report) {
        self.outputs.push_back(Output::Report(report));
    }
}

/// What is said to log in, line by line (RFC 4616 §2 for PLAIN).
fn secrets(way: AuthWay, user: &str, password: &str) -> VecDeque<String> {
    let lines = match way {
        AuthWay::Plain => vec![format!("\0{user}\0{password}")],
        AuthWay::Login => vec![user.to_owned(), password.to_owned()],
    };
    lines
        .iter()
        .map(|line| base64::encode(line.as_bytes()))
        .collect()
}

impl Engine for Client {
    type Report = Report;

    fn handle_input(&mut self, now: Time, bytes: &[u8]) {
        if self.state == ClientState::Closed {
            return;
        }
        self.replies.push(bytes);
        self.advance(now);
        if self.state == ClientState::Free && self.replies.held() > MAX_HELD {
            self.close(Output::Abort);
        }
    }

    fn handle_eof(&mut self, _: Time) {
        if self.state != ClientState::Closed {
            let awaited = self.state.prompt();
            self.settle(&Err(Failure::Lost { awaited }));
            self.close(Output::Finish);
        }
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.poll_timeout().is_some_and(|due| due <= now) {
            let awaited = self.state.prompt();
            self.settle(&Err(Failure::TimedOut { awaited }));
            self.close(Output::Abort);
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        let waits = !matches!(self.state, ClientState::Free | ClientState::Closed);
        waits.then_some(self.deadline)
    }

    fn poll_output(&mut self) -> Option<Output<Report>> {
        self.outputs.pop_front()
    }
}
