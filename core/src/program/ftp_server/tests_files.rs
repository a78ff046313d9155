//! Stories of files that come and go.

use super::tests::config;
use super::tests_hand::{Told, ada, play};
use super::*;
use crate::base::{Content, Duration};

const PASSIVE: [&str; 2] = ["PASV", "open"];

/// Brings a text in pieces, as this command says, over a passive data connection.
fn brings(
    config: FtpServerConfig,
    piece: usize,
    before: &[&str],
    command: &str,
    text: &str,
) -> Told {
    let (command, text) = (format!("> {command}"), format!("bring {text}"));
    let mut script = vec!["USER ada", "PASS lovelace"];
    script.extend(before);
    script.extend(PASSIVE);
    script.extend([command.as_str(), text.as_str(), "finish", "hear", "QUIT"]);
    play(config, piece, &script)
}

#[test]
fn a_file_comes_and_goes_back_the_same() {
    for piece in [1, 3, 1000] {
        let script = [
            "USER ada",
            "PASS lovelace",
            "TYPE I",
            "PASV",
            "open",
            "> STOR new.txt",
            "bring One.\r\nTwo.\n",
            "finish",
            "hear",
            "PASV",
            "open",
            "RETR new.txt",
            "QUIT",
        ];
        let told = play(config(), piece, &script);
        assert_eq!(told.codes(), "220 331 230 200 227 125 226 227 125 226 221");
        assert_eq!(told.brought(), ["", "One.\r\nTwo.\n"]);
        assert_eq!(told.file("/new.txt").as_deref(), Some("One.\r\nTwo.\n"));
        assert!(
            told.heard
                .contains("226 Transfer complete: new.txt holds 11 bytes.\r\n")
        );
        assert_eq!((told.rig.open(0), told.rig.listening(0)), (0, 1));
    }
}

#[test]
fn a_file_comes_and_goes_in_active_mode() {
    let told = ada(
        config(),
        &[
            "TYPE I",
            "listen",
            "RETR a.txt",
            "listen",
            "> NLST",
            "hear",
            "QUIT",
        ],
    );
    assert_eq!(told.then(), "200 200 150 226 200 150 226 221");
    assert_eq!(told.brought(), ["Hello.\n", "a.txt\r\n"]);
}

#[test]
fn a_text_keeps_its_lines_whatever_ends_them() {
    for piece in [1, 2, 5, 1000] {
        // On a host whose lines end with LF a text is converted both ways.
        let told = brings(config(), piece, &["TYPE A"], "STOR t", "a\r\nb\r\rc\r\n");
        assert_eq!(told.file("/t").as_deref(), Some("a\nb\r\rc\n"));
        assert!(told.heard.contains("t holds 7 bytes"), "{}", told.heard);
        // On one whose lines end with CRLF nothing is.
        let crlf = FtpServerConfig {
            line_ends: LineEnds::Crlf,
            ..config()
        };
        let told = brings(crlf, piece, &["TYPE A"], "STOR t", "a\r\nb\r\n");
        assert_eq!(told.file("/t").as_deref(), Some("a\r\nb\r\n"));
    }
    let script = [
        "PASV",
        "open",
        "RETR a.txt",
        "TYPE I",
        "PASV",
        "open",
        "RETR a.txt",
    ];
    assert_eq!(ada(config(), &script).brought(), ["Hello.\r\n", "Hello.\n"]);
}

#[test]
fn what_is_added_comes_behind_what_is_there() {
    let told = brings(config(), 4, &["TYPE I"], "APPE a.txt", "More.\n");
    assert_eq!(told.file("/a.txt").as_deref(), Some("Hello.\nMore.\n"));
    let told = brings(config(), 4, &["TYPE I", "REST 2"], "APPE a.txt", "More.\n");
    assert_eq!(
        told.file("/a.txt").as_deref(),
        Some("Hello.\nMore.\n"),
        "an offset means nothing to APPE"
    );
    let told = brings(config(), 4, &[], "APPE new", "First.\r\n");
    assert_eq!(told.file("/new").as_deref(), Some("First.\n"));
}

