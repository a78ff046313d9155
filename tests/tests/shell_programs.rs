//! Real programs inside `wirestage shell`: what they fetch, hand in and find out.

#![cfg(target_os = "linux")]

use serde_json::Value;
use std::fs;
use std::time::Duration;
use wirestage_core::scenario::load;
use wirestage_tests::runs::{owned, scenario};
use wirestage_tests::shell::{Desk, Said, Who, behind_a_router, kept};
use wirestage_tests::tools;

/// A way to fetch the file, as a script that leaves it as `got`.
const CURL_PASSIVE: &str = "curl -sS -u ada:analytical -o got ftp://server/report.pdf";
const CURL_ACTIVE: &str = "curl -sS -P - -u ada:analytical -o got ftp://server/report.pdf";
/// The plain address, by which a guest logs in.
const CURL_GUEST: &str = "curl -sS -o got ftp://server/report.pdf";

/// Ada fetches the file with Python's ftplib: `passive` or not, into `got`.
const FTPLIB: &str = r#"
import ftplib, sys
ftp = ftplib.FTP()
ftp.connect("server", 21, timeout=20)
ftp.login("ada", "analytical")
ftp.set_pasv(sys.argv[1] == "passive")
with open("got", "wb") as file:
    ftp.retrbinary("RETR report.pdf", file.write)
print(ftp.quit())
"#;

/// Ada hands a letter in with Python's smtplib.
const SMTPLIB: &str = r#"
import smtplib
with smtplib.SMTP("server", 25, timeout=20) as server:
    refused = server.sendmail("ada@example.net", ["grace@example.net"],
        "Subject: Tea?\r\nFrom: ada@example.net\r\nTo: grace@example.net\r\n\r\nAt five.\r\n")
print("refused:", refused)
"#;

/// A session's timeline, which it was told to save as `run.json`.
fn timeline(desk: &Desk) -> Value {
    let text = fs::read(desk.file("run.json")).expect("the session saves its timeline");
    serde_json::from_slice(&text).expect("JSON")
}

/// All that was noted under a key, in order.
fn notes<'a>(run: &'a Value, key: &str) -> Vec<&'a str> {
    let events = run["events"].as_array().expect("events");
    let notes = events.iter().filter(|event| event["key"] == key);
    notes.filter_map(|event| event["value"].as_str()).collect()
}

/// Fetches the file in a session and compares it with the one that the server keeps.
fn fetches(desk: &Desk, args: &[&str], script: &str, file: &[u8]) {
    fs::remove_file(desk.file("got")).ok();
    let said = desk.session(args, script);
    let _ = said.well();
    let got = fs::read(desk.file("got")).expect("a file was fetched");
    assert!(
        got == file,
        "{args:?} {script}: {} bytes came, {} are kept",
        got.len(),
        file.len()
    );
}

#[test]
fn curl_fetches_the_file_passive_and_active() {
    let Some(_) = tools::require("curl") else {
        return;
    };
    let file = kept(&scenario("ftp-download", &owned(&[("size", "1 MB")])));
    for who in Who::all() {
        let Some(desk) = Desk::require("curl", *who) else {
            continue;
        };
        let args = ["ftp-download", "--set", "size=1MB"];
        for script in [CURL_PASSIVE, CURL_ACTIVE, CURL_GUEST] {
            fetches(&desk, &args, script, &file);
        }
    }
}

#[test]
fn ftplib_fetches_the_file_passive_and_active() {
    let (Some(python), Some(desk)) = (
        tools::require("python"),
        Desk::require("ftplib", Who::Myself),
    ) else {
        return;
    };
    let file = kept(&scenario("ftp-download", &Vec::new()));
    let _ = desk.lay("fetch.py", FTPLIB);
    for mode in ["passive", "active"] {
        let script = format!("'{}' fetch.py {mode}", python.path().display());
        fetches(&desk, &["ftp-download"], &script, &file);
    }
}

#[test]
fn files_come_through_routers_and_nat_and_active_mode_needs_help() {
    let Some(python) = tools::require("python") else {
        return;
    };
    let Some(_) = tools::require("curl") else {
        return;
    };
    for who in Who::all() {
        let Some(desk) = Desk::require("nat", *who) else {
            continue;
        };
        for nat in ["off", "on", "helper"] {
            let text = behind_a_router(nat, "300 kB");
            let file = kept(&load("nat", &text, &[]).expect("it loads").scenario);
            let _ = desk.lay("net.toml", &text);
            fetches(&desk, &["./net.toml"], CURL_PASSIVE, &file);
            if nat == "on" {
                // The server cannot call an address back that only the inside knows.
                let said = desk.session(&["./net.toml"], CURL_ACTIVE);
                assert_ne!(said.code(), 0, "{said:?}");
            } else {
                fetches(&desk, &["./net.toml"], CURL_ACTIVE, &file);
            }
        }
        if *who == Who::Nobody {
            continue;
        }
        let _ = desk.lay("fetch.py", FTPLIB);
        let file = fs::read(desk.file("got")).expect("curl fetched it");
        for mode in ["passive", "active"] {
            let script = format!("'{}' fetch.py {mode}", python.path().display());
            fetches(&desk, &["./net.toml"], &script, &file);
        }
    }
}

