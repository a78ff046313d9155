//! What is said between programs, hosts and views: turns, outcomes, endings.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What one side says with some bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// What kind of saying it is.
    pub kind: TurnKind,
    /// The command's verb or the reply's code: `RETR`, `226`, `DATA`.
    pub verb: String,
    /// The text as it stands on the wire, without its line end; several lines for a
    /// reply of several. For a file's data, the file's name. Passwords included.
    pub text: String,
    /// What it means, in at most a dozen plain words.
    pub meaning: String,
    /// Where the protocol says so: `RFC 959 §4.1.3`.
    pub reference: &'static str,
}

/// Kinds of turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnKind {
    /// A client asks.
    Command,
    /// A server answers, or greets.
    Reply,
    /// A file's or a letter's bytes.
    Data,
    /// The network itself is asked, or answers: a ping and its echo.
    Probe,
}

/// How something a person asked for ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether it went as asked.
    pub ok: bool,
    /// The reply code that decided it, where one did.
    pub code: Option<u16>,
    /// One sentence.
    pub text: String,
}

/// Why a connection is gone or never came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// Both sides finished.
    Finished,
    /// This host aborted it.
    Aborted,
    /// The peer reset it.
    Reset,
    /// The peer answered the SYN with RST: nobody listens there.
    Refused,
    /// No answer for too long.
    TimedOut,
    /// No route to the peer.
    NoRoute,
    /// The network said that the peer cannot be reached.
    Unreachable(Unreachable),
    /// No free port to connect from.
    NoPort,
    /// This host went off.
    HostDown,
}

/// Why a packet cannot get where it was sent, as an ICMP message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreachable {
    /// No route leads to that network.
    Net,
    /// The network is there, the host does not answer.
    Host,
    /// Nobody listens at that port.
    Port,
    /// A firewall forbids it.
    Prohibited,
    /// The packet passed too many routers.
    HopLimit,
    /// The packet is too big for a link on the way.
    TooBig,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Net => "network unreachable",
            Self::Host => "host unreachable",
            Self::Port => "port unreachable",
            Self::Prohibited => "prohibited by a firewall",
            Self::HopLimit => "too many routers on the way",
            Self::TooBig => "too big for a link on the way",
        })
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Finished => "both sides finished",
            Self::Aborted => "this side aborted",
            Self::Reset => "the other side reset it",
            Self::Refused => "refused: nobody listens there",
            Self::TimedOut => "no answer for too long",
            Self::NoRoute => "no route",
            Self::Unreachable(why) => return why.fmt(f),
            Self::NoPort => "no free port",
            Self::HostDown => "the host went off",
        })
    }
}
