//! Layers hold every byte, whatever the bytes are, and say of known frames what they are.

use super::*;
use crate::base::rng::Rng;
use crate::proto::dns::{Data, Extensions, Kind, Message, Name, Question, Rcode, Record, emit};
use etherparse::PacketBuilder;

/// The layers follow each other from the first byte to the last, and each byte of a layer is
/// in one of its fields.
fn check(frame: &[u8]) -> Vec<ShownLayer> {
    let layers = layers(frame);
    let mut at = 0;
    for layer in &layers {
        assert_eq!(layer.range.start, at, "{layers:?}");
        at = layer.range.end;
        let mut next = layer.range.start;
        for field in &layer.fields {
            let known = layer.kind.fields.iter();
            // What is cut short or left over may be of any layer.
            let anywhere = [&bytes::CUT, &bytes::REST];
            let is_known = known
                .chain(&anywhere)
                .any(|kind| std::ptr::eq(*kind, field.kind));
            assert!(
                is_known,
                "{} is not in the table of {}",
                field.name, layer.name
            );
            let space = usize::from(frame.get(next) == Some(&b' '));
            assert!(field.range.start <= next + space, "a gap before {field:?}");
            assert!(field.range.end <= layer.range.end, "outside: {field:?}");
            assert!(!field.range.is_empty(), "{field:?}");
            next = next.max(field.range.end);
        }
        assert_eq!(next, layer.range.end, "the end of {layer:?}");
    }
    assert_eq!(at, frame.len());
    layers
}

fn value<'a>(layers: &'a [ShownLayer], layer: &str, field: &str) -> &'a str {
    let layer = layers.iter().find(|l| l.name == layer).expect(layer);
    let field = layer.fields.iter().find(|f| f.name == field).expect(field);
    &field.value
}

fn names(layers: &[ShownLayer]) -> Vec<&str> {
    layers.iter().map(|layer| layer.name).collect()
}

fn tcp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
        .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
        .tcp(from, to, 0x8000_0001, 500)
        .ack(77)
        .psh()
        .write(&mut frame, payload)
        .unwrap();
    frame
}

/// Who takes the letters of a domain, and where that host is.
fn answer() -> Vec<u8> {
    let name = |text| Name::new(text);
    let record = |text, data| Record {
        name: name(text),
        ttl_s: 60,
        data,
    };
    let question = Question {
        name: name("example.net"),
        kind: Kind::Mx,
    };
    let asked = Message::ask(7, question.clone(), true);
    let mut message = Message::answer_to(&asked.header, Some(question), Rcode::NO_ERROR);
    let mx = Data::Mx(10, name("mx.example.net"));
    message.answers.push(record("example.net", mx));
    let address = Data::A([192, 0, 2, 7].into());
    message.additional.push(record("mx.example.net", address));
    message.extensions = Some(Extensions {
        size: 1232,
        version: 0,
    });
    emit::whole(&message)
}

/// One frame of each kind that is read.
fn specimens() -> Vec<Vec<u8>> {
    let ethernet = || PacketBuilder::ethernet2([2; 6], [4; 6]);
    let v4 = || ethernet().ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
    let v6 = || ethernet().ipv6([1; 16], [2; 16], 255);
    let mut frames = vec![
        tcp(56227, 21, b"USER ada\r\n"),
        tcp(21, 56227, b"230-Welcome,\r\n ada.\r\n230 Done.\r\n"),
        tcp(25, 56227, b"354 Go on\r\n"),
        tcp(56227, 25, b"Subject: Lunch?\r\n\r\nDear Grace,\r\n.\r\n"),
        tcp(1, 2, &[0, 1, 2, 255]),
    ];
    let mut add = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut frame = Vec::new();
        write(&mut frame);
        frames.push(frame);
    };
    add(&|f| {
        let options = [
            etherparse::TcpOptionElement::MaximumSegmentSize(1460),
            etherparse::TcpOptionElement::WindowScale(7),
            etherparse::TcpOptionElement::SelectiveAcknowledgementPermitted,
            etherparse::TcpOptionElement::Timestamp(5, 6),
            etherparse::TcpOptionElement::SelectiveAcknowledgement((10, 20), [None; 3]),
        ];
        let syn = v6().tcp(20, 50001, 9, 64000).syn();
        syn.options(&options).unwrap().write(f, b"").unwrap();
    });
    add(&|f| v4().udp(7, 1024).write(f, b"answer").unwrap());
    add(&|f| v4().icmpv4_echo_request(3, 4).write(f, b"ping").unwrap());
    add(&|f| {
        let quoted = tcp(1, 2, b"")[14..42].to_vec();
        v4().icmpv4_raw(3, 3, [0; 4]).write(f, &quoted).unwrap();
    });
    for kind in [1, 128, 135, 136] {
        add(&|f| {
            let mut rest = vec![7; 16];
            rest.extend([1, 1, 2, 0, 0, 0, 0, 1]);
            v6().icmpv6_raw(kind, 0, [0xe0, 0, 0, 0])
                .write(f, &rest)
                .unwrap();
        });
    }
    add(&|f| {
        let arp = etherparse::ArpPacket::from(etherparse::ArpEthIpv4Packet {
            operation: etherparse::ArpOperation::REQUEST,
            sender_mac: [2; 6],
            sender_ipv4: [192, 0, 2, 1],
            target_mac: [0; 6],
            target_ipv4: [192, 0, 2, 2],
        });
        ethernet().arp(arp).write(f).unwrap();
    });
    add(&|f| v4().udp(53, 1024).write(f, &answer()).unwrap());
    let answer = answer();
    let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
    frames.push(tcp(53, 1024, &[&length[..], &answer].concat()));
    frames.push(tcp(1024, 110, b"RETR 1\r\n"));
    frames.push(tcp(110, 1024, b"-ERR no such letter\r\n"));
    frames
}

