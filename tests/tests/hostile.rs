//! Words that would like to be more than words are shown as words: in the transcript, in
//! pictures, in captures, and in all that the page is given to show.

use wirestage_core::capture::Tap;
use wirestage_core::save::{self, Choice, Format};
use wirestage_core::scenario::load;
use wirestage_core::simulation::{Options, Simulation};
use wirestage_core::timeline::States;
use wirestage_core::view::charts::{Ask, ChartKind, chart_sheet};
use wirestage_core::view::hosts::holdings;
use wirestage_core::view::outline::Outline;
use wirestage_core::view::reading::Reading;
use wirestage_core::view::transcript::{self, Telling};
use wirestage_tests::Run;

const TEXT: &str = include_str!("../hostile/everything.toml");

fn run() -> Run {
    let loaded = load("hostile", TEXT, &[]).unwrap_or_else(|p| panic!("{p:#?}"));
    let options = Options::default();
    let mut simulation = Simulation::new(&loaded.scenario, &options).unwrap();
    let ended = simulation.run_to_end();
    Run::ended(loaded.scenario, &options, simulation, &ended)
}

fn saved(run: &Run, format: Format) -> Vec<u8> {
    let choice = Choice {
        tap: Tap::first(&run.timeline),
        transcript: transcript::Options::default(),
    };
    let mut bytes = Vec::new();
    save::write(format, (&run.timeline, &run.info), choice, &mut bytes).unwrap();
    bytes
}

/// Signs that no reader could see, or that turn round what stands beside them.
fn unseen(text: &str) -> Vec<char> {
    let odd = |c: &char| match c {
        '\n' | '\t' | '\r' => false,
        '\u{ad}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        c => c.is_control(),
    };
    text.chars().filter(odd).collect()
}

fn assert_seen(what: &str, text: &str) {
    assert_eq!(unseen(text), [], "{what}: {text:?}");
}

#[test]
fn the_story_is_told_to_its_end() {
    let run = run();
    let good = run.timeline.outcomes().iter().filter(|o| o.ok).count();
    assert!(good >= 2, "{:?}", run.timeline.outcomes());
    // The words did go over the wire as they are.
    let sent = |word: &[u8]| {
        let frames = 0..run.timeline.frames().len();
        let mut frames = frames.map(wirestage_core::base::FrameId::from_index);
        frames.any(|id| {
            let bytes = run.timeline.bytes(id);
            bytes.windows(word.len()).any(|window| window == word)
        })
    };
    assert!(sent(b"<script>alert(4)</script>"));
    assert!(sent(b"RETR <b>.txt"));
}

#[test]
fn texts_hold_no_sign_that_cannot_be_seen() {
    let run = run();
    for format in [Format::Text, Format::Svg, Format::Mermaid] {
        let text = String::from_utf8(saved(&run, format)).unwrap();
        assert_seen(format.ending(), &text);
        assert!(
            format == Format::Mermaid || text.contains("U+202E"),
            "{text}"
        );
    }
    let options = transcript::Options {
        show_passwords: true,
    };
    let arrivals = run.timeline.arrivals();
    let seen = (&run.timeline, &run.info, &arrivals[..]);
    for line in Telling::new(seen, options, 70).lines() {
        assert_seen("a line", &line.text);
    }
}

#[test]
fn pictures_hold_elements_of_ours_alone() {
    let run = run();
    let mut pictures = vec![String::from_utf8(saved(&run, Format::Svg)).unwrap()];
    for kind in ChartKind::ALL {
        pictures.push(chart_sheet(&run.timeline, &run.info, Ask::of(kind)).unwrap());
    }
    const OURS: [&str; 9] = [
        "svg", "title", "style", "g", "line", "path", "rect", "text", "circle",
    ];
    for picture in pictures {
        for tag in picture.split('<').skip(1) {
            let name = tag.trim_start_matches('/');
            let name = name.split([' ', '>', '/', '\n']).next().unwrap();
            assert!(OURS.contains(&name), "<{name} in {picture}");
        }
        let texts = picture.split(['<', '>']);
        assert!(texts.count() % 2 == 1, "signs come in pairs");
        assert!(picture.contains("&lt;script&gt;"));
        assert_seen("a picture", &picture);
    }
}

#[test]
fn a_capture_s_comments_are_plain() {
    let run = run();
    let bytes = saved(&run, Format::Pcapng);
    let text = String::from_utf8_lossy(&bytes);
    // Frames hold what was said; comments stand apart, and name the signs.
    assert!(text.contains("⟨U+202E⟩eltit⟨U+202C⟩"), "the title");
    assert!(text.contains("⟨U+202E⟩hctac"), "the caption");
    assert!(!text.contains("\u{202e}eltit") && !text.contains("\u{202e}hctac"));
}

#[test]
fn what_the_page_shows_has_every_sign_to_be_seen() {
    let run = run();
    let outline = Outline::of(&run.timeline, &run.info);
    for row in &outline.rows {
        for text in [&row.label, &row.short, &row.text, &row.meaning] {
            assert_seen("a row", text);
        }
        for caption in &row.captions {
            assert_seen("a caption", caption);
        }
    }
    let revealed = outline.with_passwords(&run.timeline, &run.info, true);
    for row in &revealed.rows {
        assert_seen("a row with its password", &row.text);
    }
    let mut reading = Reading::default();
    while !reading.follow_all(&run.timeline, 1_000) {}
    for index in 0..run.timeline.frames().len() {
        let id = wirestage_core::base::FrameId::from_index(index);
        for layer in reading.read(&run.timeline, id).layers {
            assert_seen(layer.name, &layer.summary);
            for field in layer.fields {
                assert_seen(field.name, &field.value);
            }
        }
    }
}

