//! What is said until the whole page is there.

/// Where something is about to be shown.
pub const WAITS: &str = "…";

/// Where something was asked for that is not there yet.
pub const NOT_YET: &str = "The page is still loading: try again in a moment.";
