//! Where two runs differ, what kind of difference each is, and which is the first that matters.

use super::Side;
use super::pairs::{Mark, Pair, first_word};
use super::{glance, sentences};
use crate::base::{FrameId, TurnKind};
use crate::view::facts::speaks_ipv6;
use crate::view::outline::{Row, Stroke, What};
use crate::view::rewriting::on_its_way;
use std::ops::Range;

/// A stretch of turns in which two runs differ, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its pairs, by index.
    pub pairs: Range<usize>,
    /// The pair that shows it.
    pub shown: usize,
    /// What kind it is.
    pub kind: Kind,
    /// How much it matters.
    pub weight: Weight,
    /// What it is about, in a few words: `Who opens the data connection`.
    pub title: String,
    /// What each run does there, a sentence each.
    pub says: [String; 2],
}

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The runs speak other versions of IP.
    Family,
    /// A packet is lost in one of them.
    Lost,
    /// A router writes something else into a packet.
    Rewritten,
    /// One goes on where the other waits for the answer.
    Waits,
    /// Something else happens.
    Turn,
    /// The same is said, with something else in it.
    Words,
    /// The same is said, and something else comes of it.
    Ending,
    /// It takes other packets.
    Packets,
    /// It takes another time.
    Time,
}

/// How much a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// How many packets, how long: what all else comes to.
    Amount,
    /// A number within the same words.
    Number,
    /// Other words of one meaning, or in another order.
    Wording,
    /// Something else happens.
    Course,
    /// They speak other protocols, for another task.
    Task,
}

/// The first of the greatest weight.
pub(super) fn first(differences: &[Difference]) -> Option<usize> {
    let greatest = differences.iter().map(|d| d.weight).max()?;
    differences.iter().position(|d| d.weight == greatest)
}

