//! Many seeds over bad links: the file that arrives is the file that was sent, both ways, or
//! the run says why not.

use super::host::{Congestion, TcpConfig};
use super::link::{Fault, Mischief, Pattern, Shape, Victims};
use super::tests::{at, does, host_with, note, notes, to_connect, to_listen, to_send};
use super::{LinkConfig, Network};
use crate::base::{CloseReason, ConnId, Content, Duration, HostId, Rng, Time};
use crate::program::{Input, Program, Request};
use crate::timeline::{Kind, Timeline};

/// Runs that are tried, unless `WIRESTAGE_SEEDS` says how many.
const SEEDS: u64 = 300;

/// One of two that send each other a file and finish, the server under `listens`.
fn sends(content: Content, listens: bool, finishes_last: bool, v6: bool) -> Box<dyn Program> {
    let key = if listens { "server" } else { "client" };
    let mut heard = Vec::new();
    does(move |_, input, out| match input {
        Input::Started if listens => out.push_back(to_listen(7)),
        Input::Started => out.push_back(to_connect(at(2, 7, v6))),
        Input::Connected { conn, .. } | Input::Accepted { conn, .. } => {
            out.push_back(to_send(conn, content.clone()));
            if !finishes_last {
                out.push_back(Request::Finish { conn });
            }
        }
        Input::Data { bytes, .. } => heard.extend_from_slice(bytes),
        Input::Eof { conn } => {
            out.push_back(note(&format!("{key} heard"), &sum(&heard)));
            if finishes_last {
                out.push_back(Request::Finish { conn });
            }
        }
        Input::Closed { reason, .. } | Input::ConnectFailed { reason, .. } => {
            out.push_back(note(key, &reason.to_string()));
        }
        _ => {}
    })
}

/// A number that is another for other bytes (FNV-1a).
fn sum(bytes: &[u8]) -> String {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
}

/// What a seed chooses.
pub(super) struct Dice(pub(super) Rng);

impl Dice {
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let at = self.0.below(of.len() as u64);
        of[usize::try_from(at).unwrap()]
    }

    pub(super) fn tcp(&mut self) -> TcpConfig {
        let congestion = [Congestion::None, Congestion::Reno, Congestion::Cubic];
        let delays = [None, Some(40), Some(1), Some(200)];
        TcpConfig {
            congestion: self.pick(&congestion),
            nagle: self.pick(&[true, true, false]),
            ack_delay: self.pick(&delays).map(Duration::from_millis),
            window: self.pick(&[
                512 << 10,
                64 << 10,
                20_000,
                3000,
                1460,
                65_535,
                100_000,
                1 << 20,
            ]),
            backlog: self.pick(&[128, 1]),
            mss: self.pick(&[None, None, Some(1460), Some(536), Some(100)]),
            keep_alive: self.pick(&[None, None, Some(30)]).map(Duration::from_secs),
            ..TcpConfig::default()
        }
    }

    fn fault(&mut self) -> Fault {
        let all = [
            Mischief::Lose,
            Mischief::Duplicate,
            Mischief::Delay,
            Mischief::Corrupt,
        ];
        let shapes = [
            Shape::Frame,
            Shape::Syn,
            Shape::SynAck,
            Shape::Ack,
            Shape::Data,
            Shape::Fin,
        ];
        let first = self.pick(&[1, 2, 5]);
        let pattern = Pattern {
            shape: self.pick(&shapes),
            of_file: self.pick(&[false, false, true]),
            from: self.pick(&[None, Some(HostId(0)), Some(HostId(1))]),
            nth: (first, first + self.pick(&[0, 0, 2])),
        };
        let to = match self.pick(&[true, true, false]) {
            true => Victims::Share(self.pick(&[1000, 10_000, 50_000, 150_000])),
            false => Victims::Like(pattern),
        };
        let does = self.pick(&all);
        Fault { does, to }
    }

    pub(super) fn link(&mut self) -> LinkConfig {
        let delays = [0, 1, 1000, 10_000_000, 300_000_000];
        let downs = [None, None, None, Some((1, 2)), Some((2, 40))];
        let second = |s| Time::ZERO + Duration::from_secs(s);
        let down = self
            .pick(&downs)
            .map(|(from, to)| (second(from), second(to)));
        let faults = (0..self.pick(&[0, 1, 1, 2, 3])).map(|_| self.fault());
        LinkConfig {
            faults: faults.collect(),
            delay: Duration(self.pick(&delays)),
            jitter: Duration(self.pick(&[0, 0, 1, 1_000_000, 20_000_000])),
            rate_bps: self.pick(&[300_000, 10_000_000, 1_000_000_000, u64::MAX]),
            queue_frames: self.pick(&[1, 2, 5, 20, 1000]),
            longest_frame: self.pick(&[1514, 1514, 1514, 1294, 614]),
            down: down.into_iter().collect(),
        }
    }
}

