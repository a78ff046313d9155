//! Stories of whole dialogues: those the RFCs print, logins, groups, and several letters.

use super::client::{self, Client, ClientOptions, Delivery, Envelope, Failure};
use super::server::{self, Login, Server, ServerOptions};
use super::*;
use crate::base::Time;
use crate::proto::laws::{self, Step, says};
use crate::proto::mail::base64;
use crate::proto::{Engine, Output};

fn address(text: &str) -> Mailbox {
    parse::mailbox(text).expect("an address")
}

/// A program that knows everybody but Green, and one password.
fn decide(server: &mut Server, now: Time, report: &server::Report) {
    let is_green = |path: &Path| path.to_string().contains("Green");
    let reply = match report {
        server::Report::RcptTo { to } if is_green(to) => Reply::coded(550, "5.1.1", "Who?"),
        server::Report::MailFrom { .. }
        | server::Report::RcptTo { .. }
        | server::Report::Letter(_) => Reply::coded(250, "2.0.0", "OK"),
        server::Report::Verify(who) if who == "Crispin" => {
            Reply::new(250, "Mark Crispin <Admin.MRC@foo.com>")
        }
        server::Report::Verify(_) => Reply::coded(252, "2.5.2", "Perhaps"),
        server::Report::Expand(_) => Reply::coded(550, "5.1.1", "No list"),
        server::Report::Login { user, password } => match (user.as_str(), password.as_str()) {
            ("test", "1234") => Reply::coded(235, "2.7.0", "Welcome"),
            _ => Reply::coded(535, "5.7.8", "No"),
        },
        _ => return,
    };
    server.answer(now, reply).expect("it was a question");
}

/// What a server has said since it was asked last, and the letters it got.
fn drain(server: &mut Server) -> (String, Vec<server::Received>) {
    let (mut said, mut letters) = (String::new(), Vec::new());
    while let Some(output) = server.poll_output() {
        match output {
            Output::Send(bytes) => said += std::str::from_utf8(&bytes).unwrap(),
            Output::Report(report) => {
                decide(server, Time::ZERO, &report);
                if let server::Report::Letter(letter) = report {
                    letters.push(letter);
                }
            }
            Output::Finish | Output::Abort => said += "(closes)",
        }
    }
    (said, letters)
}

/// A dialogue line by line: what the client says, and the code it has to hear.
fn replay(options: ServerOptions, dialogue: &[(&str, &str)]) -> Vec<server::Received> {
    let mut server = Server::new(Time::ZERO, options);
    let mut all = Vec::new();
    for (line, code) in dialogue {
        if !line.is_empty() {
            server.handle_input(Time::ZERO, format!("{line}\r\n").as_bytes());
        }
        let (said, letters) = drain(&mut server);
        let last = said
            .lines()
            .rfind(|line| !line.starts_with('('))
            .unwrap_or_default();
        assert_eq!(last.get(..3).unwrap_or_default(), *code, "{line} -> {said}");
        all.extend(letters);
    }
    all
}

fn options() -> ServerOptions {
    ServerOptions::new("foo.com")
}

fn with_login(login: Login) -> ServerOptions {
    ServerOptions { login, ..options() }
}

#[test]
fn the_typical_and_the_aborted_dialogue_of_the_rfc() {
    // RFC 5321 Appendix D.1.
    let typical = [
        ("", "220"),
        ("EHLO bar.com", "250"),
        ("MAIL FROM:<Smith@bar.com>", "250"),
        ("RCPT TO:<Jones@foo.com>", "250"),
        ("RCPT TO:<Green@foo.com>", "550"),
        ("RCPT TO:<Brown@foo.com>", "250"),
        ("DATA", "354"),
        ("Blah blah blah...", ""),
        ("...etc. etc. etc.", ""),
        (".", "250"),
        ("QUIT", "221"),
    ];
    assert_eq!(replay(options(), &typical)[0].to.len(), 2);
    // Appendix D.2.
    let aborted = [
        ("", "220"),
        ("EHLO bar.com", "250"),
        ("MAIL FROM:<Smith@bar.com>", "250"),
        ("RCPT TO:<Jones@foo.com>", "250"),
        ("RCPT TO:<Green@foo.com>", "550"),
        ("RSET", "250"),
        ("QUIT", "221"),
    ];
    assert!(replay(options(), &aborted).is_empty());
}

