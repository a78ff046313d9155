//! The simulation and the reader's machine side by side: frames go to and fro, and time is the clock's.

use super::events::{self, Event};
use super::files::Files;
use super::listening::{somebody_listens, somebody_speaks};
use super::page::Page;
use super::stages::{Asker, Stages};
use crate::fault::Fault;
use crate::wire::Sender;
use nix::sys::prctl;
use nix::sys::signal::Signal;
use std::fs::File;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use wirestage_core::base::Time;
use wirestage_core::live::Live;

/// So many are taken in before we look at the rest of the world.
const AT_ONCE: usize = 64;

/// How often files, page and others are looked after while something happens.
const ROUNDS: Duration = Duration::from_millis(50);

/// After the last outcome: for connections to end in peace.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Connections have so long to end after the command.
const AFTERMATH: Duration = Duration::from_millis(500);

/// So long frames may be on their way, in nanoseconds.
const ON_ITS_WAY: wirestage_core::base::Duration = wirestage_core::base::Duration(200_000_000);

/// After the last outcome, where more might come.
const NO_MORE: Duration = Duration::from_secs(2);

/// A session that goes on.
pub struct Running {
    live: Live,
    files: Files,
    page: Option<Page>,
    sender: Sender,
    asker: Asker,
    lifeline: File,
    events: mpsc::Receiver<Event>,
    start: Instant,
    /// How far the simulation is.
    now: Time,
    /// How many events were there when files and page were looked after last, and when.
    seen: usize,
    round: Instant,
    /// Whether the others have begun.
    begun: bool,
    /// How many things the others are to have done when the command is ended, if it is.
    expected: Option<usize>,
    /// How many outcomes there were when their number changed last, and when that was.
    outcomes: (usize, Instant),
    done: bool,
    asked: Option<Signal>,
    stopped: bool,
}

impl Running {
    /// Lets the command begin, and time.
    pub fn start(
        live: Live,
        files: Files,
        page: Option<Page>,
        mut stages: Stages,
        expected: Option<usize>,
    ) -> Result<Self, Fault> {
        // As precise as the kernel can be.
        let _ = prctl::set_timerslack(1);
        let asker = stages.asker();
        stages.go()?;
        let start = Instant::now();
        let Stages {
            child,
            signals,
            sender,
            receiver,
            say,
            lifeline,
        } = stages;
        let mtu = live.stand_in().mtu;
        let events = events::gather(receiver, mtu, signals, (child, say))?;
        let mut running = Self {
            live,
            files,
            page,
            sender,
            asker,
            lifeline,
            events,
            start,
            now: Time::ZERO,
            seen: 0,
            round: start,
            begun: false,
            expected,
            outcomes: (0, start),
            done: false,
            asked: None,
            stopped: false,
        };
        if !running.live.stand_in().serves {
            running.begin_story();
        }
        Ok(running)
    }

