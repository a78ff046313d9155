//! Looks into a letter's headers: names, values, and where they lie.

use super::encode::decode_words;
use crate::base::Span;

/// One header of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name, without the colon.
    pub name: Span,
    /// Its value: folding included, without white space around it.
    pub value: Span,
}

/// A letter's headers, and where its text begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// In the letter's order.
    pub all: Vec<Header>,
    /// The first byte behind the empty line, or the letter's end.
    pub body: usize,
}

impl Header {
    /// Its value as one line, encoded words decoded (RFC 5322 §2.2.3, RFC 2047).
    #[must_use]
    pub fn text(&self, letter: &[u8]) -> String {
        let raw = String::from_utf8_lossy(self.value.of(letter)).into_owned();
        let unfolded = raw.replace(['\r', '\n'], "").replace('\t', " ");
        decode_words(&unfolded)
    }
}

/// Reads the headers of any bytes. A line that is none is passed over.
#[must_use]
pub fn read(letter: &[u8]) -> Headers {
    let mut all: Vec<Header> = Vec::new();
    let mut at = 0;
    while at < letter.len() {
        let end = letter[at..].iter().position(|b| *b == b'\n');
        let next = end.map_or(letter.len(), |n| at + n + 1);
        let line = letter[at..next].trim_ascii_end();
        if line.is_empty() {
            return Headers { all, body: next };
        }
        if matches!(line[0], b' ' | b'\t') {
            // RFC 5322 §2.2.3: it goes on with the value above.
            if let Some(header) = all.last_mut() {
                header.value = trimmed(letter, header.value.start as usize, at + line.len());
            }
        } else if let Some(colon) = line.iter().position(|b| *b == b':') {
            let name = line[..colon].trim_ascii_end();
            all.push(Header {
                name: Span::new(at..at + name.len()),
                value: trimmed(letter, at + colon + 1, at + line.len()),
            });
        }
        at = next;
    }
    Headers { all, body: at }
}

/// Whether a letter begins with a header, or with the empty line behind none: in whatever
/// else a person typed, no line of the text is one.
#[must_use]
pub fn has_head(letter: &[u8]) -> bool {
    let line = letter.split(|b| *b == b'\n').next().unwrap_or_default();
    let colon = line.iter().position(|b| *b == b':');
    // RFC 5322 §2.2: a name is of printable characters, without spaces.
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let is_empty = letter.starts_with(b"\r\n") || letter.starts_with(b"\n");
    is_empty || colon.is_some_and(|at| is_name(&line[..at]))
}

/// The first header of this name, as one line to show.
#[must_use]
pub fn find(letter: &[u8], name: &str) -> Option<String> {
    let headers = read(letter);
    let wanted = |header: &&Header| header.name.of(letter).eq_ignore_ascii_case(name.as_bytes());
    headers
        .all
        .iter()
        .find(wanted)
        .map(|header| header.text(letter))
}

/// Reads any bytes as a letter, for fuzzing: all spans lie inside, in order.
pub fn fuzz(bytes: &[u8]) {
    let headers = read(bytes);
    let mut end = 0;
    for header in &headers.all {
        for span in [header.name, header.value] {
            assert!(end <= span.start as usize && span.start <= span.end);
            end = span.end as usize;
        }
        let _ = header.text(bytes);
    }
    assert!(end <= headers.body && headers.body <= bytes.len());
}

fn trimmed(letter: &[u8], start: usize, end: usize) -> Span {
    let value = &letter[start..end];
    let skipped = value.len() - value.trim_ascii_start().len();
    Span::new(start + skipped..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::proto::laws;

    const LETTER: &[u8] = b"Return-Path: <ada@example.org>\r\nReceived: from a\r\n\tby b\r\n\
        Subject:\r\n =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_an_dich?=\r\nnonsense\r\n\
        X-Empty:\r\n\r\nBody: not a header\r\n";

    #[test]
    fn folded_headers_are_one_line() {
        assert_eq!(find(LETTER, "received").as_deref(), Some("from a by b"));
        assert_eq!(find(LETTER, "SUBJECT").as_deref(), Some("Grüße an dich"));
        assert_eq!(find(LETTER, "x-empty").as_deref(), Some(""));
        assert_eq!(find(LETTER, "Body"), None);
        let body = read(LETTER).body;
        assert_eq!(&LETTER[body..], b"Body: not a header\r\n");
    }

    #[test]
    fn no_bytes_confuse_the_reader() {
        let mut rng = Rng::from_seed(5322);
        for _ in 0..20_000 {
            fuzz(&laws::mutate(LETTER, &mut rng));
        }
    }
}
