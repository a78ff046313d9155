//! What commands, replies and letters mean, in a dozen plain words, and where the RFC says so.

use super::types::{Command, Path, Prompt, Reply, Verb};

use crate::proto::mail::base64;
pub use crate::proto::meaning::Meaning;
use crate::proto::meaning::short as shortened;

/// What a command means.
#[must_use]
pub fn command(command: &Command) -> Meaning {
    let (text, reference) = match command {
        Command::Ehlo(name) => {
            let text = format!("says hello as {}, asks what the server can do", short(name));
            return Meaning::new(text, "RFC 5321 §4.1.1.1");
        }
        Command::Helo(name) => {
            let text = format!("says hello as {}, the old way", short(name));
            return Meaning::new(text, "RFC 5321 §4.1.1.1");
        }
        Command::Mail { from, .. } => {
            let text = match from {
                Path::Mailbox(mailbox) => {
                    format!("begins a letter; bounces go to {}", short_address(mailbox))
                }
                _ => "begins a letter whose bounces nobody wants".into(),
            };
            return Meaning::new(text, "RFC 5321 §4.1.1.2");
        }
        Command::Rcpt { to, .. } => {
            let text = match to {
                Path::Mailbox(mailbox) => {
                    format!(
                        "names who is to have the letter: {}",
                        short_address(mailbox)
                    )
                }
                _ => "names whoever runs this server as recipient".into(),
            };
            return Meaning::new(text, "RFC 5321 §4.1.1.3");
        }
        Command::Data => ("asks to hand over the letter itself", "RFC 5321 §4.1.1.4"),
        Command::Rset => (
            "takes this letter back, to start again",
            "RFC 5321 §4.1.1.5",
        ),
        Command::Noop => ("asks for nothing but an answer", "RFC 5321 §4.1.1.9"),
        Command::Vrfy(_) => (
            "asks whether the server knows this user",
            "RFC 5321 §4.1.1.6",
        ),
        Command::Expn(_) => ("asks who is on this list", "RFC 5321 §4.1.1.7"),
        Command::Help(_) => ("asks what can be said here", "RFC 5321 §4.1.1.8"),
        Command::Auth { mechanism, initial } => return auth(mechanism, initial.as_deref()),
        Command::Answer(line) => return answer(line),
        Command::Unspoken(verb) => unspoken(*verb),
        Command::Quit => (
            "says goodbye, asks to close the connection",
            "RFC 5321 §4.1.1.10",
        ),
        // A word of an extension, perhaps, or of a part of SMTP that is not spoken here.
        Command::Unknown { .. } => ("says a word not spoken here", "RFC 5321 §4.2.4"),
    };
    Meaning::new(text, reference)
}

/// The login's first line.
fn auth(mechanism: &str, initial: Option<&str>) -> Meaning {
    let plain = initial.and_then(plain_of).filter(|_| mechanism == "PLAIN");
    let text = match (plain, mechanism) {
        (Some((user, password)), _) => format!(
            "logs in as {} with password {}, in base64 everyone can read",
            shortened(&user, 20),
            shortened(&password, 20)
        ),
        (None, "LOGIN") => "wants to log in, asked for name and password".into(),
        (None, "PLAIN") => "wants to log in, name and password in one line".into(),
        _ => format!("wants to log in by {}", shortened(mechanism, 20)),
    };
    Meaning::new(text, "RFC 4954 §4")
}

/// A further line of the login.
fn answer(line: &str) -> Meaning {
    let said = || String::from_utf8(base64::decode(line.as_bytes())?).ok();
    let text = match (plain_of(line), said()) {
        _ if line == "*" => "gives up logging in".into(),
        (Some((user, password)), _) => format!(
            "says name {} and password {}, in base64 everyone can read",
            shortened(&user, 20),
            shortened(&password, 20)
        ),
        (None, Some(said)) => {
            format!("answers {}, in base64 everyone can read", short(&said))
        }
        (None, None) => "answers what is no base64".into(),
    };
    Meaning::new(text, "RFC 4954 §4")
}

