//! The stage of runs made by hand.

use super::*;
use crate::base::{FrameId, HostId};
use crate::timeline::sample::{self, Flags, LAPTOP, SERVER, Script};
use crate::timeline::{LinkInfo, NodeInfo, RunInfo, States, StepSize, Timeline, way};
use crate::view::draw::Shape;
use crate::view::draw::letters::Sizes;
use crate::view::outline::{Outline, Place};

fn shown(timeline: &Timeline, info: &RunInfo, size: StepSize, at: usize, width: f64) -> Stage {
    let outline = Outline::of(timeline, info);
    let place = Place { size, at };
    let earlier = Place {
        size,
        at: at.saturating_sub(1),
    };
    let mut states = States::new(timeline);
    let before = states.after(timeline, outline.seen(earlier));
    let state = states.after(timeline, outline.seen(place));
    let lanes = lanes(timeline, &outline, place, width, Sizes::DESK);
    let moment = Moment {
        timeline,
        outline: &outline,
        place,
        before: &before,
        state: &state,
        packet: None,
    };
    draw(&moment, &lanes)
}

#[test]
fn the_chosen_packet_is_marked_on_its_way() {
    let timeline = sample::timeline();
    let outline = Outline::of(&timeline, &sample::info());
    let place = Place {
        size: StepSize::Turn,
        at: 1,
    };
    let state = States::new(&timeline).after(&timeline, outline.seen(place));
    let lanes = lanes(&timeline, &outline, place, 980.0, Sizes::DESK);
    let moment = Moment {
        timeline: &timeline,
        outline: &outline,
        place,
        before: &state,
        state: &state,
        packet: Some(FrameId(1)),
    };
    let stage = draw(&moment, &lanes);
    let classes: Vec<_> = stage.flights.iter().map(|f| f.class.as_str()).collect();
    assert_eq!(
        classes,
        ["flight control", "flight control chosen", "flight control"]
    );
}

/// The stage of the sample at a packet's step.
fn at_packet(at: usize) -> Stage {
    let timeline = sample::timeline();
    shown(&timeline, &sample::info(), StepSize::Packet, at, 980.0)
}

/// Class and words of each text, groups opened.
fn texts(shapes: &[Shape]) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for shape in shapes {
        match shape {
            Shape::Group { shapes, .. } => found.extend(texts(shapes)),
            Shape::Text { class, text, .. } => found.push((class.as_str(), text.as_str())),
            _ => {}
        }
    }
    found
}

fn pipe_labels(stage: &Stage) -> Vec<(&str, &str)> {
    let all = texts(&stage.drawing.shapes).into_iter();
    all.filter(|(class, _)| class.starts_with("pipe-label"))
        .collect()
}

