//! Mailboxes in memory: address → the letters that arrived for it.

use super::contract::Request;
use crate::base::sorted::Map;
use crate::base::{Content, Kept, Time};
use crate::proto::smtp::{Mailbox, Path};
use std::sync::Arc;

/// A letter in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLetter {
    /// Which letter of this mailbox, counted from 1. No other letter of it ever has this number.
    pub number: u32,
    /// The envelope's sender.
    pub from: Path,
    /// The envelope's recipient, as the sender wrote it.
    pub to: Path,
    /// When it arrived.
    pub time: Time,
    /// The letter with all its stamps.
    pub bytes: Arc<[u8]>,
}

/// One mailbox.
#[derive(Clone, Debug, Default)]
struct Drawer {
    letters: Vec<StoredLetter>,
    /// How many letters there have been.
    count: u32,
}

/// A host's mailboxes.
#[derive(Clone, Debug, Default)]
pub struct Mailboxes {
    boxes: Map<String, Drawer>,
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

    /// The addresses that have a mailbox, in small letters and in order.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.boxes.keys().map(String::as_str)
    }

    /// Puts a letter into the mailbox of an address, and gives it its number there. None
    /// where the address has no mailbox.
    pub fn put(&mut self, address: &Mailbox, mut letter: StoredLetter) -> Option<u32> {
        let found = self.boxes.get_mut(&address.key())?;
        found.count += 1;
        letter.number = found.count;
        found.letters.push(letter);
        Some(found.count)
    }

    /// Takes a letter out of a mailbox. False where it is not there.
    pub fn remove(&mut self, address: &Mailbox, number: u32) -> bool {
        let Some(found) = self.boxes.get_mut(&address.key()) else {
            return false;
        };
        let before = found.letters.len();
        found.letters.retain(|letter| letter.number != number);
        found.letters.len() < before
    }

    /// The letters of an address, the oldest first; none where it has no mailbox.
    #[must_use]
    pub fn letters(&self, address: &Mailbox) -> &[StoredLetter] {
        self.of(&address.key())
    }

    /// How many bytes the mailbox of an address holds.
    #[must_use]
    pub fn bytes(&self, address: &Mailbox) -> u64 {
        size(self.letters(address))
    }

    /// How many bytes all of them hold.
    #[must_use]
    pub fn all_bytes(&self) -> u64 {
        self.boxes.values().map(|b| size(&b.letters)).sum()
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

    /// What lies at the place of a letter among the host's files.
    #[must_use]
    pub fn keeps(&self, address: &Mailbox, number: u32) -> Request {
        let mut letters = self.letters(address).iter();
        let letter = letters.find(|letter| letter.number == number);
        Request::Keeps {
            path: path(&address.key(), number),
            what: letter.map(|letter| Kept::File(Content::Bytes(letter.bytes.clone()))),
        }
    }

    /// All the folders and files, as they stand.
    #[must_use]
    pub fn keeps_all(&self) -> Vec<Request> {
        let folder = |path: String| Request::Keeps {
            path,
            what: Some(Kept::Folder),
        };
        let mut all = vec![folder(format!("/{FOLDER}"))];
        for (key, found) in self.boxes.iter() {
            all.push(folder(format!("/{FOLDER}/{key}")));
            all.extend(found.letters.iter().map(|letter| Request::Keeps {
                path: path(key, letter.number),
                what: Some(Kept::File(Content::Bytes(letter.bytes.clone()))),
            }));
        }
        all
    }

    fn of(&self, key: &str) -> &[StoredLetter] {
        self.boxes.get(key).map_or(&[], |found| &found.letters)
    }
}

/// The folder that holds the mailboxes, each a folder.
const FOLDER: &str = "mail";

fn path(key: &str, number: u32) -> String {
    format!("/{FOLDER}/{key}/{number}.eml")
}

fn size(letters: &[StoredLetter]) -> u64 {
    letters.iter().map(|letter| letter.bytes.len() as u64).sum()
}
