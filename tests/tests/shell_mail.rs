//! Letters inside `wirestage shell`: real mail programs at simulated servers, and simulated
//! servers that pass letters on to a real one.

#![cfg(target_os = "linux")]

use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use wirestage_core::scenario::load;
use wirestage_core::scenario::model::Runs;
use wirestage_tests::shell::{Desk, Who};
use wirestage_tests::{Tshark, tools};

/// Two servers, each with a domain of its own, somebody who knows all names, and files.
const NET: &str = r#"
title = "All of mail"
names = "dns"
ip    = 4
links = ["laptop - internet - mx", "mail - internet", "ns - internet", "web - internet"]
[hosts]
laptop = { person = "Ada", runs = "mail client", server = "mail", port = 587 }
mail   = { runs = "mail server", max-letter = "100 kB", aliases = { sales = ["Ada", "Alan"] }, moved = { Charles = "grace@example.net" }, forwards-moved = "off" }
mx     = { runs = "mail server" }
ns     = { runs = "name server" }
web    = { runs = "web server", files = { "report.pdf" = "300 kB", "docs/poem.txt" = { text = "one line\n" } } }
[domains]
"example.org" = { mx = ["mail"], people = ["Ada", "Alan"], host = "web" }
"example.net" = { mx = ["mx"], people = ["Grace"] }
[link.all]
delay = "1 ms"
rate  = "100 Mbit/s"
[[story]]
Ada.send-to = "Grace"
Ada.subject = "Tea?"
Ada.text    = "At five.\n"
"#;

/// All that smtplib and poplib know, after a login in one way or the other.
const MAIL: &str = r##"
import poplib, smtplib, sys, time

way = sys.argv[1]
TO = ["grace@example.net", "nobody@example.org", "alan@example.org"]

def same(what, one, other):
    assert one == other, f"{what}: {one!r} and {other!r}"

def refused(what, code, kind=smtplib.SMTPResponseException):
    try:
        what()
    except kind as refusal:
        same("refused", refusal.smtp_code, code)
    else:
        raise AssertionError("not refused")

def server(port, login=True):
    smtp = smtplib.SMTP("mail", port, timeout=20)
    smtp.ehlo("laptop.example.org")
    if login:
        smtp.user, smtp.password = "ada", "analytical"
        which = {"PLAIN": smtp.auth_plain, "LOGIN": smtp.auth_login}[way]
        same("login", smtp.auth(way, which)[0], 235)
    return smtp

def box(host, user, password, letters):
    """Opens a mailbox once so many letters lie in it."""
    for _ in range(100):
        pop = poplib.POP3(host, timeout=20)
        pop.user(user)
        pop.pass_(password)
        if pop.stat()[0] >= letters:
            return pop
        pop.quit()
        time.sleep(0.05)
    raise AssertionError(f"{user} has {pop.stat()}")

def got(pop, number):
    return b"\r\n".join(pop.retr(number)[1]) + b"\r\n"

def bare(letter, hops):
    """The letter without what servers put on top."""
    line, rest = letter.split(b"\r\n", 1)
    same("return path", line, b"Return-Path: <ada@example.org>")
    for _ in range(hops):
        line, rest = rest.split(b"\r\n", 1)
        assert line.startswith(b"Received: from "), line
        while rest[:1] in (b"\t", b" "):
            rest = rest.split(b"\r\n", 1)[1]
    return rest

LETTER = (
    "Date: Sat, 21 Nov 2026 17:00:00 +0000\r\nMessage-ID: <tea@laptop>\r\n"
    "From: Ada <ada@example.org>\r\nTo: grace@example.net\r\nSubject: Tea\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
    "Käsekuchen, sagt Grace.\r\n.\r\n..\r\n.dot\r\n...\r\n \r\n" + "x" * 900 + "\r\n.\r\n\r\n"
).encode()

# What it offers, and what it answers to who only asks.
smtp = server(587, login=False)
same("offers", smtp.esmtp_features["size"], "100000")
same("ways", smtp.esmtp_features["auth"].split(), ["PLAIN", "LOGIN"])
for offer in ["8bitmime", "pipelining", "enhancedstatuscodes"]:
    assert smtp.has_extn(offer), smtp.ehlo_resp
