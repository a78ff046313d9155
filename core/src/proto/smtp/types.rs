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
    /// `EXPN`: who is on this list?
    Expn(String),
    /// `HELP`: what can be said here?
    Help(String),
    /// `AUTH`: let me log in, in this way.
    Auth {
        /// The way, in capitals.
        mechanism: String,
        /// What is said at once, in base64.
        initial: Option<String>,
    },
    /// A line that answers 334: base64, or `*` to give up. It has no word of its own.
    Answer(String),
    /// `QUIT`: goodbye.
    Quit,
    /// A word that is known here and not spoken: `TURN`.
    Unspoken(Verb),
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
    /// Who is on a list.
    Expn,
    /// What can be said here.
    Help,
    /// The client logs in.
    Auth,
    /// Go on in secret; not spoken here.
    StartTls,
    /// To the screen of who is there; long out of use.
    Send,
    /// To the screen, or else the mailbox; long out of use.
    Soml,
    /// To the screen and the mailbox; long out of use.
    Saml,
    /// Change sides; long out of use, since anyone could.
    Turn,
    /// The client leaves.
    Quit,
    /// Any other word.
    Unknown,
}

impl Verb {
    /// Each verb there is, for tables and diagrams.
    pub const ALL: [Verb; 18] = [
        Verb::Ehlo,
        Verb::Helo,
        Verb::Mail,
        Verb::Rcpt,
        Verb::Data,
        Verb::Rset,
        Verb::Noop,
        Verb::Vrfy,
        Verb::Expn,
        Verb::Help,
        Verb::Auth,
        Verb::StartTls,
        Verb::Send,
        Verb::Soml,
        Verb::Saml,
        Verb::Turn,
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
            Self::Expn => "EXPN",
            Self::Help => "HELP",
            Self::Auth => "AUTH",
            Self::StartTls => "STARTTLS",
            Self::Send => "SEND",
            Self::Soml => "SOML",
            Self::Saml => "SAML",
            Self::Turn => "TURN",
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
            Self::Expn(_) => Verb::Expn,
            Self::Help(_) => Verb::Help,
            Self::Auth { .. } | Self::Answer(_) => Verb::Auth,
            Self::Unspoken(verb) => *verb,
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

    /// A reply of one line with its enhanced code, `5.1.1`, in front (RFC 2034 §4, RFC 3463).
    #[must_use]
    pub fn coded(code: u16, enhanced: &str, text: &str) -> Self {
        Self::new(code, format!("{enhanced} {text}"))
    }

    /// The enhanced code in front of its text, where there is one that fits its code.
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        enhanced_of(self.code, self.lines.first()?)
    }

    /// The same without enhanced codes, as a server says it that does not offer them.
    #[must_use]
    pub fn plain(mut self) -> Self {
        for line in &mut self.lines {
            if let Some(len) = enhanced_of(self.code, line).map(str::len) {
                *line = line.get(len + 1..).unwrap_or_default().to_owned();
            }
        }
        self
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

/// The enhanced code that begins a line of a reply: class, subject, detail, of up to three
/// digits each, its class being the code's first digit (RFC 2034 §4, RFC 3463 §2).
#[must_use]
pub fn enhanced_of(code: u16, line: &str) -> Option<&str> {
    let word = line.split(' ').next()?;
    let mut numbers = word.split('.');
    let class = numbers.next()?;
    let is_number = |n: &str| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
    let fits = class == (code / 100).to_string() && matches!(class, "2" | "4" | "5");
    let rest = is_number(numbers.next()?) && is_number(numbers.next()?);
    (fits && rest && numbers.next().is_none()).then_some(word)
}

/// How a client logs in (RFC 4954).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthWay {
    /// `AUTH PLAIN`: name and password at once (RFC 4616).
    #[default]
    Plain,
    /// `AUTH LOGIN`: asked for one after the other.
    Login,
}

impl AuthWay {
    /// Both ways.
    pub const ALL: [AuthWay; 2] = [AuthWay::Plain, AuthWay::Login];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
        }
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
