//! Whether files arrived as they were sent, byte for byte.
//!
//! What a host keeps of what came on its connections is compared with what the other end
//! gave to be sent, before either of them converted anything.

use super::stream::Pieces;
use super::{Carried, Event, Kind, Timeline};
use crate::base::content::Received;
use crate::base::sorted::Map;
use crate::base::{ConnId, Content, EventId, HostId, Kept, Part, Reading};
use serde::Serialize;

/// No more of a file is compared: the rest would say the same, and take its time.
const MOST: u64 = 16 << 20;

/// How a file that came over the network compares with the one that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// The event from which on it is kept.
    pub event: EventId,
    /// Who keeps it.
    #[serde(skip)]
    pub host: HostId,
    /// Who sent it.
    #[serde(skip)]
    pub sender: HostId,
    /// Where it is kept.
    pub path: String,
    /// How many bytes it had.
    pub sent: u64,
    /// How many it has now.
    pub kept: u64,
    /// How many of them were compared.
    pub compared: u64,
    /// How many of those are not what was sent at their place.
    pub other: u64,
    /// The first place at which the two differ.
    pub first: Option<Difference>,
}

/// A place at which two files differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which byte, counted from 0.
    pub at: u64,
    /// What it was; none where the file had ended.
    pub was: Option<u8>,
    /// What it is; none where the file has ended.
    pub is: Option<u8>,
}

impl Arrival {
    /// Whether it is the file that was sent, as far as it was compared.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.first.is_none() && self.sent == self.kept
    }

    /// Whether all that came is as it was sent, and the end is missing.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.kept < self.sent && self.other == 0
    }
}

/// How the files that hosts keep at the end compare with those that were sent: found out a
/// little at a time, as large files take a while.
#[derive(Debug, Default)]
pub struct Comparing {
    /// Those that are not compared, the next one last; none where nothing was looked for.
    left: Option<Vec<Pair>>,
    done: Vec<Arrival>,
}

impl Comparing {
    /// Goes a little further. Answers whether there is more to do.
    pub fn go_on(&mut self, timeline: &Timeline) -> bool {
        let left = self.left.get_or_insert_with(|| timeline.pairs());
        let Some(pair) = left.last_mut() else {
            return false;
        };
        if !pair.go_on(timeline)
            && let Some(pair) = left.pop()
        {
            self.done.push(pair.arrival);
        }
        true
    }

    /// What was found, in the order in which the files came to be kept.
    #[must_use]
    pub fn arrivals(self) -> Vec<Arrival> {
        self.done
    }
}

impl Timeline {
    /// How the files that hosts keep at the end compare with those that were sent, in the
    /// order in which they came to be kept.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        let mut comparing = Comparing::default();
        while comparing.go_on(self) {}
        comparing.arrivals()
    }

    /// The files that came and are kept at the end, each with what was sent, the last first.
    fn pairs(&self) -> Vec<Pair> {
        let mut last: Map<(HostId, u16, &str), (EventId, u32)> = Map::new();
        for event in self.events.iter().filter(|event| event.kind == Kind::Kept) {
            let kept = self.kept(event.arg);
            let place = (event.host, kept.program.0, kept.path.as_str());
            match &kept.what {
                Some(Kept::File(content)) if came(content) => {
                    last.insert(place, (event.id, event.arg));
                }
                _ => {
                    last.remove(&place);
                }
            }
        }
        let mut rows: Vec<_> = last.iter().map(|(_, row)| *row).collect();
        rows.sort_unstable();
        let said = self.said();
        let all = rows.into_iter().rev();
        all.filter_map(|(event, _)| self.pair(event, &said))
            .collect()
    }

    /// What was said on each connection that carries a content, by end and first byte.
    fn said(&self) -> Map<(ConnId, u64), u32> {
        let mut said = Map::new();
        for (row, turn) in (0..).zip(&self.turns) {
            if let (Some(conn), Some(_)) = (turn.conn, &turn.carried) {
                said.insert((conn, turn.range.0), row);
            }
        }
        said
    }

    fn pair(&self, event: EventId, said: &Map<(ConnId, u64), u32>) -> Option<Pair> {
        let event = self.event(event);
        let kept = self.kept(event.arg);
        let Some(Kept::File(content)) = &kept.what else {
            return None;
        };
        let (original, from) = self.original(content, said)?;
        let sender = self.end(from).host;
        Some(self.paired(event, sender, &original, content))
    }

    fn paired(&self, event: Event, sender: HostId, was: &Content, is: &Content) -> Pair {
        let arrival = Arrival {
            event: event.id,
            host: event.host,
            sender,
            path: self.kept(event.arg).path.clone(),
            sent: was.len(),
            kept: is.len(),
            compared: 0,
            other: 0,
            first: None,
        };
        Pair {
            pieces: Pieces::of(&[was, is]),
            was: Bytes::of(was),
            is: Bytes::of(is),
            arrival,
        }
    }

    /// How what is kept from an event on compares with what it was.
    pub(super) fn compared(
        &self,
        event: Event,
        sender: HostId,
        was: &Content,
        is: &Content,
    ) -> Arrival {
        let mut pair = self.paired(event, sender, was, is);
        while pair.go_on(self) {}
        pair.arrival
    }

    /// What a file that came was before it was sent, and the end that sent it.
    fn original(
        &self,
        content: &Content,
        said: &Map<(ConnId, u64), u32>,
    ) -> Option<(Content, ConnId)> {
        let whole = [Part {
            content: content.clone(),
            range: 0..content.len(),
        }];
        let parts = match content {
            Content::Joined(parts) => &parts[..],
            _ => &whole,
        };
        let sources: Vec<_> = parts.iter().map(|part| self.source(part, said)).collect();
        let (_, sender) = sources.iter().flatten().last()?;
        // The pieces of one file, fetched one after the other: it is the whole that counts.
        if let (Some(Some((first, _))), Some(Some((last, _)))) = (sources.first(), sources.last())
            && sources
                .iter()
                .all(|s| s.as_ref().is_some_and(|s| s.0.0 == first.0))
            && first.1.start <= last.1.end
        {
            let range = first.1.start..last.1.end;
            let content = first.0.clone();
            return Some((Content::joined([Part { content, range }]), *sender));
        }
        let count = parts.len();
        let originals = parts.iter().zip(&sources).enumerate();
        let originals = originals.map(|(index, (part, source))| match source {
            Some(((content, range, _), _)) => {
                let len = part.range.end - part.range.start;
                let cut = index + 1 < count && range.end - range.start > len;
                let end = if cut { range.start + len } else { range.end };
                Part {
                    content: content.clone(),
                    range: range.start..end,
                }
            }
            None => part.clone(),
        });
        Some((Content::joined(originals), *sender))
    }

    /// What was sent as this part, and by which end.
    fn source<'a>(
        &'a self,
        part: &Part,
        said: &Map<(ConnId, u64), u32>,
    ) -> Option<(&'a Carried, ConnId)> {
        let (conn, start) = match &part.content {
            Content::Received { conn, start, .. } => (*conn, *start),
            Content::Converted { of, .. } => match &**of {
                Content::Received { conn, start, .. } => (*conn, *start),
                _ => return None,
            },
            _ => return None,
        };
        let peer = self.peer_of(conn)?;
        let row = said.get(&(peer, start))?;
        let carried = self.turn(*row).carried.as_ref()?;
        Some((carried, peer))
    }
}

