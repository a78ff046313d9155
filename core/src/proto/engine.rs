//! What a protocol engine is: one side of one connection.
//!
//! Bytes go in; bytes and reports come out in one ordered queue, so that what was said
//! and what it meant never come apart. An engine never sees a socket, a clock or a
//! source of randomness.
//!
//! Five laws hold for every engine, and one harness (`laws`) tries them all:
//! 1. Chunking changes nothing: the same bytes in any pieces give the same outputs.
//! 2. No bytes can panic it.
//! 3. Draining ends: `poll_output` answers `None` after finitely many calls.
//! 4. After `Finish` or `Abort` no `Send` comes.
//! 5. After `handle_timeout(now)`, `poll_timeout() > now`.

use crate::base::Time;

/// One side of one connection.
pub trait Engine {
    /// What happened, in the protocol's own words.
    type Report;

    /// Takes bytes from the peer. A peer's fault is a report, never an error.
    fn handle_input(&mut self, now: Time, bytes: &[u8]);
    /// The peer sends no more.
    fn handle_eof(&mut self, now: Time);
    /// The moment asked for by `poll_timeout` has come.
    fn handle_timeout(&mut self, now: Time);
    /// When to call `handle_timeout` next.
    fn poll_timeout(&self) -> Option<Time>;
    /// The next thing that comes out; ask until it answers `None`.
    fn poll_output(&mut self) -> Option<Output<Self::Report>>;
}

/// What comes out of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output<R> {
    /// Bytes for the peer.
    Send(Vec<u8>),
    /// Something happened.
    Report(R),
    /// Nothing more will be sent; the peer may still be heard.
    Finish,
    /// The connection is to be reset.
    Abort,
}
