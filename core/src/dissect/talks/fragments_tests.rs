//! Packets that come in fragments.

use crate::dissect::scene::{Scene, read, said, torment, values};
use etherparse::PacketBuilder;

const TEXT: &[u8] = b"what is too long for one frame goes in two or three of them";

fn datagram() -> Vec<u8> {
    let ip = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
    let mut frame = Vec::new();
    ip.udp(7, 40_000).write(&mut frame, TEXT).unwrap();
    frame
}

fn sealed(mut frame: Vec<u8>) -> Vec<u8> {
    frame[24..26].fill(0);
    let words = frame[14..34].chunks(2);
    let mut sum: u32 = words
        .map(|word| u32::from(word[0]) << 8 | u32::from(word[1]))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    let sum = !u16::try_from(sum).unwrap();
    frame[24..26].copy_from_slice(&sum.to_be_bytes());
    frame
}

/// A part of an IPv4 packet's content, from so many bytes up to so many, as a fragment.
fn piece(frame: &[u8], number: u8, from: usize, to: usize) -> Vec<u8> {
    let content = &frame[34..];
    let to = to.min(content.len());
    let mut piece = frame[..34].to_vec();
    let total = u16::try_from(20 + to - from).unwrap();
    piece[16..18].copy_from_slice(&total.to_be_bytes());
    piece[18..20].copy_from_slice(&[0x12, number]);
    let more = u16::from(to < content.len()) << 13;
    let bits = more | u16::try_from(from / 8).unwrap();
    piece[20..22].copy_from_slice(&bits.to_be_bytes());
    piece.extend(&content[from..to]);
    sealed(piece)
}

fn cut(frame: &[u8], number: u8, size: usize) -> Vec<Vec<u8>> {
    let starts = (0..frame.len() - 34).step_by(size);
    starts
        .map(|from| piece(frame, number, from, from + size))
        .collect()
}

#[test]
fn the_last_fragment_shows_the_whole_and_each_other_tells_where() {
    let frame = datagram();
    let frames = read(&cut(&frame, 1, 24));
    assert_eq!(frames.len(), 3);
    for first in &frames[..2] {
        assert_eq!(values(first, "ip.reassembled_in"), ["frame 3"]);
        assert_eq!(said(first), ["Data"]);
    }
    let last = &frames[2];
    assert_eq!(said(last), ["Data", "Text"]);
    let own = values(last, "ip.fragment");
    assert_eq!(own, ["frame 1", "frame 2", "frame 3"]);
    assert_eq!(values(last, "ip.fragment.count"), ["3"]);
    assert_eq!(values(last, "ip.reassembled.length"), ["67 bytes"]);
    assert_eq!(values(last, "wirestage.ip.fragment_of"), ["frame 1"]);
    assert_eq!(values(&frames[1], "wirestage.ip.fragment_of"), ["frame 1"]);
    let udp = last.iter().find(|layer| layer.name == "UDP").unwrap();
    assert_eq!((udp.source, udp.range.clone()), (1, 0..8));
    assert_eq!(values(last, "udp.checksum.status"), ["right"]);
    let text = last.last().unwrap();
    assert_eq!(text.range, 8..67);
    let pieces = text.fields[0].pieces.iter();
    let lie: Vec<_> = pieces.map(|p| (p.frame, p.range.clone())).collect();
    assert_eq!(lie, [(1, 42..58), (2, 34..58), (3, 34..53)]);
}

#[test]
fn order_and_doubles_and_overlaps_do_not_matter() {
    let frame = datagram();
    let of = |from, to| piece(&frame, 1, from, to);
    for order in [
        vec![of(48, 99), of(24, 48), of(0, 24)],
        vec![of(0, 24), of(0, 24), of(48, 99), of(48, 99), of(24, 48)],
        vec![of(0, 32), of(48, 99), of(24, 56)],
        vec![of(8, 99), of(0, 24)],
        vec![of(16, 48), of(0, 48), of(40, 99)],
    ] {
        let frames = read(&order);
        let (last, others) = frames.split_last().unwrap();
        assert_eq!(values(last, "udp.checksum.status"), ["right"]);
        assert!(others.iter().all(|frame| said(frame) == ["Data"]));
    }
}

#[test]
fn a_number_that_is_used_again_begins_another_packet() {
    let (one, mut frame) = (datagram(), datagram());
    frame[60] ^= 1;
    let mut all = vec![piece(&one, 1, 0, 48)];
    all.extend(cut(&frame, 1, 48));
    let frames = read(&all);
    assert_eq!(said(&frames[2]), ["Data", "Text"]);
    assert_eq!(values(&frames[2], "ip.fragment"), ["frame 2", "frame 3"]);
    assert_eq!(values(&frames[0], "ip.reassembled_in"), [""; 0]);
}

