//! What a session leaves to look at: captures of both sides of the door, read by tshark, and
//! the journal, from which everybody makes the same run.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};
use wirestage_core::live::{Entry, Live, Plan, Reader, budget};
use wirestage_core::scenario::load;
use wirestage_core::simulation::Options;
use wirestage_tests::shell::{Desk, Started, Who, am_root, behind_a_router};
use wirestage_tests::{Scratch, Tshark, pcap, tools, wirestage};

/// Captures on eth0 inside, as `inside.pcap`, what `$1` does there.
const CAPTURED: &str = r#"
tcpdump $PRIVILEGES -i eth0 --immediate-mode -B 16384 -U -w inside.pcap 2> tcpdump.txt &
until grep -q listening tcpdump.txt; do sleep 0.02; done
# It says so a moment before.
sleep 0.2
sh -c "$DOES"
code=$?
sleep 0.3
kill -INT $!
wait $!
exit $code
"#;

/// Notes on the normal course of things.
const NORMAL: &[&str] = &[
    "This frame initiates the connection closing",
    "This frame undergoes the connection closing",
    // traceroute's.
    "\"Time To Live\" only",
];

/// Runs `does` in a session with a capture on each side of the door. The first is `out.pcapng`.
fn captured(desk: &Desk, args: &[&str], does: &str) {
    // As root, tcpdump wants to become another user, who may not write here.
    let privileges = if am_root() { "-Z root" } else { "" };
    let words = [
        &["shell"],
        args,
        &["-o", "out.pcapng", "--", "sh", "-c", CAPTURED],
    ]
    .concat();
    let mut command = desk.wirestage(&words);
    command.env("PRIVILEGES", privileges).env("DOES", does);
    let said = wirestage_tests::shell::said(&mut command);
    let _ = said.well();
}

/// tshark finds nothing wrong in a capture, which holds at least so many frames: nothing
/// malformed, no bad checksum, nothing lost or sent again. All of it in one reading.
fn is_clean(tshark: &Tshark, file: &Path, at_least: usize) {
    let name = file.display();
    let rows = tshark.fields(file, "", &["frame.number", "_ws.expert"]);
    let normal = |says: &str| {
        let kinds = ["Expert Info (Chat/", "Expert Info (Comment/"];
        let is_fine = says.is_empty() || kinds.iter().any(|kind| says.starts_with(kind));
        is_fine || NORMAL.iter().any(|text| says.contains(text))
    };
    let mut says = rows
        .iter()
        .flat_map(|row| row[1].split('\x1f').map(|says| (&row[0], says)));
    let wrong = says.find(|(_, says)| !normal(says));
    assert!(wrong.is_none(), "{name}: {wrong:?}");
    assert!(rows.len() >= at_least, "{name}: {} frames", rows.len());
}

/// The frames of both captures are the same, byte for byte.
fn are_equal(tshark: &Tshark, a: &Path, b: &Path) {
    let read = |file: &Path| {
        let fields = [
            "frame.len",
            "eth.src",
            "ip.id",
            "ip.checksum",
            "tcp.checksum",
            "tcp.seq_raw",
        ];
        // What the kernel tells of its groups may come before the second capture begins.
        let mut rows = tshark.fields(file, "!(icmpv6.type == 143)", &fields);
        // What goes out and what comes in meanwhile are not seen in the same order.
        rows.sort();
        rows
    };
    let (a, b) = (read(a), read(b));
    assert_eq!(a.len(), b.len());
    let other = a.iter().zip(&b).find(|(a, b)| a != b);
    assert!(other.is_none(), "{other:?}");
}

/// tshark, and the programs that are captured; or `None`, loudly.
fn judges() -> Option<Tshark> {
    let _ = (tools::require("tcpdump")?, tools::require("curl")?);
    Tshark::require()
}

