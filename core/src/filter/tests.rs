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
    let said = [
        "The door opens.",
        "Nothing is lost here.",
        "lost on the link: by chance",
    ];
    let said = said.map(str::to_owned);
    let lets = |(index, frame): &(usize, &Vec<u8>)| {
        filter.lets_through(&Subject {
            frame,
            dissection: &Dissection::of(frame),
            number: *index as u64 + 1,
            nanoseconds: *index as u64 * 500_000_000,
            comments: match *index {
                0 => &said[..1],
                1 => &said[1..],
                _ => &[],
            },
        })
    };
    let found = frames.iter().enumerate().filter(lets);
    found.map(|(index, _)| index + 1).collect()
}

/// Filters, and the frames that they let through.
const FOUND: &[(&str, &[usize])] = &[
    ("", &[1, 2, 3, 4, 5]),
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
    // Sets, ranges, and what they leave out.
    ("tcp.port in {20..25}", &[1, 2, 3]),
    ("tcp.port in {1 .. 20, 25}", &[3]),
    ("tcp.port not in {20..22}", &[3, 4, 5]),
    ("!tcp.port in {20..25}", &[4, 5]),
    ("ip.src in {192.0.2.0..192.0.2.20}", &[1, 2, 3, 4]),
    ("ip.dst in {198.51.100.0/24, 203.0.113.1}", &[1, 2, 3]),
    ("ftp.request.command in {\"STOR\", \"RETR\"}", &[2]),
    // Bytes and bits.
    ("tcp[13] == 02", &[1]),
    ("tcp[13] & 2", &[1]),
    ("eth[12:2] == 86:dd", &[5]),
    ("eth[12-13] == 0800", &[1, 2, 3, 4]),
    ("frame[-2:] == 0d:0a", &[2, 3]),
    ("frame[-3:1] == 66", &[2]),
    ("frame[5000:2] == 00:00", &[]),
    ("tcp contains 0d:0a", &[2, 3]),
    ("tcp contains RETR", &[2]),
    ("tcp contains \"\\x0d\\x0a\"", &[2, 3]),
    // What is made of fields, and how many there are.
    ("count(tcp.port) == 2", &[1, 2, 3]),
    ("count(ip.addr) > 2", &[]),
    ("upper(ftp.request.arg) contains \"PDF\"", &[2]),
    ("len(ftp.request.command) == 4", &[2]),
    ("ip.src != ip.dst", &[1, 2, 3, 4]),
    ("ip.len >= ip.hdr_len", &[1, 2, 3, 4]),
    ("tcp.port === 21", &[]),
    ("frame.comment", &[1, 2]),
    ("count(frame.comment) == 2", &[2]),
    ("lost", &[2]),
    ("lost && syn", &[]),
    (
        "frame.time_relative >= 0.5 && frame.time_relative <= 1",
        &[2, 3],
    ),
    ("icmpv6.type == \"echo request\"", &[5]),
    ("tcp.flags.syn == true and Tcp.Port EQ 21", &[1]),
    // Of three, an odd number holds.
    ("tcp xor tcp xor tcp", &[1, 2, 3]),
    ("tcp || dns && !dns", &[1, 2, 3]),
    // Plain words: commands, codes, addresses, texts.
    ("retr", &[2]),
    ("550", &[3]),
    ("192.0.2.53", &[4]),
    ("192.0.2.0/24", &[1, 2, 3, 4]),
    ("101:101:101:101:101:101:101:101", &[5]),
    ("02:00:00:00:00:01", &[1, 2, 3, 4, 5]),
    ("host == 192.0.2.53", &[4]),
    ("mail or names", &[3, 4]),
    ("ping and not syn", &[5]),
    ("“report”", &[2]),
    ("\"no SUCH user\"", &[3]),
    ("\"the door\"", &[1]),
    ("\"\"", &[1, 2, 3, 4, 5]),
];

#[test]
fn filters_find_what_they_say() {
    for (filter, found) in FOUND {
        assert_eq!(through(filter), *found, "{filter}");
    }
}

