//! The ladder at every place of every scenario: nothing overlaps, nothing leaves the picture.

use std::ops::Range;
use wirestage_core::base::FrameId;
use wirestage_core::scenario::{catalogue::CATALOGUE, load, variants};
use wirestage_core::simulation::{Options, Simulation};
use wirestage_core::timeline::{States, StepSize};
use wirestage_core::view::draw::lanes::Lanes;
use wirestage_core::view::draw::letters::{Face, Sizes, width};
use wirestage_core::view::draw::svg::to_svg;
use wirestage_core::view::draw::{Anchor, Drawing, Shape};
use wirestage_core::view::ladder::{self, Folds, LineKind, Noise, Pace, Plan, Rungs, Zoom};
use wirestage_core::view::moment::Moment;
use wirestage_core::view::outline::{Outline, Place};
use wirestage_core::view::{sheet, stage};
use wirestage_tests::Run;
use wirestage_tests::runs::{Settings, scenario};

const STEPS: [StepSize; 3] = [StepSize::Packet, StepSize::Turn, StepSize::Phase];
/// Longer runs show the same lines more often.
const PLACES: usize = 60;
/// Lines drawn at once: more than fit a screen.
const WINDOW: usize = 120;

/// Where a text stands: left, top, right, bottom.
type Place4 = (f64, f64, f64, f64);

struct Seen {
    texts: Vec<(Place4, String)>,
    /// Arrows' lines.
    wires: Vec<((f64, f64), (f64, f64))>,
}

fn look(shapes: &[Shape], size: f64, seen: &mut Seen) {
    for shape in shapes {
        match shape {
            Shape::Group { shapes, .. } => look(shapes, size, seen),
            Shape::Line { class, from, to } if class == "wire" => seen.wires.push((*from, *to)),
            Shape::Text { .. } => seen.texts.push(boxed(shape, size)),
            _ => {}
        }
    }
}

fn boxed(shape: &Shape, size: f64) -> (Place4, String) {
    let Shape::Text {
        class,
        at: (x, y),
        anchor,
        text,
        ..
    } = shape
    else {
        panic!("{shape:?}");
    };
    let is = |name: &str| class.split(' ').any(|word| word == name);
    let size = match () {
        () if is("title") => 22.0,
        () if is("sheet") && !is("mute") => 15.0,
        () => size,
    };
    let face = match () {
        () if is("mono") => Face::Mono,
        () if is("bad") || is("here") || is("title") || is("good") => Face::Bold,
        () => Face::Plain,
    };
    let wide = width(text, face, size);
    let left = match anchor {
        Anchor::Start => *x,
        Anchor::Middle => x - wide / 2.0,
        Anchor::End => x - wide,
    };
    let place = (left, y - 0.78 * size, left + wide, y + 0.22 * size);
    (place, text.clone())
}

/// Texts apart from one another, from arrows, and within the picture.
fn check(drawing: &Drawing, size: f64, place: &str) {
    let mut seen = Seen {
        texts: Vec::new(),
        wires: Vec::new(),
    };
    look(&drawing.shapes, size, &mut seen);
    seen.texts.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
    for (index, (a, text)) in seen.texts.iter().enumerate() {
        let inside = a.0 >= 0.0 && a.2 <= drawing.width && a.1 >= 0.0 && a.3 <= drawing.height;
        assert!(inside, "{place}: “{text}” leaves the picture: {a:?}");
        assert!(!text.is_empty(), "{place}: an empty text");
        for (b, other) in seen.texts[index + 1..].iter().take_while(|b| b.0.1 < a.3) {
            let apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1;
            assert!(apart, "{place}: “{text}” {a:?} lies on “{other}” {b:?}");
        }
        for wire in &seen.wires {
            assert!(
                !crosses(*wire, *a),
                "{place}: {wire:?} crosses “{text}” {a:?}"
            );
        }
    }
}