#[test]
fn a_download_is_clean_on_both_sides_of_the_door() {
    let Some(tshark) = judges() else { return };
    let Some(desk) = Desk::require("clean", Who::Myself) else {
        return;
    };
    for (mode, option) in [("passive", ""), ("active", "-P - ")] {
        let does = format!("curl -sS {option}-u ada:analytical -o got ftp://server/report.pdf");
        captured(&desk, &["ftp-download", "--set", "size=1MB"], &does);
        let (out, inside) = (desk.file("out.pcapng"), desk.file("inside.pcap"));
        println!("{mode}");
        is_clean(&tshark, &out, 700);
        is_clean(&tshark, &inside, 700);
        are_equal(&tshark, &out, &inside);
        let data = tshark.fields(&inside, "ftp-data", &["tcp.len"]);
        let data: usize = data
            .iter()
            .map(|row| row[0].parse::<usize>().unwrap())
            .sum();
        assert_eq!(data, 1_000_000, "each byte once");
    }
}

#[test]
fn a_flipped_bit_and_a_lost_frame_are_found() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new("unclean");
    let file = scratch.file("run.pcap");
    let output = wirestage()
        .args(["run", "ftp-download", "-o"])
        .arg(&file)
        .output();
    assert!(output.unwrap().status.success());
    is_clean(&tshark, &file, 50);
    let finds = |bytes: &[u8]| {
        let file = scratch.file("wrong.pcap");
        fs::write(&file, bytes).unwrap();
        std::panic::catch_unwind(|| is_clean(&tshark, &file, 50)).is_err()
    };
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(finds(&flipped), "a bit of the file");
    // Ten frames of the file's middle, left out.
    let frames = pcap::frames(&file);
    let before: usize = frames[..30].iter().map(|frame| frame.len() + 16).sum();
    let left: usize = frames[30..40].iter().map(|frame| frame.len() + 16).sum();
    let lost = [&whole[..24 + before], &whole[24 + before + left..]].concat();
    assert!(finds(&lost), "frames that are missing");
}

#[test]
fn a_session_behind_nat_is_clean_wherever_one_looks() {
    let Some(tshark) = judges() else { return };
    let Some(desk) = Desk::require("clean-nat", Who::Myself) else {
        return;
    };
    let _ = desk.lay("net.toml", &behind_a_router("helper", "200 kB"));
    let does = "curl -sS -P - -u ada:analytical -o got ftp://server/report.pdf \
                && ping -c 2 -i 0.2 server && traceroute -n server";
    for tap in ["laptop", "router:internet", "server"] {
        captured(&desk, &["./net.toml", "--tap", tap], does);
        is_clean(&tshark, &desk.file("out.pcapng"), 140);
        is_clean(&tshark, &desk.file("inside.pcap"), 140);
    }
}

