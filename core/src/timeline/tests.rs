//! What is derived from a timeline: connections, streams, steps, states, JSON.

use super::sample::{self, Flags, LAPTOP, SERVER, Script};
use super::*;
use crate::base::{CloseReason, Content, Duration, Kept, Part, ProgramId, Time, Transform};
use serde_json::Value;

#[test]
fn the_ends_of_two_hosts_make_one_connection() {
    let timeline = sample::timeline();
    let pairs: Vec<_> = timeline
        .connections()
        .iter()
        .map(|c| (c.client.0, c.server.map(|s| s.0)))
        .collect();
    assert_eq!(pairs, [(0, Some(1)), (2, Some(3))]);
    assert_eq!(
        timeline.connection_numbers(),
        [Some(1), Some(1), Some(2), Some(2)]
    );
    assert_eq!(timeline.peer_of(ConnId(3)), Some(ConnId(2)));
    let of_server: Vec<u32> = timeline.ends_of(SERVER).map(|(id, _)| id.0).collect();
    assert_eq!(of_server, [1, 3]);
}

#[test]
fn a_port_used_twice_makes_two_connections() {
    let mut s = Script::new();
    let first = s.connects(LAPTOP, (49152, 21));
    s.finishes(first.0, first.1);
    let second = s.connects(LAPTOP, (49152, 21));
    assert_eq!(s.timeline.peer_of(first.0), Some(first.1));
    assert_eq!(s.timeline.peer_of(second.0), Some(second.1));
}

#[test]
fn a_call_that_nobody_hears_has_one_end() {
    let mut s = Script::new();
    let end = s.opening(LAPTOP, true, (49152, 21));
    let syn = s.sends(end, &Flags("S"), 0, b"");
    s.is_lost(syn);
    assert_eq!(s.timeline.connections()[0].server, None);
    assert_eq!(s.timeline.peer_of(end), None);
    assert!(s.timeline.received_pieces(end).is_empty());
}

#[test]
fn a_stream_is_put_together_although_its_first_segment_came_last() {
    let timeline = sample::timeline();
    let all = timeline.received(ConnId(2), 0..u64::MAX);
    assert_eq!(all, b"0123456789abcdefghij");
    assert_eq!(timeline.received(ConnId(2), 8..12), b"89ab");
    let pieces = timeline.received_pieces(ConnId(2));
    let places: Vec<_> = pieces.iter().map(|p| (p.offset, p.range.len())).collect();
    assert_eq!(places, [(0, 10), (10, 10)]);
    assert!(
        pieces[0].frame > pieces[1].frame,
        "the later frame brought the earlier bytes"
    );
}

#[test]
fn overlapping_segments_give_each_byte_once_even_where_numbers_wrap() {
    let mut s = Script::new();
    let (client, server) = s.connects(LAPTOP, (49152, 21));
    // The first sequence number lies 256 below the wrap.
    let text: Vec<u8> = (0..=255).cycle().take(600).collect();
    for (from, to) in [
        (0, 100),
        (50, 200),
        (300, 600),
        (10, 20),
        (150, 350),
        (0, 600),
    ] {
        let offset = u32::try_from(from).unwrap() + 1;
        let frame = s.sends(client, &Flags("A"), offset, &text[from..to]);
        s.arrives(frame);
    }
    assert_eq!(s.timeline.received(server, 0..600), text);
    let sum: usize = s
        .timeline
        .received_pieces(server)
        .iter()
        .map(|p| p.range.len())
        .sum();
    assert_eq!(sum, 600);
}

#[test]
fn steps_of_each_size_hold_every_event_once() {
    let timeline = sample::timeline();
    for size in [StepSize::Packet, StepSize::Turn, StepSize::Phase] {
        let steps = timeline.steps(size);
        let mut next = 0;
        for step in &steps {
            assert_eq!(step.events.start, next);
            assert!(step.events.contains(&step.opens.index()) || next == 0);
            next = step.events.end;
        }
        assert_eq!(next, timeline.events().len(), "{size:?}");
    }
    let names: Vec<_> = timeline
        .steps(StepSize::Phase)
        .iter()
        .map(|step| timeline.phase(timeline.event(step.opens).arg))
        .collect();
    assert_eq!(names, ["connect", "log in", "fetch the file"]);
    assert_eq!(
        timeline.steps(StepSize::Packet).len(),
        timeline.frames().len()
    );
}

