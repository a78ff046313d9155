//! What each saying means, in a dozen plain words, and where the RFC says so.

use super::types::{Command, Path, Prompt, Reply, Verb};

/// What a saying means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// At most a dozen plain words.
    pub text: String,
    /// Where the protocol says so.
    pub reference: &'static str,
}

/// What a command means.
#[must_use]
pub fn command(command: &Command) -> Meaning {
    let (text, reference) = match command {
        Command::Ehlo(name) => {
            let text = format!("Hello, I am {}. What can you do?", short(name));
            return of(text, "RFC 5321 §4.1.1.1");
        }
        Command::Helo(name) => {
            let text = format!("Hello, I am {}, in the old way.", short(name));
            return of(text, "RFC 5321 §4.1.1.1");
        }
        Command::Mail { from, .. } => {
            let text = match from {
                Path::Mailbox(mailbox) => {
                    format!("A letter begins. Bounces go to {}.", short_address(mailbox))
                }
                _ => "A letter begins. Nobody wants its bounces.".into(),
            };
            return of(text, "RFC 5321 §4.1.1.2");
        }
        Command::Rcpt { to, .. } => {
            let text = match to {
                Path::Mailbox(mailbox) => {
                    format!("The letter is for {}.", short_address(mailbox))
                }
                _ => "The letter is for whoever runs this server.".into(),
            };
            return of(text, "RFC 5321 §4.1.1.3");
        }
        Command::Data => ("May I hand over the letter?", "RFC 5321 §4.1.1.4"),
        Command::Rset => ("Forget this letter; we start again.", "RFC 5321 §4.1.1.5"),
        Command::Noop => ("Nothing to do. Are you there?", "RFC 5321 §4.1.1.9"),
        Command::Vrfy(_) => ("Do you know this user?", "RFC 5321 §4.1.1.6"),
        Command::Quit => (
            "Goodbye. Please close the connection.",
            "RFC 5321 §4.1.1.10",
        ),
        Command::Unknown { .. } => ("A word no mail server knows.", "RFC 5321 §4.2.4"),
    };
    of(text, reference)
}

/// What a reply means, as an answer to `to`.
#[must_use]
pub fn reply(reply: &Reply, to: Prompt) -> Meaning {
    let (text, reference) = known(reply.code, to).unwrap_or_else(|| by_first_digit(reply.code));
    of(text, reference)
}

/// What handing over the letter means.
#[must_use]
pub fn letter() -> Meaning {
    of(
        "The letter itself. A dot alone on a line ends it.",
        "RFC 5321 §4.5.2",
    )
}

