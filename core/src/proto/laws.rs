//! The harness that tries the five laws of `engine` on any engine, from a seed.
//!
//! A test gives a way to make the engine, conversations to start from, and what the
//! program above it would answer to each report. The harness replays each conversation
//! whole, byte by byte and in random pieces, then thousands of damaged ones.

use super::engine::{Engine, Output};
use crate::base::{Duration, Rng, Time};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// One thing that happens to an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The peer sends bytes.
    Input(Vec<u8>),
    /// The peer sends no more.
    Eof,
    /// Time passes until the engine's next deadline, or a second where it has none.
    Timeout,
}

/// What happens to an engine from its beginning.
pub type Script = Vec<Step>;

/// A conversation in which the peer says `bytes` and leaves.
#[must_use]
pub fn says(bytes: &[u8]) -> Script {
    vec![Step::Input(bytes.to_vec()), Step::Timeout, Step::Eof]
}

/// Tries every law on `rounds` damaged conversations, and on the undamaged `scripts`.
///
/// `answer` plays the program: it is called for each report as it comes out.
pub fn check<E, N, A>(rounds: usize, scripts: &[Script], new: N, answer: A)
where
    E: Engine,
    E::Report: Clone + Debug + PartialEq,
    N: Fn() -> E,
    A: Fn(&mut E, Time, &E::Report),
{
    let run = |script: &Script, cut: Cut, rng: &mut Rng| {
        let tried = AssertUnwindSafe(|| Trial::run(new(), &answer, script, cut, rng));
        catch_unwind(tried).unwrap_or_else(|panic| {
            eprintln!("the engine broke a law ({cut:?}) on:\n{}", show(script));
            resume_unwind(panic)
        })
    };
    let mut rng = Rng::from_seed(0x1a35);
    let mut try_all = |script: &Script, cuts: &[Cut]| {
        let whole = run(script, Cut::Whole, &mut rng);
        for cut in cuts {
            let pieces = run(script, *cut, &mut rng);
            assert_eq!(pieces, whole, "law 1 ({cut:?}) on:\n{}", show(script));
        }
    };
    for script in scripts {
        try_all(script, &[Cut::Bytes, Cut::Random, Cut::Random, Cut::Random]);
    }
    let mut damage = Rng::from_seed(0xda3a6e);
    for round in 0..rounds {
        let script = if round % 4 == 0 || scripts.is_empty() {
            noise(&mut damage)
        } else {
            mutated(&scripts[pick(&mut damage, scripts.len())], &mut damage)
        };
        let cut = if round % 2 == 0 {
            Cut::Random
        } else {
            Cut::Bytes
        };
        try_all(&script, &[cut]);
    }
}

/// `bytes` damaged in one to four places, for fuzzing a parser within a test.
#[must_use]
pub fn mutate(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=rng.below(4) {
        mutate_once(&mut bytes, rng);
    }
    bytes
}

#[derive(Clone, Copy, Debug)]
enum Cut {
    Whole,
    Bytes,
    Random,
}

/// One engine living through one script.
struct Trial<E: Engine, A> {
    engine: E,
    answer: A,
    now: Time,
    fed: usize,
    ended: bool,
    said: Vec<Output<E::Report>>,
}