#[test]
fn a_timeline_without_such_steps_is_one_step() {
    let s = Script::new();
    let steps = s.timeline.steps(StepSize::Phase);
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0].events, 0..2);
    assert!(Timeline::default().steps(StepSize::Turn).is_empty());
}

#[test]
fn the_state_follows_sockets_listeners_notes_and_phases() {
    let timeline = sample::timeline();
    let mut states = States::new(&timeline);
    let start = states.after(&timeline, 0);
    assert!(start.hosts.iter().all(|h| *h == HostState::default()));

    let end = states.after(&timeline, timeline.events().len());
    assert_eq!(end.phase, Some("fetch the file"));
    assert!(end.host(SERVER).notes.is_empty(), "an empty note is gone");
    assert_eq!(end.host(SERVER).listening.len(), 2);
    let closed = SocketState::Closed(CloseReason::Finished);
    assert_eq!(end.host(LAPTOP).sockets[&ConnId(2)], closed);
    assert_eq!(end.host(LAPTOP).sockets[&ConnId(0)], SocketState::Open);

    let said = timeline
        .events()
        .iter()
        .find(|e| e.kind == Kind::Note)
        .unwrap();
    let noted = states.after(&timeline, said.id.index() + 1);
    let key = (0, "session.user".to_owned());
    assert_eq!(noted.host(SERVER).notes[&key], "ada");
    assert_eq!(noted.phase, Some("log in"));
}

#[test]
fn a_seek_backwards_gives_the_same_state_as_the_way_forwards() {
    let mut s = Script::new();
    for i in 0..3000u32 {
        s.now += Duration::from_millis(1);
        s.notes(SERVER, &format!("key.{}", i % 7), &i.to_string());
        s.listens(LAPTOP, u16::try_from(1 + i % 5000).unwrap());
        s.notes(LAPTOP, "count", if i % 3 == 0 { "" } else { "some" });
    }
    let count = s.timeline.events().len();
    assert!(count > 2 * 4096, "past two checkpoints");
    let places = [0, 1, 4095, 4096, 4097, 8192, 8193, count];
    let forwards: Vec<State> = places
        .iter()
        .map(|&at| States::new(&s.timeline).after(&s.timeline, at))
        .collect();
    let mut states = States::new(&s.timeline);
    for (at, state) in places.iter().zip(&forwards).rev() {
        assert_eq!(states.after(&s.timeline, *at), *state, "after {at}");
    }
    assert_eq!(states.after(&s.timeline, count + 9), forwards[7]);
}

#[test]
fn the_chain_of_causes_ends_at_what_a_person_did() {
    let timeline = sample::timeline();
    let last_turn = timeline
        .events()
        .iter()
        .rfind(|e| e.kind == Kind::Turn)
        .unwrap();
    let chain: Vec<Kind> = timeline.causes(last_turn.id).map(|e| e.kind).collect();
    assert_eq!(chain.first(), Some(&Kind::Turn));
    assert_eq!(chain.last(), Some(&Kind::Acted));
}

#[test]
fn times_are_found_by_counting() {
    let timeline = sample::timeline();
    assert_eq!(
        timeline.events().count_until(Time(u64::MAX)),
        timeline.events().len()
    );
    let at_start = timeline.events().count_until(Time::ZERO);
    assert!(
        timeline
            .event(crate::base::EventId::from_index(at_start))
            .time
            > Time::ZERO
    );
}

