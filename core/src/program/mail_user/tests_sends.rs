//! Stories of letters of every kind, of logging in, and of what stays in the outbox.

use super::tests::{config_of, letter, only_outcome};
use super::*;
use crate::base::{Content, Duration};
use crate::program::files::Files;
use crate::program::mail_server::tests::{Watched, config as server_config};
use crate::program::mail_server::{MailLogin, MailServerConfig};
use crate::program::rig::{Rig, Scripted};
use crate::proto::mail::read;

const PHOTO: Content = Content::Generated { seed: 3, len: 5000 };

/// A server that takes letters from its users at port 587, and for two domains.
pub(super) fn office() -> MailServerConfig {
    MailServerConfig {
        domains: vec!["example.net".into(), "example.org".into()],
        mailboxes: ["ada@example.org", "grace@example.net", "alan@example.net"]
            .map(String::from)
            .to_vec(),
        logins: vec![MailLogin {
            user: "ada".into(),
            password: "lovelace".into(),
            address: "ada@example.org".into(),
        }],
        ports: vec![25, 587],
        pop: true,
        ..server_config()
    }
}

pub(super) fn ada() -> MailUserConfig {
    MailUserConfig {
        login: Some(("ada".into(), "lovelace".into())),
        files: [("pictures/photo.png", PHOTO)]
            .into_iter()
            .collect::<Files>(),
        ..config_of("192.0.2.25", 587)
    }
}

/// The server is host 0, the mail program host 1.
pub(super) fn story(server: MailServerConfig, user: MailUserConfig) -> (Rig, Watched) {
    let server = Watched::new(server);
    let mut rig = Rig::new(1460);
    rig.host("192.0.2.25", server.clone());
    rig.host("192.0.2.10", MailUser::new(user, Rng::from_seed(1)));
    (rig, server)
}

fn codes(rig: &Rig) -> Vec<Option<u16>> {
    rig.outcomes(1).iter().map(|outcome| outcome.code).collect()
}

#[test]
fn a_letter_goes_to_all_it_is_for_and_says_only_whom_it_may() {
    let (mut rig, server) = story(office(), ada());
    rig.writes(
        1,
        "Ada",
        Letter {
            cc: vec!["ada@example.org".into()],
            bcc: vec!["alan@example.net".into(), "grace@example.net".into()],
            ..letter(&["Grace"], "Lunch?", "At noon?")
        },
    );
    rig.run();
    let (ok, code, text) = only_outcome(&rig, 1);
    assert!(ok && code == Some(250), "{text}");
    for who in ["grace@example.net", "ada@example.org", "alan@example.net"] {
        let letters = server.letters(who);
        assert_eq!(letters.len(), 1, "{who}");
        let written = &letters[0][letters[0].find("Date: ").unwrap()..];
        assert!(written.contains("\r\nTo: Grace <grace@example.net>\r\n"));
        assert!(written.contains("\r\nCc: ada@example.org\r\n"), "{written}");
        assert!(
            !written.contains("alan") && !written.contains("Bcc"),
            "{written}"
        );
    }
}

#[test]
fn who_claims_to_be_another_is_still_the_envelopes_sender() {
    let (mut rig, server) = story(office(), ada());
    rig.writes(
        1,
        "Ada",
        Letter {
            from: Some("president@example.com".into()),
            ..letter(&["Grace"], "Hello", "Send money.")
        },
    );
    rig.run();
    let letters = server.letters("grace@example.net");
    assert!(letters[0].starts_with("Return-Path: <ada@example.org>\r\n"));
    assert!(
        letters[0].contains("\r\nFrom: president@example.com\r\n"),
        "{}",
        letters[0]
    );
}

#[test]
fn a_file_goes_with_a_letter_and_comes_out_the_same() {
    let (mut rig, server) = story(office(), ada());
    rig.types(1, "Ada", "send Grace Photo \"Look!\" pictures/photo.png");
    rig.run();
    assert!(only_outcome(&rig, 1).0, "{:?}", rig.outcomes(1));
    let letters = server.letters("grace@example.net");
    let parsed = read::read(letters[0].as_bytes());
    assert_eq!(parsed.text().trim_end(), "Look!");
    let files: Vec<_> = parsed.files().collect();
    assert_eq!(files[0].name.as_deref(), Some("photo.png"));
    assert_eq!(files[0].media_type, "image/png");
    assert!(files[0].bytes == PHOTO.read(0..5000));
}

#[test]
fn a_file_that_is_not_there_or_too_large_goes_with_no_letter() {
    let mut user = ada();
    let huge = Content::Generated {
        seed: 1,
        len: 1 << 40,
    };
    user.files.put("huge", huge, Time::ZERO);
    let (mut rig, _) = story(office(), user);
    rig.types(1, "Ada", "send Grace Hi Hi none.txt");
    rig.types(1, "Ada", "send Grace Hi Hi huge");
    rig.run();
    let texts: Vec<&str> = rig.outcomes(1).iter().map(|o| o.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "There is no file none.txt here. There are: huge, pictures/photo.png.",
            "huge is too large to go with a letter."
        ]
    );
}

