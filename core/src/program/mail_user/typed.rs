//! What a person may type: `send grace@example.net "Lunch?" "At noon?"`.

use crate::program::contract::Letter;

const HELP: &str = "I know: send TO \"SUBJECT\" \"TEXT\". Several recipients: a,b.";

/// The letter a typed line asks for, or a sentence that says what can be typed.
pub(super) fn letter(line: &str) -> Result<Letter, String> {
    let words = words(line)?;
    match words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [send, to, subject, text] if send.eq_ignore_ascii_case("send") => Ok(Letter {
            to: to
                .split(',')
                .map(str::trim)
                .filter(|to| !to.is_empty())
                .map(str::to_owned)
                .collect(),
            subject: (*subject).to_owned(),
            text: (*text).to_owned(),
            ..Letter::default()
        }),
        [send, ..] if send.eq_ignore_ascii_case("send") => Err(format!(
            "send needs a recipient, a subject and a text. {HELP}"
        )),
        [] => Err(HELP.into()),
        [word, ..] => Err(format!("I do not know \"{word}\". {HELP}")),
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

    #[test]
    fn a_letter_can_be_typed() {
        let typed = letter(r#" send grace@example.net,Ada  "Lunch \"now\"?" "Hi,\nat noon?" "#);
        assert_eq!(
            typed,
            Ok(Letter {
                to: vec!["grace@example.net".into(), "Ada".into()],
                subject: "Lunch \"now\"?".into(),
                text: "Hi,\nat noon?".into(),
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
        ] {
            let why = letter(line).unwrap_err();
            assert!(why.ends_with(HELP), "{why}");
        }
    }
}
