//! Stories of SMTP: what is read, what is answered, and the five laws.

use super::client::{self, Client, ClientOptions, Delivery, Envelope, Failure, Patience};
use super::server::{self, Server, ServerOptions};
use super::*;
use crate::base::{Rng, Time};
use crate::proto::laws::{self, Step, says};
use crate::proto::{Engine, Output};

fn read(line: &str) -> Result<Command, parse::Fault> {
    parse::command(line.as_bytes()).value
}

fn address(text: &str) -> Mailbox {
    parse::mailbox(text).expect("an address")
}

/// A server whose program takes letters for Grace and Postmaster, and nobody else.
fn new_server() -> Server {
    Server::new(Time::ZERO, ServerOptions::new("server.example.net"))
}

fn decide(server: &mut Server, now: Time, report: &server::Report) {
    let reply = match report {
        server::Report::RcptTo {
            to: Path::Mailbox(mailbox),
        } if mailbox.local() != "grace"
            && mailbox.local() != "Jones"
            && mailbox.local() != "Brown" =>
        {
            Reply::new(550, "No such user here")
        }
        server::Report::MailFrom { .. } | server::Report::RcptTo { .. } => Reply::new(250, "OK"),
        server::Report::Verify(_) => Reply::new(252, "Perhaps"),
        server::Report::Expand(_) => Reply::new(550, "No list"),
        server::Report::Login { password, .. } if password == "tanstaaf" => {
            Reply::coded(235, "2.7.0", "Welcome")
        }
        server::Report::Login { .. } => Reply::coded(535, "5.7.8", "No"),
        server::Report::Letter(_) => Reply::new(250, "Taken"),
        _ => return,
    };
    server.answer(now, reply).expect("it was a question");
}

/// What a server has said and reported since it was asked last.
fn drain(server: &mut Server, now: Time) -> (String, Vec<server::Report>) {
    let (mut said, mut reports) = (String::new(), Vec::new());
    while let Some(output) = server.poll_output() {
        match output {
            Output::Send(bytes) => said += std::str::from_utf8(&bytes).unwrap(),
            Output::Report(report) => {
                decide(server, now, &report);
                reports.push(report);
            }
            Output::Finish | Output::Abort => said += "(closes)",
        }
    }
    (said, reports)
}

/// The codes a server answers with when the client says all of this.
fn codes(input: &[u8]) -> Vec<String> {
    let mut server = new_server();
    server.handle_input(Time::ZERO, input);
    let (said, _) = drain(&mut server, Time::ZERO);
    let last = |line: &&str| line.as_bytes().get(3) != Some(&b'-');
    said.lines()
        .filter(last)
        .map(|line| line[..3.min(line.len())].to_owned())
        .collect()
}

#[test]
fn commands_are_read_whatever_their_case() {
    assert_eq!(
        read("ehlo laptop.example.org"),
        Ok(Command::Ehlo("laptop.example.org".into()))
    );
    assert_eq!(read("Quit"), Ok(Command::Quit));
    assert_eq!(read("quit  "), Ok(Command::Quit));
    assert_eq!(read("NOOP whatever"), Ok(Command::Noop));
    assert_eq!(
        read("xyzzy 1"),
        Ok(Command::Unknown {
            verb: "XYZZY".into()
        })
    );
    assert_eq!(
        read(""),
        Ok(Command::Unknown {
            verb: String::new()
        })
    );
    assert!(read("DATA now").is_err());
    assert!(read("EHLO").is_err());
}

