//! Stories of a person, an FTP server, and what goes wrong between them.

use super::*;
use crate::base::Content;
use crate::program::contract::TurnKind;
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::rig::{Rig, Scripted, What};

pub(super) const SERVER: &str = "192.0.2.11";
pub(super) const LAPTOP: &str = "192.0.2.10";
pub(super) const REPORT: Content = Content::Generated {
    seed: 7,
    len: 40_000,
};

pub(super) fn server() -> FtpServer {
    FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        files: [("report.pdf", REPORT), ("empty", Content::from_bytes(b""))]
            .into_iter()
            .collect(),
        ..FtpServerConfig::default()
    })
}

pub(super) fn user(mode: DataMode) -> FtpUserConfig {
    FtpUserConfig {
        server: "ftp.example.net".into(),
        user: "ada".into(),
        password: "lovelace".into(),
        mode,
        ..FtpUserConfig::default()
    }
}

/// A rig with a server (host 0) and a laptop (host 1) where Ada types `lines`.
pub(super) fn story(server: impl Program + 'static, config: FtpUserConfig, lines: &[&str]) -> Rig {
    story_in(1460, server, config, lines)
}

pub(super) fn story_in(
    piece: usize,
    server: impl Program + 'static,
    config: FtpUserConfig,
    lines: &[&str],
) -> Rig {
    let mut rig = Rig::new(piece);
    rig.name("ftp.example.net", SERVER);
    rig.host(SERVER, server);
    let laptop = rig.host(LAPTOP, FtpUser::new(config));
    for line in lines {
        rig.types(laptop, "Ada", line);
    }
    rig
}

pub(super) fn outcomes(rig: &Rig) -> Vec<(bool, Option<u16>, &str)> {
    let outcomes = rig.outcomes(1).into_iter();
    outcomes.map(|o| (o.ok, o.code, o.text.as_str())).collect()
}

pub(super) const LOGGED_IN: (bool, Option<u16>, &str) = (true, Some(230), "Logged in as ada.");

#[test]
fn ada_fetches_a_file_in_passive_mode() {
    let lines = ["login", "get report.pdf"];
    let mut rig = story(server(), user(DataMode::Passive), &lines);
    rig.run();
    assert_eq!(
        rig.turns(),
        [
            "220 Wirestage FTP server ready.",
            "USER ada",
            "331 Password, please.",
            "PASS lovelace",
            "230 Welcome, ada.",
            "TYPE I",
            "200 Switching to binary mode.",
            "PASV",
            "227 Entering Passive Mode (192,0,2,11,192,1).",
            "RETR report.pdf",
            "125 Using the open data connection for report.pdf (40000 bytes), in BINARY mode.",
            "report.pdf",
            "226 Transfer complete.",
            "QUIT",
            "221 Goodbye.",
        ]
    );
    let got = (true, Some(226), "Got report.pdf, 40000 bytes.");
    assert_eq!(outcomes(&rig), [LOGGED_IN, got]);
    assert_eq!(
        rig.phases(1),
        [
            "connect",
            "log in",
            "open the data connection",
            "transfer the file",
            "say goodbye"
        ]
    );
    assert_eq!((rig.open(0), rig.open(1)), (0, 0));
    assert_eq!(rig.listening(0), 1, "only the control port is still open");
}

#[test]
fn the_file_that_arrives_is_the_file_that_was_sent() {
    for mode in [DataMode::Active, DataMode::Passive] {
        for piece in [1, 7, 1460, 60_000] {
            let mut rig = story_in(piece, server(), user(mode), &["login", "get report.pdf"]);
            rig.run();
            let data = rig.log.iter().find_map(|e| match &e.what {
                What::Turn(conn, turn) if turn.kind == TurnKind::Data => Some(*conn),
                _ => None,
            });
            assert!(data.is_some());
            let whole = REPORT.read(0..40_000);
            let arrived = rig.heard_bytes(1);
            assert!(arrived.contains(&whole), "{mode:?} in pieces of {piece}");
        }
    }
}

#[test]
fn ada_fetches_a_file_in_active_mode() {
    let lines = ["login", "get report.pdf as copy.pdf", "quit"];
    let mut rig = story(server(), user(DataMode::Active), &lines);
    rig.run();
    let turns = rig.turns();
    let port = "PORT 192,0,2,10,192,1";
    assert_eq!(
        turns[7..9],
        [port, "200 I will connect to 192.0.2.10:49153."]
    );
    let got = (true, Some(226), "Got report.pdf, 40000 bytes.");
    let out = (true, Some(221), "Logged out.");
    assert_eq!(outcomes(&rig), [LOGGED_IN, got, out]);
    assert_eq!(
        rig.local_ports(0),
        [21, 20],
        "the server calls from port 20"
    );
    assert_eq!(rig.listening(1), 0, "the laptop listens no more");
    assert_eq!(rig.notes(1)["file.copy.pdf"], "40000 of 40000 bytes");
}