impl<E, A> Trial<E, A>
where
    E: Engine,
    E::Report: Clone + Debug + PartialEq,
    A: Fn(&mut E, Time, &E::Report),
{
    fn run(
        engine: E,
        answer: A,
        script: &Script,
        cut: Cut,
        rng: &mut Rng,
    ) -> Vec<Output<E::Report>> {
        let mut trial = Trial {
            engine,
            answer,
            now: Time::ZERO,
            fed: 0,
            ended: false,
            said: Vec::new(),
        };
        trial.drain();
        for step in script {
            trial.now += Duration::from_millis(10);
            match step {
                Step::Input(bytes) => trial.feed(bytes, cut, rng),
                Step::Eof => trial.engine.handle_eof(trial.now),
                Step::Timeout => trial.time_out(),
            }
            trial.drain();
        }
        trial.said
    }

    fn feed(&mut self, bytes: &[u8], cut: Cut, rng: &mut Rng) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let len = match cut {
                Cut::Whole => rest.len(),
                Cut::Bytes => 1,
                Cut::Random => 1 + pick(rng, rest.len().min(40)),
            };
            let (piece, after) = rest.split_at(len);
            self.fed += len;
            self.engine.handle_input(self.now, piece);
            // Not draining after each piece must change nothing either.
            if matches!(cut, Cut::Bytes) || rng.below(2) == 0 {
                self.drain();
            }
            rest = after;
        }
    }

    fn time_out(&mut self) {
        let due = self.engine.poll_timeout();
        self.now = self
            .now
            .max(due.unwrap_or(self.now + Duration::from_secs(1)));
        self.engine.handle_timeout(self.now);
        self.deadline_lies_ahead();
        self.drain();
        self.deadline_lies_ahead();
    }

    fn deadline_lies_ahead(&self) {
        let next = self.engine.poll_timeout();
        assert!(
            next.is_none_or(|t| t > self.now),
            "law 5: the next deadline {next:?} does not lie past {:?}",
            self.now
        );
    }

    fn drain(&mut self) {
        let bound = self.said.len() + 1000 + 16 * self.fed;
        let mut count = self.said.len();
        while let Some(output) = self.engine.poll_output() {
            count += 1;
            assert!(count < bound, "law 3: draining does not end");
            if !matches!(output, Output::Report(_)) {
                assert!(!self.ended, "law 4: {output:?} after the end");
            }
            match output {
                Output::Send(more) => {
                    if let Some(Output::Send(bytes)) = self.said.last_mut() {
                        bytes.extend(more);
                    } else {
                        self.said.push(Output::Send(more));
                    }
                }
                Output::Report(report) => {
                    self.said.push(Output::Report(report.clone()));
                    (self.answer)(&mut self.engine, self.now, &report);
                }
                end @ (Output::Finish | Output::Abort) => {
                    self.ended = true;
                    self.said.push(end);
                }
            }
        }
    }
}

/// A script of random bytes, most of them such as a protocol is made of.
fn noise(rng: &mut Rng) -> Script {
    let mut bytes = Vec::new();
    for _ in 0..rng.below(30) {
        token(&mut bytes, rng);
    }
    let mut script = says(&bytes);
    shuffle_steps(&mut script, rng);
    script
}

fn mutated(script: &Script, rng: &mut Rng) -> Script {
    let mut script = script.clone();
    for step in &mut script {
        if let Step::Input(bytes) = step {
            *bytes = mutate(bytes, rng);
        }
    }
    shuffle_steps(&mut script, rng);
    script
}

fn shuffle_steps(script: &mut Script, rng: &mut Rng) {
    if rng.below(8) == 0 {
        let step = match rng.below(3) {
            0 => Step::Eof,
            1 => Step::Timeout,
            _ => script[pick(rng, script.len())].clone(),
        };
        script.insert(pick(rng, script.len() + 1), step);
    }
}

fn mutate_once(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let at = pick(rng, bytes.len() + 1);
    let end = at + pick(rng, (bytes.len() - at).min(20) + 1);
    match rng.below(6) {
        0 => drop(bytes.drain(at..end)),
        1 => bytes.truncate(at),
        2 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        3 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
        _ => {
            let mut inserted = Vec::new();
            token(&mut inserted, rng);
            bytes.splice(at..at, inserted);
        }
    }
}

