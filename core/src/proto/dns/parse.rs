//! Reads a message, as far as it can be read (RFC 1035 §4).
//!
//! Nothing fails: what was read is given with the place of each part, and where it stopped.
//! A pointer leads back to before the name that it is part of, and no name is longer than
//! 255 bytes, so that no message is read for ever.

use super::Name;
use super::message::{Extensions, Header, Message, Question, Rcode};
use super::name::LONGEST_NAME;
use super::types::{Data, Kind, Record, Soa};
use crate::base::Span;
use std::ops::Range;

/// How long a header is.
pub const HEADER: usize = 12;
/// The class of the Internet, and any class (RFC 1035 §3.2.4, §3.2.5).
const INTERNET: u16 = 1;
const ANY_CLASS: u16 = 255;
/// The record that speaks of extensions (RFC 6891 §6.1.1).
const OPT: u16 = 41;
/// So many pointers may follow each other within one name: it has no more labels.
const MOST_POINTERS: usize = 127;

/// What was read of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its header, where it has one.
    pub header: Option<Header>,
    /// How many questions, answers, authorities and further records it speaks of.
    pub counts: [u16; 4],
    /// What it asks.
    pub questions: Vec<Asked>,
    /// Its records.
    pub records: Vec<Found>,
    /// How far it was read.
    pub end: usize,
    /// What was wrong there, if it was not read to its end.
    pub fault: Option<Fault>,
}

/// A question, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Its class.
    pub class: u16,
    /// Where it stands.
    pub span: Span,
    /// Where its name stands; without what a pointer points to.
    pub name: Span,
}

/// Which part of a message a record is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What answers the question.
    Answer,
    /// Who is an authority.
    Authority,
    /// What else is good to know.
    Additional,
}

/// A record, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// In which part.
    pub section: Section,
    /// What it says.
    pub record: Record,
    /// Its class; of a record that speaks of extensions, the size.
    pub class: u16,
    /// Where it stands.
    pub span: Span,
    /// Where its name stands.
    pub name: Span,
    /// Where its data stands.
    pub data: Span,
}

/// Why a message could not be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It ends too early.
    Cut,
    /// A pointer does not lead back, or too many follow each other.
    Pointer,
    /// A label of a kind that does not exist.
    Label,
    /// A name is too long.
    LongName,
    /// A record's data is not as long as it says.
    Length,
}

impl Parsed {
    /// The message, where all of it could be read.
    #[must_use]
    pub fn message(self) -> Option<Message> {
        let mut message = Message {
            header: self.header.filter(|_| self.fault.is_none())?,
            ..Message::default()
        };
        let is_known = |asked: &Asked| [INTERNET, ANY_CLASS].contains(&asked.class);
        let asked = self.questions.into_iter().filter(is_known);
        message.questions = asked.map(|asked| asked.question).collect();
        for found in self.records {
            let record = found.record;
            match (record.data.kind().number(), found.section) {
                (OPT, Section::Additional) if message.extensions.is_none() => {
                    let [high, version, ..] = record.ttl_s.to_be_bytes();
                    message.header.rcode.0 |= u16::from(high) << 4;
                    message.extensions = Some(Extensions {
                        size: found.class,
                        version,
                    });
                }
                (OPT, _) => {}
                _ if found.class != INTERNET => {}
                (_, Section::Answer) => message.answers.push(record),
                (_, Section::Authority) => message.authority.push(record),
                (_, Section::Additional) => message.additional.push(record),
            }
        }
        Some(message)
    }

    /// Whether a second record speaks of extensions, which is an error (RFC 6891 §6.1.1).
    #[must_use]
    pub fn has_extensions_twice(&self) -> bool {
        let all = self.records.iter();
        all.filter(|found| found.record.data.kind().number() == OPT)
            .count()
            > 1
    }
}

/// Reads a message.
#[must_use]
pub fn parse(bytes: &[u8]) -> Parsed {
    let mut reader = Reader { bytes, at: 0 };
    let mut parsed = Parsed::default();
    parsed.fault = reader.message(&mut parsed).err();
    parsed
}

