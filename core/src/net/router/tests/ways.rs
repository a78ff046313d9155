//! Packets find their way, whole or in pieces.

use super::*;

#[test]
fn a_packet_goes_on_with_one_hop_less() {
    for v6 in [false, true] {
        for (from, to) in [(LEFT, RIGHT), (RIGHT, LEFT)] {
            let mut bench = Bench::new();
            let before = udp(packet(v6, from, 64), (1000, 2000), 50);
            let id = bench.put(from, &before);
            let after = bench.only(to);
            assert_eq!(after[..6], ENDS[to], "to the next node");
            assert_eq!(after[6..12], PORTS[to], "from this port");
            let hops = if v6 { 21 } else { 22 };
            assert_eq!((before[hops], after[hops]), (64, 63));
            let rest = if v6 { hops + 1 } else { hops + 4 };
            assert_eq!(before[rest..], after[rest..], "all else as it was");
            assert!(bench.heard(from).is_empty());
            let frames = bench.timeline().frames();
            assert_eq!(frames[1].forwards, Some(id));
            assert_eq!(bench.cause_of_last(to).kind, Kind::Delivered);
        }
    }
}

#[test]
fn the_longest_prefix_wins() {
    let route = |to: &str, prefix, via: &str, port| Route {
        to: ip(to),
        prefix,
        via: ip(via),
        port,
    };
    let mut bench = Bench::with(RouterConfig {
        routes: vec![
            route("0.0.0.0", 0, "192.0.2.10", RIGHT),
            route("203.0.113.0", 24, "192.168.1.10", LEFT),
            route("203.0.113.128", 25, "192.0.2.10", RIGHT),
            route("::", 0, "2001:db8:2::10", RIGHT),
        ],
        ..config()
    });
    let mut leaves = |to: &str| {
        let from = ip(NEAR[usize::from(to.contains(':'))]);
        let before = bench.heard(LEFT).len();
        let frame = udp(packet_between(from, ip(to), LEFT, 64), (1, 2), 5);
        bench.put(LEFT, &frame);
        if bench.heard(LEFT).len() > before {
            LEFT
        } else {
            RIGHT
        }
    };
    assert_eq!(leaves("203.0.113.5"), LEFT, "back out of the same port");
    assert_eq!(leaves("203.0.113.200"), RIGHT);
    assert_eq!(leaves("8.8.8.8"), RIGHT);
    assert_eq!(leaves("192.0.2.10"), RIGHT);
    assert_eq!(leaves("2001:db8:99::1"), RIGHT);
    let info = bench.timeline().node(bench.router).clone();
    assert_eq!(info.addresses.len(), 4);
    let router = info.router.unwrap();
    let text: Vec<String> = router
        .routes
        .iter()
        .map(|(to, way)| format!("{to} {way}"))
        .collect();
    assert_eq!(
        text,
        [
            "2001:db8:1::/64 directly",
            "2001:db8:2::/64 directly",
            "203.0.113.128/25 by 192.0.2.10",
            "192.168.1.0/24 directly",
            "192.0.2.0/24 directly",
            "203.0.113.0/24 by 192.168.1.10",
            "0.0.0.0/0 by 192.0.2.10",
            "::/0 by 2001:db8:2::10",
        ]
    );
    assert_eq!(router.ports.len(), 2);
    assert_eq!(router.ports[1].link, LinkId(1));
    assert!(router.ports[0].inside && !router.ports[1].inside);
}

#[test]
fn what_is_not_for_it_is_left_alone() {
    let all = |mac: [u8; 6], to: &str| {
        let (from, to) = (ip(NEAR[usize::from(to.contains(':'))]), ip(to));
        let mut frame = udp(packet_between(from, to, LEFT, 64), (1, 2), 5);
        frame[..6].copy_from_slice(&mac);
        frame
    };
    for frame in [
        all([2, 0, 0, 0, 7, 7], FAR[0]),
        all([0xff; 6], FAR[0]),
        all([0xff; 6], "255.255.255.255"),
        all([0xff; 6], "192.168.1.255"),
        all(PORTS[LEFT], "192.0.2.255"),
        all([1, 0, 0x5e, 0, 0, 1], "224.0.0.1"),
        all([0x33, 0x33, 0, 0, 0, 1], "ff02::1"),
    ] {
        let mut bench = Bench::new();
        bench.put(LEFT, &frame);
        assert_eq!(bench.timeline().frames().len(), 1, "{frame:02x?}");
        assert!(bench.losses().is_empty());
    }
}

