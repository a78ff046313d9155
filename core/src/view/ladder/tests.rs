//! The ladder of a timeline made by hand.

use super::rungs::Noise;
use super::*;
use crate::base::{Duration, FrameId};
use crate::timeline::sample::{self, LAPTOP, SERVER, Script};
use crate::timeline::{States, StepSize, Timeline, way};
use crate::view::draw::lanes::Lanes;
use crate::view::draw::letters::Sizes;
use crate::view::draw::{Drawing, Shape, Target};
use crate::view::moment::Moment;
use crate::view::outline::{Outline, Place};

struct Told {
    timeline: Timeline,
    outline: Outline,
    lanes: Lanes,
}

impl Told {
    fn of(timeline: Timeline) -> Self {
        let outline = Outline::of(&timeline, &sample::info());
        let lanes = Lanes::new(&[LAPTOP, SERVER], 980.0, Sizes::DESK);
        Self {
            timeline,
            outline,
            lanes,
        }
    }

    fn plan(&self, place: Place, folds: &Folds) -> Plan {
        Plan::of(&self.timeline, &self.outline, place, folds, &self.lanes)
    }

    fn drawn(&self, plan: &Plan, place: Place) -> Drawing {
        let count = self.outline.seen(place);
        let state = States::new(&self.timeline).after(&self.timeline, count);
        let moment = Moment {
            timeline: &self.timeline,
            outline: &self.outline,
            place,
            before: &state,
            state: &state,
            packet: None,
        };
        draw(plan, 0..plan.lines.len(), &moment, &self.lanes)
    }

    fn at(&self, size: StepSize, at: usize) -> (Plan, Drawing) {
        let place = Place { size, at };
        let plan = self.plan(place, &Folds::default());
        let drawing = self.drawn(&plan, place);
        (plan, drawing)
    }
}

fn kinds(plan: &Plan) -> Vec<LineKind> {
    plan.lines.iter().map(|line| line.what).collect()
}

fn folded(phase: usize) -> LineKind {
    let folded = true;
    LineKind::Phase { phase, folded }
}

fn unfolded(phase: usize) -> LineKind {
    let folded = false;
    LineKind::Phase { phase, folded }
}

/// The groups that stand for something, with their classes and texts.
fn groups(drawing: &Drawing) -> Vec<(Target, String, Vec<String>)> {
    let [Shape::Group { shapes, .. }] = &drawing.shapes[..] else {
        panic!("one group holds all");
    };
    let mut found = Vec::new();
    for shape in shapes {
        if let Shape::Group {
            class,
            target: Some(target),
            shapes,
        } = shape
        {
            let texts = shapes.iter().filter_map(|shape| match shape {
                Shape::Text { text, .. } => Some(text.clone()),
                _ => None,
            });
            found.push((*target, class.clone(), texts.collect()));
        }
    }
    found
}

/// The sample's rows: SYN, 220; PASS; SYN, data, FIN.
fn sample() -> Told {
    let told = Told::of(sample::timeline());
    let rows: Vec<_> = told.outline.phases.iter().map(|p| p.rows.clone()).collect();
    assert_eq!(rows, [0..2, 2..3, 3..6]);
    told
}

#[test]
fn the_phase_shown_is_unfolded_and_a_phase_of_one_row_is_that_row() {
    let told = sample();
    let two = [unfolded(1), LineKind::Row(2)];
    // At the start and at the end all are folded.
    for at in [0, 7] {
        let (plan, _) = told.at(StepSize::Turn, at);
        let expected = [&[folded(0)][..], &two, &[folded(2)]].concat();
        assert_eq!(kinds(&plan), expected, "{at}");
        assert_eq!(plan.here, None);
    }
    let (plan, drawing) = told.at(StepSize::Turn, 2);
    let first = [unfolded(0), LineKind::Row(0), LineKind::Row(1)];
    assert_eq!(kinds(&plan), [&first[..], &two, &[folded(2)]].concat());
    assert_eq!(plan.here, Some(2..3));
    let groups = groups(&drawing);
    let here: Vec<_> = groups.iter().filter(|g| g.1.contains("here")).collect();
    let [(target, class, texts)] = here[..] else {
        panic!("{here:?}");
    };
    assert_eq!(*target, Target::Row(1));
    assert_eq!(class, "row control here");
    assert_eq!(texts[..], ["▶ 0.030 s", "220 Ready."]);
    // What is folded says in short what it holds.
    let last = groups.last().unwrap();
    assert_eq!(last.0, Target::Phase(2));
    assert_eq!(last.1, "phase folded data later");
    assert_eq!(last.2[0], "▸ fetch the file");
    let shorts = "✕ 1 lost · SYN · SYN-ACK · ACK · ▤ notes.txt · FIN";
    assert_eq!(last.2[1], shorts);
}

