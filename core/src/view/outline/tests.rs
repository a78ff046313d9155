//! The outline of timelines made by hand.

use super::*;
use crate::base::{Duration, Outcome, ProgramId, Turn};
use crate::timeline::sample::{self, Flags, LAPTOP, LINK, SERVER, Script};
use crate::timeline::{
    Caption, DropReason, Flow, FlowMaker, FlowRecord, FlowState, NodeInfo, Note, Protocol, Timer,
    TurnRecord,
};
use etherparse::PacketBuilder;

const SIZES: [StepSize; 3] = [StepSize::Packet, StepSize::Turn, StepSize::Phase];

fn outline(timeline: &Timeline) -> Outline {
    Outline::of(timeline, &sample::info())
}

fn shorts(outline: &Outline) -> Vec<&str> {
    outline.rows.iter().map(|row| row.short.as_str()).collect()
}

#[test]
fn a_run_is_cut_into_phases_rows_and_packets() {
    let timeline = sample::timeline();
    let outline = outline(&timeline);
    let names: Vec<_> = outline.phases.iter().map(|phase| phase.name).collect();
    assert_eq!(names, ["connect", "log in", "fetch the file"]);
    let opens = "SYN · SYN-ACK · ACK";
    let expected = [opens, "220", "PASS ••••", opens, "▤ notes.txt", "FIN"];
    assert_eq!(shorts(&outline), expected);
    let labels: Vec<_> = outline.rows.iter().map(|row| row.label.as_str()).collect();
    assert_eq!(labels[0], "49152 → 21 SYN · SYN-ACK · ACK");
    assert_eq!(labels[4], "▤ notes.txt: 20 bytes");
    let ends: Vec<_> = outline.rows.iter().map(|row| (row.from, row.to)).collect();
    let (laptop, server) = (LAPTOP, SERVER);
    assert_eq!(ends[1], (server, Some(laptop)));
    assert_eq!(ends[2], (laptop, Some(server)));
    assert_eq!(ends[5], (server, Some(laptop)), "who finishes first speaks");
    // Together they hold each event and each frame once.
    for size in SIZES {
        let mut next = 0;
        for index in 0..outline.steps(size) {
            let step = outline.step(size, index);
            assert_eq!(step.start, next, "{size:?} {index}");
            next = step.end;
        }
        assert_eq!(next, timeline.events().len(), "{size:?}");
    }
    let packets = outline.rows.iter().map(|row| row.packets.clone());
    assert!(packets.flatten().eq(0..timeline.frames().len()));
}

#[test]
fn connections_are_lines_with_a_purpose() {
    let timeline = sample::timeline();
    let outline = outline(&timeline);
    let lines: Vec<_> = outline
        .connections
        .iter()
        .map(|line| (line.from, line.to, line.port, line.stroke, line.purpose))
        .collect();
    let to = Some(SERVER);
    let expected = [
        (LAPTOP, to, 21, Stroke::Control, "control"),
        (LAPTOP, to, 50000, Stroke::Data, "data"),
    ];
    assert_eq!(lines, expected);
    let strokes: Vec<_> = outline.rows.iter().map(|row| row.stroke.class()).collect();
    let expected = ["control", "control", "control", "data", "data", "data"];
    assert_eq!(strokes, expected);
    let connections: Vec<_> = outline.rows.iter().map(|row| row.connection).collect();
    assert_eq!(connections[..3], [Some(1); 3]);
    assert_eq!(connections[3..], [Some(2); 3]);
}

