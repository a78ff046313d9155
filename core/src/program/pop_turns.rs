//! What is said over POP3, as turns: a command, a reply, or a letter.

use super::contract::{Turn, TurnKind};
use crate::proto::mail::headers;
use crate::proto::pop3::{Command, Prompt, Reply, Verb, emit, meaning};

/// The part of the work a command belongs to; none where it belongs to whatever is going on.
#[must_use]
pub fn phase(command: &Command) -> Option<&'static str> {
    Some(match command.verb() {
        Verb::User | Verb::Pass => "log in",
        Verb::Stat | Verb::List | Verb::Uidl => "look into the mailbox",
        Verb::Retr | Verb::Top | Verb::Dele | Verb::Rset => "fetch the letters",
        Verb::Quit => "say goodbye",
        Verb::Noop | Verb::Capa | Verb::Unknown => return None,
    })
}

/// The turn of a command.
#[must_use]
pub fn command(command: &Command) -> Turn {
    let text = emit::command_text(command);
    let verb = text.split(' ').next().unwrap_or_default().to_owned();
    meaning::command(command).turn(TurnKind::Command, verb, text)
}

/// The turn of a reply to `to`.
#[must_use]
pub fn reply(reply: &Reply, to: Prompt) -> Turn {
    let verb = reply.word().to_owned();
    let text = emit::reply_text(reply);
    meaning::reply(reply, to).turn(TurnKind::Reply, verb, text)
}

/// The turn of a letter handed over.
#[must_use]
pub fn letter(bytes: &[u8]) -> Turn {
    let text = match headers::find(bytes, "Subject") {
        Some(subject) if !subject.is_empty() => format!("the letter \"{subject}\""),
        _ => "the letter".into(),
    };
    meaning::letter().turn(TurnKind::Data, "LETTER".into(), text)
}