#[test]
fn at_port_587_it_logs_in_either_way_and_elsewhere_it_does_not() {
    for (auth, says) in [
        (Auth::Plain, "AUTH PLAIN AGFkYQBsb3ZlbGFjZQ=="),
        (Auth::Login, "AUTH LOGIN"),
    ] {
        let (mut rig, server) = story(office(), MailUserConfig { auth, ..ada() });
        rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
        rig.run();
        assert!(rig.turns().contains(&says), "{:?}", rig.turns());
        assert!(only_outcome(&rig, 1).0, "{:?}", rig.outcomes(1));
        assert_eq!(server.letters("grace@example.net").len(), 1);
    }
    let (mut rig, _) = story(office(), MailUserConfig { port: 25, ..ada() });
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    assert!(only_outcome(&rig, 1).0);
    assert!(!rig.turns().iter().any(|turn| turn.starts_with("AUTH")));
}

#[test]
fn a_wrong_password_leaves_the_letter_in_the_outbox() {
    let login = Some(("ada".into(), "byron".into()));
    let (mut rig, server) = story(office(), MailUserConfig { login, ..ada() });
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    let (ok, code, text) = only_outcome(&rig, 1);
    assert_eq!((ok, code), (false, Some(535)));
    assert!(
        text.starts_with("535: the server refused user name and password: "),
        "{text}"
    );
    assert!(text.ends_with(" type retry to send it again."), "{text}");
    assert_eq!(rig.notes(1)["outbox.1"], "to grace@example.net: 535");
    assert!(server.letters("grace@example.net").is_empty());
}

#[test]
fn without_login_port_587_takes_nothing() {
    let (mut rig, _) = story(
        office(),
        MailUserConfig {
            login: None,
            ..ada()
        },
    );
    rig.writes(1, "Ada", letter(&["Grace"], "Hi", "x"));
    rig.run();
    assert_eq!(codes(&rig), [Some(530)]);
}

#[test]
fn letters_that_wait_go_over_one_connection() {
    for pipelining in [false, true] {
        let (mut rig, server) = story(
            office(),
            MailUserConfig {
                pipelining,
                ..ada()
            },
        );
        for subject in ["one", "two", "three"] {
            let to: &[&str] = if subject == "two" {
                &["bob@example.net"]
            } else {
                &["Grace"]
            };
            rig.writes(1, "Ada", letter(to, subject, "x"));
        }
        rig.run();
        assert_eq!(rig.heard(0).len(), 1, "one connection");
        assert_eq!(codes(&rig), [Some(250), Some(550), Some(250)]);
        assert_eq!(server.letters("grace@example.net").len(), 2);
        let turns = rig.turns();
        let count = |verb| turns.iter().filter(|turn| turn.starts_with(verb)).count();
        assert_eq!((count("EHLO"), count("AUTH"), count("MAIL")), (1, 1, 3));
        assert_eq!(count("QUIT"), 1);
        let notes = rig.notes(1);
        assert_eq!(notes["sent.2"], "to bob@example.net: 550");
        assert!(
            !notes
                .keys()
                .any(|key| key.starts_with("outbox") || *key == "draft")
        );
    }
}

#[test]
fn who_is_busy_gets_the_letter_when_it_is_tried_again() {
    let server = MailServerConfig {
        busy: vec![(
            "grace@example.net".into(),
            Time::ZERO + Duration::from_secs(300),
        )],
        ..office()
    };
    let (mut rig, server) = story(server, ada());
    let to = ["Grace", "alan@example.net", "bob@example.net"];
    rig.writes(1, "Ada", letter(&to, "Hi", "x"));
    rig.run();
    let (ok, _, text) = only_outcome(&rig, 1);
    assert!(
        !ok && text.contains("450: the server refused grace@example.net: "),
        "{text}"
    );
    assert!(
        text.ends_with("It stays in the outbox: type retry to send it again."),
        "{text}"
    );
    assert_eq!(rig.notes(1)["outbox.1"], "to grace@example.net: 450");
    let sent = "to alan@example.net: 250; to bob@example.net: 550";
    assert_eq!(rig.notes(1)["sent.1"], sent);
    rig.run_until(Time::ZERO + Duration::from_secs(600));
    rig.types(1, "Ada", "retry");
    rig.run();
    assert_eq!(rig.outcomes(1)[1].code, Some(250));
    assert_eq!(server.letters("grace@example.net").len(), 1);
    assert_eq!(server.letters("alan@example.net").len(), 1, "not twice");
    assert_eq!(
        rig.notes(1)["sent.1"],
        [sent, "to grace@example.net: 250"].join("; ")
    );
    assert!(!rig.notes(1).contains_key("outbox.1"));
}

