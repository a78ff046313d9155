//! Live runs, joined at their doors.

use super::*;
use crate::base::Duration;
use crate::scenario::{catalogue, load};

/// A catalogue scenario in which somebody stands in for `host`.
fn plan(id: &str, host: &str) -> Live {
    let entry = catalogue::find(id).expect("it is in the catalogue");
    let loaded = load(entry.id, entry.text, &[]).expect("it loads");
    Live::begin(id, loaded.scenario, &Options::default(), Some(host)).expect("it begins")
}

/// Joins two runs at their doors, in steps of a millisecond, and writes down what went into
/// the first.
pub(super) fn joined(a: &mut Live, b: &mut Live, until: Time) -> Journal {
    let mut journal = Journal::default();
    let mut now = a.timeline().last_time();
    while now < until {
        now += Duration::from_millis(1);
        a.advance(now);
        b.advance(now);
        while let Some(frame) = a.next_out() {
            b.enter(now, frame);
        }
        while let Some(frame) = b.next_out() {
            let frame = frame.to_vec();
            journal.frame(now, &frame);
            a.enter(now, &frame);
        }
    }
    journal.over(now);
    journal
}

#[test]
fn two_runs_joined_at_their_doors_are_one_network() {
    // Given Ada's run, in which somebody else is the server, and another, in which somebody
    // else is the laptop.
    let mut ada = plan("ftp-download", "server");
    let mut server = plan("ftp-download", "laptop");
    // When each is the other's outside.
    ada.begin_story(Time::ZERO);
    joined(&mut ada, &mut server, Time(20_000_000_000));
    // Then the file arrives.
    let outcomes = ada.timeline().outcomes();
    assert!(outcomes.iter().all(|outcome| outcome.ok), "{outcomes:?}");
    assert!(outcomes.iter().any(|o| o.code == Some(226)), "{outcomes:?}");
    assert_eq!(ada.stand_in().host, HostId::from_index(1));
}

#[test]
fn who_follows_the_journal_sees_the_same() {
    // Given a run that somebody outside took part in.
    let mut ada = plan("ftp-download", "server");
    let mut server = plan("ftp-download", "laptop");
    ada.begin_story(Time::ZERO);
    let mut journal = Journal::default();
    journal.story(Time::ZERO);
    let more = joined(&mut ada, &mut server, Time(5_000_000_000));
    // When another reads its journal, a few bytes at a time.
    let mut follower = plan("ftp-download", "server");
    let mut reader = Reader::default();
    for piece in [journal.bytes(), more.bytes()].concat().chunks(7) {
        reader.take(piece);
        while let Some(entry) = reader.next_entry().expect("it is a journal") {
            follower.follow(&entry);
        }
    }
    // Then it sees the same, byte for byte.
    let json = |live: Live| {
        let run = live.finish();
        let mut bytes = Vec::new();
        crate::timeline::to_json(&run.timeline, &run.info, &mut bytes).unwrap();
        bytes
    };
    assert!(ada.timeline().frames().len() > 50);
    assert_eq!(json(ada), json(follower));
}

/// What happens in a run whose door is the laptop, while the link is full of frames for
/// nobody, and with or without their bytes being let go.
fn littered(id: &str, forgets: bool) -> (String, u64) {
    let begin = |host| {
        let delay = [("delay".to_owned(), "200 ms".to_owned())];
        let entry = catalogue::find(id).expect("it is in the catalogue");
        let loaded = load(entry.id, entry.text, &delay).expect("it loads");
        Live::begin(id, loaded.scenario, &Options::default(), Some(host)).expect("it begins")
    };
    let (mut server, mut ada) = (begin("laptop"), begin("server"));
    ada.begin_story(Time::ZERO);
    let mut litter = vec![0; 1400];
    litter[..14].copy_from_slice(&[6, 6, 6, 6, 6, 6, 2, 0, 0, 0, 0, 9, 0x88, 0xb5]);
    for step in 0..100 {
        let until = Time((step + 1) * 200_000_000);
        for _ in 0..100 {
            server.enter(Time(step * 200_000_000), &litter);
        }
        if forgets {
            server.forget(0);
        }
        joined(&mut server, &mut ada, until);
    }
    assert!(ada.timeline().outcomes().iter().all(|outcome| outcome.ok));
    let timeline = server.timeline();
    let events: Vec<_> = timeline.events().iter().collect();
    let rows = format!("{events:#?} {:#?}", timeline.turns());
    (rows, timeline.held_bytes())
}

#[test]
fn frames_that_were_let_go_are_missed_by_nobody() {
    for id in ["ftp-download", "mail-submit"] {
        // Given two runs that differ in nothing but what they let go, also of what is
        // on its way.
        let (all, held) = littered(id, false);
        let (few, kept) = littered(id, true);
        // Then the same happens in both.
        assert!(kept < held / 3, "{kept} of {held}");
        let differs = all
            .lines()
            .zip(few.lines())
            .find(|(one, other)| one != other);
        assert_eq!(differs, None, "{id}");
        assert_eq!(all.len(), few.len(), "{id}");
    }
}

#[test]
fn what_is_no_journal_is_refused() {
    let refused = |bytes: &[u8]| {
        let mut reader = Reader::default();
        reader.take(bytes);
        reader.next_entry()
    };
    assert_eq!(refused(&[0; 13]), Err(JournalError));
    assert_eq!(refused(&[9; 13]), Err(JournalError));
    assert_eq!(
        refused(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
        Err(JournalError)
    );
    assert_eq!(refused(&[1; 5]), Ok(None));
    // Time does not go back.
    let mut journal = Journal::default();
    journal.now(Time(2_000_000_000));
    journal.now(Time(1_000_000_000));
    let mut reader = Reader::default();
    reader.take(journal.bytes());
    assert!(reader.next_entry().is_ok_and(|entry| entry.is_some()));
    assert_eq!(reader.next_entry(), Err(JournalError));
}

#[test]
fn who_can_be_stood_in_for_is_named() {
    let scenario = || {
        let entry = catalogue::find("nat-translates").expect("it is in the catalogue");
        load(entry.id, entry.text, &[]).expect("it loads").scenario
    };
    let begin = |host| Live::begin("x", scenario(), &Options::default(), host);
    assert_eq!(begin(None).unwrap().stand_in().name, "laptop");
    let wrong = begin(Some("router")).unwrap_err();
    assert!(
        wrong.contains("`router` is a router") && wrong.contains("laptop"),
        "{wrong}"
    );
    let wrong = begin(Some("nobody")).unwrap_err();
    assert!(
        wrong.contains("there is no host `nobody`: choose"),
        "{wrong}"
    );
}
