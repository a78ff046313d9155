//! The simulation and the reader's machine side by side: frames go to and fro, and time is the clock's.

use super::files::Files;
use super::listening::{somebody_listens, somebody_speaks};
use super::page::Page;
use super::stages::{Asker, Stages};
use crate::fault::Fault;
use crate::wire::{self, Receiver, Sender};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
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

/// Connections have so long to end after the command.
const AFTERMATH: Duration = Duration::from_millis(500);

/// So long frames may be on their way, in nanoseconds.
const ON_ITS_WAY: wirestage_core::base::Duration = wirestage_core::base::Duration(200_000_000);

/// After the last outcome, where more might come.
const NO_MORE: Duration = Duration::from_secs(2);

/// Ethernet's header, before the packet that must fit.
const HEADER: usize = 14;

/// Something that happens outside.
enum Event {
    Frame(Instant, Vec<u8>),
    Signal(Signal),
    Gone(u8),
}

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
        spawn(move || wait(child, say, &tell))?;
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

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let started = thread::Builder::new().spawn(work);
    started
        .map(drop)
        .map_err(|e: io::Error| Fault::failed(format!("cannot start a thread: {e}")))
}

/// Hands on the reader's frames. One that is longer than the link takes never gets in.
/// Neither does what the kernel says of its own accord, to routers that there are none of.
fn receive(mut receiver: Receiver, most: usize, tell: &SyncSender<Event>) {
    loop {
        match receiver.next() {
            Ok((_, frame)) if frame.len() > most || tells_groups(frame) => {}
            Ok((at, frame)) => {
                if tell.send(Event::Frame(at, frame.to_vec())).is_err() {
                    return;
                }
            }
            Err(e) if wire::passes(&e) => {}
            Err(_) => return,
        }
    }
}

/// Whether a frame tells which multicast groups somebody listens to: IGMP (RFC 3376), or MLD
/// (RFC 3810), which has an option for routers before it.
fn tells_groups(frame: &[u8]) -> bool {
    let byte = |at: usize| frame.get(at).copied();
    match (frame.get(12..14), byte(IP + 9), byte(IP + 6)) {
        (Some([0x08, 0x00]), Some(protocol), _) => protocol == IGMP,
        (Some([0x86, 0xdd]), _, Some(HOP_BY_HOP)) => {
            let inner = (byte(IP + 40), byte(IP + 41), byte(IP + 48));
            matches!(inner, (Some(ICMPV6), Some(0), Some(131 | 132 | 143)))
        }
        _ => false,
    }
}

/// Where a frame's packet begins.
const IP: usize = HEADER;
const IGMP: u8 = 2;
const HOP_BY_HOP: u8 = 0;
const ICMPV6: u8 = 58;

/// Waits for the command to end, and for the stages.
fn wait(mut child: Child, mut say: BufReader<File>, tell: &SyncSender<Event>) {
    let mut line = String::new();
    let heard = say.read_line(&mut line).is_ok();
    let code = line.trim_end().parse().ok().filter(|_| heard);
    if let Some(code) = code {
        // Where nobody listens any more, the program ends anyway.
        let _ = tell.send(Event::Gone(code));
    }
    let status = child.wait();
    if code.is_none() {
        let signal = status.ok().and_then(|status| status.signal()).unwrap_or(1);
        let _ = tell.send(Event::Gone(u8::try_from(128 + signal).unwrap_or(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_of_groups_is_passed_over() {
        let mut mld = vec![0; 90];
        mld[12..14].copy_from_slice(&[0x86, 0xdd]);
        mld[IP + 40] = ICMPV6;
        mld[IP + 48] = 143;
        assert!(tells_groups(&mld));
        for end in 0..IP + 48 {
            assert!(!tells_groups(&mld[..end]));
        }
        let mut echo = mld.clone();
        echo[IP + 48] = 128;
        assert!(!tells_groups(&echo));
        let mut tcp = mld;
        tcp[IP + 6] = 6;
        assert!(!tells_groups(&tcp));
        let mut igmp = vec![0; 60];
        igmp[12] = 8;
        igmp[IP + 9] = IGMP;
        assert!(tells_groups(&igmp));
        igmp[IP + 9] = 6;
        assert!(!tells_groups(&igmp));
    }
}
