//! The comparison as text: for terminals, and to be saved.

use super::{Answer, Answers, COLUMNS, COUNTS, Claim, GROUPS, NAME, SAYINGS, address_of, claims};
use crate::view::words::grouped;

/// No line is longer.
const WIDTH: usize = 84;
/// What a cell's lines stand behind.
const INDENT: usize = 8;

/// A part of a claim's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words of ours.
    Words(&'static str),
    /// A figure; none where it is not known yet.
    Figure(Option<&'a str>),
}

/// A claim's words and figures, in order.
#[must_use]
pub fn pieces<'a>(claim: &'static Claim, answer: &'a Answer) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut figures = answer.figures.iter();
    for (index, words) in claim.text.split("{}").enumerate() {
        if index > 0 {
            let figure = figures.next().and_then(Option::as_deref);
            pieces.push(Piece::Figure(figure));
        }
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
    }
    pieces
}

/// A claim in words, with a sign where a figure is not known yet.
#[must_use]
pub fn told(claim: &'static Claim, answer: &Answer) -> String {
    let pieces = pieces(claim, answer).into_iter();
    let words = pieces.map(|piece| match piece {
        Piece::Words(words) => words,
        Piece::Figure(figure) => figure.unwrap_or("…"),
    });
    words.collect()
}

/// All of it, or the one row or saying of this name; none where there is no such name.
#[must_use]
pub fn text(answers: &Answers, only: Option<&str>) -> Option<String> {
    let mut page = Page {
        answers,
        out: String::new(),
        claims: claims().zip(&answers.claims).collect(),
        at: 0,
    };
    if only.is_none() {
        page.head("FTP against SMTP, and HTTP", '═');
        page.lines(0, "Computed from runs of the scenarios. Each address after # is a step that shows it: open the page there (wirestage serve), or run its scenario.");
    }
    page.counts(only);
    for group in &GROUPS {
        let rows = group.rows.iter();
        if only.is_none() {
            page.head(group.name, '─');
        }
        for row in rows {
            let cells = page.next(3);
            if only.is_none_or(|only| only == row.id) {
                page.line(&format!("\n{} ({})", row.name, row.id));
                for (column, cell) in COLUMNS.iter().zip(cells) {
                    page.claim(column, cell);
                }
            }
        }
    }
    if only.is_none() {
        page.head("Commonly said, and what the packets show", '─');
    }
    for saying in SAYINGS {
        let shows = page.next(1)[0];
        if only.is_none_or(|only| only == saying.id) {
            page.line(&format!("\n“{}” ({})", saying.said, saying.id));
            page.lines(2, &format!("{}.", saying.verdict));
            page.claim("", shows);
        }
    }
    Some(page.out.trim_start().to_owned()).filter(|text| !text.is_empty())
}

/// What is written, and how far the claims have been.
struct Page<'a> {
    answers: &'a Answers,
    out: String,
    claims: Vec<(&'static Claim, &'a Answer)>,
    at: usize,
}

impl<'a> Page<'a> {
    fn next(&mut self, many: usize) -> Vec<(&'static Claim, &'a Answer)> {
        let from = self.at;
        self.at += many;
        self.claims[from..self.at].to_vec()
    }

    fn line(&mut self, text: &str) {
        self.out += text.trim_end();
        self.out.push('\n');
    }

    fn head(&mut self, text: &str, sign: char) {
        let under: String = text.chars().map(|_| sign).collect();
        self.line(&format!("\n{text}\n{under}"));
    }

    /// A text, as many lines of it as it needs.
    fn lines(&mut self, indent: usize, text: &str) {
        let room = WIDTH - indent;
        let mut line = String::new();
        for word in text.split(' ') {
            let long = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && long > room {
                self.line(&format!("{:indent$}{line}", ""));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        self.line(&format!("{:indent$}{line}", ""));
    }

    /// What is counted, as a table, with what the file weighs.
    fn counts(&mut self, only: Option<&str>) {
        let is_wanted = |id: &str| only.is_none_or(|only| only == id);
        let table = COUNTS.iter().any(|row| is_wanted(row.id));
        if table {
            self.head("The same file, three ways", '─');
            let [ftp, smtp, http] = COLUMNS;
            self.line(&format!("{:39}{ftp:>15}{smtp:>15}{http:>15}", ""));
        }
        for row in COUNTS {
            let cells = self.next(3);
            if is_wanted(row.id) {
                let cells = cells.iter().map(|(claim, answer)| told(claim, answer));
                let cells: String = cells.map(|cell| format!("{cell:>15}")).collect();
                self.line(&format!("{:39}{cells}", row.name));
            }
        }
        let Some(weights) = self.answers.weights.filter(|_| only.is_none()) else {
            return;
        };
        for part in 0..weights[0].parts().len() {
            let name = format!("  bytes: {}", weights[0].parts()[part].0);
            let cells = weights.map(|weight| format!("{:>15}", grouped(weight.parts()[part].1)));
            self.line(&format!("{name:39}{}", cells.concat()));
        }
    }

    /// A cell: what it says, and where it is seen.
    fn claim(&mut self, column: &str, (claim, answer): (&'static Claim, &Answer)) {
        let from = self.out.len();
        let says = told(claim, answer);
        let reference = match claim.reference {
            "" => String::new(),
            reference => format!(" [{reference}]"),
        };
        self.lines(INDENT, &format!("{says}{reference}"));
        let head = format!("  {column:<5} ");
        self.out.replace_range(from..from + INDENT, &head);
        for ((shows, source, _), shown) in claim.proofs.iter().zip(&answer.proofs) {
            let label = match shown {
                Some(shown) => format!("→ {shows}: {}", shown.label),
                None => format!("→ {shows}"),
            };
            self.lines(INDENT, &label);
            let address = address_of(*source, shown.as_ref().map(|shown| shown.at));
            self.lines(INDENT + 2, &address);
        }
    }
}

/// What it is called as a file.
#[must_use]
pub fn file_name() -> String {
    format!("{NAME}.txt")
}
