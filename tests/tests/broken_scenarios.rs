//! Broken scenario files: each is told exactly, and nothing makes the loader panic.
//!
//! `broken/NAME.toml` has its expected words beside it in `broken/NAME.txt`. Files that
//! are too large or too binary to keep are made here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use wirestage_core::base::Rng;
use wirestage_core::scenario::catalogue::{CATALOGUE, find};
use wirestage_core::scenario::{Problem, Severity, load, load_bytes, variants};

/// Everything the loader says of some bytes, warnings included.
fn problems(bytes: &[u8]) -> Vec<Problem> {
    match load_bytes("broken", bytes, &[]) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => {
            let error = problems.iter().any(|p| p.severity == Severity::Error);
            assert!(error, "refused without an error: {problems:?}");
            problems
        }
    }
}

fn told(file: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let found = problems(bytes);
    found.iter().map(|p| p.show(file, &text)).collect()
}

fn broken_files(ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("broken");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    files.sort();
    files
}

#[test]
fn each_broken_file_is_told_with_line_column_and_remedy() {
    let files = broken_files("toml");
    assert!(files.len() >= 60);
    let mut wrong = Vec::new();
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let said = told(name, &fs::read(path).unwrap()).join("\n") + "\n";
        let expected = fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
        if said != expected {
            wrong.push(format!("--- expected\n{expected}--- said\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stems = |files: &[PathBuf]| -> BTreeSet<_> {
        let stem = |f: &PathBuf| f.file_stem().unwrap().to_owned();
        files.iter().map(stem).collect()
    };
    let words = stems(&broken_files("txt"));
    assert_eq!(words, stems(&files), "words without a file");
}

#[test]
fn ten_megabytes_of_garbage_are_refused_at_once() {
    let mut rng = Rng::from_seed(10);
    let garbage: Vec<u8> = (0..10_000_000 / 8)
        .flat_map(|_| rng.next_u64().to_le_bytes())
        .collect();
    let refused = "x.toml:1:1: error: the file is too large: 10000000 bytes\n  \
                   help: a scenario holds at most 256 KiB";
    assert_eq!(told("x.toml", &garbage), [refused]);
}

#[test]
fn of_very_many_mistakes_twenty_are_told() {
    let text = "mistake\n".repeat(30_000);
    let said = told("x.toml", text.as_bytes());
    assert_eq!(said.len(), 21);
    assert_eq!(
        said[19],
        "x.toml:20:8: error: not TOML: key with no value, expected `=`\n  \
         help: write key = value on one line"
    );
    assert_eq!(said[20], "x.toml: error: and 29980 more");
    let wrong: String = (0..5000).map(|i| format!("wrong{i} = 1\n")).collect();
    let said = told("x.toml", wrong.as_bytes());
    assert!(said[0].starts_with("x.toml:1:1: error: unknown key `wrong0` in a scenario"));
    assert_eq!(said[20], "x.toml: error: and 4980 more");
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let mut bytes = b"title = \"na\xc3\xafve\"\nsummary = \"".to_vec();
    bytes.extend(b"\xff\xfe\"\n");
    let placed = "x.toml:2:12: error: this is not text: the byte 0xff is not UTF-8\n  \
                  help: save the file as UTF-8";
    assert_eq!(told("x.toml", &bytes), [placed]);
    let utf16: Vec<u8> = "\u{feff}title"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(told("x.toml", &utf16)[0].starts_with("x.toml:1:1: error: this is not text"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let text = CATALOGUE[0].text;
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(told("x.toml", windows.as_bytes()), [""; 0]);
    let said = told(
        "x.toml",
        "\u{feff}titel = \"A\"\r\ntitle = 5\r\n".as_bytes(),
    );
    assert!(said[0].starts_with("x.toml:1:1: error: unknown key `titel`"));
    assert!(said[1].starts_with("x.toml:2:9: error: `title`"));
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let dotted = |names: usize| vec!["a"; names].join(".");
    let mut bombs = vec![
        "[".repeat(100_000),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}", "{a = ".repeat(50_000)),
        format!("{} = 1", dotted(100_000)),
        format!("[{}]", dotted(100_000)),
        format!("[[{}]]", dotted(70)),
    ];
    // Each kind of nesting stays below its own limit, and they add up.
    for names in [20, 70, 79] {
        let mut text = format!("[{}]\n", dotted(names));
        let levels = 70;
        for _ in 0..levels {
            text += &format!("{} = {{ ", dotted(names));
        }
        text += "a = 1";
        text += &" }".repeat(levels);
        bombs.push(text);
    }
    for bomb in bombs {
        assert!(!problems(bomb.as_bytes()).is_empty(), "{}", &bomb[..40]);
    }
}

#[test]
fn a_knob_that_cannot_be_so_is_told_by_name() {
    for (name, value, message, help) in [
        (
            "mode",
            "fast",
            "knob `mode`: `fast` is not one of its choices",
            "choose one of active, passive, extended",
        ),
        (
            "mod",
            "active",
            "there is no knob `mod`",
            "did you mean `mode`?",
        ),
        (
            "delay",
            "10 msec",
            "knob `delay`: `msec` is not a unit of a time",
            "write 10 ms",
        ),
        (
            "delay",
            "3 h",
            "with delay = 3 h: this delay is too long",
            "write 1 h at most",
        ),
        (
            "rate",
            "0 bit/s",
            "with rate = 0 bit/s: a link cannot have this rate",
            "write something from 1 bit/s to 100 Gbit/s",
        ),
        (
            "size",
            "",
            "knob `size`: `` is not a size",
            "write a number and a unit, such as 40 kB",
        ),
    ] {
        let text = find("ftp-download").unwrap().text;
        let problems = load("ftp-download", text, &[(name.into(), value.into())]).unwrap_err();
        let said: Vec<String> = problems.iter().map(|p| p.show("", text)).collect();
        assert_eq!(said, [format!("error: {message}\n  help: {help}")]);
    }
}

/// Pieces that mutated files are made from, besides those of the built-in scenarios.
const PIECES: &str = "[hosts]\n|[[story]]\n|[[captions]]\n|[knobs]\n|[link.all]\n|[domains]\n|laptop|server|switch| - \
    | = |{|}|[|]|\"|'|\n|.|,|#|\\|\"\"\"|0x|1e9|-1|99999999999999999999|true|1979-05-27|\u{feff}|\u{0}|é|🦀|runs = \
    |\"ftp client\"|Ada|send-to|choices = [4, 6]|sets = \"story.1.Ada.send-to\"|type = \"size\"|links|at = \"2 s\"\
    |router|internet|hub| - router - |nat = \"on\"|firewall = |routes = |forwards = |tcp|udp|icmp| to port 23| from inside\
    | from laptop|reject by icmp|drop|otherwise|\"nothing\"|lose = \"1 %\"|down = |2 s to 4 s|every|first| data segment\
    | of the file|SYN|mtu = 68|192.0.2.1|::/0 by internet|10.0.0.0/8|65536|\"console\"|ping server 3|{ image = \"20 kB\" }|folders = |logins = |guests = { may = |\"read and write\"\
    |passive-ports = \"1-2\"|announces = \"router's address\"|trusts = |home = \"docs\"|disk = |\"any\"|get docs/\
    |, abort after 2 kB|\"ftp web page\"|\"browser\"|open web/a";

/// Every word that the network has, in one scenario that is sound.
const NETWORK: &str = r#"title = "All of it"
links = ["laptop - hub - router - internet - router2 - server", "phone - switch - router", "internet - router3 - router2"]

[hosts]
laptop = { person = "Ada", runs = ["console", "ftp client"], tcp = { window = "4 kB", keep-alive = "30 s", delayed-ack = "off" } }
phone = { person = "Grace", runs = "console", tcp = { mss = 536, congestion = "reno", nagle = "off", backlog = 2 } }
server = { runs = ["ftp server", "echo server", "discard server"], pause = "3 s", pause-after = "20 kB", files = { "a.txt" = "20 kB" } }
internet = { routes = ["10.0.0.0/8 by router2", "::/0 by router3"], address = "198.51.100.77" }

[hosts.router]
nat = "helper"
nat-table = 100
nat-timeout = "5 min"
forwards = ["tcp 2121 to laptop:21", "udp 53 to phone"]

[hosts.router.firewall]
answers = "accept established related"
"no telnet" = "reject tcp from inside to server to port 20-23"
"no pings" = "reject by icmp inbound new icmp from outside to 192.168.1.0/24"
unused = "nothing"
otherwise = "accept"

[link.all]
delay = "5 ms"
jitter = "1 ms"
lose = "nothing"

[link.laptop-hub]
lose = ["1 %", "3rd SYN from laptop", "every data segment of the file"]
duplicate = "first frame"
reorder = "2nd to 4th ACK"
corrupt = "second ICMP message from phone"
down = ["2 s to 4 s", "from 5 s"]
mtu = 1000
queue = 10

[knobs]
nat = { label = "NAT", sets = "router.nat", choices = ["off", "on", "helper"] }
lose = { label = "Loss", sets = "link.all.lose", choices = ["nothing", "first data segment of the file"] }
share = { label = "Share", sets = "link.router-internet.corrupt", choices = ["nothing", "1 %"] }
rule = { label = "Rule", sets = 'router.firewall."no telnet"', choices = ["reject tcp from inside to server to port 20-23", "drop"] }
window = { label = "Window", sets = "server.tcp.window", type = "size", suggestions = ["1 kB"] }

[[story]]
Ada = ["ping server", "login", "get a.txt", "connect 192.0.2.7 9", "send 200 kB", "wait 10 min", "close"]
Grace = ["traceroute laptop"]
"#;

/// Every word that FTP has.
const FTP: &str = r#"title = "All of FTP"
links = ["laptop - router - server", "router - switch - phone", "switch - web"]

[hosts]
router = { nat = "on" }
web = { runs = "ftp web page", mode = "extended" }
phone = { person = "Grace", runs = "browser" }

[hosts.laptop]
person = "Ada"
runs = ["ftp client", "console"]
mode = "active"
announces = "router's address"
retries = 2
retry-after = "7 s"
files = { "site/index.html" = { text = "a" }, "site/photo.png" = { image = "2 kB" } }
folders = ["inbox"]
line-ends = "crlf"

[hosts.server]
runs = "ftp server"
files = { "docs/notes.txt" = { text = "a" }, "photo.png" = { image = "2 kB" }, "big.iso" = "2 MB" }
folders = ["pub", "grace/drafts"]
guests = { home = "pub", may = "write" }
port-check = "off"
extended = "off"
sessions = 2
attempts = 5
idle = "5 min"
data-patience = "30 s"
disk = "100 MB"
quota = "50 kB"
passive-ports = "50000-50009"
passive-address = "192.0.2.7"

[hosts.server.logins]
ada = "analytical"
grace = { password = "compiler", home = "grace", may = "read" }

[knobs]
mode = { label = "Mode", sets = "laptop.mode", choices = ["active", "passive", "extended"] }
may = { label = "May", sets = "server.guests.may", choices = ["write", "nothing"] }
disk = { label = "Disk", sets = "server.disk", choices = { large = "100 MB", any = "any" } }

[[story]]
Ada = ["login", "put site/", "get big.iso, abort after 200 kB", "resume big.iso", "mode extended", "ping server"]
Grace = ["open web/docs/"]

[[story]]
at = "2 s"
Ada = "abort"
"#;

#[test]
fn a_file_with_every_word_of_ftp_is_sound() {
    assert_eq!(told("x.toml", FTP.as_bytes()), [""; 0]);
}

#[test]
fn a_file_with_every_word_of_the_network_is_sound() {
    assert_eq!(told("x.toml", NETWORK.as_bytes()), [""; 0]);
}

#[test]
fn mutated_files_never_panic_and_every_problem_lies_inside() {
    let mut rng = Rng::from_seed(20_260_105);
    let mut sources: Vec<String> = CATALOGUE.iter().map(|e| e.text.to_owned()).collect();
    sources.push(NETWORK.to_owned());
    sources.push(FTP.to_owned());
    let all_sound = sources.len();
    for path in broken_files("toml") {
        sources.push(fs::read_to_string(path).unwrap());
    }
    let mut loaded = 0;
    for round in 0..6000 {
        let sound = round % 2 == 0;
        let from = if sound {
            &sources[..all_sound]
        } else {
            &sources
        };
        let mut text = pick(&mut rng, from).clone().into_bytes();
        for _ in 0..=rng.below(3) {
            mutate(&mut rng, &mut text, &sources);
        }
        let found = match load_bytes("x", &text, &[]) {
            Ok(found) => {
                loaded += 1;
                let runs = variants(&found.scenario);
                let settings: &Vec<_> = pick(&mut rng, &runs);
                let again = load_bytes("x", &text, settings);
                assert!(again.is_ok(), "round {round}: {again:?}");
                found.warnings
            }
            Err(problems) => problems,
        };
        for problem in found {
            if let Some(span) = problem.span {
                assert!(span.start <= span.end, "round {round}: {problem:?}");
                assert!(
                    span.end as usize <= text.len(),
                    "round {round}: {problem:?}"
                );
            }
            let shown = problem.show("x", &String::from_utf8_lossy(&text));
            assert!(shown.len() < 1000, "round {round}: {shown}");
        }
    }
    assert!(
        (200..5000).contains(&loaded),
        "{loaded} of 6000 load: the mutations try too little"
    );
}

fn pick<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[usize::try_from(rng.below(from.len() as u64)).unwrap()]
}

fn place(rng: &mut Rng, text: &[u8]) -> usize {
    usize::try_from(rng.below(text.len() as u64 + 1)).unwrap()
}

/// Changes a byte, drops a piece, repeats a piece, or puts one in from elsewhere.
fn mutate(rng: &mut Rng, text: &mut Vec<u8>, sources: &[String]) {
    let at = place(rng, text);
    let end = (at + usize::try_from(rng.below(40)).unwrap()).min(text.len());
    match rng.below(6) {
        0 if at < text.len() => text[at] = u8::try_from(rng.below(256)).unwrap(),
        1 => drop(text.drain(at..end)),
        2 => {
            let piece = text[at..end].to_vec();
            let to = place(rng, text);
            text.splice(to..to, piece);
        }
        3 => {
            let other = pick(rng, sources).as_bytes();
            let from = place(rng, other);
            let to = (from + 60).min(other.len());
            text.splice(at..at, other[from..to].iter().copied());
        }
        4 => {
            // A whole line goes, or comes twice: most such files still parse.
            let lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
            let which = at % lines.len().max(1);
            let copies = usize::try_from(rng.below(2)).unwrap() * 2;
            let mut out = Vec::new();
            for (n, line) in lines.iter().enumerate() {
                out.extend(line.repeat(if n == which { copies } else { 1 }));
            }
            *text = out;
        }
        _ => {
            let pieces: Vec<&str> = PIECES.split('|').collect();
            text.splice(at..at, pick(rng, &pieces).bytes());
        }
    }
}
