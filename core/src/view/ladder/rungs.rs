//! How the reader wants the ladder: what is folded away, which connections, how time passes,
//! how large its letters are.

use crate::base::FrameId;
use crate::base::headers::Tcp;
use crate::base::sorted::Set;
use crate::timeline::Timeline;
use crate::view::draw::lanes::Lanes;
use crate::view::draw::letters::Sizes;
use crate::view::outline::{Outline, Row, Stroke, What};

/// The ladder as the reader wants it; as it usually is, where nothing is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rungs {
    /// What is folded away.
    pub folded: Set<Noise>,
    /// Connections that are left out, counted from 1.
    pub hidden: Set<u32>,
    /// How time passes from top to bottom.
    pub pace: Pace,
    /// How large letters are.
    pub zoom: Zoom,
}

/// What keeps a conversation going and says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noise {
    /// Connections that open and end as they should.
    Handshakes,
    /// Packets that acknowledge and carry nothing.
    Acks,
    /// Questions about names, and their answers.
    Lookups,
}

/// How time passes from top to bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// A line for a turn; a long silence is a line.
    #[default]
    Steps,
    /// Lines lie as far apart as time passes between them.
    Scale,
}

/// How large letters are: an index of `ZOOMS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zoom(usize);

/// Sizes of letters, in percent of the usual ones: smaller ones nobody could read.
pub const ZOOMS: [u32; 5] = [100, 125, 150, 175, 200];

impl Noise {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Handshakes, Self::Acks, Self::Lookups];

    /// Its name in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Handshakes => "handshakes",
            Self::Acks => "acks",
            Self::Lookups => "lookups",
        }
    }

    /// What a row is of it. What failed, and where something was lost, is the story itself.
    fn of(timeline: &Timeline, outline: &Outline, row: &Row) -> Option<Self> {
        let opens = || {
            let line = row.connection.map(|number| number as usize - 1);
            let line = line.and_then(|index| outline.connections.get(index));
            line.is_some_and(|line| timeline.end(line.ends.client).opened.is_some())
        };
        match row.what {
            _ if row.lost > 0 => None,
            What::Ends => Some(Self::Handshakes),
            What::Opens if opens() => Some(Self::Handshakes),
            What::Says(_) if row.stroke == Stroke::Name => Some(Self::Lookups),
            _ => None,
        }
    }
}

impl Zoom {
    /// In percent.
    #[must_use]
    pub fn percent(self) -> u32 {
        ZOOMS[self.0.min(ZOOMS.len() - 1)]
    }

    /// The one of so many percent.
    #[must_use]
    pub fn of(percent: u32) -> Option<Self> {
        let at = ZOOMS.iter().position(|known| *known == percent);
        at.map(Self)
    }

    /// The next larger one, or the next smaller; none beyond the last.
    #[must_use]
    pub fn next(self, larger: bool) -> Option<Self> {
        let at = if larger {
            self.0 + 1
        } else {
            self.0.checked_sub(1)?
        };
        (at < ZOOMS.len()).then_some(Self(at))
    }

    /// Its class in style sheets; none where letters are as usual.
    pub(super) fn class(self) -> Option<&'static str> {
        [
            None,
            Some("zoom-125"),
            Some("zoom-150"),
            Some("zoom-175"),
            Some("zoom-200"),
        ]
        .get(self.0)
        .copied()
        .flatten()
    }
}

impl Rungs {
    /// Whether it is the ladder as it usually is.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Takes a pair of an address, where it is one of these: `noise`, `hide`, `time`, `zoom`.
    /// What it does not know it passes over.
    pub fn take(&mut self, name: &str, value: &str) -> bool {
        let words = || value.split(',');
        match name {
            "noise" => {
                let named = |word| Noise::ALL.into_iter().find(|noise| noise.word() == word);
                self.folded = words().filter_map(named).collect();
            }
            "hide" => {
                let number = |word: &str| word.parse().ok().filter(|number| *number > 0);
                self.hidden = words().filter_map(number).collect();
            }
            "time" => {
                self.pace = if value == "scale" {
                    Pace::Scale
                } else {
                    Pace::Steps
                }
            }
            "zoom" => {
                let zoom = value.parse().ok().and_then(Zoom::of);
                self.zoom = zoom.unwrap_or_default();
            }
            _ => return false,
        }
        true
    }

    /// The pairs of an address, of what differs from the usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.folded.is_empty() {
            let words: Vec<_> = self.folded.iter().map(|noise| noise.word()).collect();
            pairs.push(("noise", words.join(",")));
        }
        if !self.hidden.is_empty() {
            let numbers: Vec<_> = self.hidden.iter().map(u32::to_string).collect();
            pairs.push(("hide", numbers.join(",")));
        }
        if self.pace == Pace::Scale {
            pairs.push(("time", "scale".to_owned()));
        }
        if self.zoom != Zoom::default() {
            pairs.push(("zoom", self.zoom.percent().to_string()));
        }
        pairs
    }

    /// The same with something put in where it was not, or taken out where it was.
    #[must_use]
    pub fn with_noise(&self, noise: Noise) -> Self {
        let mut rungs = self.clone();
        if !rungs.folded.remove(&noise) {
            rungs.folded.insert(noise);
        }
        rungs
    }

    /// The same for a connection.
    #[must_use]
    pub fn with_connection(&self, number: u32) -> Self {
        let mut rungs = self.clone();
        if !rungs.hidden.remove(&number) {
            rungs.hidden.insert(number);
        }
        rungs
    }

    /// The lanes with letters as large as wanted; hosts stay where they stand.
    #[must_use]
    pub fn lanes(&self, lanes: &Lanes) -> Lanes {
        let factor = f64::from(self.zoom.percent()) / 100.0;
        let sizes = Sizes {
            text: lanes.sizes.text * factor,
            name: lanes.sizes.name * factor,
            small: lanes.sizes.small * factor,
        };
        Lanes {
            sizes,
            ..lanes.clone()
        }
    }

    /// The kinds of noise that a run has.
    #[must_use]
    pub fn kinds(timeline: &Timeline, outline: &Outline) -> Vec<Noise> {
        let rows = || outline.rows.iter();
        let has = |noise: &Noise| match noise {
            Noise::Acks => !outline.connections.is_empty(),
            noise => rows().any(|row| Noise::of(timeline, outline, row) == Some(*noise)),
        };
        Noise::ALL.into_iter().filter(has).collect()
    }

    /// Why a row is left out, if it is.
    pub(super) fn leaves_out(
        &self,
        timeline: &Timeline,
        outline: &Outline,
        row: &Row,
    ) -> Option<Left> {
        if let Some(number) = row.connection.filter(|number| self.hidden.contains(number)) {
            return Some(Left::Connection(number));
        }
        if self.folded.is_empty() {
            return None;
        }
        let noise = Noise::of(timeline, outline, row)?;
        self.folded.contains(&noise).then_some(Left::Noise(noise))
    }

    /// Whether a packet of a turn is left out: it acknowledges, and that is all.
    pub(super) fn leaves_out_packet(&self, timeline: &Timeline, frame: FrameId) -> bool {
        self.folded.contains(&Noise::Acks)
            && Tcp::read(timeline.bytes(frame)).is_some_and(|tcp| {
                tcp.payload.is_empty() && !tcp.syn && !tcp.fin && !tcp.rst && tcp.ack.is_some()
            })
    }
}

/// Why a row is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Noise(Noise),
    Connection(u32),
}
