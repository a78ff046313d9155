//! What went over connections of a kind: packets and bytes, each packet counted once.

use super::maker::Seen;
use crate::base::headers::Tcp;
use crate::base::{FrameId, TurnKind};
use crate::view::outline::Line;

/// Connections of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// FTP's, both kinds.
    Ftp,
    /// FTP's for commands and replies.
    Control,
    /// FTP's for files.
    Data,
    /// SMTP's.
    Smtp,
    /// HTTP's.
    Http,
    /// POP3's.
    Pop,
}

impl On {
    /// The three that are compared, as columns have them.
    pub const COLUMNS: [Self; 3] = [Self::Ftp, Self::Smtp, Self::Http];

    /// Whether a connection is one of them.
    #[must_use]
    pub fn has(self, line: &Line) -> bool {
        match line.purpose {
            "control" => matches!(self, Self::Ftp | Self::Control),
            "data" => matches!(self, Self::Ftp | Self::Data),
            "mail" => self == Self::Smtp,
            "web" => self == Self::Http,
            "fetching" => self == Self::Pop,
            _ => false,
        }
    }
}

/// What went over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Packets, each as its sender sent it.
    pub packets: u64,
    /// Their bytes, headers and all.
    pub wire: u64,
    /// What they carried from those who called.
    pub from_client: u64,
    /// What they carried from those who were called.
    pub from_server: u64,
    /// How much of that was files, letters and lists.
    pub data: u64,
    /// The greatest byte that they carried.
    pub highest: u8,
}

impl Tally {
    /// What went over connections of a kind.
    pub(super) fn of(seen: &Seen, on: On) -> Self {
        let (timeline, outline) = (&seen.run.timeline, &seen.outline);
        let mut tally = Self::default();
        for (index, frame) in timeline.frames().iter().enumerate() {
            let Some(end) = frame.conn.filter(|_| frame.forwards.is_none()) else {
                continue;
            };
            let Some((_, line)) = outline.line_of(end).filter(|(_, line)| on.has(line)) else {
                continue;
            };
            let bytes = timeline.bytes(FrameId::from_index(index));
            tally.packets += 1;
            tally.wire += bytes.len() as u64;
            let Some(tcp) = Tcp::read(bytes) else {
                continue;
            };
            let carried = &bytes[tcp.payload];
            let side = if line.ends.client == end {
                &mut tally.from_client
            } else {
                &mut tally.from_server
            };
            *side += carried.len() as u64;
            tally.highest = carried.iter().copied().fold(tally.highest, u8::max);
        }
        for said in timeline.turns() {
            let line = said.conn.and_then(|end| outline.line_of(end));
            let is_data = said.turn.kind == TurnKind::Data;
            if is_data && line.is_some_and(|(_, line)| on.has(line)) {
                tally.data += said.range.1 - said.range.0;
            }
        }
        tally
    }

    /// All that packets carried.
    pub(super) fn carried(&self) -> u64 {
        self.from_client + self.from_server
    }

    /// The bytes of headers.
    pub(super) fn headers(&self) -> u64 {
        self.wire - self.carried()
    }

    /// Commands, replies, heads.
    pub(super) fn words(&self) -> u64 {
        self.carried().saturating_sub(self.data)
    }
}

/// What a file weighs on the wire, by what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// The file itself.
    pub file: u64,
    /// What it grew by when it was made into a letter.
    pub growth: u64,
    /// What was said about it.
    pub words: u64,
    /// Headers of Ethernet, IP and TCP.
    pub headers: u64,
}

impl Weight {
    /// All of it.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.file + self.growth + self.words + self.headers
    }

    /// Its parts, in order, with what they are.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, u64); 4] {
        [
            ("the file", self.file),
            ("made into a letter", self.growth),
            ("words about it", self.words),
            ("headers", self.headers),
        ]
    }

    /// Those of the three, in a run in which each brings the same file.
    pub(super) fn of_three(seen: &Seen) -> [Self; 3] {
        let tallies = On::COLUMNS.map(|on| Tally::of(seen, on));
        // As it lies on FTP's own connection, byte for byte.
        let file = tallies[0].data;
        tallies.map(|tally| Self {
            file,
            growth: tally.data.saturating_sub(file),
            words: tally.words(),
            headers: tally.headers(),
        })
    }
}
