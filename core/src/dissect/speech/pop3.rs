//! POP3: commands, replies, and the lines and letters that follow some of them.

use super::{Ear, Sort, lines, search};
use crate::dissect::Piece;
use crate::dissect::read::Reader;
use crate::dissect::table::data::packed;
use crate::dissect::table::pop3::dialogue as p;
use crate::dissect::talks::Place;
use crate::proto::pop3::{Command, Verb, parse};
use std::collections::VecDeque;
use std::ops::Range;

/// What a stretch of POP3 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dissect) enum Line {
    Command,
    /// What a client says to a challenge while it logs in.
    Response,
    Reply,
    /// A reply that tells how much there is.
    Stat,
    /// A reply that tells one letter's size, or its lasting id.
    Size,
    Id,
    /// Lines that tell a letter's size, or its lasting id.
    EachSize,
    EachId,
    /// Any other line.
    Further,
    /// Bytes of a letter.
    Letter,
    /// The lone dot.
    End,
}

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    /// Commands that wait for their replies.
    waiting: VecDeque<Waiting>,
    /// So many waited that nobody knows any more which reply is whose.
    is_lost: bool,
    /// Somebody has said something.
    has_begun: bool,
    /// The server asks for more before it replies.
    is_challenged: bool,
    /// Nobody can read what is said from here on.
    is_hidden: bool,
    open: Open,
    letter: Letter,
}

/// What follows a reply's first line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    Sizes,
    Ids,
    Lines,
    Letter,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    verb: Verb,
    /// The verb as it was said.
    word: u64,
    /// A yes is followed by lines.
    has_lines: bool,
    /// Which letter it is about; 0 where it names none.
    letter: u32,
    place: Place,
}

/// The letter that comes.
#[derive(Debug, Default)]
struct Letter {
    number: u32,
    /// Where it lies; and which stretches these are, but for what waited to be understood.
    parts: Vec<(Piece, Option<Place>)>,
    len: usize,
    /// What came last was the middle of a line.
    is_within_line: bool,
}

/// Commands that may wait at once.
const MOST: usize = 256;

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear) {
        if self.is_hidden {
            ear.cut(ear.bytes().len(), Sort::Bytes);
            return;
        }
        loop {
            let is_letter = !ear.by_opener && self.open == Open::Letter;
            let went_on = match ear.line() {
                _ if is_letter => self.letter(ear),
                None => false,
                Some(len) if ear.by_opener => self.command(ear, len),
                Some(len) => self.line(ear, len),
            };
            if !went_on {
                return;
            }
            self.has_begun = true;
        }
    }

    fn command(&mut self, ear: &mut Ear, len: usize) -> bool {
        if std::mem::take(&mut self.is_challenged) {
            ear.cut(len, Sort::Pop(Line::Response));
            return true;
        }
        let words = lines::words(&ear.bytes()[..len]);
        let verb = parse::verb(words);
        let command = parse::command(words).ok();
        let word = packed(&lines::verb(words).to_ascii_uppercase());
        ear.cut(len, Sort::Pop(Line::Command));
        if self.waiting.len() == MOST {
            self.is_lost = true;
            self.waiting.clear();
        }
        self.waiting.push_back(Waiting {
            verb,
            word,
            has_lines: command.as_ref().is_some_and(Command::has_lines),
            letter: command.as_ref().and_then(letter_of).unwrap_or(0),
            place: ear.place(),
        });
        true
    }

    /// A line of the server: a reply, or one of those behind it.
    fn line(&mut self, ear: &mut Ear, len: usize) -> bool {
        let words = lines::words(&ear.bytes()[..len]);
        let verb = lines::verb(words);
        let is_yes = verb == b"+OK";
        let sort = match (self.open, words) {
            (_, b".") => Line::End,
            (Open::Sizes, _) => Line::EachSize,
            (Open::Ids, _) => Line::EachId,
            (Open::Lines, _) => Line::Further,
            _ if is_yes || verb == b"-ERR" => return self.reply(ear, len, is_yes),
            _ if verb == b"+" && self.asks_for_more() => {
                self.is_challenged = true;
                Line::Reply
            }
            _ => Line::Further,
        };
        ear.cut(len, Sort::Pop(sort));
        if sort == Line::End {
            self.open = Open::Nothing;
        }
        true
    }

    /// Whether a command waits that may take several steps (RFC 5034 §4).
    fn asks_for_more(&self) -> bool {
        let first = self.waiting.front();
        first.is_some_and(|first| first.word == packed(b"AUTH"))
    }

    /// Replies come in the order of the commands (RFC 1939 §3); the first one greets.
    fn reply(&mut self, ear: &mut Ear, len: usize, is_yes: bool) -> bool {
        let Some(command) = self.waiting.pop_front().filter(|_| !self.is_lost) else {
            ear.cut(len, Sort::Pop(Line::Reply));
            if !self.has_begun && !ear.is_alone {
                ear.fact(&p::ANSWERS, 0);
            }
            return true;
        };
        self.is_challenged = false;
        let sort = match command.verb {
            _ if !is_yes || command.has_lines => Line::Reply,
            Verb::Stat => Line::Stat,
            Verb::List => Line::Size,
            Verb::Uidl => Line::Id,
            _ => Line::Reply,
        };
        ear.cut(len, Sort::Pop(sort));
        ear.fact(&p::ANSWERS, command.word);
        ear.fact(&p::ANSWERS_FRAME, command.place.frame.into());
        ear.tell(command.place, &p::ANSWERED_IN, ear.frame.into());
        if is_yes && command.has_lines {
            self.open = match command.verb {
                Verb::List => Open::Sizes,
                Verb::Uidl => Open::Ids,
                Verb::Retr | Verb::Top => Open::Letter,
                _ => Open::Lines,
            };
            if self.open == Open::Letter {
                ear.fact(&p::LETTER, command.letter.into());
                self.letter = Letter {
                    number: command.letter,
                    ..Letter::default()
                };
            }
        }
        // From here on the bytes are encrypted (RFC 2595 §4).
        self.is_hidden = is_yes && command.word == packed(b"STLS");
        if self.is_hidden {
            ear.cut(ear.bytes().len(), Sort::Bytes);
        }
        true
    }

    /// The letter as far as it has come; answers whether something else follows.
    fn letter(&mut self, ear: &mut Ear) -> bool {
        let left = ear.bytes().len();
        if left == 0 {
            return false;
        }
        let (len, end) = match end_of_letter(ear.bytes(), self.letter.is_within_line) {
            Some((end, true)) => (end.start, end.len()),
            // What may be the end stands at the end of what there is.
            Some((end, false)) if !ear.is_last() => (end.start, 0),
            _ => (left, 0),
        };
        if len > 0 {
            self.letter.add(ear, len);
        }
        if end == 0 {
            return false;
        }
        ear.cut(end, Sort::Pop(Line::End));
        self.open = Open::Nothing;
        std::mem::take(&mut self.letter).comes_whole(ear);
        true
    }
}

