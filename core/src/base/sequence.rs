//! Sequence numbers of one direction of a connection, and the offsets they stand for.

/// The 32 bits of a sequence number wrap every 4 GiB (RFC 9293 §3.4); offsets never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    first: u32,
}

impl Sequence {
    /// A stream whose offset 0 has this number.
    #[must_use]
    pub fn from(first: u32) -> Self {
        Self { first }
    }

    /// The number of an offset.
    #[must_use]
    pub fn number(self, offset: u64) -> u32 {
        let low = u32::try_from(offset & 0xffff_ffff).expect("masked");
        self.first.wrapping_add(low)
    }

    /// The offset of a number: of all it could be, the nearest to `near`. None where that
    /// lies before the stream.
    #[must_use]
    pub fn offset(self, number: u32, near: u64) -> Option<u64> {
        let ahead = number.wrapping_sub(self.number(near)).cast_signed();
        near.checked_add_signed(i64::from(ahead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_wrap_and_offsets_go_on() {
        let sequence = Sequence::from(0xffff_fff0);
        assert_eq!(sequence.number(0x10), 0);
        assert_eq!(sequence.offset(5, 0), Some(0x15));
        let far = 3 << 32;
        assert_eq!(sequence.number(far + 3), 0xffff_fff3);
        assert_eq!(sequence.offset(0xffff_fff3, far), Some(far + 3));
        assert_eq!(sequence.offset(0xffff_ffef, far), Some(far - 1));
        assert_eq!(sequence.offset(0xffff_ffef, 0), None, "before the stream");
    }
}
