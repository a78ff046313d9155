//! Stories of what might harm a file, a name or the server, and must not.

use super::tests::{SERVER, codes, config};
use super::tests_hand::{CLIENT, Hand, ada};
use super::*;
use crate::base::Duration;
use crate::program::rig::Rig;

/// Two clients at once, each with its script, logged in as Ada; the second is host 2.
fn two(scripts: [&[&str]; 2]) -> Rig {
    let mut rig = Rig::new(7);
    rig.host(SERVER, FtpServer::new(config()));
    for (addr, script) in [CLIENT, "192.0.2.12"].into_iter().zip(scripts) {
        let mut lines = vec!["USER ada", "PASS lovelace", "TYPE I"];
        lines.extend(script);
        rig.host(addr, Hand::new(&lines));
    }
    rig.run();
    rig
}

/// The codes that a client heard behind its login.
fn then(rig: &Rig, host: usize) -> String {
    let heard = rig.heard(host).remove(0);
    codes(&heard)[4..].join(" ")
}

fn text(rig: &Rig, path: &str) -> Option<String> {
    let file = rig.kept(0).get(path)?.clone()?;
    Some(String::from_utf8(file).expect("text"))
}

const SLOWLY: [&str; 9] = [
    "PASV",
    "open",
    "> STOR b",
    "bring abc",
    "wait 5",
    "bring def",
    "finish",
    "hear",
    "QUIT",
];

#[test]
fn a_place_to_begin_at_is_not_forgotten_where_the_type_changes() {
    for command in ["RETR a.txt", "STOR a.txt"] {
        let script = [
            "TYPE I",
            "REST 3",
            "TYPE A",
            "PASV",
            "open",
            command,
            "TYPE I",
            "SIZE a.txt",
            "QUIT",
        ];
        let told = ada(config(), &script);
        assert_eq!(told.then(), "200 350 200 227 554 200 213 221", "{command}");
        assert_eq!(told.file("/a.txt").as_deref(), Some("Hello.\n"));
    }
}

#[test]
fn a_file_that_somebody_else_replaces_is_not_said_to_have_come() {
    let other = [
        "wait 2",
        "PASV",
        "open",
        "> STOR b",
        "bring zzzz",
        "finish",
        "hear",
        "QUIT",
    ];
    let rig = two([&SLOWLY, &other]);
    assert_eq!(then(&rig, 1), "227 125 451 221");
    assert_eq!(then(&rig, 2), "227 125 226 221");
    assert_eq!(text(&rig, "/b").as_deref(), Some("zzzz"));
}

#[test]
fn a_file_that_is_renamed_or_removed_while_it_comes_is_not_said_to_be_whole() {
    let rig = two([&SLOWLY, &["wait 2", "RNFR b", "RNTO c", "QUIT"]]);
    assert_eq!(then(&rig, 1), "227 125 451 221");
    assert_eq!(then(&rig, 2), "350 250 221");
    assert_eq!(
        (text(&rig, "/b"), text(&rig, "/c").as_deref()),
        (None, Some("abc"))
    );
    // A folder of that name stays one.
    let rig = two([&SLOWLY, &["wait 2", "DELE b", "MKD b", "MKD b/in", "QUIT"]]);
    assert_eq!(then(&rig, 1), "227 125 451 221");
    assert_eq!(rig.kept(0).get("/b"), Some(&None));
    assert_eq!(rig.kept(0).get("/b/in"), Some(&None));
}

#[test]
fn what_is_to_be_added_to_must_be_there_still_when_the_bytes_come() {
    let late = ["PASV", "> APPE a.txt", "wait 5", "open", "hear", "QUIT"];
    let other = [
        "wait 2",
        "PASV",
        "open",
        "> STOR a.txt",
        "bring new",
        "finish",
        "hear",
        "QUIT",
    ];
    let rig = two([&late, &other]);
    assert_eq!(then(&rig, 1), "227 150 450 221");
    assert_eq!(text(&rig, "/a.txt").as_deref(), Some("new"));
    // And the folder that it goes into.
    let late = [
        "MKD d",
        "PASV",
        "> STOR d/x",
        "wait 5",
        "open",
        "hear",
        "QUIT",
    ];
    let rig = two([&late, &["wait 2", "RMD d", "QUIT"]]);
    assert_eq!(then(&rig, 1), "257 227 150 450 221");
    assert_eq!(
        (rig.kept(0).get("/d"), rig.kept(0).get("/d/x")),
        (None, None)
    );
}

