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
    // A program may ask for what it heard, whenever that was.
    let ends = (0..timeline.ends().len()).map(crate::base::ConnId::from_index);
    let ends = ends.filter(|end| timeline.end(*end).host != server.stand_in().host);
    let heard: Vec<_> = ends.map(|end| timeline.received(end, 0..1 << 20)).collect();
    assert!(!heard.is_empty() && !heard[0].is_empty(), "{heard:?}");
    let rows = format!("{events:#?} {:#?} {heard:?}", timeline.turns());
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
fn who_is_asked_alone_whether_it_is_there_answers() {
    // Given a scenario of version 6, and a host that asks a neighbour it knows.
    let entry = catalogue::find("mail-submit").expect("it is in the catalogue");
    let settings = [("ip".to_owned(), "6".to_owned())];
    let loaded = load(entry.id, entry.text, &settings).expect("it loads");
    let live = Live::begin("x", loaded.scenario, &Options::default(), Some("laptop"));
    let mut live = live.expect("it begins");
    let stand_in = live.stand_in();
    let bytes = |addr: std::net::IpAddr| match addr {
        std::net::IpAddr::V6(addr) => addr.octets(),
        std::net::IpAddr::V4(_) => panic!("it is of version 6"),
    };
    let own = bytes(stand_in.addresses[0].0);
    let other = bytes(stand_in.names["server"][0]);
    let mut said = other.to_vec();
    said.extend_from_slice(&[1, 1]);
    said.extend_from_slice(&stand_in.mac);
    let mut frame = Vec::new();
    etherparse::PacketBuilder::ethernet2(stand_in.mac, [2, 0, 0, 0, 0, 2])
        .ipv6(own, other, 255)
        .icmpv6_raw(135, 0, [0; 4])
        .write(&mut frame, &said)
        .expect("it is written");
    // When it asks it alone, as it does before it asks all.
    live.enter(Time(1_000_000_000), &frame);
    live.advance(Time(2_000_000_000));
    // Then it is answered.
    let answer = live.next_out().expect("there is an answer");
    assert_eq!(answer.get(54), Some(&136));
    assert_eq!(answer.get(22..38), Some(&other[..]));
}

/// A run that ends after so many events, and what one who follows it sees: both as rows.
fn led_and_followed(events: u64, seed: u64) -> [String; 2] {
    let begin = |host, events| {
        let entry = catalogue::find("ftp-download").expect("it is in the catalogue");
        let scenario = load(entry.id, entry.text, &[]).expect("it loads").scenario;
        let budget = Budget { events, ..budget() };
        let options = Options {
            budget,
            ..Options::default()
        };
        Live::begin("x", scenario, &options, Some(host)).expect("it begins")
    };
    let (mut leader, mut other) = (begin("server", events), begin("laptop", u64::MAX));
    let mut rng = crate::base::Rng::from_seed(seed);
    let (mut journal, mut now, mut told) = (Journal::default(), Time::ZERO, false);
    while now < Time(6_000_000_000) {
        now += Duration::from_micros(1 + rng.below(3000));
        if !told && now > Time(500_000_000) {
            told = true;
            journal.story(now);
            leader.begin_story(now);
        }
        leader.advance(now);
        other.advance(now);
        leader.forget(rng.below(80_000));
        while let Some(frame) = leader.next_out() {
            other.enter(now, frame);
        }
        while let Some(frame) = other.next_out() {
            journal.frame(now, frame);
            leader.enter(now, frame);
        }
    }
    journal.over(now);
    let mut follower = begin("server", events);
    let mut reader = Reader::default();
    reader.take(journal.bytes());
    while let Some(entry) = reader.next_entry().expect("it is a journal") {
        follower.follow(&entry);
    }
    [leader, follower].map(|mut live| {
        let ended = live.advance(now).cloned();
        let timeline = live.timeline();
        let events: Vec<_> = timeline.events().iter().collect();
        format!("{ended:?} {events:#?} {:#?}", timeline.turns())
    })
}

#[test]
fn who_follows_need_not_look_as_often_nor_forget_and_ends_where_the_other_does() {
    for (seed, events) in [(1, 5), (2, 60), (3, 61), (4, 350), (5, 100_000)] {
        let [led, followed] = led_and_followed(events, seed);
        let differs = led
            .lines()
            .zip(followed.lines())
            .find(|(one, two)| one != two);
        assert_eq!(differs, None, "{events} events");
        assert_eq!(led.len(), followed.len(), "{events} events");
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