#[test]
fn progress_is_noted_at_most_twenty_times_or_so() {
    let mut rig = story_in(
        10,
        server(),
        user(DataMode::Passive),
        &["login", "get report.pdf"],
    );
    rig.run();
    let history = rig.history(1, "file.report.pdf");
    assert!((19..=22).contains(&history.len()), "{history:?}");
    assert_eq!(history.last(), Some(&"40000 of 40000 bytes"));
}

#[test]
fn the_server_notes_who_is_there_and_what_they_do() {
    let lines = ["login", "get report.pdf"];
    let mut rig = story(server(), user(DataMode::Passive), &lines);
    rig.run();
    for (key, values) in [
        ("sessions", vec!["0", "1", "0"]),
        ("session.1.user", vec!["ada", ""]),
        ("session.1.type", vec!["text", "binary", ""]),
        ("session.1.mode", vec!["passive, at 192.0.2.11:49153", ""]),
        (
            "session.1.transfer",
            vec![
                "report.pdf, 0 of 40000 bytes",
                "report.pdf, 20000 of 40000 bytes",
                "",
            ],
        ),
    ] {
        assert_eq!(rig.history(0, key), values, "{key}");
    }
    let notes = rig.notes(0);
    assert_eq!(
        notes.keys().copied().collect::<Vec<_>>(),
        ["listens", "sessions"]
    );
}

#[test]
fn two_files_share_one_type_command() {
    let lines = ["login", "get report.pdf", "get empty"];
    for mode in [DataMode::Active, DataMode::Passive] {
        let mut rig = story(server(), user(mode), &lines);
        rig.run();
        let types = rig.turns().iter().filter(|t| **t == "TYPE I").count();
        assert_eq!(types, 1);
        let empty = (true, Some(226), "Got empty, 0 bytes.");
        assert_eq!(outcomes(&rig)[2], empty, "{mode:?}");
    }
}

#[test]
fn a_wrong_password_drops_what_was_to_come() {
    let config = FtpUserConfig {
        password: "byron".into(),
        ..user(DataMode::Passive)
    };
    let mut rig = story(server(), config, &["login", "get report.pdf"]);
    rig.run();
    let refused = (
        false,
        Some(530),
        "The login was refused: 530 Login incorrect.",
    );
    assert_eq!(outcomes(&rig), [refused]);
    assert_eq!(rig.turns().last(), Some(&"221 Goodbye."));
}

#[test]
fn a_missing_file_does_not_stop_the_next() {
    for mode in [DataMode::Active, DataMode::Passive] {
        let lines = ["login", "get nothing.txt", "get report.pdf"];
        let mut rig = story(server(), user(mode), &lines);
        rig.run();
        let missing = (
            false,
            Some(550),
            "nothing.txt did not come: 550 nothing.txt: no such file.",
        );
        assert_eq!(outcomes(&rig)[1], missing);
        assert!(outcomes(&rig)[2].0, "{mode:?}");
        assert_eq!((rig.open(0), rig.open(1)), (0, 0));
        assert_eq!((rig.listening(0), rig.listening(1)), (1, 0));
    }
}

#[test]
fn a_server_that_cannot_call_back_says_425() {
    let mut rig = story(
        server(),
        user(DataMode::Active),
        &["login", "get report.pdf"],
    );
    rig.block(0, 1);
    rig.run();
    let refused = (
        false,
        Some(425),
        "report.pdf did not come: 425 Cannot open a data connection to you: \
         no answer for too long.",
    );
    assert_eq!(outcomes(&rig)[1], refused);
    assert_eq!(rig.turns().last(), Some(&"221 Goodbye."));
    assert_eq!(rig.listening(1), 0);
}

#[test]
fn a_data_connection_nobody_takes_is_an_outcome() {
    let answers = [
        "331 a\r\n",
        "230 b\r\n",
        "200 c\r\n",
        "227 (192,0,2,11,1,1)\r\n",
        "221 d\r\n",
    ];
    let server = Scripted::server(21, "220 x\r\n", &answers);
    let mut rig = story(
        server,
        user(DataMode::Passive),
        &["login", "get report.pdf"],
    );
    rig.run();
    let refused = (
        false,
        None,
        "The data connection to 192.0.2.11 port 257 did not open: refused: nobody listens there.",
    );
    assert_eq!(outcomes(&rig), [LOGGED_IN, refused]);
}

