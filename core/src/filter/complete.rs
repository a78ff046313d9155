//! What may stand at a place of a filter that is being typed.

use super::expr::Term;
use super::lex::{LONGEST, Token, What, is_part, tokens};
use super::names::{self, Begins, Named};
use super::parse::COMPARISONS;
use super::terms::FUNCTIONS;
use super::value::Sort;
use super::words;
use crate::dissect::Shows;
use std::ops::Range;

/// What may stand at a place of a filter that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// Which bytes of the filter each would take the place of.
    pub at: Range<usize>,
    /// What may stand there, the likeliest first.
    pub all: Vec<Completion>,
}

/// Something that may stand in a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is typed: `tcp.port`, `contains`, `"RETR"`.
    pub text: String,
    /// What it is, in a few words.
    pub says: &'static str,
}

/// What the word before a place of the filter may become: a name, what compares, a value that is
/// known, what joins tests.
#[must_use]
pub fn completions(filter: &str, place: usize) -> Completions {
    let head = filter.get(..place).unwrap_or(filter);
    let mut start = head.trim_end_matches(is_part).len();
    // An open quote belongs to the word.
    if head[..start].ends_with(['"', '\'']) {
        let is_open = head.len() > LONGEST || tokens(head).is_err();
        start -= usize::from(is_open);
    }
    let (before, begun) = head.split_at(start);
    let begun = begun.trim_start_matches(['"', '\'']);
    let all = match wanted(before) {
        Some(Wanted::Test) => beginning(begun),
        Some(Wanted::Comparison(name)) => comparisons(&name, begun),
        Some(Wanted::Value(name)) => values(&name, begun),
        Some(Wanted::Join) => joins(begun),
        None => Vec::new(),
    };
    Completions {
        at: start..head.len(),
        all,
    }
}

/// What the grammar wants next.
enum Wanted {
    Test,
    /// Behind this field.
    Comparison(String),
    /// To compare this field with.
    Value(String),
    Join,
}

/// What follows the words before.
fn wanted(before: &str) -> Option<Wanted> {
    let mut wanted = Wanted::Test;
    let mut inside = false;
    for Token { what, .. } in tokens(before).ok()? {
        if inside {
            // Nothing helps with the bytes of a slice.
            inside = what != What::Mark("]");
            continue;
        }
        wanted = match (wanted, what) {
            (_, What::Mark("&&" | "||" | "^^" | "!" | "(")) => Wanted::Test,
            (wanted, What::Mark("[")) => {
                inside = true;
                wanted
            }
            (Wanted::Test, What::Word(word)) if is_one_of(&word, &["not"]) => Wanted::Test,
            (Wanted::Test, What::Word(word)) => match names::find(&word) {
                Some(_) => Wanted::Comparison(word),
                None => Wanted::Join,
            },
            (Wanted::Test, _) => Wanted::Join,
            (Wanted::Comparison(_) | Wanted::Join, What::Word(word))
                if is_one_of(&word, &["and", "or", "xor"]) =>
            {
                Wanted::Test
            }
            (Wanted::Comparison(name), What::Word(word)) => match is_one_of(&word, &["not"]) {
                true => Wanted::Comparison(name),
                false => Wanted::Value(name),
            },
            (Wanted::Comparison(name), What::Mark(")")) => Wanted::Comparison(name),
            (Wanted::Comparison(name), What::Mark(_)) => Wanted::Value(name),
            (Wanted::Value(name), What::Mark("{" | "," | "..")) => Wanted::Value(name),
            (Wanted::Value(name), What::Word(_) | What::Text(_)) if is_in_set(before) => {
                Wanted::Value(name)
            }
            _ => Wanted::Join,
        };
    }
    (!inside).then_some(wanted)
}

/// Whether a set is open there.
fn is_in_set(before: &str) -> bool {
    before.rfind('{') > before.rfind('}')
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn one(text: impl Into<String>, says: &'static str) -> Completion {
    let text = text.into();
    Completion { text, says }
}

/// Names that begin so, and behind them those of which a part does.
fn beginning(begun: &str) -> Vec<Completion> {
    let all = names::all();
    let that = |wanted| {
        let fits =
            move |(name, _): &&(&'static str, &'static str)| names::begins(name, begun) == wanted;
        all.iter().filter(fits).map(|(name, says)| one(*name, says))
    };
    let mut found: Vec<Completion> = that(Begins::Name).collect();
    let functions = FUNCTIONS.iter().filter(|(name, ..)| starts(name, begun));
    found.extend(functions.map(|(name, says, _)| one(format!("{name}("), says)));
    found.extend(that(Begins::Part));
    found
}

fn starts(word: &str, begun: &str) -> bool {
    names::begins(word, begun) == Begins::Name
}

/// What compares a field: in marks, and the words that have none.
fn comparisons(name: &str, begun: &str) -> Vec<Completion> {
    let sort = names::find(name)
        .map(Term::of)
        .map(|term| (term.sort(), term.is_whole()));
    let Some((sort, whole)) = sort else {
        return Vec::new();
    };
    let texts = matches!(sort, Sort::Text | Sort::Bytes | Sort::Mac);
    let fits = |mark: &str| match mark {
        "contains" => texts,
        "<" | ">" | "<=" | ">=" => !texts && sort != Sort::Flag,
        _ => !whole,
    };
    let usual = COMPARISONS.iter().take(7).filter(|(mark, ..)| fits(mark));
    let mut found: Vec<Completion> = usual.map(|(mark, says, _)| one(*mark, says)).collect();
    if !whole {
        found.push(one("in {", "is one of these"));
    }
    found.extend(joins(""));
    found.retain(|completion| starts(&completion.text, begun));
    found
}

fn joins(begun: &str) -> Vec<Completion> {
    let mut found = vec![one("&&", "and"), one("||", "or")];
    found.retain(|_| begun.is_empty());
    let words = [("and", "both"), ("or", "one of them")];
    let words = words
        .iter()
        .filter(|(word, _)| !begun.is_empty() && starts(word, begun));
    found.extend(words.map(|(word, says)| one(*word, says)));
    found
}

/// What a field may be: numbers that have names, commands, codes.
fn values(name: &str, begun: &str) -> Vec<Completion> {
    let mut found = Vec::new();
    for (command, says, _) in words::commands(name) {
        if starts(command, begun) {
            found.push(one(format!("\"{command}\""), says));
        }
    }
    for (code, says, _) in words::codes(name) {
        found.push(one(code.to_string(), says));
    }
    if let Some(Named::Fields(kinds)) = names::find(name) {
        for kind in kinds {
            match kind.shows {
                Shows::Names(names) => {
                    found.extend(
                        names
                            .iter()
                            .map(|(number, says)| one(number.to_string(), says)),
                    );
                }
                Shows::Flag => found.extend([one("1", "yes"), one("0", "no")]),
                _ => {}
            }
        }
    }
    let mut seen = crate::base::sorted::Set::new();
    found.retain(|c| {
        let fits = starts(c.text.trim_start_matches('"'), begun) || starts(c.says, begun);
        fits && seen.insert(c.text.clone())
    });
    found
}
