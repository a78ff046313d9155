//! What a run or a connection weighs: each byte on the wire counted once, by what it is for.

use super::letter::Sorter;
use crate::base::sorted::Map;
use crate::base::{ConnId, FrameId, TurnKind};
use crate::timeline::Timeline;
use std::ops::Range;

/// What a byte is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Ethernet headers, and what fills a frame up.
    Ethernet,
    /// IP headers.
    Ip,
    /// TCP headers.
    Tcp,
    /// UDP headers.
    Udp,
    /// ARP and ICMP: nobody's words.
    Network,
    /// Questions and answers about names.
    Names,
    /// Commands.
    Commands,
    /// Replies.
    Replies,
    /// A letter's headers.
    Headers,
    /// What holds a letter's parts together.
    Mime,
    /// What is written in base64.
    Base64,
    /// A letter's text.
    Text,
    /// A file's bytes.
    File,
    /// What was said before, and is said again.
    Again,
    /// All else.
    Other,
}

impl Part {
    /// All of them, the outermost first.
    pub const ALL: [Self; 15] = [
        Self::Ethernet,
        Self::Ip,
        Self::Tcp,
        Self::Udp,
        Self::Network,
        Self::Names,
        Self::Commands,
        Self::Replies,
        Self::Headers,
        Self::Mime,
        Self::Base64,
        Self::Text,
        Self::File,
        Self::Again,
        Self::Other,
    ];

    /// Its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ethernet => "Ethernet headers",
            Self::Ip => "IP headers",
            Self::Tcp => "TCP headers",
            Self::Udp => "UDP headers",
            Self::Network => "ARP and ICMP",
            Self::Names => "Names (DNS)",
            Self::Commands => "Commands",
            Self::Replies => "Replies",
            Self::Headers => "Letter: headers",
            Self::Mime => "Letter: MIME parts",
            Self::Base64 => "Letter: base64",
            Self::Text => "Letter: text",
            Self::File => "File",
            Self::Again => "Said again",
            Self::Other => "Other words",
        }
    }

    /// How its bar is drawn.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Ethernet | Self::Ip | Self::Tcp | Self::Udp | Self::Network => "head",
            Self::Names => "name",
            Self::Commands | Self::Replies | Self::Other => "control",
            Self::Headers | Self::Mime | Self::Base64 | Self::Text => "mail",
            Self::File => "data",
            Self::Again => "again",
        }
    }
}

/// How much there is of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Of what.
    pub part: Part,
    /// How many bytes.
    pub bytes: u64,
    /// In tenths of a percent of all.
    pub tenths: u64,
    /// The first packet in which it is.
    pub frame: FrameId,
}

/// What something weighs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// Its parts that weigh anything, the outermost first.
    pub parts: Vec<Share>,
    /// All bytes.
    pub bytes: u64,
    /// In so many packets.
    pub packets: u64,
    /// What the base64 says, in bytes: three of four.
    pub decoded: u64,
}

/// Bytes of each part, and the first frame that has any.
#[derive(Clone, Debug, Default)]
pub(super) struct Scales {
    parts: [(u64, Option<FrameId>); Part::ALL.len()],
    packets: u64,
    /// Ends of lines in base64: they say nothing.
    ends: u64,
}

impl Scales {
    fn put(&mut self, part: Part, bytes: usize, frame: FrameId) {
        if bytes > 0 {
            let (sum, first) = &mut self.parts[part as usize];
            *sum += bytes as u64;
            first.get_or_insert(frame);
        }
    }

    /// Weighs a frame's headers. Of a segment's payload so many bytes were `known`; answers where
    /// the others lie, which are yet to be weighed.
    pub(super) fn take(
        &mut self,
        id: FrameId,
        frame: &[u8],
        known: Option<usize>,
    ) -> Option<Range<usize>> {
        self.packets += 1;
        let layers = Layers::of(frame);
        self.put(Part::Ethernet, layers.ethernet, id);
        self.put(Part::Ip, layers.ip, id);
        let (header, said) = (layers.header, layers.said.len());
        match layers.carried {
            Carried::Tcp => {
                self.put(Part::Tcp, header, id);
                let known = known.unwrap_or(0).min(said);
                self.put(Part::Again, known, id);
                return Some(layers.said.start + known..layers.said.end);
            }
            Carried::Udp { names } => {
                self.put(Part::Udp, header, id);
                let part = if names { Part::Names } else { Part::Other };
                self.put(part, said, id);
            }
            Carried::Network => self.put(Part::Network, header + said, id),
        }
        None
    }

