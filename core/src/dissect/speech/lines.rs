//! Lines, and the words and codes they begin with.

use crate::dissect::kinds::FieldKind;
use crate::dissect::read::Reader;

/// The length of the first line with its end, where that has come.
pub(super) fn line(bytes: &[u8]) -> Option<usize> {
    let feed = bytes.iter().position(|b| *b == b'\n')?;
    Some(feed + 1)
}

/// A line's words, without its end.
pub(super) fn words(line: &[u8]) -> &[u8] {
    let words = line.strip_suffix(b"\n").unwrap_or(line);
    words.strip_suffix(b"\r").unwrap_or(words)
}

/// A line's first word.
pub(super) fn verb(line: &[u8]) -> &[u8] {
    let words = words(line);
    let space = words.iter().position(|b| *b == b' ');
    &words[..space.unwrap_or(words.len())]
}

/// Whether a command is among those that are known, whatever the letters' case.
pub(super) fn knows(commands: &[(&str, &str, &str)], verb: &[u8]) -> bool {
    let same = |(known, ..): &(&str, &str, &str)| known.as_bytes().eq_ignore_ascii_case(verb);
    commands.iter().any(same)
}

/// Whether a line is a reply: three digits, then a space, a hyphen or nothing.
pub(super) fn is_reply(line: &[u8]) -> bool {
    let words = words(line);
    let digits = words.get(..3);
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
        && matches!(words.get(3), None | Some(b' ' | b'-'))
}

/// Readable: text of lines without control characters.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}

/// Reads a first word, what follows behind a space, and the line's end.
pub(super) fn command(
    r: &mut Reader,
    verb: &'static FieldKind,
    argument: &'static FieldKind,
    end: &'static FieldKind,
) -> Option<()> {
    let line = r.unread();
    let first = self::verb(line).len();
    let behind = words(line).len() - first;
    r.blob(verb, first)?;
    if behind > 1 {
        r.take(1)?;
        r.blob(argument, behind - 1)?;
    }
    r.rest(end)
}
