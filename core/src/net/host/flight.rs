//! How far a stream has been sent, derived from the host's own frames: smoltcp does not say.

/// Where an Ethernet frame's payload begins.
const ETHERNET: usize = 14;

/// The part of a stream that has left at least once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// The sequence number of the stream's first byte.
    first: Option<u32>,
    sent: u64,
}

impl Flight {
    /// Takes note of a TCP frame that the stack made.
    pub fn note(&mut self, frame: &[u8]) {
        let Some((seq, syn, payload)) = read(frame) else {
            return;
        };
        if syn {
            self.first = Some(seq.wrapping_add(1));
        }
        let Some(first) = self.first else { return };
        // Sequence numbers wrap every 4 GiB: the offset nearest to what was sent last is meant.
        let expected = first.wrapping_add(u32::try_from(self.sent & 0xffff_ffff).expect("masked"));
        let ahead = i64::from(seq.wrapping_sub(expected).cast_signed());
        let end = self.sent.saturating_add_signed(ahead) + payload;
        self.sent = self.sent.max(end);
    }

    /// How many bytes of the stream have left.
    pub fn sent(self) -> u64 {
        self.sent
    }
}

/// Sequence number, SYN, length of the payload.
fn read(frame: &[u8]) -> Option<(u32, bool, u64)> {
    let ip_header = match frame.get(ETHERNET)? >> 4 {
        4 => usize::from(frame[ETHERNET] & 15) * 4,
        _ => 40,
    };
    let tcp = frame.get(ETHERNET + ip_header..)?;
    let seq = u32::from_be_bytes(tcp.get(4..8)?.try_into().ok()?);
    let header = usize::from(tcp.get(12)? >> 4) * 4;
    let syn = tcp.get(13)? & 2 != 0;
    Some((seq, syn, tcp.len().checked_sub(header)? as u64))
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
    }
}
