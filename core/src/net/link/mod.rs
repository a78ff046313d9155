//! A link: two directions, each with its rate, its delay and its queue, and what goes wrong.

mod looks;

pub use looks::{looks_like, spoil};

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

/// How a frame's way over the link ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives whole, then.
    Arrives(Time),
    /// It is lost, then.
    Lost(Time, DropReason),
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// How it ends.
    pub fate: Fate,
    /// The bit that is flipped in what arrives, out of so many, by chance.
    pub flip: Option<u64>,
    /// How the way of its copy ends, and when the copy is made.
    pub copy: Option<(Time, Fate)>,
}

/// A link in a run.
#[derive(Debug)]
pub struct Link {
    config: LinkConfig,
    rng: Rng,
    directions: [Direction; 2],
    /// How many frames looked as each fault wants them to.
    seen: Vec<u32>,
}

#[derive(Debug, Default)]
struct Direction {
    /// When the last bit of each accepted frame leaves, oldest first.
    leaving: VecDeque<Time>,
    /// When the last frame arrives of those that keep their order.
    arrived: Time,
    /// When the last frame was taken.
    taken: Time,
}

impl Link {
    /// An idle link.
    #[must_use]
    pub fn new(config: LinkConfig, rng: Rng) -> Self {
        Self {
            seen: vec![0; config.faults.len()],
            config,
            rng,
            directions: Default::default(),
        }
    }

    /// Takes a frame of `len` bytes into a direction, which `looks` like what it is asked
    /// for. Answers what becomes of it.
    pub fn carry(
        &mut self,
        now: Time,
        direction: usize,
        len: usize,
        looks: impl Fn(&Pattern) -> bool,
    ) -> Journey {
        if let Some(reason) = self.refuses(now, direction, len) {
            return Journey {
                fate: Fate::Lost(now, reason),
                flip: None,
                copy: None,
            };
        }
        let leaving = &mut self.directions[direction].leaving;
        let start = leaving.back().copied().unwrap_or(now);
        let left = start + serialization(len, self.config.rate_bps);
        leaving.push_back(left);
        self.directions[direction].taken = now;
        let mut mischief = self.mischief(looks);
        let mut arrival = left + self.config.delay;
        if self.config.jitter > Duration::ZERO {
            // No frame overtakes another by jitter alone: it would be a reordering.
            let jitter = self.rng.below(self.config.jitter.0.saturating_add(1));
            arrival = (arrival + Duration(jitter)).max(self.directions[direction].arrived);
        }
        if mischief.late {
            arrival += self.lateness();
        } else {
            self.directions[direction].arrived = arrival;
        }
        let half_way = Time(left.0 + arrival.since(left).0 / 2);
        let fate = if mischief.lost {
            mischief.again = false;
            Fate::Lost(half_way, DropReason::Loss)
        } else {
            Fate::Arrives(arrival)
        };
        let copy = Fate::Arrives(arrival + serialization(len, self.config.rate_bps));
        Journey {
            fate: self.cut_off(now, fate),
            flip: mischief.flip.then(|| self.rng.next_u64()),
            copy: mischief
                .again
                .then(|| (half_way, self.cut_off(now, copy)))
                .filter(|(made, _)| !self.goes_down(now, *made)),
        }
    }

    /// Why a frame does not get onto the link.
    fn refuses(&mut self, now: Time, direction: usize, len: usize) -> Option<DropReason> {
        if len > self.config.longest_frame {
            return Some(DropReason::TooBig);
        }
        let is_down = |down: &&(Time, Time)| down.0 <= now && now < down.1;
        if self.config.down.iter().any(|down| is_down(&down)) {
            return Some(DropReason::LinkDown);
        }
        if self.goes_down(self.directions[direction].taken, now) {
            // What waited was lost with the rest.
            self.directions[direction] = Direction::default();
        }
        let leaving = &mut self.directions[direction].leaving;
        while leaving.front().is_some_and(|left| *left <= now) {
            leaving.pop_front();
        }
        (leaving.len() > self.config.queue_frames as usize).then_some(DropReason::QueueFull)
    }

    /// What happens to the frame at hand. Chance is asked only where a fault wants it, so
    /// that a link without faults draws nothing.
    fn mischief(&mut self, looks: impl Fn(&Pattern) -> bool) -> Mischiefs {
        let mut all = Mischiefs::default();
        for (fault, seen) in self.config.faults.iter().zip(&mut self.seen) {
            let hit = match &fault.to {
                Victims::Share(share) => self.rng.below(1_000_000) < u64::from(*share),
                Victims::Like(pattern) => {
                    let (first, last) = pattern.nth;
                    // Nobody looks for what is over.
                    *seen < last && looks(pattern) && {
                        *seen += 1;
                        *seen >= first
                    }
                }
            };
            match fault.does {
                Mischief::Lose => all.lost |= hit,
                Mischief::Duplicate => all.again |= hit,
                Mischief::Delay => all.late |= hit,
                Mischief::Corrupt => all.flip |= hit,
            }
        }
        all
    }

    /// How much later a frame arrives that others are to overtake: long enough for three of
    /// the longest frames behind it, or else for what comes within half the link's delay.
    fn lateness(&self) -> Duration {
        let frame = serialization(self.config.longest_frame, self.config.rate_bps);
        Duration((frame.0.saturating_mul(3)).max(self.config.delay.0 / 2))
    }

    /// The same fate, unless the link goes down before: all that is on it is lost then.
    fn cut_off(&self, now: Time, fate: Fate) -> Fate {
        let (Fate::Arrives(end) | Fate::Lost(end, _)) = fate;
        let mut downs = self.config.down.iter().map(|(from, _)| *from);
        let first = downs.find(|from| *from > now && *from <= end);
        first.map_or(fate, |from| Fate::Lost(from, DropReason::LinkDown))
    }

