//! The stamps a letter collects on its way (RFC 5321 §4.4).

use super::headers;
use crate::base::Time;
use crate::base::time::Civil;
use std::net::IpAddr;

/// How a letter came to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop<'a> {
    /// The name the client gave itself in its hello.
    pub from_name: &'a str,
    /// The address it really came from.
    pub from_addr: IpAddr,
    /// The server's own name.
    pub by: &'a str,
    /// Whether the client said EHLO.
    pub extended: bool,
    /// By which the server finds the letter again.
    pub id: &'a str,
    /// The recipient in its angle brackets, where there is but one.
    pub recipient: Option<&'a str>,
    /// When.
    pub time: Time,
}

/// The `Received:` header, which each server puts on top.
#[must_use]
pub fn received(hop: &Hop<'_>) -> String {
    received_with(hop, if hop.extended { "ESMTP" } else { "SMTP" })
}

/// The same, where it came in another way: `ESMTPA` from who has logged in (RFC 3848).
#[must_use]
pub fn received_with(hop: &Hop<'_>, protocol: &str) -> String {
    let from = safe_name(hop.from_name);
    let literal = address_literal(hop.from_addr);
    let recipient = hop
        .recipient
        .map(|to| format!(" for {to}"))
        .unwrap_or_default();
    let date = Civil::at(hop.time).rfc5322();
    format!(
        "Received: from {from} ({literal})\r\n\tby {} with {protocol} id {}{recipient};\r\n\t{date}\r\n",
        hop.by, hop.id
    )
}

/// The `Return-Path:` header, which the server of the mailbox puts on top of all.
/// `path` stands in its angle brackets.
#[must_use]
pub fn return_path(path: &str) -> String {
    format!("Return-Path: {path}\r\n")
}

/// How many servers a letter came past: its `Received:` headers (RFC 5321 §6.3).
#[must_use]
pub fn hops(letter: &[u8]) -> usize {
    count(letter, "Received", |_| true)
}

/// How often it came past the server of this name.
#[must_use]
pub fn hops_at(letter: &[u8], by: &str) -> usize {
    count(letter, "Received", |text| {
        let mut words = text.split(' ').skip_while(|word| *word != "by");
        words
            .nth(1)
            .is_some_and(|name| name.trim_end_matches(';').eq_ignore_ascii_case(by))
    })
}

/// The mark that a letter was here for this address, by which a server finds out that
/// forwarding goes in circles.
#[must_use]
pub fn delivered_to(address: &str) -> String {
    format!("Delivered-To: {address}\r\n")
}

/// Whether a letter bears that mark.
#[must_use]
pub fn was_delivered_to(letter: &[u8], address: &str) -> bool {
    count(letter, "Delivered-To", |text| {
        text.eq_ignore_ascii_case(address)
    }) > 0
}

fn count(letter: &[u8], name: &str, wanted: impl Fn(&str) -> bool) -> usize {
    let headers = headers::read(letter);
    let named = headers
        .all
        .iter()
        .filter(|header| header.name.of(letter).eq_ignore_ascii_case(name.as_bytes()));
    named.filter(|header| wanted(&header.text(letter))).count()
}

/// RFC 5321 §4.1.3.
fn address_literal(addr: IpAddr) -> String {
    match addr {
        IpAddr::V4(v4) => format!("[{v4}]"),
        IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
    }
}

/// A client may call itself anything; what no host name has is masked.
fn safe_name(name: &str) -> String {
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || "-._[]:".contains(*c);
    name.chars()
        .map(|c| if is_safe(&c) { c } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hop_says_from_by_with_and_when() {
        let mut hop = Hop {
            from_name: "laptop.example.org",
            from_addr: "192.0.2.10".parse().unwrap(),
            by: "server.example.net",
            extended: true,
            id: "1",
            recipient: Some("<grace@example.net>"),
            time: Time::ZERO,
        };
        assert_eq!(
            received(&hop),
            "Received: from laptop.example.org ([192.0.2.10])\r\n\
             \tby server.example.net with ESMTP id 1 for <grace@example.net>;\r\n\
             \tMon, 05 Jan 2026 09:00:00 +0000\r\n"
        );
        hop.from_addr = "2001:db8::a".parse().unwrap();
        hop.from_name = "x)\"y";
        assert!(received(&hop).starts_with("Received: from x??y ([IPv6:2001:db8::a])\r\n"));
    }
}
