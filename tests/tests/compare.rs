//! Two runs beside each other: what is said of pairs a teacher would choose stands in
//! snapshots, numbers are counted a second way, and no difference is missed or made up.
//! To renew the snapshots after a change that is meant: WIRESTAGE_UPDATE_SNAPSHOTS=1.

use wirestage_core::base::{ConnId, TurnKind};
use wirestage_core::compare::{Comparison, Counts, Mark, Side, WORTH, Weight, other, text};
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::timeline::Kind;
use wirestage_core::view::outline::{Outline, What};
use wirestage_tests::Run;
use wirestage_tests::runs::{Settings, owned, scenario};

/// A run with its outline.
struct Told {
    run: Run,
    outline: Outline,
}

impl Told {
    fn of(id: &str, settings: &[(&str, &str)]) -> Self {
        Self::with(id, &owned(settings))
    }

    fn with(id: &str, settings: &Settings) -> Self {
        let run = Run::with(
            id,
            settings,
            &wirestage_core::simulation::Options::default(),
        );
        let outline = Outline::of(&run.timeline, &run.info);
        Self { run, outline }
    }

    fn side(&self) -> Side<'_> {
        Side {
            timeline: &self.run.timeline,
            info: &self.run.info,
            outline: &self.outline,
        }
    }
}

fn compared(a: &Told, b: &Told) -> Comparison {
    Comparison::of([a.side(), b.side()])
}

/// Compares the text form with the one that is kept, and answers what is compared.
fn snapshot(name: &str, a: &Told, b: &Told) -> Comparison {
    let comparison = compared(a, b);
    let told = text(&comparison, [a.side(), b.side()]);
    for line in told.lines() {
        let is_command = line.starts_with("  wirestage compare ");
        assert!(
            is_command || line.chars().count() <= 100,
            "too long: {line}"
        );
        assert_eq!(line, line.trim_end(), "{name}");
    }
    let path = wirestage_tests::root().join(format!("tests/expected/compare/{name}.txt"));
    if std::env::var_os("WIRESTAGE_UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &told).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept,
        told,
        "{}: if that is meant: WIRESTAGE_UPDATE_SNAPSHOTS=1",
        path.display()
    );
    comparison
}

/// What is said first, title and both sentences.
fn first(comparison: &Comparison) -> [&str; 3] {
    let first = comparison.first().expect("they differ");
    [&first.title, &first.says[0], &first.says[1]]
}

#[test]
fn passive_against_active_is_who_opens_the_data_connection() {
    let passive = Told::of("ftp-download", &[]);
    let active = Told::of("ftp-download", &[("mode", "active")]);
    let comparison = snapshot("passive-active", &passive, &active);
    assert_eq!(
        first(&comparison),
        [
            "Who opens the data connection",
            "PASV: the client calls.",
            "PORT: the server calls back."
        ]
    );
    let calls = comparison.differences.iter().skip(1);
    let mut calls = calls.filter(|d| d.title == "Who opens the data connection");
    let call = calls.next().expect("the call itself");
    assert!(call.says[0].starts_with("laptop calls server"), "{call:?}");
    assert!(call.says[1].starts_with("server calls laptop"), "{call:?}");
}

#[test]
fn a_router_with_a_helper_rewrites_port_and_one_without_does_not() {
    let plain = Told::of("ftp-active-nat", &[]);
    let helper = Told::of("ftp-active-nat", &[("nat", "helper")]);
    let comparison = snapshot("nat-helper", &plain, &helper);
    let [title, a, b] = first(&comparison);
    assert_eq!(title, "What router writes into PORT");
    assert_eq!(a, "router passes on PORT as it is.");
    assert!(b.starts_with("router writes its own address into it: PORT 192,0,2,1,"));
    let end = comparison
        .facts
        .iter()
        .find(|fact| fact.name == "In the end");
    let end = end.expect("they end otherwise");
    assert!(
        end.values[0].contains("425") && !end.values[1].contains("425"),
        "{end:?}"
    );
}

