//! What is said on a control connection: commands and replies.

use std::net::SocketAddrV4;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `USER ada` names who wants to log in (RFC 959 §4.1.1).
    User(String),
    /// `PASS secret` proves it (§4.1.1).
    Pass(String),
    /// `TYPE I` chooses how a file's bytes are represented (§3.1.1, §4.1.2).
    Type(TypeCode),
    /// `PASV` asks the server to listen for the data connection (§4.1.2).
    Pasv,
    /// `PORT 192,0,2,10,195,80` tells the server where to connect to (§4.1.2).
    Port(SocketAddrV4),
    /// `RETR report.pdf` asks for a file (§4.1.3).
    Retr(String),
    /// `QUIT` ends the session (§4.1.1).
    Quit,
    /// A verb that is not spoken here, with what followed it.
    Unknown {
        /// As it stands on the wire.
        verb: String,
        /// What followed.
        argument: String,
    },
}

/// The verbs of RFC 959 and its extensions that are not spoken here yet: a server answers
/// 502 to them, and 500 to anything else it does not know.
pub const NOT_OFFERED: [&str; 40] = [
    "ABOR", "ACCT", "ADAT", "ALLO", "APPE", "AUTH", "CCC", "CDUP", "CWD", "DELE", "EPRT", "EPSV",
    "FEAT", "HELP", "HOST", "LIST", "MDTM", "MKD", "MLSD", "MLST", "MODE", "NLST", "NOOP", "OPTS",
    "PBSZ", "PROT", "PWD", "REIN", "REST", "RMD", "RNFR", "RNTO", "SITE", "SIZE", "SMNT", "STAT",
    "STOR", "STOU", "STRU", "SYST",
];

/// How a file's bytes are represented on the data connection (RFC 959 §3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeCode {
    /// Text whose lines end with CRLF; the default.
    Ascii(Form),
    /// Text in EBCDIC.
    Ebcdic(Form),
    /// The bytes as they are, called binary.
    Image,
    /// Bytes of so many bits.
    Local(u8),
}

/// How a text carries the moves of a printer (RFC 959 §3.1.1.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Not at all.
    #[default]
    NonPrint,
    /// By Telnet's control characters.
    Telnet,
    /// By each line's first character.
    Carriage,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// One line of text, or several (RFC 959 §4.2).
    pub lines: Vec<String>,
}

/// What a reply's first digit says (RFC 959 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 1yz: begun; another reply follows.
    Preliminary,
    /// 2yz: done.
    Completion,
    /// 3yz: so far, so good; another command is needed.
    Intermediate,
    /// 4yz: not done; the same may work later.
    Transient,
    /// 5yz: not done; the same will not work again.
    Permanent,
}

impl Command {
    /// Its verb, in capitals where it is spoken here.
    #[must_use]
    pub fn verb(&self) -> &str {
        match self {
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Type(_) => "TYPE",
            Self::Pasv => "PASV",
            Self::Port(_) => "PORT",
            Self::Retr(_) => "RETR",
            Self::Quit => "QUIT",
            Self::Unknown { verb, .. } => verb,
        }
    }
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

    /// What its first digit says; a code outside 100 to 599 counts as permanent failure.
    #[must_use]
    pub fn class(&self) -> Class {
        match self.code / 100 {
            1 => Class::Preliminary,
            2 => Class::Completion,
            3 => Class::Intermediate,
            4 => Class::Transient,
            _ => Class::Permanent,
        }
    }

    /// Its text, lines joined by spaces.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }
}