/// What is no filter, the place that is pointed at, and what is said of it.
const WRONG: &[(&str, Range<usize>, &str)] = &[
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
    ("sesame", 0..6, "put it in quotes: \"sesame\""),
    ("ttl < 5", 0..3, "Did you mean ip.ttl?"),
    ("tcp.port 21", 9..11, "comparison is missing"),
    ("tcp.port is 21", 9..11, "compares nothing"),
    ("tcp.port == 21 == 5", 15..17, "One comparison"),
    ("21 == tcp.port", 0..2, "the value behind it"),
    ("550 == smtp.response.code", 0..3, "The field comes first"),
    (
        "ftp.request.arg matches \"a\"",
        16..23,
        "no regular expressions",
    ),
    ("ftp.request.arg ~ \"a\"", 16..17, "no regular expressions"),
    ("tcp == 21", 7..9, "one of its fields"),
    ("tcp.port == {20, 21}", 12..13, "in {20, 21}"),
    ("tcp.port in {}", 13..14, "empty"),
    ("tcp.port in {20 21}", 16..18, "comma"),
    ("tcp.port in {20,", 16..16, "closing }"),
    ("tcp.port in {20..}", 17..18, "value is missing"),
    ("tcp.port not 21", 13..15, "not in {20, 21}"),
    (
        "ip.src < 192.0.2.0/24",
        9..21,
        "more or less than a network",
    ),
    ("ip.src == tcp.port", 10..18, "never equal"),
    ("ip.src == 192.0.2.0/33", 10..22, "no address"),
    ("eth.src == 02:00", 11..16, "[0:3]"),
    ("tcp.port[0:2] == 00:15", 0..8, "is a number"),
    ("eth[0:0-] == 1", 4..8, "Write which bytes"),
    ("ftp & 2", 0..3, "is no number"),
    ("tcp.flags & syn", 12..15, "&&"),
    ("min(tcp.port) > 5", 0..3, "no function min"),
    ("lower(tcp.port) == \"x\"", 6..14, "Only texts"),
    ("len(tcp.port) == 2", 4..12, "have a length"),
    ("count(ip.src)", 13..13, "compared with something"),
    ("tcp | ftp", 4..5, "||"),
    ("tcp &&", 6..6, "A test is missing"),
    ("&& tcp", 0..2, "A test is missing"),
    ("tcp)", 3..4, "closes nothing"),
    ("()", 1..2, "A test is missing"),
    ("ftp contains \"\\xff\"", 14..16, "without quotes"),
];

#[test]
fn what_is_not_understood_is_pointed_at() {
    for (filter, at, says) in WRONG {
        let fault = Filter::parse(filter).unwrap_err();
        assert!(fault.says.contains(says), "{filter}: {fault:?}");
        assert_eq!(fault.at, *at, "{filter}");
    }
    // Neither depth nor length costs much.
    for long in [
        "(".repeat(100_000),
        "!".repeat(4000),
        "a".repeat(1_000_000),
        "len(".repeat(900),
    ] {
        assert!(Filter::parse(&long).is_err());
    }
    for joined in ["tcp||", "tcp^^", "ip&&", "a||"] {
        assert!(Filter::parse(&joined.repeat(800)).is_err(), "{joined}");
    }
    assert!(Filter::parse(&("tcp||".repeat(800) + "ip")).is_ok());
}

