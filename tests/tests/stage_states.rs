//! What the stage shows of connections and of what moves: each state, each part of a file.

use wirestage_core::timeline::{States, StepSize};
use wirestage_core::view::draw::Shape;
use wirestage_core::view::draw::letters::Sizes;
use wirestage_core::view::outline::{Outline, Place};
use wirestage_tests::runs::{Run, stage_at};

/// The classes of all shapes of a drawing.
fn classes(shapes: &[Shape], found: &mut Vec<String>) {
    for shape in shapes {
        let (Shape::Line { class, .. }
        | Shape::Path { class, .. }
        | Shape::Rect { class, .. }
        | Shape::Text { class, .. }
        | Shape::Group { class, .. }) = shape;
        found.push(class.clone());
        if let Shape::Group { shapes, .. } = shape {
            classes(shapes, found);
        }
    }
}

/// The classes at each turn of a run, and the labels of pipes.
fn at_each_turn(id: &str, settings: &[(&str, &str)]) -> Vec<(Vec<String>, Vec<String>)> {
    at_each(StepSize::Turn, id, settings)
}

fn at_each(size: StepSize, id: &str, settings: &[(&str, &str)]) -> Vec<(Vec<String>, Vec<String>)> {
    let run = Run::of(id, settings);
    let outline = Outline::of(&run.timeline, &run.info);
    let mut states = States::new(&run.timeline);
    let steps = 1..=outline.steps(size);
    steps
        .map(|at| {
            let place = Place { size, at };
            let stage = stage_at(&run, &outline, &mut states, place, 980.0, Sizes::DESK);
            let mut found = Vec::new();
            classes(&stage.drawing.shapes, &mut found);
            let labels = stage.drawing.shapes.iter().filter_map(|shape| match shape {
                Shape::Text { class, text, .. } if class.starts_with("pipe-label") => {
                    Some(text.clone())
                }
                _ => None,
            });
            (found, labels.collect())
        })
        .collect()
}

#[test]
fn a_pipe_shows_each_state_of_its_connection() {
    // Given runs in which connections open, end, are refused, and are given up.
    for (id, settings, class) in [
        ("ftp-active-nat", &[][..], "pipe data opening"),
        ("ftp-download", &[], "pipe control open"),
        ("handshake", &[("call", "nobody listening")], "broken"),
        ("ftp-active-nat", &[], "pipe data gone broken"),
    ] {
        // When each turn is drawn, then one of them shows it.
        let turns = at_each_turn(id, settings);
        let all: Vec<_> = turns.into_iter().flat_map(|(classes, _)| classes).collect();
        assert!(
            all.iter().any(|found| found.starts_with(class)),
            "{id}: no {class} in {all:?}"
        );
    }
    // A side that has ended is seen between packets alone.
    let packets = at_each(StepSize::Packet, "ftp-download", &[]);
    let all: Vec<_> = packets.into_iter().flat_map(|(found, _)| found).collect();
    for class in ["pipe data half", "shut data half"] {
        assert!(all.iter().any(|found| found.starts_with(class)), "{class}");
    }
    let turns = at_each_turn("ftp-download", &[]);
    let labels: Vec<_> = turns.into_iter().flat_map(|(_, labels)| labels).collect();
    let waits = |label: &String| label.contains("TIME-WAIT at");
    assert!(labels.iter().any(waits), "{labels:?}");
}

#[test]
fn a_file_is_one_thing_that_moves_and_says_how_much_has_gone() {
    let run = Run::of("ftp-download", &[("size", "40 kB")]);
    let outline = Outline::of(&run.timeline, &run.info);
    let mut states = States::new(&run.timeline);
    let row = outline
        .rows
        .iter()
        .position(|row| row.short.starts_with('▤'));
    let row = row.expect("a file is sent");
    let at = |size, at| Place { size, at };
    let mut stage = |place| stage_at(&run, &outline, &mut states, place, 980.0, Sizes::DESK);
    // When the turn of its data is drawn, one thing moves, from nothing to all.
    let turn = stage(at(StepSize::Turn, row + 1));
    let [flight] = &turn.flights[..] else {
        panic!("{:?}", turn.flights);
    };
    let progress = flight.progress.expect("it fills");
    assert_eq!(progress.words(1.0), "▤ 40 of 40 kB");
    assert_eq!(progress.words(0.0), "▤ 0 of 40 kB");
    // When its packets are, each takes up where the one before it left off.
    let mut gone = 0;
    for packet in outline.rows[row].packets.clone() {
        let stage = stage(at(StepSize::Packet, packet + 1));
        let part = stage.flights.first().and_then(|flight| flight.progress);
        let Some(part) = part else { continue };
        assert_eq!((part.from, part.of), (gone, progress.of));
        gone = part.to;
    }
    assert_eq!(gone, progress.of);
}
