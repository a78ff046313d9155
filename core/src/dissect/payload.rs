//! What programs say: the lines of FTP, SMTP and POP3, other text, or plain bytes.

use super::Next;
use super::reader::{Reader, bytes_in_words};
use std::ops::Range;

/// Lines that are shown one by one.
const LINES: usize = 100;
/// A letter's lines go the same way as commands: only these words are taken for such.
const SMTP_VERBS: [&[u8]; 13] = [
    b"HELO",
    b"EHLO",
    b"MAIL",
    b"RCPT",
    b"DATA",
    b"RSET",
    b"NOOP",
    b"QUIT",
    b"VRFY",
    b"EXPN",
    b"HELP",
    b"AUTH",
    b"STARTTLS",
];

const POP_VERBS: [&[u8]; 12] = [
    b"USER", b"PASS", b"STAT", b"LIST", b"UIDL", b"RETR", b"TOP", b"DELE", b"RSET", b"NOOP",
    b"QUIT", b"CAPA",
];

/// Where in a protocol a line stands.
#[derive(Clone, Copy)]
struct Voice {
    name: &'static str,
    is_verb: fn(&[u8]) -> bool,
    /// Whether a line of the server begins with this: how long what it begins with is.
    is_reply: fn(&[u8]) -> Option<usize>,
    from_server: bool,
}

/// Reads what a segment or datagram carries; answers what to call it.
pub(super) fn read(r: &mut Reader, from: u16, to: u16) -> &'static str {
    let bytes = r.unread();
    let voice = voice(from, to);
    if voice.is_none() && !is_text(bytes) {
        let _ = data(r);
        return "Data";
    }
    r.sum_up(first_line(bytes));
    let mut commands = true;
    for index in 0.. {
        let line = line_len(r.unread());
        if line == 0 {
            break;
        }
        if index == LINES {
            let _ = r.rest("Further lines");
            break;
        }
        let spoken = voice.filter(|_| commands);
        commands = speak(r, line, spoken);
    }
    voice.map_or("Text", |voice| voice.name)
}

/// Bytes that are not looked into.
pub(super) fn data(r: &mut Reader) -> Option<Next> {
    r.sum_up(bytes_in_words(r.left()));
    let _ = r.rest("Data");
    Some(Next::Nothing)
}

fn voice(from: u16, to: u16) -> Option<Voice> {
    let of = |port: u16| {
        let is_verb: fn(&[u8]) -> bool = match port {
            21 => is_ftp,
            25 | 587 => is_smtp,
            110 => is_pop,
            _ => return None,
        };
        Some((port, is_verb))
    };
    let from_server = of(to).is_none();
    let (port, is_verb) = of(to).or_else(|| of(from))?;
    Some(Voice {
        name: match port {
            21 => "FTP",
            110 => "POP3",
            _ => "SMTP",
        },
        is_verb,
        is_reply: if port == 110 { pop_reply } else { code },
        from_server,
    })
}

/// Three digits, and then a space, a hyphen or the end.
fn code(body: &[u8]) -> Option<usize> {
    let code = body.get(..3)?.iter().all(u8::is_ascii_digit);
    let apart = body.get(3).is_none_or(|b| matches!(b, b' ' | b'-'));
    (code && apart).then_some(3)
}

/// RFC 1939 §3.
fn pop_reply(body: &[u8]) -> Option<usize> {
    let signs: [&[u8]; 2] = [b"+OK", b"-ERR"];
    let sign = signs.into_iter().find(|sign| body.starts_with(sign))?;
    body.get(sign.len())
        .is_none_or(|b| *b == b' ')
        .then_some(sign.len())
}

fn is_pop(verb: &[u8]) -> bool {
    POP_VERBS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(verb))
}

/// Three or four letters (RFC 959 §5.3).
fn is_ftp(verb: &[u8]) -> bool {
    (3..=4).contains(&verb.len()) && verb.iter().all(u8::is_ascii_alphabetic)
}

fn is_smtp(verb: &[u8]) -> bool {
    SMTP_VERBS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(verb))
}

/// One line as fields: code and text, verb and argument, or the line as it is. Answers
/// whether it was of the protocol: after a line that is not, a letter goes on.
fn speak(r: &mut Reader, len: usize, voice: Option<Voice>) -> bool {
    let Some((line, range)) = r.take(len) else {
        return false;
    };
    let body = line.trim_ascii_end();
    let split = voice.and_then(|voice| split(body, voice));
    let text = |range: Range<usize>| String::from_utf8_lossy(&body[range]).into_owned();
    let at = |inner: Range<usize>| range.start + inner.start..range.start + inner.end;
    let shown = body.len();
    let Some((names, end)) = split else {
        r.put("Line", text(0..shown), at(0..len));
        return false;
    };
    r.put(names.0, text(0..end), at(0..end));
    if end < shown {
        r.put(names.1, text(end + 1..shown), at(end..shown));
    }
    if shown < len {
        r.put("End of line", ending(&line[shown..]), at(shown..len));
    }
    true
}

/// What to call a line's two halves, and where the first one ends.
fn split(body: &[u8], voice: Voice) -> Option<((&'static str, &'static str), usize)> {
    if voice.from_server {
        return Some((("Code", "Text"), (voice.is_reply)(body)?));
    }
    let end = body.iter().position(|b| *b == b' ').unwrap_or(body.len());
    (voice.is_verb)(&body[..end]).then_some((("Command", "Argument"), end))
}

fn ending(bytes: &[u8]) -> String {
    let words = bytes.iter().map(|byte| match byte {
        b'\r' => "CR",
        b'\n' => "LF",
        b'\t' => "tab",
        _ => "space",
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Up to the line feed, or all there is.
fn line_len(bytes: &[u8]) -> usize {
    let feed = bytes.iter().position(|b| *b == b'\n');
    feed.map_or(bytes.len(), |at| at + 1)
}

fn first_line(bytes: &[u8]) -> String {
    const LONG: usize = 60;
    let line = String::from_utf8_lossy(bytes[..line_len(bytes)].trim_ascii_end());
    match line.char_indices().nth(LONG) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.into_owned(),
    }
}

/// Readable: text of lines without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}
