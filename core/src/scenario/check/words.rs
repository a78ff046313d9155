//! Sentences of the file, read word by word: rules, patterns, routes, lines to type.

use crate::base::Span;
use crate::scenario::problem::{Problems, short};
use crate::scenario::value::At;

/// What is wrong with a sentence: where, what, and what to do.
pub(super) struct Wrong {
    /// Where.
    pub span: Span,
    /// What.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Wrong {
    /// Tells it.
    pub fn tell(self, problems: &mut Problems) {
        problems.error(self.span, self.message, self.help);
    }
}

/// A sentence, and how far it has been read.
pub(super) struct Sentence<'a> {
    text: &'a str,
    whole: &'a At<String>,
    words: Vec<&'a str>,
    read: usize,
}

impl<'a> Sentence<'a> {
    /// A sentence of a file's text.
    pub fn new(text: &'a str, whole: &'a At<String>) -> Self {
        Self {
            text,
            whole,
            words: whole.value.split_whitespace().collect(),
            read: 0,
        }
    }

    /// The word that comes next.
    pub fn peek(&self) -> Option<&'a str> {
        self.words.get(self.read).copied()
    }

    /// Reads the next word.
    pub fn word(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.read += 1;
        Some(word)
    }

    /// Reads these words, if they come next.
    pub fn take(&mut self, words: &[&str]) -> bool {
        let rest = &self.words[self.read..];
        let fits = rest.len() >= words.len()
            && words
                .iter()
                .zip(rest)
                .all(|(word, read)| read.eq_ignore_ascii_case(word));
        if fits {
            self.read += words.len();
        }
        fits
    }

    /// Reads the next word where the table knows it.
    pub fn one_of<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let word = self.peek()?;
        let known = |(name, _): &&(&str, T)| word.eq_ignore_ascii_case(name);
        let found = table.iter().find(known)?.1;
        self.read += 1;
        Some(found)
    }

    /// All that was not read yet, as one text.
    pub fn rest(&mut self) -> String {
        let rest = self.words[self.read..].join(" ");
        self.read = self.words.len();
        rest
    }

    /// Something wrong with the word that comes next, or with the end.
    pub fn wrong(&self, what: &str, help: impl Into<String>) -> Wrong {
        self.wrong_at(self.read, what, help)
    }

    /// Something wrong with the word just read.
    pub fn wrong_word(&self, what: &str, help: impl Into<String>) -> Wrong {
        self.wrong_at(self.read.saturating_sub(1), what, help)
    }

    /// `what` says it of the word: "is not a host".
    fn wrong_at(&self, at: usize, what: &str, help: impl Into<String>) -> Wrong {
        let (span, message) = match self.words.get(at) {
            Some(word) => (
                part(self.text, self.whole, word),
                format!("`{}` {what}", short(word)),
            ),
            None if self.words.is_empty() => (self.whole.span, "this says nothing".to_owned()),
            None => (
                self.whole.span,
                format!("`{}` ends too early", short(&self.whole.value)),
            ),
        };
        let help = help.into();
        Wrong {
            span,
            message,
            help,
        }
    }
}

/// Where a word of a string stands, if the string stands in the file as it reads.
pub(super) fn part(text: &str, whole: &At<String>, word: &str) -> Span {
    let start = whole.span.start as usize + 1;
    let as_it_reads = text
        .get(start..)
        .is_some_and(|t| t.starts_with(&whole.value));
    let offset = word.as_ptr() as usize - whole.value.as_ptr() as usize;
    if as_it_reads {
        Span::new(start + offset..start + offset + word.len())
    } else {
        whole.span
    }
}
