//! What can go wrong, and the exit code that says so.

use std::io::{self, Write};
use std::process::ExitCode;

/// Why the program ends without success.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// The command line or a file it names is wrong: exit code 2.
    Input(String),
    /// Scenarios with mistakes, told already as `file:line:column`: exit code 2.
    Scenario(String),
    /// The run or the writing of its results failed: exit code 1.
    Failed(String),
}

impl Fault {
    /// Wrong usage or input.
    pub fn input(text: impl Into<String>) -> Self {
        Self::Input(text.into())
    }

    /// A failed run.
    pub fn failed(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    /// The program's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Input(_) | Self::Scenario(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }

    /// Says what is wrong.
    pub fn tell(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Input(text) | Self::Failed(text) => writeln!(to, "wirestage: {text}"),
            Self::Scenario(text) => writeln!(to, "{text}"),
        }
    }
}