#[test]
fn a_dot_forgotten_ends_the_letter_early() {
    let user = MailUserConfig {
        stuffs_dots: false,
        ..ada()
    };
    let (mut rig, server) = story(office(), user);
    rig.writes(1, "Ada", letter(&["Grace"], "Dots", "one\n.\nQUIT\n"));
    rig.run();
    let letters = server.letters("grace@example.net");
    assert!(letters[0].ends_with("\r\n\r\none\r\n"), "{}", letters[0]);
}

#[test]
fn a_robot_sends_at_its_times_with_nobody_there() {
    let order = |subject| letter(&["Grace"], subject, "Thank you.");
    let user = MailUserConfig {
        sends: vec![
            (Duration::from_secs(9), order("second")),
            (Duration::from_secs(2), order("first")),
            (Duration::from_secs(10), letter(&["Bob"], "third", "x")),
        ],
        sender: Some("ada@example.org".into()),
        ..ada()
    };
    let (mut rig, server) = story(office(), user);
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    assert_eq!(server.letters("grace@example.net").len(), 1);
    rig.run();
    assert_eq!(codes(&rig), [Some(250), Some(250), None]);
    let no_bob = "The address book has no Bob. It has: Ada, Grace.";
    assert_eq!(rig.outcomes(1)[2].text, no_bob);
    let letters = server.letters("grace@example.net");
    assert!(letters[0].contains("Date: Mon, 05 Jan 2026 09:00:02 +0000\r\n"));
    assert!(
        letters[0].contains("Subject: first\r\n") && letters[1].contains("Subject: second\r\n")
    );
    assert_eq!(rig.notes(1)["sent.2"], "to grace@example.net: 250");
}

#[test]
fn a_robot_that_was_off_sends_when_it_is_back_and_tells_what_stays() {
    let user = MailUserConfig {
        sends: vec![(Duration::from_secs(2), letter(&["Grace"], "Hi", "x"))],
        server: "192.0.2.99".into(),
        ..ada()
    };
    let (mut rig, _) = story(office(), user);
    rig.stop(1);
    rig.run_until(Time::ZERO + Duration::from_secs(60));
    assert!(rig.outcomes(1).is_empty());
    rig.start_again(1, Duration::from_secs(60));
    rig.run();
    let text = "No connection to 192.0.2.99, port 587: ";
    // Nobody is there to ask for it: it is tried for a day, with ever longer pauses.
    let outcomes = rig.outcomes(1);
    assert_eq!(outcomes.len(), 9);
    for told in outcomes {
        assert!(!told.ok && told.text.starts_with(text), "{told:?}");
        assert!(told.text.ends_with(" It stays in the outbox."), "{told:?}");
    }
    assert_eq!(rig.notes(1)["outbox.1"], "to grace@example.net: not sent");
}

#[test]
fn a_server_that_leaves_between_two_letters_is_called_again() {
    let mut rig = Rig::new(1460);
    let ok = "250 ok\r\n";
    // The second connection hears nothing: its letter stays.
    let answers = [
        ok,
        ok,
        ok,
        "354 go\r\n",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "421 bye\r\n",
    ];
    rig.host("192.0.2.25", Scripted::server(25, "220 hi\r\n", &answers));
    let user = config_of("192.0.2.25", 25);
    rig.host("192.0.2.10", MailUser::new(user, Rng::from_seed(1)));
    rig.writes(1, "Ada", letter(&["Grace"], "one", "x"));
    rig.writes(1, "Ada", letter(&["Grace"], "two", "x"));
    rig.run();
    assert_eq!(rig.outcomes(1).len(), 2);
    assert!(rig.outcomes(1).iter().all(|outcome| !outcome.ok));
    assert_eq!(rig.heard(0).len(), 2);
    let notes = rig.notes(1);
    assert!(notes.contains_key("outbox.1") && notes.contains_key("outbox.2"));
}

#[test]
fn a_robot_tries_again_until_the_server_is_back() {
    let user = MailUserConfig {
        sender: Some("ada@example.org".into()),
        sends: vec![(Duration::from_secs(2), letter(&["Grace"], "Hi", "x"))],
        ..ada()
    };
    let (mut rig, server) = story(office(), user);
    rig.stop(0);
    rig.run_until(Time::ZERO + Duration::from_secs(200));
    rig.start_again(0, Duration::ZERO);
    rig.run();
    assert_eq!(server.letters("grace@example.net").len(), 1);
    assert!(rig.notes(1)["sent.1"].ends_with("250"));
}