/// User name and password of PLAIN (RFC 4616 §2).
fn plain_of(line: &str) -> Option<(String, String)> {
    let text = String::from_utf8(base64::decode(line.as_bytes())?).ok()?;
    let mut parts = text.split('\0').skip(1).map(str::to_owned);
    let (user, password) = (parts.next()?, parts.next()?);
    (parts.next().is_none()).then_some((user, password))
}

/// Words of other times, and of another lesson.
fn unspoken(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::StartTls => ("asks to go on in secret", "RFC 3207 §4"),
        Verb::Turn => ("asks to change sides, the oldest way", "RFC 5321 §F.1"),
        _ => (
            "asks for the user's screen, as in old days",
            "RFC 5321 §F.6",
        ),
    }
}

/// What a reply means, as an answer to `to`.
#[must_use]
pub fn reply(reply: &Reply, to: Prompt) -> Meaning {
    if reply.code == 334 {
        return Meaning::new(asks_for(reply), "RFC 4954 §4");
    }
    let (text, reference) = by_enhanced(reply)
        .or_else(|| known(reply.code, to))
        .unwrap_or_else(|| by_first_digit(reply.code));
    Meaning::new(text, reference)
}

/// What an enhanced code tells beyond the code before it.
fn by_enhanced(reply: &Reply) -> Option<(&'static str, &'static str)> {
    Some(match (reply.code, reply.enhanced()?) {
        (450 | 451, "4.7.1") => ("sends who is new away; trying later helps", "RFC 6647 §2"),
        (452, "4.3.1") => ("has no room now; trying later may help", "RFC 3463 §3.4"),
        (550, "5.7.1") => (
            "refuses to pass on letters for this client",
            "RFC 3463 §3.8",
        ),
        (552, "5.2.2") => ("refuses: the mailbox is full", "RFC 3463 §3.3"),
        (553, "5.7.1") => (
            "refuses: this user may not send in that name",
            "RFC 6409 §6.1",
        ),
        (554, "5.4.6") => ("refuses: the letter goes in circles", "RFC 5321 §6.3"),
        (554, "5.6.0") => (
            "refuses: a line ends with CR or LF alone",
            "RFC 5321 §2.3.8",
        ),
        (421, "4.4.2") => (
            "closes: it heard nothing for too long",
            "RFC 5321 §4.5.3.2.7",
        ),
        (421, "4.7.0") => ("closes: it had enough of this client", "RFC 5321 §3.8"),
        _ => return None,
    })
}

/// What 334 asks for; LOGIN says it in base64.
fn asks_for(reply: &Reply) -> &'static str {
    let text = reply.lines.first().map(String::as_str).unwrap_or_default();
    match base64::decode(text.as_bytes()).as_deref() {
        Some(b"Username:") => "asks for the user name, in base64",
        Some(b"Password:") => "asks for the password, in base64",
        _ => "waits for user name and password",
    }
}

/// What handing over the letter means.
#[must_use]
pub fn letter() -> Meaning {
    Meaning::new(
        "hands over the letter; a dot alone ends it",
        "RFC 5321 §4.5.2",
    )
}

