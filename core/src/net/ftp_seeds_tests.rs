//! Many seeds of a session over bad links: what is said and what is kept is what would have been
//! said and kept over a good one, or the person is told why not.

use super::host::TcpConfig;
use super::seeds_tests::Dice;
use super::tests::{address, host_with};
use super::{LinkConfig, Network};
use crate::base::{Content, Duration, HostId, Kept, Outcome, Rng, Time, TurnKind};
use crate::program::files::Files;
use crate::program::ftp_server::{Account, FtpServer, FtpServerConfig};
use crate::program::ftp_user::{DataMode, FtpUser, FtpUserConfig};
use crate::timeline::{Act, Action, Kind, Timeline};
use std::collections::BTreeMap;

/// Runs that are tried, unless `WIRESTAGE_SEEDS` says how many.
const SEEDS: u64 = 60;

const LINES: [&str; 14] = [
    "login",
    "mkdir site",
    "put index.html as site/index.html",
    "cd site",
    "ls",
    "append index.html to index.html",
    "rename index.html to old.html",
    "get old.html",
    "cd ..",
    "get report.pdf",
    "type ascii",
    "get notes.txt",
    "delete notes.txt",
    "quit",
];

/// What a session came to.
#[derive(Debug, PartialEq, Eq)]
struct Meaning {
    commands: Vec<String>,
    replies: Vec<String>,
    outcomes: Vec<Outcome>,
    /// What is kept, by host and path.
    kept: BTreeMap<(HostId, String), Option<Vec<u8>>>,
}

fn generated(seed: u64, len: u64) -> Content {
    Content::Generated { seed, len }
}

fn server() -> FtpServer {
    let notes = Content::from_bytes(b"one\ntwo\n\nfour\n");
    FtpServer::new(FtpServerConfig {
        users: vec![Account::new("ada", "analytical")],
        files: [("report.pdf", generated(1, 30_000)), ("notes.txt", notes)]
            .into_iter()
            .collect(),
        ..FtpServerConfig::default()
    })
}

fn laptop(mode: DataMode, v6: bool) -> FtpUser {
    FtpUser::new(FtpUserConfig {
        server: address(2, v6).to_string(),
        user: "ada".into(),
        password: "analytical".into(),
        mode,
        files: [("index.html", generated(2, 5000))]
            .into_iter()
            .collect::<Files>(),
        ..FtpUserConfig::default()
    })
}

/// Plays the session over a link.
fn played(
    link: LinkConfig,
    tcp: [TcpConfig; 2],
    (mode, v6): (DataMode, bool),
    seed: u64,
) -> Meaning {
    let told = format!("seed {seed}: {mode:?} {link:?}");
    let mut network = Network::with_rng(Rng::from_seed(seed));
    let a = host_with(&mut network, 1, tcp[0], vec![Box::new(laptop(mode, v6))]);
    let b = host_with(&mut network, 2, tcp[1], vec![Box::new(server())]);
    network.join(a, b, "a - b", link);
    network.start();
    for line in LINES {
        let typed = Action {
            at: Time::ZERO,
            host: "host1".to_owned(),
            program: None,
            person: "Ada".to_owned(),
            act: Act::Type(line.to_owned()),
        };
        network.act(typed).expect("the host is there");
    }
    let mut steps = 0;
    while network.step() {
        steps += 1;
        assert!(steps < 3_000_000, "it does not end; {told}");
    }
    let timeline = network.timeline();
    let end = Time::ZERO + Duration::from_secs(24 * 3600);
    assert!(timeline.last_time() < end, "{told}");
    meaning(timeline)
}

fn meaning(timeline: &Timeline) -> Meaning {
    let said = |kind| {
        let turns = timeline.turns().iter();
        let turns = turns.filter(move |record| record.turn.kind == kind);
        turns
            .map(|record| plainly(&record.turn.text))
            .collect::<Vec<_>>()
    };
    let mut kept = BTreeMap::new();
    for event in timeline.events().iter() {
        if event.kind == Kind::Kept {
            let record = timeline.kept(event.arg);
            let bytes = match &record.what {
                Some(Kept::File(content)) => Some(timeline.content(content)),
                Some(Kept::Folder) => None,
                None => {
                    kept.remove(&(event.host, record.path.clone()));
                    continue;
                }
            };
            kept.insert((event.host, record.path.clone()), bytes);
        }
    }
    Meaning {
        commands: said(TurnKind::Command),
        replies: said(TurnKind::Reply),
        outcomes: timeline.outcomes().to_vec(),
        kept,
    }
}

