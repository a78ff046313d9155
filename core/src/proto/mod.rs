//! The languages hosts speak, without I/O: one folder each, under five laws.

pub mod console;
pub mod dns;
pub mod engine;
pub mod ftp;
pub mod http;
#[cfg(test)]
pub mod laws;
pub mod lines;
pub mod mail;
pub mod meaning;
pub mod pop3;
pub mod smtp;

pub use engine::{Engine, Output};