fn json_of(timeline: &Timeline) -> (String, Value) {
    let mut out = Vec::new();
    to_json(timeline, &sample::info(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

#[test]
fn the_json_says_everything_and_can_be_read_back() {
    let timeline = sample::timeline();
    let (text, json) = json_of(&timeline);
    assert_eq!(json["version"], JSON_VERSION);
    assert_eq!(json["run"]["id"], "sample");
    assert_eq!(json["run"]["settings"][0]["value"], "20");
    assert_eq!(json["address"], "#/sample?size=20&seed=3");
    assert_eq!(json["nodes"][0]["person"], "Ada");
    assert_eq!(json["links"][0]["ends"][1], "server");
    let events = json["events"].as_array().unwrap();
    assert_eq!(events.len(), timeline.events().len());
    let mut last = 0;
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event["id"], index);
        assert!(event["cause"].as_u64().is_none_or(|c| c < index as u64));
        let time = event["time_ns"].as_u64().unwrap();
        assert!(time >= last, "time went back at {event}");
        last = time;
        let line: Value = serde_json::from_str(event_line(&text, index)).unwrap();
        assert_eq!(line, *event, "each event has a line of its own");
    }
    let frames = json["frames"].as_array().unwrap();
    for (frame, id) in frames.iter().zip((0..).map(crate::base::FrameId)) {
        let hex = frame["bytes"].as_str().unwrap();
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect();
        assert_eq!(bytes, timeline.bytes(id));
        let sent = frame["sent"].as_u64().unwrap();
        assert_eq!(events[usize::try_from(sent).unwrap()]["frame"], id.0);
    }
    assert_eq!(json["connections"][1]["server"]["reason"], "finished");
    assert_eq!(json["outcomes"][0]["code"], 226);
    assert_eq!(json["phase_steps"][2]["name"], "fetch the file");
}

fn event_line(text: &str, index: usize) -> &str {
    let start = format!("{{\"id\":{index},\"time_ns\"");
    text.lines()
        .map(|line| line.trim().trim_end_matches(','))
        .find(|line| line.starts_with(&start))
        .unwrap()
}

/// A word that a validator does not know it passes over, and then it checks nothing.
#[test]
fn the_schema_of_the_json_has_no_word_that_means_nothing() {
    fn walk(schema: &Value, definitions: &Value, texts: &mut usize) {
        let object = schema.as_object().unwrap();
        for (word, value) in object {
            match word.as_str() {
                "$schema" | "title" | "description" | "pattern" => {
                    *texts += usize::from(value.is_string());
                }
                "type" => assert!(value.is_string() || value.is_array()),
                "additionalProperties" => assert_eq!(value, false),
                "minimum" | "maximum" | "minItems" | "maxItems" => assert!(value.is_u64()),
                "enum" => assert!(!value.as_array().unwrap().is_empty()),
                "const" => assert_eq!(value, JSON_VERSION),
                "required" => {
                    let properties = &schema["properties"];
                    let names = value.as_array().unwrap().iter();
                    let mut names = names.map(|name| name.as_str().unwrap());
                    assert!(names.all(|name| properties.get(name).is_some()), "{value}");
                }
                "$ref" => {
                    let name = value.as_str().unwrap().strip_prefix("#/definitions/");
                    assert!(definitions.get(name.unwrap()).is_some(), "{value}");
                }
                "items" => walk(value, definitions, texts),
                "allOf" | "anyOf" | "oneOf" => {
                    for each in value.as_array().unwrap() {
                        walk(each, definitions, texts);
                    }
                }
                "properties" | "definitions" => {
                    for (name, each) in value.as_object().unwrap() {
                        assert!(each["description"].is_string(), "{name} says what it is");
                        walk(each, definitions, texts);
                    }
                }
                other => panic!("`{other}` is not among the words of this schema"),
            }
        }
    }
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    let mut texts = 0;
    walk(&schema, &schema["definitions"], &mut texts);
    assert!(texts > 200, "{texts}");
}

#[test]
fn the_json_of_each_kind_inlines_what_the_event_is_about() {
    let (_, json) = json_of(&sample::timeline());
    let of = |kind: &str| -> Value {
        let events = json["events"].as_array().unwrap();
        events.iter().find(|e| e["kind"] == kind).unwrap().clone()
    };
    assert_eq!(of("acted")["types"], "get notes.txt");
    assert_eq!(of("dropped")["reason"], "queue_full");
    assert_eq!(of("timer")["of"], "stack");
    assert_eq!(of("timer")["connection"], 2);
    assert_eq!(of("opening")["connection"], 1);
    assert_eq!(of("closed")["reason"], "finished");
    assert_eq!(of("listening")["at"], "192.0.2.2:21");
    assert_eq!(of("turn")["says"], "reply");
    assert_eq!(of("turn")["to_byte"], 12);
    assert_eq!(of("note")["key"], "session.user");
    assert_eq!(of("phase")["name"], "connect");
    assert_eq!(of("outcome")["ok"], true);
    assert_eq!(of("sent")["frame"], 0);
}

/// A content's range is sent on a connection of its own, and so much of it arrives.
fn fetched(
    s: &mut Script,
    port: u16,
    of: &Content,
    range: std::ops::Range<u64>,
    came: usize,
) -> Part {
    let (wants, gives) = s.connects(LAPTOP, (port, 50_000));
    let at = s.at(SERVER);
    let record = TurnRecord {
        conn: Some(gives),
        to: None,
        range: (0, range.end - range.start),
        turn: crate::base::Turn {
            kind: crate::base::TurnKind::Data,
            verb: "data".into(),
            text: "a.txt".into(),
            meaning: String::new(),
            reference: "",
        },
        carried: Some((of.clone(), range.clone(), Transform::AsIs)),
    };
    s.timeline.record_turn(at, record);
    let frame = s.sends(gives, &Flags("A"), 1, &of.read(range)[..came]);
    s.arrives(frame);
    let content = Content::Received {
        conn: wants,
        start: 0,
        len: came as u64,
    };
    let range = 0..came as u64;
    Part { content, range }
}

/// The laptop keeps what these parts make.
fn keeps(s: &mut Script, parts: &[Part]) -> Arrival {
    let at = s.at(LAPTOP);
    let kept = KeptRecord {
        program: ProgramId(0),
        path: "/a.txt".into(),
        what: Some(Kept::File(Content::joined(parts.to_vec()))),
    };
    s.timeline.record_kept(at, kept);
    let arrivals = s.timeline.arrivals();
    assert_eq!(arrivals.len(), 1, "the last at a path counts");
    arrivals[0].clone()
}

#[test]
fn a_file_that_came_in_pieces_is_compared_with_the_whole() {
    let mut s = Script::new();
    let file = Content::from_bytes(b"0123456789abcdefghij");
    let first = fetched(&mut s, 49_152, &file, 0..20, 12);
    let cut = keeps(&mut s, std::slice::from_ref(&first));
    assert!(cut.is_cut() && !cut.is_equal());
    assert_eq!((cut.sent, cut.kept, cut.other), (20, 12, 0));
    let wrong = fetched(&mut s, 49_153, &file, 10..20, 10);
    let harmed = keeps(&mut s, &[first.clone(), wrong]);
    assert_eq!((harmed.sent, harmed.kept), (20, 22));
    let place = harmed.first.map(|first| (first.at, first.was, first.is));
    assert_eq!(place, Some((12, Some(b'c'), Some(b'a'))));
    assert_eq!(harmed.other, 8);
    let rest = fetched(&mut s, 49_154, &file, 12..20, 8);
    let whole = keeps(&mut s, &[first, rest]);
    assert!(whole.is_equal(), "{whole:?}");
}

#[test]
fn what_is_added_to_a_file_is_compared_behind_what_was_there() {
    let mut s = Script::new();
    let line = Content::from_bytes(b"two\n");
    let added = fetched(&mut s, 49_152, &line, 0..4, 4);
    let before = Part {
        content: Content::from_bytes(b"one\n"),
        range: 0..4,
    };
    let log = keeps(&mut s, &[before, added]);
    assert_eq!((log.is_equal(), log.sent, log.kept), (true, 8, 8));
    let mut bytes = Vec::new();
    to_json(&s.timeline, &sample::info(), &mut bytes).unwrap();
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["arrivals"][0]["path"], "/a.txt");
    assert_eq!(json["arrivals"][0]["equal"], true);
    assert_eq!(json["arrivals"][0]["host"], "laptop");
    let kept = json["events"].as_array().unwrap().last().unwrap();
    let of_kept = (&kept["what"], &kept["len"]);
    assert_eq!(of_kept, (&Value::from("file"), &Value::from(8)));
}
