//! What is said on a control connection: commands and replies.

use crate::base::Span;
use std::net::{SocketAddr, SocketAddrV4};

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `USER ada` names who wants to log in (RFC 959 §4.1.1).
    User(String),
    /// `PASS secret` proves it (§4.1.1).
    Pass(String),
    /// `ACCT work` names an account besides (§4.1.1).
    Acct(String),
    /// `CWD docs` goes to a folder (§4.1.1).
    Cwd(String),
    /// `CDUP` goes to the folder above (§4.1.1).
    Cdup,
    /// `REIN` starts afresh, without closing (§4.1.1).
    Rein,
    /// `QUIT` ends the session (§4.1.1).
    Quit,
    /// `PORT 192,0,2,10,195,80` tells the server where to connect to (§4.1.2).
    Port(SocketAddrV4),
    /// `PASV` asks the server to listen for the data connection (§4.1.2).
    Pasv,
    /// `EPRT |2|2001:db8::10|50000|` does as PORT, with any address (RFC 2428 §2).
    Eprt(Extended),
    /// `EPSV` does as PASV, and is answered with a port alone (RFC 2428 §3).
    Epsv(ExtendedPassive),
    /// `TYPE I` chooses how a file's bytes are represented (RFC 959 §3.1.1, §4.1.2).
    Type(TypeCode),
    /// `STRU F` chooses how a file is made up (§3.1.2, §4.1.2).
    Stru(Structure),
    /// `MODE S` chooses how bytes are put on the data connection (§3.4, §4.1.2).
    Mode(Mode),
    /// `RETR report.pdf` asks for a file (§4.1.3).
    Retr(String),
    /// `STOR report.pdf` brings a file (§4.1.3).
    Stor(String),
    /// `STOU` brings a file, and the server finds a name (§4.1.3).
    Stou(String),
    /// `APPE log.txt` adds to a file (§4.1.3).
    Appe(String),
    /// `ALLO 20000` asks for room (§4.1.3).
    Allo(u64),
    /// `REST 10000` names where the next transfer begins (§4.1.3, RFC 3659 §5).
    Rest(u64),
    /// `RNFR old` names what is to be renamed (RFC 959 §4.1.3).
    Rnfr(String),
    /// `RNTO new` renames it (§4.1.3).
    Rnto(String),
    /// `ABOR` breaks the transfer off (§4.1.3).
    Abor,
    /// `DELE report.pdf` removes a file (§4.1.3).
    Dele(String),
    /// `RMD docs` removes a folder (§4.1.3).
    Rmd(String),
    /// `MKD docs` makes a folder (§4.1.3).
    Mkd(String),
    /// `PWD` asks for the folder's name (§4.1.3).
    Pwd,
    /// `LIST docs` asks for a list that people read (§4.1.3).
    List(String),
    /// `NLST docs` asks for names alone (§4.1.3).
    Nlst(String),
    /// `MLSD docs` asks for a folder's list that programs read (RFC 3659 §7).
    Mlsd(String),
    /// `MLST report.pdf` asks for the facts of one name, on this connection (RFC 3659 §7).
    Mlst(String),
    /// `SIZE report.pdf` asks how many bytes would come (RFC 3659 §4).
    Size(String),
    /// `MDTM report.pdf` asks when it was changed last (RFC 3659 §3).
    Mdtm(String),
    /// `SITE …` asks for something of this server's own (RFC 959 §4.1.3).
    Site(String),
    /// `SYST` asks what system this is (§4.1.3).
    Syst,
    /// `STAT` asks how things stand, or for a list on this connection (§4.1.3).
    Stat(String),
    /// `HELP` asks what is offered (§4.1.3).
    Help(String),
    /// `NOOP` asks for nothing but an answer (§4.1.3).
    Noop,
    /// `FEAT` asks for what is offered besides RFC 959 (RFC 2389 §3).
    Feat,
    /// `OPTS MLST size;` chooses how another command works (RFC 2389 §4).
    Opts(String),
    /// `LANG en` chooses the language of replies (RFC 2640 §4).
    Lang(String),
    /// A verb that is not spoken here, with what followed it.
    Unknown {
        /// As it stands on the wire.
        verb: String,
        /// What followed.
        argument: String,
    },
}

/// The verbs of RFC 959 and its extensions that are not spoken here: a server answers
/// 502 to them, and 500 to anything else it does not know.
pub const NOT_OFFERED: [&str; 9] = [
    "ADAT", "AUTH", "CCC", "CONF", "ENC", "HOST", "MIC", "PBSZ", "PROT",
];
/// Known, not spoken, and superfluous: RFC 959 §4.1.1 lets a server without mounted systems say so.
pub const SUPERFLUOUS: [&str; 1] = ["SMNT"];

