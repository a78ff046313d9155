//! Cuts a byte stream into lines, for every protocol that speaks in lines.
//!
//! Framing comes first and knows nothing of the protocol; parsing sees whole lines only.
//! A line ends with CRLF. A bare LF ends one too, and is flagged. A line longer than the
//! limit is reported once, and the rest of it, up to its end, is thrown away.

/// Takes bytes in any pieces and gives lines.
///
/// Once it has been asked until `None`, it holds less than one limit of bytes.
#[derive(Clone, Debug)]
pub struct LineFramer {
    limit: usize,
    buffer: Vec<u8>,
    /// Where the first byte not yet given lies in `buffer`.
    head: usize,
    /// How many bytes from `head` on are known to hold no line feed.
    scanned: usize,
    /// Where `head` lies in the stream.
    offset: u64,
    /// Whether the rest of an over-long line is being thrown away.
    skipping: bool,
}

/// What the framer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// A whole line.
    Line(Line),
    /// A line longer than the limit; the rest of it will not be seen.
    TooLong {
        /// Where the line began in the stream.
        offset: u64,
    },
}

/// A line without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where its first byte lies in the stream.
    pub offset: u64,
    /// Its bytes, without CRLF or LF.
    pub bytes: Vec<u8>,
    /// Whether it ended with LF alone.
    pub bare_lf: bool,
}

