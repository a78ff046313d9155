//! What frames mean in their connections: numbers, what is acknowledged, what comes again.

use crate::dissect::table::tcp_options as options;
use crate::dissect::table::transport::tcp as t;
use crate::dissect::{Dissection, FieldKind, Talks};
use etherparse::{PacketBuilder, TcpOptionElement};

const CLIENT: [u8; 4] = [192, 0, 2, 10];
const SERVER: [u8; 4] = [192, 0, 2, 20];
const PORT: u16 = 50_000;
/// A service that nobody here reads, so that bytes stay bytes.
const SERVICE: u16 = 7;

/// What somebody listening on the wire sees of the client's connections.
#[derive(Default)]
struct Wire {
    frames: Vec<Vec<u8>>,
    talks: Talks,
    last: Dissection,
}

/// A segment in the making.
struct Said {
    by_client: bool,
    seq: u32,
    ack: Option<u32>,
    flags: &'static str,
    window: u16,
    options: Vec<TcpOptionElement>,
    payload: Vec<u8>,
}

fn client(seq: u32, flags: &'static str) -> Said {
    Said {
        by_client: true,
        seq,
        ack: None,
        flags,
        window: 1000,
        options: Vec::new(),
        payload: Vec::new(),
    }
}

fn server(seq: u32, flags: &'static str) -> Said {
    Said {
        by_client: false,
        ..client(seq, flags)
    }
}

impl Said {
    fn ack(mut self, ack: u32) -> Self {
        self.ack = Some(ack);
        self
    }

    fn bytes(mut self, len: usize) -> Self {
        self.payload = vec![0xff; len];
        self
    }

    fn option(mut self, option: TcpOptionElement) -> Self {
        self.options.push(option);
        self
    }

    fn frame(&self) -> Vec<u8> {
        let ends = match self.by_client {
            true => ((CLIENT, PORT), (SERVER, SERVICE)),
            false => ((SERVER, SERVICE), (CLIENT, PORT)),
        };
        let ((from, from_port), (to, to_port)) = ends;
        let mut packet = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4(from, to, 64)
            .tcp(from_port, to_port, self.seq, self.window);
        if let Some(ack) = self.ack {
            packet = packet.ack(ack);
        }
        for flag in self.flags.chars() {
            packet = match flag {
                'S' => packet.syn(),
                'F' => packet.fin(),
                'R' => packet.rst(),
                _ => packet.psh(),
            };
        }
        let packet = packet.options(&self.options).unwrap();
        let mut frame = Vec::new();
        packet.write(&mut frame, &self.payload).unwrap();
        frame
    }
}

impl Wire {
    /// The next frame, counted from 1.
    fn sees(&mut self, said: &Said) -> &mut Self {
        self.frames.push(said.frame());
        let number = u32::try_from(self.frames.len()).unwrap();
        let frames = |n: u32| self.frames.get(n as usize - 1).map(Vec::as_slice);
        let frame = self.frames.last().unwrap();
        self.last.follow(number, frame, &mut self.talks, &frames);
        self
    }

    /// A fact about the frame seen last.
    fn fact(&self, kind: &'static FieldKind) -> Option<u64> {
        self.last.first(kind).map(|field| field.number)
    }

    /// Sequence number, the next one, and the acknowledgment, counted from the SYNs.
    fn numbers(&self) -> (u64, u64, Option<u64>) {
        let of = |kind| self.fact(kind);
        let next = of(&t::NEXT_SEQUENCE).unwrap();
        (of(&t::SEQUENCE).unwrap(), next, of(&t::ACKNOWLEDGMENT))
    }

    /// Three segments make a connection, whose numbers begin here.
    fn opened(client_from: u32, server_from: u32) -> Self {
        let mut wire = Self::default();
        wire.sees(&client(client_from, "S"));
        wire.sees(&server(server_from, "S").ack(client_from.wrapping_add(1)));
        let first = client_from.wrapping_add(1);
        wire.sees(&client(first, "").ack(server_from.wrapping_add(1)));
        wire
    }
}

#[test]
fn both_sides_count_from_their_syn() {
    let mut wire = Wire::default();
    wire.sees(&client(7_000, "S"));
    assert_eq!(wire.numbers(), (0, 1, None));
    wire.sees(&server(900, "S").ack(7_001));
    assert_eq!(wire.numbers(), (0, 1, Some(1)));
    wire.sees(&client(7_001, "").ack(901));
    assert_eq!(wire.numbers(), (1, 1, Some(1)));
    wire.sees(&client(7_001, "").ack(901).bytes(100));
    assert_eq!(wire.numbers(), (1, 101, Some(1)));
    wire.sees(&server(901, "F").ack(7_101).bytes(10));
    assert_eq!(
        wire.numbers(),
        (1, 12, Some(101)),
        "a FIN takes up a number"
    );
}

