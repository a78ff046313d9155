//! Charts of a run: sequence numbers, throughput and bytes in flight against time, and what it
//! weighs by layer. Gathered once, laid out as numbers, drawn as shapes.

mod axes;
mod draw;
mod gather;
mod letter;
mod series;
mod sheet;
mod table;
mod weight;

pub use draw::{Chart, Frame, draw, draw_bars};
pub use gather::{Gathered, Mark, Segment, Side, Talk};
pub use series::{Curve, Item, Series, Unit};
pub use sheet::{chart_sheet, chart_text};
pub use table::{Table, TableRow, table};
pub use weight::{Part, Share, Weighed, bars, weighed};

/// What a chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartKind {
    /// Sequence numbers against time.
    #[default]
    Sequence,
    /// What arrives in a second, against time.
    Throughput,
    /// What was sent and is not acknowledged yet, against time.
    Flight,
    /// How many bytes each layer takes.
    Weight,
}

impl ChartKind {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Sequence, Self::Throughput, Self::Flight, Self::Weight];

    /// Its name in addresses and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Throughput => "throughput",
            Self::Flight => "flight",
            Self::Weight => "weight",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Its name for readers.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sequence => "Sequence numbers",
            Self::Throughput => "Throughput",
            Self::Flight => "Bytes in flight",
            Self::Weight => "Weight",
        }
    }

    /// What it shows, in a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Sequence => "Each stroke is a segment: its bytes upwards, its sending across.",
            Self::Throughput => "New bytes that reach the other side, per second.",
            Self::Flight => "Bytes sent that nobody has acknowledged yet.",
            Self::Weight => "What all the bytes on the wire are for.",
        }
    }

    /// Where more is written.
    #[must_use]
    pub fn reference(self) -> &'static str {
        match self {
            Self::Sequence => "RFC 9293 §3.4",
            Self::Throughput => "RFC 6349 §4",
            Self::Flight => "RFC 5681 §2",
            Self::Weight => "RFC 2045 §6.8",
        }
    }
}

/// Which chart is asked for: `flight`, `flight-2` for connection 2, `flight-2-b` for what the one
/// says that was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// What it shows.
    pub kind: ChartKind,
    /// Of which connection, counted from 1; of the heaviest where none is named. What all
    /// connections weigh, where that is asked.
    pub connection: Option<u32>,
    /// Of what the caller says (0) or the one called (1); the one who says more, if neither.
    pub side: Option<usize>,
}

impl Ask {
    /// A chart of a kind, of what is worth looking at.
    #[must_use]
    pub fn of(kind: ChartKind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// As it is written.
    #[must_use]
    pub fn word(self) -> String {
        let mut word = self.kind.word().to_owned();
        if let Some(number) = self.connection {
            word += "-";
            word += &number.to_string();
            word += match self.side {
                None => "",
                Some(0) => "-a",
                Some(_) => "-b",
            };
        }
        word
    }

    /// Reads what was written; none where no chart is called so.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let mut parts = word.split(['-', ':']);
        let kind = ChartKind::named(parts.next()?)?;
        let connection = match parts.next() {
            None => None,
            Some(number) => Some(number.parse().ok().filter(|number| *number > 0)?),
        };
        let side = match parts.next() {
            None => None,
            Some("a") => Some(0),
            Some("b") => Some(1),
            Some(_) => return None,
        };
        let ask = Self {
            kind,
            connection,
            side,
        };
        parts.next().is_none().then_some(ask)
    }
}