#[test]
fn who_does_not_wait_is_told_from_who_waits() {
    let waits = Told::of("mail-pipelining", &[("client", "waits for every answer")]);
    let goes_on = Told::of("mail-pipelining", &[]);
    let comparison = snapshot("pipelining", &waits, &goes_on);
    assert_eq!(
        first(&comparison),
        [
            "Who waits for the answer",
            "laptop waits: first comes 250.",
            "laptop goes on without waiting: RCPT."
        ]
    );
    let trips = comparison
        .facts
        .iter()
        .find(|fact| fact.name == "Round trips");
    assert_eq!(trips.map(|fact| &*fact.difference), Some("−6"), "{trips:?}");
}

#[test]
fn ftp_pulls_over_two_connections_and_mail_pushes_over_one() {
    let (ftp, mail) = (Told::of("ftp-download", &[]), Told::of("mail-submit", &[]));
    let comparison = snapshot("ftp-mail", &ftp, &mail);
    let [title, a, b] = first(&comparison);
    assert_eq!(title, "Which protocol");
    assert!(
        a.starts_with("FTP, port 21: laptop pulls report.pdf over a second connection"),
        "{a}"
    );
    assert!(
        b.starts_with("SMTP, port ") && b.contains("laptop pushes"),
        "{b}"
    );
    assert!(b.ends_with("over the same connection."), "{b}");
}

#[test]
fn further_pairs_are_told_as_a_teacher_would() {
    for (name, [a, b], says) in [
        (
            "size",
            [
                ("ftp-download", vec![]),
                ("ftp-download", vec![("size", "1 MB")]),
            ],
            "What is sent",
        ),
        (
            "lost-segment",
            [
                ("lost-segment", vec![("lost", "nothing")]),
                ("lost-segment", vec![("lost", "a command")]),
            ],
            "What is lost",
        ),
        (
            "greylist",
            [
                ("mail-refused", vec![]),
                ("mail-refused", vec![("greylists", "two minutes (451)")]),
            ],
            "What mx answers to RCPT",
        ),
        (
            "three-ways",
            [
                ("one-file-three-ways", vec![]),
                ("one-file-three-ways", vec![("mode", "active")]),
            ],
            "Who opens the data connection",
        ),
        (
            "names",
            [
                ("handshake", vec![]),
                ("handshake", vec![("names", "a name server")]),
            ],
            "Asking for names",
        ),
        (
            "drop-reject",
            [
                ("drop-or-reject", vec![("rule", "drop")]),
                ("drop-or-reject", vec![("rule", "reject by RST")]),
            ],
            "",
        ),
        (
            "ip-6",
            [("mail-submit", vec![]), ("mail-submit", vec![("ip", "6")])],
            "Which version of IP",
        ),
        (
            "delay",
            [
                ("ftp-download", vec![]),
                ("ftp-download", vec![("delay", "200 ms")]),
            ],
            "How long it takes",
        ),
    ] {
        let comparison = snapshot(name, &Told::of(a.0, &a.1), &Told::of(b.0, &b.1));
        let title = first(&comparison)[0];
        assert!(title.starts_with(says), "{name}: {title}");
    }
}

#[test]
fn each_scenario_compared_with_itself_has_no_difference() {
    for entry in CATALOGUE {
        let (a, b) = (Told::of(entry.id, &[]), Told::of(entry.id, &[]));
        let comparison = compared(&a, &b);
        assert_eq!(comparison.differences, [], "{}", entry.id);
        assert!(comparison.pairs.iter().all(|pair| pair.mark == Mark::Same));
        assert!(
            comparison.facts.iter().all(|fact| !fact.differs),
            "{}",
            entry.id
        );
        assert_eq!(
            comparison.alike,
            "The same turns, and the same packets, byte for byte."
        );
    }
}

#[test]
fn each_scenario_with_each_knob_says_where_it_differs_or_that_it_does_not() {
    for entry in CATALOGUE {
        let plain = Told::of(entry.id, &[]);
        for settings in variants(&scenario(entry.id, &Vec::new())) {
            if settings.is_empty() {
                continue;
            }
            let turned = Told::with(entry.id, &settings);
            let what = format!("{} with {settings:?}", entry.id);
            let comparison = compared(&plain, &turned);
            assert_whole(&what, &comparison, [&plain, &turned]);
            assert_truthful(&what, &comparison, [&plain, &turned]);
        }
    }
}

