//! Letters that a server writes itself: that a letter is late, or will not arrive (RFC 3464).

use super::queue::{Failed, Queued, Trouble};
use crate::base::Time;
use crate::base::time::Civil;
use crate::proto::mail::headers;
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
    let mut text = format!(
        "This is the mail server at {}.\r\n\r\nYour letter could not be delivered to:\r\n\r\n",
        writer.hostname
    );
    let mut fields = String::new();
    for Failed { to, named, trouble } in failed {
        text += &format!("    <{to}>: {}\r\n", trouble.said);
        fields += &recipient(to, named, "failed", trouble);
    }
    text += "\r\nI will not try again. The letter comes with this report.\r\n";
    let mut bytes = report(writer, letter, "could not be delivered", &text, &fields);
    bytes += "Content-Type: message/rfc822\r\n\r\n";
    finish(bytes, &letter.bytes, writer)
}

/// A report that a letter still waits, with its headers.
pub(super) fn delay(writer: &Writer, letter: &Queued, until: Time) -> Vec<u8> {
    let mut text = format!(
        "This is the mail server at {}.\r\n\r\nYour letter still waits here, for:\r\n\r\n",
        writer.hostname
    );
    let mut fields = String::new();
    let until = Civil::at(until).rfc5322();
    for going in &letter.goes {
        let said = match going.said.is_empty() {
            true => "Not tried yet",
            false => &going.said,
        };
        text += &format!("    <{}>: {said}\r\n", going.to);
        let trouble = Trouble::own("4.4.7", said);
        fields += &recipient(&going.to, &going.named, "delayed", &trouble);
        fields += &format!("Will-Retry-Until: {until}\r\n");
    }
    text += &format!("\r\nYou need not send it again: I go on trying until {until}.\r\n");
    let mut bytes = report(writer, letter, "is late", &text, &fields);
    bytes += "Content-Type: text/rfc822-headers\r\n\r\n";
    let head = headers::read(&letter.bytes).body;
    let head = letter.bytes.get(..head).unwrap_or_default();
    finish(bytes, head, writer)
}

/// What is said of one recipient for programs to read (RFC 3464 §2.3).
fn recipient(to: &Mailbox, named: &Path, action: &str, trouble: &Trouble) -> String {
    let mut fields = "\r\n".to_owned();
    if let Path::Mailbox(named) = named
        && named.key() != to.key()
    {
        fields += &format!("Original-Recipient: rfc822;{named}\r\n");
    }
    let Trouble { status, said, by } = trouble;
    fields += &format!("Final-Recipient: rfc822;{to}\r\nAction: {action}\r\nStatus: {status}\r\n");
    match by {
        Some(by) => {
            fields += &format!("Remote-MTA: dns;{by}\r\nDiagnostic-Code: smtp;{said}\r\n");
        }
        None => fields += &format!("Diagnostic-Code: x-wirestage;{said}\r\n"),
    }
    fields
}

fn report(writer: &Writer, letter: &Queued, what: &str, text: &str, fields: &str) -> String {
    let from = writer.postmaster.as_ref();
    let from = from.map_or_else(|| format!("postmaster@{}", writer.hostname), Mailbox::to_string);
    let to = match &letter.from {
        Path::Mailbox(sender) => sender.to_string(),
        Path::Null | Path::Postmaster => from.clone(),
    };
    let boundary = boundary(writer);
    let (date, arrived) = (Civil::at(writer.now).rfc5322(), Civil::at(letter.taken).rfc5322());
    format!(
        "Date: {date}\r\nFrom: Mail server <{from}>\r\nTo: {to}\r\nSubject: Your letter {what}\r\n\
         Message-ID: <{}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
         --{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns;{}\r\nArrival-Date: {arrived}\r\n{fields}\r\n--{boundary}\r\n",
        writer.message_id, writer.hostname
    )
}

fn boundary(writer: &Writer) -> String {
    format!("={}", writer.message_id.replace('@', "="))
}

fn finish(head: String, letter: &[u8], writer: &Writer) -> Vec<u8> {
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(letter);
    bytes.extend_from_slice(format!("\r\n--{}--\r\n", boundary(writer)).as_bytes());
    bytes
}
