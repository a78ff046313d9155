//! Pictures made from a seed: a sunrise over the sea, as a PNG of exactly so many bytes.
//!
//! Its pixels are stored, not compressed, so that its size can be had to the byte; what is
//! left over goes into a comment. Section numbers are those of the PNG specification (third
//! edition).

use super::Rng;

/// The fewest bytes that a picture can have.
pub const LEAST_BYTES: usize = 100;

/// What every PNG begins with (§5.2). A CR LF and a LF alone stand in it to betray who
/// converts line ends.
const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// What the comment is called (§11.3.3.2).
const KEYWORD: &[u8; 8] = b"Comment\0";

/// What it says, again and again.
const WORDS: &[u8] = b"A sunrise, made by Wirestage to be sent over wires. ";

/// How many bytes a stored block of deflate holds at most (RFC 1951 §3.2.4).
const BLOCK: usize = 0xffff;

/// A PNG of `len` bytes, or of the fewest that one can have.
#[must_use]
pub fn png(seed: u64, len: usize) -> Vec<u8> {
    let len = len.max(LEAST_BYTES);
    // The signature, four chunks with their frames, the header's and the comment's content.
    let rest = len - SIGNATURE.len() - 4 * 12 - 13 - KEYWORD.len();
    // What zlib adds: six bytes, and five for each block.
    let room = rest - 6 - 5 * rest.div_ceil(BLOCK);
    let width = (1..).take_while(|w| (1 + 3 * w) * (w * 3 / 4).max(1) <= room);
    let width = width.last().unwrap_or(1);
    let height = room / (1 + 3 * width);
    let pixels = zlib(&draw(seed, width, height));
    let comment = WORDS.iter().copied().cycle().take(rest - pixels.len());

    let mut out = Vec::with_capacity(len);
    out.extend(SIGNATURE);
    let mut header = Vec::new();
    for side in [width, height] {
        header.extend(u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes());
    }
    // Eight bits each of red, green and blue; nothing else out of the ordinary (§11.2.1).
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut out, *b"IHDR", &header);
    let comment: Vec<u8> = KEYWORD.iter().copied().chain(comment).collect();
    chunk(&mut out, *b"tEXt", &comment);
    chunk(&mut out, *b"IDAT", &pixels);
    chunk(&mut out, *b"IEND", &[]);
    out
}

/// A chunk: length, type, content, checksum (§5.3).
fn chunk(out: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let len = u32::try_from(content.len()).unwrap_or(u32::MAX);
    out.extend(len.to_be_bytes());
    let start = out.len();
    out.extend(kind);
    out.extend(content);
    let crc = crc32(&out[start..]);
    out.extend(crc.to_be_bytes());
}

/// Bytes as they are, in a zlib stream (RFC 1950 §2.2, RFC 1951 §3.2.4).
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler32(bytes).to_be_bytes());
    out
}

/// RFC 1950 §8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}

/// Annex D.
fn crc32(bytes: &[u8]) -> u32 {
    let mut table = [0u32; 256];
    for (n, entry) in (0u32..).zip(&mut table) {
        *entry = (0..8).fold(n, |c, _| c >> 1 ^ (0xedb8_8320 * (c & 1)));
    }
    let step = |crc: u32, byte: &u8| {
        let [low, ..] = crc.to_le_bytes();
        table[usize::from(low ^ byte)] ^ crc >> 8
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// Red, green and blue.
type Colour = [u8; 3];

/// The colours of a morning: high in the sky, low in the sky, the sun.
const MORNINGS: [[Colour; 3]; 4] = [
    [[4, 34, 86], [246, 140, 74], [255, 226, 150]],
    [[44, 4, 80], [236, 100, 110], [255, 214, 170]],
    [[3, 48, 92], [250, 186, 110], [255, 244, 200]],
    [[5, 60, 120], [226, 150, 160], [255, 232, 190]],
];

/// The rows of pixels, each behind the byte that says that nothing is done to it (§9.2).
fn draw(seed: u64, width: usize, height: usize) -> Vec<u8> {
    let mut rng = Rng::from_seed(seed);
    let mut pick = |most: usize| usize::try_from(rng.below(most as u64)).unwrap_or(0);
    let [high, low, sun] = MORNINGS[pick(MORNINGS.len())];
    let horizon = (height * 2 / 3).max(1);
    let radius = (height / 7).max(1);
    let (sun_x, sun_y) = (
        width / 4 + pick(width / 2 + 1),
        horizon - pick(radius + 1).min(horizon),
    );
    let mut out = Vec::with_capacity((1 + 3 * width) * height);
    for y in 0..height {
        out.push(0);
        // What lies below the horizon mirrors what lies above, darker and in ripples.
        let sea = y >= horizon;
        let above = if sea { 2 * horizon - y - 1 } else { y };
        for x in 0..width {
            let grain = pick(8);
            let seen_x = if sea { x + grain } else { x };
            let far = seen_x.abs_diff(sun_x).pow(2) + above.abs_diff(sun_y).pow(2);
            let colour = match far <= radius.pow(2) {
                true => sun,
                false => [0, 1, 2].map(|c| between(high[c], low[c], above, horizon)),
            };
            let shade = if sea { 5 } else { 8 };
            out.extend(colour.map(|part| {
                let part = usize::from(part) * shade / 8 + grain;
                u8::try_from(part.min(255)).unwrap_or(u8::MAX)
            }));
        }
    }
    out
}

/// The colour `at` of `whole` steps on the way from one to another.
fn between(from: u8, to: u8, at: usize, whole: usize) -> u8 {
    let at = at.min(whole);
    let sum = usize::from(from) * (whole - at) + usize::from(to) * at;
    u8::try_from(sum / whole).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_exactly_so_many_bytes() {
        for len in (100..900).chain([20_000, 65_600, 65_700, 131_200, 131_300, 1_000_000]) {
            let picture = png(7, len);
            assert_eq!(picture.len(), len);
            assert!(picture.starts_with(SIGNATURE) && picture.ends_with(b"IEND\xaeB`\x82"));
        }
        assert_eq!(png(7, 0).len(), LEAST_BYTES);
        assert_ne!(png(1, 5000), png(2, 5000));
    }

    #[test]
    fn its_checksums_are_those_of_the_books() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn it_has_line_ends_to_be_harmed() {
        let picture = png(3, 20_000);
        let line_feeds = picture.iter().filter(|b| **b == b'\n').count();
        assert!(line_feeds > 10, "{line_feeds}");
    }
}
