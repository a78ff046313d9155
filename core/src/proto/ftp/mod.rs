//! FTP, the file transfer protocol (RFC 959, RFC 1123 §4): one control connection.
//!
//! Data connections carry bare bytes and need no engine; programs open them.
//! To add a command: a line in `types`, an arm each in `parse` and `emit`, one in
//! `states`, and its meaning in `meaning`.

pub mod client;
pub mod codes;
pub mod emit;
pub mod listed;
pub mod listing;
pub mod meaning;
pub mod parse;
pub mod server;
pub mod states;
pub mod typed;
pub mod types;

pub use client::{Client, ClientReport};
pub use server::{Server, ServerReport};
pub use types::{
    Class, Command, Extended, ExtendedPassive, Form, Mode, Reply, Structure, TypeCode,
};

/// Longest command line, its end included.
pub const COMMAND_LIMIT: usize = 4096;
/// Longest line of a reply, its end included.
pub const REPLY_LINE_LIMIT: usize = 8192;
/// The control connection's well-known port (RFC 959 §8).
pub const CONTROL_PORT: u16 = 21;
/// The server's end of an active data connection (RFC 959 §3.2).
pub const DATA_PORT: u16 = 20;