/// Whether any of it came over the network.
fn came(content: &Content) -> bool {
    match content {
        Content::Bytes(_) | Content::Generated { .. } => false,
        Content::Received { .. } => true,
        Content::Joined(parts) => parts.iter().any(|part| came(&part.content)),
        Content::Converted { of, .. } => came(of),
    }
}

/// A file that came, and what it was.
#[derive(Debug)]
struct Pair {
    pieces: Pieces,
    was: Bytes,
    is: Bytes,
    arrival: Arrival,
}

impl Pair {
    /// Looks up some of what came, or compares a piece. Answers whether there is more to do.
    fn go_on(&mut self, timeline: &Timeline) -> bool {
        if self.pieces.go_on(timeline) {
            return true;
        }
        let (pieces, arrival) = (&self.pieces, &mut self.arrival);
        if arrival.compared >= MOST {
            return false;
        }
        let received = |conn, offset| pieces.at(timeline, conn, offset);
        let (was, is) = (self.was.ahead(&received), self.is.ahead(&received));
        let both = was.len().min(is.len());
        if both == 0 {
            let (was, is) = (was.first().copied(), is.first().copied());
            if was.is_some() != is.is_some() {
                let at = arrival.compared;
                arrival.first.get_or_insert(Difference { at, was, is });
            }
            return false;
        }
        arrival.compare(&was[..both], &is[..both]);
        self.was.at += both;
        self.is.at += both;
        true
    }
}

impl Arrival {
    /// Takes what was and is next.
    fn compare(&mut self, was: &[u8], is: &[u8]) {
        if was != is {
            for (at, (was, is)) in (self.compared..).zip(was.iter().zip(is)) {
                if was != is {
                    self.other += 1;
                    self.first.get_or_insert(Difference {
                        at,
                        was: Some(*was),
                        is: Some(*is),
                    });
                }
            }
        }
        self.compared += was.len() as u64;
    }
}

/// A content's bytes as they are read.
#[derive(Debug)]
struct Bytes {
    reading: Reading,
    piece: Vec<u8>,
    at: usize,
}

impl Bytes {
    fn of(content: &Content) -> Self {
        Self {
            reading: Reading::of(content, 0..content.len()),
            piece: Vec::new(),
            at: 0,
        }
    }

    /// The bytes ahead; none at the end.
    fn ahead(&mut self, received: &Received<'_>) -> &[u8] {
        while self.at == self.piece.len() {
            self.piece.clear();
            self.at = 0;
            if !self.reading.next(received, &mut self.piece) {
                break;
            }
        }
        &self.piece[self.at..]
    }
}
