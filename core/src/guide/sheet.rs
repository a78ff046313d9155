//! A layer's bits as the RFCs draw them: each in one cell, cells in rows.

use crate::base::digits::push_hex;
use crate::dissect::{Dissection, Field, FieldKind, Layer};
use std::ops::Range;

/// A field with more rows than this is drawn open: its first and last rows alone.
const MOST_ROWS: u32 = 5;
/// Of which so many are the first ones.
const FIRST_ROWS: u32 = 2;

/// One layer of one frame, ready to be drawn and to be listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its fields in the order of their bits, what follows from others last.
    pub fields: Vec<Entry>,
    /// Its cells: they cover each of its bits once.
    pub cells: Vec<Cell>,
    /// How many bits it has.
    pub bits: u32,
}

/// A field as the guide lists it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: &'static FieldKind,
    /// The value as a number, where it is one.
    pub number: u64,
    /// The value in words.
    pub value: String,
    /// Its bytes as they are: `c3 51`.
    pub bytes: String,
    /// Which of the layer's bits.
    pub bits: Range<u32>,
    /// In how many fields it stands.
    pub depth: u8,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.kind, other.kind) && self.bits == other.bits && self.value == other.value
    }
}

/// What the RFCs write into a bit whose name here is longer.
const INITIALS: &[(&str, &str)] = &[
    ("dns.flags.response", "QR"),
    ("dns.flags.authoritative", "AA"),
    ("dns.flags.truncated", "TC"),
    ("dns.flags.recdesired", "RD"),
    ("dns.flags.recavail", "RA"),
    ("dns.flags.authenticated", "AD"),
    ("dns.flags.checkdisable", "CD"),
];

impl Entry {
    /// Its name where there is little room: `SYN`, `DF`, `QR`, else its words' first letters.
    #[must_use]
    pub fn initials(&self) -> String {
        let FieldKind { name, filter, .. } = self.kind;
        let known = INITIALS.iter().find(|(known, _)| known == filter);
        let last = filter.rsplit('.').next().unwrap_or_default();
        let letters = || {
            let words = name.split([' ', '-']);
            words.filter_map(|word| word.chars().next()).take(3)
        };
        match known {
            Some((_, initials)) => (*initials).to_owned(),
            None if name.len() <= 3 => (*name).to_owned(),
            None if last.len() <= 3 => last.to_uppercase(),
            None => letters().collect::<String>().to_uppercase(),
        }
    }
}

/// Bits that one field has for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Which of the sheet's fields; none where no field has them.
    pub field: Option<usize>,
    /// Which bits.
    pub bits: Range<u32>,
}

/// A row of the drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// At which byte of the layer it begins.
    pub at: u32,
    /// It stands for so many bytes that are not drawn.
    pub open: u32,
    /// What is in it, from left to right.
    pub pieces: Vec<Piece>,
}

/// What a row has of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which cell.
    pub cell: usize,
    /// How many columns.
    pub bits: u32,
    /// The cell begins in it.
    pub first: bool,
    /// The cell ends in it.
    pub last: bool,
    /// The cell's name stands in it.
    pub named: bool,
}

impl Sheet {
    /// Lays out a layer of a frame.
    #[must_use]
    pub fn of(dissection: &Dissection, layer: &Layer, frame: &[u8]) -> Self {
        let bits = bit(layer.range.len());
        let mut fields: Vec<Entry> = Vec::new();
        for field in dissection.fields_of(layer) {
            fields.push(entry(dissection, field, layer, frame));
        }
        // A field stands before what stands in it; of two with the same bits the first read is
        // the whole.
        crate::base::sorted::sort_by_key(&mut fields, |field| {
            (
                field.kind.derived,
                field.bits.start,
                u32::MAX - field.bits.end,
            )
        });
        nest(&mut fields);
        let mut cells = Vec::new();
        let drawn = fields.iter().filter(|field| !field.kind.derived).count();
        cut(&fields[..drawn], (0, 0..drawn), 0..bits, &mut cells);
        Self {
            fields,
            cells,
            bits,
        }
    }

    /// The cell in which a field stands, wholly or with its first bits.
    #[must_use]
    pub fn cell_of(&self, field: usize) -> Option<usize> {
        let entry = self.fields.get(field)?;
        if entry.kind.derived {
            return None;
        }
        let own = self.cells.iter().position(|cell| cell.field == Some(field));
        own.or_else(|| {
            let mut cells = self.cells.iter();
            cells.position(|cell| cell.bits.contains(&entry.bits.start))
        })
    }

