//! Stories of a mail program and a mail server on one ideal network.

use super::*;
use crate::base::Duration;
use crate::program::contract::TurnKind;
use crate::program::mail_server::MailServerConfig;
use crate::program::mail_server::tests::{Watched, config as server_config};
use crate::program::rig::{Rig, Scripted, What};

fn user() -> MailUser {
    user_of("server.example.net", 25)
}

fn user_of(server: &str, port: u16) -> MailUser {
    MailUser::new(config_of(server, port), Rng::from_seed(1))
}

/// Ada's mail program, which says one command at a time.
pub(super) fn config_of(server: &str, port: u16) -> MailUserConfig {
    MailUserConfig {
        server: server.into(),
        port,
        hostname: "laptop.example.org".into(),
        people: vec![
            ("Ada".into(), "ada@example.org".into()),
            ("Grace".into(), "grace@example.net".into()),
        ],
        pipelining: false,
        ..MailUserConfig::default()
    }
}

pub(super) fn letter(to: &[&str], subject: &str, text: &str) -> Letter {
    Letter {
        to: to.iter().map(|to| (*to).to_owned()).collect(),
        subject: subject.into(),
        text: text.into(),
        ..Letter::default()
    }
}

/// Ada's laptop is host 1, the mail server host 0.
fn laptop_and_server(piece: usize) -> (Rig, Watched) {
    let server = Watched::new(server_config());
    let mut rig = Rig::new(piece);
    rig.name("server.example.net", "192.0.2.25");
    rig.host("192.0.2.25", server.clone());
    rig.host("192.0.2.10", user());
    (rig, server)
}

const STAYS: &str = " It stays in the outbox: type retry to send it again.";

pub(super) fn only_outcome(rig: &Rig, host: usize) -> (bool, Option<u16>, &str) {
    let outcomes = rig.outcomes(host);
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    (outcomes[0].ok, outcomes[0].code, &outcomes[0].text)
}

#[test]
fn adas_letter_arrives_in_graces_mailbox() {
    for piece in [1, 5, 1460] {
        let (mut rig, server) = laptop_and_server(piece);
        rig.writes(
            1,
            "Ada",
            letter(&["Grace"], "Lunch?", "At noon?\n.\n..\n.hidden\n"),
        );
        rig.run();
        let letters = server.letters("grace@example.net");
        let (stamps, written) = letters[0].split_at(letters[0].find("Date: ").unwrap());
        assert!(
            stamps
                .starts_with("Return-Path: <ada@example.org>\r\nReceived: from laptop.example.org")
        );
        let id = Rng::from_seed(1).next_u64();
        assert_eq!(
            written,
            format!(
                "Date: Mon, 05 Jan 2026 09:00:00 +0000\r\nFrom: Ada <ada@example.org>\r\n\
                 To: Grace <grace@example.net>\r\nSubject: Lunch?\r\n\
                 Message-ID: <{id:016x}@laptop.example.org>\r\n\r\n\
                 At noon?\r\n.\r\n..\r\n.hidden\r\n"
            )
        );
        let text = "250: the server took the letter for grace@example.net.";
        assert_eq!(only_outcome(&rig, 1), (true, Some(250), text));
        assert_eq!(rig.notes(1)["sent.1"], "to grace@example.net: 250");
        assert_eq!(rig.history(1, "draft"), ["Lunch?", ""]);
        assert_eq!((rig.open(0), rig.open(1)), (0, 0));
    }
}

#[test]
fn the_dialogue_is_told_in_turns_and_phases() {
    let (mut rig, _) = laptop_and_server(1460);
    rig.writes(1, "Ada", letter(&["Grace"], "Lunch?", "At noon?"));
    rig.run();
    let said: Vec<(TurnKind, &str)> = rig
        .log
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Turn(_, turn) => Some((turn.kind, turn.verb.as_str())),
            _ => None,
        })
        .collect();
    let (command, reply) = (TurnKind::Command, TurnKind::Reply);
    assert_eq!(
        said,
        [
            (reply, "220"),
            (command, "EHLO"),
            (reply, "250"),
            (command, "MAIL"),
            (reply, "250"),
            (command, "RCPT"),
            (reply, "250"),
            (command, "DATA"),
            (reply, "354"),
            (TurnKind::Data, "LETTER"),
            (reply, "250"),
            (command, "QUIT"),
            (reply, "221"),
        ]
    );
    assert!(rig.turns().contains(&"RCPT TO:<grace@example.net>"));
    assert!(rig.turns().contains(&"the letter \"Lunch?\""));
    let hello = "250-server.example.net greets laptop.example.org\n250-PIPELINING\n";
    assert!(rig.turns().iter().any(|turn| turn.starts_with(hello)));
    assert_eq!(
        rig.phases(1),
        [
            "connect",
            "say hello",
            "name sender and recipient",
            "hand over the letter",
            "say goodbye"
        ]
    );
}

