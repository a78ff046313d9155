//! The letter on the wire: dots doubled and undone, line ends made right (RFC 5321 §4.5.2).
//!
//! Both ways work on pieces of any size and give the same result for any pieces.

use super::MAX_TEXT_LINE;

/// Makes a letter ready for the wire: each line ends with CRLF, a dot that begins a line
/// is doubled, and a line with a dot alone ends it all.
#[derive(Clone, Debug)]
pub struct Stuffer {
    line_start: bool,
    after_cr: bool,
    doubles_dots: bool,
}

impl Default for Stuffer {
    fn default() -> Self {
        Self {
            line_start: true,
            after_cr: false,
            doubles_dots: true,
        }
    }
}

impl Stuffer {
    /// One that leaves dots as they are.
    fn forgetful() -> Self {
        Self {
            doubles_dots: false,
            ..Self::default()
        }
    }

    /// Adds the wire form of the letter's next bytes to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &b in bytes {
            let after_cr = std::mem::replace(&mut self.after_cr, b == b'\r');
            match b {
                // The CR before it has become a whole line end already.
                b'\n' if after_cr => {}
                // RFC 5321 §2.3.8: CR and LF only ever go out as a pair.
                b'\r' | b'\n' => {
                    out.extend_from_slice(b"\r\n");
                    self.line_start = true;
                }
                _ => {
                    if b == b'.' && self.line_start && self.doubles_dots {
                        out.push(b'.');
                    }
                    out.push(b);
                    self.line_start = false;
                }
            }
        }
    }

    /// Ends the letter.
    pub fn finish(self, out: &mut Vec<u8>) {
        if !self.line_start {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
    }
}

/// How many bytes a letter has once each line ends with CRLF, without extra and final dots
/// (RFC 1870 §5).
#[must_use]
pub fn size(letter: &[u8]) -> usize {
    let mut out = Vec::new();
    let mut stuffer = Stuffer::forgetful();
    stuffer.push(letter, &mut out);
    stuffer.finish(&mut out);
    out.len() - b".\r\n".len()
}

/// A whole letter as one sends it who forgets to double the dots: the first line that is a
/// dot alone ends it, whatever follows.
#[must_use]
pub fn unstuffed(letter: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(letter.len() + 5);
    let mut stuffer = Stuffer::forgetful();
    stuffer.push(letter, &mut out);
    stuffer.finish(&mut out);
    out
}

/// A whole letter as it goes on the wire, final dot included.
#[must_use]
pub fn stuff(letter: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(letter.len() + letter.len() / 32 + 5);
    let mut stuffer = Stuffer::default();
    stuffer.push(letter, &mut out);
    stuffer.finish(&mut out);
    out
}

/// Takes a letter off the wire, up to exactly CRLF `.` CRLF.
#[derive(Clone, Debug)]
pub struct Unstuffer {
    place: Place,
    letter: Vec<u8>,
    size: usize,
    max: usize,
    line: usize,
    faults: Faults,
}

/// What is wrong with a letter. None of it ends the letter: the answer comes after the dot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// It is larger than the cap; what lay beyond is gone.
    pub too_large: bool,
    /// A line is longer than 1000 octets with its CRLF (RFC 5321 §4.5.3.1.6).
    pub long_line: bool,
    /// A CR or an LF stood alone (RFC 5321 §2.3.8). Servers that disagree on what such a
    /// line end means let a second letter be smuggled inside the first.
    pub bare_line_end: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    LineStart,
    /// A dot began the line.
    Dot,
    /// A dot and a CR.
    DotCr,
    Text,
    Cr,
    /// The final dot has come.
    End,
}

impl Unstuffer {
    /// A reader for a letter of at most `max` bytes. It begins behind the CRLF of `DATA`.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            place: Place::LineStart,
            letter: Vec::new(),
            size: 0,
            max,
            line: 0,
            faults: Faults::default(),
        }
    }

    /// Takes the next bytes; answers how many of them belong to the letter, all unless
    /// it has ended among them.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        for (i, &b) in bytes.iter().enumerate() {
            if self.has_ended() {
                return i;
            }
            self.take(b);
        }
        bytes.len()
    }

    /// Whether the final dot has come.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.place == Place::End
    }

    /// The letter, and what is wrong with it.
    #[must_use]
    pub fn finish(self) -> (Vec<u8>, Faults) {
        (self.letter, self.faults)
    }

    fn take(&mut self, b: u8) {
        self.place = match (self.place, b) {
            (Place::LineStart, b'.') => Place::Dot,
            (Place::Dot, b'\r') => Place::DotCr,
            (Place::DotCr, b'\n') => Place::End,
            (Place::DotCr, _) => {
                // The dot began a line of more than itself and is dropped; its CR stands alone.
                self.bare(b'\r');
                self.text(b)
            }
            (Place::Cr, b'\n') => {
                self.keep(b'\r');
                self.keep(b'\n');
                self.line = 0;
                Place::LineStart
            }
            (Place::Cr, _) => {
                self.bare(b'\r');
                self.text(b)
            }
            (Place::LineStart | Place::Dot | Place::Text, _) => self.text(b),
            (Place::End, _) => Place::End,
        };
    }

    /// What came is more than was agreed; what follows is not kept.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.faults.too_large
    }

    fn text(&mut self, b: u8) -> Place {
        match b {
            b'\r' => return Place::Cr,
            b'\n' => self.bare(b),
            _ => self.keep(b),
        }
        Place::Text
    }

    fn bare(&mut self, b: u8) {
        self.faults.bare_line_end = true;
        self.keep(b);
    }

    fn keep(&mut self, b: u8) {
        self.size += 1;
        self.line += 1;
        self.faults.long_line |= self.line > MAX_TEXT_LINE;
        if self.size > self.max {
            self.faults.too_large = true;
        } else {
            self.letter.push(b);
        }
    }
}

