//! Stories of clients that mean harm, and of limits.

use super::tests::Watched;
use super::tests_relay::{NET, dialogue, net};
use super::*;
use crate::program::rig::{Rig, Scripted};

/// A server, and what a client with bad manners hears; then whether a good one is served.
fn attacked(config: MailServerConfig, says: &[u8]) -> String {
    let server = Watched::new(config);
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    let port = format!("{NET}:25");
    let bad = rig.host("192.0.2.66", Scripted::client(&port, says, false));
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    let letter = dialogue("ada@example.org", &[&["alan@example.net"]]);
    rig.host(
        "192.0.2.9",
        Scripted::client(&port, letter.as_bytes(), true),
    );
    rig.run_until(Time::ZERO + Duration::from_secs(10));
    assert_eq!(
        server.letters("alan@example.net").len(),
        1,
        "others are served meanwhile"
    );
    rig.run();
    assert_eq!(rig.open(0), 0, "nobody stays for ever");
    rig.heard(bad).concat()
}

#[test]
fn an_endless_line_and_garbage_are_answered_and_cut() {
    let heard = attacked(net(), &vec![b'x'; 3_000_000]);
    assert_eq!(heard.matches("\r\n").count(), 3, "{heard}");
    assert!(heard.contains("500 ") && heard.contains("421 "), "{heard}");
    let heard = attacked(net(), "garbage\r\n".repeat(100_000).as_bytes());
    assert!(
        heard.matches("500 ").count() <= 10 && heard.contains("421 "),
        "{heard}"
    );
    assert!(heard.len() < 2000);
}

#[test]
fn thousands_of_recipients_are_refused_beyond_the_limit() {
    let mut says = "EHLO a\r\nMAIL FROM:<ada@example.org>\r\n".to_owned();
    for _ in 0..2000 {
        says += "RCPT TO:<grace@example.net>\r\n";
    }
    says += "DATA\r\nx\r\n.\r\nQUIT\r\n";
    let heard = attacked(net(), says.as_bytes());
    assert_eq!(heard.matches("250 2.1.5").count(), 100);
    assert_eq!(heard.matches("452 4.5.3").count(), 1900);
}

#[test]
fn a_letter_without_end_is_refused_when_it_ends_and_cut_when_it_does_not() {
    let small = || MailServerConfig {
        max_letter: 2000,
        ..net()
    };
    let head = "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<grace@example.net>\r\nDATA\r\n";
    let line = "y".repeat(70) + "\r\n";
    let endless = format!("{head}{}", line.repeat(20_000));
    let heard = attacked(small(), endless.as_bytes());
    assert!(heard.contains("354 ") && heard.contains("421 "), "{heard}");
    let heard = attacked(small(), format!("{endless}.\r\nQUIT\r\n").as_bytes());
    assert!(
        heard.contains("552 5.3.4") && heard.contains("221 "),
        "{heard}"
    );
}

#[test]
fn who_is_blocked_hears_554_and_can_only_leave() {
    let server = Watched::new(MailServerConfig {
        blocks: vec!["192.0.2.66".parse().unwrap()],
        ..net()
    });
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    let letter = dialogue("ada@example.org", &[&["alan@example.net"]]);
    let bad = Scripted::client(&format!("{NET}:25"), letter.as_bytes(), true);
    let bad = rig.host("192.0.2.66", bad);
    rig.run();
    let heard = rig.heard(bad).concat();
    assert!(
        heard.starts_with("554 ") && heard.contains("221 "),
        "{heard}"
    );
    assert!(server.letters("alan@example.net").is_empty());
}

#[test]
fn one_address_gets_only_so_many_connections_and_others_still_theirs() {
    let server = Watched::new(net());
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    let port = format!("{NET}:25");
    let greedy: Vec<usize> = (0..30)
        .map(|_| rig.host("192.0.2.66", Scripted::client(&port, b"NOOP\r\n", false)))
        .collect();
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    let away = greedy
        .iter()
        .filter(|host| rig.heard(**host).concat().starts_with("421 4.7.0"));
    assert_eq!(away.count(), 10);
    let letter = dialogue("ada@example.org", &[&["alan@example.net"]]);
    rig.host(
        "192.0.2.9",
        Scripted::client(&port, letter.as_bytes(), true),
    );
    rig.run();
    assert_eq!(server.letters("alan@example.net").len(), 1);
    assert_eq!(rig.open(0), 0);
}

