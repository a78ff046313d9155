//! Reading at the server's own host, where the mailbox lies: as in the old days.

use super::office::Office;
use crate::program::contract::Outcome;
use crate::program::mailboxes::StoredLetter;
use crate::proto::mail::{self, headers};
use crate::proto::smtp::Mailbox;

/// What a person asks for at the server.
enum Wish {
    List,
    Read(usize),
    Delete(usize),
}

/// Does what a person has typed, and says how it went.
pub(super) fn typed(person: &str, text: &str, office: &mut Office) -> Outcome {
    let said = wish(text).and_then(|wish| {
        let mailbox = mailbox_of(person, office)?;
        match wish {
            Wish::List => Ok(list(office.boxes.letters(&mailbox))),
            Wish::Read(number) => Ok(read(letter(office, &mailbox, number)?)),
            Wish::Delete(number) => {
                let number = letter(office, &mailbox, number)?.number;
                office.remove(&mailbox, &[number]);
                Ok("Deleted.".to_owned())
            }
        }
    });
    let ok = said.is_ok();
    Outcome {
        ok,
        code: None,
        text: said.unwrap_or_else(|why| why),
    }
}

fn wish(text: &str) -> Result<Wish, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| {
        let why = || format!("\"{word}\" is no number of a letter; type: mail");
        word.parse().map_err(|_| why())
    };
    match words[..] {
        ["mail"] => Ok(Wish::List),
        ["read", word] => Ok(Wish::Read(number(word)?)),
        ["delete", word] => Ok(Wish::Delete(number(word)?)),
        _ => Err(format!(
            "I do not understand \"{text}\"; type: mail, read 1, or delete 1"
        )),
    }
}

/// The mailbox of a person: that of their user name, or of their name.
fn mailbox_of(person: &str, office: &Office) -> Result<Mailbox, String> {
    let name = person.to_ascii_lowercase();
    let by_login = office.rules.address_of(&name).cloned();
    let mut own = office.config.mailboxes.iter();
    let named = own.find(|address| {
        let local = address
            .rsplit_once('@')
            .map_or(address.as_str(), |(local, _)| local);
        local.eq_ignore_ascii_case(&name)
    });
    let by_name = || super::policy::address(named?).ok();
    let found = by_login.or_else(by_name);
    let found = found.filter(|mailbox| office.boxes.has(mailbox));
    found.ok_or_else(|| format!("{person} has no mailbox here."))
}

fn letter<'a>(
    office: &'a Office,
    mailbox: &Mailbox,
    number: usize,
) -> Result<&'a StoredLetter, String> {
    let letters = office.boxes.letters(mailbox);
    let found = number.checked_sub(1).and_then(|at| letters.get(at));
    found.ok_or_else(|| format!("There is no letter {number}; {}", count(letters.len())))
}

fn count(letters: usize) -> String {
    match letters {
        0 => "the mailbox is empty.".into(),
        1 => "the mailbox has 1 letter.".into(),
        n => format!("the mailbox has {n} letters."),
    }
}

fn list(letters: &[StoredLetter]) -> String {
    let mut lines = vec![count(letters.len()).replacen('t', "T", 1)];
    for (number, letter) in (1..).zip(letters) {
        let header = |name| headers::find(&letter.bytes, name).unwrap_or_default();
        let (from, subject) = (header("From"), header("Subject"));
        let from = match from.is_empty() {
            true => letter.from.to_string(),
            false => from,
        };
        let size = letter.bytes.len();
        lines.push(format!(
            "{number}: from {from}, \"{subject}\", {size} bytes"
        ));
    }
    lines.join("\n")
}

/// The letter as a person sees it: what it says, and what came with it.
fn read(letter: &StoredLetter) -> String {
    let letter = mail::read::read(&letter.bytes);
    let mut shown = String::new();
    for name in ["From", "To", "Cc", "Date", "Subject"] {
        if let Some(value) = letter.header(name) {
            shown.push_str(&format!("{name}: {value}\n"));
        }
    }
    shown.push_str(&format!("\n{}", letter.text().trim_end()));
    for file in letter.files() {
        let name = file.name.as_deref().unwrap_or_default();
        shown.push_str(&format!("\n[{name}, {} bytes]", file.bytes.len()));
    }
    // What moves a cursor is not for who reads.
    shown.retain(|c| c == '\n' || c == '\t' || !c.is_control());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::smtp::Path;

    #[test]
    fn a_letter_with_files_is_read_without_them() {
        let bytes = b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
            Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nHi\x1b[2J\r\n--c--\r\n\
            --b\r\nContent-Type: image/png; name=\"a.png\"\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n";
        let letter = StoredLetter {
            number: 1,
            from: Path::Null,
            to: Path::Postmaster,
            time: crate::base::Time::ZERO,
            bytes: bytes[..].into(),
        };
        assert_eq!(read(&letter), "Subject: Grüße\n\nHi[2J\n[a.png, 3 bytes]");
    }
}
