//! SMTP (RFC 5321): how a letter is handed from one host to the next.
//!
//! `types` and `parse`/`emit` are the language, `states` says which word may follow
//! which, `data` carries the letter itself, `client` and `server` are the two sides,
//! and `meaning` puts each saying into plain words.

pub mod client;
pub mod data;
pub mod emit;
pub mod extensions;
pub mod fuzz;
pub mod login;
pub mod meaning;
pub mod parse;
pub mod replies;
pub mod server;
pub mod states;
pub mod types;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_dialogues;
#[cfg(test)]
mod tests_letters;

pub use client::Client;
pub use server::Server;
pub use types::{AuthWay, Command, Mailbox, Param, Path, Prompt, Reply, Verb};

use crate::base::Duration;

/// The longest command line taken, with its CRLF. RFC 5321 §4.5.3.1.4 asks for 512;
/// extensions may raise it.
pub const MAX_COMMAND_LINE: usize = 2048;
/// The longest reply line taken, with its CRLF. RFC 5321 §4.5.3.1.5 asks for 512.
pub const MAX_REPLY_LINE: usize = 2048;
/// The most lines one reply may have before the client gives up on it.
pub const MAX_REPLY_LINES: usize = 128;
/// The longest line of a letter, with its CRLF (RFC 5321 §4.5.3.1.6).
pub const MAX_TEXT_LINE: usize = 1000;
/// The longest local part of an address (RFC 5321 §4.5.3.1.1).
pub const MAX_LOCAL_PART: usize = 64;
/// The longest domain name (RFC 5321 §4.5.3.1.2).
pub const MAX_DOMAIN: usize = 255;
/// How many recipients a letter may have here; RFC 5321 §4.5.3.1.8 asks for at least 100.
pub const MAX_RECIPIENTS: usize = 100;

/// After so many commands that cannot be followed, a server says goodbye.
pub const MAX_BAD_COMMANDS: u32 = 10;
/// So many bytes a server says in one session: who asks on and on, and perhaps never listens,
/// is not to fill its memory.
pub const MAX_SAID: usize = 1 << 20;
/// After so long a server ends any session.
pub const LONGEST_SESSION: Duration = Duration::from_secs(24 * 3600);

/// How long a client waits for the greeting (RFC 5321 §4.5.3.2.1).
pub const GREETING_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How long a client waits for the answer to `MAIL` (RFC 5321 §4.5.3.2.2), and to each
/// command the RFC names no time for.
pub const MAIL_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How long a client waits for the answer to `RCPT` (RFC 5321 §4.5.3.2.3).
pub const RCPT_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How long a client waits for 354 (RFC 5321 §4.5.3.2.4).
pub const DATA_TIMEOUT: Duration = Duration::from_secs(2 * 60);
/// How long a client waits for a piece of the letter to go out (RFC 5321 §4.5.3.2.5).
pub const BLOCK_TIMEOUT: Duration = Duration::from_secs(3 * 60);
/// How long a client waits for the answer to the final dot (RFC 5321 §4.5.3.2.6).
pub const LETTER_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// How long a server waits for the next command (RFC 5321 §4.5.3.2.7).
pub const SERVER_TIMEOUT: Duration = Duration::from_secs(5 * 60);
