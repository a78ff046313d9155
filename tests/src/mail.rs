//! The letters of a run: where each of them ended, and what was added on the way.

use crate::Run;
use std::collections::BTreeMap;
use wirestage_core::base::Kept;
use wirestage_core::timeline::Kind;

/// A letter in a mailbox, as it lay there when it had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The host that keeps the mailbox.
    pub host: String,
    /// Whose mailbox.
    pub address: String,
    /// The letter with all its stamps.
    pub bytes: Vec<u8>,
}

/// Every letter that was ever put into a mailbox, in order, also those that were fetched and
/// deleted since.
#[must_use]
pub fn stored(run: &Run) -> Vec<Stored> {
    let t = &run.timeline;
    let mut found = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    for event in t.events().iter().filter(|event| event.kind == Kind::Kept) {
        let kept = t.kept(event.arg);
        let Some(Kept::File(content)) = &kept.what else {
            continue;
        };
        let host = t.node(event.host).name.clone();
        let mut steps = kept.path.trim_start_matches('/').split('/');
        let (Some("mail"), Some(address), Some(_)) = (steps.next(), steps.next(), steps.next())
        else {
            continue;
        };
        // A host that comes up again says what it has once more.
        let key = (host.clone(), kept.path.clone());
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        found.push(Stored {
            host,
            address: address.to_owned(),
            bytes: t.content(content),
        });
    }
    found
}

impl Stored {
    /// Whether it is a report on another letter: such have no sender (RFC 5321 §4.5.5).
    #[must_use]
    pub fn is_report(&self) -> bool {
        self.bytes.starts_with(b"Return-Path: <>")
    }

    /// The lines of its header, each with those that go on from it.
    #[must_use]
    pub fn header(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines: Vec<String> = Vec::new();
        for line in head.split("\r\n") {
            match lines.last_mut() {
                Some(last) if line.starts_with([' ', '\t']) => {
                    last.push_str("\r\n");
                    last.push_str(line);
                }
                _ => lines.push(line.to_owned()),
            }
        }
        lines
    }

    /// How many servers have stamped it.
    #[must_use]
    pub fn hops(&self) -> usize {
        let lines = self.header();
        lines.iter().filter(|l| l.starts_with("Received:")).count()
    }

    /// The letter as it came over the wire to the host that keeps it: without the sender that
    /// the last server writes down, and without its stamp (RFC 5321 §4.4). Nothing for what
    /// that host has written itself.
    #[must_use]
    pub fn as_it_came(&self) -> Option<Vec<u8>> {
        let mut lines = self.header().into_iter();
        let mut gone = 0;
        for name in ["Return-Path:", "Received:"] {
            let line = lines.next().filter(|line| line.starts_with(name))?;
            gone += line.len() + 2;
        }
        Some(self.bytes[gone..].to_vec())
    }
}

/// What each host's programs said of themselves last: `queue` is `1`.
#[must_use]
pub fn notes(run: &Run) -> BTreeMap<(String, String), String> {
    let t = &run.timeline;
    let mut notes = BTreeMap::new();
    for event in t.events().iter().filter(|event| event.kind == Kind::Note) {
        let note = t.note(event.arg);
        let host = t.node(event.host).name.clone();
        notes.insert((host, note.key.clone()), note.value.clone());
    }
    notes
}
