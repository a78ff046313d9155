//! Captures of a run: what a tap saw, as pcapng or pcap.

mod blocks;
mod caught;
mod growing;
mod pcap;
mod pcapng;
mod remarks;
mod tap;
#[cfg(test)]
mod tests;

pub use caught::{Caught, Sieve, each};
pub use growing::Growing;
pub use pcap::{sift_pcap, write_pcap};
pub use pcapng::{sift_pcapng, write_pcapng};
pub use remarks::Places;
pub use tap::{Tap, UnknownTap};

/// More than the longest frame: nothing is cut off.
const SNAP_LEN: u32 = 262_144;

/// The kind of link that both formats name: Ethernet.
const ETHERNET: u16 = 1;

/// A frame's length, as both formats have it.
fn length(bytes: &[u8]) -> std::io::Result<u32> {
    u32::try_from(bytes.len()).map_err(std::io::Error::other)
}
