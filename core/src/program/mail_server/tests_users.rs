//! Stories of a server's own users: handing in, asking who is there, fetching and reading.

use super::tests::Watched;
use super::tests_relay::{NET, Town, net, org};
use super::*;
use crate::program::rig::{Rig, Scripted};

/// The server of example.net with logins, at all three ports, and one list.
fn house() -> MailServerConfig {
    let login = |user: &str, password: &str| MailLogin {
        user: user.to_owned(),
        password: password.to_owned(),
        address: format!("{user}@example.net"),
    };
    MailServerConfig {
        logins: vec![login("grace", "hopper"), login("alan", "turing")],
        ports: vec![25, 587],
        pop: true,
        relays: Relays::LoggedIn,
        aliases: vec![(
            "all".to_owned(),
            vec!["grace@example.net".into(), "alan@example.net".into()],
        )],
        moved: vec![("kim".into(), "kim@example.org".into())],
        ..net()
    }
}

/// What a client hears at a port that says all this at once and leaves.
fn hears(config: MailServerConfig, port: u16, says: &str) -> (String, Watched, Rig) {
    let server = Watched::new(config);
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    let client = Scripted::client(&format!("{NET}:{port}"), says.as_bytes(), true);
    let client = rig.host("192.0.2.9", client);
    rig.run();
    (rig.heard(client).concat(), server, rig)
}

/// The codes in what a client heard, of each reply's last line.
fn codes(heard: &str) -> Vec<&str> {
    let last = heard.lines().filter(|line| line.get(3..4) == Some(" "));
    last.map(|line| &line[..3]).collect()
}

/// `\0grace\0hopper`.
const GRACE: &str = "AUTH PLAIN AGdyYWNlAGhvcHBlcg==\r\n";

#[test]
fn at_587_one_logs_in_and_sends_as_oneself() {
    let says = format!(
        "EHLO a\r\nMAIL FROM:<grace@example.net>\r\nAUTH PLAIN AGdyYWNlAHdyb25n\r\n{GRACE}\
         MAIL FROM:<alan@example.net>\r\nMAIL FROM:<all@example.net>\r\nRSET\r\n\
         MAIL FROM:<Grace@example.net>\r\nRCPT TO:<alan@example.net>\r\nDATA\r\n\
         Subject: Hi\r\n\r\nx\r\n.\r\nQUIT\r\n"
    );
    let (heard, server, rig) = hears(house(), 587, &says);
    let expected = [
        "220", "250", "530", "535", "235", "553", "250", "250", "250", "250", "354", "250", "221",
    ];
    assert_eq!(codes(&heard), expected, "{heard}");
    let letter = &server.letters("alan@example.net")[0];
    assert!(
        letter.contains("\r\nDate: Mon, 05 Jan 2026 09:00:00 +0000\r\nMessage-ID: <"),
        "{letter}"
    );
    assert!(
        letter.contains("@mx.example.net>\r\nSubject: Hi\r\n"),
        "{letter}"
    );
    assert_eq!(rig.history(0, "session.1.login"), ["grace", ""]);
}

#[test]
fn who_has_logged_in_may_send_elsewhere_and_nobody_else() {
    let says = format!(
        "EHLO a\r\n{GRACE}MAIL FROM:<grace@example.net>\r\nRCPT TO:<x@example.com>\r\nQUIT\r\n"
    );
    assert_eq!(
        codes(&hears(house(), 587, &says).0),
        ["220", "250", "235", "250", "250", "221"]
    );
    let nobody = MailServerConfig {
        relays: Relays::Nobody,
        ..house()
    };
    assert_eq!(
        codes(&hears(nobody, 587, &says).0),
        ["220", "250", "235", "250", "550", "221"]
    );
    let says = "EHLO a\r\nMAIL FROM:<grace@example.net>\r\nRCPT TO:<x@example.com>\r\nQUIT\r\n";
    let (heard, ..) = hears(house(), 25, says);
    assert_eq!(codes(&heard), ["220", "250", "250", "550", "221"]);
    assert!(
        heard.contains("550 5.7.1 I do not pass on letters to example.com\r\n"),
        "{heard}"
    );
    let open = MailServerConfig {
        relays: Relays::Anyone,
        ..house()
    };
    assert_eq!(
        codes(&hears(open, 25, says).0),
        ["220", "250", "250", "250", "221"]
    );
}

