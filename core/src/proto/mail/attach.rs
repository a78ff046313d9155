//! Files that go with a letter: a multipart of several bodies (RFC 2046 §5.1), each written
//! so that it passes anywhere.

use super::base64;
use super::encode::quoted_printable;
use std::sync::Arc;

/// How long any line may be at most, without its CRLF (RFC 5322 §2.1.1).
const MAX_LINE: usize = 998;
/// So much of a file's name stands on one line (RFC 2231 §3).
const MAX_NAME: usize = 50;

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name: `photo.png`.
    pub name: String,
    /// Its type: `image/png`.
    pub media_type: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}

impl Attachment {
    /// A file of this name, whose type is told by it.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        let name = name.into();
        Self {
            media_type: type_of(&name).into(),
            name,
            bytes: bytes.into(),
        }
    }
}

/// The type of a file, by the end of its name.
#[must_use]
pub fn type_of(name: &str) -> &'static str {
    const TYPES: [(&str, &str); 14] = [
        ("csv", "text/csv"),
        ("css", "text/css"),
        ("gif", "image/gif"),
        ("htm", "text/html"),
        ("html", "text/html"),
        ("jpeg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("json", "application/json"),
        ("md", "text/plain"),
        ("pdf", "application/pdf"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
        ("txt", "text/plain"),
        ("zip", "application/zip"),
    ];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = TYPES
        .iter()
        .find(|(end, _)| end.eq_ignore_ascii_case(ending));
    known.map_or("application/octet-stream", |(_, media_type)| media_type)
}

/// A body on its own: its headers without line end, and its bytes as they travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub headers: Vec<String>,
    pub text: String,
}

/// A text, whose lines end with `\n`.
pub(super) fn text_body(text: &str) -> Body {
    let (encoding, written) = write_text(text);
    Body {
        headers: vec![
            "Content-Type: text/plain; charset=utf-8".into(),
            format!("Content-Transfer-Encoding: {encoding}"),
        ],
        text: written,
    }
}

/// A file: readable as it travels where it is text, else in base64.
pub(super) fn file_body(file: &Attachment) -> Body {
    let media_type = safe_type(&file.media_type);
    let text = std::str::from_utf8(&file.bytes).ok();
    // A text with CR in it would not come back as it was: its line ends are made right.
    let text = text.filter(|text| media_type.starts_with("text/") && !text.contains('\r'));
    let written = text.map(write_text);
    let (charset, (encoding, text)) = match written {
        Some(written) => ("; charset=utf-8", written),
        None => ("", ("base64", base64::encode_lines(&file.bytes))),
    };
    Body {
        headers: vec![
            format!("Content-Type: {media_type}{charset}"),
            format!("Content-Transfer-Encoding: {encoding}"),
            format!("Content-Disposition: attachment{}", file_name(&file.name)),
        ],
        text,
    }
}

/// Encoding and written form of a text: as it is, else quoted-printable, or base64 where
/// that is shorter. No line end is added to the last line.
fn write_text(text: &str) -> (&'static str, String) {
    if is_plain(text) {
        return ("7bit", text.replace('\n', "\r\n"));
    }
    let base64 = base64::encode_lines(text.as_bytes());
    let mut quoted = quoted_printable(text);
    if !text.ends_with('\n') {
        quoted.truncate(quoted.trim_end_matches(['\r', '\n']).len());
    }
    if quoted.len() <= base64.len() || !text.contains(|c: char| !c.is_ascii()) {
        ("quoted-printable", quoted)
    } else {
        ("base64", base64)
    }
}

/// Whether text can travel as it is: ASCII, no odd control characters, no endless line.
pub(super) fn is_plain(text: &str) -> bool {
    let is_fine = |b: u8| matches!(b, b'\t' | b'\n' | 32..=126);
    text.bytes().all(is_fine) && text.lines().all(|line| line.len() <= MAX_LINE)
}

/// A type as a header may hold it.
fn safe_type(media_type: &str) -> String {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
    let (kind, sub) = media_type.split_once('/').unwrap_or_default();
    let fits = |part: &str| (1..=60).contains(&part.len()) && part.bytes().all(is_token);
    if fits(kind) && fits(sub) && !kind.eq_ignore_ascii_case("multipart") {
        format!("{}/{}", kind.to_ascii_lowercase(), sub.to_ascii_lowercase())
    } else {
        "application/octet-stream".into()
    }
}

/// The file's name as parameters behind `attachment`, each on a line of its own: as it is
/// where it is short and plain, else in the way of RFC 2231 §3 and §4.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii() && !c.is_ascii_control();
    if name.len() <= MAX_NAME && name.chars().all(is_plain) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!(";\r\n filename=\"{escaped}\"");
    }
    let mut pieces = vec![String::new()];
    for b in name.bytes() {
        if pieces.last().is_none_or(|piece| piece.len() + 3 > MAX_NAME) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            // RFC 2231 §7, attribute-char.
            if b.is_ascii_alphanumeric() || b"!#$&+-.^_`{|}~".contains(&b) {
                piece.push(char::from(b));
            } else {
                *piece += &format!("%{b:02X}");
            }
        }
    }
    if let [only] = &pieces[..] {
        return format!(";\r\n filename*=utf-8''{only}");
    }
    let mut out = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        let charset = if i == 0 { "utf-8''" } else { "" };
        out += &format!(";\r\n filename*{i}*={charset}{piece}");
    }
    out
}

/// The bodies one after the other, each behind a line of the boundary (RFC 2046 §5.1.1).
pub(super) fn join(bodies: &[Body], boundary: &str) -> String {
    let mut out = String::new();
    for body in bodies {
        // The line end before a boundary belongs to it.
        if !out.is_empty() {
            out += "\r\n";
        }
        out += &format!("--{boundary}\r\n");
        for header in &body.headers {
            out += header;
            out += "\r\n";
        }
        out += "\r\n";
        out += &body.text;
    }
    out + "\r\n--" + boundary + "--\r\n"
}

/// A boundary that stands in none of the bodies, made from what is the letter's own. Neither
/// base64 nor quoted-printable can hold its `=_` (RFC 2045 §6.7).
pub(super) fn boundary(message_id: &str, bodies: &[Body]) -> String {
    let own = message_id.split('@').next().unwrap_or_default();
    let own: String = own
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(40)
        .collect();
    let mut boundary = format!("=_{own}");
    while bodies.iter().any(|body| body.text.contains(&boundary)) {
        boundary.push('x');
    }
    boundary
}
