//! What commands, replies and letters mean, in a dozen plain words, and where the RFC says so.

use super::types::{Command, Prompt, Reply, Verb};

use crate::proto::meaning::{Meaning, short};

/// What a command means.
#[must_use]
pub fn command(command: &Command) -> Meaning {
    let (text, reference) = match command {
        Command::User(user) => (
            format!("wants the letters of {}", short(user, 40)),
            "RFC 1939 §7",
        ),
        Command::Pass(_) => (
            "says the password, readable for everyone on the way".into(),
            "RFC 1939 §7",
        ),
        Command::Stat => ("asks how many letters there are".into(), "RFC 1939 §5"),
        Command::List(None) => ("asks how large each letter is".into(), "RFC 1939 §5"),
        Command::List(Some(n)) => (format!("asks how large letter {n} is"), "RFC 1939 §5"),
        Command::Uidl(None) => (
            "asks for each letter's lasting id, to know new ones".into(),
            "RFC 1939 §7",
        ),
        Command::Uidl(Some(n)) => (format!("asks for letter {n}'s lasting id"), "RFC 1939 §7"),
        Command::Retr(n) => (format!("asks for letter {n}"), "RFC 1939 §5"),
        Command::Top(n, lines) => (
            format!("asks for the headers of letter {n}, and {lines} lines"),
            "RFC 1939 §7",
        ),
        Command::Dele(n) => (
            format!("marks letter {n}, to be deleted at the goodbye"),
            "RFC 1939 §5",
        ),
        Command::Rset => ("takes all marks back".into(), "RFC 1939 §5"),
        Command::Noop => ("asks for nothing but an answer".into(), "RFC 1939 §5"),
        Command::Capa => ("asks what the server can do".into(), "RFC 2449 §5"),
        Command::Quit => (
            "says goodbye; what is marked may be deleted now".into(),
            "RFC 1939 §6",
        ),
        Command::Unknown { .. } => ("says a word not spoken here".into(), "RFC 1939 §3"),
    };
    Meaning::new(text, reference)
}

/// What a reply means, as an answer to `to`.
#[must_use]
pub fn reply(reply: &Reply, to: Prompt) -> Meaning {
    let (text, reference) = match (to, reply.ok) {
        (Prompt::Connection, true) => ("greets, has letters to give", "RFC 1939 §4"),
        (Prompt::Connection, false) => ("turns the client away", "RFC 1939 §4"),
        (Prompt::Command(Verb::Pass), false) => {
            ("refuses: no such user and password", "RFC 1939 §7")
        }
        (Prompt::Command(Verb::User), true) => ("waits for the password", "RFC 1939 §7"),
        (Prompt::Command(Verb::Pass), true) => {
            ("opens the mailbox, for this client alone", "RFC 1939 §4")
        }
        (Prompt::Command(Verb::Stat), true) => {
            ("says how many letters, and how many bytes", "RFC 1939 §5")
        }
        (Prompt::Command(Verb::List), true) => {
            ("lists each letter's number and size", "RFC 1939 §5")
        }
        (Prompt::Command(Verb::Uidl), true) => {
            ("lists each letter's number and lasting id", "RFC 1939 §7")
        }
        (Prompt::Command(Verb::Retr), true) => ("has it; the letter follows", "RFC 1939 §5"),
        (Prompt::Command(Verb::Top), true) => {
            ("has it; the letter's beginning follows", "RFC 1939 §7")
        }
        (Prompt::Command(Verb::Dele), true) => {
            ("has marked the letter, still keeps it", "RFC 1939 §5")
        }
        (Prompt::Command(Verb::Rset), true) => ("has taken all marks back", "RFC 1939 §5"),
        (Prompt::Command(Verb::Capa), true) => ("lists what it can do", "RFC 2449 §5"),
        (Prompt::Command(Verb::Quit), true) => {
            ("says goodbye; what was marked is deleted", "RFC 1939 §6")
        }
        (Prompt::Command(Verb::Quit), false) => (
            "says goodbye; not all marked letters are deleted",
            "RFC 1939 §6",
        ),
        (Prompt::Command(_), true) => ("has done so", "RFC 1939 §3"),
        (Prompt::Command(_), false) => ("refuses", "RFC 1939 §3"),
    };
    Meaning::new(text, reference)
}

/// What handing over a letter means.
#[must_use]
pub fn letter() -> Meaning {
    Meaning::new("hands over the letter; a dot alone ends it", "RFC 1939 §3")
}
