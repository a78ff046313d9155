//! The language of names (RFC 1034, RFC 1035): questions, records, answers.

pub mod types;

pub use types::{Data, Kind, Name, Record, Zone};

/// Where name servers are asked, over UDP and TCP (RFC 1035 §4.2).
pub const PORT: u16 = 53;
