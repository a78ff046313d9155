//! Base64 (RFC 4648 §4): three bytes as four letters. It hides nothing from anybody.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The longest line of base64 in a letter, without its CRLF (RFC 2045 §6.8).
const MAX_LINE: usize = 76;

/// The bytes as one line of base64, padded with `=`.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place > three.len() {
                out.push('=');
            } else {
                let six = bits >> (18 - 6 * place) & 63;
                out.push(char::from(ALPHABET[six as usize]));
            }
        }
    }
    out
}

/// The bytes as lines of base64 as a letter has them, each ended by CRLF.
#[must_use]
pub fn encode_lines(bytes: &[u8]) -> String {
    let lines = bytes.chunks(MAX_LINE / 4 * 3);
    lines.map(|line| encode(line) + "\r\n").collect()
}

/// The bytes behind one line of base64; none where it is no proper base64: a letter from
/// elsewhere, missing or too much `=`, bits left over (RFC 4648 §3).
#[must_use]
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|b| **b == b'=').count();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    decode_letters(&text[..text.len() - padding])
}

/// The bytes behind base64 as letters bring it: line ends and whatever else is no letter of
/// base64 is passed over, missing `=` forgiven (RFC 2045 §6.8).
#[must_use]
pub fn decode_loosely(text: &[u8]) -> Vec<u8> {
    let mut letters: Vec<u8> = text
        .iter()
        .copied()
        .take_while(|b| *b != b'=')
        .filter(|b| value(*b).is_some())
        .collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    let whole = letters.len() / 4 * 4;
    let mut out = decode_letters(&letters[..whole]).unwrap_or_default();
    // What is left over in the last letter is nobody's.
    let (bits, held) = gathered(letters.get(whole..).unwrap_or_default());
    for place in 1..=held / 8 {
        out.push((bits >> (held - 8 * place) & 0xff) as u8);
    }
    out
}

fn decode_letters(letters: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(letters.len() / 4 * 3 + 2);
    for four in letters.chunks(4) {
        if four.len() == 1 || !four.iter().all(|b| value(*b).is_some()) {
            return None;
        }
        let (bits, held) = gathered(four);
        let spare = held % 8;
        if bits & ((1 << spare) - 1) != 0 {
            return None;
        }
        for place in 1..=held / 8 {
            out.push((bits >> (held - 8 * place) & 0xff) as u8);
        }
    }
    Some(out)
}

/// The bits of up to four letters, and how many they are.
fn gathered(letters: &[u8]) -> (u32, u32) {
    letters.iter().fold((0, 0), |(bits, held), b| {
        (bits << 6 | value(*b).unwrap_or(0), held + 6)
    })
}

fn value(b: u8) -> Option<u32> {
    let value = match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn the_examples_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn what_is_not_proper_is_refused_or_forgiven() {
        for bad in [
            "Zg", "Zg=", "Zh==", "Zm9v=", "Zm 9", "Zm9v\r\n", "====", "Z===", "Zg==Zg==",
        ] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(decode_loosely(b"Zm\r\n9v\r\nYg"), b"foob");
        assert_eq!(decode_loosely(b"Zm9vYh==junk"), b"foob");
        assert_eq!(decode_loosely(b"Z"), b"");
    }

    #[test]
    fn any_bytes_come_back() {
        let mut rng = Rng::from_seed(4648);
        for len in 0..200 {
            let bytes: Vec<u8> = (0..len).map(|_| rng.next_u64().to_le_bytes()[0]).collect();
            assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes.clone()));
            let lines = encode_lines(&bytes);
            assert!(lines.lines().all(|line| line.len() <= 76));
            assert_eq!(decode_loosely(lines.as_bytes()), bytes);
        }
    }
}
