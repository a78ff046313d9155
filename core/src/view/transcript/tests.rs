//! The transcript of a timeline made by hand.

use super::*;
use crate::base::{CloseReason, Duration, EventId, FrameId, ProgramId, Turn, TurnKind};
use crate::timeline::sample::{self, Flags, LAPTOP, LINK, Script};
use crate::timeline::{
    DropReason, End, Flow, FlowMaker, FlowRecord, FlowState, KeptRecord, Moment, NodeInfo,
    Protocol, RuleInfo, TurnRecord,
};
use etherparse::{ArpEthIpv4Packet, ArpOperation, ArpPacket, PacketBuilder};

fn told(options: Options) -> String {
    transcript(&sample::timeline(), &sample::info(), options)
}

/// The rows, with runs of spaces made one.
fn rows(text: &str) -> Vec<String> {
    let squeeze = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(squeeze).collect()
}

fn has(text: &str, row: &str) -> bool {
    rows(text).iter().any(|r| r == row)
}

/// The laptop asks for the server's hardware address.
fn asks(s: &mut Script) -> FrameId {
    asks_from(s, LAPTOP)
}

fn asks_from(s: &mut Script, host: HostId) -> FrameId {
    says_of_address(s, (host, 1), ArpOperation::REQUEST)
}

fn says_of_address(s: &mut Script, (host, n): (HostId, u8), operation: ArpOperation) -> FrameId {
    let arp = ArpPacket::from(ArpEthIpv4Packet {
        operation,
        sender_mac: [2, 0, 0, 0, 0, n],
        sender_ipv4: [192, 0, 2, n],
        target_mac: [0; 6],
        target_ipv4: [192, 0, 2, 3 - n],
    });
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, n], [0xff; 6]);
    builder.arp(arp).write(&mut bytes).unwrap();
    let slot = s.timeline.arena_mut().push(&bytes);
    let at = s.at(host);
    s.timeline.record_sent(at, slot, LINK, None, None).0
}

