//! `wirestage shell`: the reader's own shell, whose network is the simulated one.

pub mod init;
pub mod inside;
mod mounts;
mod namespaces;
mod pipes;
mod plan;
mod prompt;
mod session;
mod signals;
mod stages;
mod terminal;

pub use session::run;
