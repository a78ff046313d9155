//! WebAssembly's way to write numbers, names and sections.

/// The eight bytes that every module begins with.
pub const HEAD: &[u8] = b"\0asm\x01\0\0\0";

/// An unsigned number.
pub fn number(out: &mut Vec<u8>, value: usize) {
    let mut rest = value;
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// A signed number. Those of more than two GiB are negative there.
pub fn integer(out: &mut Vec<u8>, value: u32) {
    let mut rest = value.cast_signed();
    loop {
        let [low, ..] = rest.to_le_bytes();
        let low = low & 0x7f;
        rest >>= 7;
        if (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0) {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// `i32.const`, and the end of an expression.
pub fn constant(out: &mut Vec<u8>, value: u32) {
    out.push(0x41);
    integer(out, value);
    out.push(0x0b);
}

/// Bytes with their length before them.
pub fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// A section as it stood elsewhere.
pub fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    if !content.is_empty() {
        out.push(id);
        bytes(out, content);
    }
}

/// A section of so many entries.
pub fn list(out: &mut Vec<u8>, id: u8, entries: &[Vec<u8>]) {
    if entries.is_empty() {
        return;
    }
    let mut content = Vec::new();
    number(&mut content, entries.len());
    for entry in entries {
        content.extend_from_slice(entry);
    }
    section(out, id, &content);
}

/// A section as it stood elsewhere, with so many entries, and one more.
pub fn longer(out: &mut Vec<u8>, id: u8, content: &[u8], count: u32, more: &[u8]) {
    let mut counted = Vec::new();
    number(&mut counted, count as usize);
    let mut longer = Vec::new();
    number(&mut longer, count as usize + 1);
    longer.extend_from_slice(&content[counted.len()..]);
    longer.extend_from_slice(more);
    section(out, id, &longer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_the_standard_has_them() {
        let unsigned = |value| {
            let mut out = Vec::new();
            number(&mut out, value);
            out
        };
        assert_eq!(unsigned(0), [0]);
        assert_eq!(unsigned(127), [127]);
        assert_eq!(unsigned(624_485), [0xe5, 0x8e, 0x26]);
        let signed = |value: i32| {
            let mut out = Vec::new();
            constant(&mut out, value.cast_unsigned());
            out
        };
        assert_eq!(signed(63), [0x41, 63, 0x0b]);
        assert_eq!(signed(64), [0x41, 0xc0, 0, 0x0b]);
        assert_eq!(signed(-1), [0x41, 0x7f, 0x0b]);
        assert_eq!(signed(-123_456), [0x41, 0xc0, 0xbb, 0x78, 0x0b]);
    }

    #[test]
    fn a_section_can_have_one_entry_more() {
        let mut out = Vec::new();
        longer(&mut out, 5, &[1, 0, 7], 1, &[0, 9]);
        assert_eq!(out, [5, 5, 2, 0, 7, 0, 9]);
    }
}
