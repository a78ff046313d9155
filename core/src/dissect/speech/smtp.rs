//! SMTP: commands, replies, logging in, and the letter between them.

use super::{Ear, Sort, lines, search, smtp_lines};
use crate::dissect::LONGEST;
use crate::dissect::dissection::Piece;
use crate::dissect::table::data::packed;
use crate::dissect::table::smtp::{COMMANDS, dialogue as s};
use crate::dissect::talks::Place;
use crate::proto::smtp::parse;
use crate::proto::smtp::types::{Command, Verb};
use std::collections::VecDeque;

/// How far a dialogue has come.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Talk {
    /// What waits for its reply, the oldest first.
    asked: VecDeque<Asked>,
    reply: Reply,
    next: Next,
    login: Option<Login>,
    letter: Letter,
}

/// A command, a line of logging in, or a letter: by its first eight letters.
#[derive(Clone, Copy, Debug)]
struct Asked {
    word: u64,
    place: Place,
}

/// What the client says next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    /// Its beginning was not seen: a command, or a line of a letter.
    #[default]
    Unknown,
    Command,
    /// Bytes up to the lone dot.
    Letter,
    /// So many bytes of a letter, and whether they are its last (RFC 3030 §2).
    Chunk(usize, bool),
    /// Nothing that can be read.
    Secret,
}

/// The reply that is being said.
#[derive(Debug, Default)]
struct Reply {
    /// More lines follow.
    is_open: bool,
    /// It answers the connection.
    greets: bool,
    /// The frame of its latest line.
    frame: u32,
    /// There was one before.
    is_second: bool,
}

/// A login under way.
#[derive(Debug)]
struct Login {
    next: Sort,
    /// The server said 334: the next line is surely no command.
    is_asked: bool,
}

/// What came of a letter so far.
#[derive(Debug, Default)]
struct Letter {
    parts: Vec<(Piece, Option<Place>)>,
    /// In so many frames.
    count: u64,
    len: usize,
    at: LineAt,
}

/// Where in its lines a letter has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LineAt {
    #[default]
    Start,
    Text,
    /// Behind a CR.
    Cr,
}

/// Commands that wait for a reply; where more do, replies are not seen at all.
const MOST_ASKED: usize = 512;
const LETTER: &[u8] = b"letter";

impl Talk {
    pub fn hear(&mut self, ear: &mut Ear) {
        match ear.by_opener {
            true => self.hear_client(ear),
            false => self.hear_server(ear),
        }
        if self.next == Next::Secret {
            ear.cut(ear.bytes().len(), Sort::Bytes);
        }
    }

    fn hear_client(&mut self, ear: &mut Ear) {
        while !ear.bytes().is_empty() {
            let goes_on = match self.next {
                Next::Secret => false,
                Next::Letter => self.hear_letter(ear),
                Next::Chunk(left, is_last) => self.hear_chunk(ear, left, is_last),
                Next::Unknown | Next::Command => self.hear_line(ear),
            };
            if !goes_on {
                return;
            }
        }
    }

    /// A command, or a line of logging in.
    fn hear_line(&mut self, ear: &mut Ear) -> bool {
        let Some(len) = ear.line() else {
            return false;
        };
        let line = lines::words(&ear.bytes()[..len]);
        let verb = lines::verb(line);
        let is_known = lines::knows(COMMANDS, verb);
        if let Some(login) = self.login.as_mut()
            && (login.is_asked || !is_known)
        {
            let sort = login.next;
            login.next = match sort {
                Sort::SmtpUser => Sort::SmtpPassword,
                _ => Sort::SmtpCredentials,
            };
            login.is_asked = false;
            ear.cut(len, sort);
            self.ask(ear, b"AUTH");
            return true;
        }
        let is_command = match self.next {
            Next::Unknown if ear.is_alone => is_known,
            Next::Unknown => is_known && self.is_sure(line),
            _ => !verb.is_empty() && verb.iter().all(u8::is_ascii_graphic),
        };
        if !is_command {
            let is_end = line == b"." && self.next == Next::Unknown && !ear.is_alone;
            let sort = match is_end {
                true => Sort::SmtpEnd,
                false => Sort::SmtpLine,
            };
            ear.cut(len, sort);
            if is_end {
                self.next = Next::Command;
                self.ask(ear, LETTER);
            }
            return true;
        }
        let (word, verb) = (upper(verb), Verb::of_word(verb));
        let chunk = chunk(line);
        let login = (verb == Verb::Auth).then(|| login(line));
        let is_bare = line.len() == 4;
        ear.cut(len, Sort::SmtpCommand);
        self.ask(ear, &word);
        if verb == Verb::Data && (is_bare || self.next == Next::Command) {
            self.next = Next::Letter;
            self.letter = Letter::default();
        }
        self.login = login;
        if let Some((left, is_last)) = chunk.filter(|_| &word == b"BDAT\0\0\0\0") {
            self.next = Next::Chunk(left, is_last);
            return left > 0 || self.hear_chunk(ear, left, is_last);
        }
        true
    }