#[test]
fn each_turn_knows_the_frame_that_carries_it_and_how_that_ended() {
    let timeline = sample::timeline();
    let outline = outline(&timeline);
    for row in &outline.rows {
        let carrier = row.carrier.expect("each row of the sample has one");
        let bytes = timeline.bytes(carrier);
        let said = match row.short.as_str() {
            "220" => "220 Ready.\r\n",
            "PASS ••••" => "PASS lovelace\r\n",
            "▤ notes.txt" => "0123456789",
            _ => "",
        };
        assert!(bytes.ends_with(said.as_bytes()), "{}", row.short);
        // An end is told when it is heard: its frame went out in the row before.
        let in_row = row.packets.contains(&carrier.index());
        assert_eq!(in_row, row.what != What::Ends, "{}", row.short);
        let is_lost = outline.lost_carrier(&timeline, row).is_some();
        assert_eq!(is_lost, row.what == What::Says(TurnKind::Data));
        assert_eq!(row.lost, usize::from(is_lost));
    }
    let data = outline.rows[4].carrier.unwrap();
    assert!(matches!(outline.fate(&timeline, data), Fate::Lost(..)));
    let greeting = outline.rows[1].carrier.unwrap();
    let delivered = Fate::Delivered(
        timeline.event(outline.fate_event(greeting).unwrap()).time,
        LAPTOP,
    );
    assert_eq!(outline.fate(&timeline, greeting), delivered);
}

#[test]
fn places_go_from_the_start_by_steps_to_the_end() {
    let timeline = sample::timeline();
    let outline = outline(&timeline);
    for size in SIZES {
        let place = |at| Place { size, at };
        let last = outline.last(size);
        assert_eq!(last, outline.steps(size) + 1);
        // Nobody has done anything at the start, yet the hosts are up and listen.
        assert_eq!(outline.seen(place(0)), 3);
        assert_eq!(outline.seen(place(last)), timeline.events().len());
        for at in [0, last] {
            assert!(outline.shown(place(at)).is_empty());
            assert_eq!(outline.here(place(at)), None);
            assert_eq!(outline.phase_here(place(at)), None);
        }
        for at in 1..last {
            assert!(outline.seen(place(at)) > outline.seen(place(at - 1)));
            assert_eq!(outline.shown(place(at)).end, outline.seen(place(at)));
            assert!(!outline.is_end(place(at)));
            assert!(outline.here(place(at)).is_some());
        }
        assert!(outline.is_end(place(last)));
    }
    let turn = Place {
        size: StepSize::Turn,
        at: 3,
    };
    assert_eq!(outline.here(turn), Some(2));
    assert_eq!(outline.phase_here(turn), Some(1));
}

#[test]
fn a_packet_belongs_to_the_row_in_which_it_is_sent() {
    let timeline = sample::timeline();
    let outline = outline(&timeline);
    for (index, row) in outline.rows.iter().enumerate() {
        for packet in row.packets.clone() {
            let place = Place {
                size: StepSize::Packet,
                at: packet + 1,
            };
            assert_eq!(outline.here(place), Some(index), "{packet}");
            let turn = outline.resized(place, StepSize::Turn);
            assert_eq!(turn.at, index + 1, "{packet}");
            let phase = outline.resized(place, StepSize::Phase);
            assert_eq!(phase.at, row.phase + 1, "{packet}");
        }
    }
}

#[test]
fn another_size_of_step_keeps_the_moment() {
    let timeline = sample::timeline();
    let outline = outline(&timeline);
    for from in SIZES {
        for to in SIZES {
            let resized = |at| outline.resized(Place { size: from, at }, to).at;
            assert_eq!(resized(0), 0);
            assert_eq!(resized(outline.last(from)), outline.last(to));
            let places: Vec<_> = (0..=outline.last(from)).map(resized).collect();
            assert!(places.is_sorted(), "{from:?} to {to:?}: {places:?}");
        }
    }
    // The last packet of a turn, and the turn of that packet.
    for at in 1..=outline.steps(StepSize::Turn) {
        let size = StepSize::Turn;
        let packet = outline.resized(Place { size, at }, StepSize::Packet);
        assert_eq!(packet.at, outline.rows[at - 1].packets.end);
        assert_eq!(outline.resized(packet, size).at, at);
    }
}

