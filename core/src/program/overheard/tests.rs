//! Stories of overheard dialogues, whole and in pieces.

use super::*;
use crate::base::Rng;

/// All that is said on a connection, as verbs and phases.
fn words(said: &[Said]) -> Vec<String> {
    let word = |said: &Said| match said {
        Said::Phase(name) => format!("[{name}]"),
        Said::Turn { turn, .. } => turn.verb.clone(),
        Said::More(to, _) => format!("…{to}"),
    };
    said.iter().map(word).collect()
}

/// A dialogue: who speaks is the first sign, `>` for the client.
fn overheard(port: u16, side: Side, lines: &[&str]) -> Vec<Said> {
    let mut ear = Overheard::new(port, side).unwrap();
    let mut at = [0, 0];
    let mut all = Vec::new();
    for line in lines {
        let (who, line) = line.split_at(1);
        let client = who == ">";
        let offset = &mut at[usize::from(client)];
        if client == (side == Side::Client) {
            all.extend(ear.says(*offset, line.as_bytes()));
        } else {
            ear.hears(*offset, line.as_bytes());
        }
        *offset += line.len() as u64;
    }
    all
}

#[test]
fn a_session_of_curl_is_told_with_its_phases() {
    let lines = [
        "<220 hello\r\n",
        ">USER ada\r\n",
        "<331 x\r\n",
        ">PASS secret\r\n",
        "<230 x\r\n",
        ">PWD\r\n",
        "<257 \"/\"\r\n",
        ">EPSV\r\n",
        "<502 no\r\n",
        ">PASV\r\n",
        "<227 Here (192,0,2,2,200,1).\r\n",
        ">TYPE I\r\n",
        "<200 x\r\n",
        ">SIZE a\r\n",
        "<213 5\r\n",
        ">RETR a\r\n",
        "<150 x\r\n<226 x\r\n",
        ">QUIT\r\n",
        "<221 x\r\n",
    ];
    let said = overheard(21, Side::Client, &lines);
    let client = [
        "[log in]",
        "USER",
        "PASS",
        "PWD",
        "[open the data connection]",
        "EPSV",
        "PASV",
        "TYPE",
        "SIZE",
        "[transfer the file]",
        "RETR",
        "[say goodbye]",
        "QUIT",
    ];
    assert_eq!(words(&said), client);
    let said = overheard(21, Side::Server, &lines[..4]);
    assert_eq!(words(&said), ["220", "331"]);
}

#[test]
fn a_day_of_lists_uploads_and_changes_is_told_with_its_phases() {
    let lines = [
        "<220 hello\r\n",
        ">USER ada\r\n",
        ">CWD docs\r\n",
        ">TYPE A\r\n",
        ">EPSV\r\n",
        "<331 x\r\n<230 x\r\n<200 x\r\n<229 (|||77|)\r\n",
        ">MLSD\r\n",
        ">SIZE a\r\n",
        ">EPRT |1|192.0.2.10|4000|\r\n",
        ">STOR a\r\n",
        ">RNFR a\r\n",
        ">RNTO b\r\n",
        ">MKD c\r\n",
        ">PASV\r\n",
        ">APPE b\r\n",
        ">STAT\r\n",
        ">QUIT\r\n",
    ];
    let told = [
        "[log in]",
        "USER",
        "[look around]",
        "CWD",
        "[open the data connection]",
        "TYPE",
        "EPSV",
        "[look around]",
        "MLSD",
        "SIZE",
        "[open the data connection]",
        "EPRT",
        "STOR",
        "[change files]",
        "RNFR",
        "RNTO",
        "MKD",
        "[open the data connection]",
        "PASV",
        "[transfer the file]",
        "APPE",
        "STAT",
        "[say goodbye]",
        "QUIT",
    ];
    assert_eq!(words(&overheard(21, Side::Client, &lines)), told);
}

