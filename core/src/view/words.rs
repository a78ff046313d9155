//! How views write what was said: passwords hidden, numbers easy to read.

use crate::base::Unreachable;
use std::net::SocketAddr;

const HIDDEN: &str = "••••";

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
}
