//! POP3 (RFC 1939): how a person's mail program fetches letters from the mailbox.
//!
//! `types` and `parse`/`emit` are the language, `states` says which word may follow
//! which, `client` and `server` are the two sides, and `meaning` puts each saying into
//! plain words. Letters travel as in SMTP: dots doubled, a lone dot at the end.

pub mod client;
pub mod emit;
pub mod fuzz;
pub mod meaning;
pub mod parse;
pub mod server;
pub mod states;
pub mod types;

#[cfg(test)]
mod tests;

pub use client::Client;
pub use server::Server;
pub use types::{Command, Item, Prompt, Reply, Verb};

use crate::base::Duration;

/// The port it is spoken at.
pub const PORT: u16 = 110;
/// The longest command line taken, with its CRLF (RFC 2449 §4).
pub const MAX_COMMAND_LINE: usize = 255;
/// The longest line of a reply taken, with its CRLF; RFC 2449 §4 asks for 512.
pub const MAX_REPLY_LINE: usize = 2048;
/// The longest unique id (RFC 1939 §7).
pub const MAX_UID: usize = 70;
/// The most letters a client keeps in mind of a mailbox.
pub const MAX_ITEMS: usize = 10_000;
/// After so many commands that cannot be followed, a server says goodbye.
pub const MAX_BAD_COMMANDS: u32 = 10;
/// How long a server waits for the next command (RFC 1939 §3).
pub const SERVER_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// How long a client waits for each answer; no RFC says.
pub const CLIENT_TIMEOUT: Duration = Duration::from_secs(5 * 60);
