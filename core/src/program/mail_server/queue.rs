//! The queue: letters that this server has taken and not yet got rid of, and to whom each
//! still has to go. It lies on the disk, so that it is there again after a restart.

use crate::base::sorted::{Map, Set};
use crate::base::{Duration, Time};
use crate::proto::smtp::{Mailbox, Path, Reply};
use std::sync::Arc;

/// A letter that still has to go somewhere.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    /// Where a bounce would go.
    pub from: Path,
    /// The letter, with this server's stamp.
    pub bytes: Arc<[u8]>,
    /// When it was taken.
    pub taken: Time,
    /// Whether its sender has been told that it is late.
    pub warned: bool,
    /// Whether it had several recipients at first: each then has a note of its own.
    several: bool,
    /// To whom it still has to go.
    pub goes: Vec<Going>,
}

/// One recipient of a letter.
#[derive(Clone, Debug)]
pub(super) struct Going {
    /// Which of the letter's recipients, from 1.
    place: usize,
    /// Whom it goes to.
    pub to: Mailbox,
    /// Whom the sender named: somebody else where an alias led here.
    pub named: Path,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried again.
    pub next: Time,
    /// What was said the last time.
    pub said: String,
    /// On which connection it is right now.
    pub under_way: Option<u32>,
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The letter lies in a mailbox, or another server has taken it.
    Taken,
    /// Not now; here is why.
    Later(Trouble),
    /// Never.
    Failed(Trouble),
}

/// Why a letter did not get to a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// An enhanced code (RFC 3463): `5.1.1`.
    pub status: String,
    /// What was said, or what happened.
    pub said: String,
    /// Which server said it; none for what this one found out.
    pub by: Option<String>,
}

impl Trouble {
    /// What this server found out by itself.
    pub fn own(status: &str, said: impl Into<String>) -> Self {
        Self {
            status: status.to_owned(),
            said: said.into(),
            by: None,
        }
    }

    /// What a server said.
    pub fn heard(reply: &Reply, by: Option<&str>) -> Self {
        // RFC 3463 §2: a code without details tells the class alone.
        let class = || format!("{}.0.0", reply.code / 100);
        Self {
            status: reply.enhanced().map_or_else(class, str::to_owned),
            said: reply.to_string(),
            by: by.map(str::to_owned),
        }
    }
}

/// A recipient that a letter will not get to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    pub to: Mailbox,
    pub named: Path,
    pub trouble: Trouble,
}

/// How long letters wait and live.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    pub retry_after: Duration,
    pub warns_after: Option<Duration>,
    pub gives_up_after: Duration,
}

/// All that waits, by the letters' numbers.
#[derive(Debug)]
pub(super) struct Queue {
    letters: Map<u32, Queued>,
    schedule: Schedule,
    /// How many bytes wait.
    bytes: u64,
    /// The letters of which something is to be noted anew.
    changed: Set<u32>,
}

