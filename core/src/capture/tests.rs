//! Captures of a timeline made by hand, read back by a reader that is not ours.

use super::*;
use crate::base::{EventId, FrameId};
use crate::timeline::sample::{self, LAPTOP, LINK, SERVER};
use crate::timeline::{Caption, NodeInfo, Timeline};
use pcap_file::DataLink;
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::PcapNgReader;
use pcap_file::pcapng::blocks::block_common::Block;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionOption as Option_;
use pcap_file::pcapng::blocks::name_resolution::{Ipv4Record, Record};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::SectionHeaderOption;
use std::io;

/// Time in nanoseconds since 1970, bytes.
type Packet = (u128, Vec<u8>);

/// Says of no frame where it belongs.
const NOWHERE: Places<'_> = &|_| None;

fn pcap_of(timeline: &Timeline, tap: Tap) -> Vec<Packet> {
    let mut out = Vec::new();
    write_pcap(timeline, tap, &mut out).unwrap();
    let mut reader = PcapReader::new(&out[..]).unwrap();
    assert_eq!(reader.header().datalink, DataLink::ETHERNET);
    assert_eq!(reader.header().snaplen, 262_144);
    let mut packets = Vec::new();
    while let Some(packet) = reader.next_packet() {
        let packet = packet.unwrap();
        packets.push((packet.timestamp().as_nanos(), packet.data().to_vec()));
    }
    packets
}

fn blocks_of(timeline: &Timeline, tap: Tap) -> Vec<Block<'static>> {
    let mut out = Vec::new();
    write_pcapng(timeline, tap, &sample::info(), NOWHERE, &mut out).unwrap();
    let mut reader = PcapNgReader::new(&out[..]).unwrap();
    let mut blocks = Vec::new();
    while let Some(block) = reader.next_block() {
        blocks.push(block.unwrap().0.into_owned());
    }
    // The reader keeps the section header to itself.
    blocks.insert(0, Block::SectionHeader(reader.section().clone()));
    blocks
}

fn expected(timeline: &Timeline, sees: impl Fn(&crate::timeline::Event) -> bool) -> Vec<Packet> {
    use crate::timeline::Kind;
    let events = timeline.events().iter();
    events
        .filter(|e| matches!(e.kind, Kind::Sent | Kind::Delivered) && sees(e))
        .map(|e| {
            let bytes = timeline.bytes(FrameId(e.arg)).to_vec();
            (u128::from(e.time.unix_ns()), bytes)
        })
        .collect()
}

#[test]
fn a_hosts_tap_sees_what_it_sends_and_what_reaches_it() {
    let timeline = sample::timeline();
    let seen = pcap_of(&timeline, Tap::Node(LAPTOP));
    assert_eq!(seen, expected(&timeline, |e| e.host == LAPTOP));
    // One frame of all was lost on its way to the laptop; the sender's tap has it.
    let at_server = pcap_of(&timeline, Tap::Node(SERVER));
    assert_eq!(seen.len() + 1, at_server.len());
    assert_eq!(at_server.len(), timeline.frames().len());
}

#[test]
fn a_links_tap_sees_each_frame_once_as_it_is_sent() {
    use crate::timeline::Kind;
    let timeline = sample::timeline();
    let seen = pcap_of(&timeline, Tap::Link(LINK));
    assert_eq!(seen, expected(&timeline, |e| e.kind == Kind::Sent));
    assert_eq!(pcap_of(&timeline, Tap::All), seen);
}

#[test]
fn pcapng_and_pcap_hold_the_same_packets() {
    let timeline = sample::timeline();
    for tap in [Tap::Node(LAPTOP), Tap::Node(SERVER), Tap::Link(LINK)] {
        let packets: Vec<Packet> = blocks_of(&timeline, tap)
            .into_iter()
            .filter_map(|block| match block {
                Block::EnhancedPacket(p) => Some((p.timestamp.as_nanos(), p.data.into_owned())),
                _ => None,
            })
            .collect();
        assert_eq!(packets, pcap_of(&timeline, tap), "{tap:?}");
    }
}

