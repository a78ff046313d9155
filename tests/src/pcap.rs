//! The frames of a capture in the old format, as bytes: for comparing two captures.

use std::path::Path;

/// The file's own header, and that of each frame.
const FILE: usize = 24;
const FRAME: usize = 16;

/// All frames of a `.pcap` file. Panics where it is none.
#[must_use]
pub fn frames(file: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let magic = bytes
        .first_chunk()
        .map(|magic: &[u8; 4]| u32::from_le_bytes(*magic));
    // Microseconds, or nanoseconds.
    let known = [0xa1b2_c3d4, 0xa1b2_3c4d];
    assert!(
        magic.is_some_and(|magic| known.contains(&magic)),
        "{} is no capture of this machine's order of bytes",
        file.display()
    );
    read(&bytes[FILE..])
}

fn read(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some((header, after)) = rest.split_at_checked(FRAME) {
        let kept: [u8; 4] = header[8..12].try_into().expect("four bytes");
        let kept = u32::from_le_bytes(kept) as usize;
        let Some((frame, after)) = after.split_at_checked(kept) else {
            break;
        };
        frames.push(frame.to_vec());
        rest = after;
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_up_to_one_that_is_not_whole() {
        let frame = |text: &[u8]| {
            let len = u32::try_from(text.len()).unwrap().to_le_bytes();
            [&[0; 8], &len[..], &len, text].concat()
        };
        let two = [frame(b"one"), frame(b"three")].concat();
        assert_eq!(read(&two), [b"one".to_vec(), b"three".to_vec()]);
        assert_eq!(read(&two[..two.len() - 1]), [b"one".to_vec()]);
        assert!(read(&[]).is_empty());
    }
}