#[test]
fn paths_follow_the_grammar() {
    let path = |line: &str| match read(line) {
        Ok(Command::Mail { from: path, .. } | Command::Rcpt { to: path, .. }) => path.to_string(),
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(path("MAIL FROM:<>"), "<>");
    assert_eq!(path("mail from: <ada@example.org>"), "<ada@example.org>");
    assert_eq!(path("RCPT TO:<postmaster>"), "<Postmaster>");
    assert_eq!(
        path("RCPT TO:<@a.example,@b.example:ada@example.org>"),
        "<ada@example.org>"
    );
    assert_eq!(
        path("RCPT TO:<\"a b\\\"\"@example.org>"),
        "<\"a b\\\"\"@example.org>"
    );
    assert_eq!(path("RCPT TO:<\"ada\"@example.org>"), "<ada@example.org>");
    assert_eq!(path("RCPT TO:<ada@[192.0.2.1]>"), "<ada@[192.0.2.1]>");
    assert_eq!(
        path("RCPT TO:<ada@[IPv6:2001:db8::1]>"),
        "<ada@[IPv6:2001:db8::1]>"
    );
    for line in [
        "MAIL FROM:ada@example.org",
        "MAIL FROM:<ada>",
        "MAIL FROM:<ada@>",
        "MAIL FROM:<@example.org>",
        "MAIL FROM:<a..b@example.org>",
        "MAIL FROM:<ada@-example.org>",
        "MAIL FROM:<ada@example..org>",
        "MAIL FROM:<ada@[192.0.2.999]>",
        "MAIL FROM:<ada@example.org",
        "MAIL FROM:<ada@example.org>SIZE=1",
        "MAIL FROM:<\"ada@example.org>",
        "MAIL FROM:<postmaster>",
        "MAIL <ada@example.org>",
        "RCPT TO:<>",
        "RCPT TO:<ad\u{e4}@example.org>",
    ] {
        assert!(read(line).is_err(), "{line}");
    }
    let long = format!("RCPT TO:<{}@example.org>", "a".repeat(65));
    assert_eq!(read(&long).unwrap_err().why, "Path too long");
}

#[test]
fn parts_keep_their_place() {
    let line = b"MAIL FROM:<ada@example.org> SIZE=12 BODY=8BITMIME";
    let parsed = parse::command(line);
    let shown: Vec<_> = parsed
        .parts
        .iter()
        .map(|part| (part.kind, std::str::from_utf8(part.span.of(line)).unwrap()))
        .collect();
    assert_eq!(
        shown,
        [
            (parse::PartKind::Verb, "MAIL"),
            (parse::PartKind::Keyword, "FROM:"),
            (parse::PartKind::Path, "<ada@example.org>"),
            (parse::PartKind::LocalPart, "ada"),
            (parse::PartKind::Domain, "example.org"),
            (parse::PartKind::Param, "SIZE=12"),
            (parse::PartKind::Param, "BODY=8BITMIME"),
        ]
    );
    let broken = parse::command(b"RCPT TO:<grace@");
    assert_eq!(broken.value.unwrap_err().at, 15);
    assert_eq!(broken.parts.len(), 3);
}

#[test]
fn the_typical_dialogue_of_the_rfc_gets_its_codes() {
    // RFC 5321 Appendix D.1: three recipients, the second unknown.
    let (mut server, now) = (new_server(), Time::ZERO);
    let mut hears = |input: &str| {
        server.handle_input(now, input.as_bytes());
        drain(&mut server, now)
    };
    assert!(hears("").0.starts_with("220 "));
    let (hello, _) = hears("EHLO bar.com\r\n");
    assert!(hello.starts_with("250-server.example.net greets bar.com\r\n250-"));
    for (line, code) in [
        ("MAIL FROM:<Smith@bar.com>\r\n", "250 "),
        ("RCPT TO:<Jones@foo.com>\r\n", "250 "),
        ("RCPT TO:<Green@foo.com>\r\n", "550 "),
        ("RCPT TO:<Brown@foo.com>\r\n", "250 "),
        ("DATA\r\n", "354 "),
        ("Blah blah blah...\r\n...etc. etc. etc.\r\n", ""),
    ] {
        let (said, _) = hears(line);
        assert!(
            said.starts_with(code) && said.is_empty() == code.is_empty(),
            "{line}{said}"
        );
    }
    let (said, reports) = hears(".\r\n");
    assert_eq!(said, "250 Taken\r\n");
    let server::Report::Letter(letter) = &reports[0] else {
        panic!("{reports:?}");
    };
    let to: Vec<_> = letter.to.iter().map(ToString::to_string).collect();
    assert_eq!(to, ["<Jones@foo.com>", "<Brown@foo.com>"]);
    assert_eq!(letter.letter, b"Blah blah blah...\r\n..etc. etc. etc.\r\n");
    let (said, _) = hears("QUIT\r\n");
    assert!(said.starts_with("221 ") && said.ends_with("(closes)"));
}

#[test]
fn commands_out_of_order_are_refused_and_change_nothing() {
    let wrong = b"MAIL FROM:<a@b.example>\r\nEHLO x\r\nRCPT TO:<grace@example.net>\r\nDATA\r\n\
        MAIL FROM:<a@b.example>\r\nDATA\r\nMAIL FROM:<c@d.example>\r\n\
        RCPT TO:<nobody@example.net>\r\nDATA\r\nRCPT TO:<grace@example.net>\r\nRSET\r\n\
        DATA\r\nHELP\r\nMAIL FROM:a@b.example\r\nQUIT now\r\nQUIT\r\n";
    assert_eq!(
        codes(wrong),
        [
            "220", "503", "250", "503", "503", "250", "503", "503", "550", "503", "250", "250",
            "503", "214", "501", "501", "221", "(cl"
        ]
    );
}

#[test]
fn parameters_are_for_those_who_said_ehlo() {
    assert_eq!(
        codes(b"HELO x\r\nMAIL FROM:<a@b.example> SIZE=1\r\nMAIL FROM:<a@b.example>\r\n"),
        ["220", "250", "555", "250"]
    );
    let lines = b"EHLO x\r\nMAIL FROM:<a@b.example> SIZE=99999999\r\nMAIL FROM:<> SIZE=x\r\n\
        MAIL FROM:<> AUTH=<>\r\nMAIL FROM:<> BODY=9BIT\r\nMAIL FROM:<> body=8bitmime size=10\r\n\
        RCPT TO:<grace@example.net> NOTIFY=NEVER\r\n";
    assert_eq!(
        codes(lines),
        ["220", "250", "552", "501", "555", "501", "250", "555"]
    );
}

#[test]
fn the_hundred_and_first_recipient_is_too_many() {
    let mut input = b"EHLO x\r\nMAIL FROM:<>\r\n".to_vec();
    for _ in 0..=MAX_RECIPIENTS {
        input.extend_from_slice(b"RCPT TO:<grace@example.net>\r\n");
    }
    input.extend_from_slice(b"DATA\r\n.\r\n");
    let codes = codes(&input);
    assert_eq!(codes[3..103], vec!["250"; 100]);
    assert_eq!(codes[103..], ["452", "354", "250"]);
}

#[test]
fn a_smuggled_letter_is_refused_as_one() {
    let begin = b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<grace@example.net>\r\nDATA\r\nHello\n.\r\n";
    let rest = b"MAIL FROM:<boss@example.net>\r\nRCPT TO:<grace@example.net>\r\nDATA\r\nPay!\r\n.\r\nNOOP\r\n";
    assert_eq!(
        codes(&[&begin[..], rest].concat()),
        ["220", "250", "250", "250", "354", "554", "250"]
    );
    assert_eq!(codes(b"EHLO x\nNOOP\r\n"), ["220", "500", "250"]);
}

#[test]
fn a_line_of_ten_megabytes_costs_one_answer() {
    let mut server = new_server();
    let mut said = String::new();
    for _ in 0..10_240 {
        server.handle_input(Time::ZERO, &[b'x'; 1024]);
        said += &drain(&mut server, Time::ZERO).0;
    }
    server.handle_input(Time::ZERO, b"\r\nNOOP\r\n");
    said += &drain(&mut server, Time::ZERO).0;
    assert_eq!(
        said,
        "220 server.example.net ESMTP Wirestage\r\n500 5.5.2 Line too long\r\n250 2.0.0 I am here\r\n"
    );
}

#[test]
fn a_letter_over_the_cap_is_refused_after_its_dot() {
    let mut server = Server::new(
        Time::ZERO,
        ServerOptions {
            max_letter: 100,
            ..ServerOptions::new("server.example.net")
        },
    );
    server.handle_input(
        Time::ZERO,
        b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<grace@a.example>\r\nDATA\r\n",
    );
    drain(&mut server, Time::ZERO);
    server.handle_input(Time::ZERO, &b"0123456789\r\n".repeat(9));
    assert_eq!(drain(&mut server, Time::ZERO).0, "");
    server.handle_input(Time::ZERO, b".\r\n");
    assert_eq!(
        drain(&mut server, Time::ZERO).0,
        "552 5.3.4 The letter is too large\r\n"
    );
    assert_eq!(server.state(), states::ServerState::Ready);
}

#[test]
fn a_silent_client_is_sent_away() {
    let mut server = new_server();
    drain(&mut server, Time::ZERO);
    let due = server.poll_timeout().unwrap();
    assert_eq!(due, Time::ZERO + SERVER_TIMEOUT);
    server.handle_timeout(due);
    let (said, reports) = drain(&mut server, due);
    assert!(said.starts_with("421 ") && said.ends_with("(closes)"));
    assert_eq!(reports[0], server::Report::TimedOut);
    assert_eq!(server.poll_timeout(), None);
}

#[test]
fn an_answer_needs_a_question() {
    let answer = new_server().answer(Time::ZERO, Reply::new(250, "OK"));
    assert_eq!(answer, Err(server::NothingAsked));
}

/// A client with a letter for Grace and for Nobody, fed one reply after the other:
/// what it said, and how it ended.
fn client_hears(replies: &[&str]) -> (Vec<String>, Option<Vec<Delivery>>) {
    let mut client = new_client();
    let (mut said, mut ended) = (Vec::new(), None);
    for reply in replies {
        match *reply {
            "(eof)" => client.handle_eof(Time::ZERO),
            "(silence)" => {
                let due = client.poll_timeout().expect("it waits");
                client.handle_timeout(due);
            }
            bytes => client.handle_input(Time::ZERO, bytes.as_bytes()),
        }
        while let Some(output) = client.poll_output() {
            match output {
                Output::Send(bytes) => said.push(String::from_utf8(bytes).unwrap()),
                Output::Report(client::Report::Ended(how)) => {
                    assert!(ended.replace(how).is_none(), "it ends once");
                }
                Output::Report(_) => {}
                Output::Finish => said.push("(finish)".into()),
                Output::Abort => said.push("(abort)".into()),
            }
        }
    }
    (said, ended)
}

fn new_client() -> Client {
    client_with(b"Subject: Lunch?\n\n.noon\n")
}

fn client_with(letter: &[u8]) -> Client {
    let options = ClientOptions {
        hostname: "laptop.example.org".into(),
        ..ClientOptions::default()
    };
    let envelope = Envelope {
        from: Path::Mailbox(address("ada@example.org")),
        to: vec![address("grace@example.net"), address("nobody@example.net")],
        letter: letter.into(),
    };
    Client::new(Time::ZERO, options, envelope)
}

const HELLO: &str = "220 server.example.net\r\n";

#[test]
fn a_client_hands_over_its_letter() {
    let replies = [
        HELLO,
        "250-hi\r\n250 8BITMIME\r\n",
        "250 OK\r\n",
        "250 OK\r\n",
        "550 Who?\r\n",
        "354 Go\r\n",
        "250 Taken\r\n",
        "221 Bye\r\n",
    ];
    let (said, ended) = client_hears(&replies);
    assert_eq!(
        said,
        [
            "EHLO laptop.example.org\r\n",
            "MAIL FROM:<ada@example.org>\r\n",
            "RCPT TO:<grace@example.net>\r\n",
            "RCPT TO:<nobody@example.net>\r\n",
            "DATA\r\n",
            "Subject: Lunch?\r\n\r\n..noon\r\n.\r\n",
            "QUIT\r\n",
            "(finish)",
        ]
    );
    let ended = ended.expect("an end");
    assert_eq!(ended[0].result, Ok(Reply::new(250, "Taken")));
    let to = Prompt::Command(Verb::Rcpt);
    let reply = Reply::new(550, "Who?");
    assert_eq!(ended[1].result, Err(Failure::Refused { reply, to }));
}

#[test]
fn a_server_that_knows_no_ehlo_hears_helo() {
    let (said, _) = client_hears(&[HELLO, "502 What?\r\n", "250 hi\r\n"]);
    assert_eq!(
        said[1..],
        [
            "HELO laptop.example.org\r\n",
            "MAIL FROM:<ada@example.org>\r\n"
        ]
    );
}

#[test]
fn each_refusal_names_what_was_refused() {
    let verb = Prompt::Command;
    let hello = "250 hi\r\n";
    let ok = "250 OK\r\n";
    let stories: [(&[&str], u16, Prompt); 6] = [
        (&["554 No mail here\r\n"], 554, Prompt::Connection),
        (&[HELLO, "550 No\r\n"], 550, verb(Verb::Ehlo)),
        (&[HELLO, hello, "451 Later\r\n"], 451, verb(Verb::Mail)),
        (&[HELLO, hello, ok, "421 Bye\r\n"], 421, verb(Verb::Rcpt)),
        (
            &[HELLO, hello, ok, ok, ok, "554 No\r\n"],
            554,
            verb(Verb::Data),
        ),
        (
            &[HELLO, hello, ok, ok, ok, "354 Go\r\n", "552 Big\r\n"],
            552,
            Prompt::Letter,
        ),
    ];
    for (replies, code, prompt) in stories {
        let (said, ended) = client_hears(replies);
        for delivery in ended.expect("an end") {
            let Err(Failure::Refused { reply, to }) = delivery.result else {
                panic!("{delivery:?}");
            };
            assert_eq!((reply.code, to), (code, prompt));
        }
        let last = if code == 421 { "(finish)" } else { "QUIT\r\n" };
        assert_eq!(said.last().map(String::as_str), Some(last));
    }
}

#[test]
fn a_letter_without_an_answer_is_not_called_delivered() {
    let upto = [
        HELLO,
        "250 hi\r\n",
        "250 OK\r\n",
        "250 OK\r\n",
        "250 OK\r\n",
        "354 Go\r\n",
    ];
    let awaited = Prompt::Letter;
    for (end, failure, last) in [
        ("(eof)", Failure::Lost { awaited }, "(finish)"),
        ("(silence)", Failure::TimedOut { awaited }, "(abort)"),
        (
            "hello?\r\n",
            Failure::Nonsense {
                said: "hello?".into(),
                awaited,
            },
            "QUIT\r\n",
        ),
    ] {
        let mut replies = upto.to_vec();
        replies.push(end);
        let (said, ended) = client_hears(&replies);
        assert_eq!(said.last().map(String::as_str), Some(last));
        let result = &ended.expect("an end")[0].result;
        assert_eq!(result, &Err(failure));
    }
}

#[test]
fn replies_without_end_or_sense_are_given_up() {
    for bad in [
        "250-a\r\n251 b\r\n".to_owned(),
        "250-a\r\n".repeat(MAX_REPLY_LINES + 1),
        format!("250 {}\r\n", "x".repeat(MAX_REPLY_LINE)),
        "99 luft\r\n".to_owned(),
        "250+a\r\n".to_owned(),
    ] {
        let (_, ended) = client_hears(&[HELLO, &bad]);
        let result = &ended.expect("an end")[0].result;
        assert!(
            matches!(result, Err(Failure::Nonsense { .. })),
            "{result:?}"
        );
    }
}

const DIALOGUE: &[u8] = b"EHLO laptop.example.org\r\nMAIL FROM:<ada@example.org> SIZE=40\r\n\
    RCPT TO:<grace@example.net>\r\nRCPT TO:<nobody@example.net>\r\nDATA\r\n\
    Subject: Lunch?\r\n\r\n..noon\r\n.\r\nRSET\r\nVRFY grace\r\nQUIT\r\n";

#[test]
fn the_server_keeps_the_five_laws() {
    let half = DIALOGUE.len() / 2;
    let scripts = [
        says(DIALOGUE),
        vec![
            Step::Input(DIALOGUE[..half].to_vec()),
            Step::Eof,
            Step::Timeout,
        ],
        vec![Step::Timeout, Step::Input(DIALOGUE.to_vec()), Step::Timeout],
    ];
    laws::check(3000, &scripts, new_server, decide);
}

#[test]
fn the_client_keeps_the_five_laws() {
    let yes = b"220 hi\r\n250-a\r\n250 b\r\n250 c\r\n250 d\r\n550 e\r\n354 f\r\n250 g\r\n221 h\r\n";
    let no = b"220 hi\r\n502 a\r\n250 b\r\n250 c\r\n550 d\r\n550 e\r\n221 f\r\n";
    let scripts = [
        says(yes),
        says(no),
        vec![Step::Input(yes[..60].to_vec()), Step::Eof],
        vec![Step::Input(yes[..30].to_vec()), Step::Timeout, Step::Eof],
    ];
    laws::check(3000, &scripts, new_client, |_, _, _| {});
}

#[test]
fn no_bytes_confuse_the_parsers() {
    let lines = [
        "MAIL FROM:<@a.example:\"a \\\" b\"@[IPv6:2001:db8::1]> SIZE=10 BODY=8BITMIME",
        "RCPT TO:<Postmaster>",
        "EHLO [192.0.2.1]",
        "VRFY Grace Hopper",
        "250-server.example.net greets you",
        "\"grace hopper\"@example.net",
    ];
    let mut rng = Rng::from_seed(5321);
    for round in 0..30_000 {
        let line = lines[round % lines.len()].as_bytes();
        parse::fuzz(&laws::mutate(line, &mut rng));
        data::fuzz(&laws::mutate(DIALOGUE, &mut rng));
        if round % 10 == 0 {
            fuzz::fuzz(&laws::mutate(DIALOGUE, &mut rng));
        }
    }
}

#[test]
fn a_host_name_longer_than_any_domain_is_refused() {
    let hello = |len| format!("EHLO {}\r\n", "x".repeat(len));
    assert_eq!(codes(hello(255).as_bytes()), ["220", "250"]);
    assert_eq!(codes(hello(256).as_bytes()), ["220", "501"]);
}

#[test]
fn a_large_letter_has_time_to_go_out_over_a_slow_link() {
    let patience = Patience::default();
    let waits = |len: usize| {
        let mut client = client_with(&vec![b'x'; len]);
        for reply in [
            HELLO,
            "250 a\r\n",
            "250 b\r\n",
            "250 c\r\n",
            "250 d\r\n",
            "354 e\r\n",
        ] {
            client.handle_input(Time::ZERO, reply.as_bytes());
        }
        client.poll_timeout().unwrap().since(Time::ZERO)
    };
    assert_eq!(waits(100), patience.letter);
    let megabyte = waits(1 << 20);
    assert_eq!(megabyte.0, patience.letter.0 + 16 * patience.block.0);
}
