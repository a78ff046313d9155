//! Knobs: what a reader can change, and how a change gets into the parsed file.
//!
//! A knob sets a place of the file. Its value is put there before the file is typed, so a
//! knob can do what an author can do with an editor, and no more.

use super::file::KnobFile;
use super::model::{Knob, KnobType, KnobValues, Scenario};
use super::path::{Found, Path, set_all};
use super::problem::{Problem, Problems, did_you_mean, short};
use super::value::{At, Many, Ordered, Word};
use crate::base::units::{
    UnitError, parse_count, parse_percent, parse_rate, parse_size, parse_time,
};
use toml::Spanned;
use toml::de::DeTable;

/// The runs of "scenario × knob": the defaults, then each other value of each knob alone.
#[must_use]
pub fn variants(scenario: &Scenario) -> Vec<Vec<(String, String)>> {
    let mut runs = vec![Vec::new()];
    for knob in &scenario.knobs {
        for value in knob.values.worth_trying() {
            if *value != knob.default {
                runs.push(vec![(knob.name.clone(), value.clone())]);
            }
        }
    }
    runs
}

impl KnobValues {
    /// The choices, or the suggestions.
    #[must_use]
    pub fn worth_trying(&self) -> &[String] {
        match self {
            Self::Choices(values)
            | Self::Typed {
                suggestions: values,
                ..
            } => values,
        }
    }

    /// Whether a value will do; if not, why.
    ///
    /// # Errors
    /// What is wrong with it and what to write instead.
    pub fn accept(&self, value: &str) -> Result<(), UnitError> {
        match self {
            Self::Choices(choices) if choices.iter().any(|c| c == value) => Ok(()),
            Self::Choices(choices) => Err(UnitError {
                message: format!("`{}` is not one of its choices", short(value)),
                help: format!("choose one of {}", choices.join(", ")),
            }),
            Self::Typed { kind, .. } => kind.accept(value),
        }
    }
}

impl KnobType {
    fn accept(self, value: &str) -> Result<(), UnitError> {
        match self {
            Self::Size => parse_size(value).map(drop),
            Self::Rate => parse_rate(value).map(drop),
            Self::Time => parse_time(value).map(drop),
            Self::Count => parse_count(value).map(drop),
            // What a link does to no frames, as the file says it.
            Self::Percent if value == "nothing" => Ok(()),
            Self::Percent => parse_percent(value).map(drop),
        }
    }
}

/// Reads the knobs of a file into the scenario; their values are what the file says.
pub(super) fn read(
    file: &Ordered<KnobFile>,
    root: &DeTable<'_>,
    scenario: &mut Scenario,
    problems: &mut Problems,
) {
    if let Some((name, _)) = file.0.get(MOST_KNOBS) {
        problems.error(
            name.span,
            "there are too many knobs",
            format!("keep the {MOST_KNOBS} that teach most"),
        );
        return;
    }
    for (name, knob) in &file.0 {
        let values = values(name, knob, problems);
        let label = match &knob.label {
            Some(label) if !label.value.trim().is_empty() => label.value.clone(),
            _ => {
                problems.error(
                    name.span,
                    format!("knob `{}` has no label", short(&name.value)),
                    "add label = \"…\", what the page calls it",
                );
                continue;
            }
        };
        let default = default(name, knob, root, problems);
        let (Some(values), Some(default)) = (values, default) else {
            continue;
        };
        let stands_for = stands_for(knob);
        let default = match stands_for.iter().position(|word| *word == default) {
            Some(choice) => values.worth_trying()[choice].clone(),
            None => default,
        };
        if let Err(e) = values.accept(&default) {
            problems.error(
                name.span,
                format!(
                    "knob `{}`: the file says `{}`, and {}",
                    name.value,
                    short(&default),
                    e.message
                ),
                e.help,
            );
            continue;
        }
        let sets = knob.sets.iter().flat_map(|s| &s.0);
        scenario.knobs.push(Knob {
            name: name.value.clone(),
            label,
            sets: sets.map(|path| path.value.clone()).collect(),
            values,
            stands_for,
            value: default.clone(),
            default,
            span: name.span,
        });
    }
}

