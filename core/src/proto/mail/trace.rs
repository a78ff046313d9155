//! The stamps a letter collects on its way (RFC 5321 §4.4).

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
    let from = safe_name(hop.from_name);
    let literal = address_literal(hop.from_addr);
    let protocol = if hop.extended { "ESMTP" } else { "SMTP" };
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