#[test]
fn scenarios_of_one_kind_are_compared_with_each_other() {
    for pair in CATALOGUE.windows(2) {
        let sides = [Told::of(pair[0].id, &[]), Told::of(pair[1].id, &[])];
        let comparison = compared(&sides[0], &sides[1]);
        let what = format!("{} and {}", pair[0].id, pair[1].id);
        assert_whole(&what, &comparison, [&sides[0], &sides[1]]);
        assert!(comparison.first().is_some(), "{what}");
    }
}

/// Each turn of both runs stands once, in order; each pair that differs is told; words are few.
fn assert_whole(what: &str, comparison: &Comparison, sides: [&Told; 2]) {
    for side in [0, 1] {
        let rows: Vec<usize> = comparison
            .pairs
            .iter()
            .filter_map(|p| p.rows[side])
            .collect();
        let all: Vec<usize> = (0..sides[side].outline.rows.len()).collect();
        assert_eq!(rows, all, "{what}");
    }
    for (index, pair) in comparison.pairs.iter().enumerate() {
        let told = comparison.at(index);
        // An amount is told of turns that are the same.
        let differs = told.is_some_and(|told| told.weight > Weight::Amount);
        assert_eq!(pair.mark != Mark::Same, differs, "{what}: {index}");
        let alone = pair.rows.iter().filter(|row| row.is_none()).count();
        assert_eq!(
            alone == 1,
            matches!(pair.mark, Mark::Only(_)),
            "{what}: {pair:?}"
        );
        if let [Some(a), Some(b)] = pair.rows
            && matches!(pair.mark, Mark::Same | Mark::Varied)
        {
            let rows = [&sides[0].outline.rows[a], &sides[1].outline.rows[b]];
            let is_same = rows[0].what == rows[1].what
                || matches!(rows.map(|row| row.what), [What::Breaks(_), What::Breaks(_)]);
            assert!(is_same, "{what}: {rows:#?}");
        }
    }
    for difference in &comparison.differences {
        for sentence in &difference.says {
            assert!(
                sentence.ends_with(['.', '?']) && sentence.len() > 3,
                "{what}: {difference:?}"
            );
            let words = sentence.split_whitespace().count();
            assert!(words <= 24, "{what}: {words} words in {sentence:?}");
        }
        let words = difference.title.split_whitespace().count();
        assert!((2..=9).contains(&words), "{what}: {}", difference.title);
        assert_ne!(
            difference.says[0], difference.says[1],
            "{what}: {difference:?}"
        );
    }
}

/// Where no difference is named, there is none: the same turns in the same words.
fn assert_truthful(what: &str, comparison: &Comparison, sides: [&Told; 2]) {
    let words = |told: &Told| {
        let turns = told.run.timeline.turns().iter();
        turns.map(|said| said.turn.text.clone()).collect::<Vec<_>>()
    };
    let outcomes = |told: &Told| told.run.timeline.outcomes().to_vec();
    if comparison.first().is_none() {
        assert_eq!(words(sides[0]), words(sides[1]), "{what}");
        assert_eq!(outcomes(sides[0]), outcomes(sides[1]), "{what}");
        let frames = sides.map(|told| told.run.timeline.frames().len());
        let same = comparison.alike.contains("the same packets") || frames[0] == frames[1];
        assert!(same, "{what}: {}", comparison.alike);
    }
}

#[test]
fn numbers_are_those_that_a_second_count_finds() {
    for (id, settings) in [
        ("ftp-download", vec![]),
        ("ftp-download", vec![("mode", "active"), ("size", "1 MB")]),
        ("ftp-active-nat", vec![]),
        ("mail-pipelining", vec![]),
        ("mail-ada-grace", vec![]),
        ("one-file-three-ways", vec![]),
        ("lost-segment", vec![]),
        ("handshake", vec![("call", "nobody listening")]),
    ] {
        let told = Told::of(id, &settings);
        let timeline = &told.run.timeline;
        let counts = Counts::of(timeline);
        let (mut packets, mut lost, mut wire, mut sent) = (0, 0, 0, 0);
        for event in timeline.events().iter() {
            match event.kind {
                Kind::Sent => {
                    let frame = timeline.frames()[event.arg as usize];
                    let bytes = timeline.arena().get(frame.slot).len() as u64;
                    packets += 1;
                    wire += bytes;
                    sent += if frame.forwards.is_none() { bytes } else { 0 };
                }
                Kind::Dropped | Kind::Discarded => lost += 1,
                _ => {}
            }
        }
        assert_eq!((counts.packets, counts.lost), (packets, lost), "{id}");
        assert_eq!((counts.wire, counts.sent), (wire, sent), "{id}");
        let rows = told.outline.rows.iter();
        let opens = rows.filter(|row| row.what == What::Opens).count() as u64;
        assert_eq!(counts.connections, opens, "{id}");
        let content = content_by_streams(&told);
        assert_eq!(counts.content, content, "{id} {settings:?}");
        assert_eq!(counts.overhead(), sent - content, "{id}");
    }
}

