//! Stories of letters: made here, taken apart here, and by a reader that others wrote.

use super::attach::{self, Attachment};
use super::report::{Action, Fate, Report};
use super::{Address, Draft, base64, compose, headers, read, report, trace};
use crate::base::{Duration, Rng, Time};
use crate::proto::laws;
use mail_parser::{MessageParser, MimeHeaders};

fn person(name: &str) -> Address {
    Address {
        name: name.into(),
        address: format!("{}@example.net", name.to_ascii_lowercase()),
    }
}

fn draft(text: &str, attachments: Vec<Attachment>) -> Draft {
    Draft {
        date: Time::ZERO,
        from: person("Ada"),
        to: vec![person("Grace"), person("Alan")],
        cc: vec![person("Joan")],
        subject: "Grüße".into(),
        text: text.into(),
        attachments,
        automatic: false,
        message_id: "1a2b@laptop.example.org".into(),
    }
}

/// Files of all kinds, each of which has to arrive as it is.
fn files() -> Vec<Attachment> {
    let all: Vec<u8> = (0..=255).collect();
    vec![
        Attachment::new("photo.png", all),
        Attachment::new("notes.txt", *b"one\n.\n--=_1a2b\nFrom me\nno end"),
        Attachment::new("schön.txt", "Grüße\nan alle \n".as_bytes().to_vec()),
        Attachment::new("dos.txt", *b"one\r\ntwo\r\n"),
        Attachment::new("kanji.txt", "日本語の文章です。\n".repeat(20).into_bytes()),
        Attachment::new("a \"quoted\\\" name; x=y.csv", *b"1;2\n"),
        Attachment::new("ü".repeat(90) + ".bin", Vec::new()),
        Attachment::new("long.txt", "x".repeat(5000).into_bytes()),
        Attachment::new("empty.txt", Vec::new()),
    ]
}

#[test]
fn files_come_back_as_they_were_sent() {
    let files = files();
    let letter = compose(&draft("Here you are.\n--=_1a2b--\n", files.clone()));
    assert!(letter.is_ascii());
    let lines = letter.split(|b| *b == b'\n');
    assert!(
        lines
            .clone()
            .all(|line| line.len() <= 79 || line.starts_with(b"--"))
    );
    assert!(letter.ends_with(b"--\r\n"));
    let taken = read::read(&letter);
    assert_eq!(taken.header("cc"), Some("Joan <joan@example.net>"));
    assert_eq!(taken.header("Subject"), Some("Grüße"));
    assert_eq!(taken.header("bcc"), None);
    assert_eq!(taken.text(), "Here you are.\n--=_1a2b--\n");
    let found: Vec<_> = taken.files().collect();
    assert_eq!(found.len(), files.len());
    for (part, file) in found.iter().zip(&files) {
        assert_eq!(part.name.as_deref(), Some(file.name.as_str()));
        assert_eq!(part.media_type, file.media_type, "{}", file.name);
        assert_eq!(part.bytes, *file.bytes, "{}", file.name);
    }
}

#[test]
fn a_reader_others_wrote_finds_the_same() {
    let files = files();
    let letter = compose(&draft("Here you are.\n", files.clone()));
    let judged = MessageParser::default().parse(&letter).expect("a letter");
    assert_eq!(judged.subject(), Some("Grüße"));
    assert_eq!(judged.message_id(), Some("1a2b@laptop.example.org"));
    assert_eq!(judged.to().unwrap().as_list().unwrap().len(), 2);
    assert_eq!(judged.body_text(0).unwrap().trim(), "Here you are.");
    let found: Vec<_> = judged.attachments().collect();
    assert_eq!(found.len(), files.len());
    for (part, file) in found.iter().zip(&files) {
        assert_eq!(part.attachment_name(), Some(file.name.as_str()));
        let kind = part.content_type().unwrap();
        let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap());
        assert_eq!(kind, file.media_type);
        // Lines of text end with CRLF on their way.
        let is_text = file.media_type.starts_with("text/") && !file.bytes.contains(&b'\r');
        let there = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
        match is_text {
            true => assert_eq!(there.as_bytes(), &*file.bytes, "{}", file.name),
            false => assert_eq!(part.contents(), &*file.bytes, "{}", file.name),
        }
    }
}

