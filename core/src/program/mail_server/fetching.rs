//! The fetching half: somebody's mailbox, open to them over POP3.

use super::office::Office;
use crate::base::sorted::Set;
use crate::base::{ConnId, Time};
use crate::program::contract::{Request, Turn};
use crate::program::mail_turns;
use crate::program::mailboxes::StoredLetter;
use crate::program::pop_turns;
use crate::proto::pop3::Item;
use crate::proto::pop3::server::{Report, Server, ServerOptions};
use crate::proto::smtp::Mailbox;
use crate::proto::{Engine, Output};
use std::net::IpAddr;

/// One client's connection.
#[derive(Debug)]
pub(super) struct Fetching {
    pub engine: Server,
    conn: ConnId,
    pub remote: IpAddr,
    number: u32,
    turn: Option<Turn>,
    /// The mailbox that is open, and no other session's meanwhile (RFC 1939 §4).
    open: Option<Mailbox>,
    /// The letters that lay in it when it was opened.
    letters: Vec<StoredLetter>,
}

/// The mailboxes that sessions hold open.
pub(super) type Locks = Set<String>;

impl Fetching {
    pub fn new(
        now: Time,
        (conn, remote): (ConnId, IpAddr),
        number: u32,
        office: &mut Office,
        locks: &mut Locks,
    ) -> Self {
        let options = ServerOptions {
            idle: office.config.idle.max(super::POP_IDLE),
            ..ServerOptions::new(&office.config.hostname)
        };
        let mut fetching = Self {
            engine: Server::new(now, options),
            conn,
            remote,
            number,
            turn: None,
            open: None,
            letters: Vec::new(),
        };
        fetching.drain(now, office, locks);
        fetching
    }

    /// Does what the engine puts out, until it has no more.
    pub fn drain(&mut self, now: Time, office: &mut Office, locks: &mut Locks) {
        let conn = self.conn;
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send(bytes) => {
                    office
                        .desk
                        .ask(mail_turns::send(conn, bytes, self.turn.take()));
                }
                Output::Report(report) => self.hear(now, report, office, locks),
                Output::Finish => {
                    office.desk.ask(Request::Finish { conn });
                    office.part(now, conn);
                    self.close(office, locks);
                }
                Output::Abort => {
                    office.desk.ask(Request::Abort { conn });
                    self.close(office, locks);
                }
            }
        }
    }

    fn hear(&mut self, now: Time, report: Report, office: &mut Office, locks: &mut Locks) {
        let answered = match report {
            Report::Says { reply, to } => {
                self.turn = Some(pop_turns::reply(&reply, to));
                return;
            }
            Report::HandsOver { number } => {
                let letter = self.letter(number);
                self.turn = letter.map(|letter| pop_turns::letter(&letter.bytes));
                return;
            }
            Report::Login { user, password } => {
                let mailbox = self.log_in(&user, &password, office, locks);
                self.engine.admit(now, mailbox)
            }
            Report::Fetch { number, .. } => {
                let letter = self.letter(number).map(|letter| letter.bytes.clone());
                self.engine.give(now, letter.as_deref().unwrap_or_default())
            }
            Report::Ends { deleted } => {
                let numbers: Vec<u32> = deleted
                    .iter()
                    .filter_map(|number| Some(self.letter(*number)?.number))
                    .collect();
                if let Some(open) = self.open.as_ref().filter(|_| !numbers.is_empty()) {
                    office.remove(open, &numbers);
                }
                self.engine.answer(now, Ok(()))
            }
            Report::Quit | Report::TimedOut | Report::Exhausted | Report::Left => return,
        };
        answered.expect("the engine has just asked");
    }

    fn letter(&self, number: usize) -> Option<&StoredLetter> {
        self.letters.get(number.checked_sub(1)?)
    }

    fn log_in(
        &mut self,
        user: &str,
        password: &str,
        office: &mut Office,
        locks: &mut Locks,
    ) -> Result<Vec<Item>, String> {
        let Some(mailbox) = office.rules.login(user, password).cloned() else {
            return Err("[AUTH] User name or password is wrong".into());
        };
        if !locks.insert(mailbox.key()) {
            // RFC 2449 §8.1.2.
            return Err("[IN-USE] Your mailbox is open in another session".into());
        }
        let item = |letter: &StoredLetter| Item {
            uid: letter.number.to_string(),
            size: letter.bytes.len() as u64,
        };
        self.letters = office.boxes.letters(&mailbox).to_vec();
        self.note(&mailbox.to_string(), office);
        self.open = Some(mailbox);
        Ok(self.letters.iter().map(item).collect())
    }

    /// The mailbox is free again.
    pub fn close(&mut self, office: &mut Office, locks: &mut Locks) {
        self.letters.clear();
        if let Some(mailbox) = self.open.take() {
            locks.remove(&mailbox.key());
            self.note("", office);
        }
    }

    fn note(&self, value: &str, office: &mut Office) {
        office
            .desk
            .note(format!("fetching.{}.mailbox", self.number), value);
    }
}