#[test]
fn who_said_what_on_which_connection_and_what_it_meant() {
    let text = told(Options::default());
    for row in [
        "laptop 192.0.2.1 Ada, ftp client",
        "File size 20",
        "0.000 s laptop Ada types “get notes.txt”",
        "0.000 s 1 laptop → server calls port 21 from port 49152, for commands",
        "0.020 s 1 laptop → server connected after 20 ms",
        "0.030 s 1 server → laptop 220 Ready.",
        "ready for you RFC 959 §4.1",
        "0.050 s 2 laptop → server calls port 50000 from port 49153, for data",
        "2.110 s 2 laptop hears that server has no more to say (FIN)",
        "2.120 s 2 laptop the connection is closed",
        "✓ notes.txt has arrived.",
        "Make this run again: wirestage run sample --set size=20 --seed 3",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
    let order = ["── connect", "── log in", "── fetch the file", "── outcome"];
    let places: Vec<_> = order.iter().map(|h| text.find(h).unwrap()).collect();
    assert!(places.is_sorted());
}

#[test]
fn data_is_summed_up_and_losses_say_where_and_why() {
    let text = told(Options::default());
    for row in [
        "0.080 s 2 server → laptop ▤ notes.txt: 20 bytes in 2 segments, 2.0 s",
        "│ 0123456789abcdefghij",
        "0.080 s 2 server → laptop ✕ segment lost on laptop - server: queue full",
        "⋯ 2.0 s later",
        "2.090 s 2 server → laptop ↻ segment sent again",
        "frames 13 (1 lost, 1 sent again)",
        "payload 47 bytes (what was said, each byte counted once)",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
}

/// A letter on its way, in one frame.
fn told_letter(verb: &str, letter: &str) -> String {
    let mut s = Script::new();
    let (client, _) = s.connects(LAPTOP, (49152, 25));
    let turn = Turn {
        kind: TurnKind::Data,
        verb: verb.into(),
        text: "the letter".into(),
        meaning: "hands over the letter".into(),
        reference: "RFC 5321 §4.5.2",
    };
    s.turn(client, (0, letter.len() as u64), turn);
    let frame = s.sends(client, &Flags("A"), 1, letter.as_bytes());
    s.arrives(frame);
    told_of(&s)
}

#[test]
fn a_letter_is_quoted_with_its_folded_lines_and_a_long_one_as_far_as_it_begins() {
    let folded = "Received: from laptop\r\n\tby server; now\r\nSubject: x\r\n\r\n.\r\n";
    let text = told_letter("LETTER", folded);
    assert!(text.contains("│     by server; now\n"), "{text}");
    assert!(!text.contains("more line"), "{text}");
    let long: String = (1..=1254)
        .map(|line| format!("This is line {line}.\r\n"))
        .collect();
    let text = told_letter("LETTER", &long);
    assert!(has(&text, "│ This is line 20."), "{text}");
    assert!(!has(&text, "│ This is line 21."), "{text}");
    assert!(has(&text, "│ ⋯ 1 234 more lines"), "{text}");
    let text = told_letter("data", &long);
    assert!(!text.contains('│'), "a file is summed up:\n{text}");
}

#[test]
fn a_long_letter_is_quoted_in_whole_lines_and_not_where_it_is_no_text() {
    let wide: String = (1..=12).map(|_| "word ".repeat(180) + "\r\n").collect();
    let text = told_letter("LETTER", &wide);
    assert!(has(&text, "│ ⋯ 8 more lines"), "{text}");
    let text = told_letter("LETTER", &"\u{1}\u{2}\r\n".repeat(900));
    assert!(!text.contains('│'), "{text}");
}

#[test]
fn several_connections_are_a_table_and_one_is_none() {
    let text = told(Options::default());
    for row in [
        "frames payload",
        "1 laptop → server port 21 control 5 27",
        "2 laptop → server port 50000 data 8 20",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
    let mut s = Script::new();
    s.connects(LAPTOP, (49152, 21));
    assert!(!told_of(&s).contains("frames  payload"));
    for port in 49153..49153 + 13 {
        s.connects(LAPTOP, (port, 21));
    }
    let text = told_of(&s);
    assert!(
        has(&text, "12 laptop → server port 21 control 3 0"),
        "{text}"
    );
    assert!(has(&text, "⋯ 2 more connections"), "{text}");
}

#[test]
fn a_password_is_hidden_unless_it_is_asked_for() {
    assert!(has(
        &told(Options::default()),
        "0.040 s 1 laptop → server PASS ••••"
    ));
    assert!(!told(Options::default()).contains("lovelace"));
    let open = Options {
        show_passwords: true,
    };
    assert!(told(open).contains("PASS lovelace"));
}

#[test]
fn many_losses_in_a_row_are_one_row() {
    let mut s = Script::new();
    let (client, _) = s.connects(LAPTOP, (49152, 21));
    for i in 0..40 {
        s.now += Duration::from_millis(1);
        let frame = s.sends(client, &Flags("A"), 1 + i * 10, b"0123456789");
        s.is_lost(frame);
    }
    let text = transcript(&s.timeline, &sample::info(), Options::default());
    let row = "0.031 s 1 laptop → server ✕ 40 segments lost on laptop - server: \
               queue full, within 39 ms";
    assert!(has(&text, row), "{text}");
}

#[test]
fn a_call_that_fails_says_why() {
    let mut s = Script::new();
    let end = s.opening(LAPTOP, true, (49152, 21));
    let syn = s.sends(end, &Flags("S"), 0, b"");
    s.is_lost(syn);
    s.now += Duration::from_secs(60);
    let at = s.at(LAPTOP);
    s.timeline.record_closed(at, end, CloseReason::TimedOut);
    let text = transcript(&s.timeline, &sample::info(), Options::default());
    for row in [
        "0.000 s 1 laptop calls port 21 at 192.0.2.2 from port 49152",
        "0.000 s 1 laptop ✕ SYN lost on laptop - server: queue full",
        "⋯ 60.0 s later",
        "60.000 s 1 laptop ✕ the connection is gone: no answer for too long",
        "Nobody asked for anything.",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
}

#[test]
fn a_question_asked_in_vain_is_one_row() {
    let mut s = Script::new();
    let end = s.opening(LAPTOP, true, (49152, 21));
    for _ in 0..60 {
        asks(&mut s);
        s.now += Duration::from_secs(1);
    }
    let at = s.at(LAPTOP);
    s.timeline.record_closed(at, end, CloseReason::TimedOut);
    let text = transcript(&s.timeline, &sample::info(), Options::default());
    let place = rows(&text).iter().position(|r| r.contains("asks around"));
    let told = &rows(&text)[place.unwrap()..][..5];
    let asked = "laptop asks around: who has 192.0.2.2?";
    let expected = [
        format!("0.000 s {asked}"),
        "⋯ 1.0 s later".into(),
        format!("1.000 s {asked} (↻ 59 times, within 58.0 s)"),
        "⋯ 1.0 s later".into(),
        "60.000 s 1 laptop ✕ the connection is gone: no answer for too long".into(),
    ];
    assert_eq!(told, expected, "{text}");
}

#[test]
fn a_question_that_nobody_hears_is_told_lost_once_until_it_is_answered() {
    let mut s = Script::new();
    let times = |text: &str, what: &str| rows(text).iter().filter(|r| r.contains(what)).count();
    for _ in 0..3 {
        let asked = asks(&mut s);
        s.listens(LAPTOP, 80);
        s.is_lost(asked);
        let asked = asks(&mut s);
        s.is_lost(asked);
        s.now += Duration::from_secs(1);
    }
    let lost = "✕ ARP question lost on laptop - server: queue full";
    let text = told_of(&s);
    assert_eq!(times(&text, lost), 1, "{text}");
    assert_eq!(times(&text, "lost"), 2, "and in the numbers:\n{text}");
    says_of_address(&mut s, (sample::SERVER, 2), ArpOperation::REPLY);
    let asked = asks(&mut s);
    s.is_lost(asked);
    let text = told_of(&s);
    assert_eq!(times(&text, lost), 2, "{text}");
}

#[test]
fn only_connections_of_programs_that_have_one_for_data_are_for_commands() {
    let mut timeline = sample::timeline();
    let last = timeline.events().len() - 1;
    let at = Moment {
        now: timeline.events().last_time(),
        host: LAPTOP,
        cause: Some(EventId::from_index(last)),
    };
    let local = "192.0.2.1:49160".parse().unwrap();
    let remote = "192.0.2.2:25".parse().unwrap();
    let end = End::new(LAPTOP, ProgramId(1), (local, remote), true);
    timeline.record_opening(at, end);
    let text = transcript(&timeline, &sample::info(), Options::default());
    let calls: Vec<String> = rows(&text)
        .into_iter()
        .filter(|row| row.contains(" calls port "))
        .map(|row| row.rsplit("calls ").next().unwrap().to_owned())
        .collect();
    let expected = [
        "port 21 from port 49152, for commands",
        "port 50000 from port 49153, for data",
        "port 25 at 192.0.2.2 from port 49160",
    ];
    assert_eq!(calls, expected, "{text}");
}

#[test]
fn a_run_that_was_stopped_says_so() {
    let mut info = sample::info();
    info.stopped = Some("more than 10 events.".into());
    let text = transcript(&sample::timeline(), &info, Options::default());
    assert!(has(&text, "✗ Stopped early: more than 10 events."));
}

#[test]
fn lines_fit_the_page_and_end_without_spaces() {
    for line in told(Options::default()).lines() {
        assert!(line.chars().count() <= page::WIDTH, "{line}");
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn an_empty_timeline_has_a_transcript_too() {
    let info = RunInfo::default();
    let text = transcript(&Timeline::default(), &info, Options::default());
    assert!(has(&text, "frames 0"));
}

#[test]
fn a_host_without_a_connection_has_its_name_told() {
    let mut s = Script::new();
    s.listens(sample::SERVER, 21);
    let text = transcript(&s.timeline, &sample::info(), Options::default());
    assert!(has(&text, "0.000 s server listens at port 21"), "{text}");
}

/// A network in which a router stands between laptop and server.
fn routed() -> (Script, HostId) {
    let mut s = Script::new();
    let router = s.timeline.add_node(NodeInfo {
        name: "router".into(),
        kind: "router".into(),
        person: None,
        runs: Vec::new(),
        mac: None,
        addresses: vec!["192.0.2.254".parse().unwrap()],
        router: None,
    });
    (s, router)
}

fn sends(s: &mut Script, host: HostId, bytes: &[u8]) -> FrameId {
    let slot = s.timeline.arena_mut().push(bytes);
    let at = s.at(host);
    let (frame, event) = s.timeline.record_sent(at, slot, LINK, None, None);
    s.cause = Some(event);
    frame
}

fn told_of(s: &Script) -> String {
    transcript(&s.timeline, &sample::info(), Options::default())
}

#[test]
fn an_echo_is_asked_for_and_answered() {
    let (mut s, _) = routed();
    let at = s.at(LAPTOP);
    let turn = TurnRecord {
        conn: None,
        to: Some("192.0.2.2".parse().unwrap()),
        range: (0, 56),
        turn: Turn {
            kind: TurnKind::Probe,
            verb: "echo request".into(),
            text: "echo request 3, 56 bytes".into(),
            meaning: "asks for the same bytes back".into(),
            reference: "RFC 792",
        },
        carried: None,
    };
    s.cause = Some(s.timeline.record_turn(at, turn));
    let (laptop, server) = ([192, 0, 2, 1], [192, 0, 2, 2]);
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(laptop, server, 64);
    let builder = builder.icmpv4_echo_request(1, 3);
    builder.write(&mut bytes, &[0; 56]).unwrap();
    let asked = sends(&mut s, LAPTOP, &bytes);
    s.arrives(asked);
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([4; 6], [2; 6]).ipv4(server, laptop, 64);
    let builder = builder.icmpv4_echo_reply(1, 3);
    builder.write(&mut bytes, &[0; 56]).unwrap();
    let answered = sends(&mut s, sample::SERVER, &bytes);
    s.is_lost(answered);
    let text = told_of(&s);
    for row in [
        "0.000 s laptop → server echo request 3, 56 bytes",
        "asks for the same bytes back RFC 792",
        "0.010 s server → laptop echo reply 3",
        "0.010 s server ✕ echo answer lost on laptop - server: queue full",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
}

#[test]
fn what_is_said_in_datagrams_is_payload_and_an_echo_is_none() {
    let (mut s, router) = routed();
    let ends = ([192, 0, 2, 1], [192, 0, 2, 2]);
    let ethernet = || PacketBuilder::ethernet2([2; 6], [4; 6]);
    let ip = |ends: ([u8; 4], [u8; 4])| ethernet().ipv4(ends.0, ends.1, 64);
    let mut bytes = Vec::new();
    let echo = ip(ends).icmpv4_echo_request(1, 3);
    echo.write(&mut bytes, &[0; 56]).unwrap();
    sends(&mut s, LAPTOP, &bytes);
    assert!(!told_of(&s).contains("payload"));
    let mut bytes = Vec::new();
    let over_four = ip(ends).udp(50_000, 53);
    over_four.write(&mut bytes, &[7; 30]).unwrap();
    let asked = sends(&mut s, LAPTOP, &bytes);
    // What the router passes on was said once.
    let slot = s.timeline.arena_mut().push(&bytes);
    let at = s.at(router);
    s.timeline.record_sent(at, slot, LINK, None, Some(asked));
    let mut bytes = Vec::new();
    let over_six = ethernet().ipv6([1; 16], [2; 16], 64).udp(50_000, 53);
    over_six.write(&mut bytes, &[7; 12]).unwrap();
    sends(&mut s, LAPTOP, &bytes);
    let text = told_of(&s);
    let row = "payload 42 bytes (what was said, each byte counted once)";
    assert!(has(&text, row), "{text}");
}

#[test]
fn a_router_says_what_it_threw_away_and_why() {
    let (mut s, router) = routed();
    let rule = s.timeline.add_rule(RuleInfo {
        node: router,
        name: "no telnet".into(),
        text: "drop tcp to port 23".into(),
    });
    let mut lost = Vec::new();
    let ends = ([192, 0, 2, 1], [203, 0, 113, 10]);
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(ends.0, ends.1, 1);
    let builder = builder.udp(50_000, 33_434);
    builder.write(&mut lost, b"hello").unwrap();
    let probe = sends(&mut s, LAPTOP, &lost);
    let at = s.at(router);
    let dropped = s.timeline.record_dropped(at, probe, DropReason::HopLimit);
    s.cause = Some(dropped);
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ethernet2([4; 6], [2; 6]).ipv4([192, 0, 2, 254], ends.0, 64);
    let builder = builder.icmpv4_raw(11, 0, [0; 4]);
    builder.write(&mut bytes, &lost[14..]).unwrap();
    sends(&mut s, router, &bytes);
    let again = sends(&mut s, LAPTOP, &lost);
    let at = s.at(router);
    s.timeline.record_ruled_out(at, again, rule);
    asks_from(&mut s, router);
    let text = told_of(&s);
    for row in [
        "0.000 s laptop ✕ datagram lost at router: TTL",
        "0.000 s router → laptop time exceeded, about what was sent to 203.0.113.10 port 33434",
        "0.000 s laptop ✕ datagram lost at router: firewall: no telnet",
        "0.000 s router asks around: who has 192.0.2.2?",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
}

#[test]
fn a_router_translates_until_it_forgets_and_a_link_may_go_down() {
    let (mut s, router) = routed();
    let flow = |state| Flow {
        protocol: Protocol::Tcp,
        from: "192.168.1.10:49152".parse().unwrap(),
        to: "203.0.113.10:21".parse().unwrap(),
        seen_from: "203.0.113.1:49152".parse().unwrap(),
        goes_to: "203.0.113.10:21".parse().unwrap(),
        state,
        made_by: FlowMaker::Packet,
        forgotten_at: s.now,
    };
    for state in [FlowState::New, FlowState::Open] {
        let (at, flow) = (s.at(router), Some(flow(state)));
        s.timeline.record_flow(at, FlowRecord { row: 1, flow });
    }
    let mut plain = flow(FlowState::New);
    plain.seen_from = plain.from;
    for flow in [Some(plain), None] {
        let at = s.at(router);
        s.timeline.record_flow(at, FlowRecord { row: 2, flow });
    }
    s.timeline.record_link(s.now, LINK, false);
    s.now += Duration::from_secs(300);
    let at = s.at(router);
    let flow = None;
    s.timeline.record_flow(at, FlowRecord { row: 1, flow });
    s.timeline.record_link(s.now, LINK, true);
    let text = told_of(&s);
    for row in [
        "0.000 s router translates 192.168.1.10:49152 into 203.0.113.1:49152, on the way to",
        "203.0.113.10:21 (TCP)",
        "0.000 s laptop - server the link goes down",
        "⋯ 5 min later",
        "300.000 s router forgets that 192.168.1.10:49152 is 203.0.113.1:49152 (TCP)",
        "300.000 s laptop - server the link comes up again",
    ] {
        assert!(has(&text, row), "no row `{row}` in\n{text}");
    }
    assert_eq!(text.matches("translates").count(), 1, "{text}");
}

#[test]
fn what_is_kept_from_now_on_is_told_and_what_was_there_is_not() {
    use crate::base::{Content, Kept};
    let mut s = Script::new();
    let at = s.at(sample::SERVER);
    let up = s.timeline.record_started(Moment { cause: None, ..at });
    let mut keeps = |path: &str, what: Option<Kept>, cause| {
        let kept = KeptRecord {
            program: ProgramId(0),
            path: path.into(),
            what,
        };
        s.timeline.record_kept(at.because(cause), kept)
    };
    let file = |len| Some(Kept::File(Content::Generated { seed: 1, len }));
    let first = keeps("/old.txt", file(7), up);
    let later = keeps("/new.txt", file(40_000), first);
    keeps("/new.txt", file(1), later);
    keeps("/inbox", Some(Kept::Folder), later);
    keeps("/old.txt", None, later);
    let text = transcript(&s.timeline, &sample::info(), Options::default());
    for row in [
        "server keeps /new.txt: 40 000 bytes",
        "server replaces /new.txt: 1 byte",
        "server keeps a folder /inbox",
        "server keeps /old.txt no more",
    ] {
        assert!(
            text.contains(&row.replace("server ", "")),
            "no `{row}` in\n{text}"
        );
    }
    assert!(!text.contains("7 bytes"), "{text}");
}
