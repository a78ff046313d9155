//! What layers and fields are: their names, how a value is shown, and what it means.

use super::Field;

/// A kind of layer: a header, or what it carries.
#[derive(Debug)]
pub struct LayerKind {
    /// `TCP`.
    pub name: &'static str,
    /// Its name in filters, Wireshark's where it has one: `tcp`.
    pub filter: &'static str,
    /// What it is for, in at most 40 words.
    pub meaning: &'static str,
    /// Where it is defined: `RFC 9293 §3.1`.
    pub reference: &'static str,
    /// All fields it may have, in their order.
    pub fields: &'static [&'static FieldKind],
}

/// A kind of field.
#[derive(Debug)]
pub struct FieldKind {
    /// `Sequence number`.
    pub name: &'static str,
    /// Its name in filters, Wireshark's where it has one: `tcp.seq_raw`.
    pub filter: &'static str,
    /// How a value is shown.
    pub shows: Shows,
    /// What it means. Most who show fields never ask, and a page need not have fetched the words
    /// until somebody does.
    pub told: fn() -> &'static Told,
    /// It follows from other bytes or other frames, and stands in none of its own.
    pub derived: bool,
}

/// What is told of a kind of field.
#[derive(Debug)]
pub struct Told {
    /// What it means, in at most 40 words.
    pub meaning: &'static str,
    /// Where it is defined: `RFC 9293 §3.1`.
    pub reference: &'static str,
    /// More, for who asks.
    pub more: &'static str,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// `64`.
    Number,
    /// `20 bytes`: a number of these.
    Counted(&'static str),
    /// `0x1f9a`, so many digits.
    Hex(usize),
    /// `yes` or `no`.
    Flag,
    /// `6 (TCP)`: numbers that have names.
    Names(&'static [(u64, &'static str)]),
    /// `02:00:00:00:00:01`.
    Mac,
    /// `192.0.2.10`, `2001:db8::1`: as long as the field.
    Address,
    /// The bytes as text, without the end of the line.
    Text,
    /// `12 bytes`.
    Bytes,
    /// Words made of the number.
    Words(fn(u64) -> String),
    /// Words made of the frame and the field.
    Within(fn(&[u8], &Field) -> String),
}

/// A kind of field that stands in bytes of its own: its name, that in filters, how a value is shown,
/// what it means, where it is defined, and perhaps more to tell.
macro_rules! field {
    ($name:expr, $filter:expr, $shows:expr, $meaning:expr, $reference:expr $(,)?) => {
        field!($name, $filter, $shows, $meaning, $reference, "")
    };
    ($name:expr, $filter:expr, $shows:expr, $meaning:expr, $reference:expr, $more:expr $(,)?) => {
        $crate::dissect::FieldKind {
            name: $name,
            filter: $filter,
            shows: $shows,
            told: || &$crate::dissect::kinds::Told {
                meaning: $meaning,
                reference: $reference,
                more: $more,
            },
            derived: false,
        }
    };
}
pub(super) use field;

impl FieldKind {
    /// What it means, in at most 40 words.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        (self.told)().meaning
    }

    /// Where it is defined: `RFC 9293 §3.1`.
    #[must_use]
    pub fn reference(&self) -> &'static str {
        (self.told)().reference
    }

    /// More, for who asks.
    #[must_use]
    pub fn more(&self) -> &'static str {
        (self.told)().more
    }

    /// The same, as a fact that follows from others.
    #[must_use]
    pub const fn derived(mut self) -> Self {
        self.derived = true;
        self
    }
}