/// Each frame that was sent arrives once or is lost once.
fn adds_up(timeline: &Timeline) -> bool {
    let mut ends = vec![0u8; timeline.frames().len()];
    for event in timeline.events().iter() {
        match event.kind {
            Kind::Delivered => ends[event.arg as usize] += 1,
            Kind::Dropped => ends[timeline.dropped(event.arg).frame.index()] += 1,
            _ => {}
        }
    }
    ends.iter().all(|ends| *ends == 1)
}

/// Whatever the seed, the files arrive or the run says why not. Answers whether they did.
pub(super) fn any_seed(seed: u64) -> bool {
    let mut dice = Dice(Rng::from_seed(seed).fork("dice"));
    let mut file = || Content::Generated {
        seed,
        len: dice.pick(&[0, 1, 1460, 20_000, 100_000]),
    };
    let files = [file(), file()];
    let (v6, last) = (dice.pick(&[false, true]), dice.pick(&[false, true]));
    let link = dice.link();
    let tcp = [dice.tcp(), dice.tcp()];
    let told = format!(
        "seed {seed}: {link:?} {tcp:?} {:?}",
        files.each_ref().map(Content::len)
    );
    let mut network = Network::with_rng(Rng::from_seed(seed));
    let client = sends(files[0].clone(), false, false, v6);
    let server = sends(files[1].clone(), true, last, v6);
    let a = host_with(&mut network, 1, tcp[0], vec![client]);
    let b = host_with(&mut network, 2, tcp[1], vec![server]);
    network.join(a, b, "a - b", link);
    network.start();
    let mut steps = 0;
    while network.step() {
        steps += 1;
        assert!(steps < 3_000_000, "it does not end; {told}");
    }
    let timeline = network.timeline();
    assert!(adds_up(timeline), "{told}");
    let notes = notes(timeline);
    let finished = CloseReason::Finished.to_string();
    let allowed = [
        CloseReason::TimedOut,
        CloseReason::Reset,
        CloseReason::Refused,
    ]
    .map(|reason| reason.to_string());
    let mut whole = true;
    for (end, side) in ["client", "server"].into_iter().enumerate() {
        let reason = notes.get(side);
        if reason == Some(&finished) {
            let sent = files[1 - end].read(0..files[1 - end].len());
            let heard = notes.get(&format!("{side} heard"));
            assert_eq!(
                heard,
                Some(&sum(&sent)),
                "{side} heard another file; {told}"
            );
            let received = received(timeline, HostId::from_index(end));
            let (ours, theirs) = (received.len(), sent.len());
            assert!(received == sent, "{side} has {ours} of {theirs}; {told}");
        } else {
            // A server that was never reached has nothing to say, and who has finished may wait
            // for ever for one that gave up.
            let other = notes.get(["server", "client"][end]);
            let silent = reason.is_none() && other.is_some_and(|other| *other != finished);
            let said = reason.is_some_and(|r| allowed.contains(r) || r.contains("unreachable"));
            assert!(silent || said, "{side}: {notes:?}; {told}");
            whole = false;
        }
    }
    assert!(
        timeline.last_time() < Time::ZERO + Duration::from_secs(24 * 3600),
        "{told}"
    );
    whole
}

/// What a host received on the connection that opened at it.
fn received(timeline: &Timeline, host: HostId) -> Vec<u8> {
    let ends = timeline.ends().iter().enumerate();
    let mut open = ends.filter(|(_, end)| end.host == host && end.opened.is_some());
    let (index, _) = open.next().expect("it finished");
    timeline.received(ConnId::from_index(index), 0..u64::MAX)
}

#[test]
fn files_arrive_whole_over_bad_links_or_the_run_says_why_not() {
    let seeds = std::env::var("WIRESTAGE_SEEDS").ok();
    let seeds = seeds.map_or(SEEDS, |seeds| seeds.parse().expect("a number of seeds"));
    let arrived = (0..seeds).filter(|seed| any_seed(*seed)).count() as u64;
    println!("{seeds} seeds: {arrived} pairs of files arrived whole");
    assert!(
        arrived * 10 > seeds * 8,
        "most of them arrive: {arrived} of {seeds}"
    );
}
