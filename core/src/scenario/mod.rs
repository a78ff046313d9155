//! What to run: a scenario's file, read, checked and made into plain values.

pub mod catalogue;
mod check;
pub mod fields;
mod file;
mod keys;
pub mod knobs;
pub mod load;
pub mod model;
mod path;
pub mod problem;
mod read;
#[cfg(feature = "schema")]
pub mod schema;
pub mod value;

pub use knobs::variants;
pub use load::{Loaded, load, load_bytes};
pub use model::Scenario;
pub use problem::{Problem, Severity};
