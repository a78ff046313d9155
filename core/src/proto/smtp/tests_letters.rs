//! Stories of a client: groups, several letters, logins, and what it forgets.

use super::client::{self, Client, ClientOptions, Delivery, Envelope, Failure};
use super::server::{Login, Server, ServerOptions};
use super::tests_dialogues::{address, drain};
use super::*;
use crate::base::Time;
use crate::proto::laws::{self, Step, says};
use crate::proto::mail::base64;
use crate::proto::{Engine, Output};

pub(super) fn named(hostname: &str) -> ClientOptions {
    ClientOptions {
        hostname: hostname.into(),
        ..ClientOptions::default()
    }
}

pub(super) fn letter_to(to: &[&str], letter: &[u8]) -> Envelope {
    Envelope {
        from: Path::Mailbox(address("ada@example.org")),
        to: to.iter().map(|to| address(to)).collect(),
        letter: letter.into(),
    }
}

/// What a client says and reports that hears these replies, one after the other.
pub(super) fn hears(client: &mut Client, replies: &[&str]) -> (Vec<String>, Vec<client::Report>) {
    let (mut said, mut reports) = (Vec::new(), Vec::new());
    for reply in replies {
        client.handle_input(Time::ZERO, reply.as_bytes());
        while let Some(output) = client.poll_output() {
            match output {
                Output::Send(bytes) => said.push(String::from_utf8(bytes).unwrap()),
                Output::Report(report) => reports.push(report),
                Output::Finish => said.push("(finish)".into()),
                Output::Abort => said.push("(abort)".into()),
            }
        }
    }
    (said, reports)
}

pub(super) fn endings(reports: &[client::Report]) -> Vec<&Vec<Delivery>> {
    let mut all = Vec::new();
    for report in reports {
        if let client::Report::Ended(deliveries) = report {
            all.push(deliveries);
        }
    }
    all
}

const HELLO: &str = "220 hi\r\n";
const OFFERS: &str =
    "250-hi\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 AUTH LOGIN PLAIN\r\n";

#[test]
fn a_group_goes_out_at_once_where_it_is_offered() {
    let three = ["ned@innosoft.com", "dan@innosoft.com", "kvc@innosoft.com"];
    let mut client = Client::new(
        Time::ZERO,
        named("dbc.mtview.ca.us"),
        letter_to(&three, b"x\n"),
    );
    let (said, _) = hears(&mut client, &[HELLO, OFFERS]);
    // RFC 2920 §3.3.
    assert_eq!(
        said.concat(),
        "EHLO dbc.mtview.ca.us\r\nMAIL FROM:<ada@example.org> SIZE=3\r\n\
         RCPT TO:<ned@innosoft.com>\r\nRCPT TO:<dan@innosoft.com>\r\n\
         RCPT TO:<kvc@innosoft.com>\r\nDATA\r\n"
    );
    let (said, reports) = hears(
        &mut client,
        &[
            "250 a\r\n250 b\r\n550 c\r\n250 d\r\n354 go\r\n",
            "250 e\r\n221 f\r\n",
        ],
    );
    assert_eq!(said.concat(), "x\r\n.\r\nQUIT\r\n(finish)");
    let results: Vec<_> = endings(&reports)[0]
        .iter()
        .map(|d| d.result.is_ok())
        .collect();
    assert_eq!(results, [true, false, true]);
}

#[test]
fn a_group_nobody_is_to_have_ends_with_a_letter_of_nothing_at_most() {
    // RFC 2920 §3.1 and §3.3.
    let two = ["nsb@thumper.example", "galvin@tis.example"];
    for (replies, says, code) in [
        ("250 a\r\n550 b\r\n550 c\r\n554 d\r\n", "QUIT\r\n", 550),
        (
            "250 a\r\n550 b\r\n550 c\r\n354 d\r\n554 e\r\n",
            ".\r\nQUIT\r\n",
            550,
        ),
        (
            "250 a\r\n550 b\r\n550 c\r\n354 d\r\n250 e\r\n",
            ".\r\nQUIT\r\n",
            550,
        ),
        ("552 a\r\n503 b\r\n503 c\r\n503 d\r\n", "QUIT\r\n", 552),
        ("250 a\r\n421 b\r\n", "(finish)", 421),
    ] {
        let mut client = Client::new(Time::ZERO, named("x"), letter_to(&two, b"x\n"));
        hears(&mut client, &[HELLO, OFFERS]);
        let (said, reports) = hears(&mut client, &[replies]);
        assert_eq!(said.concat(), says, "{replies}");
        for delivery in endings(&reports)[0] {
            let Err(Failure::Refused { reply, .. }) = &delivery.result else {
                panic!("{delivery:?}");
            };
            assert_eq!(reply.code, code, "{replies}");
        }
    }
}

