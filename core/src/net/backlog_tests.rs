//! A peer that asks and asks, and does not listen.

use super::LinkConfig;
use super::tests::{at, does, note, notes, pair, to_connect, to_listen, to_send};
use crate::base::{Content, Duration, Time};
use crate::program::{Input, Program, Request};
use crate::timeline::{Act, Action, Kind};

const QUESTIONS: usize = 100_000;
const ANSWER: &[u8] = b"502 What an odd thing to ask for, and to ask for so often.\r\n";

/// Answers each line.
fn answers() -> Box<dyn Program> {
    does(|_, input, out| match input {
        Input::Started => out.push_back(to_listen(21)),
        Input::Data { conn, bytes, .. } => {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
            out.extend((0..lines).map(|_| Request::Send {
                conn,
                bytes: ANSWER.to_vec(),
                turn: Some(crate::program::ftp_turns::data("answer", 1)),
            }));
        }
        Input::Eof { conn } => out.push_back(Request::Finish { conn }),
        _ => {}
    })
}

/// Asks all at once, and reads nothing until somebody says `read`.
fn asks_and_does_not_listen() -> Box<dyn Program> {
    let mut heard = 0;
    let mut own = None;
    does(move |_, input, out| match input {
        Input::Started => out.push_back(to_connect(at(1, 21, false))),
        Input::Connected { conn, .. } => {
            own = Some(conn);
            out.push_back(Request::Pause { conn });
            out.push_back(to_send(
                conn,
                Content::from_bytes(&b"NOOP if you please\r\n".repeat(QUESTIONS)),
            ));
            out.push_back(Request::Finish { conn });
        }
        Input::Sent { .. } => out.push_back(note("asked", "all")),
        Input::Typed { text: "read", .. } => {
            out.extend(own.map(|conn| Request::Resume { conn }));
        }
        Input::Data { bytes, .. } => {
            heard += bytes.len();
        }
        Input::Eof { .. } => out.push_back(note("heard", &heard.to_string())),
        _ => {}
    })
}

/// Asks once, when somebody says `ask`.
fn asks_once() -> Box<dyn Program> {
    does(|_, input, out| match input {
        Input::Typed { text: "ask", .. } => out.push_back(to_connect(at(1, 21, false))),
        Input::Connected { conn, .. } => {
            out.push_back(to_send(conn, Content::from_bytes(b"NOOP\r\n")));
            out.push_back(Request::Finish { conn });
        }
        Input::Data { bytes, .. } => {
            assert_eq!(bytes, ANSWER);
            out.push_back(note("answered", "yes"));
        }
        _ => {}
    })
}

#[test]
fn who_does_not_listen_is_not_heard_for_long_and_others_are_served() {
    let mut network = pair(
        answers(),
        vec![asks_and_does_not_listen(), asks_once()],
        LinkConfig::default(),
    );
    let says = |seconds, text: &str| Action {
        at: Time::ZERO + Duration::from_secs(seconds),
        host: "host2".into(),
        person: "Grace".into(),
        program: None,
        act: Act::Type(text.into()),
    };
    network.act(says(60, "ask")).unwrap();
    network.act(says(120, "read")).unwrap();
    network.start();
    while network.now() < Time::ZERO + Duration::from_secs(110) {
        assert!(network.step());
    }
    let timeline = network.timeline();
    let of = notes(timeline);
    assert!(!of.contains_key("asked"), "the window has closed: {of:?}");
    assert_eq!(of["answered"], "yes", "others are served");
    let said = timeline.turns().iter().map(|said| said.range.1).max();
    // What the peer's stack holds, what this one holds, what waits, and one more helping.
    let all = QUESTIONS * ANSWER.len();
    assert!(said < Some(all as u64 / 6), "{said:?} of {all}");
    while network.step() {}
    let of = notes(network.timeline());
    assert_eq!(of["heard"], all.to_string(), "then all of it comes");
    let events = network.timeline().events().iter();
    assert_eq!(
        events.filter(|e| e.kind == Kind::Turn).count(),
        QUESTIONS + 1
    );
}
