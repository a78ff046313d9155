//! Finds scenarios by what a reader types: a word, a protocol, a command, a reply code, or what
//! they see go wrong.

use super::{Card, group_word, level_word};
use crate::scenario::model::Level;

/// A scenario that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which of the cards.
    pub card: usize,
    /// What was typed occurs in a run of it, here.
    pub said: Option<Found>,
    /// What was typed is what somebody sees.
    pub symptom: Option<String>,
}

/// A word that is said in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The word: `425`.
    pub word: String,
    /// The knob and the value that bring it about; none where the defaults do.
    pub setting: Option<(String, String)>,
    /// The turn.
    pub at: usize,
}

/// How well a word fits: less is better.
mod rank {
    pub const SAID: u32 = 1;
    pub const TITLE: u32 = 2;
    pub const LESSON: u32 = 2;
    pub const TURNED: u32 = 3;
    pub const SYMPTOM: u32 = 4;
    pub const BEGINS: u32 = 5;
    pub const SUMMARY: u32 = 6;
    pub const PROTOCOL: u32 = 7;
    pub const KNOB: u32 = 8;
    /// For several words that stand together in a title or in what somebody sees.
    pub const TOGETHER: u32 = 0;
    /// Of two that fit equally well, that comes first where the word fits in more ways.
    pub const WAYS: u32 = 4;
}

/// What fits all that was typed, the best first; all cards where nothing was typed.
#[must_use]
pub fn find(cards: &[Card], typed: &str) -> Vec<Hit> {
    let typed = typed.trim().to_lowercase();
    let all = words(&typed);
    let mut found: Vec<(u32, Hit)> = Vec::new();
    for (index, card) in cards.iter().enumerate() {
        if let Some((rank, hit)) = fit(card, index, &typed, &all) {
            found.push((rank, hit));
        }
    }
    crate::base::sorted::sort_by_key(&mut found, |(rank, hit)| (*rank, hit.card));
    found.into_iter().map(|(_, hit)| hit).collect()
}

/// Words that say nothing of themselves.
const LITTLE: [&str; 9] = [
    "a", "an", "the", "is", "of", "in", "my", "lesson", "scenario",
];

/// What was typed, word by word. Where there are only little words, those.
fn words(typed: &str) -> Vec<&str> {
    let all = typed.split(|c: char| c.is_whitespace() || ",.;:!?\"“”".contains(c));
    let all: Vec<&str> = all.filter(|word| !word.is_empty()).collect();
    let mut telling = all.clone();
    telling.retain(|word| !LITTLE.contains(word));
    if telling.is_empty() { all } else { telling }
}

fn fit(card: &Card, index: usize, typed: &str, all: &[&str]) -> Option<(u32, Hit)> {
    let mut hit = Hit {
        card: index,
        said: None,
        symptom: None,
    };
    let mut sum = 0;
    for word in all {
        let mut ranks = plain(card, word);
        if let Some((rank, found)) = said(card, word) {
            ranks.push(rank);
            hit.said.get_or_insert(found);
        }
        if let Some(symptom) = card.symptoms.iter().find(|s| has(s, word)) {
            ranks.push(rank::SYMPTOM);
            hit.symptom.get_or_insert_with(|| symptom.clone());
        }
        let best = ranks.iter().copied().min()?;
        let ways = u32::try_from(ranks.len()).unwrap_or(rank::WAYS);
        sum += best * rank::WAYS - ways.min(rank::WAYS) + 1;
    }
    if all.len() > 1 {
        let together = |text: &str| text.to_lowercase().contains(typed);
        if let Some(symptom) = card.symptoms.iter().find(|s| together(s)) {
            hit.symptom = Some(symptom.clone());
            sum = rank::TOGETHER;
        } else if together(&card.title) {
            sum = rank::TOGETHER;
        }
    }
    Some((sum, hit))
}

/// Where a word is said: with the defaults before any knob, and whole before its beginning.
fn said(card: &Card, word: &str) -> Option<(u32, Found)> {
    let mut best: Option<(u32, Found)> = None;
    for said in &card.said {
        for (known, at) in &said.words {
            let lower = known.to_lowercase();
            let rank = match (lower == word, said.setting.is_none()) {
                (true, true) => rank::SAID,
                (true, false) => rank::TURNED,
                _ if begins(&lower, word) => rank::BEGINS,
                _ => continue,
            };
            if best.as_ref().is_none_or(|(before, _)| rank < *before) {
                let found = Found {
                    word: known.clone(),
                    setting: said.setting.clone(),
                    at: *at,
                };
                best = Some((rank, found));
            }
        }
    }
    best
}

/// All else that is known of a card.
fn plain(card: &Card, word: &str) -> Vec<u32> {
    let mut ranks = Vec::new();
    if card.lesson.is_some_and(|n| n.to_string() == word) {
        let hangs = u32::from(card.level != Level::Lesson);
        ranks.push(rank::LESSON + hangs);
    }
    if has(&card.title, word) || card.id == word {
        ranks.push(rank::TITLE);
    }
    if has(&card.summary, word) || has(&card.id.replace('-', " "), word) {
        ranks.push(rank::SUMMARY);
    }
    let named = card.protocols.iter();
    if named.into_iter().any(|p| has(p, word)) {
        ranks.push(rank::PROTOCOL);
    }
    let labels = card.knobs.iter().map(|(_, label)| label);
    let kinds = [group_word(card.group), level_word(card.level)];
    if labels.into_iter().any(|label| has(label, word)) || kinds.iter().any(|k| has(k, word)) {
        ranks.push(rank::KNOB);
    }
    ranks
}

/// Whether one of a text's words begins so. A number stands alone: `2` is not in `226`.
fn has(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || "-/'".contains(c)));
    words.any(|known| known == word || begins(known, word))
}

/// Whether a word goes on from what was typed so far.
fn begins(known: &str, typed: &str) -> bool {
    let long = typed.chars().count() >= 2;
    long && (known.starts_with(typed) || known.split([' ', '-', ',']).any(|p| p.starts_with(typed)))
}

#[cfg(test)]
mod tests {
    use super::super::cards;
    use super::*;

    fn found(typed: &str) -> Vec<String> {
        let cards = cards();
        let hits = find(&cards, typed);
        hits.iter().map(|hit| cards[hit.card].id.clone()).collect()
    }

    #[test]
    fn little_words_count_only_where_there_are_no_others() {
        assert_eq!(words("the letter, is late!"), ["letter", "late"]);
        assert_eq!(words("the"), ["the"]);
        assert_eq!(words("  "), [""; 0]);
    }

    #[test]
    fn nothing_typed_finds_all_in_their_order() {
        let ids: Vec<String> = cards().into_iter().map(|card| card.id).collect();
        assert_eq!(found(" "), ids);
        assert_eq!(found("xyzzy"), [""; 0]);
    }
}
