//! What programs note, in plain words: keys say which thing after what it is.

use super::words::grouped_bytes;
use crate::timeline::Timeline;
use std::net::SocketAddr;

/// Where a note is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told<'a> {
    /// Not at all: it is told elsewhere.
    Not,
    /// With what else is known of a dialogue: which sort, which one, and what it is.
    Dialogue(Dialogue, &'a str, &'a str),
    /// Under a heading, called by this name.
    Under(Heading, String),
    /// How many there are under a heading.
    Sum(Heading),
    /// By itself, called by this name.
    Alone(String),
}

/// A sort of dialogue, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialogue {
    /// Somebody called.
    Session,
    /// Letters are handed on.
    Sending,
    /// Somebody fetches letters.
    Fetching,
}

impl Dialogue {
    /// What one of them is called, before its number.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "Session",
            Self::Sending => "Sending, session",
            Self::Fetching => "Fetching, session",
        }
    }
}

/// What stands above notes of a sort, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    Queue,
    Mailboxes,
    Outbox,
    Sent,
    Greylist,
    Asks,
    Names,
}

impl Heading {
    /// The heading, and what it means.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Queue => ("Queue", "letters that wait to be sent on"),
            Self::Mailboxes => ("Mailboxes", ""),
            Self::Outbox => ("Outbox", "letters that wait"),
            Self::Sent => ("Sent", "and what the server said"),
            Self::Greylist => ("Greylist", "who came for the first time"),
            Self::Asks => ("Asking now", "names, and who is asked"),
            Self::Names => ("Names it has learnt", "kept as long as their owner said"),
        }
    }
}

/// What a session's keys are called, in the order in which they are read.
pub(super) const ORDER: [(&str, &str); 14] = [
    ("peer", "with"),
    ("user", "user"),
    ("login", "logged in as"),
    ("mailbox", "mailbox"),
    ("by", "by way of"),
    ("asked", "was asked"),
    ("dir", "folder"),
    ("type", "type of files"),
    ("mode", "data connection"),
    ("restart", "next transfer from"),
    ("rename", "to be renamed"),
    ("transfer", "transfers"),
    ("from", "envelope from"),
    ("to", "envelope to"),
];

/// Where a note belongs, by its key.
pub(super) fn place(key: &str) -> Told<'_> {
    let Some((kind, rest)) = key.split_once('.') else {
        return match key {
            // Where a console's connection stands is told there.
            "connection" => Told::Not,
            "queue" => Told::Sum(Heading::Queue),
            "draft" => Told::Alone("letter at hand".into()),
            "may_arrive_twice" => Told::Alone("letters that may arrive twice".into()),
            "double_bounces" => Told::Alone("reports that nobody took".into()),
            "connections" => Told::Alone("connections over TCP".into()),
            _ => Told::Alone(key.to_owned()),
        };
    };
    match kind {
        "session" => {
            let (number, what) = rest.split_once('.').unwrap_or((rest, "asked"));
            Told::Dialogue(Dialogue::Session, number, called(what))
        }
        "sending" | "fetching" => {
            let (number, what) = rest.split_once('.').unwrap_or((rest, ""));
            match (kind, what) {
                ("sending", "to") => Told::Dialogue(Dialogue::Sending, number, "letters for"),
                ("sending", _) => Told::Dialogue(Dialogue::Sending, number, called(what)),
                _ => Told::Dialogue(Dialogue::Fetching, number, called(what)),
            }
        }
        "queue" => Told::Under(Heading::Queue, letter(rest)),
        "mailbox" => Told::Under(Heading::Mailboxes, rest.to_owned()),
        "outbox" => Told::Under(Heading::Outbox, letter(rest)),
        "sent" => Told::Under(Heading::Sent, letter(rest)),
        "inbox" => Told::Alone(["fetched letter ", rest].concat()),
        "greylist" => Told::Under(Heading::Greylist, String::new()),
        "asks" => Told::Under(Heading::Asks, question(rest)),
        "name" | "cache" => Told::Under(Heading::Names, question(rest)),
        "remote" => Told::Alone(["seen at the server in ", rest].concat()),
        _ => Told::Alone([kind, " ", rest].concat()),
    }
}

