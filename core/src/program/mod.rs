//! What runs on a host: programs own engines and connections, and ask their host for I/O.
//!
//! A program is sans-I/O as well: inputs in (`handle`), requests out (`poll_request`).
//! Randomness enters through constructors; time comes as `now`.

#[cfg(test)]
mod any_inputs;
pub mod browser;
pub mod console;
pub mod contract;
mod desk;
pub mod dns_turns;
pub mod files;
pub mod ftp_server;
pub mod ftp_turns;
pub mod ftp_user;
pub mod http_turns;
pub mod mail_server;
pub mod mail_turns;
pub mod mail_user;
pub mod mailboxes;
pub mod name_server;
pub mod overheard;
pub mod plain_server;
pub mod pop_turns;
pub mod resolver;
pub mod web_page;
mod web_pages;
pub mod web_server;

#[cfg(test)]
pub mod rig;

pub use contract::*;
