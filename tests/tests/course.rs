//! The course: cards made of runs, found by what a reader types; worksheets with blanks that
//! have answers.

use wirestage_core::course::{self, Ask, Card, Hit, Part, Worksheet};
use wirestage_core::scenario::{catalogue::CATALOGUE, load, variants};
use wirestage_core::view::outline::Outline;
use wirestage_tests::Run;
use wirestage_tests::runs::{Settings, scenario};

/// Larger files say nothing else, and take long.
const LONG: [&str; 3] = ["10 MB", "100 MB", "1 MB"];

fn card(id: &str) -> Card {
    let plain = Run::of(id, &[]);
    let outline = Outline::of(&plain.timeline, &plain.info);
    let mut card = Card::of(&plain.scenario, &plain.timeline, &outline);
    let settings = variants(&scenario(id, &Settings::new()));
    for setting in settings.iter().filter_map(|all| all.first()) {
        if LONG.contains(&setting.1.as_str()) {
            continue;
        }
        let run = Run::of(id, &[(&setting.0, &setting.1)]);
        let outline = Outline::of(&run.timeline, &run.info);
        card.hear(Some(setting), &run.timeline, &outline);
    }
    card
}

/// What the page is told of the catalogue is what the runs are. To renew it after a change that is
/// meant, run with WIRESTAGE_UPDATE_SNAPSHOTS=1 and read the difference.
#[test]
fn the_index_is_what_the_runs_are() {
    let cards: Vec<Card> = CATALOGUE.iter().map(|entry| card(entry.id)).collect();
    let made = course::written(&cards);
    let path = wirestage_tests::root().join("core/src/course/index.txt");
    if std::env::var_os("WIRESTAGE_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let lines = (1..).zip(kept.lines().zip(made.lines()));
    if let Some((line, (old, new))) = lines.into_iter().find(|(_, (old, new))| old != new) {
        panic!(
            "{}:{line} is stale\n  was: {old}\n  now: {new}\n\
             if that is meant: WIRESTAGE_UPDATE_SNAPSHOTS=1",
            path.display()
        );
    }
    assert!(kept == made, "{}: one is longer", path.display());
    assert_eq!(course::read(&made), cards, "what is written is read again");
}

/// A code that a reader types because a symptom names it is there to be seen.
#[test]
fn codes_that_symptoms_name_are_said() {
    for card in course::cards() {
        for symptom in &card.symptoms {
            let codes = symptom.split(' ').filter(|word| {
                word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit()) && *word < "600"
            });
            for code in codes {
                let said = card.said.iter().flat_map(|said| &said.words);
                let said = said.into_iter().any(|(word, _)| word == code);
                assert!(said, "{}: “{symptom}”, and nobody says {code}", card.id);
            }
        }
        assert!(card.symptoms.len() >= 3, "{} is hard to find", card.id);
    }
}

fn found(typed: &str) -> Vec<(String, Hit)> {
    let cards = course::cards();
    let hits = course::find(&cards, typed).into_iter();
    hits.map(|hit| (cards[hit.card].id.clone(), hit)).collect()
}

#[test]
fn a_reader_finds_by_code_command_word_protocol_and_symptom() {
    let among = |typed: &str, id: &str, most: usize| {
        let ids: Vec<String> = found(typed).into_iter().map(|found| found.0).collect();
        let place = ids.iter().position(|known| known == id);
        assert!(place.is_some_and(|at| at < most), "“{typed}”: {ids:?}");
    };
    among("425", "ftp-active-nat", 4);
    among("421", "ftp-manage", 3);
    among("hangs after 150", "ftp-active-nat", 3);
    among("HANGS after", "ftp-active-firewall", 3);
    among("bounce", "mail-refused", 6);
    among("bounce", "ftp-bounce", 6);
    among("MX", "mail-mx-failover", 6);
    among("greylisting", "mail-refused", 1);
    among("EPSV", "ftp-download", 8);
    among("lesson 7", "ftp-active-nat", 1);
    among("pop3", "mail-read", 6);
    among("connection refused", "handshake", 3);
    among("password", "ftp-sniffed", 4);
    among("zero window", "zero-window", 1);
    among("traceroute", "ping-traceroute", 1);
    assert!(found("xyzzy").is_empty());
    // More words find less.
    assert!(found("mail").len() > found("mail duplicate").len());
    assert!(!found("mail duplicate").is_empty());
}

/// Where a find leads, the word is said: by the knob that is named, at the turn that is named.
#[test]
fn a_find_leads_to_where_the_word_is_said() {
    for typed in [
        "425",
        "421",
        "226",
        "PASV",
        "PORT",
        "552",
        "timed out",
        "-ERR",
    ] {
        for (id, hit) in found(typed) {
            let Some(said) = hit
                .said
                .filter(|said| said.word.eq_ignore_ascii_case(typed))
            else {
                continue;
            };
            let setting: Vec<(&str, &str)> = said
                .setting
                .iter()
                .map(|(knob, value)| (knob.as_str(), value.as_str()))
                .collect();
            let run = Run::of(&id, &setting);
            let outline = Outline::of(&run.timeline, &run.info);
            let row = &outline.rows[said.at - 1];
            let told = format!("{} {} {:?}", row.label, row.meaning, row.what);
            let word = match typed {
                "timed out" => "TimedOut",
                other => other,
            };
            assert!(
                told.contains(word),
                "{id} {setting:?} at {}: {told}",
                said.at
            );
        }
    }
}

