//! The lines that people type to read and send letters: `send Grace "Lunch?" "At noon?"`,
//! `fetch`, `read 2`; and `mail` where the mailbox itself lies.

use crate::base::Letter;

/// The words that a line to a mail client may begin with.
pub const WORDS: [&str; 6] = ["send", "retry", "fetch", "list", "read", "delete"];

/// Those of a line typed at a mail server's own host.
pub const AT_SERVER: [&str; 2] = ["mail", "read"];

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// That a letter be sent.
    Send(Letter),
    /// That what could not be sent be tried once more.
    Retry,
    /// All new letters from the server.
    Fetch,
    /// What there is.
    List,
    /// What a letter says, counted from 1.
    Read(u32),
    /// That a letter be thrown away.
    Delete(u32),
    /// What there is in the mailbox that lies here.
    Mail,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

const SEND: &str = "write send TO \"SUBJECT\" \"TEXT\"; several recipients: a,b; files that go with it stand behind";

impl Fault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { message, help }
    }
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn parse(line: &str) -> Result<Line, Fault> {
    let words = words(line)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["send", to, subject, text, ref files @ ..] => Ok(Line::Send(Letter {
            to: recipients(to)?,
            subject: subject.to_owned(),
            text: text.to_owned(),
            attach: files.iter().map(|name| (*name).to_owned()).collect(),
            ..Letter::default()
        })),
        ["send", ..] => Err(Fault::new(
            "`send` needs a recipient, a subject and a text",
            SEND,
        )),
        ["retry"] => Ok(Line::Retry),
        ["fetch"] => Ok(Line::Fetch),
        ["list"] => Ok(Line::List),
        ["mail"] => Ok(Line::Mail),
        ["read", which] => number(which).map(Line::Read),
        ["delete", which] => number(which).map(Line::Delete),
        [word @ ("read" | "delete"), ..] => Err(Fault::new(
            format!("`{word}` needs a letter's number"),
            format!("write {word} 1"),
        )),
        [word @ ("retry" | "fetch" | "list" | "mail"), ..] => Err(Fault::new(
            format!("`{word}` stands alone"),
            format!("write {word}"),
        )),
        _ => Err(Fault::new(
            format!("`{}` is nothing a mail program knows", line.trim()),
            "it knows send TO \"SUBJECT\" \"TEXT\" FILE, retry, fetch, list, read 1, delete 1; and \
             where mailboxes lie, mail and read 1",
        )),
    }
}

fn recipients(text: &str) -> Result<Vec<String>, Fault> {
    let names = text.split(',').map(str::trim).filter(|to| !to.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    match names.is_empty() {
        true => Err(Fault::new("this letter goes to nobody", SEND)),
        false => Ok(names),
    }
}

fn number(word: &str) -> Result<u32, Fault> {
    let number = word.parse().ok().filter(|n| *n > 0);
    number.ok_or_else(|| {
        Fault::new(
            format!("`{word}` is no letter's number"),
            "letters are counted from 1: read 1",
        )
    })
}

/// Words between spaces; quotes hold several together, `\n` in them is a line end.
fn words(line: &str) -> Result<Vec<String>, Fault> {
    let mut words = Vec::new();
    let mut chars = line.trim().chars().peekable();
    while let Some(first) = chars.next() {
        let mut word = String::new();
        match first {
            ' ' | '\t' => continue,
            '"' => loop {
                match chars.next() {
                    Some('"') => break,
                    Some('\\') => match chars.next() {
                        Some('n') => word.push('\n'),
                        Some(c) => word.push(c),
                        None => {}
                    },
                    Some(c) => word.push(c),
                    None => return Err(Fault::new("a quote is not closed", SEND)),
                }
            },
            _ => {
                word.push(first);
                while let Some(c) = chars.next_if(|c| !matches!(c, ' ' | '\t')) {
                    word.push(c);
                }
            }
        }
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_can_be_typed() {
        let typed = parse(r#" send grace@example.net,Ada  "Lunch \"now\"?" "Hi,\nat noon?" a.png"#);
        let letter = Letter {
            to: vec!["grace@example.net".into(), "Ada".into()],
            subject: "Lunch \"now\"?".into(),
            text: "Hi,\nat noon?".into(),
            attach: vec!["a.png".into()],
            ..Letter::default()
        };
        assert_eq!(typed, Ok(Line::Send(letter)));
    }

    #[test]
    fn letters_are_fetched_listed_and_read() {
        for (text, line) in [
            ("fetch", Line::Fetch),
            ("retry", Line::Retry),
            (" list ", Line::List),
            ("read 2", Line::Read(2)),
            ("delete 12", Line::Delete(12)),
            ("mail", Line::Mail),
        ] {
            assert_eq!(parse(text), Ok(line), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_and_its_remedy_too() {
        for (text, message) in [
            ("", "`` is nothing a mail program knows"),
            ("mial", "`mial` is nothing a mail program knows"),
            (
                "send Grace",
                "`send` needs a recipient, a subject and a text",
            ),
            ("send , a b", "this letter goes to nobody"),
            ("send a \"b", "a quote is not closed"),
            ("send a \"b\\", "a quote is not closed"),
            ("read", "`read` needs a letter's number"),
            ("read 0", "`0` is no letter's number"),
            ("delete two", "`two` is no letter's number"),
            ("fetch all", "`fetch` stands alone"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(fault.message, message);
            assert!(!fault.help.is_empty());
        }
    }
}
