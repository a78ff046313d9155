//! The office behind all counters of a mail server: it takes letters in, puts them into
//! mailboxes or the queue, and writes to the sender where one gets nowhere.

use super::bounces;
use super::config::MailServerConfig;
use super::greylist::{Greylist, Meeting};
use super::policy::Rules;
use super::queue::{Failed, Fate, Queue, Queued, Schedule, Trouble};
use super::routing;
use crate::base::sorted::Map;
use crate::base::{ConnId, Duration, Rng, Time};
use crate::program::contract::{NameAnswer, NameError, Request};
use crate::program::desk::Desk;
use crate::program::mailboxes::{Mailboxes, StoredLetter};
use crate::proto::mail::trace;
use crate::proto::smtp::{Mailbox, Path, Reply};
use std::net::IpAddr;
use std::sync::Arc;

/// So many letters wait at most: 452 beyond.
const MOST_QUEUED: usize = 1000;
/// What mailboxes and queue may hold where the disk has no size of its own.
const DISK: u64 = 256 << 20;
/// How long a peer may keep a connection open that this server has finished with.
const FAREWELL: Duration = Duration::from_secs(60);

/// What all sessions of a server share.
#[derive(Debug)]
pub(super) struct Office {
    pub config: MailServerConfig,
    pub rules: Rules,
    pub boxes: Mailboxes,
    pub queue: Queue,
    greylist: Greylist,
    pub desk: Desk,
    rng: Rng,
    /// How many letters there have been, bounces included.
    letters: u32,
    /// How many letters may arrive twice, since nobody knows whether they were taken.
    unsure: u32,
    /// How many bounces could not be delivered.
    double_bounces: u32,
    /// How many letters wait, and what is noted of each.
    told_count: Option<usize>,
    told: Map<u32, Map<String, String>>,
    /// Until when a connection may stay open that this server has finished with.
    partings: Map<ConnId, Time>,
}

impl Office {
    /// The error names an address that is none.
    pub fn new(config: MailServerConfig) -> Result<Self, String> {
        let rules = Rules::new(&config)?;
        let mut boxes = Mailboxes::default();
        for text in &config.mailboxes {
            boxes.add(&super::policy::address(text)?);
        }
        if let Some(postmaster) = &rules.postmaster {
            boxes.add(postmaster);
        }
        let schedule = Schedule {
            // A server that tried without a pause would do nothing else.
            retry_after: config.retry_after.max(Duration::from_secs(1)),
            warns_after: config.warns_after,
            gives_up_after: config.gives_up_after,
        };
        Ok(Self {
            rng: config.rng.fork("mail"),
            config,
            rules,
            boxes,
            queue: Queue::new(schedule),
            greylist: Greylist::default(),
            desk: Desk::default(),
            letters: 0,
            unsure: 0,
            double_bounces: 0,
            told_count: None,
            told: Map::new(),
            partings: Map::new(),
        })
    }

    /// Says how full each mailbox is, and what lies in it.
    pub fn tell_boxes(&mut self) {
        for text in &self.config.mailboxes {
            if let Ok(address) = super::policy::address(text) {
                self.desk.requests.push_back(self.boxes.note(&address));
            }
        }
        self.desk.requests.extend(self.boxes.keeps_all());
    }

    /// What was in memory is gone.
    pub fn forget(&mut self) {
        self.partings.clear();
        self.desk.requests.clear();
        self.desk.tokens.clear();
        self.desk.conns.clear();
        self.desk.live = 0;
        self.queue.restart();
    }

    /// The answer to MAIL, from a client that has logged in as somebody or not.
    pub fn welcome_sender(&self, from: &Path, size: Option<u64>, login: Option<&str>) -> Reply {
        if let (Some(user), Path::Mailbox(from)) = (login, from)
            && !self.rules.may_send_as(user, from)
        {
            let text = format!("<{from}> is not your address");
            return Reply::coded(553, "5.7.1", &text);
        }
        match self.lacks_room(size.unwrap_or(0)) {
            true => no_room(),
            false => Reply::coded(250, "2.1.0", "OK"),
        }
    }