#[test]
fn a_command_is_read_from_its_hardware_addresses_to_its_line_end() {
    let frame = tcp(56227, 21, b"USER ada\r\n");
    let layers = check(&frame);
    assert_eq!(names(&layers), ["Ethernet", "IPv4", "TCP", "FTP"]);
    assert_eq!(value(&layers, "Ethernet", "Source"), "02:00:00:00:00:01");
    assert_eq!(value(&layers, "IPv4", "Total length"), "50 bytes");
    assert_eq!(value(&layers, "IPv4", "Time to live"), "64 hops");
    assert_eq!(value(&layers, "IPv4", "Protocol"), "6 (TCP)");
    assert_eq!(value(&layers, "IPv4", "Checksum verdict"), "right");
    assert_eq!(layers[1].summary, "192.0.2.1 → 192.0.2.2");
    assert_eq!(value(&layers, "TCP", "Destination port"), "21 (ftp)");
    assert_eq!(value(&layers, "TCP", "Sequence number"), "2147483649");
    assert_eq!(value(&layers, "TCP", "Acknowledgment number"), "77");
    assert_eq!(value(&layers, "TCP", "Header length"), "20 bytes");
    assert_eq!(value(&layers, "TCP", "Flags"), "PSH, ACK");
    assert_eq!(value(&layers, "TCP", "Checksum verdict"), "right");
    let words: Vec<_> = layers[3]
        .fields
        .iter()
        .map(|f| (f.name, &*f.value))
        .collect();
    let expected = [
        ("Command", "USER"),
        ("Argument", "ada"),
        ("End of line", "CR LF"),
        ("Is a command", "yes"),
        ("Is a reply", "no"),
    ];
    assert_eq!(words, expected);
    assert_eq!(
        layers[3].fields[1].range,
        59..62,
        "without the space before it"
    );
}

#[test]
fn one_flipped_bit_makes_a_checksum_wrong() {
    let mut frame = tcp(56227, 21, b"USER ada\r\n");
    *frame.last_mut().unwrap() ^= 1;
    let layers = check(&frame);
    assert_eq!(value(&layers, "TCP", "Checksum verdict"), "wrong");
    assert_eq!(value(&layers, "IPv4", "Checksum verdict"), "right");
    frame[22] ^= 1;
    assert_eq!(value(&check(&frame), "IPv4", "Checksum verdict"), "wrong");
}

#[test]
fn each_option_of_a_syn_has_its_field() {
    let frame = specimens().swap_remove(5);
    let layers = check(&frame);
    assert_eq!(names(&layers), ["Ethernet", "IPv6", "TCP"]);
    assert_eq!(layers[2].summary, "20 → 50001 · SYN");
    assert_eq!(value(&layers, "TCP", "Maximum segment size"), "1460");
    assert_eq!(value(&layers, "TCP", "Window scale"), "7 (window × 128)");
    assert_eq!(value(&layers, "TCP", "SACK permitted"), "yes");
    assert_eq!(value(&layers, "TCP", "Timestamps"), "5, echo 6");
    assert_eq!(value(&layers, "TCP", "SACK"), "10–20");
    assert_eq!(value(&layers, "TCP", "Checksum verdict"), "right");
}

