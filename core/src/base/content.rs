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

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A folder.
    Folder,
    /// A file with this content.
    File(Content),
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

/// Pieces are read and converted in about this size.
const PIECE: usize = 32 << 10;

impl Content {
    /// One content behind another: a file that is added to. Parts of parts become parts, so
    /// that a file that is added to often does not grow deep.
    #[must_use]
    pub fn joined(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match &part.content {
                Self::Joined(inner) => cut_parts(inner, &part.range, |part| flat.push(part)),
                _ if part.range.is_empty() => {}
                _ => flat.push(part),
            }
        }
        match <[Part; 1]>::try_from(flat) {
            Ok([only]) if only.range == (0..only.content.len()) => only.content,
            Ok(one) => Self::Joined(one.into()),
            Err(many) => Self::Joined(many.into()),
        }
    }

    /// How many bytes a transform makes of a range of bytes at hand. Reads each once.
    #[must_use]
    pub fn len_after(&self, by: Transform, range: Range<u64>) -> u64 {
        if by == Transform::AsIs {
            return range.end - range.start;
        }
        let mut converter = Converter::new(by);
        let mut reader = self.reader(range, &NOTHING_RECEIVED);
        let mut piece = Vec::with_capacity(PIECE);
        let mut len = 0;
        while reader.next(&mut piece) {
            len += converter.count(&piece);
            piece.clear();
        }
        len + converter.count_end()
    }

    /// Reads a range piece by piece. `received` finds what arrived on a connection: some
    /// bytes from this offset of its stream on, or none where no more came.
    #[must_use]
    pub fn reader<'a>(&'a self, range: Range<u64>, received: &'a Received<'a>) -> Reader<'a> {
        Reader {
            received,
            reading: Reading::of(self, range),
        }
    }
}

/// Each part of `parts` that lies in `range`, cut to it.
fn cut_parts(parts: &[Part], range: &Range<u64>, mut each: impl FnMut(Part)) {
    let mut at = 0;
    for part in parts {
        let (start, end) = (part.range.start, part.range.end);
        let from = start + range.start.saturating_sub(at);
        let to = end.min(start + range.end.saturating_sub(at));
        if from < to {
            each(Part {
                content: part.content.clone(),
                range: from..to,
            });
        }
        at += end - start;
    }
}

/// Finds what arrived on a connection from an offset of its stream on.
pub type Received<'a> = dyn Fn(ConnId, u64) -> &'a [u8] + 'a;

const NOTHING_RECEIVED: fn(ConnId, u64) -> &'static [u8] = |_, _| &[];

/// Reads a content piece by piece.
pub struct Reader<'a> {
    received: &'a Received<'a>,
    reading: Reading,
}

impl Reader<'_> {
    /// Puts the next piece behind `out`. Answers whether there was one.
    pub fn next(&mut self, out: &mut Vec<u8>) -> bool {
        self.reading.next(self.received, out)
    }

    /// All that is left.
    #[must_use]
    pub fn all(mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while self.next(&mut out) {}
        out
    }
}

/// How far a content has been read: it can be put down between two pieces.
#[derive(Clone, Debug)]
pub struct Reading(Source);

#[derive(Clone, Debug)]
enum Source {
    /// What lies somewhere.
    Plain(Content, Range<u64>),
    /// Parts, the first that is not begun, and how much of the rest is passed over and is wanted.
    Joined(Arc<[Part]>, usize, Range<u64>, Option<Box<Source>>),
    /// What is made of a source: so much of it is passed over, so much is wanted.
    Converted(Box<Source>, Converter, Range<u64>),
}

impl Reading {
    /// Begins a range of a content.
    #[must_use]
    pub fn of(content: &Content, range: Range<u64>) -> Self {
        Self(Source::of(content, range))
    }

    /// Puts the next piece behind `out`. Answers whether there was one.
    pub fn next(&mut self, received: &Received<'_>, out: &mut Vec<u8>) -> bool {
        self.0.next(received, out)
    }
}

impl Source {
    fn of(content: &Content, range: Range<u64>) -> Self {
        let range = range.start..range.end.min(content.len());
        match content {
            Content::Joined(parts) => Self::Joined(Arc::clone(parts), 0, range, None),
            Content::Converted { of, by, .. } => {
                let of = Box::new(Self::of(of, 0..of.len()));
                Self::Converted(of, Converter::new(*by), range)
            }
            _ => Self::Plain(content.clone(), range),
        }
    }

