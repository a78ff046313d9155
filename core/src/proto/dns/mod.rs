//! The language of names (RFC 1034, RFC 1035): questions, records, answers.
//!
//! It has a codec of its own, since the place of each part in the bytes is wanted, since a
//! message is to be read as far as it can be read, and since the page is to weigh little. A
//! crate judges it in tests.

pub mod emit;
pub mod meaning;
pub mod message;
pub mod name;
pub mod parse;
pub mod stream;
#[cfg(test)]
mod tests;
pub mod types;

pub use message::{Extensions, Header, Message, Question, Rcode};
pub use name::Name;
pub use stream::{Stream, StreamEnd, StreamReport};
pub use types::{Data, Kind, Record, Soa, Zone};

/// Where name servers are asked, over UDP and TCP (RFC 1035 §4.2).
pub const PORT: u16 = 53;
