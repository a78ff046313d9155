//! Every lesson about FTP at every knob: which files arrived, byte for byte, or the reply and
//! the reason why not; and where packets were lost, and why.

use std::collections::BTreeSet;
use wirestage_core::base::{Time, TurnKind};
use wirestage_core::scenario::model::FtpMode;
use wirestage_core::scenario::model::Runs;
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_core::timeline::Kind;
use wirestage_core::view::transcript::{self, transcript};
use wirestage_tests::runs::{Settings, scenario};
use wirestage_tests::{Run, Scratch, Tshark, files};

/// What comes of each lesson, by knob. All that happens stands here, and all that stands
/// here happens.
const EXPECTED: &str = "tests/expected/ftp_lessons.txt";

/// The lessons about FTP.
fn lessons() -> impl Iterator<Item = &'static str> {
    let ids = CATALOGUE.iter().map(|entry| entry.id);
    ids.filter(|id| id.starts_with("ftp-"))
}

#[test]
fn every_lesson_comes_out_as_the_table_says_at_every_knob() {
    let text = std::fs::read_to_string(wirestage_tests::root().join(EXPECTED)).unwrap();
    let rows = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let mut expected: Vec<String> = rows.map(str::to_owned).collect();
    expected.sort();
    let mut found: Vec<String> = Vec::new();
    for id in lessons() {
        for settings in variants(&scenario(id, &Settings::new())) {
            let run = Run::with(id, &settings, &Options::default());
            found.push(row(id, &settings, &run));
        }
    }
    found.sort();
    let missing = found.iter().filter(|row| !expected.contains(row));
    let wrong = expected.iter().filter(|row| !found.contains(row));
    let lines = missing.map(|row| format!("+ {row}"));
    let lines: Vec<String> = lines.chain(wrong.map(|row| format!("- {row}"))).collect();
    assert!(
        lines.is_empty(),
        "it came out otherwise:\n{}",
        lines.join("\n")
    );
    assert_eq!(found.len(), expected.len(), "a row stands there twice");
}

/// `scenario | knob | how the lines that were typed ended | files | losses`.
fn row(id: &str, settings: &Settings, run: &Run) -> String {
    let words: Vec<String> = settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let none = |words: String| match words.as_str() {
        "" => "-".to_owned(),
        _ => words,
    };
    let ends = run.timeline.outcomes().iter().map(|outcome| {
        let code = outcome.code.map(|code| code.to_string());
        match (outcome.ok, code) {
            (true, code) => code.unwrap_or_else(|| "done".into()),
            (false, Some(code)) => format!("!{code}"),
            (false, None) => format!("!({})", outcome.text.trim_end_matches('.')),
        }
    });
    let losses: BTreeSet<String> = run
        .timeline
        .losses()
        .map(|loss| format!("{}: {}", loss.whereabouts(), loss.why()))
        .collect();
    let losses: Vec<String> = losses.into_iter().collect();
    [
        id.to_owned(),
        none(words.join(" ")),
        none(ends.collect::<Vec<_>>().join(" ")),
        none(files::changes(run).join(", ")),
        none(losses.join(", ")),
    ]
    .join(" | ")
}

/// A host's tap, in a file of its own.
fn capture(run: &Run, tap: &str, scratch: &Scratch) -> std::path::PathBuf {
    let file = scratch.file("tap.pcapng");
    std::fs::write(&file, run.pcapng(tap)).unwrap();
    file
}

#[test]
fn tshark_takes_every_file_that_arrived_out_of_the_capture() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    for id in lessons() {
        for settings in variants(&scenario(id, &Settings::new())) {
            let run = Run::with(id, &settings, &Options::default());
            // What only changed its place at the server was never on the way; what came in
            // two pieces lies there in two; what came over HTTP is judged below. tshark
            // takes a file's bytes as frames bring them, so none may come again, and it
            // believes the address that a 227 names.
            let lossy = run.timeline.losses().count() > 0 && id == "ftp-backup";
            let elsewhere = settings.iter().any(|(knob, _)| knob == "trusts");
            if lossy || elsewhere || ["ftp-manage", "ftp-resume", "ftp-web"].contains(&id) {
                continue;
            }
            let changes = files::changes(&run);
            let arrived = changes
                .iter()
                .filter_map(|change| change.strip_suffix(" whole"));
            let arrived: Vec<(&str, &str)> = arrived.filter_map(|at| at.split_once('/')).collect();
            let Some((host, _)) = arrived.first() else {
                continue;
            };
            let scratch = Scratch::new("lesson-objects");
            let file = capture(&run, host, &scratch);
            let found = tshark.export_objects(&file, "ftp-data", &scratch.file("out"));
            let (_, after) = files::of(&run);
            for (host, path) in arrived {
                let key = (host.to_owned(), format!("/{path}"));
                let bytes = after[&key].clone().expect("a file");
                let bytes = as_sent(bytes, is_text(&run));
                let same = |path: &std::path::PathBuf| std::fs::read(path).unwrap() == bytes;
                assert!(
                    found.iter().any(same),
                    "{id} {settings:?}: {path} {found:?}"
                );
            }
        }
    }
}

