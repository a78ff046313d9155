//! What is wrong with a scenario, where, and what to do about it.

use crate::base::Span;
use crate::base::sorted::sort_by_key;
use std::fmt;

/// Something wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the file; nowhere for what was asked beside the file.
    pub span: Option<Span>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It runs, but perhaps not as meant.
    Warning,
}

impl Problem {
    /// As a person reads it: `file:line:column: error: what` and a line of help.
    #[must_use]
    pub fn show(&self, file: &str, text: &str) -> String {
        let place = match self.line_column(text) {
            Some((line, column)) => format!("{file}:{line}:{column}: "),
            None if file.is_empty() => String::new(),
            None => format!("{file}: "),
        };
        let mut shown = format!("{place}{}: {}", self.severity, self.message);
        if let Some(help) = &self.help {
            shown += &format!("\n  help: {help}");
        }
        shown
    }

    /// Line and column, counted from 1; a byte order mark counts for nothing.
    #[must_use]
    pub fn line_column(&self, text: &str) -> Option<(usize, usize)> {
        let (line, column) = self.span?.line_column(text);
        let mark = line == 1 && column > 1 && text.starts_with('\u{feff}');
        Some((line, column - usize::from(mark)))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// How many problems are told one by one.
const TOLD: usize = 20;

/// Problems as they are found; beyond a number they are only counted.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Problem>,
    errors: usize,
    untold: usize,
}

impl Problems {
    /// An error at a place, with what to do about it.
    pub fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(Some(span), Severity::Error, message.into(), help.into());
    }

    /// An error that lies outside the file.
    pub fn error_outside(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.push(None, Severity::Error, message.into(), help.into());
    }

    /// Something that works, but perhaps not as meant.
    pub fn warning(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(Some(span), Severity::Warning, message.into(), help.into());
    }

    /// Whether there are errors.
    pub fn failed(&self) -> bool {
        self.errors > 0
    }

    /// Whether something was found inside a place.
    pub fn inside(&self, place: Span) -> bool {
        let within = |s: Span| place.start <= s.start && s.end <= place.end;
        self.found.iter().any(|p| p.span.is_some_and(within))
    }

    /// Whether enough was found to stop looking.
    pub fn full(&self) -> bool {
        self.found.len() >= TOLD
    }

    /// Counts what nobody will read.
    pub fn count_more(&mut self, more: usize) {
        self.untold += more;
    }

    /// All of them in file order.
    pub fn into_vec(mut self) -> Vec<Problem> {
        sort_by_key(&mut self.found, |p| p.span.map(|s| s.start));
        if self.untold > 0 {
            self.found.push(Problem {
                span: None,
                severity: Severity::Error,
                message: format!("and {} more", self.untold),
                help: None,
            });
        }
        self.found
    }

    fn push(&mut self, span: Option<Span>, severity: Severity, message: String, help: String) {
        self.errors += usize::from(severity == Severity::Error);
        if self.full() {
            self.untold += 1;
            return;
        }
        self.found.push(Problem {
            span,
            severity,
            message,
            help: (!help.is_empty()).then_some(help),
        });
    }
}

/// "did you mean `laptop`?", or the list of what there is.
#[must_use]
pub fn did_you_mean<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
    what: &str,
) -> String {
    let known: Vec<&str> = known.into_iter().take(60).collect();
    let nearest = known
        .iter()
        .map(|k| (distance(wrong, k), *k))
        .min_by_key(|(d, _)| *d);
    match nearest {
        Some((d, name)) if d <= 1 + wrong.chars().count() / 4 => {
            format!("did you mean `{}`?", short(name))
        }
        Some(_) => {
            let known: Vec<String> = known.into_iter().map(short).collect();
            format!("{what}: {}", known.join(", "))
        }
        None => String::new(),
    }
}

/// At most forty characters of what somebody wrote, on one line.
pub(super) fn short(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(40)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out
}

/// How many letters to add, drop, change or swap to get from `a` to `b`, case apart.
fn distance(a: &str, b: &str) -> usize {
    let letters = |s: &str| -> Vec<char> { s.to_ascii_lowercase().chars().take(40).collect() };
    let (a, b) = (letters(a), letters(b));
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let change = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(row[j] + 1).min(next[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = row;
        row = next;
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_guessed_and_a_far_one_gets_the_list() {
        let known = ["laptop", "server"];
        assert_eq!(
            did_you_mean("latpop", known, "hosts"),
            "did you mean `laptop`?"
        );
        assert_eq!(
            did_you_mean("printer", known, "hosts"),
            "hosts: laptop, server"
        );
    }

    #[test]
    fn beyond_twenty_problems_are_counted() {
        let mut problems = Problems::default();
        for i in (0..30).rev() {
            problems.error(Span { start: i, end: i }, "bad", "");
        }
        let told = problems.into_vec();
        assert_eq!(told.len(), 21);
        assert!(told[0].span < told[1].span);
        assert_eq!(told[20].message, "and 10 more");
    }
}
