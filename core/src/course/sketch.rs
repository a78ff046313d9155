//! A ladder so small that it fits on a card: a few lines between a few lanes.

use crate::base::sorted::Set;
use crate::base::{HostId, TurnKind};
use crate::timeline::Timeline;
use crate::view::outline::{Outline, Row, Stroke, What};

/// So many lines fit on a card, and so many lanes.
const LINES: usize = 7;
const LANES: usize = 5;

/// A small ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// How many lanes.
    pub lanes: usize,
    /// Its lines, from top to bottom.
    pub lines: Vec<Line>,
}

/// One line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its colour and its strokes.
    pub stroke: Stroke,
    /// The lane where it begins.
    pub from: usize,
    /// The lane it goes to.
    pub to: usize,
    /// It never gets there.
    pub lost: bool,
}

/// Each stroke's letter in the index.
const LETTERS: [(char, Stroke); 5] = [
    ('c', Stroke::Control),
    ('d', Stroke::Data),
    ('m', Stroke::Mail),
    ('n', Stroke::Name),
    ('h', Stroke::Housekeeping),
];

impl Sketch {
    /// The moments that the author speaks of; where they are too few, others between them.
    #[must_use]
    pub fn of(timeline: &Timeline, outline: &Outline) -> Self {
        let rows = &outline.rows;
        let drawn = |index: &usize| is_line(&rows[*index]);
        let spoken = |index: &usize| !rows[*index].captions.is_empty() || is_broken(&rows[*index]);
        let (told, other): (Vec<usize>, Vec<usize>) =
            (0..rows.len()).filter(drawn).partition(spoken);
        let unheard = unheard(rows, &told, &other);
        let mut chosen = thinned(&told, LINES - unheard.len());
        chosen.extend(unheard);
        let more: Vec<usize> = other.into_iter().filter(|i| !chosen.contains(i)).collect();
        chosen.extend(thinned(&more, LINES - chosen.len()));
        chosen.sort_unstable();
        let mut lanes = busiest(rows, &chosen);
        chosen.retain(|index| ends(&rows[*index]).is_some_and(|(a, b)| has(&lanes, a, b)));
        let used: Set<HostId> = chosen
            .iter()
            .filter_map(|index| ends(&rows[*index]))
            .flat_map(|(a, b)| [a, b])
            .collect();
        lanes.retain(|host| used.contains(host));
        let lane = |host| lanes.iter().position(|known| *known == host).unwrap_or(0);
        let lines = chosen.iter().filter_map(|index| {
            let row = &rows[*index];
            let (from, to) = ends(row)?;
            Some(Line {
                stroke: row.stroke,
                from: lane(from),
                to: lane(to),
                lost: is_broken(row) || outline.lost_carrier(timeline, row).is_some(),
            })
        });
        Self {
            lines: lines.collect(),
            lanes: lanes.len(),
        }
    }

    /// `3: c0>1 d2x0`.
    pub(super) fn written(&self) -> String {
        let mut text = format!("{}:", self.lanes);
        for line in &self.lines {
            let letter = LETTERS.iter().find(|(_, stroke)| *stroke == line.stroke);
            text.push(' ');
            text.push(letter.map_or('h', |known| known.0));
            text += &line.from.to_string();
            text.push(if line.lost { 'x' } else { '>' });
            text += &line.to.to_string();
        }
        text
    }

    pub(super) fn read(text: &str) -> Self {
        let (lanes, lines) = text.split_once(':').unwrap_or((text, ""));
        Self {
            lanes: lanes.trim().parse().unwrap_or(0),
            lines: lines.split_whitespace().filter_map(line).collect(),
        }
    }
}

fn line(text: &str) -> Option<Line> {
    let letter = text.chars().next()?;
    let (_, stroke) = LETTERS.into_iter().find(|(known, _)| *known == letter)?;
    let rest = &text[letter.len_utf8()..];
    let at = rest.find(['>', 'x'])?;
    Some(Line {
        stroke,
        from: rest[..at].parse().ok()?,
        to: rest[at + 1..].parse().ok()?,
        lost: rest[at..].starts_with('x'),
    })
}

/// Whether a row goes from one lane to another.
fn is_line(row: &Row) -> bool {
    ends(row).is_some()
}

fn ends(row: &Row) -> Option<(HostId, HostId)> {
    let to = row.to.filter(|to| *to != row.from)?;
    Some((row.from, to))
}

fn is_broken(row: &Row) -> bool {
    row.lost > 0 && matches!(row.what, What::Opens | What::Says(_))
}

/// A line of each kind that the author does not speak of: the file itself, most of all.
fn unheard(rows: &[Row], told: &[usize], other: &[usize]) -> Vec<usize> {
    let kinds = [Stroke::Data, Stroke::Mail, Stroke::Control, Stroke::Name];
    let missing = kinds.into_iter().filter_map(|stroke| {
        if told.iter().any(|index| rows[*index].stroke == stroke) {
            return None;
        }
        let of_kind = || other.iter().filter(|index| rows[**index].stroke == stroke);
        let carries = |index: &&usize| rows[**index].what == What::Says(TurnKind::Data);
        of_kind()
            .find(carries)
            .or_else(|| of_kind().next())
            .copied()
    });
    missing.collect()
}

/// At most so many, spread evenly; the first and the last are among them.
fn thinned(all: &[usize], most: usize) -> Vec<usize> {
    if all.len() <= most {
        return all.to_vec();
    }
    match most {
        0 => Vec::new(),
        1 => vec![all[all.len() / 2]],
        _ => {
            let last = all.len() - 1;
            (0..most).map(|i| all[i * last / (most - 1)]).collect()
        }
    }
}

/// The hosts that figure most, in the order of the stage.
fn busiest(rows: &[Row], chosen: &[usize]) -> Vec<HostId> {
    let mut counts: Vec<(HostId, usize)> = Vec::new();
    for (a, b) in chosen.iter().filter_map(|index| ends(&rows[*index])) {
        for host in [a, b] {
            match counts.iter_mut().find(|(known, _)| *known == host) {
                Some((_, count)) => *count += 1,
                None => counts.push((host, 1)),
            }
        }
    }
    crate::base::sorted::sort_by_key(&mut counts, |(host, count)| (usize::MAX - count, *host));
    counts.truncate(LANES);
    let mut hosts: Vec<HostId> = counts.into_iter().map(|(host, _)| host).collect();
    hosts.sort_unstable();
    hosts
}

fn has(lanes: &[HostId], a: HostId, b: HostId) -> bool {
    lanes.contains(&a) && lanes.contains(&b)
}
