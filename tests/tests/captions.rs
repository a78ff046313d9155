//! Captions come at their moments, and stand in captures on the frames that show them.

use std::collections::BTreeSet;
use wirestage_core::base::TurnKind;
use wirestage_core::explain::place;
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_core::timeline::Kind;
use wirestage_tests::runs::scenario;
use wirestage_tests::{Run, Scratch, Tshark};

#[test]
fn every_caption_of_the_catalogue_is_said_at_some_knob() {
    for entry in CATALOGUE {
        let plain = scenario(entry.id, &Vec::new());
        let mut unsaid: BTreeSet<usize> = (0..plain.captions.len()).collect();
        for settings in variants(&plain) {
            let run = Run::with(entry.id, &settings, &Options::default());
            for placed in place(&run.timeline, &run.scenario) {
                unsaid.remove(&placed.caption);
            }
        }
        let unsaid: Vec<&str> = unsaid
            .into_iter()
            .map(|index| plain.captions[index].say.as_str())
            .collect();
        assert!(unsaid.is_empty(), "{}: {unsaid:?}", entry.id);
    }
}

#[test]
fn a_caption_s_frame_carries_what_it_speaks_of() {
    for (id, mode) in [("ftp-download", "active"), ("ftp-download", "passive")] {
        let run = Run::of(id, &[("mode", mode)]);
        assert!(!run.info.captions.is_empty());
        for caption in &run.info.captions {
            let event = run.timeline.event(caption.event);
            assert_eq!(event.kind, Kind::Turn);
            let turn = &run.timeline.turn(event.arg).turn;
            let bytes = run.timeline.bytes(caption.frame.unwrap());
            let text = turn.text.as_bytes();
            let carried = bytes.windows(text.len()).any(|window| window == text);
            assert!(carried || turn.kind == TurnKind::Data, "{caption:?}");
        }
    }
}

#[test]
fn a_capture_says_each_caption_on_its_frame() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new("captions");
    let run = Run::of("mail-submit", &[("to", "nobody@example.net")]);
    let file = scratch.file("refused.pcapng");
    std::fs::write(&file, run.pcapng("laptop")).unwrap();
    let commented = tshark.fields(
        &file,
        "frame.comment matches \"^(?!phase )\"",
        &["smtp.req.command", "smtp.response.code", "frame.comment"],
    );
    // Where in the run it belongs stands behind it.
    let says = |row: &Vec<String>| {
        row[2]
            .split_once("\u{1f}phase ")
            .map(|(say, _)| say.to_owned())
    };
    let said: Vec<String> = commented.iter().filter_map(says).collect();
    let expected: Vec<&str> = run.info.captions.iter().map(|c| c.say.as_str()).collect();
    assert_eq!(said, expected);
    let refusal = commented.iter().find(|row| row[1] == "550").unwrap();
    assert!(refusal[2].starts_with("No such mailbox."), "{refusal:?}");
}
