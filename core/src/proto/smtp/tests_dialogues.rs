//! Stories of whole dialogues with a server: those the RFCs print, logins, limits.

use super::client::{Client, Envelope};
use super::server::{self, Login, Server, ServerOptions};
use super::tests_letters::{endings, hears, named};
use super::*;
use crate::base::Time;
use crate::proto::laws::{self, Step, says};
use crate::proto::{Engine, Output};

pub(super) fn address(text: &str) -> Mailbox {
    parse::mailbox(text).expect("an address")
}

/// A program that knows everybody but Green, and one password.
pub(super) fn decide(server: &mut Server, now: Time, report: &server::Report) {
    let is_green = |path: &Path| path.to_string().contains("Green");
    let reply = match report {
        server::Report::RcptTo { to } if is_green(to) => Reply::coded(550, "5.1.1", "Who?"),
        server::Report::MailFrom { .. }
        | server::Report::RcptTo { .. }
        | server::Report::Letter(_) => Reply::coded(250, "2.0.0", "OK"),
        server::Report::Verify(who) if who == "Crispin" => {
            Reply::new(250, "Mark Crispin <Admin.MRC@foo.com>")
        }
        server::Report::Verify(_) => Reply::coded(252, "2.0.0", "Perhaps"),
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
pub(super) fn drain(server: &mut Server) -> (String, Vec<server::Received>) {
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

pub(super) fn options() -> ServerOptions {
    ServerOptions::new("foo.com")
}

pub(super) fn with_login(login: Login) -> ServerOptions {
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
                    assert!(enhanced.starts_with(&(code / 100).to_string()));
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

#[test]
fn who_drips_or_never_ends_is_sent_away() {
    let secs = |s| Time::ZERO + crate::base::Duration::from_secs(s);
    let mut server = Server::new(Time::ZERO, options());
    server.handle_input(secs(100), b"NOO");
    assert_eq!(
        server.poll_timeout(),
        Some(secs(300)),
        "half a line is none"
    );
    server.handle_input(secs(200), b"P\r\n");
    assert_eq!(server.poll_timeout(), Some(secs(500)));
    let day = 24 * 3600;
    for at in (400..day).step_by(200) {
        server.handle_input(secs(at), b"NOOP\r\n");
    }
    assert_eq!(server.poll_timeout(), Some(secs(day)));
    server.handle_timeout(secs(day));
    assert!(
        drain(&mut server)
            .0
            .ends_with("421 4.4.2 foo.com closing: this takes too long\r\n(closes)")
    );
}

#[test]
fn nobody_acts_for_somebody_else() {
    let auth = |text: &str| {
        let text = crate::proto::mail::base64::encode(text.as_bytes());
        format!("AUTH PLAIN {text}")
    };
    let (other, own) = (auth("boss\0test\x001234"), auth("test\0test\x001234"));
    let dialogue = [
        ("", "220"),
        ("EHLO x", "250"),
        (&other, "535"),
        (&own, "235"),
    ];
    replay(with_login(Login::Offered), &dialogue);
}

#[test]
fn odd_bytes_in_commands_are_refused_and_name_nobody() {
    let dialogue: &[(&[u8], &str)] = &[
        (b"EHLO \xff\xfe\r\n", "501"),
        (b"EHLO x\r\n", "250"),
        (b"\xc3\xa4\0\r\n", "500"),
        (b"MAIL FROM:<a\0b@foo.com>\r\n", "501"),
        (b"MAIL FROM:<\xc3\xa4@foo.com>\r\n", "501"),
        (b"MAIL FROM:<a@foo.com>\nRCPT TO:<b@foo.com>\r\n", "500"),
        (b"MAIL FROM:<a@foo.com>\rRCPT TO:<b@foo.com>\r\n", "500"),
        (b"MAIL FROM:<\"a\r\n", "501"),
        (b"MAIL FROM:<> SIZE=-1\r\n", "501"),
        (b"MAIL FROM:<>\r\n", "250"),
        (b"RCPT TO:<>\r\n", "501"),
        (b"RCPT TO:<b@foo.com> NOTIFY=NEVER\r\n", "555"),
        (b"RSET\r\n", "250"),
    ];
    let unhurried = ServerOptions {
        bad_commands: 100,
        ..options()
    };
    let mut server = Server::new(Time::ZERO, unhurried);
    drain(&mut server);
    for (bytes, code) in dialogue {
        server.handle_input(Time::ZERO, bytes);
        let (said, letters) = drain(&mut server);
        assert!(
            said.starts_with(code),
            "{:?} -> {said}",
            bytes.escape_ascii().to_string()
        );
        assert!(letters.is_empty());
    }
}