same("login first", smtp.mail("ada@example.org")[0], 530)
refused(lambda: smtp.login("ada", "wrong"), 535)
smtp.quit()
smtp = server(587)
same("vrfy", smtp.verify("alan@example.org"), (250, b"2.1.5 <alan@example.org>"))
same("vrfy nobody", smtp.verify("nobody")[0], 550)
same("vrfy elsewhere", smtp.verify("grace@example.net")[0], 252)
code, all = smtp.expn("sales")
same("expn", (code, all.count(b"@example.org>")), (250, 2))
same("expn nobody", smtp.expn("nobody")[0], 550)
assert b"MAIL" in smtp.help()
same("noop", smtp.noop()[0], 250)
same("mail", smtp.mail("ada@example.org")[0], 250)
same("rset", smtp.rset()[0], 250)
same("rcpt", smtp.rcpt("alan@example.org")[0], 503)
same("what", smtp.docmd("TURN")[0] // 100, 5)
same("typed wrong", smtp.docmd("MAIL", "TO:ada")[0], 501)
refused(lambda: smtp.sendmail("grace@example.net", TO, LETTER), 553)

# One of three is refused, and the others get it. Then a second letter.
said = smtp.sendmail("ada@example.org", TO, LETTER, mail_options=["BODY=8BITMIME"])
same("refused", [(to, said[to][0]) for to in said], [("nobody@example.org", 550)])
same("all well", smtp.sendmail("ada@example.org", TO[:1], "Subject: Bare\r\n\r\nNo date.\r\n"), {})

# Too large, announced or not.
large = b"Subject: Large\r\n\r\n" + b"0123456789abcdef\r\n" * 7000
refused(lambda: smtp.sendmail("ada@example.org", TO, large), 552)
same("mail", smtp.mail("ada@example.org")[0], 250)
same("rcpt", smtp.rcpt(TO[0])[0], 250)
same("too large", smtp.data(large)[0], 552)
same("quit", smtp.quit()[0], 221)

# Strangers reach who lives here, and nobody else.
smtp = server(25, login=False)
assert not smtp.has_extn("auth"), smtp.ehlo_resp
same("relay", smtp.mail("eve@example.com")[0], 250)
code, text = smtp.rcpt("grace@example.net")
same("relay refused", (code, text[:5]), (550, b"5.7.1"))
same("moved", smtp.rcpt("charles@example.org")[0], 551)
same("expn", smtp.expn("sales")[0], 502)
smtp.quit()
smtp = smtplib.SMTP("mail", 25, timeout=20)
same("helo", smtp.helo("laptop")[0], 250)
same("in the old way", smtp.sendmail("ada@example.org", "sales@example.org", LETTER), {})
smtp.quit()

# What came of it.
pop = box("mx", "grace", "compiler", 2)
assert pop.getwelcome().startswith(b"+OK")
same("capa", {"USER", "TOP", "UIDL"} - set(pop.capa()), set())
count, size = pop.stat()
letters = [got(pop, number) for number in (1, 2)]
same("stat", (count, size), (2, sum(map(len, letters))))
same("list", pop.list()[1], [b"%d %d" % (n + 1, len(l)) for n, l in enumerate(letters)])
same("list one", pop.list(2).split()[1:], [b"2", b"%d" % len(letters[1])])
one, two = pop.uidl()[1]
assert one.split()[1] != two.split()[1]
same("uidl", pop.uidl(2).split()[1:], two.split())
tea = [letter for letter in letters if b"Subject: Tea" in letter][0]
lacks = [letter for letter in letters if letter != tea][0]
same("the letter", bare(tea, 2), LETTER)
rest = bare(lacks, 2)
assert rest.startswith(b"Date: ") and rest.endswith(b"\r\nSubject: Bare\r\n\r\nNo date.\r\n"), rest
assert b"\r\nMessage-ID: <" in rest, rest
number = letters.index(tea) + 1
lines = pop.top(number, 2)[1]
same("top", lines[-3:], [b"", "Käsekuchen, sagt Grace.".encode(), b"."])
same("noop", pop.noop()[:3], b"+OK")
pop.dele(number)
try:
    pop.retr(number)
except poplib.error_proto as refusal:
    assert str(refusal).startswith("b'-ERR"), refusal
else:
    raise AssertionError("fetched what is deleted")
same("without it", pop.stat()[0], 1)
pop.rset()
same("back", pop.stat()[0], 2)
pop.dele(number)
same("quit", pop.quit()[:3], b"+OK")
pop = box("mx", "grace", "compiler", 1)
same("deleted", got(pop, 1), lacks)
pop.quit()

pop = box("mail", "alan", sys.argv[2], 2)
same("here", bare(got(pop, 1), 1), LETTER)
assert bare(got(pop, 2), 1).endswith(LETTER), got(pop, 2)
pop.quit()
try:
    box("mail", "alan", "wrong", 0)
except poplib.error_proto as refusal:
    assert "-ERR" in str(refusal), refusal
else:
    raise AssertionError("any password does")
print("done")
"##;

#[test]
fn smtplib_and_poplib_do_all_they_can() {
    let (Some(python), Some(desk)) = (
        tools::require("python"),
        Desk::require("mail-all", Who::Myself),
    ) else {
        return;
    };
    let _ = desk.lay("all.py", MAIL);
    for (way, ip) in [("PLAIN", "4"), ("LOGIN", "6")] {
        let net = NET.replace("ip    = 4", &format!("ip    = {ip}"));
        let _ = desk.lay("net.toml", &net);
        let script = format!("'{}' all.py {way} umbrella", python.path().display());
        let said = desk.session(&["./net.toml"], &script);
        assert_eq!(said.well(), "done\n", "{way} over IPv{ip}");
    }
}

/// All that curl knows of mail, and what a web server hands out.
const CURL: &str = r#"
set -eu
c() { curl -sS $IP "$@"; }
ends() { want=$1; shift; code=0; c "$@" > said 2> why || code=$?; test "$code" = "$want" || { echo "$*: $code, not $want: $(cat why)" >&2; exit 1; }; }
fails() { if c "$@" > said 2> why; then echo "$*: well" >&2; exit 1; fi; }
TO='--mail-from ada@example.org --mail-rcpt'
ADA='smtp://mail:587 -u ada:analytical'
GRACE='-u grace:compiler'
printf 'From: Ada <ada@example.org>\r\nDate: Sat, 21 Nov 2026 17:00:00 +0000\r\nMessage-ID: <tea@laptop>\r\nSubject: Tea\r\n\r\nAt five, in the K\303\244fig.\r\n.\r\n..\r\n.x\r\n' > letter
head -c 150000 kept-report.pdf | base64 > large

c $ADA --login-options AUTH=PLAIN $TO grace@example.net --mail-rcpt alan@example.org -T letter
c $ADA --login-options AUTH=LOGIN $TO grace@example.net -T letter
c $ADA --mail-rcpt-allowfails $TO nobody@example.org --mail-rcpt grace@example.net -T letter
c smtp://mail $TO alan@example.org -T letter
ends 55 $ADA $TO nobody@example.org -T letter
ends 67 smtp://mail:587 -u ada:wrong $TO grace@example.net -T letter
ends 55 smtp://mail:587 $TO grace@example.net -T letter
ends 55 smtp://mail $TO grace@example.net -T letter
ends 55 $ADA $TO grace@example.net -T large
c smtp://mail --mail-rcpt alan | grep -q '<alan@example.org>'
fails smtp://mail --mail-rcpt nobody
test "$(c $ADA --mail-rcpt sales -X EXPN | grep -c '<')" = 2
c smtp://mail | grep -q 'RCPT'

for _ in $(seq 100); do
    c $GRACE pop3://mx > list
    test "$(wc -l < list)" -lt 3 || break
    sleep 0.05
done
test "$(wc -l < list)" = 3
for n in 1 2 3; do
    c $GRACE pop3://mx/$n > got
    test "$(wc -c < got | tr -d ' ')" = "$(tr -d '\r' < list | sed -n "s/^$n //p")"
    tail -c "$(wc -c < letter)" got | cmp - letter
    head -n 1 got | grep -q '^Return-Path: <ada@example.org>'
done
test "$(c $GRACE -X UIDL pop3://mx | cut -d' ' -f2 | sort -u | wc -l)" = 3
c $GRACE -X 'TOP 1 1' pop3://mx | tr -d '\r' | tail -n 1 | grep -q '^At five'
c $GRACE -I -X 'DELE 1' pop3://mx
test "$(c $GRACE pop3://mx | wc -l)" = 2
ends 67 -u grace:wrong pop3://mx
fails $GRACE pop3://mx/9

c -o got http://web/report.pdf
cmp got kept-report.pdf
c http://example.org/docs/poem.txt | grep -q '^one line$'
c -I http://web/report.pdf | tr -d '\r' | grep -q '^Content-Length: 300000$'
ends 22 --fail http://web/nowhere
echo done
"#;

/// What the web server of a scenario keeps first.
fn page(text: &str) -> Vec<u8> {
    let scenario = load("net", text, &[]).expect("it loads").scenario;
    let mut runs = scenario.hosts().flat_map(|(_, host)| &host.runs);
    let file = runs.find_map(|runs| match runs {
        Runs::WebServer(server) => server.files.iter().find(|file| file.name == "report.pdf"),
        _ => None,
    });
    let content = file.and_then(|file| file.content.as_ref());
    let content = content.expect("the web server keeps a file");
    content.read(0..content.len())
}

#[test]
fn curl_sends_fetches_and_asks_for_files() {
    let Some(_) = tools::require("curl") else {
        return;
    };
    for (who, ip) in [(Who::Myself, "4"), (Who::Myself, "6"), (Who::Nobody, "4")] {
        if !Who::all().contains(&who) {
            continue;
        }
        let Some(desk) = Desk::require("mail-curl", who) else {
            return;
        };
        let net = NET.replace("ip    = 4", &format!("ip    = {ip}"));
        let _ = desk.lay("net.toml", &net);
        fs::write(desk.file("kept-report.pdf"), page(&net)).unwrap();
        let said = desk.session(&["./net.toml"], &format!("IP=-{ip}\n{CURL}"));
        assert_eq!(said.well(), "done\n", "IPv{ip}");
    }
}

/// Ada's server is simulated, and Grace's is not.
const TO_A_REAL_SERVER: &str = r#"
title = "To a real server"
names = "dns"
ip    = 4
links = ["laptop - internet - mx", "mail - internet", "ns - internet"]
[hosts]
laptop = { person = "Ada", runs = "mail client", server = "mail", port = 587, files = { "photo.png" = { image = "30 kB" } } }
mail   = { runs = "mail server", retry-after = "1 s", warns-after = "off", gives-up-after = "3 s" }
mx     = { runs = "mail server" }
ns     = { runs = "name server" }
[domains]
"example.org" = { mx = ["mail"], people = ["Ada"] }
"example.net" = { mx = ["mx"], people = ["Grace", "Alan", "Barbara"] }
[link.all]
delay = "1 ms"
rate  = "100 Mbit/s"
[[story]]
Ada.send-to = ["Grace", "nobody@example.net"]
Ada.subject = "Käse"
Ada.text    = "Käsekuchen.\n.\n..\n.dot\n\n"
[[story]]
Ada.send-to = ["Grace", "Barbara"]
Ada.subject = "Photo"
Ada.text    = "See there.\n"
Ada.attach  = "photo.png"
[[story]]
Ada.send-to = "Alan"
Ada.subject = "Full"
Ada.text    = "Is it?\n"
[[story]]
Ada.send-to = "busy@example.net"
Ada.subject = "Busy"
Ada.text    = "For long?\n"
[[story]]
at  = "8 s"
Ada = ["fetch", "read 1", "read 2", "read 3"]
"#;

/// A real server that is in a mood: who comes to it hears 4 and 5 as well.
const SERVER: &str = r#"
import asyncio, collections
from aiosmtpd.smtp import SMTP

came = collections.Counter()
kept = []

class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        came[address] += 1
        if address == "grace@example.net" and came[address] == 1:
            return "451 4.7.1 come again"
        if address == "busy@example.net":
            return "450 busy, and for long"
        if address == "nobody@example.net":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos == ["alan@example.net"]:
            return "552 5.2.2 the mailbox is full"
        came["DATA"] += 1
        if came["DATA"] == 1:
            return "451 4.3.0 the disk is slow"
        kept.append(envelope)
        with open(f"letter-{len(kept)}", "wb") as file:
            file.write(envelope.content)
        with open("log", "a") as log:
            words = [envelope.mail_from, *envelope.mail_options, *envelope.rcpt_tos]
            print(*words, file=log)
        return "250 kept"

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), hostname="mx"), None, 25)
    await server.serve_forever()
