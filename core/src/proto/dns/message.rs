//! A message: its header, what is asked, and what is answered (RFC 1035 §4.1).

use super::Name;
use super::types::{Kind, Record};

/// How an answer turned out (RFC 1035 §4.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rcode(pub u16);

impl Rcode {
    /// There is an answer, or there are no such records.
    pub const NO_ERROR: Self = Self(0);
    /// The question was not understood.
    pub const FORMAT_ERROR: Self = Self(1);
    /// The server could not find out.
    pub const SERVER_FAILURE: Self = Self(2);
    /// There is no such name.
    pub const NO_SUCH_NAME: Self = Self(3);
    /// The server does not do such things.
    pub const NOT_IMPLEMENTED: Self = Self(4);
    /// The server does not want to.
    pub const REFUSED: Self = Self(5);
    /// A version of the extensions that the server does not know (RFC 6891 §9).
    pub const BAD_VERSION: Self = Self(16);

    /// Its word, where it has one that is known here.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NO_ERROR => "NOERROR",
            Self::FORMAT_ERROR => "FORMERR",
            Self::SERVER_FAILURE => "SERVFAIL",
            Self::NO_SUCH_NAME => "NXDOMAIN",
            Self::NOT_IMPLEMENTED => "NOTIMP",
            Self::REFUSED => "REFUSED",
            Self::BAD_VERSION => "BADVERS",
            _ => "an error",
        }
    }
}

/// The first twelve bytes, counts aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// By which an answer is known.
    pub id: u16,
    /// Whether it is an answer.
    pub is_answer: bool,
    /// What is to be done: 0 is a question.
    pub opcode: u8,
    /// The one who answers is an authority for the name (AA).
    pub authoritative: bool,
    /// Not all of it had room (TC).
    pub truncated: bool,
    /// The server is to find out, wherever it has to ask (RD).
    pub wants_recursion: bool,
    /// It would (RA).
    pub offers_recursion: bool,
    /// How it turned out.
    pub rcode: Rcode,
}

/// What is asked, of the Internet's class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The name.
    pub name: Name,
    /// Which records.
    pub kind: Kind,
}

/// The extensions that a message speaks of (RFC 6891 §6.1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// How long a datagram may be that answers.
    pub size: u16,
    /// Which version; there is 0 alone.
    pub version: u8,
}

/// A whole message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its header.
    pub header: Header,
    /// What is asked.
    pub questions: Vec<Question>,
    /// What answers it.
    pub answers: Vec<Record>,
    /// Who is an authority: NS of those to be asked, or the SOA of who says there is nothing.
    pub authority: Vec<Record>,
    /// What will be asked next: addresses.
    pub additional: Vec<Record>,
    /// The extensions, where it knows any.
    pub extensions: Option<Extensions>,
}

impl Message {
    /// A question.
    #[must_use]
    pub fn ask(id: u16, question: Question, wants_recursion: bool) -> Self {
        Self {
            header: Header {
                id,
                wants_recursion,
                ..Header::default()
            },
            questions: vec![question],
            ..Self::default()
        }
    }

    /// An answer to a question without any content yet.
    #[must_use]
    pub fn answer_to(asked: &Header, question: Option<Question>, rcode: Rcode) -> Self {
        Self {
            header: Header {
                id: asked.id,
                is_answer: true,
                opcode: asked.opcode,
                wants_recursion: asked.wants_recursion,
                rcode,
                ..Header::default()
            },
            questions: question.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Whether it sends the one who asked to other servers: no answer, and no word of the end.
    #[must_use]
    pub fn is_referral(&self) -> bool {
        let is = |kind| self.authority.iter().any(|r| r.data.kind() == kind);
        self.header.rcode == Rcode::NO_ERROR
            && !self.header.authoritative
            && self.answers.is_empty()
            && is(Kind::Ns)
            && !is(Kind::Soa)
    }
}
