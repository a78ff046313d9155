//! Tests of reading commands and replies.

use super::super::emit;
use super::*;
use crate::base::Rng;
use crate::proto::laws::mutate;

fn read(line: &str) -> Result<Command, BadArgument> {
    command(line.as_bytes()).command
}

fn read_all(lines: &[&str]) -> Vec<Result<Reply, BadReply>> {
    let mut reader = ReplyReader::default();
    let lines = lines.iter();
    lines.filter_map(|l| reader.push(l.as_bytes())).collect()
}

#[test]
fn verbs_are_the_same_in_small_letters() {
    assert_eq!(read("retr a b.txt"), Ok(Command::Retr("a b.txt".into())));
    assert_eq!(read("Quit"), Ok(Command::Quit));
}

#[test]
fn spans_cover_verb_and_argument() {
    let line = b"RETR my report.pdf";
    let read = command(line);
    assert_eq!(read.verb.of(line), b"RETR");
    assert_eq!(read.argument.of(line), b"my report.pdf");
    let bare = command(b"PASV");
    assert_eq!((bare.verb.end, bare.argument), (4, Span::new(4..4)));
    let line = b"227 Entering (1,2,3,4,5,6).";
    assert_eq!(reply_line(line).text.of(line), b"Entering (1,2,3,4,5,6).");
}

#[test]
fn bad_parameters_are_told_from_unknown_verbs() {
    for line in [
        "USER",
        "TYPE",
        "TYPE X",
        "TYPE I I",
        "TYPE L",
        "TYPE A N N",
        "PASV now",
        "PORT",
        "PORT 1,2,3,4,5",
        "PORT 1,2,3,4,5,256",
        "PORT 1,2,3,4,5,6,7",
        "PORT  1,2,3,4,5,6",
        "RETR",
        "QUIT now",
    ] {
        assert!(read(line).is_err(), "{line}");
    }
    let unknown = |verb: &str, argument: &str| {
        Ok(Command::Unknown {
            verb: verb.into(),
            argument: argument.into(),
        })
    };
    assert_eq!(read("XYZZY 1 2"), unknown("XYZZY", "1 2"));
    assert_eq!(read(""), unknown("", ""));
    assert!(is_known("auth") && !is_known("XYZZY"));
}

#[test]
fn types_are_read_with_their_second_parameter() {
    let of = |text: &str| Ok(Command::Type(type_code(text).unwrap()));
    assert_eq!(read("TYPE i"), Ok(Command::Type(TypeCode::Image)));
    assert_eq!(read("TYPE A"), of("A N"));
    assert_eq!(read("TYPE L 8"), Ok(Command::Type(TypeCode::Local(8))));
}

#[test]
fn a_227_is_searched_for_digits() {
    let at = |text| passive_endpoint(text).map(|(at, _)| at.to_string());
    let expected = Some("192.0.2.11:50001".to_owned());
    for text in [
        "Entering Passive Mode (192,0,2,11,195,81).",
        "Entering Passive Mode. 192,0,2,11,195,81",
        "=192,0,2,11,195,81",
        "v2 of 12,34 listens at 192,0,2,11,195,81 now",
    ] {
        assert_eq!(at(text), expected, "{text}");
        let (_, span) = passive_endpoint(text).unwrap();
        assert_eq!(span.of(text.as_bytes()), b"192,0,2,11,195,81");
    }
    for text in ["", "Entering Passive Mode", "1,2,3,4,5", "1,2,3,4,5,999"] {
        assert_eq!(at(text), None, "{text}");
    }
}

#[test]
fn a_150_may_announce_the_size() {
    let text = "Opening BINARY mode data connection for a (40000 bytes).";
    assert_eq!(announced_size(text), Some(40_000));
    assert_eq!(announced_size("Here it comes."), None);
    assert_eq!(announced_size("many bytes"), None);
    assert_eq!(
        announced_size("Opening for 5 bytes.txt (12 bytes)."),
        Some(12)
    );
    assert_eq!(announced_size("Opening for 5 bytes.txt."), None);
    assert_eq!(announced_size("1.5 bytes to download"), None);
}

#[test]
fn a_reply_of_several_lines_ends_with_its_own_code_and_a_space() {
    let replies = read_all(&[
        "123-First line",
        "Second line",
        "  234 A line beginning with numbers",
        "234 Not the end",
        "123-Nor this",
        "123 The last line",
        "220",
    ]);
    let texts = [
        "First line",
        "Second line",
        "  234 A line beginning with numbers",
        "234 Not the end",
        "Nor this",
        "The last line",
    ];
    let first = Reply {
        code: 123,
        lines: texts.map(str::to_owned).to_vec(),
    };
    assert_eq!(replies, [Ok(first), Ok(Reply::new(220, ""))]);
}

#[test]
fn replies_without_a_code_or_an_end_are_faults() {
    for line in ["", "22", "2200 x", "hello", "099 x", "600 x", "22x a"] {
        assert_eq!(read_all(&[line]), [Err(BadReply::NoCode)], "{line}");
    }
    let mut lines = vec!["211-x"; 1001];
    lines.push("220 y");
    let replies = read_all(&lines);
    assert_eq!(replies, [Err(BadReply::Endless), Ok(Reply::new(220, "y"))]);
}

#[test]
fn what_is_emitted_reads_the_same() {
    for line in [
        "USER ada",
        "PASS ",
        "PASS a b",
        "TYPE I",
        "TYPE A T",
        "TYPE E N",
        "TYPE L 36",
        "PASV",
        "PORT 192,0,2,10,195,80",
        "RETR a b/c.txt",
        "QUIT",
        "STOR x",
        "NOOP",
    ] {
        let said = read(line).unwrap();
        let bytes = emit::command(&said);
        let again = command(bytes.strip_suffix(b"\r\n").unwrap());
        assert_eq!(again.command, Ok(said), "{line}");
    }
    let reply = Reply {
        code: 211,
        lines: ["Features:", " MDTM", "211 no end", "End"]
            .map(str::to_owned)
            .to_vec(),
    };
    let bytes = String::from_utf8(emit::reply(&reply)).unwrap();
    assert_eq!(
        bytes,
        "211-Features:\r\n MDTM\r\n 211 no end\r\n211 End\r\n"
    );
    let lines: Vec<&str> = bytes.trim_end().split("\r\n").collect();
    assert_eq!(read_all(&lines).len(), 1);
}

#[test]
fn no_bytes_can_panic_a_parser() {
    let mut rng = Rng::from_seed(959);
    let seeds: [&[u8]; 5] = [
        b"PORT 192,0,2,10,195,80\r\nTYPE L 8\r\nRETR report.pdf\r\n",
        b"227 Entering Passive Mode (192,0,2,11,195,81).\r\n",
        b"150 Opening BINARY mode data connection for a (40000 bytes).\n",
        b"211-Features:\n MDTM\n211 End\n",
        b"",
    ];
    for round in 0..20_000 {
        fuzz_all(&mutate(seeds[round % seeds.len()], &mut rng));
    }
}
