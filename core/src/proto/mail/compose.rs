//! A letter's bytes from what a person wrote (RFC 5322).

use super::attach::{self, Attachment, is_plain};
use super::encode::{encoded_words, quoted_printable};
use crate::base::Time;
use crate::base::time::Civil;

/// All that a letter is made of; nothing is drawn from anywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// When it was written.
    pub date: Time,
    /// Who wrote it.
    pub from: Address,
    /// Whom it is for.
    pub to: Vec<Address>,
    /// Who is to know of it besides. Whoever gets it unseen (Bcc) stands in no letter.
    pub cc: Vec<Address>,
    /// Its subject; line ends become spaces.
    pub subject: String,
    /// Its text; line ends of any kind.
    pub text: String,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
    /// A program wrote it: nobody's answering machine has to answer (RFC 3834 §5).
    pub automatic: bool,
    /// What tells it from all other letters, without angle brackets: `1a2b@example.org`.
    pub message_id: String,
}

/// An address with the name of whoever has it, which may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `Ada`.
    pub name: String,
    /// `ada@example.org`.
    pub address: String,
}

/// How long a header line should be at most (RFC 5322 §2.1.1).
const GOOD_LINE: usize = 78;
/// How long any line may be at most, without its CRLF (RFC 5322 §2.1.1).
const MAX_LINE: usize = 998;

/// Makes the letter: ASCII throughout, each line ended by CRLF. A letter that was ASCII
/// from the start has no MIME header.
#[must_use]
pub fn compose(draft: &Draft) -> Vec<u8> {
    let text = unix_lines(&draft.text);
    let mut out = String::new();
    header(&mut out, "Date", &Civil::at(draft.date).rfc5322());
    header(&mut out, "From", &written(&draft.from));
    for (name, people) in [("To", &draft.to), ("Cc", &draft.cc)] {
        let people: Vec<String> = people.iter().map(written).collect();
        if !people.is_empty() {
            header(&mut out, name, &people.join(", "));
        }
    }
    header(&mut out, "Subject", &unstructured(&draft.subject));
    header(&mut out, "Message-ID", &format!("<{}>", draft.message_id));
    if draft.automatic {
        header(&mut out, "Auto-Submitted", "auto-generated");
    }
    if !draft.attachments.is_empty() {
        let mut bodies = vec![attach::text_body(&text)];
        bodies.extend(draft.attachments.iter().map(attach::file_body));
        let boundary = attach::boundary(&draft.message_id, &bodies);
        header(&mut out, "MIME-Version", "1.0");
        let kind = format!("multipart/mixed; boundary=\"{boundary}\"");
        header(&mut out, "Content-Type", &kind);
        out.push_str("\r\n");
        out.push_str(&attach::join(&bodies, &boundary));
        return out.into_bytes();
    }
    let is_plain = is_plain(&text);
    if !(is_plain && draft.subject.is_ascii()) {
        header(&mut out, "MIME-Version", "1.0");
        header(&mut out, "Content-Type", "text/plain; charset=utf-8");
        let encoding = if is_plain { "7bit" } else { "quoted-printable" };
        header(&mut out, "Content-Transfer-Encoding", encoding);
    }
    out.push_str("\r\n");
    if is_plain {
        out.extend(text.lines().flat_map(|line| [line, "\r\n"]));
    } else {
        out.push_str(&quoted_printable(&text));
    }
    out.into_bytes()
}

/// Adds a header, folded at spaces where it grows too long (RFC 5322 §2.2.3).
pub(super) fn header(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push(':');
    let mut column = name.len() + 1;
    for (i, word) in value.split(' ').enumerate() {
        let first_line = word.split("\r\n").next().unwrap_or(word);
        // Two spaces in a row leave an empty word, which alone on a line would be a
        // line of nothing but white space.
        if i > 0 && !word.is_empty() && column + 1 + first_line.len() > GOOD_LINE {
            out.push_str("\r\n");
            column = 0;
        }
        out.push(' ');
        out.push_str(word);
        column = match word.rsplit_once("\r\n") {
            Some((_, last)) => last.len(),
            None => column + 1 + word.len(),
        };
    }
    out.push_str("\r\n");
}

/// Whether a word is too long for any line that is folded at spaces.
fn has_long_word(text: &str) -> bool {
    text.split(' ').any(|word| word.len() > MAX_LINE / 2)
}

/// A subject as a header may hold it.
fn unstructured(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    // Spaces at the ends, or a long run of them, would be lost in folding.
    let is_odd = line.trim() != line || line.contains("  ") || line.contains("=?");
    if line.is_ascii() && !has_long_word(&line) && !is_odd {
        line
    } else {
        encoded_words(&line)
    }
}

