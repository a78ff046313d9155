//! Rust source as tokens with line numbers, without comments; the insides of literals stand apart.

use std::iter::Peekable;
use std::str::Chars;

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// A word, a number, `::`, `"` for any string or character, `'` for a lifetime's mark,
    /// or one character of punctuation.
    pub text: String,
    /// What stands between a literal's quotes, as it is written; of other tokens nothing.
    pub inside: String,
    /// The line on which it starts, from 1.
    pub line: usize,
}

impl Token {
    /// Whether it is an identifier or a keyword.
    pub fn is_word(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The tokens of a source text.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader {
        rest: source.chars().peekable(),
        line: 1,
        inside: String::new(),
    };
    let mut found = Vec::new();
    loop {
        let line = reader.line;
        let Some(c) = reader.take() else { return found };
        let text = match c {
            _ if c.is_whitespace() => continue,
            '/' if reader.next_is('/') => {
                reader.skip_line();
                continue;
            }
            '/' if reader.next_is('*') => {
                reader.skip_comment();
                continue;
            }
            '"' => reader.string(),
            '\'' => reader.character_or_lifetime(),
            ':' if reader.next_is(':') => {
                reader.take();
                "::".into()
            }
            _ if is_word_char(c) => reader.word_or_literal(c),
            _ => c.to_string(),
        };
        let inside = std::mem::take(&mut reader.inside);
        found.push(Token { text, inside, line });
    }
}

/// Whether the tokens from `at` on are exactly these.
pub fn matches(tokens: &[Token], at: usize, wanted: &[&str]) -> bool {
    tokens.len() >= at + wanted.len()
        && tokens[at..]
            .iter()
            .zip(wanted)
            .all(|(token, text)| token.text == *text)
}

/// The index of the bracket that closes the one at `open`, or the end of the tokens.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len()
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    /// The inside of the literal that was read last.
    inside: String,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let c = self.rest.next();
        self.line += usize::from(c == Some('\n'));
        c
    }

    fn next_is(&mut self, wanted: char) -> bool {
        self.rest.peek() == Some(&wanted)
    }

    fn skip_line(&mut self) {
        while self.rest.peek().is_some_and(|c| *c != '\n') {
            self.take();
        }
    }

    /// After the `/` of `/*`; block comments nest.
    fn skip_comment(&mut self) {
        self.take();
        let mut depth = 1;
        while depth > 0 {
            match self.take() {
                None => return,
                Some('/') if self.next_is('*') => {
                    self.take();
                    depth += 1;
                }
                Some('*') if self.next_is('/') => {
                    self.take();
                    depth -= 1;
                }
                Some(_) => {}
            }
        }
    }

    /// After an opening `"`.
    fn string(&mut self) -> String {
        self.skip_to_quote('"');
        "\"".into()
    }

    fn skip_to_quote(&mut self, quote: char) {
        while let Some(c) = self.take() {
            if c == quote {
                return;
            }
            self.inside.push(c);
            if c == '\\' {
                let escaped = self.take();
                self.inside.extend(escaped);
            }
        }
    }

    /// After a raw string's `r`, at its first `#` or `"`. True where it was one, and is read.
    fn raw_string(&mut self) -> bool {
        let mut ahead = self.rest.clone();
        let mut hashes = 0;
        while ahead.next_if_eq(&'#').is_some() {
            hashes += 1;
        }
        if ahead.next() != Some('"') {
            return false;
        }
        for _ in 0..=hashes {
            self.take();
        }
        while let Some(c) = self.take() {
            let mut seen = 0;
            if c == '"' {
                while seen < hashes && self.next_is('#') {
                    self.take();
                    seen += 1;
                }
                if seen == hashes {
                    break;
                }
            }
            self.inside.push(c);
            self.inside.extend((0..seen).map(|_| '#'));
        }
        true
    }

    /// After a `'`: `'a'`, `'\n'`, or the mark of `'a`.
    fn character_or_lifetime(&mut self) -> String {
        let mut ahead = self.rest.clone();
        let first = ahead.next();
        if first == Some('\\') || ahead.next() == Some('\'') {
            self.skip_to_quote('\'');
            return "\"".into();
        }
        "'".into()
    }

    fn word_or_literal(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(c) = self.rest.next_if(|c| is_word_char(*c)) {
            word.push(c);
        }
        let quoted = match word.as_str() {
            "r" | "br" | "cr" => self.raw_string(),
            "b" | "c" if self.next_is('"') => {
                self.take();
                self.skip_to_quote('"');
                true
            }
            "b" if self.next_is('\'') => {
                self.take();
                self.skip_to_quote('\'');
                true
            }
            _ => false,
        };
        if quoted {
            return "\"".into();
        }
        // A raw identifier, `r#type`: the word is what counts.
        if word == "r" && self.next_is('#') {
            self.take();
            word.clear();
            while let Some(c) = self.rest.next_if(|c| is_word_char(*c)) {
                word.push(c);
            }
        }
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> String {
        let texts: Vec<_> = tokens(source).into_iter().map(|t| t.text).collect();
        texts.join(" ")
    }

    #[test]
    fn comments_and_insides_of_literals_are_gone() {
        assert_eq!(texts("a // crate::net {\nb /* { /* } */ { */ c"), "a b c");
        assert_eq!(texts(r#"f("{ \" }", b"}", c"{")"#), "f ( \" , \" , \" )");
        assert_eq!(texts("x = r#\"a \" } \"#; br\"\\\" y"), "x = \" ; \" y");
        assert_eq!(
            texts(r"['{', '\'', '\u{7d}', b'}', b'\\']"),
            "[ \" , \" , \" , \" , \" ]"
        );
    }

    #[test]
    fn lifetimes_are_no_characters() {
        assert_eq!(texts("fn f<'a>(x: &'a str) -> &'_ str {}"), {
            "fn f < ' a > ( x : & ' a str ) - > & ' _ str { }"
        });
        assert_eq!(
            texts("'outer: loop { break 'outer }"),
            "' outer : loop { break ' outer }"
        );
    }

    #[test]
    fn lines_are_counted_through_literals() {
        let found = tokens("a\n\"x\n\ny\"\n/* \n */ b r#type");
        let at: Vec<_> = found.iter().map(|t| (t.text.as_str(), t.line)).collect();
        assert_eq!(at, [("a", 1), ("\"", 2), ("b", 6), ("type", 6)]);
    }

    #[test]
    fn insides_of_literals_stand_apart() {
        let found = tokens(r####"a "b \" c" r##"d "# e"## '\'' /* f */ g"####);
        let insides: Vec<_> = found.iter().map(|t| t.inside.as_str()).collect();
        assert_eq!(insides, ["", "b \\\" c", "d \"# e", "\\'", ""]);
    }
}
