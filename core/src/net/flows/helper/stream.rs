//! One direction of an FTP dialogue, as it comes and as it leaves.
//!
//! A line that is rewritten changes its length, and so the numbers of all that follows; and
//! it may come in pieces, lost, doubled, or cut elsewhere when it is sent again. What leaves
//! must be one and the same stream all the while. So every byte that comes has its image,
//! decided once, and a segment leaves as the images of its bytes:
//!
//! - What is no argument of `PORT`, `EPRT`, 227 or 229 is its own image.
//! - An argument's image, line end included, belongs as a whole to the line's last byte.
//!   Those before it have none: until the last one comes, nobody knows what to say.
//! - A segment of which nothing is left takes the last byte that left along once more, as a
//!   keep-alive does (RFC 9293 §3.8.4). Who has that byte answers at once with what it
//!   expects next.
//! - An acknowledgement of all before an argument acknowledges to the speaker also the part
//!   of the argument that was withheld: it is kept here. So a speaker that waits for that
//!   (RFC 896) goes on. The last byte is acknowledged when all of its image is.
//! - What lies beyond a gap is read when the gap is filled. Until then its number outside
//!   is not known: it leaves as if nothing of it were left, and is sent again.
//!
//! Nothing is ever held back in time, and all that is kept is one line and a few numbers
//! for each that was rewritten.

use super::words::{Said, Speaker};
use crate::base::Sequence;
use std::net::SocketAddr;

/// How long a line may be to be read (RFC 2577 does not say; nobody's `PORT` is longer).
const LONGEST_LINE: usize = 512;
/// The reply to AUTH behind which nothing can be read (RFC 4217 §4).
const SECURE: &[u8] = b"234";

/// A segment that comes.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Its number.
    pub seq: u32,
    /// Whether it begins the stream.
    pub syn: bool,
    /// Whether it ends it.
    pub fin: bool,
    /// Its bytes.
    pub payload: &'a [u8],
    /// Whether it came unharmed.
    pub is_right: bool,
}

/// What leaves for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaves {
    /// Its number.
    pub seq: u32,
    /// Its bytes, where they are others.
    pub payload: Option<Vec<u8>>,
    /// Whether its FIN has to wait.
    pub without_fin: bool,
}

/// A part of the stream whose image is other than itself.
#[derive(Clone, Debug)]
struct Edit {
    /// Its first byte.
    from: u64,
    /// One past its last byte, which has the image.
    to: u64,
    /// Up to where it had come without an image: so much of it is acknowledged early.
    withheld: u64,
    /// The image.
    image: Vec<u8>,
    /// By how much all behind it is farther on, this and all edits before taken together.
    shift: i64,
    /// The byte before it.
    before: u8,
}

/// One direction.
#[derive(Clone, Debug)]
pub struct Stream {
    speaker: Speaker,
    /// Known from the SYN on, and the same on both sides.
    sequence: Option<Sequence>,
    /// How far it was read, without a gap.
    next: u64,
    /// Whether the end was read.
    finished: bool,
    /// The last byte that was read.
    last: u8,
    /// The line under way; empty where it is too long.
    line: Vec<u8>,
    is_too_long: bool,
    /// Where the argument of the line under way begins, with the byte before it.
    argument: Option<(u64, u8)>,
    /// The code of a reply of several lines that is under way (RFC 959 §4.2).
    several: Option<[u8; 3]>,
    edits: Vec<Edit>,
    is_no_ftp: bool,
    stopped: bool,
}

impl Stream {
    /// A stream of which nothing was seen.
    pub fn new(speaker: Speaker) -> Self {
        Self {
            speaker,
            sequence: None,
            next: 0,
            finished: false,
            last: 0,
            line: Vec::new(),
            is_too_long: false,
            argument: None,
            several: None,
            edits: Vec::new(),
            is_no_ftp: false,
            stopped: false,
        }
    }

    /// Whether it was seen that this is no FTP, or none that can be read any more.
    pub fn is_no_ftp(&self) -> bool {
        self.is_no_ftp
    }

