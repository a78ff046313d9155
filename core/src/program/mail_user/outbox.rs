//! Letters that wait to be sent, made from what people wrote.

use super::MailUserConfig;
use crate::base::{Rng, Time};
use crate::program::contract::Letter;
use crate::proto::mail::{Address, Draft, compose};
use crate::proto::smtp::client::Envelope;
use crate::proto::smtp::{Mailbox, Path, parse};
use std::collections::VecDeque;

/// A letter that waits.
#[derive(Debug)]
pub(super) struct Job {
    pub subject: String,
    pub envelope: Envelope,
}

/// The letters that wait, the oldest first.
#[derive(Debug)]
pub(super) struct Outbox {
    people: Vec<(String, String)>,
    hostname: String,
    rng: Rng,
    jobs: VecDeque<Job>,
}

impl Outbox {
    pub fn new(config: &MailUserConfig, rng: Rng) -> Self {
        Self {
            people: config.people.clone(),
            hostname: config.hostname.clone(),
            rng,
            jobs: VecDeque::new(),
        }
    }

    /// Adds a letter, or says in a sentence why it cannot be sent.
    pub fn add(&mut self, now: Time, person: &str, letter: &Letter) -> Result<(), String> {
        let (from, sender) = self.find(person)?;
        let mut to = Vec::new();
        let mut recipients = Vec::new();
        for name in &letter.to {
            let (address, recipient) = self.find(name)?;
            to.push(address);
            recipients.push(recipient);
        }
        if to.is_empty() {
            return Err("The letter needs somebody it is for.".into());
        }
        let draft = Draft {
            date: now,
            from,
            to,
            cc: Vec::new(),
            attachments: Vec::new(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            message_id: format!("{:016x}@{}", self.rng.next_u64(), self.hostname),
        };
        self.jobs.push_back(Job {
            subject: letter.subject.clone(),
            envelope: Envelope {
                from: Path::Mailbox(sender),
                to: recipients,
                letter: compose(&draft).into(),
            },
        });
        Ok(())
    }

    pub fn next(&mut self) -> Option<Job> {
        self.jobs.pop_front()
    }

    /// Throws all letters away, and says how many there were.
    pub fn clear(&mut self) -> usize {
        std::mem::take(&mut self.jobs).len()
    }

    /// The address of a person, or of whoever has this address.
    fn find(&self, who: &str) -> Result<(Address, Mailbox), String> {
        let same = |(name, _): &&(String, String)| name.eq_ignore_ascii_case(who);
        let (name, address) = match self.people.iter().find(same) {
            Some((name, address)) => (name.as_str(), address.as_str()),
            None if who.contains('@') => ("", who),
            None => return Err(self.unknown(who)),
        };
        let mailbox = parse::mailbox(address)
            .map_err(|fault| format!("\"{address}\" is no mail address: {}.", fault.why))?;
        let address = Address {
            name: name.into(),
            address: mailbox.to_string(),
        };
        Ok((address, mailbox))
    }

    fn unknown(&self, who: &str) -> String {
        let names: Vec<&str> = self.people.iter().map(|(name, _)| name.as_str()).collect();
        match names.as_slice() {
            [] => format!("The address book is empty; write {who}'s mail address."),
            _ => format!(
                "The address book has no {who}. It has: {}.",
                names.join(", ")
            ),
        }
    }
}