#[test]
fn the_relayed_dialogue_of_the_rfc() {
    // RFC 5321 Appendix D.3, the way to the relay: its route is read and not followed.
    let first = [
        ("", "220"),
        ("EHLO bar.com", "250"),
        ("MAIL FROM:<JQP@bar.com>", "250"),
        ("RCPT TO:<@foo.com:Jones@XYZ.COM>", "250"),
        ("DATA", "354"),
        ("Date: Thu, 21 May 1998 05:33:29 -0700", ""),
        ("From: John Q. Public <JQP@bar.com>", ""),
        ("Subject: The Next Meeting of the Board", ""),
        ("To: Jones@xyz.com", ""),
        ("", ""),
        ("Bill:", ""),
        (
            "The next meeting of the board of directors will be on Tuesday.",
            "",
        ),
        ("                         John.", ""),
        (".", "250"),
        ("QUIT", "221"),
    ];
    let taken = replay(options(), &first);
    assert_eq!(taken[0].to[0].to_string(), "<Jones@XYZ.COM>");
    // The way on: the client's engine says what the RFC prints.
    let envelope = Envelope {
        from: taken[0].from.clone(),
        to: vec![address("Jones@XYZ.COM")],
        letter: taken[0].letter.clone().into(),
    };
    let hello = "250 xyz.com is on the air\r\n";
    let replies = [
        "220 xyz.com x\r\n",
        hello,
        "250 OK\r\n",
        "250 OK\r\n",
        "354 go\r\n",
        "250 OK\r\n",
        "221 x\r\n",
    ];
    let mut client = Client::new(Time::ZERO, named("foo.com"), envelope);
    let (said, reports) = hears(&mut client, &replies);
    assert_eq!(
        said[..4],
        [
            "EHLO foo.com\r\n",
            "MAIL FROM:<JQP@bar.com>\r\n",
            "RCPT TO:<Jones@XYZ.COM>\r\n",
            "DATA\r\n"
        ]
    );
    assert!(said[4].starts_with("Date: Thu, 21 May 1998") && said[4].ends_with("John.\r\n.\r\n"));
    assert_eq!(said[5..], ["QUIT\r\n", "(finish)"]);
    assert!(
        endings(&reports)[0]
            .iter()
            .all(|delivery| delivery.result.is_ok())
    );
}

#[test]
fn verifying_and_then_sending_as_in_the_rfc() {
    // RFC 5321 Appendix D.4.
    let dialogue = [
        ("", "220"),
        ("EHLO bar.com", "250"),
        ("VRFY Crispin", "250"),
        ("MAIL FROM:<EAK@bar.com>", "250"),
        ("RCPT TO:<Admin.MRC@foo.com>", "250"),
        ("DATA", "354"),
        ("Blah blah blah...", ""),
        ("...etc. etc. etc.", ""),
        (".", "250"),
        ("QUIT", "221"),
    ];
    let taken = replay(options(), &dialogue);
    assert_eq!(taken[0].hello, "bar.com");
    assert!(taken[0].extended && taken[0].login.is_none());
}

#[test]
fn logins_go_as_the_rfcs_print_them() {
    // RFC 4954 §4.3: at once, and asked for; RFC 4616 §4: a wrong password.
    for login in [
        &[("AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ=", "235")][..],
        &[("AUTH PLAIN", "334"), ("dGVzdAB0ZXN0ADEyMzQ=", "235")],
        &[
            ("AUTH LOGIN", "334"),
            ("dGVzdA==", "334"),
            ("MTIzNA==", "235"),
        ],
        &[("auth login dGVzdA==", "334"), ("MTIzNA==", "235")],
    ] {
        let mut dialogue = vec![("", "220"), ("EHLO x", "250"), ("MAIL FROM:<>", "530")];
        dialogue.extend(login);
        dialogue.extend([
            ("AUTH PLAIN", "503"),
            ("MAIL FROM:<> AUTH=<>", "250"),
            ("AUTH PLAIN", "503"),
            ("RCPT TO:<a@foo.com>", "250"),
            ("DATA", "354"),
            ("x", ""),
            (".", "250"),
        ]);
        let taken = replay(with_login(Login::Required), &dialogue);
        assert_eq!(taken[0].login.as_deref(), Some("test"));
    }
}

#[test]
fn logins_that_come_to_nothing_leave_all_as_it_was() {
    let dialogue = [
        ("", "220"),
        ("AUTH PLAIN", "503"),
        ("EHLO x", "250"),
        ("AUTH", "501"),
        ("AUTH CRAM-MD5", "504"),
        ("AUTH PLAIN !!!", "501"),
        ("AUTH PLAIN =", "501"),
        ("AUTH PLAIN", "334"),
        ("*", "501"),
        ("AUTH LOGIN", "334"),
        ("MAIL FROM:<a@b.example>", "501"),
        ("AUTH LOGIN", "334"),
        ("dGVzdA==", "334"),
        ("d3Jvbmc=", "535"),
        ("MAIL FROM:<a@b.example>", "530"),
        ("VRFY x", "530"),
        ("NOOP", "250"),
    ];
    replay(with_login(Login::Required), &dialogue);
    // Where nobody has to, a letter goes without.
    let dialogue = [
        ("", "220"),
        ("EHLO x", "250"),
        ("MAIL FROM:<>", "250"),
        ("AUTH PLAIN", "503"),
    ];
    replay(with_login(Login::Offered), &dialogue);
    let long = "A".repeat(3000);
    let dialogue = [
        ("", "220"),
        ("EHLO x", "250"),
        ("AUTH PLAIN", "334"),
        (&long, "500"),
        ("NOOP", "250"),
    ];
    replay(with_login(Login::Offered), &dialogue);
}