/// What each code means where it stands (RFC 5321 §4.2.3 and §4.3.2).
fn known(code: u16, to: Prompt) -> Option<(&'static str, &'static str)> {
    use Prompt::{Command, Connection, Letter};
    Some(match (code, to) {
        (220, Connection) => ("greets, ready to take mail", "RFC 5321 §4.3.1"),
        (421, _) => ("has to close the connection now", "RFC 5321 §3.8"),
        (214, _) => ("says what can be said here", "RFC 5321 §4.1.1.8"),
        (235, _) => ("lets the client in", "RFC 4954 §4"),
        (250, Command(Verb::Vrfy)) => ("knows the user: this is the address", "RFC 5321 §3.5.1"),
        (250, Command(Verb::Expn)) => ("says who is on the list", "RFC 5321 §3.5.1"),
        (250, Command(Verb::Ehlo)) => (
            "greets back; each further line is something it can do",
            "RFC 5321 §4.1.1.1",
        ),
        (250, Command(Verb::Helo)) => ("greets back", "RFC 5321 §4.1.1.1"),
        (250, Command(Verb::Mail)) => ("accepts the sender", "RFC 5321 §3.3"),
        (250, Command(Verb::Rcpt)) => ("accepts the recipient", "RFC 5321 §3.3"),
        (250, Command(Verb::Rset)) => ("has forgotten the letter", "RFC 5321 §4.1.1.5"),
        (250, Command(_)) => ("has done so", "RFC 5321 §4.2.3"),
        (250, Letter) => (
            "has the letter, and answers for it from now on",
            "RFC 5321 §4.2.5",
        ),
        (221, _) => ("says goodbye and closes", "RFC 5321 §4.1.1.10"),
        (251, Command(Verb::Vrfy)) => ("knows the user, who has moved", "RFC 5321 §3.4"),
        (251, _) => (
            "passes the letter on, since the user moved",
            "RFC 5321 §3.4",
        ),
        (252, _) => ("does not say, but would try to deliver", "RFC 5321 §3.5.3"),
        (354, _) => ("waits for the letter, up to a lone dot", "RFC 5321 §3.3"),
        (450, _) => (
            "cannot open the mailbox now; trying later may help",
            "RFC 5321 §4.2.3",
        ),
        (451, _) => (
            "failed at its end; trying later may help",
            "RFC 5321 §4.2.3",
        ),
        (452, Command(Verb::Rcpt)) => (
            "takes no more recipients for this letter",
            "RFC 5321 §4.5.3.1.10",
        ),
        (452, _) => ("has no room now; trying later may help", "RFC 5321 §4.2.3"),
        (454, Command(Verb::Auth)) => ("cannot check logins now", "RFC 4954 §6"),
        (455 | 555, _) => ("cannot do what this parameter asks", "RFC 5321 §4.1.1.11"),
        (500.., _) => return known_no(code, to),
        _ => return None,
    })
}

/// The same for what is refused for good.
fn known_no(code: u16, to: Prompt) -> Option<(&'static str, &'static str)> {
    use Prompt::{Command, Connection, Letter};
    Some(match (code, to) {
        (554, Connection) => ("takes no mail at all", "RFC 5321 §3.1"),
        (500, Letter) => ("refuses: a line is too long", "RFC 5321 §4.5.3.1.9"),
        // Too long, ended by LF alone, or a word it does not know.
        (500, Command(Verb::Unknown)) => ("finds no command in that line", "RFC 5321 §4.2.2"),
        (500 | 501, Command(Verb::Auth)) => ("cannot read this login", "RFC 4954 §4"),
        (500, _) => ("does not know this command", "RFC 5321 §4.2.4"),
        (501, _) => (
            "knows the command but cannot read the rest",
            "RFC 5321 §4.2.2",
        ),
        (502, _) => ("knows this command but does not do it", "RFC 5321 §4.2.4"),
        (503, _) => (
            "refuses: the commands come in another order",
            "RFC 5321 §4.1.4",
        ),
        (504, Command(Verb::Auth)) => ("does not know this way to log in", "RFC 4954 §4"),
        (504, _) => ("does not do it in this way", "RFC 5321 §4.2.2"),
        (530, _) => ("wants a login first", "RFC 4954 §6"),
        (534, _) => ("wants a stronger way to log in", "RFC 4954 §6"),
        (535, _) => ("refuses: no such user and password", "RFC 4954 §6"),
        (550, Command(Verb::Vrfy | Verb::Expn)) => ("knows nobody of this name", "RFC 5321 §3.5.3"),
        (552, Command(Verb::Rcpt)) => ("refuses: the mailbox is full", "RFC 5321 §4.2.3"),
        (550, Command(Verb::Rcpt)) => (
            "refuses: it takes no letters for this address",
            "RFC 5321 §3.3",
        ),
        (550, _) => ("refuses", "RFC 5321 §4.2.3"),
        (551, _) => (
            "refuses: the user is elsewhere, no passing on",
            "RFC 5321 §3.4",
        ),
        (552, _) => ("refuses: the letter is too large", "RFC 5321 §4.5.3.1.9"),
        (553, _) => ("refuses: no mailbox can have this name", "RFC 5321 §4.2.3"),
        (554, _) => ("refuses this letter", "RFC 5321 §4.2.3"),
        _ => return None,
    })
}

