//! The contract between a program and its host: requests one way, inputs the other.

pub use crate::base::{CloseReason, Kept, Letter, Outcome, Turn, TurnKind, Unreachable};
use crate::base::{ConnId, Content, Time, Transform};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// What runs on a host.
pub trait Program {
    /// Takes what happened.
    fn handle(&mut self, now: Time, input: Input<'_>);
    /// When it wants `Input::Timeout` next. After `Timeout` at `now` it lies past `now`.
    fn poll_timeout(&self) -> Option<Time>;
    /// The next thing it asks of its host; the host asks until `None`.
    fn poll_request(&mut self) -> Option<Request>;
}

/// A number by which a program recognises the answer to a request of its own choosing.
pub type Token = u32;

/// What a program asks of its host.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Accept connections at `port` (any free one for `None`), at `addr` or every address.
    /// Answered `Listening` with the endpoint, or `ListenFailed`.
    Listen {
        /// Comes back in the answer and in each `Accepted`.
        token: Token,
        /// The address, or every address of the host.
        addr: Option<IpAddr>,
        /// The port, or any free one.
        port: Option<u16>,
    },
    /// Accept no more there. Connections already accepted live on.
    Unlisten {
        /// The listener's token.
        token: Token,
    },
    /// Open a connection. Answered `Connected` or `ConnectFailed`.
    Connect {
        /// Comes back in the answer.
        token: Token,
        /// Where to.
        to: SocketAddr,
        /// From this port rather than any free one.
        local_port: Option<u16>,
    },
    /// Put bytes, at most 64 KiB, behind all that was sent on `conn` before.
    Send {
        /// The connection.
        conn: ConnId,
        /// The bytes.
        bytes: Vec<u8>,
        /// What is said with them, where they say something.
        turn: Option<Turn>,
    },
    /// Put a content's range behind all that was sent before. The host pulls it as the
    /// connection drains, and answers `Sent` when the last byte has been acknowledged.
    SendContent {
        /// The connection.
        conn: ConnId,
        /// What to send.
        content: Content,
        /// Which part of it.
        range: Range<u64>,
        /// What happens to it on the way.
        transform: Transform,
        /// What is said with it.
        turn: Option<Turn>,
    },
    /// Stop reading; the window closes when the buffer is full.
    Pause {
        /// The connection.
        conn: ConnId,
    },
    /// Read again.
    Resume {
        /// The connection.
        conn: ConnId,
    },
    /// Send FIN after all that was sent; reading goes on until `Eof`.
    Finish {
        /// The connection.
        conn: ConnId,
    },
    /// Reset at once.
    Abort {
        /// The connection.
        conn: ConnId,
    },
    /// Receive datagrams at `port` (any free one for `None`). Answered `Listening`.
    BindUdp {
        /// Comes back with each datagram.
        token: Token,
        /// The port, or any free one.
        port: Option<u16>,
    },
    /// Send a datagram from a bound port.
    SendTo {
        /// The binding's token.
        token: Token,
        /// Where to.
        to: SocketAddr,
        /// What.
        bytes: Vec<u8>,
        /// How many routers it may pass; as many as usual for `None`.
        hop_limit: Option<u8>,
        /// What is said with it, where it says something.
        turn: Option<Turn>,
    },
    /// Ask a host to echo some bytes (ICMP and ICMPv6). Answered `Echoed`, or `Undelivered`,
    /// or not at all.
    SendEcho {
        /// Comes back in the answer.
        token: Token,
        /// Whom.
        to: IpAddr,
        /// Which question it is: comes back in the answer.
        sequence: u16,
        /// How many bytes to echo.
        len: u16,
        /// How many routers it may pass; as many as usual for `None`.
        hop_limit: Option<u8>,
        /// What is said with it.
        turn: Option<Turn>,
    },
    /// Ask for a name. Answered `Resolved`: from the hosts file, or by the host's resolver.
    Resolve {
        /// Comes back in the answer.
        token: Token,
        /// The name.
        name: String,
        /// Which records.
        kind: NameKind,
    },
    /// The resolver's answer to `Asked`.
    Answer {
        /// The number that came with the question.
        question: u32,
        /// What was found.
        answers: Result<Vec<NameAnswer>, NameError>,
    },
    /// The program's own state changed: `queue.length = 2`. An empty value removes the key.
    Note {
        /// What changed; dots group keys.
        key: String,
        /// Its value now.
        value: String,
    },
    /// A phase of the work begins: "log in", "open the data connection".
    Phase {
        /// Its name, in the words of the protocol.
        name: &'static str,
    },
    /// What a person asked for came to an end.
    Outcome(Outcome),
    /// The program's files changed: this is there now, or nothing is there any more. A
    /// program says so of each file and folder that it starts with, too.
    Keeps {
        /// The path from its root: `/docs/report.pdf`.
        path: String,
        /// What is there.
        what: Option<Kept>,
    },
}