#[test]
fn a_reply_has_a_code_and_a_letter_has_lines() {
    let all = specimens();
    let reply = check(&all[1]);
    assert_eq!(value(&reply, "FTP", "Code"), "230 (the user is logged in)");
    assert_eq!(value(&check(&all[2]), "SMTP", "Text"), "Go on");
    let letter = check(&all[3]);
    let lines = letter.last().unwrap().fields.iter();
    let lines: Vec<&str> = lines
        .filter(|f| f.name == "Line")
        .map(|f| &*f.value)
        .collect();
    assert_eq!(lines, ["Subject: Lunch?", "", "Dear Grace,", "."]);
    assert_eq!(value(&check(&all[4]), "Data", "Data"), "4 bytes");
}

#[test]
fn what_asks_for_addresses_and_what_tells_of_errors_is_read() {
    let all = specimens();
    let summaries = |frame: &[u8]| -> Vec<String> {
        check(frame)
            .iter()
            .map(|l| format!("{}: {}", l.name, l.summary))
            .collect()
    };
    let unreachable = summaries(&all[8]);
    assert_eq!(
        unreachable[2],
        "ICMP: destination unreachable: nobody at that port"
    );
    assert_eq!(unreachable[3], "IPv4: quoted: 192.0.2.1 → 192.0.2.2");
    assert!(unreachable[4].starts_with("TCP"), "{unreachable:?}");
    assert!(summaries(&all[11])[2].starts_with("ICMPv6: who has 707:"));
    assert!(summaries(&all[12])[2].starts_with("ICMPv6: I have 707:"));
    assert_eq!(
        summaries(&all[13])[1],
        "ARP: who has 192.0.2.2? Tell 192.0.2.1"
    );
    assert_eq!(value(&check(&all[6]), "UDP", "Source port"), "7 (echo)");
    assert_eq!(value(&check(&all[6]), "Text", "Line"), "answer");
    assert_eq!(value(&check(&all[7]), "ICMP", "Type"), "8 (echo request)");
}

#[test]
fn an_answer_about_a_name_is_read_to_its_last_record() {
    let all = specimens();
    let datagram = check(&all[14]);
    assert_eq!(names(&datagram), ["Ethernet", "IPv4", "UDP", "DNS"]);
    assert_eq!(value(&datagram, "UDP", "Source port"), "53 (domain)");
    let of = |field| value(&datagram, "DNS", field);
    assert_eq!(datagram[3].summary, "MX example.net: 10 mx.example.net");
    assert_eq!((of("Is an answer"), of("Wants all done")), ("yes", "yes"));
    assert_eq!((of("Number"), of("Answers")), ("0x0007", "1"));
    assert_eq!((of("Type"), of("Class")), ("15 (MX)", "1 (Internet)"));
    assert_eq!(
        (of("Answer"), of("May be kept")),
        ("example.net", "60 seconds")
    );
    assert_eq!(of("Takes mail"), "mx.example.net");
    assert_eq!(
        (of("Address"), of("Largest datagram")),
        ("192.0.2.7", "1232 bytes")
    );
    let stream = check(&all[15]);
    assert_eq!(
        value(&stream, "DNS", "Length"),
        (stream[3].range.len() - 2).to_string()
    );
    assert_eq!(stream[3].summary, datagram[3].summary);
}

#[test]
fn who_fetches_letters_is_read_line_by_line() {
    let all = specimens();
    assert_eq!(value(&check(&all[16]), "POP3", "Command"), "RETR");
    assert_eq!(value(&check(&all[17]), "POP3", "Status"), "-ERR");
    assert_eq!(value(&check(&all[17]), "POP3", "Text"), "no such letter");
}

#[test]
fn a_frame_that_is_cut_short_is_read_as_far_as_it_goes() {
    for frame in specimens() {
        let whole = layers(&frame);
        for len in 0..frame.len() {
            let part = check(&frame[..len]);
            // What is read of the first layers does not change.
            let same = part.iter().zip(&whole);
            let alike = same.take_while(|(a, b)| a.name == b.name).count();
            assert!(alike + 1 >= part.len(), "cut at {len}: {part:?}");
        }
        let mut padded = frame.clone();
        padded.extend([0; 9]);
        let padding = check(&padded);
        let last = padding.last().unwrap();
        assert_eq!((last.name, last.range.len()), ("Padding", 9));
    }
}

#[test]
fn no_bytes_are_too_odd() {
    let mut rng = Rng::from_seed(7);
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    let specimens = specimens();
    for _ in 0..20_000 {
        let mut frame = specimens[below(specimens.len())].clone();
        for _ in 0..=below(4) {
            let at = below(frame.len());
            frame[at] = u8::try_from(below(256)).unwrap();
        }
        frame.truncate(below(frame.len()) + 1);
        check(&frame);
    }
    for _ in 0..2_000 {
        let len = below(200);
        let frame: Vec<u8> = (0..len)
            .map(|_| u8::try_from(below(256)).unwrap())
            .collect();
        check(&frame);
    }
}