#[test]
fn bad_settings_are_named_before_the_start() {
    for (config, named) in [
        (
            MailServerConfig {
                mailboxes: vec!["grace".into()],
                ..net()
            },
            "grace",
        ),
        (
            MailServerConfig {
                moved: vec![("a".into(), "b c".into())],
                ..net()
            },
            "b c",
        ),
        (
            MailServerConfig {
                aliases: vec![("x y@z".into(), vec![])],
                ..net()
            },
            "x y@z",
        ),
        (
            MailServerConfig {
                busy: vec![("<".into(), Time::ZERO)],
                ..net()
            },
            "<@example.net",
        ),
    ] {
        let error = MailServer::new(config).unwrap_err();
        assert!(
            error.starts_with(&format!("\"{named}\" is no mail address: ")),
            "{error}"
        );
    }
}

#[test]
fn who_asks_on_and_on_is_told_enough_at_some_point() {
    let heard = attacked(net(), "NOOP\r\n".repeat(100_000).as_bytes());
    assert!(heard.len() < (1 << 20) + 200, "{}", heard.len());
    assert!(heard.ends_with("421 4.7.0 mx.example.net closing: you have been told enough\r\n"));

    let server = Watched::new(MailServerConfig {
        pop: true,
        logins: vec![MailLogin {
            user: "grace".into(),
            password: "hopper".into(),
            address: "grace@example.net".into(),
        }],
        ..net()
    });
    let mut rig = Rig::new(1460);
    rig.host(NET, server);
    let large = "A line of some sixty characters, as letters mostly have them.\r\n".repeat(5000);
    let letter = dialogue("ada@example.org", &[&["grace@example.net"]]);
    let letter = letter.replace("Hi\r\n", &large);
    let port = |port: u16| format!("{NET}:{port}");
    rig.host(
        "192.0.2.9",
        Scripted::client(&port(25), letter.as_bytes(), true),
    );
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    let says = format!("USER grace\r\nPASS hopper\r\n{}", "RETR 1\r\n".repeat(1000));
    let greedy = Scripted::client(&port(110), says.as_bytes(), true);
    let greedy = rig.host("192.0.2.66", greedy);
    rig.run();
    let heard = rig.heard(greedy).concat();
    let times = heard.matches("Subject: letter 1").count();
    assert!((4..10).contains(&times), "{times}");
    assert!(heard.ends_with("-ERR You have been told enough\r\n"));
    assert_eq!(rig.open(0), 0);
}

/// A server on its own, that has been told all this by somebody.
fn told(config: MailServerConfig, says: &[u8]) -> (MailServer, ConnId) {
    let mut server = MailServer::new(config).unwrap();
    let (token, conn) = (1, ConnId(7));
    let local = "192.0.2.2:25".parse().unwrap();
    let remote = "192.0.2.9:5000".parse().unwrap();
    server.handle(Time::ZERO, Input::Started);
    let accepted = Input::Accepted {
        token,
        conn,
        local,
        remote,
    };
    server.handle(Time::ZERO, accepted);
    let bytes = says;
    let offset = 0;
    server.handle(
        Time::ZERO,
        Input::Data {
            conn,
            bytes,
            offset,
        },
    );
    (server, conn)
}

#[test]
fn a_connection_that_broke_off_is_not_waited_for() {
    let (mut server, conn) = told(net(), b"EHLO a\r\nMAIL FROM:<>\r\n");
    assert!(server.poll_timeout().is_some());
    let reason = crate::program::CloseReason::Reset;
    server.handle(Time::ZERO, Input::Closed { conn, reason });
    assert_eq!(server.poll_timeout(), None);
}