#[test]
fn where_data_goes_is_known_from_either_side() {
    let mut ear = Overheard::new(21, Side::Client).unwrap();
    let mut at = 0;
    let mut say = |line: &str| {
        ear.says(at, line.as_bytes());
        at += line.len() as u64;
        ear.ftp().unwrap().meeting()
    };
    let meeting = say("EPRT |2|2001:db8::1|4000|\r\n").unwrap();
    assert_eq!((meeting.at, meeting.port), (Side::Client, 4000));
    let meeting = say("PORT 192,0,2,1,1,2\r\n").unwrap();
    assert_eq!((meeting.at, meeting.port), (Side::Client, 258));
    assert_eq!(say("EPRT |2|\r\n"), None);
    ear.hears(0, b"229 (|||77|)\r\n");
    let meeting = ear.ftp().unwrap().meeting().unwrap();
    assert_eq!((meeting.at, meeting.port), (Side::Server, 77));
}

#[test]
fn a_letter_is_one_turn_however_it_comes() {
    let lines = [
        "<220 hello\r\n",
        ">EHLO a\r\n",
        "<250-x\r\n250 y\r\n",
        ">MAIL FROM:<a@b.c> size=3\r\n",
        "<250 x\r\n",
        ">DATA\r\n",
        "<354 x\r\n",
        ">Subject: Lunch?\r\n\r\nQUIT\r\n",
        ">..\r\n.\r",
        ">\nQUIT\r\n",
        "<250 x\r\n<221 x\r\n",
    ];
    let said = overheard(25, Side::Client, &lines);
    let (start, end) = (40, 40 + 25 + 6 + 1);
    let expected = [
        "[say hello]".to_owned(),
        "EHLO".to_owned(),
        "[name sender and recipient]".to_owned(),
        "MAIL".to_owned(),
        "[hand over the letter]".to_owned(),
        "DATA".to_owned(),
        "LETTER".to_owned(),
        format!("…{}", end - 1),
        format!("…{end}"),
        "[say goodbye]".to_owned(),
        "QUIT".to_owned(),
    ];
    assert_eq!(words(&said), expected);
    let Said::Turn { range, .. } = &said[6] else {
        panic!("it is a turn");
    };
    assert_eq!(range.0, start);
    assert!(matches!(&said[8], Said::More(_, Some(turn)) if turn.text.contains("Lunch?")));
    assert!(matches!(&said[3], Said::Turn { turn, .. } if turn.text.ends_with(" size=3")));
    let said = overheard(25, Side::Server, &lines);
    assert_eq!(words(&said), ["220", "250", "250", "354", "250"]);
    let has = "has the letter, and answers for it from now on";
    assert!(matches!(&said[4], Said::Turn { turn, .. } if turn.meaning == has));
}

#[test]
fn what_is_no_word_is_passed_over_and_what_is_secret_too() {
    let noise = ">\u{16}\u{3}\u{1}\r\n";
    let said = overheard(21, Side::Client, &[noise, ">12 34\r\n", ">QUIT\r\n"]);
    assert_eq!(words(&said), ["[say goodbye]", "QUIT"]);
    let long = format!(">{}\r\n", "x".repeat(9000));
    let said = overheard(25, Side::Client, &[&long, ">QUIT\r\n"]);
    assert_eq!(words(&said), ["[say goodbye]", "QUIT"]);
    let lines = ["<220 x\r\n", ">STARTTLS\r\n", "<220 go\r\n", ">QUIT\r\n"];
    let said = overheard(25, Side::Client, &lines);
    assert_eq!(words(&said), ["[say hello]", "STARTTLS"]);
    let lines = [
        "<220 x\r\n",
        ">AUTH LOGIN\r\n",
        "<334 x\r\n",
        ">cXVpdA==\r\n",
        "<334 x\r\n",
        ">QUIT\r\n",
        "<235 x\r\n",
        ">QUIT\r\n",
    ];
    let said = overheard(25, Side::Client, &lines);
    // What answers a question is no command, whatever it reads like.
    let told = ["[log in]", "AUTH", "AUTH", "AUTH", "[say goodbye]", "QUIT"];
    assert_eq!(words(&said), told);
    let meaning = "answers quit, in base64 everyone can read";
    assert!(matches!(&said[2], Said::Turn { turn, .. } if turn.meaning == meaning));
}