#[test]
fn words_not_spoken_here_are_told_from_words_nobody_knows() {
    let dialogue = [
        ("", "220"),
        ("HELP", "214"),
        ("HELP MAIL", "214"),
        ("HELP TURN", "504"),
        ("EHLO x", "250"),
        ("TURN", "502"),
        ("SEND FROM:<a@b.example>", "502"),
        ("STARTTLS", "502"),
        ("AUTH PLAIN", "502"),
        ("EXPN staff", "502"),
        ("XYZZY", "500"),
        ("VRFY", "501"),
        ("VRFY anybody", "252"),
    ];
    replay(options(), &dialogue);
    let expands = ServerOptions {
        expands: true,
        ..options()
    };
    replay(expands, &[("", "220"), ("EXPN staff", "550")]);
}

#[test]
fn an_old_server_knows_no_extension_and_no_enhanced_code() {
    let old = || ServerOptions {
        extended: false,
        login: Login::Required,
        ..options()
    };
    let dialogue = [
        ("", "220"),
        ("EHLO x", "500"),
        ("AUTH PLAIN", "500"),
        ("HELO x", "250"),
        ("MAIL FROM:<> SIZE=1", "555"),
        ("MAIL FROM:<>", "250"),
    ];
    replay(old(), &dialogue);
    let mut server = Server::new(Time::ZERO, old());
    server.handle_input(
        Time::ZERO,
        b"EHLO x\r\nHELO x\r\nMAIL FROM:<>\r\nRCPT TO:<Green@foo.com>\r\nQUIT\r\n",
    );
    assert_eq!(
        drain(&mut server).0,
        "220 foo.com ESMTP Wirestage\r\n500 I do not know this command\r\n250 foo.com greets x\r\n\
         250 OK\r\n550 Who?\r\n221 foo.com closing the connection\r\n(closes)"
    );
}

#[test]
fn who_is_turned_away_can_only_leave() {
    let blocks = |code| ServerOptions {
        turns_away: Some(Reply::coded(code, "5.7.1", "Not you")),
        ..options()
    };
    let dialogue = [
        ("", "554"),
        ("EHLO x", "503"),
        ("NOOP", "503"),
        ("XYZZY", "503"),
        ("QUIT", "221"),
    ];
    replay(blocks(554), &dialogue);
    let mut server = Server::new(Time::ZERO, blocks(421));
    assert!(drain(&mut server).0.ends_with("(closes)"));
}

#[test]
fn who_says_nothing_but_nonsense_is_sent_away() {
    let mut server = Server::new(Time::ZERO, options());
    server.handle_input(Time::ZERO, &b"XYZZY\r\n".repeat(50));
    let (said, _) = drain(&mut server);
    assert_eq!(said.matches("\r\n500 ").count(), 10);
    assert!(said.contains("\r\n421 4.7.0 ") && said.ends_with("(closes)"));
    let quiet = [
        ("", "220"),
        ("NOOP\rNOOP", "500"),
        ("MAIL FROM:<a\rb@c.example>", "500"),
    ];
    replay(options(), &quiet);
}

#[test]
fn no_odd_line_end_ends_a_letter() {
    let begin = "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\n";
    for end in [
        "\n.\n",
        "\n.\r\n",
        "\r.\r",
        "\r\n.\n",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n.\r\r\n",
    ] {
        let mut server = Server::new(Time::ZERO, options());
        server.handle_input(Time::ZERO, format!("{begin}one{end}").as_bytes());
        let (said, letters) = drain(&mut server);
        assert!(
            said.ends_with("of its own\r\n") && letters.is_empty(),
            "{end:?}"
        );
        server.handle_input(Time::ZERO, b"MAIL FROM:<x@y.example>\r\n.\r\n");
        let (said, letters) = drain(&mut server);
        assert!(
            said.starts_with("554 5.6.0 ") && letters.is_empty(),
            "{end:?} {said}"
        );
    }
}

#[test]
fn sizes_are_heard_and_held() {
    let dialogue = [
        ("", "220"),
        ("EHLO x", "250"),
        ("MAIL FROM:<> SIZE=99999999999999999999", "552"),
        ("MAIL FROM:<> SIZE=999999999999999999999", "501"),
        ("MAIL FROM:<> SIZE=", "501"),
        ("MAIL FROM:<> SIZE=100", "250"),
    ];
    replay(options(), &dialogue);
    let mut server = Server::new(Time::ZERO, options());
    server.handle_input(Time::ZERO, b"EHLO x\r\nMAIL FROM:<> SIZE=100\r\n");
    let mut size = None;
    while let Some(output) = server.poll_output() {
        if let Output::Report(server::Report::MailFrom { size: said, .. }) = output {
            size = said;
        }
    }
    assert_eq!(size, Some(100));
}