#[test]
fn fragments_of_other_packets_are_kept_apart_and_the_oldest_is_given_up() {
    let frame = datagram();
    let pieces: Vec<_> = (0..100).map(|number| cut(&frame, number, 40)).collect();
    let firsts = pieces.iter().map(|pieces| pieces[0].clone());
    let lasts = pieces.iter().map(|pieces| pieces[1].clone());
    let frames = read(&firsts.chain(lasts).collect::<Vec<_>>());
    let is_whole = |frame: &&Vec<_>| said(frame).contains(&"Text");
    assert_eq!(frames[..100].iter().filter(is_whole).count(), 0);
    let wholes = frames[100..].iter().filter(is_whole).count();
    assert!((1..=64).contains(&wholes), "{wholes}");
    assert_eq!(read(&cut(&frame, 9, 8)).iter().filter(is_whole).count(), 1);
}

#[test]
fn a_segment_in_fragments_belongs_to_its_connection() {
    let mut scene = Scene::new(21);
    scene.say(0, b"USER ada lo").say(0, b"velace\r\nPASS eng");
    scene.say(0, b"ine\r\n");
    let cuts = cut(&scene.frames[4], 5, 24);
    scene.frames.splice(4..5, cuts);
    let frames = scene.read();
    let command = "ftp.request.command";
    let names: Vec<_> = frames.iter().map(|frame| values(frame, command)).collect();
    assert_eq!(names[5], ["USER"]);
    assert_eq!(names[6], ["PASS"]);
    assert_eq!(values(&frames[5], "ftp.request.arg"), ["ada lovelace"]);
    assert_eq!(values(&frames[6], "ftp.request.arg"), ["engine"]);
    let ftp = frames[5].iter().find(|layer| layer.name == "FTP").unwrap();
    let argument = ftp.fields.iter();
    let mut argument = argument.filter(|f| f.kind.filter == "ftp.request.arg");
    let pieces = &argument.next().unwrap().pieces;
    let lie: Vec<_> = pieces.iter().map(|p| (p.frame, p.range.clone())).collect();
    assert_eq!(lie, [(4, 59..65), (5, 54..58), (6, 34..36)]);
}

/// An IPv6 datagram's content from so many bytes up to so many, behind a fragment header.
fn piece6(from: usize, to: usize) -> Vec<u8> {
    let ip = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv6([1; 16], [2; 16], 64);
    let mut frame = Vec::new();
    ip.udp(7, 40_000).write(&mut frame, TEXT).unwrap();
    let content = &frame[54..];
    let to = to.min(content.len());
    let mut piece = frame[..54].to_vec();
    let length = u16::try_from(8 + to - from).unwrap();
    piece[18..20].copy_from_slice(&length.to_be_bytes());
    piece[20] = 44;
    let bits = u16::try_from(from).unwrap() | u16::from(to < content.len());
    piece.extend([17, 0]);
    piece.extend(bits.to_be_bytes());
    piece.extend([0, 0, 0, 9]);
    piece.extend(&content[from..to]);
    piece
}

#[test]
fn fragments_of_ipv6_are_put_together_by_their_own_header() {
    let frames = read(&[piece6(48, 99), piece6(0, 48)]);
    assert_eq!(values(&frames[0], "ipv6.reassembled.in"), ["frame 2"]);
    assert_eq!(
        values(&frames[0], "wirestage.ipv6.fragment_of"),
        ["frame 2"]
    );
    assert_eq!(values(&frames[1], "ipv6.fragment"), ["frame 2", "frame 1"]);
    assert_eq!(values(&frames[1], "ipv6.reassembled.length"), ["67 bytes"]);
    assert_eq!(values(&frames[1], "udp.checksum.status"), ["right"]);
    let alone = read(&[piece6(0, 99)]);
    assert_eq!(values(&alone[0], "udp.checksum.status"), ["right"]);
}

#[test]
fn no_fragments_are_too_odd() {
    let mut scene = Scene::new(21);
    scene.say(0, b"USER ada lovelace\r\nPASS engine\r\n");
    let mut all = cut(&scene.frames[3], 3, 16);
    all.extend(cut(&datagram(), 4, 16));
    all.extend([piece6(48, 99), piece6(0, 48), piece6(0, 16)]);
    torment(&all, 791, 1000);
}
