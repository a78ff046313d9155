//! Views: pure functions of a timeline.

pub mod transcript;
