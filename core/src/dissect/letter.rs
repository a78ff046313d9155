//! A letter's head: who wrote it, and about what.

use crate::proto::mail::headers;

/// What a letter says on its outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// Who it says wrote it: `Ada <ada@example.org>`. Empty where it does not say.
    pub from: String,
    /// What it is about. Empty where it does not say.
    pub subject: String,
    /// It is a mail server's report about another letter (RFC 3464).
    pub is_report: bool,
}

/// Reads a letter's head. Any bytes are a letter of some sort.
#[must_use]
pub fn letterhead(letter: &[u8]) -> Letterhead {
    let find = |name| headers::find(letter, name).unwrap_or_default();
    let kind = find("Content-Type").to_ascii_lowercase();
    Letterhead {
        from: find("From"),
        subject: find("Subject"),
        is_report: kind.starts_with("multipart/report"),
    }
}
