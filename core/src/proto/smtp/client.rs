//! The client's side: hands one letter to one server, one command at a time.

use super::replies::{Nonsense, ReplyReader};
use super::states::{self, ClientState, Step};
use super::types::{Command, Mailbox, Path, Prompt, Reply, Verb};
use super::{
    BLOCK_TIMEOUT, DATA_TIMEOUT, GREETING_TIMEOUT, LETTER_TIMEOUT, MAIL_TIMEOUT, RCPT_TIMEOUT,
    data, emit,
};
use crate::base::{Duration, Time};
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
    /// How it ended, for each recipient in the envelope's order. Comes exactly once,
    /// before the goodbye.
    Ended(Vec<Delivery>),
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
    /// The server said what no mail server says here.
    Nonsense {
        /// What it said.
        said: String,
        /// The answer that was awaited.
        awaited: Prompt,
    },
}

/// The client's side of one connection.
#[derive(Clone, Debug)]
pub struct Client {
    options: ClientOptions,
    envelope: Envelope,
    state: ClientState,
    replies: ReplyReader,
    /// The answers to RCPT so far, in the order of the envelope.
    answers: Vec<Reply>,
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

    /// Whether `Ended` has been told.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    fn hear(&mut self, now: Time, reply: Reply) {
        let to = self.state.prompt();
        let step = states::client(self.state, &reply);
        self.report(Report::Hears {
            reply: reply.clone(),
            to,
        });
        let refused = |reply| Err(Failure::Refused { reply, to });
        if self.state == ClientState::Rcpt && matches!(step, Step::Go(_) | Step::NextRecipient) {
            self.answers.push(reply.clone());
        }
        match step {
            Step::Go(ClientState::Rcpt) | Step::NextRecipient => self.say_next_recipient(now),
            Step::Go(state) => self.say(now, state),
            Step::Delivered => self.end(now, &Ok(reply)),
            Step::Refused => self.end(now, &refused(reply)),
            Step::Nonsense => self.hear_nonsense(now, reply.to_string()),
            Step::Close => {
                self.settle(&refused(reply));
                self.close(Output::Finish);
            }
        }
    }

    fn hear_nonsense(&mut self, now: Time, said: String) {
        if self.state == ClientState::Quit {
            return self.close(Output::Finish);
        }
        let awaited = self.state.prompt();
        self.end(now, &Err(Failure::Nonsense { said, awaited }));
    }

    /// Names the next recipient; after the last, goes on if anyone was accepted.
    fn say_next_recipient(&mut self, now: Time) {
        let next = self.answers.len();
        if next < self.envelope.to.len() {
            self.say(now, ClientState::Rcpt);
        } else if let Some(refusal) = self.answers.iter().rfind(|r| !r.is_positive())
            && !self.answers.iter().any(Reply::is_positive)
        {
            let reply = refusal.clone();
            let to = Prompt::Command(Verb::Rcpt);
            self.end(now, &Err(Failure::Refused { reply, to }));
        } else {
            self.say(now, ClientState::Data);
        }
    }

    /// Enters a state by saying what belongs to it.
    fn say(&mut self, now: Time, state: ClientState) {
        let name = || self.options.hostname.clone();
        let params = Vec::new();
        let command = match state {
            ClientState::Ehlo => Command::Ehlo(name()),
            ClientState::Helo => Command::Helo(name()),
            ClientState::Mail => Command::Mail {
                from: self.envelope.from.clone(),
                params,
            },
            ClientState::Rcpt => Command::Rcpt {
                to: Path::Mailbox(self.envelope.to[self.answers.len()].clone()),
                params,
            },
            ClientState::Data => Command::Data,
            ClientState::Quit => Command::Quit,
            ClientState::Letter => {
                self.report(Report::HandsOver);
                let wire = data::stuff(&self.envelope.letter);
                self.outputs.push_back(Output::Send(wire));
                return self.wait(now, state);
            }
            ClientState::Greeting | ClientState::Closed => return,
        };
        let bytes = emit::command(&command);
        self.report(Report::Says(command));
        self.outputs.push_back(Output::Send(bytes));
        self.wait(now, state);
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

    /// Tells how it ended, and says goodbye.
    fn end(&mut self, now: Time, result: &Result<Reply, Failure>) {
        self.settle(result);
        self.say(now, ClientState::Quit);
    }

    /// Tells how it ended: as `result` says, but for recipients refused on their own.
    fn settle(&mut self, result: &Result<Reply, Failure>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
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

impl Engine for Client {
    type Report = Report;

    fn handle_input(&mut self, now: Time, bytes: &[u8]) {
        if self.state == ClientState::Closed {
            return;
        }
        self.replies.push(bytes);
        while self.state != ClientState::Closed {
            match self.replies.pop() {
                Some(Ok(reply)) => self.hear(now, reply),
                Some(Err(Nonsense(said))) => self.hear_nonsense(now, said),
                None => break,
            }
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
        if self.state != ClientState::Closed && self.deadline <= now {
            let awaited = self.state.prompt();
            self.settle(&Err(Failure::TimedOut { awaited }));
            self.close(Output::Abort);
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        (self.state != ClientState::Closed).then_some(self.deadline)
    }

    fn poll_output(&mut self) -> Option<Output<Report>> {
        self.outputs.pop_front()
    }
}
