//! What a person may type: `send grace@example.net "Lunch?" "At noon?"`.

use crate::program::contract::Letter;

const HELP: &str = "I know: send TO \"SUBJECT\" \"TEXT\" (several recipients: a,b; files to go \
                    with it follow the text), fetch, list, read 1, delete 1, retry.";

/// What a typed line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// This letter is to be sent.
    Send(Box<Letter>),
    /// All new letters are to be fetched.
    Fetch,
    /// Which letters are here?
    List,
    /// Show this letter.
    Read(u32),
    /// Throw this letter away.
    Delete(u32),
    /// Try what stayed in the outbox once more.
    Retry,
}

/// What a typed line asks for, or a sentence that says what can be typed.
pub(super) fn read(line: &str) -> Result<Typed, String> {
    let words = words(line)?;
    let Some((verb, rest)) = words.split_first() else {
        return Err(HELP.into());
    };
    let number = || match rest {
        [number] => number.parse().ok(),
        _ => None,
    };
    let verb = verb.to_ascii_lowercase();
    match (verb.as_str(), rest) {
        ("send", [to, subject, text, attach @ ..]) => Ok(Typed::Send(Box::new(Letter {
            to: to
                .split(',')
                .map(str::trim)
                .filter(|to| !to.is_empty())
                .map(str::to_owned)
                .collect(),
            subject: subject.clone(),
            text: text.clone(),
            attach: attach.to_vec(),
            ..Letter::default()
        }))),
        ("send", _) => Err(format!(
            "send needs a recipient, a subject and a text. {HELP}"
        )),
        ("fetch", []) => Ok(Typed::Fetch),
        ("list", []) => Ok(Typed::List),
        ("retry", []) => Ok(Typed::Retry),
        ("read" | "delete", _) => match number() {
            Some(number) if verb == "read" => Ok(Typed::Read(number)),
            Some(number) => Ok(Typed::Delete(number)),
            None => Err(format!("{verb} needs a letter's number. {HELP}")),
        },
        ("fetch" | "list" | "retry", _) => Err(format!("{verb} stands alone. {HELP}")),
        _ => Err(format!("I do not know \"{verb}\". {HELP}")),
    }
}

/// Words between spaces; quotes hold several together, `\n` in them is a line end.
fn words(line: &str) -> Result<Vec<String>, String> {
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
                    None => return Err(format!("A quote is not closed. {HELP}")),
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

    fn letter(line: &str) -> Result<Letter, String> {
        match read(line) {
            Ok(Typed::Send(letter)) => Ok(*letter),
            Ok(other) => panic!("{other:?}"),
            Err(why) => Err(why),
        }
    }

    #[test]
    fn short_words_do_the_rest() {
        for (line, typed) in [
            ("fetch", Typed::Fetch),
            ("List", Typed::List),
            (" retry ", Typed::Retry),
            ("read 2", Typed::Read(2)),
            ("delete 3", Typed::Delete(3)),
        ] {
            assert_eq!(read(line), Ok(typed));
        }
    }

    #[test]
    fn a_letter_can_be_typed() {
        let typed = letter(r#" send grace@example.net,Ada  "Lunch \"now\"?" "Hi,\nat noon?" a.png"#);
        assert_eq!(
            typed,
            Ok(Letter {
                to: vec!["grace@example.net".into(), "Ada".into()],
                subject: "Lunch \"now\"?".into(),
                text: "Hi,\nat noon?".into(),
                attach: vec!["a.png".into()],
                ..Letter::default()
            })
        );
    }

    #[test]
    fn spaces_between_recipients_belong_to_nobody() {
        let typed = letter(r#"send "Grace, Ada Lovelace , " Hi x"#).unwrap();
        assert_eq!(typed.to, ["Grace", "Ada Lovelace"]);
    }

    #[test]
    fn anything_else_is_answered_with_what_can_be_typed() {
        for line in [
            "",
            "mail bob",
            "send grace",
            "send a \"b",
            "send a \"b\\",
            "\\",
            "read",
            "read two",
            "delete 1 2",
            "fetch all",
        ] {
            let why = letter(line).unwrap_err();
            assert!(why.ends_with(HELP), "{why}");
        }
    }
}
