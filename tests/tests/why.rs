//! Why: every loss, refusal and bounce of the catalogue has a chain that a teacher could tell.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use wirestage_core::base::{EventId, TurnKind};
use wirestage_core::capture::Tap;
use wirestage_core::explain::why::{self, FEWEST, Index, MOST, WORDS};
use wirestage_core::save;
use wirestage_core::scenario::{catalogue::CATALOGUE, variants};
use wirestage_core::simulation::Options;
use wirestage_core::timeline::{Chain, Kind, Matter, Timeline, to_json};
use wirestage_core::view::transcript::{Options as Shown, transcript};
use wirestage_core::view::whys;
use wirestage_tests::runs::scenario;
use wirestage_tests::{Run, wirestage};

/// What holds for each chain, whatever it tells.
fn check(timeline: &Timeline, event: EventId, chain: &Chain, of: &str) {
    let told = whys::told(timeline, chain);
    assert_eq!(chain.event, event, "{of}\n{told}");
    let last = chain.links.last().unwrap();
    assert_eq!(
        last.event, event,
        "{of}: it ends at what is explained\n{told}"
    );
    let root = timeline.event(chain.links[0].event);
    assert_eq!(root.cause, None, "{of}: it begins at a root\n{told}");
    let is_root = matches!(
        root.kind,
        Kind::Started
            | Kind::Acted
            | Kind::HostDown
            | Kind::HostUp
            | Kind::LinkDown
            | Kind::LinkUp
            | Kind::Timer
            | Kind::Flow
    );
    assert!(is_root || root.id == event, "{of}: {root:?}\n{told}");
    assert!(chain.links.len() <= MOST, "{of}\n{told}");
    let fewest = FEWEST.min(causes_worth_a_link(timeline, event));
    assert!(chain.links.len() >= fewest, "{of}: too few\n{told}");
    let in_order = chain.links.is_sorted_by(|a, b| a.event < b.event);
    assert!(in_order, "{of}: each link is told once, in time\n{told}");
    for link in &chain.links {
        let words = link.says.split_whitespace().count();
        assert!((1..=WORDS).contains(&words), "{of}: {words} words\n{told}");
        assert_eq!(link.says.trim(), link.says, "{of}\n{told}");
        assert!(!link.says.contains("  "), "{of}\n{told}");
        assert!(
            !link.says.contains(": :") && !link.says.ends_with(':'),
            "{of}\n{told}"
        );
        let at = timeline.event(link.event);
        assert_eq!((link.time, link.host), (at.time, at.host), "{of}\n{told}");
    }
}

/// How many of an event's recorded causes anybody would tell, itself counted.
fn causes_worth_a_link(timeline: &Timeline, event: EventId) -> usize {
    let told = |kind: Kind| {
        matches!(
            kind,
            Kind::Turn
                | Kind::Opening
                | Kind::Acted
                | Kind::Started
                | Kind::Dropped
                | Kind::Discarded
                | Kind::Closed
        )
    };
    let causes = timeline.causes(event).skip(1);
    1 + causes.filter(|cause| told(cause.kind)).count()
}

/// What is to have a chain, found by other means than the chains are.
fn troubles(timeline: &Timeline) -> BTreeSet<EventId> {
    let events = timeline.events().iter();
    let said_no = events.filter(|event| {
        event.kind == Kind::Turn && {
            let turn = &timeline.turn(event.arg).turn;
            let no = |text: &str| text.starts_with(['4', '5']) || text.starts_with("-ERR");
            let code = turn.text.get(..3).is_some_and(|c| c.parse::<u16>().is_ok());
            turn.kind == TurnKind::Reply
                && no(&turn.text)
                && (code || turn.text.starts_with("-ERR"))
        }
    });
    let said_no: Vec<EventId> = said_no.map(|event| event.id).collect();
    let lost = timeline.losses().map(|loss| loss.event);
    lost.chain(said_no).collect()
}

