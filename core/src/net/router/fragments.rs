//! IPv4 packets cut to the size of a link (RFC 791 §3.2).

use super::header::{ETHERNET, Header};
use smoltcp::wire::Ipv4Packet;

/// An option that every fragment carries has this bit set (RFC 791 §3.1).
const COPIED: u8 = 0x80;

/// The frame, or where it is too long for a link of this MTU and may be cut, its fragments.
pub fn cut(frame: Vec<u8>, mtu: usize) -> Vec<Vec<u8>> {
    let Ok(header) = Header::read(&frame) else {
        return vec![frame];
    };
    // Fragments begin at multiples of eight bytes.
    let step = mtu.saturating_sub(header.len) / 8 * 8;
    if header.total <= mtu || header.whole || step == 0 {
        return vec![frame];
    }
    let payload = header.payload(&frame);
    let first = &frame[ETHERNET..ETHERNET + header.len];
    let later = later_header(first);
    let mut offset = usize::from(header.offset);
    let count = payload.len().div_ceil(step);
    let mut fragments = Vec::with_capacity(count);
    for (index, piece) in payload.chunks(step).enumerate() {
        let ip = if index == 0 { first } else { &later };
        let mut fragment = frame[..ETHERNET].to_vec();
        fragment.extend_from_slice(ip);
        fragment.extend_from_slice(piece);
        let more = header.more || index + 1 < count;
        let mut packet = Ipv4Packet::new_unchecked(&mut fragment[ETHERNET..]);
        packet.set_total_len(short(ip.len() + piece.len()));
        packet.set_frag_offset(short(offset));
        packet.set_more_frags(more);
        packet.fill_checksum();
        offset += piece.len();
        fragments.push(fragment);
    }
    fragments
}

/// The header of all fragments but the first: with those options only that are copied.
fn later_header(first: &[u8]) -> Vec<u8> {
    let (fixed, mut options) = first.split_at(20);
    let mut header = fixed.to_vec();
    while let [kind, rest @ ..] = options {
        // End of the list, and padding; all others say how long they are.
        let len = match (*kind, rest.first()) {
            (0, _) => break,
            (1, _) => 1,
            (_, Some(len)) => usize::from(*len),
            (_, None) => break,
        };
        let Some(option) = options.get(..len).filter(|_| len > 0) else {
            break;
        };
        if kind & COPIED != 0 {
            header.extend_from_slice(option);
        }
        options = &options[len..];
    }
    while header.len() % 4 != 0 {
        header.push(0);
    }
    let words = u8::try_from(header.len() / 4).expect("no longer than the first");
    header[0] = 0x40 | words;
    header
}

fn short(len: usize) -> u16 {
    u16::try_from(len).expect("no longer than the packet that was cut")
}