/// What each code means where it stands (RFC 5321 §4.2.3 and §4.3.2).
fn known(code: u16, to: Prompt) -> Option<(&'static str, &'static str)> {
    use Prompt::{Command, Connection, Letter};
    Some(match (code, to) {
        (220, Connection) => ("I am a mail server, and I am ready.", "RFC 5321 §4.3.1"),
        (554, Connection) => ("I take no mail here.", "RFC 5321 §3.1"),
        (421, _) => ("I have to close the connection now.", "RFC 5321 §3.8"),
        (250, Command(Verb::Ehlo)) => (
            "Hello. Each further line is something I can do.",
            "RFC 5321 §4.1.1.1",
        ),
        (250, Command(Verb::Helo)) => ("Hello.", "RFC 5321 §4.1.1.1"),
        (250, Command(Verb::Mail)) => ("The sender is fine.", "RFC 5321 §3.3"),
        (250, Command(Verb::Rcpt)) => ("The recipient is fine.", "RFC 5321 §3.3"),
        (250, Command(Verb::Rset)) => ("The letter is forgotten.", "RFC 5321 §4.1.1.5"),
        (250, Command(_)) => ("Done.", "RFC 5321 §4.2.3"),
        (250, Letter) => (
            "I have the letter. From here on it is mine.",
            "RFC 5321 §4.2.5",
        ),
        (221, _) => ("Goodbye. I close the connection.", "RFC 5321 §4.1.1.10"),
        (251, _) => ("The user moved; I pass the letter on.", "RFC 5321 §3.4"),
        (252, _) => ("I will not say. Send a letter and see.", "RFC 5321 §3.5.3"),
        (354, _) => ("Go on. End the letter with a lone dot.", "RFC 5321 §3.3"),
        (450, _) => ("The mailbox is busy. Try again later.", "RFC 5321 §4.2.3"),
        (451, _) => (
            "Something went wrong here. Try again later.",
            "RFC 5321 §4.2.3",
        ),
        (452, Command(Verb::Rcpt)) => (
            "Too many recipients for one letter.",
            "RFC 5321 §4.5.3.1.10",
        ),
        (452, _) => ("I have no room now. Try again later.", "RFC 5321 §4.2.3"),
        (455 | 555, _) => (
            "I cannot do what this parameter asks.",
            "RFC 5321 §4.1.1.11",
        ),
        (500, Letter) => (
            "No: a line of the letter is too long.",
            "RFC 5321 §4.5.3.1.10",
        ),
        (500, _) => ("I do not know this command.", "RFC 5321 §4.2.4"),
        (501, _) => (
            "I know the command but cannot read the rest.",
            "RFC 5321 §4.2.2",
        ),
        (502, _) => ("I know this command but do not do it.", "RFC 5321 §4.2.4"),
        (503, _) => (
            "Not now: the commands come in another order.",
            "RFC 5321 §4.1.4",
        ),
        (504, _) => ("I do not do it in this way.", "RFC 5321 §4.2.2"),
        (550, Command(Verb::Rcpt)) => ("No: I take no letters for this address.", "RFC 5321 §3.3"),
        (550, _) => ("No.", "RFC 5321 §4.2.3"),
        (551, _) => (
            "The user is elsewhere; I do not pass it on.",
            "RFC 5321 §3.4",
        ),
        (552, _) => ("No: the letter is too large.", "RFC 5321 §4.5.3.1.9"),
        (553, _) => ("No: no mailbox can have this name.", "RFC 5321 §4.2.3"),
        (554, _) => ("No: I do not take this letter.", "RFC 5321 §4.2.3"),
        _ => return None,
    })
}

/// RFC 5321 §4.2.1: a code nobody listed still says yes, go on, later or no.
fn by_first_digit(code: u16) -> (&'static str, &'static str) {
    let text = match code / 100 {
        2 => "Yes.",
        3 => "Go on.",
        4 => "Not now. Try again later.",
        5 => "No, and trying again will not help.",
        _ => "No mail server answers like this.",
    };
    (text, "RFC 5321 §4.2.1")
}

fn of(text: impl Into<String>, reference: &'static str) -> Meaning {
    Meaning {
        text: text.into(),
        reference,
    }
}

/// A name short enough to be one word of a sentence.
fn short(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &name[..cut]),
        None => name.to_owned(),
    }
}

fn short_address(mailbox: &super::Mailbox) -> String {
    short(&mailbox.to_string().replace(' ', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_are_short_and_have_their_section() {
        let mut prompts = vec![Prompt::Connection, Prompt::Letter];
        prompts.extend(Verb::ALL.map(Prompt::Command));
        let mut meanings = vec![letter()];
        for to in prompts {
            meanings.extend((200..600).map(|code| reply(&Reply::new(code, ""), to)));
        }
        for line in [
            "EHLO a",
            "HELO a",
            "MAIL FROM:<>",
            "MAIL FROM:<\"a b c d e f g h i\"@b>",
            "RCPT TO:<postmaster>",
            "RCPT TO:<a@b>",
            "DATA",
            "RSET",
            "NOOP",
            "VRFY a",
            "QUIT",
            "HI",
        ] {
            let said = super::super::parse::command(line.as_bytes()).value;
            meanings.push(command(&said.expect(line)));
        }
        for meaning in meanings {
            assert!(meaning.text.split(' ').count() <= 12, "{meaning:?}");
            assert!(meaning.text.ends_with(['.', '?']), "{meaning:?}");
            assert!(meaning.reference.starts_with("RFC 5321 §"));
        }
    }

    #[test]
    fn the_same_code_means_what_it_answers() {
        let yes = Reply::new(250, "OK");
        let said = |to| reply(&yes, to).text;
        assert_eq!(said(Prompt::Command(Verb::Mail)), "The sender is fine.");
        assert_eq!(
            said(Prompt::Letter),
            "I have the letter. From here on it is mine."
        );
    }
}