#[test]
fn text_stays_readable_and_the_rest_costs_a_third_more() {
    let letter = |file| String::from_utf8(compose(&draft("x", vec![file]))).unwrap();
    assert!(letter(Attachment::new("a.txt", *b"plain\n")).contains("\r\n\r\nplain\r\n\r\n--"));
    let quoted = letter(Attachment::new("a.txt", "schön\n".as_bytes().to_vec()));
    assert!(quoted.contains("\r\n\r\nsch=C3=B6n\r\n\r\n--"));
    let bytes = vec![7_u8; 57_000];
    let coded = base64::encode_lines(&bytes);
    assert_eq!(coded.len(), bytes.len() / 57 * 78);
    assert!(letter(Attachment::new("a.bin", bytes)).contains(&coded));
    assert_eq!(attach::type_of("PHOTO.JPG"), "image/jpeg");
    assert_eq!(attach::type_of("noend"), "application/octet-stream");
}

#[test]
fn letters_of_others_are_understood() {
    let letter = "From: =?iso-8859-1?Q?x?= <a@b.example>\r\n\
        Content-Type: multipart/alternative;\r\n boundary=outer\r\n\r\npreamble\r\n\
        --outer\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe =\r\nan alle  \r\n\
        --outer  \r\nContent-Type: multipart/mixed; boundary=\"in ner\"\r\n\r\n\
        --in ner\r\n\r\nplain\r\n--in ner\r\nContent-Type: image/png; name=\"=?utf-8?Q?=C3=BC.png?=\"\r\n\
        Content-Transfer-Encoding: BASE64\r\n\r\naGVs\r\nbG8\r\n--in ner--\r\n\
        --outer\r\nContent-Disposition: attachment; filename*0=\"very \"; filename*1*=l%C3%B6ng.txt\r\n\r\n\
        unended";
    let taken = read::read(letter.as_bytes());
    let shown: Vec<_> = taken
        .parts
        .iter()
        .map(|part| (part.media_type.as_str(), part.name.as_deref(), part.text()))
        .collect();
    assert_eq!(
        shown,
        [
            ("text/plain", None, "Grüße an alle".into()),
            ("text/plain", None, "plain".into()),
            ("image/png", Some("ü.png"), "hello".into()),
            ("text/plain", Some("very löng.txt"), "unended".into()),
        ]
    );
}

#[test]
fn bodies_within_bodies_without_end_are_bounded() {
    let mut letter = String::new();
    for depth in 0..5000 {
        letter +=
            &format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
    }
    assert_eq!(read::read(letter.as_bytes()).parts.len(), 1);
    let letter = "Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned()
        + &"--b\r\n\r\n".repeat(50_000);
    assert_eq!(read::read(letter.as_bytes()).parts.len(), 200);
}

fn lost<'a>(original: &'a [u8], whole: bool) -> Report<'a> {
    let fate = Fate {
        recipient: "nobody@example.net",
        action: Action::Failed,
        status: "5.1.1",
        remote: Some("mx1.example.net"),
        said: Some("550 5.1.1 No such user here"),
        why: "",
    };
    let late = Fate {
        recipient: "grace@example.com",
        action: Action::Delayed(Time::ZERO + Duration::from_secs(5 * 24 * 3600)),
        status: "4.4.1",
        remote: None,
        said: None,
        why: "No server of example.com answers",
    };
    Report {
        date: Time::ZERO + Duration::from_secs(60),
        by: "mx.example.org",
        to: "ada@example.org",
        message_id: "77@mx.example.org",
        arrived: Time::ZERO,
        fates: vec![fate, late],
        original,
        whole,
    }
}

