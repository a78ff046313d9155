//! POP3: what is waited for decides how a line is read.

use crate::dissect::scene::{Scene, said, torment, values};

const LETTER: &[u8] =
    b"From: Ada <ada@example.net>\r\nSubject: Dots\r\n\r\n..one\r\nfive.\r\n.. \r\n";

/// A whole session, up to and with the letter. The client's sayings are in even frames.
fn session() -> Scene {
    let mut scene = Scene::new(110);
    scene.say(1, b"+OK ready\r\n");
    for (said, reply) in [
        ("user grace", "+OK and the password?\r\n"),
        ("PASS compiler", "-ERR [IN-USE] somebody else reads\r\n"),
        ("PASS compiler", "+OK\r\n"),
        ("STAT", "+OK 2 320\r\n"),
        ("LIST", "+OK 2 letters\r\n1 120\r\n2 200\r\n.\r\n"),
        ("LIST 2", "+OK 2 200\r\n"),
        ("UIDL", "+OK\r\n1 a-1\r\n2 b-2\r\n.\r\n"),
        ("UIDL 1", "+OK 1 a-1\r\n"),
        ("CAPA", "+OK\r\nTOP\r\nUIDL\r\n.\r\n"),
    ] {
        scene.say(0, format!("{said}\r\n").as_bytes());
        scene.say(1, reply.as_bytes());
    }
    scene
}

#[test]
fn a_reply_tells_which_command_it_answers_and_a_command_where_it_is_answered() {
    let frames = session().read();
    let of = |frame: usize, filter| values(&frames[frame - 1], filter);
    assert_eq!(of(4, "wirestage.pop.answers"), ["the connection"]);
    assert_eq!(of(5, "pop.request"), ["user grace"]);
    assert_eq!(of(5, "pop.request.command"), ["user"]);
    assert_eq!(of(5, "pop.request.parameter"), ["grace"]);
    assert_eq!(of(5, "wirestage.pop.answered_in"), ["6"]);
    assert_eq!(of(6, "wirestage.pop.answers"), ["USER"]);
    assert_eq!(of(6, "wirestage.pop.answers_frame"), ["5"]);
    assert_eq!(of(8, "pop.response.indicator"), ["-ERR"]);
    assert_eq!(of(8, "wirestage.pop.code"), ["[IN-USE]"]);
    assert_eq!(
        of(8, "pop.response.description"),
        ["[IN-USE] somebody else reads"]
    );
    assert_eq!(of(10, "wirestage.pop.answers"), ["PASS"]);
}

#[test]
fn numbers_and_lasting_ids_are_found_where_the_command_asked_for_them() {
    let frames = session().read();
    let of = |frame: usize, filter| values(&frames[frame - 1], filter);
    assert_eq!(of(12, "wirestage.pop.letters"), ["2"]);
    assert_eq!(of(12, "wirestage.pop.bytes"), ["320 bytes"]);
    assert_eq!(of(14, "wirestage.pop.letter"), ["1", "2"]);
    assert_eq!(of(14, "wirestage.pop.size"), ["120 bytes", "200 bytes"]);
    assert_eq!(of(14, "pop.response.data"), ["1 120", "2 200"]);
    assert_eq!(of(14, "wirestage.pop.eom"), ["."]);
    assert_eq!(of(15, "wirestage.pop.letter"), ["2"]);
    assert_eq!(of(16, "wirestage.pop.size"), ["200 bytes"]);
    assert_eq!(of(18, "wirestage.pop.uid"), ["a-1", "b-2"]);
    assert_eq!(of(20, "wirestage.pop.uid"), ["a-1"]);
    assert_eq!(of(22, "pop.response.data"), ["TOP", "UIDL"]);
    let sizes = frames[13].last().unwrap().fields.iter();
    let sizes: Vec<_> = sizes
        .filter(|field| field.kind.filter == "wirestage.pop.size")
        .map(|field| field.range.clone())
        .collect();
    assert_eq!(sizes, [54 + 17..54 + 20, 54 + 24..54 + 27]);
}

/// A letter, asked for and sent in segments of so many bytes.
fn fetched(size: usize) -> Scene {
    let mut scene = Scene::new(110);
    scene.say(1, b"+OK ready\r\n").say(0, b"RETR 1\r\n");
    let reply = [b"+OK 66 octets\r\n", LETTER, b".\r\n+OK odd\r\n"].concat();
    scene.bit_by_bit(1, &reply, size);
    scene
}

