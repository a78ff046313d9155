//! How much a run may take before it is stopped as a runaway.

use crate::timeline::Timeline;
use std::fmt;

/// The most a run may record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Events.
    pub events: u64,
    /// Frames; a switch that forwards one makes another.
    pub frames: u64,
    /// Bytes of frames, each forwarded frame counted once.
    pub bytes: u64,
}

impl Default for Budget {
    /// Room for a file of a gigabyte through a few switches.
    fn default() -> Self {
        Self {
            events: 40_000_000,
            frames: 10_000_000,
            bytes: 3_000_000_000,
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Nobody had anything left to do.
    Quiet,
    /// It was stopped. The timeline up to there is whole.
    Budget {
        /// What ran out: `events`, `frames`, `bytes of frames`.
        what: &'static str,
        /// How many it might have.
        limit: u64,
        /// When.
        at: crate::base::Time,
    },
}

impl Budget {
    /// Which limit a timeline has reached.
    #[must_use]
    pub fn exceeded(&self, timeline: &Timeline) -> Option<Ended> {
        let reached = [
            ("events", timeline.events().len() as u64, self.events),
            ("frames", timeline.frames().len() as u64, self.frames),
            ("bytes of frames", timeline.held_bytes(), self.bytes),
        ];
        let (what, _, limit) = reached.into_iter().find(|(_, used, limit)| used >= limit)?;
        Some(Ended::Budget {
            what,
            limit,
            at: timeline.last_time(),
        })
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quiet => f.write_str("nobody had anything left to do"),
            Self::Budget { what, limit, at } => write!(
                f,
                "{limit} {what} by {at} are all that a run may take. If it would never end, look \
                 for switches joined in a loop; if it is only large, ask for a smaller file or a \
                 shorter time"
            ),
        }
    }
}