    /// Goes on until the command has ended, and its connections, too. The answer is the
    /// exit code.
    pub fn until_gone(&mut self) -> u8 {
        let mut gone: Option<(u8, Instant)> = None;
        loop {
            self.advance();
            self.look_after();
            let mut patience = self.patience();
            if let Some((code, since)) = gone {
                if since.elapsed() > AFTERMATH || !somebody_speaks(self.asker.process()) {
                    self.run_ahead();
                    return self.code(code);
                }
                patience = patience.min(ROUNDS / 10);
            }
            let mut next = match self.events.recv_timeout(patience) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return self.code(1),
            };
            // There may come more than we are quick enough for: the others are not to wait.
            for left in (0..AT_ONCE).rev() {
                match next.take() {
                    Some(Event::Frame(at, frame)) => self.enter(at, &frame),
                    Some(Event::Signal(signal)) => self.hear(signal),
                    Some(Event::Gone(code)) => gone = Some((code, Instant::now())),
                    None => break,
                }
                next = (left > 0).then(|| self.events.try_recv().ok()).flatten();
            }
        }
    }

    /// Whether the command was asked to end from outside.
    pub fn was_asked_to_end(&self) -> bool {
        self.asked.is_some()
    }

    /// What is still on its way arrives, though nobody waits for it.
    fn run_ahead(&mut self) {
        self.now += ON_ITS_WAY;
        self.live.advance(self.now);
    }

    /// Writes what is to be kept.
    pub fn finish(self) -> Result<(), Fault> {
        // The stages end, and with them the reader's network.
        drop(self.lifeline);
        if let Some(page) = self.page {
            page.finish(self.now);
        }
        self.files.finish(self.live)
    }

    fn clock(&self, at: Instant) -> Time {
        let passed = at.saturating_duration_since(self.start).as_nanos();
        // Time does not go back, whoever told of it later.
        self.now
            .max(Time(u64::try_from(passed).unwrap_or(u64::MAX)))
    }

    fn begin_story(&mut self) {
        self.begun = true;
        let now = self.now;
        self.live.begin_story(now);
        self.write(|journal| journal.story(now));
    }

    fn enter(&mut self, at: Instant, frame: &[u8]) {
        let now = self.clock(at);
        self.now = now;
        self.live.enter(now, frame);
        self.write(|journal| journal.frame(now, frame));
    }

    /// Lets happen what happens up to now, and sends what comes out.
    fn advance(&mut self) {
        self.now = self.clock(Instant::now());
        let ended = self.live.advance(self.now).map(ToString::to_string);
        while let Some(frame) = self.live.next_out() {
            // What cannot be sent is lost, as on any cable.
            let _ = self.sender.send(frame);
        }
        if let Some(why) = ended.filter(|_| !self.stopped) {
            self.stopped = true;
            eprintln!("wirestage: the simulated network has stopped: {why}");
        }
    }

    /// How long nothing needs to be done, if nothing comes.
    fn patience(&self) -> Duration {
        let waits = self.seen < self.live.timeline().events().len()
            || !self.begun
            || self.expected.is_some();
        let round = waits.then(|| ROUNDS.saturating_sub(self.round.elapsed()));
        let next = self.live.next_at().map(|at| {
            let at = self.start + Duration::from_nanos(at.0);
            at.saturating_duration_since(Instant::now())
        });
        let all = [round, next].into_iter().flatten();
        all.min().unwrap_or(Duration::from_secs(3600))
    }

    /// What is done now and then.
    fn look_after(&mut self) {
        if self.round.elapsed() < ROUNDS {
            return;
        }
        self.round = Instant::now();
        if !self.begun && somebody_listens(self.asker.process()) {
            self.begin_story();
        }
        let events = self.live.timeline().events().len();
        if self.seen < events {
            self.seen = events;
            let now = self.now;
            self.write(|journal| journal.now(now));
            self.files.catch_up(&mut self.live);
        }
        self.judge();
    }

    /// Ends the command once the others are done.
    fn judge(&mut self) {
        let outcomes = self.live.timeline().outcomes();
        let Some(expected) = self.expected.filter(|_| !outcomes.is_empty()) else {
            return;
        };
        let failed = outcomes.iter().any(|outcome| !outcome.ok);
        let rests = self.live.next_at().is_none();
        let patience = if outcomes.len() >= expected {
            LAST_WORDS
        } else if failed || rests {
            // Who fails may leave out what would have followed.
            NO_MORE
        } else {
            return;
        };
        if self.outcomes.0 != outcomes.len() {
            self.outcomes = (outcomes.len(), Instant::now());
        }
        if self.outcomes.1.elapsed() >= patience && self.asked.is_none() {
            self.done = true;
            self.hear(Signal::SIGTERM);
        }
    }

    /// Ctrl-C is for the command, which hears it as well.
    fn hear(&mut self, signal: Signal) {
        if matches!(signal, Signal::SIGTERM | Signal::SIGHUP) {
            self.asked = Some(signal);
            self.asker.ask(signal);
        }
    }

    fn code(&self, code: u8) -> u8 {
        if let Some(expected) = self.expected {
            let outcomes = self.live.timeline().outcomes();
            if !self.done && outcomes.len() < expected {
                let (done, command) = (
                    outcomes.len(),
                    "the command ended before the others were done",
                );
                eprintln!("wirestage: {command}: {done} of {expected}");
                return 1;
            }
            for outcome in outcomes.iter().filter(|outcome| !outcome.ok) {
                eprintln!("wirestage: {}", outcome.text);
            }
            return u8::from(!outcomes.iter().all(|outcome| outcome.ok));
        }
        code
    }

    fn write(&self, entry: impl FnOnce(&mut wirestage_core::live::Journal)) {
        if let Some(page) = &self.page {
            page.write(entry);
        }
    }
}
