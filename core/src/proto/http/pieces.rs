//! A body in pieces, each behind a line that says how long it is (RFC 9112 §7.1).

use super::HEAD_LIMIT;
use super::parse::HeadReader;

/// No body of more pieces is read: where each lies has to be kept.
const MOST_PIECES: usize = 1 << 14;

/// What has come of such a body.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    next: Next,
    /// Where in the stream the pieces lie: first byte, and how many.
    parts: Vec<(u64, u64)>,
    /// How many bytes of lines stand behind the last piece.
    behind: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    /// A line that says how long the piece is.
    #[default]
    Length,
    /// So many bytes of a piece.
    Bytes(u64),
    /// The end of the line behind a piece.
    LineEnd,
    /// Fields behind all pieces, then an empty line.
    Trailer,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More has to come.
    Waits,
    /// All is there.
    Whole,
    /// This is no body in pieces.
    Broken,
}

impl Pieces {
    /// Takes what has come.
    pub fn read(&mut self, from: &mut HeadReader) -> Progress {
        loop {
            if let Next::Bytes(left) = self.next {
                let start = from.offset();
                let taken = from.take(left);
                self.add(start, taken);
                self.next = Next::Bytes(left - taken);
                match left - taken {
                    0 => self.next = Next::LineEnd,
                    _ => return Progress::Waits,
                }
            }
            let line = match from.line() {
                None => return Progress::Waits,
                Some(Err(_)) => return Progress::Broken,
                Some(Ok(line)) => line,
            };
            self.behind += line.len();
            self.next = match self.next {
                Next::Length => match length(&line) {
                    None => return Progress::Broken,
                    Some(0) => Next::Trailer,
                    Some(_) if self.parts.len() == MOST_PIECES => return Progress::Broken,
                    Some(length) => Next::Bytes(length),
                },
                Next::LineEnd if line.is_empty() => {
                    self.behind = 0;
                    Next::Length
                }
                Next::Trailer if line.is_empty() => return Progress::Whole,
                Next::Trailer if self.behind <= HEAD_LIMIT => Next::Trailer,
                _ => return Progress::Broken,
            };
        }
    }

    /// Bytes that lie behind each other are one part.
    fn add(&mut self, start: u64, len: u64) {
        match self.parts.last_mut() {
            Some((first, so_far)) if *first + *so_far == start => *so_far += len,
            _ if len > 0 => self.parts.push((start, len)),
            _ => {}
        }
    }

    /// How many bytes of the body have come.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|(_, len)| len).sum()
    }

    /// Where they lie.
    pub fn into_parts(self) -> Vec<(u64, u64)> {
        self.parts
    }
}

/// The length that a line says, in hexadecimal digits; what follows a semicolon is passed over.
fn length(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line.split(|b| *b == b';').next()?).ok()?;
    let text = text.trim_matches([' ', '\t']);
    let digits = text.bytes().all(|b| b.is_ascii_hexdigit());
    // Fifteen digits leave room to add.
    let fits = digits && (1..=15).contains(&text.len());
    u64::from_str_radix(text, 16).ok().filter(|_| fits)
}
