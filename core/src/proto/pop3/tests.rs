//! Stories of POP3: what is read, what is answered, and the five laws.

use super::client::{self, Client, ClientOptions, Failure, Listed, Order};
use super::server::{self, Server, ServerOptions};
use super::*;
use crate::base::{Rng, Time};
use crate::proto::laws::{self, Step, says};
use crate::proto::{Engine, Output};

const LETTERS: [&[u8]; 2] = [
    b"Subject: one\r\n\r\n.dot\r\n.\r\nlast\r\n",
    b"Subject: two\r\n\r\na\r\nb\r\nc\r\n",
];

fn item(i: usize, size: u64) -> Item {
    Item {
        uid: format!("whqtswO00WBw418f9t5JxY{i}"),
        size,
    }
}

/// Mrose's mailbox with the sizes of the RFC's sample, behind the password `secret`.
fn decide(server: &mut Server, now: Time, report: &server::Report) {
    let done = match report {
        server::Report::Login { user, password } => {
            let fits = user == "mrose" && password == "secret";
            let items = || vec![item(1, 120), item(2, 200)];
            server.admit(
                now,
                fits.then(items).ok_or("no such user and password".into()),
            )
        }
        server::Report::Fetch { number, .. } => server.give(now, LETTERS[number - 1]),
        server::Report::Ends { .. } => server.answer(now, Ok(())),
        _ => return,
    };
    done.expect("it was a question");
}

fn new_server() -> Server {
    Server::new(Time::ZERO, ServerOptions::new("dbc.mtview.ca.us"))
}

fn drain(server: &mut Server) -> (String, Vec<server::Report>) {
    let (mut said, mut reports) = (String::new(), Vec::new());
    while let Some(output) = server.poll_output() {
        match output {
            Output::Send(bytes) => said += std::str::from_utf8(&bytes).unwrap(),
            Output::Report(report) => {
                decide(server, Time::ZERO, &report);
                reports.push(report);
            }
            Output::Finish | Output::Abort => said += "(closes)",
        }
    }
    (said, reports)
}

/// What a server answers to each of these lines.
fn dialogue(lines: &[(&str, &str)]) -> Vec<server::Report> {
    let mut server = new_server();
    assert!(drain(&mut server).0.starts_with("+OK "));
    let mut all = Vec::new();
    for (line, answer) in lines {
        server.handle_input(Time::ZERO, format!("{line}\r\n").as_bytes());
        let (said, reports) = drain(&mut server);
        assert!(said.starts_with(answer), "{line} -> {said}");
        all.extend(reports);
    }
    all
}

#[test]
fn the_sample_dialogue_of_the_rfc() {
    // RFC 1939 §10, but for its login.
    let reports = dialogue(&[
        ("USER mrose", "+OK"),
        ("PASS secret", "+OK Your mailbox has 2 letters (320 octets)"),
        ("STAT", "+OK 2 320\r\n"),
        (
            "LIST",
            "+OK 2 letters (320 octets)\r\n1 120\r\n2 200\r\n.\r\n",
        ),
        (
            "RETR 1",
            "+OK 31 octets\r\nSubject: one\r\n\r\n..dot\r\n..\r\nlast\r\n.\r\n",
        ),
        ("DELE 1", "+OK"),
        ("RETR 2", "+OK"),
        ("DELE 2", "+OK"),
        (
            "QUIT",
            "+OK dbc.mtview.ca.us closing the connection\r\n(closes)",
        ),
    ]);
    let deleted = vec![1, 2];
    assert!(reports.contains(&server::Report::Ends { deleted }));
}

#[test]
fn what_is_marked_is_gone_until_it_is_taken_back() {
    let reports = dialogue(&[
        ("USER mrose", "+OK"),
        ("PASS secret", "+OK"),
        ("DELE 1", "+OK"),
        ("DELE 1", "-ERR"),
        ("RETR 1", "-ERR"),
        ("LIST 1", "-ERR"),
        (
            "UIDL",
            "+OK 1 letter (200 octets)\r\n2 whqtswO00WBw418f9t5JxY2\r\n.\r\n",
        ),
        ("STAT", "+OK 1 200"),
        ("RSET", "+OK Your mailbox has 2"),
        ("LIST 1", "+OK 1 120"),
        ("UIDL 2", "+OK 2 whqtswO00WBw418f9t5JxY2"),
        (
            "TOP 2 1",
            "+OK Its beginning follows\r\nSubject: two\r\n\r\na\r\n.\r\n",
        ),
        (
            "TOP 2 0",
            "+OK Its beginning follows\r\nSubject: two\r\n\r\n.\r\n",
        ),
        ("TOP 2", "-ERR"),
        ("LIST 0", "-ERR"),
        ("RETR 3", "-ERR"),
        ("RETR x", "-ERR"),
        ("NOOP", "+OK"),
        ("QUIT", "+OK"),
    ]);
    let deleted = Vec::new();
    assert!(reports.contains(&server::Report::Ends { deleted }));
}