#[test]
fn a_letter_handed_in_is_clean_in_both_versions_of_ip() {
    let Some(tshark) = judges() else { return };
    let Some(desk) = Desk::require("clean-mail", Who::Myself) else {
        return;
    };
    let does = "printf 'Subject: Tea?\\r\\n\\r\\nAt five.\\r\\n' | curl -sS smtp://server \
                --mail-from ada@example.net --mail-rcpt grace@example.net -T -";
    for ip in ["ip=4", "ip=6"] {
        captured(&desk, &["mail-submit", "--set", ip], does);
        let (out, inside) = (desk.file("out.pcapng"), desk.file("inside.pcap"));
        is_clean(&tshark, &out, 15);
        is_clean(&tshark, &inside, 15);
        are_equal(&tshark, &out, &inside);
        let version = tshark.frames(&inside, if ip == "ip=4" { "ipv6" } else { "ip" });
        assert_eq!(version, [0; 0], "{ip}: of the other version");
        let found = tshark.export_objects(&out, "imf", &desk.file(ip));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn nobody_may_capture_inside_as_well() {
    let Some(tshark) = judges() else { return };
    if !am_root() {
        // Then the tests above have shown it.
        return;
    }
    let Some(desk) = Desk::require("clean-nobody", Who::Nobody) else {
        return;
    };
    let script = CAPTURED
        .replace("$PRIVILEGES", "")
        .replace("\"$DOES\"", "'ping -c 2 -i 0.2 server'");
    let said = desk.session(&["ftp-download", "-o", "out.pcapng"], &script);
    let _ = said.well();
    is_clean(&tshark, &desk.file("inside.pcap"), 6);
    are_equal(&tshark, &desk.file("out.pcapng"), &desk.file("inside.pcap"));
}

#[test]
fn a_capture_can_be_read_while_it_grows() {
    let (Some(tshark), Some(desk)) = (Tshark::require(), Desk::require("grows", Who::Myself))
    else {
        return;
    };
    if tools::require("ping").is_none() {
        return;
    }
    let script = "ping -c 2 -i 0.2 server && touch half && read line && ping -c 2 -i 0.2 server";
    let words = [
        "shell",
        "ftp-download",
        "-o",
        "out.pcapng",
        "--",
        "sh",
        "-c",
        script,
    ];
    let mut command = desk.wirestage(&words);
    command.stdin(std::process::Stdio::piped());
    let mut started = Started::of(&mut command);
    let end = Instant::now() + Duration::from_secs(20);
    while !desk.file("half").exists() {
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    let file = desk.file("out.pcapng");
    let early = tshark.frames(&file, "icmp").len();
    assert_eq!(early, 4, "two pings, two answers");
    is_clean(&tshark, &file, 4);
    let mut input = started.child.stdin.take().unwrap();
    input.write_all(b"go on\n").unwrap();
    let said = started.ended();
    let _ = said.well();
    assert_eq!(tshark.frames(&file, "icmp").len(), 8);
}

/// What the page's address answers.
fn ask(port: u16, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the page is served");
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it listens");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = answer.split_off(end.expect("a header") + 4);
    let header = String::from_utf8_lossy(&answer);
    assert!(header.starts_with("HTTP/1.1 200"), "{path}: {header}");
    body
}

#[test]
fn who_follows_the_journal_sees_the_session_byte_for_byte() {
    let page = tools::require_file("the page", "WIRESTAGE_PAGE", None, "cargo xtask test");
    let (Some(_), Some(desk)) = (page, Desk::require("journal", Who::Myself)) else {
        return;
    };
    // Given a session whose page is followed.
    let script = "curl -sS -u ada:analytical -o got ftp://server/report.pdf && sleep 0.3";
    let words = [
        "shell",
        "ftp-download",
        "--page",
        "--port",
        "0",
        "--no-open",
    ];
    let words = [&words[..], &["-o", "run.json", "--", "sh", "-c", script]].concat();
    let mut started = Started::of(&mut desk.wirestage(&words));
    let line = started.line_with("http://127.0.0.1:");
    let port = line.split("127.0.0.1:").nth(1).unwrap().split('/').next();
    let port: u16 = port.unwrap().parse().unwrap();
    let plan: Plan = serde_json::from_slice(&ask(port, "/live/plan")).expect("a plan");
    assert_eq!(
        (plan.id.as_str(), plan.host.as_str()),
        ("ftp-download", "laptop")
    );
    // When its journal is fed to another run of the same plan, up to its end.
    let scenario = load(&plan.id, &plan.text, &plan.settings)
        .expect("it loads")
        .scenario;
    let options = Options {
        seed: plan.seed,
        budget: budget(),
        ..Options::default()
    };
    let live = Live::begin(&plan.source, scenario, &options, Some(&plan.host));
    let mut live = live.expect("it begins");
    let mut reader = Reader::default();
    let mut over = false;
    while !over {
        let piece = ask(port, &format!("/live/journal?from={}", reader.taken()));
        reader.take(&piece);
        while let Some(entry) = reader.next_entry().expect("a journal") {
            over = matches!(entry, Entry::Over { .. });
            live.follow(&entry);
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    let _ = started.ended().well();
    // Then both tell the same.
    let run = live.finish();
    let mut told = Vec::new();
    let info = wirestage_core::save::explained(&run.timeline, &run.info);
    wirestage_core::timeline::to_json(&run.timeline, &info, &mut told).unwrap();
    let saved = fs::read(desk.file("run.json")).unwrap();
    assert!(run.timeline.frames().len() > 50);
    let first = told
        .split(|b| *b == b'\n')
        .zip(saved.split(|b| *b == b'\n'));
    let other = first.clone().find(|(told, saved)| told != saved);
    let other = other.map(|(a, b)| (String::from_utf8_lossy(a), String::from_utf8_lossy(b)));
    assert!(told == saved, "{other:?}");
}
