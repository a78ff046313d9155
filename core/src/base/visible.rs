//! Signs that cannot be seen, or that turn round what stands beside them, written so that they can.

use std::borrow::Cow;

/// A text in which every sign can be seen. Ends of lines and tabs stay.
///
/// Data may come from anybody: a letter whose subject runs backwards must not look like another.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    // Most texts hold nothing of the kind.
    if !text.chars().any(|c| is_unseen(c) || c == '\r') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // An end of a line.
            '\r' if rest.peek() == Some(&'\n') => out.push(c),
            _ if is_unseen(c) || c == '\r' => push(&mut out, c),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The same in one line: ends of lines and tabs are seen, too.
#[must_use]
pub fn visible_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_unseen(c) || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_unseen(c) || c.is_control() {
            true => push(&mut out, c),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a sign has no look of its own, or changes how others stand. Those that letters of
/// many languages are joined with stay.
fn is_unseen(c: char) -> bool {
    match c {
        '\n' | '\t' | '\r' => false,
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control(),
    }
}

/// Writes a sign's name: those of ASCII have pictures, the others their number.
fn push(out: &mut String, c: char) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let number = u32::from(c);
    match number {
        0..=0x1f => out.extend(char::from_u32(0x2400 + number)),
        0x7f => out.push('␡'),
        _ => {
            out.push_str("⟨U+");
            let digits = if number > 0xffff { 5 } else { 4 };
            for at in (0..digits).rev() {
                let digit = number >> (4 * at) & 15;
                out.push(char::from(HEX[digit as usize]));
            }
            out.push('⟩');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out_and_all_else_stays() {
        for plain in ["", "a b", "naïve — 日本 👩‍💻", "one\r\ntwo\tthree\n"] {
            assert!(matches!(visible(plain), Cow::Borrowed(_)) || plain.contains('\r'));
            assert_eq!(visible(plain), plain);
        }
        assert_eq!(visible("a\u{1b}[31m"), "a␛[31m");
        assert_eq!(visible("x\ry"), "x␍y");
        assert_eq!(visible("cod\u{202e}fdp.exe"), "cod⟨U+202E⟩fdp.exe");
        assert_eq!(visible("\u{85}\u{e0041}\u{7f}"), "⟨U+0085⟩⟨U+E0041⟩␡");
        assert_eq!(visible_line("a\r\nb\t"), "a␍␊b␉");
    }
}
