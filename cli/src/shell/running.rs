//! The simulation and the reader's machine side by side: frames go to and fro, and time is the clock's.

use super::files::Files;
use super::listening::somebody_listens;
use super::page::Page;
use super::stages::{Asker, Stages};
use crate::fault::Fault;
use crate::wire::{self, Receiver, Sender};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};
use wirestage_core::base::Time;
use wirestage_core::live::Live;

/// So many frames may wait for us; then the kernel keeps them.
const WAITING_FRAMES: usize = 8192;

/// So many are taken in before we look at the rest of the world.
const AT_ONCE: usize = 64;

/// How often files, page and others are looked after while something happens.
const ROUNDS: Duration = Duration::from_millis(50);

/// After the last outcome: for connections to end in peace.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Ethernet's header, before the packet that must fit.
const HEADER: usize = 14;

/// Something that happens outside.
enum Event {
    Frame(Instant, Vec<u8>),
    Signal(Signal),
    Gone(ExitStatus),
}

/// A session that goes on.
pub struct Running {
    live: Live,
    files: Files,
    page: Option<Page>,
    sender: Sender,
    asker: Asker,
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
    done: Option<Instant>,
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
            lifeline,
        } = stages;
        let (tell, events) = mpsc::sync_channel(WAITING_FRAMES);
        let most = HEADER + usize::try_from(live.stand_in().mtu).unwrap_or(usize::MAX);
        let telling = tell.clone();
        spawn(move || receive(receiver, most, &telling))?;
        let telling = tell.clone();
        spawn(move || {
            while let Ok(signal) = signals.wait() {
                if signal.is_some_and(|signal| telling.send(Event::Signal(signal)).is_err()) {
                    return;
                }
            }
        })?;
        spawn(move || wait(child, lifeline, &tell))?;
        let mut running = Self {
            live,
            files,
            page,
            sender,
            asker,
            events,
            start,
            now: Time::ZERO,
            seen: 0,
            round: start,
            begun: false,
            expected,
            done: None,
            asked: None,
            stopped: false,
        };
        if !running.live.stand_in().serves {
            running.begin_story();
        }
        Ok(running)
    }

    /// Goes on until the command has ended. The answer is the exit code.
    pub fn until_gone(&mut self) -> u8 {
        loop {
            self.advance();
            self.look_after();
            let event = match self.events.recv_timeout(self.patience()) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return 1,
            };
            let mut next = Some(event);
            for _ in 0..AT_ONCE {
                match next.take() {
                    Some(Event::Frame(at, frame)) => self.enter(at, &frame),
                    Some(Event::Signal(signal)) => self.hear(signal),
                    Some(Event::Gone(status)) => {
                        self.advance();
                        return self.code(status);
                    }
                    None => break,
                }
                next = self.events.try_recv().ok();
            }
            match next {
                Some(Event::Frame(at, frame)) => self.enter(at, &frame),
                Some(Event::Signal(signal)) => self.hear(signal),
                Some(Event::Gone(status)) => return self.code(status),
                None => {}
            }
        }
    }

    /// Whether the command was asked to end from outside.
    pub fn was_asked_to_end(&self) -> bool {
        self.asked.is_some()
    }

    /// Writes what is to be kept.
    pub fn finish(self) -> Result<(), Fault> {
        if let Some(page) = self.page {
            page.finish(self.now);
        }
        self.files.finish(self.live)
    }

    fn clock(&self, at: Instant) -> Time {
        let passed = at.saturating_duration_since(self.start).as_nanos();
        // Time does not go back, whoever told of it later.
        self.now.max(Time(u64::try_from(passed).unwrap_or(u64::MAX)))
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
        let outcomes = self.live.timeline().outcomes().len();
        if self.expected.is_none_or(|expected| outcomes < expected) {
            return;
        }
        let since = *self.done.get_or_insert_with(Instant::now);
        if since.elapsed() >= LAST_WORDS && self.asked.is_none() {
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

    fn code(&self, status: ExitStatus) -> u8 {
        if let Some(expected) = self.expected {
            let outcomes = self.live.timeline().outcomes();
            if self.done.is_none() {
                let (done, command) = (outcomes.len(), "the command ended before the others were done");
                eprintln!("wirestage: {command}: {done} of {expected}");
                return 1;
            }
            for outcome in outcomes.iter().filter(|outcome| !outcome.ok) {
                eprintln!("wirestage: {}", outcome.text);
            }
            return u8::from(!outcomes.iter().all(|outcome| outcome.ok));
        }
        let signal = status.signal().map(|signal| 128 + signal);
        let code = status.code().or(signal).unwrap_or(1);
        u8::try_from(code & 0xff).unwrap_or(1)
    }

    fn write(&self, entry: impl FnOnce(&mut wirestage_core::live::Journal)) {
        if let Some(page) = &self.page {
            page.write(entry);
        }
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let started = thread::Builder::new().spawn(work);
    started
        .map(drop)
        .map_err(|e: io::Error| Fault::failed(format!("cannot start a thread: {e}")))
}

/// Hands on the reader's frames. One that is longer than the link takes never gets in.
fn receive(mut receiver: Receiver, most: usize, tell: &SyncSender<Event>) {
    loop {
        match receiver.next() {
            Ok((at, frame)) if frame.len() <= most => {
                if tell.send(Event::Frame(at, frame.to_vec())).is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(e) if wire::passes(&e) => {}
            Err(_) => return,
        }
    }
}

/// Waits for the stages to end. The lifeline must not break before.
fn wait(mut child: Child, lifeline: std::fs::File, tell: &SyncSender<Event>) {
    if let Ok(status) = child.wait() {
        // Where nobody listens any more, the program ends anyway.
        let _ = tell.send(Event::Gone(status));
    }
    drop(lifeline);
}
