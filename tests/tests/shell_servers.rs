//! Real servers inside `wirestage shell --as HOST`, to which the simulated people come.

#![cfg(target_os = "linux")]

use std::fs;
use wirestage_tests::shell::{Desk, Said, Who};
use wirestage_tests::tools;

/// A real FTP server for Ada, with one file.
const FTP_SERVER: &str = r#"
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
people = DummyAuthorizer()
people.add_user("ada", sys.argv[1], "kept", perm="elr")
FTPHandler.authorizer = people
FTPHandler.auth_failed_timeout = 0
FTPServer(("", 21), FTPHandler).serve_forever()
"#;

/// A real mail server that keeps letters as files, or refuses all.
const MAIL_SERVER: &str = r#"
import asyncio, sys
from aiosmtpd.smtp import SMTP
class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if sys.argv[1] == "refuse":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        with open("letter", "wb") as file:
            file.write(envelope.content)
        with open("envelope", "w") as file:
            file.write(envelope.mail_from + " " + " ".join(envelope.rcpt_tos))
        return "250 kept"
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), hostname="server"), None, 25)
    await server.serve_forever()
asyncio.run(main())
"#;

/// A desk with a real server in `server.py`, or `None`, loudly.
fn desk(name: &str, server: &str) -> Option<Desk> {
    let _ = tools::require("python")?;
    let desk = Desk::require(name, Who::Myself)?;
    let _ = desk.lay("server.py", server);
    Some(desk)
}

/// A session in which the reader is the server, until everybody else is done.
fn served(desk: &Desk, args: &[&str], words: &str) -> Said {
    let python = tools::require("python").expect("it was there");
    let python = python.path().to_string_lossy().into_owned();
    let mut all = vec!["shell"];
    all.extend(args);
    all.extend(["--as", "server", "--until-done", "--", &python, "server.py"]);
    all.push(words);
    wirestage_tests::shell::said(&mut desk.wirestage(&all))
}

#[test]
fn the_simulated_client_fetches_from_a_real_server() {
    let Some(desk) = desk("as-ftp", FTP_SERVER) else {
        return;
    };
    fs::create_dir(desk.file("kept")).unwrap();
    let text: String = (0..5000).map(|n| format!("line {n} of it\n")).collect();
    fs::write(desk.file("kept/report.pdf"), &text).unwrap();
    for mode in ["mode=passive", "mode=active"] {
        let args = ["ftp-download", "--set", mode, "-o", "run.json"];
        let said = served(&desk, &args, "analytical");
        assert_eq!(said.code(), 0, "{mode}: {said:?}");
        let run = fs::read(desk.file("run.json")).unwrap();
        let run: serde_json::Value = serde_json::from_slice(&run).unwrap();
        let outcomes = run["outcomes"].as_array().unwrap();
        let got = outcomes.iter().find(|o| o["code"] == 226);
        let got = got.unwrap_or_else(|| panic!("{outcomes:?}"));
        assert_eq!(
            (got["ok"].as_bool(), &got["host"]),
            (Some(true), &"laptop".into())
        );
        let length = text.len().to_string();
        let told = got["text"]
            .as_str()
            .unwrap()
            .replace([' ', '\u{a0}', '\u{202f}'], "");
        assert!(told.contains(&length), "{told} tells no {length}");
    }
}