#[test]
fn two_files_without_a_name_do_not_take_the_same_one() {
    let late = ["PASV", "> STOU", "wait 5", "open", "hear", "QUIT"];
    let other = [
        "wait 2",
        "PASV",
        "open",
        "> STOU",
        "bring new",
        "finish",
        "hear",
        "QUIT",
    ];
    let rig = two([&late, &other]);
    assert_eq!(then(&rig, 1), "227 150 450 221");
    assert_eq!(text(&rig, "/file").as_deref(), Some("new"));
}

#[test]
fn who_closes_the_control_connection_breaks_the_transfer_off() {
    let script = [
        "TYPE I",
        "PASV",
        "open",
        "> STOR b",
        "bring abc",
        "wait 1",
        "leave",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "200 227 125 426");
    assert_eq!(told.file("/b").as_deref(), Some("abc"));
    assert_eq!(told.rig.notes(0)["sessions"], "0");
    assert!(
        told.rig.now < Time::ZERO + Duration::from_secs(10),
        "at once"
    );
}

#[test]
fn names_that_nobody_could_write_are_refused() {
    let long = "x".repeat(256);
    let (make, store) = (format!("MKD {long}"), format!("STOR {long}"));
    let script = [
        &*make,
        "MKD a\u{1}b",
        "MKD \u{fffd}",
        "PASV",
        &*store,
        "STOR a\0b",
        "RNFR a.txt",
        "RNTO a\tb",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "550 550 550 227 553 553 350 553 221");
    assert_eq!(told.rig.kept(0).len(), 1, "nothing was made");
}

#[test]
fn paths_do_not_grow_for_ever() {
    let name = "x".repeat(250);
    let (make, enter) = (format!("MKD {name}"), format!("CWD {name}"));
    let mut script = Vec::new();
    for _ in 0..20 {
        script.extend([&*make, &*enter]);
    }
    script.push("QUIT");
    let told = ada(config(), &script);
    let longest = told.rig.kept(0).keys().map(|path| path.len()).max();
    assert!(
        longest.is_some_and(|len| (3000..=4096).contains(&len)),
        "{longest:?}"
    );
    // Nor where a deep folder is put into another.
    let mut script: Vec<&str> = script[..20].to_vec();
    script.extend(["CWD /", "MKD y"]);
    let deep = format!("y/{name}");
    let again = format!("RNTO {deep}/{name}");
    let rename = format!("RNFR {name}");
    script.extend([&*make, "RNFR y"]);
    let into = format!("RNTO {}z", format!("{name}/").repeat(9));
    script.extend([&*into, &*rename, &*again, "QUIT"]);
    let told = ada(config(), &script);
    let longest = told.rig.kept(0).keys().map(|path| path.len()).max();
    assert!(longest.is_some_and(|len| len <= 4096), "{longest:?}");
}

#[test]
fn no_folder_that_moves_makes_a_path_too_long() {
    let name = "x".repeat(250);
    let (make, enter) = (format!("MKD {name}"), format!("CWD {name}"));
    let mut script = Vec::new();
    for top in ["MKD a", "MKD b"] {
        script.extend([top, if top == "MKD a" { "CWD a" } else { "CWD b" }]);
        for _ in 0..10 {
            script.extend([&*make, &*enter]);
        }
        script.push("CWD /");
    }
    let into = format!("RNTO b/{}a", format!("{name}/").repeat(10));
    script.extend(["RNFR a", &*into, "QUIT"]);
    let told = ada(config(), &script);
    assert!(told.then().ends_with("350 553 221"), "{}", told.then());
}

/// Connects, and neither says anything nor leaves.
struct Stubborn(Option<Request>);

impl Program for Stubborn {
    fn handle(&mut self, _: Time, input: Input<'_>) {
        if let Input::Started = input {
            self.0 = Some(Request::Connect {
                token: 0,
                to: format!("{SERVER}:21").parse().expect("an endpoint"),
                local_port: None,
            });
        }
    }

    fn poll_timeout(&self) -> Option<Time> {
        None
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.0.take()
    }
}

#[test]
fn who_was_sent_away_and_does_not_leave_is_cut_off() {
    let mut rig = Rig::new(100);
    let full = FtpServerConfig {
        sessions: Some(0),
        ..config()
    };
    rig.host(SERVER, FtpServer::new(full));
    for last in 10..20 {
        rig.host(&format!("192.0.2.{last}"), Stubborn(None));
    }
    rig.run();
    assert!(rig.heard(1)[0].starts_with("421 "));
    assert_eq!((rig.open(0), rig.open(1)), (0, 0));
}
