//! Which frames are sent again: found in one pass over all frames, when somebody first asks or
//! a few frames at a time before.

use super::{Outline, Row};
use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{ConnId, FrameId, Sequence};
use crate::timeline::Timeline;

/// What all ends sent.
#[derive(Clone, Debug, Default)]
pub struct Again {
    again: Vec<FrameId>,
    ends: Map<ConnId, Sent>,
    /// The first frame that was not looked at.
    next: usize,
}

/// How far an end has come with what it sends.
#[derive(Clone, Debug)]
struct Sent {
    sequence: Sequence,
    /// After the last byte that it sent; SYN and FIN count as one.
    highest: u64,
}

impl Outline {
    /// How many frames of a row its senders had sent before.
    #[must_use]
    pub fn again_in(&self, timeline: &Timeline, row: &Row) -> usize {
        let all = self.again(timeline);
        let at = |index: usize| all.partition_point(|frame| frame.index() < index);
        at(row.packets.end) - at(row.packets.start)
    }

    /// Whether a frame, or the one that it passes on, was sent before.
    #[must_use]
    pub fn is_again(&self, timeline: &Timeline, frame: FrameId) -> bool {
        let origin = timeline.origin(frame);
        self.again(timeline).binary_search(&origin).is_ok()
    }

    /// The sequence numbers of what an end sends, its SYN being the first; none where it never
    /// sent any.
    #[must_use]
    pub fn sequence(&self, timeline: &Timeline, end: ConnId) -> Option<Sequence> {
        let sent = self.sent_by_ends(timeline).ends.get(&end)?;
        Some(sent.sequence)
    }

    /// All that were sent again, in order, as their first senders sent them.
    fn again(&self, timeline: &Timeline) -> &[FrameId] {
        &self.sent_by_ends(timeline).again
    }

    fn sent_by_ends(&self, timeline: &Timeline) -> &Again {
        self.again.get_or_init(|| {
            let mut all = Again::default();
            all.look(timeline, usize::MAX);
            all
        })
    }

    /// Takes what was found, so that nobody needs to look for it. It must be of all frames.
    pub fn knows(&self, again: Again) {
        let _ = self.again.set(again);
    }
}

impl Again {
    /// Looks at so many frames more, at most. Answers whether these were all.
    pub fn look(&mut self, timeline: &Timeline, most: usize) -> bool {
        let frames = timeline.frames();
        let end = frames.len().min(self.next.saturating_add(most));
        for index in self.next..end {
            self.take(timeline, FrameId::from_index(index));
        }
        self.next = end;
        end == frames.len()
    }

    fn take(&mut self, timeline: &Timeline, id: FrameId) {
        let frame = timeline.frame(id);
        let own = frame.forwards.is_none().then_some(frame.conn).flatten();
        let Some(end) = own.filter(|end| timeline.end(*end).host == frame.from) else {
            return;
        };
        let Some(tcp) = Tcp::read(timeline.bytes(id)) else {
            return;
        };
        let weight = tcp.payload.len() as u64 + u64::from(tcp.syn) + u64::from(tcp.fin);
        if weight == 0 {
            return;
        }
        let sent = self.ends.get_or_insert_with(end, || Sent {
            sequence: Sequence::from(tcp.seq),
            highest: 0,
        });
        let Some(from) = sent.sequence.offset(tcp.seq, sent.highest) else {
            return;
        };
        // One byte beyond the window asks whether there is room again: that is no repetition.
        if from < sent.highest {
            self.again.push(id);
        }
        sent.highest = sent.highest.max(from + weight);
    }
}
