//! Stories of a mail server, told by clients that know exactly what they say.

use super::policy::address as mailbox_of;
use super::*;
use crate::program::rig::{Rig, Scripted};
use crate::proto::smtp::Mailbox;
use std::sync::{Arc, Mutex, PoisonError};

/// A server whose mailboxes a test can look into after the run.
#[derive(Clone)]
pub(crate) struct Watched(Arc<Mutex<MailServer>>);

impl Watched {
    pub fn new(config: MailServerConfig) -> Self {
        let server = MailServer::new(config).expect("good addresses");
        Self(Arc::new(Mutex::new(server)))
    }

    /// The letters in a mailbox, as text.
    pub fn letters(&self, address: &str) -> Vec<String> {
        let server = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let letters = server.mailboxes().letters(&mailbox(address)).iter();
        letters
            .map(|l| String::from_utf8(l.bytes.to_vec()).unwrap())
            .collect()
    }

    /// Each letter in each mailbox, as text, with the mailbox's address.
    pub fn all_letters(&self) -> Vec<(String, String)> {
        let server = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let boxes = server.mailboxes();
        let mut all = Vec::new();
        for address in boxes.addresses() {
            let letters = boxes.letters(&mailbox(address)).iter();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            all.extend(letters.map(|l| (address.to_owned(), text(&l.bytes))));
        }
        all
    }

    /// Each letter in the queue, as text, with whom it still has to go to: those that are on
    /// a connection right now, or the others.
    pub fn all_waiting(&self, under_way: bool) -> Vec<(String, String)> {
        let server = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = &server.office.queue;
        let text = |id| String::from_utf8_lossy(&queue.get(id).unwrap().bytes).into_owned();
        let waiting = queue.all();
        waiting
            .filter(|(_, going)| going.under_way.is_some() == under_way)
            .map(|(id, going)| (going.to.key(), text(id)))
            .collect()
    }

    /// Whom letters in its queue still have to go to.
    pub fn waiting(&self) -> Vec<String> {
        let server = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = server.waiting().into_iter();
        waiting.map(|(_, to)| to).collect()
    }
}

impl Program for Watched {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        self.0.lock().unwrap().handle(now, input);
    }
    fn poll_timeout(&self) -> Option<Time> {
        self.0.lock().unwrap().poll_timeout()
    }
    fn poll_request(&mut self) -> Option<Request> {
        self.0.lock().unwrap().poll_request()
    }
}

pub(crate) fn config() -> MailServerConfig {
    MailServerConfig {
        domains: vec!["example.net".into()],
        mailboxes: vec!["grace@example.net".into(), "alan@example.net".into()],
        ..MailServerConfig::new("server.example.net")
    }
}

fn mailbox(address: &str) -> Mailbox {
    mailbox_of(address).expect("an address")
}

/// What a client hears that says all of this at once and leaves.
fn hears(config: MailServerConfig, says: &[u8], piece: usize) -> (String, Watched, Rig) {
    let server = Watched::new(config);
    let mut rig = Rig::new(piece);
    rig.host("192.0.2.25", server.clone());
    let client = rig.host("192.0.2.10", Scripted::client("192.0.2.25:25", says, true));
    rig.run();
    let heard = rig.heard(client).concat();
    (heard, server, rig)
}

const LETTER: &[u8] = b"EHLO laptop.example.org\r\nMAIL FROM:<ada@example.org>\r\n\
    RCPT TO:<Grace@Example.NET>\r\nDATA\r\nSubject: Hi\r\n\r\n..\r\n..a\r\nb\r\n.\r\nQUIT\r\n";

#[test]
fn a_letter_lands_with_its_stamps_and_is_otherwise_untouched() {
    for piece in [1, 2, 7, 1460] {
        let (heard, server, rig) = hears(config(), LETTER, piece);
        assert_eq!(
            heard,
            "220 server.example.net ESMTP Wirestage\r\n\
             250-server.example.net greets laptop.example.org\r\n\
             250-PIPELINING\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n\
             250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n250 2.1.0 OK\r\n250 2.1.5 OK\r\n\
             354 Send the letter; end with a dot on a line of its own\r\n\
             250 2.0.0 OK, queued as 1\r\n\
             221 2.0.0 server.example.net closing the connection\r\n"
        );
        assert_eq!(
            server.letters("grace@example.net"),
            ["Return-Path: <ada@example.org>\r\n\
              Received: from laptop.example.org ([192.0.2.10])\r\n\
              \tby server.example.net with ESMTP id 1 for <Grace@Example.NET>;\r\n\
              \tMon, 05 Jan 2026 09:00:00 +0000\r\n\
              Subject: Hi\r\n\r\n.\r\n.a\r\nb\r\n"]
        );
        assert_eq!(rig.history(0, "session.1.from"), ["<ada@example.org>", ""]);
        assert_eq!(rig.history(0, "session.1.to"), ["<Grace@Example.NET>", ""]);
        assert_eq!(rig.history(0, "sessions"), ["1", "0"]);
        let notes = rig.notes(0);
        assert_eq!(notes["mailbox.grace@example.net"], "1 letter");
        assert_eq!(notes["mailbox.alan@example.net"], "0 letters");
    }
}