    fn next(&mut self, received: &Received<'_>, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Plain(content, range) => take_plain(content, range, received, out),
            Self::Joined(parts, next, range, inside) => loop {
                if let Some(part) = inside
                    && part.next(received, out)
                {
                    return true;
                }
                let Some(part) = parts.get(*next) else {
                    return false;
                };
                *next += 1;
                let (start, len) = (part.range.start, part.range.end - part.range.start);
                let wanted = start + range.start.min(len)..start + range.end.min(len);
                *range = range.start.saturating_sub(len)..range.end.saturating_sub(len);
                *inside = Some(Box::new(Self::of(&part.content, wanted)));
            },
            Self::Converted(of, converter, range) => {
                if range.is_empty() {
                    return false;
                }
                let before = out.len();
                let mut piece = Vec::with_capacity(PIECE);
                let more = of.next(received, &mut piece);
                if more {
                    converter.push(&piece, out);
                } else {
                    converter.finish(out);
                }
                let made = out.len() - before;
                let clamp = |n: u64| usize::try_from(n).map_or(made, |n| n.min(made));
                let (skip, end) = (clamp(range.start), clamp(range.end));
                out.truncate(before + end);
                out.drain(before..before + skip);
                let made = made as u64;
                *range = range.start.saturating_sub(made)..range.end.saturating_sub(made);
                more || made > 0
            }
        }
    }
}

/// Takes a piece off the front of a range of what lies somewhere.
fn take_plain(
    content: &Content,
    range: &mut Range<u64>,
    received: &Received<'_>,
    out: &mut Vec<u8>,
) -> bool {
    let wanted = range.end.saturating_sub(range.start);
    let piece = usize::try_from(wanted).map_or(PIECE, |n| n.min(PIECE));
    if piece == 0 {
        return false;
    }
    let taken = match content {
        Content::Received { conn, start, .. } => {
            let bytes = received(*conn, start + range.start);
            let taken = bytes.len().min(piece);
            out.extend_from_slice(&bytes[..taken]);
            taken
        }
        _ => {
            let at = out.len();
            out.resize(at + piece, 0);
            content.fill(range.start, &mut out[at..]);
            piece
        }
    };
    range.start += taken as u64;
    taken > 0
}

/// Converts line ends piece by piece, wherever the pieces are cut.
#[derive(Clone, Debug)]
pub struct Converter {
    by: Transform,
    /// A CR that ended the last piece, which an LF may follow.
    held: bool,
}

impl Converter {
    /// One that has seen nothing yet.
    #[must_use]
    pub fn new(by: Transform) -> Self {
        Self { by, held: false }
    }

