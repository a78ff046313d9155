//! Stories of servers that answer too little, too much or too late.

use super::tests::{outcomes, server, story, user};
use super::*;
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::rig::{Rig, Scripted};

fn again() -> FtpUserConfig {
    FtpUserConfig {
        retries: 1,
        ..user(DataMode::Passive)
    }
}

/// Sends some bytes to whoever connects to port 2000.
struct Giver {
    bytes: Vec<u8>,
    finishes: bool,
    requests: VecDeque<Request>,
}

impl Program for Giver {
    fn handle(&mut self, _: Time, input: Input<'_>) {
        match input {
            Input::Started => self.requests.push_back(Request::Listen {
                token: 0,
                addr: None,
                port: Some(2000),
            }),
            Input::Accepted { conn, .. } => {
                self.requests.push_back(Request::Send {
                    conn,
                    bytes: self.bytes.clone(),
                    turn: None,
                });
                if self.finishes {
                    self.requests.push_back(Request::Finish { conn });
                }
            }
            Input::Eof { conn } => self.requests.push_back(Request::Finish { conn }),
            _ => {}
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}

const THERE: &str = "227 Entering Passive Mode (192,0,2,12,7,208).\r\n";

/// A server that says `answers` to what follows the login, and where it sends the data from.
fn played(
    config: FtpUserConfig,
    answers: &[&'static str],
    (bytes, finishes): (&[u8], bool),
    lines: &[&str],
) -> Rig {
    let mut all = vec!["331 b\r\n", "230 c\r\n"];
    all.extend(answers);
    let mut rig = story(Scripted::server(21, "220 a\r\n", &all), config, lines);
    rig.host(
        "192.0.2.12",
        Giver {
            bytes: bytes.to_vec(),
            finishes,
            requests: VecDeque::new(),
        },
    );
    rig.run();
    rig
}

#[test]
fn a_server_that_answers_abor_only_once_is_not_waited_for_for_ever() {
    for once in ["226 Once.\r\n", "426 Once.\r\n"] {
        let begun = "150 It comes (5000 bytes).\r\n";
        let answers = [
            "200 d\r\n",
            THERE,
            begun,
            once,
            "257 \"/x\"\r\n",
            "221 e\r\n",
        ];
        let lines = ["login", "get big.iso, abort after 1 kB", "pwd"];
        let half = ([b'x'; 3000].as_slice(), false);
        let rig = played(user(DataMode::Passive), &answers, half, &lines);
        let told = outcomes(&rig);
        let text = "big.iso was broken off after 3000 bytes; it has 5000 bytes.";
        assert_eq!((told[1].0, told[1].2), (true, text), "{once}");
        assert_eq!(told[2], (true, Some(257), "The folder is /x."));
        assert!(rig.now < Time::ZERO + Duration::from_secs(30));
    }
}

#[test]
fn a_late_answer_is_not_taken_for_that_to_the_next_command() {
    let begun = "150 It comes (5000 bytes).\r\n";
    let both = "426 It broke.\r\n211 Fine.\r\n";
    let answers = [
        "200 d\r\n",
        THERE,
        begun,
        both,
        "257 \"/x\"\r\n",
        "221 e\r\n",
    ];
    let lines = ["login", "get big.iso, status after 1 kB", "pwd"];
    let half = ([b'x'; 3000].as_slice(), false);
    let rig = played(user(DataMode::Passive), &answers, half, &lines);
    let told = outcomes(&rig);
    assert_eq!((told[1].0, told[1].1), (false, Some(426)), "{told:?}");
    assert_eq!(told[2], (true, Some(257), "The folder is /x."));
}

#[test]
fn what_was_done_before_the_answer_was_lost_is_not_called_a_failure() {
    let back = [
        "331 b\r\n",
        "230 c\r\n",
        "550 There is none.\r\n",
        "221 e\r\n",
    ];
    let lost = |before: &[&'static str], line: &str| {
        let mut answers = before.to_vec();
        answers.push("");
        answers.extend(back);
        let lines = ["login", line];
        let rig = played(again(), &answers, (b"", true), &lines);
        let told = outcomes(&rig);
        (told[1].0, told[1].2.to_owned())
    };
    let told = |text: &str| (true, format!("{text} The first answer was lost. (try 2)"));
    assert_eq!(lost(&[], "delete a"), told("Deleted a."));
    assert_eq!(lost(&[], "mkdir a"), told("Made the folder a."));
    assert_eq!(lost(&[], "rmdir a"), told("Removed the folder a."));
    assert_eq!(
        lost(&["350 d\r\n"], "rename a to b"),
        told("Renamed a to b.")
    );
    // Nobody knows that there ever was one.
    assert!(!lost(&[], "rename a to b").0);
    assert!(!lost(&[], "cd a").0);
}

#[test]
fn who_types_abort_before_another_try_is_heard_at_once() {
    let busy = Scripted::server(21, "421 Busy.\r\n", &[]);
    let config = FtpUserConfig {
        retries: 5,
        retry_after: Duration::from_secs(60),
        ..user(DataMode::Passive)
    };
    let mut rig = story(busy, config, &["login", "get a"]);
    rig.run_until(Time::ZERO + Duration::from_secs(5));
    rig.types(1, "Ada", "abort");
    rig.run();
    let gave_up = (false, None, "It was not tried again. (try 2)");
    let heard = (true, None, "Nothing more is tried.");
    assert_eq!(outcomes(&rig), [gave_up, heard]);
    assert!(rig.now < Time::ZERO + Duration::from_secs(70));
    assert_eq!(rig.phases(1), ["connect"], "nobody called again");
}

#[test]
fn a_list_comes_by_list_where_mlsd_is_unknown() {
    let row = b"-rw-r--r--   1 ada      staff       40000 Jan  1  2025 report.pdf\r\n";
    for unknown in ["500 What?\r\n", "502 No.\r\n"] {
        let list = "150 It comes.\r\n226 Done.\r\n";
        let answers = [THERE, unknown, THERE, list, THERE, list, "221 e\r\n"];
        let lines = ["login", "ls", "ls"];
        let rig = played(user(DataMode::Passive), &answers, (row, true), &lines);
        let told = outcomes(&rig);
        let text = "There is 1 file: report.pdf.";
        assert_eq!(told[1..], [(true, Some(226), text); 2]);
        let heard = rig.heard(0).concat();
        assert_eq!(heard.matches("MLSD").count(), 1, "it is asked for once");
    }
}

#[test]
fn a_reply_of_ten_thousand_lines_is_not_kept() {
    let mut endless = "211-All of it:\r\n".to_owned();
    endless += &" line\r\n".repeat(10_000);
    endless += "211 End.\r\n";
    let answers = [&*endless.leak(), "221 e\r\n"];
    let rig = played(
        user(DataMode::Passive),
        &answers,
        (b"", true),
        &["login", "status"],
    );
    let text = "The server sent a reply without end.";
    assert_eq!(outcomes(&rig)[1], (false, None, text));
}

#[test]
fn what_is_typed_alone_is_asked_and_told() {
    let lines = [
        "login",
        "features",
        "system",
        "help",
        "status",
        "time report.pdf",
        "names",
        "dir",
    ];
    let mut rig = story(server(), user(DataMode::Passive), &lines);
    rig.run();
    let codes: Vec<_> = outcomes(&rig).iter().map(|o| (o.0, o.1)).collect();
    let expected = [230, 211, 215, 214, 211, 213, 226, 226];
    assert_eq!(codes, expected.map(|code| (true, Some(code))));
}

#[test]
fn a_text_is_fetched_anew_even_where_nothing_is_converted_here() {
    let text = "A line.\n".repeat(5000);
    let keeper = FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        files: [("text.txt", Content::from_bytes(text.as_bytes()))]
            .into_iter()
            .collect(),
        ..FtpServerConfig::default()
    });
    let config = FtpUserConfig {
        line_ends: LineEnds::Crlf,
        ..again()
    };
    let lines = ["login", "type ascii", "get text.txt", "resume text.txt"];
    let mut rig = story(keeper, config, &lines);
    rig.reset_after(1, 20_000);
    rig.run();
    let told = outcomes(&rig);
    assert_eq!(told[2].2, "Got text.txt, 45000 bytes. (try 2)");
    assert!(told[3].2.starts_with("A text whose line ends may change"));
    assert!(rig.turns().iter().all(|turn| !turn.starts_with("REST")));
    let came = rig.kept(1)["/text.txt"].clone();
    assert_eq!(came, Some(text.replace('\n', "\r\n").into_bytes()));
}
