//! HTTP/1.1 (RFC 9110, RFC 9112): requests and their answers, one after the other on one
//! connection.
//!
//! Engines say and hear heads alone. A body's bytes are the program's: it sends them behind
//! the head, or finds them in the connection's stream, where `Answer` and `Done` say.

pub mod client;
pub mod meaning;
pub mod parse;
mod pieces;
pub mod server;
pub mod typed;
pub mod types;

pub use client::{Client, ClientReport};
pub use server::{Server, ServerReport};
pub use types::{Fields, Request, Response};

/// The well-known port (RFC 9110 §4.2.1).
pub const PORT: u16 = 80;
/// Longest line of a head, its end included (RFC 9112 §3 recommends 8000 at least).
pub const LINE_LIMIT: usize = 8192;
/// The most bytes that a head may have.
pub const HEAD_LIMIT: usize = 32 << 10;
/// The most requests that are answered on one connection.
pub const MOST_REQUESTS: u32 = 100;
