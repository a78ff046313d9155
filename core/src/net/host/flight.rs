//! How far a stream has been sent, derived from the host's own frames: smoltcp does not say.

use super::connection::SEND_BUFFER;
use crate::base::Sequence;
use crate::base::headers::Tcp;
use smoltcp::wire::{
    EthernetFrame, EthernetProtocol, IPV6_HEADER_LEN, Ipv4Packet, Ipv6Packet, TcpPacket,
    TcpSeqNumber,
};

/// The part of a stream that has left at least once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// Known from the SYN on.
    sequence: Option<Sequence>,
    sent: u64,
    /// Whether the FIN behind the last byte has left.
    fin: bool,
    /// A window below this can be reached by a peer's full send buffer, at the scale that
    /// the receive buffer brings with it; none where it is said to the byte.
    narrow: u16,
}

impl Flight {
    /// A stream of which nothing has left, at an end that receives up to `window` bytes.
    pub fn new(window: usize) -> Self {
        // As the stack chooses it: the least shift that brings the window below 2^16.
        let bits = usize::BITS - window.leading_zeros();
        let shift = bits.saturating_sub(16);
        let narrow = match shift {
            0 => 0,
            _ => u16::try_from(SEND_BUFFER >> shift).unwrap_or(u16::MAX),
        };
        Self {
            narrow,
            ..Self::default()
        }
    }

    /// Whether the SYN has left.
    pub fn has_begun(&self) -> bool {
        self.sequence.is_some()
    }

    /// Whether a segment asks only whether the peer is there: its one byte is an old one.
    pub fn is_probe(&self, tcp: &Tcp) -> bool {
        let next = self.sequence.map(|sequence| sequence.number(self.sent));
        let before = next.map(|next| next.wrapping_add(u32::from(self.fin)).wrapping_sub(1));
        !tcp.syn && !tcp.fin && tcp.payload.len() == 1 && before == Some(tcp.seq)
    }

    /// Whether a segment acknowledges all bytes, but not the FIN that has left.
    pub fn awaits_fin(&self, tcp: &Tcp) -> bool {
        let end = self.sequence.map(|sequence| sequence.number(self.sent));
        self.fin && end.is_some() && tcp.ack == end
    }

    /// Whether a segment with this number has left, and lies past what is acknowledged.
    pub fn covers(&self, seq: u32, acknowledged: u64) -> bool {
        self.sequence.is_some_and(|sequence| {
            let syn = self.sent == 0 && seq == sequence.number(0).wrapping_sub(1);
            let offset = sequence.offset(seq, self.sent);
            let flown = acknowledged..=self.sent;
            syn || offset.is_some_and(|offset| flown.contains(&offset))
        })
    }

    /// Takes note of a segment that the stack made.
    pub fn note(&mut self, tcp: &Tcp) {
        if tcp.syn {
            self.sequence = Some(Sequence::from(tcp.seq.wrapping_add(1)));
        }
        if let Some(sequence) = self.sequence {
            if !tcp.payload.is_empty() {
                let offset = sequence.offset(tcp.seq, self.sent).unwrap_or(0);
                self.sent = self.sent.max(offset + tcp.payload.len() as u64);
            }
            self.fin |= tcp.fin;
        }
    }

    /// Mends what the stack gets wrong in a segment that is about to leave.
    ///
    /// After a timeout the stack forgets how far it had sent, and numbers segments without
    /// bytes too low: a peer that has more already takes them for old ones and pays no heed
    /// to what they acknowledge, nor to RST. RFC 9293 §3.10 wants SND.NXT there.
    ///
    /// Its window is rounded down to what the scale can say, each time elsewhere, so that
    /// the right edge moves back by up to a unit. Of a last segment sent to the older edge it
    /// then takes the FIN and cuts off the bytes before it. A narrow window is said one unit
    /// narrower than it is: then nobody sends past the edge that counts.
    pub fn mend(&self, frame: &mut [u8], tcp: &Tcp) {
        if tcp.syn {
            return;
        }
        let next = self
            .sequence
            .map(|sequence| sequence.number(self.sent + u64::from(self.fin)));
        let narrow = (1..self.narrow)
            .contains(&tcp.window)
            .then(|| tcp.window - 1);
        let mut ethernet = EthernetFrame::new_unchecked(frame);
        let v4 = ethernet.ethertype() == EthernetProtocol::Ipv4;
        let ip = ethernet.payload_mut();
        let header = if v4 {
            usize::from(Ipv4Packet::new_unchecked(&*ip).header_len())
        } else {
            IPV6_HEADER_LEN
        };
        let mut segment = TcpPacket::new_unchecked(&mut ip[header..]);
        if let Some(next) = next.filter(|_| tcp.sequence_len() == 0) {
            segment.set_seq_number(TcpSeqNumber(next.cast_signed()));
        }
        if let Some(window) = narrow {
            segment.set_window_len(window);
        }
    }

    /// How many bytes of the stream have left.
    pub fn sent(self) -> u64 {
        self.sent
    }
}

/// The segment without its payload. The stack puts a byte into the question whether the
/// peer is there; RFC 9293 §3.8.4 does without, and nobody can take it for part of a file.
pub fn bare(frame: &[u8], tcp: &Tcp) -> Vec<u8> {
    let mut bare = frame[..tcp.payload.start].to_vec();
    let mut ethernet = EthernetFrame::new_unchecked(&mut bare[..]);
    let v4 = ethernet.ethertype() == EthernetProtocol::Ipv4;
    let ip = ethernet.payload_mut();
    let len = u16::try_from(ip.len()).expect("headers are short");
    if v4 {
        let mut ip = Ipv4Packet::new_unchecked(ip);
        ip.set_total_len(len);
        ip.fill_checksum();
    } else {
        let header = u16::try_from(IPV6_HEADER_LEN).expect("a header is short");
        Ipv6Packet::new_unchecked(ip).set_payload_len(len - header);
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn segment(seq: u32, syn: bool, payload: usize) -> Tcp {
        let packet = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
            .tcp(20, 21, seq, 1000);
        let packet = if syn { packet.syn() } else { packet };
        let mut frame = Vec::new();
        packet.write(&mut frame, &vec![0; payload]).unwrap();
        Tcp::read(&frame).unwrap()
    }

    #[test]
    fn what_is_sent_again_counts_once_and_numbers_may_wrap() {
        let mut flight = Flight::default();
        let start = u32::MAX - 1000;
        flight.note(&segment(start, true, 0));
        assert_eq!(flight.sent(), 0);
        let first = start.wrapping_add(1);
        for offset in [0, 1460, 0, 1460, 2920] {
            flight.note(&segment(first.wrapping_add(offset), false, 1460));
        }
        assert_eq!(flight.sent(), 4380);
        flight.note(&segment(first.wrapping_add(4380), false, 10));
        assert_eq!(flight.sent(), 4390);
    }
}
