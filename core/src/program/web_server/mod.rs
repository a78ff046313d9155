//! A web server: hands out its files.

use super::files::Files;

/// What a web server is told before it starts.
#[derive(Clone, Debug, Default)]
pub struct WebServerConfig {
    /// What it hands out.
    pub files: Files,
}
