//! Many seeds of letters between servers over bad links, with servers that go down and come up
//! again: each letter that was taken ends, for each recipient, in a mailbox, as a bounce, or
//! in a queue; and arrives twice only where somebody never heard that it had arrived.

use super::host::HostConfig;
use super::seeds_tests::Dice;
use super::tests::{address, info};
use super::{LinkConfig, Network};
use crate::base::{Duration, HostId, ProgramId, Rng, Time};
use crate::program::mail_server::tests::Watched;
use crate::program::mail_server::tests_sender::{Letters, Sender, Told, Tried, envelope};
use crate::program::mail_server::{MailServerConfig, Relays};
use crate::program::{Input, NameAnswer, NameData, NameError, NameKind, Program, Request};
use crate::timeline::{Kind, Timeline};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

/// Runs that are tried, unless `WIRESTAGE_SEEDS` says how many.
const SEEDS: u64 = 200;

/// The servers: their host numbers, names and domains.
const SERVERS: [(u8, &str, &str); 3] = [
    (2, "mx.example.org", "example.org"),
    (3, "mx.example.net", "example.net"),
    (4, "mx2.example.net", "example.com"),
];

/// Whom letters are for: in both domains; full, busy, moved, unknown, and in no domain.
const RECIPIENTS: [&str; 8] = [
    "ada@example.org",
    "grace@example.net",
    "alan@example.net",
    "all@example.net",
    "moved@example.net",
    "nobody@example.net",
    "nobody@example.org",
    "x@missing.example",
];

/// Where letters for an address end.
fn ends(to: &str) -> Vec<&str> {
    match to {
        "all@example.net" => vec!["grace@example.net", "ada@example.org"],
        "moved@example.net" => vec!["ada@example.org"],
        other => vec![other],
    }
}

/// A resolver that knows all names, and now and then none.
struct Names {
    v6: bool,
    rng: Rng,
    /// Of so many questions one stays without an answer.
    fails: u64,
    requests: VecDeque<Request>,
}

impl Names {
    fn answers(&mut self, name: &str, kind: NameKind) -> Result<Vec<NameAnswer>, NameError> {
        if self.fails > 0 && self.rng.below(self.fails) == 0 {
            return Err(NameError::TimedOut);
        }
        let all: Vec<NameData> = match (name, kind) {
            ("example.net", NameKind::Mx) => vec![
                NameData::Mx(20, "mx2.example.net".into()),
                NameData::Mx(10, "mx.example.net".into()),
            ],
            (_, NameKind::Mx) => {
                let mut of = SERVERS.iter().filter(|(.., domain)| *domain == name);
                let (_, host, _) = of.next().ok_or(NameError::NoSuchName)?;
                vec![NameData::Mx(10, (*host).to_owned())]
            }
            _ => {
                let mut of = SERVERS.iter().filter(|(_, host, _)| *host == name);
                let (number, ..) = of.next().ok_or(NameError::NoSuchName)?;
                vec![NameData::Address(address(*number, self.v6))]
            }
        };
        let answer = |data| NameAnswer { data, ttl_s: 1 };
        Ok(all.into_iter().map(answer).collect())
    }
}

impl Program for Names {
    fn handle(&mut self, _: Time, input: Input<'_>) {
        if let Input::Asked {
            question,
            name,
            kind,
        } = input
        {
            let answers = self.answers(name, kind);
            self.requests
                .push_back(Request::Answer { question, answers });
        }
    }
    fn poll_timeout(&self) -> Option<Time> {
        None
    }
    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}

fn servers(dice: &mut Dice) -> Vec<MailServerConfig> {
    let retry = Duration::from_secs(dice.pick(&[20, 120, 600]));
    let gives_up_after = Duration::from_secs(dice.pick(&[600, 3600, 7200]));
    let busy = Time::ZERO + Duration::from_secs(dice.pick(&[0, 0, 300]));
    let greylists = dice.pick(&[None, None, Some(Duration::from_secs(60))]);
    let quota = dice.pick(&[None, None, Some(2500)]);
    let disk = dice.pick(&[None, None, Some(9000)]);
    let warns_after = dice.pick(&[None, Some(Duration::from_secs(900))]);
    let (pipelining, extended) = (dice.pick(&[true, false]), dice.pick(&[true, true, false]));
    let one = |(number, host, domain): &(u8, &str, &str)| MailServerConfig {
        domains: vec![(*domain).to_owned()],
        mailboxes: match number {
            2 => vec!["ada@example.org".into()],
            3 => vec!["grace@example.net".into(), "alan@example.net".into()],
            _ => vec![],
        },
        aliases: match number {
            3 => vec![(
                "all".into(),
                vec!["grace@example.net".into(), "ada@example.org".into()],
            )],
            _ => vec![],
        },
        moved: match number {
            3 => vec![("moved".into(), "ada@example.org".into())],
            _ => vec![],
        },
        busy: match number {
            3 => vec![("alan@example.net".into(), busy)],
            _ => vec![],
        },
        greylists: greylists.filter(|_| *number == 3),
        quota: quota.filter(|_| *number == 3),
        disk: disk.filter(|_| *number == 3),
        relays: Relays::Anyone,
        retry_after: retry,
        gives_up_after,
        warns_after,
        pipelining,
        extended,
        rng: Rng::from_seed(u64::from(*number)),
        ..MailServerConfig::new(*host)
    };
    SERVERS.iter().map(one).collect()
}