#[test]
fn what_the_simulated_client_fetched_is_what_the_real_server_keeps() {
    let (Some(tshark), Some(desk)) = (
        wirestage_tests::Tshark::require(),
        desk("as-ftp-bytes", FTP_SERVER),
    ) else {
        return;
    };
    fs::create_dir(desk.file("kept")).unwrap();
    let numbers = (0..50_000_u32).map(|n| n.wrapping_mul(2_654_435_761));
    let bytes: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
    fs::write(desk.file("kept/report.pdf"), &bytes).unwrap();
    // The tap of the one who was simulated.
    let args = ["ftp-download", "--tap", "laptop", "-o", "run.pcapng"];
    let said = served(&desk, &args, "analytical");
    assert_eq!(said.code(), 0, "{said:?}");
    let found = tshark.export_objects(&desk.file("run.pcapng"), "ftp-data", &desk.file("out"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(fs::read(&found[0]).unwrap() == bytes);
}

#[test]
fn a_wrong_password_fails_the_session() {
    let Some(desk) = desk("as-wrong", FTP_SERVER) else {
        return;
    };
    fs::create_dir(desk.file("kept")).unwrap();
    fs::write(desk.file("kept/report.pdf"), "secret").unwrap();
    let said = served(&desk, &["ftp-download"], "another");
    assert_eq!(said.code(), 1, "{said:?}");
    assert!(said.err.contains("530"), "the reply is told: {said:?}");
}

#[test]
fn the_simulated_client_hands_a_letter_to_a_real_server() {
    for ip in ["ip=4", "ip=6"] {
        let Some(desk) = desk("as-mail", MAIL_SERVER) else {
            return;
        };
        let said = served(&desk, &["mail-submit", "--set", ip], "keep");
        assert_eq!(said.code(), 0, "{ip}: {said:?}");
        let envelope = fs::read_to_string(desk.file("envelope")).unwrap();
        assert_eq!(envelope, "ada@example.net grace@example.net");
        let letter = fs::read_to_string(desk.file("letter")).unwrap();
        assert!(letter.contains("Subject: Lunch?\r\n"), "{letter}");
        assert!(letter.contains("I found a bug, and it has wings."));
    }
}

#[test]
fn a_letter_refused_fails_the_session() {
    let Some(desk) = desk("as-refuse", MAIL_SERVER) else {
        return;
    };
    let said = served(&desk, &["mail-submit"], "refuse");
    assert_eq!(said.code(), 1, "{said:?}");
    assert!(said.err.contains("550"), "the reply is told: {said:?}");
    assert!(!desk.file("letter").exists());
}

#[test]
fn a_server_that_ends_too_early_fails_the_session() {
    let Some(desk) = desk("as-ends", "print('no server at all')") else {
        return;
    };
    let said = served(&desk, &["ftp-download"], "x");
    assert_eq!(said.code(), 1, "{said:?}");
    assert!(said.err.contains("before the others were done"), "{said:?}");
}

/// A real FTP server at which Ada may do everything.
const WHOLE_FTP_SERVER: &str = r#"
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
people = DummyAuthorizer()
people.add_user("ada", sys.argv[1], "kept", perm="elradfmwMT")
FTPHandler.authorizer = people
FTPHandler.auth_failed_timeout = 0
FTPServer(("HERE", 21), FTPHandler).serve_forever()
"#;

/// All that the simulated client can be told, with a mode and a version of IP.
fn all_actions(mode: &str, ip: &str) -> String {
    format!(
        r#"
title = "All of FTP"
links = ["laptop - server"]
ip    = {ip}
[hosts]
server = {{ runs = "ftp server" }}
[hosts.laptop]
person = "Ada"
runs   = "ftp client"
mode   = "{mode}"
[hosts.laptop.files]
"mine.bin"         = "70 kB"
"more.txt"         = {{ text = "and more\n" }}
"site/index.html"  = {{ text = "<h1>Ada</h1>\n" }}
"site/deep/a.png"  = {{ image = "9 kB" }}
"film.mp4"         = "400 kB"
[link.all]
delay = "1 ms"
rate  = "30 Mbit/s"
[[story]]
Ada = ["login", "pwd", "ls", "dir docs", "names", "size report.pdf", "time report.pdf"]
[[story]]
Ada = ["get report.pdf", "get docs/poem.txt as verse.txt", "get *.png", "get docs/"]
[[story]]
Ada = ["put mine.bin", "append more.txt to mine.bin", "put site/", "mkdir new", "cd new", "pwd"]
[[story]]
Ada = ["put more.txt", "rename more.txt to less.txt", "cd ..", "move new/less.txt to docs"]
[[story]]
Ada = ["delete docs/less.txt", "rmdir new", "status", "features", "system", "help"]
[[story]]
Ada = ["type ascii", "get docs/poem.txt as again.txt", "put more.txt as text.txt", "type binary"]
[[story]]
Ada = ["get big.iso, status after 200 kB", "quote NOOP"]
[[story]]
Ada = ["get big.iso as some.iso, abort after 200 kB", "quote NOOP"]
[[story]]
Ada = "get big.iso as cut.iso, hang up after 200 kB"
[[story]]
Ada = ["login", "put film.mp4, hang up after 100 kB"]
[[story]]
Ada = ["login", "resume put film.mp4", "quit"]
"#
    )
}

#[test]
fn the_simulated_client_does_all_it_can_at_a_real_server() {
    for (mode, ip) in [
        ("passive", "4"),
        ("active", "4"),
        ("extended", "4"),
        ("extended", "6"),
        ("active", "6"),
    ] {
        let here = if ip == "6" { "::" } else { "0.0.0.0" };
        let Some(desk) = desk("as-all", &WHOLE_FTP_SERVER.replace("HERE", here)) else {
            return;
        };
        fs::create_dir_all(desk.file("kept/docs/deep")).unwrap();
        let numbers = (0..100_000_u32).map(|n| n.wrapping_mul(2_654_435_761));
        let bytes: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
        for (name, bytes) in [
            ("report.pdf", &bytes[..50_000]),
            ("one.png", &bytes[50_000..60_000]),
            ("two.png", &bytes[60_000..65_000]),
            ("docs/poem.txt", b"one line\nand another\n"),
            ("docs/deep/deepest.bin", &bytes[..1000]),
            ("big.iso", &bytes.repeat(5)),
        ] {
            fs::write(desk.file("kept").join(name), bytes).unwrap();
        }
        let text = all_actions(mode, ip);
        let _ = desk.lay("net.toml", &text);
        let args = ["./net.toml", "-o", "run.json"];
        let said = served(&desk, &args, "analytical");
        let run = fs::read(desk.file("run.json")).unwrap();
        let run: serde_json::Value = serde_json::from_slice(&run).unwrap();
        let outcomes = run["outcomes"].as_array().unwrap();
        let failed: Vec<_> = outcomes.iter().filter(|o| o["ok"] != true).collect();
        assert!(failed.is_empty(), "{mode} {ip}: {failed:?}\n{said:?}");
        assert_eq!(outcomes.len(), 41, "{outcomes:?}");
        compare_with_the_server(&desk, &text);
    }
}

/// What the client brought lies at the server, byte for byte.
fn compare_with_the_server(desk: &Desk, text: &str) {
    let scenario = wirestage_core::scenario::load("net", text, &[]).unwrap();
    let mut runs = scenario.scenario.hosts().flat_map(|(_, host)| &host.runs);
    let files = runs.find_map(|runs| match runs {
        wirestage_core::scenario::model::Runs::FtpUser(user) => Some(&user.files),
        _ => None,
    });
    let own = |name: &str| {
        let file = files.unwrap().iter().find(|file| file.name == name);
        let content = file.unwrap().content.as_ref().unwrap();
        content.read(0..content.len())
    };
    let mut joined = own("mine.bin");
    joined.extend(own("more.txt"));
    let at_server = |name: &str| fs::read(desk.file("kept").join(name)).unwrap();
    assert!(at_server("mine.bin") == joined);
    assert_eq!(at_server("text.txt"), own("more.txt"));
    for name in ["site/index.html", "site/deep/a.png", "film.mp4"] {
        assert!(at_server(name) == own(name), "{name}");
    }
    for gone in ["new", "docs/less.txt", "more.txt"] {
        assert!(!desk.file("kept").join(gone).exists(), "{gone}");
    }
}