asyncio.run(main())
"#;

#[test]
fn a_simulated_server_passes_letters_on_to_a_real_one_that_is_in_a_mood() {
    let (Some(python), Some(tshark)) = (tools::require("python"), Tshark::require()) else {
        return;
    };
    for ip in ["4", "6"] {
        let Some(desk) = Desk::require("as-relay", Who::Myself) else {
            return;
        };
        let net = TO_A_REAL_SERVER.replace("ip    = 4", &format!("ip    = {ip}"));
        let _ = desk.lay("net.toml", &net);
        let _ = desk.lay("server.py", SERVER);
        let python = python.path().to_string_lossy();
        let mut words = vec!["shell", "./net.toml", "--as", "mx", "--until-done"];
        words.extend(["--tap", "laptop", "-o", "run.pcapng", "-o", "run.json"]);
        words.extend(["--", &python, "server.py"]);
        let said = wirestage_tests::shell::said(&mut desk.wirestage(&words));
        assert_eq!(said.code(), 0, "IPv{ip}: {said:?}");
        let seen = tshark.export_objects(&desk.file("run.pcapng"), "imf", &desk.file("seen"));
        let seen: Vec<Vec<u8>> = seen.iter().map(|path| fs::read(path).unwrap()).collect();
        what_arrived_is_what_was_sent(&desk, &seen);
        what_did_not_arrive_is_reported(&desk, &tshark);
    }
}

