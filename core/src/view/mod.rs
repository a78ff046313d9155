//! Views: pure functions of a timeline and a moment.

pub mod arrivals;
pub mod charts;
pub mod draw;
pub mod facts;
pub mod frames;
pub mod hidden;
pub mod hosts;
pub mod ladder;
pub mod mermaid;
pub mod moment;
mod notes;
pub mod outline;
pub mod packets;
pub mod reading;
#[cfg(test)]
mod reading_tests;
pub mod rewriting;
pub mod routers;
pub mod sheet;
pub mod sieve;
pub mod spoken;
pub mod stage;
pub mod transcript;
pub mod whys;
pub mod words;