/// All differences, in order. Pairs that differ are marked so.
pub(super) fn differences(sides: [Side<'_>; 2], pairs: &mut [Pair]) -> Vec<Difference> {
    let look = Look {
        sides,
        translates: sides.iter().any(|side| translates(side)),
    };
    let mut found: Vec<(usize, Kind, Weight)> = Vec::new();
    for at in 0..pairs.len() {
        if let Some((kind, weight)) = look.pair(pairs, at) {
            if pairs[at].mark == Mark::Same {
                pairs[at].mark = Mark::Varied;
            }
            found.push((at, kind, weight));
        }
    }
    if found.is_empty() {
        found.extend(look.amounts(pairs));
    }
    let mut told = gathered(&look, pairs, &found);
    let is_told = told.iter().any(|told| told.weight >= Weight::Course);
    if let Some((title, says)) = glance::endings(sides).filter(|_| !is_told) {
        told.push(Difference {
            pairs: pairs.len()..pairs.len(),
            shown: pairs.len().saturating_sub(1),
            kind: Kind::Ending,
            weight: Weight::Course,
            title,
            says,
        });
    }
    let [a, b] = sides.map(|side| speaks_ipv6(side.timeline));
    if a != b {
        let (title, says) = sentences::family(a);
        let first = Difference {
            pairs: 0..0,
            shown: 0,
            kind: Kind::Family,
            weight: Weight::Course,
            title,
            says,
        };
        told.insert(0, first);
    }
    told
}

fn translates(side: &Side<'_>) -> bool {
    let mut nodes = side.timeline.nodes().iter();
    nodes.any(|node| node.router.as_ref().is_some_and(|router| router.nat))
}

/// Pairs that follow each other are one difference; a command begins another one.
fn gathered(look: &Look<'_>, pairs: &[Pair], found: &[(usize, Kind, Weight)]) -> Vec<Difference> {
    let mut differences: Vec<Difference> = Vec::new();
    for &(at, kind, weight) in found {
        let follows = differences.last().is_some_and(|d| d.pairs.end == at);
        if let Some(last) = differences.last_mut().filter(|_| follows) {
            // What one run does alone is told call by call.
            let alone =
                matches!(pairs[at].mark, Mark::Only(_)) && pairs[at].mark == pairs[at - 1].mark;
            let begins = look.begins(pairs[at], alone);
            // What matters more than all before it in a stretch is what the stretch is about.
            if weight < last.weight || weight == last.weight && !begins {
                last.pairs.end = at + 1;
                continue;
            }
        }
        let (title, says) = sentences::told(look.sides, pairs, at, kind);
        differences.push(Difference {
            pairs: at..at + 1,
            shown: at,
            kind,
            weight,
            title,
            says,
        });
    }
    differences
}

/// What pairs are looked at with.
struct Look<'a> {
    sides: [Side<'a>; 2],
    /// Whether a router of either translates addresses.
    translates: bool,
}

impl Look<'_> {
    /// Whether a pair begins something: a call; unless it is one of many, a command.
    fn begins(&self, pair: Pair, one_of_many: bool) -> bool {
        let mut rows = [0, 1].into_iter().filter_map(|side| {
            let row = pair.rows[side]?;
            Some(self.sides[side].row(row))
        });
        rows.any(|row| match row.what {
            What::Opens => true,
            What::Breaks(_) | What::Says(TurnKind::Command | TurnKind::Data) => !one_of_many,
            _ => false,
        })
    }

    /// How the two of a pair differ, if they do.
    fn pair(&self, pairs: &[Pair], at: usize) -> Option<(Kind, Weight)> {
        let pair = pairs[at];
        let [Some(a), Some(b)] = pair.rows else {
            return Some(self.alone(pairs, at));
        };
        let rows = [self.sides[0].row(a), self.sides[1].row(b)];
        if self.speaks_otherwise(rows) {
            return Some((Kind::Turn, Weight::Task));
        }
        if pair.mark == Mark::Other {
            let ends = rows.iter().all(|row| row.what == What::Ends);
            let weight = if ends {
                Weight::Wording
            } else {
                Weight::Course
            };
            let kind = if sentences::waiting(self.sides, pairs, at).is_some() {
                Kind::Waits
            } else {
                Kind::Turn
            };
            return Some((kind, weight));
        }
        if self.lost(0, rows[0]) != self.lost(1, rows[1]) {
            return Some((Kind::Lost, Weight::Course));
        }
        self.said(rows).or_else(|| self.rewritten(rows))
    }

    /// Whether both call, and for something else.
    fn speaks_otherwise(&self, rows: [&Row; 2]) -> bool {
        let protocols = [0, 1].map(|side| {
            let row = rows[side];
            let is_call = row.what == What::Opens && row.stroke != Stroke::Data;
            let lines = &self.sides[side].outline.connections;
            let line = row.connection.and_then(|n| lines.get(n as usize - 1));
            line.filter(|_| is_call).map(glance::protocol)
        });
        matches!(protocols, [Some(a), Some(b)] if a != b)
    }

    /// A turn that the other run does not have.
    fn alone(&self, pairs: &[Pair], at: usize) -> (Kind, Weight) {
        if sentences::waiting(self.sides, pairs, at).is_some() {
            return (Kind::Waits, Weight::Course);
        }
        let side = usize::from(pairs[at].rows[0].is_none());
        let row = pairs[at].rows[side].map(|row| self.sides[side].row(row));
        let Some(row) = row else {
            return (Kind::Turn, Weight::Course);
        };
        // A call that the other host makes instead was told where the first of the two was made.
        let told = sentences::made_by_other(self.sides, pairs, at);
        let told = told.is_some_and(|other| other < at);
        if row.what == What::Ends || told || self.is_elsewhere(pairs, at, side, row) {
            return (Kind::Turn, Weight::Wording);
        }
        (Kind::Turn, Weight::Course)
    }

    /// Whether the other run has the same turn nearby: only their order differs.
    fn is_elsewhere(&self, pairs: &[Pair], at: usize, side: usize, row: &Row) -> bool {
        const NEAR: usize = 6;
        let near = at.saturating_sub(NEAR)..(at + NEAR + 1).min(pairs.len());
        let other = 1 - side;
        pairs[near].iter().any(|pair| {
            let alone = pair.mark == Mark::Only(other);
            let there = pair.rows[other].filter(|_| alone);
            there.is_some_and(|there| {
                let there = self.sides[other].row(there);
                let names = [(side, row), (other, there)]
                    .map(|(side, row)| &self.sides[side].timeline.node(row.from).name);
                there.what == row.what && there.label == row.label && names[0] == names[1]
            })
        })
    }

    /// Whether it was lost, and whether others with it.
    fn lost(&self, side: usize, row: &Row) -> bool {
        let side = &self.sides[side];
        let is_work = row.stroke != Stroke::Housekeeping;
        row.lost > 0 && (is_work || side.outline.lost_carrier(side.timeline, row).is_some())
    }

    /// What differs in words of the same kind.
    fn said(&self, rows: [&Row; 2]) -> Option<(Kind, Weight)> {
        let [a, b] = rows;
        let course = Some((Kind::Words, Weight::Course));
        match a.what {
            What::Opens => {
                let calls = [(0, a), (1, b)].map(|(side, row)| {
                    let line = &self.sides[side].outline.connections;
                    let line = row.connection.and_then(|n| line.get(n as usize - 1));
                    // A port that somebody chose by chance is any port.
                    let port = line
                        .map(|line| line.port)
                        .filter(|_| row.stroke != Stroke::Data);
                    let from = &self.sides[side].timeline.node(row.from).name;
                    (from, port, row.meaning.ends_with("in vain"))
                });
                return (calls[0] != calls[1]).then_some((Kind::Turn, Weight::Course));
            }
            What::Breaks(_) if a.what != b.what => return course,
            What::Breaks(_) | What::Ends => return None,
            What::Says(TurnKind::Data) if a.text != b.text => return course,
            _ => {}
        }
        let texts = [masked(a), masked(b)];
        let names = a.stroke == Stroke::Name;
        if texts[0] != texts[1] {
            let by_numbers = texts.each_ref().map(|text| without_numbers(text));
            let is_number = by_numbers[0] == by_numbers[1];
            let is_reply = a.what == What::Says(TurnKind::Reply) && !names;
            let weight = match (is_number && !names && !is_announcement(a), is_reply) {
                (true, _) => Weight::Number,
                (false, true) => Weight::Wording,
                (false, false) => Weight::Course,
            };
            return Some((Kind::Words, weight));
        }
        if a.text == b.text && a.meaning != b.meaning {
            let same = without_numbers(&a.meaning) == without_numbers(&b.meaning);
            let weight = if same {
                Weight::Number
            } else {
                Weight::Wording
            };
            return Some((Kind::Words, weight));
        }
        None
    }

    /// Whether routers write something else into what is said in the same words.
    fn rewritten(&self, rows: [&Row; 2]) -> Option<(Kind, Weight)> {
        if !self.translates {
            return None;
        }
        let edits = [0, 1].map(|side| {
            let timeline = self.sides[side].timeline;
            let found = rows[side]
                .carrier
                .and_then(|frame| on_its_way(timeline, frame));
            let edits = found.into_iter().flat_map(|found| found.edits);
            let edits = edits.map(|edit| edit.what);
            // What follows from words of another length is no difference of its own.
            let own = |what: &String| matches!(&**what, "text" | "source" | "destination");
            edits.filter(own).collect::<Vec<_>>()
        });
        (edits[0] != edits[1]).then_some((Kind::Rewritten, Weight::Course))
    }

    /// Where all turns are the same: the first that takes other packets, or another time.
    fn amounts(&self, pairs: &[Pair]) -> Option<(usize, Kind, Weight)> {
        let both = |pair: &Pair| Some((pair.rows[0]?, pair.rows[1]?));
        let rows = |(a, b): (usize, usize)| [self.sides[0].row(a), self.sides[1].row(b)];
        let packets = |at: &usize| {
            both(&pairs[*at]).is_some_and(|pair| {
                let [a, b] = rows(pair);
                a.packets.len() != b.packets.len()
            })
        };
        let lengths = |at: &usize| {
            both(&pairs[*at]).is_some_and(|pair| {
                let [a, b] = rows(pair);
                self.lengths(0, a) != self.lengths(1, b)
            })
        };
        let late = |at: &usize| {
            both(&pairs[*at]).is_some_and(|(a, b)| {
                let waits = [(0, a), (1, b)].map(|(side, row)| self.wait(side, row));
                let apart = waits[0].max(waits[1]) - waits[0].min(waits[1]);
                // Less than half a millisecond cannot be told in words.
                apart >= 500_000
            })
        };
        let all = || 0..pairs.len();
        let found = |at, kind| (at, kind, Weight::Amount);
        let first = all().find(packets).map(|at| found(at, Kind::Packets));
        let time = all().find(late).map(|at| found(at, Kind::Time));
        let first = match (first, time) {
            (Some(packets), Some(time)) if time.0 < packets.0 => Some(time),
            (Some(packets), _) => Some(packets),
            (None, time) => time,
        };
        first.or_else(|| all().find(lengths).map(|at| found(at, Kind::Packets)))
    }

    fn lengths(&self, side: usize, row: &Row) -> Vec<usize> {
        let timeline = self.sides[side].timeline;
        let frames = row.packets.clone().map(FrameId::from_index);
        frames
            .map(|frame| timeline.frame(frame).slot.len())
            .collect()
    }

    /// How long after the turn before it begins, in nanoseconds.
    fn wait(&self, side: usize, row: usize) -> u64 {
        wait(&self.sides[side], row)
    }
}