/// RFC 5321 §4.2.1: a code nobody listed still says yes, go on, later or no.
fn by_first_digit(code: u16) -> (&'static str, &'static str) {
    let text = match code / 100 {
        2 => "agrees",
        3 => "waits for more",
        4 => "refuses for now; trying later may help",
        5 => "refuses; trying again will not help",
        _ => "answers as no mail server does",
    };
    (text, "RFC 5321 §4.2.1")
}

/// Sixty letters of a name.
fn short(name: &str) -> String {
    shortened(name, 60)
}

fn short_address(mailbox: &super::Mailbox) -> String {
    short(&mailbox.to_string())
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
            "EXPN staff",
            "HELP",
            "HELP MAIL",
            "AUTH PLAIN",
            "AUTH PLAIN AGFkYSBsb3ZlbGFjZQB0d28gd29yZHMgaGVyZQ==",
            "AUTH LOGIN",
            "AUTH CRAM-MD5 x",
            "STARTTLS",
            "TURN",
            "SOML FROM:<a@b>",
            "QUIT",
            "HI",
        ] {
            let said = super::super::parse::command(line.as_bytes()).value;
            meanings.push(command(&said.expect(line)));
        }
        for line in ["*", "AGEAYg==", "YSBiIGMgZA==", "????"] {
            meanings.push(command(&Command::Answer(line.into())));
        }
        for text in ["", "VXNlcm5hbWU6", "UGFzc3dvcmQ6"] {
            let asks = Reply::new(334, text);
            meanings.push(reply(&asks, Prompt::Command(Verb::Auth)));
        }
        for text in [
            "4.7.1", "4.3.1", "5.7.1", "5.2.2", "5.4.6", "5.6.0", "4.4.2", "4.7.0",
        ] {
            let codes = (400..600).map(|code| Reply::coded(code, text, "x"));
            meanings.extend(codes.map(|said| reply(&said, Prompt::Letter)));
        }
        for meaning in meanings {
            assert!(meaning.text.split(' ').count() <= 12, "{meaning:?}");
            assert!(meaning.text.starts_with(char::is_lowercase), "{meaning:?}");
            assert!(!meaning.text.ends_with('.'), "{meaning:?}");
            assert!(meaning.reference.starts_with("RFC "));
        }
    }

    #[test]
    fn a_line_too_long_is_no_unknown_word() {
        let no = reply(&Reply::new(500, ""), Prompt::Command(Verb::Unknown));
        assert_eq!(no.text, "finds no command in that line");
        let no = reply(&Reply::new(500, ""), Prompt::Command(Verb::Ehlo));
        assert_eq!(no.text, "does not know this command");
        let no = reply(&Reply::new(500, ""), Prompt::Letter);
        assert_eq!(no.reference, "RFC 5321 §4.5.3.1.9");
    }

    #[test]
    fn the_same_code_means_what_it_answers() {
        let yes = Reply::new(250, "OK");
        let said = |to| reply(&yes, to).text;
        assert_eq!(said(Prompt::Command(Verb::Mail)), "accepts the sender");
        assert_eq!(
            said(Prompt::Letter),
            "has the letter, and answers for it from now on"
        );
    }
}