/// Takes any bytes as a letter on the wire, for fuzzing: pieces must not matter, and a
/// letter without faults must survive the way back and forth.
pub fn fuzz(bytes: &[u8]) {
    let mut whole = Unstuffer::new(1 << 20);
    let taken = whole.push(bytes);
    let mut pieces = Unstuffer::new(1 << 20);
    let fed: usize = bytes.iter().map(|b| pieces.push(&[*b])).sum();
    assert_eq!(taken, fed);
    let ended = whole.has_ended();
    let (letter, faults) = whole.finish();
    assert_eq!((letter.clone(), faults), pieces.finish());
    if ended && !faults.bare_line_end && !faults.too_large {
        let mut again = Unstuffer::new(1 << 20);
        again.push(&stuff(&letter));
        assert!(again.has_ended());
        assert_eq!(again.finish().0, letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unstuff(wire: &[u8]) -> (Vec<u8>, Faults, usize) {
        let mut reader = Unstuffer::new(1 << 20);
        let taken = reader.push(wire);
        assert!(reader.has_ended(), "{:?}", String::from_utf8_lossy(wire));
        let (letter, faults) = reader.finish();
        (letter, faults, taken)
    }

    #[test]
    fn leading_dots_are_doubled_and_lone_ones_do_not_end_the_letter() {
        let letter = b".\r\n..\r\n.hidden file\r\nmid.dot\r\n.\r\n";
        let wire = stuff(letter);
        assert_eq!(
            wire,
            b"..\r\n...\r\n..hidden file\r\nmid.dot\r\n..\r\n.\r\n"
        );
        assert_eq!(unstuff(&wire).0, letter);
    }

    #[test]
    fn line_ends_of_any_kind_become_crlf() {
        for text in [
            &b"one\ntwo\n"[..],
            b"one\rtwo\r",
            b"one\r\ntwo",
            b"one\ntwo\r",
        ] {
            assert_eq!(stuff(text), b"one\r\ntwo\r\n.\r\n");
        }
        assert_eq!(stuff(b"a\n\rb"), b"a\r\n\r\nb\r\n.\r\n");
        assert_eq!(stuff(b""), b".\r\n");
    }

    #[test]
    fn stuffing_in_pieces_is_stuffing_whole() {
        let text = b".a\r\n.\r.b\n\n.c\r\n..";
        for cut in 0..=text.len() {
            let mut out = Vec::new();
            let mut stuffer = Stuffer::default();
            stuffer.push(&text[..cut], &mut out);
            stuffer.push(&text[cut..], &mut out);
            stuffer.finish(&mut out);
            assert_eq!(out, stuff(text), "cut at {cut}");
        }
    }

    #[test]
    fn the_end_is_found_wherever_it_is_cut() {
        let wire = b"..x\r\ny\r\n.\r\nQUIT\r\n";
        for cut in 0..=wire.len() {
            let mut reader = Unstuffer::new(100);
            let mut taken = reader.push(&wire[..cut]);
            taken += reader.push(&wire[cut..]);
            assert_eq!(taken, wire.len() - "QUIT\r\n".len(), "cut at {cut}");
            assert_eq!(reader.finish().0, b".x\r\ny\r\n");
        }
    }

    #[test]
    fn only_crlf_dot_crlf_ends_a_letter() {
        for smuggled in [
            &b"\n.\n"[..],
            b"\n.\r\n",
            b"\r.\r\n",
            b"\r\n.\n",
            b"\r\n.\r",
            b"\r\n.\r\r\n",
        ] {
            let wire = [b"hello", smuggled, b"MAIL FROM:<x@example.org>\r\n.\r\n"].concat();
            let (letter, faults, taken) = unstuff(&wire);
            assert_eq!(taken, wire.len(), "{smuggled:?}");
            assert!(faults.bare_line_end, "{smuggled:?}");
            assert!(letter.ends_with(b"MAIL FROM:<x@example.org>\r\n"));
        }
    }

    #[test]
    fn memory_is_capped_and_long_lines_are_seen() {
        let wire = [vec![b'a'; 5000], b"\r\n.\r\n".to_vec()].concat();
        let mut reader = Unstuffer::new(1000);
        reader.push(&wire);
        assert!(reader.has_ended());
        let (letter, faults) = reader.finish();
        assert_eq!(letter.len(), 1000);
        assert!(faults.too_large && faults.long_line && !faults.bare_line_end);

        let line = [vec![b'a'; MAX_TEXT_LINE - 2], b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(unstuff(&line).1, Faults::default());
    }

    #[test]
    fn any_bytes_are_a_letter() {
        let mut rng = crate::base::Rng::from_seed(25);
        for _ in 0..3000 {
            let len = rng.below(24);
            let pick = |_| b".\r\n.\r\nax"[usize::try_from(rng.below(8)).unwrap()];
            let mut wire: Vec<u8> = (0..len).map(pick).collect();
            fuzz(&wire);
            wire.extend_from_slice(b"\r\n.\r\n");
            fuzz(&wire);
        }
    }
}
