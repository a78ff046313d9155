//! The cards as text, a line for each thing: what `index.txt` holds.

use super::{Card, Said, Sketch, group_word, level_word};
use crate::scenario::model::{Group, Level};

const GROUPS: [Group; 3] = [Group::Files, Group::Mail, Group::Networks];
const LEVELS: [Level; 3] = [Level::Lesson, Level::Deeper, Level::BreakIt];

/// The text of cards.
#[must_use]
pub fn written(cards: &[Card]) -> String {
    let mut text = String::new();
    for card in cards {
        write(card, &mut text);
    }
    text
}

fn write(card: &Card, text: &mut String) {
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            *text += &format!("{name} {value}\n");
        }
    };
    put("=", &card.id);
    put("title", &card.title);
    put("about", &card.summary);
    let lesson = card.lesson.map_or("-".to_owned(), |n| n.to_string());
    let (group, level) = (group_word(card.group), level_word(card.level));
    put("course", &format!("{group} {lesson} {level}"));
    put("turns", &card.turns.to_string());
    put("sketch", &card.sketch.written());
    put("speaks", &card.protocols.join(", "));
    for symptom in &card.symptoms {
        put("sees", symptom);
    }
    for (name, label) in &card.knobs {
        put("knob", &format!("{name} {label}"));
    }
    for said in &card.said {
        let words = said.words.iter().map(|(word, at)| format!("{word} {at}"));
        let words: Vec<String> = words.collect();
        if let Some((knob, value)) = &said.setting {
            put("turned", &format!("{knob} {value}"));
        }
        put("says", &words.join("; "));
    }
}

/// Reads cards. Lines that it does not know it passes over.
#[must_use]
pub fn read(text: &str) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    for line in text.lines() {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        if name == "=" {
            cards.push(empty(value));
        } else if let Some(card) = cards.last_mut() {
            take(card, name, value);
        }
    }
    cards
}

fn empty(id: &str) -> Card {
    Card {
        id: id.to_owned(),
        title: String::new(),
        summary: String::new(),
        group: Group::Networks,
        lesson: None,
        level: Level::Lesson,
        symptoms: Vec::new(),
        protocols: Vec::new(),
        knobs: Vec::new(),
        turns: 0,
        sketch: Sketch::default(),
        said: Vec::new(),
    }
}

fn take(card: &mut Card, name: &str, value: &str) {
    match name {
        "title" => value.clone_into(&mut card.title),
        "about" => value.clone_into(&mut card.summary),
        "course" => course(card, value),
        "turns" => card.turns = value.parse().unwrap_or(0),
        "sketch" => card.sketch = Sketch::read(value),
        "speaks" => card.protocols = value.split(", ").map(str::to_owned).collect(),
        "sees" => card.symptoms.push(value.to_owned()),
        "knob" => {
            let (name, label) = value.split_once(' ').unwrap_or((value, value));
            card.knobs.push((name.to_owned(), label.to_owned()));
        }
        "turned" => {
            let (knob, value) = value.split_once(' ').unwrap_or((value, ""));
            let setting = Some((knob.to_owned(), value.to_owned()));
            let words = Vec::new();
            card.said.push(Said { setting, words });
        }
        "says" => says(card, value),
        _ => {}
    }
}

fn course(card: &mut Card, value: &str) {
    let mut words = value.splitn(3, ' ');
    let mut word = || words.next().unwrap_or_default();
    let (group, lesson, level) = (word(), word(), word());
    let group = GROUPS.into_iter().find(|known| group_word(*known) == group);
    card.group = group.unwrap_or(Group::Networks);
    card.lesson = lesson.parse().ok();
    let level = LEVELS.into_iter().find(|known| level_word(*known) == level);
    card.level = level.unwrap_or_default();
}

/// What is said in the run that the line before names; without such a line, in that of the defaults.
fn says(card: &mut Card, value: &str) {
    let named = card.said.last().is_some_and(|said| said.words.is_empty());
    if !named {
        card.said.push(Said::default());
    }
    let words = value.split("; ").filter_map(|word| {
        let (word, at) = word.rsplit_once(' ')?;
        Some((word.to_owned(), at.parse().ok()?))
    });
    if let Some(said) = card.said.last_mut() {
        said.words = words.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_not_known_does_no_harm() {
        let cards = read("title nobody's\n= a\ntitle A\ncolour red\ncourse x y z\nsays b\n");
        assert_eq!(cards.len(), 1);
        assert_eq!((cards[0].id.as_str(), cards[0].title.as_str()), ("a", "A"));
        assert_eq!(cards[0].said, [Said::default()]);
    }
}
