//! Finds marks among many bytes: a block at a time, so that processors can look at many at once.

const BLOCK: usize = 64;

/// Where these two bytes stand next to each other, at or behind a place.
pub(super) fn pair(bytes: &[u8], from: usize, pair: [u8; 2]) -> Option<usize> {
    let [first, second] = pair;
    let last = bytes.len().checked_sub(1)?;
    let mut at = from;
    while at < last {
        let end = (at + BLOCK).min(last);
        let both = || bytes[at..end].iter().zip(&bytes[at + 1..=end]);
        let hits = both().fold(0, |hits, (a, b)| {
            hits | u8::from(*a == first) & u8::from(*b == second)
        });
        if hits > 0 {
            let found = both().position(|(a, b)| *a == first && *b == second);
            return found.map(|found| at + found);
        }
        at = end;
    }
    None
}

/// How many bytes stand behind base64, whatever else is among its letters (RFC 2045 §6.8).
pub(super) fn base64_length(text: &[u8]) -> usize {
    let mut letters = 0;
    for block in text.chunks(BLOCK) {
        let is_end = block.iter().fold(0, |any, b| any | u8::from(*b == b'=')) > 0;
        let end = block.iter().position(|b| is_end && *b == b'=');
        let block = &block[..end.unwrap_or(block.len())];
        let in_block = block.iter().fold(0, |sum: u8, b| sum + is_letter(*b));
        letters += usize::from(in_block);
        if is_end {
            break;
        }
    }
    letters * 3 / 4
}

fn is_letter(b: u8) -> u8 {
    let among = |first: u8, count: u8| u8::from(b.wrapping_sub(first) < count);
    among(b'a', 26) | among(b'A', 26) | among(b'0', 10) | u8::from(b == b'+') | u8::from(b == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::proto::mail::base64;

    #[test]
    fn two_bytes_are_found_wherever_they_stand() {
        for len in [0, 1, 2, 63, 64, 65, 66, 130] {
            let mut bytes = vec![b'\n'; len];
            assert_eq!(pair(&bytes, 0, *b"\n."), None);
            for at in 1..len {
                bytes[at] = b'.';
                assert_eq!(pair(&bytes, 0, *b"\n."), Some(at - 1), "{len} {at}");
                assert_eq!(pair(&bytes, at, *b"\n."), None, "{len} {at}");
                bytes[at] = b'\n';
            }
        }
    }

    #[test]
    fn a_length_is_that_of_what_is_decoded() {
        let mut rng = Rng::from_seed(64);
        for len in 0..300 {
            let pick = |_| b"aZ09+/\r\n =x!"[usize::try_from(rng.below(12)).unwrap()];
            let mut text: Vec<u8> = (0..len).map(pick).collect();
            if len % 3 > 0 {
                text.retain(|b| *b != b'=');
            }
            assert_eq!(base64_length(&text), base64::decode_loosely(&text).len());
        }
    }
}