#[test]
fn smtplib_hands_a_letter_in_that_lands_in_the_mailbox() {
    let (Some(python), Some(desk)) = (
        tools::require("python"),
        Desk::require("smtplib", Who::Myself),
    ) else {
        return;
    };
    let _ = desk.lay("send.py", SMTPLIB);
    let script = format!("'{}' send.py", python.path().display());
    let args = ["mail-submit", "-o", "run.json", "-o", "run.txt"];
    let said = desk.session(&args, &script);
    assert!(said.well().contains("refused: {}"), "{said:?}");
    let run = timeline(&desk);
    let letters = notes(&run, "mailbox.grace@example.net");
    assert_eq!(letters, ["0 letters", "1 letter"]);
    // Ada's own story is not acted: the reader stands in for her host.
    assert_eq!(notes(&run, "draft"), [""; 0]);
    let told = fs::read_to_string(desk.file("run.txt")).unwrap();
    assert!(told.contains("At five."), "{told}");
}

#[test]
fn ping_and_traceroute_are_answered_hop_by_hop() {
    let (Some(_), Some(_)) = (tools::require("ping"), tools::require("traceroute")) else {
        return;
    };
    let text = behind_a_router("off", "1 kB");
    for who in Who::all() {
        let Some(desk) = Desk::require("ping", *who) else {
            continue;
        };
        let _ = desk.lay("net.toml", &text);
        // First of all sixteen probes at once, when no router knows its neighbours.
        let script = "traceroute -n -w 2 server && ping -c 3 -i 0.2 -W 2 server";
        let said = desk.session(&["./net.toml", "-o", "run.json"], script);
        let out = said.well();
        assert!(out.contains("3 received, 0% packet loss"), "{out}");
        let run = timeline(&desk);
        let (way, _) = out.split_once("PING ").expect("its first line");
        let hops: Vec<&str> = way.lines().skip(1).filter_map(hop).collect();
        let address = |name: &str| addresses(&run, name);
        assert_eq!(hops.len(), 3, "{out}");
        for (hop, node) in hops.iter().zip(["router", "internet", "server"]) {
            assert!(
                address(node).iter().any(|a| a == hop),
                "{node} has {:?}, and not {hop}:\n{out}",
                address(node)
            );
        }
        assert!(!way.contains(['*', '!']), "{out}");
    }
}

/// ` 1  192.0.2.1  4.2 ms  4.1 ms`: whose line it is.
fn hop(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let _: u32 = words.next()?.parse().ok()?;
    words.next()
}

/// The addresses of a node.
fn addresses(run: &Value, name: &str) -> Vec<String> {
    let nodes = run["nodes"].as_array().expect("nodes");
    let node = nodes.iter().find(|node| node["name"] == name);
    let node = node.expect("a node of this name");
    let listed = node["addresses"].as_array().expect("addresses");
    let own = listed.iter().filter_map(Value::as_str);
    own.map(str::to_owned).collect()
}

#[test]
fn a_slow_link_makes_a_ping_slow() {
    let (Some(_), Some(desk)) = (tools::require("ping"), Desk::require("slow", Who::Myself)) else {
        return;
    };
    let args = ["ftp-download", "--set", "delay=100ms"];
    let said = desk.session(&args, "ping -c 2 -i 0.2 server");
    let out = said.well();
    // `rtt min/avg/max/mdev = 200.4/200.9/201.4/0.5 ms`, beside one ARP before the first.
    let times = out.rsplit(" = ").next().unwrap();
    let least: f64 = times.split('/').next().unwrap().parse().unwrap();
    assert!((200.0..260.0).contains(&least), "{out}");
}

#[test]
fn exit_codes_come_through() {
    let Some(curl) = tools::require("curl") else {
        return;
    };
    for who in Who::all() {
        let Some(desk) = Desk::require("codes", *who) else {
            continue;
        };
        let call = |words: &[&str]| -> Said {
            let words = [&["shell", "ftp-download", "--"], words].concat();
            wirestage_tests::shell::said(&mut desk.wirestage(&words))
        };
        assert_eq!(call(&["true"]).code(), 0);
        assert_eq!(call(&["sh", "-c", "exit 42"]).code(), 42);
        assert_eq!(call(&["sh", "-c", "kill -9 $$"]).code(), 128 + 9);
        assert_eq!(call(&["sh", "-c", "kill -15 $$"]).code(), 128 + 15);
        // Nobody listens there: refused, curl says.
        let path = curl.path().to_string_lossy().into_owned();
        let refused = call(&[&path, "-sS", "http://server/"]);
        assert_eq!(refused.code(), 7, "{refused:?}");
        let none = call(&["no-such-program-here"]);
        assert_eq!(none.code(), 127);
        assert!(none.err.contains("no-such-program-here"), "{none:?}");
        let plain = desk
            .lay("plain.txt", "no program")
            .to_string_lossy()
            .into_owned();
        assert_eq!(call(&[&plain]).code(), 126);
    }
}

