//! The turns of two runs side by side: what the same one says in the same way stands together,
//! and what one run says instead of the other.

use super::Side;
use super::align::align;
use crate::base::TurnKind;
use crate::base::sorted::Map;
use crate::view::outline::{Row, Stroke, What};

/// A turn of either run, or of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Which turn of each.
    pub rows: [Option<usize>; 2],
    /// How they compare.
    pub mark: Mark,
}

/// How the turns of a pair compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The same is said.
    Same,
    /// The same is said, but with something else in it, or something else becomes of it.
    Varied,
    /// One says this, the other that.
    Other,
    /// Only one of them says it: which.
    Only(usize),
}

impl Mark {
    /// The sign that stands between the two.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Same => "=",
            Self::Varied => "≈",
            Self::Other => "≠",
            Self::Only(0) => "◀",
            Self::Only(_) => "▶",
        }
    }

    /// The same in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "the same",
            Self::Varied => "the same, but",
            Self::Other => "another",
            Self::Only(0) => "only in A",
            Self::Only(_) => "only in B",
        }
    }

    /// Its name in style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Varied => "varied",
            Self::Other => "other",
            Self::Only(0) => "only-a",
            Self::Only(_) => "only-b",
        }
    }
}

/// The turns of both runs. What stands together and differs is told from the same later.
pub(super) fn pairs(sides: [Side<'_>; 2]) -> Vec<Pair> {
    let speakers = Speakers::of(sides);
    let exact = sides_of(|side| {
        let rows = sides[side].outline.rows.iter();
        rows.map(|row| speakers.key(side, row)).collect::<Vec<_>>()
    });
    let mut pairs = Vec::new();
    let mut begun = [0, 0];
    let end = (exact[0].len(), exact[1].len());
    for (a, b) in align(&exact[0], &exact[1]).into_iter().chain([end]) {
        between(sides, &speakers, &[begun[0]..a, begun[1]..b], &mut pairs);
        if (a, b) != end {
            let (rows, mark) = ([Some(a), Some(b)], Mark::Same);
            pairs.push(Pair { rows, mark });
        }
        begun = [a + 1, b + 1];
    }
    pairs
}

fn sides_of<T>(make: impl Fn(usize) -> T) -> [T; 2] {
    [make(0), make(1)]
}

/// What lies between turns that are the same: what is of one kind and by the same speaker
/// stands together all the same.
fn between(
    sides: [Side<'_>; 2],
    speakers: &Speakers<'_>,
    rows: &[std::ops::Range<usize>; 2],
    pairs: &mut Vec<Pair>,
) {
    let kinds = sides_of(|side| {
        let rows = rows[side].clone().map(|row| sides[side].row(row));
        rows.map(|row| speakers.kind(side, row)).collect::<Vec<_>>()
    });
    let only = |side: usize, row: usize| {
        let mut both = [None, None];
        both[side] = Some(row);
        let mark = Mark::Only(side);
        Pair { rows: both, mark }
    };
    let starts = [rows[0].start, rows[1].start];
    let mut begun = [0, 0];
    let end = (kinds[0].len(), kinds[1].len());
    for (a, b) in align(&kinds[0], &kinds[1]).into_iter().chain([end]) {
        let to = [a, b];
        for side in [0, 1] {
            pairs.extend((begun[side]..to[side]).map(|row| only(side, starts[side] + row)));
        }
        if (a, b) != end {
            pairs.push(Pair {
                rows: [Some(starts[0] + a), Some(starts[1] + b)],
                mark: Mark::Other,
            });
        }
        begun = [a + 1, b + 1];
    }
}

/// Who speaks, by numbers that are the same in both runs: those of one name are one, and so
/// are hosts of one person.
struct Speakers<'a> {
    sides: [Side<'a>; 2],
    numbers: Map<String, u32>,
}

/// What makes a turn the same as another one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    kind: ToldKind,
    verb: String,
    stroke: Stroke,
}

/// The kind of a turn, and who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ToldKind {
    what: u8,
    from: Option<u32>,
}

impl<'a> Speakers<'a> {
    fn of(sides: [Side<'a>; 2]) -> Self {
        let mut numbers: Map<String, u32> = Map::new();
        let mut next = 0;
        // Names first: a person may sit elsewhere in the other run, where hosts have other names.
        for side in sides {
            for node in side.timeline.nodes() {
                let known = numbers.get(&node.name).copied();
                let person = node.person.as_ref().map(|person| ["·", person].concat());
                let of_person = person.as_ref().and_then(|p| numbers.get(p).copied());
                let number = known.or(of_person).unwrap_or_else(|| {
                    next += 1;
                    next
                });
                numbers.insert(node.name.clone(), number);
                if let Some(person) = person {
                    numbers.get_or_insert_with(person, || number);
                }
            }
        }
        // Who is called first plays the same part, whatever it is called.
        let called = sides_of(|side| {
            let mut lines = sides[side].outline.connections.iter();
            let first = lines.find(|line| line.stroke != Stroke::Name)?;
            Some(&sides[side].timeline.node(first.to?).name)
        });
        if let [Some(a), Some(b)] = called
            && sides[0].timeline.node_named(b).is_none()
            && sides[1].timeline.node_named(a).is_none()
            && let Some(number) = numbers.get(a).copied()
        {
            numbers.insert(b.clone(), number);
        }
        Self { sides, numbers }
    }

    fn number(&self, side: usize, row: &Row) -> Option<u32> {
        let name = &self.sides[side].timeline.node(row.from).name;
        self.numbers.get(name).copied()
    }

    fn kind(&self, side: usize, row: &Row) -> ToldKind {
        let what = match row.what {
            What::Opens => 0,
            What::Says(TurnKind::Command) if row.stroke == Stroke::Name => 1,
            What::Says(TurnKind::Reply) if row.stroke == Stroke::Name => 2,
            What::Says(TurnKind::Command) => 3,
            What::Says(TurnKind::Reply) => 4,
            What::Says(TurnKind::Data) => 5,
            What::Says(TurnKind::Probe) => 6,
            What::Ends => 7,
            What::Breaks(_) => 8,
            What::Network => 9,
            What::Power => 10,
            What::Other => 11,
        };
        // Who calls whom, and who sends, may be the very difference.
        let by_all = matches!(row.what, What::Opens | What::Says(TurnKind::Data));
        let from = if by_all { None } else { self.number(side, row) };
        ToldKind { what, from }
    }

    fn key(&self, side: usize, row: &Row) -> Key {
        let verb = match row.what {
            // Of a file or a letter the name may be what differs.
            What::Says(TurnKind::Data) | What::Opens | What::Ends | What::Breaks(_) => "",
            What::Says(TurnKind::Reply) if row.stroke != Stroke::Name => first_word(&row.short),
            What::Says(_) => first_word(&row.label),
            What::Network | What::Power => first_word(&row.short),
            What::Other => &row.label,
        };
        let mut kind = self.kind(side, row);
        if row.what == What::Says(TurnKind::Data) {
            kind.from = self.number(side, row);
        }
        // Protocols share words: each greets, and says goodbye.
        let is_word = matches!(row.what, What::Says(TurnKind::Command | TurnKind::Reply));
        let stroke = match row.stroke {
            Stroke::Data | Stroke::Mail if is_word => Stroke::Control,
            stroke => stroke,
        };
        Key {
            kind,
            verb: verb.to_ascii_uppercase(),
            stroke,
        }
    }
}

/// A command without its arguments.
pub(super) fn first_word(text: &str) -> &str {
    text.split([' ', '?']).next().unwrap_or_default()
}