fn crosses((from, to): ((f64, f64), (f64, f64)), place: Place4) -> bool {
    if from.1.min(to.1) > place.3 || from.1.max(to.1) < place.1 {
        return false;
    }
    (0..=200).map(f64::from).any(|step| {
        let part = step / 200.0;
        let x = from.0 + (to.0 - from.0) * part;
        let y = from.1 + (to.1 - from.1) * part;
        place.0 < x && x < place.2 && place.1 < y && y < place.3
    })
}

/// Which lines to draw: those around the step shown.
fn window(plan: &Plan) -> Range<usize> {
    let middle = plan.here.as_ref().map_or(0, |here| here.start);
    middle.saturating_sub(WINDOW / 2)..(middle + WINDOW / 2).min(plan.lines.len())
}

/// The ladder as readers may want it, another way at each place.
fn rungs(at: usize) -> Rungs {
    let mut rungs = Rungs::default();
    let noise = Noise::ALL.into_iter().enumerate();
    rungs.folded = noise
        .filter(|(bit, _)| at >> bit & 1 == 1)
        .map(|(_, noise)| noise)
        .collect();
    if at % 5 == 2 {
        rungs.hidden.extend([1, 3]);
    }
    if at % 7 > 3 {
        rungs.pace = Pace::Scale;
    }
    if at % 11 == 6 {
        rungs.zoom = Zoom::of(150).unwrap();
    }
    rungs
}

fn check_run(run: &Run, name: &str) {
    let outline = Outline::of(&run.timeline, &run.info);
    let mut states = States::new(&run.timeline);
    let state = states.after(&run.timeline, 0);
    for size in STEPS {
        let last = outline.last(size);
        let every = (last / PLACES).max(1);
        for at in (0..=last).filter(|at| at % every == 0 || last - at < 12 || *at < 12) {
            let place = Place { size, at };
            let moment = Moment {
                timeline: &run.timeline,
                outline: &outline,
                place,
                before: &state,
                state: &state,
                packet: (at > 0).then_some(FrameId(0)),
            };
            for sizes in [Sizes::DESK, Sizes::PROJECTOR] {
                for wide in [980.0, 600.0, 390.0] {
                    let lanes = stage::lanes(&run.timeline, &outline, place, wide, sizes);
                    let mut folds = Folds::default();
                    if at % 3 == 1 {
                        folds.open.extend([(0, true), (at % 5, at % 2 == 0)]);
                    }
                    folds.rungs = rungs(at);
                    let lanes = folds.rungs.lanes(&lanes);
                    let sizes = lanes.sizes;
                    let plan = Plan::of(&run.timeline, &outline, place, &folds, &lanes);
                    let drawing = ladder::draw(&plan, window(&plan), &moment, &lanes);
                    let name = format!("{name} at {place:?}, {wide} wide, {}", sizes.text);
                    check(&drawing, sizes.text, &name);
                    check_lines(&plan, &lanes, &name);
                }
            }
        }
    }
}

/// Lines follow one another without a gap, and the one shown is among them.
fn check_lines(plan: &Plan, lanes: &Lanes, name: &str) {
    let mut y = 0.0;
    for line in &plan.lines {
        assert!((line.y - y).abs() < 0.01, "{name}: {line:?} not at {y}");
        y = line.y + line.height;
    }
    assert!((plan.height - y).abs() < 0.01, "{name}");
    if let Some(here) = &plan.here {
        assert!(!here.is_empty() && here.end <= plan.lines.len(), "{name}");
        let first = &plan.lines[here.start];
        let last = &plan.lines[here.end - 1];
        let seen = plan.visible(first.y + 0.1, last.y + last.height);
        assert!(seen.start <= here.start && seen.end >= here.end, "{name}");
        let screen = plan.visible(first.y, first.y + 900.0);
        assert!(screen.len() < 60, "{name}: {screen:?} with {lanes:?}");
    }
}

#[test]
fn no_words_overlap_at_any_place_of_any_scenario() {
    for entry in CATALOGUE {
        for settings in variants(&scenario(entry.id, &Settings::new())) {
            let run = Run::with(entry.id, &settings, &Options::default());
            check_run(&run, &format!("{} with {settings:?}", entry.id));
        }
    }
}

