//! Mail: domains, who hands letters in, who takes them and on what terms.

use super::{File, Login};
use crate::base::{Duration, HostId, Letter};
use crate::proto::dns::Record;

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// `example.net`; the root is empty.
    pub name: String,
    /// Who takes its letters, the preferred one first.
    pub mx: Vec<Exchanger>,
    /// Who has a mailbox there.
    pub people: Vec<Mailbox>,
    /// The hosts whose name servers know it.
    pub ns: Vec<HostId>,
    /// The host that its own name stands for.
    pub host: Option<HostId>,
    /// Further records.
    pub records: Vec<Record>,
    /// For how many seconds others may keep what they are told of it.
    pub ttl_s: u32,
}

/// Who takes a domain's letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanger {
    /// The smallest number is tried first.
    pub preference: u16,
    /// The host; none says that nobody does (RFC 7505).
    pub host: Option<HostId>,
}

/// Where letters for someone end up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Whose.
    pub person: String,
    /// Their mail address.
    pub address: String,
}

impl Domain {
    /// Whether a host takes its letters: an exchanger, or the domain's own host where none is named.
    #[must_use]
    pub fn is_taken_by(&self, host: HostId) -> bool {
        let own = self.mx.is_empty() && self.host == Some(host);
        own || self.mx.iter().any(|mx| mx.host == Some(host))
    }

    /// The first host that takes its letters.
    #[must_use]
    pub fn first_host(&self) -> Option<HostId> {
        match &self.mx[..] {
            [] => self.host,
            [first, ..] => first.host,
        }
    }
}

/// The settings of a mail client, or of a mail robot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailUser {
    /// The host it hands letters to.
    pub server: HostId,
    /// At which port.
    pub port: u16,
    /// Its person's name, or the local part of a robot's address.
    pub person: String,
    /// Its person's mail address.
    pub address: String,
    /// How it logs in.
    pub login: Login,
    /// How it says that.
    pub auth: Auth,
    /// Whether it makes use of `PIPELINING`.
    pub pipelining: bool,
    /// Whether it doubles the dot at the start of a line.
    pub stuffs_dots: bool,
    /// The host it fetches letters from.
    pub fetches_from: HostId,
    /// Whether it leaves there what it has fetched.
    pub leaves_letters: bool,
    /// What it may attach.
    pub files: Vec<File>,
    /// What a robot sends, each at its time.
    pub sends: Vec<(Duration, Letter)>,
}

/// How a mail client says who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "kebab-case"))]
pub enum Auth {
    /// All at once, with `AUTH PLAIN`.
    #[default]
    Plain,
    /// Question by question, with `AUTH LOGIN`.
    Login,
}

/// Whose letters to elsewhere a mail server passes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Relays {
    /// Nobody's.
    #[cfg_attr(feature = "schema", schemars(rename = "nobody"))]
    Nobody,
    /// Those of who has logged in.
    #[default]
    #[cfg_attr(feature = "schema", schemars(rename = "logged in"))]
    LoggedIn,
    /// Everybody's: an open relay.
    #[cfg_attr(feature = "schema", schemars(rename = "anyone"))]
    Anyone,
}

/// The settings of a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// The name it greets with: `server.example.net`.
    pub name: String,
    /// The domains it takes letters for.
    pub domains: Vec<String>,
    /// The mailboxes it keeps, in file order.
    pub mailboxes: Vec<Mailbox>,
    /// Who may log in, each with their mail address.
    pub logins: Vec<(Login, String)>,
    /// Whether letters can be fetched by POP3.
    pub pop: bool,
    /// The largest letter it takes, in bytes.
    pub max_letter: Option<u64>,
    /// How many recipients a letter may have.
    pub max_recipients: u32,
    /// Whether it knows `EHLO`.
    pub extended: bool,
    /// Whether it offers `PIPELINING`, and makes use of it.
    pub pipelining: bool,
    /// Further names of mailboxes, and lists: an address each, and where its letters go.
    pub aliases: Vec<(String, Vec<String>)>,
    /// Who has moved, and where to.
    pub moved: Vec<(String, String)>,
    /// Whether it passes their letters on.
    pub forwards_moved: bool,
    /// Mailboxes that are locked until then.
    pub busy: Vec<(String, Duration)>,
    /// How many bytes each mailbox holds.
    pub quota: Option<u64>,
    /// How many bytes its disk holds.
    pub disk: Option<u64>,
    /// For how long it sends away whom it does not know.
    pub greylists: Option<Duration>,
    /// Whose letters it passes on.
    pub relays: Relays,
    /// Whom it turns away.
    pub blocks: Vec<HostId>,
    /// After how long it tries again.
    pub retry_after: Duration,
    /// After how long it tells the sender that a letter is late.
    pub warns_after: Option<Duration>,
    /// After how long it gives a letter up.
    pub gives_up_after: Duration,
    /// How many servers a letter may have come past.
    pub max_hops: u32,
    /// After how long a silence a session ends; as the protocol wants it for none.
    pub idle: Option<Duration>,
}