    fn lacks_room(&self, size: u64) -> bool {
        let disk = self.config.disk.unwrap_or(DISK);
        let used = self.boxes.all_bytes() + self.queue.bytes();
        used.saturating_add(size) > disk || self.queue.len() >= MOST_QUEUED
    }

    /// The answer to RCPT.
    pub fn welcome_recipient(&mut self, now: Time, to: &Path, asks: &Asks<'_>) -> Reply {
        let reply = self.rules.welcome(to, &self.boxes, asks.login);
        if !reply.is_positive() {
            return reply;
        }
        if let [only] = &self.rules.expand(to, &self.boxes)[..]
            && self.rules.is_ours(only)
            && let Some(refusal) = self.rules.refuses(now, only, asks.size, &self.boxes)
        {
            return refusal;
        }
        match self.config.greylists.filter(|_| asks.login.is_none()) {
            Some(wait) => self.greylist(now, wait, to, asks).unwrap_or(reply),
            None => reply,
        }
    }

    fn greylist(&mut self, now: Time, wait: Duration, to: &Path, asks: &Asks<'_>) -> Option<Reply> {
        let meeting = Meeting {
            client: asks.client,
            from: asks.from.to_ascii_lowercase(),
            to: to.to_string().to_ascii_lowercase(),
        };
        let (from, noted) = self.greylist.meets(now, wait, meeting);
        for (number, words) in noted {
            let key = format!("greylist.{number}");
            self.desk.note(key, words.unwrap_or_default());
        }
        let text = "I do not know you yet, come again later";
        (now < from).then(|| Reply::coded(451, "4.7.1", text))
    }

    /// The answer to a letter, which from now on is this server's to deliver if it is yes.
    pub fn take(&mut self, now: Time, from: &Path, to: &[Path], letter: &[u8]) -> Reply {
        // RFC 5321 §6.3.
        if trace::hops(letter) > self.config.max_hops as usize {
            return Reply::coded(554, "5.4.6", "Too many servers already: it goes in circles");
        }
        let size = (return_path(from).len() + letter.len()) as u64;
        if self.lacks_room(size) {
            return no_room();
        }
        let ends = self.ends(to);
        let refusal = |(end, _): &(Mailbox, Path)| {
            let ours = self.rules.is_ours(end);
            let refusal = ours.then(|| self.rules.refuses(now, end, size, &self.boxes));
            refusal.flatten()
        };
        let refusals: Vec<Reply> = ends.iter().map_while(refusal).collect();
        // As long as one can have it, the others get a report.
        if refusals.len() == ends.len()
            && let Some(first) = refusals.into_iter().next()
        {
            return first;
        }
        let id = self.accept(now, from.clone(), ends, letter);
        Reply::coded(250, "2.0.0", &format!("OK, queued as {id}"))
    }

    /// The number that the next letter gets.
    pub fn next_id(&self) -> u32 {
        self.letters + 1
    }

