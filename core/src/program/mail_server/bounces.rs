//! Letters that a server writes itself: that a letter is late, or will not arrive (RFC 3464).

use super::queue::{Failed, Queued};
use crate::base::Time;
use crate::proto::mail::report::{Action, Fate, Report, report};
use crate::proto::smtp::{Mailbox, Path};

/// Who writes a report, and when.
#[derive(Debug)]
pub(super) struct Writer {
    pub now: Time,
    pub hostname: String,
    pub postmaster: Option<Mailbox>,
    /// What tells this report from all other letters.
    pub message_id: String,
}

/// A report that a letter did not get to these, with the letter.
pub(super) fn failure(writer: &Writer, letter: &Queued, failed: &[Failed]) -> Vec<u8> {
    let names: Vec<String> = failed.iter().map(|failed| failed.to.to_string()).collect();
    let fates = failed.iter().zip(&names).map(|(failed, recipient)| {
        let trouble = &failed.trouble;
        let by = trouble.by.as_deref();
        Fate {
            recipient,
            action: Action::Failed,
            status: &trouble.status,
            remote: by,
            said: by.map(|_| trouble.said.as_str()),
            why: match by {
                Some(_) => "",
                None => &trouble.said,
            },
        }
    });
    write(writer, letter, fates.collect(), true)
}

/// A report that a letter still waits, with its headers.
pub(super) fn delay(writer: &Writer, letter: &Queued, until: Time) -> Vec<u8> {
    let names: Vec<String> = letter
        .goes
        .iter()
        .map(|going| going.to.to_string())
        .collect();
    let fates = letter
        .goes
        .iter()
        .zip(&names)
        .map(|(going, recipient)| Fate {
            recipient,
            action: Action::Delayed(until),
            status: "4.4.7",
            remote: None,
            said: None,
            why: &going.said,
        });
    write(writer, letter, fates.collect(), false)
}

fn write(writer: &Writer, letter: &Queued, fates: Vec<Fate<'_>>, whole: bool) -> Vec<u8> {
    let to = match &letter.from {
        Path::Mailbox(sender) => Some(sender),
        // A report that was lost: the postmaster is told.
        Path::Null | Path::Postmaster => writer.postmaster.as_ref(),
    };
    report(&Report {
        date: writer.now,
        by: &writer.hostname,
        to: &to.map(Mailbox::to_string).unwrap_or_default(),
        message_id: &writer.message_id,
        arrived: letter.taken,
        fates,
        original: &letter.bytes,
        whole,
    })
}