/// Also where its step comes again, and where a frame is seen at both of its ends.
#[test]
fn a_capture_says_each_caption_once() {
    let timeline = sample::timeline();
    let mut info = sample::info();
    let server = timeline.frames().iter().position(|f| f.from == SERVER);
    for frame in [1, 2].into_iter().chain(server) {
        info.captions.push(Caption {
            event: EventId(0),
            frame: Some(FrameId::from_index(frame)),
            say: "Again and again.".into(),
        });
    }
    for tap in [Tap::All, Tap::Node(LAPTOP), Tap::Node(SERVER)] {
        let mut out = Vec::new();
        write_pcapng(&timeline, tap, &info, NOWHERE, &mut out).unwrap();
        let said = out.windows(16).filter(|text| *text == b"Again and again.");
        assert_eq!(said.count(), 1, "{tap:?}");
    }
}

#[test]
fn pcapng_names_run_interface_direction_and_loss() {
    let timeline = sample::timeline();
    let blocks = blocks_of(&timeline, Tap::Node(SERVER));
    let Block::SectionHeader(section) = &blocks[0] else {
        panic!("the section comes first");
    };
    let comment = section.options.iter().find_map(|o| match o {
        SectionHeaderOption::Common(CommonOption::Comment(text)) => Some(text.to_string()),
        _ => None,
    });
    let comment = comment.unwrap();
    assert!(comment.contains("A file, fetched") && comment.contains("File size: 20"));
    assert!(comment.contains("Scenario: sample\n") && comment.contains("Seed: 3\n"));
    assert!(comment.contains("wirestage run sample --set size=20 --seed 3"));
    assert!(comment.ends_with("In the page: #/sample?size=20&seed=3"));
    let Block::NameResolution(names) = &blocks[2] else {
        panic!("then who is who");
    };
    let name = |n, name: &str| {
        Record::Ipv4(Ipv4Record {
            ip_addr: std::net::Ipv4Addr::new(192, 0, 2, n),
            names: vec![name.to_owned().into()],
        })
    };
    assert_eq!(names.records, [name(1, "laptop"), name(2, "server")]);
    let Block::InterfaceDescription(interface) = &blocks[1] else {
        panic!("then the interface");
    };
    assert!(
        interface
            .options
            .contains(&Option_::IfName("server".into()))
    );
    let mut directions = [0, 0];
    let mut lost = Vec::new();
    for block in &blocks[3..] {
        let Block::EnhancedPacket(packet) = block else {
            panic!("then packets alone");
        };
        for option in &packet.options {
            match option {
                EnhancedPacketOption::Flags(1) => directions[0] += 1,
                EnhancedPacketOption::Flags(2) => directions[1] += 1,
                EnhancedPacketOption::Common(CommonOption::Comment(c)) => lost.push(c.to_string()),
                other => panic!("{other:?}"),
            }
        }
    }
    let sent = timeline.frames().iter().filter(|f| f.from == SERVER);
    assert_eq!(directions[1], sent.count());
    assert_eq!(directions[0] + directions[1], timeline.frames().len());
    assert_eq!(lost, ["lost on laptop - server: queue full"]);
}

#[test]
fn all_taps_together_are_an_interface_each() {
    let timeline = sample::timeline();
    let blocks = blocks_of(&timeline, Tap::All);
    let of = |interface| {
        let of_it =
            |b: &&Block| matches!(b, Block::EnhancedPacket(p) if p.interface_id == interface);
        blocks.iter().filter(of_it).count()
    };
    assert_eq!(of(0), pcap_of(&timeline, Tap::Node(LAPTOP)).len());
    assert_eq!(of(1), pcap_of(&timeline, Tap::Node(SERVER)).len());
}

