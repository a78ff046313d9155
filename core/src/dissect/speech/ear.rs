//! What one side said next, and how it is cut.

use super::{Shared, Sort, Speech};
use crate::dissect::dissection::{Piece, cut};
use crate::dissect::kinds::FieldKind;
use crate::dissect::table::data::segment;
use crate::dissect::talks::{End, Heard, Notes, Order, Place, Stretch};

/// What one side said and nobody understood yet. A protocol cuts it, from its beginning, into
/// stretches of one sort; what it leaves waits for more.
pub(in crate::dissect) struct Ear<'a> {
    heard: Heard<'a>,
    /// How much of it is cut.
    at: usize,
    /// In which frame the last of it came.
    pub frame: u32,
    /// Whether the one who opened the connection says it.
    pub by_opener: bool,
    /// Whether this side says nothing more.
    pub is_end: bool,
    /// Whether no other frames are known: then what is cut short is read as far as it goes.
    pub is_alone: bool,
    /// Who says it to whom.
    pub ends: (End, End),
    /// Stretches of this frame that came before what is heard: bytes sent again.
    pub before: usize,
    cuts: Vec<Cut>,
    told: Vec<(Place, &'static FieldKind, u64)>,
    completed: Vec<(u32, &'static FieldKind)>,
}

struct Cut {
    sort: Sort,
    /// Which of the bytes; none for what was put together of older ones.
    range: std::ops::Range<usize>,
    whole: Vec<Piece>,
    facts: Vec<(&'static FieldKind, u64)>,
}

/// Bytes that wait for the end of what they begin; more are read as they are.
const MOST: usize = 128 * 1024;

impl<'a> Ear<'a> {
    pub fn new(heard: Heard<'a>, frame: u32, by_opener: bool, is_end: bool) -> Self {
        Self {
            heard,
            at: 0,
            frame,
            by_opener,
            is_end,
            is_alone: false,
            ends: (End::default(), End::default()),
            before: 0,
            cuts: Vec::new(),
            told: Vec::new(),
            completed: Vec::new(),
        }
    }

    /// What is not cut yet.
    pub fn bytes(&self) -> &[u8] {
        &self.heard.bytes[self.at..]
    }

    /// Whether what is left has to be cut as it is: nothing follows, or too much is waiting.
    pub fn is_last(&self) -> bool {
        self.is_end || self.is_alone || self.bytes().len() > MOST
    }

    /// The length of the next line with its end; of what is left where no more will come.
    pub fn line(&self) -> Option<usize> {
        let left = self.bytes();
        let whole = super::lines::line(left);
        whole.or((self.is_last() && !left.is_empty()).then_some(left.len()))
    }

    /// The next bytes are a stretch of this sort.
    pub fn cut(&mut self, len: usize, sort: Sort) {
        let range = self.at..(self.at + len).min(self.heard.bytes.len());
        self.at = range.end;
        if range.is_empty() {
            return;
        }
        self.cuts.push(Cut {
            sort,
            range,
            whole: Vec::new(),
            facts: Vec::new(),
        });
    }

    /// The next bytes are part of something longer. Of those that came with earlier frames each
    /// frame shows its own; this frame's are a stretch of this sort. Answers where all of them lie.
    pub fn cut_part(&mut self, len: usize, sort: Sort) -> Vec<Piece> {
        let range = self.at..(self.at + len).min(self.heard.bytes.len());
        let pieces = cut(&self.heard.pieces, &range);
        for piece in &pieces {
            let len = piece.range.len();
            if piece.frame == self.frame {
                self.cut(len, sort);
            } else {
                self.at += len;
            }
        }
        self.at = range.end;
        pieces
    }

    /// Something is whole now whose parts were cut as stretches of their own.
    pub fn put_together(&mut self, sort: Sort, pieces: Vec<Piece>) {
        self.cuts.push(Cut {
            sort,
            range: 0..0,
            whole: pieces,
            facts: Vec::new(),
        });
    }

    /// Where the last stretch lies.
    pub fn pieces(&self) -> Vec<Piece> {
        let last = self.cuts.last();
        last.map_or(Vec::new(), |last| cut(&self.heard.pieces, &last.range))
    }

    /// The last stretch, for what later frames will tell of it.
    pub fn place(&self) -> Place {
        Place {
            frame: self.frame,
            stretch: (self.before + self.cuts.len()).saturating_sub(1),
        }
    }

    /// Something else that is known of the last stretch.
    pub fn fact(&mut self, kind: &'static FieldKind, number: u64) {
        if let Some(last) = self.cuts.last_mut() {
            last.facts.push((kind, number));
        }
    }

    /// The same, several at once.
    pub fn facts(&mut self, facts: &[(&'static FieldKind, u64)]) {
        if let Some(last) = self.cuts.last_mut() {
            last.facts.extend_from_slice(facts);
        }
    }

    /// Something that is known now of a stretch, be it of an earlier frame or of this one. What
    /// was known of this kind before is not so any more.
    pub fn tell(&mut self, place: Place, kind: &'static FieldKind, number: u64) {
        if place.frame != self.frame {
            self.told.push((place, kind, number));
            return;
        }
        let at = place.stretch.checked_sub(self.before);
        if let Some(cut) = at.and_then(|at| self.cuts.get_mut(at)) {
            Notes::learn(&mut cut.facts, kind, number);
        }
    }

    /// What waited in an earlier frame belongs to something that is whole in this one.
    pub fn complete(&mut self, frame: u32, kind: &'static FieldKind) {
        self.completed.push((frame, kind));
    }

    /// Lets a protocol cut what it can.
    pub fn hear(&mut self, speech: &mut Speech, shared: &mut Shared, notes: &mut Notes) {
        speech.hear(self, shared);
        if self.is_last() && !self.bytes().is_empty() {
            self.cut(self.bytes().len(), Sort::Bytes);
        }
        for (place, kind, number) in self.told.drain(..) {
            notes.tell(place, kind, number);
        }
        for (frame, kind) in self.completed.drain(..) {
            notes.complete(frame, kind, u64::from(self.frame));
        }
    }

    /// The stretches of this frame; what was not cut waits.
    pub fn finish(self, order: &mut Order, notes: &mut Notes) -> Vec<Stretch> {
        let here = |pieces: &[Piece]| {
            let mut here = pieces.iter().filter(|piece| piece.frame == self.frame);
            here.next().map_or(0..0, |piece| piece.range.clone())
        };
        let mut stretches = Vec::with_capacity(self.cuts.len() + 1);
        for made in self.cuts {
            let pieces = match self.heard.pieces.as_slice() {
                [one] if made.whole.is_empty() => {
                    let start = one.range.start;
                    stretches.push(Stretch {
                        sort: made.sort,
                        range: start + made.range.start..start + made.range.end,
                        whole: Vec::new(),
                        facts: made.facts,
                    });
                    continue;
                }
                pieces => cut(pieces, &made.range),
            };
            let range = here(&pieces);
            let is_here = range.len() == made.range.len() && made.whole.is_empty();
            let whole = match (is_here, made.whole.is_empty()) {
                (true, _) => Vec::new(),
                (false, true) => pieces,
                (false, false) => made.whole,
            };
            if !made.range.is_empty() {
                for piece in whole.iter().filter(|piece| piece.frame != self.frame) {
                    let number = u64::from(self.frame);
                    notes.complete(piece.frame, &segment::WHOLE_IN, number);
                }
            }
            stretches.push(Stretch {
                sort: made.sort,
                range,
                whole,
                facts: made.facts,
            });
        }
        let left = self.at..self.heard.bytes.len();
        if !left.is_empty() {
            let pieces = cut(&self.heard.pieces, &left);
            stretches.push(Stretch {
                sort: Sort::Part,
                range: here(&pieces),
                whole: Vec::new(),
                facts: Vec::new(),
            });
            order.hold(&self.heard.bytes[left], pieces);
        }
        stretches
    }
}
