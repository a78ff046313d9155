//! Text that is not ASCII, made fit for mail: encoded words (RFC 2047) in headers,
//! quoted-printable (RFC 2045 §6.7) in bodies.

use super::base64;

/// The longest encoded word made here. RFC 2047 §2 allows 75 in a line of 76; this one
/// also fits behind `Subject: `.
const MAX_WORD: usize = 64;
/// The longest line of quoted-printable, without its CRLF (RFC 2045 §6.7, rule 5).
const MAX_LINE: usize = 76;

/// `text` as encoded words, folded between them. Each word holds whole characters.
#[must_use]
pub fn encoded_words(text: &str) -> String {
    const HEAD: &str = "=?utf-8?Q?";
    const TAIL: &str = "?=";
    let room = MAX_WORD - HEAD.len() - TAIL.len();
    let mut words = vec![String::new()];
    for c in text.chars() {
        let coded = word_char(c);
        if words
            .last()
            .is_none_or(|word| word.len() + coded.len() > room)
        {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push_str(&coded);
        }
    }
    let dressed: Vec<String> = words.iter().map(|w| format!("{HEAD}{w}{TAIL}")).collect();
    dressed.join("\r\n ")
}

/// One character in the Q encoding, safe anywhere (RFC 2047 §5, rule 3).
fn word_char(c: char) -> String {
    match c {
        ' ' => "_".into(),
        'a'..='z' | 'A'..='Z' | '0'..='9' | '!' | '*' | '+' | '-' | '/' => c.into(),
        _ => hex_of(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// A header's text with its encoded words decoded, for showing. What cannot be decoded
/// stays as it is.
#[must_use]
pub fn decode_words(text: &str) -> String {
    let mut out = String::new();
    let mut after_word = false;
    for (i, piece) in text.split(' ').enumerate() {
        let decoded = decode_word(piece);
        // RFC 2047 §6.2: the space between two encoded words is not shown.
        if i > 0 && !(after_word && decoded.is_some()) {
            out.push(' ');
        }
        after_word = decoded.is_some();
        out.push_str(decoded.as_deref().unwrap_or(piece));
    }
    out
}

fn decode_word(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let (charset, rest) = inner.split_once('?')?;
    let (encoding, text) = rest.split_once('?')?;
    if !["utf-8", "us-ascii"]
        .iter()
        .any(|known| charset.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let bytes = match encoding {
        "Q" | "q" => decode_q(text)?,
        "B" | "b" => {
            let fits = text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
            base64::decode_loosely(fits.then_some(text)?.as_bytes())
        }
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

fn decode_q(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        out.push(match b {
            b'_' => b' ',
            b'=' => hex_digit(bytes.next()?)? * 16 + hex_digit(bytes.next()?)?,
            _ => b,
        });
    }
    Some(out)
}

fn hex_digit(b: u8) -> Option<u8> {
    u8::try_from(char::from(b).to_digit(16)?).ok()
}

/// The text behind quoted-printable: soft line breaks gone, spaces at line ends too
/// (RFC 2045 §6.7). What is no proper code stays as it is.
#[must_use]
pub fn decode_quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|b| *b == b'\n') {
        let end = line.len()
            - line
                .iter()
                .rev()
                .take_while(|b| b" \t\r\n".contains(b))
                .count();
        let (words, rest) = line.split_at(end);
        let is_soft = words.last() == Some(&b'=') && rest.contains(&b'\n');
        let words = if is_soft { &words[..end - 1] } else { words };
        let mut at = 0;
        while let Some(b) = words.get(at) {
            let digit = |i: usize| words.get(at + i).and_then(|b| hex_digit(*b));
            match (b, digit(1), digit(2)) {
                (b'=', Some(high), Some(low)) => {
                    out.push(high * 16 + low);
                    at += 3;
                }
                _ => {
                    out.push(*b);
                    at += 1;
                }
            }
        }
        if !is_soft {
            out.extend(rest.iter().filter(|b| b"\r\n".contains(b)));
        }
    }
    out
}

/// `text`, whose lines end with `\n`, as quoted-printable lines that end with CRLF.
#[must_use]
pub fn quoted_printable(text: &str) -> String {
    text.lines()
        .map(|line| quoted_line(line) + "\r\n")
        .collect()
}

fn quoted_line(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    let last = line.len().saturating_sub(1);
    for (i, b) in line.bytes().enumerate() {
        let coded = match b {
            // Rule 3: a space or tab may not end a line.
            b' ' | b'\t' if i < last => char::from(b).to_string(),
            b'=' => hex_of(&[b]),
            33..=126 => char::from(b).to_string(),
            _ => hex_of(&[b]),
        };
        // A soft line break needs one column for its `=`.
        if column + coded.len() > MAX_LINE - 1 {
            out.push_str("=\r\n");
            column = 0;
        }
        column += coded.len();
        out.push_str(&coded);
    }
    out
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("={b:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        let long = "Grüße aus Zürich an Gräfin Ökonomie, schöne Ärztin ünd so weiter 日本語";
        for text in ["Grüße", "a=?b?=", long] {
            let words = encoded_words(text);
            assert!(
                words
                    .split("\r\n ")
                    .all(|w| w.len() <= MAX_WORD && w.is_ascii())
            );
            assert_eq!(decode_words(&words.replace("\r\n", "")), text);
        }
        assert_eq!(encoded_words("Grüße"), "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=");
    }

    #[test]
    fn foreign_words_are_decoded_or_left() {
        assert_eq!(
            decode_words("Re: =?UTF-8?B?R3LDvMOfZQ==?= you"),
            "Re: Grüße you"
        );
        for broken in [
            "=?utf-8?Q?=C3?=",
            "=?utf-8?Q?=?=",
            "=?koi8-r?Q?a?=",
            "=??=",
            "=?utf-8?B?*?=",
        ] {
            assert_eq!(decode_words(broken), broken);
        }
    }

    #[test]
    fn quoted_printable_keeps_to_its_lines() {
        assert_eq!(
            quoted_printable("Grüße = hi \nb\n"),
            "Gr=C3=BC=C3=9Fe =3D hi=20\r\nb\r\n"
        );
        let long = quoted_printable(&"é".repeat(100));
        assert!(long.lines().all(|line| line.len() <= MAX_LINE));
        assert_eq!(long.replace("=\r\n", "").matches("=C3=A9").count(), 100);
    }
}
