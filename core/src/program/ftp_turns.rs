//! What FTP programs say, as turns: a command, a reply, or a file's bytes.

use super::contract::{Turn, TurnKind};
use crate::proto::ftp::meaning;
use crate::proto::ftp::{Command, Reply, emit};

/// The turn of a command.
#[must_use]
pub fn command(command: &Command) -> Turn {
    let verb = command.verb().to_owned();
    let text = emit::command_text(command);
    meaning::of_command(command).turn(TurnKind::Command, verb, text)
}

/// The turn of a reply to `to`.
#[must_use]
pub fn reply(to: Option<&Command>, reply: &Reply) -> Turn {
    let verb = reply.code.to_string();
    let text = emit::reply_text(reply);
    meaning::of_reply(to, reply).turn(TurnKind::Reply, verb, text)
}

/// The turn of a file's bytes.
#[must_use]
pub fn data(path: &str, len: u64) -> Turn {
    let meaning = meaning::of_data(path, len);
    meaning.turn(TurnKind::Data, "data".to_owned(), path.to_owned())
}
