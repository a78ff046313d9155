//! A client, a helper and a server, and a network between them that does what it likes.

use super::*;
use crate::base::Rng;
use crate::net::checksum::verify;
use etherparse::{PacketBuilder, TcpOptionElement};
use std::net::IpAddr;

const FIRST: u32 = 0xffff_ff80;
const OWN: &str = "192.168.1.10";

/// A segment of one direction.
#[derive(Clone, Debug)]
struct Piece {
    forth: bool,
    offset: usize,
    bytes: Vec<u8>,
    syn: bool,
    fin: bool,
    ack: u32,
    sack: Option<(u32, u32)>,
}

impl Piece {
    fn packet(&self) -> Packet {
        let (a, b) = ([192, 0, 2, 1], [192, 0, 2, 2]);
        let (from, to, ports) = if self.forth {
            (a, b, (5000, 21))
        } else {
            (b, a, (21, 5000))
        };
        let offset = u32::try_from(self.offset).unwrap();
        let seq = FIRST
            .wrapping_add(offset)
            .wrapping_add(u32::from(!self.syn));
        let mut tcp = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4(from, to, 64)
            .tcp(ports.0, ports.1, seq, 5000)
            .ack(self.ack);
        if self.syn {
            tcp = tcp.syn();
        }
        if self.fin {
            tcp = tcp.fin();
        }
        if let Some(sack) = self.sack {
            let option = TcpOptionElement::SelectiveAcknowledgement(sack, [None; 3]);
            tcp = tcp.options(&[option]).unwrap();
        }
        let mut bytes = Vec::new();
        tcp.write(&mut bytes, &self.bytes).unwrap();
        Packet::read(&bytes).unwrap()
    }
}

fn piece(forth: bool, offset: usize, bytes: &[u8]) -> Piece {
    Piece {
        forth,
        offset,
        bytes: bytes.to_vec(),
        syn: false,
        fin: false,
        ack: 0,
        sack: None,
    }
}

/// The receiving end: what has arrived, byte by byte.
#[derive(Default)]
struct Receiver {
    bytes: Vec<Option<u8>>,
    end: Option<usize>,
}

impl Receiver {
    /// Takes what arrives, which must never contradict what came before.
    fn take(&mut self, packet: &Packet) {
        assert!(verify(packet.bytes()));
        let seq = packet.tcp_seq().unwrap();
        let start = seq.wrapping_sub(FIRST.wrapping_add(1)).cast_signed();
        let payload = &packet.bytes()[packet.tcp_payload().unwrap()];
        for (nth, byte) in payload.iter().enumerate() {
            // What lies before the stream is a reminder of the SYN.
            let Ok(at) = usize::try_from(i64::from(start) + nth as i64) else {
                continue;
            };
            if self.bytes.len() <= at {
                self.bytes.resize(at + 1, None);
            }
            let known = *self.bytes[at].get_or_insert(*byte);
            assert_eq!(known, *byte, "byte {at} of the stream became another");
        }
        if packet.tcp_flags().unwrap().fin {
            let end = usize::try_from(start).unwrap() + payload.len();
            assert_eq!(*self.end.get_or_insert(end), end);
        }
    }

    fn next(&self) -> usize {
        let len = self.bytes.iter().take_while(|byte| byte.is_some()).count();
        len + usize::from(self.end == Some(len))
    }

    /// The first block beyond a gap.
    fn block(&self) -> Option<(usize, usize)> {
        let next = self.next();
        let start = (next..self.bytes.len()).find(|at| self.bytes[*at].is_some())?;
        let rest = &self.bytes[start..];
        Some((
            start,
            start + rest.iter().take_while(|b| b.is_some()).count(),
        ))
    }

    fn text(&self) -> String {
        let bytes: Vec<u8> = self.bytes.iter().map(|byte| byte.unwrap()).collect();
        String::from_utf8(bytes).unwrap()
    }
}

