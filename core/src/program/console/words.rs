//! What a console says of what it does: turns, and how long things took.

use crate::base::units::{show_size, show_time};
use crate::base::{CloseReason, Duration, Turn, TurnKind};
use crate::program::contract::NameError;
use std::net::IpAddr;

/// `20.1 ms`, `60 s`: as exact as anybody wants it.
pub(super) fn took(time: Duration) -> String {
    let step = if time < Duration::from_secs(1) {
        Duration::from_micros(100).0
    } else {
        Duration::from_millis(100).0
    };
    show_time(Duration((time.0 + step / 2) / step * step))
}

/// Why a connection is gone, and after how long.
pub(super) fn gone(reason: CloseReason, after: Duration) -> String {
    if after == Duration::ZERO {
        return reason.to_string();
    }
    let after = took(after);
    match reason {
        CloseReason::Refused => format!("refused after {after}"),
        CloseReason::TimedOut => format!("no answer, gave up after {after}"),
        other => format!("{other}, after {after}"),
    }
}

/// Why there is no address.
pub(super) fn no_name(error: NameError) -> &'static str {
    match error {
        NameError::NoSuchName => "nobody has this name",
        NameError::NoData => "this name has no address",
        NameError::TimedOut => "nobody could say which address this is",
        NameError::Failed => "the name server could not find out",
    }
}

pub(in crate::program) fn echo_request(to: IpAddr, sequence: u16, bytes: u16) -> Turn {
    Turn {
        kind: TurnKind::Probe,
        verb: "echo request".into(),
        text: format!("echo request {sequence}, {bytes} bytes"),
        meaning: "asks for the same bytes back".into(),
        reference: if to.is_ipv4() {
            "RFC 792"
        } else {
            "RFC 4443 §4.1"
        },
    }
}

pub(in crate::program) fn probe(to: IpAddr, port: u16, hop_limit: u8) -> Turn {
    let (limit, reference) = if to.is_ipv4() {
        ("TTL", "RFC 792")
    } else {
        ("hop limit", "RFC 4443 §3.3")
    };
    Turn {
        kind: TurnKind::Probe,
        verb: "probe".into(),
        text: format!("probe to port {port}, {limit} {hop_limit}"),
        meaning: match hop_limit {
            0 | 1 => "may pass no router: the first would throw it away, and say so".into(),
            2 => "may pass one router: the second would throw it away, and say so".into(),
            more => format!(
                "may pass {} routers: the next would throw it away, and say so",
                more - 1
            ),
        },
        reference,
    }
}

pub(super) fn say(text: &str) -> Turn {
    Turn {
        kind: TurnKind::Command,
        verb: "SAY".into(),
        text: text.into(),
        meaning: "says a line".into(),
        reference: "",
    }
}

pub(super) fn send(bytes: u64) -> Turn {
    Turn {
        kind: TurnKind::Data,
        verb: "SEND".into(),
        text: "lines of text".into(),
        meaning: format!("sends {}, as fast as it goes", show_size(bytes)),
        reference: "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_exact_as_anybody_wants() {
        for (nanos, text) in [
            (20_123_456, "20.1 ms"),
            (20_000_000, "20 ms"),
            (512, "0 ns"),
            (60_020_300_000, "60 s"),
            (1_162_300_000, "1.2 s"),
        ] {
            assert_eq!(took(Duration(nanos)), text);
        }
    }
}
