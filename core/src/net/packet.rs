//! An IP packet in its frame: where each field lies, and how fields are changed in place.
//!
//! A changed field changes the checksums over it by the difference (RFC 1624), so that a
//! packet that was corrupted stays corrupted.

use crate::timeline::Protocol;
use std::net::{IpAddr, SocketAddr};

/// A whole Ethernet frame that carries an IP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    bytes: Vec<u8>,
}

impl Packet {
    /// Reads a frame. None where it carries no IP packet whose headers make sense.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        crate::base::headers::Tcp::read(frame)?;
        Some(Self {
            bytes: frame.to_vec(),
        })
    }

    /// The frame.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whose it is.
    #[must_use]
    pub fn source(&self) -> IpAddr {
        todo!("read the header")
    }

    /// Whom it is for.
    #[must_use]
    pub fn destination(&self) -> IpAddr {
        todo!("read the header")
    }

    /// Protocol and both ends: ports of TCP and UDP, the number of an ICMP echo as the port
    /// on both sides. None for everything else, errors and later fragments among it.
    #[must_use]
    pub fn ends(&self) -> Option<(Protocol, SocketAddr, SocketAddr)> {
        todo!("read the header")
    }
}
