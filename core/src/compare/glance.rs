//! Two runs at a glance: what each is about, how it ends, and what it costs.

use super::counts::Counts;
use super::{NAMES, Side};
use crate::base::{Time, TurnKind};
use crate::timeline::{Setting, Timeline};
use crate::view::outline::{Line, Row, Stroke, What};
use crate::view::words::{counted, grouped, with_code};

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it tells of.
    pub name: &'static str,
    /// What it is in each run.
    pub values: [String; 2],
    /// What B has more, or less; in words where it is no number.
    pub difference: String,
    /// Whether the two are other.
    pub differs: bool,
}

/// Words first, then numbers. Words are there where they differ, numbers always.
pub(super) fn facts(sides: [Side<'_>; 2]) -> Vec<Fact> {
    type Words = (&'static str, fn(&Side<'_>) -> String);
    let words: [Words; 5] = [
        ("Speaks", speaks),
        ("Who speaks first", speaks_first),
        ("Calls for data come from", calls_for_data),
        ("Which way the data goes", ways),
        ("In the end", |side| ending(side.timeline)),
    ];
    let words = words.into_iter().map(|(name, of)| {
        let values = [of(&sides[0]), of(&sides[1])];
        let differs = values[0] != values[1];
        Fact {
            name,
            difference: if differs { "≠" } else { "=" }.to_owned(),
            values: values.map(|value| {
                if value.is_empty() {
                    "—".to_owned()
                } else {
                    value
                }
            }),
            differs,
        }
    });
    let mut facts: Vec<Fact> = words.filter(|fact| fact.differs).collect();
    facts.extend(numbers(sides.map(|side| Counts::of(side.timeline))));
    facts
}

fn numbers(counts: [Counts; 2]) -> Vec<Fact> {
    type Number = (&'static str, fn(&Counts) -> u64);
    let rows: [Number; 9] = [
        ("Round trips", |c| c.round_trips),
        ("Connections", |c| c.connections),
        ("Questions about names", |c| c.lookups),
        ("Turns", |c| c.turns),
        ("Packets, on all links", |c| c.packets),
        ("Packets lost", |c| c.lost),
        ("Bytes, on all links", |c| c.wire),
        ("Bytes of files and letters", |c| c.content),
        ("Overhead in bytes, sent once", Counts::overhead),
    ];
    let mut facts: Vec<Fact> = rows
        .into_iter()
        .map(|(name, of)| {
            let [a, b] = [of(&counts[0]), of(&counts[1])];
            fact(name, [a, b], [a, b].map(grouped), &grouped)
        })
        .collect();
    let percents = counts.map(|c| c.overhead_percent());
    let shown = percents.map(|percent| format!("{percent} %"));
    let points = |n: u64| format!("{n} points");
    facts.push(fact(
        "Overhead of all that is sent",
        percents,
        shown,
        &points,
    ));
    let times = counts.map(|c| c.time.0);
    let shown = times.map(|time| Time(time).to_string());
    facts.push(fact("Time", times, shown, &|time| Time(time).to_string()));
    facts
}

fn fact(
    name: &'static str,
    numbers: [u64; 2],
    values: [String; 2],
    words: &dyn Fn(u64) -> String,
) -> Fact {
    let [a, b] = numbers;
    let difference = match values[0] == values[1] {
        true => "=".to_owned(),
        false if b > a => ["+", &words(b - a)].concat(),
        false => ["−", &words(a - b)].concat(),
    };
    Fact {
        name,
        differs: values[0] != values[1],
        values,
        difference,
    }
}

/// The settings in which a run is other than the other one; its title where they are runs of
/// two scenarios.
pub(super) fn apart(sides: [Side<'_>; 2]) -> [Vec<String>; 2] {
    let same = sides[0].info.id == sides[1].info.id;
    [0, 1].map(|side| {
        let (own, other) = (sides[side].info, sides[1 - side].info);
        let mut told = Vec::new();
        if !same {
            told.push(own.title.clone());
        }
        let is_apart = |set: &&Setting| {
            let there = other.settings.iter().find(|there| there.name == set.name);
            match same {
                true => there.is_none_or(|there| there.value != set.value),
                false => set.value != set.default,
            }
        };
        let settings = own.settings.iter().filter(is_apart);
        told.extend(settings.map(|set| format!("{}: {}", set.label, set.value)));
        if own.seed != other.seed {
            told.push(format!("seed {}", own.seed));
        }
        told
    })
}

/// A heading for a run: `A · Data connection: passive`.
pub(super) fn heading(side: usize, apart: &[String]) -> String {
    let mut text = NAMES[side].to_owned();
    for words in apart {
        text += " · ";
        text += words;
    }
    text
}

/// What is spoken on a connection.
pub(super) fn protocol(line: &Line) -> &'static str {
    match line.purpose {
        "control" => "FTP",
        "data" => "FTP data",
        "mail" => "SMTP",
        "fetching" => "POP3",
        "names" => "DNS",
        "web" => "HTTP",
        _ => "TCP",
    }
}

/// `FTP at port 21, SMTP at port 25`.
fn speaks(side: &Side<'_>) -> String {
    let mut told: Vec<String> = Vec::new();
    let lines = side.outline.connections.iter();
    for line in lines.filter(|line| line.stroke != Stroke::Data) {
        let words = format!("{} at port {}", protocol(line), line.port);
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told.join(", ")
}

fn speaks_first(side: &Side<'_>) -> String {
    let mut rows = side.outline.rows.iter();
    let spoken = rows.find(|row| {
        let words = matches!(row.what, What::Says(TurnKind::Command | TurnKind::Reply));
        words && row.connection.is_some() && row.stroke != Stroke::Name
    });
    let Some(row) = spoken else {
        return String::new();
    };
    let who = &side.timeline.node(row.from).name;
    let role = match row.what {
        What::Says(TurnKind::Reply) => "the server",
        _ => "the client",
    };
    let what = row.short.split(' ').next().unwrap_or_default();
    format!("{role}, {who}: {what}")
}

fn calls_for_data(side: &Side<'_>) -> String {
    let mut told: Vec<&str> = Vec::new();
    let lines = side.outline.connections.iter();
    for line in lines.filter(|line| line.stroke == Stroke::Data) {
        let who = side.timeline.node(line.from).name.as_str();
        if !told.contains(&who) {
            told.push(who);
        }
    }
    told.join(", ")
}

/// Turns that carry files and letters.
fn data<'a>(side: &Side<'a>) -> impl Iterator<Item = &'a Row> {
    let rows = side.outline.rows.iter();
    rows.filter(|row| row.what == What::Says(TurnKind::Data))
}

