//! A chart as a table: the same numbers for those who read rather than look.

use super::ChartKind;
use super::draw::percent;
use super::gather::Mark;
use super::series::Series;
use super::weight::Weighed;
use crate::base::FrameId;
use crate::view::words::grouped;

/// Rows of words under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What stands above the columns.
    pub head: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// Each so-manieth is shown, where not all are.
    pub each: usize,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// What stands in its columns.
    pub cells: Vec<String>,
    /// The packet that it is about.
    pub frame: Option<FrameId>,
}

/// A chart against time as a table of about so many rows at most. What was lost or sent again
/// always has its row.
#[must_use]
pub fn table(series: &Series, most: usize) -> Table {
    let each = series.items.len().div_ceil(most.max(1)).max(1);
    let what = match series.ask.kind {
        ChartKind::Sequence => ["First number", "Last number"],
        ChartKind::Throughput => ["Bytes per second", ""],
        _ => ["Bytes in flight", ""],
    };
    let mut head = vec!["Time", "Packet", what[0]];
    let is_pair = !what[1].is_empty();
    if is_pair {
        head.push(what[1]);
    }
    head.push("Remark");
    let mut rows = Vec::new();
    for (index, item) in series.items.iter().enumerate() {
        if !index.is_multiple_of(each) && item.mark == Mark::Usual {
            continue;
        }
        let packet = item.frame.map(|frame| (frame.index() + 1).to_string());
        let mut cells = vec![item.time.to_string(), packet.unwrap_or_default()];
        if is_pair {
            cells.push(grouped(item.low));
            cells.push(grouped(item.high.saturating_sub(1)));
        } else {
            cells.push(grouped(item.high));
        }
        cells.push(
            match item.mark {
                Mark::Usual => "",
                Mark::Again => "sent again",
                Mark::Lost => "lost",
            }
            .to_owned(),
        );
        rows.push(TableRow {
            cells,
            frame: item.frame,
        });
    }
    Table { head, rows, each }
}

impl Table {
    /// What something weighs, as a table.
    #[must_use]
    pub fn of_weight(weighed: &Weighed) -> Self {
        let rows = weighed.parts.iter().map(|share| TableRow {
            cells: vec![
                share.part.label().to_owned(),
                grouped(share.bytes),
                percent(share.tenths),
                (share.frame.index() + 1).to_string(),
            ],
            frame: Some(share.frame),
        });
        let mut rows: Vec<_> = rows.collect();
        rows.push(TableRow {
            cells: vec![
                "All".to_owned(),
                grouped(weighed.bytes),
                percent(if weighed.bytes > 0 { 1_000 } else { 0 }),
                String::new(),
            ],
            frame: None,
        });
        Self {
            head: vec!["What", "Bytes", "Share", "First in packet"],
            rows,
            each: 1,
        }
    }

    /// As plain text in columns.
    #[must_use]
    pub fn text(&self) -> String {
        let long = |text: &str| text.chars().count();
        let mut widths: Vec<usize> = self.head.iter().map(|word| long(word)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = (*width).max(long(cell));
            }
        }
        let mut text = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut row = String::new();
            for (index, (cell, width)) in cells.zip(&widths).enumerate() {
                // Words at the left, numbers at the right.
                let is_number = cell.starts_with(|c: char| c.is_ascii_digit());
                row += &match is_number {
                    true => format!("{cell:>width$}"),
                    false => format!("{cell:<width$}"),
                };
                if index + 1 < widths.len() {
                    row += "  ";
                }
            }
            text += row.trim_end();
            text.push('\n');
        };
        line(&mut self.head.iter().copied());
        for row in &self.rows {
            line(&mut row.cells.iter().map(String::as_str));
        }
        text
    }
}