#[test]
fn lessons_are_twelve_and_all_else_hangs_on_them() {
    let cards = course::cards();
    let lessons = course::lessons(&cards);
    let numbers: Vec<u8> = lessons.iter().filter_map(|card| card.lesson).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<u8>>());
    let hanging: usize = lessons
        .iter()
        .map(|lesson| course::hanging(&cards, lesson).len())
        .sum();
    assert_eq!(hanging + lessons.len(), cards.len(), "none is left alone");
    // The way from the first to the last leads through all of them.
    let mut id = lessons[0].id.clone();
    let mut way = vec![id.clone()];
    while let Some(next) = course::next(&cards, &id) {
        id.clone_from(&next.id);
        way.push(id.clone());
    }
    let ids: Vec<String> = lessons.iter().map(|card| card.id.clone()).collect();
    assert_eq!(way, ids);
    // And from what hangs on a lesson to the lesson after.
    let next = course::next(&cards, "ftp-bounce").map(|card| card.id.as_str());
    assert_eq!(next, Some("mail-ada-grace"));
}

#[test]
fn every_card_has_a_ladder_of_its_own() {
    for card in course::cards() {
        let sketch = &card.sketch;
        assert!(sketch.lines.len() >= 2, "{}: {sketch:?}", card.id);
        assert!((2..=5).contains(&sketch.lanes), "{}: {sketch:?}", card.id);
        for line in &sketch.lines {
            let inside = line.from < sketch.lanes && line.to < sketch.lanes;
            assert!(inside && line.from != line.to, "{}: {line:?}", card.id);
        }
    }
}

fn sheet(id: &str) -> (Run, Outline, Worksheet) {
    let run = Run::of(id, &[]);
    let outline = Outline::of(&run.timeline, &run.info);
    let sheet = course::worksheet(&run.scenario, &run.timeline, &outline);
    (run, outline, sheet)
}

/// Each blank has an answer; put in, it gives what was said.
#[test]
fn worksheets_filled_in_are_what_was_said() {
    for entry in CATALOGUE {
        let (run, outline, sheet) = sheet(entry.id);
        let mut blanks = 0;
        let mut filled = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Blank(number) => {
                blanks += 1;
                assert_eq!(*number, blanks, "{}: numbered in order", entry.id);
                sheet.answers[number - 1].text.clone()
            }
        };
        for task in &sheet.tasks {
            let row = &outline.rows[task.turn - 1];
            let from = filled(&task.from);
            assert_eq!(from, run.timeline.node(row.from).name);
            let said: String = task.said.iter().map(&mut filled).collect();
            assert_eq!(Some(said.as_str()), row.label.lines().next());
        }
        assert_eq!(blanks, sheet.answers.len(), "{}", entry.id);
        assert!(sheet.tasks.len() <= 44, "{} fits on two sheets", entry.id);
        let says = outline
            .rows
            .iter()
            .filter(|row| row.label.starts_with("RCPT") || row.label.starts_with("RETR"));
        if says.count() > 0 {
            assert!(blanks >= 5, "{}: {blanks} blanks", entry.id);
        }
        assert!(!sheet.questions.is_empty(), "{} asks nothing", entry.id);
        for answer in &sheet.answers {
            assert!(!answer.text.trim().is_empty() && !answer.text.contains("••"));
        }
    }
}

/// The blanks of a lesson, as a teacher would choose them.
#[test]
fn the_nat_lesson_asks_for_port_and_425() {
    let (_, _, sheet) = sheet("ftp-active-nat");
    let words: Vec<&str> = sheet.answers.iter().map(|a| a.text.as_str()).collect();
    for word in ["PORT", "425"] {
        assert!(words.contains(&word), "{words:?}");
    }
    let asks: Vec<&Ask> = sheet.questions.iter().map(|q| &q.ask).collect();
    assert!(
        asks.contains(&&Ask::Lost) && asks.contains(&&Ask::Ends),
        "{asks:?}"
    );
    let answers: Vec<_> = sheet.questions.iter().map(|q| q.answer.clone()).collect();
    assert!(
        answers.iter().flatten().any(|a| a.contains("no route")),
        "{answers:?}"
    );
}

#[test]
fn a_symptom_that_finds_nothing_is_told_with_its_place() {
    let with = |symptoms: &str| {
        let text = format!(
            "title = \"A\"\nsymptoms = {symptoms}\nlinks = [\"a - b\"]\n[hosts]\na = {{}}\nb = {{}}\n"
        );
        match load("a", &text, &[]) {
            Ok(loaded) => Ok(loaded.scenario.symptoms),
            Err(problems) => Err(problems[0].show("a.toml", &text)),
        }
    };
    assert_eq!(with("\" hangs \""), Ok(vec!["hangs".to_owned()]));
    assert_eq!(with("[]"), Ok(Vec::new()));
    let long = format!("\"{}\"", "x".repeat(61));
    for (wrong, told) in [
        ("[\"hangs\", \" \"]", "a symptom is empty"),
        ("[\"hangs\", \"hangs\"]", "stands there twice"),
        (long.as_str(), "longer than 60 letters"),
    ] {
        let problem = with(wrong).unwrap_err();
        assert!(
            problem.contains("a.toml:2:") && problem.contains(told),
            "{problem}"
        );
    }
}