/// A switch between slow links with short queues: frames are lost, and seconds pass.
const NARROW_WAY: &str = r#"
title = "Lost & <found>"
links = ["laptop - switch - server"]
[hosts]
laptop = { person = "Ada", runs = "ftp client", mode = "active" }
server = { runs = "ftp server", files = { "a-rather-long-name-of-a-file-that-is-long.pdf" = "300 kB" } }
[link.all]
delay = "400 ms"
rate = "100 kbit/s"
queue = 2
[[story]]
Ada = ["login", "get a-rather-long-name-of-a-file-that-is-long.pdf", "quit"]
[[captions]]
when = "server replies 220"
say = "Ready."
"#;

fn narrow_way() -> Run {
    let scenario = load("narrow-way", NARROW_WAY, &[]).unwrap().scenario;
    let options = Options::default();
    let mut simulation = Simulation::new(&scenario, &options).unwrap();
    let ended = simulation.run_to_end();
    Run::ended(scenario, &options, simulation, &ended)
}

#[test]
fn no_words_overlap_where_frames_are_lost_and_time_passes() {
    let run = narrow_way();
    let losses = run.timeline.losses().count();
    assert!(losses > 2, "{losses}: {:?}", run.timeline.outcomes());
    check_run(&run, "narrow way");
    let outline = Outline::of(&run.timeline, &run.info);
    let [.., ladder, _] = sheet::drawings(&run.timeline, &run.info, &outline);
    check(&ladder, 13.0, "narrow way");
    let text = sheet::sheet(&run.timeline, &run.info, &outline);
    assert!(text.contains("Lost &amp; &lt;found&gt;"));
    assert!(text.contains(" lost"), "how many were lost is told");
    assert!(
        text.contains(" sent again</text>"),
        "and how many came again"
    );
}

#[test]
fn the_sheet_of_every_scenario_is_readable_and_not_too_long() {
    for entry in CATALOGUE {
        for settings in variants(&scenario(entry.id, &Settings::new())) {
            let run = Run::with(entry.id, &settings, &Options::default());
            let outline = Outline::of(&run.timeline, &run.info);
            let [head, _, ladder, foot] = sheet::drawings(&run.timeline, &run.info, &outline);
            for drawing in [&head, &ladder, &foot] {
                check(drawing, 13.0, entry.id);
            }
            // Every turn is in it, and every caption.
            let text = to_svg(&ladder, "");
            let arrows = text.matches("class=\"row").count();
            assert_eq!(arrows, outline.rows.len(), "{}", entry.id);
            let said = outline.rows.iter().flat_map(|row| &row.captions).count();
            assert!(said > 0 && text.matches("class=\"caption\"").count() == said);
            let whole = sheet::sheet(&run.timeline, &run.info, &outline);
            assert!(whole.len() < 200_000, "{} bytes", whole.len());
        }
    }
}

/// The lines of a run's ladder at a turn, with all phases unfolded.
fn lines(run: &Run, at: usize, rungs: Rungs) -> (Outline, Plan) {
    let outline = Outline::of(&run.timeline, &run.info);
    let place = Place {
        size: StepSize::Turn,
        at,
    };
    let lanes = stage::lanes(&run.timeline, &outline, place, 980.0, Sizes::DESK);
    let mut folds = Folds {
        rungs,
        ..Folds::default()
    };
    folds
        .open
        .extend((0..outline.phases.len()).map(|phase| (phase, true)));
    let plan = Plan::of(
        &run.timeline,
        &outline,
        place,
        &folds,
        &folds.rungs.lanes(&lanes),
    );
    (outline, plan)
}

/// Every row stands in the ladder, or in what stands for those left out.
fn rows(plan: &Plan) -> (Vec<usize>, Vec<usize>) {
    let (mut shown, mut left) = (Vec::new(), Vec::new());
    for line in &plan.lines {
        match line.what {
            LineKind::Row(row) => shown.push(row),
            LineKind::Left { from, to } => left.extend(from..to),
            _ => {}
        }
    }
    (shown, left)
}

