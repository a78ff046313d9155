//! What a file holds, without holding it: bytes, or a function that makes them.

use super::ids::ConnId;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// A file's content. Cloning it is cheap; a gigabyte costs as little as a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes as they are.
    Bytes(Arc<[u8]>),
    /// Readable text made from a seed: byte `i` is a function of `(seed, i)` alone.
    Generated {
        /// Which text.
        seed: u64,
        /// How many bytes.
        len: u64,
    },
    /// What a host received on one of its connections, from stream offset `start` on.
    /// The bytes lie in the timeline's frames and nowhere else.
    Received {
        /// The receiver's end of the connection.
        conn: ConnId,
        /// First byte's offset in the stream.
        start: u64,
        /// How many bytes.
        len: u64,
    },
    /// Parts, one after the other: a file that was added to, or that came in two pieces.
    Joined(Arc<[Part]>),
    /// What a transform makes of another content: a text with the line ends of its host.
    Converted {
        /// The other content.
        of: Arc<Content>,
        /// What happened to it.
        by: Transform,
        /// How many bytes that made.
        len: u64,
    },
}

/// A range of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The content.
    pub content: Content,
    /// Which of its bytes.
    pub range: Range<u64>,
}

/// What happens to content on its way into a connection, or out of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// Nothing.
    #[default]
    AsIs,
    /// Each LF becomes CRLF: from a host's text to the network's (RFC 959 §3.1.1.1).
    ToNetwork,
    /// Each CRLF becomes LF: from the network's text to a host's. A CR alone stays.
    FromNetwork,
}

impl Content {
    /// A content of exactly these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Generated { len, .. }
            | Self::Received { len, .. }
            | Self::Converted { len, .. } => *len,
            Self::Joined(parts) => parts.iter().map(|p| p.range.end - p.range.start).sum(),
        }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `out` with the bytes from `offset` on, which must lie inside.
    ///
    /// Panics where the bytes lie in a timeline, or have to be made: `Timeline::content`
    /// reads those.
    pub fn fill(&self, offset: u64, out: &mut [u8]) {
        match self {
            Self::Bytes(bytes) => {
                let start = usize::try_from(offset).expect("an offset into bytes in memory");
                out.copy_from_slice(&bytes[start..start + out.len()]);
            }
            Self::Generated { seed, .. } => generate(*seed, offset, out),
            Self::Received { .. } | Self::Joined(_) | Self::Converted { .. } => {
                panic!("received and changed content is read from its timeline")
            }
        }
    }

    /// The bytes of `range`, gathered. For small content and for tests.
    #[must_use]
    pub fn read(&self, range: Range<u64>) -> Vec<u8> {
        let len = usize::try_from(range.end - range.start).expect("a range that fits in memory");
        let mut out = vec![0; len];
        self.fill(range.start, &mut out);
        out
    }
}

/// The length of a line of generated text.
const LINE: usize = 64;

/// Fills `out` with numbered lines of 64 bytes, so that a reader of a capture sees where
/// in the file a segment lies: `00000003 …letters…` and a line feed.
fn generate(seed: u64, offset: u64, out: &mut [u8]) {
    let line_len = LINE as u64;
    let into = usize::try_from(offset % line_len).expect("below 64");
    let lead = (LINE - into) % LINE;
    let (head, rest) = out.split_at_mut(lead.min(out.len()));
    if !head.is_empty() {
        let line = make_line(seed, offset / line_len);
        head.copy_from_slice(&line[into..into + head.len()]);
    }
    let mut number = offset.div_ceil(line_len);
    let (lines, tail) = rest.as_chunks_mut::<LINE>();
    for line in lines {
        *line = make_line(seed, number);
        number += 1;
    }
    tail.copy_from_slice(&make_line(seed, number)[..tail.len()]);
}

/// One line: its number in eight hexadecimal digits, six words of eight letters, a line feed.
#[inline]
fn make_line(seed: u64, number: u64) -> [u8; LINE] {
    let mut line = [b' '; LINE];
    line[..8].copy_from_slice(&hex_digits(number).to_be_bytes());
    let mut state = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for pair in 0..3 {
        state = mix(state);
        // Eight letters at once, `a` to `p`: four bits make one.
        for (word, bits) in [state, state >> 4].into_iter().enumerate() {
            let letters = (bits & 0x0f0f_0f0f_0f0f_0f0f) + 0x6161_6161_6161_6161;
            let at = 9 + (pair * 2 + word) * 9;
            line[at..at + 8].copy_from_slice(&letters.to_le_bytes());
        }
    }
    line[63] = b'\n';
    line
}

/// The lower 32 bits as eight hexadecimal digits, one a byte, the highest first.
fn hex_digits(number: u64) -> u64 {
    let mut x = number & 0xffff_ffff;
    x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
    x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // Nibbles above nine carry into bit 4; there `a` lies 39 past what comes after `9`.
    let above_nine = ((x + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
    x + 0x3030_3030_3030_3030 + above_nine * 39
}

/// SplitMix64's output function.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_content_is_the_same_in_any_pieces() {
        let content = Content::Generated { seed: 5, len: 1000 };
        let whole = content.read(0..1000);
        for cut in [1, 7, 63, 64, 65, 300] {
            let mut pieces = Vec::new();
            let mut at = 0;
            while at < 1000 {
                let end = (at + cut).min(1000);
                pieces.extend(content.read(at..end));
                at = end;
            }
            assert_eq!(pieces, whole, "pieces of {cut}");
        }
        let text = String::from_utf8(whole).unwrap();
        for (number, line) in text.lines().enumerate().take(15) {
            assert!(line.starts_with(&format!("{number:08x} ")), "{line}");
            assert_eq!(line.len(), 63);
        }
        assert_eq!(hex_digits(0x89ab_cdef), u64::from_be_bytes(*b"89abcdef"));
    }

    #[test]
    fn another_seed_is_another_text() {
        let of = |seed| Content::Generated { seed, len: 640 }.read(0..640);
        assert_ne!(of(1), of(2));
    }
}