/// The real server's letters are those that left the laptop, but for one stamp.
fn what_arrived_is_what_was_sent(desk: &Desk, seen: &[Vec<u8>]) {
    let log = fs::read_to_string(desk.file("log")).unwrap();
    let mut envelopes: Vec<(String, PathBuf)> = Vec::new();
    for (line, number) in log.lines().zip(1..) {
        let words = line.split(' ').filter(|word| !word.contains('='));
        let envelope = words.collect::<Vec<_>>().join(" ");
        envelopes.push((envelope, desk.file(&format!("letter-{number}"))));
    }
    envelopes.sort();
    let told: Vec<&str> = envelopes.iter().map(|(told, _)| told.as_str()).collect();
    let one = "ada@example.org grace@example.net";
    let both = format!("{one} barbara@example.net");
    assert_eq!(told, [one, &both], "{log}");
    for ((_, file), part) in envelopes.iter().zip(["Subject: =?", "photo.png"]) {
        let letter = fs::read(file).unwrap();
        let bare = unstamped(&letter);
        let text = String::from_utf8_lossy(bare);
        assert!(text.contains(part), "{part} is not in {text}");
        // tshark takes a letter out as it went, with a dot more where a line begins with one.
        let went = text.replace("\r\n.", "\r\n..");
        let seen = seen.iter().map(|seen| String::from_utf8_lossy(seen));
        let same = seen.filter(|seen| {
            [&*text, &*went]
                .map(str::trim_end)
                .contains(&seen.trim_end())
        });
        assert_eq!(same.count(), 1, "{text}");
    }
}