    /// Reads no further lines.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// A segment comes: what leaves for it.
    pub fn pass(
        &mut self,
        segment: &Segment,
        told: &mut dyn FnMut(&Said) -> Option<SocketAddr>,
    ) -> Leaves {
        if segment.syn && segment.is_right && self.next == 0 {
            self.sequence = Some(Sequence::from(segment.seq.wrapping_add(1)));
        }
        let as_it_is = Leaves {
            seq: self.seen_number(segment.seq),
            payload: None,
            without_fin: false,
        };
        let first = segment.seq.wrapping_add(u32::from(segment.syn));
        let offset = self.sequence.and_then(|s| s.offset(first, self.next));
        let Some(offset) = offset.filter(|_| segment.is_right) else {
            return as_it_is;
        };
        let is_empty = segment.payload.is_empty() && !segment.fin;
        if is_empty {
            // What lies between was not read: how long it will be outside is not known. Its
            // acknowledgement counts from the place that is known, too.
            let is_beyond = offset > self.next && !(self.stopped && self.argument.is_none());
            let known = self.sequence.filter(|_| is_beyond);
            let seq = known.map(|s| s.number(self.out(self.next)));
            return Leaves {
                seq: seq.unwrap_or(as_it_is.seq),
                ..as_it_is
            };
        }
        if self.stopped && self.argument.is_none() {
            // Nothing will be rewritten any more: what comes may come in any order.
            let end = offset + segment.payload.len() as u64 + u64::from(segment.fin);
            self.next = self.next.max(end);
            return self.image(offset, segment);
        }
        if offset > self.next {
            let out = self.out(self.next);
            let before = self.argument.map_or(self.last, |(_, before)| before);
            return Leaves {
                without_fin: segment.fin,
                ..self.reminder(out, before)
            };
        }
        let known = usize::try_from(self.next - offset).unwrap_or(usize::MAX);
        if let Some(new) = segment.payload.get(known..) {
            self.read(new, segment.fin, told);
        }
        self.image(offset, segment)
    }

    /// The number outside of what comes with `number`.
    pub fn seen_number(&self, number: u32) -> u32 {
        let offset = self.sequence.and_then(|s| s.offset(number, self.next));
        let seen = self
            .sequence
            .zip(offset)
            .map(|(s, o)| s.number(self.out(o)));
        seen.unwrap_or(number)
    }

    /// The number, as the speaker has it, of what is known by `number` outside. Inside an
    /// image the part before it counts, unless `after` asks for what is behind.
    pub fn true_number(&self, number: u32, after: bool) -> u32 {
        let out = self
            .sequence
            .and_then(|s| s.offset(number, self.out(self.next)));
        let offset = self.sequence.zip(out);
        offset.map_or(number, |(s, out)| s.number(self.offset_of(out, after)))
    }

    /// Where a byte leaves.
    fn out(&self, offset: u64) -> u64 {
        let passed = self.edits.partition_point(|edit| edit.to <= offset);
        let shift = self.shift_behind(passed);
        let start = match (self.edits.get(passed), self.argument) {
            (Some(edit), _) => edit.from,
            (None, Some((argument, _))) => argument,
            (None, None) => offset,
        };
        offset.min(start).saturating_add_signed(shift)
    }

    fn shift_behind(&self, edits: usize) -> i64 {
        let last = edits.checked_sub(1).and_then(|at| self.edits.get(at));
        last.map_or(0, |edit| edit.shift)
    }

    /// Which byte leaves there.
    fn offset_of(&self, out: u64, after: bool) -> u64 {
        let passed = self
            .edits
            .partition_point(|edit| edit.to.saturating_add_signed(edit.shift) <= out);
        let shift = self.shift_behind(passed);
        let plain = out.saturating_add_signed(-shift);
        match (self.edits.get(passed), self.argument) {
            (Some(edit), _) if plain > edit.from && after => edit.to,
            (Some(edit), _) if plain >= edit.from => edit.withheld,
            (None, Some((argument, _))) if plain >= argument => self.next,
            _ => plain,
        }
    }

    /// Reads what is new.
    fn read(&mut self, new: &[u8], fin: bool, told: &mut dyn FnMut(&Said) -> Option<SocketAddr>) {
        // Past the FIN there is nothing.
        if self.finished {
            return;
        }
        let came = self.next;
        for byte in new {
            self.next += 1;
            self.read_byte(*byte, came, told);
            self.last = *byte;
        }
        if fin {
            self.finished = true;
            self.next += 1;
            // No line end will come: what was withheld leaves with the FIN.
            let rest = self.withheld_bytes();
            self.decide(came, rest, 1);
        }
    }

    fn read_byte(
        &mut self,
        byte: u8,
        came: u64,
        told: &mut dyn FnMut(&Said) -> Option<SocketAddr>,
    ) {
        let ends = byte == b'\n';
        if !self.is_too_long {
            self.line.push(byte);
        }
        if ends && !self.is_too_long {
            self.end_line(came, told);
        } else if self.line.len() >= LONGEST_LINE {
            let rest = self.withheld_bytes();
            self.decide(came, rest, 0);
            self.is_too_long = true;
            self.line.clear();
        } else if !self.is_too_long {
            self.look(byte);
        }
        if ends {
            self.line.clear();
            self.is_too_long = false;
        }
    }

