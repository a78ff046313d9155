//! How views write what was said: passwords hidden, numbers easy to read.

use crate::base::{Turn, TurnKind, Unreachable};
use std::net::SocketAddr;

const HIDDEN: &str = "••••";
/// Where SMTP's login is written down, and how each meaning ends that reads it.
const LOGIN: &str = "RFC 4954 §4";
const READ: &str = ", in base64 everyone can read";

/// What a turn says and what it means, with its password hidden in both.
#[must_use]
pub fn without_passwords(turn: &Turn) -> (String, String) {
    let is_command = turn.kind == TurnKind::Command;
    let (verb, _) = turn.text.split_once(' ').unwrap_or((&turn.text, ""));
    let is_login = is_command && turn.reference == LOGIN;
    // A line that answers the server's question is nothing but name or password; the star
    // gives up.
    let text = if is_login && !verb.eq_ignore_ascii_case("AUTH") && turn.text != "*" {
        HIDDEN.to_owned()
    } else if is_command {
        without_password(&turn.text)
    } else {
        turn.text.clone()
    };
    let read = turn.meaning.strip_suffix(READ).filter(|_| is_login);
    let shown = read.and_then(|says| {
        let ends = ["answers ", "password "].map(|word| Some(says.find(word)? + word.len()));
        Some(&says[..ends.into_iter().flatten().min()?])
    });
    let meaning = match shown {
        Some(shown) => [shown, HIDDEN, READ].concat(),
        None => turn.meaning.clone(),
    };
    (text, meaning)
}

/// A line that was said or typed, with its password hidden.
#[must_use]
pub fn without_password(line: &str) -> String {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    // RFC 4954 §4: how, and then the name and the password in letters that hide neither.
    let how = rest.split_once(' ').map_or("", |(how, _)| how);
    if !rest.is_empty() && verb.eq_ignore_ascii_case("PASS") {
        format!("{verb} {HIDDEN}")
    } else if !how.is_empty() && verb.eq_ignore_ascii_case("AUTH") {
        format!("{verb} {how} {HIDDEN}")
    } else {
        line.to_owned()
    }
}

/// `40 000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A sentence whose numbers of bytes are in groups: `40 000 bytes`.
#[must_use]
pub fn grouped_bytes(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for at in 1..words.len() {
        if words[at].starts_with("byte")
            && let Ok(number) = words[at - 1].parse()
        {
            words[at - 1] = grouped(number);
        }
    }
    words.join(" ")
}

/// `1 segment`, `2 segments`.
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {what}{s}", grouped(number))
}

/// What was said with its code before it, unless it begins with it.
#[must_use]
pub fn with_code(code: Option<u16>, text: &str) -> String {
    let code = code.map(|code| code.to_string());
    match code.filter(|code| !text.starts_with(code.as_str())) {
        Some(code) => [&code, ": ", text].concat(),
        None => text.to_owned(),
    }
}

/// What an ICMP error is called: `time exceeded`.
#[must_use]
pub fn error(why: Unreachable) -> &'static str {
    match why {
        Unreachable::Net => "network unreachable",
        Unreachable::Host => "host unreachable",
        Unreachable::Port => "port unreachable",
        Unreachable::Prohibited => "prohibited",
        Unreachable::HopLimit => "time exceeded",
        Unreachable::TooBig => "packet too big",
    }
}

/// What an ICMP error is about: `, about what was sent to 192.0.2.1 port 7`.
#[must_use]
pub fn about(of: Option<SocketAddr>) -> String {
    match of {
        Some(of) if of.port() == 0 => format!(", about what was sent to {}", of.ip()),
        Some(of) => format!(", about what was sent to {} port {}", of.ip(), of.port()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read_and_passwords_are_not() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1 234 567");
        assert_eq!(counted(1, "frame"), "1 frame");
        assert_eq!(without_password("pass sesame"), "pass ••••");
        assert_eq!(without_password("PASS"), "PASS");
        assert_eq!(without_password("auth PLAIN AGFkYQB4"), "auth PLAIN ••••");
        assert_eq!(without_password("AUTH LOGIN"), "AUTH LOGIN");
        assert_eq!(without_password("USER ada"), "USER ada");
    }

    #[test]
    fn a_login_is_hidden_in_what_is_said_and_in_what_it_means() {
        let turn = |kind, text: &str, meaning: &str, reference| Turn {
            kind,
            verb: "AUTH".into(),
            text: text.into(),
            meaning: meaning.into(),
            reference,
        };
        let everyone = ", in base64 everyone can read";
        for (text, meaning, hidden_text, hidden_meaning) in [
            (
                "AUTH PLAIN AGFkYQBh",
                "logs in as ada with password answers b",
                "AUTH PLAIN ••••",
                "logs in as ada with password ••••",
            ),
            (
                "AGFkYQBh",
                "says name ada and password a",
                "••••",
                "says name ada and password ••••",
            ),
            ("YW5h", "answers my password x", "••••", "answers ••••"),
        ] {
            let meaning = [meaning, everyone].concat();
            let (said, means) = without_passwords(&turn(TurnKind::Command, text, &meaning, LOGIN));
            assert_eq!(
                (said.as_str(), means),
                (hidden_text, [hidden_meaning, everyone].concat())
            );
        }
        let asks = "wants to log in, name and password in one line";
        for (kind, text, meaning, reference) in [
            (TurnKind::Command, "AUTH PLAIN", asks, LOGIN),
            (TurnKind::Command, "*", "gives up logging in", LOGIN),
            (
                TurnKind::Reply,
                "334 UGFzc3dvcmQ6",
                "asks for the password, in base64",
                LOGIN,
            ),
            (
                TurnKind::Command,
                "NOOP",
                "asks for nothing but an answer",
                "RFC 5321 §4.1.1.9",
            ),
        ] {
            let turn = turn(kind, text, meaning, reference);
            assert_eq!(without_passwords(&turn), (text.into(), meaning.into()));
        }
    }
}