#[test]
fn several_letters_go_over_one_connection() {
    let options = ClientOptions {
        one_letter: false,
        pipelining: false,
        ..named("x")
    };
    let grace = || letter_to(&["grace@example.net"], b"x\n");
    let mut client = Client::new(Time::ZERO, options, grace());
    assert_eq!(client.leave(Time::ZERO), Err(client::NotFree));
    let (_, reports) = hears(&mut client, &[HELLO, OFFERS, "250 a\r\n", "550 b\r\n"]);
    assert_eq!(reports.last(), Some(&client::Report::Free));
    assert_eq!(client.poll_timeout(), None);
    // The sender was accepted, nobody else: that is taken back first.
    client.hand_over(Time::ZERO, grace()).unwrap();
    assert_eq!(client.hand_over(Time::ZERO, grace()), Err(client::NotFree));
    let ok = "250 ok\r\n";
    let (said, _) = hears(&mut client, &["", ok, ok, ok, "354 go\r\n", ok]);
    assert_eq!(said[0], "RSET\r\n");
    assert_eq!(said.len(), 5);
    // After a letter nothing is left to take back.
    client.hand_over(Time::ZERO, grace()).unwrap();
    let (said, _) = hears(&mut client, &["", "451 later\r\n"]);
    assert_eq!(said, ["MAIL FROM:<ada@example.org> SIZE=3\r\n"]);
    client.leave(Time::ZERO).unwrap();
    let (said, reports) = hears(&mut client, &["", "221 bye\r\n"]);
    assert_eq!(said, ["QUIT\r\n", "(finish)"]);
    assert!(endings(&reports).is_empty());
}

#[test]
fn a_client_logs_in_in_the_way_there_is() {
    let login = |auth, offers: &str, replies: &[&str]| {
        let options = ClientOptions {
            login: Some(("ada".into(), "secret".into())),
            auth,
            ..named("x")
        };
        let mut client = Client::new(Time::ZERO, options, letter_to(&["g@example.net"], b"x\n"));
        hears(&mut client, &[HELLO]);
        let mut all = vec![offers];
        all.extend(replies);
        let (said, reports) = hears(&mut client, &all);
        (said, endings(&reports).first().map(|d| d[0].result.clone()))
    };
    let plain = base64::encode(b"\0ada\0secret");
    let (said, _) = login(AuthWay::Plain, OFFERS, &["235 in\r\n"]);
    assert_eq!(said[0], format!("AUTH PLAIN {plain}\r\n"));
    assert!(said[1].starts_with("MAIL FROM:"));
    let asks = ["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 in\r\n"];
    let (said, _) = login(AuthWay::Login, OFFERS, &asks);
    assert_eq!(said[..3], ["AUTH LOGIN\r\n", "YWRh\r\n", "c2VjcmV0\r\n"]);
    let (said, _) = login(AuthWay::Plain, "250-a\r\n250 AUTH CRAM-MD5 LOGIN\r\n", &[]);
    assert_eq!(said, ["AUTH LOGIN\r\n"]);
    let (said, end) = login(AuthWay::Plain, OFFERS, &["535 no\r\n"]);
    assert_eq!(said.last().unwrap(), "QUIT\r\n");
    let to = Prompt::Command(Verb::Auth);
    let reply = Reply::new(535, "no");
    assert_eq!(end, Some(Err(Failure::Refused { reply, to })));
    let (_, end) = login(AuthWay::Plain, "250 a\r\n", &[]);
    assert_eq!(end, Some(Err(Failure::NoLogin)));
    // A server that asks for ever is told that this was all.
    let (said, _) = login(AuthWay::Plain, OFFERS, &["334 \r\n", "501 no\r\n"]);
    assert_eq!(said[1..], ["*\r\n", "QUIT\r\n"]);
}

#[test]
fn who_forgets_to_double_dots_loses_the_rest_of_the_letter() {
    let options = ClientOptions {
        stuffs_dots: false,
        ..named("laptop")
    };
    let text = b"Subject: x\n\none\n.\ntwo\nQUIT\n";
    let mut client = Client::new(Time::ZERO, options, letter_to(&["grace@example.net"], text));
    let mut server = Server::new(Time::ZERO, ServerOptions::new("foo.com"));
    let (mut codes, mut letters) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let (said, got) = drain(&mut server);
        letters.extend(got);
        let heard: Vec<_> = said.lines().filter(|line| !line.starts_with('(')).collect();
        codes.extend(heard.iter().map(|line| line[..3].to_owned()));
        let bytes = said.replace("(closes)", "");
        let (answer, _) = hears(&mut client, &[&bytes]);
        server.handle_input(
            Time::ZERO,
            answer.concat().replace("(finish)", "").as_bytes(),
        );
    }
    assert_eq!(letters[0].letter, b"Subject: x\r\n\r\none\r\n");
    // What follows is read as commands: `two`, `QUIT`, and nobody hears the last dot.
    assert_eq!(codes[codes.len() - 3..], ["250", "500", "221"]);
    assert_eq!(client.state(), states::ClientState::Closed);
}

