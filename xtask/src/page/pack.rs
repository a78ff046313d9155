//! Files packed for the way: gzip and brotli, as tightly as they go.

use std::collections::BTreeMap;
use std::io::{self, Write};

/// Adds `.gz` and `.br` for each file that gets smaller by it.
pub fn beside(files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let mut more = Vec::new();
    for (name, bytes) in &*files {
        for (ending, packed) in [("gz", gzip(bytes)?), ("br", brotli(bytes)?)] {
            if packed.len() < bytes.len() {
                more.push((format!("{name}.{ending}"), packed));
            }
        }
    }
    files.extend(more);
    Ok(())
}

/// Every browser can unpack it by itself, also on a page from a disk.
pub fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

/// Smaller than gzip by about a fifth.
fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut { bytes }, &mut packed, &settings)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_packed_unpacks_to_the_same() {
        let text = "220 Service ready\r\n".repeat(50).into_bytes();
        let tiny = b"x".to_vec();
        let mut files = BTreeMap::from([("a".to_owned(), text.clone()), ("b".to_owned(), tiny)]);
        beside(&mut files).unwrap();
        let names: Vec<&String> = files.keys().collect();
        assert_eq!(names, ["a", "a.br", "a.gz", "b"]);

        let mut unpacked = Vec::new();
        let mut reader = flate2::read::GzDecoder::new(&files["a.gz"][..]);
        reader.read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        unpacked.clear();
        brotli::BrotliDecompress(&mut &files["a.br"][..], &mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }
}
