//! A link: two directions, each with its rate, its delay and its queue.

use crate::base::{Duration, HostId, Rng, Time};
use crate::timeline::DropReason;
use std::collections::VecDeque;

/// What a link is like, the same in both directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkConfig {
    /// How long a bit travels.
    pub delay: Duration,
    /// How much longer it may travel, each frame by chance.
    pub jitter: Duration,
    /// Bits a second.
    pub rate_bps: u64,
    /// How many frames wait at most, besides the one being sent.
    pub queue_frames: u32,
    /// The longest frame it takes, Ethernet header included.
    pub longest_frame: usize,
    /// What it does to frames besides carrying them.
    pub faults: Vec<Fault>,
    /// From when to when it is down, in order, without overlap. `Time::MAX`: for good.
    pub down: Vec<(Time, Time)>,
}

/// Something that a link does to some frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub does: Mischief,
    /// To which.
    pub to: Victims,
}

/// What may happen to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// It is lost.
    Lose,
    /// It arrives twice.
    Duplicate,
    /// Frames behind it overtake it.
    Delay,
    /// One of its bits is flipped, past the Ethernet header.
    Corrupt,
}

/// Which frames something happens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Victims {
    /// So many of a million, by chance.
    Share(u32),
    /// Those that look so.
    Like(Pattern),
}

/// What a frame looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What it is.
    pub shape: Shape,
    /// Whether it carries bytes of a file or a letter (`TurnKind::Data`).
    pub of_file: bool,
    /// Which host sent it first; any for none.
    pub from: Option<HostId>,
    /// The first and the last of those that look so, counted from 1 over this link.
    pub nth: (u32, u32),
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any frame.
    Frame,
    /// A TCP segment that asks for a connection.
    Syn,
    /// A TCP segment that agrees to one.
    SynAck,
    /// A TCP segment without payload, SYN, FIN or RST.
    Ack,
    /// A TCP segment with payload.
    Data,
    /// A TCP segment with FIN.
    Fin,
    /// A TCP segment with RST.
    Rst,
    /// A UDP datagram.
    Udp,
    /// An ICMP or ICMPv6 message, neighbour discovery aside.
    Icmp,
}

impl Default for LinkConfig {
    fn default() -> Self {
        Self {
            delay: Duration::from_millis(10),
            jitter: Duration::ZERO,
            rate_bps: 100_000_000,
            queue_frames: 1000,
            longest_frame: 1514,
            faults: Vec::new(),
            down: Vec::new(),
        }
    }
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// It arrives whole, then.
    Arrives(Time),
    /// It is lost.
    Lost(DropReason),
}

/// A link in a run.
#[derive(Debug)]
pub struct Link {
    config: LinkConfig,
    directions: [Direction; 2],
}

#[derive(Debug, Default)]
struct Direction {
    /// When the last bit of each accepted frame leaves, oldest first.
    leaving: VecDeque<Time>,
}

impl Link {
    /// An idle link.
    #[must_use]
    pub fn new(config: LinkConfig, _rng: Rng) -> Self {
        Self {
            config,
            directions: Default::default(),
        }
    }

    /// Takes a frame of `len` bytes into a direction. Answers what becomes of it.
    pub fn carry(&mut self, now: Time, direction: usize, len: usize) -> Journey {
        if len > self.config.longest_frame {
            return Journey::Lost(DropReason::TooBig);
        }
        let leaving = &mut self.directions[direction].leaving;
        while leaving.front().is_some_and(|left| *left <= now) {
            leaving.pop_front();
        }
        if leaving.len() > self.config.queue_frames as usize {
            return Journey::Lost(DropReason::QueueFull);
        }
        let start = leaving.back().copied().unwrap_or(now);
        let left = start + serialization(len, self.config.rate_bps);
        leaving.push_back(left);
        Journey::Arrives(left + self.config.delay)
    }
}

/// How long a frame takes to go out bit by bit, rounded up to a nanosecond.
fn serialization(len: usize, rate_bps: u64) -> Duration {
    let bits = len as u128 * 8 * 1_000_000_000;
    let ns = bits.div_ceil(u128::from(rate_bps.max(1)));
    Duration(u64::try_from(ns).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(queue_frames: u32) -> Link {
        Link::new(
            LinkConfig {
                delay: Duration::from_millis(1),
                rate_bps: 8_000_000,
                queue_frames,
                ..LinkConfig::default()
            },
            Rng::from_seed(1),
        )
    }

    #[test]
    fn frames_go_out_one_after_the_other() {
        let mut link = link(10);
        let us = |n: u64| Journey::Arrives(Time(n * 1000));
        assert_eq!(link.carry(Time::ZERO, 0, 100), us(1100));
        assert_eq!(link.carry(Time::ZERO, 0, 100), us(1200));
        assert_eq!(link.carry(Time::ZERO, 1, 100), us(1100), "the other way");
        assert_eq!(link.carry(Time(500_000), 0, 100), us(1600), "idle again");
    }

    #[test]
    fn a_full_queue_loses_what_comes() {
        let mut link = link(2);
        for _ in 0..3 {
            link.carry(Time::ZERO, 0, 1000);
        }
        let full = Journey::Lost(DropReason::QueueFull);
        assert_eq!(link.carry(Time::ZERO, 0, 1000), full);
        assert_ne!(link.carry(Time(1_000_000), 0, 1000), full, "one has left");
        let too_big = Journey::Lost(DropReason::TooBig);
        assert_eq!(link.carry(Time::ZERO, 1, 1515), too_big);
    }
}
