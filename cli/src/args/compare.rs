//! `wirestage compare` on the command line.

use super::{Command, Parser, number, setting, text, usage};
use crate::fault::Fault;
use crate::help::Topic;
use lexopt::prelude::{Long, Short, Value};
use std::ffi::OsString;

/// Two runs to compare.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CompareOrder {
    /// The first one.
    pub first: Which,
    /// The other one; the scenario as it is, where none is named.
    pub second: Option<Which>,
}

/// A run: what to run, and how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// A name of the catalogue, or a file.
    pub scenario: OsString,
    /// Knobs and their values.
    pub settings: Vec<(String, String)>,
    /// Where all chance comes from.
    pub seed: Option<u64>,
}

/// What stands after `--with` is the second run's.
pub fn compare(mut parser: Parser) -> Result<Command, Fault> {
    const TOPIC: Topic = Topic::Compare;
    let wrong = usage(TOPIC);
    let mut runs = vec![Which::default()];
    while let Some(arg) = parser.next().map_err(&wrong)? {
        let last = runs.len() - 1;
        let run = &mut runs[last];
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(TOPIC)),
            Value(word) if run.scenario.is_empty() && last == 0 => run.scenario = word,
            Long("with") if last == 0 => runs.push(Which {
                scenario: parser.value().map_err(&wrong)?,
                ..Which::default()
            }),
            Long("with") => {
                return Err(Fault::input("--with is there twice: two runs are compared"));
            }
            Long("set") => {
                let word = text(&mut parser, TOPIC)?;
                run.settings.push(setting(&word)?);
            }
            Long("seed") => run.seed = Some(number("--seed", &mut parser, TOPIC)?),
            other => return Err(wrong(other.unexpected())),
        }
    }
    let mut runs = runs.into_iter();
    let first = runs.next().unwrap_or_default();
    if first.scenario.is_empty() {
        return Err(Fault::input(format!(
            "say which scenario to compare; `wirestage list` shows them\n\n{}",
            TOPIC.usage()
        )));
    }
    let second = runs.next();
    if second.is_none() && first.settings.is_empty() {
        return Err(Fault::input(format!(
            "say what to compare it with: --with SCENARIO, or turn a knob with --set\n\n{}",
            TOPIC.usage()
        )));
    }
    Ok(Command::Compare(CompareOrder { first, second }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Fault> {
        super::super::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn knobs_belong_to_the_run_that_they_follow() {
        let line = "wirestage compare a --set x=1 --seed 2 --with b --set y=3 --set z=4";
        let Ok(Command::Compare(order)) = read(line) else {
            panic!("{:?}", read(line));
        };
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        assert_eq!(order.first.scenario, "a");
        assert_eq!(order.first.settings, [pair("x", "1")]);
        assert_eq!(order.first.seed, Some(2));
        let second = order.second.expect("it is named");
        assert_eq!(second.scenario, "b");
        assert_eq!(second.settings, [pair("y", "3"), pair("z", "4")]);
        assert_eq!(second.seed, None);
        let alone = read("wirestage compare a --set x=1");
        assert!(matches!(
            alone,
            Ok(Command::Compare(CompareOrder { second: None, .. }))
        ));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, says) in [
            ("wirestage compare", "which scenario"),
            ("wirestage compare a", "--with SCENARIO"),
            ("wirestage compare a b", "\"b\""),
            ("wirestage compare a --with", "--with"),
            ("wirestage compare a --with b --with c", "twice"),
            ("wirestage compare a --set x --with b", "KNOB=VALUE"),
            ("wirestage compare a --with b --seed z", "`z`"),
        ] {
            let Err(Fault::Input(text)) = read(line) else {
                panic!("{line}: {:?}", read(line));
            };
            assert!(text.contains(says), "{line}: {text}");
        }
        for line in [
            "wirestage compare -h",
            "wirestage help compare",
            "wirestage compare a --with b --help",
        ] {
            assert_eq!(read(line), Ok(Command::Help(Topic::Compare)), "{line}");
        }
    }
}