fn called(what: &str) -> &str {
    let known = ORDER.iter().find(|(key, _)| *key == what);
    known.map_or(what, |(_, name)| name)
}

/// `Letter 2`; of the recipients of a letter for several, `Letter 2, recipient 3`.
fn letter(number: &str) -> String {
    match number.split_once('.') {
        Some((number, place)) => ["Letter ", number, ", recipient ", place].concat(),
        None => ["Letter ", number].concat(),
    }
}

/// `example.net.MX` is `MX example.net`.
pub(super) fn question(text: &str) -> String {
    match text.rsplit_once('.') {
        Some((name, kind)) if !kind.is_empty() && kind.chars().all(|c| c.is_ascii_uppercase()) => {
            let name = if name.is_empty() { "." } else { name };
            [kind, " ", name].concat()
        }
        _ => text.to_owned(),
    }
}

/// A name and a value as they are read, from those noted.
pub(super) fn reads(
    timeline: &Timeline,
    heading: Heading,
    name: String,
    value: &str,
) -> (String, String) {
    let both = |name: String, value: &str| (name, grouped_bytes(value));
    match heading {
        // `for grace@example.net: 2 tries, …`
        Heading::Queue => match value.split_once(": ") {
            Some((whom, how)) => both([&name, " ", whom].concat(), how),
            None => both(name, value),
        },
        // `192.0.2.1, <a@example.org> to <b@example.net>: welcome from 00:05:01 on`
        Heading::Greylist => match value.rsplit_once(": ") {
            Some((who, until)) => both(who.to_owned(), until),
            None => both(name, value),
        },
        Heading::Asks => (name, host_at(timeline, value)),
        _ => both(name, value),
    }
}

/// A host by its name and address; what is no host's address as it is.
pub(super) fn host_at(timeline: &Timeline, address: &str) -> String {
    let parsed = address.parse().ok();
    let parsed = parsed.or_else(|| Some(address.parse::<SocketAddr>().ok()?.ip()));
    match parsed.and_then(|ip| timeline.node_at(ip)) {
        Some(node) => [&timeline.node(node).name, " (", address, ")"].concat(),
        None => address.to_owned(),
    }
}

/// A note in the few words that a box has room for; none where the picture shows it anyway.
pub(super) fn in_box(key: &str, value: &str) -> Option<String> {
    if !is_in_box(key) {
        return None;
    }
    let quoted = || value.split('"').nth(1).unwrap_or(value).to_owned();
    Some(match key.split_once('.') {
        None => match key {
            "queue" if value == "0" => return None,
            "queue" => ["queue: ", value].concat(),
            "state" => value.to_owned(),
            "draft" => ["sends “", value, "”"].concat(),
            "may_arrive_twice" => "may arrive twice".into(),
            _ => [key, " ", value].concat(),
        },
        Some(("queue", _)) => {
            let (_, next) = value.split_once("next at ")?;
            ["next try ", next.split(',').next().unwrap_or(next)].concat()
        }
        Some(("mailbox", _)) if value.starts_with("0 ") => return None,
        Some(("mailbox", rest)) => {
            let name = rest.split('@').next().unwrap_or(rest);
            [name, ": ", value].concat()
        }
        Some(("sent", _)) => ["sent ", value.split(':').next().unwrap_or(value)].concat(),
        Some(("outbox", _)) => ["waits: “", &quoted(), "”"].concat(),
        Some(("inbox", _)) => ["fetched “", &quoted(), "”"].concat(),
        Some(("greylist", _)) => {
            let (_, until) = value.rsplit_once(": welcome from ")?;
            ["not before ", until.trim_end_matches(" on")].concat()
        }
        Some(("name" | "cache", rest)) => {
            // Of a host its name is enough.
            let question = question(rest);
            let name = question.strip_prefix("A ");
            let name = name.or_else(|| question.strip_prefix("AAAA "));
            ["knows ", name.unwrap_or(&question)].concat()
        }
        Some(("session", rest)) => match rest.split_once('.') {
            Some((_, "login")) => ["user ", value].concat(),
            Some((_, what)) => [what, " ", value].concat(),
            None if rest.parse::<u32>().is_ok() => value.to_owned(),
            None => [rest, " ", value].concat(),
        },
        Some(("hop", number)) => ["hop ", number, ": ", value].concat(),
        Some((group, number)) if number.parse::<u32>().is_ok() => [group, ": ", value].concat(),
        Some((_, name)) => [name, ": ", value].concat(),
    })
}

