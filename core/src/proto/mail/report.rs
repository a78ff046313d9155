//! What a server tells the sender of a letter that is late or lost (RFC 3464): a sentence
//! for people, the same for programs, and the letter it is about.

use super::attach::{self, Body};
use super::compose::header;
use super::headers;
use crate::base::Time;
use crate::base::time::Civil;

/// So much of a lost letter goes back with the report.
const MAX_ORIGINAL: usize = 64 << 10;
/// Lines of what a server said are cut there.
const MAX_SAID: usize = 500;

/// A report on one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// When it is written.
    pub date: Time,
    /// The server that writes it: `mx.example.net`.
    pub by: &'a str,
    /// Whom it is for: the letter's sender, without angle brackets.
    pub to: &'a str,
    /// What tells it from all other letters, without angle brackets.
    pub message_id: &'a str,
    /// When the letter came to the server.
    pub arrived: Time,
    /// What became of it, for each recipient it is about.
    pub fates: Vec<Fate<'a>>,
    /// The letter.
    pub original: &'a [u8],
    /// Whether all of the letter goes back, up to a size, or its headers only.
    pub whole: bool,
}

/// What became of a letter for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate<'a> {
    /// The recipient, without angle brackets.
    pub recipient: &'a str,
    /// What became of it.
    pub action: Action,
    /// The enhanced code: `5.1.1` (RFC 3463).
    pub status: &'a str,
    /// The server that said so.
    pub remote: Option<&'a str>,
    /// What it said, code and text: `550 5.1.1 No such user here`.
    pub said: Option<&'a str>,
    /// The same as a sentence for people, without full stop; what was said, where empty.
    pub why: &'a str,
}

/// What became of a letter (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// It is late, and tried until then.
    Delayed(Time),
}

/// The letter that reports. Its envelope's sender is nobody (`<>`), so that no report is
/// ever written on a report (RFC 5321 §4.5.5).
#[must_use]
pub fn report(report: &Report<'_>) -> Vec<u8> {
    let is_lost = report
        .fates
        .iter()
        .any(|fate| fate.action == Action::Failed);
    let subject = if is_lost {
        "Your letter could not be delivered"
    } else {
        "Your letter is late"
    };
    let bodies = [
        attach::text_body(&for_people(report)),
        Body {
            headers: vec!["Content-Type: message/delivery-status".into()],
            text: for_programs(report),
        },
        original(report),
    ];
    let boundary = attach::boundary(report.message_id, &bodies);
    let mut out = String::new();
    header(&mut out, "Date", &Civil::at(report.date).rfc5322());
    let from = format!("Mail server <MAILER-DAEMON@{}>", one_line(report.by));
    header(&mut out, "From", &from);
    header(&mut out, "To", &one_line(report.to));
    header(&mut out, "Subject", subject);
    header(
        &mut out,
        "Message-ID",
        &format!("<{}>", one_line(report.message_id)),
    );
    // RFC 3834 §5: no program is to answer this.
    header(&mut out, "Auto-Submitted", "auto-replied");
    header(&mut out, "MIME-Version", "1.0");
    let kind = format!("multipart/report; report-type=delivery-status; boundary=\"{boundary}\"");
    header(&mut out, "Content-Type", &kind);
    out.push_str("\r\n");
    out.push_str(&attach::join(&bodies, &boundary));
    out.into_bytes()
}

fn for_people(report: &Report<'_>) -> String {
    let mut text = format!("This is the mail server {}.\n", one_line(report.by));
    for fate in &report.fates {
        let to = one_line(fate.recipient);
        text += &match fate.action {
            Action::Failed => format!("\nYour letter to {to} could not be delivered.\n"),
            Action::Delayed(until) => format!(
                "\nYour letter to {to} is late. It is not lost: it will be tried until\n{}. \
                 There is no need to send it again.\n",
                Civil::at(until).rfc5322()
            ),
        };
        if !fate.why.is_empty() {
            text += &format!("{}.\n", one_line(fate.why));
        } else if let Some(said) = fate.said {
            let who = fate
                .remote
                .map_or("It was".into(), |host| format!("{} has", one_line(host)));
            text += &format!("{who} said: {}\n", one_line(said));
        }
    }
    text
}

/// RFC 3464 §2: fields of the letter, then a group of fields for each recipient.
fn for_programs(report: &Report<'_>) -> String {
    let mut out = String::new();
    header(
        &mut out,
        "Reporting-MTA",
        &format!("dns; {}", one_line(report.by)),
    );
    header(
        &mut out,
        "Arrival-Date",
        &Civil::at(report.arrived).rfc5322(),
    );
    for fate in &report.fates {
        out.push_str("\r\n");
        let recipient = format!("rfc822; {}", one_line(fate.recipient));
        header(&mut out, "Final-Recipient", &recipient);
        let action = match fate.action {
            Action::Failed => "failed",
            Action::Delayed(_) => "delayed",
        };
        header(&mut out, "Action", action);
        header(&mut out, "Status", &one_line(fate.status));
        if let Some(remote) = fate.remote {
            header(
                &mut out,
                "Remote-MTA",
                &format!("dns; {}", one_line(remote)),
            );
        }
        if let Some(said) = fate.said {
            header(
                &mut out,
                "Diagnostic-Code",
                &format!("smtp; {}", one_line(said)),
            );
        }
        header(
            &mut out,
            "Last-Attempt-Date",
            &Civil::at(report.date).rfc5322(),
        );
        if let Action::Delayed(until) = fate.action {
            header(&mut out, "Will-Retry-Until", &Civil::at(until).rfc5322());
        }
    }
    out
}

/// The letter, or its headers (RFC 6522 §3).
fn original(report: &Report<'_>) -> Body {
    let whole = report.whole && report.original.len() <= MAX_ORIGINAL;
    let (kind, bytes) = if whole {
        ("message/rfc822", report.original)
    } else {
        let head = headers::read(report.original).body.min(MAX_ORIGINAL);
        ("text/rfc822-headers", &report.original[..head])
    };
    // Bytes that are no text become no more bytes than they were, or lines could grow too long
    // for the way back.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).replace('\u{fffd}', "?"),
    };
    let mut headers = vec![format!("Content-Type: {kind}")];
    if !text.is_ascii() {
        headers.push("Content-Transfer-Encoding: 8bit".into());
    }
    Body { headers, text }
}

/// Text from elsewhere as one line of ASCII.
fn one_line(text: &str) -> String {
    let safe = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    text.replace(['\r', '\n', '\t'], " ")
        .chars()
        .take(MAX_SAID)
        .map(safe)
        .collect()
}