#[test]
fn whatever_goes_wrong_at_any_knob_is_explained() {
    let mut count = 0;
    for entry in CATALOGUE {
        for settings in variants(&scenario(entry.id, &Vec::new())) {
            let run = Run::with(entry.id, &settings, &Options::default());
            let timeline = &run.timeline;
            let of = format!("{} {settings:?}", entry.id);
            let chains = &run.info.whys;
            let explained: BTreeSet<EventId> = chains.iter().map(|chain| chain.event).collect();
            assert_eq!(explained.len(), chains.len(), "{of}: none comes twice");
            let missing: Vec<_> = troubles(timeline).difference(&explained).copied().collect();
            assert!(missing.is_empty(), "{of}: nothing explains {missing:?}");
            for chain in chains {
                check(timeline, chain.event, chain, &of);
                is_decided(timeline, chain, &of);
            }
            count += chains.len();
        }
    }
    assert!(
        count > 1000,
        "{count}: the catalogue goes wrong in many ways"
    );
}

/// Each names what decided, where, and why.
fn is_decided(timeline: &Timeline, chain: &Chain, of: &str) {
    let told = whys::told(timeline, chain);
    let Some(trouble) = &chain.trouble else {
        panic!("{of}: nothing decided\n{told}");
    };
    assert!(trouble.event <= chain.event, "{of}\n{told}");
    assert!(!trouble.reason.is_empty(), "{of}\n{told}");
    let nodes = timeline.nodes().iter().map(|node| &node.name);
    let links = timeline.links().iter().map(|link| &link.name);
    let mut places = nodes.chain(links);
    assert!(places.any(|place| *place == trouble.place), "{of}\n{told}");
    if chain.matter == Matter::Lost {
        let loss = timeline.loss(&timeline.event(trouble.event)).unwrap();
        assert_eq!(loss.place, trouble.place, "{of}\n{told}");
    }
}

#[test]
fn any_event_at_all_has_a_chain() {
    for id in [
        "ftp-download",
        "mail-retry",
        "ping-traceroute",
        "ftp-active-nat",
    ] {
        let run = Run::of(id, &[]);
        let mut index = Index::default();
        index.follow(&run.timeline);
        for event in run.timeline.events().iter() {
            let chain = index.chain((&run.timeline, &run.info), event.id);
            check(&run.timeline, event.id, &chain, id);
        }
    }
}

#[test]
fn an_index_that_grew_finds_the_same() {
    let run = Run::of("mail-retry", &[]);
    let seen = (&run.timeline, &run.info);
    let mut index = Index::default();
    index.follow(&Timeline::default());
    index.follow(&run.timeline);
    index.follow(&run.timeline);
    for chain in &run.info.whys {
        assert_eq!(index.chain(seen, chain.event), *chain);
        assert_eq!(why::chain(seen, chain.event), *chain);
    }
}

/// A domain that takes no mail says so in its zone: the name server's answer decides.
#[test]
fn the_null_mx_is_what_sends_a_letter_back() {
    let run = Run::of("mail-mx-failover", &[("zone", "we take no mail")]);
    let bounced = run
        .info
        .whys
        .iter()
        .find(|why| why.matter == Matter::Bounced);
    let trouble = bounced.unwrap().trouble.clone().unwrap();
    let event = run.timeline.event(trouble.event);
    let said = &run.timeline.turn(event.arg).turn;
    assert_eq!((event.kind, said.verb.as_str()), (Kind::Turn, "MX"));
    assert_eq!(trouble.place, "ns");
    assert!(said.text.ends_with(": 0 ."), "{}", said.text);
}

/// What a refusal came of lies on other connections, at other hosts.
#[test]
fn a_reply_is_explained_by_the_loss_of_another_connection() {
    let run = Run::of("ftp-active-nat", &[]);
    let refused = run
        .info
        .whys
        .iter()
        .find(|why| why.matter == Matter::Refused);
    let refused = refused.unwrap();
    let trouble = refused.trouble.as_ref().unwrap();
    assert_eq!(
        (trouble.place.as_str(), trouble.reason.as_str()),
        ("internet", "no route")
    );
    let said = |text: &str| refused.links.iter().any(|link| link.says.contains(text));
    for part in [
        "get report.pdf",
        "(PORT)",
        "(RETR)",
        "calls 192.168.1.10",
        "425",
    ] {
        assert!(said(part), "{part}: {refused:#?}");
    }
}

