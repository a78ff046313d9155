//! Stories of files that are broken off, asked about, lost and tried again.

use super::tests::{outcomes, server, story, story_in, user};
use super::*;
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::rig::{Rig, Scripted};

const BIG: Content = Content::Generated {
    seed: 3,
    len: 400_000,
};

fn keeper() -> FtpServer {
    FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        files: [("big.iso", BIG)].into_iter().collect(),
        ..FtpServerConfig::default()
    })
}

fn ada(mode: DataMode) -> FtpUserConfig {
    FtpUserConfig {
        files: [("own.iso", BIG)].into_iter().collect(),
        ..user(mode)
    }
}

fn texts(rig: &Rig) -> Vec<&str> {
    outcomes(rig).into_iter().map(|o| o.2).collect()
}

#[test]
fn a_file_is_broken_off_and_fetched_on() {
    for mode in [DataMode::Active, DataMode::Passive] {
        let lines = [
            "login",
            "get big.iso, abort after 100 kB",
            "pwd",
            "resume big.iso",
        ];
        let mut rig = story(keeper(), ada(mode), &lines);
        rig.run();
        let told = outcomes(&rig);
        assert!(told.iter().all(|o| o.0), "{told:?}");
        assert!(
            told[1].2.starts_with("big.iso was broken off after "),
            "{told:?}"
        );
        assert_eq!(told[3].2, "Got big.iso, 400000 bytes.");
        assert_eq!((rig.open(0), rig.open(1)), (0, 0));
    }
}

#[test]
fn a_file_that_goes_is_broken_off_and_brought_on() {
    let lines = [
        "login",
        "put own.iso, abort after 100 kB",
        "size own.iso",
        "resume put own.iso",
    ];
    let mut rig = story(keeper(), ada(DataMode::Passive), &lines);
    rig.run();
    assert_eq!(
        texts(&rig)[1..],
        [
            "own.iso was broken off after 100000 bytes; it has 400000 bytes.",
            "own.iso has 100000 bytes.",
            "Put own.iso, 400000 bytes."
        ]
    );
}

#[test]
fn the_server_tells_how_far_a_file_is() {
    let lines = [
        "login",
        "get big.iso, status after 100 kB",
        "put own.iso, status after 100 kB",
    ];
    let mut rig = story(keeper(), ada(DataMode::Passive), &lines);
    rig.run();
    let told = texts(&rig);
    assert!(
        told[1].starts_with("Got big.iso, 400000 bytes. On its way the server said: 21"),
        "{told:?}"
    );
    assert!(
        told[2].starts_with("Put own.iso, 400000 bytes. On its way the server said: 21"),
        "{told:?}"
    );
}

#[test]
fn who_hangs_up_may_come_back_and_go_on() {
    let lines = [
        "login",
        "get big.iso, hang up after 100 kB",
        "login",
        "resume big.iso",
    ];
    let mut rig = story(keeper(), ada(DataMode::Passive), &lines);
    rig.run();
    let told = texts(&rig);
    assert!(told[1].starts_with("Hung up after 1"), "{told:?}");
    assert_eq!(
        told[2..],
        ["Logged in as ada.", "Got big.iso, 400000 bytes."]
    );
    assert_eq!((rig.open(0), rig.open(1)), (0, 0));
}

#[test]
fn what_is_typed_meanwhile_acts_at_once() {
    for (line, ends) in [("abort", false), ("status", true)] {
        let mut rig = story(keeper(), ada(DataMode::Passive), &["login", "get big.iso"]);
        // In the midst of the file.
        while !rig.turns().contains(&"big.iso") {
            rig.run_until(rig.now + Duration::from_millis(1));
        }
        rig.types(1, "Ada", line);
        rig.run();
        let told = outcomes(&rig);
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!((told[1].0, told[2].0), (true, ends), "{told:?}");
    }
    let mut rig = story(
        keeper(),
        ada(DataMode::Passive),
        &["abort", "login", "abort"],
    );
    rig.run();
    assert_eq!(texts(&rig)[0], "There is nothing to break off.");
    assert_eq!(outcomes(&rig)[2].1.map(|code| code / 10), Some(22));
}

#[test]
fn a_broken_data_connection_is_tried_again_where_it_broke() {
    for mode in [DataMode::Active, DataMode::Passive, DataMode::Extended] {
        let config = FtpUserConfig {
            retries: 2,
            ..ada(mode)
        };
        let mut rig = story_in(1460, keeper(), config, &["login", "get big.iso"]);
        rig.reset_after(1, 100_000);
        rig.run();
        assert_eq!(
            texts(&rig)[1],
            "Got big.iso, 400000 bytes. (try 2)",
            "{mode:?}"
        );
        assert!(rig.turns().iter().any(|turn| turn.starts_with("REST 1")));
        assert!(rig.history(1, "try")[0].starts_with("2 of 3: big.iso broke off after "));
    }
}

#[test]
fn a_lost_session_is_opened_again_and_the_folder_found() {
    let config = FtpUserConfig {
        retries: 1,
        retry_after: Duration::from_secs(1),
        ..ada(DataMode::Passive)
    };
    let server = FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        files: [("docs/big.iso", BIG)].into_iter().collect(),
        idle: Some(Duration::from_secs(30)),
        ..FtpServerConfig::default()
    });
    let lines = ["login", "cd docs", "wait 1 min", "get big.iso"];
    let mut rig = story(server, config, &lines);
    rig.run();
    assert_eq!(texts(&rig)[3], "Got big.iso, 400000 bytes.");
    let turns = rig.turns();
    assert_eq!(
        turns.iter().filter(|t| t.starts_with("CWD ")).count(),
        2,
        "{turns:?}"
    );
}

#[test]
fn a_full_server_is_called_again_as_often_as_may_be() {
    let busy = Scripted::server(21, "421 Busy.\r\n", &[]);
    let config = FtpUserConfig {
        retries: 2,
        ..ada(DataMode::Passive)
    };
    let mut rig = story(busy, config, &["login", "get big.iso"]);
    rig.run();
    let text = "The server does not let us in: 421 Busy. (try 3)";
    assert_eq!(outcomes(&rig), [(false, Some(421), text)]);
    assert_eq!(rig.phases(1), ["connect"; 3]);
    assert!(rig.now >= Time::ZERO + Duration::from_secs(10));
}

#[test]
fn a_server_that_dies_is_tried_again_and_given_up() {
    let config = FtpUserConfig {
        retries: 1,
        ..ada(DataMode::Passive)
    };
    let mut rig = story(server(), config, &["login", "get report.pdf", "ls"]);
    rig.run_until(Time::ZERO + Duration::from_millis(100));
    rig.vanish(0);
    rig.run();
    let told = outcomes(&rig);
    assert!(told.last().unwrap().2.ends_with("(try 2)"), "{told:?}");
    assert_eq!(rig.open(1), 0);
}