/// Whether files went as text.
fn is_text(run: &Run) -> bool {
    let mut turns = run.timeline.turns().iter();
    turns.any(|record| record.turn.text.starts_with("TYPE A"))
}

/// A file as it is on the way: each line of a text ends with CR and LF.
fn as_sent(bytes: Vec<u8>, text: bool) -> Vec<u8> {
    if !text {
        return bytes;
    }
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let ends = lines.map(|line| match line.split_last() {
        Some((b'\n', text)) => [text, b"\r\n"].concat(),
        _ => line.to_vec(),
    });
    ends.collect::<Vec<_>>().concat()
}

#[test]
fn tshark_takes_the_file_out_of_both_languages_of_the_web_page() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let run = Run::of("ftp-web", &[]);
    let (before, _) = files::of(&run);
    let key = ("server".to_owned(), "/docs/report.pdf".to_owned());
    let kept = before[&key].as_ref().expect("a file");
    for (tap, kind) in [("server", "ftp-data"), ("laptop", "http")] {
        let scratch = Scratch::new("web-objects");
        let file = capture(&run, tap, &scratch);
        let found = tshark.export_objects(&file, kind, &scratch.file("out"));
        let same = |path: &std::path::PathBuf| std::fs::read(path).unwrap() == *kept;
        assert!(found.iter().any(same), "{tap} {kind}: {found:?}");
    }
}

fn told(run: &Run) -> String {
    transcript(&run.timeline, &run.info, transcript::Options::default())
}

/// The words stand in a text, one behind the other.
#[track_caller]
fn tells(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let at = rest.find(word);
        let at = at.unwrap_or_else(|| panic!("{word:?} is not told in\n{rest}"));
        rest = &rest[at + word.len()..];
    }
}

#[test]
fn behind_a_nat_the_call_has_no_route_no_row_or_help() {
    let run = Run::of("ftp-active-nat", &[]);
    tells(
        &told(&run),
        &[
            "PORT 192,168,1,10,",
            "calls port",
            "from port 20",
            "lost at internet: no route",
            "425",
        ],
    );
    let run = Run::of("ftp-active-nat", &[("announces", "router's address")]);
    tells(
        &told(&run),
        &[
            "PORT 192,0,2,1,",
            "from port 20",
            "lost at router: no NAT mapping",
            "425",
        ],
    );
    let run = Run::of("ftp-active-nat", &[("nat", "helper")]);
    tells(
        &told(&run),
        &[
            "PORT",
            "from port 20",
            "connected",
            "226",
            "✓ Got report.pdf",
        ],
    );
    let run = Run::of("ftp-active-nat", &[("port-check", "on")]);
    let text = told(&run);
    tells(&text, &["PORT 192,168,1,10,", "500"]);
    assert!(!text.contains("from port 20"), "nobody is called: {text}");
    assert_eq!(run.timeline.losses().count(), 0);
}

#[test]
fn with_a_hub_the_stranger_has_the_password_and_with_a_switch_not() {
    let password = b"PASS analytical\r\n";
    for (middle, heard) in [("hub", true), ("switch", false)] {
        let run = Run::of("ftp-sniffed", &[("box", middle)]);
        let has = |tap| {
            let capture = run.pcapng(tap);
            capture
                .windows(password.len())
                .any(|window| window == password)
        };
        assert!(has("laptop") && has("server"), "{middle}");
        assert_eq!(has("stranger"), heard, "{middle}");
    }
}

