//! What a line of FTP has to do with a data connection.

use crate::proto::ftp::types::Extended;
use crate::proto::ftp::{Command, parse};
use std::net::IpAddr;

/// What a line does for a data connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataWord {
    /// PASV or EPSV: asks the other side to listen.
    Asks,
    /// Names where its speaker listens: PORT, EPRT, or a 227 or 229.
    Announces {
        /// The word that names it.
        by: &'static str,
        /// The address, where one is named: not always the speaker's own.
        at: Option<IpAddr>,
        /// The port.
        port: u16,
    },
    /// Asks for bytes, or brings them: RETR, STOR, LIST.
    Uses,
    /// A first reply: the bytes are about to come.
    Begins,
    /// A reply that says no.
    Refuses,
    /// Any other reply.
    Answers,
}

/// What a client's line does.
#[must_use]
pub fn of_command(line: &str) -> Option<DataWord> {
    let announces = |by, at, port| DataWord::Announces { by, at, port };
    Some(match parse::command(line.as_bytes()).command.ok()? {
        Command::Pasv | Command::Epsv(_) => DataWord::Asks,
        Command::Port(at) => announces("PORT", Some(IpAddr::V4(*at.ip())), at.port()),
        Command::Eprt(Extended::At(at)) => announces("EPRT", Some(at.ip()), at.port()),
        command if command.transfers() => DataWord::Uses,
        _ => return None,
    })
}

/// What a server's reply does.
#[must_use]
pub fn of_reply(text: &str) -> Option<DataWord> {
    let announces = |by, at, port| DataWord::Announces { by, at, port };
    let code = text.get(..3)?;
    let rest = text.get(4..).unwrap_or_default();
    Some(match code {
        "227" => {
            let (at, _) = parse::passive_endpoint(rest)?;
            announces("227", Some(IpAddr::V4(*at.ip())), at.port())
        }
        "229" => announces("229", None, parse::extended_passive_port(rest)?.0),
        _ => match code.as_bytes().first()? {
            b'1' => DataWord::Begins,
            b'2' | b'3' => DataWord::Answers,
            b'4' | b'5' => DataWord::Refuses,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_a_port_are_read_and_others_are_not() {
        let announces = |by, at: &str, port| {
            let at = at.parse().ok();
            Some(DataWord::Announces { by, at, port })
        };
        for (line, means) in [
            (
                "PORT 192,0,2,10,195,80",
                announces("PORT", "192.0.2.10", 50_000),
            ),
            (
                "EPRT |2|2001:db8::10|50001|",
                announces("EPRT", "2001:db8::10", 50_001),
            ),
            ("EPSV", Some(DataWord::Asks)),
            ("RETR report.pdf", Some(DataWord::Uses)),
            ("PORT 192,0,2", None),
            ("NOOP", None),
        ] {
            assert_eq!(of_command(line), means, "{line}");
        }
        for (line, means) in [
            (
                "227 Entering Passive Mode (192,0,2,2,195,80).",
                announces("227", "192.0.2.2", 50_000),
            ),
            (
                "229 Entering Extended Passive Mode (|||50001|)",
                announces("229", "", 50_001),
            ),
            ("227 Somewhere", None),
            ("150 Here it comes.", Some(DataWord::Begins)),
            ("550 No such file.", Some(DataWord::Refuses)),
            ("250 Fine.", Some(DataWord::Answers)),
            ("", None),
        ] {
            assert_eq!(of_reply(line), means, "{line}");
        }
    }
}
