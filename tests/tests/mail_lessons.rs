//! Every lesson about mail at every knob: the codes on the wire, and where each letter ended,
//! in a mailbox, as a report or in a queue; and where packets were lost, and why.

use std::collections::{BTreeMap, BTreeSet};
use wirestage_core::base::TurnKind;
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_core::timeline::Kind;
use wirestage_tests::runs::{Settings, scenario};
use wirestage_tests::{Run, Scratch, Tshark, mail};

/// What comes of each lesson, by knob. All that happens stands here, and all that stands
/// here happens.
const EXPECTED: &str = "tests/expected/mail_lessons.txt";

/// The lessons about mail.
fn lessons() -> impl Iterator<Item = &'static str> {
    let ids = CATALOGUE.iter().map(|entry| entry.id);
    ids.filter(|id| id.starts_with("mail-") || *id == "one-file-three-ways")
}

/// tshark leaves the dots doubled that begin a line on the wire (RFC 5321 §4.5.2).
fn unstuffed(object: &[u8]) -> Vec<u8> {
    let lines = object.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_prefix(b".").unwrap_or(line));
    lines.collect::<Vec<_>>().concat()
}

/// Runs each lesson at each knob.
fn runs() -> impl Iterator<Item = (&'static str, Settings, Run)> {
    lessons().flat_map(|id| {
        let all = variants(&scenario(id, &Settings::new()));
        all.into_iter().map(move |settings| {
            let run = Run::with(id, &settings, &Options::default());
            (id, settings, run)
        })
    })
}

#[test]
fn every_lesson_comes_out_as_the_table_says_at_every_knob() {
    let text = std::fs::read_to_string(wirestage_tests::root().join(EXPECTED)).unwrap();
    let rows = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let mut expected: Vec<String> = rows.map(str::to_owned).collect();
    expected.sort();
    let mut found: Vec<String> = runs().map(|(id, at, run)| row(id, &at, &run)).collect();
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

/// `scenario | knob | what was done, and how it ended | codes by who says them | where letters
/// ended | losses`.
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
            (false, None) => "!".into(),
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
        none(codes(run).join("; ")),
        none(ended(run).join(", ")),
        none(losses.join(", ")),
    ]
    .join(" | ")
}

/// The codes of replies by who says them, each once, in order of their first time: `mx 220 250`.
fn codes(run: &Run) -> Vec<String> {
    let t = &run.timeline;
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for event in t.events().iter().filter(|event| event.kind == Kind::Turn) {
        let turn = &t.turn(event.arg).turn;
        let is_code = turn.verb.len() == 3 && turn.verb.bytes().all(|b| b.is_ascii_digit());
        if turn.kind != TurnKind::Reply || !is_code {
            continue;
        }
        let host = &t.node(event.host).name;
        let at = said.iter().position(|(who, _)| who == host);
        let at = at.unwrap_or_else(|| {
            said.push((host.clone(), Vec::new()));
            said.len() - 1
        });
        if !said[at].1.contains(&turn.verb) {
            said[at].1.push(turn.verb.clone());
        }
    }
    let line = |(who, codes): (String, Vec<String>)| format!("{who} {}", codes.join(" "));
    said.into_iter().map(line).collect()
}

/// Where letters ended, and how many: `grace@example.net 1`, `ada@example.org 1 report`,
/// `1 in the queue of mail`.
fn ended(run: &Run) -> Vec<String> {
    let mut boxes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for letter in mail::stored(run) {
        let (letters, reports) = boxes.entry(letter.address.clone()).or_default();
        match letter.is_report() {
            true => *reports += 1,
            false => *letters += 1,
        }
    }
    let mut words: Vec<String> = Vec::new();
    for (address, (letters, reports)) in boxes {
        if letters > 0 {
            words.push(format!("{address} {letters}"));
        }
        if reports > 0 {
            let s = if reports == 1 { "" } else { "s" };
            words.push(format!("{address} {reports} report{s}"));
        }
    }
    for ((host, key), value) in mail::notes(run) {
        match key.as_str() {
            "queue" if value != "0" => words.push(format!("{value} in the queue of {host}")),
            "may_arrive_twice" => words.push(format!("{value} may arrive twice, says {host}")),
            "double_bounces" => words.push(format!("{value} reported to nobody by {host}")),
            _ => {}
        }
    }
    words
}

#[test]
fn tshark_takes_every_letter_out_of_the_capture_of_the_host_that_keeps_it() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    for (id, settings, run) in runs() {
        // After a word that tshark does not know, or one that comes too early, it takes for a
        // letter what is none.
        if settings
            .iter()
            .any(|(_, value)| value.ends_with("(500)") || value.ends_with("(503)"))
        {
            continue;
        }
        let stored = mail::stored(&run);
        let hosts: BTreeSet<&str> = stored.iter().map(|letter| letter.host.as_str()).collect();
        for host in hosts {
            let scratch = Scratch::new("mail-objects");
            let file = scratch.file("tap.pcapng");
            std::fs::write(&file, run.pcapng(host)).unwrap();
            let found = tshark.export_objects(&file, "imf", &scratch.file("out"));
            let found: Vec<Vec<u8>> = found.iter().map(|p| std::fs::read(p).unwrap()).collect();
            for letter in stored.iter().filter(|letter| letter.host == host) {
                let Some(came) = letter.as_it_came() else {
                    assert!(
                        letter.is_report(),
                        "{id} {settings:?}: {letter:?} came from nowhere"
                    );
                    continue;
                };
                let same =
                    |object: &Vec<u8>| unstuffed(object).trim_ascii_end() == came.trim_ascii_end();
                assert!(
                    found.iter().any(same),
                    "{id} {settings:?} at {host}:\n{}\nis none of\n{}",
                    String::from_utf8_lossy(&came),
                    found
                        .iter()
                        .map(|o| String::from_utf8_lossy(o))
                        .collect::<Vec<_>>()
                        .join("\n---\n"),
                );
            }
        }
    }
}
