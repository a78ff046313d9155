//! How fast packets go through a router that translates and filters, and whether many cost
//! each no more than few. Prints what it measures; fails where a bound does not hold.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Instant;
use wirestage_core::base::{ConnId, Content, Duration, Time, Transform};
use wirestage_core::net::Network;
use wirestage_core::program::{Input, Program, Request};
use wirestage_core::timeline::{Kind, Timeline};
use wirestage_tests::world::{OUTSIDE, world};

/// Time may grow by this power of the number of frames.
const GROWTH_BOUND: f64 = 1.05;
/// A connection among a thousand may cost so many times one among ten.
const CROWD_BOUND: f64 = 1.3;
const RUNS: usize = 5;

fn main() -> ExitCode {
    let grows = growth();
    let crowds = crowd();
    if grows && crowds {
        println!("\nnet: every bound holds");
        ExitCode::SUCCESS
    } else {
        println!("\nnet: FAILED");
        ExitCode::FAILURE
    }
}

/// Datagrams from inside to outside, more and more of them.
fn growth() -> bool {
    println!("datagrams through router, NAT and firewall, fastest of {RUNS} runs");
    println!("  frames     time   frames/s  exponent   without router");
    let mut before: Option<(f64, f64)> = None;
    for count in [500_u32, 5_000, 50_000, 500_000] {
        let (frames, seconds) = fastest(|| datagrams(count, true));
        let (plain_frames, plain) = fastest(|| datagrams(count, false));
        let exponent = before.map(|(f, s): (f64, f64)| (seconds / s).ln() / (frames / f).ln());
        println!(
            "{frames:>8} {:>7.1}ms {:>9.0}k {:>9} {:>13.0}k/s",
            seconds * 1e3,
            frames / seconds / 1e3,
            exponent.map_or("-".into(), |e| format!("{e:.2}")),
            plain_frames / plain / 1e3,
        );
        before = Some((frames, seconds));
    }
    let exponent = overall();
    let holds = exponent <= GROWTH_BOUND;
    println!(
        "from the first to the last, median of {RUNS}: {exponent:.3} {}",
        verdict(holds)
    );
    holds
}

/// The exponent from a thousand frames to a million: of pairs in turn, so that a machine
/// that grows slower meanwhile slows both. The small one is run often enough to be timed.
fn overall() -> f64 {
    let mut exponents: Vec<f64> = (0..RUNS)
        .map(|_| {
            let (few, short) = fastest(|| datagrams(500, true));
            let (many, long) = timed(&|| datagrams(500_000, true));
            (long / short).ln() / (many / few).ln()
        })
        .collect();
    exponents.sort_by(f64::total_cmp);
    exponents[RUNS / 2]
}

/// Connections at once, each fetching the same.
fn crowd() -> bool {
    println!("\nconnections at once through router, NAT and firewall, fastest of {RUNS} runs");
    let mut each = Vec::new();
    for count in [10_u32, 100, 1000] {
        // As many in all, so that what a run costs in itself weighs the same.
        let rounds = 1000 / count;
        let (_, seconds) = fastest(|| connections(count, rounds));
        let one = seconds / f64::from(count * rounds);
        println!("{count:>6}: {:>7.1} µs a connection", one * 1e6);
        each.push(one);
    }
    let ratio = each[2] / each[0];
    let holds = ratio <= CROWD_BOUND;
    println!("a thousand against ten: {ratio:.2} {}", verdict(holds));
    holds
}

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "BREAKS its bound" }
}

/// The frames of a run and the least time it took.
fn fastest(run: impl Fn() -> Network) -> (f64, f64) {
    let times = (0..RUNS).map(|_| timed(&run));
    times
        .min_by(|one, other| one.1.total_cmp(&other.1))
        .expect("several runs")
}

