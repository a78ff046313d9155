//! The addresses and numbers of a frame that hosts and views steer by.

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// What a TCP segment's header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcp {
    /// Who sent it.
    pub from: SocketAddr,
    /// For whom.
    pub to: SocketAddr,
    /// The sequence number of its first byte.
    pub seq: u32,
    /// What it acknowledges, where the flag says so.
    pub ack: Option<u32>,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
    /// The window as it stands there, not scaled.
    pub window: u16,
    /// Where its payload lies in the frame.
    pub payload: Range<usize>,
}

impl Tcp {
    /// Reads a frame's TCP header; none where it carries no whole one.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let packet = SlicedPacket::from_ethernet(frame).ok()?;
        let (source, destination) = match packet.net.as_ref()? {
            NetSlice::Ipv4(ip) => (
                IpAddr::V4(ip.header().source_addr()),
                IpAddr::V4(ip.header().destination_addr()),
            ),
            NetSlice::Ipv6(ip) => (
                IpAddr::V6(ip.header().source_addr()),
                IpAddr::V6(ip.header().destination_addr()),
            ),
            NetSlice::Arp(_) => return None,
        };
        let Some(TransportSlice::Tcp(tcp)) = packet.transport else {
            return None;
        };
        let start = tcp.payload().as_ptr() as usize - frame.as_ptr() as usize;
        Some(Self {
            from: SocketAddr::new(source, tcp.source_port()),
            to: SocketAddr::new(destination, tcp.destination_port()),
            seq: tcp.sequence_number(),
            ack: tcp.ack().then(|| tcp.acknowledgment_number()),
            syn: tcp.syn(),
            fin: tcp.fin(),
            rst: tcp.rst(),
            window: tcp.window_size(),
            payload: start..start + tcp.payload().len(),
        })
    }

    /// How much of the sequence space it takes: its payload, SYN and FIN.
    #[must_use]
    pub fn sequence_len(&self) -> usize {
        self.payload.len() + usize::from(self.syn) + usize::from(self.fin)
    }
}