    fn join(&mut self, other: &Self) {
        for (own, more) in self.parts.iter_mut().zip(&other.parts) {
            own.0 += more.0;
            own.1 = match (own.1, more.1) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        self.packets += other.packets;
        self.ends += other.ends;
    }

    fn weighed(&self) -> Weighed {
        let bytes = self.parts.iter().map(|(bytes, _)| *bytes).sum::<u64>();
        let share = |part: Part| {
            let (own, first) = self.parts[part as usize];
            Some(Share {
                part,
                bytes: own,
                tenths: (own * 1_000 + bytes / 2) / bytes.max(1),
                frame: first?,
            })
        };
        let base64 = self.parts[Part::Base64 as usize].0;
        Weighed {
            parts: Part::ALL.into_iter().filter_map(share).collect(),
            bytes,
            packets: self.packets,
            decoded: base64.saturating_sub(self.ends) / 4 * 3,
        }
    }
}

/// What a connection weighs, counted from 1; or all of the run.
#[must_use]
pub fn weighed(gathered: &super::Gathered, connection: Option<u32>) -> Weighed {
    if let Some(number) = connection {
        let scales = gathered.scales.get(number as usize);
        return scales.map(Scales::weighed).unwrap_or_default();
    }
    let mut all = Scales::default();
    for scales in &gathered.scales {
        all.join(scales);
    }
    all.weighed()
}

/// Which of a chart's bars is how long, of a whole that is `room` long.
#[must_use]
pub fn bars(weighed: &Weighed, room: f64) -> Vec<(Share, f64)> {
    let most = weighed.parts.iter().map(|share| share.bytes).max();
    let most = most.unwrap_or(1).max(1) as f64;
    let bar = |share: &Share| (*share, room * share.bytes as f64 / most);
    weighed.parts.iter().map(bar).collect()
}

/// What carries what.
enum Carried {
    Tcp,
    Udp { names: bool },
    Network,
}

/// Where a frame's headers end.
struct Layers {
    ethernet: usize,
    ip: usize,
    header: usize,
    said: Range<usize>,
    carried: Carried,
}

impl Layers {
    fn of(frame: &[u8]) -> Self {
        const ETHERNET: usize = 14;
        let network = |ip: usize| {
            let start = (ETHERNET + ip).min(frame.len());
            Self {
                ethernet: ETHERNET.min(frame.len()),
                ip: start - ETHERNET.min(frame.len()),
                header: 0,
                said: start..frame.len(),
                carried: Carried::Network,
            }
        };
        let two = |at: usize| {
            let pair = frame.get(at..at + 2)?;
            Some(usize::from(pair[0]) << 8 | usize::from(pair[1]))
        };
        let byte = |at: usize| frame.get(at).map(|byte| usize::from(*byte));
        let found = match two(12) {
            Some(0x0800) => (|| {
                let ip = (byte(14)? & 15) * 4;
                let is_whole = two(20)? & 0x3fff == 0;
                Some((ip, ETHERNET + two(16)?, byte(23)?, is_whole))
            })(),
            Some(0x86dd) => (|| Some((40, ETHERNET + 40 + two(18)?, byte(20)?, true)))(),
            _ => None,
        };
        let Some((ip, end, protocol, is_whole)) = found else {
            return network(0);
        };
        let (start, end) = (ETHERNET + ip, end.min(frame.len()));
        let header = match protocol {
            6 if is_whole => byte(start + 12).map(|at| (at >> 4) * 4),
            17 if is_whole => Some(8),
            _ => None,
        };
        let Some(header) = header.filter(|header| start + header <= end) else {
            return network(ip);
        };
        let is_names = two(start) == Some(53) || two(start + 2) == Some(53);
        Self {
            // What fills the frame up is Ethernet's.
            ethernet: ETHERNET + (frame.len() - end),
            ip,
            header,
            said: start + header..end,
            carried: match protocol {
                6 => Carried::Tcp,
                _ => Carried::Udp { names: is_names },
            },
        }
    }
}

/// What is said on each connection, stretch by stretch.
#[derive(Debug, Default)]
pub(super) struct Speech {
    ends: Map<ConnId, Mouth>,
}

/// What one end says.
#[derive(Debug, Default)]
struct Mouth {
    /// Stretches of its stream, in order.
    stretches: Vec<(Range<u64>, Said)>,
    /// The stretch that it has come to.
    at: usize,
    sorter: Sorter,
    /// Where a letter that is under way is counted, and in which frame its line began.
    letter: Option<(usize, FrameId)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Part(Part),
    Letter,
}

impl Speech {
    pub(super) fn of(timeline: &Timeline) -> Self {
        const LETTER: &str = "LETTER";
        let mut ends: Map<ConnId, Mouth> = Map::new();
        let numbers = timeline.connection_numbers();
        for record in timeline.turns() {
            let Some(conn) = record.conn else { continue };
            let asker = timeline.end(conn);
            let is_names = asker.local.port() == 53 || asker.remote.port() == 53;
            let said = match record.turn.kind {
                _ if is_names => Said::Part(Part::Names),
                TurnKind::Command => Said::Part(Part::Commands),
                TurnKind::Reply => Said::Part(Part::Replies),
                TurnKind::Data if record.turn.verb == LETTER => Said::Letter,
                TurnKind::Data => Said::Part(Part::File),
                TurnKind::Probe => Said::Part(Part::Other),
            };
            let mouth = ends.or_default(conn);
            let number = numbers[conn.index()].map_or(0, |number| number as usize);
            mouth.letter.get_or_insert((number, FrameId(0)));
            mouth.stretches.push((record.range.0..record.range.1, said));
        }
        Self { ends }
    }

