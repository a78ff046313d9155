//! FTP's control connection: commands, the replies that answer them, and what both say about
//! data connections.

use super::shared::{Asked, Deal, Expected};
use super::{Ear, Shared, Sort, lines};
use crate::dissect::table::data::packed;
use crate::dissect::table::ftp::{A_FILE, A_LIST, NAMES, control as f};
use crate::dissect::talks::{End, Place};
use crate::proto::ftp::types::Extended;
use crate::proto::ftp::{Command, parse};
use std::collections::VecDeque;
use std::net::IpAddr;

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    /// The code of the reply of several lines that is being said.
    open: Option<[u8; 3]>,
    /// What the reply that is being said answers.
    answers: Answers,
    waiting: VecDeque<Waiting>,
    /// The server has said something.
    is_greeted: bool,
    /// What REST said, for the next transfer.
    rest: Option<u64>,
    /// The data connection that was agreed on last.
    deal: Option<usize>,
    /// Both sides made what they say unreadable (RFC 4217).
    is_veiled: bool,
}

/// A command whose last reply has not come yet.
#[derive(Debug)]
struct Waiting {
    verb: u64,
    place: Place,
    is_answered: bool,
    /// Its first reply said that another one follows.
    is_begun: bool,
    /// What it wants a data connection for, and the deal that brings it.
    asks: Option<Asked>,
    used: Option<usize>,
    /// The deal that it offers.
    offers: Option<usize>,
}

/// What a reply answers.
#[derive(Clone, Copy, Debug, Default)]
enum Answers {
    #[default]
    Unknown,
    Connection,
    /// Which of those that wait.
    Command(usize),
}

