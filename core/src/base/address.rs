//! The page's addresses: what a reader sees, in a URL's fragment, as page and program write it.

/// Where all chance comes from, unless an address says otherwise.
pub const USUAL_SEED: u64 = 1;

/// Names that are not knobs. A knob of such a name is written `knob-at`.
const RESERVED: &[&str] = &[
    "seed", "by", "at", "packet", "tab", "field", "pins", "filter", "noise", "hide", "time",
    "zoom", "paper", "why", "with", "as", "chart",
];

/// Stands before a knob whose name means something else.
pub const KNOB: &str = "knob-";

/// The fragment of a scenario with its knobs and its seed, and whatever `more` there is to
/// say: `#/ftp-download?mode=active&seed=7&at=9`.
#[must_use]
pub fn fragment(
    scenario: &str,
    knobs: &[(&str, &str)],
    seed: u64,
    more: &[(&str, &str)],
) -> String {
    let mut text = String::from("#/");
    encode(scenario, &mut text);
    let mut mark = '?';
    let mut put = |prefix: &str, name: &str, value: &str| {
        text.push(mark);
        mark = '&';
        text += prefix;
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    };
    for (knob, value) in knobs {
        let taken = RESERVED.contains(knob) || knob.starts_with(KNOB);
        put(if taken { KNOB } else { "" }, knob, value);
    }
    if seed != USUAL_SEED {
        put("", "seed", &seed.to_string());
    }
    for (name, value) in more {
        put("", name, value);
    }
    text
}

/// Letters, digits and a few signs as they are, a space as `+`, all else as `%XX`.
pub fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'_'
            | b'.'
            | b'~'
            | b'/'
            | b':'
            | b'@'
            | b',' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_left_out_and_what_is_odd_is_escaped() {
        assert_eq!(fragment("handshake", &[], 1, &[]), "#/handshake");
        let knobs = [("size", "40 kB"), ("at", "ü&"), ("knob-x", "a+b")];
        assert_eq!(
            fragment("a/b", &knobs, 7, &[("tab", "packets")]),
            "#/a/b?size=40+kB&knob-at=%C3%BC%26&knob-knob-x=a%2Bb&seed=7&tab=packets"
        );
    }
}
