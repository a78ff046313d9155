//! What was read of a frame: layers, their fields, and where reading stopped.

use super::kinds::{FieldKind, LayerKind};
use std::ops::Range;

/// One layer of a frame: a header, or what it carries.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it is.
    pub kind: &'static LayerKind,
    /// Which of the frame's bytes.
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
    /// Which of the frame's bytes it stands in.
    pub range: Range<usize>,
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

/// What was read of a frame. It can be used again for the next one.
#[derive(Clone, Debug, Default)]
pub struct Dissection {
    pub(super) layers: Vec<Layer>,
    pub(super) fields: Vec<Field>,
    pub(super) stop: Option<Stop>,
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

    /// Begins anew, with the room that there is.
    pub(super) fn clear(&mut self) {
        self.layers.clear();
        self.fields.clear();
        self.stop = None;
    }
}