/// `Ada <ada@example.org>`, the name quoted or encoded where it has to be.
pub(super) fn written(address: &Address) -> String {
    let Address { name, address } = address;
    // Whatever it is, it begins no header of its own.
    let address: String = address.chars().filter(|c| !c.is_control()).collect();
    let is_word_char = |c: char| c.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    if name.trim().is_empty() {
        address
    } else if has_long_word(name) {
        format!("{} <{address}>", encoded_words(name))
    } else if name.chars().all(is_word_char) && !name.contains("=?") {
        format!("{name} <{address}>")
    } else if name.chars().all(|c| c.is_ascii() && !c.is_ascii_control()) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\" <{address}>")
    } else {
        format!("{} <{address}>", encoded_words(name))
    }
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::mail::headers;

    fn draft(subject: &str, text: &str) -> Draft {
        let address = |name: &str, address: &str| Address {
            name: name.into(),
            address: address.into(),
        };
        Draft {
            date: Time::ZERO,
            from: address("Ada", "ada@example.org"),
            to: vec![address("Grace", "grace@example.net")],
            cc: Vec::new(),
            attachments: Vec::new(),
            subject: subject.into(),
            text: text.into(),
            automatic: false,
            message_id: "1@laptop.example.org".into(),
        }
    }

    #[test]
    fn a_plain_letter_has_plain_headers() {
        let letter = compose(&draft("Lunch?", "Dear Grace,\n\nat noon?\n.\nAda"));
        assert_eq!(
            String::from_utf8(letter).unwrap(),
            "Date: Mon, 05 Jan 2026 09:00:00 +0000\r\n\
             From: Ada <ada@example.org>\r\n\
             To: Grace <grace@example.net>\r\n\
             Subject: Lunch?\r\n\
             Message-ID: <1@laptop.example.org>\r\n\
             \r\n\
             Dear Grace,\r\n\r\nat noon?\r\n.\r\nAda\r\n"
        );
    }

    #[test]
    fn umlauts_are_encoded_and_said_so() {
        let letter = String::from_utf8(compose(&draft("Grüße", "schön\n"))).unwrap();
        assert!(letter.is_ascii());
        assert!(letter.contains("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"));
        assert!(letter.contains(
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\nsch=C3=B6n\r\n"
        ));
        let letter = String::from_utf8(compose(&draft("Grüße", "plain"))).unwrap();
        assert!(letter.ends_with("Content-Transfer-Encoding: 7bit\r\n\r\nplain\r\n"));
    }

    #[test]
    fn subjects_come_back_and_nothing_is_smuggled_in() {
        for subject in [
            "Lunch?",
            "",
            " two  spaces ",
            "Grüße and a long subject that surely does not fit into one line of a header at all",
            "word ".repeat(60).trim_end(),
            &"x".repeat(1200),
            "=?utf-8?Q?no?=",
        ] {
            let letter = compose(&draft(subject, "x"));
            let lines = letter.split(|b| *b == b'\n');
            assert!(
                lines.map(<[u8]>::len).all(|len| len <= GOOD_LINE + 1),
                "{subject}"
            );
            assert_eq!(headers::find(&letter, "subject").as_deref(), Some(subject));
        }
        let letter = compose(&draft("a\r\nBcc: eve@example.com", "x"));
        assert_eq!(headers::find(&letter, "bcc"), None);
    }

    #[test]
    fn names_are_quoted_where_they_must() {
        let mut draft = draft("Hi", "x");
        for (name, shown) in [
            ("Ada Lovelace", "Ada Lovelace <a@b.example>"),
            ("Lovelace, Ada", "\"Lovelace, Ada\" <a@b.example>"),
            ("", "a@b.example"),
            ("Åsa", "=?utf-8?Q?=C3=85sa?= <a@b.example>"),
        ] {
            draft.from = Address {
                name: name.into(),
                address: "a@b.example".into(),
            };
            let letter = String::from_utf8(compose(&draft)).unwrap();
            assert!(letter.contains(&format!("From: {shown}\r\n")), "{letter}");
        }
    }

    #[test]
    fn names_and_addresses_begin_no_headers() {
        let mut draft = draft("Hi", "x");
        draft.from = Address {
            name: "Ada\r\nBcc: eve@example.com".into(),
            address: "a@b.example\r\nBcc: eve@example.com\r\n\r\nbody".into(),
        };
        draft.to = vec![
            draft.from.clone(),
            Address {
                name: String::new(),
                ..draft.from.clone()
            },
        ];
        let letter = compose(&draft);
        assert_eq!(headers::find(&letter, "Bcc"), None);
        let mut lines = letter.split(|b| *b == b'\n');
        assert!(!lines.any(|line| line.starts_with(b"Bcc") || line.starts_with(b"body")));
    }

    #[test]
    fn an_endless_name_is_folded_as_well() {
        let mut draft = draft("Hi", "x");
        for name in ["x".repeat(1200), format!("{},", "y".repeat(1200))] {
            draft.from.name = name.clone();
            let letter = compose(&draft);
            let mut lines = letter.split(|b| *b == b'\n');
            assert!(lines.all(|line| line.len() <= GOOD_LINE + 1));
            let from = headers::find(&letter, "From").unwrap();
            assert_eq!(from, format!("{name} <ada@example.org>"));
        }
    }

    #[test]
    fn many_recipients_are_folded() {
        let mut draft = draft("Hi", "x");
        draft.to = vec![draft.to[0].clone(); 20];
        let letter = compose(&draft);
        let to = headers::find(&letter, "To").unwrap();
        assert_eq!(to.matches("Grace <grace@example.net>").count(), 20);
        assert!(
            letter
                .split(|b| *b == b'\n')
                .all(|line| line.len() <= GOOD_LINE + 1)
        );
    }
}