/// How long after the turn before it a turn begins, in nanoseconds.
pub(super) fn wait(side: &Side<'_>, row: usize) -> u64 {
    let now = side.row(row).time;
    let before = row.checked_sub(1).map(|row| side.row(row).time);
    before.map_or(now.0, |before| (now - before).0)
}

/// Whether it announces an address for a data connection.
fn is_announcement(row: &Row) -> bool {
    row.stroke == Stroke::Control
        && matches!(first_word(&row.short), "PORT" | "EPRT" | "227" | "229")
}

/// What was said, without what chance decided: the port of an announcement.
fn masked(row: &Row) -> String {
    if !is_announcement(row) {
        return row.text.clone();
    }
    let is_comma = row.text.matches(',').count() >= 5;
    // `192,168,1,10,219,164` ends with the port in two numbers, `|1|192.168.1.10|56228|` in one.
    let mut left = if is_comma { 2 } else { 1 };
    let mut kept = Vec::new();
    let mut in_number = false;
    for c in row.text.chars().rev() {
        let digit = c.is_ascii_digit();
        if in_number && !digit {
            left -= 1;
        }
        in_number = digit && left > 0;
        kept.push(if in_number { '#' } else { c });
        if left == 0 {
            in_number = false;
        }
    }
    kept.dedup_by(|a, b| *a == '#' && *b == '#');
    kept.into_iter().rev().collect()
}

/// A text in which all numbers are alike.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(c),
        }
    }
    out
}