/// What is said, without what may differ: ports, and whether the data connection was open first.
fn plainly(text: &str) -> String {
    let named = ["227", "229", "PORT", "EPRT", "200 I will connect"];
    match named.iter().find(|named| text.starts_with(**named)) {
        Some(named) => (*named).to_owned(),
        None if text.starts_with("125") || text.starts_with("150") => "begun".to_owned(),
        None => text.to_owned(),
    }
}

/// A text without its numbers, to count what is said.
fn without_numbers(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' if plain.ends_with('#') => {}
            '0'..='9' => plain.push('#'),
            letter => plain.push(letter),
        }
    }
    plain
}

/// Whatever the seed: the same meaning, or an outcome that says why not. Answers the latter,
/// without its numbers.
pub(super) fn any_seed(seed: u64) -> Option<String> {
    let mut dice = Dice(Rng::from_seed(seed).fork("ftp"));
    let modes = [DataMode::Active, DataMode::Passive, DataMode::Extended];
    let how = (dice.pick(&modes), dice.pick(&[false, true]));
    let link = dice.link();
    let tcp = [dice.tcp(), dice.tcp()];
    let good = played(LinkConfig::default(), Default::default(), how, seed);
    assert!(good.outcomes.iter().all(|o| o.ok), "{:?}", good.outcomes);
    assert_eq!(good.outcomes.len(), LINES.len());
    let told = format!("seed {seed}: {how:?} {link:?} {tcp:?}");
    let bad = played(link, tcp, how, seed);
    let Some(failed) = bad.outcomes.iter().position(|o| !o.ok) else {
        assert_eq!(bad, good, "{told}");
        return None;
    };
    assert_eq!(bad.outcomes[..failed], good.outcomes[..failed], "{told}");
    what_was_said_to_arrive_did(&bad, &good, failed, &told);
    Some(without_numbers(&bad.outcomes[failed].text))
}

/// Each file that an outcome speaks of is the same as over a good link, although the session
/// broke later.
fn what_was_said_to_arrive_did(bad: &Meaning, good: &Meaning, failed: usize, told: &str) {
    let same = |host: u16, path: &str| {
        let at = (HostId(host), path.to_owned());
        assert!(good.kept.contains_key(&at), "{path}");
        assert_eq!(bad.kept.get(&at), good.kept.get(&at), "{path}; {told}");
    };
    for line in &LINES[..failed] {
        match *line {
            "put index.html as site/index.html" if failed <= 5 => {
                // A later line may have renamed it.
                let mut names = ["/site/index.html", "/site/old.html"].into_iter();
                let there = names.find_map(|at| bad.kept.get(&(HostId(1), at.to_owned())));
                let sent = good.kept.get(&(HostId(0), "/index.html".to_owned()));
                let added = |file: &Option<Vec<u8>>| file.as_ref().map_or(0, Vec::len);
                // What broke off while it was added to it may lie behind it.
                assert!(there.map_or(0, added) >= sent.map_or(1, added), "{told}");
            }
            "rename index.html to old.html" => same(1, "/site/old.html"),
            "get old.html" => same(0, "/old.html"),
            "get report.pdf" => same(0, "/report.pdf"),
            "get notes.txt" => same(0, "/notes.txt"),
            _ => {}
        }
    }
}

/// Why a session may end early. All are a connection that broke, or a wait that was declared.
const REASONS: [&str; 4] = [
    "no answer for too long",
    "Nothing happened for",
    "host unreachable",
    "the other side reset it",
];

#[test]
fn a_session_means_the_same_over_bad_links_or_the_person_is_told_why_not() {
    let seeds = std::env::var("WIRESTAGE_SEEDS").ok();
    let seeds = seeds.map_or(SEEDS, |seeds| seeds.parse().expect("a number of seeds"));
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    // Many seeds are tried in parts.
    let first = std::env::var("WIRESTAGE_FIRST_SEED").ok();
    let first = first.map_or(0, |first| first.parse().expect("a seed"));
    for seed in first..first + seeds {
        let reason = any_seed(seed).unwrap_or_default();
        *reasons.entry(reason).or_default() += 1;
    }
    let same = reasons.remove("").unwrap_or(0);
    println!("{seeds} seeds: {same} sessions meant the same");
    for (reason, count) in &reasons {
        println!("{count} {reason}");
    }
    let odd = |reason: &&String| !REASONS.iter().any(|known| reason.contains(known));
    let odd: Vec<&String> = reasons.keys().filter(odd).collect();
    assert!(odd.is_empty(), "{odd:#?}");
    // Six connections, each of which a bad link may lose.
    assert!(same * 10 > seeds * 4, "many do: {same} of {seeds}");
}