#[test]
fn what_nobody_can_be_told_ends_at_the_postmaster_whatever_the_settings() {
    let config = MailServerConfig {
        busy: vec![
            ("postmaster".into(), Time::MAX),
            ("grace@example.net".into(), Time::MAX),
        ],
        quota: Some(1),
        gives_up_after: Duration::ZERO,
        ..net()
    };
    let letter = dialogue(
        "nobody@example.net",
        &[&["grace@example.net", "postmaster@example.net"]],
    );
    let letter = letter.replace("RCPT TO:<grace", "RCPT TO:<@x.example:grace");
    let (server, _) = told(config, letter.as_bytes());
    let postmaster = super::policy::address("postmaster@example.net").unwrap();
    assert_eq!(server.mailboxes().letters(&postmaster).len(), 1);
    assert!(server.waiting().is_empty());
}

#[test]
fn two_servers_that_hand_each_others_letters_back_come_to_an_end() {
    let circle = |config: MailServerConfig, to: &str| MailServerConfig {
        aliases: vec![(
            "kim".into(),
            vec![
                to.into(),
                "ada@example.org".into(),
                "grace@example.net".into(),
            ],
        )],
        max_hops: 20,
        ..config
    };
    let org = circle(super::tests_relay::org(), "kim@example.net");
    let mut town = super::tests_relay::Town::new(org, circle(net(), "kim@example.org"));
    // Its reports go in circles as well.
    town.says(&dialogue("kim@example.org", &[&["kim@example.net"]]));
    town.rig.run();
    assert!(town.org.waiting().is_empty() && town.net.waiting().is_empty());
    let doubles = [&town.org, &town.net].map(|server| {
        let all = server.all_letters();
        all.iter()
            .filter(|(at, _)| at.starts_with("postmaster@"))
            .count()
    });
    assert_eq!(doubles.iter().sum::<usize>(), 1, "nobody else can be told");
    assert!(town.net.letters("grace@example.net").len() < 50);
}

#[test]
fn who_is_turned_away_takes_nobody_s_place() {
    let server = Watched::new(MailServerConfig {
        blocks: vec!["192.0.2.66".parse().unwrap()],
        pop: true,
        ..net()
    });
    let mut rig = Rig::new(1460);
    rig.host(NET, server.clone());
    for port in [25, 110] {
        let to = format!("{NET}:{port}");
        for _ in 0..60 {
            rig.host("192.0.2.66", Scripted::client(&to, b"NOOP\r\n", false));
        }
    }
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    assert_eq!(rig.open(0), 40, "twenty at each port, and no more");
    let letter = dialogue("ada@example.org", &[&["alan@example.net"]]);
    let port = format!("{NET}:25");
    rig.host(
        "192.0.2.9",
        Scripted::client(&port, letter.as_bytes(), true),
    );
    rig.run();
    assert_eq!(server.letters("alan@example.net").len(), 1);
}

#[test]
fn a_server_without_a_domain_keeps_what_nobody_can_be_told() {
    let config = MailServerConfig {
        domains: Vec::new(),
        mailboxes: Vec::new(),
        relays: Relays::Anyone,
        ..net()
    };
    let name = config.hostname.clone();
    let says = dialogue(
        "ghost@example.com",
        &[&["postmaster", &format!("x@{name}")]],
    );
    let says = says.replace("<postmaster>", "<Postmaster>");
    let (server, _) = told(config, says.replace("<ghost@example.com>", "<>").as_bytes());
    let postmaster = super::policy::address(&format!("postmaster@{name}")).unwrap();
    assert_eq!(server.mailboxes().letters(&postmaster).len(), 1);
    assert!(server.waiting().is_empty(), "{:?}", server.waiting());
}

#[test]
fn a_reply_to_a_list_of_nobody_is_a_refusal() {
    let config = || MailServerConfig {
        aliases: vec![("crew".into(), Vec::new())],
        ..net()
    };
    let says = b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<crew@example.net>\r\nQUIT\r\n";
    let heard = attacked(config(), says);
    assert!(
        heard.contains("550 5.1.1") && heard.contains("221"),
        "{heard}"
    );
}