#[test]
fn an_unknown_user_is_refused_and_the_writer_told() {
    let (mut rig, server) = laptop_and_server(1460);
    rig.types(1, "Ada", "send bob@example.net \"Hi\" \"Are you there?\"");
    rig.run();
    let text = "550: the server refused bob@example.net: No such user here: <bob@example.net>.";
    assert_eq!(only_outcome(&rig, 1), (false, Some(550), text));
    assert_eq!(rig.notes(1)["sent.1"], "to bob@example.net: 550");
    assert!(server.letters("grace@example.net").is_empty());
    assert!(!rig.turns().contains(&"DATA"));
}

#[test]
fn one_of_two_recipients_is_refused() {
    let (mut rig, server) = laptop_and_server(1460);
    rig.writes(1, "Ada", letter(&["bob@example.net", "Grace"], "Hi", "x"));
    rig.run();
    let (ok, code, text) = only_outcome(&rig, 1);
    assert_eq!((ok, code), (false, Some(550)));
    assert!(
        text.ends_with(" 250: the server took the letter for grace@example.net."),
        "{text}"
    );
    assert_eq!(server.letters("grace@example.net").len(), 1);
}

#[test]
fn letters_go_one_after_the_other() {
    let (mut rig, server) = laptop_and_server(100);
    for subject in ["one", "two", "Grüße"] {
        rig.writes(1, "Ada", letter(&["Grace"], subject, "schön"));
    }
    rig.run();
    let letters = server.letters("grace@example.net");
    assert_eq!(letters.len(), 3);
    assert!(letters[2].contains("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"));
    assert_eq!(rig.history(1, "draft"), ["one", "", "two", "", "Grüße", ""]);
    assert!(rig.turns().contains(&"the letter \"Grüße\""));
}

#[test]
fn a_large_letter_arrives_whole_as_one_turn() {
    let (mut rig, server) = laptop_and_server(1460);
    let text = ".a line of some length that begins with a dot\n".repeat(5000);
    rig.writes(1, "Ada", letter(&["Grace"], "Long", &text));
    rig.run();
    assert!(server.letters("grace@example.net")[0].ends_with(&text.replace('\n', "\r\n")));
    assert_eq!(
        rig.turns()
            .iter()
            .filter(|t| **t == "the letter \"Long\"")
            .count(),
        1
    );
}

#[test]
fn a_letter_too_large_is_refused() {
    let server = Watched::new(MailServerConfig {
        max_letter: 1000,
        ..server_config()
    });
    let mut rig = Rig::new(1460);
    rig.host("192.0.2.25", server);
    rig.host("192.0.2.10", user_of("192.0.2.25", 25));
    rig.writes(1, "Ada", letter(&["Grace"], "Long", &"x\n".repeat(1000)));
    rig.run();
    let text = "552: the server refused the sender: The letter is too large.";
    assert_eq!(only_outcome(&rig, 1), (false, Some(552), text));
}

#[test]
fn an_old_server_is_greeted_in_the_old_way() {
    let mut rig = Rig::new(1460);
    let answers = [
        "500 what?\r\n",
        "250 hello\r\n",
        "250 ok\r\n",
        "250 ok\r\n",
        "354 go\r\n",
    ];
    let old = rig.host("192.0.2.25", Scripted::server(25, "220 old\r\n", &answers));
    rig.host("192.0.2.10", user_of("192.0.2.25", 25));
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    assert!(
        rig.heard(old)[0].starts_with("EHLO laptop.example.org\r\nHELO laptop.example.org\r\nMAIL")
    );
    let text = "The server was silent for too long after the letter.";
    let text = text.to_owned() + STAYS;
    assert_eq!(only_outcome(&rig, 1), (false, None, &*text));
}

#[test]
fn a_connection_lost_before_the_last_answer_is_told_as_such() {
    let mut rig = Rig::new(1460);
    let answers = [
        "250 hello\r\n",
        "250 ok\r\n",
        "250 ok\r\n",
        "354 go\r\n",
        "",
    ];
    rig.host("192.0.2.25", Scripted::server(25, "220 hi\r\n", &answers));
    rig.host("192.0.2.10", user_of("192.0.2.25", 25));
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    let (ok, code, text) = only_outcome(&rig, 1);
    assert_eq!((ok, code), (false, None));
    assert!(
        text.contains("nobody knows if the letter was taken"),
        "{text}"
    );
    assert_eq!(rig.notes(1)["outbox.1"], "to grace@example.net: no answer");
    assert!(!rig.notes(1).contains_key("sent.1"));
}

