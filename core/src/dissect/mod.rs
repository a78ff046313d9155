//! Bytes → layers → fields. Reading never fails: what was read so far, and what is left as it is.

use std::ops::Range;

/// One layer of a frame: a header, or what it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// `Ethernet`, `IPv4`, `TCP`, `FTP`.
    pub name: &'static str,
    /// In a few words: `192.0.2.10 → 192.0.2.11`.
    pub summary: String,
    /// Which of the frame's bytes.
    pub range: Range<usize>,
    /// Its fields, in the order of their bytes.
    pub fields: Vec<Field>,
}

/// One field of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// `Source port`.
    pub name: &'static str,
    /// `49152`, `SYN, ACK`, `0x3ce2`.
    pub value: String,
    /// Which of the frame's bytes it stands in.
    pub range: Range<usize>,
}

/// The layers of a frame, outermost first. Together with what follows the last, they hold
/// every byte.
#[must_use]
pub fn layers(frame: &[u8]) -> Vec<Layer> {
    vec![Layer {
        name: "Frame",
        summary: String::new(),
        range: 0..frame.len(),
        fields: Vec::new(),
    }]
}