/// Any bytes as a message, and what was read of it said again.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let parsed = parse(bytes);
    assert!(parsed.end <= bytes.len());
    for found in &parsed.records {
        assert!(found.record.name.is_whole());
    }
    let Some(message) = parsed.message() else {
        return;
    };
    let bytes = super::emit::whole(&message);
    let again = parse(&bytes).message().expect("what is written is read");
    // Texts that are none, and what has no room, come out changed.
    let is_odd =
        |r: &Record| matches!(&r.data, Data::Txt(all) if all.concat().contains('\u{fffd}'));
    let is_cut = again.header.truncated || bytes.len() > super::emit::LARGEST;
    let all = [&message.answers, &message.authority, &message.additional];
    if !is_cut && !all.into_iter().flatten().any(is_odd) {
        assert_eq!(again, message);
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn message(&mut self, parsed: &mut Parsed) -> Result<(), Fault> {
        let head: [u8; HEADER] = self.take()?;
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        parsed.header = Some(header(word(0), word(2)));
        parsed.counts = [word(4), word(6), word(8), word(10)];
        parsed.end = self.at;
        for _ in 0..parsed.counts[0] {
            let asked = self.question()?;
            parsed.questions.push(asked);
            parsed.end = self.at;
        }
        let sections = [Section::Answer, Section::Authority, Section::Additional];
        for (section, count) in sections.into_iter().zip(&parsed.counts[1..]) {
            for _ in 0..*count {
                let found = self.record(section)?;
                parsed.records.push(found);
                parsed.end = self.at;
            }
        }
        Ok(())
    }

    fn question(&mut self) -> Result<Asked, Fault> {
        let start = self.at;
        let name = self.name()?;
        let name_end = self.at;
        let kind = Kind::from_number(self.word()?);
        Ok(Asked {
            question: Question { name, kind },
            class: self.word()?,
            span: Span::new(start..self.at),
            name: Span::new(start..name_end),
        })
    }

    fn record(&mut self, section: Section) -> Result<Found, Fault> {
        let start = self.at;
        let name = self.name()?;
        let name_end = self.at;
        let kind = self.word()?;
        let class = self.word()?;
        let ttl_s = self.long()?;
        let len = usize::from(self.word()?);
        let data_at = self.at..self.at + len;
        if self.bytes.len() < data_at.end {
            return Err(Fault::Cut);
        }
        let data = self.data(kind, data_at.clone())?;
        self.at = data_at.end;
        Ok(Found {
            section,
            record: Record { name, ttl_s, data },
            class,
            span: Span::new(start..self.at),
            name: Span::new(start..name_end),
            data: Span::new(data_at),
        })
    }

    /// What a record says, whose bytes lie there.
    fn data(&mut self, kind: u16, at: Range<usize>) -> Result<Data, Fault> {
        let data = match Kind::from_number(kind) {
            Kind::A => Data::A(self.take::<4>()?.into()),
            Kind::Aaaa => Data::Aaaa(self.take::<16>()?.into()),
            Kind::Ns => Data::Ns(self.name()?),
            Kind::Cname => Data::Cname(self.name()?),
            Kind::Ptr => Data::Ptr(self.name()?),
            Kind::Mx => Data::Mx(self.word()?, self.name()?),
            Kind::Soa => Data::Soa(Box::new(Soa {
                server: self.name()?,
                person: self.name()?,
                serial: self.long()?,
                refresh: self.long()?,
                retry: self.long()?,
                expire: self.long()?,
                minimum: self.long()?,
            })),
            Kind::Txt => self.texts(at.end)?,
            Kind::Any | Kind::Other(_) => {
                let bytes = self.bytes.get(at.clone()).unwrap_or_default().to_vec();
                self.at = at.end;
                Data::Other(kind, bytes)
            }
        };
        match self.at == at.end {
            true => Ok(data),
            false => Err(Fault::Length),
        }
    }

    fn texts(&mut self, end: usize) -> Result<Data, Fault> {
        let mut texts = Vec::new();
        while self.at < end {
            let [len] = self.take()?;
            let text = self.slice(usize::from(len))?;
            texts.push(String::from_utf8_lossy(text).into_owned());
        }
        Ok(Data::Txt(texts))
    }

    /// A name, whose pointers are followed (RFC 1035 §4.1.4).
    fn name(&mut self) -> Result<Name, Fault> {
        let mut name = Name::default();
        let mut len = 1;
        let mut pointers = 0;
        // Where the name goes on, once a pointer has led away.
        let mut after = None;
        // Each pointer leads to before where the one before it led.
        let mut before = self.at;
        loop {
            let [first] = self.take()?;
            match first {
                0 => break,
                1..=0x3f => {
                    len += usize::from(first) + 1;
                    if len > LONGEST_NAME {
                        return Err(Fault::LongName);
                    }
                    name.push(self.slice(usize::from(first))?);
                }
                0xc0.. => {
                    let [second] = self.take()?;
                    let to = usize::from(u16::from_be_bytes([first & 0x3f, second]));
                    pointers += 1;
                    if to >= before || pointers > MOST_POINTERS {
                        return Err(Fault::Pointer);
                    }
                    after.get_or_insert(self.at);
                    before = to;
                    self.at = to;
                }
                _ => return Err(Fault::Label),
            }
        }
        self.at = after.unwrap_or(self.at);
        Ok(name)
    }

    fn word(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_be_bytes(self.take()?))
    }

    fn long(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_be_bytes(self.take()?))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.slice(N)?.try_into().map_err(|_| Fault::Cut)
    }

    fn slice(&mut self, len: usize) -> Result<&[u8], Fault> {
        let slice = self.bytes.get(self.at..self.at + len).ok_or(Fault::Cut)?;
        self.at += len;
        Ok(slice)
    }
}

fn header(id: u16, flags: u16) -> Header {
    let has = |bit: u16| flags & bit != 0;
    let [high, _] = flags.to_be_bytes();
    Header {
        id,
        is_answer: has(0x8000),
        opcode: high >> 3 & 15,
        authoritative: has(0x0400),
        truncated: has(0x0200),
        wants_recursion: has(0x0100),
        offers_recursion: has(0x0080),
        rcode: Rcode(flags & 15),
    }
}