#[test]
fn a_file_that_reads_like_a_mail_client_leaves_a_letter_unless_the_address_is_checked() {
    for (settings, letters) in [
        (&[][..], Some("1 letter")),
        (&[("port-check", "on")], Some("0 letters")),
        (&[("port", "23, where nobody listens")], Some("0 letters")),
    ] {
        let run = Run::of("ftp-bounce", settings);
        let t = &run.timeline;
        let notes = t.events().iter().filter(|event| event.kind == Kind::Note);
        let notes = notes.map(|event| t.note(event.arg));
        let mut box_of_grace = notes.filter(|note| note.key == "mailbox.grace@example.net");
        let last = box_of_grace.next_back().map(|note| note.value.as_str());
        assert_eq!(last, letters, "{settings:?}");
    }
}

/// When a command or a reply left its host, in order.
fn said(run: &Run, kind: TurnKind, verb: &str) -> Vec<Time> {
    let t = &run.timeline;
    let turns = t.events().iter().filter(|e| e.kind == Kind::Turn);
    let found = turns.filter(|event| {
        let turn = &t.turn(event.arg).turn;
        turn.kind == kind && turn.verb == verb
    });
    found.map(|event| event.time).collect()
}

/// The analysis of 1996 by Touch, Heidemann and Obraczka counts a round trip to open the
/// control connection, half of one for the request, one to open the data connection, and
/// half of one for the first byte: 3, and 2 for later files. It counts no login.
#[test]
fn eight_round_trips_pass_before_the_first_byte_and_three_before_the_next() {
    for settings in variants(&scenario("ftp-first-byte", &Settings::new())) {
        let run = Run::with("ftp-first-byte", &settings, &Options::default());
        let trip = 2 * run.scenario.links[0].delay.0;
        let mut runs = run.scenario.hosts().flat_map(|(_, host)| &host.runs);
        let mode = runs.find_map(|runs| match runs {
            Runs::FtpUser(user) => Some(user.mode),
            _ => None,
        });
        let asks = match mode.expect("a client") {
            FtpMode::Active => ("PORT", "200"),
            FtpMode::Passive => ("PASV", "227"),
            FtpMode::Extended => ("EPSV", "229"),
        };
        let trips = |from: Time, to: Time| (to.0 - from.0 + trip / 10) / trip;
        let first_bytes = first_bytes(&run);
        let command = |verb| said(&run, TurnKind::Command, verb);
        // Each trip by name: what the textbook counts, and what it leaves out. Whoever has to
        // ask for the server's address needs one more.
        let asks_for_name = settings.iter().any(|(knob, _)| knob == "names");
        let begun = match asks_for_name {
            true => Time(trip),
            false => Time::ZERO,
        };
        assert_eq!(trips(begun, first_bytes[0]), 8, "{settings:?}");
        let greeted = command("USER")[0];
        assert_eq!(trips(begun, greeted), 2, "the call, and the greeting");
        assert_eq!(trips(greeted, command("TYPE")[0]), 2, "the login");
        assert_eq!(trips(command("TYPE")[0], command(asks.0)[0]), 1, "the type");
        let asked = command(asks.0);
        for (file, first) in first_bytes.iter().enumerate() {
            assert_eq!(trips(asked[file], *first), 3, "asking, calling, requesting");
        }
        let later = said(&run, TurnKind::Reply, "226")[0];
        assert_eq!(command("TYPE").len(), 1, "the type is agreed on once");
        assert!(asked[1] > later, "the second file comes after the first");
        let retr = command("RETR");
        for (file, first) in first_bytes.iter().enumerate() {
            let (before, behind) = match mode.expect("a client") {
                FtpMode::Active => (1, 2),
                _ => (2, 1),
            };
            assert_eq!(trips(asked[file], retr[file]), before, "{settings:?}");
            assert_eq!(trips(retr[file], *first), behind, "{settings:?}");
        }
    }
}

/// When the first byte of each file reached the laptop.
fn first_bytes(run: &Run) -> Vec<Time> {
    let t = &run.timeline;
    let laptop = t.node_named("laptop").unwrap();
    let mut firsts = Vec::new();
    let mut seen = BTreeSet::new();
    for event in t.events().iter() {
        if event.kind != Kind::Delivered || event.host != laptop {
            continue;
        }
        let id = wirestage_core::base::FrameId(event.arg);
        let Some(tcp) = wirestage_core::base::headers::Tcp::read(t.bytes(id)) else {
            continue;
        };
        let control = tcp.from.port() == 21;
        if !control && !tcp.payload.is_empty() && seen.insert(t.frame(id).conn) {
            firsts.push(event.time);
        }
    }
    firsts
}
