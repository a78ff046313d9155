//! The stage of whole runs: nothing runs into anything, and nothing jumps.

use wirestage_core::base::FrameId;
use wirestage_core::scenario::{catalogue::CATALOGUE, load, variants};
use wirestage_core::simulation::{Options, Simulation};
use wirestage_core::timeline::{States, StepSize, Timeline};
use wirestage_core::view::draw::letters::{Face, Sizes, width};
use wirestage_core::view::draw::{Anchor, Drawing, Shape};
use wirestage_core::view::outline::{Outline, Place};
use wirestage_core::view::stage::{self, Stage};
use wirestage_tests::runs::{Run, Settings, scenario, stage_at};

const WIDTHS: [f64; 3] = [980.0, 600.0, 390.0];
const STEP_SIZES: [StepSize; 3] = [StepSize::Packet, StepSize::Turn, StepSize::Phase];
/// Of a long run so many packets' steps are looked at.
const PACKETS: usize = 150;

/// Two people fetch through a switch at the same time.
const CROWD: &str = r#"
title   = "Two at once"
summary = "A switch, two clients, two servers."
course  = "files"
links   = ["laptop - switch", "desktop - switch", "switch - server", "switch - archive"]

[hosts]
laptop  = { person = "Ada", runs = "ftp client", mode = "passive", server = "server" }
desktop = { person = "Grace", runs = "ftp client", mode = "active", server = "archive" }
server  = { runs = "ftp server", files = { "report.pdf" = "40 kB" } }
archive = { runs = "ftp server", files = { "a-file-with-a-rather-long-name.tar.gz" = "20 kB" } }

[link.all]
delay = "10 ms"
rate  = "10 Mbit/s"

[[story]]
Ada = ["login", "get report.pdf", "quit"]

[[story]]
Grace = ["login", "get a-file-with-a-rather-long-name.tar.gz", "quit"]
"#;

/// The switch's way to the server takes less than comes.
const LOSSES: &str = r#"
title   = "Lossy"
summary = "A narrow queue."
links   = ["laptop - switch - server"]

[hosts]
laptop = { person = "Ada", runs = "ftp client", mode = "passive" }
server = { runs = "ftp server", files = { "report.pdf" = "400 kB" } }

[link.all]
delay = "10 ms"
rate  = "10 Mbit/s"


[[story]]
Ada = ["login", "get report.pdf", "quit"]

[link.switch-server]
queue = 4
"#;

/// More connections at once than are drawn.
const MANY: &str = r#"
title   = "Three at once"
summary = "Six connections to one server."
links   = ["ada - switch", "bob - switch", "cleo - switch", "switch - server"]

[hosts]
ada    = { person = "Ada", runs = "ftp client", mode = "passive" }
bob    = { person = "Bob", runs = "ftp client", mode = "active" }
cleo   = { person = "Cleo", runs = "ftp client", mode = "passive" }
server = { runs = "ftp server", files = { "report.pdf" = "100 kB" } }

[link.all]
delay = "10 ms"
rate  = "10 Mbit/s"

[[story]]
Ada = ["login", "get report.pdf", "quit"]

[[story]]
Bob = ["login", "get report.pdf", "quit"]

[[story]]
Cleo = ["login", "get report.pdf", "quit"]
"#;

/// Six at one switch that speak at the same time, near ones and far ones; a link goes down.
const WIDE: &str = r#"
title   = "Six at a switch"
summary = "Who stands between others speaks past them."
links   = ["ada - switch", "bob - switch", "cleo - switch", "switch - server", "archive - switch", "vault - switch"]

[hosts]
ada     = { person = "Ada", runs = "ftp client", mode = "passive", server = "server" }
bob     = { person = "Bob", runs = "ftp client", mode = "active", server = "vault" }
cleo    = { person = "Cleo", runs = "ftp client", mode = "passive", server = "archive" }
server  = { runs = "ftp server", files = { "report.pdf" = "100 kB" } }
archive = { runs = "ftp server", files = { "report.pdf" = "100 kB" } }
vault   = { runs = "ftp server", files = { "report.pdf" = "100 kB" } }

[link.all]
delay = "10 ms"
rate  = "10 Mbit/s"

[link.bob-switch]
down = "300 ms to 2 s"

[[story]]
Ada = ["login", "get report.pdf", "quit"]

[[story]]
Bob = ["login", "get report.pdf", "quit"]

[[story]]
Cleo = ["login", "get report.pdf", "quit"]
"#;

