//! The client's side of a control connection.
//!
//! The program queues commands; each is sent when the one before it has its final reply.
//! ABOR and STAT may be said meanwhile (RFC 959 §4.1.3): then two are open, and each reply
//! is told apart by its code and by the order of the commands.

use super::parse::{BadReply, ReplyReader};
use super::states::{self, ClientEvent, ClientState};
use super::types::{Class, Command, Reply};
use super::{REPLY_LINE_LIMIT, emit};
use crate::base::Time;
use crate::proto::engine::{Engine, Output};
use crate::proto::lines::{Framed, LineFramer};
use std::collections::VecDeque;

/// The engine.
#[derive(Debug)]
pub struct Client {
    lines: LineFramer,
    reader: ReplyReader,
    state: ClientState,
    queue: VecDeque<Command>,
    asked: Option<Command>,
    /// What was said while `asked` was still open, and has no reply yet.
    interrupt: Option<Command>,
    peer_left: bool,
    out: VecDeque<Output<ClientReport>>,
}

/// What happens on the client's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientReport {
    /// The server will greet later (120).
    Delayed(Reply),
    /// The server greets, or says why it does not.
    Greeting(Reply),
    /// The bytes that follow say this.
    Says(Command),
    /// The server answers; after a preliminary reply another follows.
    Reply {
        /// The command that is answered.
        to: Command,
        /// The answer.
        reply: Reply,
    },
    /// The server ends the session unasked (421).
    Dismissed(Reply),
    /// The server speaks though nothing was asked; the session goes on.
    Unexpected(Reply),
    /// What the server says is no FTP; the connection is reset.
    Broken(BadReply),
    /// The server left without a word.
    Gone,
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client that waits for the greeting.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lines: LineFramer::new(REPLY_LINE_LIMIT),
            reader: ReplyReader::default(),
            state: ClientState::default(),
            queue: VecDeque::new(),
            asked: None,
            interrupt: None,
            peer_left: false,
            out: VecDeque::new(),
        }
    }

    /// Queues a command. Once the session has ended, nothing is sent.
    pub fn send(&mut self, command: Command) {
        self.queue.push_back(command);
        self.send_next();
    }

    /// Says a command at once although another is not answered yet, as ABOR and STAT may be
    /// (RFC 959 §4.1.3). Where nothing is open, it is said like any other; where one of
    /// these two is open already, it waits its turn.
    pub fn interrupt(&mut self, command: Command) {
        let busy = matches!(self.state, ClientState::Asked | ClientState::Begun);
        if !busy || self.interrupt.is_some() || self.asked.is_none() {
            return self.send(command);
        }
        let bytes = emit::command(&command);
        self.interrupt = Some(command.clone());
        self.report(ClientReport::Says(command));
        self.out.push_back(Output::Send(bytes));
    }

    /// Awaits no more answer to what is open: a server that answers two commands with one
    /// reply owes none. Should it come after all, it comes unasked.
    pub fn stop_waiting(&mut self) {
        if matches!(self.state, ClientState::Asked | ClientState::Begun) {
            self.step(ClientEvent::Hears(Class::Completion));
            self.asked = None;
            self.interrupt = None;
            self.send_next();
        }
    }

    /// Where the session stands.
    #[must_use]
    pub fn state(&self) -> ClientState {
        self.state
    }

    /// Hears one line. Lines wait until all that came of those before them was taken, so
    /// that the program's next command is sent before the next reply is read.
    fn work(&mut self) {
        while self.out.is_empty() && self.state != ClientState::Ended {
            match self.lines.pop() {
                Some(Framed::Line(line)) => match self.reader.push(&line.bytes) {
                    Some(Ok(reply)) => self.hear(reply),
                    Some(Err(why)) => self.broken(why),
                    None => {}
                },
                Some(Framed::TooLong { .. }) => self.broken(BadReply::Endless),
                None if self.peer_left => {
                    self.step(ClientEvent::Lost);
                    self.report(ClientReport::Gone);
                    self.out.push_back(Output::Finish);
                }
                None => return,
            }
        }
    }

    fn send_next(&mut self) {
        if self.state != ClientState::Ready {
            return;
        }
        let Some(command) = self.queue.pop_front() else {
            return;
        };
        self.step(ClientEvent::Sends);
        let bytes = emit::command(&command);
        self.asked = Some(command.clone());
        self.report(ClientReport::Says(command));
        self.out.push_back(Output::Send(bytes));
    }

    fn hear(&mut self, reply: Reply) {
        let class = reply.class();
        if let Some(to) = self.one_of_two(&reply) {
            return self.report(ClientReport::Reply { to, reply });
        }
        let goodbye = self.asked == Some(Command::Quit) && class == Class::Completion;
        let was = self.state;
        let stepped = self.step(if reply.code == 421 || goodbye {
            ClientEvent::Dismissed
        } else {
            ClientEvent::Hears(class)
        });
        if !stepped {
            return self.report(ClientReport::Unexpected(reply));
        }
        let to = match class {
            Class::Preliminary => self.asked.clone(),
            _ => self.asked.take(),
        };
        self.report(match (was, to) {
            (ClientState::Opening, _) if class == Class::Preliminary => {
                ClientReport::Delayed(reply)
            }
            (ClientState::Opening, _) => ClientReport::Greeting(reply),
            (_, Some(to)) => ClientReport::Reply { to, reply },
            (_, None) => ClientReport::Dismissed(reply),
        });
        if self.state == ClientState::Ended {
            self.out.push_back(Output::Finish);
        }
        self.send_next();
    }

    /// Whose reply this is while two commands are open, and another reply is still owed:
    /// the state stays as it is. STAT is answered in the midst of a transfer (211 to 213), and
    /// so is a command that the server does not know (500 to 504); any other reply that
    /// ends something ends what was asked first (426, 226).
    fn one_of_two(&mut self, reply: &Reply) -> Option<Command> {
        let late = self.interrupt.as_ref()?;
        if reply.code == 421 {
            return None;
        }
        let begun = self.state == ClientState::Begun;
        let to_late = match reply.code {
            211..=213 => matches!(late, Command::Stat(_)),
            500..=504 => begun,
            _ => false,
        };
        match reply.class() {
            Class::Preliminary => None,
            _ if to_late => self.interrupt.take(),
            _ => {
                let late = self.interrupt.take();
                std::mem::replace(&mut self.asked, late)
            }
        }
    }

    fn broken(&mut self, why: BadReply) {
        self.step(ClientEvent::Lost);
        self.report(ClientReport::Broken(why));
        self.out.push_back(Output::Abort);
    }

    fn report(&mut self, report: ClientReport) {
        self.out.push_back(Output::Report(report));
    }

    /// Takes the step the table allows, and says whether it allowed one.
    fn step(&mut self, event: ClientEvent) -> bool {
        let next = states::next(self.state, event);
        self.state = next.unwrap_or(self.state);
        next.is_some()
    }
}

