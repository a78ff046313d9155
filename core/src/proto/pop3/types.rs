//! The words of POP3: commands and replies.

use std::fmt;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `USER`: whose mailbox.
    User(String),
    /// `PASS`: the password, for everyone to read.
    Pass(String),
    /// `STAT`: how many letters, how many bytes?
    Stat,
    /// `LIST`: how large is each letter, or this one?
    List(Option<u32>),
    /// `UIDL`: what is each letter's unique id, or this one's?
    Uidl(Option<u32>),
    /// `RETR`: give me this letter.
    Retr(u32),
    /// `TOP`: give me this letter's headers and so many lines of its text.
    Top(u32, u32),
    /// `DELE`: mark this letter to be deleted.
    Dele(u32),
    /// `RSET`: take all marks back.
    Rset,
    /// `NOOP`: nothing; are you there?
    Noop,
    /// `CAPA`: what can you do?
    Capa,
    /// `QUIT`: goodbye; now delete what is marked.
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
    /// Whose mailbox.
    User,
    /// Their password.
    Pass,
    /// How much there is.
    Stat,
    /// Sizes.
    List,
    /// Unique ids.
    Uidl,
    /// A letter.
    Retr,
    /// A letter's beginning.
    Top,
    /// A letter is not wanted any more.
    Dele,
    /// They are all wanted after all.
    Rset,
    /// Nothing but an answer.
    Noop,
    /// What the server can do.
    Capa,
    /// The client leaves.
    Quit,
    /// Any other word.
    Unknown,
}

impl Verb {
    /// Each verb there is, for tables and diagrams.
    pub const ALL: [Verb; 13] = [
        Verb::User,
        Verb::Pass,
        Verb::Stat,
        Verb::List,
        Verb::Uidl,
        Verb::Retr,
        Verb::Top,
        Verb::Dele,
        Verb::Rset,
        Verb::Noop,
        Verb::Capa,
        Verb::Quit,
        Verb::Unknown,
    ];

    /// The word as it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Pass => "PASS",
            Self::Stat => "STAT",
            Self::List => "LIST",
            Self::Uidl => "UIDL",
            Self::Retr => "RETR",
            Self::Top => "TOP",
            Self::Dele => "DELE",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Capa => "CAPA",
            Self::Quit => "QUIT",
            Self::Unknown => "(unknown)",
        }
    }

    /// The verb a word stands for; case does not matter (RFC 1939 §3).
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
            Self::User(_) => Verb::User,
            Self::Pass(_) => Verb::Pass,
            Self::Stat => Verb::Stat,
            Self::List(_) => Verb::List,
            Self::Uidl(_) => Verb::Uidl,
            Self::Retr(_) => Verb::Retr,
            Self::Top(..) => Verb::Top,
            Self::Dele(_) => Verb::Dele,
            Self::Rset => Verb::Rset,
            Self::Noop => Verb::Noop,
            Self::Capa => Verb::Capa,
            Self::Quit => Verb::Quit,
            Self::Unknown { .. } => Verb::Unknown,
        }
    }

    /// Whether a yes to it is followed by lines up to a lone dot (RFC 1939 §3).
    #[must_use]
    pub fn has_lines(&self) -> bool {
        matches!(
            self,
            Self::List(None) | Self::Uidl(None) | Self::Retr(_) | Self::Top(..) | Self::Capa
        )
    }
}

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prompt {
    /// The connection itself: the reply greets.
    Connection,
    /// A command.
    Command(Verb),
}

/// What a server answers: yes or no, and perhaps lines behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// `+OK`, else `-ERR`.
    pub ok: bool,
    /// The text behind it.
    pub text: String,
    /// The lines up to the lone dot, where there are any. A letter's are not here.
    pub lines: Option<Vec<String>>,
}

impl Reply {
    /// Yes.
    #[must_use]
    pub fn ok(text: impl Into<String>) -> Self {
        Self {
            ok: true,
            text: text.into(),
            lines: None,
        }
    }

    /// No.
    #[must_use]
    pub fn err(text: impl Into<String>) -> Self {
        Self {
            ok: false,
            text: text.into(),
            lines: None,
        }
    }

    /// Yes, and these lines.
    #[must_use]
    pub fn with(text: impl Into<String>, lines: Vec<String>) -> Self {
        Self {
            ok: true,
            text: text.into(),
            lines: Some(lines),
        }
    }

    /// `+OK` or `-ERR`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        if self.ok { "+OK" } else { "-ERR" }
    }
}

/// The first line: `-ERR no such letter`.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.as_str() {
            "" => f.write_str(self.word()),
            text => write!(f, "{} {text}", self.word()),
        }
    }
}

/// A letter in the mailbox. Letters are counted from 1, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What tells it from all others that were ever in this mailbox (RFC 1939 §7): one to
    /// seventy letters, digits and signs without spaces.
    pub uid: String,
    /// Its size in bytes.
    pub size: u64,
}
