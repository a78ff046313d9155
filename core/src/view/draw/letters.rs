//! How much room letters take, so that no label runs into another. Fonts differ from machine
//! to machine: these are the widths of a wide one, and a little more.

use crate::base::visible::visible_line;

/// How large letters are in a picture, in its own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Plain text and labels.
    pub text: f64,
    /// Names of hosts.
    pub name: f64,
    /// What stands beside, smaller.
    pub small: f64,
}

impl Sizes {
    /// For a screen on a desk, or in a hand.
    pub const DESK: Self = Self::of(13.0);
    /// For tired eyes.
    pub const LARGE: Self = Self::of(16.0);
    /// For a projector.
    pub const PROJECTOR: Self = Self::of(20.0);

    const fn of(text: f64) -> Self {
        Self {
            text,
            name: text + 2.0,
            small: text,
        }
    }
}

/// The style of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The page's own.
    Plain,
    /// The same, bold.
    Bold,
    /// All letters equally wide.
    Mono,
}

/// How wide a text is at most, in letters of this size.
#[must_use]
pub fn width(text: &str, face: Face, size: f64) -> f64 {
    text.chars().map(|c| advance(c, face)).sum::<f64>() * size
}

/// As much of a text as fits, with `…` where it was cut. The second is the whole, if so.
#[must_use]
pub fn fit(text: &str, face: Face, size: f64, room: f64) -> (String, Option<String>) {
    let text = &*visible_line(text);
    if width(text, face, size) <= room {
        return (text.to_owned(), None);
    }
    let mut used = advance('…', face) * size;
    let mut cut = String::new();
    for c in text.chars() {
        used += advance(c, face) * size;
        if used > room {
            break;
        }
        cut.push(c);
    }
    let cut = cut.trim_end();
    (format!("{cut}…"), Some(text.to_owned()))
}

fn advance(c: char, face: Face) -> f64 {
    let plain = match c {
        _ if is_wide(c) => return 1.1,
        _ if face == Face::Mono => return 0.61,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.36,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '"' => 0.45,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '→' | '—' => 1.0,
        'A'..='Z' => 0.72,
        _ => 0.63,
    };
    if face == Face::Bold {
        plain * 1.1
    } else {
        plain
    }
}

/// Ideographs, kana, hangul and most pictures take a full square.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f000..=0x1faff | 0x20000..=0x3fffd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_the_room_ends() {
        let (text, full) = fit("short", Face::Plain, 10.0, 100.0);
        assert_eq!((text.as_str(), full), ("short", None));
        let (text, full) = fit("a rather long label", Face::Plain, 10.0, 60.0);
        assert!(
            text.ends_with('…') && width(&text, Face::Plain, 10.0) <= 60.0,
            "{text}"
        );
        assert_eq!(full.as_deref(), Some("a rather long label"));
        assert_eq!(fit("word", Face::Mono, 10.0, 0.0).0, "…");
    }
}
