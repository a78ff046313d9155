//! Letters that were fetched, kept as files.

use crate::base::Content;
use crate::base::sorted::Set;
use crate::program::contract::{Kept, Request};
use crate::program::desk::Desk;
use crate::proto::mail::{headers, read};
use std::sync::Arc;

/// The letters that are here, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    letters: Vec<Fetched>,
    last_number: u32,
    /// The lasting ids of all letters that ever came.
    seen: Set<String>,
}

#[derive(Debug)]
struct Fetched {
    /// Letters are counted as they come.
    number: u32,
    bytes: Arc<[u8]>,
}

/// What there is to list or to read where nothing is.
const EMPTY: &str = "There are no letters here. Type fetch to ask the server.";

/// More of a letter's text is not shown.
const MOST_SHOWN: usize = 2000;

impl Inbox {
    pub fn has_seen(&self, uid: &str) -> bool {
        self.seen.contains(uid)
    }

    /// Keeps a letter, and answers which number it has here.
    pub fn add(&mut self, letter: Vec<u8>, uid: Option<String>, desk: &mut Desk) -> u32 {
        self.seen.extend(uid);
        self.last_number += 1;
        let letter = Fetched {
            number: self.last_number,
            bytes: letter.into(),
        };
        desk.note(letter.key(), letter.line());
        let content = Content::Bytes(letter.bytes.clone());
        let (path, what) = (letter.path(), Some(Kept::File(content)));
        desk.ask(Request::Keeps { path, what });
        self.letters.push(letter);
        self.last_number
    }

    /// One line for each letter.
    pub fn list(&self) -> String {
        if self.letters.is_empty() {
            return EMPTY.into();
        }
        let line = |letter: &Fetched| format!("{}  {}", letter.number, letter.line());
        let lines: Vec<String> = self.letters.iter().map(line).collect();
        lines.join("\n")
    }

    /// What came, in a sentence.
    pub fn tell_of(&self, numbers: &[u32]) -> String {
        match numbers {
            [] => "No new letters.".into(),
            [number] => {
                let letter = self.letters.iter().find(|letter| letter.number == *number);
                let line = letter.map(Fetched::line).unwrap_or_default();
                format!("A new letter, number {number}: {line}.")
            }
            [first, .., last] => {
                let count = numbers.len();
                format!("{count} new letters, numbers {first} to {last}.")
            }
        }
    }

    /// A letter as a person reads it.
    pub fn show(&self, number: u32) -> Result<String, String> {
        if self.letters.is_empty() {
            return Ok(EMPTY.into());
        }
        let letter = self.find(number)?;
        let letter = read::read(&letter.bytes);
        let mut out = String::new();
        for name in ["From", "To", "Cc", "Subject"] {
            if let Some(value) = letter.header(name) {
                out.push_str(&[name, ": ", value, "\n"].concat());
            }
        }
        let text = letter.text();
        out.push('\n');
        out.extend(text.trim_end().chars().take(MOST_SHOWN));
        if text.chars().nth(MOST_SHOWN).is_some() {
            out.push_str(" ...");
        }
        for file in letter.files() {
            let name = file.name.as_deref().unwrap_or_default();
            let len = file.bytes.len().to_string();
            out.push_str(&["\nWith it: ", name, ", ", &len, " bytes"].concat());
        }
        Ok(out)
    }

    /// Throws a letter away.
    pub fn delete(&mut self, number: u32, desk: &mut Desk) -> Result<String, String> {
        let letter = self.find(number)?;
        desk.note(letter.key(), "");
        let (path, what) = (letter.path(), None);
        desk.ask(Request::Keeps { path, what });
        self.letters.retain(|letter| letter.number != number);
        Ok(format!("Letter {number} is gone."))
    }

    fn find(&self, number: u32) -> Result<&Fetched, String> {
        let mut letters = self.letters.iter();
        let letter = letters.find(|letter| letter.number == number);
        letter.ok_or_else(|| format!("There is no letter {number} here. Type list to see them."))
    }
}

impl Fetched {
    fn key(&self) -> String {
        format!("inbox.{}", self.number)
    }

    fn path(&self) -> String {
        format!("/mail/{}.eml", self.number)
    }

    /// Who wrote what: `"Lunch?" from Ada <ada@example.org>, 312 bytes`.
    fn line(&self) -> String {
        let header = |name| headers::find(&self.bytes, name).unwrap_or_default();
        let (subject, from) = (header("Subject"), header("From"));
        format!("\"{subject}\" from {from}, {} bytes", self.bytes.len())
    }
}