/// The classes of lines and paths.
fn strokes(stage: &Stage) -> Vec<&str> {
    let shapes = stage.drawing.shapes.iter();
    shapes
        .filter_map(|shape| match shape {
            Shape::Line { class, .. } | Shape::Path { class, .. } => Some(class.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn at_the_start_there_are_hosts_a_link_and_no_pipe() {
    let stage = at_packet(0);
    let words = texts(&stage.drawing.shapes);
    for (class, text) in [
        ("host-name", "laptop"),
        ("who", "Ada · FTP client"),
        ("address", "192.0.2.1"),
        ("listens", "listening: 21"),
    ] {
        assert!(words.contains(&(class, text)), "no `{text}` in {words:?}");
    }
    assert_eq!(strokes(&stage), ["link"]);
    assert!(stage.flights.is_empty());
    assert_eq!(stage.drawing.title, "laptop and server");
}

#[test]
fn a_pipe_opens_with_its_packets() {
    // Given the three packets that open a connection.
    let labels = ["control · opening", "control · opening", "control · 21"];
    for (label, flight, at) in [
        (labels[0], "SYN", 1),
        (labels[1], "SYN-ACK", 2),
        (labels[2], "ACK", 3),
    ] {
        // When each is shown.
        let stage = at_packet(at);
        // Then the pipe is dashed until both sides know that it is open.
        assert_eq!(pipe_labels(&stage)[0].1, label);
        let dashed = strokes(&stage)
            .iter()
            .any(|class| class.contains("opening"));
        assert_eq!(dashed, at < 3, "{:?}", strokes(&stage));
        assert_eq!(stage.flights[0].label, flight);
        assert_eq!(stage.flights[0].class, "flight control");
    }
}

#[test]
fn control_and_data_are_two_pipes_and_a_packet_rides_its_own() {
    let stage = at_packet(8);
    let labels: Vec<_> = pipe_labels(&stage);
    let words: Vec<_> = labels.iter().map(|label| label.1).collect();
    assert_eq!(words, ["control · 21", "data · 50000"]);
    assert!(labels[1].0.contains("data open"), "{labels:?}");
    // The way of the file's first packet is the pipe of the data.
    let stage = at_packet(9);
    let flight = &stage.flights[0];
    assert_eq!(flight.class, "flight data lost");
    let on_pipe = flight.path[0].1;
    let pipes = stage.drawing.shapes.iter().filter_map(|shape| match shape {
        Shape::Line { class, from, .. } if class.starts_with("pipe data") => Some(from.1),
        _ => None,
    });
    assert_eq!(pipes.collect::<Vec<_>>(), [on_pipe]);
}

#[test]
fn what_is_lost_falls_and_says_why_and_where() {
    let stage = at_packet(9);
    let flight = &stage.flights[0];
    assert_eq!(
        flight.lost.as_deref(),
        Some("queue full on laptop - server")
    );
    let [.., above, below] = flight.path[..] else {
        panic!("{:?}", flight.path);
    };
    assert!(above.0 == below.0 && above.1 < below.1, "it falls");
    let words = texts(&stage.drawing.shapes);
    assert!(words.contains(&("lost-what", "✕ ▤ notes.txt")), "{words:?}");
    assert!(words.contains(&("lost-why", "queue full on laptop - server")));
    assert!(stage.drawing.title.ends_with(
        "▤ notes.txt on its way from server to laptop, lost: queue full on laptop - server"
    ));
    // The next packet arrives, and nothing lies there any more.
    let next = at_packet(10);
    assert_eq!(next.flights[0].lost, None);
    assert!(
        !texts(&next.drawing.shapes)
            .iter()
            .any(|(class, _)| class.starts_with("lost"))
    );
}

#[test]
fn a_pipe_is_half_closed_then_gone() {
    let timeline = sample::timeline();
    let count = timeline.frames().len();
    let health = |at| {
        let stage = at_packet(at);
        let labels = pipe_labels(&stage);
        labels
            .iter()
            .map(|label| label.1.to_owned())
            .collect::<Vec<_>>()
    };
    // Given the two FINs at the end; when the first has arrived, then one side is done.
    assert_eq!(health(count - 1), ["control · 21", "data · half closed"]);
    // When the second has, then it is told that the pipe is gone, once.
    let gone = "data · closed · TIME-WAIT at server";
    assert_eq!(health(count), ["control · 21", gone]);
    assert_eq!(health(count + 1), ["control · 21"]);
}

#[test]
fn what_a_program_notes_is_new_for_one_step() {
    let timeline = sample::timeline();
    let note = |at| {
        let stage = shown(&timeline, &sample::info(), StepSize::Turn, at, 980.0);
        let words = texts(&stage.drawing.shapes).into_iter();
        let told = words.filter(|(class, _)| class.starts_with("notes"));
        let told = told.map(|(class, text)| format!("{class}: {text}"));
        let signs = format!("{:?}", stage.drawing.shapes)
            .matches("\"sign\"")
            .count();
        (told.collect::<Vec<_>>(), signs)
    };
    // The password lets Ada in.
    assert_eq!(note(2), (vec![], 0));
    assert_eq!(note(3).0, ["notes new: user ada"]);
    // A port for the data, and the sign of what is new for both.
    assert_eq!(note(3).1, 2);
    assert_eq!(note(4), (vec!["notes: user ada".to_owned()], 0));
}

#[test]
fn a_call_without_an_answer_stays_dashed_and_no_run_at_all_is_empty() {
    let mut s = Script::new();
    let end = s.opening(LAPTOP, true, (49152, 21));
    let syn = s.sends(end, &Flags("S"), 0, b"");
    s.arrives(syn);
    let outline = Outline::of(&s.timeline, &sample::info());
    assert_eq!(outline.connections[0].to, Some(SERVER));
    let stage = shown(&s.timeline, &sample::info(), StepSize::Turn, 1, 980.0);
    assert_eq!(pipe_labels(&stage)[0].1, "control · opening");
    let nothing = Timeline::default();
    let stage = shown(&nothing, &sample::info(), StepSize::Turn, 0, 980.0);
    assert_eq!((stage.drawing.title.as_str(), stage.flights.len()), ("", 0));
}

#[test]
fn on_a_phone_pipes_run_below_the_boxes() {
    let timeline = sample::timeline();
    let wide = shown(&timeline, &sample::info(), StepSize::Turn, 4, 980.0);
    let narrow = shown(&timeline, &sample::info(), StepSize::Turn, 4, 390.0);
    let bent = |stage: &Stage| {
        let shapes = stage.drawing.shapes.iter();
        shapes
            .filter(
                |shape| matches!(shape, Shape::Path { class, .. } if class.starts_with("pipe ")),
            )
            .count()
    };
    assert_eq!((bent(&wide), bent(&narrow)), (0, 2));
    assert_eq!(pipe_labels(&wide).len(), pipe_labels(&narrow).len());
}

#[test]
fn a_phase_shows_its_turns_one_after_the_other() {
    let timeline = sample::timeline();
    let stage = shown(&timeline, &sample::info(), StepSize::Phase, 1, 980.0);
    let labels: Vec<_> = stage.flights.iter().map(|f| f.label.as_str()).collect();
    assert_eq!(labels, ["SYN · SYN-ACK · ACK", "220"]);
    assert!(stage.flights[0].ends <= stage.flights[1].starts);
    assert_eq!(cast_of(&timeline, true), [LAPTOP, SERVER]);
}

fn cast_of(timeline: &Timeline, narrow: bool) -> Vec<HostId> {
    let outline = Outline::of(timeline, &sample::info());
    let place = Place {
        size: StepSize::Turn,
        at: 0,
    };
    cast(timeline, &outline, place, narrow)
}

/// The stage of the run behind a router.
fn behind_a_router(size: StepSize, at: usize, width: f64) -> Stage {
    shown(&way::timeline(), &sample::info(), size, at, width)
}

/// The packet's step in which a node sends its `nth` frame, counted from 1.
fn sent_by(node: HostId, nth: usize) -> usize {
    let timeline = way::timeline();
    let frames = timeline.frames().iter().enumerate();
    let mut own = frames.filter(|(_, frame)| frame.from == node);
    own.nth(nth - 1).unwrap().0 + 1
}

/// The words in the router's box, with their classes.
fn in_router(stage: &Stage) -> Vec<(&str, &str)> {
    let shapes = stage.drawing.shapes.iter();
    let of_router = shapes.filter_map(|shape| match shape {
        Shape::Group { class, shapes, .. } if class.starts_with("host router") => Some(shapes),
        _ => None,
    });
    of_router.flat_map(|shapes| texts(shapes)).collect()
}

#[test]
fn nodes_stand_in_the_order_of_the_way() {
    let timeline = way::timeline();
    let order = cast_of(&timeline, false);
    let expected = [way::LAPTOP, way::SWITCH, way::ROUTER, way::SERVER];
    assert_eq!(order, expected);
    // What is written left of a node stands left of it, too: `phone - switch`.
    let mut timeline = way::timeline();
    let phone = timeline.add_node(NodeInfo {
        name: "phone".into(),
        ..timeline.node(LAPTOP).clone()
    });
    timeline.add_link(LinkInfo {
        name: "phone - switch".into(),
        ends: [phone, way::SWITCH],
    });
    let order = cast_of(&timeline, false);
    assert_eq!(order[..3], [way::LAPTOP, phone, way::SWITCH]);
}

#[test]
fn a_router_says_what_it_is_where_it_stands_and_whom_it_hides() {
    let stage = behind_a_router(StepSize::Packet, 0, 980.0);
    let words = in_router(&stage);
    let expected = [
        ("host-name", "router"),
        ("who", "NAT · helper · firewall"),
        ("address", "192.168.1.1"),
        ("address", "203.0.113.1"),
        ("flow", "table empty"),
    ];
    assert_eq!(words, expected);
    // Its shape is its own, and so are the others'.
    let shape = |kind: &str| {
        let group = stage.drawing.shapes.iter().find_map(|shape| match shape {
            Shape::Group { class, shapes, .. } if class.starts_with(kind) => shapes.first(),
            _ => None,
        });
        group.unwrap().clone()
    };
    assert!(matches!(shape("host router"), Shape::Path { .. }));
    assert!(matches!(
        shape("host switch"),
        Shape::Rect { radius: 2.0, .. }
    ));
    assert!(matches!(
        shape("host host"),
        Shape::Rect { radius: 10.0, .. }
    ));
    // The row is new in the step that makes it, and stays.
    let made = behind_a_router(StepSize::Packet, sent_by(way::SWITCH, 1), 980.0);
    let rows = in_router(&made);
    assert!(
        rows.contains(&("flow new", "192.168.1.10:49152")),
        "{rows:?}"
    );
    assert!(rows.contains(&("flow", "⇄ 203.0.113.1:49152")), "{rows:?}");
    let later = behind_a_router(StepSize::Packet, sent_by(way::ROUTER, 1), 980.0);
    assert!(in_router(&later).contains(&("flow", "192.168.1.10:49152")));
    // All of it keeps its place.
    assert!((stage.drawing.height - later.drawing.height).abs() < 0.1);
}

#[test]
fn what_is_rewritten_is_told_at_the_router() {
    let told = |size, at| -> Vec<String> {
        let stage = behind_a_router(size, at, 980.0);
        let words = texts(&stage.drawing.shapes).into_iter();
        let words = words.filter(|(class, _)| *class == "rewritten");
        words.map(|(_, text)| text.to_owned()).collect()
    };
    let source = "source 192.168.1.10:49152 becomes 203.0.113.1:49152";
    let out = sent_by(way::ROUTER, 1);
    assert_eq!(told(StepSize::Packet, out), [source]);
    assert!(told(StepSize::Packet, out - 1).is_empty(), "not yet");
    let helped = told(StepSize::Packet, sent_by(way::ROUTER, 3));
    assert_eq!(
        helped[1],
        "text PORT 192,168,1,10,192,1 becomes PORT 203,0,113,1,192,1"
    );
    // A turn's packet is followed to the router.
    assert_eq!(told(StepSize::Turn, 1), [source]);
}

#[test]
fn a_packet_flies_through_routers_though_its_bytes_change() {
    let stage = behind_a_router(StepSize::Turn, 1, 980.0);
    let syn = &stage.flights[0];
    assert_eq!(syn.label, "SYN");
    let server = stage.flights[0].path.last().unwrap().0;
    let laptop = stage.flights[0].path[0].0;
    let answer = &stage.flights[1];
    assert_eq!(answer.label, "SYN-ACK");
    // Cards of other widths rest a little further out.
    let near = |a: f64, b: f64| (a - b).abs() < 60.0;
    assert!(server - laptop > 400.0, "all the way: {syn:?}");
    assert!(near(answer.path[0].0, server) && near(answer.path.last().unwrap().0, laptop));
    assert!(
        stage
            .drawing
            .title
            .contains("SYN on its way from laptop to server")
    );
    // Four packets of hosts, and none that a router or a switch passes on.
    assert_eq!(stage.flights.len(), 4, "{:?}", stage.flights);
}

#[test]
fn what_a_rule_stops_falls_at_the_firewall_and_the_rule_is_named() {
    let timeline = way::timeline();
    let outline = Outline::of(&timeline, &sample::info());
    let lost = timeline.losses().next().unwrap().frame.index();
    let stage = behind_a_router(StepSize::Packet, lost + 1, 980.0);
    let words = texts(&stage.drawing.shapes);
    assert!(
        words.contains(&("lost-why", "firewall: no telnet at router")),
        "{words:?}"
    );
    assert!(in_router(&stage).contains(&("rule new", "✕ no telnet")));
    let last = outline.steps(StepSize::Packet);
    let after = behind_a_router(StepSize::Packet, last, 980.0);
    assert!(
        !in_router(&after)
            .iter()
            .any(|(class, _)| class.starts_with("rule"))
    );
}

#[test]
fn a_link_that_is_down_breaks_off_and_says_so() {
    let end = |width| {
        let timeline = way::timeline();
        let outline = Outline::of(&timeline, &sample::info());
        let at = outline.last(StepSize::Packet);
        shown(&timeline, &sample::info(), StepSize::Packet, at, width)
    };
    for width in [980.0, 390.0] {
        let stage = end(width);
        let words = texts(&stage.drawing.shapes).into_iter();
        let told: Vec<_> = words.filter(|(class, _)| *class == "link-down").collect();
        assert_eq!(told.len(), 1, "{width}");
        assert!(told[0].1.starts_with('✕'));
        let lines = strokes(&stage).into_iter();
        assert_eq!(lines.filter(|class| *class == "link down").count(), 2);
    }
}

#[test]
fn on_a_phone_a_hop_beyond_sight_flies_all_the_same() {
    for nth in [1, 2] {
        let stage = behind_a_router(StepSize::Packet, sent_by(way::ROUTER, nth), 390.0);
        assert_eq!(stage.flights.len(), 1, "{nth}");
        let words = texts(&stage.drawing.shapes);
        let told = words.iter().filter(|(class, _)| *class == "rewritten");
        assert_eq!(told.count(), 2, "on two lines: {words:?}");
    }
}

#[test]
fn what_a_router_gives_up_later_falls_there_in_that_step() {
    let timeline = way::timeline();
    let told = |at| {
        let stage = behind_a_router(StepSize::Packet, at, 980.0);
        let words = texts(&stage.drawing.shapes).into_iter();
        let told = words.filter(|(class, _)| *class == "lost-why");
        told.map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
    };
    let given_up = timeline.losses().last().unwrap();
    // It had arrived, and nothing was amiss then.
    assert!(told(given_up.frame.index() + 1).is_empty());
    let last = timeline.frames().len();
    assert_eq!(told(last), ["no answer from the next node at router"]);
}