fn named(hostname: &str) -> ClientOptions {
    ClientOptions {
        hostname: hostname.into(),
        ..ClientOptions::default()
    }
}

fn letter_to(to: &[&str], letter: &[u8]) -> Envelope {
    Envelope {
        from: Path::Mailbox(address("ada@example.org")),
        to: to.iter().map(|to| address(to)).collect(),
        letter: letter.into(),
    }
}

/// What a client says and reports that hears these replies, one after the other.
fn hears(client: &mut Client, replies: &[&str]) -> (Vec<String>, Vec<client::Report>) {
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

fn endings(reports: &[client::Report]) -> Vec<&Vec<Delivery>> {
    let ending = |report| match report {
        &client::Report::Ended(ref deliveries) => Some(deliveries),
        _ => None,
    };
    reports.iter().filter_map(ending).collect()
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
        assert_eq!(letters.len(), 1, "{bits:b}");
        assert_eq!(letters[0].letter, "Grüße\r\n.\r\n".as_bytes());
        assert_eq!(letters[0].login.is_some(), is(2) && is(0));
        let results: Vec<_> = endings(&reports)[0]
            .iter()
            .map(|d| d.result.is_ok())
            .collect();
        assert_eq!(results, [true, false]);
        assert_eq!(client.state(), states::ClientState::Closed);
    }
}

const GROUP: &[u8] = b"EHLO x\r\nAUTH LOGIN\r\ndGVzdA==\r\nMTIzNA==\r\nMAIL FROM:<a@b.example> SIZE=9\r\n\
    RCPT TO:<Jones@foo.com>\r\nRCPT TO:<Green@foo.com>\r\nDATA\r\none\r\n..\r\n.\r\nVRFY a\r\nEXPN b\r\n\
    HELP\r\nAUTH PLAIN\r\n*\r\nQUIT\r\n";

#[test]
fn every_server_keeps_the_five_laws() {
    let away = Some(Reply::coded(554, "5.7.1", "Not you"));
    let all = [
        with_login(Login::Required),
        ServerOptions {
            extended: false,
            ..options()
        },
        ServerOptions {
            turns_away: away,
            bad_commands: 2,
            ..options()
        },
        ServerOptions {
            expands: true,
            max_letter: 20,
            max_recipients: 1,
            ..with_login(Login::Offered)
        },
    ];
    for options in all {
        let new = || Server::new(Time::ZERO, options.clone());
        let scripts = [
            says(GROUP),
            vec![Step::Input(GROUP[..40].to_vec()), Step::Timeout, Step::Eof],
        ];
        laws::check(1000, &scripts, new, decide);
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

#[test]
fn the_table_of_the_server_never_lets_a_letter_past_a_login() {
    use states::{Ruling, ServerState, Standing};
    for state in ServerState::ALL {
        for verb in Verb::ALL {
            for standing in Standing::ALL {
                let ruling = states::server(state, verb, standing);
                let is_quiet = matches!(
                    state,
                    ServerState::Login | ServerState::Letter | ServerState::Closed
                );
                if is_quiet {
                    assert!(matches!(ruling, Ruling::Refuse(503, ..)));
                }
                let wants = matches!(verb, Verb::Mail | Verb::Rcpt | Verb::Data);
                if wants && standing == Standing::MustLogIn {
                    assert!(
                        matches!(ruling, Ruling::Refuse(503 | 530, ..)),
                        "{state:?} {verb:?}"
                    );
                }
                if let Ruling::Refuse(code, enhanced, _) = ruling {
                    assert_eq!(enhanced.as_bytes()[0] - b'0', (code / 100) as u8);
                }
            }
        }
    }
}

#[test]
fn enhanced_codes_are_told_from_text() {
    let enhanced = |code, text: &str| Reply::new(code, text).enhanced().map(str::to_owned);
    assert_eq!(enhanced(550, "5.1.1 Who?").as_deref(), Some("5.1.1"));
    assert_eq!(enhanced(250, "2.0.0").as_deref(), Some("2.0.0"));
    for text in [
        "4.1.1 x",
        "5.1 x",
        "5.1.1.1 x",
        "5.1.1000 x",
        "5.a.1 x",
        "",
        "No",
    ] {
        assert_eq!(enhanced(550, text), None, "{text}");
    }
    assert_eq!(
        Reply::coded(550, "5.1.1", "Who?").plain(),
        Reply::new(550, "Who?")
    );
}