    /// The drawing, so many bits wide.
    #[must_use]
    pub fn rows(&self, width: u32) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for (index, cell) in self.cells.iter().enumerate() {
            let drawn = pieces(index, cell, width);
            let many = u32::try_from(drawn.len()).unwrap_or(u32::MAX);
            for (at, piece) in (0..).zip(drawn) {
                if many > MOST_ROWS && at == FIRST_ROWS {
                    let hidden = many - FIRST_ROWS - 1;
                    rows.push(Row {
                        at: cell.bits.start / width * width / 8 + at * width / 8,
                        open: hidden * width / 8,
                        pieces: vec![Piece {
                            named: false,
                            ..piece
                        }],
                    });
                }
                if many > MOST_ROWS && (FIRST_ROWS..many - 1).contains(&at) {
                    continue;
                }
                let begins = at > 0 || cell.bits.start % width == 0;
                if begins || rows.is_empty() {
                    let row = cell.bits.start / width + at;
                    rows.push(Row {
                        at: row * width / 8,
                        open: 0,
                        pieces: Vec::new(),
                    });
                }
                if let Some(row) = rows.last_mut() {
                    row.pieces.push(piece);
                }
            }
        }
        rows
    }
}

/// A cell's piece in each row. The widest has its name, the first of them.
fn pieces(index: usize, cell: &Cell, width: u32) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut from = cell.bits.start;
    while from < cell.bits.end {
        let to = cell.bits.end.min(from / width * width + width);
        all.push(Piece {
            cell: index,
            bits: to - from,
            first: from == cell.bits.start,
            last: to == cell.bits.end,
            named: false,
        });
        from = to;
    }
    let widest = all.iter().map(|piece| piece.bits).max();
    if let Some(piece) = all.iter_mut().find(|piece| Some(piece.bits) == widest) {
        piece.named = true;
    }
    all
}

fn bit(byte: usize) -> u32 {
    u32::try_from(byte * 8).unwrap_or(u32::MAX)
}

fn entry(dissection: &Dissection, field: &Field, layer: &Layer, frame: &[u8]) -> Entry {
    let source = dissection.source(frame, field.source);
    let start = bit(field.range.start.saturating_sub(layer.range.start));
    let bits = match &field.bits {
        Some(bits) => start + u32::from(bits.start)..start + u32::from(bits.end),
        None => start..start + bit(field.range.len()),
    };
    // What was put together elsewhere has no place in this layer's bits.
    let bits = if field.source == layer.source {
        bits
    } else {
        0..0
    };
    Entry {
        kind: field.kind,
        number: field.number,
        value: field.value(source),
        bytes: spelled(source.get(field.range.clone()).unwrap_or_default()),
        bits,
        depth: 0,
    }
}

/// How many bytes are spelled out.
const SPELLED: usize = 16;

fn spelled(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes.iter().take(SPELLED) {
        if !text.is_empty() {
            text.push(' ');
        }
        push_hex(&mut text, *byte);
    }
    if bytes.len() > SPELLED {
        text += " …";
    }
    text
}

/// Counts for each field the fields before it that hold it.
fn nest(fields: &mut [Entry]) {
    let mut around: Vec<u32> = Vec::new();
    for field in fields.iter_mut().filter(|field| !field.kind.derived) {
        while around.last().is_some_and(|end| *end < field.bits.end) {
            around.pop();
        }
        while around.last().is_some_and(|end| *end <= field.bits.start) {
            around.pop();
        }
        field.depth = u8::try_from(around.len()).unwrap_or(u8::MAX);
        around.push(field.bits.end);
    }
}

/// Cuts some bits into the cells of the fields at a depth. A field gives way to the fields that
/// stand in it where these have all of its bits, and not one of them all alone.
fn cut(all: &[Entry], (depth, among): (u8, Range<usize>), bits: Range<u32>, into: &mut Vec<Cell>) {
    let mut at = bits.start;
    for index in among.clone() {
        let field = &all[index];
        if field.depth != depth || field.bits.start < at || field.bits.is_empty() {
            continue;
        }
        if field.bits.start > at {
            into.push(Cell {
                field: None,
                bits: at..field.bits.start,
            });
        }
        let mut inner = index + 1;
        while inner < among.end && all[inner].depth > depth {
            inner += 1;
        }
        let parts = index + 1..inner;
        if is_tiled(all, (depth + 1, parts.clone()), &field.bits) {
            cut(all, (depth + 1, parts), field.bits.clone(), into);
        } else {
            into.push(Cell {
                field: Some(index),
                bits: field.bits.clone(),
            });
        }
        at = field.bits.end;
    }
    if at < bits.end {
        into.push(Cell {
            field: None,
            bits: at..bits.end,
        });
    }
}

fn is_tiled(all: &[Entry], (depth, among): (u8, Range<usize>), bits: &Range<u32>) -> bool {
    let mut at = bits.start;
    let mut many = 0;
    for field in all[among].iter().filter(|field| field.depth == depth) {
        if field.bits.start != at {
            return false;
        }
        at = field.bits.end;
        many += 1;
    }
    at == bits.end && many > 1
}
