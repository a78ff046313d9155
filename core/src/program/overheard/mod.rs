//! What a real program says, read off its connections: commands, replies, files, letters, pages.
//!
//! Its words, kinds and phases are those of the programs that run here, so that a run with
//! another's client reads as one with ours. What is no word of its language is passed over.

mod dns;
mod ftp;
mod http;
mod in_order;
mod mail;
mod pop;
#[cfg(test)]
mod tests;

pub use dns::datagram;
pub use ftp::{Ftp, Meeting};

use super::console::words;
use super::contract::Turn;
use crate::proto::dns::PORT as NAME_PORT;
use crate::proto::ftp::CONTROL_PORT;
use crate::proto::http::PORT as WEB_PORT;
use crate::proto::lines::{Line, LineFramer};
use crate::proto::pop3::PORT as POP_PORT;
use dns::Dns;
use http::Http;
use in_order::InOrder;
use mail::Mail;
use pop::Pop;
use std::net::IpAddr;

/// Ports at which mail is handed in (RFC 5321 §4.5.4.2, RFC 6409 §3.1).
const MAIL_PORTS: [u16; 2] = [25, 587];
/// Where `traceroute` begins, and how many ports it may come to.
const PROBE_PORTS: std::ops::Range<u16> = 33_434..33_534;
/// Of a longer line, that much is told.
const TEXT: usize = 1000;
/// So many commands may wait for their replies.
const PIPELINED: usize = 1000;

/// Which side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that asked for it.
    Client,
    /// The one that was asked.
    Server,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A new part of the work begins.
    Phase(&'static str),
    /// A turn, as far as it is known.
    Turn {
        /// Where it lies in the speaker's stream. It begins no earlier than the bytes by
        /// which it was understood: they carry it.
        range: (u64, u64),
        /// What is said.
        turn: Turn,
    },
    /// The last turn goes on up to there; what is said is known better, where it is told.
    More(u64, Option<Turn>),
}

/// One connection of a real program, overheard.
#[derive(Debug)]
pub struct Overheard {
    said: InOrder,
    heard: InOrder,
    talk: Talk,
}

#[derive(Debug)]
enum Talk {
    Ftp(Box<Ftp>),
    Mail(Box<Mail>),
    Pop(Box<Pop>),
    Http(Box<Http>),
    Dns(Box<Dns>),
}

impl Overheard {
    /// A connection to this port of a server, overheard on this side; none where nobody
    /// knows its language.
    #[must_use]
    pub fn new(port: u16, side: Side) -> Option<Self> {
        let talk = match port {
            CONTROL_PORT => Talk::Ftp(Box::new(Ftp::new(side))),
            POP_PORT => Talk::Pop(Box::new(Pop::new(side))),
            WEB_PORT => Talk::Http(Box::new(Http::new(side))),
            NAME_PORT => Talk::Dns(Box::new(Dns::new(side))),
            port if MAIL_PORTS.contains(&port) => Talk::Mail(Box::new(Mail::new(side))),
            _ => return None,
        };
        Some(Self {
            said: InOrder::default(),
            heard: InOrder::default(),
            talk,
        })
    }

    /// The real program's side put these bytes on its connection.
    pub fn says(&mut self, offset: u64, bytes: &[u8]) -> Vec<Said> {
        let (at, bytes) = self.said.take(offset, bytes);
        let from = at.max(offset);
        let mut said = match &mut self.talk {
            Talk::Ftp(ftp) => ftp.says(&bytes),
            Talk::Mail(mail) => mail.says(&bytes),
            Talk::Pop(pop) => pop.says(&bytes),
            Talk::Http(http) => http.says(&bytes),
            Talk::Dns(dns) => dns.says(&bytes),
        };
        for said in &mut said {
            if let Said::Turn { range, .. } = said {
                range.0 = range.0.max(from);
            }
        }
        said
    }

    /// These bytes reached it.
    pub fn hears(&mut self, offset: u64, bytes: &[u8]) {
        let (_, bytes) = self.heard.take(offset, bytes);
        match &mut self.talk {
            Talk::Ftp(ftp) => ftp.hears(&bytes),
            Talk::Mail(mail) => mail.hears(&bytes),
            Talk::Pop(pop) => pop.hears(&bytes),
            Talk::Http(http) => http.hears(&bytes),
            // A message is understood without the one that it answers.
            Talk::Dns(_) => {}
        }
    }

    /// Where it is an FTP session: what it has agreed on.
    #[must_use]
    pub fn ftp(&self) -> Option<&Ftp> {
        match &self.talk {
            Talk::Ftp(ftp) => Some(ftp),
            Talk::Mail(_) | Talk::Pop(_) | Talk::Http(_) | Talk::Dns(_) => None,
        }
    }
}

/// An echo is asked for.
#[must_use]
pub fn echo_request(to: IpAddr, sequence: u16, bytes: u16) -> Turn {
    words::echo_request(to, sequence, bytes)
}

/// A datagram that is to find the way, where it looks like one.
#[must_use]
pub fn probe(to: IpAddr, port: u16, hop_limit: u8) -> Option<Turn> {
    let looks_so = PROBE_PORTS.contains(&port) && hop_limit <= 64;
    looks_so.then(|| words::probe(to, port, hop_limit))
}

/// Where a line ends in its stream.
fn end_of(line: &Line) -> u64 {
    line.offset + line.bytes.len() as u64 + if line.bare_lf { 1 } else { 2 }
}

/// A line's text as it stands there, up to a length.
fn text_of(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    match text.char_indices().nth(TEXT) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.into_owned(),
    }
}

/// Whether a line begins with what may be a command: a word of letters.
fn may_be_command(line: &[u8]) -> bool {
    let word = line.split(|b| *b == b' ').next().unwrap_or_default();
    (3..=12).contains(&word.len())
        && word.iter().all(u8::is_ascii_alphabetic)
        && line.iter().all(|b| *b >= b' ' || *b == b'\t')
}

/// The next line that is not too long.
fn next_line(lines: &mut LineFramer) -> Option<Result<Line, ()>> {
    Some(match lines.pop()? {
        crate::proto::lines::Framed::Line(line) => Ok(line),
        crate::proto::lines::Framed::TooLong { .. } => Err(()),
    })
}
