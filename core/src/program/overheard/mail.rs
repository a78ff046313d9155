//! A mail session, overheard.

use super::{PIPELINED, Said, Side, end_of, may_be_command, next_line, text_of};
use crate::program::contract::{Turn, TurnKind};
use crate::program::mail_turns;
use crate::proto::ftp::parse::ReplyReader;
use crate::proto::lines::{Line, LineFramer};
use crate::proto::smtp::data::Unstuffer;
use crate::proto::smtp::{Command, MAX_COMMAND_LINE, MAX_REPLY_LINE, Prompt, Reply, Verb, parse};
use std::collections::VecDeque;

/// A letter's headers are looked for in so many of its first bytes.
pub(super) const HEADERS: usize = 8192;

/// What a session has come to.
#[derive(Debug)]
pub(super) struct Mail {
    /// The side that is overheard.
    side: Side,
    commands: LineFramer,
    replies: LineFramer,
    /// Replies have the same shape in FTP.
    reader: ReplyReader,
    /// Where the reply begins whose lines are coming.
    begun: Option<u64>,
    /// What waits for its reply.
    asked: VecDeque<Prompt>,
    letter: Letter,
    /// The last command asked for secrecy.
    wants_secrecy: bool,
    /// The next line answers the server's question, and is no command.
    answers: bool,
    phase: &'static str,
    /// Nobody can understand what is said from here on.
    secret: bool,
}

/// Whether a letter is coming.
#[derive(Debug)]
enum Letter {
    /// No.
    None,
    /// DATA was said; the server has not answered.
    Announced,
    /// It comes; whether it has begun.
    Coming(Box<Unstuffer>, bool),
}

