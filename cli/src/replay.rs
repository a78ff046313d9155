//! `wirestage replay`: the frames of a capture or of a run, each at its time, on a real interface.

use crate::args::{Order, ReplayOrder};
use crate::captures::{self, Frame};
use crate::fault::Fault;
use crate::interface::Interface;
use crate::netlink::Sort;
use crate::run::capture_of;
use crate::shell::Signals;
use crate::wire::Sender;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use wirestage_core::view::words::counted;

/// Ethernet's header, before the packet that must fit.
const HEADER: usize = 14;

/// So many frames that do not fit are named.
const NAMED: usize = 5;

/// Plays them.
pub fn replay(order: &ReplayOrder) -> Result<(), Fault> {
    let interface = Interface::named(&order.interface)?;
    let sort = match interface.link.sort() {
        Sort::Contained(sort) => sort,
        _ if order.allow_real => "a real network",
        _ => {
            let name = &interface.name;
            return Err(Fault::input(format!(
                "{name} may lead to other machines, and frames that nobody there asked for can \
                 do harm. Take loopback, or an interface made for it:\n  \
                 sudo ip link add class0 type dummy && sudo ip link set class0 up\n  \
                 If the network is yours, and that is what you want: --allow-real-network"
            )));
        }
    };
    let frames = frames(order)?;
    let Some(last) = frames.last() else {
        return Err(Fault::input("there are no frames to send"));
    };
    let most = usize::try_from(interface.link.mtu).unwrap_or(usize::MAX) + HEADER;
    if let Some(why) = misfits(&frames, most) {
        let name = &interface.name;
        return Err(Fault::input(format!("{name} cannot take all frames:{why}")));
    }
    let mut sender = interface.open()?;
    let signals = Signals::catch();
    let signals = signals.map_err(|e| Fault::failed(format!("cannot watch for Ctrl-C: {e}")))?;
    let (tell, asked) = mpsc::channel();
    thread::spawn(move || {
        while !signals.wait().is_ok_and(|signal| signal.is_some()) {}
        let _ = tell.send(());
    });
    let begins = frames[0].at;
    let length = faster(last.at.saturating_sub(begins), order.speed);
    let (count, name) = (frames.len(), &interface.name);
    let seconds = length.as_secs_f64();
    let told = counted(u64::try_from(count).unwrap_or(u64::MAX), "frame");
    eprintln!("Sending {told} on {name} ({sort}) within {seconds:.3} s.");
    let sent = send(&frames, order.speed, &mut sender, &asked)?;
    if sent < count {
        eprintln!("Stopped after {sent} of {count} frames.");
    } else {
        eprintln!("Sent.");
    }
    Ok(())
}

/// The frames, in the order of their times.
fn frames(order: &ReplayOrder) -> Result<Vec<Frame>, Fault> {
    let path = Path::new(&order.source);
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let mut frames = if ending == "pcap" || ending == "pcapng" {
        if order.tap.is_some() || order.seed.is_some() || !order.settings.is_empty() {
            let text = "--set, --seed and --tap are for scenarios, and this is a capture";
            return Err(Fault::input(text));
        }
        captures::read(path)?
    } else {
        let run = Order {
            scenario: order.source.clone(),
            settings: order.settings.clone(),
            seed: order.seed,
            tap: order.tap.clone(),
            ..Order::default()
        };
        captures::frames(&capture_of(&run)?[..]).map_err(Fault::Failed)?
    };
    frames.sort_by_key(|frame| frame.at);
    Ok(frames)
}

/// The frames that cannot be sent as they were.
fn misfits(frames: &[Frame], most: usize) -> Option<String> {
    let wrong: Vec<String> = (1..)
        .zip(frames)
        .filter_map(|(number, frame): (usize, _)| {
            let (length, known) = (frame.length, frame.bytes.len());
            let why = match () {
                () if known > most => format!("has {known} bytes, and {most} fit"),
                () if known < length => {
                    format!("was captured without its end, {known} of {length} bytes")
                }
                () if known < HEADER => format!("has {known} bytes, and is no Ethernet frame"),
                () => return None,
            };
            Some(format!("frame {number} {why}"))
        })
        .collect();
    let more = wrong.len().saturating_sub(NAMED);
    let named = wrong.iter().take(NAMED).cloned();
    let more = (more > 0).then(|| format!("and {more} more"));
    let lines: Vec<String> = named
        .chain(more)
        .map(|line| format!("\n  {line}"))
        .collect();
    (!lines.is_empty()).then(|| lines.concat())
}

/// Sends each at its time. Answers how many were sent before somebody asked to stop.
fn send(
    frames: &[Frame],
    speed: u64,
    sender: &mut Sender,
    asked: &Receiver<()>,
) -> Result<usize, Fault> {
    let start = Instant::now();
    let begins = frames.first().map_or(Duration::ZERO, |frame| frame.at);
    for (index, frame) in frames.iter().enumerate() {
        let due = start + faster(frame.at.saturating_sub(begins), speed);
        let left = due.saturating_duration_since(Instant::now());
        if asked.recv_timeout(left) != Err(RecvTimeoutError::Timeout) {
            return Ok(index);
        }
        sender.send(&frame.bytes).map_err(|e| {
            let number = index + 1;
            Fault::failed(format!("cannot send frame {number}: {e}"))
        })?;
    }
    Ok(frames.len())
}

/// A time at a speed in thousandths.
fn faster(time: Duration, speed: u64) -> Duration {
    let nanos = time.as_nanos() * 1000 / u128::from(speed.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_makes_times_shorter_or_longer() {
        let second = Duration::from_secs(1);
        assert_eq!(faster(second, 1000), second);
        assert_eq!(faster(second, 10_000), second / 10);
        assert_eq!(faster(second, 500), second * 2);
    }

    #[test]
    fn frames_that_cannot_be_sent_are_named_before_any_is() {
        let frame = |known, length| Frame {
            at: Duration::ZERO,
            bytes: vec![0; known],
            length,
        };
        let fits = [frame(1514, 1514), frame(60, 60)];
        assert_eq!(misfits(&fits, 1514), None);
        let mut frames = vec![
            frame(60, 60),
            frame(1515, 1515),
            frame(96, 200),
            frame(9, 9),
        ];
        let why = misfits(&frames, 1514).expect("three do not fit");
        assert!(
            why.contains("frame 2 has 1515 bytes, and 1514 fit"),
            "{why}"
        );
        assert!(why.contains("frame 3 was captured without its end, 96 of 200"));
        assert!(why.contains("frame 4 has 9 bytes") && !why.contains("frame 1 "));
        frames.extend((0..9).map(|_| frame(2000, 2000)));
        assert!(misfits(&frames, 1514).is_some_and(|why| why.ends_with("and 7 more")));
    }

    #[test]
    fn a_scenarios_frames_are_taken_from_its_run() {
        let order = ReplayOrder {
            source: "ftp-download".into(),
            settings: Vec::new(),
            seed: None,
            tap: None,
            interface: "lo".into(),
            speed: 1000,
            allow_real: false,
        };
        let frames = frames(&order).unwrap();
        assert!(frames.len() > 50);
        assert!(frames.is_sorted_by_key(|frame| frame.at));
    }
}
