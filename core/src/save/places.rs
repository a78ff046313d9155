//! Where in the run each frame of a capture belongs, in the outline's words: its phase, and
//! the turn that it carries or that it was sent in.

use crate::base::FrameId;
use crate::base::sorted::Map;
use crate::timeline::{RunInfo, Timeline};
use crate::view::outline::Outline;

/// The places of all frames.
#[derive(Debug)]
pub(super) struct Places<'a> {
    timeline: &'a Timeline,
    outline: Outline,
    /// The turns whose first byte a frame carries, by row.
    begun: Map<FrameId, Vec<usize>>,
}

impl<'a> Places<'a> {
    /// Those of a run.
    pub fn of(timeline: &'a Timeline, info: &RunInfo) -> Self {
        let outline = Outline::of(timeline, info);
        let mut begun: Map<FrameId, Vec<usize>> = Map::new();
        for (index, row) in outline.rows.iter().enumerate() {
            if let Some(frame) = row.carrier {
                begun.or_default(frame).push(index);
            }
        }
        Self {
            timeline,
            outline,
            begun,
        }
    }

    /// `phase log in, turn 7: USER ada`, and of a frame that carries no beginning of a turn
    /// `phase log in, during turn 7`. Turns are counted as the page counts them.
    pub fn at(&self, frame: FrameId) -> Option<String> {
        let rows = &self.outline.rows;
        let begun = self.begun.get(&self.timeline.origin(frame));
        let first = begun.and_then(|begun| begun.first().copied());
        let row = first.or_else(|| self.outline.row_of(self.outline.sent(frame)))?;
        let phase = match self.outline.phases[rows[row].phase].name {
            "" => String::new(),
            name => format!("phase {name}, "),
        };
        let Some(begun) = begun else {
            return Some(format!("{phase}during turn {}", row + 1));
        };
        let turns = begun.iter().map(|&row| turn(row, &rows[row].label));
        Some(phase + &turns.collect::<Vec<_>>().join("; "))
    }
}

fn turn(row: usize, label: &str) -> String {
    let number = row + 1;
    match label {
        "" => format!("turn {number}"),
        label => format!("turn {number}: {label}"),
    }
}
