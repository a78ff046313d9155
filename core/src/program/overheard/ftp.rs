//! An FTP session's control connection, overheard.

use super::{PIPELINED, Said, Side, end_of, may_be_command, next_line, text_of};
use crate::program::contract::{Turn, TurnKind};
use crate::program::ftp_turns;
use crate::proto::ftp::parse::{self, ReplyReader};
use crate::proto::ftp::types::BadArgument;
use crate::proto::ftp::{COMMAND_LIMIT, Class, Command, Extended, REPLY_LINE_LIMIT, Reply};
use crate::proto::lines::{Line, LineFramer};
use std::collections::VecDeque;
use std::net::IpAddr;

/// Where a data connection is to come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Who listens there.
    pub at: Side,
    /// The address, where one was named.
    pub addr: Option<IpAddr>,
    /// The port.
    pub port: u16,
}

/// What a session has come to.
#[derive(Debug)]
pub struct Ftp {
    /// The side that is overheard.
    side: Side,
    commands: LineFramer,
    replies: LineFramer,
    reader: ReplyReader,
    /// Where the reply begins whose lines are coming.
    begun: Option<u64>,
    /// What waits for its reply; none for what was no command.
    asked: VecDeque<Option<Command>>,
    meeting: Option<Meeting>,
    /// What the next data connection carries.
    transfer: Option<String>,
    phase: &'static str,
    /// Nobody can understand what is said from here on.
    secret: bool,
}

impl Ftp {
    pub(super) fn new(side: Side) -> Self {
        Self {
            side,
            commands: LineFramer::new(COMMAND_LIMIT),
            replies: LineFramer::new(REPLY_LINE_LIMIT),
            reader: ReplyReader::default(),
            begun: None,
            // The greeting answers nothing that was said.
            asked: VecDeque::from([None]),
            meeting: None,
            transfer: None,
            phase: "connect",
            secret: false,
        }
    }

    /// Where the next data connection is to come to be.
    #[must_use]
    pub fn meeting(&self) -> Option<Meeting> {
        self.meeting
    }

    /// The name of what the data connection carries.
    #[must_use]
    pub fn transfer(&self) -> Option<&str> {
        self.transfer.as_deref()
    }

    /// Whether the real program is the server.
    #[must_use]
    pub fn serves(&self) -> bool {
        self.side == Side::Server
    }

    pub(super) fn says(&mut self, bytes: &[u8]) -> Vec<Said> {
        self.take(self.side, bytes)
    }

    pub(super) fn hears(&mut self, bytes: &[u8]) {
        self.take(other(self.side), bytes);
    }

    /// Takes what a side said.
    fn take(&mut self, side: Side, bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        if self.secret {
            return said;
        }
        match side {
            Side::Client => {
                self.commands.push(bytes);
                while let Some(line) = next_line(&mut self.commands) {
                    self.command(line.as_ref().ok(), &mut said);
                }
            }
            Side::Server => {
                self.replies.push(bytes);
                while let Some(line) = next_line(&mut self.replies) {
                    match line {
                        Ok(line) => self.reply_line(&line, &mut said),
                        Err(()) => self.begun = None,
                    }
                }
            }
        }
        if side == self.side { said } else { Vec::new() }
    }

    fn command(&mut self, line: Option<&Line>, said: &mut Vec<Said>) {
        if self.asked.len() >= PIPELINED {
            self.asked.pop_front();
        }
        let read = line.map(|line| parse::command(&line.bytes));
        // ABOR comes behind signals of Telnet (RFC 959 §4.1.3).
        let words = line.zip(read.as_ref());
        let words = words.map(|(line, read)| &line.bytes[read.verb.start as usize..]);
        let words = words.filter(|words| may_be_command(words));
        let (Some(line), Some(words), Some(read)) = (line, words, read) else {
            return self.asked.push_back(None);
        };
        let read = read.command;
        if let Ok(command) = &read {
            if let Some(phase) = self.phase_of(command) {
                said.push(Said::Phase(phase));
            }
            self.agree(command);
        } else if let Err(BadArgument {
            verb: "PORT" | "EPRT" | "PASV" | "EPSV",
            ..
        }) = &read
        {
            self.meeting = None;
        }
        let turn = match &read {
            Ok(command) => Turn {
                text: text_of(words),
                ..ftp_turns::command(command)
            },
            Err(bad) => Turn {
                kind: TurnKind::Command,
                verb: bad.verb.to_owned(),
                text: text_of(words),
                meaning: format!("says {} in a way that it is not said", bad.verb),
                reference: "RFC 959 §4.1",
            },
        };
        let range = (line.offset, end_of(line));
        said.push(Said::Turn { range, turn });
        self.asked.push_back(read.ok());
    }