/// A piece that protocols in lines tend to stumble over.
fn token(out: &mut Vec<u8>, rng: &mut Rng) {
    const TOKENS: [&[u8]; 18] = [
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"-",
        b".",
        b",",
        b":",
        b"<",
        b">",
        b"\0",
        b"\xff",
        b"220 ",
        b"331-",
        b"999",
        b"65536",
        b"\xc3\xa4",
        b"QUIT\r\n",
    ];
    match rng.below(20) {
        0 => out.extend(vec![b'x'; pick(rng, 3000)]),
        1..4 => out.extend(rng.next_u64().to_le_bytes()),
        _ => out.extend(TOKENS[pick(rng, TOKENS.len())]),
    }
}

fn pick(rng: &mut Rng, bound: usize) -> usize {
    usize::try_from(rng.below(bound as u64)).expect("below a usize")
}

fn show(script: &Script) -> String {
    let mut text = String::new();
    for step in script {
        match step {
            Step::Input(bytes) => text += &format!("  \"{}\"\n", bytes.escape_ascii()),
            other => text += &format!("  {other:?}\n"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::lines::{Framed, LineFramer};
    use std::collections::VecDeque;

    /// Says each line back; its faults break one law each.
    struct Echo {
        lines: LineFramer,
        queue: VecDeque<Output<usize>>,
        fault: Fault,
        deadline: Option<Time>,
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Fault {
        None,
        TellsPieces,
        Panics,
        NeverEnds,
        TalksOn,
        HurriesForEver,
    }

    impl Engine for Echo {
        type Report = usize;
        fn handle_input(&mut self, now: Time, bytes: &[u8]) {
            self.deadline = Some(now + Duration::from_secs(9));
            self.lines.push(bytes);
            if self.fault == Fault::TellsPieces {
                self.queue.push_back(Output::Report(bytes.len()));
            }
            while let Some(framed) = self.lines.pop() {
                if let Framed::Line(line) = framed {
                    assert!(self.fault != Fault::Panics || !line.bytes.contains(&0));
                    self.queue.push_back(Output::Report(line.bytes.len()));
                    self.queue.push_back(Output::Send(line.bytes));
                }
            }
        }
        fn handle_eof(&mut self, _: Time) {
            self.queue.push_back(Output::Report(0));
            if self.fault == Fault::TalksOn {
                self.queue.push_back(Output::Finish);
                self.queue.push_back(Output::Send(b"bye".to_vec()));
            }
        }
        fn handle_timeout(&mut self, now: Time) {
            if self.fault != Fault::HurriesForEver && self.deadline.is_some_and(|t| t <= now) {
                self.deadline = None;
            }
        }
        fn poll_timeout(&self) -> Option<Time> {
            self.deadline
        }
        fn poll_output(&mut self) -> Option<Output<usize>> {
            match self.fault {
                Fault::NeverEnds => Some(Output::Report(0)),
                _ => self.queue.pop_front(),
            }
        }
    }

    fn try_echo(fault: Fault) {
        let new = || Echo {
            lines: LineFramer::new(80),
            queue: VecDeque::new(),
            fault,
            deadline: None,
        };
        check(300, &[says(b"one\r\ntwo\r\n\r\n")], new, |_, _, _| {});
    }

    #[test]
    fn a_lawful_engine_passes() {
        try_echo(Fault::None);
    }

    #[test]
    #[should_panic(expected = "law 1")]
    fn telling_how_bytes_were_cut_is_found() {
        try_echo(Fault::TellsPieces);
    }

    #[test]
    #[should_panic(expected = "contains(&0)")]
    fn a_panic_is_found() {
        try_echo(Fault::Panics);
    }

    #[test]
    #[should_panic(expected = "law 3")]
    fn endless_output_is_found() {
        try_echo(Fault::NeverEnds);
    }

    #[test]
    #[should_panic(expected = "law 4")]
    fn talking_after_the_end_is_found() {
        try_echo(Fault::TalksOn);
    }

    #[test]
    #[should_panic(expected = "law 5")]
    fn a_deadline_that_stays_is_found() {
        try_echo(Fault::HurriesForEver);
    }
}