/// The parsed file with `settings` put in.
pub(super) fn turn<'a>(
    scenario: &Scenario,
    table: &Spanned<DeTable<'a>>,
    settings: &'a [(String, String)],
) -> Result<Spanned<DeTable<'a>>, Vec<Problem>> {
    let mut problems = Problems::default();
    let mut turned = table.clone();
    for (name, value) in settings {
        let Some(knob) = scenario.knobs.iter().find(|k| k.name == *name) else {
            let names = scenario.knobs.iter().map(|k| k.name.as_str());
            problems.error_outside(
                format!("there is no knob `{}`", short(name)),
                did_you_mean(name, names, "the knobs here are"),
            );
            continue;
        };
        if let Err(e) = knob.values.accept(value) {
            problems.error_outside(format!("knob `{name}`: {}", e.message), e.help);
            continue;
        }
        set_all(turned.get_mut(), &knob.sets, knob.written(value), knob.span);
    }
    if problems.failed() {
        return Err(problems.into_vec());
    }
    Ok(turned)
}

/// What went wrong with knobs turned, told of the knobs: the file itself is in order.
pub(super) fn blame(
    scenario: &Scenario,
    settings: &[(String, String)],
    found: Vec<Problem>,
) -> Vec<Problem> {
    let turned: Vec<String> = settings
        .iter()
        .filter(|(name, _)| scenario.knobs.iter().any(|k| k.name == *name))
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    found
        .into_iter()
        .map(|problem| Problem {
            span: None,
            message: format!("with {}: {}", turned.join(", "), problem.message),
            ..problem
        })
        .collect()
}

/// Puts back what the file says: `turn` changed it before the knobs were read.
pub(super) fn remember_defaults(table: &DeTable<'_>, scenario: &mut Scenario) {
    for knob in &mut scenario.knobs {
        let first = knob.sets.first().and_then(|path| Path::parse(path, table));
        if let Some(Found::Value(default)) = first.map(|path| path.find(table)) {
            knob.default = knob.named(default);
        }
    }
}