/// The bytes of files and letters, from where data turns begin and end in their streams.
fn content_by_streams(told: &Told) -> u64 {
    let timeline = &told.run.timeline;
    let mut bytes = 0;
    for end in (0..timeline.ends().len()).map(ConnId::from_index) {
        let said = timeline
            .turns()
            .iter()
            .filter(|said| said.conn == Some(end));
        let data = said.filter(|said| said.turn.kind == TurnKind::Data);
        bytes += data
            .map(|said| (said.range.0..said.range.1).count() as u64)
            .sum::<u64>();
    }
    bytes
}

#[test]
fn round_trips_are_those_that_one_counts_by_hand() {
    let trips = |id: &str, settings: &[(&str, &str)]| {
        Counts::of(&Told::of(id, settings).run.timeline).round_trips
    };
    // The call, 220; then USER, PASS, TYPE, PASV, the second call, RETR, QUIT.
    let plain = trips("ftp-download", &[]);
    assert_eq!(
        plain,
        trips("ftp-download", &[("mode", "active")]),
        "who calls costs the same"
    );
    assert_eq!(
        plain,
        trips("ftp-download", &[("size", "1 MB")]),
        "so does a longer file"
    );
    // Five readers: five answers that nobody waits for, and that for MAIL.
    let waits = trips("mail-pipelining", &[("client", "waits for every answer")]);
    assert_eq!(waits, trips("mail-pipelining", &[]) + 6);
}

#[test]
fn what_is_worth_comparing_differs_and_whatever_runs_has_another_run() {
    for worth in WORTH {
        let [a, b] = worth.sides.map(|(id, knobs)| Told::of(id, knobs));
        assert!(compared(&a, &b).first().is_some(), "{}", worth.title);
    }
    for entry in CATALOGUE {
        let settings = other(entry.id, &[]).expect("each scenario has a knob");
        assert_eq!(settings.len(), 1, "{}", entry.id);
        assert_eq!(other(entry.id, &settings), Some(Vec::new()), "and back");
    }
    assert_eq!(other("no-such", &[]), None);
    assert_eq!(other("ftp-download", &owned(&[("size", "many")])), None);
}

#[test]
fn the_program_prints_what_the_page_shows() {
    let told = wirestage_tests::program::wirestage_says(&[
        "compare",
        "ftp-download",
        "--with",
        "ftp-download",
        "--set",
        "mode=active",
    ]);
    let path = wirestage_tests::root().join("tests/expected/compare/passive-active.txt");
    assert_eq!(told, std::fs::read_to_string(path).unwrap());
    // Its last line makes it again.
    let last = told.lines().last().unwrap().trim();
    let words: Vec<&str> = last.split(' ').skip(1).collect();
    assert_eq!(wirestage_tests::program::wirestage_says(&words), told);
    let as_it_is = wirestage_tests::program::wirestage_says(&[
        "compare",
        "ftp-active-nat",
        "--set",
        "nat=helper",
    ]);
    assert!(
        as_it_is.contains("What router writes into PORT"),
        "{as_it_is}"
    );
    for wrong in [
        &["compare", "ftp-download"][..],
        &["compare", "no-such", "--with", "ftp-download"],
        &[
            "compare",
            "ftp-download",
            "--with",
            "ftp-download",
            "--set",
            "mode=odd",
        ],
    ] {
        let output = wirestage_tests::wirestage().args(wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{wrong:?}"
        );
    }
}
