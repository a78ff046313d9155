//! Letters of all sorts, from their first header to what lies in a part's part.

use super::smtp_tests::{Wire, check, fields};
use crate::base::Rng;
use crate::dissect::table::data::bytes::REST;
use crate::dissect::table::mail::{IMF, MULTIPART, imf, multipart as m};
use crate::dissect::{Dissection, FieldKind};

/// What is read of a letter that a client hands in.
fn read(letter: &[u8]) -> Dissection {
    let mut wire = Wire::before_a_letter();
    for part in letter.chunks(60_000) {
        wire.client(part);
    }
    wire.client(b"\r\n.\r\n");
    let read = wire.read().pop().unwrap();
    assert!(read.source(&[], 1).starts_with(letter));
    read
}

fn values(read: &Dissection, kind: &'static FieldKind) -> Vec<String> {
    let found = fields(read, kind);
    found.iter().map(|field| read.value(field, &[])).collect()
}

fn bytes<'a>(read: &'a Dissection, kind: &'static FieldKind) -> Vec<&'a str> {
    let found = fields(read, kind).into_iter();
    let text =
        |range: std::ops::Range<usize>| std::str::from_utf8(&read.source(&[], 1)[range]).unwrap();
    found.map(|field| text(field.range)).collect()
}

const PLAIN: &str = "Return-Path: <ada@example.org>\r\nReceived: from a\r\n\tby b\r\n\
    Received: from c\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_an_dich?=\r\n\
    nonsense\r\nX-Empty:\r\nX-Color:  blue\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8s\r\nIEFkYQ==";

const PARTS: &str = "From: Ada <ada@example.org>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed;\r\n boundary=\"==1\"\r\n\r\nFor old programs.\r\n\
    --==1\r\nContent-Type: text/plain\r\n\r\nLook.\r\n--==12\r\n\
    --==1\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\n\r\nplain\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=C3=BC\r\n--b--\r\n\
    --==1\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\
    Content-Disposition: attachment;\r\n filename=\"photo.png\"\r\n\r\nAAEC\r\nAw==\r\n\
    --==1--\r\nbehind";

const REPORT: &str = "Content-Type: multipart/report; boundary=r\r\n\r\n--r\r\n\r\nLost.\r\n--r\r\n\
    Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n\
    Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp;\r\n 550 No\r\n\r\n--r\r\n\
    Content-Type: message/rfc822\r\n\r\nReceived: from a\r\nSubject: Lunch?\r\n\r\nHello.\r\n--r--";

#[test]
fn each_header_is_a_field_with_all_its_lines() {
    let read = read(PLAIN.as_bytes());
    let names = values(&read, &imf::HEADER);
    assert_eq!(names[..3], ["Return-Path", "Received", "Received"]);
    assert_eq!(values(&read, &imf::RECEIVED), ["from a by b", "from c"]);
    assert_eq!(bytes(&read, &imf::RECEIVED)[0], "from a\r\n\tby b");
    assert_eq!(values(&read, &imf::SUBJECT), ["Grüße an dich"]);
    assert_eq!(values(&read, &imf::NOT_A_HEADER), ["nonsense"]);
    assert_eq!(bytes(&read, &imf::OTHER), ["X-Empty:", "X-Color:  blue"]);
    assert_eq!(values(&read, &imf::OTHER_NAME), ["X-Empty", "X-Color"]);
    assert_eq!(values(&read, &imf::OTHER_VALUE), ["blue"]);
    assert_eq!(values(&read, &imf::HOPS), ["2"]);
    assert_eq!(bytes(&read, &imf::END_OF_HEADERS), ["\r\n"]);
    assert_eq!(bytes(&read, &imf::BODY), ["SGVsbG8s\r\nIEFkYQ==\r\n"]);
    assert_eq!(values(&read, &imf::DECODED_LENGTH), ["10 bytes"]);
}

#[test]
fn a_letter_may_be_all_head_or_all_body() {
    let head = read(b"Subject: Lunch?");
    assert_eq!(values(&head, &imf::SUBJECT), ["Lunch?"]);
    assert!(fields(&head, &imf::END_OF_HEADERS).is_empty());
    let body = read(b"\r\nLunch?");
    assert_eq!(bytes(&body, &imf::BODY), ["Lunch?\r\n"]);
    assert!(fields(&body, &imf::HEADER).is_empty());
}