fn letters(dice: &mut Dice) -> Letters {
    let from = dice.pick(&["ada@example.org", "ada@example.org", "ghost@example.net"]);
    let mut at = Time::ZERO;
    let mut letters = VecDeque::new();
    for number in 1..=dice.pick(&[1, 3, 8]) {
        at += Duration::from_secs(dice.pick(&[0, 1, 40, 300]));
        let count = dice.pick(&[1, 2, 5]);
        let mut to: Vec<&str> = (0..count).map(|_| dice.pick(&RECIPIENTS)).collect();
        to.sort_unstable();
        to.dedup();
        let text = "A line of the letter.\r\n".repeat(dice.pick(&[1, 30, 120]));
        let letter = format!("Subject: number-{number}-\r\n\r\n{text}");
        letters.push_back((at, envelope(from, &to, &letter)));
    }
    letters
}

/// When a host is down: never, or once or twice for a while.
fn outages(dice: &mut Dice) -> Vec<(Time, Time)> {
    let mut at = Time::ZERO;
    let mut down = Vec::new();
    for _ in 0..dice.pick(&[0, 0, 1, 2]) {
        // The first seconds are when most happens.
        let millis = dice.pick(&[1, 30, 60, 200, 400, 800, 2000, 60_000, 400_000]);
        let from = at + Duration::from_millis(millis + dice.0.below(100));
        at = from + Duration::from_secs(dice.pick(&[1, 30, 900]));
        down.push((from, at));
    }
    down
}

fn host(number: u8, programs: Vec<Box<dyn Program>>, dice: &mut Dice) -> HostConfig {
    let name = format!("host{number}");
    HostConfig {
        mac: [2, 0, 0, 0, 0, number],
        addresses: vec![(address(number, false), 24), (address(number, true), 64)],
        gateways: Vec::new(),
        tcp: dice.tcp(),
        names: Default::default(),
        neighbours: Default::default(),
        resolver: (programs.len() > 1).then_some(ProgramId(1)),
        programs,
        rng: Rng::from_seed(1).fork(&name),
    }
}

/// What a run came to.
struct Run {
    servers: Vec<Watched>,
    tried: BTreeMap<(usize, String), Told>,
    /// How many letters may arrive twice, as the servers say.
    unsure: usize,
    told: String,
}

fn played(seed: u64) -> Run {
    let mut dice = Dice(Rng::from_seed(seed).fork("mail"));
    let v6 = dice.pick(&[false, true]);
    let fails = dice.pick(&[0, 0, 5]);
    let mut network = Network::with_rng(Rng::from_seed(seed));
    let tried = Tried::default();
    let letters = letters(&mut dice);
    let mut told = format!("seed {seed}: {} letters", letters.len());
    let sender = Sender::new(SocketAddr::new(address(2, v6), 25), letters, tried.clone());
    let switch = network.add_switch(info("switch"));
    let laptop = network.add_host(info("host1"), host(1, vec![Box::new(sender)], &mut dice));
    network.join(laptop, switch, "laptop", LinkConfig::default());
    let mut servers = Vec::new();
    for ((number, ..), config) in SERVERS.iter().zip(self::servers(&mut dice)) {
        let server = Watched::new(config);
        let names = Names {
            v6,
            rng: Rng::from_seed(seed).fork("names"),
            fails,
            requests: VecDeque::new(),
        };
        let programs: Vec<Box<dyn Program>> = vec![Box::new(server.clone()), Box::new(names)];
        let id = network.add_host(
            info(&format!("host{number}")),
            host(*number, programs, &mut dice),
        );
        let down = outages(&mut dice);
        let link = match dice.pick(&[true, false]) {
            true => dice.link(),
            false => LinkConfig::default(),
        };
        told += &format!("; {number} {down:?} {link:?}");
        network.plan_outages(id, down);
        network.join(id, switch, &format!("link{number}"), link);
        servers.push(server);
    }
    let end = dice.pick(&[None, None, Some(60), Some(1000)]);
    let end = end.map_or(Time::MAX, |s| Time::ZERO + Duration::from_secs(s));
    network.start();
    let mut steps = 0;
    while network.step() && network.timeline().last_time() < end {
        steps += 1;
        assert!(steps < 5_000_000, "it does not end; {told}");
    }
    let unsure = unsure(network.timeline());
    let tried = tried.lock().unwrap().clone();
    Run {
        servers,
        tried,
        unsure,
        told,
    }
}

