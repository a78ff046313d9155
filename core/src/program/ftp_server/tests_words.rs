//! Stories of folders and names, of who may do what, and of what the server tells.

use super::tests::config;
use super::tests_hand::{ada, play};
use super::*;
use crate::base::Content;

fn text(text: &str) -> Content {
    Content::from_bytes(text.as_bytes())
}

fn with_docs() -> FtpServerConfig {
    FtpServerConfig {
        files: [
            ("docs/notes.txt", text("Notes.\n")),
            ("docs/old/a", text("x")),
            ("a.txt", text("Hello.\n")),
        ]
        .into_iter()
        .collect(),
        ..config()
    }
}

#[test]
fn folders_are_made_entered_renamed_and_removed() {
    let script = [
        "PWD",
        "MKD new",
        "MKD new",
        "MKD none/new",
        "CWD new",
        "PWD",
        "CDUP",
        "CDUP",
        "PWD",
        "RMD docs",
        "RMD new",
        "RMD new",
        "RMD a.txt",
        "RMD /",
        "CWD none",
        "CWD a.txt",
        "QUIT",
    ];
    let told = ada(with_docs(), &script);
    assert_eq!(
        told.then(),
        "257 257 550 550 250 257 250 250 257 550 250 550 550 550 550 550 221"
    );
    assert!(told.heard.contains("257 \"/new\" is made.\r\n"));
    assert!(
        told.heard
            .contains("550 docs: the folder is not empty.\r\n")
    );
    assert_eq!(
        told.rig.history(0, "session.1.dir"),
        ["/", "/new", "/", "/", ""]
    );
    assert!(!told.rig.kept(0).contains_key("/new"));
}

#[test]
fn a_name_in_quotes_is_doubled() {
    let told = ada(config(), &["MKD a\"b", "CWD a\"b", "PWD"]);
    assert!(told.heard.contains("257 \"/a\"\"b\" is made.\r\n"));
    assert!(
        told.heard
            .contains("257 \"/a\"\"b\" is the current folder.\r\n")
    );
}

#[test]
fn files_are_renamed_moved_and_deleted() {
    let script = [
        "RNFR a.txt",
        "RNTO docs/b.txt",
        "RNFR a.txt",
        "RNFR docs",
        "RNTO docs/old/deeper",
        "RNFR docs",
        "RNTO attic",
        "RNFR attic/b.txt",
        "RNTO attic/notes.txt",
        "RNFR attic/old",
        "RNTO attic/notes.txt",
        "RNFR attic/notes.txt",
        "RNTO attic/old",
        "RNFR attic/notes.txt",
        "RNTO none/x",
        "DELE attic/notes.txt",
        "DELE attic/notes.txt",
        "DELE attic",
        "QUIT",
    ];
    let told = ada(with_docs(), &script);
    assert_eq!(
        told.then(),
        "350 250 550 350 553 350 250 350 250 350 553 350 553 350 553 250 550 550 221"
    );
    let kept = told.rig.kept(0);
    let paths: Vec<&str> = kept.keys().copied().collect();
    assert_eq!(paths, ["/attic", "/attic/old", "/attic/old/a"]);
}

#[test]
fn rnto_must_follow_rnfr_at_once() {
    let told = ada(
        config(),
        &[
            "RNTO b",
            "RNFR a.txt",
            "NOOP",
            "RNTO b",
            "RNFR a.txt",
            "XYZZY",
            "RNTO b",
            "RNFR a.txt",
            "RNTO b",
            "RNTO c",
            "QUIT",
        ],
    );
    assert_eq!(told.then(), "503 350 200 503 350 500 503 350 250 503 221");
}

#[test]
fn nobody_leaves_their_home() {
    let mut config = with_docs();
    config.users[0].place.home = "docs".to_owned();
    let script = [
        "TYPE I",
        "CWD ../..",
        "PWD",
        "SIZE notes.txt",
        "SIZE ../../docs/notes.txt",
        "SIZE ../a.txt",
        "CWD old",
        "PWD",
        "MKD ../../../x",
        "RNFR a",
        "RNTO ../../../../y",
        "RNFR /",
        "PASV",
        "open",
        "NLST /",
        "QUIT",
    ];
    let told = ada(config, &script);
    assert_eq!(
        told.then(),
        "200 250 257 213 550 550 250 257 257 350 250 550 227 125 226 221"
    );
    assert!(told.heard.contains("257 \"/old\" is the current folder."));
    assert!(told.heard.contains("257 \"/x\" is made."));
    assert_eq!(told.brought(), ["/notes.txt\r\n/old\r\n/x\r\n/y\r\n"]);
    assert!(told.rig.kept(0).contains_key("/docs/x"));
    assert!(told.rig.kept(0).contains_key("/docs/y"));
}