#[test]
fn what_says_nothing_is_folded_and_nothing_is_forgotten() {
    for entry in CATALOGUE {
        let run = Run::with(entry.id, &Settings::new(), &Options::default());
        let rungs = Rungs {
            folded: Noise::ALL.into_iter().collect(),
            ..Rungs::default()
        };
        let (outline, plan) = lines(&run, 0, rungs);
        let (shown, left) = rows(&plan);
        let mut all = [&shown[..], &left].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..outline.rows.len()), "{}", entry.id);
        for row in left.iter().map(|row| &outline.rows[*row]) {
            assert!(row.lost == 0, "{}: a loss is folded: {row:?}", entry.id);
        }
        // The row shown is never left out.
        if let Some(row) = left.first() {
            let rungs = Rungs {
                folded: Noise::ALL.into_iter().collect(),
                ..Rungs::default()
            };
            let (_, plan) = lines(&run, row + 1, rungs);
            assert!(rows(&plan).0.contains(row), "{}", entry.id);
            assert!(plan.here.is_some());
        }
    }
}

#[test]
fn a_connection_that_is_hidden_leaves_a_line_for_its_turns() {
    let run = Run::with("ftp-download", &Settings::new(), &Options::default());
    let rungs = Rungs::default().with_connection(2);
    let (outline, plan) = lines(&run, 0, rungs.clone());
    let (shown, left) = rows(&plan);
    assert!(!left.is_empty());
    assert!(
        left.iter()
            .all(|row| outline.rows[*row].connection == Some(2))
    );
    assert!(
        shown
            .iter()
            .all(|row| outline.rows[*row].connection != Some(2))
    );
    assert_eq!(rungs.with_connection(2), Rungs::default());
}

#[test]
fn to_scale_lines_lie_as_far_apart_as_time_passes() {
    let run = narrow_way();
    let rungs = Rungs {
        pace: Pace::Scale,
        ..Rungs::default()
    };
    let (_, plan) = lines(&run, 0, rungs);
    // Each height for a time has the same measure.
    let measures = plan
        .lines
        .windows(3)
        .filter_map(|three| match three[1].what {
            LineKind::Gap(time) => {
                let broken = [three[0].what, three[2].what];
                let is_whole = !broken
                    .iter()
                    .any(|what| matches!(what, LineKind::Silence(_)));
                is_whole.then(|| {
                    three[1].height * 1e6 / f64::from(u32::try_from(time.0 / 1000).unwrap())
                })
            }
            _ => None,
        });
    let measures: Vec<f64> = measures.collect();
    assert!(measures.len() > 3, "{:?}", plan.lines);
    for measure in &measures {
        assert!((measure / measures[0] - 1.0).abs() < 0.01, "{measures:?}");
    }
    // By step there is none.
    let (_, plan) = lines(&run, 0, Rungs::default());
    assert!(
        !plan
            .lines
            .iter()
            .any(|line| matches!(line.what, LineKind::Gap(_)))
    );
}

#[test]
fn what_is_sent_again_is_marked_and_nothing_else() {
    // Given a way on which frames are lost, and one on which none are.
    let run = narrow_way();
    let outline = Outline::of(&run.timeline, &run.info);
    let again = outline
        .rows
        .iter()
        .map(|row| outline.again_in(&run.timeline, row));
    assert!(again.sum::<usize>() > 0);
    let calm = Run::with("ftp-download", &Settings::new(), &Options::default());
    let outline = Outline::of(&calm.timeline, &calm.info);
    let again = outline
        .rows
        .iter()
        .map(|row| outline.again_in(&calm.timeline, row));
    assert_eq!(again.sum::<usize>(), 0);
    let frames = 0..calm.timeline.frames().len();
    let mut frames = frames.map(FrameId::from_index);
    assert!(!frames.any(|frame| outline.is_again(&calm.timeline, frame)));
}