#[test]
fn a_connection_reset_amid_the_transfer_is_426() {
    for mode in [DataMode::Active, DataMode::Passive] {
        let mut rig = story(server(), user(mode), &["login", "get report.pdf"]);
        rig.reset_after(1, 10_000);
        rig.run();
        let (ok, code, text) = outcomes(&rig)[1];
        assert_eq!((ok, code), (false, Some(426)), "{text}");
        assert!(text.starts_with("report.pdf broke off after 10220 bytes: 426 "));
        assert_eq!(rig.notes(1)["file.report.pdf"], "10220 of 40000 bytes");
        assert_eq!(rig.turns().last(), Some(&"221 Goodbye."));
        assert_eq!((rig.open(0), rig.open(1)), (0, 0));
    }
}

#[test]
fn a_server_that_vanishes_is_given_up() {
    let mut rig = story(
        server(),
        user(DataMode::Passive),
        &["login", "get report.pdf"],
    );
    rig.run_until(Time::ZERO + Duration::from_millis(100));
    rig.vanish(0);
    rig.run();
    let (ok, code, text) = *outcomes(&rig).last().unwrap();
    assert_eq!((ok, code), (false, None));
    assert!(text.contains("no answer for too long"), "{text}");
    assert_eq!(rig.open(1), 0);
}

#[test]
fn a_server_shut_down_breaks_the_session() {
    let mut rig = story(
        server(),
        user(DataMode::Passive),
        &["login", "get report.pdf"],
    );
    rig.run_until(Time::ZERO + Duration::from_millis(150));
    rig.stop(0);
    rig.run();
    let (ok, _, text) = *outcomes(&rig).last().unwrap();
    assert!(!ok);
    assert!(text.starts_with("The control connection broke"), "{text}");
    assert_eq!((rig.open(0), rig.open(1)), (0, 0));
}

#[test]
fn a_name_without_an_address_ends_at_once() {
    let config = FtpUserConfig {
        server: "nowhere.example".into(),
        ..user(DataMode::Passive)
    };
    let mut rig = story(server(), config, &["login", "get report.pdf"]);
    rig.run();
    let text = "No address is known for nowhere.example.";
    assert_eq!(outcomes(&rig), [(false, None, text)]);
}

#[test]
fn a_host_without_a_server_refuses() {
    let other = Scripted::server(25, "220 x\r\n", &[]);
    let mut rig = story(other, user(DataMode::Passive), &["login"]);
    rig.run();
    let text = "ftp.example.net cannot be reached at 192.0.2.11 port 21: \
                refused: nobody listens there.";
    assert_eq!(outcomes(&rig), [(false, None, text)]);
}

#[test]
fn a_server_that_never_greets_is_given_up() {
    let silent = Scripted::server(21, "", &[]);
    let mut rig = story(silent, user(DataMode::Passive), &["login", "quit"]);
    rig.run();
    let text = "Nothing happened for 120 seconds.";
    assert_eq!(outcomes(&rig), [(false, None, text)]);
    assert_eq!(rig.open(1), 0);
}

#[test]
fn odd_servers_get_a_plain_sentence() {
    for (greeting, answers, code, text) in [
        (
            "SSH-2.0-x\r\n",
            vec![],
            None,
            "The server sent a reply without a three-digit code.",
        ),
        (
            "421 Too many users.\r\n",
            vec![],
            Some(421),
            "The server does not let us in: 421 Too many users.",
        ),
        ("220 x\r\n", vec![""], None, "The server hung up."),
        (
            "220 x\r\n",
            vec!["421 Shutting down.\r\n", ""],
            Some(421),
            "The server ended the session at USER: 421 Shutting down.",
        ),
        (
            "220 x\r\n",
            vec!["332 Account?\r\n", "221 \r\n"],
            Some(332),
            "The login was refused: 332 Account?.",
        ),
    ] {
        let server = Scripted::server(21, greeting, &answers);
        let mut rig = story(server, user(DataMode::Passive), &["login", "get a"]);
        rig.run();
        assert_eq!(outcomes(&rig), [(false, code, text)]);
        assert_eq!(rig.open(1), 0, "{greeting}");
    }
}

