//! Short sentences: what fits into a dozen words, times, quotes.

use super::super::WORDS;
use crate::base::Duration;

/// How many words a text has.
fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The text in at most a dozen words: cut where it breathes, or else anywhere.
pub fn fit(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if words.len() <= WORDS {
        return text;
    }
    let breaths = [", ", "; ", ": "];
    let mut cuts: Vec<usize> = breaths
        .iter()
        .flat_map(|breath| text.match_indices(breath).map(|(at, _)| at))
        .collect();
    cuts.sort_unstable();
    // Where too little would be left, the rest is missed.
    let fits = |cut: &&usize| (WORDS / 3..=WORDS).contains(&count(&text[..**cut]));
    if let Some(cut) = cuts.iter().rev().find(fits) {
        return text[..*cut].to_owned();
    }
    words[..WORDS].join(" ") + "…"
}

/// The first of some texts that needs no cut; else the last, cut.
pub fn fitting(texts: &[String]) -> String {
    let short = texts.iter().find(|text| count(text) <= WORDS);
    short
        .or(texts.last())
        .map(|text| fit(text))
        .unwrap_or_default()
}

/// A meaning without what comes after its first breath.
pub fn shorter(text: &str) -> &str {
    let cut = [", ", "; ", ": "]
        .iter()
        .filter_map(|breath| text.find(breath))
        .min();
    cut.map_or(text, |cut| &text[..cut])
}

/// `“hello”`, with its beginning alone where it is long.
pub fn quoted(text: &str) -> String {
    const LONG: usize = 40;
    let mut letters = text.chars();
    let mut said: String = letters.by_ref().take(LONG).collect();
    if letters.next().is_some() {
        said.push('…');
    }
    format!("“{said}”")
}

/// `20 ms`, `2.0 s`, `15 min`, `5 h`.
pub fn lasted(time: Duration) -> String {
    const MS: u64 = 1_000_000;
    const SECOND: u64 = 1000 * MS;
    let tenths = (time.0 + SECOND / 20) / (SECOND / 10);
    match time.0 {
        ns if ns < SECOND => format!("{} ms", (ns + MS / 2) / MS),
        ns if ns < 120 * SECOND && tenths.is_multiple_of(10) => format!("{} s", tenths / 10),
        ns if ns < 120 * SECOND => format!("{}.{} s", tenths / 10, tenths % 10),
        ns if ns < 7200 * SECOND => format!("{} min", (tenths + 300) / 600),
        _ => format!("{} h", (tenths + 18_000) / 36_000),
    }
}

/// `for the 4th time`.
pub fn times(count: u32) -> String {
    let end = match (count % 10, count % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("for the {count}{end} time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dozen_words_are_enough() {
        assert_eq!(fit("one two"), "one two");
        let long = "asks to be called at an address, and at a port, so that bytes come";
        assert_eq!(fit(long), "asks to be called at an address, and at a port");
        let breathless = "a b c d e f g h i j k l m";
        assert_eq!(fit(breathless), "a b c d e f g h i j k l…");
    }

    #[test]
    fn times_are_told_as_people_tell_them() {
        let of = |ms| lasted(Duration::from_millis(ms));
        assert_eq!([of(20), of(2000), of(2500)], ["20 ms", "2 s", "2.5 s"]);
        assert_eq!([of(900_000), of(18_000_000)], ["15 min", "5 h"]);
        assert_eq!(
            [times(2), times(11), times(23)].map(|t| t[8..].to_owned()),
            ["2nd time", "11th time", "23rd time"]
        );
    }
}