/// The frames of a run and the time it took.
fn timed(run: &impl Fn() -> Network) -> (f64, f64) {
    let mut network = run();
    let begun = Instant::now();
    network.start();
    while network.step() {}
    let seconds = begun.elapsed().as_secs_f64();
    let frames = network.timeline().frames().len();
    whole(network.timeline());
    let frames = u32::try_from(frames).expect("below four thousand million");
    (f64::from(frames), seconds)
}

/// Everything sent arrived: what is measured is what was meant.
fn whole(timeline: &Timeline) {
    let count = |kind| timeline.events().iter().filter(|e| e.kind == kind).count();
    assert_eq!(count(Kind::Sent), count(Kind::Delivered), "nothing is lost");
}

type Handler = Box<dyn FnMut(Time, Input<'_>, &mut VecDeque<Request>, &mut Option<Time>)>;

/// A program that is one function.
struct Does {
    handle: Handler,
    requests: VecDeque<Request>,
    wake: Option<Time>,
}

impl Program for Does {
    fn handle(&mut self, now: Time, input: Input<'_>) {
        if input == Input::Timeout {
            self.wake = None;
        }
        (self.handle)(now, input, &mut self.requests, &mut self.wake);
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.wake
    }

    fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }
}

fn program(
    handle: impl FnMut(Time, Input<'_>, &mut VecDeque<Request>, &mut Option<Time>) + 'static,
) -> Box<dyn Program> {
    Box::new(Does {
        handle: Box::new(handle),
        requests: VecDeque::new(),
        wake: None,
    })
}

/// Sends ten datagrams each millisecond.
fn sprayer(count: u32) -> Box<dyn Program> {
    let mut left = count;
    program(move |now, input, out, wake| {
        match input {
            Input::Started => {
                return out.push_back(Request::BindUdp {
                    token: 1,
                    port: None,
                });
            }
            Input::Listening { .. } | Input::Timeout => {}
            _ => return,
        }
        for _ in 0..left.min(10) {
            left -= 1;
            out.push_back(Request::SendTo {
                token: 1,
                to: SocketAddr::new(OUTSIDE.into(), 9),
                bytes: vec![7; 100],
                hop_limit: None,
                turn: None,
            });
        }
        *wake = (left > 0).then(|| now + Duration::from_millis(1));
    })
}

fn datagrams(count: u32, through_router: bool) -> Network {
    let sink = program(|_, input, out, _| {
        if matches!(input, Input::Started) {
            out.push_back(Request::BindUdp {
                token: 1,
                port: Some(9),
            });
        }
    });
    world(sprayer(count), sink, through_router)
}

/// `count` connections at once, `rounds` times one after the other, 20 kB each.
fn connections(count: u32, rounds: u32) -> Network {
    let mut open = 0;
    let mut left = rounds;
    let connect = move |out: &mut VecDeque<Request>| {
        for token in 0..count {
            out.push_back(Request::Connect {
                token,
                to: SocketAddr::new(OUTSIDE.into(), 7),
                local_port: None,
            });
        }
    };
    let client = program(move |_, input, out, _| match input {
        Input::Started => {
            open = count;
            left -= 1;
            connect(out);
        }
        Input::Eof { conn } => out.push_back(Request::Finish { conn }),
        Input::Closed { .. } => {
            open -= 1;
            if open == 0 && left > 0 {
                open = count;
                left -= 1;
                connect(out);
            }
        }
        _ => {}
    });
    let server = program(|_, input, out, _| match input {
        Input::Started => out.push_back(Request::Listen {
            token: 1,
            addr: None,
            port: Some(7),
        }),
        Input::Accepted { conn, .. } => {
            out.push_back(content(conn));
            out.push_back(Request::Finish { conn });
        }
        _ => {}
    });
    world(client, server, true)
}

fn content(conn: ConnId) -> Request {
    Request::SendContent {
        conn,
        content: Content::Generated {
            seed: 1,
            len: 20_000,
        },
        range: 0..20_000,
        transform: Transform::default(),
        turn: None,
    }
}
