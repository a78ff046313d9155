//! Captures of a run: what a tap saw, as pcapng or pcap.

mod pcap;
mod pcapng;
mod tap;
#[cfg(test)]
mod tests;

pub use pcap::write_pcap;
pub use pcapng::write_pcapng;
pub use tap::{Tap, UnknownTap};

/// More than the longest frame: nothing is cut off.
const SNAP_LEN: u32 = 262_144;
