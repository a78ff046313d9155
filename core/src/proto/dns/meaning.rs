//! What questions and answers say, and what they mean.

use super::message::{Message, Question, Rcode};
use super::types::{Data, Kind};
use crate::proto::meaning::{Meaning, short};
use std::fmt;

/// How many letters of a name fit into a meaning.
const LETTERS: usize = 60;
/// So many records of an answer are written out.
const SHOWN: usize = 8;

/// As it is asked: `MX example.net`.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// What somebody wants to know.
#[must_use]
pub fn question(question: &Question) -> Meaning {
    let (about, reference) = about(question.kind);
    let name = short(&question.name.to_string(), LETTERS);
    Meaning::new(format!("asks for {about} {name}"), reference)
}

/// What is asked for, and where it is defined.
fn about(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::A => ("the IPv4 addresses of", "RFC 1035 §3.4.1"),
        Kind::Aaaa => ("the IPv6 addresses of", "RFC 3596 §2.1"),
        Kind::Mx => ("who takes the letters of", "RFC 5321 §5.1"),
        Kind::Ns => ("the name servers of", "RFC 1035 §3.3.11"),
        Kind::Cname => ("the true name of", "RFC 1035 §3.3.1"),
        Kind::Ptr => ("the name behind", "RFC 1035 §3.3.12"),
        Kind::Soa => ("what holds for the zone", "RFC 1035 §3.3.13"),
        Kind::Txt => ("the texts of", "RFC 1035 §3.3.14"),
        Kind::Any => ("any records of", "RFC 8482"),
        Kind::Other(_) => ("records of", "RFC 1035 §4.1.2"),
    }
}

/// What an answer says, behind the question.
#[must_use]
pub fn answer_text(message: &Message) -> String {
    let mut values: Vec<String> = match outcome(message) {
        Says::Records => message.answers.iter().map(value).collect(),
        Says::Referral => {
            let servers = message.authority.iter().filter_map(|r| match &r.data {
                Data::Ns(server) => Some(server.to_string()),
                _ => None,
            });
            let mut servers: Vec<String> = servers.collect();
            if let Some(first) = servers.first_mut() {
                first.insert_str(0, "ask ");
            }
            servers
        }
        Says::Cut => return "too long for a datagram".into(),
        Says::NoData => return "no such records".into(),
        Says::NoName => return "no such name".into(),
        Says::Fault(code) => {
            return match code {
                Rcode::SERVER_FAILURE => "could not find out (SERVFAIL)".into(),
                Rcode::REFUSED => "refused (REFUSED)".into(),
                Rcode::FORMAT_ERROR => "not understood (FORMERR)".into(),
                Rcode::NOT_IMPLEMENTED => "not done here (NOTIMP)".into(),
                code => format!("{} ({})", code.word(), code.0),
            };
        }
    };
    if values.len() > SHOWN {
        values.truncate(SHOWN);
        values.push("…".into());
    }
    values.join(", ")
}

/// A record of an answer in short; an alias is named as one.
fn value(record: &super::Record) -> String {
    match &record.data {
        Data::Cname(name) => format!("alias of {name}"),
        data => data.to_string(),
    }
}

/// What an answer means.
#[must_use]
pub fn answer(message: &Message) -> Meaning {
    let name = message.questions.first();
    let name = name.map_or("it".into(), |asked| short(&asked.name.to_string(), LETTERS));
    let (text, reference) = match outcome(message) {
        Says::Records if takes_no_letters(message) => {
            (format!("{name} takes no letters"), "RFC 7505 §3")
        }
        Says::Records if message.header.authoritative => (
            format!("answers as an authority for {name}{}", kept(message)),
            "RFC 1034 §4.3.1",
        ),
        Says::Records => (
            format!("answers what it knows of {name}{}", kept(message)),
            "RFC 1034 §4.3.1",
        ),
        Says::Referral => ("names servers that know more".into(), "RFC 1034 §4.3.1"),
        Says::Cut => (
            "has more to say than a datagram holds: ask over TCP".into(),
            "RFC 2181 §9",
        ),
        Says::NoData => (
            format!("{name} exists, but has no such records"),
            "RFC 2308 §2.2",
        ),
        Says::NoName => (format!("there is no name {name}"), "RFC 2308 §2.1"),
        Says::Fault(code) => {
            let why = match code {
                Rcode::SERVER_FAILURE => "could not find out, something went wrong",
                Rcode::REFUSED => "does not want to answer that",
                Rcode::FORMAT_ERROR => "does not understand the question",
                Rcode::NOT_IMPLEMENTED => "does not do what is asked",
                _ => "reports an error",
            };
            (why.into(), "RFC 1035 §4.1.1")
        }
    };
    Meaning::new(text, reference)
}

/// The null MX.
fn takes_no_letters(message: &Message) -> bool {
    let is_null =
        |record: &super::Record| matches!(&record.data, Data::Mx(_, host) if host.0.is_empty());
    !message.answers.is_empty() && message.answers.iter().all(is_null)
}

/// How long an answer may be kept: as long as its shortest record (RFC 1035 §3.2.1).
fn kept(message: &Message) -> String {
    let ttl_s = message.answers.iter().map(|record| record.ttl_s).min();
    match ttl_s.unwrap_or_default() {
        0 => ", not to be kept".into(),
        s if s % 86_400 == 0 => format!(", good for {} d", s / 86_400),
        s if s % 3600 == 0 => format!(", good for {} h", s / 3600),
        s if s % 60 == 0 => format!(", good for {} min", s / 60),
        s => format!(", good for {s} s"),
    }
}

enum Says {
    Records,
    Referral,
    Cut,
    NoData,
    NoName,
    Fault(Rcode),
}

fn outcome(message: &Message) -> Says {
    match message.header.rcode {
        Rcode::NO_SUCH_NAME => Says::NoName,
        Rcode::NO_ERROR if message.header.truncated => Says::Cut,
        Rcode::NO_ERROR if message.is_referral() => Says::Referral,
        Rcode::NO_ERROR if message.answers.is_empty() => Says::NoData,
        Rcode::NO_ERROR => Says::Records,
        code => Says::Fault(code),
    }
}