#[test]
fn a_mailbox_is_emptied_and_each_letter_is_one_turn() {
    let lines = [
        "<+OK hello\r\n",
        ">USER ada\r\n",
        "<+OK\r\n",
        ">PASS secret\r\n",
        "<+OK\r\n",
        ">UIDL\r\n",
        "<+OK\r\n1 a\r\n",
        "<2 b\r\n.\r\n",
        ">RETR 1\r\nRETR 9\r\n",
        "<+OK 9 octets\r\nSubject: Lunch?\r\n\r\n+OK\r\n..\r\n",
        "<.\r\n-ERR no\r\n",
        ">DELE 1\r\nQUIT\r\n",
        "<+OK\r\n+OK bye\r\n",
    ];
    let said = overheard(110, Side::Client, &lines);
    let told = [
        "[log in]",
        "USER",
        "PASS",
        "[look into the mailbox]",
        "UIDL",
        "[fetch the letters]",
        "RETR",
        "RETR",
        "DELE",
        "[say goodbye]",
        "QUIT",
    ];
    assert_eq!(words(&said), told);
    let said = overheard(110, Side::Server, &lines);
    let told = [
        "+OK", "+OK", "+OK", "+OK", "+OK", "LETTER", "…84", "-ERR", "+OK", "+OK",
    ];
    assert_eq!(words(&said), told);
    assert!(matches!(&said[3], Said::Turn { turn, .. } if turn.text == "+OK\n1 a\n2 b\n."));
    assert!(matches!(&said[6], Said::More(_, Some(turn)) if turn.text.contains("Lunch?")));
}

#[test]
fn no_bytes_whatever_stop_an_ear() {
    let mut rng = Rng::from_seed(11);
    let good = b"220 a\r\n227 (1,2,3,4,5,6)\r\nEPRT |1|\r\nDATA\r\n354 x\r\n.\r\n229 (|||\r\nRETR \xff\r\n\
        RETR 1\r\n+OK\r\nLIST\r\nGET / HTTP/1.0\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 x\r\n\r\n";
    for round in 0..2000 {
        let port = [21, 25, 80, 110][round % 4];
        let side = [Side::Client, Side::Server][round / 4 % 2];
        let mut ear = Overheard::new(port, side).unwrap();
        for _ in 0..20 {
            let from = usize::try_from(rng.below(good.len() as u64)).unwrap();
            let to = from + usize::try_from(rng.below((good.len() - from) as u64 + 1)).unwrap();
            let offset = if rng.below(9) == 0 {
                u64::MAX - rng.below(9)
            } else {
                rng.below(200)
            };
            if rng.below(2) == 0 {
                for said in ear.says(offset, &good[from..to]) {
                    if let Said::Turn { range, .. } = said {
                        assert!(range.0 < range.1);
                    }
                }
            } else {
                ear.hears(offset, &good[from..to]);
            }
        }
    }
}

#[test]
fn who_waits_for_no_answer_is_told_all_the_same() {
    // Given all that somebody says at once, as a shell's pipe says it.
    let start = "EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n";
    let all = format!(">{start}Subject: Lunch?\r\n\r\nQUIT\r\n.\r\nQUIT\r\n");
    let replies = "<220 x\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n250 x\r\n221 x\r\n";
    // Then the letter is one turn, whenever the server answers.
    let said = overheard(25, Side::Client, &[&all, replies]);
    let told = words(&said);
    let verbs: Vec<_> = told.iter().filter(|word| !word.starts_with('[')).collect();
    assert_eq!(verbs, ["EHLO", "MAIL", "RCPT", "DATA", "LETTER", "QUIT"]);
    // And a command that follows one that may be refused is a command.
    let all = format!(">{start}RSET\r\nQUIT\r\n");
    let said = overheard(25, Side::Client, &[&all, replies]);
    assert_eq!(words(&said).last().unwrap(), "QUIT");
}