/// How many letters may arrive twice.
fn unsure(timeline: &Timeline) -> usize {
    let mut last: BTreeMap<HostId, usize> = BTreeMap::new();
    for event in timeline.events().iter().filter(|e| e.kind == Kind::Note) {
        let note = timeline.note(event.arg);
        if note.key == "may_arrive_twice" {
            last.insert(event.host, note.value.parse().unwrap());
        }
    }
    last.values().sum()
}

/// A place of a letter: whether in a queue, whose it is or whom it still goes to, and its text.
type Place = (bool, String, String);

/// The places of all letters, but for those on a connection, or of those alone.
fn all_places(run: &Run, under_way: bool) -> Vec<Place> {
    let in_place = |is_queue| move |(at, text)| (is_queue, at, text);
    let mut all = Vec::new();
    for server in &run.servers {
        if !under_way {
            all.extend(server.all_letters().into_iter().map(in_place(false)));
        }
        let waiting = server.all_waiting(under_way).into_iter();
        all.extend(waiting.map(in_place(true)));
    }
    all
}

/// In which places a letter is, for one of its ends: mailboxes, queues, and bounces in either.
fn places(run: &Run, number: usize, end: &str) -> Vec<Place> {
    let subject = format!("Subject: number-{number}-\r\n");
    let leads_there = RECIPIENTS.iter().filter(|to| ends(to).contains(&end));
    let named: Vec<String> = leads_there
        .chain([&end])
        .map(|to| format!("Final-Recipient: rfc822; {to}\r\n"))
        .collect();
    let is_one = |(_, at, text): &Place| match text.contains("multipart/report") {
        _ if !text.contains(&subject) => false,
        true => {
            let names = named.iter().any(|named| text.contains(named));
            // That a letter is late is no end of it.
            names && !text.contains("Action: delayed")
        }
        false => ends(at).contains(&end),
    };
    let found = |under_way| {
        let all = all_places(run, under_way).into_iter();
        all.filter(is_one).collect::<Vec<Place>>()
    };
    match found(false) {
        // Where the run was cut short, what is on a connection may have arrived.
        none if none.is_empty() => found(true),
        found => found,
    }
}

/// What became of letters, counted.
#[derive(Debug, Default)]
struct Tally {
    /// Letters that somebody took, for each end.
    taken: usize,
    /// Where they are: in mailboxes, as bounces, in queues.
    in_boxes: usize,
    bounced: usize,
    queued: usize,
    /// Those that arrived more often than once, and why they may have: answers that a server
    /// never heard, or not before it went down.
    twice: usize,
    unheard: usize,
}

/// Whatever the seed, nothing that was taken is lost.
fn any_seed(seed: u64, tally: &mut Tally) {
    let run = played(seed);
    // What each end may have got of each letter, from all recipients that lead there.
    let mut wanted: BTreeMap<(usize, &str), Vec<Told>> = BTreeMap::new();
    for ((number, to), told) in &run.tried {
        for end in ends(to) {
            wanted.entry((*number, end)).or_default().push(*told);
        }
    }
    let mut twice = 0;
    for ((number, end), told) in &wanted {
        let places = places(&run, *number, end);
        let found = places.len();
        let all = format!(
            "letter {number} for {end}: {told:?} {places:#?}; {}",
            run.told
        );
        if told.contains(&Told::Taken) {
            tally.taken += 1;
            assert!(found >= 1, "lost: {all}");
        } else if !told.contains(&Told::Nothing) {
            assert_eq!(found, 0, "nobody took it: {all}");
        }
        let most = told.iter().filter(|told| **told != Told::Refused).count();
        for (is_queue, _, text) in &places {
            *match (text.contains("multipart/report"), is_queue) {
                (true, _) => &mut tally.bounced,
                (false, true) => &mut tally.queued,
                (false, false) => &mut tally.in_boxes,
            } += 1;
        }
        if found > most {
            twice += found - most;
            assert!(run.unsure > 0, "twice for no reason: {all}");
        }
    }
    let explained = run.unsure * RECIPIENTS.len();
    let lost = format!("{} answers were lost; {}", run.unsure, run.told);
    assert!(twice <= explained, "{twice} arrived twice, but {lost}");
    tally.twice += twice;
    tally.unheard += run.unsure;
}

#[test]
fn no_letter_is_lost_and_none_arrives_twice_without_a_reason() {
    let seeds = std::env::var("WIRESTAGE_SEEDS").ok();
    let seeds = seeds.map_or(SEEDS, |seeds| seeds.parse().expect("a number of seeds"));
    let first = std::env::var("WIRESTAGE_FIRST_SEED").ok();
    let first = first.map_or(0, |first| first.parse().expect("a seed"));
    let mut tally = Tally::default();
    for seed in first..first + seeds {
        any_seed(seed, &mut tally);
    }
    println!("{seeds} seeds: {tally:?}");
    let enough = tally.taken > usize::try_from(seeds).unwrap();
    assert!(enough || seeds < 50, "most are taken: {tally:?}");
}