#[test]
fn a_fold_by_hand_wins_and_takes_the_highlight_with_it() {
    let told = sample();
    let place = Place {
        size: StepSize::Turn,
        at: 2,
    };
    let folds = Folds {
        open: [(0, false), (2, true)].into_iter().collect(),
        ..Folds::default()
    };
    let plan = told.plan(place, &folds);
    let kinds = kinds(&plan);
    assert_eq!(kinds[..2], [folded(0), unfolded(1)]);
    assert_eq!(kinds[3], unfolded(2));
    assert_eq!(plan.here, Some(0..1));
    let groups = groups(&told.drawn(&plan, place));
    assert_eq!(groups[0].1, "phase folded control here");
    assert_eq!(groups[0].2[0], "▶ connect");
}

#[test]
fn a_lost_turn_breaks_off_half_way_and_says_why() {
    let told = sample();
    let (_, drawing) = told.at(StepSize::Turn, 5);
    let groups = groups(&drawing);
    let row = groups.iter().find(|g| g.0 == Target::Row(4)).unwrap();
    assert_eq!(row.1, "row data here lost");
    let lost = "lost: queue full · ↻ 1 packet sent again";
    assert!(row.2.contains(&lost.to_owned()), "{row:?}");
    let [Shape::Group { shapes, .. }] = &drawing.shapes[..] else {
        panic!("one group holds all");
    };
    let lost = shapes.iter().find_map(|shape| match shape {
        Shape::Group { class, shapes, .. } if class.ends_with("lost") => Some(shapes),
        _ => None,
    });
    let wires = lost.unwrap().iter().filter_map(|shape| match shape {
        Shape::Line { from, to, .. } => Some((from.0, to.0)),
        _ => None,
    });
    let columns = &told.lanes.columns;
    let (laptop, server) = (columns[0].1, columns[1].1);
    let wires: Vec<_> = wires.collect();
    assert_eq!(wires, [(server, f64::midpoint(laptop, server))]);
}

#[test]
fn packets_stand_beneath_the_row_shown_alone() {
    let told = sample();
    let frames = told.timeline.frames().len();
    for at in 1..=frames {
        let (plan, drawing) = told.at(StepSize::Packet, at);
        let here = plan.here.clone().unwrap();
        assert_eq!(plan.lines[here.start].what, LineKind::Packet(at - 1));
        let place = Place {
            size: StepSize::Packet,
            at,
        };
        let row = told.outline.here(place).unwrap();
        let packets: Vec<_> = kinds(&plan)
            .into_iter()
            .filter_map(|kind| match kind {
                LineKind::Packet(packet) => Some(packet),
                _ => None,
            })
            .collect();
        let of_row: Vec<_> = told.outline.rows[row].packets.clone().collect();
        assert_eq!(packets, of_row, "{at}");
        // What is sent later is grey.
        for (target, class, _) in groups(&drawing) {
            if let Target::Packet(index) = target {
                let sent = told.outline.sent(FrameId::from_index(index));
                let later = sent.index() >= told.outline.seen(place);
                assert_eq!(class.contains("later"), later, "{class} at {at}");
            }
        }
    }
}

#[test]
fn among_the_packets_of_a_row_the_lines_stay_and_the_mark_moves() {
    let told = sample();
    let wanted = [
        Folds::default(),
        Folds {
            rungs: Rungs {
                folded: [Noise::Acks].into_iter().collect(),
                ..Rungs::default()
            },
            ..Folds::default()
        },
    ];
    for (folds, stay) in wanted.iter().zip([true, false]) {
        let mut moved = 0;
        let start = Place {
            size: StepSize::Packet,
            at: 0,
        };
        let mut plan = told.plan(start, folds);
        for size in [StepSize::Packet, StepSize::Turn, StepSize::Packet] {
            for at in (0..=told.outline.last(size)).chain([1, 0]) {
                let place = Place { size, at };
                let anew = told.plan(place, folds);
                if plan.goes_to(&told.outline, place) {
                    moved += 1;
                    assert_eq!(plan, anew, "{place:?}");
                }
                plan = anew;
            }
        }
        assert_eq!(moved > 0, stay);
    }
}

#[test]
fn a_phase_in_which_nothing_is_said_has_no_line() {
    let mut s = Script::new();
    s.phase("look around");
    s.phase("log in");
    let (client, _) = s.connects(LAPTOP, (49152, 21));
    let line = crate::base::TurnKind::Command;
    s.says(client, 0, line, "USER ada", "");
    s.phase("look up");
    s.notes(LAPTOP, "job", "waits");
    s.phase("log in");
    s.says(client, 10, line, "PASS x", "");
    s.phase("say goodbye");
    s.says(client, 18, line, "QUIT", "");
    s.phase("look up");
    let told = Told::of(s.timeline);
    let outline = &told.outline;
    let names: Vec<_> = outline.phases.iter().map(|phase| phase.name).collect();
    assert_eq!(names, ["log in", "say goodbye"]);
    let ranges = outline.phases.iter().map(|phase| phase.events.clone());
    let ranges: Vec<_> = ranges.collect();
    assert_eq!((ranges[0].start, ranges[0].end), (0, ranges[1].start));
    assert_eq!(ranges[1].end, told.timeline.events().len());
    let of_rows: Vec<_> = outline.rows.iter().map(|row| row.phase).collect();
    assert_eq!(of_rows, [0, 0, 0, 1]);
    let plan = Plan::whole(&told.timeline, outline, &told.lanes, &Rungs::default(), 99);
    let phases = kinds(&plan).into_iter();
    let phases = phases.filter(|kind| matches!(kind, LineKind::Phase { .. }));
    assert_eq!(phases.collect::<Vec<_>>(), [unfolded(0), unfolded(1)]);
}