#[test]
fn a_greeting_answers_nothing_that_was_said_before() {
    let lines = [
        ">AUTH TLS\r\n",
        "<220 hello\r\n",
        "<234 go on\r\n",
        "<\x16\x03\r\n",
    ];
    let replies = |lines: &[&str]| overheard(21, Side::Server, lines);
    let said = replies(&lines);
    let meaning = |said: &Said| match said {
        Said::Turn { turn, .. } => turn.meaning.clone(),
        _ => String::new(),
    };
    assert_eq!(meaning(&said[0]), meaning(&replies(&["<220 hello\r\n"])[0]));
    // What is said in secret is no reply.
    let more = [&lines[..], &["<500 in secret\r\n"]].concat();
    assert_eq!(replies(&more).len(), said.len());
}

#[test]
fn two_pages_on_one_connection_are_told_with_their_bytes() {
    let lines = [
        ">GET /docs/a.txt HTTP/1.1\r\nHost: web\r\n\r\n",
        "<HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "<worldHTTP/1.1 100 Wait\r\n\r\n",
        ">HEAD / HTTP/1.1\r\nHost: web\r\n\r\nGET / HTTP/1.0\r\n\r\n",
        "<HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall ",
        "<the rest",
    ];
    let asks = overheard(80, Side::Client, &lines);
    let ask = "[ask for the page]";
    assert_eq!(words(&asks), [ask, "GET", ask, "HEAD", ask, "GET"]);
    let said = overheard(80, Side::Server, &lines);
    let first = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhelloworld";
    let more = format!("…{}", first.len());
    assert_eq!(
        words(&said)[..7],
        ["200", "data", &more, "100", "200", "200", "data"]
    );
    match said.last() {
        Some(Said::More(_, Some(turn))) => {
            assert_eq!(turn.meaning, "sends the\u{a0}page, 12 bytes");
        }
        other => panic!("{other:?}"),
    }
    let noise = overheard(
        80,
        Side::Client,
        &[">USER ada\r\n\r\nGET / HTTP/1.0\r\n\r\n"],
    );
    assert!(noise.is_empty(), "{noise:?}");
}

#[test]
fn questions_for_names_are_told_however_they_come() {
    use crate::proto::dns::{Kind, Message, Name, Question, Rcode, emit};
    let asked = Question {
        name: Name::new("example.net"),
        kind: Kind::Mx,
    };
    let question = Message::ask(7, asked.clone(), true);
    let answer = Message::answer_to(&question.header, Some(asked), Rcode::NO_SUCH_NAME);
    let (question, answer) = (emit::whole(&question), emit::whole(&answer));
    let text = |from, to, bytes: &[u8]| datagram(from, to, bytes).map(|turn| turn.text);
    assert_eq!(text(5000, 53, &question).unwrap(), "MX example.net");
    let told = "MX example.net: no such name";
    assert_eq!(text(53, 5000, &answer).unwrap(), told);
    assert_eq!(text(53, 5000, &question), None);
    assert_eq!(text(5000, 5353, &question), None);
    assert_eq!(text(5000, 53, b"hello"), None);
    let framed = |bytes: &[u8]| [&[0, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let stream = framed(&question).repeat(2);
    for piece in [1, 7, 1000] {
        let mut ear = Overheard::new(53, Side::Client).unwrap();
        ear.hears(0, &framed(&answer));
        let mut said = Vec::new();
        for (index, bytes) in stream.chunks(piece).enumerate() {
            said.extend(ear.says((index * piece) as u64, bytes));
        }
        assert_eq!(words(&said), ["[ask for the name]", "MX", "MX"]);
    }
    let mut ear = Overheard::new(53, Side::Server).unwrap();
    let said = ear.says(0, &framed(&answer));
    assert!(matches!(&said[..], [Said::Turn { range: (0, 31), turn }] if turn.text == told));
}