impl Letter {
    /// The next bytes belong to it.
    fn add(&mut self, ear: &mut Ear, len: usize) {
        self.is_within_line = ear.bytes()[len - 1] != b'\n';
        self.len = self.len.saturating_add(len);
        for piece in ear.cut_part(len, Sort::Pop(Line::Letter)) {
            let is_here = piece.frame == ear.frame;
            if is_here {
                ear.fact(&p::LETTER, self.number.into());
            }
            if self.len <= crate::dissect::LONGEST {
                self.parts.push((piece, is_here.then(|| ear.place())));
            }
        }
    }

    /// Its end has come.
    fn comes_whole(self, ear: &mut Ear) {
        if self.len > crate::dissect::LONGEST || self.parts.is_empty() {
            return;
        }
        let number = u64::from(ear.frame);
        if self.parts.iter().any(|(piece, _)| piece.frame != ear.frame) {
            ear.fact(&p::GATHERED, self.len as u64);
        }
        for (piece, place) in &self.parts {
            match place {
                _ if piece.frame == ear.frame => {}
                Some(place) => ear.tell(*place, &p::GATHERED_IN, number),
                None => ear.complete(piece.frame, &p::GATHERED_IN),
            }
        }
        let pieces = self.parts.into_iter().map(|part| part.0);
        ear.put_together(Sort::Letter, pieces.collect());
    }
}

/// Which letter a command is about.
fn letter_of(command: &Command) -> Option<u32> {
    match command {
        Command::Retr(number) | Command::Dele(number) | Command::Top(number, _) => Some(*number),
        Command::List(number) | Command::Uidl(number) => *number,
        _ => None,
    }
}

/// The lone dot with its line end, and whether all of it is there.
fn end_of_letter(bytes: &[u8], is_within_line: bool) -> Option<(Range<usize>, bool)> {
    let mut dot = match (bytes.first(), is_within_line) {
        (Some(b'.'), false) => 0,
        _ => search::pair(bytes, 0, *b"\n.")? + 1,
    };
    loop {
        let found = match &bytes[dot + 1..] {
            [b'\r', b'\n', ..] => Some((3, true)),
            [b'\n', ..] => Some((2, true)),
            [b'\r'] => Some((2, false)),
            [] => Some((1, false)),
            // The line goes on, and its dot was doubled or not.
            _ => None,
        };
        if let Some((len, is_whole)) = found {
            return Some((dot..dot + len, is_whole));
        }
        dot = search::pair(bytes, dot, *b"\n.")? + 1;
    }
}

