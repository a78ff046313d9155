//! Stories of a person who looks around on a server, and brings, fetches and changes files.

use super::tests::{LOGGED_IN, SERVER, outcomes, story, story_in, user};
use super::*;
use crate::base::Part;
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::rig::{Rig, What};

const LINES: &[u8] = b"one\ntwo\r\nthree\n\nfive";

fn bytes(text: &[u8]) -> Content {
    Content::from_bytes(text)
}

const BIG: Content = Content::Generated {
    seed: 9,
    len: 100_000,
};

fn kept() -> FtpServerConfig {
    let mut files: Files = [
        ("report.pdf", BIG),
        ("a.txt", bytes(b"Hello.\n")),
        ("b.txt", bytes(LINES)),
        ("docs/one.txt", bytes(b"1")),
        ("docs/old/two.txt", bytes(b"22")),
    ]
    .into_iter()
    .collect();
    files.make_folders("empty", Time::ZERO);
    FtpServerConfig {
        users: vec![Account::new("ada", "lovelace")],
        files,
        ..FtpServerConfig::default()
    }
}

fn with_files(mode: DataMode) -> FtpUserConfig {
    FtpUserConfig {
        files: [
            ("new.html", bytes(b"<p>")),
            ("site/index.html", bytes(b"<html>")),
            ("site/pics/one.png", bytes(b"\x89PNG\r\n")),
            ("site/style.css", bytes(b"p {}\n")),
            ("text.txt", bytes(LINES)),
            ("big.bin", BIG),
        ]
        .into_iter()
        .collect(),
        ..user(mode)
    }
}

fn played(lines: &[&str], mode: DataMode) -> Rig {
    let mut all = vec!["login"];
    all.extend(lines);
    let mut rig = story(FtpServer::new(kept()), with_files(mode), &all);
    rig.run();
    assert_eq!((rig.open(0), rig.open(1)), (0, 0), "{lines:?}");
    assert_eq!((rig.listening(0), rig.listening(1)), (1, 0), "{lines:?}");
    rig
}

/// What a host keeps at a path at the end, as bytes.
fn keeps(rig: &Rig, host: usize, path: &str) -> Option<Vec<u8>> {
    let last = rig.log.iter().rev().find_map(|entry| match &entry.what {
        What::Keeps(at, what) if entry.host == host && at == path => Some(what.clone()),
        _ => None,
    });
    match last.flatten()? {
        Kept::File(content) => Some(rig.read(&content)),
        Kept::Folder => Some(b"a folder".to_vec()),
    }
}

#[test]
fn each_line_ends_with_one_outcome_in_plain_words() {
    for mode in [DataMode::Active, DataMode::Passive, DataMode::Extended] {
        let lines = [
            ("pwd", "The folder is /.", 257),
            ("cd docs", "The folder is /docs.", 250),
            ("ls", "There are 1 file and 1 folder: old/, one.txt.", 226),
            ("cd ..", "The folder is /.", 250),
            (
                "dir docs",
                "There are 1 file and 1 folder: old/, one.txt.",
                226,
            ),
            ("names docs", "There are 2 files: old, one.txt.", 226),
            ("ls empty", "There is nothing there.", 226),
            ("ls *.txt", "There are 2 files: a.txt, b.txt.", 226),
            ("rename a.txt to c.txt", "Renamed a.txt to c.txt.", 250),
            ("move c.txt to docs", "Moved c.txt to docs.", 250),
            ("mkdir archive", "Made the folder archive.", 257),
            ("rmdir archive", "Removed the folder archive.", 250),
            ("size report.pdf", "report.pdf has 100000 bytes.", 213),
            ("delete docs/*.txt", "Deleted 2 files.", 250),
            ("delete b.txt", "Deleted b.txt.", 250),
            ("get report.pdf", "Got report.pdf, 100000 bytes.", 226),
            ("put new.html", "Put new.html, 3 bytes.", 226),
            (
                "append new.html to new.html",
                "Added new.html to new.html, 3 bytes.",
                226,
            ),
        ];
        let typed: Vec<&str> = lines.iter().map(|line| line.0).collect();
        let rig = played(&typed, mode);
        let told = outcomes(&rig);
        assert_eq!(told[0], LOGGED_IN);
        for (line, told) in lines.iter().zip(&told[1..]) {
            assert_eq!(*told, (true, Some(line.2), line.1), "{}, {mode:?}", line.0);
        }
        assert_eq!(told.len(), lines.len() + 1);
        assert_eq!(keeps(&rig, 0, "/new.html").as_deref(), Some(&b"<p><p>"[..]));
        assert_eq!(rig.history(1, "remote./docs/")[0], "1 file and 1 folder");
    }
}