#[test]
fn every_way_to_fail_has_its_sentence() {
    let story = |setup: &dyn Fn(&mut Rig), user: MailUser, says: &str| {
        let mut rig = Rig::new(1460);
        rig.host("192.0.2.25", Watched::new(server_config()));
        rig.host("192.0.2.10", user);
        rig.name("server.example.net", "192.0.2.25");
        rig.mx("example.net", 10, "server.example.net");
        setup(&mut rig);
        rig.types(1, "Ada", says);
        rig.run();
        let (ok, _, text) = only_outcome(&rig, 1);
        assert!(!ok && text.ends_with('.'), "{text}");
        text.trim_end_matches(STAYS).to_owned()
    };
    let send = "send Grace Hi \"Hello.\"";
    let quiet = |_: &mut Rig| {};
    assert_eq!(
        story(&quiet, user_of("nowhere.example", 25), send),
        "There is no nowhere.example: nobody has this name."
    );
    assert_eq!(
        story(&quiet, user_of("example.net", 25), send),
        "The name example.net has no address."
    );
    assert_eq!(
        story(&quiet, user_of("server.example.net", 26), send),
        "No connection to server.example.net, port 26: refused: nobody listens there."
    );
    assert_eq!(
        story(&|rig| rig.block(1, 0), user(), send),
        "No connection to server.example.net, port 25: no answer for too long."
    );
    assert_eq!(
        story(&|rig| rig.reset_after(0, 40), user(), send),
        "The connection was lost before the server answered MAIL."
    );
    assert_eq!(
        story(&quiet, user(), "send Bob Hi Hello"),
        "The address book has no Bob. It has: Ada, Grace."
    );
    assert_eq!(
        story(&quiet, user(), "send Grace Hi Hello photo.png"),
        "There is no file photo.png here, nor any other."
    );
    assert!(
        story(&quiet, user(), "post Grace")
            .starts_with("`post Grace` is nothing a mail program knows: it knows send")
    );
    assert_eq!(
        story(&quiet, user(), "retry"),
        "No letter waits in the outbox."
    );
    assert_eq!(
        story(&quiet, user(), "fetch"),
        "There is no user name and password to fetch letters with."
    );
}

#[test]
fn whoever_reads_where_nothing_is_learns_how_to_fetch() {
    for typed in ["read 3", "list"] {
        let mut rig = Rig::new(1460);
        rig.host("192.0.2.25", Watched::new(server_config()));
        rig.host("192.0.2.10", user());
        rig.types(1, "Ada", typed);
        rig.run();
        let (ok, _, text) = only_outcome(&rig, 1);
        assert!(ok && text.starts_with("There are no letters here. Type fetch"));
    }
}

#[test]
fn the_second_address_is_tried_when_the_first_is_silent() {
    let server = Watched::new(server_config());
    let mut rig = Rig::new(1460);
    rig.name("server.example.net", "192.0.2.99");
    rig.name("server.example.net", "192.0.2.25");
    rig.host("192.0.2.25", server.clone());
    rig.host("192.0.2.10", user());
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    assert!(only_outcome(&rig, 1).0);
    assert_eq!(server.letters("grace@example.net").len(), 1);
}

#[test]
fn letters_outlast_a_laptop_that_goes_down() {
    let (mut rig, server) = laptop_and_server(1460);
    rig.writes(1, "Ada", letter(&["Grace"], "one", "x"));
    rig.writes(1, "Ada", letter(&["Grace"], "two", "x"));
    rig.run_until(Time(35_000_000));
    rig.stop(1);
    rig.run_until(Time(1_000_000_000));
    assert!(rig.outcomes(1).is_empty() && server.letters("grace@example.net").is_empty());
    assert_eq!(
        rig.notes(1)["outbox.1"],
        "\"one\" to grace@example.net: waits"
    );
    rig.start_again(1, Duration::from_secs(60));
    rig.run();
    assert_eq!(rig.outcomes(1).iter().filter(|o| o.ok).count(), 2);
    assert_eq!(server.letters("grace@example.net").len(), 2);
    assert!(!rig.notes(1).keys().any(|key| key.starts_with("outbox")));
}

#[test]
fn a_refusal_without_words_is_still_a_sentence() {
    let mut rig = Rig::new(1460);
    let answers = ["250 hello\r\n", "550\r\n", ""];
    rig.host("192.0.2.25", Scripted::server(25, "220 hi\r\n", &answers));
    rig.host("192.0.2.10", user_of("192.0.2.25", 25));
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    let text = "550: the server refused the sender.";
    assert_eq!(only_outcome(&rig, 1), (false, Some(550), text));
}
