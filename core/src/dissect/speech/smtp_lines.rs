//! What the lines of SMTP say, field by field.

use super::{Sort, lines};
use crate::dissect::kinds::FieldKind;
use crate::dissect::read::Reader;
use crate::dissect::table::smtp::dialogue as s;
use crate::proto::smtp::parse::{self, PartKind};
use crate::proto::smtp::types::{Verb, enhanced_of};

/// A command.
pub(super) fn command(r: &mut Reader) -> Option<()> {
    let line = r.unread();
    let (words, verb) = (lines::words(line), lines::verb(line));
    let (start, all) = (r.at(), r.at()..r.end());
    r.put(&s::COMMAND_LINE, line.len() as u64, all.clone());
    r.put(&s::IS_REQUEST, 1, all);
    r.blob(&s::COMMAND, verb.len())?;
    let behind = words.len() - verb.len();
    if behind > 1 {
        r.take(1)?;
        r.blob(&s::ARGUMENT, behind - 1)?;
        argument(r, words, start);
    }
    r.rest(&s::LINE_END)
}

/// What a command's argument is made of.
fn argument(r: &mut Reader, words: &[u8], start: usize) {
    let verb = Verb::of_word(lines::verb(words));
    if !matches!(verb, Verb::Mail | Verb::Rcpt | Verb::Auth) {
        return;
    }
    let mut is_login = None;
    for part in parse::command(words).parts {
        let bytes = part.span.of(words);
        let range = start + part.span.start as usize..start + part.span.end as usize;
        let kind = match (part.kind, verb) {
            (PartKind::Path, Verb::Mail) => &s::FROM,
            (PartKind::Path, _) => &s::TO,
            (PartKind::Param, Verb::Auth) => match is_login {
                None => {
                    is_login = Some(bytes.eq_ignore_ascii_case(b"LOGIN"));
                    &s::MECHANISM
                }
                Some(_) => &s::CREDENTIALS,
            },
            (PartKind::Param, _) => parameter(bytes),
            _ => continue,
        };
        r.put(kind, bytes.len() as u64, range.clone());
        if std::ptr::eq(kind, &s::CREDENTIALS) {
            r.put(&s::USER, 0, range.clone());
            if is_login == Some(false) {
                r.put(&s::PASSWORD, 0, range);
            }
        }
    }
}

/// `SIZE=1234`.
fn parameter(bytes: &[u8]) -> &'static FieldKind {
    let key = bytes.split(|b| *b == b'=').next().unwrap_or_default();
    let known = [("SIZE", &s::SIZE), ("BODY", &s::BODY), ("AUTH", &s::AUTH)];
    let mut known = known.into_iter();
    let found = known.find(|(word, _)| word.as_bytes().eq_ignore_ascii_case(key));
    found.map_or(&s::OTHER_PARAMETER, |(_, kind)| kind)
}

/// A line of a reply; those behind the first that answer EHLO offer something.
pub(super) fn reply(r: &mut Reader, offers: bool) -> Option<()> {
    let line = r.unread();
    let words = lines::words(line);
    let all = r.at()..r.end();
    r.put(&s::REPLY, line.len() as u64, all.clone());
    r.put(&s::IS_RESPONSE, 1, all);
    let code = code(words);
    let (digits, range) = r.take(3)?;
    r.put(&s::CODE, u64::from(code), range.clone());
    let kinds = [&s::FIRST_DIGIT, &s::SECOND_DIGIT, &s::THIRD_DIGIT];
    for ((kind, digit), at) in kinds.into_iter().zip(digits).zip(range) {
        r.put(kind, u64::from(digit.saturating_sub(b'0')), at..at + 1);
    }
    if let Some(mark) = words.get(3) {
        let (_, range) = r.take(1)?;
        r.put(&s::CONTINUES, u64::from(*mark == b'-'), range);
    }
    let said = words.get(4..).filter(|said| !said.is_empty());
    if let Some(said) = said {
        text(r, said, code, offers)?;
    }
    r.rest(&s::LINE_END)
}

/// A reply's three digits.
pub(super) fn code(line: &[u8]) -> u16 {
    let digits = line.iter().take(3);
    digits.fold(0, |code, digit| {
        code * 10 + u16::from(digit.wrapping_sub(b'0') % 10)
    })
}

/// What stands behind the code.
fn text(r: &mut Reader, said: &[u8], code: u16, offers: bool) -> Option<()> {
    let (_, range) = r.take(said.len())?;
    r.put(&s::TEXT, said.len() as u64, range.clone());
    if offers {
        r.put(&s::EXTENSION, said.len() as u64, range.clone());
    }
    if code == 334 {
        r.put(&s::ASKED_FOR, 0, range.clone());
    }
    let word = said.split(|b| *b == b' ').next().unwrap_or_default();
    let word = std::str::from_utf8(word).ok();
    if let Some(enhanced) = word.and_then(|word| enhanced_of(code, word)) {
        let range = range.start..range.start + enhanced.len();
        r.put(&s::ENHANCED_CODE, enhanced.len() as u64, range.clone());
        r.put(&s::ENHANCED_MEANS, 0, range);
    }
    Some(())
}

/// The lone dot.
pub(super) fn end(r: &mut Reader) -> Option<()> {
    r.blob(&s::END_OF_LETTER, 1)?;
    r.rest(&s::LINE_END)
}

/// A line of logging in.
pub(super) fn credentials(r: &mut Reader, sort: Sort) -> Option<()> {
    let said = lines::words(r.unread()).len();
    if said > 0 {
        let (_, range) = r.take(said)?;
        r.put(&s::CREDENTIALS, said as u64, range.clone());
        if sort != Sort::SmtpPassword {
            r.put(&s::USER, 0, range.clone());
        }
        if sort != Sort::SmtpUser {
            r.put(&s::PASSWORD, 0, range);
        }
    }
    r.rest(&s::LINE_END)
}
