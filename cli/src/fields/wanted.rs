//! Which fields of a frame are asked for.

use super::columns::Column;
use wirestage_core::dissect::{Dissection, FieldKind};

/// The kinds of fields that columns show, found by their places in memory: a frame has many
/// fields, and few of them are asked for.
pub struct Wanted {
    /// An open table, looked through from where a kind's hash points.
    rows: Vec<Option<Row>>,
    /// Of the last frame's fields: the kind of each, and its row. The next frame's are mostly of
    /// the same kinds.
    last: Vec<(&'static FieldKind, Option<usize>)>,
}

/// A kind, and the columns that show it.
#[derive(Clone)]
struct Row {
    kind: &'static FieldKind,
    columns: Vec<usize>,
}

/// Rows for each kind: most of them stay empty, so that most looks end at the first.
const ROOM: usize = 8;

impl Wanted {
    /// Those of these columns.
    pub fn of(columns: &[Column]) -> Self {
        let kinds = |column: &Column| match column {
            Column::Field(kinds) => kinds.len(),
            Column::Frame(_) | Column::Layer(_) => 0,
        };
        let count: usize = columns.iter().map(kinds).sum();
        let rows = (count * ROOM).next_power_of_two();
        let mut wanted = Self {
            rows: vec![None; rows],
            last: Vec::new(),
        };
        for (column, what) in columns.iter().enumerate() {
            if let Column::Field(kinds) = what {
                for kind in kinds {
                    wanted.add(kind, column);
                }
            }
        }
        wanted
    }

    fn add(&mut self, kind: &'static FieldKind, column: usize) {
        let at = self.place(kind);
        let row = self.rows[at].get_or_insert(Row {
            kind,
            columns: Vec::new(),
        });
        row.columns.push(column);
    }

    /// Where a kind is, or would be.
    fn place(&self, kind: &'static FieldKind) -> usize {
        let mask = self.rows.len() - 1;
        let place = std::ptr::from_ref(kind).addr() / align_of::<FieldKind>();
        // Fibonacci hashing: the high half of a product with 2^64 over the golden ratio.
        let mut at = place.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32 & mask;
        while self.rows[at]
            .as_ref()
            .is_some_and(|row| !std::ptr::eq(row.kind, kind))
        {
            at = (at + 1) & mask;
        }
        at
    }

    /// The fields that are asked for, in the order of the columns: column and place.
    pub fn find(&mut self, dissection: &Dissection, found: &mut Vec<(usize, usize)>) {
        found.clear();
        for (index, field) in dissection.fields().iter().enumerate() {
            let row = match self.last.get(index) {
                Some((kind, row)) if std::ptr::eq(*kind, field.kind) => *row,
                _ => self.look(index, field.kind),
            };
            let row = row.and_then(|row| self.rows[row].as_ref());
            for column in row.map_or(&[][..], |row| &row.columns) {
                found.push((*column, index));
            }
        }
        found.sort_unstable();
    }

    /// The row of a kind, remembered for the next frame.
    fn look(&mut self, index: usize, kind: &'static FieldKind) -> Option<usize> {
        let row = Some(self.place(kind)).filter(|at| self.rows[*at].is_some());
        match self.last.get_mut(index) {
            Some(last) => *last = (kind, row),
            None => self.last.push((kind, row)),
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirestage_core::dissect::LAYERS;

    #[test]
    fn each_kind_is_found_by_all_columns_that_ask_for_it() {
        let kinds: Vec<_> = LAYERS.iter().flat_map(|layer| layer.fields).collect();
        for step in [1, 3, 50] {
            let some = kinds.iter().step_by(step);
            let twice = some.clone().chain(some.clone());
            let columns: Vec<_> = twice.map(|kind| Column::Field(vec![kind])).collect();
            let wanted = Wanted::of(&columns);
            for (at, kind) in kinds.iter().enumerate() {
                let row = wanted.rows[wanted.place(kind)].as_ref();
                let found = row.map(|row| row.columns.clone()).unwrap_or_default();
                let asks = |(_, column): &(usize, &Column)| matches!(column, Column::Field(k) if std::ptr::eq(k[0], **kind));
                let asking = columns.iter().enumerate().filter(asks);
                assert_eq!(
                    found,
                    asking.map(|(column, _)| column).collect::<Vec<_>>(),
                    "{at}"
                );
            }
        }
    }

    #[test]
    fn where_no_field_is_asked_for_none_is_found() {
        let mut wanted = Wanted::of(&[Column::Layer("tcp")]);
        let mut found = vec![(1, 1)];
        let frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        wanted.find(&Dissection::of(&frame), &mut found);
        assert_eq!(found, []);
    }
}
