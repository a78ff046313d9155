//! The addresses and numbers of a TCP segment that hosts and views steer by.

use smoltcp::wire::{
    EthernetFrame, EthernetProtocol, IpProtocol, Ipv4Packet, Ipv6Packet, TcpPacket,
};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// What a TCP segment's headers say.
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
    /// Reads the headers of a frame that carries a whole TCP segment; none for all else.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let ethernet = EthernetFrame::new_checked(frame).ok()?;
        let ip_start = EthernetFrame::<&[u8]>::header_len();
        let (source, destination, header, segment): (IpAddr, IpAddr, usize, &[u8]) =
            match ethernet.ethertype() {
                EthernetProtocol::Ipv4 => {
                    let ip = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
                    let whole = !ip.more_frags() && ip.frag_offset() == 0;
                    if ip.next_header() != IpProtocol::Tcp || !whole {
                        return None;
                    }
                    let header = usize::from(ip.header_len());
                    (
                        ip.src_addr().into(),
                        ip.dst_addr().into(),
                        header,
                        ip.payload(),
                    )
                }
                EthernetProtocol::Ipv6 => {
                    let ip = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
                    if ip.next_header() != IpProtocol::Tcp {
                        return None;
                    }
                    let header = ip.header_len();
                    (
                        ip.src_addr().into(),
                        ip.dst_addr().into(),
                        header,
                        ip.payload(),
                    )
                }
                _ => return None,
            };
        let tcp = TcpPacket::new_checked(segment).ok()?;
        let start = ip_start + header + usize::from(tcp.header_len());
        Some(Self {
            from: SocketAddr::new(source, tcp.src_port()),
            to: SocketAddr::new(destination, tcp.dst_port()),
            seq: unsigned(tcp.seq_number()),
            ack: tcp.ack().then(|| unsigned(tcp.ack_number())),
            syn: tcp.syn(),
            fin: tcp.fin(),
            rst: tcp.rst(),
            window: tcp.window_len(),
            payload: start..ip_start + header + segment.len(),
        })
    }

    /// How much of the sequence space it takes: its payload, SYN and FIN.
    #[must_use]
    pub fn sequence_len(&self) -> usize {
        self.payload.len() + usize::from(self.syn) + usize::from(self.fin)
    }

    /// Whether it asks for a connection: SYN without ACK.
    #[must_use]
    pub fn opens(&self) -> bool {
        self.syn && self.ack.is_none() && !self.rst
    }
}

/// smoltcp keeps sequence numbers signed.
fn unsigned(number: smoltcp::wire::TcpSeqNumber) -> u32 {
    number.0.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn segment(v6: bool, payload: &[u8]) -> Vec<u8> {
        let ethernet = PacketBuilder::ethernet2([2; 6], [4; 6]);
        let ip = if v6 {
            ethernet.ipv6([1; 16], [2; 16], 64)
        } else {
            ethernet.ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
        };
        let mut frame = Vec::new();
        ip.tcp(1234, 21, 0x8000_0001, 500)
            .ack(0xffff_ffff)
            .fin()
            .write(&mut frame, payload)
            .unwrap();
        frame
    }

    #[test]
    fn a_segment_of_another_s_making_is_read_as_it_was_meant() {
        for v6 in [false, true] {
            let frame = segment(v6, b"hello");
            let tcp = Tcp::read(&frame).unwrap();
            assert_eq!((tcp.from.port(), tcp.to.port()), (1234, 21));
            assert_eq!(tcp.from.is_ipv6(), v6);
            assert_eq!((tcp.seq, tcp.ack), (0x8000_0001, Some(0xffff_ffff)));
            assert_eq!((tcp.syn, tcp.fin, tcp.rst), (false, true, false));
            assert_eq!(&frame[tcp.payload.clone()], b"hello");
            assert_eq!((tcp.sequence_len(), tcp.opens()), (6, false));
        }
    }

    #[test]
    fn what_is_no_whole_segment_is_none() {
        let frame = segment(false, b"hello");
        for len in 0..frame.len() {
            assert_eq!(Tcp::read(&frame[..len]), None, "cut at {len}");
        }
        let mut fragment = frame;
        fragment[20] |= 0x20;
        assert_eq!(Tcp::read(&fragment), None);
        assert_eq!(Tcp::read(&[0; 60]), None, "no frame at all");
    }
}
