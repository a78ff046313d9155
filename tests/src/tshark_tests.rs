//! Tests of the judge: its words are read rightly, and it does catch what is wrong.

use super::*;
use crate::Scratch;

#[test]
fn rows_keep_empty_fields() {
    let rows = parse_rows("1\t\tSYN\n2\t10.0.0.1\t\n", 3);
    assert_eq!(rows, [["1", "", "SYN"], ["2", "10.0.0.1", ""]]);
    assert_eq!(parse_rows("", 2), [[""; 0]; 0]);
}

#[test]
fn several_findings_about_one_frame_are_told_apart() {
    let text = "Expert Info (Chat/Sequence): Connection finish (FIN)\x1f\
                Expert Info (Error/Checksum): Bad checksum [should be 0x1234]";
    let found = parse_experts(&[vec!["7".into(), text.into()]]);
    let [chat, error] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!((chat.frame, chat.severity), (7, Severity::Chat));
    assert_eq!(chat.text, "Connection finish (FIN)");
    assert_eq!(
        (error.severity, error.group.as_str()),
        (Severity::Error, "Checksum")
    );
    assert!(chat.severity < Severity::Note && Severity::Warning < error.severity);
}

#[test]
#[should_panic(expected = "not a finding of tshark")]
fn what_is_no_finding_is_not_overlooked() {
    let _ = parse_experts(&[vec!["7".into(), "Expert Info (Dire/Sequence): x".into()]]);
}

#[test]
fn flags_are_named_by_their_columns() {
    let mut row = vec![String::new(); FLAGS.len() + 1];
    row[0] = "12".into();
    row[1] = "1".into();
    row[2] = "1".into();
    let found = parse_flags(&[row]);
    assert_eq!(found[&12], ["retransmission", "fast_retransmission"]);
}

#[test]
fn the_judge_sees_good_bad_and_broken_frames() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new("judge");
    let file = scratch.file("three.pcap");
    let good = datagram(b"one byte is turned below");
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    let mut broken = tcp_segment(SYN, 1, b"");
    // A TCP header that claims to be 60 bytes long, in a packet that ends after 20.
    broken[14 + 20 + 12] = 0xf0;
    fs::write(&file, pcap(&[&good, &bad, &broken])).unwrap();

    let rows = tshark.fields(
        &file,
        "udp",
        &["frame.number", "ip.src", "udp.checksum.status"],
    );
    assert_eq!(rows, [["1", "192.0.2.1", "1"], ["2", "192.0.2.1", "0"]]);
    assert_eq!(tshark.bad_checksums(&file)[0], 2);
    assert!(!tshark.bad_checksums(&file).contains(&1));
    let errors: Vec<u64> = tshark
        .experts(&file)
        .iter()
        .filter(|expert| expert.severity == Severity::Error)
        .map(|expert| expert.frame)
        .collect();
    assert!(
        errors.contains(&2) && errors.contains(&3) && !errors.contains(&1),
        "{errors:?}"
    );
}

#[test]
fn the_judge_sees_a_retransmission_and_a_cut_frame() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new("judge");
    let file = scratch.file("again.pcap");
    let [syn, data] = [tcp_segment(SYN, 0, b""), tcp_segment(ACK, 1, b"hello")];
    fs::write(&file, pcap(&[&syn, &data, &data, &data[..40]])).unwrap();
    let flags = tshark.analysis(&file);
    assert!(
        flags[&3]
            .iter()
            .any(|flag| flag.ends_with("retransmission")),
        "{flags:?}"
    );
    assert!(!flags.contains_key(&1));
    assert_eq!(tshark.bad_checksums(&file), [0; 0]);
    assert_eq!(tshark.malformed(&file), [4]);
}

#[test]
fn a_letter_is_taken_out_of_a_capture() {
    let Some(tshark) = Tshark::require() else {
        return;
    };
    let scratch = Scratch::new("export");
    let file = scratch.file("web.pcap");
    let reply = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
    let ask = tcp_between(40000, 80, ACK, 1, b"GET /greeting.txt HTTP/1.0\r\n\r\n");
    let answer = tcp_between(80, 40000, ACK, 1, reply);
    fs::write(&file, pcap(&[&ask, &answer])).unwrap();
    let objects = tshark.export_objects(&file, "http", &scratch.file("out"));
    assert_eq!(objects, [scratch.file("out").join("greeting.txt")]);
    assert_eq!(fs::read(&objects[0]).unwrap(), b"hello");
}

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;

fn datagram(payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(8 + payload.len()).unwrap();
    let mut udp = [40000u16, 9, len, 0].map(u16::to_be_bytes).concat();
    udp.extend(payload);
    frame(17, udp, 6, 1, 2)
}

fn tcp_segment(flags: u8, seq: u32, payload: &[u8]) -> Vec<u8> {
    tcp_between(40000, 9, flags, seq, payload)
}

/// A segment from the lower port's owner to the other, or back.
fn tcp_between(from: u16, to: u16, flags: u8, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut tcp = [from.to_be_bytes(), to.to_be_bytes()].concat();
    tcp.extend(seq.to_be_bytes());
    tcp.extend([0, 0, 0, 1, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend(payload);
    let (src, dst) = if from > to { (1, 2) } else { (2, 1) };
    frame(6, tcp, 16, src, dst)
}

/// An Ethernet frame with an IPv4 packet, its checksums right.
fn frame(protocol: u8, mut transport: Vec<u8>, checksum_at: usize, src: u8, dst: u8) -> Vec<u8> {
    let addresses = [192, 0, 2, src, 192, 0, 2, dst];
    let len = u16::try_from(transport.len()).unwrap();
    // RFC 9293 §3.1 and RFC 768: the sum begins with a pseudo-header.
    let pseudo = [&addresses[..], &[0, protocol], &len.to_be_bytes()].concat();
    let sum = checksum(&[pseudo, transport.clone()].concat());
    transport[checksum_at..checksum_at + 2].copy_from_slice(&sum);
    let mut ip = vec![0x45, 0];
    ip.extend((20 + len).to_be_bytes());
    ip.extend([0, 1, 0x40, 0, 64, protocol, 0, 0]);
    ip.extend(addresses);
    let sum = checksum(&ip);
    ip[10..12].copy_from_slice(&sum);
    let ethernet = [2, 0, 0, 0, 0, dst, 2, 0, 0, 0, 0, src, 8, 0];
    [&ethernet[..], &ip, &transport].concat()
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> [u8; 2] {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!u16::try_from(sum).unwrap()).to_be_bytes()
}

/// A capture of frames a millisecond apart; a frame shorter than its packet was cut.
fn pcap(frames: &[&[u8]]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4u32, 0x0002_0004, 0, 0, 65535, 1]
        .map(u32::to_be_bytes)
        .concat();
    for (i, frame) in frames.iter().enumerate() {
        let ip_len = usize::from(u16::from_be_bytes([frame[16], frame[17]]));
        let micros = 1000 * i;
        for number in [1, micros, frame.len(), 14 + ip_len] {
            file.extend(u32::try_from(number).unwrap().to_be_bytes());
        }
        file.extend(*frame);
    }
    file
}