/// Whether somebody sits at the one who sends: a push; or at the one who gets it: a pull.
fn way(side: &Side<'_>, row: &Row) -> &'static str {
    let person = |host| side.timeline.node(host).person.is_some();
    if person(row.from) {
        "pushed"
    } else if row.to.is_some_and(person) {
        "pulled"
    } else {
        "passed on"
    }
}

/// `pushed, laptop to mx1; pulled, mx1 to phone`.
fn ways(side: &Side<'_>) -> String {
    let mut told: Vec<String> = Vec::new();
    for row in data(side) {
        let names = [Some(row.from), row.to];
        let names = names.map(|host| host.map_or("nobody", |h| &side.timeline.node(h).name));
        let words = format!("{}, {} to {}", way(side, row), names[0], names[1]);
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told.join("; ")
}

/// What the first file or letter is for: `laptop pulls report.pdf over a second connection`.
pub(super) fn errand(side: &Side<'_>) -> Option<String> {
    let row = data(side).next()?;
    let (who, verb) = match (way(side, row), row.to) {
        ("pulled", Some(to)) => (to, "pulls"),
        (_, _) => (row.from, "pushes"),
    };
    let name = &side.timeline.node(who).name;
    let what = row.short.trim_start_matches("▤ ");
    let over = match row.stroke {
        Stroke::Data => "a second connection",
        _ => "the same connection",
    };
    Some(format!("{name} {verb} {what} over {over}"))
}

/// Where the same words come to another end: a title, and how each run ends.
pub(super) fn endings(sides: [Side<'_>; 2]) -> Option<(String, [String; 2])> {
    let all = sides.map(|side| {
        let told = side.timeline.outcomes().iter();
        told.map(|outcome| outcome.text.as_str())
            .collect::<Vec<_>>()
    });
    if all[0] == all[1] {
        return None;
    }
    let apart = (0..).find(|at| all[0].get(*at) != all[1].get(*at))?;
    let says = [0, 1].map(|side| match all[side].get(apart) {
        Some(text) => [text.trim_end_matches('.'), "."].concat(),
        None => "It ends earlier.".to_owned(),
    });
    Some(("How it ends".to_owned(), says))
}

/// What became of all that people asked for.
fn ending(timeline: &Timeline) -> String {
    let told = timeline.outcomes().iter().map(|outcome| {
        let sign = if outcome.ok { '✓' } else { '✗' };
        let text = outcome.text.trim_end_matches('.');
        let is_told = |code: &u16| text.contains(&code.to_string());
        let code = outcome.code.filter(|code| !is_told(code));
        format!("{sign} {}", with_code(code, text))
    });
    let mut told: Vec<String> = told.collect();
    // What failed is the ending; what went well besides is left out.
    if told.iter().any(|text| text.starts_with('✗')) {
        told.retain(|text| text.starts_with('✗'));
    }
    const MOST: usize = 3;
    if told.len() > MOST {
        let more = counted((told.len() - MOST) as u64, "thing");
        told.truncate(MOST);
        told.push(format!("{more} more"));
    }
    told.join("; ")
}
