//! A letter as a person writes it, before any program touches it.

use serde::{Deserialize, Serialize};

/// A letter as a person writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// People's names or mail addresses.
    pub to: Vec<String>,
    /// The subject line.
    pub subject: String,
    /// The text; lines end with `\n`.
    pub text: String,
}
