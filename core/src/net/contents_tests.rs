//! Files that are converted on their way, and what hosts keep of them.

use super::LinkConfig;
use super::tests::{does, pair, run, to_connect, to_listen, to_send};
use crate::base::{ConnId, Content, Converter, HostId, Kept, Part, Transform};
use crate::program::{Input, Program, Request};
use crate::timeline::{Difference, Kind, States, Timeline};
use std::sync::Arc;

/// Sends a range of a content with a turn, then finishes.
fn sends(content: Content, range: std::ops::Range<u64>, transform: Transform) -> Box<dyn Program> {
    let to = "192.0.2.2:20".parse().unwrap();
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(to)),
        Input::Connected { conn, .. } => {
            out.push_back(Request::SendContent {
                conn,
                content: content.clone(),
                range: range.clone(),
                transform,
                turn: Some(crate::program::ftp_turns::data("a.txt", 7)),
            });
        }
        Input::Sent { conn } => out.push_back(Request::Finish { conn }),
        _ => {}
    })
}

/// Starts with a folder and a file, and keeps what comes, converted; its old file goes.
fn keeps(by: Transform) -> Box<dyn Program> {
    let mut converter = Converter::new(by);
    let (mut came, mut made) = (0, 0);
    let keeps = |path: &str, what| Request::Keeps {
        path: path.to_owned(),
        what,
    };
    does(move |_, input, out| match input {
        Input::Started => {
            out.push_back(keeps("/in", Some(Kept::Folder)));
            let old = Kept::File(Content::from_bytes(b"old"));
            out.push_back(keeps("/in/old.txt", Some(old)));
            out.push_back(to_listen(20));
        }
        Input::Data { bytes, .. } => {
            came += bytes.len() as u64;
            made += converter.count(bytes);
        }
        Input::Eof { conn } => {
            let of = Arc::new(received(conn, 0, came));
            let len = made + converter.count_end();
            let kept = Kept::File(Content::Converted { of, by, len });
            out.push_back(keeps("/in/a.txt", Some(kept)));
            out.push_back(keeps("/in/old.txt", None));
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    })
}

fn received(conn: ConnId, start: u64, len: u64) -> Content {
    Content::Received { conn, start, len }
}

/// What the second host keeps at the end.
fn kept_at_the_end(timeline: &Timeline) -> Vec<(String, Option<Content>)> {
    let state = States::new(timeline).after(timeline, timeline.events().len());
    let files = state.host(HostId(1)).files.iter();
    let kept = files.map(|((_, path), file)| {
        let content = match timeline.kept(file.row).what.clone() {
            Some(Kept::File(content)) => Some(content),
            _ => None,
        };
        assert_eq!(content.as_ref().map(Content::len), file.len);
        (path.clone(), content)
    });
    kept.collect()
}

#[test]
fn a_text_travels_with_the_networks_line_ends_and_arrives_with_its_own() {
    let text = Content::Generated {
        seed: 4,
        len: 200_000,
    };
    let (range, lines) = (64..128_064, 2000);
    let (to, from) = (Transform::ToNetwork, Transform::FromNetwork);
    let sender = sends(text.clone(), range.clone(), to);
    let mut network = pair(sender, vec![keeps(from)], LinkConfig::default());
    let timeline = run(&mut network);
    let said = &timeline.turns()[0];
    assert_eq!(said.range, (0, 128_000 + lines), "the wire's bytes");
    assert_eq!(said.carried, Some((text.clone(), range.clone(), to)));
    let kept = kept_at_the_end(timeline);
    let paths: Vec<&str> = kept.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/in", "/in/a.txt"]);
    let Some(content @ Content::Converted { of, .. }) = &kept[1].1 else {
        panic!("{kept:?}")
    };
    assert!(
        timeline.content(content) == text.read(range),
        "the same text"
    );
    assert_eq!(timeline.content(of).len() as u64, 128_000 + lines);
    let arrivals = timeline.arrivals();
    assert_eq!(
        arrivals.len(),
        1,
        "what it had from the start did not arrive"
    );
    assert!(arrivals[0].is_equal() && arrivals[0].compared == 128_000);
    let finish = timeline
        .events()
        .iter()
        .find(|e| e.kind == Kind::HeardFinish);
    assert!(
        finish.is_some(),
        "`Sent` came when the wire's last byte had"
    );
}

#[test]
fn an_image_that_is_sent_as_text_grows_and_stays_so_where_lines_end_with_crlf() {
    let image = Content::from_bytes(b"\x89PNG\r\n\x1a\n rest \n");
    let sender = sends(image, 0..15, Transform::ToNetwork);
    let receiver = vec![keeps(Transform::AsIs)];
    let mut network = pair(sender, receiver, LinkConfig::default());
    let timeline = run(&mut network);
    let kept = kept_at_the_end(timeline);
    let harmed = kept[1].1.as_ref().map(|content| timeline.content(content));
    assert_eq!(
        harmed.as_deref(),
        Some(&b"\x89PNG\r\r\n\x1a\r\n rest \r\n"[..])
    );
    let arrivals = timeline.arrivals();
    let [harmed] = &arrivals[..] else {
        panic!("{arrivals:?}")
    };
    assert_eq!((harmed.sent, harmed.kept), (15, 18));
    let first = Difference {
        at: 5,
        was: Some(b'\n'),
        is: Some(b'\r'),
    };
    assert_eq!(harmed.first, Some(first));
    assert!(!harmed.is_equal() && !harmed.is_cut());
    assert_eq!(harmed.path, "/in/a.txt");
}

#[test]
fn what_was_joined_from_what_came_is_sent_on() {
    // The first host keeps what it hears, and sends parts of it back.
    let to = "192.0.2.2:20".parse().unwrap();
    let text = b"one\r\ntwo\r\nthree\r\n";
    let sender = does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(to)),
        Input::Eof { conn } => {
            let lines = Content::Converted {
                of: Arc::new(received(conn, 0, 17)),
                by: Transform::FromNetwork,
                len: 14,
            };
            let part = |content: &Content, range| Part {
                content: content.clone(),
                range,
            };
            let content = Content::joined([
                part(&lines, 4..8),
                part(&received(conn, 0, 5), 0..3),
                part(&Content::from_bytes(b"!\n"), 0..2),
            ]);
            out.push_back(Request::SendContent {
                conn,
                content,
                range: 1..9,
                transform: Transform::ToNetwork,
                turn: None,
            });
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    });
    let receiver = does(move |_, input, out| match input {
        Input::Started => out.push_back(to_listen(20)),
        Input::Accepted { conn, .. } => {
            out.push_back(to_send(conn, Content::from_bytes(text)));
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    });
    let mut network = pair(sender, vec![receiver], LinkConfig::default());
    let timeline = run(&mut network);
    let end = timeline.ends().iter().position(|end| !end.active).unwrap();
    let came = timeline.received(ConnId::from_index(end), 0..u64::MAX);
    assert_eq!(came, b"wo\r\none!\r\n");
}