/// One direction of a dialogue through the helper.
struct Line {
    talk: Talk,
    forth: bool,
    text: Vec<u8>,
    receiver: Receiver,
    /// Up to where the speaker's bytes are acknowledged, and have left.
    acked: usize,
    sent: usize,
    instead: SocketAddr,
    told: usize,
}

impl Line {
    fn new(forth: bool, text: &str, instead: &str) -> Self {
        let mut line = Self {
            talk: Talk::default(),
            forth,
            text: text.as_bytes().to_vec(),
            receiver: Receiver::default(),
            acked: 0,
            sent: 0,
            instead: instead.parse().unwrap(),
            told: 0,
        };
        for way in [true, false] {
            let syn = Piece {
                syn: true,
                ..piece(way, 0, b"")
            };
            let before = syn.packet();
            assert_eq!(line.pass(&syn), before);
        }
        line
    }

    fn pass(&mut self, piece: &Piece) -> Packet {
        let mut packet = piece.packet();
        let (instead, told) = (self.instead, &mut self.told);
        self.talk.pass(&mut packet, piece.forth, &mut |said| {
            *told += 1;
            let own: IpAddr = OWN.parse().unwrap();
            let is_own = said.address.is_none_or(|address| address == own);
            is_own.then_some(instead)
        });
        packet
    }

    /// A part of the text is sent; `arrives` or is lost behind the helper. The last byte
    /// brings FIN with it.
    fn send(&mut self, from: usize, to: usize, arrives: bool) {
        let fin = to > self.text.len();
        let text = &self.text[from..to.min(self.text.len())];
        let piece = Piece {
            fin,
            ..piece(self.forth, from, text)
        };
        self.sent = self.sent.max(to);
        let packet = self.pass(&piece);
        if arrives {
            self.receiver.take(&packet);
            self.acknowledge();
        }
    }

    /// The receiver says what it has; the speaker must understand it.
    fn acknowledge(&mut self) {
        let number = |at: usize| {
            FIRST
                .wrapping_add(1)
                .wrapping_add(u32::try_from(at).unwrap())
        };
        let block = self.receiver.block();
        let piece = Piece {
            ack: number(self.receiver.next()),
            sack: block.map(|(from, to)| (number(from), number(to))),
            ..piece(!self.forth, 0, b"")
        };
        let packet = self.pass(&piece);
        assert!(verify(packet.bytes()));
        let acked = packet
            .tcp_ack()
            .unwrap()
            .wrapping_sub(FIRST.wrapping_add(1));
        let acked = usize::try_from(acked).unwrap();
        assert!(
            acked <= self.sent,
            "{acked} acknowledged, {} sent",
            self.sent
        );
        self.acked = self.acked.max(acked);
    }

    fn is_done(&self) -> bool {
        self.acked == self.text.len() + 1
    }
}

/// What is said, what is to arrive, and by which side.
fn cases() -> Vec<(bool, &'static str, &'static str, &'static str)> {
    vec![
        (
            true,
            "USER x\r\nPORT 192,168,1,10,4,1\r\nRETR a\r\n",
            "USER x\r\nPORT 203,0,113,254,250,201\r\nRETR a\r\n",
            "203.0.113.254:64201",
        ),
        (
            true,
            "port  192,168,1,10,234,101 \r\nEPRT |1|192.168.1.10|4000|\r\nQUIT\r\n",
            "port  1,2,3,4,0,5 \r\nEPRT |1|1.2.3.4|5|\r\nQUIT\r\n",
            "1.2.3.4:5",
        ),
        (
            true,
            "PORT 10,0,0,1,4,1\r\nPORT 192,168,1,10,1\r\nNOOP PORT \r\nPORT 192,168,1,10,4,1",
            "PORT 10,0,0,1,4,1\r\nPORT 192,168,1,10,1\r\nNOOP PORT \r\nPORT 192,168,1,10,4,1",
            "1.2.3.4:5",
        ),
        (
            false,
            "220 Hi\r\n227 Passive (192,168,1,10,4,1).\r\n229 Ext (|||1025|)\r\n226 x\r\n",
            "220 Hi\r\n227 Passive (203,0,113,254,250,201).\r\n229 Ext (|||64201|)\r\n226 x\r\n",
            "203.0.113.254:64201",
        ),
        (
            false,
            "211-x\r\n227 (192,168,1,10,4,1)\r\n211 y\r\n227-a\r\n227 =192,168,1,10,4,1\r\n",
            "211-x\r\n227 (192,168,1,10,4,1)\r\n211 y\r\n227-a\r\n227 =9,9,9,9,0,9\r\n",
            "9.9.9.9:9",
        ),
    ]
}

