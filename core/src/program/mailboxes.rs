//! Mailboxes in memory: address → the letters that arrived for it.

use super::contract::Request;
use crate::base::Time;
use crate::base::sorted::Map;
use crate::proto::smtp::{Mailbox, Path};
use std::sync::Arc;

/// A letter in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLetter {
    /// The envelope's sender.
    pub from: Path,
    /// The envelope's recipient, as the sender wrote it.
    pub to: Path,
    /// When it arrived.
    pub time: Time,
    /// The letter with all its stamps.
    pub bytes: Arc<[u8]>,
}

/// A host's mailboxes.
#[derive(Clone, Debug, Default)]
pub struct Mailboxes {
    boxes: Map<String, Vec<StoredLetter>>,
}

impl Mailboxes {
    /// Makes an empty mailbox for this address, unless it has one.
    pub fn add(&mut self, address: &Mailbox) {
        self.boxes.or_default(address.key());
    }

    /// Whether this address has a mailbox.
    #[must_use]
    pub fn has(&self, address: &Mailbox) -> bool {
        self.boxes.contains_key(&address.key())
    }

    /// Puts a letter into the mailbox of an address, which must have one.
    pub fn put(&mut self, address: &Mailbox, letter: StoredLetter) {
        let letters = self.boxes.get_mut(&address.key());
        letters.expect("the address has a mailbox").push(letter);
    }

    /// The letters of an address, the oldest first; none where it has no mailbox.
    #[must_use]
    pub fn letters(&self, address: &Mailbox) -> &[StoredLetter] {
        self.boxes.get(&address.key()).map_or(&[], Vec::as_slice)
    }

    /// How full the mailbox of an address is: `mailbox.grace@example.net = 1 letter`.
    #[must_use]
    pub fn note(&self, address: &Mailbox) -> Request {
        Request::Note {
            key: format!("mailbox.{}", address.key()),
            value: match self.letters(address).len() {
                1 => "1 letter".into(),
                n => format!("{n} letters"),
            },
        }
    }
}