#[test]
fn folders_and_patterns_come_whole() {
    let rig = played(
        &["get docs/", "get *.txt", "get docs/ as copy", "get *.zip"],
        DataMode::Passive,
    );
    let told: Vec<_> = outcomes(&rig)[1..].iter().map(|o| o.2).collect();
    let none = "No file there is like *.zip.";
    assert_eq!(
        told,
        [
            "Got 2 files, 3 bytes.",
            "Got 2 files, 27 bytes.",
            "Got 2 files, 3 bytes.",
            none
        ]
    );
    for (path, text) in [
        ("/docs/old/two.txt", &b"22"[..]),
        ("/docs/one.txt", b"1"),
        ("/copy/old/two.txt", b"22"),
        ("/a.txt", b"Hello.\n"),
        ("/docs/old", b"a folder"),
    ] {
        assert_eq!(keeps(&rig, 1, path).as_deref(), Some(text), "{path}");
    }
}

#[test]
fn a_web_site_goes_up_with_its_folders() {
    let rig = played(
        &["put site/", "put site/", "put *.html as docs"],
        DataMode::Extended,
    );
    let told: Vec<_> = outcomes(&rig)[1..].iter().map(|o| o.2).collect();
    assert_eq!(
        told,
        [
            "Put 3 files, 17 bytes.",
            "Put 3 files, 17 bytes.",
            "Put 1 file, 3 bytes."
        ]
    );
    for (path, text) in [
        ("/site/index.html", &b"<html>"[..]),
        ("/site/pics/one.png", b"\x89PNG\r\n"),
        ("/docs/new.html", b"<p>"),
    ] {
        assert_eq!(keeps(&rig, 0, path).as_deref(), Some(text), "{path}");
    }
}

#[test]
fn a_text_comes_back_as_it_was_between_hosts_of_one_kind() {
    for piece in [1, 5, 1460] {
        let lines = [
            "login",
            "type ascii",
            "put text.txt",
            "get text.txt as back.txt",
            "type binary",
            "get text.txt as raw.txt",
        ];
        let mut rig = story_in(
            piece,
            FtpServer::new(kept()),
            with_files(DataMode::Passive),
            &lines,
        );
        rig.run();
        assert!(outcomes(&rig).iter().all(|o| o.0), "{:?}", outcomes(&rig));
        assert_eq!(keeps(&rig, 1, "/back.txt").as_deref(), Some(LINES));
        assert_eq!(keeps(&rig, 1, "/raw.txt").as_deref(), Some(LINES));
        let types: Vec<_> = rig
            .turns()
            .into_iter()
            .filter(|t| t.starts_with("TYPE"))
            .map(str::to_owned)
            .collect();
        assert_eq!(types, ["TYPE A", "TYPE I"]);
    }
}

#[test]
fn what_is_missing_of_a_file_is_fetched_or_brought() {
    let mut config = with_files(DataMode::Passive);
    let part = Content::joined([Part {
        content: BIG,
        range: 0..40_000,
    }]);
    config.files.put("report.pdf", part.clone(), Time::ZERO);
    let mut server = kept();
    server.files.put("big.bin", part, Time::ZERO);
    let lines = [
        "login",
        "resume report.pdf",
        "resume put big.bin",
        "resume put new.html",
    ];
    let mut rig = story(FtpServer::new(server), config, &lines);
    rig.run();
    let told: Vec<_> = outcomes(&rig)[1..].iter().map(|o| o.2).collect();
    assert_eq!(
        told,
        [
            "Got report.pdf, 100000 bytes.",
            "Put big.bin, 100000 bytes.",
            "Put new.html, 3 bytes."
        ]
    );
    let whole = BIG.read(0..100_000);
    assert!(keeps(&rig, 1, "/report.pdf").unwrap() == whole);
    assert!(keeps(&rig, 0, "/big.bin").unwrap() == whole);
    assert_eq!(
        rig.turns().iter().filter(|t| **t == "REST 40000").count(),
        2
    );
}