/// Tries every choice and suggestion, one at a time, and tells those that do not work.
pub(super) fn try_all(
    scenario: &Scenario,
    file: &Ordered<KnobFile>,
    table: &Spanned<DeTable<'_>>,
    problems: &mut Problems,
    mut build: impl FnMut(&Spanned<DeTable<'_>>) -> Result<(), Vec<Problem>>,
) {
    for knob in &scenario.knobs {
        let Some((_, written)) = file.0.iter().find(|(name, _)| name.value == knob.name) else {
            continue;
        };
        let default = At {
            value: Word(knob.default.clone()),
            span: knob.span,
        };
        for At { value: word, span } in std::iter::once(&default).chain(worth_trying(written)) {
            let mut turned = table.clone();
            let written = knob.written(&word.0);
            set_all(turned.get_mut(), &knob.sets, written, knob.span);
            if problems.full() {
                return;
            }
            if let Err(found) = build(&turned) {
                let first = &found[0];
                problems.error(
                    *span,
                    format!(
                        "knob `{}` cannot be `{}`: {}",
                        knob.name,
                        short(&word.0),
                        first.message
                    ),
                    first.help.clone().unwrap_or_default(),
                );
            }
        }
    }
}

/// How many knobs a scenario may have: each of their values is tried while loading.
const MOST_KNOBS: usize = 20;

/// How many values a knob may offer.
const MOST_VALUES: usize = 12;

fn worth_trying(knob: &KnobFile) -> impl Iterator<Item = &At<Word>> {
    let choices = knob.choices.iter().flat_map(|choices| &choices.0);
    let suggestions = knob.suggestions.iter().flat_map(|words| &words.0);
    choices.map(|(name, _)| name).chain(suggestions)
}

/// What the choices stand for; nothing where each stands for itself.
fn stands_for(knob: &KnobFile) -> Vec<String> {
    let choices = knob.choices.iter().flat_map(|choices| &choices.0);
    let own = |(name, word): &(At<Word>, Word)| name.value == *word;
    if choices.clone().all(own) {
        return Vec::new();
    }
    choices.map(|(_, word)| word.0.clone()).collect()
}

impl Knob {
    /// What is put into the file for a value.
    fn written<'v>(&'v self, value: &'v str) -> &'v str {
        let names = self.values.worth_trying().iter();
        let mut named = names.zip(&self.stands_for);
        let found = named.find(|(name, _)| *name == value);
        found.map_or(value, |(_, word)| word)
    }

    /// The choice that stands for what the file says.
    fn named(&self, written: String) -> String {
        let choice = self.stands_for.iter().position(|word| *word == written);
        choice.map_or(written, |choice| self.values.worth_trying()[choice].clone())
    }
}

/// What a knob may be.
fn values(name: &At<String>, knob: &KnobFile, problems: &mut Problems) -> Option<KnobValues> {
    let shown = short(&name.value);
    let words = |many: &Many<Word>| many.0.iter().map(|w| w.value.0.clone()).collect();
    if let Some(extra) = worth_trying(knob).nth(MOST_VALUES) {
        problems.error(
            extra.span,
            format!("knob `{shown}` offers too much"),
            format!("offer at most {MOST_VALUES} values"),
        );
        return None;
    }
    match (&knob.choices, &knob.r#type) {
        (Some(choices), None) if choices.0.len() > 1 => {
            if let Some(extra) = knob.suggestions.as_ref().and_then(|s| s.0.first()) {
                problems.error(
                    extra.span,
                    format!("knob `{shown}` has choices, so suggestions mean nothing"),
                    "leave them out, or write type instead of choices",
                );
            }
            let names = choices.0.iter().map(|(name, _)| name.value.0.clone());
            Some(KnobValues::Choices(names.collect()))
        }
        (Some(_), None) => {
            problems.error(
                name.span,
                format!("knob `{shown}` leaves no choice"),
                "offer two choices at least",
            );
            None
        }
        (None, Some(kind)) => {
            let empty = Many::default();
            let suggestions = knob.suggestions.as_ref().unwrap_or(&empty);
            for word in &suggestions.0 {
                if let Err(e) = kind.value.accept(&word.value.0) {
                    problems.error(word.span, format!("knob `{shown}`: {}", e.message), e.help);
                }
            }
            Some(KnobValues::Typed {
                kind: kind.value,
                suggestions: words(suggestions),
            })
        }
        (Some(_), Some(kind)) => {
            problems.error(
                kind.span,
                format!("knob `{shown}` has both choices and a type"),
                "keep one of the two",
            );
            None
        }
        (None, None) => {
            problems.error(
                name.span,
                format!("knob `{shown}` has neither choices nor a type"),
                "add choices = [\"…\", \"…\"], or type = \"size\", \"rate\", \"time\", \"count\" or \"percent\"",
            );
            None
        }
    }
}

/// What the file says at the places a knob sets.
fn default(
    name: &At<String>,
    knob: &KnobFile,
    root: &DeTable<'_>,
    problems: &mut Problems,
) -> Option<String> {
    let shown = short(&name.value);
    let paths = knob.sets.as_ref().map_or(&[][..], |sets| &sets.0);
    if paths.is_empty() {
        problems.error(
            name.span,
            format!("knob `{shown}` sets nothing"),
            "add sets = \"laptop.mode\", the place it changes",
        );
    }
    let mut default: Option<String> = None;
    for path in paths {
        let place = short(&path.value);
        let found = match Path::parse(&path.value, root) {
            Some(path) => path.find(root),
            None => Found::Nothing("write names with points between: laptop.mode".into()),
        };
        match (found, &default) {
            (Found::Value(value), None) => default = Some(value),
            (Found::Value(value), Some(first)) if value == *first => {}
            (Found::Value(value), Some(_)) => problems.error(
                path.span,
                format!(
                    "knob `{shown}` sets places that differ: `{place}` is `{}`",
                    short(&value)
                ),
                "give all of them the same value to begin with",
            ),
            (Found::Other(kind), _) => problems.error(
                path.span,
                format!("knob `{shown}` cannot set `{place}`: it is {kind}"),
                "set a word, a number or a quantity",
            ),
            (Found::Nothing(help), _) => problems.error(
                path.span,
                format!("knob `{shown}` sets nothing: there is no `{place}`"),
                help,
            ),
        }
    }
    default
}

#[cfg(test)]
mod tests {
    use crate::scenario::{load, variants};

    const TEXT: &str = r#"
title = "Fast and slow"
links = ["laptop - server"]
[hosts]
laptop = { person = "Ada", runs = "ftp client" }
server = { runs = "ftp server", files = { "a.txt" = "4 kB" } }
[link.all]
delay = "1 ms"
[knobs.way]
label   = "The way"
sets    = "link.all.delay"
choices = { "next door" = "1 ms", "the moon" = "1.3 s" }
[[story]]
Ada = ["login", "get a.txt"]
"#;

    #[test]
    fn a_choice_may_stand_for_something_else() {
        let with = |settings: &[(&str, &str)]| {
            let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
            let settings: Vec<_> = settings.iter().map(owned).collect();
            load("way", TEXT, &settings).map(|loaded| loaded.scenario)
        };
        let plain = with(&[]).unwrap();
        assert_eq!(plain.knobs[0].value, "next door");
        let far = with(&[("way", "the moon")]).unwrap();
        assert_eq!(far.links[0].delay.0, 1_300_000_000);
        assert_eq!(far.knobs[0].value, "the moon");
        assert_eq!(far.knobs[0].default, "next door");
        assert_eq!(variants(&plain).len(), 2);
        let error = with(&[("way", "1.3 s")]).unwrap_err();
        assert!(error[0].message.contains("not one of its choices"));
    }
}