#[test]
fn a_caption_stands_in_the_row_that_says_it_first() {
    let timeline = sample::timeline();
    let plain = outline(&timeline);
    let mut info = sample::info();
    let caption = |event, say: &str| Caption {
        event,
        frame: None,
        say: say.into(),
    };
    let opens: Vec<_> = plain.rows.iter().map(|row| row.opens).collect();
    info.captions = vec![
        caption(opens[1], "Ready."),
        caption(opens[2], "Unhidden."),
        caption(opens[2], "Twice."),
        caption(opens[4], "Ready."),
    ];
    let outline = Outline::of(&timeline, &info);
    let said: Vec<_> = outline
        .rows
        .iter()
        .map(|row| row.captions.join("|"))
        .collect();
    assert_eq!(said, ["", "Ready.", "Unhidden.|Twice.", "", "", ""]);
}

#[test]
fn a_run_without_turns_is_one_row_and_an_empty_one_has_none() {
    let mut s = Script::new();
    let end = s.at(LAPTOP);
    let note = Note {
        program: ProgramId(0),
        key: "a".into(),
        value: "b".into(),
    };
    s.timeline.record_note(end, note);
    let one = outline(&s.timeline);
    assert_eq!(one.rows.len(), 1);
    assert_eq!(one.rows[0].what, What::Other);
    assert_eq!((one.rows[0].to, one.rows[0].carrier), (None, None));
    let none = outline(&Timeline::default());
    for size in SIZES {
        let end = Place { size, at: 1 };
        assert_eq!(none.steps(size), 0);
        assert!(none.is_end(end) && none.here(end).is_none());
        assert_eq!(none.seen(end), 0);
        assert_eq!(none.same_place(&one, Place { size, at: 2 }).at, 1);
        let place = one.same_place(&none, end);
        assert!(one.is_end(place), "{place:?}");
    }
}

#[test]
fn two_people_at_once_keep_their_connections_apart() {
    let mut s = Script::new();
    s.phase("connect");
    let (ada, _) = s.connects(LAPTOP, (49152, 21));
    let (bob, _) = s.connects(LAPTOP, (49153, 21));
    s.phase("log in");
    let command = TurnKind::Command;
    s.says(ada, 0, command, "USER ada", "");
    s.says(bob, 0, command, "USER bob", "");
    s.says(ada, 10, command, "QUIT", "");
    let outline = outline(&s.timeline);
    assert_eq!(shorts(&outline)[2..], ["USER ada", "USER bob", "QUIT"]);
    let told: Vec<_> = outline.rows.iter().map(|row| row.connection).collect();
    assert_eq!(told, [Some(1), Some(2), Some(1), Some(2), Some(1)]);
    for row in &outline.rows[2..] {
        let bytes = s.timeline.bytes(row.carrier.unwrap());
        assert!(bytes.ends_with(format!("{}\r\n", row.text).as_bytes()));
    }
    // The same place in a run where Bob is quicker is what was said, not the count.
    let size = StepSize::Turn;
    let place = Place { size, at: 4 };
    assert_eq!(outline.same_place(&outline, place), place);
}

#[test]
fn a_connection_that_fails_breaks_with_its_reason() {
    let mut s = Script::new();
    let asking = s.opening(LAPTOP, true, (49152, 21));
    let syn = s.sends(asking, &Flags("S"), 0, b"");
    s.is_lost(syn);
    s.now += Duration::from_secs(75);
    let at = s.at(LAPTOP);
    s.timeline.record_closed(at, asking, CloseReason::TimedOut);
    let outline = outline(&s.timeline);
    let [opens, breaks] = &outline.rows[..] else {
        panic!("{:?}", outline.rows);
    };
    assert_eq!(opens.label, "49152 → 21 SYN");
    assert_eq!(opens.meaning, "asks for a connection, in vain");
    assert_eq!(outline.lost_carrier(&s.timeline, opens), Some(syn));
    assert_eq!(breaks.what, What::Breaks(CloseReason::TimedOut));
    assert!(breaks.label.starts_with("✕ "), "{}", breaks.label);
}

