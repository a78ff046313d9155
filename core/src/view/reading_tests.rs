//! Packets read with what others say about them, as trees whose lines have names.

use super::outline::Outline;
use super::reading::{Leaves, Reading, before, kind_named, split};
use super::sieve::Sieve;
use crate::base::FrameId;
use crate::dissect::{Dissection, LAYERS};
use crate::filter::{Filter, Subject};
use crate::timeline::{Timeline, sample};
use etherparse::{PacketBuilder, TcpOptionElement};

fn ids(timeline: &Timeline) -> impl Iterator<Item = FrameId> + use<> {
    (0..timeline.frames().len()).map(FrameId::from_index)
}

fn all_known(timeline: &Timeline) -> Reading {
    let mut reading = Reading::default();
    assert!(reading.follow_all(timeline, usize::MAX));
    reading
}

fn parent<'a>(read: &'a Leaves, name: &str) -> &'a str {
    let at = read.find(name).unwrap_or_else(|| panic!("{name} is there"));
    let parent = read.nodes[at].parent.expect("it stands below something");
    read.filter(&read.nodes[parent])
}

#[test]
fn each_line_has_a_name_that_leads_back_to_it() {
    let timeline = sample::timeline();
    let mut reading = all_known(&timeline);
    for id in ids(&timeline) {
        let read = reading.read(&timeline, id);
        assert!(read.is_whole);
        for at in 0..read.nodes.len() {
            let name = read.name(at);
            assert_eq!(read.find(&name), Some(at), "{name} of packet {id}");
        }
        assert_eq!(read.find("tcp.ack.99"), None);
        assert_eq!(read.find("no.such"), None);
    }
    assert_eq!(split("tcp.option_kind.2"), ("tcp.option_kind", 2));
    assert_eq!(split("tcp.ack"), ("tcp.ack", 1));
}

#[test]
fn no_name_looks_like_one_of_several() {
    for layer in LAYERS {
        for kind in layer.fields {
            assert_eq!(split(kind.filter), (kind.filter, 1));
            assert!(kind_named(kind.filter).is_some());
        }
        assert_eq!(split(layer.filter), (layer.filter, 1));
    }
}

#[test]
fn parts_stand_below_what_holds_them() {
    let mut frame = Vec::new();
    let options = [
        TcpOptionElement::MaximumSegmentSize(1460),
        TcpOptionElement::WindowScale(7),
    ];
    PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
        .tcp(40_000, 21, 7, 64_240)
        .syn()
        .options(&options)
        .expect("they have room")
        .write(&mut frame, &[])
        .expect("a vector takes all");
    let syn = Leaves::of(&Dissection::of(&frame), &frame);
    assert_eq!(parent(&syn, "tcp.flags.syn"), "tcp.flags");
    assert_eq!(parent(&syn, "tcp.flags"), "tcp");
    assert_eq!(parent(&syn, "tcp.options"), "tcp");
    assert_eq!(parent(&syn, "tcp.options.mss"), "tcp.options");
    assert_eq!(parent(&syn, "tcp.option_kind"), "tcp.options.mss");
    assert_eq!(parent(&syn, "tcp.option_kind.2"), "tcp.options.wscale");
    let beside = parent(&syn, "tcp.len");
    assert_eq!(beside, "tcp", "a derived fact stands beside the bytes");
    assert_eq!(parent(&syn, "ip.version"), "ip");
    assert!(syn.nodes.iter().all(|node| node.end > 0));
}

#[test]
fn a_few_packets_at_a_time_are_followed_like_all_at_once() {
    let timeline = sample::timeline();
    let mut whole = all_known(&timeline);
    let mut slow = Reading::default();
    let link = timeline.frame(FrameId(5)).link;
    assert!(!slow.follow(&timeline, link, 1), "there are more");
    assert!(!slow.knows(&timeline, FrameId(5)));
    let early = slow.read(&timeline, FrameId(5));
    assert!(!early.is_whole);
    assert!(
        early.find("tcp.seq").is_none(),
        "it is read alone until then"
    );
    while !slow.follow_all(&timeline, 1) {}
    for id in ids(&timeline) {
        let (one, other) = (slow.read(&timeline, id), whole.read(&timeline, id));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
    assert!(slow.read(&timeline, FrameId(5)).find("tcp.seq").is_some());
}

#[test]
fn a_filter_made_of_a_line_lets_its_own_packet_through() {
    let timeline = sample::timeline();
    let mut reading = all_known(&timeline);
    for id in ids(&timeline) {
        let read = reading.read(&timeline, id);
        for node in &read.nodes {
            let text = reading.filter_for(&timeline, id, node);
            let filter = Filter::parse(&text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
            let subject = Subject {
                frame: timeline.bytes(id),
                dissection: reading.dissect(&timeline, id),
                number: 1,
                nanoseconds: 0,
                comments: &[],
            };
            assert!(filter.lets_through(&subject), "{text} for packet {id}");
        }
    }
    let syn = reading.read(&timeline, FrameId(0));
    let port = &syn.nodes[syn.find("tcp.dstport").unwrap()];
    let text = reading.filter_for(&timeline, FrameId(0), port);
    assert_eq!(text, "tcp.dstport == 21");
}

#[test]
fn a_filter_finds_the_same_packets_however_few_it_is_asked_about() {
    let timeline = sample::timeline();
    let outline = Outline::of(&timeline, &sample::info());
    for text in ["tcp.flags.syn == 1", "ftp", "lost", "tcp.seq > 1"] {
        let run = |most| {
            let mut sieve = Sieve::new(Filter::parse(text).unwrap());
            let mut reading = Reading::default();
            while !sieve.go_on(&mut reading, (&timeline, &outline), most) {}
            assert_eq!(sieve.asked(), timeline.frames().len());
            sieve.found().to_vec()
        };
        let found = run(usize::MAX / 2);
        assert_eq!(run(3), found, "{text}");
        assert!(
            !found.is_empty() && found.len() < timeline.frames().len(),
            "{text}"
        );
    }
}

#[test]
fn the_packet_before_is_of_the_same_side() {
    let timeline = sample::timeline();
    let side = |id| {
        let frame = timeline.frame(id);
        (frame.conn, frame.from, frame.link)
    };
    let mut some = 0;
    for id in ids(&timeline) {
        if let Some(earlier) = before(&timeline, id) {
            assert!(earlier < id);
            assert_eq!(side(earlier), side(id));
            some += 1;
        }
    }
    assert!(some > 5);
    assert!(before(&timeline, FrameId(0)).is_none());
}
