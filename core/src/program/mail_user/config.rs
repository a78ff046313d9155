//! What a mail program is told before it starts.

use crate::base::{Duration, Letter};
use crate::program::files::Files;
use crate::proto::smtp::AuthWay;

/// What a mail program is told before it starts.
#[derive(Clone, Debug)]
pub struct MailUserConfig {
    /// The server that takes its letters: a name or an address.
    pub server: String,
    /// The server's port.
    pub port: u16,
    /// This host's name, for the hello and for message ids.
    pub hostname: String,
    /// The address book: a person's name and mail address, the writers' own included.
    pub people: Vec<(String, String)>,
    /// With which user name and password it logs in: always at port 587, and to fetch letters.
    pub login: Option<(String, String)>,
    /// How it says them.
    pub auth: Auth,
    /// Whether it makes use of `PIPELINING`.
    pub pipelining: bool,
    /// Whether it doubles the dot at the start of a line (RFC 5321 §4.5.2).
    pub stuffs_dots: bool,
    /// The server that letters are fetched from.
    pub fetches_from: String,
    /// Whether what was fetched stays there.
    pub leaves_letters: bool,
    /// Files of the host, which may go with letters.
    pub files: Files,
    /// Letters that nobody writes: the program sends each at its time. None of them needs a person.
    pub sends: Vec<(Duration, Letter)>,
    /// Who those are from.
    pub sender: Option<String>,
}

/// How a mail program logs in (RFC 4954).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// With `AUTH PLAIN`, all at once.
    #[default]
    Plain,
    /// With `AUTH LOGIN`, question by question.
    Login,
}

/// At port 25, without login, as a well-behaved client.
impl Default for MailUserConfig {
    fn default() -> Self {
        Self {
            server: String::new(),
            port: 25,
            hostname: String::new(),
            people: Vec::new(),
            login: None,
            auth: Auth::Plain,
            pipelining: true,
            stuffs_dots: true,
            fetches_from: String::new(),
            leaves_letters: false,
            files: Files::new(),
            sends: Vec::new(),
            sender: None,
        }
    }
}

impl From<Auth> for AuthWay {
    fn from(auth: Auth) -> Self {
        match auth {
            Auth::Plain => Self::Plain,
            Auth::Login => Self::Login,
        }
    }
}
