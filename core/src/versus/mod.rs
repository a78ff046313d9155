//! FTP against SMTP, and HTTP: what each is, in cells computed from runs, each with the step that proves it.

mod counts;
mod failing;
mod find;
mod maker;
mod measure;
mod meeting;
mod sayings;
mod sending;
mod source;
mod tally;
mod text;

pub use counts::COUNTS;
pub use find::{Find, Shape};
pub use maker::{Answer, Answers, Maker, Shown};
pub use measure::Measure;
pub use sayings::SAYINGS;
pub use source::Source;
pub use tally::{On, Weight};
pub use text::{Piece, file_name, pieces, text, told};

use crate::base::address::{USUAL_SEED, fragment};

/// What stands first in the comparison's addresses, and what the program calls it.
pub const NAME: &str = "ftp-and-smtp";

/// The columns' heads.
pub const COLUMNS: [&str; 3] = ["FTP", "SMTP", "HTTP"];

/// Words with gaps that figures of runs fill, and where it is seen.
#[derive(Debug)]
pub struct Claim {
    /// The words; each `{}` is a gap.
    pub text: &'static str,
    /// What fills the gaps, in order.
    pub figures: &'static [Figure],
    /// Steps of runs that show it: what is seen there.
    pub proofs: &'static [Proof],
    /// Where it is laid down: `RFC 959 §3.2`. Empty where nowhere.
    pub reference: &'static str,
}

/// A figure: from which run, and what of it.
pub type Figure = (Source, Measure);

/// A step that shows something: in a few words what, in which run, and how it is found there.
pub type Proof = (&'static str, Source, Find);

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// Its name in addresses.
    pub id: &'static str,
    /// What is compared.
    pub name: &'static str,
    /// FTP's cell, SMTP's and HTTP's.
    pub cells: [Claim; 3],
}

/// Rows that belong together.
#[derive(Debug)]
pub struct Group {
    /// What they are about.
    pub name: &'static str,
    /// They.
    pub rows: &'static [Row],
}

/// The table.
pub const GROUPS: [Group; 3] = [
    Group {
        name: "Who meets whom",
        rows: meeting::ROWS,
    },
    Group {
        name: "How it goes over",
        rows: sending::ROWS,
    },
    Group {
        name: "When it goes wrong",
        rows: failing::ROWS,
    },
];

/// Something that is commonly said, and what the packets show.
#[derive(Debug)]
pub struct Saying {
    /// Its name in addresses.
    pub id: &'static str,
    /// What is said.
    pub said: &'static str,
    /// Whether it is so, in a few words.
    pub verdict: &'static str,
    /// What the packets show.
    pub shows: Claim,
}

/// All claims, in the order in which `Answers` has them: what is counted, the table, what is
/// commonly said.
pub fn claims() -> impl Iterator<Item = &'static Claim> {
    let table = GROUPS.iter().flat_map(|group| group.rows);
    let rows = COUNTS.iter().chain(table);
    let cells = rows.flat_map(|row| &row.cells);
    cells.chain(SAYINGS.iter().map(|saying| &saying.shows))
}

/// The names of all rows and sayings, as addresses have them.
pub fn ids() -> impl Iterator<Item = &'static str> {
    let rows = GROUPS.iter().flat_map(|group| group.rows);
    let rows = COUNTS.iter().chain(rows).map(|row| row.id);
    rows.chain(SAYINGS.iter().map(|saying| saying.id))
}

/// The address of a step of a run; of its start where the step is not known yet.
#[must_use]
pub fn address_of(source: Source, at: Option<usize>) -> String {
    let turn = at.map(|at| at.to_string());
    let more: Vec<_> = turn.iter().map(|turn| ("at", turn.as_str())).collect();
    fragment(source.scenario(), source.knobs(), USUAL_SEED, &more)
}