#[test]
fn nothing_is_shown_and_nothing_deleted_without_a_login() {
    let reports = dialogue(&[
        ("STAT", "-ERR"),
        (
            "CAPA",
            "+OK I know these\r\nUSER\r\nTOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\n\
             AUTH-RESP-CODE\r\n.\r\n",
        ),
        ("PASS secret", "-ERR"),
        ("USER mrose", "+OK"),
        ("RETR 1", "-ERR"),
        ("PASS wrong", "-ERR no such user"),
        ("PASS secret", "-ERR"),
        ("XYZZY", "-ERR"),
        ("USER mrose", "+OK"),
        ("PASS secret", "+OK"),
        ("USER mrose", "-ERR"),
    ]);
    assert!(
        !reports
            .iter()
            .any(|report| matches!(report, server::Report::Ends { .. }))
    );
    let reports = dialogue(&[("USER mrose", "+OK"), ("QUIT", "+OK")]);
    assert!(
        !reports
            .iter()
            .any(|report| matches!(report, server::Report::Ends { .. }))
    );
}

#[test]
fn who_leaves_without_goodbye_deletes_nothing() {
    let mut server = new_server();
    server.handle_input(Time::ZERO, b"USER mrose\r\nPASS secret\r\nDELE 1\r\n");
    drain(&mut server);
    let due = server.poll_timeout().unwrap();
    assert_eq!(due, Time::ZERO + SERVER_TIMEOUT);
    let mut left = server.clone();
    left.handle_eof(Time::ZERO);
    assert_eq!(drain(&mut left).1, [server::Report::Left]);
    server.handle_timeout(due);
    let (said, reports) = drain(&mut server);
    assert_eq!(
        (said.as_str(), &reports[..]),
        ("(closes)", &[server::Report::TimedOut][..])
    );
}

#[test]
fn who_says_nothing_but_nonsense_is_sent_away() {
    let mut server = new_server();
    let long = "x".repeat(10_000) + "\r\n";
    for line in [&long, "a\n", "b\rc\r\n"] {
        server.handle_input(Time::ZERO, line.as_bytes());
        let (said, _) = drain(&mut server);
        assert!(said.contains("-ERR "), "{said}");
    }
    server.handle_input(Time::ZERO, &b"XYZZY\r\n".repeat(50));
    let (said, _) = drain(&mut server);
    assert!(said.ends_with("(closes)") && said.matches("-ERR").count() < 10);
}

#[test]
fn an_answer_needs_its_question() {
    let mut server = new_server();
    assert_eq!(server.give(Time::ZERO, b"x"), Err(server::NothingAsked));
    server.handle_input(Time::ZERO, b"USER mrose\r\nPASS secret\r\n");
    while server.poll_output().is_some() {}
    assert_eq!(server.answer(Time::ZERO, Ok(())), Err(server::NothingAsked));
    assert_eq!(server.admit(Time::ZERO, Ok(Vec::new())), Ok(()));
}

fn new_client() -> Client {
    Client::new(Time::ZERO, ClientOptions::new("mrose", "secret"))
}

/// What a client says and reports that hears these replies, one after the other.
fn hears(client: &mut Client, replies: &[&str]) -> (Vec<String>, Vec<client::Report>) {
    let (mut said, mut reports) = (Vec::new(), Vec::new());
    for reply in replies {
        client.handle_input(Time::ZERO, reply.as_bytes());
        while let Some(output) = client.poll_output() {
            match output {
                Output::Send(bytes) => said.push(String::from_utf8(bytes).unwrap()),
                Output::Report(client::Report::Says(_) | client::Report::Hears { .. }) => {}
                Output::Report(report) => reports.push(report),
                Output::Finish => said.push("(finish)".into()),
                Output::Abort => said.push("(abort)".into()),
            }
        }
    }
    (said, reports)
}

const OPEN: [&str; 6] = [
    "+OK hi\r\n",
    "+OK\r\n",
    "+OK\r\n",
    "+OK 2 320\r\n",
    "+OK\r\n1 120\r\n2 200\r\n.\r\n",
    "+OK\r\n1 a\r\n2 b\r\n.\r\n",
];