#[test]
fn strangers_get_nothing_and_pass_nothing_on() {
    let says = b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@example.net>\r\n\
        RCPT TO:<bob@example.com>\r\nRCPT TO:<a@[192.0.2.1]>\r\nRCPT TO:<postmaster>\r\n\
        RCPT TO:<alan@example.net>\r\nRCPT TO:<Alan@example.net>\r\nDATA\r\nx\r\n.\r\n";
    let (heard, server, _) = hears(config(), says, 1460);
    let codes: Vec<&str> = heard.lines().map(|line| &line[..3]).collect();
    assert_eq!(
        codes,
        [
            "220", "250", "250", "550", "550", "550", "250", "250", "250", "354", "250"
        ]
    );
    assert!(heard.contains("550 5.1.1 No such user here: <nobody@example.net>\r\n"));
    assert!(heard.contains("550 5.7.1 I do not pass on letters to example.com\r\n"));
    let letters = server.letters("alan@example.net");
    assert_eq!(letters.len(), 1, "named twice, delivered once");
    assert!(letters[0].starts_with("Return-Path: <>\r\nReceived: from x ([192.0.2.10])\r\n"));
    assert!(
        letters[0].contains("with SMTP id 1;\r\n"),
        "the other recipient is not told"
    );
    assert_eq!(server.letters("postmaster@example.net").len(), 1);
}

#[test]
fn a_connection_cut_in_the_letter_delivers_nothing() {
    let end = LETTER.len() - b".\r\nQUIT\r\n".len();
    let (heard, server, rig) = hears(config(), &LETTER[..end], 5);
    assert!(heard.contains("354 ") && !heard.contains("taken"));
    assert!(server.letters("grace@example.net").is_empty());
    assert!(!rig.notes(0).contains_key("session.1.from"));
    assert_eq!(rig.open(0), 0);
}

#[test]
fn many_clients_are_served_at_once() {
    let server = Watched::new(config());
    let mut rig = Rig::new(3);
    rig.host("192.0.2.25", server.clone());
    for n in 10..20 {
        let to = "192.0.2.25:25";
        rig.host(&format!("192.0.2.{n}"), Scripted::client(to, LETTER, true));
    }
    rig.run();
    assert_eq!(server.letters("grace@example.net").len(), 10);
    assert_eq!(rig.notes(0)["sessions"], "0");
    assert!(rig.history(0, "sessions").contains(&"10"));
}

#[test]
fn a_silent_client_is_closed_with_421() {
    let server = Watched::new(config());
    let mut rig = Rig::new(100);
    rig.host("192.0.2.25", server);
    let client = rig.host(
        "192.0.2.10",
        Scripted::client("192.0.2.25:25", b"NOOP\r\n", false),
    );
    rig.run();
    assert!(
        rig.heard(client)[0]
            .ends_with("421 4.4.2 server.example.net closing: nothing heard for too long\r\n")
    );
    assert_eq!(rig.open(0), 0);
}

#[test]
fn a_bad_address_is_named_before_the_start() {
    let bad = MailServerConfig {
        mailboxes: vec!["grace".into()],
        ..config()
    };
    let error = MailServer::new(bad).unwrap_err();
    assert!(
        error.starts_with("\"grace\" is no mail address: "),
        "{error}"
    );
}

#[test]
fn postmaster_is_welcome_in_every_domain() {
    let config = MailServerConfig {
        domains: vec!["example.net".into(), "example.org".into()],
        ..config()
    };
    let says = b"HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<PostMaster@example.org>\r\n\
        RCPT TO:<postmaster@example.com>\r\nDATA\r\nx\r\n.\r\n";
    let (heard, server, _) = hears(config, says, 1460);
    let codes: Vec<&str> = heard.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "250", "250", "250", "550", "354", "250"]);
    assert_eq!(server.letters("postmaster@example.net").len(), 1);
}
