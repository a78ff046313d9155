//! WebAssembly's way to write numbers, names and sections.

/// The eight bytes that every module begins with.
pub const HEAD: &[u8] = b"\0asm\x01\0\0\0";

/// Instructions.
pub mod op {
    pub const UNREACHABLE: u8 = 0x00;
    pub const BLOCK: u8 = 0x02;
    pub const IF: u8 = 0x04;
    pub const END: u8 = 0x0b;
    pub const BR: u8 = 0x0c;
    pub const BR_IF: u8 = 0x0d;
    pub const RETURN: u8 = 0x0f;
    pub const CALL: u8 = 0x10;
    pub const CALL_INDIRECT: u8 = 0x11;
    pub const GET: u8 = 0x20;
    pub const SET: u8 = 0x21;
    pub const TABLE_GET: u8 = 0x25;
    pub const STORE_BYTE: u8 = 0x3a;
    pub const CONST: u8 = 0x41;
    pub const EQ: u8 = 0x46;
    pub const IS_NULL: u8 = 0xd1;
    /// A block that takes and leaves no values.
    pub const NOTHING: u8 = 0x40;
}

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

/// `i32.const`.
pub fn const_number(out: &mut Vec<u8>, value: usize) {
    out.push(op::CONST);
    integer(out, u32::try_from(value).unwrap_or(u32::MAX));
}

/// `i32.const`, and the end of an expression.
pub fn constant(out: &mut Vec<u8>, value: u32) {
    out.push(op::CONST);
    integer(out, value);
    out.push(op::END);
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

/// A section as it stood elsewhere, with so many entries, and more of them.
pub fn longer(out: &mut Vec<u8>, id: u8, content: &[u8], count: u32, more: &[Vec<u8>]) {
    let counted = numbered(count as usize);
    let mut longer = numbered(count as usize + more.len());
    longer.extend_from_slice(&content[counted.len()..]);
    for entry in more {
        longer.extend_from_slice(entry);
    }
    section(out, id, &longer);
}

/// An unsigned number alone.
pub fn numbered(value: usize) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, value);
    out
}

/// Bytes with their length before them, alone.
pub fn measured(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 3);
    bytes(&mut out, content);
    out
}

/// An instruction with a number.
pub fn operator(out: &mut Vec<u8>, code: u8, value: usize) {
    out.push(code);
    number(out, value);
}

/// What functions are called, in their order; some have no name.
pub fn names(out: &mut Vec<u8>, names: &[String]) {
    let named = names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty());
    let mut functions = numbered(named.clone().count());
    for (at, name) in named {
        number(&mut functions, at);
        bytes(&mut functions, name.as_bytes());
    }
    let mut content = measured(b"name");
    section(&mut content, 1, &functions);
    section(out, 0, &content);
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
        longer(&mut out, 5, &[1, 0, 7], 1, &[vec![0, 9]]);
        assert_eq!(out, [5, 5, 2, 0, 7, 0, 9]);
    }
}