#[test]
fn what_the_program_does_not_know_it_says() {
    let mut rig = story(
        server(),
        user(DataMode::Passive),
        &["dance", "get a", "quit"],
    );
    rig.run();
    let texts = [
        "An ftp client does not know \"dance\": it knows login, cd, pwd, ls, dir, names, get, put, \
         append, resume, rename, move, delete, mkdir, rmdir, size, time, status, features, system, \
         help, mode, type, abort, quote, wait and quit.",
        "There is no session: type login first.",
        "There is no session to quit.",
    ];
    assert_eq!(outcomes(&rig), texts.map(|text| (false, None, text)));
}

#[test]
fn ada_may_log_in_again_after_quitting() {
    let lines = ["login", "quit", "login", "get report.pdf"];
    let mut rig = story(server(), user(DataMode::Passive), &lines);
    rig.run();
    let ok: Vec<bool> = outcomes(&rig).iter().map(|o| o.0).collect();
    assert_eq!(ok, [true, true, true, true]);
}

#[test]
fn every_turn_has_a_meaning_of_a_dozen_words_at_most() {
    for mode in [DataMode::Active, DataMode::Passive] {
        let mut rig = story(server(), user(mode), &["login", "get report.pdf"]);
        rig.run();
        for entry in &rig.log {
            if let What::Turn(_, turn) = &entry.what {
                let words = turn.meaning.split(' ').count();
                assert!((1..=12).contains(&words), "{turn:?}");
                assert!(turn.reference.starts_with("RFC "), "{turn:?}");
            }
        }
    }
}

#[test]
fn a_received_file_is_a_range_of_its_stream_and_no_copy() {
    let server: IpAddr = SERVER.parse().unwrap();
    let at = |port| SocketAddr::new(server, port);
    let mut ada = FtpUser::new(FtpUserConfig {
        server: SERVER.into(),
        ..user(DataMode::Passive)
    });
    let mut tell = |input: Input<'_>| {
        ada.handle(Time::ZERO, input);
        while ada.poll_request().is_some() {}
    };
    let (control, data) = (ConnId(3), ConnId(8));
    for text in ["login", "get report.pdf as copy.pdf"] {
        tell(Input::Typed {
            person: "Ada",
            text,
        });
    }
    for (token, conn, port, replies) in [
        (
            1,
            control,
            21,
            "220 a\r\n331 b\r\n230 c\r\n200 d\r\n227 192,0,2,11,9,9\r\n",
        ),
        (2, data, 2313, "150 e\r\n226 f\r\n"),
    ] {
        tell(Input::Connected {
            token,
            conn,
            local: at(1),
            remote: at(port),
        });
        tell(Input::Data {
            conn: control,
            offset: 0,
            bytes: replies.as_bytes(),
        });
    }
    for offset in [0, 500] {
        tell(Input::Data {
            conn: data,
            offset,
            bytes: &[0; 500],
        });
    }
    tell(Input::Eof { conn: data });
    let received = Content::Received {
        conn: data,
        start: 0,
        len: 1000,
    };
    assert_eq!(ada.files().get("copy.pdf"), Some(&received));
}

#[test]
fn logging_in_again_does_not_reset_what_said_goodbye() {
    let at = |port| SocketAddr::new(SERVER.parse().unwrap(), port);
    let mut ada = FtpUser::new(FtpUserConfig {
        server: SERVER.into(),
        ..user(DataMode::Passive)
    });
    let mut asked = Vec::new();
    let mut tell = |input: Input<'_>| {
        ada.handle(Time::ZERO, input);
        asked.extend(std::iter::from_fn(|| ada.poll_request()));
    };
    for text in ["login", "quit", "login"] {
        tell(Input::Typed {
            person: "Ada",
            text,
        });
    }
    let conn = ConnId(3);
    tell(Input::Connected {
        token: 1,
        conn,
        local: at(1),
        remote: at(21),
    });
    tell(Input::Data {
        conn,
        offset: 0,
        bytes: b"220 a\r\n331 b\r\n230 c\r\n221 d\r\n",
    });
    let connects = asked
        .iter()
        .filter(|r| matches!(r, Request::Connect { .. }))
        .count();
    assert_eq!(connects, 2);
    assert!(asked.contains(&Request::Finish { conn }));
    assert!(!asked.contains(&Request::Abort { conn }));
}

#[test]
fn a_name_that_speaks_of_bytes_is_no_size() {
    let content = Content::from_bytes(b"Hello.\n");
    let server = FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        files: [("about 5 bytes.txt", content)].into_iter().collect(),
        ..FtpServerConfig::default()
    });
    let lines = ["login", "get about 5 bytes.txt"];
    let mut rig = story(server, user(DataMode::Passive), &lines);
    rig.run();
    let got = (true, Some(226), "Got about 5 bytes.txt, 7 bytes.");
    assert_eq!(outcomes(&rig)[1], got);
}
