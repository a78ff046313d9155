//! Views: pure functions of a timeline and a moment.

pub mod draw;
pub mod outline;
pub mod transcript;
pub mod words;