/// Reads a stretch.
pub(super) fn read(r: &mut Reader, line: Line) -> Option<()> {
    match line {
        Line::Command => command(r),
        Line::Response => response(r),
        Line::Reply | Line::Stat | Line::Size | Line::Id => reply(r, line),
        Line::EachSize | Line::EachId => listed(r, line),
        Line::Further => r.rest(&p::LINE),
        Line::Letter => r.rest(&p::LETTER_BYTES),
        Line::End => r.rest(&p::LAST_LINE),
    }
}

/// RFC 1939 §3.
fn command(r: &mut Reader) -> Option<()> {
    let words = lines::words(r.unread());
    let at = r.at();
    r.put(&p::REQUEST, r.left() as u64, at..at + r.left());
    let letter = match parse::verb(words) {
        // Others name no letter.
        Verb::List | Verb::Uidl | Verb::Retr | Verb::Top | Verb::Dele => {
            parse::command(words).ok().as_ref().and_then(letter_of)
        }
        _ => None,
    };
    if let Some(letter) = letter {
        let behind = lines::verb(words).len() + 1;
        let number = digits(words, behind);
        lines::command(r, &p::COMMAND, &p::ARGUMENT, &p::LINE_END)?;
        r.put(
            &p::LETTER,
            letter.into(),
            at + number.start..at + number.end,
        );
        return Some(());
    }
    lines::command(r, &p::COMMAND, &p::ARGUMENT, &p::LINE_END)
}

/// RFC 5034 §4: a line that answers a challenge.
fn response(r: &mut Reader) -> Option<()> {
    let len = lines::words(r.unread()).len();
    r.put(&p::REQUEST, r.left() as u64, r.at()..r.at() + r.left());
    if len > 0 {
        r.blob(&p::ARGUMENT, len)?;
    }
    r.rest(&p::LINE_END)
}

/// RFC 1939 §3; RFC 2449 §8 for what stands in square brackets.
fn reply(r: &mut Reader, line: Line) -> Option<()> {
    let words = lines::words(r.unread());
    let at = r.at();
    r.put(&p::REPLY, r.left() as u64, at..at + r.left());
    let behind = lines::verb(words).len() + 1;
    let text = words.get(behind..).unwrap_or_default();
    lines::command(r, &p::STATUS, &p::TEXT, &p::LINE_END)?;
    if text.first() == Some(&b'[')
        && let Some(end) = text.iter().position(|b| *b == b']')
    {
        let range = at + behind..at + behind + end + 1;
        r.put(&p::RESPONSE_CODE, range.len() as u64, range);
    }
    if line != Line::Reply {
        two(r, line, words, behind, at);
    }
    Some(())
}

/// RFC 1939 §5, §7: a letter's number, then its size or its lasting id.
fn listed(r: &mut Reader, line: Line) -> Option<()> {
    let (words, at) = (lines::words(r.unread()), r.at());
    r.rest(&p::LINE)?;
    two(r, line, words, 0, at);
    Some(())
}

/// Two words from a place of a line, of which the first is a number. The line stands at `at`.
fn two(r: &mut Reader, line: Line, words: &[u8], from: usize, at: usize) {
    let text = words.get(from..).unwrap_or_default();
    let first = digits(words, from);
    let mut second = digits(words, first.end + 1);
    let (left, right, numbers) = match line {
        Line::Stat => (&p::LETTERS, &p::TOTAL, parse::two_numbers(text)),
        Line::Size | Line::EachSize => (&p::LETTER, &p::SIZE, parse::two_numbers(text)),
        _ => {
            second.end = second.start + words.get(second.start..).map_or(0, first_word);
            let id = parse::number_and_uid(text);
            let len = second.len() as u64;
            (
                &p::LETTER,
                &p::UNIQUE_ID,
                id.map(|(number, _)| (number, len)),
            )
        }
    };
    let Some((one, other)) = numbers else {
        return;
    };
    r.put(left, one.into(), at + first.start..at + first.end);
    r.put(right, other, at + second.start..at + second.end);
}

fn first_word(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| *byte == b' ');
    end.unwrap_or(text.len())
}

/// The digits that stand in a line behind white space at `from`.
fn digits(words: &[u8], from: usize) -> Range<usize> {
    let is_space = |byte: &&u8| byte.is_ascii_whitespace();
    let text = words.get(from..).unwrap_or_default();
    let start = from.min(words.len()) + text.iter().take_while(is_space).count();
    let digits = words[start..].iter();
    let len = digits.take_while(|byte| byte.is_ascii_digit()).count();
    start..start + len
}