/// Commands that wait at once; the first of more are forgotten.
const MOST: usize = 1024;

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear, shared: &mut Shared) {
        while let Some(len) = self.next(ear) {
            match ear.by_opener {
                true => self.command(ear, shared, len),
                false => self.reply(ear, shared, len),
            }
        }
    }

    fn next(&self, ear: &mut Ear) -> Option<usize> {
        if self.is_veiled {
            ear.cut(ear.bytes().len(), Sort::Bytes);
        }
        ear.line()
    }

    fn command(&mut self, ear: &mut Ear, shared: &mut Shared, len: usize) {
        let line = lines::words(&ear.bytes()[..len]);
        let parsed = parse::command(line);
        let verb = parsed.verb.of(line).to_ascii_uppercase();
        let is_empty = line.is_empty();
        let fits = (3..=4).contains(&verb.len()) && verb.iter().all(u8::is_ascii_alphabetic);
        if fits {
            ear.cut(len, Sort::FtpCommand);
        } else {
            ear.cut(len, Sort::FtpLine);
            say_who(ear);
        }
        let command = parsed.command.ok();
        let listener = command.as_ref().and_then(names);
        if listener.is_some_and(|listener| listener.addr != ear.ends.0.addr)
            && matches!(command, Some(Command::Port(_)))
        {
            ear.fact(&f::ACTIVE_ELSEWHERE, 1);
        }
        if ear.is_alone || is_empty {
            return;
        }
        let mut waiting = Waiting {
            verb: packed(&verb),
            place: ear.place(),
            is_answered: false,
            is_begun: false,
            asks: None,
            used: None,
            offers: None,
        };
        if let Some(listener) = listener {
            waiting.offers = self.agree(ear, shared, (waiting.verb, true), listener);
        }
        match command {
            Some(Command::Rest(offset)) => self.rest = Some(offset),
            Some(command) => waiting.asks = self.asks(&command, &waiting),
            None => {}
        }
        self.uses(shared, &mut waiting);
        if self.waiting.len() == MOST {
            self.waiting.pop_front();
        }
        self.waiting.push_back(waiting);
    }

    /// What a command wants to move, if anything.
    fn asks(&mut self, command: &Command, waiting: &Waiting) -> Option<Asked> {
        let (carries, offset) = match command {
            Command::List(_) | Command::Mlsd(_) => (A_LIST, None),
            Command::Nlst(_) => (NAMES, None),
            // Where a file ends that is added to, only the server knows.
            Command::Appe(_) => (A_FILE, None),
            command if command.transfers() => (A_FILE, Some(0)),
            _ => return None,
        };
        let rest = self.rest.take();
        Some(Asked {
            verb: waiting.verb,
            place: waiting.place,
            carries,
            to_server: command.brings(),
            offset: offset.map(|offset| rest.unwrap_or(offset)),
        })
    }

    /// A command that moves bytes takes the data connection that was agreed on last.
    fn uses(&self, shared: &mut Shared, waiting: &mut Waiting) {
        let free = |deal: &&mut Deal| deal.asked.is_none();
        let Some(at) = self.deal.filter(|_| waiting.asks.is_some()) else {
            return;
        };
        if let Some(deal) = shared.deal(at).filter(free) {
            deal.asked = waiting.asks.clone();
            waiting.used = Some(at);
        }
    }

    /// The speaker will listen for a data connection.
    fn agree(
        &mut self,
        ear: &Ear,
        shared: &mut Shared,
        (method, is_active): (u64, bool),
        listener: End,
    ) -> Option<usize> {
        if let Some(before) = self.deal.take() {
            shared.forget(before);
        }
        if listener.port == 0 {
            return None;
        }
        let (speaker, other) = ear.ends;
        let who = Expected {
            listener,
            listener_there: speaker.addr,
            opener_there: other.addr,
        };
        self.deal = Some(shared.agree((method, is_active), ear.frame, who));
        self.deal
    }

    /// RFC 959 §4.2: a reply of several lines ends with a line of the same code and a space.
    fn reply(&mut self, ear: &mut Ear, shared: &mut Shared, len: usize) {
        let line = lines::words(&ear.bytes()[..len]);
        let said = parse::reply_line(line);
        let digits = line.first_chunk::<3>().copied();
        let code = said
            .code
            .filter(|_| self.open.is_none() || digits == self.open);
        let Some(code) = code else {
            let is_within = self.open.is_some();
            ear.cut(
                len,
                if is_within {
                    Sort::FtpFurther
                } else {
                    Sort::FtpLine
                },
            );
            say_who(ear);
            return;
        };
        let listens = listens(code, said.text.of(line), ear);
        ear.cut(len, Sort::FtpReply);
        if code == 227 && listens.is_some_and(|listener| listener.addr != ear.ends.0.addr) {
            ear.fact(&f::PASSIVE_ELSEWHERE, 1);
        }
        let begins = self.open.is_none();
        self.open = digits.filter(|_| said.goes_on);
        if ear.is_alone {
            return;
        }
        if begins {
            self.answers = self.answered_by(code);
        }
        self.say_what_is_answered(ear);
        if self.open.is_none() {
            self.is_greeted |= code != 120;
            self.settle(ear, shared, code);
            if let Some(listener) = listens {
                let method = if code == 227 { b"PASV" } else { b"EPSV" };
                self.agree(ear, shared, (packed(method), false), listener);
                self.give_to_first(shared);
            }
            self.is_veiled |= code == 234;
        }
    }

    /// RFC 959 §5.4: replies come in the order of the commands, and the first greets. STAT alone
    /// is answered while a transfer runs (§4.1.3).
    fn answered_by(&self, code: u16) -> Answers {
        if !self.is_greeted && matches!(code, 120 | 220 | 421) {
            return Answers::Connection;
        }
        let Some(first) = self.waiting.front() else {
            return match self.is_greeted {
                true => Answers::Unknown,
                false if code >= 400 => Answers::Connection,
                false => Answers::Unknown,
            };
        };
        let stat = packed(b"STAT");
        let is_stat = |waiting: &Waiting| waiting.verb == stat;
        let asked_meanwhile = match (first.is_begun, code) {
            (true, 211..=213) => self.waiting.iter().position(is_stat),
            _ => None,
        };
        Answers::Command(asked_meanwhile.unwrap_or(0))
    }

    fn say_what_is_answered(&mut self, ear: &mut Ear) {
        match self.answers {
            Answers::Unknown => {}
            Answers::Connection => ear.fact(&f::ANSWERS, 0),
            Answers::Command(at) => {
                let Some(waiting) = self.waiting.get_mut(at) else {
                    return;
                };
                ear.fact(&f::ANSWERS, waiting.verb);
                ear.fact(&f::ANSWERS_FRAME, waiting.place.frame.into());
                if !waiting.is_answered {
                    waiting.is_answered = true;
                    ear.tell(waiting.place, &f::ANSWERED_IN, ear.frame.into());
                }
            }
        }
    }

    /// A reply was said to its end: what follows for the command that it answers.
    fn settle(&mut self, ear: &mut Ear, shared: &mut Shared, code: u16) {
        let Answers::Command(at) = std::mem::take(&mut self.answers) else {
            return;
        };
        if code < 200 {
            if let Some(waiting) = self.waiting.get_mut(at) {
                waiting.is_begun = true;
            }
            return;
        }
        let Some(waiting) = self.waiting.remove(at) else {
            return;
        };
        let is_refused = code >= 400;
        if let Some(deal) = waiting.offers.filter(|_| is_refused) {
            shared.forget(deal);
            self.deal = self.deal.filter(|last| *last != deal);
        }
        if is_refused && waiting.verb == packed(b"REST") {
            self.rest = None;
        }
        let Some(at) = waiting.used else {
            return;
        };
        let Some(deal) = shared.deal(at) else {
            return;
        };
        if is_refused && !waiting.is_begun && deal.moved.bytes == 0 {
            // The next command may have it.
            deal.asked = None;
            return;
        }
        deal.is_over = true;
        deal.tell(ear);
        self.deal = self.deal.filter(|last| *last != at);
    }

    /// A command was said before the reply that named the port.
    fn give_to_first(&mut self, shared: &mut Shared) {
        let wants = |waiting: &Waiting| waiting.asks.is_some() && waiting.used.is_none();
        let Some(at) = self.waiting.iter().position(wants) else {
            return;
        };
        let Some(mut first) = self.waiting.remove(at) else {
            return;
        };
        self.uses(shared, &mut first);
        self.waiting.insert(at, first);
    }
}