impl LineFramer {
    /// A framer for lines of at most `limit` bytes, the line end included.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        assert!(limit >= 2, "a line needs room for its end");
        Self {
            limit,
            buffer: Vec::new(),
            head: 0,
            scanned: 0,
            offset: 0,
            skipping: false,
        }
    }

    /// Changes the limit for the lines still to come.
    pub fn set_limit(&mut self, limit: usize) {
        assert!(limit >= 2, "a line needs room for its end");
        self.limit = limit;
    }

    /// Takes bytes from the stream.
    pub fn push(&mut self, mut bytes: &[u8]) {
        if self.skipping && self.unread().is_empty() {
            let end = line_feed(bytes).map_or(bytes.len(), |at| at + 1);
            self.skipping = end == 0 || bytes[end - 1] != b'\n';
            self.offset += end as u64;
            bytes = &bytes[end..];
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next line, once it is whole or known to be too long.
    pub fn pop(&mut self) -> Option<Framed> {
        if self.skipping {
            self.skip();
            if self.skipping {
                return None;
            }
        }
        let unread = self.unread();
        let window = unread.len().min(self.limit);
        // The limit may have been lowered behind what was scanned.
        let scanned = self.scanned.min(window);
        match line_feed(&unread[scanned..window]) {
            Some(at) => {
                let end = scanned + at;
                let crlf = end > 0 && unread[end - 1] == b'\r';
                let line = Line {
                    offset: self.offset,
                    bytes: unread[..end - usize::from(crlf)].to_vec(),
                    bare_lf: !crlf,
                };
                self.consume(end + 1);
                Some(Framed::Line(line))
            }
            None if window == self.limit => {
                let offset = self.offset;
                self.skipping = true;
                self.skip();
                Some(Framed::TooLong { offset })
            }
            None => {
                self.scanned = window;
                None
            }
        }
    }

    /// What was pushed and not yet given, for a protocol whose next bytes are no lines.
    #[must_use]
    pub fn unread(&self) -> &[u8] {
        &self.buffer[self.head..]
    }

    /// Where the first unread byte lies in the stream.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes `count` unread bytes away.
    pub fn consume(&mut self, count: usize) {
        assert!(count <= self.unread().len(), "consumed more than there is");
        self.head += count;
        self.offset += count as u64;
        self.scanned = 0;
        if self.head == self.buffer.len() {
            self.buffer.clear();
            self.head = 0;
        } else if self.head > self.buffer.len() / 2 {
            // Moves fewer bytes than were given since the last move.
            self.buffer.drain(..self.head);
            self.head = 0;
        }
    }

    /// Throws away the rest of an over-long line, as far as it has come.
    fn skip(&mut self) {
        let end = line_feed(self.unread());
        self.skipping = end.is_none();
        self.consume(end.map_or(self.unread().len(), |at| at + 1));
    }
}

fn line_feed(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|b| *b == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    fn cut(limit: usize, pieces: &[&[u8]]) -> Vec<Framed> {
        let mut framer = LineFramer::new(limit);
        let mut found = Vec::new();
        for piece in pieces {
            framer.push(piece);
            while let Some(framed) = framer.pop() {
                found.push(framed);
            }
            assert!(framer.unread().len() < limit);
        }
        found
    }

    fn line(offset: u64, bytes: &[u8], bare_lf: bool) -> Framed {
        Framed::Line(Line {
            offset,
            bytes: bytes.to_vec(),
            bare_lf,
        })
    }

    #[test]
    fn a_bare_line_feed_ends_a_line_and_is_flagged() {
        assert_eq!(
            cut(20, &[b"one\r\ntwo\n\r\nth\rree\r\r\n"]),
            [
                line(0, b"one", false),
                line(5, b"two", true),
                line(9, b"", false),
                line(11, b"th\rree\r", false),
            ]
        );
    }

    #[test]
    fn a_line_end_may_be_cut_in_two() {
        assert_eq!(
            cut(20, &[b"one\r", b"\n", b"t", b"wo", b"\r\n"]),
            [line(0, b"one", false), line(5, b"two", false)]
        );
    }

    #[test]
    fn the_limit_counts_the_line_end() {
        assert_eq!(cut(5, &[b"abc\r\n"]), [line(0, b"abc", false)]);
        let long = Framed::TooLong { offset: 0 };
        assert_eq!(cut(5, &[b"abcd\r\nx\r\n"]), [long, line(6, b"x", false)]);
    }

    #[test]
    fn a_megabyte_without_end_is_reported_once_and_not_kept() {
        let mut framer = LineFramer::new(512);
        let mut reports = 0;
        for _ in 0..1024 {
            framer.push(&[b'x'; 1024]);
            while let Some(framed) = framer.pop() {
                assert_eq!(framed, Framed::TooLong { offset: 0 });
                reports += 1;
            }
            assert_eq!(framer.unread().len(), 0);
        }
        assert_eq!(reports, 1);
        framer.push(b"\nQUIT\r\n");
        assert_eq!(framer.pop(), Some(line(1_048_577, b"QUIT", false)));
    }

    #[test]
    fn what_follows_a_line_may_be_taken_raw() {
        let mut framer = LineFramer::new(100);
        framer.push(b"BDAT 3\r\n\n\n\nQUIT\r\n");
        assert_eq!(framer.pop(), Some(line(0, b"BDAT 3", false)));
        assert_eq!(&framer.unread()[..3], b"\n\n\n");
        framer.consume(3);
        assert_eq!(framer.pop(), Some(line(11, b"QUIT", false)));
    }

    #[test]
    fn any_pieces_give_the_same_lines() {
        let mut rng = Rng::from_seed(1);
        for _ in 0..300 {
            let text: Vec<u8> = (0..rng.below(200))
                .map(|_| b"ab\r\n"[usize::try_from(rng.below(4)).unwrap()])
                .collect();
            let limit = 2 + usize::try_from(rng.below(9)).unwrap();
            let bytes: Vec<&[u8]> = text.chunks(1).collect();
            let some: Vec<&[u8]> = text.chunks(7).collect();
            let whole = {
                let mut framer = LineFramer::new(limit);
                framer.push(&text);
                std::iter::from_fn(|| framer.pop()).collect::<Vec<_>>()
            };
            assert_eq!(cut(limit, &bytes), whole);
            assert_eq!(cut(limit, &some), whole);
        }
    }
}
