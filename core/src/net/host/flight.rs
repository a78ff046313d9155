//! How far a stream has been sent, derived from the host's own frames: smoltcp does not say.

use crate::base::headers::Tcp;

/// The part of a stream that has left at least once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// The sequence number of the stream's first byte.
    first: Option<u32>,
    sent: u64,
}

impl Flight {
    /// Takes note of a frame that the stack made. Answers whether it is a segment.
    pub fn note(&mut self, frame: &[u8]) -> bool {
        let Some(tcp) = Tcp::read(frame) else {
            return false;
        };
        if tcp.syn {
            self.first = Some(tcp.seq.wrapping_add(1));
        }
        if let Some(first) = self.first {
            // Sequence numbers wrap every 4 GiB: the offset nearest to what was sent last
            // is meant.
            let low = u32::try_from(self.sent & 0xffff_ffff).expect("masked");
            let ahead = i64::from(tcp.seq.wrapping_sub(first.wrapping_add(low)).cast_signed());
            let end = self.sent.saturating_add_signed(ahead) + tcp.payload.len() as u64;
            self.sent = self.sent.max(end);
        }
        true
    }

    /// How many bytes of the stream have left.
    pub fn sent(self) -> u64 {
        self.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn frame(seq: u32, syn: bool, payload: usize) -> Vec<u8> {
        let packet = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
            .tcp(20, 21, seq, 1000);
        let packet = if syn { packet.syn() } else { packet };
        let mut frame = Vec::new();
        packet.write(&mut frame, &vec![0; payload]).unwrap();
        frame
    }

    #[test]
    fn what_is_sent_again_counts_once_and_numbers_may_wrap() {
        let mut flight = Flight::default();
        let start = u32::MAX - 1000;
        flight.note(&frame(start, true, 0));
        assert_eq!(flight.sent(), 0);
        let first = start.wrapping_add(1);
        for offset in [0, 1460, 0, 1460, 2920] {
            flight.note(&frame(first.wrapping_add(offset), false, 1460));
        }
        assert_eq!(flight.sent(), 4380);
        flight.note(&frame(first.wrapping_add(4380), false, 10));
        assert_eq!(flight.sent(), 4390);
        assert!(!flight.note(&[0; 60]), "no segment");
    }
}