#[test]
fn a_transfer_is_resumed_where_it_was_cut() {
    let script = [
        "TYPE I",
        "PASV",
        "open",
        "> STOR big",
        "bring 0123456789",
        "wait 1",
        "cut",
        "hear",
        "SIZE big",
        "PASV",
        "REST 6",
        "open",
        "> STOR big",
        "bring abc",
        "finish",
        "hear",
        "REST 7",
        "PASV",
        "open",
        "RETR big",
        "PASV",
        "open",
        "RETR big",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(
        told.then(),
        "200 227 125 426 213 227 350 125 226 350 227 125 226 227 125 226 221"
    );
    assert!(told.heard.contains("; kept the first 10 bytes of big."));
    assert!(told.heard.contains("213 10\r\n"));
    assert_eq!(
        told.brought()[2..],
        ["bc", "012345abc"],
        "an offset counts once"
    );
    assert_eq!(told.rig.history(0, "session.1.restart"), ["6", "", "7", ""]);
}

#[test]
fn a_file_cannot_begin_behind_its_end() {
    let script = [
        "TYPE I",
        "REST 8",
        "PASV",
        "RETR a.txt",
        "REST 8",
        "STOR a.txt",
        "REST 7",
        "open",
        "RETR a.txt",
        "TYPE A",
        "REST 1",
        "REST 0",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(
        told.then(),
        "200 350 227 554 350 554 350 125 226 200 501 350 221"
    );
    assert_eq!(told.file("/a.txt").as_deref(), Some("Hello.\n"));
}

#[test]
fn a_file_is_replaced_only_once_another_comes() {
    let blocked = FtpServerConfig {
        data_patience: Duration::from_secs(5),
        ..config()
    };
    let told = ada(
        blocked,
        &[
            "PASV",
            "STOR a.txt",
            "PORT 192,0,2,10,200,1",
            "STOR a.txt",
            "QUIT",
        ],
    );
    assert_eq!(told.then(), "227 150 425 200 150 425 221");
    assert_eq!(told.file("/a.txt").as_deref(), Some("Hello.\n"));
    let told = brings(config(), 100, &["TYPE I"], "STOR a.txt", "x");
    assert_eq!(told.file("/a.txt").as_deref(), Some("x"));
}

#[test]
fn the_server_finds_a_name() {
    let told = brings(config(), 100, &["TYPE I"], "STOU a.txt", "x");
    assert!(
        told.heard.contains("125 FILE: a.txt.1\r\n"),
        "{}",
        told.heard
    );
    assert_eq!(told.file("/a.txt.1").as_deref(), Some("x"));
    let told = brings(config(), 100, &["TYPE I"], "STOU", "x");
    assert_eq!(told.file("/file").as_deref(), Some("x"));
}

#[test]
fn a_full_disk_and_a_used_up_quota_break_off() {
    let small = |disk, quota| FtpServerConfig {
        disk,
        quota,
        ..config()
    };
    let told = brings(
        small(Some(17), None),
        4,
        &["TYPE I"],
        "STOR b",
        "0123456789ABC",
    );
    assert_eq!(told.then(), "200 227 125 452 221");
    assert_eq!(told.file("/b").as_deref(), Some("0123456789"));
    assert!(
        told.heard
            .contains("452 The disk is full: kept the first 10 bytes.")
    );
    let told = brings(
        small(Some(17), Some(12)),
        4,
        &["TYPE I"],
        "STOR b",
        "0123456789ABC",
    );
    assert_eq!(told.then(), "200 227 125 552 221");
    assert_eq!(told.file("/b").as_deref(), Some("01234"));
    let told = brings(
        small(Some(17), None),
        4,
        &["TYPE I"],
        "STOR b",
        "0123456789",
    );
    assert_eq!(told.then(), "200 227 125 226 221", "the last byte fits");
    let told = brings(
        small(Some(9), None),
        4,
        &["TYPE I"],
        "STOR a.txt",
        "012345678",
    );
    assert_eq!(
        told.then(),
        "200 227 125 226 221",
        "the old file makes room"
    );
    let told = ada(
        small(Some(7), None),
        &["PASV", "STOR b", "ALLO 1", "ALLO 0", "QUIT"],
    );
    assert_eq!(told.then(), "227 452 452 200 221");
    assert_eq!(told.file("/b"), None);
    let told = ada(config(), &["ALLO 1000", "QUIT"]);
    assert_eq!(told.then(), "202 221");
}

#[test]
fn a_quota_counts_what_lies_in_the_home() {
    let mut config = FtpServerConfig {
        quota: Some(5),
        ..config()
    };
    config.users[0].place.home = "/ada".to_owned();
    let told = brings(config, 100, &["TYPE I"], "STOR b", "01234567");
    assert_eq!(told.file("/ada/b").as_deref(), Some("01234"));
    assert_eq!(told.file("/a.txt").as_deref(), Some("Hello.\n"));
}

#[test]
fn a_transfer_tells_how_it_stands_and_is_broken_off() {
    let script = [
        "TYPE I",
        "PASV",
        "open",
        "> STOR big",
        "bring 0123456789",
        "wait 1",
        "> STAT",
        "> ABOR",
        "hear",
        "ABOR",
        "PASV",
        "open",
        "ABOR",
        "SIZE big",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "200 227 125 211 426 226 225 227 226 213 221");
    assert!(
        told.heard.contains("211 big, 10 bytes.\r\n426 "),
        "{}",
        told.heard
    );
    assert_eq!(told.file("/big").as_deref(), Some("0123456789"));
}

#[test]
fn waiting_for_a_data_connection_can_be_broken_off() {
    let told = ada(
        config(),
        &["PASV", "> RETR a.txt", "> STAT", "> ABOR", "hear", "QUIT"],
    );
    assert_eq!(told.then(), "227 150 211 426 226 221");
    assert_eq!(told.rig.listening(0), 1);
}

#[test]
fn whoever_brings_nothing_is_not_waited_for_for_ever() {
    let patient = FtpServerConfig {
        data_patience: Duration::from_secs(20),
        idle: Some(Duration::from_secs(10)),
        ..config()
    };
    let script = [
        "TYPE I",
        "PASV",
        "open",
        "> STOR b",
        "bring abc",
        "wait 15",
        "bring de",
        "hear",
    ];
    let told = ada(patient, &script);
    assert_eq!(told.then(), "200 227 125 426 421");
    assert_eq!(told.file("/b").as_deref(), Some("abcde"));
}

#[test]
fn a_client_that_vanishes_leaves_what_it_brought() {
    let script = [
        "TYPE I",
        "PASV",
        "open",
        "> STOR b",
        "bring abc",
        "wait 1",
        "cut",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.file("/b").as_deref(), Some("abc"));
    assert_eq!(told.rig.notes(0)["sessions"], "0");
}

#[test]
fn what_comes_too_early_is_not_lost() {
    let script = [
        "TYPE I",
        "PASV",
        "open",
        "bring 0123456789",
        "finish",
        "wait 1",
        "STOR b",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "200 227 125 226 221");
    assert_eq!(told.file("/b").as_deref(), Some("0123456789"));
}

#[test]
fn an_empty_file_comes_and_goes() {
    let script = [
        "PASV", "open", "> STOR e", "finish", "hear", "PASV", "open", "RETR e", "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "227 125 226 227 125 226 221");
    assert_eq!(told.file("/e").as_deref(), Some(""));
}

#[test]
fn the_notes_tell_how_far_a_transfer_is() {
    let mut lines = vec!["TYPE I", "PASV", "open", "> STOR b"];
    let piece = format!("bring {}", "x".repeat(10_000));
    lines.extend([piece.as_str(); 10]);
    lines.extend(["finish", "hear", "QUIT"]);
    let mut script = vec!["USER ada", "PASS lovelace"];
    script.extend(lines);
    let told = play(config(), 1000, &script);
    let notes = told.rig.history(0, "session.1.transfer");
    assert_eq!(notes.first(), Some(&"b, 0 bytes"));
    assert_eq!(notes.last(), Some(&""));
    assert!((4..30).contains(&notes.len()), "{notes:?}");
    assert!(notes.windows(2).all(|w| w[0] != w[1]));
}

#[test]
fn generated_files_of_any_size_cost_nothing() {
    let config = FtpServerConfig {
        files: [(
            "big",
            Content::Generated {
                seed: 1,
                len: 1 << 40,
            },
        )]
        .into_iter()
        .collect(),
        ..config()
    };
    let told = ada(
        config,
        &["TYPE I", "SIZE big", "RNFR big", "RNTO huge", "QUIT"],
    );
    assert_eq!(told.then(), "200 213 350 250 221");
}
