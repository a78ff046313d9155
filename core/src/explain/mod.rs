//! What a teacher would say: the captions of a run, each at its moment.

mod captions;
mod packets;

pub use captions::{Placed, captions, place};
