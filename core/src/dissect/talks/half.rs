//! What one side of a connection sent: numbers counted from its SYN, what nobody acknowledged
//! yet, and what it sends again.

use super::{Segment, TcpTold};
use std::collections::VecDeque;

/// What one side sent.
#[derive(Debug, Default)]
pub(super) struct Half {
    /// The number of its SYN; one less than its first byte where no SYN was seen.
    base: Option<u32>,
    /// One past the last number it sent.
    next: u32,
    /// What its windows are scaled by: from its SYN.
    scale: Option<u8>,
    /// One past the last byte it sent: SYN and FIN are none.
    said: Option<u32>,
    /// How many of its bytes the other side has behind a gap, as it last reported.
    sacked: u32,
    saw_syn: bool,
    is_over: bool,
    /// What the other side acknowledged.
    acked: Option<u32>,
    /// Segments that nobody acknowledged yet: from, up to, and in which frame.
    open: VecDeque<(u32, u32, u32)>,
    /// The last of those that were acknowledged, should they come once more.
    done: VecDeque<(u32, u32, u32)>,
}

/// Largest scale (RFC 7323 §2.3).
const STEEPEST: u8 = 14;
/// Segments that are remembered until somebody acknowledges them.
const MOST: usize = 4096;
/// Segments that are remembered beyond that.
const MOST_DONE: usize = 32;

impl Half {
    /// Whether a SYN of this number begins another connection between the same ends.
    pub fn is_over_for(&self, seq: u32) -> bool {
        self.is_over || self.base.is_some_and(|base| self.saw_syn && base != seq)
    }

    /// A segment of this side passes.
    pub fn follow(&mut self, far: &mut Self, frame: u32, segment: &Segment, len: usize) -> TcpTold {
        let len = u32::try_from(len).unwrap_or(0);
        let end = segment
            .seq
            .wrapping_add(len + u32::from(segment.syn) + u32::from(segment.fin));
        if segment.syn && !self.saw_syn {
            self.base = Some(segment.seq);
            self.next = segment.seq;
            self.saw_syn = true;
            self.scale = segment.scale.map(|scale| scale.min(STEEPEST));
        }
        let first = segment.seq.wrapping_sub(1);
        let base = *self.base.get_or_insert_with(|| {
            self.next = segment.seq;
            first
        });
        self.is_over |= segment.rst || segment.fin;
        let again = self.sends(frame, (segment.seq, end), len);
        let mut told = TcpTold {
            seq: segment.seq.wrapping_sub(base),
            next: end.wrapping_sub(base),
            window: self.window(far, segment),
            again,
            ..TcpTold::default()
        };
        if len > 0 {
            told.in_flight = self.in_flight(base, end.wrapping_sub(u32::from(segment.fin)));
        }
        if let Some(ack) = segment.ack {
            let base = *far.base.get_or_insert_with(|| {
                far.next = ack;
                ack.wrapping_sub(1)
            });
            told.ack = Some(ack.wrapping_sub(base));
            told.acks = far.is_acked(ack);
            far.sacked = segment.sacked;
        }
        told
    }

    /// Notes numbers as sent; answers the frame that had them before, 0 where it is not known.
    fn sends(&mut self, frame: u32, (seq, end): (u32, u32), len: u32) -> Option<u32> {
        if seq == end {
            return None;
        }
        if is_before(self.next, end) {
            self.next = end;
            if self.open.len() == MOST {
                self.open.pop_front();
            }
            self.open.push_back((seq, end, frame));
            return None;
        }
        // RFC 9293 §3.8.4: a byte that has arrived, sent to hear whether anybody is there.
        if len == 1 && end == self.next && self.acked == Some(end) {
            return None;
        }
        let covers = |sent: &&(u32, u32, u32)| !is_before(seq, sent.0) && is_before(seq, sent.1);
        if let Some((.., frame)) = self.open.iter().find(covers) {
            return Some(*frame);
        }
        // It had arrived; or it fills a gap, and was lost before it passed here.
        let before = self.done.iter().find(covers).map_or(0, |sent| sent.2);
        let at = self.open.partition_point(|sent| !is_before(end, sent.1));
        self.open.insert(at, (seq, end, frame));
        Some(before)
    }

    /// How many bytes are on their way once it has sent those up to this number.
    fn in_flight(&mut self, base: u32, end: u32) -> u32 {
        let said = self.said.filter(|said| is_before(end, *said));
        let end = said.unwrap_or(end);
        self.said = Some(end);
        let mut from = self.acked.unwrap_or(base.wrapping_add(1));
        // What passed unseen is not counted.
        if let Some((first, ..)) = self.open.front()
            && is_before(from, *first)
        {
            from = *first;
        }
        match is_before(from, end) {
            true => end.wrapping_sub(from).saturating_sub(self.sacked),
            false => 0,
        }
    }

    /// All before this number has arrived; answers the frame that brought the last of it.
    fn is_acked(&mut self, ack: u32) -> Option<u32> {
        if self.acked.is_none_or(|acked| is_before(acked, ack)) {
            self.acked = Some(ack);
        }
        let mut last = None;
        while let Some((_, end, frame)) = self.open.front().copied() {
            if is_before(ack, end) {
                break;
            }
            last = Some(frame);
            if self.done.len() == MOST_DONE {
                self.done.pop_front();
            }
            self.done.extend(self.open.pop_front());
        }
        last
    }

    /// RFC 7323 §2.2: both sides have to offer to scale, and SYNs themselves are not scaled.
    fn window(&self, far: &Self, segment: &Segment) -> u32 {
        let window = u32::from(segment.window);
        match (self.scale, far.scale) {
            (Some(scale), Some(_)) if !segment.syn => window << scale,
            _ => window,
        }
    }
}

/// RFC 9293 §3.4: numbers go round.
pub(super) fn is_before(a: u32, b: u32) -> bool {
    b.wrapping_sub(a).cast_signed() > 0
}
