//! A worksheet: what was said in a run, with words left out for a class to fill in, questions
//! about the whole, and the answers.

use crate::base::{HostId, TurnKind};
use crate::scenario::model::Scenario;
use crate::timeline::Timeline;
use crate::view::facts::Facts;
use crate::view::outline::{Outline, Row, What};

/// So many turns fit on two sheets, and so many blanks keep a class busy.
const TURNS: usize = 44;
const BLANKS: usize = 12;

/// A worksheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worksheet {
    /// The turns, in order, some words left out.
    pub tasks: Vec<Task>,
    /// Questions about the whole.
    pub questions: Vec<Question>,
    /// What belongs into the blanks, by their numbers.
    pub answers: Vec<Answer>,
}

/// A turn of the worksheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number in the run.
    pub turn: usize,
    /// Whether turns before it are left out.
    pub skips: bool,
    /// Who speaks.
    pub from: Part,
    /// To whom.
    pub to: String,
    /// What is said.
    pub said: Vec<Part>,
}

/// A piece of what stands on a worksheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// Room for a word: the number of the blank.
    Blank(usize),
}

/// What belongs into a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The turn.
    pub turn: usize,
    /// The word.
    pub text: String,
    /// Why: what a teacher would say.
    pub why: String,
}

/// A question about the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub ask: Ask,
    /// The answer. None for what has to be tried.
    pub answer: Option<String>,
}

/// What can be asked about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// How many connections there are.
    Connections,
    /// Who asks for the connection of this number.
    Opens(u32),
    /// Where the first packet is lost, and why.
    Lost,
    /// How it ends.
    Ends,
    /// What another value of a knob changes.
    Turn {
        /// What the page calls the knob.
        label: String,
        /// Its value.
        from: String,
        /// The other value.
        to: String,
    },
}

/// What of a turn is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// The command, or the code.
    Word,
    /// Who speaks.
    Speaker,
}

/// The worksheet of a run.
#[must_use]
pub fn worksheet(scenario: &Scenario, timeline: &Timeline, outline: &Outline) -> Worksheet {
    let shown = shown(outline);
    let blanks = blanks(outline, &shown);
    let mut sheet = Worksheet::default();
    let mut last = 0;
    for index in shown {
        let row = &outline.rows[index];
        let left = blanks.iter().find(|(known, _)| *known == index);
        let task = sheet.task(timeline, (index, row), left.map(|blank| blank.1), last);
        sheet.tasks.push(task);
        last = index + 1;
    }
    sheet.questions = questions(scenario, timeline, outline);
    sheet
}

