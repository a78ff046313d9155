//! Real FTP clients inside `wirestage shell`: all that they can ask of the simulated server,
//! and every file byte by byte.

#![cfg(target_os = "linux")]

use std::fs;
use wirestage_core::base::Content;
use wirestage_core::scenario::model::Runs;
use wirestage_core::scenario::{Scenario, load};
use wirestage_tests::shell::{Desk, Who};
use wirestage_tests::tools;

/// A server with folders, a text, an image, and a file that takes a while.
const NET: &str = r#"
title = "All of FTP"
links = ["laptop - server"]
ip    = 4
[hosts]
laptop = { person = "Ada", runs = "ftp client" }
[hosts.server]
runs    = "ftp server"
folders = ["inbox"]
[hosts.server.files]
"report.pdf"       = "300 kB"
"big.iso"          = "6 MB"
"photo.png"        = { image = "30 kB" }
"docs/poem.txt"    = { text = "one line\nand another\n" }
"docs/deep/a.md"   = { text = "from the deep\n" }
[link.all]
delay = "1 ms"
rate  = "30 Mbit/s"
[[story]]
Ada = ["login", "quit"]
"#;

/// All that ftplib knows, in one session: `active`, `passive` or `extended`.
const FTPLIB: &str = r#"
import ftplib, io, socket, sys

mode = sys.argv[1]
ftp = ftplib.FTP()
ftp.connect("server", 21, timeout=20)
ftp.login("ada", "analytical")
ftp.set_pasv(mode != "active")
if mode == "extended":
    ftp.af = socket.AF_INET6  # only here does ftplib say EPSV

def got(name, **more):
    pieces = []
    ftp.retrbinary("RETR " + name, pieces.append, **more)
    return b"".join(pieces)

def kept(name):
    with open("kept-" + name, "rb") as file:
        return file.read()

def same(what, one, other):
    assert one == other, f"{what}: {one[:80]!r} and {other[:80]!r}"

def refused(what, code):
    try:
        what()
    except ftplib.Error as refusal:
        assert str(refusal).startswith(code), refusal
    else:
        raise AssertionError("not refused")

same("pwd", ftp.pwd(), "/")
same("nlst", sorted(ftp.nlst()), ["big.iso", "docs", "inbox", "photo.png", "report.pdf"])
facts = dict(ftp.mlsd("docs"))
same("mlsd", facts["poem.txt"]["size"] + facts["deep"]["type"], "21dir")
lines = []
ftp.retrlines("LIST", lines.append)
same("list", len([line for line in lines if "report.pdf" in line and "300000" in line]), 1)

for name in ["report.pdf", "photo.png"]:
    same(name, got(name), kept(name))
same("deep", got("docs/deep/a.md"), b"from the deep\n")
same("size", ftp.size("report.pdf"), 300000)
same("mdtm", ftp.sendcmd("MDTM report.pdf")[:4], "213 ")
same("the rest", got("report.pdf", rest=123456), kept("report.pdf")[123456:])
refused(lambda: got("nowhere.txt"), "550")
refused(lambda: ftp.cwd("nowhere"), "550")
refused(lambda: ftp.size("../../etc/passwd"), "550")

mine = bytes(range(256)) * 500
ftp.storbinary("STOR inbox/mine.bin", io.BytesIO(mine))
same("put", got("inbox/mine.bin"), mine)
ftp.storbinary("APPE inbox/mine.bin", io.BytesIO(b"and more"))
same("append", got("inbox/mine.bin"), mine + b"and more")
ftp.storbinary("STOR inbox/mine.bin", io.BytesIO(b"from here"), rest=1000)
same("put from a place", got("inbox/mine.bin")[:1009], mine[:1000] + b"from here")

same("mkd", ftp.mkd("inbox/new folder"), "/inbox/new folder")
ftp.cwd("inbox")
same("cwd", ftp.pwd(), "/inbox")
ftp.rename("mine.bin", "new folder/yours.bin")
same("moved", sorted(ftp.nlst()), ["new folder"])
refused(lambda: ftp.rmd("new folder"), "550")
ftp.delete("new folder/yours.bin")
ftp.rmd("new folder")
same("gone", list(ftp.mlsd()), [fact for fact in ftp.mlsd() if fact[1]["type"] in ("cdir", "pdir")])
ftp.cwd("..")

lines = []
ftp.retrlines("RETR docs/poem.txt", lines.append)
same("text", lines, ["one line", "and another"])
ftp.storlines("STOR inbox/text.txt", io.BytesIO(b"first\nsecond\n"))
same("text back", got("inbox/text.txt"), b"first\nsecond\n")

# Its abort is urgent data, out of band.
ftp.voidcmd("TYPE I")
data = ftp.transfercmd("RETR big.iso")
some = data.recv(10000)
said = ftp.abort()
data.close()
if said.startswith("426"):
    ftp.voidresp()
same("the beginning", some, kept("big.iso")[:len(some)])
same("after the abort", got("photo.png"), kept("photo.png"))
ftp.voidcmd("NOOP")
print("done", ftp.quit()[:3])
"#;

fn network(ip: &str) -> (String, Scenario) {
    let text = NET.replace("ip    = 4", &format!("ip    = {ip}"));
    let loaded = load("net", &text, &[]).expect("it loads");
    (text, loaded.scenario)
}

