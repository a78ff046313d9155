//! A mailbox being emptied over POP3, overheard.

use super::mail::{HEADERS, tell_letter};
use super::{PIPELINED, Said, Side, end_of, may_be_command, next_line, text_of};
use crate::program::contract::{Turn, TurnKind};
use crate::program::pop_turns;
use crate::proto::lines::{Line, LineFramer};
use crate::proto::pop3::{Command, MAX_COMMAND_LINE, MAX_REPLY_LINE, Prompt, Reply, Verb, parse};
use crate::proto::smtp::data::Unstuffer;
use std::collections::VecDeque;

/// Of a longer list, so many lines are told.
const LINES: usize = 200;

/// What a session has come to.
#[derive(Debug)]
pub(super) struct Pop {
    /// The side that is overheard.
    side: Side,
    commands: LineFramer,
    replies: LineFramer,
    /// What waits for its reply, and whether lines or a letter come behind a yes.
    asked: VecDeque<(Prompt, Behind)>,
    coming: Coming,
    phase: &'static str,
}

/// What comes behind a yes.
#[derive(Clone, Copy, Debug)]
enum Behind {
    Nothing,
    Lines,
    Letter,
}

/// What the server's next bytes are.
#[derive(Debug)]
enum Coming {
    /// The first line of a reply.
    Status,
    /// Lines behind it; where the reply began.
    Lines(u64, Reply, Prompt),
    /// A letter behind it; whether it has begun.
    Letter(Box<Unstuffer>, bool),
}

impl Pop {
    pub fn new(side: Side) -> Self {
        Self {
            side,
            commands: LineFramer::new(MAX_COMMAND_LINE),
            replies: LineFramer::new(MAX_REPLY_LINE),
            asked: VecDeque::from([(Prompt::Connection, Behind::Nothing)]),
            coming: Coming::Status,
            phase: "connect",
        }
    }

    pub fn says(&mut self, bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        match self.side {
            Side::Client => self.client(bytes, &mut said),
            Side::Server => self.server(bytes, &mut said),
        }
        said
    }

    pub fn hears(&mut self, bytes: &[u8]) {
        let mut said = Vec::new();
        match self.side {
            Side::Client => self.server(bytes, &mut said),
            Side::Server => self.client(bytes, &mut said),
        }
    }

    fn client(&mut self, bytes: &[u8], said: &mut Vec<Said>) {
        self.commands.push(bytes);
        while let Some(line) = next_line(&mut self.commands) {
            let line = line.ok().filter(|line| may_be_command(&line.bytes));
            let Some(line) = line else {
                self.ask(Prompt::Command(Verb::Unknown), Behind::Nothing);
                continue;
            };
            self.command(&line, said);
        }
    }

    fn ask(&mut self, what: Prompt, behind: Behind) {
        if self.asked.len() >= PIPELINED {
            self.asked.pop_front();
        }
        self.asked.push_back((what, behind));
    }

    fn command(&mut self, line: &Line, said: &mut Vec<Said>) {
        let text = text_of(&line.bytes);
        let verb = parse::verb(&line.bytes);
        let mut behind = Behind::Nothing;
        let turn = match parse::command(&line.bytes) {
            Ok(command) => {
                let phase = pop_turns::phase(&command).unwrap_or(self.phase);
                if std::mem::replace(&mut self.phase, phase) != phase {
                    said.push(Said::Phase(phase));
                }
                behind = match &command {
                    Command::Retr(_) | Command::Top(..) => Behind::Letter,
                    command if command.has_lines() => Behind::Lines,
                    _ => Behind::Nothing,
                };
                Turn {
                    text,
                    ..pop_turns::command(&command)
                }
            }
            Err(_) => Turn {
                kind: TurnKind::Command,
                verb: verb.word().to_owned(),
                meaning: format!("says {} in a way that it is not said", verb.word()),
                text,
                reference: "RFC 1939 §3",
            },
        };
        let range = (line.offset, end_of(line));
        said.push(Said::Turn { range, turn });
        self.ask(Prompt::Command(verb), behind);
    }

    fn server(&mut self, bytes: &[u8], said: &mut Vec<Said>) {
        self.replies.push(bytes);
        loop {
            if let Coming::Letter(reader, begun) = &mut self.coming {
                let start = self.replies.offset();
                let taken = reader.push(self.replies.unread());
                self.replies.consume(taken);
                let range = (start, start + taken as u64);
                if taken > 0 {
                    tell_letter(reader, begun, range, said);
                }
                if !reader.has_ended() {
                    return;
                }
                self.coming = Coming::Status;
            }
            match next_line(&mut self.replies) {
                Some(Ok(line)) => self.reply_line(&line, said),
                Some(Err(())) => {}
                None => return,
            }
        }
    }

    fn reply_line(&mut self, line: &Line, said: &mut Vec<Said>) {
        if let Coming::Lines(start, reply, to) = &mut self.coming {
            if line.bytes == b"." {
                let turn = pop_turns::reply(reply, *to);
                let range = (*start, end_of(line));
                said.push(Said::Turn { range, turn });
                self.coming = Coming::Status;
                return;
            }
            let lines = reply.lines.get_or_insert_default();
            if lines.len() < LINES {
                let text = line.bytes.strip_prefix(b".").unwrap_or(&line.bytes);
                lines.push(text_of(text));
            }
            return;
        }
        let Some((ok, _)) = parse::status(&line.bytes) else {
            return;
        };
        let asked = self.asked.pop_front();
        let (to, behind) = asked.unwrap_or((Prompt::Connection, Behind::Nothing));
        let text = text_of(&line.bytes);
        let text = text.split_once(' ').map_or("", |(_, text)| text).to_owned();
        let reply = Reply {
            ok,
            text,
            lines: None,
        };
        if let (true, Behind::Lines) = (ok, behind) {
            self.coming = Coming::Lines(line.offset, reply, to);
            return;
        }
        let turn = pop_turns::reply(&reply, to);
        let range = (line.offset, end_of(line));
        said.push(Said::Turn { range, turn });
        if let (true, Behind::Letter) = (ok, behind) {
            self.coming = Coming::Letter(Box::new(Unstuffer::new(HEADERS)), false);
        }
    }
}
