//! Stories of letters that go from one server to the next.

use super::tests::Watched;
use super::*;
use crate::program::rig::{Rig, Scripted};

/// A server of a domain, at port 25, with a mailbox for each of these people.
pub(super) fn server(host: &str, domain: &str, people: &[&str]) -> MailServerConfig {
    MailServerConfig {
        domains: vec![domain.to_owned()],
        mailboxes: people.iter().map(|name| format!("{name}@{domain}")).collect(),
        relays: Relays::Anyone,
        ..MailServerConfig::new(host)
    }
}

pub(super) fn org() -> MailServerConfig {
    server("mx.example.org", "example.org", &["ada"])
}

pub(super) fn net() -> MailServerConfig {
    server("mx.example.net", "example.net", &["grace", "alan"])
}

/// Two servers that know each other's domains: host 0 is of example.org, host 1 of example.net.
pub(super) struct Town {
    pub rig: Rig,
    pub org: Watched,
    pub net: Watched,
}

pub(super) const ORG: &str = "192.0.2.1";
pub(super) const NET: &str = "192.0.2.2";

impl Town {
    pub fn new(org: MailServerConfig, net: MailServerConfig) -> Self {
        Self::of_pieces(org, net, 1460)
    }

    pub fn of_pieces(org: MailServerConfig, net: MailServerConfig, piece: usize) -> Self {
        let (org, net) = (Watched::new(org), Watched::new(net));
        let mut rig = Rig::new(piece);
        rig.host(ORG, org.clone());
        rig.host(NET, net.clone());
        for (domain, mx, addr) in [
            ("example.org", "mx.example.org", ORG),
            ("example.net", "mx.example.net", NET),
        ] {
            rig.mx(domain, 10, mx);
            rig.name(mx, addr);
        }
        Self { rig, org, net }
    }

    /// Somebody hands letters in at example.org, from ada to all of these.
    pub fn hands_in(&mut self, letters: &[&[&str]]) -> usize {
        self.says(&dialogue("ada@example.org", letters))
    }

    pub fn says(&mut self, says: &str) -> usize {
        let to = format!("{ORG}:25");
        let client = Scripted::client(&to, says.as_bytes(), true);
        self.rig.host("192.0.2.9", client)
    }

    pub fn run_for(&mut self, secs: u64) {
        let end = self.rig.now + Duration::from_secs(secs);
        self.rig.run_until(end);
    }
}

/// What a client says that hands in a letter for each of these lists of recipients.
pub(super) fn dialogue(from: &str, letters: &[&[&str]]) -> String {
    let mut says = "EHLO laptop\r\n".to_owned();
    for (number, to) in (1..).zip(letters) {
        says += &format!("MAIL FROM:<{from}>\r\n");
        for to in *to {
            says += &format!("RCPT TO:<{to}>\r\n");
        }
        says += &format!("DATA\r\nSubject: letter {number}\r\n\r\nHi\r\n.\r\n");
    }
    says + "QUIT\r\n"
}

#[test]
fn a_letter_is_handed_on_to_the_exchanger_of_its_domain() {
    for piece in [1, 7, 1460] {
        let mut town = Town::of_pieces(org(), net(), piece);
        town.hands_in(&[&["grace@example.net"]]);
        town.rig.run();
        let letters = town.net.letters("grace@example.net");
        assert_eq!(letters.len(), 1);
        assert!(
            letters[0].starts_with(
                "Return-Path: <ada@example.org>\r\n\
                 Received: from mx.example.org ([192.0.2.1])\r\n\
                 \tby mx.example.net with ESMTP id 1 for <grace@example.net>;\r\n"
            ),
            "{}",
            letters[0]
        );
        assert!(letters[0].contains("Received: from laptop ([192.0.2.9])\r\n\tby mx.example.org"));
        assert!(letters[0].ends_with("Subject: letter 1\r\n\r\nHi\r\n"));
        let rig = &town.rig;
        assert_eq!(rig.phases(0), ["look up the exchanger", "hand it on"]);
        assert_eq!(rig.history(0, "queue"), ["0", "1", "0"]);
        assert_eq!(
            rig.history(0, "queue.1"),
            [
                "for grace@example.net: not tried yet",
                "for grace@example.net: on its way",
                ""
            ]
        );
        assert_eq!(rig.history(1, "queue"), ["0"], "it goes straight into its mailbox");
        assert_eq!(rig.history(0, "sending.2.by"), ["mx.example.net", ""]);
        assert_eq!((rig.open(0), rig.open(1)), (0, 0));
        let kept = rig.kept(1);
        assert_eq!(kept["/mail/grace@example.net/1.eml"].as_deref(), Some(letters[0].as_bytes()));
        assert!(kept.contains_key("/mail/alan@example.net"));
    }
}