impl Queue {
    pub fn new(schedule: Schedule) -> Self {
        Self {
            letters: Map::new(),
            schedule,
            bytes: 0,
            changed: Set::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.letters.len()
    }

    pub fn get(&self, id: u32) -> Option<&Queued> {
        self.letters.get(&id)
    }

    /// How many bytes wait.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts a letter into the queue, to be tried at once for each recipient.
    pub fn add(
        &mut self,
        now: Time,
        id: u32,
        from: Path,
        bytes: Arc<[u8]>,
        to: Vec<(Mailbox, Path)>,
    ) {
        let several = to.len() > 1;
        let goes = (1..).zip(to).map(|(place, (to, named))| Going {
            place,
            to,
            named,
            tries: 0,
            next: now,
            said: String::new(),
            under_way: None,
        });
        let letter = Queued {
            from,
            bytes,
            taken: now,
            warned: false,
            several,
            goes: goes.collect(),
        };
        self.bytes += letter.bytes.len() as u64;
        self.changed.insert(id);
        self.letters.insert(id, letter);
    }

    /// Each recipient of each letter.
    pub fn all(&self) -> impl Iterator<Item = (u32, &Going)> {
        let letters = self.letters.iter();
        letters.flat_map(|(id, letter)| letter.goes.iter().map(move |going| (*id, going)))
    }

    /// The recipients that are due and on no connection.
    pub fn due(&self, now: Time) -> impl Iterator<Item = (u32, &Going)> {
        self.all().filter(move |(_, going)| going.is_due(now))
    }

    /// The recipients that are on no connection.
    pub fn resting(&self) -> impl Iterator<Item = (u32, &Going)> {
        self.all().filter(|(_, going)| going.under_way.is_none())
    }

    /// Takes up to `most` recipients of one letter that are due for `domain` onto a connection.
    pub fn take(
        &mut self,
        now: Time,
        domain: &str,
        on: u32,
        most: usize,
    ) -> Option<(u32, Vec<Mailbox>)> {
        let is_due =
            |going: &Going| going.is_due(now) && going.to.domain().eq_ignore_ascii_case(domain);
        let mut letters = self.letters.iter_mut();
        let (id, letter) = letters.find(|(_, letter)| letter.goes.iter().any(is_due))?;
        let mut to = Vec::new();
        for going in letter.goes.iter_mut().filter(|g| is_due(g)).take(most) {
            going.under_way = Some(on);
            to.push(going.to.clone());
        }
        self.changed.insert(*id);
        Some((*id, to))
    }

    /// What was on a connection is on it no more, and is as due as before.
    pub fn put_back(&mut self, on: u32) {
        self.rest(|under_way| under_way == on);
    }

    /// The server was down: whatever was under way is due at once.
    pub fn restart(&mut self) {
        self.rest(|_| true);
    }

    fn rest(&mut self, on: impl Fn(u32) -> bool) {
        for (id, letter) in self.letters.iter_mut() {
            for going in &mut letter.goes {
                if going.under_way.is_some_and(&on) {
                    going.under_way = None;
                    self.changed.insert(*id);
                }
            }
        }
    }

    /// Writes down what became of one recipient, and answers why it failed for good, if so.
    pub fn settle(&mut self, now: Time, id: u32, to: &Mailbox, fate: Fate) -> Option<Failed> {
        let schedule = self.schedule;
        let letter = self.letters.get_mut(&id)?;
        self.changed.insert(id);
        let end = letter.taken + schedule.gives_up_after;
        let at = letter.goes.iter().position(|going| going.to == *to)?;
        let going = &mut letter.goes[at];
        let trouble = match fate {
            Fate::Taken => {
                letter.goes.remove(at);
                return None;
            }
            Fate::Failed(trouble) => trouble,
            Fate::Later(trouble) if now >= end => Trouble {
                status: "4.4.7".into(),
                said: format!("Given up; the last time: {}", trouble.said),
                by: trouble.by,
            },
            Fate::Later(trouble) => {
                going.tries += 1;
                going.under_way = None;
                // The last try comes just when it would be given up.
                going.next = (now + schedule.retry_after).min(end);
                going.said = trouble.said;
                return None;
            }
        };
        let going = letter.goes.remove(at);
        Some(Failed {
            to: going.to,
            named: going.named,
            trouble,
        })
    }

    /// Takes a letter out that has to go nowhere any more.
    pub fn remove_done(&mut self, id: u32) -> Option<Queued> {
        self.letters
            .get(&id)
            .filter(|letter| letter.goes.is_empty())?;
        let done = self.letters.remove(&id)?;
        self.bytes -= done.bytes.len() as u64;
        self.changed.insert(id);
        Some(done)
    }

    /// When the sender of a letter is to be told that it is late.
    pub fn next_warning(&self) -> Option<(Time, u32)> {
        let after = self.schedule.warns_after;
        let after = after.filter(|after| *after < self.schedule.gives_up_after)?;
        let tells = |letter: &Queued| !letter.warned && letter.from != Path::Null;
        let late = self.letters.iter().filter(|(_, letter)| tells(letter));
        late.map(|(id, letter)| (letter.taken + after, *id)).min()
    }

    /// A letter's sender has been told.
    pub fn warned(&mut self, id: u32) -> Option<&Queued> {
        let letter = self.letters.get_mut(&id)?;
        letter.warned = true;
        Some(letter)
    }

    /// When a letter would be given up.
    pub fn end_of(&self, letter: &Queued) -> Time {
        letter.taken + self.schedule.gives_up_after
    }

    /// The letters of which something has changed, since this was asked the last time.
    pub fn take_changed(&mut self) -> Set<u32> {
        std::mem::take(&mut self.changed)
    }

    /// Where each recipient of a letter stands.
    pub fn notes_of(&self, id: u32) -> Map<String, String> {
        let mut notes = Map::new();
        if let Some(letter) = self.letters.get(&id) {
            for going in &letter.goes {
                notes.insert(key(id, letter, going.place), going.to_string());
            }
        }
        notes
    }
}

impl Going {
    /// Whether it is to be tried, and on no connection.
    pub fn is_due(&self, now: Time) -> bool {
        self.under_way.is_none() && self.next <= now
    }
}

fn key(id: u32, letter: &Queued, place: usize) -> String {
    match letter.several {
        true => format!("queue.{id}.{place}"),
        false => format!("queue.{id}"),
    }
}

/// `for grace@example.net: 2 tries, next at 00:30:05, last said 451 4.7.1 Come again`
impl std::fmt::Display for Going {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "for {}: ", self.to)?;
        match (self.tries, self.under_way) {
            (0, None) => return f.write_str("not tried yet"),
            (0, Some(_)) => return f.write_str("on its way"),
            (1, _) => f.write_str("1 try")?,
            (tries, _) => write!(f, "{tries} tries")?,
        }
        match self.under_way {
            Some(_) => f.write_str(", on its way again")?,
            None => write!(f, ", next at {}", clock(self.next))?,
        }
        write!(f, ", last said {}", self.said)
    }
}

/// A moment of the run, as hours, minutes and seconds.
pub(super) fn clock(time: Time) -> String {
    // What is due is never shown as due before.
    let s = time.0.div_ceil(1_000_000_000);
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}
