//! What is said until the whole page is there.

/// Where something is about to be shown.
pub const WAITS: &str = "The page is loading …";
