//! What happens outside, one after the other: frames, signals, and the command's end.

use super::signals::Signals;
use crate::fault::Fault;
use crate::wire::{self, Receiver};
use nix::sys::signal::Signal;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Instant;

/// So many frames may wait for us; then the kernel keeps them.
const WAITING_FRAMES: usize = 8192;

/// Ethernet's header, before the packet that must fit.
const HEADER: usize = 14;

/// Something that happens outside.
pub enum Event {
    /// A frame came in.
    Frame(Instant, Vec<u8>),
    /// A signal came.
    Signal(Signal),
    /// The command has ended, with this exit code.
    Gone(u8),
}

/// Waits for all of them, in threads of their own.
pub fn gather(
    receiver: Receiver,
    mtu: u32,
    signals: Signals,
    (child, say): (Child, BufReader<File>),
) -> Result<mpsc::Receiver<Event>, Fault> {
    let (tell, events) = mpsc::sync_channel(WAITING_FRAMES);
    let most = HEADER + usize::try_from(mtu).unwrap_or(usize::MAX);
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
    Ok(events)
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