#[test]
fn a_password_is_not_told() {
    let asked = ("auth", "question by question (LOGIN)");
    for (id, settings, secret) in [
        ("ftp-download", &[][..], "analytical"),
        ("lost-segment", &[], "analytical"),
        ("mail-login", &[], "AGFkYQBhbmFseXRpY2Fs"),
        ("mail-login", &[asked], "YW5hbHl0aWNhbA=="),
    ] {
        let run = Run::of(id, settings);
        let mut index = Index::default();
        index.follow(&run.timeline);
        for event in run.timeline.events().iter() {
            let chain = index.chain((&run.timeline, &run.info), event.id);
            let told = whys::told(&run.timeline, &chain);
            assert!(!told.contains(secret), "{told}");
        }
    }
}

/// Scenario, knobs, what is the matter, and which of those: 0 for the first, -1 for the last.
type Chosen = (
    &'static str,
    &'static [(&'static str, &'static str)],
    Matter,
    i32,
);

#[rustfmt::skip]
const CHOSEN: &[Chosen] = &[
    ("lost-segment", &[], Matter::Lost, 0),
    ("fast-retransmit", &[], Matter::Lost, 0),
    ("handshake", &[("call", "nobody listening")], Matter::Broken, 0),
    ("handshake", &[("call", "a silent firewall")], Matter::Broken, 0),
    ("handshake", &[("call", "no such host")], Matter::Broken, 0),
    ("drop-or-reject", &[("rule", "reject by RST")], Matter::Broken, 0),
    ("ping-traceroute", &[], Matter::Rejected, 1),
    ("nat-forgets", &[], Matter::Failed, 0),
    ("link-down", &[], Matter::Lost, -1),
    ("ftp-active-nat", &[], Matter::Lost, 0),
    ("ftp-active-nat", &[], Matter::Refused, 0),
    ("ftp-active-nat", &[("announces", "router's address")], Matter::Refused, 0),
    ("ftp-active-nat", &[("port-check", "on")], Matter::Refused, 0),
    ("ftp-active-firewall", &[], Matter::Refused, 0),
    ("ftp-passive-firewall", &[], Matter::Broken, 0),
    ("ftp-server-nat", &[], Matter::Failed, 0),
    ("ftp-control-forgotten", &[], Matter::Failed, 0),
    ("ftp-bounce", &[("port", "23, where nobody listens")], Matter::Refused, 0),
    ("ftp-upload-site", &[("disk", "30 kB")], Matter::Refused, 0),
    ("ftp-manage", &[("who", "Ada, with a wrong password")], Matter::Refused, 0),
    ("ftp-manage", &[("sessions", "1")], Matter::Refused, 0),
    ("ftp-backup", &[], Matter::Refused, 0),
    ("ftp-abort", &[], Matter::Refused, 0),
    ("mail-ada-grace", &[("to", "nobody whom Grace's server knows")], Matter::Bounced, 0),
    ("mail-mx-failover", &[("zone", "we take no mail")], Matter::Bounced, 0),
    ("mail-mx-failover", &[], Matter::Broken, 0),
    ("mail-refused", &[("greylists", "two minutes (451)")], Matter::Refused, -1),
    ("mail-relay-denied", &[], Matter::Refused, 0),
    ("mail-retry", &[], Matter::Bounced, 0),
    ("mail-lost-reply", &[], Matter::Rejected, 0),
    ("mail-too-large", &[], Matter::Bounced, 0),
    ("mail-double-bounce", &[], Matter::Bounced, -1),
    ("mail-loop", &[], Matter::Bounced, -1),
];