#[test]
fn a_client_looks_fetches_deletes_and_leaves() {
    let mut client = new_client();
    let (said, reports) = hears(&mut client, &OPEN);
    let words = [
        "USER mrose\r\n",
        "PASS secret\r\n",
        "STAT\r\n",
        "LIST\r\n",
        "UIDL\r\n",
    ];
    assert_eq!(said, words);
    let listed = |number, size, uid: &str| Listed {
        number,
        size,
        uid: Some(uid.into()),
    };
    let there = vec![listed(1, 120, "a"), listed(2, 200, "b")];
    assert_eq!(
        reports,
        [client::Report::Listed(there), client::Report::Free]
    );
    let orders = [Order::Fetch(2), Order::Fetch(9), Order::Delete(2)];
    client.order(Time::ZERO, &orders).unwrap();
    assert_eq!(client.order(Time::ZERO, &orders), Err(client::NotFree));
    let replies = [
        "",
        "+OK 5\r\n..\r\na\r\n",
        ".\r\n",
        "-ERR no\r\n",
        "+OK\r\n",
    ];
    let (said, reports) = hears(&mut client, &replies);
    assert_eq!(said, ["RETR 2\r\n", "RETR 9\r\n", "DELE 2\r\n"]);
    let letter = b".\r\na\r\n".to_vec();
    assert_eq!(
        reports,
        [
            client::Report::Fetched { number: 2, letter },
            client::Report::Refused(Order::Fetch(9), Reply::err("no")),
            client::Report::Done(Order::Delete(2)),
            client::Report::Free,
        ]
    );
    client.leave(Time::ZERO).unwrap();
    let (said, reports) = hears(&mut client, &["", "+OK bye\r\n"]);
    assert_eq!(said, ["QUIT\r\n", "(finish)"]);
    assert_eq!(reports, [client::Report::Ended(Ok(()))]);
}

#[test]
fn a_server_without_unique_ids_is_served_as_well() {
    let mut client = new_client();
    let mut replies = OPEN;
    replies[5] = "-ERR what?\r\n";
    let (_, reports) = hears(&mut client, &replies);
    assert!(matches!(&reports[0], client::Report::Listed(listed) if listed[1].uid.is_none()));
}

#[test]
fn each_end_but_a_good_one_says_why() {
    let ends = |replies: &[&str], last: &str| {
        let mut client = new_client();
        let (mut said, mut reports) = hears(&mut client, replies);
        match last {
            "(eof)" => client.handle_eof(Time::ZERO),
            "(silence)" => client.handle_timeout(client.poll_timeout().unwrap()),
            last => client.handle_input(Time::ZERO, last.as_bytes()),
        }
        let (more, rest) = hears(&mut client, &[""]);
        said.extend(more);
        reports.extend(rest);
        (said.pop().unwrap(), reports.pop().unwrap())
    };
    let to = Prompt::Command(Verb::Pass);
    let reply = Reply::err("no");
    let refused = Err(Failure::Refused { reply, to });
    let quit = || "QUIT\r\n".to_owned();
    let (said, end) = ends(&OPEN[..2], "-ERR no\r\n");
    assert_eq!((said, end), (quit(), client::Report::Ended(refused)));
    let awaited = Prompt::Command(Verb::List);
    let lost = client::Report::Ended(Err(Failure::Lost { awaited }));
    assert_eq!(ends(&OPEN[..4], "(eof)"), ("(finish)".into(), lost));
    let late = client::Report::Ended(Err(Failure::TimedOut { awaited }));
    assert_eq!(ends(&OPEN[..4], "(silence)"), ("(abort)".into(), late));
    let endless = "+OK\r\n".to_owned() + &"1 1\r\n".repeat(MAX_ITEMS + 1);
    for (replies, nonsense) in [(&OPEN[..0], "220 hi\r\n"), (&OPEN[..4], endless.as_str())] {
        let (said, end) = ends(replies, nonsense);
        assert_eq!(said, quit());
        assert!(matches!(
            end,
            client::Report::Ended(Err(Failure::Nonsense { .. }))
        ));
    }
}

const DIALOGUE: &[u8] =
    b"CAPA\r\nUSER mrose\r\nPASS secret\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 2 1\r\nDELE 1\r\n\
    RSET\r\nDELE 2\r\nNOOP\r\nQUIT\r\n";

#[test]
fn the_server_keeps_the_five_laws() {
    let scripts = [
        says(DIALOGUE),
        vec![
            Step::Input(DIALOGUE[..60].to_vec()),
            Step::Timeout,
            Step::Eof,
        ],
        vec![
            Step::Input(DIALOGUE[..70].to_vec()),
            Step::Eof,
            Step::Timeout,
        ],
    ];
    laws::check(3000, &scripts, new_server, decide);
}