    /// What a command says of the data connection.
    fn agree(&mut self, command: &Command) {
        match command {
            Command::Port(at) => {
                self.meeting = Some(Meeting {
                    at: Side::Client,
                    addr: Some(IpAddr::V4(*at.ip())),
                    port: at.port(),
                });
            }
            Command::Eprt(Extended::At(at)) => {
                self.meeting = Some(Meeting {
                    at: Side::Client,
                    addr: Some(at.ip()),
                    port: at.port(),
                });
            }
            Command::Pasv | Command::Epsv(_) => self.meeting = None,
            Command::Retr(path)
            | Command::Stor(path)
            | Command::Stou(path)
            | Command::Appe(path) => self.transfer = Some(text_of(path.as_bytes())),
            Command::List(_) | Command::Nlst(_) | Command::Mlsd(_) => {
                self.transfer = Some("list of files".to_owned());
            }
            _ => {}
        }
    }

    /// The part of the work that a client's command begins, as our own client names it.
    fn phase_of(&mut self, command: &Command) -> Option<&'static str> {
        let transfers = || {
            let passive = self.meeting.is_none_or(|m| m.at == Side::Server);
            // The side that opens the data connection says that the transfer begins.
            passive.then_some("transfer the file")
        };
        let phase = match command.verb() {
            "USER" => "log in",
            "TYPE" if self.meeting.is_some() && self.phase == "open the data connection" => {
                return None;
            }
            "TYPE" | "PASV" | "EPSV" | "PORT" | "EPRT" => "open the data connection",
            "RETR" | "STOR" | "STOU" | "APPE" => transfers()?,
            "LIST" | "NLST" | "MLSD" => "look around",
            // Between a file's commands they belong to it.
            "CWD" | "CDUP" | "MLST" | "SIZE" | "MDTM" | "STAT"
                if !["open the data connection", "transfer the file"].contains(&self.phase) =>
            {
                "look around"
            }
            "RNFR" | "DELE" | "MKD" | "RMD" => "change files",
            "QUIT" => "say goodbye",
            _ => return None,
        };
        (std::mem::replace(&mut self.phase, phase) != phase).then_some(phase)
    }

    fn reply_line(&mut self, line: &Line, said: &mut Vec<Said>) {
        let start = *self.begun.get_or_insert(line.offset);
        let Some(read) = self.reader.push(&line.bytes) else {
            return;
        };
        self.begun = None;
        let Ok(reply) = read else { return };
        let to = match reply.class() {
            // It is not done yet.
            Class::Preliminary => self.asked.front().cloned().flatten(),
            _ => self.asked.pop_front().flatten(),
        };
        self.arrange(to.as_ref(), &reply);
        let turn = ftp_turns::reply(to.as_ref(), &reply);
        let range = (start, end_of(line));
        said.push(Said::Turn { range, turn });
    }

    /// What a reply says of what comes next.
    fn arrange(&mut self, to: Option<&Command>, reply: &Reply) {
        let at = match reply.code {
            227 => parse::passive_endpoint(&reply.text())
                .map(|(at, _)| (Some(IpAddr::V4(*at.ip())), at.port())),
            229 => parse::extended_passive_port(&reply.text()).map(|(port, _)| (None, port)),
            234 => {
                self.secret = to.is_some_and(|to| to.verb().eq_ignore_ascii_case("AUTH"));
                None
            }
            _ => None,
        };
        if let Some((addr, port)) = at {
            let at = Side::Server;
            self.meeting = Some(Meeting { at, addr, port });
        }
    }
}

fn other(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    }
}