    /// Whether a line is a command where it could be a line of a letter as well: no free text.
    fn is_sure(&mut self, line: &[u8]) -> bool {
        let is_sure = match parse::command(line).value {
            Ok(Command::Help(text) | Command::Vrfy(text) | Command::Expn(text)) => text.is_empty(),
            Ok(Command::Noop) => line.len() == b"NOOP".len(),
            Ok(_) => true,
            Err(_) => false,
        };
        if is_sure {
            self.next = Next::Command;
        }
        is_sure
    }

    /// The last stretch waits for a reply.
    fn ask(&mut self, ear: &Ear, word: &[u8]) {
        if self.asked.len() == MOST_ASKED {
            self.asked.clear();
        }
        let end = word.iter().position(|b| *b == 0).unwrap_or(word.len());
        self.asked.push_back(Asked {
            word: packed(&word[..end]),
            place: ear.place(),
        });
    }

    fn hear_letter(&mut self, ear: &mut Ear) -> bool {
        let bytes = ear.bytes();
        let (len, is_end) = match end(bytes, self.letter.at) {
            (len, false) if ear.is_last() && len < bytes.len() => (bytes.len(), false),
            found => found,
        };
        self.letter.add(ear, len);
        if !is_end {
            return false;
        }
        ear.cut(b".\r\n".len(), Sort::SmtpEnd);
        self.ask(ear, LETTER);
        self.complete(ear);
        true
    }

    fn hear_chunk(&mut self, ear: &mut Ear, left: usize, is_last: bool) -> bool {
        let len = left.min(ear.bytes().len());
        self.letter.add(ear, len);
        self.next = Next::Chunk(left - len, is_last);
        if len == left {
            self.next = Next::Command;
        }
        if len == left && is_last {
            self.complete(ear);
        }
        true
    }

    /// The letter is whole.
    fn complete(&mut self, ear: &mut Ear) {
        let letter = std::mem::take(&mut self.letter);
        self.next = Next::Command;
        ear.fact(&s::FRAGMENTS, letter.count);
        ear.fact(&s::GATHERED, letter.len as u64);
        let number = u64::from(ear.frame);
        for (piece, place) in &letter.parts {
            match place {
                _ if piece.frame == ear.frame => {}
                Some(place) => ear.tell(*place, &s::GATHERED_IN, number),
                None => ear.complete(piece.frame, &s::GATHERED_IN),
            }
        }
        if !letter.parts.is_empty() {
            let pieces = letter.parts.into_iter().map(|part| part.0);
            ear.put_together(Sort::Letter, pieces.collect());
        }
    }

    fn hear_server(&mut self, ear: &mut Ear) {
        while self.next != Next::Secret
            && let Some(len) = ear.line()
        {
            let line = &ear.bytes()[..len];
            if !lines::is_reply(line) {
                ear.cut(len, Sort::SmtpLine);
                continue;
            }
            let code = smtp_lines::code(line);
            let goes_on = line.get(3) == Some(&b'-');
            let is_first = !self.reply.is_open;
            let asked = self.asked.front().copied();
            if is_first {
                self.reply.greets = self.greets(code);
            }
            let offers = !is_first && code == 250 && self.is_about(b"EHLO");
            let sort = match offers {
                true => Sort::SmtpOffer,
                false => Sort::SmtpReply,
            };
            ear.cut(len, sort);
            if is_first || self.reply.frame != ear.frame {
                match asked {
                    _ if self.reply.greets => ear.fact(&s::ANSWERS, 0),
                    Some(asked) => {
                        ear.fact(&s::ANSWERS, asked.word);
                        ear.fact(&s::ANSWERS_FRAME, u64::from(asked.place.frame));
                    }
                    None => {}
                }
            }
            self.reply.is_open = goes_on;
            self.reply.frame = ear.frame;
            if !goes_on {
                self.answer(ear, code);
            }
        }
    }

    /// Whether a reply answers the connection itself: RFC 5321 §3.1 and §3.8.
    fn greets(&self, code: u16) -> bool {
        let is_first = !self.reply.is_second;
        match code {
            220 => is_first && !self.is_about(b"STARTTLS"),
            421 => self.asked.is_empty(),
            554 => is_first && self.asked.is_empty(),
            _ => false,
        }
    }