#[test]
fn numbers_go_on_over_the_greatest_one() {
    let mut wire = Wire::opened(u32::MAX - 10, u32::MAX);
    wire.sees(&client(u32::MAX - 9, "").ack(0).bytes(100));
    assert_eq!(wire.numbers(), (1, 101, Some(1)));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
    wire.sees(&client(90, "").ack(0).bytes(100));
    assert_eq!(wire.numbers(), (101, 201, Some(1)));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(200));
    wire.sees(&server(0, "").ack(190));
    assert_eq!(wire.numbers(), (1, 1, Some(201)));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(5));
}

#[test]
fn who_begins_to_listen_too_late_counts_from_what_comes_first() {
    let mut wire = Wire::default();
    wire.sees(&client(5_000, "").ack(800).bytes(20));
    assert_eq!(wire.numbers(), (1, 21, Some(1)));
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(20));
    wire.sees(&server(800, "").ack(5_020).bytes(5));
    assert_eq!(wire.numbers(), (1, 6, Some(21)));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(1));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
}

#[test]
fn an_acknowledgment_of_what_nobody_saw_leaves_nothing_in_flight() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&server(501, "").ack(9_000));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), None);
    wire.sees(&client(101, "").ack(501).bytes(10));
    assert_eq!(wire.fact(&t::IN_FLIGHT), None);
}

#[test]
fn a_port_that_is_used_again_begins_another_connection() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(101, "F").ack(501));
    wire.sees(&server(501, "F").ack(102));
    wire.sees(&client(90_000, "S"));
    assert_eq!(wire.numbers(), (0, 1, None));
    wire.sees(&server(70_000, "S").ack(90_001));
    assert_eq!(wire.numbers(), (0, 1, Some(1)));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(6));
}

#[test]
fn a_port_may_be_used_again_by_the_side_that_waited() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&server(80_000, "S"));
    assert_eq!(wire.numbers(), (0, 1, None));
    wire.sees(&client(60_000, "S").ack(80_001));
    assert_eq!(wire.numbers(), (0, 1, Some(1)));
}

#[test]
fn a_syn_that_comes_twice_opens_one_connection() {
    let mut wire = Wire::default();
    wire.sees(&client(100, "S"));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
    wire.sees(&client(100, "S"));
    assert_eq!(wire.numbers(), (0, 1, None));
    assert_eq!(wire.fact(&t::RETRANSMISSION), Some(1));
    assert_eq!(wire.fact(&t::RETRANSMISSION_OF), Some(1));
}

#[test]
fn what_is_sent_again_names_the_frame_it_repeats() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(101, "").ack(501).bytes(50));
    wire.sees(&client(151, "").ack(501).bytes(50));
    wire.sees(&client(101, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::RETRANSMISSION), Some(1));
    assert_eq!(wire.fact(&t::RETRANSMISSION_OF), Some(4));
    assert_eq!(
        wire.fact(&t::IN_FLIGHT),
        Some(100),
        "nothing more is on its way"
    );
    wire.sees(&client(201, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
}

#[test]
fn what_had_arrived_and_is_sent_again_names_its_frame_too() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(101, "").ack(501).bytes(50));
    wire.sees(&server(501, "").ack(151));
    wire.sees(&client(101, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::RETRANSMISSION_OF), Some(4));
}

#[test]
fn asking_whether_anybody_is_there_repeats_nothing() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(101, "").ack(501).bytes(50));
    wire.sees(&server(501, "").ack(151));
    wire.sees(&client(150, "").ack(501).bytes(1));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
    wire.sees(&client(150, "").ack(501));
    assert_eq!(wire.fact(&t::RETRANSMISSION), None);
}

#[test]
fn who_is_refused_and_asks_again_repeats_the_first_frame() {
    let mut wire = Wire::default();
    wire.sees(&client(100, "S"));
    wire.sees(&server(0, "R").ack(101));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(1));
    wire.sees(&client(100, "S"));
    assert_eq!(wire.fact(&t::RETRANSMISSION_OF), Some(1));
    wire.sees(&server(0, "R").ack(101));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(3));
}

#[test]
fn the_last_byte_is_sent_again_where_it_did_not_arrive() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(101, "").ack(501).bytes(1));
    wire.sees(&client(101, "").ack(501).bytes(1));
    assert_eq!(wire.fact(&t::RETRANSMISSION_OF), Some(4));
}

