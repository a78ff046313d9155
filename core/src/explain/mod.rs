//! What a teacher would say: the captions of a run, each at its moment.

mod captions;
mod packets;
mod ties;
#[cfg(test)]
mod ties_tests;
pub mod why;

pub use captions::{Placed, captions, place};
pub use ties::ties;
