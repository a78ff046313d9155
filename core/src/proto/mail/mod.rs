//! Letters (RFC 5322): made from what a person wrote, stamped on their way, looked into.
//!
//! Written here rather than taken from a crate: a letter in plain ASCII needs no MIME at
//! all, and no code in reach may draw a date, a name or a random number of its own.

pub mod attach;
pub mod base64;
pub mod compose;
pub mod encode;
pub mod headers;
pub mod read;
pub mod report;
pub mod trace;
pub mod typed;

#[cfg(test)]
mod tests;

pub use attach::Attachment;
pub use compose::{Address, Draft, compose};