/// Which records of a name are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameKind {
    /// Addresses of either family, the preferred family first.
    Addresses,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Mail exchangers.
    Mx,
    /// The name's true name.
    Cname,
    /// Texts.
    Txt,
    /// Name servers of a zone.
    Ns,
    /// The name that belongs to an address: asked of `4.2.0.192.in-addr.arpa`.
    Ptr,
    /// What holds for a whole zone.
    Soa,
}

/// One record found for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAnswer {
    /// What it says.
    pub data: NameData,
    /// For how many seconds it may be kept.
    pub ttl_s: u32,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameData {
    /// A or AAAA.
    Address(IpAddr),
    /// MX: preference and host. The host `.` says that nobody takes letters (RFC 7505).
    Mx(u16, String),
    /// CNAME, NS, PTR: another name.
    Name(String),
    /// TXT, or a SOA written out.
    Text(String),
}

impl NameAnswer {
    /// The address, where it is one.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.data {
            NameData::Address(address) => Some(address),
            NameData::Mx(..) | NameData::Name(_) | NameData::Text(_) => None,
        }
    }
}

/// Why a name has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameError {
    /// There is no such name.
    NoSuchName,
    /// The name has no such records.
    NoData,
    /// Nobody answered.
    TimedOut,
    /// The name server could not find out (SERVFAIL), or would not (REFUSED).
    Failed,
}

/// What a host tells a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<'a> {
    /// The host is up, for the first time or again: listeners and bindings have to be asked for.
    Started,
    /// The host goes down: connections, listeners, bindings and timers are gone, and nothing
    /// asked for now is done but `Note` and `Keeps`. What a program had on its disk, it keeps
    /// over this; what it had in memory, it forgets.
    Stopped,
    /// Answers `Listen` and `BindUdp`.
    Listening {
        /// The request's token.
        token: Token,
        /// The port, and the address asked for or the host's preferred one.
        at: SocketAddr,
    },
    /// The port is taken.
    ListenFailed {
        /// The request's token.
        token: Token,
    },
    /// A peer connected.
    Accepted {
        /// The listener's token.
        token: Token,
        /// The new connection.
        conn: ConnId,
        /// This end.
        local: SocketAddr,
        /// The other end.
        remote: SocketAddr,
    },
    /// A connection asked for is open.
    Connected {
        /// The request's token.
        token: Token,
        /// The new connection.
        conn: ConnId,
        /// This end.
        local: SocketAddr,
        /// The other end.
        remote: SocketAddr,
    },
    /// A connection asked for did not open.
    ConnectFailed {
        /// The request's token.
        token: Token,
        /// Why.
        reason: CloseReason,
    },
    /// Bytes arrived.
    Data {
        /// The connection.
        conn: ConnId,
        /// Where the first of them lies in the stream, from 0.
        offset: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// More of a `SendContent` has been acknowledged, but not all: told now and then.
    Sending {
        /// The connection.
        conn: ConnId,
        /// How many bytes of all that was sent on it.
        bytes: u64,
    },
    /// All of a `SendContent` has been acknowledged.
    Sent {
        /// The connection.
        conn: ConnId,
    },
    /// The peer sends no more.
    Eof {
        /// The connection.
        conn: ConnId,
    },
    /// The connection is gone, both ways.
    Closed {
        /// The connection.
        conn: ConnId,
        /// Why.
        reason: CloseReason,
    },
    /// A datagram arrived.
    Datagram {
        /// The binding's token.
        token: Token,
        /// From whom.
        from: SocketAddr,
        /// To which of our addresses.
        to: SocketAddr,
        /// What.
        bytes: &'a [u8],
    },
    /// Answers `SendEcho`.
    Echoed {
        /// The request's token.
        token: Token,
        /// Who answered.
        from: IpAddr,
        /// The request's number.
        sequence: u16,
        /// How many bytes came back.
        len: u16,
        /// The hop limit (TTL) with which the answer arrived.
        hop_limit: u8,
    },
    /// The network said that a datagram or an echo did not get where it was sent.
    Undelivered {
        /// The token of the request or the binding.
        token: Token,
        /// The echo's number, or the port that the datagram was sent to.
        sequence: u16,
        /// Who says so.
        from: IpAddr,
        /// Why.
        reason: Unreachable,
    },
    /// Answers `Resolve`.
    Resolved {
        /// The request's token.
        token: Token,
        /// What was found.
        answers: Result<Vec<NameAnswer>, NameError>,
    },
    /// Another program of this host asks for a name; told to the host's resolver alone.
    Asked {
        /// Goes back in the `Answer`.
        question: u32,
        /// The name.
        name: &'a str,
        /// Which records.
        kind: NameKind,
    },
    /// The moment asked for by `poll_timeout` has come.
    Timeout,
    /// A person at this host typed a line: `get report.pdf`.
    Typed {
        /// Who.
        person: &'a str,
        /// What.
        text: &'a str,
    },
    /// A person at this host wrote a letter.
    Wrote {
        /// Who.
        person: &'a str,
        /// The letter.
        letter: &'a Letter,
    },
}