impl Mail {
    pub fn new(side: Side) -> Self {
        Self {
            side,
            commands: LineFramer::new(MAX_COMMAND_LINE),
            replies: LineFramer::new(MAX_REPLY_LINE),
            reader: ReplyReader::default(),
            begun: None,
            asked: VecDeque::from([Prompt::Connection]),
            letter: Letter::None,
            wants_secrecy: false,
            answers: false,
            phase: "connect",
            secret: false,
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
        if self.secret {
            return;
        }
        self.commands.push(bytes);
        loop {
            match &mut self.letter {
                // What follows is no line of this dialogue, or is one, as the server says.
                // Who does not wait for it goes on with the letter, as far as can be seen.
                Letter::Announced => match next_is_letter(self.commands.unread()) {
                    Some(true) => {
                        self.letter = Letter::Coming(Box::new(Unstuffer::new(HEADERS)), false);
                    }
                    Some(false) => self.letter = Letter::None,
                    None => return,
                },
                Letter::Coming(reader, begun) => {
                    let start = self.commands.offset();
                    let taken = reader.push(self.commands.unread());
                    self.commands.consume(taken);
                    let range = (start, start + taken as u64);
                    let ended = reader.has_ended();
                    if taken > 0 {
                        tell_letter(reader, begun, range, said);
                    }
                    if !ended {
                        return;
                    }
                    self.letter = Letter::None;
                    self.ask(Prompt::Letter);
                }
                Letter::None => match next_line(&mut self.commands) {
                    Some(line) => self.command(line.ok().as_ref(), said),
                    None => return,
                },
            }
        }
    }

    fn ask(&mut self, what: Prompt) {
        if self.asked.len() >= PIPELINED {
            self.asked.pop_front();
        }
        self.asked.push_back(what);
    }

    fn command(&mut self, line: Option<&Line>, said: &mut Vec<Said>) {
        if std::mem::take(&mut self.answers) {
            if let Some(line) = line {
                let text = printable(&line.bytes);
                let turn = mail_turns::command(&Command::Answer(text));
                let range = (line.offset, end_of(line));
                said.push(Said::Turn { range, turn });
            }
            return;
        }
        let line = line.filter(|line| may_be_command(&line.bytes));
        let Some(line) = line else {
            return self.ask(Prompt::Command(Verb::Unknown));
        };
        let text = text_of(&line.bytes);
        let word = text.split(' ').next().unwrap_or_default();
        let verb = Verb::of_word(word.as_bytes());
        self.wants_secrecy = word.eq_ignore_ascii_case("STARTTLS");
        let turn = match parse::command(&line.bytes).value {
            Ok(command) => {
                if command == Command::Data {
                    self.letter = Letter::Announced;
                }
                let phase = mail_turns::phase(&command);
                let beside = matches!(
                    verb,
                    Verb::Rset | Verb::Noop | Verb::Vrfy | Verb::Expn | Verb::Help
                );
                if !beside && std::mem::replace(&mut self.phase, phase) != phase {
                    said.push(Said::Phase(phase));
                }
                Turn {
                    text,
                    ..mail_turns::command(&command)
                }
            }
            Err(_) => Turn {
                kind: TurnKind::Command,
                verb: word.to_ascii_uppercase(),
                meaning: format!("says {} in a way that it is not said", verb.word()),
                text,
                reference: "RFC 5321 §4.1.1",
            },
        };
        let range = (line.offset, end_of(line));
        said.push(Said::Turn { range, turn });
        self.ask(Prompt::Command(verb));
    }

    fn server(&mut self, bytes: &[u8], said: &mut Vec<Said>) {
        if self.secret {
            return;
        }
        self.replies.push(bytes);
        while let Some(line) = next_line(&mut self.replies) {
            let Ok(line) = line else {
                self.begun = None;
                continue;
            };
            let start = *self.begun.get_or_insert(line.offset);
            let Some(read) = self.reader.push(&line.bytes) else {
                continue;
            };
            self.begun = None;
            if let Ok(read) = read {
                let reply = Reply {
                    code: read.code,
                    lines: read.lines,
                };
                self.reply(&reply, (start, end_of(&line)), said);
            }
        }
    }

    fn reply(&mut self, reply: &Reply, range: (u64, u64), said: &mut Vec<Said>) {
        let to = self.asked.front().copied().unwrap_or(Prompt::Connection);
        let to_data = to == Prompt::Command(Verb::Data);
        // RFC 4954 §4: 334 asks for more, and the command is not answered yet.
        self.answers = reply.code == 334 && to == Prompt::Command(Verb::Auth);
        if !self.answers {
            self.asked.pop_front();
        }
        if to_data {
            match (&self.letter, reply.code) {
                (Letter::Announced, 354) => {
                    self.letter = Letter::Coming(Box::new(Unstuffer::new(HEADERS)), false);
                }
                (_, 354) => {}
                _ => self.letter = Letter::None,
            }
        }
        self.secret = self.wants_secrecy && reply.code == 220 && self.asked.is_empty();
        let turn = mail_turns::reply(reply, to);
        said.push(Said::Turn { range, turn });
    }
}

/// A line that is meant to be base64, up to a length.
fn printable(line: &[u8]) -> String {
    let text = text_of(line);
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Whether a line begins a letter, and is no command; unknown before it has come whole.
fn next_is_letter(unread: &[u8]) -> Option<bool> {
    let end = unread
        .iter()
        .take(MAX_COMMAND_LINE)
        .position(|b| *b == b'\n');
    if end.is_none() && unread.len() < MAX_COMMAND_LINE {
        return None;
    }
    let line = unread[..end.unwrap_or(0)].trim_ascii_end();
    let word = line.split(|b| *b == b' ').next().unwrap_or_default();
    Some(Verb::of_word(word) == Verb::Unknown)
}

/// A piece of the letter: its turn begins with the first, and is known with the last.
pub(super) fn tell_letter(
    reader: &Unstuffer,
    begun: &mut bool,
    range: (u64, u64),
    said: &mut Vec<Said>,
) {
    let turn = || mail_turns::letter(&reader.clone().finish().0);
    if !std::mem::replace(begun, true) {
        let turn = turn();
        said.push(Said::Turn { range, turn });
    } else {
        let turn = reader.has_ended().then(turn);
        said.push(Said::More(range.1, turn));
    }
}