#[test]
fn a_report_tells_people_and_programs_alike() {
    let original = compose(&draft("Hello", Vec::new()));
    let letter = report::report(&lost(&original, false));
    let taken = read::read(&letter);
    assert_eq!(taken.header("auto-submitted"), Some("auto-replied"));
    let kinds: Vec<_> = taken
        .parts
        .iter()
        .map(|part| part.media_type.as_str())
        .collect();
    let expected = [
        "text/plain",
        "message/delivery-status",
        "text/rfc822-headers",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(
        taken.text(),
        "This is the mail server mx.example.org.\n\n\
         Your letter to nobody@example.net could not be delivered.\n\
         mx1.example.net has said: 550 5.1.1 No such user here\n\n\
         Your letter to grace@example.com is late. It is not lost: it will be tried until\n\
         Sat, 10 Jan 2026 09:00:00 +0000. There is no need to send it again.\n\
         No server of example.com answers.\n"
    );
    assert_eq!(
        taken.parts[1].text(),
        "Reporting-MTA: dns; mx.example.org\r\n\
         Arrival-Date: Mon, 05 Jan 2026 09:00:00 +0000\r\n\r\n\
         Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Remote-MTA: dns; mx1.example.net\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 No such user here\r\n\
         Last-Attempt-Date: Mon, 05 Jan 2026 09:01:00 +0000\r\n\r\n\
         Final-Recipient: rfc822; grace@example.com\r\nAction: delayed\r\nStatus: 4.4.1\r\n\
         Last-Attempt-Date: Mon, 05 Jan 2026 09:01:00 +0000\r\n\
         Will-Retry-Until: Sat, 10 Jan 2026 09:00:00 +0000\r\n"
    );
    assert!(taken.parts[2].text().contains("Subject: =?utf-8?Q?Gr"));
    assert!(!taken.parts[2].text().contains("Hello"));
    let whole = report::report(&lost(&original, true));
    let judged = MessageParser::default().parse(&whole).expect("a letter");
    let inner = judged.attachment(1).unwrap().message().expect("the letter");
    assert_eq!(inner.subject(), Some("Grüße"));
    let kind = judged.content_type().unwrap();
    assert_eq!(kind.attribute("report-type"), Some("delivery-status"));
}

#[test]
fn what_a_server_says_smuggles_nothing_into_a_report() {
    let mut lost = lost(b"Subject: x\r\n\r\n", false);
    lost.fates[0].said = Some("550 no\r\nAction: delivered\r\n\r\n--=_77mx");
    lost.fates[0].recipient = "a\u{e4}\r\nBcc: eve@example.com";
    let letter = report::report(&lost);
    assert!(letter.is_ascii());
    let text = String::from_utf8(letter).unwrap();
    assert!(!text.contains("\r\nAction: delivered") && !text.contains("\nBcc:"));
    assert_eq!(read::read(text.as_bytes()).parts.len(), 3);
}

#[test]
fn a_letter_counts_the_servers_it_came_past() {
    let letter = b"Delivered-To: Grace@example.net\r\nReceived: from a\r\n\tby mx.example.net with ESMTP;\r\n\tnow\r\n\
        received: from b by MX.example.net; now\r\nReceived: x\r\nSubject: y\r\n\r\nReceived: z\r\n";
    assert_eq!(trace::hops(letter), 3);
    assert_eq!(trace::hops_at(letter, "mx.example.net"), 2);
    assert!(trace::was_delivered_to(letter, "grace@example.net"));
    assert!(!trace::was_delivered_to(letter, "alan@example.net"));
    assert_eq!(
        trace::delivered_to("a@b.example"),
        "Delivered-To: a@b.example\r\n"
    );
}

#[test]
fn no_bytes_are_no_letter() {
    let letters = [
        compose(&draft("Here you are.\n", files())),
        report::report(&lost(b"Subject: x\r\n\r\n", true)),
    ];
    let mut rng = Rng::from_seed(2045);
    for round in 0..3000 {
        let bytes = laws::mutate(&letters[round % 2], &mut rng);
        read::fuzz(&bytes);
        headers::fuzz(&bytes);
    }
}

#[test]
fn a_report_is_never_wider_than_its_letter() {
    let odd = [b"Subject: \xe4\r\n\r\n", &[0xe4; 998][..], b"\r\n"].concat();
    let letter = report::report(&lost(&odd, true));
    let longest = letter.split(|b| *b == b'\n').map(<[u8]>::len).max();
    assert!(longest <= Some(999), "{longest:?}");
}
