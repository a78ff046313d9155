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