#[test]
fn chosen_chains_are_told_as_a_teacher_would() {
    let mut text = String::new();
    for (id, settings, matter, nth) in CHOSEN {
        let run = Run::of(id, settings);
        let of: Vec<&Chain> = run
            .info
            .whys
            .iter()
            .filter(|w| w.matter == *matter)
            .collect();
        let at = usize::try_from(*nth).ok().or(of.len().checked_sub(1));
        let chain = at.and_then(|at| of.get(at));
        let chain = chain.unwrap_or_else(|| panic!("{id} {settings:?}: nothing is {matter:?}"));
        let knobs: Vec<String> = settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let _ = writeln!(text, "── {id} {}", knobs.join(" "));
        text += &whys::told(&run.timeline, chain);
        text.push('\n');
    }
    let path = wirestage_tests::root().join("tests/expected/why.txt");
    if std::env::var_os("WIRESTAGE_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (kept, told)) in (1..).zip(kept.lines().zip(text.lines())) {
        assert_eq!(kept, told, "{}:{number}", path.display());
    }
    assert_eq!(kept, text, "one is longer");
}

#[test]
fn what_is_saved_tells_why() {
    let run = Run::of("ftp-active-nat", &[]);
    let (timeline, info) = (&run.timeline, &run.info);
    let told = transcript(timeline, info, Shown::default());
    assert!(told.contains("why: internet: no route\n"), "{told}");
    assert_eq!(
        told.matches("why:").count(),
        2,
        "the loss and the 425\n{told}"
    );
    let mut bytes = Vec::new();
    to_json(timeline, info, &mut bytes).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let rows = json["whys"].as_array().unwrap();
    assert_eq!(rows.len(), info.whys.len());
    assert_eq!(rows[0]["trouble"]["place"], "internet");
    assert_eq!(rows[0]["links"][0]["host"], "laptop");
    let mut comments = Vec::new();
    let tap = Tap::named(timeline, "server").unwrap();
    save::each_frame((timeline, info), tap, &mut |caught| {
        comments.extend(
            caught
                .comments
                .iter()
                .filter(|c| c.starts_with("why: "))
                .cloned(),
        );
    });
    let last = comments.last().unwrap();
    assert!(
        last.starts_with("why: internet: no route ← laptop: "),
        "{comments:?}"
    );
    assert_eq!(comments.len(), 2, "{comments:?}");
}

#[test]
fn a_run_in_which_all_goes_well_says_no_more_than_before() {
    let run = Run::of("ftp-download", &[]);
    assert!(run.info.whys.is_empty());
    let told = transcript(&run.timeline, &run.info, Shown::default());
    assert!(!told.contains("why:"), "{told}");
}

#[test]
fn the_program_tells_why() {
    let call = |args: &[&str]| {
        let output = wirestage().args(args).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), out, err)
    };
    let (code, out, _) = call(&["run", "mail-refused", "--why"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("Refused at mx: 550 5.1.1"), "{out}");
    assert!(
        out.contains("Went wrong at mx: 550 5.1.1"),
        "the bounce\n{out}"
    );
    let (_, out, _) = call(&["run", "ftp-download", "--why"]);
    assert!(out.starts_with("Nothing was lost"), "{out}");
    let (_, out, _) = call(&["run", "--why", "47", "ftp-active-nat"]);
    assert!(out.starts_with("Why? internet: drops the SYN"), "{out}");
    let (_, out, _) = call(&["run", "ftp-download", "--why=3"]);
    assert!(
        out.contains("sends the SYN") && out.contains("Ada types"),
        "{out}"
    );
    for number in ["0", "100000000"] {
        let (code, out, err) = call(&["run", "ftp-download", "--why", number]);
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert!(err.contains(number), "{err}");
    }
}

#[test]
fn a_long_run_is_explained_anywhere() {
    let settings = wirestage_tests::runs::owned(&[("size", "10 MB"), ("rate", "1 Gbit/s")]);
    let run = Run::with("ftp-download", &settings, &Options::default());
    let mut index = Index::default();
    index.follow(&run.timeline);
    let all = run.timeline.events().len();
    assert!(all > 10_000, "{all} events");
    for event in (0..all).step_by(all / 100) {
        let event = EventId::from_index(event);
        let chain = index.chain((&run.timeline, &run.info), event);
        check(&run.timeline, event, &chain, "10 MB");
    }
}