#[test]
fn taps_are_found_by_name() {
    let mut timeline = sample::timeline();
    timeline.add_node(NodeInfo {
        name: "hub".into(),
        kind: "switch".into(),
        person: None,
        runs: Vec::new(),
        mac: None,
        addresses: Vec::new(),
        router: None,
    });
    assert_eq!(Tap::named(&timeline, "server"), Ok(Tap::Node(SERVER)));
    for name in ["laptop - server", "laptop-server", "server - laptop"] {
        assert_eq!(Tap::named(&timeline, name), Ok(Tap::Link(LINK)), "{name}");
    }
    assert_eq!(Tap::named(&timeline, "all"), Ok(Tap::All));
    assert_eq!(Tap::first(&timeline), Tap::Node(LAPTOP));
    for name in ["hub", "lap", ""] {
        let error = Tap::named(&timeline, name).unwrap_err().to_string();
        let told = format!("there is no tap `{name}`: choose laptop, server, laptop - server, all");
        assert_eq!(error, told);
    }
}

#[test]
fn a_writer_that_fails_is_reported_as_it_failed() {
    struct Broken;
    impl io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let timeline = sample::timeline();
    let error = write_pcap(&timeline, Tap::All, Broken).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    let error = write_pcapng(&timeline, Tap::All, &sample::info(), NOWHERE, Broken).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn a_remark_is_cut_where_an_option_is_full() {
    let info = crate::timeline::RunInfo {
        title: "é".repeat(40_000),
        ..sample::info()
    };
    let mut out = Vec::new();
    write_pcapng(
        &sample::timeline(),
        Tap::Node(LAPTOP),
        &info,
        NOWHERE,
        &mut out,
    )
    .unwrap();
    let reader = PcapNgReader::new(&out[..]).unwrap();
    let comments = reader.section().options.iter().filter_map(|o| match o {
        SectionHeaderOption::Common(CommonOption::Comment(text)) => Some(text.len()),
        _ => None,
    });
    assert_eq!(comments.collect::<Vec<_>>(), [65_534]);
}

#[test]
fn a_damaged_frame_is_seen_as_it_left_and_as_it_arrived_and_a_doubled_one_left_once() {
    use crate::base::Time;
    use crate::timeline::{DropReason, LinkInfo, Moment};
    let mut timeline = Timeline::default();
    let [a, b] = ["a", "b"].map(|name| {
        let mut node = sample::timeline().node(LAPTOP).clone();
        node.name = name.to_owned();
        timeline.add_node(node)
    });
    let link = timeline.add_link(LinkInfo {
        name: "a - b".to_owned(),
        ends: [a, b],
    });
    let at = |us: u64, host| Moment {
        now: Time(us * 1000),
        host,
        cause: Some(EventId(0)),
    };
    timeline.record_started(Moment {
        cause: None,
        ..at(0, a)
    });
    let [good, bad] = [7u8, 5].map(|byte| timeline.arena_mut().push(&[byte; 60]));
    let (spoilt, _) = timeline.record_sent(at(1, a), good, link, None, None);
    timeline.record_spoilt(spoilt, bad);
    let (whole, _) = timeline.record_sent(at(2, a), good, link, None, None);
    let (copy, _) = timeline.record_sent(at(3, a), good, link, None, Some(whole));
    timeline.record_dropped(at(4, b), spoilt, DropReason::Checksum);
    timeline.record_delivered(at(5, b), whole);
    timeline.record_delivered(at(6, b), copy);
    let seen = |tap| -> Vec<u8> {
        let packets = pcap_of(&timeline, tap).into_iter();
        packets.map(|(_, bytes)| bytes[0]).collect()
    };
    assert_eq!(seen(Tap::Node(a)), [7, 7]);
    assert_eq!(seen(Tap::Node(b)), [5, 7, 7]);
    assert_eq!(seen(Tap::Link(link)), [7, 7, 7]);
}