#[test]
fn an_address_is_rewritten_wherever_its_line_is_cut() {
    for (forth, text, wanted, instead) in cases() {
        let len = text.len();
        for first in 1..=len {
            for second in first..=len {
                let mut line = Line::new(forth, text, instead);
                // Whoever waits for an acknowledgement of each piece gets one.
                for (from, to) in [(0, first), (first, second), (second, len + 1)] {
                    if from == to {
                        continue;
                    }
                    line.send(from, to, false);
                    line.send(from, to, true);
                    assert!(
                        line.acked >= to.min(len),
                        "{first} {second}: {}",
                        line.acked
                    );
                    line.send(from, to, true);
                }
                assert_eq!(line.receiver.text(), wanted, "cut at {first} and {second}");
                assert!(line.is_done());
            }
        }
    }
}

#[test]
fn an_address_is_rewritten_whatever_the_network_does() {
    let mut rng = Rng::from_seed(5);
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    for round in 0..4000 {
        let cases = cases();
        let (forth, text, wanted, instead) = cases[round % cases.len()];
        let mut line = Line::new(forth, text, instead);
        let end = text.len() + 1;
        for step in 0.. {
            assert!(step < 10_000, "it goes on");
            if line.is_done() {
                break;
            }
            // Sent again from any place not acknowledged, or sent on, or beyond what left.
            let from = match below(4) {
                0 => line.acked.saturating_sub(below(9)),
                1 => line.acked + below(end - line.acked),
                _ => line.acked,
            };
            let to = (from + 1 + below(40)).min(end);
            line.send(from.min(text.len()), to, below(3) > 0);
        }
        assert_eq!(line.receiver.text(), wanted);
        // Each line is acted upon once, however often it comes.
        let lines = wanted.matches("PORT ").count() + wanted.matches("22").count();
        assert!(line.told <= lines + 2, "{} times", line.told);
    }
}

#[test]
fn a_speaker_who_repeats_one_piece_for_ever_gets_on() {
    let (forth, text, wanted, instead) = cases()[0];
    for size in 1..12 {
        let mut line = Line::new(forth, text, instead);
        // It sends all at once; everything is lost; then each piece again, from the last.
        let ends: Vec<usize> = (0..=text.len()).step_by(size).collect();
        let cut = |from: usize| (from, (from + size).min(text.len() + 1));
        for from in &ends {
            let (from, to) = cut(*from);
            line.send(from, to, false);
        }
        while !line.is_done() {
            let from = ends.iter().rev().find(|from| **from <= line.acked).unwrap();
            let (from, to) = cut(*from);
            let before = line.acked;
            line.send(from, to, true);
            assert!(line.acked > before, "stuck at {before} of {from} to {to}");
        }
        assert_eq!(line.receiver.text(), wanted);
    }
}

