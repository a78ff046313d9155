//! What was read of a frame: layers, their fields, and where reading stopped.

use super::kinds::{FieldKind, LayerKind};
use std::ops::Range;

/// One layer of a frame: a header, or what it carries.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it is.
    pub kind: &'static LayerKind,
    /// Where its bytes lie: 0 in the frame, else in that one of the messages that were put
    /// together.
    pub source: u8,
    /// Which of these bytes.
    pub range: Range<usize>,
    /// Which of the dissection's fields are its own.
    pub fields: Range<usize>,
    /// It is quoted by an ICMP error, which tells of another packet.
    pub quoted: bool,
}

/// One field of a layer. Fields that share a byte each have it in their range.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is.
    pub kind: &'static FieldKind,
    /// The value as a number, where it is one.
    pub number: u64,
    /// Which bytes it stands in: of the frame, or of the message that its layer lies in.
    pub range: Range<usize>,
    /// Where its bytes lie: 0 in the frame, else in that one of the messages that were put
    /// together.
    pub source: u8,
    /// Which bits of these bytes, the highest first, where it does not take them all.
    pub bits: Option<Range<u8>>,
}

/// Why reading ended before the frame did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// At which byte.
    pub at: usize,
    /// In a few words: `the header is cut short`.
    pub why: &'static str,
}

/// Bytes of a frame that belong to a message over several frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The frame's number.
    pub frame: u32,
    /// Which of its bytes.
    pub range: Range<usize>,
}

/// A message that came in pieces, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// All of its bytes.
    pub bytes: Vec<u8>,
    /// Where they come from, in their order.
    pub pieces: Vec<Piece>,
}

/// What was read of a frame. It can be used again for the next one.
#[derive(Clone, Debug, Default)]
pub struct Dissection {
    pub(super) layers: Vec<Layer>,
    pub(super) fields: Vec<Field>,
    pub(super) stop: Option<Stop>,
    pub(super) gathered: Vec<Gathered>,
}

impl Dissection {
    /// The layers, outermost first.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The fields of all layers, in the order of their bytes.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The fields of one layer.
    #[must_use]
    pub fn fields_of(&self, layer: &Layer) -> &[Field] {
        &self.fields[layer.fields.clone()]
    }

    /// Where reading stopped before the frame's end, and why.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// The first field of this kind.
    #[must_use]
    pub fn first(&self, kind: &'static FieldKind) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| std::ptr::eq(field.kind, kind))
    }

    /// The messages that came in pieces of which this frame brought the last: source 1 first.
    #[must_use]
    pub fn gathered(&self) -> &[Gathered] {
        &self.gathered
    }

    /// The bytes of a source: 0 is the frame itself.
    #[must_use]
    pub fn source<'a>(&'a self, frame: &'a [u8], source: u8) -> &'a [u8] {
        match usize::from(source).checked_sub(1) {
            None => frame,
            Some(index) => self.gathered.get(index).map_or(&[], |whole| &whole.bytes),
        }
    }

    /// A field's value in words.
    #[must_use]
    pub fn value(&self, field: &Field, frame: &[u8]) -> String {
        field.value(self.source(frame, field.source))
    }

    /// In which frames the bytes of a field or layer lie, and where there. Empty where it is this
    /// frame alone.
    #[must_use]
    pub fn span(&self, source: u8, range: &Range<usize>) -> Vec<Piece> {
        let Some(index) = usize::from(source).checked_sub(1) else {
            return Vec::new();
        };
        let pieces = self
            .gathered
            .get(index)
            .map_or(&[][..], |whole| &whole.pieces);
        cut(pieces, range)
    }

    /// Begins anew, with the room that there is.
    pub(super) fn clear(&mut self) {
        self.layers.clear();
        self.fields.clear();
        self.stop = None;
        self.gathered.clear();
    }
}

/// The part of pieces that a range of all their bytes covers.
pub(super) fn cut(pieces: &[Piece], range: &Range<usize>) -> Vec<Piece> {
    let mut at = 0;
    let mut found = Vec::new();
    for piece in pieces {
        let from = range.start.max(at) - at;
        let to = (range.end.max(at) - at).min(piece.range.len());
        if from < to {
            let start = piece.range.start;
            found.push(Piece {
                frame: piece.frame,
                range: start + from..start + to,
            });
        }
        at += piece.range.len();
    }
    found
}
