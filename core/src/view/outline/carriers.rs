//! Which frame carries the first byte of each turn: one pass over all frames.

use crate::base::headers::Tcp;
use crate::base::sorted::Map;
use crate::base::{ConnId, FrameId, Sequence};
use crate::timeline::{Kind, Timeline};

/// One end's words on their way into frames.
#[derive(Default)]
struct Mouth {
    /// The SYN at 0. Known from it on.
    sequence: Option<Sequence>,
    /// How far it got.
    highest: u64,
    /// What was said and is in no frame yet: the turn, and its first byte.
    waiting: Vec<(usize, u64)>,
}

/// For each turn, by index of the timeline's turns, the frame that carries its first byte.
pub(super) fn of_turns(timeline: &Timeline) -> Vec<Option<FrameId>> {
    let mut carriers = vec![None; timeline.turns().len()];
    let mut mouths: Map<ConnId, Mouth> = Map::new();
    for event in timeline.events().iter() {
        match event.kind {
            Kind::Turn => {
                let said = timeline.turn(event.arg);
                // What is said in a datagram is the cause of its frame.
                let Some(conn) = said.conn else { continue };
                let mouth = mouths.or_default(conn);
                mouth.waiting.push((event.arg as usize, said.range.0));
            }
            Kind::Sent => {
                let frame = FrameId(event.arg);
                let Some(conn) = timeline.frame(frame).conn else {
                    let cause = event.cause.map(|cause| timeline.event(cause));
                    if let Some(said) = cause.filter(|cause| cause.kind == Kind::Turn) {
                        carriers[said.arg as usize].get_or_insert(frame);
                    }
                    continue;
                };
                if timeline.end(conn).host != event.host {
                    continue;
                }
                let mouth = mouths.or_default(conn);
                if mouth.sequence.is_some() && mouth.waiting.is_empty() {
                    continue;
                }
                if let Some(tcp) = Tcp::read(timeline.bytes(frame)) {
                    mouth.sends(frame, &tcp, &mut carriers);
                }
            }
            _ => {}
        }
    }
    carriers
}

impl Mouth {
    fn sends(&mut self, frame: FrameId, tcp: &Tcp, carriers: &mut [Option<FrameId>]) {
        if tcp.syn {
            self.sequence.get_or_insert(Sequence::from(tcp.seq));
        }
        let near = self.waiting.first().map_or(self.highest, |(_, from)| *from);
        let sequence = self.sequence;
        // The SYN takes the stream's first number.
        let Some(at) = sequence.and_then(|s| s.offset(tcp.seq, near + 1)) else {
            return;
        };
        let from = (at + u64::from(tcp.syn)).saturating_sub(1);
        let to = from + tcp.payload.len() as u64;
        self.highest = self.highest.max(to);
        self.waiting.retain(|&(turn, first)| {
            let here = from <= first && first < to;
            if here {
                carriers[turn] = Some(frame);
            }
            !here
        });
    }
}