#[test]
fn the_client_keeps_the_five_laws() {
    let more = "+OK\r\nSubject: x\r\n\r\n..\r\n.\r\n+OK\r\n+OK\r\n-ERR\r\n+OK bye\r\n";
    let all = OPEN.concat() + more;
    let scripts = [
        says(all.as_bytes()),
        vec![
            Step::Input(all.as_bytes()[..40].to_vec()),
            Step::Timeout,
            Step::Eof,
        ],
        vec![Step::Input(all.as_bytes()[..100].to_vec()), Step::Eof],
    ];
    let orders = [
        Order::Fetch(1),
        Order::Delete(1),
        Order::Restore,
        Order::Top(2, 3),
    ];
    let next = move |client: &mut Client, now: Time, report: &client::Report| match report {
        client::Report::Listed(_) => client.order(now, &orders).expect("it is free"),
        client::Report::Refused(Order::Top(..), _) | client::Report::Fetched { .. } => {}
        client::Report::Free => {
            let _ = client.leave(now);
        }
        _ => {}
    };
    laws::check(3000, &scripts, new_client, next);
}

#[test]
fn no_bytes_confuse_the_parsers() {
    let lines = [
        "USER mrose",
        "PASS a b ",
        "TOP 1 20",
        "LIST 3",
        "+OK 2 320",
        "1 whqtswO00WBw418f9t5JxYwZ",
    ];
    let mut rng = Rng::from_seed(1939);
    for round in 0..20_000 {
        parse::fuzz(&laws::mutate(
            lines[round % lines.len()].as_bytes(),
            &mut rng,
        ));
    }
}

#[test]
fn commands_are_read_whatever_their_case() {
    let read = |line: &str| parse::command(line.as_bytes());
    assert_eq!(read("uidl"), Ok(Command::Uidl(None)));
    assert_eq!(
        read("Pass two words "),
        Ok(Command::Pass("two words ".into()))
    );
    assert_eq!(read("TOP 1 0"), Ok(Command::Top(1, 0)));
    for bad in [
        "USER",
        "PASS",
        "RETR",
        "RETR -1",
        "RETR 99999999999",
        "STAT 1",
        "TOP 1 2 3",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn meanings_are_short_and_have_their_section() {
    let mut meanings = vec![meaning::letter()];
    for line in [
        "USER a b", "PASS x", "STAT", "LIST", "LIST 1", "UIDL", "UIDL 1", "RETR 1", "TOP 1 2",
        "DELE 1", "RSET", "NOOP", "CAPA", "QUIT", "APOP a b",
    ] {
        meanings.push(meaning::command(
            &parse::command(line.as_bytes()).expect(line),
        ));
    }
    for to in Verb::ALL
        .map(Prompt::Command)
        .into_iter()
        .chain([Prompt::Connection])
    {
        meanings.push(meaning::reply(&Reply::ok(""), to));
        meanings.push(meaning::reply(&Reply::err(""), to));
    }
    for meaning in meanings {
        assert!(meaning.text.split(' ').count() <= 12, "{meaning:?}");
        assert!(meaning.text.starts_with(char::is_lowercase), "{meaning:?}");
        assert!(!meaning.text.ends_with('.'), "{meaning:?}");
        assert!(meaning.reference.starts_with("RFC "));
    }
}

#[test]
fn who_drips_or_never_ends_is_left() {
    let secs = |s| Time::ZERO + crate::base::Duration::from_secs(s);
    let mut server = new_server();
    server.handle_input(Time::ZERO, b"USER mrose\r\nPASS secret\r\n");
    drain(&mut server);
    let idle = server.poll_timeout().unwrap();
    server.handle_input(secs(10), b"NOO");
    assert_eq!(server.poll_timeout(), Some(idle), "half a line is none");
    let day = 24 * 3600;
    server.handle_input(secs(20), b"P\r\n");
    for at in (100..day).step_by(100) {
        server.handle_input(secs(at), b"NOOP\r\n");
    }
    assert_eq!(server.poll_timeout(), Some(secs(day)));
}

#[test]
fn a_letter_that_never_ends_is_not_heard_out() {
    let options = ClientOptions {
        max_letter: 1000,
        ..ClientOptions::new("mrose", "secret")
    };
    let mut client = Client::new(Time::ZERO, options);
    let greets = "+OK\r\n+OK\r\n+OK\r\n+OK 1 9\r\n+OK\r\n1 9\r\n.\r\n+OK\r\n1 a\r\n.\r\n";
    client.handle_input(Time::ZERO, greets.as_bytes());
    while client.poll_output().is_some() {}
    client.order(Time::ZERO, &[Order::Fetch(1)]).unwrap();
    client.handle_input(Time::ZERO, b"+OK\r\n");
    let due = client.poll_timeout();
    let later = Time::ZERO + crate::base::Duration::from_secs(5);
    client.handle_input(later, &[b'x'; 500]);
    assert_eq!(client.poll_timeout(), due, "half a line is none");
    while client.poll_output().is_some() {}
    client.handle_input(later, &[b'x'; 600]);
    let said: Vec<_> = std::iter::from_fn(|| client.poll_output()).collect();
    assert!(matches!(
        &said[..],
        [Output::Report(client::Report::Ended(Err(_))), Output::Abort]
    ));
}