/// A letter without the one stamp that a server on the way has put on top.
fn unstamped(letter: &[u8]) -> &[u8] {
    let text = letter.strip_prefix(b"Received: from laptop.example.org (");
    let text = text.expect("a stamp on top");
    let ends = |at: &usize| text[*at..].starts_with(b"\r\n") && !b"\t ".contains(&text[at + 2]);
    let end = (0..text.len() - 2).find(ends).expect("the stamp ends");
    let stamp = String::from_utf8_lossy(&text[..end]);
    assert!(stamp.contains("by mail.example.org with ESMTP"), "{stamp}");
    assert!(!text[end + 2..].starts_with(b"Received"), "one stamp");
    &text[end + 2..]
}

/// Ada's letters that were refused for ever, or for too long, came back to her.
fn what_did_not_arrive_is_reported(desk: &Desk, tshark: &Tshark) {
    let capture = desk.file("run.pcapng");
    let run: Value = serde_json::from_slice(&fs::read(desk.file("run.json")).unwrap()).unwrap();
    let outcomes = run["outcomes"].as_array().unwrap();
    assert!(
        outcomes.iter().all(|told| told["ok"] == true),
        "{outcomes:?}"
    );
    let fetched = |told: &&Value| told["text"] == "3 new letters, numbers 1 to 3.";
    assert_eq!(outcomes.iter().filter(fetched).count(), 1, "{outcomes:?}");
    let came = tshark.fields(&capture, "tcp.srcport == 110", &["tcp.payload"]);
    let came: Vec<u8> = came.iter().flat_map(|row| from_hex(&row[0])).collect();
    let came = String::from_utf8_lossy(&came);
    let reports: Vec<&str> = came.split("Return-Path: <>\r\n").skip(1).collect();
    assert_eq!(reports.len(), 3, "{reports:?}");
    for (who, status, said) in [
        ("nobody", "5.0.0", "550 no such mailbox"),
        ("alan", "5.2.2", "552 5.2.2 the mailbox is full"),
        ("busy", "4.4.7", "450 busy, and for long"),
    ] {
        let fields = format!("Final-Recipient: rfc822; {who}@example.net\r\nAction: failed\r\n");
        let about: Vec<&&str> = reports.iter().filter(|r| r.contains(&fields)).collect();
        assert_eq!(about.len(), 1, "{who}: {reports:?}");
        for part in [&format!("Status: {status}\r\n"), said] {
            assert!(about[0].contains(part), "{part} is not in {}", about[0]);
        }
    }
    // Tried again and again, until it was too late.
    let turns = run["events"].as_array().unwrap().iter();
    let busy = turns.filter(|event| {
        event["text"]
            .as_str()
            .is_some_and(|t| t.starts_with("450 "))
    });
    assert!(busy.count() >= 3);
}

/// What tshark writes as `0d0a`.
fn from_hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16));
    bytes.map(Result::unwrap).collect()
}