#[test]
fn rights_decide_who_reads_and_who_writes() {
    let script = [
        "TYPE I",
        "PASV",
        "RETR a.txt",
        "LIST",
        "MLST a.txt",
        "SIZE a.txt",
        "STAT a.txt",
        "PASV",
        "STOR b",
        "STOU",
        "APPE a.txt",
        "DELE a.txt",
        "MKD d",
        "RMD d",
        "RNFR a.txt",
        "CWD /",
        "QUIT",
    ];
    let as_guest = |reads, writes| {
        let config = FtpServerConfig {
            guests: Some(Place {
                reads,
                writes,
                ..Place::default()
            }),
            ..config()
        };
        let mut lines = vec!["USER ftp", "PASS x"];
        lines.extend(script);
        play(config, 100, &lines).then()
    };
    assert_eq!(
        as_guest(false, false),
        "200 227 550 550 550 550 550 227 550 550 550 550 550 550 550 250 221"
    );
    let reads = as_guest(true, false);
    assert!(
        reads.ends_with("227 550 550 550 550 550 550 550 250 221"),
        "{reads}"
    );
    let writes = as_guest(false, true);
    assert!(
        writes.starts_with("200 227 550 550 550 550 550 227 150 425 "),
        "{writes}"
    );
}

#[test]
fn lists_tell_people_and_programs_what_there_is() {
    let with_data = |command: &str, before: &[&str]| {
        let mut script = before.to_vec();
        script.extend(["PASV", "open", command]);
        let told = ada(with_docs(), &script);
        told.brought().concat()
    };
    let list = "-rw-r--r--   1 ada      wirestage         7 Jan 05 09:00 a.txt\r\n\
        drwxr-xr-x   1 ada      wirestage         0 Jan 05 09:00 docs\r\n";
    assert_eq!(with_data("LIST", &[]), list);
    assert_eq!(with_data("LIST -la", &["TYPE I"]), list, "always text");
    assert_eq!(with_data("LIST -a /", &["CWD docs"]), list);
    assert_eq!(with_data("NLST", &[]), "a.txt\r\ndocs\r\n");
    assert_eq!(
        with_data("NLST docs", &[]),
        "docs/notes.txt\r\ndocs/old\r\n"
    );
    assert_eq!(with_data("NLST *.txt", &[]), "a.txt\r\n");
    assert_eq!(
        with_data("NLST docs/*o*", &[]),
        "docs/notes.txt\r\ndocs/old\r\n"
    );
    assert_eq!(with_data("NLST docs/notes.txt", &[]), "docs/notes.txt\r\n");
    assert_eq!(
        with_data("MLSD docs", &["OPTS MLST type;size;perm;"]),
        "type=cdir;perm=cdeflmp; .\r\ntype=pdir;perm=cdeflmp; ..\r\n\
            type=file;size=7;perm=adfrw; notes.txt\r\ntype=dir;perm=cdeflmp; old\r\n"
    );
    assert_eq!(with_data("LIST docs/old", &[]).lines().count(), 1);
    let script = [
        "MKD e",
        "PASV",
        "open",
        "LIST e",
        "PASV",
        "LIST none",
        "MLSD a.txt",
        "NLST *.zip",
        "QUIT",
    ];
    assert_eq!(
        ada(with_docs(), &script).then(),
        "257 227 125 226 227 550 501 550 221"
    );
}

#[test]
fn lists_in_replies_need_no_data_connection() {
    let told = ada(
        with_docs(),
        &[
            "STAT docs",
            "STAT a.txt",
            "STAT none",
            "MLST a.txt",
            "MLST",
            "MLST x",
            "STAT",
        ],
    );
    assert_eq!(told.then(), "212 213 550 250 250 550 211");
    for expected in [
        "\r\n -rw-r--r--   1 ada      wirestage         7 Jan 05 09:00 notes.txt\r\n",
        "\r\n type=file;size=7;modify=20260105090000;perm=adfrw; /a.txt\r\n",
        "\r\n type=dir;modify=20260105090000;perm=cdeflmp; /\r\n",
        "\r\n You are ada, at 192.0.2.10.\r\n",
    ] {
        assert!(
            told.heard.contains(expected),
            "{expected} in {}",
            told.heard
        );
    }
}

#[test]
fn sizes_and_dates_are_told_of_files() {
    let script = [
        "SIZE a.txt",
        "TYPE I",
        "SIZE a.txt",
        "SIZE docs",
        "SIZE x",
        "MDTM a.txt",
        "MDTM docs",
        "QUIT",
    ];
    let told = ada(with_docs(), &script);
    assert_eq!(told.then(), "550 200 213 550 550 213 550 221");
    assert!(told.heard.contains("213 20260105090000\r\n"));
    let crlf = FtpServerConfig {
        line_ends: LineEnds::Crlf,
        ..with_docs()
    };
    assert_eq!(ada(crlf, &["SIZE a.txt", "QUIT"]).then(), "213 221");
}