#[test]
fn an_acknowledgment_names_the_last_frame_that_it_covers() {
    let mut wire = Wire::opened(100, 500);
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(2), "the SYN");
    wire.sees(&client(101, "").ack(501).bytes(50));
    wire.sees(&client(151, "").ack(501).bytes(50));
    wire.sees(&client(201, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(150));
    wire.sees(&server(501, "").ack(201));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(5));
    wire.sees(&server(501, "").ack(201));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), None, "that was told already");
    wire.sees(&client(251, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(100));
}

#[test]
fn what_fills_a_gap_counts_as_sent_again_and_is_acknowledged() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(151, "").ack(501).bytes(50));
    assert_eq!(
        wire.fact(&t::IN_FLIGHT),
        Some(50),
        "what was missed is not counted"
    );
    wire.sees(&client(101, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::RETRANSMISSION), Some(1));
    assert_eq!(
        wire.fact(&t::RETRANSMISSION_OF),
        None,
        "nobody saw it before"
    );
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(100));
    wire.sees(&server(501, "").ack(151));
    assert_eq!(wire.fact(&t::ACKNOWLEDGES), Some(5));
}

#[test]
fn bytes_that_are_reported_behind_a_gap_are_no_longer_in_flight() {
    let mut wire = Wire::opened(100, 500);
    for seq in [101, 151, 201] {
        wire.sees(&client(seq, "").ack(501).bytes(50));
    }
    let block = TcpOptionElement::SelectiveAcknowledgement((201, 251), [None; 3]);
    wire.sees(&server(501, "").ack(101).option(block));
    wire.sees(&client(101, "").ack(501).bytes(50));
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(100));
    wire.sees(&server(501, "").ack(251));
    wire.sees(&client(251, "F").ack(501).bytes(20));
    assert_eq!(wire.fact(&t::IN_FLIGHT), Some(20), "a FIN is no byte");
}

#[test]
fn windows_are_scaled_where_both_offered_it_and_never_in_a_syn() {
    let scale = TcpOptionElement::WindowScale;
    for (answer, window) in [(Some(2), 8_000), (None, 1_000)] {
        let mut wire = Wire::default();
        wire.sees(&client(100, "S").option(scale(3)));
        assert_eq!(wire.fact(&t::WINDOW), Some(1_000));
        let mut accepts = server(500, "S").ack(101);
        accepts.options.extend(answer.map(scale));
        wire.sees(&accepts);
        assert_eq!(wire.fact(&t::WINDOW), Some(1_000));
        wire.sees(&client(101, "").ack(501));
        assert_eq!(wire.fact(&t::WINDOW), Some(window), "{answer:?}");
    }
}

#[test]
fn a_scale_that_cannot_be_counts_as_fourteen() {
    let scale = TcpOptionElement::WindowScale;
    let mut wire = Wire::default();
    wire.sees(&client(100, "S").option(scale(200)));
    wire.sees(&server(500, "S").ack(101).option(scale(0)));
    wire.sees(&client(101, "").ack(501));
    assert_eq!(wire.fact(&t::WINDOW), Some(1_000 << 14));
}

#[test]
fn blocks_behind_a_gap_are_counted_like_the_acknowledgment() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(151, "").ack(501).bytes(50));
    let block = TcpOptionElement::SelectiveAcknowledgement((151, 201), [None; 3]);
    wire.sees(&server(501, "").ack(101).option(block));
    assert_eq!(wire.numbers(), (1, 1, Some(1)));
    assert_eq!(wire.fact(&options::LEFT_EDGE), Some(51));
    assert_eq!(wire.fact(&options::RIGHT_EDGE), Some(101));
    assert_eq!(wire.fact(&options::LEFT_EDGE_RAW), Some(151));
}

#[test]
fn a_frame_that_is_read_again_says_the_same() {
    let mut wire = Wire::opened(100, 500);
    wire.sees(&client(101, "").ack(501).bytes(50));
    wire.sees(&client(101, "").ack(501).bytes(50));
    let facts = |d: &Dissection| -> Vec<(&str, u64)> {
        let fields = d.fields().iter();
        fields
            .map(|field| (field.kind.name, field.number))
            .collect()
    };
    let first = facts(&wire.last);
    let frame = wire.frames[4].clone();
    wire.last.read_again(5, &frame, &wire.talks, &|_| None);
    assert_eq!(facts(&wire.last), first);
    wire.last.read_again(99, &frame, &wire.talks, &|_| None);
    assert_eq!(
        wire.fact(&t::SEQUENCE),
        None,
        "of this one nothing is known"
    );
}