    /// Weighs bytes that are said for the first time, from an offset of the stream on.
    pub(super) fn take(
        &mut self,
        conn: ConnId,
        offset: u64,
        bytes: &[u8],
        frame: FrameId,
        scales: &mut Scales,
    ) {
        let Some(mouth) = self.ends.get_mut(&conn) else {
            scales.put(Part::Other, bytes.len(), frame);
            return;
        };
        let (mut at, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let (said, len) = mouth.next(at, rest.len(), frame, scales);
            let (now, later) = rest.split_at(len);
            match said {
                Said::Part(part) => scales.put(part, len, frame),
                Said::Letter => mouth.read(now, frame, scales),
            }
            at += len as u64;
            rest = later;
        }
    }

    /// Nothing more is said.
    pub(super) fn finish(&mut self, scales: &mut [Scales]) {
        for mouth in self.ends.values_mut() {
            if let Some((number, frame)) = mouth.letter
                && let Some(scales) = scales.get_mut(number)
            {
                mouth.end_letter(frame, scales);
            }
        }
    }
}

impl Mouth {
    /// What the bytes at an offset are, and how many of them are that.
    fn next(&mut self, at: u64, len: usize, frame: FrameId, scales: &mut Scales) -> (Said, usize) {
        while self.stretches.get(self.at).is_some_and(|s| s.0.end <= at) {
            if self.stretches[self.at].1 == Said::Letter {
                self.end_letter(frame, scales);
            }
            self.at += 1;
        }
        let (said, until) = match self.stretches.get(self.at) {
            Some((range, said)) if range.start <= at => (*said, range.end),
            Some((range, _)) => (Said::Part(Part::Other), range.start),
            None => (Said::Part(Part::Other), u64::MAX),
        };
        let most = usize::try_from(until - at).unwrap_or(usize::MAX);
        (said, len.min(most))
    }

    fn read(&mut self, bytes: &[u8], frame: FrameId, scales: &mut Scales) {
        if let Some((_, last)) = &mut self.letter {
            *last = frame;
        }
        let put = &mut |part, bytes| count(scales, part, bytes, frame);
        self.sorter.take(bytes, put);
    }

    fn end_letter(&mut self, frame: FrameId, scales: &mut Scales) {
        let put = &mut |part, bytes| count(scales, part, bytes, frame);
        self.sorter.finish(put);
    }
}

fn count(scales: &mut Scales, part: Part, bytes: u64, frame: FrameId) {
    if part == Part::Base64 {
        // CR and LF.
        scales.ends += bytes.min(2);
    }
    scales.put(part, usize::try_from(bytes).unwrap_or(usize::MAX), frame);
}