/// Of lines that do not say so themselves.
fn say_who(ear: &mut Ear) {
    ear.fact(&f::IS_REQUEST, ear.by_opener.into());
    ear.fact(&f::IS_RESPONSE, (!ear.by_opener).into());
}

/// Where a client says it listens.
fn names(command: &Command) -> Option<End> {
    let (addr, port) = match command {
        Command::Port(at) => (IpAddr::V4(*at.ip()), at.port()),
        Command::Eprt(Extended::At(at)) => (at.ip(), at.port()),
        _ => return None,
    };
    Some(end(addr, port))
}

/// Where a server says it listens: 229 names no address (RFC 2428 §3).
fn listens(code: u16, text: &[u8], ear: &Ear) -> Option<End> {
    let text = || ascii(text);
    match code {
        227 => {
            let (at, _) = parse::passive_endpoint(&text())?;
            Some(end(IpAddr::V4(*at.ip()), at.port()))
        }
        229 => {
            let (port, _) = parse::extended_passive_port(&text())?;
            let addr = ear.ends.0.addr;
            Some(End { addr, port })
        }
        _ => None,
    }
}

/// IPv4 as IPv6 sees it.
fn end(addr: IpAddr, port: u16) -> End {
    let addr = match addr {
        IpAddr::V4(four) => four.to_ipv6_mapped().octets(),
        IpAddr::V6(six) => six.octets(),
    };
    End { addr, port }
}

/// As text of the same length, whatever the bytes are.
pub(super) fn ascii(bytes: &[u8]) -> String {
    let plain = |byte: &u8| {
        if byte.is_ascii() {
            char::from(*byte)
        } else {
            '?'
        }
    };
    bytes.iter().map(plain).collect()
}
