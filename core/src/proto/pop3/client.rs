//! The client's side: opens the mailbox, tells what lies in it, and then fetches and
//! deletes as it is told.

use super::states::{self, ClientState, Step};
use super::types::{Command, Prompt, Reply};
use super::{CLIENT_TIMEOUT, MAX_ITEMS, MAX_REPLY_LINE, emit, parse};
use crate::base::{Duration, Time};
use crate::proto::lines::{Framed, LineFramer};
use crate::proto::smtp::data::Unstuffer;
use crate::proto::{Engine, Output};
use std::collections::VecDeque;

/// So many bytes may come while nothing is awaited.
const MAX_HELD: usize = 64 << 10;

/// How a client behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// Whose mailbox.
    pub user: String,
    /// Their password.
    pub password: String,
    /// How long it waits for each answer, or the next piece of one.
    pub patience: Duration,
    /// The largest letter it takes, in bytes.
    pub max_letter: usize,
}

impl ClientOptions {
    /// The usual limits, for this mailbox.
    #[must_use]
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            password: password.into(),
            patience: CLIENT_TIMEOUT,
            max_letter: 64 << 20,
        }
    }
}

/// A letter in the mailbox, as the server tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub number: u32,
    /// Its size in bytes.
    pub size: u64,
    /// Its unique id, where the server gives such.
    pub uid: Option<String>,
}

/// One thing to do in the open mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Fetch this letter.
    Fetch(u32),
    /// Fetch this letter's headers, and so many lines of its text.
    Top(u32, u32),
    /// Mark this letter to be deleted at the goodbye.
    Delete(u32),
    /// Take all marks back.
    Restore,
}

/// What a client tells the program above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The next `Send` is this command.
    Says(Command),
    /// The server answered; a letter behind it comes as `Fetched`.
    Hears {
        /// What it said.
        reply: Reply,
        /// To what.
        to: Prompt,
    },
    /// The mailbox is open, and this lies in it.
    Listed(Vec<Listed>),
    /// A letter, or its beginning.
    Fetched {
        /// Its number.
        number: u32,
        /// The letter, doubled dots undone.
        letter: Vec<u8>,
    },
    /// This was done (`Delete`, `Restore`).
    Done(Order),
    /// This was refused.
    Refused(Order, Reply),
    /// All that was ordered is done: there may be more (`order`), or goodbye (`leave`).
    Free,
    /// How it ended; comes exactly once, last. Marked letters are deleted only where it
    /// ended well.
    Ended(Result<(), Failure>),
}

/// Why it did not end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said no.
    Refused {
        /// How.
        reply: Reply,
        /// To what.
        to: Prompt,
    },
    /// The connection ended before the answer.
    Lost {
        /// The answer that was awaited.
        awaited: Prompt,
    },
    /// The answer did not come in time.
    TimedOut {
        /// The answer that was awaited.
        awaited: Prompt,
    },
    /// The server said what no such server says here.
    Nonsense {
        /// What it said.
        said: String,
        /// The answer that was awaited.
        awaited: Prompt,
    },
}

/// Something is under way already, or the connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFree;

/// The client's side of one connection.
#[derive(Clone, Debug)]
pub struct Client {
    options: ClientOptions,
    state: ClientState,
    lines: LineFramer,
    incoming: Incoming,
    listed: Vec<Listed>,
    orders: VecDeque<Order>,
    /// What the answer awaited is to.
    said: Option<Command>,
    ended: bool,
    deadline: Time,
    outputs: VecDeque<Output<Report>>,
}

/// What the next bytes are.
#[derive(Clone, Debug)]
enum Incoming {
    /// The first line of a reply.
    Status,
    /// The lines behind it.
    Lines(Reply),
    /// A letter behind it.
    Letter(Box<Unstuffer>),
}