impl Worksheet {
    fn task(
        &mut self,
        timeline: &Timeline,
        (index, row): (usize, &Row),
        left: Option<Left>,
        last: usize,
    ) -> Task {
        let name = |host: HostId| timeline.node(host).name.clone();
        let mut from = Part::Text(name(row.from));
        let label = first_line(&row.label);
        let mut said = vec![Part::Text(label.to_owned())];
        let why = row.captions.first().unwrap_or(&row.meaning).clone();
        let mut answer = |text: &str| {
            self.answers.push(Answer {
                turn: index + 1,
                text: text.to_owned(),
                why: why.clone(),
            });
            Part::Blank(self.answers.len())
        };
        match (left, telling(row)) {
            (Some(Left::Word), Some(word)) => {
                let (before, after) = label.split_once(word).unwrap_or(("", label));
                let blank = answer(word);
                said = vec![
                    Part::Text(before.to_owned()),
                    blank,
                    Part::Text(after.to_owned()),
                ];
                said.retain(|part| *part != Part::Text(String::new()));
            }
            (Some(Left::Speaker), _) => from = answer(&name(row.from)),
            _ => {}
        }
        Task {
            turn: index + 1,
            skips: index > last,
            from,
            to: row.to.map(name).unwrap_or_default(),
            said,
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The rows that the sheet has room for: those that the author speaks of before all others.
fn shown(outline: &Outline) -> Vec<usize> {
    let rows = outline.rows.iter().enumerate();
    let mut all: Vec<usize> = rows
        .filter(|(_, row)| !first_line(&row.label).is_empty())
        .map(|(index, _)| index)
        .collect();
    if all.len() <= TURNS {
        return all;
    }
    let rank = |index: &usize| {
        let row = &outline.rows[*index];
        match (row.captions.is_empty(), row.what) {
            _ if row.lost > 0 => 0,
            (false, _) => 0,
            (_, What::Says(TurnKind::Command | TurnKind::Reply)) => 1,
            (_, What::Opens | What::Breaks(_)) => 1,
            _ => 2,
        }
    };
    crate::base::sorted::sort_by_key(&mut all, |index| (rank(index), *index));
    all.truncate(TURNS);
    all.sort_unstable();
    all
}

/// The word of a row that tells what it is: a command or a code.
fn telling(row: &Row) -> Option<&str> {
    let What::Says(TurnKind::Command | TurnKind::Reply) = row.what else {
        return None;
    };
    let first = row.label.split([' ', '-', ',', '\n']).next()?;
    let is_word = |word: &str| {
        let capitals = word.bytes().all(|b| b.is_ascii_uppercase());
        let digits = word.bytes().all(|b| b.is_ascii_digit());
        (3..=8).contains(&word.len()) && (capitals || digits)
    };
    is_word(first).then_some(first)
}

/// Which rows have a blank: moments that the author speaks of first, no word asked for twice
/// while there are others; each third one asks who speaks.
fn blanks(outline: &Outline, shown: &[usize]) -> Vec<(usize, Left)> {
    let rank = |index: usize, asked: &[(usize, &str)]| {
        let row = &outline.rows[index];
        let word = telling(row)?;
        let again = asked.iter().any(|(_, known)| *known == word);
        Some((again, row.captions.is_empty(), index))
    };
    let mut asked: Vec<(usize, &str)> = Vec::new();
    while asked.len() < BLANKS {
        let free = shown.iter().filter(|i| asked.iter().all(|(a, _)| a != *i));
        let Some((_, _, best)) = free.filter_map(|index| rank(*index, &asked)).min() else {
            break;
        };
        let word = telling(&outline.rows[best]).unwrap_or_default();
        asked.push((best, word));
    }
    // Room to guess from: not every line has a blank.
    asked.truncate(shown.len().div_ceil(2));
    asked.sort_unstable();
    let kind = |nth: usize| {
        if nth % 3 == 2 {
            Left::Speaker
        } else {
            Left::Word
        }
    };
    let all = asked.iter().enumerate();
    all.map(|(nth, (index, _))| (*index, kind(nth))).collect()
}

fn questions(scenario: &Scenario, timeline: &Timeline, outline: &Outline) -> Vec<Question> {
    let answered = |ask, answer: String| Question {
        ask,
        answer: Some(answer),
    };
    let name = |host: HostId| timeline.node(host).name.clone();
    let mut all = Vec::new();
    let facts = Facts::of(timeline);
    if facts.connections > 0 {
        all.push(answered(Ask::Connections, facts.connections.to_string()));
    }
    if let Some((number, line)) = (1..).zip(&outline.connections).nth(1) {
        all.push(answered(Ask::Opens(number), name(line.from)));
    }
    if let Some(loss) = timeline.losses().next() {
        let text = format!("{}: {}", loss.whereabouts(), loss.why());
        all.push(answered(Ask::Lost, text));
    }
    let outcomes = timeline.outcomes();
    let failed = outcomes.iter().find(|outcome| !outcome.ok);
    let decisive = failed.or_else(|| outcomes.iter().rev().nth(1));
    if let Some(outcome) = decisive.or(outcomes.last()) {
        all.push(answered(Ask::Ends, outcome.text.clone()));
    }
    all.extend(try_this(scenario));
    all
}

/// The first knob that can be otherwise.
fn try_this(scenario: &Scenario) -> Option<Question> {
    let mut knobs = scenario.knobs.iter().filter_map(|knob| {
        let mut others = knob.values.worth_trying().iter();
        let other = others.find(|value| **value != knob.value)?;
        Some((knob, other))
    });
    let (knob, other) = knobs.next()?;
    let ask = Ask::Turn {
        label: knob.label.clone(),
        from: knob.value.clone(),
        to: other.clone(),
    };
    Some(Question { ask, answer: None })
}