#[test]
fn what_is_no_ftp_is_never_touched() {
    let long = format!("PORT 192,168,1,10,4,1{}\r\n", " ".repeat(600));
    for (greeting, said) in [
        ("SSH-2.0-x\r\n", "PORT 192,168,1,10,4,1\r\n"),
        ("220 Hi\r\n234 Go on\r\n", "PORT 192,168,1,10,4,1\r\n"),
        ("220 Hi\r\n", &long),
        ("220 Hi\r\n", "PORT 192,168,1,10,4,\x011\r\n"),
        ("220 Hi\r\n", "PORT 192,168,1,10,4,1,9\r\n"),
        ("220 Hi\r\n", "PORT 192,168,1,10,4,256\r\n"),
        ("220 Hi\r\n", "EPRT |2|192.168.1.10|40|\r\n"),
        ("220 Hi\r\n", "XPORT 192,168,1,10,4,1\r\n"),
        ("220 Hi\r\n", "227 (192,168,1,10,4,1)\r\n"),
        ("220 PORT 192,168,1,10,4,1\r\n", "NOOP\r\n"),
        ("228 (192,168,1,10,4,1)\r\n", "NOOP\r\n"),
    ] {
        let mut line = Line::new(true, said, "1.2.3.4:5");
        for part in [
            piece(false, 0, greeting.as_bytes()),
            piece(true, 0, said.as_bytes()),
        ] {
            let before = part.packet();
            assert_eq!(line.pass(&part), before, "{said}");
        }
        assert_eq!(line.told, 0, "{said}");
    }
}

#[test]
fn binary_data_may_come_in_any_order() {
    let mut line = Line::new(true, "", "1.2.3.4:5");
    line.pass(&piece(false, 0, b"\x16\x03\x01"));
    for offset in [500, 0, 250, 900] {
        let part = piece(true, offset, &[7; 250]);
        let before = part.packet();
        assert_eq!(line.pass(&part), before);
    }
}

#[test]
fn a_corrupted_line_is_not_read_and_stays_corrupted() {
    let (forth, text, wanted, instead) = cases()[0];
    let mut line = Line::new(forth, text, instead);
    let mut packet = piece(true, 0, text.as_bytes()).packet().bytes().to_vec();
    let place = packet.windows(3).position(|w| w == b"168").unwrap();
    packet[place] = b'9';
    let mut packet = Packet::read(&packet).unwrap();
    line.talk
        .pass(&mut packet, true, &mut |_| panic!("it was read"));
    assert!(!verify(packet.bytes()));
    line.send(0, text.len() + 1, true);
    assert_eq!(line.receiver.text(), wanted);
}

#[test]
fn lengths_that_change_add_up() {
    let mut text = String::new();
    let mut wanted = String::new();
    for _ in 0..50 {
        text += "PORT 192,168,1,10,4,1\r\nLIST\r\n";
        wanted += "PORT 203,0,113,254,250,201\r\nLIST\r\n";
    }
    let mut line = Line::new(true, &text, "203.0.113.254:64201");
    for from in (0..=text.len()).step_by(7) {
        line.send(from, (from + 7).min(text.len() + 1), true);
    }
    assert_eq!(line.receiver.text(), wanted);
    assert!(line.is_done());
    let first = FIRST.wrapping_add(1);
    let end = u32::try_from(wanted.len()).unwrap();
    let true_end = u32::try_from(text.len()).unwrap();
    let number = line.talk.true_number(true, first.wrapping_add(end));
    assert_eq!(number, first.wrapping_add(true_end));
}

#[test]
fn a_block_beyond_a_gap_is_told_in_the_speakers_own_numbers() {
    let text = "PORT 192,168,1,10,4,1\r\nLIST\r\n";
    let mut line = Line::new(true, text, "203.0.113.254:64201");
    line.send(0, 23, false);
    let late = piece(true, 23, b"LIST\r\n");
    let packet = line.pass(&late);
    line.receiver.take(&packet);
    let (from, to) = line.receiver.block().unwrap();
    assert_eq!((from, to), (28, 34));
    let number = |at: usize| {
        FIRST
            .wrapping_add(1)
            .wrapping_add(u32::try_from(at).unwrap())
    };
    let answer = Piece {
        ack: number(0),
        sack: Some((number(from), number(to))),
        ..piece(false, 0, b"")
    };
    let packet = line.pass(&answer);
    let edges = packet.sack_edges();
    let edge = |at: usize| u32::from_be_bytes(packet.bytes()[at..at + 4].try_into().unwrap());
    assert_eq!((edge(edges[0]), edge(edges[1])), (number(23), number(29)));
}