/// A text's box.
#[derive(Debug)]
struct Words {
    #[expect(dead_code, reason = "told where a test fails")]
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn words(shapes: &[Shape], sizes: Sizes, found: &mut Vec<Words>) {
    for shape in shapes {
        match shape {
            Shape::Group { shapes, .. } => words(shapes, sizes, found),
            Shape::Text {
                class,
                at: (x, y),
                anchor,
                text,
                ..
            } => {
                let (face, size) = match class.as_str() {
                    "host-name" => (Face::Bold, sizes.name),
                    "lost-what" => (Face::Bold, sizes.text),
                    _ => (Face::Plain, sizes.text),
                };
                let wide = width(text, face, size);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - wide / 2.0,
                    Anchor::End => x - wide,
                };
                found.push(Words {
                    text: text.clone(),
                    left,
                    right: left + wide,
                    top: y - 0.8 * size,
                    bottom: y + 0.25 * size,
                });
            }
            Shape::Line { .. } | Shape::Path { .. } | Shape::Rect { .. } => {}
        }
    }
}

/// Boxes of nodes: no label may lie in one.
fn boxes(shapes: &[Shape], found: &mut Vec<Words>) {
    for shape in shapes {
        match shape {
            Shape::Group { shapes, .. } => boxes(shapes, found),
            Shape::Rect { at, size, .. } => found.push(Words {
                text: "box".into(),
                left: at.0,
                right: at.0 + size.0,
                top: at.1,
                bottom: at.1 + size.1,
            }),
            _ => {}
        }
    }
}