fn session(commands: &[&str], outcome: Option<(u16, &str)>) -> Timeline {
    let mut s = Script::new();
    let (client, _) = s.connects(LAPTOP, (49152, 21));
    let mut from = 0;
    for command in commands {
        s.says(client, from, TurnKind::Command, command, "");
        from += command.len() as u64 + 2;
    }
    if let Some((code, text)) = outcome {
        s.outcome(code < 400, code, text);
    }
    s.timeline
}

#[test]
fn what_a_knob_changed_is_a_sentence() {
    let changed =
        |old: &Timeline, new: &Timeline| what_changed((old, &outline(old)), (new, &outline(new)));
    let plain = session(&["PASV", "RETR a"], Some((226, "Got a.")));
    assert_eq!(changed(&plain, &plain), "nothing that can be seen");
    let active = session(&["PORT 1", "RETR a"], Some((226, "Got a.")));
    assert_eq!(changed(&plain, &active), "PORT instead of PASV");
    let refused = session(&["PASV", "RETR a"], Some((550, "No such file.")));
    assert_eq!(changed(&plain, &refused), "550: No such file");
    let longer = session(&["PASV", "RETR a", "NOOP", "QUIT"], None);
    let told = changed(&plain, &longer);
    let expected = "it ends earlier; NOOP, QUIT are said, too; 7 packets, not 5";
    assert_eq!(told, expected);
    let told = changed(&longer, &plain);
    assert_eq!(
        told,
        "226: Got a; NOOP, QUIT are not said; 5 packets, not 7"
    );
    let mut late = session(&["PASV", "RETR a"], None);
    let outcome = Outcome {
        ok: true,
        code: Some(226),
        text: "Got a.".into(),
    };
    let at = crate::timeline::Moment {
        now: crate::base::Time::ZERO + Duration::from_secs(9),
        host: LAPTOP,
        cause: None,
    };
    late.record_outcome(at, outcome);
    assert_eq!(changed(&plain, &late), "over after 9.000 s, not 0.050 s");
}

#[test]
fn a_reply_of_many_lines_and_data_are_one_line_on_the_wire() {
    let mut s = Script::new();
    let (client, server) = s.connects(LAPTOP, (49152, 21));
    let turn = |kind, verb: &str, text: &str| Turn {
        kind,
        verb: verb.into(),
        text: text.into(),
        meaning: String::new(),
        reference: "",
    };
    s.turn(
        server,
        (0, 30),
        turn(TurnKind::Reply, "211", "211-Features:\n UTF8\n211 End"),
    );
    s.turn(client, (0, 40_000), turn(TurnKind::Data, "STOR", "a.bin"));
    let long = "RETR a rather long name.pdf";
    s.turn(
        client,
        (40_000, 40_040),
        turn(TurnKind::Command, "RETR", long),
    );
    let outline = outline(&s.timeline);
    let labels: Vec<_> = outline.rows[1..]
        .iter()
        .map(|row| row.label.as_str())
        .collect();
    assert_eq!(
        labels,
        ["211-Features: (+2 lines)", "▤ a.bin: 40 000 bytes", long]
    );
    assert_eq!(shorts(&outline)[1..], ["211", "▤ a.bin", "RETR"]);
    assert_eq!(outline.rows[1].text.lines().count(), 3);
}

#[test]
fn a_syn_sent_again_is_a_row_of_its_own_and_the_first_is_not() {
    let mut s = Script::new();
    let asking = s.opening(LAPTOP, true, (49152, 21));
    let mut syns = Vec::new();
    for _ in 0..3 {
        let syn = s.sends(asking, &Flags("S"), 0, b"");
        s.is_lost(syn);
        syns.push(syn);
        s.now += Duration::from_secs(1);
        let at = s.at(LAPTOP);
        s.cause = Some(s.timeline.record_timer(at, Timer::Stack(asking)));
    }
    let outline = outline(&s.timeline);
    assert_eq!(shorts(&outline), ["SYN", "SYN again", "SYN again"]);
    let again = &outline.rows[1];
    assert_eq!(again.what, What::Network);
    assert_eq!((again.from, again.to), (LAPTOP, Some(SERVER)));
    assert_eq!((again.carrier, again.lost), (Some(syns[1]), 1));
    assert_eq!(
        (again.connection, again.stroke),
        (Some(1), Stroke::Housekeeping)
    );
}

