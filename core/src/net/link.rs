//! A link: two directions, each with its rate, its delay and its queue.

use crate::base::{Duration, Time};
use crate::timeline::DropReason;
use std::collections::VecDeque;

/// What a link is like, the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkConfig {
    /// How long a bit travels.
    pub delay: Duration,
    /// Bits a second.
    pub rate_bps: u64,
    /// How many frames wait at most, besides the one being sent.
    pub queue_frames: u32,
    /// The longest frame it takes, Ethernet header included.
    pub longest_frame: usize,
}

impl Default for LinkConfig {
    fn default() -> Self {
        Self {
            delay: Duration::from_millis(10),
            rate_bps: 100_000_000,
            queue_frames: 1000,
            longest_frame: 1514,
        }
    }
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
    pub fn new(config: LinkConfig) -> Self {
        Self {
            config,
            directions: Default::default(),
        }
    }

    /// Takes a frame of `len` bytes into a direction. Answers when it arrives whole.
    ///
    /// # Errors
    /// Why it is lost.
    pub fn carry(&mut self, now: Time, direction: usize, len: usize) -> Result<Time, DropReason> {
        if len > self.config.longest_frame {
            return Err(DropReason::TooBig);
        }
        let leaving = &mut self.directions[direction].leaving;
        while leaving.front().is_some_and(|left| *left <= now) {
            leaving.pop_front();
        }
        if leaving.len() > self.config.queue_frames as usize {
            return Err(DropReason::QueueFull);
        }
        let start = leaving.back().copied().unwrap_or(now);
        let left = start + serialization(len, self.config.rate_bps);
        leaving.push_back(left);
        Ok(left + self.config.delay)
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
        Link::new(LinkConfig {
            delay: Duration::from_millis(1),
            rate_bps: 8_000_000,
            queue_frames,
            longest_frame: 1514,
        })
    }

    #[test]
    fn frames_go_out_one_after_the_other() {
        let mut link = link(10);
        let us = |n: u64| Ok(Time(n * 1000));
        assert_eq!(link.carry(Time::ZERO, 0, 100), us(1100));
        assert_eq!(link.carry(Time::ZERO, 0, 100), us(1200));
        assert_eq!(link.carry(Time::ZERO, 1, 100), us(1100), "the other way");
        assert_eq!(link.carry(Time(500_000), 0, 100), us(1600), "idle again");
    }

    #[test]
    fn a_full_queue_loses_what_comes() {
        let mut link = link(2);
        for _ in 0..3 {
            link.carry(Time::ZERO, 0, 1000).unwrap();
        }
        assert_eq!(link.carry(Time::ZERO, 0, 1000), Err(DropReason::QueueFull));
        assert!(link.carry(Time(1_000_000), 0, 1000).is_ok(), "one has left");
        assert_eq!(link.carry(Time::ZERO, 1, 1515), Err(DropReason::TooBig));
    }
}