#[test]
fn letters_for_one_domain_share_a_connection_and_recipients_a_transaction() {
    let mut town = Town::new(org(), net());
    let both = ["grace@example.net", "alan@example.net", "ada@example.org"];
    town.hands_in(&[&both, &["grace@example.net"], &["ALAN@example.net"]]);
    town.rig.run();
    assert_eq!(town.net.letters("grace@example.net").len(), 2);
    assert_eq!(town.net.letters("alan@example.net").len(), 2);
    assert_eq!(town.org.letters("ada@example.org").len(), 1);
    let heard = town.rig.heard(1);
    assert_eq!(heard.len(), 1, "one connection");
    assert_eq!(heard[0].matches("MAIL FROM").count(), 3);
    assert_eq!(heard[0].matches("RCPT TO").count(), 4);
    assert_eq!(heard[0].matches("QUIT").count(), 1);
    let first = &town.net.letters("grace@example.net")[0];
    assert!(!first.contains(" for <"), "the others are not told: {first}");
}

#[test]
fn one_refused_recipient_bounces_and_the_others_get_the_letter() {
    let mut town = Town::new(org(), net());
    town.hands_in(&[&["grace@example.net", "nobody@example.net", "alan@example.net"]]);
    town.rig.run();
    assert_eq!(town.net.letters("grace@example.net").len(), 1);
    assert_eq!(town.net.letters("alan@example.net").len(), 1);
    let bounces = town.org.letters("ada@example.org");
    assert_eq!(bounces.len(), 1);
    assert!(bounces[0].contains("nobody@example.net") && !bounces[0].contains("alan@example.net"));
    assert!(town.org.waiting().is_empty());
}

/// Two exchangers for example.net: the first at .3 is a script, the second is the server.
fn with_first(greeting: &'static str, answers: &[&'static str], port: u16) -> Town {
    let mut town = Town::new(org(), net());
    let first = Scripted::server(port, greeting, answers);
    town.rig.host("192.0.2.3", first);
    town.rig.mx("example.net", 5, "mx0.example.net");
    town.rig.name("mx0.example.net", "192.0.2.3");
    town.hands_in(&[&["grace@example.net"]]);
    town
}

#[test]
fn the_next_exchanger_is_asked_where_the_first_is_not_there() {
    // Nobody listens; no time; gone in the middle; nonsense.
    for (greeting, answers, port) in [
        ("", &[][..], 26),
        ("421 busy\r\n", &[""], 25),
        ("451 later\r\n", &["221 bye\r\n"], 25),
        ("220 x\r\n", &["250 x\r\n", ""], 25),
        ("HTTP/1.1 200 OK\r\n", &[""], 25),
    ] {
        let mut town = with_first(greeting, answers, port);
        town.rig.run();
        assert_eq!(town.net.letters("grace@example.net").len(), 1, "{greeting}");
        assert!(town.org.letters("ada@example.org").is_empty(), "{greeting}");
        let by = town.rig.history(0, "sending.2.by");
        assert_eq!(by, ["mx0.example.net", "mx.example.net", ""], "{greeting}");
    }
}

#[test]
fn who_turns_away_for_good_is_believed() {
    let mut town = with_first("554 not you\r\n", &["221 bye\r\n"], 25);
    town.rig.run();
    assert!(town.net.letters("grace@example.net").is_empty());
    let bounces = town.org.letters("ada@example.org");
    assert!(bounces[0].contains("554 not you"), "{}", bounces[0]);
}

#[test]
fn a_host_with_two_addresses_is_tried_at_both() {
    let mut town = Town::new(org(), net());
    town.rig.mx("example.com", 10, "two.example.com");
    town.rig.name("two.example.com", "192.0.2.77");
    town.rig.name("two.example.com", NET);
    town.hands_in(&[&["x@example.com"]]);
    town.rig.run();
    // The second says that it passes on to anyone, and finds only itself to be asked.
    assert!(town.rig.heard(1)[0].contains("RCPT TO:<x@example.com>"));
}

