//! What to run: a scenario's file, read, checked and made into plain values.

pub mod model;

pub use model::Scenario;
