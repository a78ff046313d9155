//! `wirestage live`: what goes by on an interface of this machine, as it happens.

use crate::args::LiveOrder;
use crate::captures::Recorder;
use crate::fault::Fault;
use crate::interface::{Interface, echoes::Echoes};
use crate::output::apart;
use crate::shell::Signals;
use crate::wire::{self, Receiver};
use std::ffi::OsStr;
use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use wirestage_core::dissect::layers;
use wirestage_core::view::words::counted;

/// So many frames may wait for us; then the kernel keeps them.
const WAITING_FRAMES: usize = 8192;

/// How often files are brought up to date.
const ROUNDS: Duration = Duration::from_millis(200);

enum Event {
    Frame(Instant, Vec<u8>),
    /// Somebody asks us to end.
    End,
    Failed(io::Error),
}

/// Captures until it is told to end.
pub fn live(order: &LiveOrder) -> Result<(), Fault> {
    let interface = Interface::named(&order.interface)?;
    apart(&order.outputs, OsStr::new(""))?;
    let receiver = interface.listen()?;
    let signals = Signals::catch().map_err(|e| failed(&interface, &e))?;
    let recorders = Recorder::begin_all(&order.outputs, &interface.name)?;
    let (tell, events) = mpsc::sync_channel(WAITING_FRAMES);
    let telling = tell.clone();
    // Both end with the program.
    thread::spawn(move || receive(receiver, &telling));
    thread::spawn(move || {
        while !signals.wait().is_ok_and(|signal| signal.is_some()) {}
        let _ = tell.send(Event::End);
    });
    eprintln!("Capturing on {} until you press Ctrl-C.", interface.name);
    let capture = Capture {
        interface: &interface,
        events,
        recorders,
        started: (Instant::now(), SystemTime::now()),
        count: 0,
    };
    capture.go_on(order)
}

struct Capture<'a> {
    interface: &'a Interface,
    events: mpsc::Receiver<Event>,
    recorders: Vec<Recorder>,
    /// By the clock that only goes on, and by the one on the wall.
    started: (Instant, SystemTime),
    count: u64,
}

impl Capture<'_> {
    fn go_on(mut self, order: &LiveOrder) -> Result<(), Fault> {
        let end = order.length.map(|length| self.started.0 + length);
        let mut echoes = Echoes::default();
        let mut round = Instant::now();
        while order.count.is_none_or(|most| self.count < most) {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                break;
            }
            match self
                .events
                .recv_timeout(left.map_or(ROUNDS, |left| left.min(ROUNDS)))
            {
                Ok(Event::Frame(at, frame)) => {
                    // On loopback each frame goes by twice: as it leaves, and as it arrives.
                    if self.interface.is_loopback() && echoes.is_one(&frame) {
                        continue;
                    }
                    if !self.take(at, &frame)? {
                        break;
                    }
                }
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Event::Failed(e)) => {
                    self.flush()?;
                    return Err(failed(self.interface, &e));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if round.elapsed() >= ROUNDS {
                round = Instant::now();
                self.flush()?;
            }
        }
        self.flush()?;
        let (frames, name) = (counted(self.count, "frame"), &self.interface.name);
        eprintln!("{frames} captured on {name}.");
        Ok(())
    }

    /// Writes a frame down. Answers whether somebody still reads.
    fn take(&mut self, at: Instant, frame: &[u8]) -> Result<bool, Fault> {
        self.count += 1;
        let passed = at.saturating_duration_since(self.started.0);
        let start = self.started.1.duration_since(SystemTime::UNIX_EPOCH);
        let at = start.unwrap_or_default() + passed;
        for recorder in &mut self.recorders {
            recorder.write(at, frame)?;
        }
        if !self.recorders.is_empty() {
            return Ok(true);
        }
        let line = line(passed, frame);
        match writeln!(io::stdout().lock(), "{line}") {
            Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(e) => Err(Fault::failed(format!(
                "cannot write to standard output: {e}"
            ))),
            Ok(()) => Ok(true),
        }
    }

    fn flush(&mut self) -> Result<(), Fault> {
        self.recorders.iter_mut().try_for_each(Recorder::flush)
    }
}

fn receive(mut receiver: Receiver, tell: &SyncSender<Event>) {
    loop {
        let event = match receiver.next() {
            Ok((at, frame)) => Event::Frame(at, frame.to_vec()),
            Err(e) if wire::passes(&e) => continue,
            Err(e) => Event::Failed(e),
        };
        let ends = matches!(event, Event::Failed(_));
        if tell.send(event).is_err() || ends {
            return;
        }
    }
}

fn failed(interface: &Interface, error: &io::Error) -> Fault {
    let name = &interface.name;
    let why = if interface.is_on() {
        error.to_string()
    } else {
        "it was switched off, or is gone".to_owned()
    };
    Fault::failed(format!("cannot capture on {name} any further: {why}"))
}

/// `0.020152  192.0.2.10 → 192.0.2.11  TCP 47976 → 21, SYN`.
fn line(passed: Duration, frame: &[u8]) -> String {
    let layers = layers(frame);
    let ends = layers.iter().find(|layer| layer.name.starts_with("IPv"));
    let ends = ends.or(layers.first());
    let ends = ends.map_or("", |layer| &layer.summary);
    let mut inner = layers.iter().rev();
    let inner = inner.find(|layer| !["Padding", "Data"].contains(&layer.name));
    let what = inner.map_or(String::new(), |layer| {
        let summary = layer.summary.trim();
        // A packet of which no more can be said.
        let more = if summary == ends { "" } else { summary };
        format!("{} {more}", layer.name)
    });
    let (seconds, micros) = (passed.as_secs(), passed.subsec_micros());
    let length = frame.len();
    format!(
        "{seconds}.{micros:06}  {ends}  {}, {length} bytes",
        what.trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_from_whom_to_whom_and_what() {
        let mut frame = vec![2; 12];
        frame.extend_from_slice(&[0x08, 0x00, 0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0]);
        frame.extend_from_slice(&[192, 0, 2, 10, 192, 0, 2, 11]);
        frame.extend_from_slice(&[0xc0, 0, 0, 21, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 1, 0]);
        frame.extend_from_slice(&[0; 4]);
        let line = line(Duration::from_micros(1_020_152), &frame);
        assert!(
            line.starts_with("1.020152  192.0.2.10 → 192.0.2.11  TCP"),
            "{line}"
        );
        assert!(line.contains("SYN") && line.ends_with("54 bytes"), "{line}");
    }

    #[test]
    fn bytes_that_are_no_frame_are_a_line_as_well() {
        for length in 0..20 {
            assert!(line(Duration::ZERO, &vec![0; length]).starts_with("0.000000"));
        }
    }
}