#[test]
fn every_plain_word_stands_for_a_filter() {
    for (word, stands_for) in names::WORDS {
        assert!(Filter::parse(word).is_ok(), "{word}: {stands_for}");
        assert!(names::find(word).is_none(), "{word} is a field, too");
    }
    for (name, _) in names::all() {
        assert!(Filter::parse(name).is_ok(), "{name}");
    }
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

/// What may stand at the filter's end.
fn next(filter: &str) -> Vec<String> {
    let found = completions(filter, filter.len());
    found.all.into_iter().map(|one| one.text).collect()
}

#[test]
fn what_can_follow_is_known_in_each_place() {
    assert!(next("").len() > 500);
    assert!(next("tcp and not (ip.s").contains(&"ip.src".to_owned()));
    assert_eq!(next("tcp && sy")[0], "syn");
    assert!(
        next("ttl").contains(&"ip.ttl".to_owned()),
        "a name's last part is enough"
    );
    assert_eq!(next("ftp.request.arg ")[..3], ["==", "!=", "contains"]);
    assert_eq!(next("ftp.request.arg con"), ["contains"]);
    assert_eq!(next("tcp.port i"), ["in {"]);
    assert_eq!(next("ftp ")[..3], ["contains", "&&", "||"]);
    assert!(next("ftp.request.command == RE").contains(&"\"RETR\"".to_owned()));
    assert!(next("ftp.request.command == \"RE").contains(&"\"REST\"".to_owned()));
    assert!(next("smtp.response.code in {250, 35").contains(&"354".to_owned()));
    assert_eq!(next("tcp.flags.syn == "), ["1", "0"]);
    assert!(
        next("icmp.type == echo").contains(&"8".to_owned()),
        "by its name"
    );
    assert_eq!(next("tcp.port == 21 "), ["&&", "||"]);
    assert_eq!(next("tcp.port in {20, 21} an"), ["and"]);
    assert!(next("eth.src[0:").is_empty());
    // In the middle, and inside a letter.
    let found = completions("tcp.po == 21", 6);
    assert_eq!(found.at, 0..6);
    assert_eq!(found.all[0].text, "tcp.port");
    assert_eq!(completions("\"RETR", 5).at, 0..5);
    assert!(completions("é", 1).all.len() < 100);
}

#[test]
fn what_completions_offer_is_understood() {
    for one in completions("", 0).all {
        let filter = match one.text.strip_suffix('(') {
            Some("count" | "len") => format!("{}frame.comment) > 1", one.text),
            Some(_) => format!("{}frame.comment) == \"a\"", one.text),
            None => one.text.clone(),
        };
        assert!(Filter::parse(&filter).is_ok(), "{filter}");
        if names::find(&one.text).is_none() {
            continue;
        }
        let test = format!("{} == ", one.text);
        for value in completions(&test, test.len()).all {
            let filter = test.clone() + &value.text;
            assert!(Filter::parse(&filter).is_ok(), "{filter}");
        }
    }
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
    for round in 0..3_000 {
        let count = rng.below(12);
        let mut filter: String = (0..count)
            .map(|_| {
                let word = words[usize::try_from(rng.below(words.len() as u64)).unwrap()];
                [word, if rng.below(4) == 0 { "" } else { " " }].concat()
            })
            .collect();
        if round % 3 == 0 {
            filter = spoilt(&mut rng);
        }
        if round % 8 == 0 {
            let found = completions(&filter, pick(&mut rng, filter.len() + 1));
            assert!(filter.get(found.at).is_some(), "{filter}");
        }
        match Filter::parse(&filter) {
            Ok(understood) => {
                let _ = understood.lets_through(&Subject {
                    frame,
                    dissection: &dissection,
                    number: 1,
                    nanoseconds: 0,
                    comments: &[],
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

fn pick(rng: &mut Rng, below: usize) -> usize {
    usize::try_from(rng.below(below as u64)).unwrap()
}

/// A good filter with some letters changed, doubled or taken away.
fn spoilt(rng: &mut Rng) -> String {
    let good = [
        "ftp.request.command == \"RETR\" && ip.src == 192.0.2.0/24",
        "tcp.port in {20..25, 80} or not (dns xor icmp)",
        "len(ftp.request.arg) > 5 && eth[12:2] == 08:00",
        "lower(smtp.req.parameter) contains \"ada\" || tcp.flags & 0x12 != 0",
        "frame.time_relative < 0.25 and frame[-2:] == 0d:0a",
    ];
    let mut letters: Vec<char> = good[pick(rng, good.len())].chars().collect();
    for _ in 0..=rng.below(4) {
        let at = pick(rng, letters.len());
        match rng.below(3) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[pick(rng, letters.len())]),
            _ => letters[at] = char::from(b' ' + u8::try_from(rng.below(95)).unwrap()),
        }
    }
    letters.into_iter().collect()
}