/// What the server keeps at a path.
fn content(scenario: &Scenario, path: &str) -> Vec<u8> {
    let mut runs = scenario.hosts().flat_map(|(_, host)| &host.runs);
    let file = runs.find_map(|runs| match runs {
        Runs::FtpServer(server) => server.files.iter().find(|file| file.name == path),
        _ => None,
    });
    let content: &Content = file.and_then(|f| f.content.as_ref()).expect("a file");
    content.read(0..content.len())
}

/// A desk with the network and what its server keeps.
fn desk(name: &str, ip: &str) -> Option<Desk> {
    let desk = Desk::require(name, Who::Myself)?;
    let (text, scenario) = network(ip);
    let _ = desk.lay("net.toml", &text);
    for name in ["report.pdf", "photo.png", "big.iso"] {
        fs::write(desk.file(&format!("kept-{name}")), content(&scenario, name)).unwrap();
    }
    Some(desk)
}

#[test]
fn ftplib_does_all_it_can_in_every_mode() {
    let (Some(python), Some(desk)) = (tools::require("python"), desk("ftplib-all", "4")) else {
        return;
    };
    let _ = desk.lay("all.py", FTPLIB);
    for mode in ["passive", "active", "extended"] {
        let script = format!("'{}' all.py {mode}", python.path().display());
        let said = desk.session(&["./net.toml"], &script);
        assert_eq!(said.well(), "done 221\n", "{mode}");
    }
}

#[test]
fn ftplib_does_all_it_can_over_ipv6() {
    let (Some(python), Some(desk)) = (tools::require("python"), desk("ftplib-six", "6")) else {
        return;
    };
    let _ = desk.lay("all.py", FTPLIB);
    for mode in ["passive", "active"] {
        let script = format!("'{}' all.py {mode}", python.path().display());
        let said = desk.session(&["./net.toml", "-o", "run.json"], &script);
        assert_eq!(said.well(), "done 221\n", "{mode}");
        let run = fs::read_to_string(desk.file("run.json")).unwrap();
        let word = if mode == "active" { "EPRT" } else { "EPSV" };
        assert!(run.contains(&format!("\"{word}\"")), "{mode}");
    }
}

/// All that curl knows, with the words for a mode before each call.
const CURL: &str = r#"
set -eu
c() { curl -sS --fail -u ada:analytical $MODE "$@"; }
c -o got ftp://server/report.pdf
cmp got kept-report.pdf
c ftp://server/docs/ | grep -q 'poem.txt'
c --list-only ftp://server/docs/ | tr -d '\r' | sort > names
printf 'deep\npoem.txt\n' | cmp - names
c -o deep ftp://server/docs/deep/a.md
test "$(cat deep)" = 'from the deep'

head -c 100000 kept-report.pdf > part
cp part got
c -C - -o got ftp://server/report.pdf
cmp got kept-report.pdf

c -T part ftp://server/inbox/mine
c -C - -T kept-report.pdf ftp://server/inbox/mine
c -o got ftp://server/inbox/mine
cmp got kept-report.pdf
c -a -T part ftp://server/inbox/mine
cat kept-report.pdf part > both
c -o got ftp://server/inbox/mine
cmp got both
c --ftp-create-dirs -T kept-photo.png ftp://server/inbox/one/two/photo.png
c -Q 'RNFR inbox/mine' -Q 'RNTO inbox/yours' --list-only ftp://server/inbox/ | tr -d '\r' | sort > names
printf 'one\nyours\n' | cmp - names
c -Q 'DELE inbox/yours' --list-only ftp://server/inbox/ | tr -d '\r' > names
printf 'one\n' | cmp - names
c -o got ftp://server/inbox/one/two/photo.png
cmp got kept-photo.png
c -B -o text ftp://server/docs/poem.txt
grep -q 'and another' text
c -I ftp://server/report.pdf | tr -d '\r' | grep -q 'Content-Length: 300000'
code=0
c -o none ftp://server/nowhere.txt 2> why || code=$?
test "$code" = 78
code=0
curl -sS -u ada:wrong $MODE ftp://server/report.pdf 2> why || code=$?
test "$code" = 67
echo done
"#;

#[test]
fn curl_does_all_it_can_in_every_mode() {
    let (Some(_), Some(desk)) = (tools::require("curl"), desk("curl-all", "4")) else {
        return;
    };
    for words in [
        "--disable-epsv",
        "--ftp-pasv",
        "-P - --disable-eprt",
        "-P -",
    ] {
        let script = format!("MODE='{words}'\n{CURL}");
        let said = desk.session(&["./net.toml"], &script);
        assert_eq!(said.well(), "done\n", "{words}");
    }
}

#[test]
fn curl_does_all_it_can_over_ipv6() {
    let (Some(_), Some(desk)) = (tools::require("curl"), desk("curl-six", "6")) else {
        return;
    };
    for words in ["-6", "-6 -P -"] {
        let script = format!("MODE='{words}'\n{CURL}");
        let said = desk.session(&["./net.toml"], &script);
        assert_eq!(said.well(), "done\n", "{words}");
    }
}