/// Whether notes of this key are ever told in a box.
pub(super) fn is_in_box(key: &str) -> bool {
    let (kind, rest) = key.split_once('.').unwrap_or((key, ""));
    let last = rest.rsplit('.').next().unwrap_or(rest);
    match kind {
        "sessions" | "listens" | "connection" | "connections" => false,
        "sending" | "fetching" | "asks" => false,
        _ => !matches!(last, "sessions" | "listens" | "peer" | "connection"),
    }
}

/// Whether a port was made for once, to hear the answers to one's own questions.
pub(super) fn is_for_answers((at, udp): (SocketAddr, bool)) -> bool {
    const MADE: u16 = 49_152;
    udp && at.port() >= MADE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_in_plain_words() {
        let session = |what| Told::Dialogue(Dialogue::Session, "1", what);
        assert_eq!(place("session.1.mode"), session("data connection"));
        assert_eq!(place("session.1"), session("was asked"));
        let alone = |name: &str| Told::Alone(name.into());
        assert_eq!(place("sessions"), alone("sessions"));
        assert_eq!(place("file.report.pdf"), alone("file report.pdf"));
        assert_eq!(place("draft"), alone("letter at hand"));
        let under = |heading, name: &str| Told::Under(heading, name.into());
        let ada = "ada@example.net";
        assert_eq!(
            place("mailbox.ada@example.net"),
            under(Heading::Mailboxes, ada)
        );
        assert_eq!(place("sent.2"), under(Heading::Sent, "Letter 2"));
        let several = under(Heading::Queue, "Letter 2, recipient 1");
        assert_eq!(place("queue.2.1"), several);
        assert_eq!(
            place("cache.example.net.MX"),
            under(Heading::Names, "MX example.net")
        );
        let missing = under(Heading::Names, "sever.example.net");
        assert_eq!(place("name.sever.example.net"), missing);
        assert_eq!(place("cache..NS"), under(Heading::Names, "NS ."));
    }

    #[test]
    fn a_box_has_room_for_a_few_words() {
        let told = |key, value| in_box(key, value).unwrap_or_default();
        assert_eq!(told("state", "connected"), "connected");
        assert_eq!(told("session.3.user", "ada"), "user ada");
        let grace = "mailbox.grace@example.net";
        assert_eq!(told(grace, "1 letter"), "grace: 1 letter");
        assert_eq!(
            told("name.mx.example.net.AAAA", "::1"),
            "knows mx.example.net"
        );
        assert_eq!(
            told("sent.2", "to grace@example.net: 250"),
            "sent to grace@example.net"
        );
        assert_eq!(told(grace, "0 letters"), "");
        assert_eq!(told("queue", "0"), "");
        let waits = "for grace@example.net: 2 tries, next at 00:30:05, last said 451 Later";
        assert_eq!(told("queue.1", waits), "next try 00:30:05");
        assert_eq!(told("queue.1", "for grace@example.net: on its way"), "");
        assert_eq!(
            told("name.example.net.MX", "10 mx (until 9 s)"),
            "knows MX example.net"
        );
        assert_eq!(told("hop.2", "192.0.2.2 20 ms"), "hop 2: 192.0.2.2 20 ms");
        assert_eq!(told("connection", "open"), "", "its pipe tells it");
        assert!(is_in_box("session.1.user") && !is_in_box("session.1.peer"));
        assert!(!is_in_box("sessions"));
    }
}