#[test]
fn what_is_said_and_heard_is_the_commands_alone() {
    let Some(desk) = Desk::require("streams", Who::Myself) else {
        return;
    };
    let said = desk.session(&["ftp-download"], "echo one; echo two >&2");
    assert_eq!(said.well(), "one\n");
    assert!(said.err.contains("two\n"), "{said:?}");
    // What goes in reaches it.
    let input = desk.lay("in.txt", "three\n");
    let mut command = desk.wirestage(&["shell", "ftp-download", "--", "cat"]);
    command.stdin(fs::File::open(input).unwrap());
    let said = wirestage_tests::shell::said(&mut command);
    assert_eq!(said.well(), "three\n");
}

#[test]
fn a_wrong_call_is_told_before_anything_begins() {
    let desk = Desk::new("wrong", Who::Myself);
    for (words, part) in [
        (&["shell"][..], "scenario"),
        (&["shell", "ftp-downlaod", "--", "true"], "ftp-download"),
        (
            &["shell", "ftp-download", "--as", "router", "--", "true"],
            "there is no host `router`",
        ),
        (
            &["shell", "nat-translates", "--as", "router", "--", "true"],
            "is a router",
        ),
        (
            &["shell", "ftp-download", "--set", "size=big", "--", "true"],
            "size",
        ),
    ] {
        let said = wirestage_tests::shell::said(&mut desk.wirestage(words));
        assert_eq!(said.code(), 2, "{words:?}: {said:?}");
        assert!(said.err.contains(part), "{words:?}: {said:?}");
        assert_eq!(said.out, "", "{words:?}");
    }
}

#[test]
fn inside_it_looks_like_the_host_one_stands_in_for() {
    let Some(desk) = Desk::require("looks", Who::Myself) else {
        return;
    };
    let script = "cat /proc/net/dev | cut -d: -f1; hostname; id -u; cat /etc/hosts; \
                  cat /sys/class/net/eth0/address 2>/dev/null; true";
    let said = desk.session(&["ftp-download"], script);
    let out = said.well();
    let has = |word: &str| out.lines().any(|line| line.trim() == word);
    assert!(has("eth0") && has("lo") && !has("door"), "{out}");
    assert!(
        has("192.0.2.11 server") && has("192.0.2.10 laptop"),
        "{out}"
    );
    let id = fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own));
    assert!(has(&id.unwrap().to_string()), "one's own number: {out}");
}

#[test]
fn twenty_megabytes_come_without_a_loss_at_the_door() {
    let Some(_) = tools::require("curl") else {
        return;
    };
    let Some(desk) = Desk::require("many", Who::Myself) else {
        return;
    };
    let settings = [("size", "20 MB"), ("rate", "1 Gbit/s"), ("delay", "1 ms")];
    let file = kept(&scenario("ftp-download", &owned(&settings)));
    let args = [
        "ftp-download",
        "--set",
        "size=20MB",
        "--set",
        "rate=1Gbit/s",
        "--set",
        "delay=1ms",
        "-o",
        "run.json",
    ];
    let script = format!("{CURL_PASSIVE} && sleep 0.5 && cat /proc/net/dev");
    fs::remove_file(desk.file("got")).ok();
    let said = desk.session(&args, &script);
    let out = said.well();
    assert!(fs::read(desk.file("got")).unwrap() == file);
    // bytes packets errs drop …, received and then sent.
    let card = out
        .lines()
        .find_map(|line| line.trim().strip_prefix("eth0:"));
    let counts: Vec<u64> = card
        .expect("a line of eth0")
        .split_whitespace()
        .map(|word| word.parse().unwrap())
        .collect();
    assert_eq!((counts[2], counts[3]), (0, 0), "{out}");
    assert_eq!((counts[10], counts[11]), (0, 0), "{out}");
    let run = timeline(&desk);
    let frames = run["frames"].as_array().unwrap();
    let from = |name: &str| frames.iter().filter(|f| f["from"] == name).count() as u64;
    // What the simulation says it handed out reached the card, and what the card sent came in.
    let (there, here) = (from("server"), from("laptop"));
    assert_eq!((counts[1], counts[9]), (there, here), "{out}");
    let dropped = run["events"].as_array().unwrap().iter();
    assert_eq!(dropped.filter(|e| e["kind"] == "dropped").count(), 0);
    assert!(said.took < Duration::from_secs(30), "{:?}", said.took);
}
