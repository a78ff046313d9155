//! The delivering half: who is welcome, and where a letter goes from here.
//!
//! Today every letter goes into a mailbox of this host.

use crate::base::Time;
use crate::base::sorted::Set;
use crate::program::contract::Request;
use crate::program::mailboxes::{Mailboxes, StoredLetter};
use crate::proto::mail::trace;
use crate::proto::smtp::server::Received;
use crate::proto::smtp::{Mailbox, Path, Reply, parse};
use std::sync::Arc;

/// Knows this server's domains and keeps its mailboxes.
#[derive(Debug)]
pub(super) struct Delivery {
    domains: Vec<String>,
    /// Those whose fullness is noted from the start.
    people: Vec<Mailbox>,
    /// Where letters to the bare name go (RFC 5321 §4.5.1).
    postmaster: Option<Mailbox>,
    pub mailboxes: Mailboxes,
    count: u32,
}

impl Delivery {
    pub fn new(hostname: &str, domains: &[String], people: Vec<Mailbox>) -> Self {
        let first = domains.first().map_or(hostname, String::as_str);
        let mut delivery = Self {
            domains: domains.to_vec(),
            people,
            postmaster: parse::mailbox(&format!("postmaster@{first}")).ok(),
            mailboxes: Mailboxes::default(),
            count: 0,
        };
        for address in delivery.people.iter().chain(&delivery.postmaster) {
            delivery.mailboxes.add(address);
        }
        delivery
    }

    /// How full each mailbox is.
    pub fn notes(&self) -> Vec<Request> {
        self.people
            .iter()
            .map(|address| self.mailboxes.note(address))
            .collect()
    }

    /// The answer to RCPT.
    pub fn welcome(&self, to: &Path) -> Reply {
        if self.mailbox_of(to).is_some() {
            return Reply::new(250, "OK");
        }
        match to {
            Path::Mailbox(mailbox) if !self.is_ours(mailbox) => {
                // RFC 5321 §3.6.2.
                let text = format!("I do not pass on letters to {}", mailbox.domain());
                Reply::new(550, text)
            }
            _ => Reply::new(550, format!("No such user here: {to}")),
        }
    }

    /// The number the next letter gets.
    pub fn next_id(&self) -> u32 {
        self.count + 1
    }

    /// How many letters have been taken.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Puts a letter, stamped by the receiving half, into the mailbox of each recipient:
    /// once, however often it is named.
    pub fn deliver(&mut self, now: Time, received: &Received, stamped: &[u8]) -> Vec<Request> {
        self.count += 1;
        // RFC 5321 §4.4: the last server writes down the envelope's sender.
        let mut bytes = trace::return_path(&received.from.to_string()).into_bytes();
        bytes.extend_from_slice(stamped);
        let bytes: Arc<[u8]> = bytes.into();
        let mut served = Set::new();
        let mut notes = Vec::new();
        for to in &received.to {
            let Some(mailbox) = self.mailbox_of(to) else {
                continue;
            };
            if served.insert(mailbox.key()) {
                let letter = StoredLetter {
                    from: received.from.clone(),
                    to: to.clone(),
                    time: now,
                    bytes: bytes.clone(),
                };
                self.mailboxes.put(&mailbox, letter);
                notes.push(self.mailboxes.note(&mailbox));
            }
        }
        notes
    }

    /// Whether this server takes letters for the domain of this address.
    fn is_ours(&self, mailbox: &Mailbox) -> bool {
        let mut domains = self.domains.iter();
        domains.any(|domain| domain.eq_ignore_ascii_case(mailbox.domain()))
    }

    /// The address in whose mailbox letters to `to` land, if any.
    fn mailbox_of(&self, to: &Path) -> Option<Mailbox> {
        match to {
            Path::Mailbox(mailbox) if self.mailboxes.has(mailbox) => Some(mailbox.clone()),
            // RFC 5321 §4.5.1: every domain served has a postmaster.
            Path::Mailbox(mailbox) => {
                let is_postmaster = mailbox.local().eq_ignore_ascii_case("postmaster");
                let postmaster = self.postmaster.clone();
                postmaster.filter(|_| is_postmaster && self.is_ours(mailbox))
            }
            Path::Postmaster => self.postmaster.clone(),
            Path::Null => None,
        }
    }
}