#[test]
fn what_cannot_be_done_is_an_outcome_and_the_next_line_works() {
    let lines = [
        "get none.txt",
        "cd none",
        "put none.txt",
        "delete none",
        "size none",
        "resume put none",
        "put none/",
        "get docs/",
    ];
    let rig = played(&lines, DataMode::Passive);
    let told = outcomes(&rig);
    let ok: Vec<bool> = told.iter().map(|o| o.0).collect();
    assert_eq!(
        ok,
        [true, false, false, false, false, false, false, false, true]
    );
    assert_eq!(told[2].1, Some(550));
    assert_eq!(told[3].2, "There is no file none.txt here.");
}

#[test]
fn a_command_is_said_as_it_stands() {
    let rig = played(
        &[
            "quote type i",
            "quote SITE HELP",
            "quote CWD docs",
            "quote XYZZY",
            "ls",
        ],
        DataMode::Passive,
    );
    let turns = rig.turns();
    assert!(turns.contains(&"type i"), "{turns:?}");
    let told = outcomes(&rig);
    assert_eq!((told[3].0, told[4].0, told[4].1), (true, false, Some(500)));
    assert_eq!(told[5].2, "There are 1 file and 1 folder: old/, one.txt.");
}

#[test]
fn an_old_server_is_asked_in_the_old_way_and_only_once_in_the_new() {
    let server = FtpServer::new(FtpServerConfig {
        extended: false,
        ..kept()
    });
    let lines = ["login", "ls", "get a.txt", "ls docs"];
    let mut rig = story(server, user(DataMode::Extended), &lines);
    rig.run();
    assert!(outcomes(&rig).iter().all(|o| o.0), "{:?}", outcomes(&rig));
    let count = |what: &str| rig.turns().iter().filter(|turn| **turn == what).count();
    assert_eq!((count("EPSV"), count("PASV")), (1, 3));
}

#[test]
fn over_ipv6_the_extended_commands_are_said() {
    for (mode, verb) in [
        (DataMode::Active, "EPRT |2|2001:db8::10|"),
        (DataMode::Passive, "EPSV"),
        (DataMode::Extended, "EPSV"),
    ] {
        let mut rig = Rig::new(1460);
        rig.host("2001:db8::11", FtpServer::new(kept()));
        let config = FtpUserConfig {
            server: "2001:db8::11".into(),
            ..user(mode)
        };
        let laptop = rig.host("2001:db8::10", FtpUser::new(config));
        for line in ["login", "get a.txt"] {
            rig.types(laptop, "Ada", line);
        }
        rig.run();
        assert_eq!(outcomes(&rig)[1].2, "Got a.txt, 7 bytes.", "{mode:?}");
        assert!(rig.turns().iter().any(|t| t.starts_with(verb)), "{mode:?}");
    }
}

#[test]
fn an_address_that_does_not_answer_is_followed_by_the_next() {
    let mut rig = Rig::new(1460);
    rig.name("ftp.example.net", "192.0.2.99");
    rig.name("ftp.example.net", SERVER);
    rig.host(SERVER, FtpServer::new(kept()));
    rig.host("192.0.2.10", FtpUser::new(user(DataMode::Passive)));
    rig.types(1, "Ada", "login");
    rig.run();
    assert_eq!(outcomes(&rig), [LOGGED_IN]);
}

#[test]
fn an_address_of_nobody_in_227_is_passed_over_where_it_is_not_trusted() {
    let server = || {
        FtpServer::new(FtpServerConfig {
            passive_address: Some([10, 0, 0, 2].into()),
            ..kept()
        })
    };
    for (trusts, ok) in [(true, false), (false, true)] {
        let config = FtpUserConfig {
            trusts,
            ..user(DataMode::Passive)
        };
        let mut rig = story(server(), config, &["login", "get a.txt"]);
        rig.run();
        assert_eq!(outcomes(&rig)[1].0, ok, "{:?}", outcomes(&rig)[1]);
        if trusts {
            assert!(
                outcomes(&rig)[1]
                    .2
                    .starts_with("The data connection to 10.0.0.2 port ")
            );
        }
    }
}