    /// A number nobody has drawn before.
    pub fn draw(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// Where letters to these go in the end, each once, and whom the sender named.
    fn ends(&self, to: &[Path]) -> Vec<(Mailbox, Path)> {
        let mut ends: Vec<(Mailbox, Path)> = Vec::new();
        for named in to {
            for end in self.rules.expand(named, &self.boxes) {
                if !ends.iter().any(|(known, _)| known.key() == end.key()) {
                    ends.push((end, named.clone()));
                }
            }
        }
        ends
    }

    fn accept(&mut self, now: Time, from: Path, to: Vec<(Mailbox, Path)>, letter: &[u8]) -> u32 {
        self.letters += 1;
        let id = self.letters;
        self.queue.add(now, id, from, letter.into(), to);
        self.deliver(now, id);
        id
    }

    /// Puts a letter into the mailboxes here that it is due for.
    pub fn deliver(&mut self, now: Time, id: u32) {
        let Some(letter) = self.queue.get(id) else {
            return;
        };
        let due = letter.goes.iter().filter(|going| going.is_due(now));
        let due = due.filter(|going| self.rules.is_ours(&going.to));
        let due: Vec<(Mailbox, Path)> = due.map(|g| (g.to.clone(), g.named.clone())).collect();
        if due.is_empty() {
            return;
        }
        let (from, bytes) = (letter.from.clone(), delivered(&letter.from, &letter.bytes));
        let mut fates = Vec::new();
        for (to, named) in due {
            let letter = StoredLetter {
                number: 0,
                from: from.clone(),
                to: named,
                time: now,
                bytes: bytes.clone(),
            };
            let fate = self.put(now, &to, letter);
            fates.push((to, fate));
        }
        self.settle(now, id, fates);
    }

    /// Puts a letter into one mailbox.
    fn put(&mut self, now: Time, to: &Mailbox, letter: StoredLetter) -> Fate {
        let size = letter.bytes.len() as u64;
        if let Some(refusal) = self.rules.refuses(now, to, size, &self.boxes) {
            let trouble = Trouble::heard(&refusal, None);
            return match refusal.is_transient() {
                true => Fate::Later(trouble),
                false => Fate::Failed(trouble),
            };
        }
        let Some(number) = self.boxes.put(to, letter) else {
            let text = format!("There is no mailbox of <{to}>");
            return Fate::Failed(Trouble::own("5.1.1", text));
        };
        let told = [self.boxes.note(to), self.boxes.keeps(to, number)];
        self.desk.requests.extend(told);
        Fate::Taken
    }

    /// Takes letters out of a mailbox.
    pub fn remove(&mut self, from: &Mailbox, numbers: &[u32]) {
        for number in numbers {
            if self.boxes.remove(from, *number) {
                self.desk
                    .requests
                    .push_back(self.boxes.keeps(from, *number));
            }
        }
        self.desk.requests.push_back(self.boxes.note(from));
    }

    /// Writes down what became of a letter's recipients; who gets it never is reported to
    /// its sender.
    pub fn settle(&mut self, now: Time, id: u32, fates: Vec<(Mailbox, Fate)>) {
        let mut failed: Vec<Failed> = Vec::new();
        for (to, fate) in fates {
            failed.extend(self.queue.settle(now, id, &to, fate));
        }
        let letter = self.queue.get(id).cloned();
        self.queue.remove_done(id);
        if let Some(letter) = letter.filter(|_| !failed.is_empty()) {
            self.bounce(now, &letter, &failed);
        }
    }

    /// Tells a sender that a letter did not get to some of its recipients.
    fn bounce(&mut self, now: Time, letter: &Queued, failed: &[Failed]) {
        let bytes = bounces::failure(&self.writer(now), letter, failed);
        match &letter.from {
            Path::Null | Path::Postmaster => {
                // RFC 5321 §6.1: a report is never reported on. Here the postmaster gets it.
                self.double_bounces += 1;
                let count = self.double_bounces.to_string();
                self.desk.note("double_bounces", count);
                self.tell_postmaster(now, &bytes);
            }
            Path::Mailbox(sender) => {
                let to = self.ends(&[Path::Mailbox(sender.clone())]);
                self.accept(now, Path::Null, to, &bytes);
            }
        }
    }

    /// Puts a letter into the postmaster's mailbox. It passes no queue: whatever happens to
    /// it, nobody is told.
    fn tell_postmaster(&mut self, now: Time, bytes: &[u8]) {
        let Some(to) = self.rules.postmaster.clone() else {
            return;
        };
        self.letters += 1;
        let letter = StoredLetter {
            number: 0,
            from: Path::Null,
            to: Path::Mailbox(to.clone()),
            time: now,
            bytes: delivered(&Path::Null, bytes),
        };
        self.put(now, &to, letter);
    }

    /// Tells the senders of letters that wait for long that they do.
    pub fn warn(&mut self, now: Time) {
        while let Some((_, id)) = self.queue.next_warning().filter(|(due, _)| *due <= now) {
            let Some(letter) = self.queue.warned(id).cloned() else {
                return;
            };
            let until = self.queue.end_of(&letter);
            if until <= now {
                // The server was down meanwhile, and is about to give it up.
                continue;
            }
            let bytes = bounces::delay(&self.writer(now), &letter, until);
            if let Path::Mailbox(_) = &letter.from {
                let to = self.ends(&[letter.from]);
                self.accept(now, Path::Null, to, &bytes);
            }
        }
    }

    fn writer(&mut self, now: Time) -> bounces::Writer {
        let hostname = self.config.hostname.clone();
        bounces::Writer {
            now,
            postmaster: self.rules.postmaster.clone(),
            message_id: format!("{:016x}@{hostname}", self.draw()),
            hostname,
        }
    }

    /// Puts the letters into mailboxes here that had to wait for them.
    pub fn deliver_due(&mut self, now: Time) {
        let due = self
            .queue
            .due(now)
            .filter(|(_, going)| self.rules.is_ours(&going.to));
        let due: Vec<u32> = due.map(|(id, _)| id).collect();
        for id in due {
            self.deliver(now, id);
        }
    }

    /// The hosts to ask for a domain.
    pub fn exchangers(
        &mut self,
        domain: &str,
        answers: Result<Vec<NameAnswer>, NameError>,
    ) -> Result<Vec<String>, Fate> {
        let own = &self.config.hostname;
        routing::exchangers(domain, own, answers, &mut self.rng)
    }

    /// Nobody knows whether a letter was taken: it will be sent again.
    pub fn unsure(&mut self) {
        self.unsure += 1;
        let count = self.unsure.to_string();
        self.desk.note("may_arrive_twice", count);
    }

    /// A connection that this server has finished with: the peer may take its time, but not
    /// for ever.
    pub fn part(&mut self, now: Time, conn: ConnId) {
        self.partings.insert(conn, now + FAREWELL);
    }

    /// A connection is gone.
    pub fn parted(&mut self, conn: ConnId) {
        self.partings.remove(&conn);
    }

    /// Cuts connections whose peers do not leave.
    pub fn cut_off(&mut self, now: Time) {
        let late = self.partings.iter().filter(|(_, until)| **until <= now);
        let late: Vec<ConnId> = late.map(|(conn, _)| *conn).collect();
        for conn in late {
            self.partings.remove(&conn);
            self.desk.ask(Request::Abort { conn });
        }
    }

    pub fn next_parting(&self) -> Option<Time> {
        self.partings.values().min().copied()
    }

    /// Notes of the queue what has changed.
    pub fn tell_queue(&mut self) {
        let count = Some(self.queue.len());
        if std::mem::replace(&mut self.told_count, count) != count {
            self.desk.note("queue", self.queue.len().to_string());
        }
        for id in self.queue.take_changed().iter() {
            let notes = self.queue.notes_of(*id);
            let told = self.told.remove(id).unwrap_or_default();
            for key in told.keys().filter(|key| !notes.contains_key(*key)) {
                self.desk.note(key.clone(), "");
            }
            for (key, value) in notes.iter().filter(|(key, v)| told.get(*key) != Some(*v)) {
                self.desk.note(key.clone(), value.clone());
            }
            if !notes.is_empty() {
                self.told.insert(*id, notes);
            }
        }
    }
}

/// What a client has said that asks for a recipient.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asks<'a> {
    pub client: IpAddr,
    pub from: &'a str,
    pub size: u64,
    pub login: Option<&'a str>,
}

/// A letter as it lies in a mailbox: the last server writes down the envelope's sender
/// (RFC 5321 §4.4).
fn delivered(from: &Path, letter: &[u8]) -> Arc<[u8]> {
    [return_path(from).as_bytes(), letter].concat().into()
}

fn return_path(from: &Path) -> String {
    trace::return_path(&from.to_string())
}

fn no_room() -> Reply {
    Reply::coded(452, "4.3.1", "My disk is full, try again later")
}
