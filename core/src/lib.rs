//! Wirestage's core: scenarios, protocols, hosts, networks and timelines, as values.
//!
//! Nothing here reads a clock, a file or a socket. The same code runs natively and
//! in a browser, and the same scenario, knobs, seed and actions give the same bytes.
//! See `ARCHITECTURE.md` for the map.

pub mod base;
pub mod capture;
pub mod compare;
pub mod course;
pub mod dissect;
pub mod explain;
pub mod filter;
pub mod guide;
pub mod live;
pub mod net;
pub mod program;
pub mod proto;
pub mod run;
pub mod save;
pub mod scenario;
pub mod simulation;
pub mod timeline;
pub mod versus;
pub mod view;