    /// Looks at a line that goes on.
    fn look(&mut self, byte: u8) {
        let is_first = self.next == 1;
        if self.speaker == Speaker::Server && is_first && !byte.is_ascii_digit() {
            self.is_no_ftp = true;
        }
        let elsewhere = self
            .several
            .is_some_and(|code| !self.line.starts_with(&code));
        if self.stopped || self.argument.is_some() || elsewhere {
            return;
        }
        if self.speaker.argument(&self.line) == Some(self.line.len()) {
            self.argument = Some((self.next, byte));
        }
    }

    fn end_line(&mut self, came: u64, told: &mut dyn FnMut(&Said) -> Option<SocketAddr>) {
        if self.speaker == Speaker::Server {
            self.end_reply_line();
        }
        let Some((argument, _)) = self.argument else {
            return;
        };
        let rest = self.withheld_bytes();
        let len = self.line.len();
        let start = len - rest.len();
        let image = self.speaker.read(&self.line).and_then(|said| {
            let at = told(&said)?;
            // What is right already stays as it was written.
            if at.port() == said.port && said.address.is_none_or(|own| own == at.ip()) {
                return None;
            }
            let mut image = self.line[start..said.place.start].to_vec();
            image.extend(said.instead(at)?);
            image.extend(&self.line[said.place.end..]);
            Some(image)
        });
        if image.is_none() && argument >= came {
            // It came whole and stays as it is.
            self.argument = None;
            return;
        }
        self.decide(came, image.unwrap_or(rest), 0);
    }

    fn end_reply_line(&mut self) {
        let Some(code) = self.line.first_chunk::<3>() else {
            return;
        };
        let is_code = code.iter().all(u8::is_ascii_digit);
        match self.line.get(3) {
            Some(b'-') if is_code && self.several.is_none() => self.several = Some(*code),
            Some(b'-') => {}
            _ if self.several == Some(*code) => self.several = None,
            _ => {}
        }
        self.is_no_ftp |= self.several.is_none() && code == SECURE;
    }

    /// What came of the argument.
    fn withheld_bytes(&self) -> Vec<u8> {
        let Some((argument, _)) = self.argument else {
            return Vec::new();
        };
        let end = self.next - u64::from(self.finished);
        let len = usize::try_from(end - argument).unwrap_or(usize::MAX);
        self.line[self.line.len().saturating_sub(len)..].to_vec()
    }

    /// The argument ends here, and this is its image. `more` is how much of what it takes is
    /// no byte: the FIN.
    fn decide(&mut self, came: u64, image: Vec<u8>, more: u64) {
        let Some((from, before)) = self.argument.take() else {
            return;
        };
        let to = self.next;
        let taken = image.len() as u64 + more;
        let longer = taken.cast_signed() - (to - from).cast_signed();
        self.edits.push(Edit {
            from,
            to,
            withheld: came.max(from),
            image,
            shift: self.shift_behind(self.edits.len()) + longer,
            before,
        });
    }

    /// A segment that has no byte of its own left.
    fn reminder(&self, out: u64, before: u8) -> Leaves {
        let number = self.sequence.map_or(0, |s| s.number(out));
        Leaves {
            seq: number.wrapping_sub(1),
            payload: Some(vec![before]),
            without_fin: false,
        }
    }

    /// The images of a segment's bytes, all of which were read.
    fn image(&mut self, offset: u64, segment: &Segment) -> Leaves {
        let bytes = segment.payload;
        let end = offset + bytes.len() as u64;
        // The FIN counts as a byte: it may have an image.
        let past = end + u64::from(segment.fin);
        let out = self.out(offset);
        let mut image = Vec::new();
        let mut at = offset;
        let mut before = None;
        let literal = |from: u64, to: u64| {
            let place = |at: u64| usize::try_from(at.min(end) - offset).unwrap_or(bytes.len());
            bytes.get(place(from)..place(to)).unwrap_or_default()
        };
        let first = self.edits.partition_point(|edit| edit.to <= offset);
        for edit in &mut self.edits[first..] {
            if edit.from >= past {
                break;
            }
            image.extend(literal(at, edit.from.max(at)));
            at = past.min(edit.to);
            if past < edit.to {
                edit.withheld = edit.withheld.max(past);
                before = Some(edit.before);
            } else {
                image.extend(&edit.image);
            }
        }
        let stop = self
            .argument
            .map_or(past, |(argument, _)| argument.min(past));
        image.extend(literal(at, stop.max(at)));
        if let Some((_, last)) = self.argument.filter(|(argument, _)| *argument < past) {
            before = Some(last);
        }
        if image.is_empty() && !bytes.is_empty() && !segment.fin {
            return self.reminder(out, before.unwrap_or(self.last));
        }
        let number = self.sequence.map_or(segment.seq, |s| s.number(out));
        Leaves {
            seq: number.wrapping_sub(u32::from(segment.syn)),
            payload: (image != bytes).then_some(image),
            without_fin: false,
        }
    }
}