#[test]
fn a_client_and_a_server_understand_each_other_however_they_are_set() {
    for bits in 0..32 {
        let is = |bit: u32| bits >> bit & 1 == 1;
        let options = ServerOptions {
            extended: is(0),
            pipelining: is(1),
            login: if is(2) && is(0) {
                Login::Required
            } else {
                Login::Off
            },
            ..ServerOptions::new("foo.com")
        };
        let auth = if is(4) {
            AuthWay::Login
        } else {
            AuthWay::Plain
        };
        let login = (options.login == Login::Required).then(|| ("test".into(), "1234".into()));
        let client = ClientOptions {
            pipelining: is(3),
            login,
            auth,
            ..named("x")
        };
        let to = ["Jones@foo.com", "Green@foo.com"];
        let mut client = Client::new(Time::ZERO, client, letter_to(&to, "Grüße\n.\n".as_bytes()));
        let mut server = Server::new(Time::ZERO, options);
        let (mut letters, mut reports) = (Vec::new(), Vec::new());
        for _ in 0..12 {
            let (said, got) = drain(&mut server);
            letters.extend(got);
            let (said, got) = hears(&mut client, &[&said.replace("(closes)", "")]);
            reports.extend(got);
            server.handle_input(Time::ZERO, said.concat().replace("(finish)", "").as_bytes());
        }
        let mut ends = endings(&reports)[0].iter();
        if is(0) {
            assert_eq!(letters.len(), 1, "{bits:b}");
            assert_eq!(letters[0].letter, "Grüße\r\n.\r\n".as_bytes());
            assert_eq!(letters[0].login.is_some(), is(2));
            let results: Vec<_> = ends.map(|d| d.result.is_ok()).collect();
            assert_eq!(results, [true, false]);
        } else {
            // Whoever knows no EHLO has not said that it takes more than ASCII.
            assert!(letters.is_empty() && ends.all(|d| d.result == Err(Failure::EightBit)));
        }
        assert_eq!(client.state(), states::ClientState::Closed);
    }
}

#[test]
fn a_client_of_many_letters_keeps_the_five_laws() {
    let options = ClientOptions {
        one_letter: false,
        login: Some(("ada".into(), "secret".into())),
        auth: AuthWay::Login,
        ..named("x")
    };
    let envelope = letter_to(&["a@b.example", "c@d.example"], b"x\n.\n");
    let new = || Client::new(Time::ZERO, options.clone(), envelope.clone());
    let next = |client: &mut Client, now: Time, report: &client::Report| {
        if *report == client::Report::Free {
            let free = client.hand_over(now, envelope.clone());
            free.expect("it said so");
        }
    };
    let letter = "250 a\r\n550 b\r\n250 c\r\n354 d\r\n250 e\r\n";
    let nobody = "250 a\r\n550 b\r\n550 c\r\n503 d\r\n250 e\r\n";
    let all = format!(
        "{HELLO}{OFFERS}334 VXNlcm5hbWU6\r\n334 x\r\n235 in\r\n{letter}{nobody}{letter}421 x\r\n"
    );
    let scripts = [
        says(all.as_bytes()),
        vec![Step::Input(all.as_bytes().to_vec()), Step::Timeout],
        vec![Step::Input(all.as_bytes()[..150].to_vec()), Step::Eof],
    ];
    laws::check(2000, &scripts, new, next);
}

/// How a letter to a and b ends, as the server says these replies.
fn ends_after(replies: &[&str]) -> Vec<Result<u16, Failure>> {
    let envelope = Envelope {
        from: Path::Null,
        to: vec![address("a@foo.com"), address("b@foo.com")],
        letter: b"x\r\n"[..].into(),
    };
    let mut client = Client::new(Time::ZERO, named("bar.com"), envelope);
    let (_, reports) = hears(&mut client, replies);
    assert_eq!(endings(&reports).len(), 1, "one end: {replies:?}");
    let all = endings(&reports)[0].iter();
    all.map(|d| d.result.clone().map(|reply| reply.code))
        .collect()
}

#[test]
fn a_server_that_says_odd_things_gets_no_letter_by_mistake() {
    let hello = "250-foo.com\r\n250 PIPELINING\r\n";
    let start = |rest: &[&'static str]| [&["220 x\r\n", hello][..], rest].concat();
    // 354 to MAIL, 250 to DATA: nobody took anything.
    for odd in [
        start(&["354 go on\r\n"]),
        start(&["250 a\r\n", "250 b\r\n", "250 c\r\n", "250 taken?\r\n"]),
        start(&["250 a\r\n250-b\r\n354 c\r\n"]),
        start(&["99\r\n"]),
    ] {
        let ends = ends_after(&odd);
        let is_nonsense = |end: &Result<u16, Failure>| matches!(end, Err(Failure::Nonsense { .. }));
        assert!(ends.iter().all(is_nonsense), "{odd:?}: {ends:?}");
    }
    // 421 in the middle of the group: who was refused before stays refused, the others wait.
    let ends = ends_after(&start(&["250 a\r\n", "550 no\r\n", "421 bye\r\n"]));
    let codes: Vec<u16> = ends
        .into_iter()
        .map(|end| match end {
            Err(Failure::Refused { reply, .. }) => reply.code,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(codes, [550, 421]);
    // Refused before the dot, after 354.
    let ends = ends_after(&start(&[
        "250 a\r\n250 a\r\n250 b\r\n354 go\r\n",
        "452 full\r\n",
    ]));
    assert!(matches!(&ends[0], Err(Failure::Refused { reply, .. }) if reply.code == 452));
}