#[test]
fn the_server_tells_what_it_offers() {
    let script = [
        "FEAT",
        "HELP",
        "HELP RETR",
        "HELP XYZZY",
        "SYST",
        "OPTS UTF8 ON",
        "OPTS UTF8 OFF",
        "OPTS XYZZY",
        "OPTS MLST size;",
        "FEAT",
        "LANG",
        "LANG en-GB",
        "LANG de",
        "SITE HELP",
        "SITE CHMOD 7 a",
        "ACCT x",
        "NOOP",
        "STRU F",
        "STRU P",
        "MODE S",
        "MODE C",
        "SMNT x",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(
        told.then(),
        "211 214 214 502 215 200 504 501 200 211 200 200 504 214 504 202 200 200 504 200 504 502 221"
    );
    assert!(told.heard.contains("\r\n EPSV\r\n"));
    assert!(
        told.heard
            .contains("\r\n MLST type*;size*;modify*;perm*;\r\n")
    );
    assert!(told.heard.contains("\r\n MLST type;size*;modify;perm;\r\n"));
    assert!(told.heard.contains("200 MLST OPTS size;\r\n"));
    assert!(told.heard.contains("214 RETR takes a file name.\r\n"));
    let old = FtpServerConfig {
        extended: false,
        ..config()
    };
    assert!(!ada(old, &["FEAT"]).heard.contains("EPSV"));
}

#[test]
fn rein_lets_the_next_one_log_in() {
    let script = [
        "TYPE I",
        "PASV",
        "REIN",
        "PWD",
        "USER grace",
        "PASS hopper",
        "PASV",
        "SIZE a.txt",
        "QUIT",
    ];
    let told = ada(config(), &script);
    assert_eq!(told.then(), "200 227 220 530 331 230 227 550 221");
    assert_eq!(
        told.rig.history(0, "session.1.user"),
        ["ada", "", "grace", ""]
    );
    assert_eq!(told.rig.listening(0), 1);
}

#[test]
fn wrong_passwords_are_counted() {
    let script = [
        "USER ada", "PASS a", "USER ada", "PASS b", "USER ada", "PASS c", "hear", "QUIT",
    ];
    let told = play(config(), 100, &script);
    assert_eq!(told.codes(), "220 331 530 331 530 331 530 421");
    assert_eq!(told.rig.open(0), 0);
}

#[test]
fn where_all_sessions_are_taken_the_next_is_sent_away() {
    use super::tests::SERVER;
    use super::tests_hand::Hand;
    use crate::program::rig::Rig;
    let config = FtpServerConfig {
        sessions: Some(2),
        ..config()
    };
    let mut rig = Rig::new(100);
    rig.host(SERVER, FtpServer::new(config));
    let first = rig.host("192.0.2.20", Hand::new(&["wait 5", "QUIT"]));
    let second = rig.host("192.0.2.21", Hand::new(&["wait 60", "QUIT"]));
    rig.run_until(Time::ZERO + Duration::from_secs(1));
    let third = rig.host("192.0.2.22", Hand::new(&["NOOP"]));
    rig.run_until(Time::ZERO + Duration::from_secs(10));
    let fourth = rig.host("192.0.2.23", Hand::new(&["QUIT"]));
    rig.run();
    let codes = |host: usize| super::tests::codes(&rig.heard(host)[0]).join(" ");
    assert_eq!(codes(first), "220 221");
    assert_eq!(codes(second), "220 221");
    assert_eq!(codes(third), "421");
    assert_eq!(codes(fourth), "220 221", "the first has left");
    let history = rig.history(0, "sessions");
    assert_eq!(
        history,
        [
            "0 of 2", "1 of 2", "2 of 2", "1 of 2", "2 of 2", "1 of 2", "0 of 2"
        ]
    );
    assert_eq!(rig.open(0), 0);
}

#[test]
fn the_server_says_at_its_start_what_it_keeps() {
    let mut config = with_docs();
    config.users[0].place.home = "/ada".to_owned();
    let told = play(config, 100, &["QUIT"]);
    let kept = told.rig.kept(0);
    let paths: Vec<&str> = kept.keys().copied().collect();
    assert_eq!(
        paths,
        [
            "/a.txt",
            "/ada",
            "/docs",
            "/docs/notes.txt",
            "/docs/old",
            "/docs/old/a"
        ]
    );
}