fn meet(a: &Words, b: &Words) -> bool {
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

fn nothing_meets(drawing: &Drawing, sizes: Sizes, place: &str) {
    let mut found = Vec::new();
    words(&drawing.shapes, sizes, &mut found);
    assert!(!found.is_empty(), "{place}: no words");
    for (index, one) in found.iter().enumerate() {
        let inside = one.left >= -0.1
            && one.right <= drawing.width + 0.1
            && one.top >= 0.0
            && one.bottom <= drawing.height;
        assert!(inside, "{place}: {one:?} leaves the picture");
        for other in &found[index + 1..] {
            assert!(!meet(one, other), "{place}: {one:?} meets {other:?}");
        }
    }
    let mut outside = Vec::new();
    let labels = |shape: &&Shape| matches!(shape, Shape::Text { .. });
    let labels: Vec<Shape> = drawing.shapes.iter().filter(labels).cloned().collect();
    words(&labels, sizes, &mut outside);
    let mut nodes = Vec::new();
    boxes(&drawing.shapes, &mut nodes);
    for label in &outside {
        for node in &nodes {
            assert!(!meet(label, node), "{place}: {label:?} lies in {node:?}");
        }
    }
}

/// The points of each line and path of a class.
fn strokes(drawing: &Drawing, of: &str) -> Vec<Vec<(f64, f64)>> {
    let points = |shape: &Shape| match shape {
        Shape::Line { class, from, to } if class.starts_with(of) => Some(vec![*from, *to]),
        Shape::Path { class, d } if class.starts_with(of) => {
            let point = |pair: &str| {
                let (x, y) = pair.split_once(' ').unwrap();
                (x.parse().unwrap(), y.parse().unwrap())
            };
            Some(d[1..].split('L').map(point).collect())
        }
        _ => None,
    };
    drawing.shapes.iter().filter_map(points).collect()
}

/// Pipes and links end at boxes or pass them by; none runs into one.
fn no_line_enters_a_box(drawing: &Drawing, place: &str) {
    let mut nodes = Vec::new();
    boxes(&drawing.shapes, &mut nodes);
    for line in strokes(drawing, "pipe")
        .iter()
        .chain(&strokes(drawing, "link"))
    {
        for pair in line.windows(2) {
            let ([a, b], inset) = ([pair[0], pair[1]], 0.5);
            for node in &nodes {
                let beside =
                    a.0.max(b.0) <= node.left + inset || a.0.min(b.0) >= node.right - inset;
                let apart = a.1.max(b.1) <= node.top + inset || a.1.min(b.1) >= node.bottom - inset;
                assert!(beside || apart, "{place}: {pair:?} enters {node:?}");
            }
        }
    }
}

/// Pipes and links keep apart: none crosses another, and none lies on another.
fn nothing_crosses(drawing: &Drawing, place: &str) {
    let pipes = strokes(drawing, "pipe ");
    let links = strokes(drawing, "link");
    for (index, pipe) in pipes.iter().enumerate() {
        for other in &pipes[index + 1..] {
            assert!(!cross(pipe, other), "{place}: {pipe:?} crosses {other:?}");
        }
        for link in &links {
            assert!(
                !cross(pipe, link),
                "{place}: {pipe:?} crosses the link {link:?}"
            );
        }
    }
    for (index, link) in links.iter().enumerate() {
        for other in &links[index + 1..] {
            assert!(
                !cross(link, other),
                "{place}: {link:?} crosses the link {other:?}"
            );
        }
    }
}

/// Two lines of level and upright pieces. Where one ends at the other they meet, and do not cross.
fn cross(one: &[(f64, f64)], other: &[(f64, f64)]) -> bool {
    let pairs = |line: &[(f64, f64)]| -> Vec<[(f64, f64); 2]> {
        line.windows(2).map(|pair| [pair[0], pair[1]]).collect()
    };
    let others = pairs(other);
    let pieces = pairs(one).into_iter();
    pieces
        .flat_map(|piece| others.iter().map(move |other| (piece, *other)))
        .any(|(a, b)| {
            let shared = |one: (f64, f64), other: (f64, f64)| {
                let [low, high] = [one, other].map(|(p, q)| (p.min(q), p.max(q)));
                low.1.min(high.1) - low.0.max(high.0)
            };
            let level = |[p, q]: [(f64, f64); 2]| (p.1 - q.1).abs() < 0.01;
            let (x, y) = (
                shared((a[0].0, a[1].0), (b[0].0, b[1].0)),
                shared((a[0].1, a[1].1), (b[0].1, b[1].1)),
            );
            let inside = |at: f64, (p, q): (f64, f64)| p.min(q) + 0.5 < at && at < p.max(q) - 0.5;
            match (level(a), level(b)) {
                (true, true) => x > 1.0 && y.abs() < 1.0,
                (false, false) => y > 1.0 && x.abs() < 1.0,
                (true, false) => {
                    inside(b[0].0, (a[0].0, a[1].0)) && inside(a[0].1, (b[0].1, b[1].1))
                }
                (false, true) => {
                    inside(a[0].0, (b[0].0, b[1].0)) && inside(b[0].1, (a[0].1, a[1].1))
                }
            }
        })
}

#[test]
fn lines_that_cross_or_lie_on_one_another_are_told_apart_from_those_that_meet() {
    let level = [(0.0, 10.0), (100.0, 10.0)];
    assert!(cross(&level, &[(50.0, 0.0), (50.0, 20.0)]));
    assert!(cross(&level, &[(60.0, 10.0), (160.0, 10.0)]));
    assert!(
        !cross(&level, &[(50.0, 10.0), (50.0, 20.0)]),
        "it hangs on it"
    );
    assert!(
        !cross(&level, &[(100.0, 10.0), (160.0, 10.0)]),
        "it goes on"
    );
    assert!(!cross(&level, &[(60.0, 30.0), (160.0, 30.0)]));
}

/// All places of a short run; of a long one those around turns, and some others.
fn places(outline: &Outline, size: StepSize) -> Vec<usize> {
    let last = outline.last(size);
    let all = 0..=last;
    if size != StepSize::Packet || last <= PACKETS {
        return all.collect();
    }
    let mut some: Vec<usize> = all.step_by(last / PACKETS + 1).collect();
    some.extend(
        outline
            .rows
            .iter()
            .flat_map(|row| [row.packets.start, row.packets.end]),
    );
    some.push(last);
    some
}

fn looked_at_everywhere(run: &wirestage_core::run::Run, name: &str) {
    let outline = Outline::of(&run.timeline, &run.info);
    let mut states = States::new(&run.timeline);
    for sizes in [Sizes::DESK, Sizes::PROJECTOR] {
        for width in WIDTHS {
            let mut height = None;
            for size in STEP_SIZES {
                for at in places(&outline, size) {
                    let place = Place { size, at };
                    let stage = stage_at(run, &outline, &mut states, place, width, sizes);
                    let place = format!("{name}, {width} wide, {} high, {size:?} {at}", sizes.text);
                    nothing_meets(&stage.drawing, sizes, &place);
                    no_line_enters_a_box(&stage.drawing, &place);
                    nothing_crosses(&stage.drawing, &place);
                    flights_are_on_stage(&stage, &run.timeline, &place);
                    let before = *height.get_or_insert(stage.drawing.height);
                    assert!(
                        (before - stage.drawing.height).abs() < 0.1,
                        "{place}: it jumps"
                    );
                }
            }
        }
    }
}

fn flights_are_on_stage(stage: &Stage, timeline: &Timeline, place: &str) {
    assert!(
        stage.flights.len() <= 6,
        "{place}: {} flights",
        stage.flights.len()
    );
    for flight in &stage.flights {
        assert!(flight.path.len() >= 2, "{place}: {flight:?} goes nowhere");
        let inside = |(x, y): &(f64, f64)| {
            (0.0..=stage.drawing.width).contains(x) && (0.0..=stage.drawing.height).contains(y)
        };
        assert!(flight.path.iter().all(inside), "{place}: {flight:?} leaves");
        assert!(
            flight.starts < flight.ends && flight.ends <= 1.0,
            "{place}: {flight:?}"
        );
        let known = |frame: FrameId| frame.index() < timeline.frames().len();
        assert!(flight.frame.is_none_or(known));
    }
}

#[test]
fn no_label_runs_into_another_in_any_run_of_the_catalogue() {
    for entry in CATALOGUE {
        for settings in variants(&scenario(entry.id, &Settings::new())) {
            let run = Run::with(entry.id, &settings, &Options::default());
            looked_at_everywhere(&run, &format!("{} {settings:?}", entry.id));
        }
    }
}

fn of_file(text: &str) -> wirestage_core::run::Run {
    let loaded = load("own", text, &[]).unwrap_or_else(|problems| panic!("{problems:?}"));
    let options = Options::default();
    let mut simulation = Simulation::new(&loaded.scenario, &options).unwrap();
    let ended = simulation.run_to_end();
    wirestage_core::run::Run::ended("own", loaded.scenario, &options, simulation, &ended)
}

#[test]
fn nor_where_two_people_fetch_through_a_switch_at_the_same_time() {
    looked_at_everywhere(&of_file(CROWD), "crowd");
}

#[test]
fn nor_where_packets_are_lost_or_pipes_are_many() {
    looked_at_everywhere(&of_file(LOSSES), "losses");
    looked_at_everywhere(&of_file(MANY), "many");
    looked_at_everywhere(&of_file(WIDE), "wide");
}

#[test]
fn of_many_connections_the_newest_are_drawn_and_the_others_counted() {
    // Given three people who fetch at the same time.
    let run = of_file(MANY);
    let outline = Outline::of(&run.timeline, &run.info);
    let mut states = States::new(&run.timeline);
    let mut counted = 0;
    for at in 0..=outline.last(StepSize::Turn) {
        // When a turn is shown.
        let place = Place {
            size: StepSize::Turn,
            at,
        };
        let stage = stage_at(&run, &outline, &mut states, place, 980.0, Sizes::DESK);
        // Then four pipes at most are drawn, and no fewer where others are counted.
        let texts = stage.drawing.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { class, text, .. } => Some((class.as_str(), text.as_str())),
            _ => None,
        });
        let (more, labels): (Vec<_>, Vec<_>) = texts.partition(|(class, _)| *class == "more");
        assert!(labels.len() <= 4, "{labels:?}");
        if let [(_, more)] = more[..] {
            assert!(!labels.iter().any(|(class, _)| class.contains("gone")));
            // A label makes room for a packet that rests there; its pipe stays.
            let mut levels: Vec<_> = stage.drawing.shapes.iter().filter_map(level).collect();
            levels.sort();
            levels.dedup();
            assert_eq!(levels.len(), 4, "{levels:?}");
            assert!(["+1 more", "+2 more"].contains(&more), "{more}");
            counted += 1;
        }
    }
    assert!(counted > 0);
}

/// How high the part of a pipe lies that runs from box to box: `M x y`, down to it, along it.
fn level(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Path { class, d } if class.starts_with("pipe ") => d.split(['L', ' ']).nth(3),
        _ => None,
    }
}

#[test]
fn a_phone_shows_who_speaks_and_who_hears() {
    let run = of_file(CROWD);
    let outline = Outline::of(&run.timeline, &run.info);
    for (index, row) in outline.rows.iter().enumerate() {
        let place = Place {
            size: StepSize::Turn,
            at: index + 1,
        };
        let lanes = stage::lanes(&run.timeline, &outline, place, 390.0, Sizes::DESK);
        assert!(lanes.narrow);
        let shown: Vec<_> = lanes.columns.iter().map(|(host, _)| *host).collect();
        assert_eq!(shown.len(), 2);
        assert!(shown.contains(&row.from) && row.to.is_none_or(|to| shown.contains(&to)));
        let all = stage::cast(&run.timeline, &outline, place, false);
        let names: Vec<_> = all
            .iter()
            .map(|host| run.timeline.node(*host).name.as_str())
            .collect();
        assert_eq!(names, ["laptop", "desktop", "switch", "server", "archive"]);
    }
}