#[test]
fn parts_are_told_apart_and_so_are_the_parts_in_them() {
    let read = read(PARTS.as_bytes());
    let layers = read.layers().iter().filter(|layer| layer.source == 1);
    let names: Vec<&str> = layers.map(|layer| layer.kind.name).collect();
    assert_eq!(names, [IMF.name, MULTIPART.name]);
    let types = values(&read, &m::TYPE);
    assert_eq!(types, ["multipart/mixed", "multipart/alternative"]);
    assert_eq!(bytes(&read, &m::PREAMBLE), ["For old programs.\r\n"]);
    assert_eq!(bytes(&read, &m::FIRST_BOUNDARY), ["--==1\r\n", "--b\r\n"]);
    let between = bytes(&read, &m::BOUNDARY);
    assert_eq!(between, ["\r\n--==1\r\n", "\r\n--b\r\n", "\r\n--==1\r\n"]);
    let last = bytes(&read, &m::LAST_BOUNDARY);
    assert_eq!(last, ["\r\n--b--", "\r\n--==1--\r\n"]);
    assert_eq!(bytes(&read, &m::TRAILER), ["behind\r\n"]);
    let bodies = bytes(&read, &m::BODY);
    let expected = ["Look.\r\n--==12", "plain", "a=C3=BC", "AAEC\r\nAw=="];
    assert_eq!(bodies, expected);
    assert_eq!(values(&read, &m::WHICH), ["1", "2", "3", "4", "5"]);
    assert_eq!(values(&read, &m::FILE_NAME), ["photo.png"]);
    let disposition = values(&read, &m::DISPOSITION);
    assert_eq!(disposition, ["attachment; filename=\"photo.png\""]);
    assert_eq!(values(&read, &m::DECODED_LENGTH), ["3 bytes", "4 bytes"]);
    assert_eq!(fields(&read, &m::ENCODING).len(), 3);
}

#[test]
fn a_report_tells_what_became_of_which_letter() {
    let read = read(REPORT.as_bytes());
    let status = values(&read, &m::STATUS);
    let expected = [
        "Reporting-MTA: dns; mx",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 No",
    ];
    assert_eq!(status, expected);
    assert_eq!(values(&read, &imf::SUBJECT), ["Lunch?"]);
    assert_eq!(values(&read, &imf::HOPS), ["1"]);
    assert_eq!(bytes(&read, &imf::BODY), ["Hello."]);
}

#[test]
fn what_is_too_much_is_shown_as_one_field() {
    let head = "X: y\r\n".repeat(300) + "\r\nbody";
    let headers = read(head.as_bytes());
    assert_eq!(fields(&headers, &imf::HEADER).len(), 200);
    assert_eq!(bytes(&headers, &REST).concat().len(), 600);
    assert_eq!(bytes(&headers, &imf::BODY), ["body\r\n"]);
    let body = "Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned();
    let parts = read((body + &"--b\r\n\r\nx\r\n".repeat(100)).as_bytes());
    assert_eq!(fields(&parts, &m::PART).len(), 64);
    assert_eq!(fields(&parts, &REST).len(), 1);
    let nest = |n| format!("Content-Type: multipart/x; boundary=b{n}\r\n\r\n--b{n}\r\n");
    let nested: String = (0..50).map(nest).collect();
    let deep = read((nested + "\r\nx").as_bytes());
    assert_eq!(fields(&deep, &m::TYPE).len(), 5);
    let endless = read(":".repeat(300_000).as_bytes());
    assert_eq!(fields(&endless, &REST).len(), 1);
}

#[test]
fn no_bytes_are_too_odd_for_a_letter() {
    let mut rng = Rng::from_seed(2046);
    let mut below = |bound: usize| usize::try_from(rng.below(bound as u64)).unwrap();
    let letters = [PLAIN, PARTS, REPORT];
    for _ in 0..3000 {
        let mut letter = letters[below(3)].as_bytes().to_vec();
        for _ in 0..=below(6) {
            let at = below(letter.len());
            match below(4) {
                0 => letter[at] = u8::try_from(below(256)).unwrap(),
                1 => letter[at] = b"\r\n: -b"[below(6)],
                2 => {
                    letter.drain(at..(at + below(9)).min(letter.len()));
                }
                _ => {
                    let copy = letter[at..(at + below(40)).min(letter.len())].to_vec();
                    let to = below(letter.len());
                    letter.splice(to..to, copy);
                }
            }
            if letter.is_empty() {
                break;
            }
        }
        let mut wire = Wire::before_a_letter();
        wire.client(&[&letter[..], b"\r\n.\r\n"].concat());
        for (read, frame) in wire.read().iter().zip(&wire.frames) {
            check(read, frame);
        }
    }
}