#[test]
fn headers_that_make_no_sense_are_dropped() {
    let good = udp(packet(false, LEFT, 64), (1, 2), 20);
    let mut damaged = good.clone();
    damaged[30] ^= 4;
    let mut version = good.clone();
    version[14] ^= 0x20;
    let short_header = patched(good.clone(), 0, &[0x43]);
    let long = patched(good.clone(), 2, &[9, 9]);
    let past_the_end = patched(good.clone(), 6, &[0x1f, 0xff]);
    let loopback = patched(good.clone(), 12, &[127, 0, 0, 1]);
    let mut v6 = udp(packet(true, LEFT, 64), (1, 2), 20);
    v6[18] = 1;
    for (frame, reason) in [
        (damaged, DropReason::Checksum),
        (version, DropReason::Checksum),
        (short_header, DropReason::Malformed),
        (long, DropReason::Malformed),
        (past_the_end, DropReason::Malformed),
        (loopback, DropReason::Malformed),
        (v6, DropReason::Malformed),
        (good[..10].to_vec(), DropReason::Malformed),
        (good[..20].to_vec(), DropReason::Malformed),
    ] {
        let mut bench = Bench::new();
        let id = bench.put(LEFT, &frame);
        let (_, lost, why) = bench.loss();
        assert_eq!((lost, why), (id, reason), "{frame:02x?}");
        assert_eq!(bench.timeline().frames().len(), 1, "not a word");
    }
}

#[test]
fn a_corrupted_payload_goes_on_as_it_is() {
    let mut bench = Bench::new();
    let mut frame = udp(packet(false, LEFT, 64), (1, 2), 20);
    *frame.last_mut().unwrap() ^= 1;
    let id = bench.put(LEFT, &frame);
    assert!(!checksum::verify(&bench.only(RIGHT)));
    assert_eq!(bench.timeline().frames()[1].forwards, Some(id));
}

#[test]
fn padding_stays_behind() {
    let mut bench = Bench::new();
    let mut frame = udp(packet(false, LEFT, 64), (1, 2), 1);
    let len = frame.len();
    frame.resize(60, 0);
    bench.put(LEFT, &frame);
    assert_eq!(bench.only(RIGHT).len(), len);
}

fn narrow() -> LinkConfig {
    LinkConfig {
        longest_frame: 614,
        ..LinkConfig::default()
    }
}

/// The pieces' payloads put together again, and whether the last says that it is.
fn put_together(pieces: &[Vec<u8>], mtu: usize) -> Vec<u8> {
    let mut whole = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let header = super::super::header::Header::read(piece).unwrap();
        assert_eq!(usize::from(header.offset), whole.len());
        assert!(header.total <= mtu);
        assert_eq!(header.more, index + 1 < pieces.len());
        whole.extend_from_slice(header.payload(piece));
    }
    whole
}

#[test]
fn a_packet_too_long_for_the_next_link_is_cut() {
    let mut bench = Bench::over(config(), narrow());
    let frame = udp(packet(false, LEFT, 64), (1, 2), 1400);
    let frame = patched(frame, 4, &[0x12, 0x34, 0, 0]);
    let id = bench.put(LEFT, &frame);
    let pieces = bench.heard(RIGHT);
    assert_eq!(pieces.len(), 3);
    assert_eq!(put_together(&pieces, 600), frame[34..]);
    for piece in &pieces {
        assert_eq!(piece[18..20], [0x12, 0x34], "of one packet");
        assert_eq!(piece[22], 63);
    }
    let frames = &bench.timeline().frames()[1..];
    assert!(frames.iter().all(|frame| frame.forwards == Some(id)));
}

#[test]
fn fragments_are_cut_further_and_options_go_where_they_belong() {
    // Two options: "record route" stays in the first piece, "stream id" goes with all.
    let options = [7, 3, 4, 0x88, 4, 0, 1, 0];
    let mut frame = udp(packet(false, LEFT, 64), (1, 2), 992);
    frame.splice(34..34, options);
    let total = u16::try_from(frame.len() - 14).unwrap().to_be_bytes();
    frame[14] = 0x47;
    let frame = patched(frame, 2, &total);
    let frame = patched(frame, 6, &[0x20, 0]);
    let mut bench = Bench::over(config(), narrow());
    bench.put(LEFT, &frame);
    let pieces = bench.heard(RIGHT);
    assert_eq!(pieces.len(), 2);
    assert_eq!(pieces[0][14], 0x47);
    assert_eq!(pieces[0][34..42], options);
    assert_eq!(pieces[1][14], 0x46);
    assert_eq!(pieces[1][34..38], [0x88, 4, 0, 1]);
    let flags: Vec<u8> = pieces.iter().map(|piece| piece[20] & 0x20).collect();
    assert_eq!(flags, [0x20, 0x20], "more come behind the last one too");
}

#[test]
fn what_must_not_be_cut_is_dropped_and_the_size_told() {
    for (v6, said) in [(false, (3, 4)), (true, (2, 0))] {
        let mut bench = Bench::over(config(), narrow());
        let mut frame = udp(packet(v6, LEFT, 64), (1, 2), 1300);
        if !v6 {
            frame = patched(frame, 6, &[0x40, 0]);
        }
        let id = bench.put(LEFT, &frame);
        let (event, lost, reason) = bench.loss();
        assert_eq!((lost, reason), (id, DropReason::TooBig));
        let router = bench.losses()[0].whereabouts();
        assert!(
            router.starts_with("at "),
            "it has reached the router: {router}"
        );
        let error = bench.only(LEFT);
        let (kind, word, quoted) = icmp(&error);
        assert_eq!((kind, word), (said, 600));
        let room = if v6 { 1280 - 48 } else { 576 - 28 };
        assert_eq!(quoted, frame[14..14 + room], "as much as fits");
        assert_eq!(bench.cause_of_last(LEFT).id, event);
    }
}