#[test]
fn without_an_exchanger_the_domain_itself_is_asked() {
    let mut town = Town::new(
        org(),
        MailServerConfig {
            domains: vec!["example.net".into(), "web.example.net".into()],
            ..net()
        },
    );
    town.rig.name("web.example.net", NET);
    town.hands_in(&[&["postmaster@web.example.net"], &["grace@[192.0.2.2]"]]);
    town.rig.run();
    assert_eq!(town.net.letters("postmaster@example.net").len(), 1);
    let bounces = town.org.letters("ada@example.org");
    // The literal was found, and the server there does not know itself by it.
    assert_eq!(bounces.len(), 1);
    assert!(town.rig.heard(1).concat().contains("RCPT TO:<grace@[192.0.2.2]>"));
}

#[test]
fn domains_that_take_no_letters_or_are_not_there_bounce_at_once() {
    let mut town = Town::new(org(), net());
    town.rig.mx("quiet.example", 0, ".");
    town.rig.mx("lost.example", 10, "nowhere.example");
    town.rig.mx("mine.example", 10, "mx.example.org");
    town.hands_in(&[&[
        "a@quiet.example",
        "b@missing.example",
        "c@lost.example",
        "d@mine.example",
    ]]);
    town.run_for(10);
    let bounces = town.org.letters("ada@example.org").concat();
    for (to, status) in [
        ("a@quiet.example", "5.1.10"),
        ("b@missing.example", "5.1.2"),
        ("c@lost.example", "5.4.4"),
        ("d@mine.example", "5.4.6"),
    ] {
        assert!(bounces.contains(to) && bounces.contains(status), "{to}: {bounces}");
    }
    assert!(bounces.contains("556 5.1.10"), "{bounces}");
    assert!(town.org.waiting().is_empty());
}

#[test]
fn what_nobody_could_tell_is_asked_again() {
    let mut town = Town::new(org(), net());
    town.rig.block(0, 1);
    town.hands_in(&[&["grace@example.net"]]);
    town.run_for(100);
    let notes = town.rig.notes(0);
    assert!(
        notes["queue.1"].starts_with("for grace@example.net: 1 try, next at 00:31:"),
        "{}",
        notes["queue.1"]
    );
    assert!(notes["queue.1"].contains("No connection to mx.example.net"));
    assert_eq!(notes["queue"], "1");
}

#[test]
fn a_letter_that_goes_in_circles_comes_back_in_the_end() {
    let moved = |config: MailServerConfig, from: &str, to: &str| MailServerConfig {
        moved: vec![(from.to_owned(), to.to_owned())],
        max_hops: 9,
        ..config
    };
    let mut town = Town::new(
        moved(org(), "kim@example.org", "kim@example.net"),
        moved(net(), "kim", "kim@example.org"),
    );
    town.hands_in(&[&["kim@example.net"]]);
    town.rig.run();
    let bounces = town.org.letters("ada@example.org");
    assert_eq!(bounces.len(), 1);
    assert!(bounces[0].contains("554 5.4.6"), "{}", bounces[0]);
    assert!(town.org.waiting().is_empty() && town.net.waiting().is_empty());
}

#[test]
fn lists_and_further_names_lead_to_mailboxes_here_and_elsewhere() {
    let aliases = vec![
        ("sales".to_owned(), vec!["grace@example.net".into(), "ada@example.org".into()]),
        ("all@example.net".to_owned(), vec!["sales@example.net".into(), "alan@example.net".into()]),
        // One that leads in circles, and one that names itself.
        ("x".to_owned(), vec!["y@example.net".into()]),
        ("y".to_owned(), vec!["x@example.net".into()]),
        ("alan".to_owned(), vec!["alan@example.net".into(), "grace@example.net".into()]),
    ];
    let mut town = Town::new(org(), MailServerConfig { aliases, ..net() });
    town.hands_in(&[&["ALL@example.net"], &["x@example.net"]]);
    town.rig.run();
    assert_eq!(town.net.letters("grace@example.net").len(), 1, "once, however often named");
    assert_eq!(town.net.letters("alan@example.net").len(), 1);
    let home = town.org.letters("ada@example.org");
    assert_eq!(home.len(), 2);
    assert!(home.iter().any(|letter| letter.contains("Subject: letter 1\r\n\r\nHi")));
    assert!(home.iter().any(|letter| letter.contains("x@example.net")));
}