#[test]
fn a_late_first_syn_and_data_sent_again_open_no_row() {
    let mut s = Script::new();
    let asking = s.opening(LAPTOP, true, (49152, 21));
    let at = s.at(LAPTOP);
    s.cause = Some(s.timeline.record_timer(at, Timer::Stack(asking)));
    s.sends(asking, &Flags("S"), 0, b"");
    assert_eq!(shorts(&outline(&s.timeline)), ["SYN"]);
    let timeline = sample::timeline();
    assert_eq!(
        outline(&timeline).rows.len(),
        6,
        "the lost segment is sent again"
    );
}

/// An ICMP message of the server's, about what the laptop sent it.
fn icmp(s: &mut Script, kind: u8, code: u8, quoted: &[u8]) -> FrameId {
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([4; 6], [2; 6]);
    let builder = builder.ipv4([192, 0, 2, 2], [192, 0, 2, 1], 64);
    let builder = builder.icmpv4_raw(kind, code, [0, 0, 0, 5]);
    builder.write(&mut bytes, quoted).unwrap();
    let slot = s.timeline.arena_mut().push(&bytes);
    let at = s.at(SERVER);
    let (frame, event) = s.timeline.record_sent(at, slot, LINK, None, None);
    s.cause = Some(event);
    frame
}

fn datagram(s: &mut Script) -> (FrameId, Vec<u8>) {
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6]);
    let builder = builder.ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
    builder
        .udp(50_000, 33_434)
        .write(&mut bytes, b"hi")
        .unwrap();
    let at = s.at(LAPTOP);
    let turn = Turn {
        kind: TurnKind::Probe,
        verb: "probe".into(),
        text: "probe to port 33434, TTL 64".into(),
        meaning: String::new(),
        reference: "RFC 792",
    };
    let said = TurnRecord {
        conn: None,
        to: Some("192.0.2.2".parse().unwrap()),
        range: (0, 2),
        turn,
        carried: None,
    };
    s.cause = Some(s.timeline.record_turn(at, said));
    let slot = s.timeline.arena_mut().push(&bytes);
    let at = s.at(LAPTOP);
    let (frame, event) = s.timeline.record_sent(at, slot, LINK, None, None);
    s.cause = Some(event);
    (frame, bytes)
}

#[test]
fn what_is_said_in_datagrams_and_what_the_network_answers_are_rows() {
    let mut s = Script::new();
    let (probe, bytes) = datagram(&mut s);
    s.arrives(probe);
    let error = icmp(&mut s, 3, 3, &bytes[14..]);
    s.arrives(error);
    let reply = icmp(&mut s, 0, 0, &[0; 56]);
    s.is_lost(reply);
    let outline = outline(&s.timeline);
    assert_eq!(
        shorts(&outline),
        ["probe", "port unreachable", "echo reply"]
    );
    let [said, told, echo] = &outline.rows[..] else {
        panic!("{:?}", outline.rows);
    };
    assert_eq!((said.from, said.to), (LAPTOP, Some(SERVER)));
    assert_eq!(
        (said.what, said.carrier),
        (What::Says(TurnKind::Probe), Some(probe))
    );
    assert_eq!((told.from, told.to), (SERVER, Some(LAPTOP)));
    assert_eq!((told.what, told.carrier), (What::Network, Some(error)));
    for (frame, words) in [(probe, "probe"), (error, "port unreachable")] {
        assert_eq!(
            crate::view::frames::brief(&s.timeline, &outline, frame),
            words
        );
    }
    let text = "port unreachable, about what was sent to 192.0.2.2 port 33434";
    assert_eq!((told.text.as_str(), told.reference), (text, "RFC 792"));
    assert_eq!((echo.label.as_str(), echo.lost), ("echo reply 5", 1));
    assert!(
        outline
            .rows
            .iter()
            .all(|row| row.stroke == Stroke::Housekeeping)
    );
}

