//! The words of SMTP: commands, replies, addresses.

use std::fmt;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `EHLO`: hello, and what can you do?
    Ehlo(String),
    /// `HELO`: the hello of before extensions.
    Helo(String),
    /// `MAIL FROM`: a letter begins, from this sender.
    Mail {
        /// Where a bounce would go; `<>` for nowhere.
        from: Path,
        /// What extensions add.
        params: Vec<Param>,
    },
    /// `RCPT TO`: one recipient.
    Rcpt {
        /// Whom the letter is for.
        to: Path,
        /// What extensions add.
        params: Vec<Param>,
    },
    /// `DATA`: here comes the letter.
    Data,
    /// `RSET`: forget this letter.
    Rset,
    /// `NOOP`: nothing; are you there?
    Noop,
    /// `VRFY`: do you know this user?
    Vrfy(String),
    /// `QUIT`: goodbye.
    Quit,
    /// Any other word.
    Unknown {
        /// The word, in capitals, with anything unprintable replaced.
        verb: String,
    },
}

/// The first word of a command, without what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// A client greets, and asks what the server can do.
    Ehlo,
    /// A client greets in the old way.
    Helo,
    /// A letter begins; who sends it.
    Mail,
    /// Who is to have it.
    Rcpt,
    /// The letter itself follows.
    Data,
    /// The letter begun is forgotten.
    Rset,
    /// Nothing but an answer.
    Noop,
    /// Whether a user is known.
    Vrfy,
    /// The client leaves.
    Quit,
    /// Any other word.
    Unknown,
}

impl Verb {
    /// Each verb there is, for tables and diagrams.
    pub const ALL: [Verb; 10] = [
        Verb::Ehlo,
        Verb::Helo,
        Verb::Mail,
        Verb::Rcpt,
        Verb::Data,
        Verb::Rset,
        Verb::Noop,
        Verb::Vrfy,
        Verb::Quit,
        Verb::Unknown,
    ];

    /// The word as it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ehlo => "EHLO",
            Self::Helo => "HELO",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Vrfy => "VRFY",
            Self::Quit => "QUIT",
            Self::Unknown => "(unknown)",
        }
    }

    /// The verb a word stands for; case does not matter (RFC 5321 §2.4).
    #[must_use]
    pub fn of_word(word: &[u8]) -> Self {
        let known = |verb: &Verb| word.eq_ignore_ascii_case(verb.word().as_bytes());
        Self::ALL.into_iter().find(known).unwrap_or(Self::Unknown)
    }
}

impl Command {
    /// Its first word.
    #[must_use]
    pub fn verb(&self) -> Verb {
        match self {
            Self::Ehlo(_) => Verb::Ehlo,
            Self::Helo(_) => Verb::Helo,
            Self::Mail { .. } => Verb::Mail,
            Self::Rcpt { .. } => Verb::Rcpt,
            Self::Data => Verb::Data,
            Self::Rset => Verb::Rset,
            Self::Noop => Verb::Noop,
            Self::Vrfy(_) => Verb::Vrfy,
            Self::Quit => Verb::Quit,
            Self::Unknown { .. } => Verb::Unknown,
        }
    }
}

/// What a reply answers; the same code means different things in different places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prompt {
    /// The connection itself: the reply greets, or says goodbye unasked.
    Connection,
    /// A command.
    Command(Verb),
    /// The letter, ended by its dot.
    Letter,
}

/// What a server answers: a code and one line of text or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, 200 to 599.
    pub code: u16,
    /// The text of each line, without code and line end; at least one.
    pub lines: Vec<String>,
}

impl Reply {
    /// A reply of one line.
    #[must_use]
    pub fn new(code: u16, text: impl Into<String>) -> Self {
        Self {
            code,
            lines: vec![text.into()],
        }
    }

    /// Done: 2yz (RFC 5321 §4.2.1).
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// Not now, try again later: 4yz.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// No, and trying again will not help: 5yz.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }
}

/// Code and text on one line, `550 No such user here`.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" / "))
    }
}

/// What stands between the angle brackets of `MAIL` and `RCPT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// `<>`: nobody; the sender of a bounce (RFC 5321 §4.5.5).
    Null,
    /// `<Postmaster>`: the one name that needs no domain (RFC 5321 §4.1.1.3).
    Postmaster,
    /// An address.
    Mailbox(Mailbox),
}

/// As it stands on the wire, brackets included.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Postmaster => f.write_str("<Postmaster>"),
            Self::Mailbox(mailbox) => write!(f, "<{mailbox}>"),
        }
    }
}

/// An address: `grace@example.net`.
///
/// The parser makes it, so that one which exists can be written on a wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mailbox {
    /// Before the `@`, with quoting undone.
    pub(super) local: String,
    /// After the `@`: a name, or an address literal in its square brackets.
    pub(super) domain: String,
}

impl Mailbox {
    /// Before the `@`, with quoting undone.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// After the `@`: a name, or an address literal in its square brackets.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The address by which mailboxes are found: in small letters, since names do not
    /// differ by case (RFC 5321 §2.4) and here people's names do not either.
    #[must_use]
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

/// As it stands on the wire, the local part quoted where it has to be.
impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_dot_string(self.local.as_bytes()) {
            return write!(f, "{}@{}", self.local, self.domain);
        }
        f.write_str("\"")?;
        for c in self.local.chars() {
            if matches!(c, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        write!(f, "\"@{}", self.domain)
    }
}

/// A parameter of `MAIL` or `RCPT`: `SIZE=1234`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its keyword, in capitals.
    pub key: String,
    /// What follows the `=`, where something does.
    pub value: Option<String>,
}

/// As it stands on the wire.
impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        match &self.value {
            Some(value) => write!(f, "={value}"),
            None => Ok(()),
        }
    }
}

/// Whether `text` is atoms joined by single dots (RFC 5321 §4.1.2, Dot-string).
pub(super) fn is_dot_string(text: &[u8]) -> bool {
    text.split(|b| *b == b'.')
        .all(|atom| !atom.is_empty() && atom.iter().all(|b| is_atext(*b)))
}

/// RFC 5322 §3.2.3 `atext`.
pub(super) fn is_atext(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}
