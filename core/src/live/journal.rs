//! What went into a live run, and when: written by who holds it, read by who follows it.

use crate::base::Time;
use std::fmt;

/// Something that went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A frame came in from outside.
    Frame {
        /// When.
        at: Time,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// The others began with what they do.
    Story {
        /// When.
        at: Time,
    },
    /// So late it is, though nothing came in.
    Now {
        /// When.
        at: Time,
    },
    /// The run is over.
    Over {
        /// When.
        at: Time,
    },
}

/// Kind, moment, length of what follows.
const HEADER: usize = 1 + 8 + 4;
/// No frame is longer: an IP packet of the largest size, and its Ethernet header.
const LONGEST: usize = 65_535 + 18;

impl Entry {
    /// When it was.
    #[must_use]
    pub fn at(&self) -> Time {
        match self {
            Self::Frame { at, .. } | Self::Story { at } | Self::Now { at } | Self::Over { at } => {
                *at
            }
        }
    }
}

/// A journal, as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    bytes: Vec<u8>,
}

impl Journal {
    /// Writes down that a frame came in.
    pub fn frame(&mut self, at: Time, frame: &[u8]) {
        self.put(1, at, frame);
    }

    /// Writes down that the others began.
    pub fn story(&mut self, at: Time) {
        self.put(2, at, &[]);
    }

    /// Writes down how late it is.
    pub fn now(&mut self, at: Time) {
        self.put(3, at, &[]);
    }

    /// Writes down that the run is over.
    pub fn over(&mut self, at: Time) {
        self.put(4, at, &[]);
    }

    /// All that was written down.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn put(&mut self, kind: u8, at: Time, frame: &[u8]) {
        let len = u32::try_from(frame.len()).expect("frames are short");
        self.bytes.push(kind);
        self.bytes.extend_from_slice(&at.0.to_le_bytes());
        self.bytes.extend_from_slice(&len.to_le_bytes());
        self.bytes.extend_from_slice(frame);
    }
}

/// Reads a journal that comes piece by piece.
#[derive(Debug, Default)]
pub struct Reader {
    waiting: Vec<u8>,
    /// How much of it is read.
    read: usize,
    /// How much has come in all.
    taken: u64,
    last: Time,
}

/// What makes bytes no journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalError;

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these bytes are no journal of a live run")
    }
}

impl std::error::Error for JournalError {}

impl Reader {
    /// Takes what came next.
    pub fn take(&mut self, bytes: &[u8]) {
        self.waiting.drain(..self.read);
        self.read = 0;
        self.waiting.extend_from_slice(bytes);
        self.taken += bytes.len() as u64;
    }

    /// How many bytes have come: where to ask for more.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// The next entry, once it has come whole.
    ///
    /// # Errors
    /// Where it is none: its kind is unknown, a frame too long, or time goes back.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, JournalError> {
        let rest = &self.waiting[self.read..];
        let Some((header, rest)) = rest.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let [kind, header @ ..] = header;
        let (at, len) = header.split_at(8);
        let at = Time(u64::from_le_bytes(at.try_into().map_err(|_| JournalError)?));
        let len = u32::from_le_bytes(len.try_into().map_err(|_| JournalError)?) as usize;
        if at < self.last || len > LONGEST || (*kind != 1 && len > 0) {
            return Err(JournalError);
        }
        let Some(bytes) = rest.get(..len) else {
            return Ok(None);
        };
        let entry = match kind {
            1 => Entry::Frame {
                at,
                bytes: bytes.to_vec(),
            },
            2 => Entry::Story { at },
            3 => Entry::Now { at },
            4 => Entry::Over { at },
            _ => return Err(JournalError),
        };
        self.last = at;
        self.read += HEADER + len;
        Ok(Some(entry))
    }
}