    /// Whether the oldest command that waits is this one.
    fn is_about(&self, word: &[u8]) -> bool {
        let first = self.asked.front();
        first.is_some_and(|asked| asked.word == packed(word))
    }

    /// A reply is whole: RFC 5321 §4.3.
    fn answer(&mut self, ear: &mut Ear, code: u16) {
        self.reply.is_second = true;
        let (is_data, is_login) = (self.is_about(b"DATA"), self.is_about(b"AUTH"));
        let is_secret = code == 220 && self.is_about(b"STARTTLS");
        let asked = match self.reply.greets {
            true => None,
            false => self.asked.pop_front(),
        };
        if let Some(asked) = asked {
            ear.tell(asked.place, &s::ANSWERED_IN, u64::from(ear.frame));
        }
        if is_secret {
            self.next = Next::Secret;
        } else if code == 354 && asked.is_none() {
            self.next = Next::Letter;
            self.letter = Letter::default();
        } else if code == 334 && (is_login || asked.is_none()) {
            let next = Sort::SmtpCredentials;
            let is_asked = false;
            let login = self.login.get_or_insert(Login { next, is_asked });
            login.is_asked = true;
        } else if is_login {
            self.login = None;
        }
        // It refuses the letter, or gives up on it.
        let is_over = (asked.is_none() || is_data) && code != 354;
        if self.next == Next::Unknown || self.next == Next::Letter && is_over {
            self.next = Next::Command;
        }
    }
}

impl Letter {
    /// The next bytes belong to it.
    fn add(&mut self, ear: &mut Ear, len: usize) {
        self.at = match ear.bytes()[..len] {
            [] => self.at,
            [.., b'\r', b'\n'] => LineAt::Start,
            [b'\n'] if self.at == LineAt::Cr => LineAt::Start,
            [.., b'\r'] => LineAt::Cr,
            _ => LineAt::Text,
        };
        self.len = self.len.saturating_add(len);
        for piece in ear.cut_part(len, Sort::SmtpPart) {
            let last = self.parts.last_mut();
            match last.filter(|(last, _)| last.frame == piece.frame) {
                Some((last, _)) if last.range.end == piece.range.start => {
                    last.range.end = piece.range.end;
                    continue;
                }
                Some(_) => {}
                None => self.count += 1,
            }
            let place = (piece.frame == ear.frame).then(|| ear.place());
            self.parts.push((piece, place));
        }
        if self.len > LONGEST {
            self.parts.clear();
        }
    }
}

/// How many of these bytes belong to the letter, and whether its end follows (RFC 5321 §4.1.1.4:
/// CRLF, a dot, CRLF, and nothing less). What may be the beginning of that end is left.
fn end(bytes: &[u8], at: LineAt) -> (usize, bool) {
    let mut candidate = match (at, bytes) {
        (LineAt::Start, [b'.', ..]) => Some(0),
        (LineAt::Cr, [b'\n', b'.', ..]) => Some(1),
        _ => None,
    };
    let mut from = 0;
    loop {
        if let Some(dot) = candidate {
            match &bytes[dot..] {
                [b'.', b'\r', b'\n', ..] => return (dot, true),
                b"." | b".\r" => return (dot, false),
                _ => {}
            }
        }
        let Some(feed) = search::pair(bytes, from, *b"\n.") else {
            return (bytes.len(), false);
        };
        from = feed + 1;
        let is_line = feed.checked_sub(1).and_then(|cr| bytes.get(cr)) == Some(&b'\r');
        candidate = is_line.then_some(feed + 1);
    }
}

/// A word in capitals, and filled with zeros.
fn upper(word: &[u8]) -> [u8; 8] {
    let mut all = [0; 8];
    for (to, from) in all.iter_mut().zip(word) {
        *to = from.to_ascii_uppercase();
    }
    all
}

/// `BDAT 1000 LAST`: how many bytes, and whether they are the last.
fn chunk(line: &[u8]) -> Option<(usize, bool)> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace().skip(1);
    let len = words.next()?.parse().ok()?;
    let is_last = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("LAST"));
    Some((len, is_last))
}

/// `AUTH LOGIN`: what comes in the next line (RFC 4954 §4).
fn login(line: &[u8]) -> Login {
    let mut words = line.split(|b| *b == b' ').skip(1);
    let is_login = words
        .next()
        .is_some_and(|way| way.eq_ignore_ascii_case(b"LOGIN"));
    let next = match (is_login, words.next().is_some()) {
        (true, false) => Sort::SmtpUser,
        (true, true) => Sort::SmtpPassword,
        (false, _) => Sort::SmtpCredentials,
    };
    Login {
        next,
        is_asked: false,
    }
}
