//! What a mail server is told before it starts.

use crate::base::{Duration, Rng, Time};
use crate::proto::smtp::server::ServerOptions;
use std::net::IpAddr;

/// What a mail server is told before it starts.
#[derive(Clone, Debug)]
pub struct MailServerConfig {
    /// Its own name: `server.example.net`.
    pub hostname: String,
    /// The domains it takes letters for. The first one has the postmaster's mailbox.
    pub domains: Vec<String>,
    /// The addresses that have a mailbox: `grace@example.net`.
    pub mailboxes: Vec<String>,
    /// Who may log in, to hand in and to fetch letters.
    pub logins: Vec<MailLogin>,
    /// The ports it listens at: 25 for other servers, 587 for its own users.
    pub ports: Vec<u16>,
    /// Whether letters can be fetched from it, at port 110.
    pub pop: bool,
    /// The largest letter it takes, in bytes: 552 beyond.
    pub max_letter: usize,
    /// How many recipients a letter may have: 452 beyond.
    pub max_recipients: usize,
    /// Whether it knows `EHLO`; only `HELO` otherwise.
    pub extended: bool,
    /// Whether it offers `PIPELINING`, and as a client makes use of it.
    pub pipelining: bool,
    /// Further names of mailboxes, and lists: a local name or an address, and where its letters go.
    pub aliases: Vec<(String, Vec<String>)>,
    /// Who has moved, and where to.
    pub moved: Vec<(String, String)>,
    /// Whether it passes their letters on (251), or only tells where to (551).
    pub forwards_moved: bool,
    /// Mailboxes that somebody works on until then: 450 meanwhile.
    pub busy: Vec<(String, Time)>,
    /// How many bytes each mailbox may hold: 552 beyond.
    pub quota: Option<u64>,
    /// How many bytes all mailboxes and the queue may hold together: 452 beyond.
    pub disk: Option<u64>,
    /// Who comes for the first time is sent away for so long (451).
    pub greylists: Option<Duration>,
    /// Whose letters to elsewhere it passes on.
    pub relays: Relays,
    /// Who is turned away at the door (554).
    pub blocks: Vec<IpAddr>,
    /// After how long it tries a letter again.
    pub retry_after: Duration,
    /// After how long it tells the sender that the letter is late.
    pub warns_after: Option<Duration>,
    /// After how long it gives a letter up.
    pub gives_up_after: Duration,
    /// A letter that came past more servers goes in circles (RFC 5321 §6.3).
    pub max_hops: u32,
    /// After how long without a word it closes a connection (421).
    pub idle: Duration,
    /// For ids, and the order of equal exchangers.
    pub rng: Rng,
}

/// Somebody with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLogin {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Their mail address.
    pub address: String,
}

/// Whose letters to elsewhere a mail server passes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relays {
    /// Nobody's.
    Nobody,
    /// Those of who has logged in.
    #[default]
    LoggedIn,
    /// Anybody's: an open relay.
    Anyone,
}

impl MailServerConfig {
    /// A server of this name at port 25, as yet without domains and mailboxes.
    #[must_use]
    pub fn new(hostname: impl Into<String>) -> Self {
        let options = ServerOptions::new(hostname);
        Self {
            hostname: options.hostname,
            domains: Vec::new(),
            mailboxes: Vec::new(),
            logins: Vec::new(),
            ports: vec![25],
            pop: false,
            max_letter: options.max_letter,
            max_recipients: options.max_recipients,
            extended: true,
            pipelining: true,
            aliases: Vec::new(),
            moved: Vec::new(),
            forwards_moved: true,
            busy: Vec::new(),
            quota: None,
            disk: None,
            greylists: None,
            relays: Relays::LoggedIn,
            blocks: Vec::new(),
            retry_after: Duration::from_secs(30 * 60),
            warns_after: Some(Duration::from_secs(4 * 3600)),
            gives_up_after: Duration::from_secs(5 * 24 * 3600),
            max_hops: 100,
            idle: options.idle,
            rng: Rng::from_seed(0),
        }
    }
}