#[test]
fn a_letter_is_put_together_whatever_segments_it_comes_in() {
    for size in [1, 2, 3, 5, 7, 14, 15, 16, 17, 30, 200] {
        let frames = fetched(size).read();
        let wholes: Vec<usize> = (1..=frames.len())
            .filter(|frame| said(&frames[frame - 1]).contains(&"Letter"))
            .collect();
        assert_eq!(wholes.len(), 1, "in segments of {size}");
        let last = &frames[wholes[0] - 1];
        let letter = last.iter().find(|layer| layer.name == "Letter").unwrap();
        assert_eq!(letter.range, 0..LETTER.len(), "in segments of {size}");
        assert_eq!(values(last, "wirestage.pop.eom"), ["."]);
        let told: Vec<_> = frames[..wholes[0] - 1]
            .iter()
            .flat_map(|layers| values(layers, "pop.data.reassembled.in"))
            .collect();
        let number = wholes[0].to_string();
        assert!(told.iter().all(|told| *told == number), "{told:?}");
        let length = values(last, "pop.data.reassembled.length");
        let long = format!("{} bytes", LETTER.len());
        let is_long = size < LETTER.len();
        assert_eq!(length, vec![&*long; usize::from(is_long)]);
    }
}

#[test]
fn what_is_sent_again_or_comes_early_makes_no_other_letter() {
    let mut scene = fetched(20);
    let again = scene.frames[6].clone();
    scene.frames.insert(8, again);
    scene.frames.swap(6, 7);
    let frames = scene.read();
    let letters = frames.iter().flatten().filter(|l| l.name == "Letter");
    let lengths: Vec<usize> = letters.map(|letter| letter.range.len()).collect();
    assert_eq!(lengths, [LETTER.len()]);
    assert_eq!(said(&frames[8]), ["TCP segment data"]);
}

#[test]
fn several_commands_at_once_are_answered_in_their_order() {
    let mut scene = Scene::new(110);
    scene.say(0, b"LIST\r\nRETR 1\r\nQUIT\r\n");
    let reply = [b"+OK\r\n1 66\r\n.\r\n+OK\r\n", LETTER, b".\r\n+OK bye\r\n"].concat();
    scene.say(1, &reply);
    let frames = scene.read();
    let answers = values(&frames[4], "wirestage.pop.answers");
    assert_eq!(answers, ["LIST", "RETR", "QUIT"]);
    assert_eq!(values(&frames[3], "wirestage.pop.answered_in"), ["5"; 3]);
    assert_eq!(said(&frames[4]), ["POP3", "Letter"]);
}

#[test]
fn who_comes_late_reads_lines_and_guesses_nothing() {
    let mut scene = Scene::midway(110);
    scene.say(1, b"of a letter\r\n.\r\n");
    scene.say(0, b"STAT\r\n").say(1, b"+OK 2 320\r\n");
    let frames = scene.read();
    assert_eq!(values(&frames[0], "pop.response.data"), ["of a letter"]);
    assert_eq!(values(&frames[0], "wirestage.pop.eom"), ["."]);
    assert_eq!(values(&frames[2], "wirestage.pop.letters"), ["2"]);
}

#[test]
fn a_challenge_is_answered_by_a_line_that_is_no_command() {
    let mut scene = Scene::new(110);
    scene.say(0, b"AUTH PLAIN\r\n").say(1, b"+ \r\n");
    scene.say(0, b"AGFkYQBlbmdpbmU=\r\n").say(1, b"+OK\r\n");
    let frames = scene.read();
    let command = "pop.request.command";
    assert_eq!(values(&frames[3], command), ["AUTH"]);
    assert_eq!(values(&frames[5], command), [""; 0]);
    assert_eq!(
        values(&frames[5], "pop.request.parameter"),
        ["AGFkYQBlbmdpbmU="]
    );
    assert_eq!(values(&frames[6], "wirestage.pop.answers"), ["AUTH"]);
}

#[test]
fn no_bytes_are_too_odd() {
    let mut scene = session();
    scene.frames.extend(fetched(9).frames);
    torment(&scene.frames, 110, 300);
}