/// What `EPRT` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extended {
    /// An address and a port.
    At(SocketAddr),
    /// An address of a family that nobody here knows: answered 522.
    Family(u32),
}

/// What `EPSV` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtendedPassive {
    /// A port, for the address family of this connection.
    Same,
    /// A port for IPv4 (1), for IPv6 (2), or for a family that nobody here knows.
    Family(u32),
    /// From now on nothing but `EPSV`.
    All,
}

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

/// How a file is made up (RFC 959 §3.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Of bytes; the default.
    File,
    /// Of records.
    Record,
    /// Of pages.
    Page,
}

/// How bytes are put on the data connection (RFC 959 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As they come; the end of the connection is the end of the file. The default.
    Stream,
    /// In blocks with headers.
    Block,
    /// Compressed.
    Compressed,
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

/// A command line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// Where the verb lies.
    pub verb: Span,
    /// Where the argument lies; empty where there is none.
    pub argument: Span,
    /// What is said, or what is wrong with it.
    pub command: Result<Command, BadArgument>,
}

/// A known verb with an argument it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadArgument {
    /// The verb.
    pub verb: &'static str,
    /// What it takes.
    pub takes: &'static str,
}

impl Command {
    /// Its verb, in capitals where it is spoken here.
    #[must_use]
    pub fn verb(&self) -> &str {
        match self {
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Acct(_) => "ACCT",
            Self::Cwd(_) => "CWD",
            Self::Cdup => "CDUP",
            Self::Rein => "REIN",
            Self::Quit => "QUIT",
            Self::Port(_) => "PORT",
            Self::Pasv => "PASV",
            Self::Eprt(_) => "EPRT",
            Self::Epsv(_) => "EPSV",
            Self::Type(_) => "TYPE",
            Self::Stru(_) => "STRU",
            Self::Mode(_) => "MODE",
            Self::Retr(_) => "RETR",
            Self::Stor(_) => "STOR",
            Self::Stou(_) => "STOU",
            Self::Appe(_) => "APPE",
            Self::Allo(_) => "ALLO",
            Self::Rest(_) => "REST",
            Self::Rnfr(_) => "RNFR",
            Self::Rnto(_) => "RNTO",
            Self::Abor => "ABOR",
            Self::Dele(_) => "DELE",
            Self::Rmd(_) => "RMD",
            Self::Mkd(_) => "MKD",
            Self::Pwd => "PWD",
            Self::List(_) => "LIST",
            Self::Nlst(_) => "NLST",
            Self::Mlsd(_) => "MLSD",
            Self::Mlst(_) => "MLST",
            Self::Size(_) => "SIZE",
            Self::Mdtm(_) => "MDTM",
            Self::Site(_) => "SITE",
            Self::Syst => "SYST",
            Self::Stat(_) => "STAT",
            Self::Help(_) => "HELP",
            Self::Noop => "NOOP",
            Self::Feat => "FEAT",
            Self::Opts(_) => "OPTS",
            Self::Lang(_) => "LANG",
            Self::Unknown { verb, .. } => verb,
        }
    }

    /// What follows the verb, where that is a text: a name, a path, words.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        Some(match self {
            Self::User(text)
            | Self::Pass(text)
            | Self::Acct(text)
            | Self::Cwd(text)
            | Self::Retr(text)
            | Self::Stor(text)
            | Self::Stou(text)
            | Self::Appe(text)
            | Self::Rnfr(text)
            | Self::Rnto(text)
            | Self::Dele(text)
            | Self::Rmd(text)
            | Self::Mkd(text)
            | Self::List(text)
            | Self::Nlst(text)
            | Self::Mlsd(text)
            | Self::Mlst(text)
            | Self::Size(text)
            | Self::Mdtm(text)
            | Self::Site(text)
            | Self::Stat(text)
            | Self::Help(text)
            | Self::Opts(text)
            | Self::Lang(text) => text,
            Self::Unknown { argument, .. } => argument,
            _ => return None,
        })
    }

    /// Whether it moves bytes over a data connection.
    #[must_use]
    pub fn transfers(&self) -> bool {
        self.brings()
            || matches!(
                self,
                Self::Retr(_) | Self::List(_) | Self::Nlst(_) | Self::Mlsd(_)
            )
    }

    /// Whether it moves bytes to the server.
    #[must_use]
    pub fn brings(&self) -> bool {
        matches!(self, Self::Stor(_) | Self::Stou(_) | Self::Appe(_))
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