    /// Converts a piece, and puts what comes of it behind `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match self.by {
            Transform::AsIs => out.extend_from_slice(bytes),
            Transform::ToNetwork => {
                for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                    match line.split_last() {
                        Some((b'\n', text)) => {
                            out.extend_from_slice(text);
                            out.extend_from_slice(b"\r\n");
                        }
                        _ => out.extend_from_slice(line),
                    }
                }
            }
            Transform::FromNetwork => {
                for &byte in bytes {
                    if self.held && byte != b'\n' {
                        out.push(b'\r');
                    }
                    self.held = byte == b'\r';
                    if !self.held {
                        out.push(byte);
                    }
                }
            }
        }
    }

    /// Nothing more comes: what was held is let go.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.held) {
            out.push(b'\r');
        }
    }

    /// How many bytes `push` would make of a piece.
    pub fn count(&mut self, bytes: &[u8]) -> u64 {
        let len = bytes.len() as u64;
        match self.by {
            Transform::AsIs => len,
            Transform::ToNetwork => len + bytes.iter().filter(|b| **b == b'\n').count() as u64,
            Transform::FromNetwork => {
                let mut made = 0;
                for &byte in bytes {
                    made += u64::from(self.held && byte != b'\n');
                    self.held = byte == b'\r';
                    made += u64::from(!self.held);
                }
                made
            }
        }
    }

    /// How many bytes `finish` would make.
    pub fn count_end(&mut self) -> u64 {
        u64::from(std::mem::take(&mut self.held))
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

    fn converted(by: Transform, text: &[u8], cut: usize) -> Vec<u8> {
        let (mut converter, mut counter) = (Converter::new(by), Converter::new(by));
        let (mut out, mut count) = (Vec::new(), 0);
        for piece in text.chunks(cut) {
            converter.push(piece, &mut out);
            count += counter.count(piece);
        }
        converter.finish(&mut out);
        assert_eq!(
            count + counter.count_end(),
            out.len() as u64,
            "{by:?} by {cut}"
        );
        out
    }

    #[test]
    fn line_ends_are_converted_wherever_the_pieces_are_cut() {
        let cases: [(Transform, &[u8], &[u8]); 6] = [
            (Transform::AsIs, b"a\r\n\nb\r", b"a\r\n\nb\r"),
            (
                Transform::ToNetwork,
                b"one\ntwo\n\nend",
                b"one\r\ntwo\r\n\r\nend",
            ),
            (Transform::ToNetwork, b"\r\n\r", b"\r\r\n\r"),
            (
                Transform::FromNetwork,
                b"one\r\ntwo\r\n\r\n",
                b"one\ntwo\n\n",
            ),
            (Transform::FromNetwork, b"\r\r\n\rx\n\r", b"\r\n\rx\n\r"),
            (Transform::FromNetwork, b"", b""),
        ];
        for (by, before, after) in cases {
            for cut in [1, 2, 3, 100] {
                assert_eq!(converted(by, before, cut), after, "{by:?} by {cut}");
            }
        }
    }

    #[test]
    fn a_text_comes_back_from_the_network_as_it_was() {
        let wild: Vec<u8> = (0..4000_u32)
            .map(|i| b"\r\nab"[(i.wrapping_mul(2_654_435_761) >> 13) as usize % 4])
            .collect();
        for cut in [1, 7, 4000] {
            let wire = converted(Transform::ToNetwork, &wild, cut);
            assert_eq!(converted(Transform::FromNetwork, &wire, cut), wild);
        }
    }

    #[test]
    fn a_long_content_is_measured_in_pieces() {
        let content = Content::Generated {
            seed: 3,
            len: 1_000_000,
        };
        let lines = |range: Range<u64>| {
            let feeds = content.read(range).into_iter().filter(|b| *b == b'\n');
            feeds.count() as u64
        };
        let wire = |range: Range<u64>| content.len_after(Transform::ToNetwork, range);
        assert_eq!(wire(0..1_000_000), 1_000_000 + lines(0..1_000_000));
        assert_eq!(wire(63..64), 2);
        assert_eq!(wire(5..5), 0);
        assert_eq!(content.len_after(Transform::AsIs, 10..90), 80);
    }

    #[test]
    fn parts_of_parts_and_what_was_made_of_them_are_read_in_any_range() {
        let stream = b"first\r\nsecond\r\nthird\r\n";
        // What arrived lies in pieces of four bytes.
        let received = |_: ConnId, at: u64| -> &[u8] {
            let at = usize::try_from(at).unwrap();
            let end = (at / 4 * 4 + 4).min(stream.len());
            &stream[at.min(end)..end]
        };
        let arrived = |start, len| Content::Received {
            conn: ConnId(0),
            start,
            len,
        };
        let all = |content: Content| {
            let range = 0..content.len();
            Part { content, range }
        };
        let text = Content::Converted {
            of: Arc::new(arrived(0, stream.len() as u64)),
            by: Transform::FromNetwork,
            len: stream.len() as u64 - 3,
        };
        let whole = Content::joined([
            all(Content::from_bytes(b"zero\n")),
            all(Content::joined([all(text), all(arrived(0, 5))])),
            Part {
                content: Content::Generated { seed: 1, len: 640 },
                range: 8..9,
            },
        ]);
        let Content::Joined(parts) = &whole else {
            panic!("{whole:?}")
        };
        assert_eq!(parts.len(), 4, "no part of parts");
        let expected = b"zero\nfirst\nsecond\nthird\nfirst ";
        assert_eq!(whole.len(), expected.len() as u64);
        for start in 0..expected.len() {
            for end in start..=expected.len() {
                let read = whole.reader(start as u64..end as u64, &received).all();
                assert_eq!(read, expected[start..end], "{start}..{end}");
            }
        }
        let cut = Content::joined([Part {
            content: whole.clone(),
            range: 3..8,
        }]);
        assert_eq!(cut.reader(0..5, &received).all(), b"o\nfir");
        let same = Content::joined([all(Content::from_bytes(b"x"))]);
        assert_eq!(same, Content::from_bytes(b"x"), "a single part is itself");
    }

    #[test]
    fn what_did_not_arrive_ends_the_reading() {
        let received = |_: ConnId, _: u64| -> &[u8] { &[] };
        let lost = Content::Received {
            conn: ConnId(0),
            start: 0,
            len: 10,
        };
        assert!(lost.reader(0..10, &received).all().is_empty());
    }
}
