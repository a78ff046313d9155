//! The timeline as JSON, with a version number.

/// Raised whenever a reader of an older version would misread a newer file.
pub const JSON_VERSION: u32 = 1;
