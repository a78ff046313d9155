//! What is said on one connection about another: which data connections FTP agreed on.

/// What connections know of each other.
#[derive(Debug, Default)]
pub(in crate::dissect) struct Shared {}