#[test]
fn a_silence_has_a_line_and_a_pause_has_none() {
    let mut s = Script::new();
    s.phase("connect");
    let (client, server) = s.connects(LAPTOP, (49152, 21));
    let line = crate::base::TurnKind::Command;
    s.now += Duration::from_millis(900);
    s.says(client, 0, line, "NOOP", "");
    s.now += Duration::from_secs(1800);
    s.phase("log in");
    s.says(client, 6, line, "USER ada", "");
    s.finishes(client, server);
    let told = Told::of(s.timeline);
    let plan = Plan::whole(
        &told.timeline,
        &told.outline,
        &told.lanes,
        &Rungs::default(),
        99,
    );
    let silences: Vec<_> = kinds(&plan)
        .into_iter()
        .enumerate()
        .filter(|(_, kind)| matches!(kind, LineKind::Silence(_)))
        .collect();
    let half_an_hour = LineKind::Silence(Duration::from_secs(1800));
    assert_eq!(silences, [(3, half_an_hour)]);
    assert_eq!(kinds(&plan)[4], unfolded(1));
    let place = Place {
        size: StepSize::Turn,
        at: 9,
    };
    let drawing = told.drawn(&plan, place);
    let [Shape::Group { shapes, .. }] = &drawing.shapes[..] else {
        panic!("one group holds all");
    };
    let says =
        |shape: &Shape| matches!(shape, Shape::Text { text, .. } if text == "⋯ 30 min later");
    assert!(shapes.iter().any(says));
    // A sheet may hold the first rows alone.
    let plan = Plan::whole(
        &told.timeline,
        &told.outline,
        &told.lanes,
        &Rungs::default(),
        1,
    );
    assert_eq!(kinds(&plan), [unfolded(0), LineKind::Row(0)]);
}

#[test]
fn who_has_no_lane_is_named() {
    let mut told = sample();
    told.lanes = Lanes::new(&[LAPTOP], 980.0, Sizes::DESK);
    let (_, drawing) = told.at(StepSize::Turn, 2);
    let groups = groups(&drawing);
    let row = groups.iter().find(|g| g.0 == Target::Row(1)).unwrap();
    assert_eq!(row.2[1], "server → laptop: 220 Ready.");
}

#[test]
fn a_run_without_phases_has_rows_alone() {
    let mut s = Script::new();
    let (client, server) = s.connects(LAPTOP, (49152, 21));
    s.finishes(client, server);
    let told = Told::of(s.timeline);
    let (plan, _) = told.at(StepSize::Turn, 0);
    assert_eq!(kinds(&plan), [LineKind::Row(0), LineKind::Row(1)]);
}

#[test]
fn only_lines_in_sight_are_asked_for() {
    let told = sample();
    let (plan, _) = told.at(StepSize::Packet, 9);
    let line = plan.lines[6];
    assert_eq!(plan.visible(line.y, line.y + line.height), 6..7);
    assert_eq!(plan.visible(line.y - 1.0, line.y + line.height + 1.0), 5..8);
    assert_eq!(plan.visible(-50.0, -10.0), 0..0);
    assert!(
        plan.visible(plan.height + 1.0, plan.height + 9.0)
            .is_empty()
    );
    // A name beside its first row is seen as long as the row is.
    let name = plan
        .lines
        .iter()
        .rposition(|line| line.height == 0.0)
        .unwrap();
    let row = plan.lines[name + 1];
    assert!(plan.visible(row.y + 5.0, row.y + 9.0).contains(&name));
}

#[test]
fn a_packet_that_was_rewritten_says_so_and_a_rule_is_named() {
    let mut told = Told::of(way::timeline());
    let all = [way::LAPTOP, way::SWITCH, way::ROUTER, way::SERVER];
    told.lanes = Lanes::new(&all, 980.0, Sizes::DESK);
    let place = |at| Place {
        size: StepSize::Packet,
        at,
    };
    let words = |at| -> Vec<String> {
        let plan = told.plan(place(at), &Folds::default());
        let groups = groups(&told.drawn(&plan, place(at)));
        let here = groups
            .into_iter()
            .find(|group| group.0 == Target::Packet(at - 1));
        here.unwrap().2
    };
    let by_router = told.timeline.frames().iter();
    let by_router = by_router
        .clone()
        .position(|frame| frame.from == way::ROUTER);
    let out = words(by_router.unwrap() + 1);
    let expected = "SYN ◆ source becomes 203.0.113.1:49152";
    assert!(out.iter().any(|text| text == expected), "{out:?}");
    let lost = told.timeline.losses().next().unwrap().frame.index();
    let fell = words(lost + 1);
    let expected = "SYN ✕ lost: firewall: no telnet";
    assert!(fell.iter().any(|text| text == expected), "{fell:?}");
}