#[test]
fn a_complete_letter_gets_no_second_date() {
    let says = format!(
        "EHLO a\r\n{GRACE}MAIL FROM:<grace@example.net>\r\nRCPT TO:<alan@example.net>\r\nDATA\r\n\
         Date: x\r\nmessage-id: <y>\r\n\r\nz\r\n.\r\nQUIT\r\n"
    );
    let (_, server, _) = hears(house(), 587, &says);
    let letter = &server.letters("alan@example.net")[0];
    assert!(
        letter.ends_with("\r\nDate: x\r\nmessage-id: <y>\r\n\r\nz\r\n"),
        "{letter}"
    );
    assert_eq!(letter.to_lowercase().matches("message-id").count(), 1);
}

#[test]
fn who_asks_for_people_is_told_what_they_may_know() {
    let asks = "VRFY grace\r\nVRFY <alan@example.net>\r\nVRFY nobody\r\nVRFY x@example.com\r\n\
        VRFY kim\r\nEXPN all\r\nEXPN nobody\r\nQUIT\r\n";
    let (heard, ..) = hears(house(), 25, &format!("EHLO a\r\n{asks}"));
    assert_eq!(
        codes(&heard),
        [
            "220", "250", "250", "250", "550", "252", "251", "502", "502", "221"
        ],
        "{heard}"
    );
    let (heard, ..) = hears(house(), 587, &format!("EHLO a\r\n{GRACE}{asks}"));
    let list = "250-2.1.5 <grace@example.net>\r\n250 2.1.5 <alan@example.net>\r\n550 5.1.1";
    assert!(heard.contains(list), "{heard}");
    let stays = MailServerConfig {
        forwards_moved: false,
        ..house()
    };
    let says = "EHLO a\r\nVRFY kim\r\nMAIL FROM:<>\r\nRCPT TO:<kim@example.net>\r\nQUIT\r\n";
    let (heard, ..) = hears(stays, 25, says);
    assert_eq!(codes(&heard), ["220", "250", "551", "250", "551", "221"]);
    assert!(
        heard.contains("551 5.1.6 Moved; send it to <kim@example.org>"),
        "{heard}"
    );
}

#[test]
fn letters_for_who_has_moved_are_passed_on_although_nobody_may_relay() {
    let mut town = Town::new(org(), house());
    town.rig.mx("example.com", 10, "mx.example.net");
    town.hands_in(&[&["kim@example.net"]]);
    town.rig.run();
    // There is no kim at example.org either: the bounce says so.
    assert!(
        town.rig
            .turns()
            .iter()
            .any(|turn| turn.contains("251 2.1.5 Moved"))
    );
    assert!(
        town.org.letters("ada@example.org")[0].contains("No such user here: <kim@example.org>")
    );
}

fn with_letters(says: &str) -> (String, Watched, Rig) {
    let server = Watched::new(house());
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    let sends = "EHLO a\r\nMAIL FROM:<ada@example.org>\r\nRCPT TO:<grace@example.net>\r\nDATA\r\n\
        From: Ada <ada@example.org>\r\nSubject: one\r\n\r\n..x\r\n.\r\nMAIL FROM:<>\r\n\
        RCPT TO:<grace@example.net>\r\nDATA\r\nSubject: two\r\n\r\ny\r\n.\r\nQUIT\r\n";
    let client = Scripted::client(&format!("{NET}:25"), sends.as_bytes(), true);
    rig.host("192.0.2.8", client);
    rig.run();
    let client = Scripted::client(&format!("{NET}:110"), says.as_bytes(), true);
    let client = rig.host("192.0.2.9", client);
    rig.run();
    let heard = rig.heard(client).concat();
    (heard, server, rig)
}

#[test]
fn letters_are_fetched_and_deleted_at_the_goodbye() {
    let says = "USER grace\r\nPASS hopper\r\nSTAT\r\nUIDL\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n";
    let (heard, server, rig) = with_letters(says);
    assert!(
        heard.contains("Subject: one\r\n\r\n..x\r\n.\r\n"),
        "{heard}"
    );
    assert!(heard.contains("1 1\r\n2 2\r\n.\r\n"), "{heard}");
    let left = server.letters("grace@example.net");
    assert_eq!(left.len(), 1);
    assert!(left[0].contains("Subject: two"));
    assert_eq!(rig.notes(0)["mailbox.grace@example.net"], "1 letter");
    let kept = rig.kept(0);
    assert!(!kept.contains_key("/mail/grace@example.net/1.eml"));
    assert!(kept.contains_key("/mail/grace@example.net/2.eml"));
    assert_eq!(rig.open(0), 0);
}