#[test]
fn a_router_tells_the_one_whose_packet_it_threw_away() {
    let mut s = Script::new();
    let router = s.timeline.add_node(NodeInfo {
        name: "router".into(),
        kind: "router".into(),
        person: None,
        runs: Vec::new(),
        mac: None,
        addresses: vec!["192.0.2.2".parse().unwrap()],
        router: None,
    });
    let asking = s.opening(LAPTOP, true, (49152, 23));
    let syn = s.sends(asking, &Flags("S"), 0, b"");
    let at = s.at(router);
    let reason = DropReason::Firewall;
    s.cause = Some(s.timeline.record_dropped(at, syn, reason));
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([4; 6], [2; 6]);
    // To an address that is nobody's: the one that a router further in translates.
    let builder = builder.ipv4([203, 0, 113, 10], [203, 0, 113, 1], 64);
    builder
        .tcp(23, 49152, 0, 0)
        .rst()
        .write(&mut bytes, b"")
        .unwrap();
    let slot = s.timeline.arena_mut().push(&bytes);
    let at = s.at(router);
    s.timeline.record_sent(at, slot, LINK, None, None);
    let outline = outline(&s.timeline);
    assert_eq!(shorts(&outline), ["SYN", "RST"]);
    let row = &outline.rows[1];
    assert_eq!((row.from, row.to), (router, Some(LAPTOP)));
    assert_eq!(outline.rows[0].lost, 1);
}

#[test]
fn a_link_that_goes_down_and_a_forgotten_connection_are_rows() {
    let mut s = Script::new();
    let (client, _) = s.connects(LAPTOP, (49152, 21));
    let end = *s.timeline.end(client);
    let flow = |from| Flow {
        protocol: Protocol::Tcp,
        from,
        to: end.remote,
        seen_from: "203.0.113.1:49152".parse().unwrap(),
        goes_to: end.remote,
        state: FlowState::Open,
        made_by: FlowMaker::Packet,
        forgotten_at: s.now,
    };
    let other = "192.0.2.9:5".parse().unwrap();
    let flows = [
        (1, Some(flow(end.local))),
        (2, Some(flow(other))),
        (2, None),
        (1, None),
    ];
    for (row, flow) in flows {
        let at = s.at(SERVER);
        s.timeline.record_flow(at, FlowRecord { row, flow });
    }
    s.timeline.record_link(s.now, LINK, false);
    s.timeline.record_link(s.now, LINK, true);
    let outline = outline(&s.timeline);
    let labels: Vec<_> = outline.rows[1..]
        .iter()
        .map(|row| row.label.as_str())
        .collect();
    let expected = [
        "forgets 192.0.2.1:49152 → 192.0.2.2:21",
        "the link laptop - server goes down",
        "the link laptop - server comes up again",
    ];
    assert_eq!(labels, expected);
    assert_eq!(outline.rows[1].what, What::Network);
}

#[test]
fn what_a_router_gives_up_on_later_is_lost_too() {
    let mut s = Script::new();
    let asking = s.opening(LAPTOP, true, (49152, 21));
    let syn = s.sends(asking, &Flags("S"), 0, b"");
    s.arrives(syn);
    s.now += Duration::from_secs(3);
    let at = s.at(SERVER);
    s.timeline
        .record_discarded(at, syn, DropReason::NoNeighbour);
    let outline = outline(&s.timeline);
    assert_eq!(outline.rows[0].lost, 1);
    assert!(matches!(
        outline.fate(&s.timeline, syn),
        Fate::Delivered(..)
    ));
}

#[test]
fn a_place_is_kept_while_the_run_grows() {
    let grown = outline(&sample::timeline());
    for size in SIZES {
        for at in 0..=grown.last(size) {
            let place = Place { size, at };
            assert_eq!(grown.grown(&grown, place), place);
        }
        let end = Place { size, at: 1 };
        assert_eq!(grown.grown(&Outline::default(), end).at, grown.last(size));
    }
}
