//! Filters as people type them, over frames of a few kinds.

use super::*;
use crate::base::Rng;
use etherparse::PacketBuilder;

fn tcp(from: u16, to: u16, syn: bool, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
        .ipv4([192, 0, 2, 10], [198, 51, 100, 7], 64)
        .tcp(from, to, 1000, 500);
    let builder = if syn {
        builder.syn()
    } else {
        builder.ack(77).psh()
    };
    builder.write(&mut frame, payload).unwrap();
    frame
}

fn frames() -> Vec<Vec<u8>> {
    let mut name = Vec::new();
    let question = b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x07example\x03net\0\0\x0f\0\x01";
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
        .ipv4([192, 0, 2, 10], [192, 0, 2, 53], 3)
        .udp(40_000, 53)
        .write(&mut name, question)
        .unwrap();
    let mut ping = Vec::new();
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
        .ipv6([1; 16], [2; 16], 255)
        .icmpv6_echo_request(5, 9)
        .write(&mut ping, b"abc")
        .unwrap();
    vec![
        tcp(50_000, 21, true, b""),
        tcp(50_000, 21, false, b"RETR report.pdf\r\n"),
        tcp(25, 50_001, false, b"550 5.1.1 No such user here\r\n"),
        name,
        ping,
    ]
}

/// Which of the frames a filter lets through, counted from 1.
fn through(filter: &str) -> Vec<usize> {
    let filter = Filter::parse(filter).unwrap_or_else(|fault| panic!("{filter}: {fault:?}"));
    let frames = frames();
    let lets = |(index, frame): &(usize, &Vec<u8>)| {
        filter.lets_through(&Subject {
            frame,
            dissection: &Dissection::of(frame),
            number: *index as u64 + 1,
            nanoseconds: *index as u64 * 500_000_000,
            comment: if *index == 0 { "The door opens." } else { "" },
        })
    };
    let found = frames.iter().enumerate().filter(lets);
    found.map(|(index, _)| index + 1).collect()
}

#[test]
fn filters_find_what_they_say() {
    for (filter, found) in [
        ("", &[1, 2, 3, 4, 5][..]),
        ("tcp", &[1, 2, 3]),
        (
            "ftp.request.command == \"RETR\" && ip.src == 192.0.2.0/24",
            &[2],
        ),
        ("smtp.response.code == 550 or dns", &[3, 4]),
        ("smtp.response.code in {200..299, 500..599}", &[3]),
        ("tcp.port in {21}", &[1, 2]),
        ("port == 53", &[4]),
        ("not tcp and not ipv6", &[4]),
        ("tcp.flags.syn == 1", &[1]),
        ("tcp.flags.syn", &[1, 2, 3]),
        ("tcp.flags & 0x02", &[1]),
        ("tcp.flags & 0x18 == 0x18", &[2, 3]),
        ("ip.ttl < 10", &[4]),
        ("ip.addr == 198.51.100.7", &[1, 2, 3]),
        ("ip.addr != 198.51.100.7", &[4]),
        ("ip.addr ~= 198.51.100.7", &[1, 2, 3, 4]),
        ("eth.src[0:2] == 02:00", &[1, 2, 3, 4, 5]),
        ("eth.src[5] == 02", &[]),
        ("frame.number >= 4", &[4, 5]),
        ("frame.time_relative < 0.75", &[1, 2]),
        ("frame.comment contains \"door\"", &[1]),
        ("ftp contains \"report\"", &[2]),
        ("\"REPORT\"", &[2]),
        ("lower(ftp.request.command) == \"retr\"", &[2]),
        ("len(ftp.request.arg) > 5", &[2]),
        ("ip.src == ip.dst", &[]),
        ("icmpv6.type == 128 ^^ ping", &[]),
        ("SYN", &[1]),
    ] {
        assert_eq!(through(filter), found, "{filter}");
    }
}

#[test]
fn what_is_not_understood_is_pointed_at() {
    for (filter, at, says) in [
        ("tcp.prt == 21", 0..7, "Did you mean tcp.port?"),
        ("tcp.port == abc", 12..15, "no number"),
        ("ip.src == 300.1.2.3", 10..19, "no address"),
        ("tcp.port ==", 11..11, "A value is missing"),
        ("tcp ftp", 4..7, "&& or ||"),
        ("(tcp", 4..4, "closing )"),
        ("== 5", 0..2, "has to stand before"),
        ("ftp contains \"x", 13..15, "closing \" is missing"),
        ("tcp.port contains 2", 18..19, "compare it with =="),
        ("tcp && §", 7..9, "means nothing"),
        ("tcp.port in 5", 12..13, "braces"),
        ("retrr", 0..5, "put it in quotes"),
    ] {
        let fault = Filter::parse(filter).unwrap_err();
        assert!(fault.says.contains(says), "{filter}: {fault:?}");
        assert_eq!(fault.at, at, "{filter}");
    }
    let deep = "(".repeat(100_000);
    assert!(Filter::parse(&deep).is_err());
    assert!(Filter::parse(&"!".repeat(4000)).is_err());
}

#[test]
fn a_name_that_is_begun_can_be_completed() {
    let filter = "tcp && ftp.resp";
    let found = completions(filter, filter.len());
    assert_eq!(found.at, 7..15);
    let names: Vec<&str> = found.all.iter().map(|one| &*one.text).collect();
    assert!(names.contains(&"ftp.response.code"), "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("ftp.resp")));
}

#[test]
fn whatever_is_typed_is_understood_or_pointed_at() {
    let words = [
        "tcp",
        "ip.src",
        "==",
        "(",
        ")",
        "{",
        "}",
        "1",
        "\"a\"",
        "&&",
        "!",
        "in",
        "[",
        "0:2",
        "]",
        "contains",
        "..",
        "&",
        "len",
        "ftp",
        ",",
        "é",
        "tcp.port",
        "192.0.2.0/24",
        "~",
        "'",
    ];
    let mut rng = Rng::from_seed(1);
    let frame = &frames()[1];
    let dissection = Dissection::of(frame);
    for _ in 0..20_000 {
        let count = rng.below(12);
        let filter: String = (0..count)
            .map(|_| {
                let word = words[usize::try_from(rng.below(words.len() as u64)).unwrap()];
                [word, if rng.below(4) == 0 { "" } else { " " }].concat()
            })
            .collect();
        match Filter::parse(&filter) {
            Ok(understood) => {
                understood.lets_through(&Subject {
                    frame,
                    dissection: &dissection,
                    number: 1,
                    nanoseconds: 0,
                    comment: "",
                });
            }
            Err(fault) => {
                assert!(
                    filter.get(fault.at.clone()).is_some(),
                    "{filter}: {fault:?}"
                );
            }
        }
    }
}
