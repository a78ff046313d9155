//! Lanes: one column for each host, shared by the stage above and the ladder below.

use super::letters::Sizes;
use crate::base::HostId;

/// The room for the names of phases, in letters' heights.
const MARGIN: f64 = 10.0;
/// The least width of a picture that has such room.
const LEAST: f64 = 36.0;
/// The least room of a lane beside others.
const LANE: f64 = 8.0;

/// The columns of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanes {
    /// How wide the picture is.
    pub width: f64,
    /// Left of the first lane: the names of phases. Nothing of it where the picture is narrow.
    pub margin: f64,
    /// Each host that is shown, left to right, and the middle of its lane.
    pub columns: Vec<(HostId, f64)>,
    /// How large letters are.
    pub sizes: Sizes,
    /// Two lanes only, as in a conversation; for phones.
    pub narrow: bool,
}

impl Lanes {
    /// Lanes for `hosts`, left to right, in a picture `width` wide.
    #[must_use]
    pub fn new(hosts: &[HostId], width: f64, sizes: Sizes) -> Self {
        Self::laid_out(hosts, width, sizes, width < LEAST * sizes.text)
    }

    /// Whether there is room for two lanes alone, where `count` hosts would have one.
    #[must_use]
    pub fn is_narrow(count: usize, width: f64, sizes: Sizes) -> bool {
        let room = width - MARGIN * sizes.text;
        width < LEAST * sizes.text || room < count_as_f64(count) * LANE * sizes.text
    }

    /// Lanes for `hosts`, `narrow` or not.
    #[must_use]
    pub fn laid_out(hosts: &[HostId], width: f64, sizes: Sizes, narrow: bool) -> Self {
        let margin = if narrow { 0.0 } else { MARGIN * sizes.text };
        let room = width - margin;
        let count = hosts.len().max(1);
        // Half a box stays free at both edges.
        let edge = (room / count_as_f64(count) / 2.0).min(8.5 * sizes.text);
        let gap = match count {
            1 => 0.0,
            more => (room - 2.0 * edge) / count_as_f64(more - 1),
        };
        let first = if count == 1 { room / 2.0 } else { edge };
        let columns = hosts.iter().enumerate();
        let columns = columns
            .map(|(index, &host)| (host, margin + first + gap * count_as_f64(index)))
            .collect();
        Self {
            width,
            margin,
            columns,
            sizes,
            narrow,
        }
    }

    /// The middle of a host's lane, where it is shown.
    #[must_use]
    pub fn x(&self, host: HostId) -> Option<f64> {
        let column = self.columns.iter().find(|(shown, _)| *shown == host)?;
        Some(column.1)
    }

    /// How far two neighbouring lanes lie apart; the whole width where there is only one.
    #[must_use]
    pub fn gap(&self) -> f64 {
        match self.columns[..] {
            [(_, first), (_, second), ..] => second - first,
            _ => self.width - self.margin,
        }
    }
}

/// Counts of lanes are small.
fn count_as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