impl Client {
    /// A client that has just connected.
    #[must_use]
    pub fn new(now: Time, options: ClientOptions) -> Self {
        Self {
            deadline: now + options.patience,
            options,
            state: ClientState::Greeting,
            lines: LineFramer::new(MAX_REPLY_LINE),
            incoming: Incoming::Status,
            listed: Vec::new(),
            orders: VecDeque::new(),
            said: None,
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

    /// What is to be done next, after `Free`, in this order.
    pub fn order(&mut self, now: Time, orders: &[Order]) -> Result<(), NotFree> {
        if self.state != ClientState::Free {
            return Err(NotFree);
        }
        self.orders.extend(orders);
        self.next_order(now);
        self.advance(now);
        Ok(())
    }

    /// There is nothing more to do, after `Free`: says goodbye.
    pub fn leave(&mut self, now: Time) -> Result<(), NotFree> {
        if self.state != ClientState::Free {
            return Err(NotFree);
        }
        self.say(now, ClientState::Quit);
        self.advance(now);
        Ok(())
    }

    fn next_order(&mut self, now: Time) {
        let command = match self.orders.front() {
            Some(Order::Fetch(number)) => Command::Retr(*number),
            Some(Order::Top(number, lines)) => Command::Top(*number, *lines),
            Some(Order::Delete(number)) => Command::Dele(*number),
            Some(Order::Restore) => Command::Rset,
            None => return self.be_free(),
        };
        self.speak(now, ClientState::Orders, command);
    }

    fn be_free(&mut self) {
        self.state = ClientState::Free;
        self.report(Report::Free);
    }

    fn prompt(&self) -> Prompt {
        match &self.said {
            Some(command) => Prompt::Command(command.verb()),
            None => self.state.prompt(),
        }
    }

    /// Reads as far as there is input.
    fn advance(&mut self, now: Time) {
        // Before the program has said what comes next, nothing can be an answer to it.
        while !matches!(self.state, ClientState::Free | ClientState::Closed) {
            if let Incoming::Letter(incoming) = &mut self.incoming {
                let taken = incoming.push(self.lines.unread());
                self.lines.consume(taken);
                if incoming.is_too_large() {
                    return self.give_up("a letter without end");
                }
                if !incoming.has_ended() {
                    return;
                }
                self.hear_letter(now);
                continue;
            }
            match self.lines.pop() {
                Some(Framed::Line(line)) => self.hear_line(now, &line.bytes),
                Some(Framed::TooLong { .. }) => self.hear_nonsense(now, "a line without end"),
                None => return,
            }
        }
    }

    fn hear_line(&mut self, now: Time, line: &[u8]) {
        if let Incoming::Lines(reply) = &mut self.incoming {
            let lines = reply.lines.get_or_insert_default();
            if line == b"." {
                let reply = reply.clone();
                self.incoming = Incoming::Status;
                return self.hear(now, reply);
            }
            if lines.len() >= MAX_ITEMS {
                return self.hear_nonsense(now, "a reply without end");
            }
            let line = line.strip_prefix(b".").unwrap_or(line);
            lines.push(String::from_utf8_lossy(line).into_owned());
            return;
        }
        let Some((ok, text)) = parse::status(line) else {
            let said = String::from_utf8_lossy(line).into_owned();
            return self.hear_nonsense(now, &said);
        };
        let reply = Reply {
            ok,
            text,
            lines: None,
        };
        let has_lines = self.said.as_ref().is_some_and(Command::has_lines);
        let is_letter = matches!(self.said, Some(Command::Retr(_) | Command::Top(..)));
        if ok && is_letter {
            let to = self.prompt();
            self.report(Report::Hears { reply, to });
            let incoming = Unstuffer::new(self.options.max_letter);
            self.incoming = Incoming::Letter(Box::new(incoming));
        } else if ok && has_lines {
            self.incoming = Incoming::Lines(reply);
        } else {
            self.hear(now, reply);
        }
    }

    fn hear_letter(&mut self, now: Time) {
        let incoming = std::mem::replace(&mut self.incoming, Incoming::Status);
        let Incoming::Letter(incoming) = incoming else {
            return;
        };
        let (letter, _) = incoming.finish();
        if let Some(Order::Fetch(number) | Order::Top(number, _)) = self.orders.pop_front() {
            self.report(Report::Fetched { number, letter });
        }
        self.next_order(now);
    }

    fn hear(&mut self, now: Time, reply: Reply) {
        let to = self.prompt();
        self.report(Report::Hears {
            reply: reply.clone(),
            to,
        });
        self.keep(&reply);
        match states::client(self.state, reply.ok) {
            Step::Go(ClientState::Free) => {
                let listed = self.listed.clone();
                self.report(Report::Listed(listed));
                self.said = None;
                self.be_free();
            }
            Step::Go(state) => self.say(now, state),
            Step::NextOrder => {
                if let Some(order) = self.orders.pop_front() {
                    self.report(match reply.ok {
                        true => Report::Done(order),
                        false => Report::Refused(order, reply),
                    });
                }
                self.next_order(now);
            }
            Step::Refused => {
                self.settle(Err(Failure::Refused { reply, to }));
                self.say(now, ClientState::Quit);
            }
            Step::Close => {
                let end = if reply.ok {
                    Ok(())
                } else {
                    Err(Failure::Refused { reply, to })
                };
                self.settle(end);
                self.close(Output::Finish);
            }
            Step::Nonsense => self.hear_nonsense(now, &reply.to_string()),
        }
    }

    /// Keeps what `LIST` and `UIDL` tell of the letters. A line that is none is passed over.
    fn keep(&mut self, reply: &Reply) {
        let lines = || reply.lines.iter().flatten();
        match self.state {
            ClientState::List => {
                let read = lines().filter_map(|line| parse::two_numbers(line.as_bytes()));
                self.listed = read
                    .map(|(number, size)| Listed {
                        number,
                        size,
                        uid: None,
                    })
                    .collect();
            }
            ClientState::Uidl => {
                // Both lists go up, so that one walk finds each letter.
                let mut listed = self.listed.iter_mut().peekable();
                for line in lines() {
                    let Some((number, uid)) = parse::number_and_uid(line.as_bytes()) else {
                        continue;
                    };
                    while listed.next_if(|item| item.number < number).is_some() {}
                    if let Some(item) = listed.next_if(|item| item.number == number) {
                        item.uid = Some(uid);
                    }
                }
            }
            _ => {}
        }
    }

    fn hear_nonsense(&mut self, now: Time, said: &str) {
        let awaited = self.prompt();
        let said = said.chars().take(80).collect();
        let was_leaving = self.state == ClientState::Quit;
        self.settle(Err(Failure::Nonsense { said, awaited }));
        self.incoming = Incoming::Status;
        if was_leaving {
            self.close(Output::Finish);
        } else {
            self.say(now, ClientState::Quit);
        }
    }

    /// The server does not stop: it is heard no further.
    fn give_up(&mut self, said: &str) {
        let awaited = self.prompt();
        let said = said.into();
        self.settle(Err(Failure::Nonsense { said, awaited }));
        self.close(Output::Abort);
    }

    /// Enters a state by saying what belongs to it.
    fn say(&mut self, now: Time, state: ClientState) {
        let command = match state {
            ClientState::User => Command::User(self.options.user.clone()),
            ClientState::Pass => Command::Pass(self.options.password.clone()),
            ClientState::Stat => Command::Stat,
            ClientState::List => Command::List(None),
            ClientState::Uidl => Command::Uidl(None),
            ClientState::Quit => Command::Quit,
            ClientState::Greeting
            | ClientState::Orders
            | ClientState::Free
            | ClientState::Closed => return,
        };
        self.speak(now, state, command);
    }

    fn speak(&mut self, now: Time, state: ClientState, command: Command) {
        let bytes = emit::command(&command);
        self.said = Some(command.clone());
        self.report(Report::Says(command));
        self.outputs.push_back(Output::Send(bytes));
        self.state = state;
        self.deadline = now + self.options.patience;
    }

    fn settle(&mut self, result: Result<(), Failure>) {
        if !std::mem::replace(&mut self.ended, true) {
            self.report(Report::Ended(result));
        }
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
        if self.state != ClientState::Closed {
            // A large letter comes in many pieces, and each line is a sign of life.
            if bytes.contains(&b'\n') {
                self.deadline = now + self.options.patience;
            }
            self.lines.push(bytes);
            self.advance(now);
            if self.state == ClientState::Free && self.lines.unread().len() > MAX_HELD {
                self.said = None;
                self.give_up("more than was asked for");
            }
        }
    }

    fn handle_eof(&mut self, _: Time) {
        if self.state != ClientState::Closed {
            let awaited = self.prompt();
            self.settle(Err(Failure::Lost { awaited }));
            self.close(Output::Finish);
        }
    }

    fn handle_timeout(&mut self, now: Time) {
        if self.poll_timeout().is_some_and(|due| due <= now) {
            let awaited = self.prompt();
            self.settle(Err(Failure::TimedOut { awaited }));
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
