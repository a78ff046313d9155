//! Letters that wait to be sent, made from what people wrote.

use super::MailUserConfig;
use super::sentences;
use crate::base::{Duration, Rng, Time};
use crate::program::contract::Letter;
use crate::program::desk::Desk;
use crate::program::files::{Files, last_name};
use crate::proto::mail::{Address, Attachment, Draft, compose};
use crate::proto::smtp::client::Envelope;
use crate::proto::smtp::{Mailbox, Path, parse};
use std::collections::VecDeque;

/// The most bytes that go with one letter.
const MOST_ATTACHED: u64 = 32 << 20;

/// How long a letter that no person wrote waits after its first try; then twice as long, and
/// so on, for a day in all (RFC 5321 §4.5.4.1).
const AGAIN_AFTER: Duration = Duration::from_secs(300);
const MOST_TRIES: u32 = 9;

/// A letter that waits.
#[derive(Debug)]
pub(super) struct Job {
    /// Letters are counted as they are written.
    number: u32,
    subject: String,
    /// A person wrote it, who can be told what to do.
    pub typed: bool,
    pub envelope: Envelope,
    /// How often it was tried, and when it is tried again without a word.
    tries: u32,
    next: Option<Time>,
    /// How it ended for recipients who are not in the envelope any more.
    pub done: Vec<String>,
}

/// The letters that wait, the oldest first.
#[derive(Debug)]
pub(super) struct Outbox {
    people: Vec<(String, String)>,
    hostname: String,
    files: Files,
    rng: Rng,
    last_number: u32,
    jobs: VecDeque<Job>,
    /// Those that were tried, and wait until somebody says so.
    held: Vec<Job>,
}

impl Outbox {
    pub fn new(config: &MailUserConfig, rng: Rng) -> Self {
        Self {
            people: config.people.clone(),
            hostname: config.hostname.clone(),
            files: config.files.clone(),
            rng,
            last_number: 0,
            jobs: VecDeque::new(),
            held: Vec::new(),
        }
    }

    /// Adds a letter, or says in a sentence why it cannot be sent.
    pub fn add(
        &mut self,
        now: Time,
        (person, typed): (&str, bool),
        letter: &Letter,
        desk: &mut Desk,
    ) -> Result<(), String> {
        let (mut from, sender) = self.find(person)?;
        // Whatever the letter claims, the server is told who sends it.
        if let Some(claimed) = &letter.from {
            from = self.find(claimed)?.0;
        }
        let mut recipients: Vec<Mailbox> = Vec::new();
        let mut all = |names: &[String]| -> Result<Vec<Address>, String> {
            let mut addresses = Vec::new();
            for name in names {
                let (address, recipient) = self.find(name)?;
                addresses.push(address);
                if !recipients.contains(&recipient) {
                    recipients.push(recipient);
                }
            }
            Ok(addresses)
        };
        let (to, cc) = (all(&letter.to)?, all(&letter.cc)?);
        all(&letter.bcc)?;
        if recipients.is_empty() {
            return Err("The letter needs somebody it is for.".into());
        }
        let draft = Draft {
            date: now,
            from,
            to,
            cc,
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            attachments: self.attachments(&letter.attach)?,
            automatic: !typed,
            message_id: format!("{:016x}@{}", self.rng.next_u64(), self.hostname),
        };
        self.last_number += 1;
        let job = Job {
            number: self.last_number,
            subject: letter.subject.clone(),
            typed,
            envelope: Envelope {
                from: Path::Mailbox(sender),
                to: recipients,
                letter: compose(&draft).into(),
            },
            tries: 0,
            next: None,
            done: Vec::new(),
        };
        job.note(&job.waits(), desk);
        self.jobs.push_back(job);
        Ok(())
    }

    fn attachments(&self, names: &[String]) -> Result<Vec<Attachment>, String> {
        let mut room = MOST_ATTACHED;
        let mut attachments = Vec::new();
        for name in names {
            let Some(content) = self.files.get(name) else {
                return Err(self.no_file(name));
            };
            let len = content.len();
            if len > room {
                return Err(format!("{name} is too large to go with a letter."));
            }
            room -= len;
            let bytes = content.reader(0..len, &|_, _| &[]).all();
            attachments.push(Attachment::new(last_name(name), bytes));
        }
        Ok(attachments)
    }

    fn no_file(&self, name: &str) -> String {
        let files = self.files.iter().filter(|(_, entry)| !entry.is_folder());
        let names: Vec<&str> = files.map(|(path, _)| path.trim_matches('/')).collect();
        match names.is_empty() {
            true => format!("There is no file {name} here, nor any other."),
            false => format!(
                "There is no file {name} here. There are: {}.",
                names.join(", ")
            ),
        }
    }

    /// The oldest letter that waits, now on its way.
    pub fn next(&mut self, desk: &mut Desk) -> Option<Job> {
        let job = self.jobs.pop_front()?;
        job.note("", desk);
        desk.note("draft", &*job.subject);
        Some(job)
    }

    /// A letter was on its way, and waits again.
    pub fn put_back(&mut self, job: Job, desk: &mut Desk) {
        desk.note("draft", "");
        job.note(&job.waits(), desk);
        self.jobs.push_front(job);
    }

    /// A letter was not sent, or not to all, and stays. Where trying again may help (`again` is
    /// when it failed) and nobody is there to ask for it, it is tried without a word.
    pub fn hold(&mut self, mut job: Job, again: Option<Time>, why: &str, desk: &mut Desk) {
        self.done(&job, desk);
        let pause = AGAIN_AFTER.0.checked_shl(job.tries).map(Duration);
        job.tries += 1;
        let is_tried = !job.typed && job.tries < MOST_TRIES;
        let again = again.filter(|_| is_tried);
        job.next = again.and_then(|now| Some(now + pause?));
        job.note(why, desk);
        self.held.push(job);
    }

    /// It is known of all, or some, how it ended.
    pub fn done(&mut self, job: &Job, desk: &mut Desk) {
        desk.note("draft", "");
        if !job.done.is_empty() {
            desk.note(format!("sent.{}", job.number), job.done.join("; "));
        }
    }

    /// When a letter is tried again that nobody asks for.
    pub fn next_try(&self) -> Option<Time> {
        self.held.iter().filter_map(|job| job.next).min()
    }

    /// Tries what is due to be tried again.
    pub fn try_due(&mut self, now: Time, desk: &mut Desk) {
        let is_due = |job: &Job| job.next.is_some_and(|next| next <= now);
        let held = std::mem::take(&mut self.held).into_iter();
        let (due, held): (Vec<_>, Vec<_>) = held.partition(is_due);
        self.held = held;
        self.let_wait(due, desk);
    }

    /// Tries all that was tried before once more, and says how many letters that are.
    pub fn retry(&mut self, desk: &mut Desk) -> usize {
        let held = std::mem::take(&mut self.held);
        let count = held.len();
        self.let_wait(held, desk);
        count
    }

    fn let_wait(&mut self, jobs: Vec<Job>, desk: &mut Desk) {
        for job in jobs {
            job.note(&job.waits(), desk);
            self.jobs.push_back(job);
        }
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

impl Job {
    fn note(&self, value: &str, desk: &mut Desk) {
        desk.note(format!("outbox.{}", self.number), value);
    }

    fn waits(&self) -> String {
        let whom = sentences::whom(&self.envelope.to);
        format!("\"{}\" {whom}: waits", self.subject)
    }
}
