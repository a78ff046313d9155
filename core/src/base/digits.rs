//! Numbers in digits, written where they are to stand.

/// Both digits of a byte in hexadecimal, small letters: `0a`.
#[must_use]
pub fn hex(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)])
}

/// Appends them.
pub fn push_hex(out: &mut String, byte: u8) {
    for digit in hex(byte) {
        out.push(char::from(digit));
    }
}

/// Appends a number in decimal digits.
pub fn push_decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_two_digits() {
        for byte in 0..=u8::MAX {
            let mut text = String::new();
            push_hex(&mut text, byte);
            assert_eq!(text, format!("{byte:02x}"));
        }
    }

    #[test]
    fn numbers_of_any_length_have_their_digits() {
        let tens = (0..20).map(|power| 10_u64.pow(power));
        let near = tens.flat_map(|ten| [ten - 1, ten, ten + 1]);
        for number in near.chain([u64::MAX]) {
            let mut text = Vec::new();
            push_decimal(&mut text, number);
            assert_eq!(text, number.to_string().into_bytes());
        }
    }
}