#[test]
fn what_hosts_hold_is_named_as_it_is() {
    let run = run();
    let timeline = &run.timeline;
    let outline = Outline::of(timeline, &run.info);
    let all = timeline.events().len();
    let state = States::new(timeline).after(timeline, all);
    let held = holdings(timeline, &outline, [&state, &state], &(all..all));
    let files: Vec<_> = held.iter().flat_map(|host| &host.files).collect();
    assert!(
        files.iter().any(|file| file.path == "/<b>.txt"),
        "{files:?}"
    );
    let letters: Vec<_> = held.iter().flat_map(|host| &host.letters).collect();
    assert!(
        letters
            .iter()
            .any(|letter| letter.subject.contains("spy.png")),
        "{letters:?}"
    );
}

/// The same hidden thing under all its names.
#[test]
fn passwords_are_hidden_wherever_they_could_be_read() {
    use wirestage_core::base::FrameId;
    use wirestage_core::view::hidden::{HIDDEN, hide, said};
    for (id, word) in [
        ("ftp-sniffed", None),
        ("mail-login", Some("analytical")),
        ("mail-read", Some("compiler")),
    ] {
        let run = Run::of(id, &[]);
        let timeline = &run.timeline;
        let secrets = said(timeline);
        assert!(!secrets.is_empty(), "{id}");
        if let Some(word) = word {
            assert!(
                secrets.iter().any(|secret| secret == word),
                "{id}: {secrets:?}"
            );
        }
        let outline = Outline::of(timeline, &run.info);
        let mut reading = Reading::default();
        while !reading.follow_all(timeline, 1_000) {}
        let mut hidden = 0;
        for index in 0..timeline.frames().len() {
            let frame = FrameId::from_index(index);
            let bytes = timeline.bytes(frame);
            let mut leaves = reading.read(timeline, frame);
            let plain = leaves.clone();
            hide(&mut leaves, frame, bytes);
            hidden += leaves.hidden.len();
            for (source, range) in &leaves.hidden {
                assert!(*source > 0 || range.end <= bytes.len());
            }
            for (layer, was) in leaves.layers.iter().zip(&plain.layers) {
                let told = layer.fields.iter().map(|field| &field.value);
                for text in told.chain([&layer.summary]) {
                    for secret in &secrets {
                        assert!(!text.contains(secret.as_str()), "{id} {index}: {text}");
                    }
                }
                assert_eq!(layer.fields.len(), was.fields.len());
            }
        }
        assert!(hidden > 0, "{id}: bytes are hidden");
        for row in &outline.rows {
            for text in [&row.text, &row.label, &row.short, &row.meaning] {
                assert!(
                    !secrets.iter().any(|s| text.contains(s.as_str())),
                    "{id}: {text}"
                );
            }
        }
        // Asked for, they are there again; and away again.
        let shown = outline.with_passwords(timeline, &run.info, true);
        let all: String = shown.rows.iter().map(|row| row.text.as_str()).collect();
        assert!(
            secrets.iter().any(|secret| all.contains(secret.as_str())),
            "{id}"
        );
        assert!(!all.contains(HIDDEN), "{id}");
        let again = shown.with_passwords(timeline, &run.info, false);
        assert_eq!(again.rows, outline.rows, "{id}");
    }
}

#[test]
fn the_lines_of_a_transcript_are_the_transcript() {
    for id in [
        "ftp-download",
        "ftp-active-nat",
        "mail-ada-grace",
        "lost-segment",
    ] {
        let run = Run::of(id, &[]);
        let options = transcript::Options::default();
        let whole = transcript::transcript(&run.timeline, &run.info, options);
        let arrivals = run.timeline.arrivals();
        let seen = (&run.timeline, &run.info, &arrivals[..]);
        let all = Telling::new(seen, options, 100).lines();
        let joined: Vec<&str> = all.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(joined.join("\n") + "\n", whole, "{id}");
        // Each line that begins with a time tells of an event of that time.
        let mut checked = 0;
        // Causes stand far within, with times of their own.
        let within = |line: &&transcript::Line| line.text.starts_with(&" ".repeat(20));
        for line in all.iter().filter(|line| !within(line)) {
            let time = line
                .text
                .trim_start()
                .split(" s ")
                .next()
                .unwrap_or_default();
            if let (Some(event), Ok(_)) = (line.event, time.parse::<f64>()) {
                let at = run.timeline.event(event).time.to_string();
                assert_eq!(at, format!("{time} s"), "{id}: {}", line.text);
                checked += 1;
            }
        }
        assert!(checked > 5, "{id}: {checked}");
        let narrow = Telling::new(seen, options, 64).lines();
        let long = |line: &transcript::Line| line.text.chars().count() > 90;
        let told = narrow.iter().filter(|line| line.event.is_some());
        assert_eq!(told.filter(|line| long(line)).count(), 0, "{id}");
    }
}