impl Engine for Client {
    type Report = ClientReport;

    fn handle_input(&mut self, _: Time, bytes: &[u8]) {
        if self.state != ClientState::Ended && !self.peer_left {
            self.lines.push(bytes);
        }
    }

    fn handle_eof(&mut self, _: Time) {
        self.peer_left = true;
    }

    fn handle_timeout(&mut self, _: Time) {}

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_output(&mut self) -> Option<Output<ClientReport>> {
        if self.out.is_empty() {
            self.work();
        }
        self.out.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::laws::{self, Script, Step, says};

    fn new() -> Client {
        Client::new()
    }

    /// A program that logs in, asks for a file and leaves.
    fn next_command(client: &mut Client, _: Time, report: &ClientReport) {
        let command = match report {
            ClientReport::Greeting(_) => Command::User("ada".into()),
            ClientReport::Reply { reply, .. } if reply.class() == Class::Preliminary => return,
            ClientReport::Reply { to, reply } => match (to, reply.class()) {
                (Command::User(_), Class::Intermediate) => Command::Pass("x".into()),
                (Command::Pass(_), Class::Completion) => Command::Retr("a".into()),
                _ => Command::Quit,
            },
            _ => return,
        };
        client.send(command);
    }

    /// All that comes out while the server says `bytes`, reports by their names.
    fn told(bytes: &[u8]) -> Vec<String> {
        let mut client = new();
        client.handle_input(Time::ZERO, bytes);
        client.handle_eof(Time::ZERO);
        let mut told = Vec::new();
        while let Some(output) = client.poll_output() {
            told.push(match &output {
                Output::Report(report) => {
                    next_command(&mut client, Time::ZERO, report);
                    let name = format!("{report:?}");
                    name.split(['(', ' ']).next().unwrap().to_owned()
                }
                Output::Send(bytes) => String::from_utf8_lossy(bytes).trim_end().to_owned(),
                end => format!("{end:?}"),
            });
        }
        told
    }

    /// What is reported of a server that says `replies` to a transfer which was
    /// interrupted as soon as it had begun.
    fn interrupted(late: &Command, replies: &[u8]) -> Vec<String> {
        let mut client = new();
        client.handle_input(Time::ZERO, b"220 a\r\n");
        client.send(Command::Retr("a".into()));
        let mut told = Vec::new();
        for bytes in [b"150 b\r\n", replies] {
            client.handle_input(Time::ZERO, bytes);
            while let Some(output) = client.poll_output() {
                match output {
                    Output::Report(ClientReport::Reply { to, reply }) => {
                        if reply.code == 150 {
                            client.interrupt(late.clone());
                        }
                        told.push(format!("{} {}", to.verb(), reply.code));
                    }
                    Output::Report(ClientReport::Unexpected(reply)) => {
                        told.push(format!("unasked {}", reply.code));
                    }
                    _ => {}
                }
            }
        }
        told
    }

    #[test]
    fn each_of_two_open_commands_gets_its_own_reply() {
        let (abor, stat) = (Command::Abor, Command::Stat(String::new()));
        for (late, replies, told) in [
            (
                &abor,
                "426 x\r\n226 y\r\n",
                ["RETR 426", "ABOR 226"].as_slice(),
            ),
            (&abor, "226 x\r\n225 y\r\n", &["RETR 226", "ABOR 225"]),
            (&abor, "502 x\r\n226 y\r\n", &["ABOR 502", "RETR 226"]),
            (&stat, "211 x\r\n226 y\r\n", &["STAT 211", "RETR 226"]),
            (&stat, "213 x\r\n426 y\r\n", &["STAT 213", "RETR 426"]),
            (&stat, "226 x\r\n211 y\r\n", &["RETR 226", "STAT 211"]),
            (
                &stat,
                "226 x\r\n211 y\r\n200 z\r\n",
                &["RETR 226", "STAT 211", "unasked 200"],
            ),
            (&abor, "421 x\r\n226 y\r\n", &["RETR 421"]),
        ] {
            let all: Vec<String> = interrupted(late, replies.as_bytes());
            assert_eq!(all[0], "RETR 150");
            assert_eq!(all[1..], *told, "{late:?} {replies}");
        }
    }

    #[test]
    fn an_interruption_with_nothing_to_interrupt_is_a_command_like_any_other() {
        let mut client = new();
        client.handle_input(Time::ZERO, b"220 a\r\n");
        while client.poll_output().is_some() {}
        client.interrupt(Command::Abor);
        client.interrupt(Command::Noop);
        client.interrupt(Command::Quit);
        client.handle_input(Time::ZERO, b"225 b\r\n200 c\r\n221 d\r\n");
        let said = std::iter::from_fn(|| client.poll_output());
        let said: Vec<_> = said
            .filter_map(|output| match output {
                Output::Report(ClientReport::Reply { to, .. }) => Some(to.verb().to_owned()),
                _ => None,
            })
            .collect();
        assert_eq!(said, ["ABOR", "NOOP", "QUIT"]);
    }

    const WHOLE: &[u8] = b"120-Soon\r\n 220 ready\r\n120 wait\r\n220 Ready.\r\n331 Password?\r\n\
        230-Hello\r\n230 ada\r\n150 Opening.\r\n226 Done.\r\n221 Bye.\r\n";

    #[test]
    fn the_five_laws_hold() {
        let mut scripts: Vec<Script> = vec![says(WHOLE), says(b"220 a\r\n331 b\r\n530 c\r\n")];
        scripts.push(says(b"220 a\r\n421 gone\r\n"));
        scripts.push(says(&[b'2'; 9000]));
        scripts.push(vec![Step::Input(b"220 a\r\n150-x\r\n15".to_vec())]);
        laws::check(1500, &scripts, new, next_command);
        let queued = || {
            let mut client = new();
            client.send(Command::User("ada".into()));
            client.send(Command::Quit);
            client
        };
        laws::check(500, &scripts, queued, |_, _, _| {});
        laws::check(800, &scripts, new, |client, now, report| match report {
            ClientReport::Reply { reply, .. } if reply.class() == Class::Preliminary => {
                client.interrupt(Command::Abor);
            }
            report => next_command(client, now, report),
        });
    }

    #[test]
    fn a_command_waits_for_the_final_reply_before_it() {
        assert_eq!(
            told(b"120 Soon.\r\n220 Ready.\r\n530 No.\r\n221 Bye.\r\n"),
            [
                "Delayed", "Greeting", "Says", "USER ada", "Reply", "Says", "QUIT", "Reply",
                "Finish"
            ]
        );
    }

    #[test]
    fn quit_ends_with_221() {
        let end = ["Says", "QUIT", "Reply", "Finish"];
        assert!(
            told(b"220 a\r\n530 No.\r\n221 Bye.\r\n999\r\n").ends_with(&end.map(str::to_owned))
        );
    }

    #[test]
    fn a_server_may_dismiss_at_any_time() {
        assert_eq!(told(b"421 Busy.\r\n"), ["Greeting", "Finish"]);
        let told = told(b"220 a\r\n421 Going down.\r\n230 b\r\n");
        assert_eq!(told, ["Greeting", "Says", "USER ada", "Reply", "Finish"]);
    }

    #[test]
    fn what_is_no_ftp_breaks_the_connection() {
        assert_eq!(told(b"SSH-2.0-server\r\n"), ["Broken", "Abort"]);
        assert_eq!(told(&[b'2'; 9000]), ["Broken", "Abort"]);
    }
}
