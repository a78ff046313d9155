//! What mail programs say, as turns: a command, a reply, or the letter itself.

use super::contract::{Request, Turn, TurnKind};
use crate::base::{ConnId, Content, Transform};
use crate::proto::mail::headers;
use crate::proto::smtp::meaning;
use crate::proto::smtp::{Command, Prompt, Reply, Verb, emit};

/// The most bytes one `Send` carries.
const MAX_SEND: usize = 64 * 1024;

/// The part of the work a command belongs to.
#[must_use]
pub fn phase(command: &Command) -> &'static str {
    match command.verb() {
        Verb::Mail | Verb::Rcpt | Verb::Rset => "name sender and recipient",
        Verb::Auth => "log in",
        Verb::Data => "hand over the letter",
        Verb::Quit => "say goodbye",
        _ => "say hello",
    }
}

/// The turn of a command.
#[must_use]
pub fn command(command: &Command) -> Turn {
    let text = emit::command_text(command);
    let verb = match command {
        // What answers the server's question has no word of its own.
        Command::Answer(_) => "AUTH",
        _ => text.split(' ').next().unwrap_or_default(),
    };
    let verb = verb.to_owned();
    meaning::command(command).turn(TurnKind::Command, verb, text)
}

/// The turn of a reply to `to`.
#[must_use]
pub fn reply(reply: &Reply, to: Prompt) -> Turn {
    let verb = reply.code.to_string();
    let text = emit::reply_text(reply);
    meaning::reply(reply, to).turn(TurnKind::Reply, verb, text)
}

/// The turn of the letter: its verb is `LETTER`, since `DATA` is the command before it.
#[must_use]
pub fn letter(bytes: &[u8]) -> Turn {
    let text = match headers::find(bytes, "Subject") {
        Some(subject) if !subject.is_empty() => format!("the letter \"{subject}\""),
        _ => "the letter".into(),
    };
    meaning::letter().turn(TurnKind::Data, "LETTER".into(), text)
}

/// The request that sends `bytes` and says `turn` with them, however many they are.
#[must_use]
pub fn send(conn: ConnId, bytes: Vec<u8>, turn: Option<Turn>) -> Request {
    if bytes.len() <= MAX_SEND {
        return Request::Send { conn, bytes, turn };
    }
    let content = Content::Bytes(bytes.into());
    Request::SendContent {
        conn,
        range: 0..content.len(),
        content,
        transform: Transform::AsIs,
        turn,
    }
}