    fn goes_down(&self, after: Time, until: Time) -> bool {
        let mut downs = self.config.down.iter();
        downs.any(|(from, _)| *from > after && *from <= until)
    }
}

/// What happens to one frame.
#[derive(Clone, Copy, Debug, Default)]
struct Mischiefs {
    lost: bool,
    again: bool,
    late: bool,
    flip: bool,
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

    fn carry(link: &mut Link, now: Time, direction: usize, len: usize) -> Fate {
        link.carry(now, direction, len, |_| true).fate
    }

    #[test]
    fn frames_go_out_one_after_the_other() {
        let mut link = link(10);
        let us = |n: u64| Fate::Arrives(Time(n * 1000));
        assert_eq!(carry(&mut link, Time::ZERO, 0, 100), us(1100));
        assert_eq!(carry(&mut link, Time::ZERO, 0, 100), us(1200));
        assert_eq!(
            carry(&mut link, Time::ZERO, 1, 100),
            us(1100),
            "the other way"
        );
        assert_eq!(
            carry(&mut link, Time(500_000), 0, 100),
            us(1600),
            "idle again"
        );
    }

    #[test]
    fn a_full_queue_loses_what_comes() {
        let mut link = link(2);
        for _ in 0..3 {
            carry(&mut link, Time::ZERO, 0, 1000);
        }
        let full = Fate::Lost(Time::ZERO, DropReason::QueueFull);
        assert_eq!(carry(&mut link, Time::ZERO, 0, 1000), full);
        let later = Time(1_000_000);
        assert!(
            matches!(carry(&mut link, later, 0, 1000), Fate::Arrives(_)),
            "one has left"
        );
        let too_big = Fate::Lost(Time::ZERO, DropReason::TooBig);
        assert_eq!(carry(&mut link, Time::ZERO, 1, 1515), too_big);
    }

    fn faulty(does: Mischief, to: Victims) -> Link {
        let mut link = link(1000);
        link.config.faults.push(Fault { does, to });
        link.seen.push(0);
        link
    }

    fn third() -> Victims {
        Victims::Like(Pattern {
            shape: Shape::Frame,
            of_file: false,
            from: None,
            nth: (3, 3),
        })
    }

    #[test]
    fn the_third_frame_is_lost_half_way_and_no_other() {
        let mut link = faulty(Mischief::Lose, third());
        let fates: Vec<_> = (0..6)
            .map(|i| carry(&mut link, Time(i * 10_000_000), 0, 100))
            .collect();
        let lost = |fate: &Fate| matches!(fate, Fate::Lost(..));
        assert_eq!(fates.iter().position(lost), Some(2));
        assert_eq!(fates.iter().filter(|fate| lost(fate)).count(), 1);
        assert_eq!(fates[2], Fate::Lost(Time(20_600_000), DropReason::Loss));
    }

    #[test]
    fn a_late_frame_is_overtaken_and_jitter_overtakes_nobody() {
        let mut link = faulty(Mischief::Delay, third());
        let arrivals = |link: &mut Link| -> Vec<u64> {
            let fates = (0..10).map(|_| carry(link, Time::ZERO, 0, 1000));
            fates
                .map(|fate| match fate {
                    Fate::Arrives(time) => time.0,
                    Fate::Lost(..) => panic!("nothing is lost"),
                })
                .collect()
        };
        let late = arrivals(&mut link);
        assert!(late[2] > late[5] && late[3] < late[4]);
        let mut link = faulty(Mischief::Lose, Victims::Share(0));
        link.config.jitter = Duration::from_millis(50);
        let jittered = arrivals(&mut link);
        assert!(jittered.is_sorted());
        assert!(jittered[0] > 2_000_000, "later than without");
    }

    #[test]
    fn a_share_of_all_frames_is_copied_and_the_copy_comes_after() {
        let mut link = faulty(Mischief::Duplicate, Victims::Share(250_000));
        let mut copies = 0;
        for i in 0..2000 {
            let journey = link.carry(Time(i * 10_000_000), 1, 100, |_| false);
            if let (Fate::Arrives(first), Some((made, Fate::Arrives(copy)))) =
                (journey.fate, journey.copy)
            {
                assert!(made < first && first < copy);
                copies += 1;
            }
        }
        assert!((400..600).contains(&copies), "{copies} of 2000");
    }

    #[test]
    fn a_link_that_goes_down_loses_what_is_on_it() {
        let mut link = link(10);
        let (from, to) = (Time(5_000_000), Time(7_000_000));
        link.config.down.push((from, to));
        let down = |at| Fate::Lost(at, DropReason::LinkDown);
        assert_eq!(
            carry(&mut link, Time::ZERO, 0, 100),
            Fate::Arrives(Time(1_100_000))
        );
        assert_eq!(carry(&mut link, Time(4_500_000), 0, 100), down(from));
        assert_eq!(carry(&mut link, from, 0, 100), down(from));
        assert_eq!(
            carry(&mut link, Time(6_999_999), 0, 100),
            down(Time(6_999_999))
        );
        assert_eq!(carry(&mut link, to, 0, 100), Fate::Arrives(Time(8_100_000)));
    }

    #[test]
    fn nothing_waits_any_more_behind_what_was_lost_with_the_link() {
        let mut link = link(10);
        let (from, to) = (Time(1_000_000), Time(2_000_000));
        link.config.down.push((from, to));
        for _ in 0..10 {
            carry(&mut link, Time::ZERO, 0, 1000);
        }
        assert_eq!(carry(&mut link, to, 0, 100), Fate::Arrives(Time(3_100_000)));
    }
}