#[test]
fn who_leaves_without_goodbye_has_deleted_nothing() {
    let (_, server, _) = with_letters("USER grace\r\nPASS hopper\r\nDELE 1\r\n");
    assert_eq!(server.letters("grace@example.net").len(), 2);
    let (heard, ..) =
        with_letters("USER grace\r\nPASS wrong\r\nUSER alan\r\nPASS turing\r\nSTAT\r\nQUIT\r\n");
    assert!(
        heard.contains("-ERR [AUTH]") && heard.contains("+OK 0 0"),
        "{heard}"
    );
}

#[test]
fn a_mailbox_is_open_to_one_session_at_a_time_and_letters_still_arrive() {
    let server = Watched::new(house());
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    let pop = format!("{NET}:110");
    let login = b"USER grace\r\nPASS hopper\r\n";
    let first = rig.host("192.0.2.8", Scripted::client(&pop, login, false));
    rig.run_until(Time::ZERO + Duration::from_secs(1));
    let second = rig.host("192.0.2.9", Scripted::client(&pop, login, true));
    rig.run_until(Time::ZERO + Duration::from_secs(2));
    assert!(rig.heard(second).concat().contains("-ERR [IN-USE]"));
    let sends = super::tests_relay::dialogue("a@example.org", &[&["grace@example.net"]]);
    rig.host(
        "192.0.2.7",
        Scripted::client(&format!("{NET}:25"), sends.as_bytes(), true),
    );
    rig.run();
    assert_eq!(server.letters("grace@example.net").len(), 1);
    assert!(!rig.heard(first).concat().contains("IN-USE"));
    let third = rig.host("192.0.2.6", Scripted::client(&pop, login, true));
    rig.run();
    assert!(
        !rig.heard(third).concat().contains("-ERR"),
        "the first was silent for too long"
    );
}

#[test]
fn who_sits_at_the_server_reads_where_the_mailbox_lies() {
    let (_, server, mut rig) = with_letters("QUIT\r\n");
    for (person, text, ok, shown) in [
        (
            "Grace",
            "mail",
            true,
            "The mailbox has 2 letters.\n1: from Ada <ada@example.org>, \"one\", ",
        ),
        (
            "Grace",
            "read 1",
            true,
            "From: Ada <ada@example.org>\nSubject: one\n\n.x",
        ),
        (
            "Grace",
            "read 3",
            false,
            "There is no letter 3; the mailbox has 2 letters.",
        ),
        (
            "Grace",
            "rad 3",
            false,
            "I do not understand \"rad 3\"; type: mail, read 1, or delete 1",
        ),
        ("Grace", "delete 2", true, "Deleted."),
        ("Alan", "mail", true, "The mailbox is empty."),
        ("Eve", "mail", false, "Eve has no mailbox here."),
    ] {
        let before = rig.outcomes(0).len();
        rig.types(0, person, text);
        rig.run();
        let outcome = rig.outcomes(0)[before];
        assert!(outcome.text.starts_with(shown), "{}", outcome.text);
        assert_eq!(outcome.ok, ok, "{text}");
    }
    assert_eq!(server.letters("grace@example.net").len(), 1);
}

#[test]
fn a_text_without_a_head_stays_a_text() {
    let letter = |text: &str, port| {
        let login = if port == 587 { GRACE } else { "" };
        let says = format!(
            "EHLO a\r\n{login}MAIL FROM:<grace@example.net>\r\nRCPT TO:<alan@example.net>\r\n\
             DATA\r\n{text}.\r\nQUIT\r\n"
        );
        let (_, server, _) = hears(house(), port, &says);
        server.letters("alan@example.net")[0].clone()
    };
    for port in [25, 587] {
        let text = "Hello Alan, how are you?\r\nDate: when you like\r\n";
        let came = letter(text, port);
        let (head, body) = came.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, text);
        assert_eq!(head.contains("\r\nDate: "), port == 587, "{head}");
        let came = letter("Subject: Hi\r\n\r\nHello\r\n", port);
        assert!(came.ends_with("Subject: Hi\r\n\r\nHello\r\n"), "{came}");
    }
}
