//! Packets that came in fragments: which frames hold the pieces, and the whole once it is there.

use crate::dissect::Piece;
use crate::dissect::dissection::cut;
use std::collections::VecDeque;

/// A fragment, as its headers tell.
#[derive(Clone, Debug)]
pub(in crate::dissect) struct Fragment {
    pub packet: Packet,
    /// Where in the whole packet it belongs, in bytes.
    pub offset: usize,
    /// More follow behind it.
    pub more: bool,
}

/// What all fragments of a packet share (RFC 791 §3.2, RFC 8200 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dissect) struct Packet {
    /// From which address to which, IPv4 as IPv6 sees it.
    pub addresses: [[u8; 16]; 2],
    pub number: u32,
    /// What the packet carries.
    pub protocol: u8,
    pub is_ipv6: bool,
}

/// What is known of a fragment's frame.
#[derive(Clone, Debug, Default)]
pub(in crate::dissect) struct FragmentTold {
    /// The frame of the packet's first piece, where it is another one.
    pub first: Option<u32>,
    /// The frame that brought the last missing piece, where it is another one.
    pub whole_in: Option<u32>,
    /// In that frame: the packet.
    pub whole: Option<Box<Whole>>,
}

/// A packet whose pieces are all there.
#[derive(Clone, Debug)]
pub(in crate::dissect) struct Whole {
    pub packet: Packet,
    /// Where its bytes lie.
    pub pieces: Vec<Piece>,
    /// The frames that brought pieces, in the order of these.
    pub frames: Vec<u32>,
}

/// Packets of which pieces are missing, and what is known of the frames that brought some.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    open: VecDeque<Open>,
    /// By the frames' numbers.
    told: Vec<(u32, FragmentTold)>,
}

#[derive(Debug)]
struct Open {
    packet: Packet,
    /// In the order of their offsets.
    parts: Vec<Part>,
    /// How long the whole packet is, once its last piece has come.
    len: Option<usize>,
    /// How many bytes the parts have together.
    held: usize,
}

#[derive(Debug)]
struct Part {
    offset: usize,
    bytes: Vec<u8>,
    piece: Piece,
}

/// Packets that are waited for at once; the oldest is given up.
const MOST: usize = 64;
/// Pieces of one packet.
const MOST_PARTS: usize = 2048;
/// The longest content of a packet.
const LONGEST: usize = 0xffff;

impl Fragments {
    /// What is known of a frame.
    pub fn told(&self, frame: u32) -> Option<&FragmentTold> {
        let at = self.told.binary_search_by_key(&frame, |row| row.0).ok()?;
        Some(&self.told[at].1)
    }

    /// A fragment passes. Answers what is known of its frame, and the packet's bytes where it
    /// is whole now.
    pub fn take(
        &mut self,
        fragment: &Fragment,
        bytes: &[u8],
        piece: Piece,
        forgets: bool,
    ) -> (FragmentTold, Option<Vec<u8>>) {
        let frame = piece.frame;
        let (told, whole) = self.add(fragment, bytes, piece);
        if forgets {
            self.told.clear();
        }
        match self.told.binary_search_by_key(&frame, |row| row.0) {
            Ok(at) => self.told[at].1 = told.clone(),
            Err(at) => self.told.insert(at, (frame, told.clone())),
        }
        (told, whole)
    }

    fn add(
        &mut self,
        fragment: &Fragment,
        bytes: &[u8],
        piece: Piece,
    ) -> (FragmentTold, Option<Vec<u8>>) {
        let frame = piece.frame;
        let end = fragment.offset + bytes.len();
        if bytes.is_empty() || end > LONGEST {
            return (FragmentTold::default(), None);
        }
        let at = self.place(fragment, bytes);
        let open = &mut self.open[at];
        if !fragment.more {
            open.len.get_or_insert(end);
        }
        open.add(fragment.offset, bytes, piece);
        let first = open.parts.first().filter(|part| part.offset == 0);
        let first = first.map(|part| part.piece.frame);
        let other_than = |frame: u32| first.filter(|first| *first != frame);
        let Some((bytes, pieces)) = open.whole() else {
            let told = FragmentTold {
                first: other_than(frame),
                ..FragmentTold::default()
            };
            return (told, None);
        };
        let parts = self.open.remove(at).map_or(Vec::new(), |open| open.parts);
        let frames: Vec<u32> = parts.iter().map(|part| part.piece.frame).collect();
        for other in frames.iter().filter(|other| **other != frame) {
            if let Ok(at) = self.told.binary_search_by_key(other, |row| row.0) {
                let told = &mut self.told[at].1;
                (told.first, told.whole_in) = (other_than(*other), Some(frame));
            }
        }
        let whole = Whole {
            packet: fragment.packet,
            pieces,
            frames,
        };
        let told = FragmentTold {
            first: other_than(frame),
            whole_in: None,
            whole: Some(Box::new(whole)),
        };
        (told, Some(bytes))
    }

    /// The packet that a fragment belongs to; a new one where it does not fit to what came.
    fn place(&mut self, fragment: &Fragment, bytes: &[u8]) -> usize {
        let same = |open: &Open| open.packet == fragment.packet;
        if let Some(at) = self.open.iter().position(same) {
            if self.open[at].fits(fragment.offset, bytes) {
                return at;
            }
            self.open.remove(at);
        }
        if self.open.len() == MOST {
            self.open.pop_front();
        }
        self.open.push_back(Open {
            packet: fragment.packet,
            parts: Vec::new(),
            len: None,
            held: 0,
        });
        self.open.len() - 1
    }

    /// Where bytes really lie. What a packet in pieces says counts its bytes in the packet, and
    /// has the number of the frame that completes it.
    pub fn lie(&self, pieces: &[Piece]) -> Vec<Piece> {
        if self.told.is_empty() {
            return pieces.to_vec();
        }
        let mut found = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let told = self.told(piece.frame);
            match told.and_then(|told| told.whole.as_ref()) {
                Some(whole) => found.append(&mut cut(&whole.pieces, &piece.range)),
                None => found.push(piece.clone()),
            }
        }
        found
    }
}

impl Open {
    /// Whether there is room for one more, and a piece of the same place is the same: numbers
    /// are used again for other packets.
    fn fits(&self, offset: usize, bytes: &[u8]) -> bool {
        let known = self.at(offset, bytes.len());
        let room = self.parts.len() < MOST_PARTS && self.held <= 2 * LONGEST;
        known.map_or(room, |known| known.bytes == bytes)
    }

    fn at(&self, offset: usize, len: usize) -> Option<&Part> {
        let from = self.parts.partition_point(|part| part.offset < offset);
        let parts = self.parts[from..].iter();
        let mut parts = parts.take_while(|part| part.offset == offset);
        parts.find(|part| part.bytes.len() == len)
    }

    /// A piece that came before says nothing new.
    fn add(&mut self, offset: usize, bytes: &[u8], piece: Piece) {
        if self.at(offset, bytes.len()).is_some() {
            return;
        }
        let at = self.parts.partition_point(|part| part.offset <= offset);
        self.held += bytes.len();
        let bytes = bytes.to_vec();
        self.parts.insert(
            at,
            Part {
                offset,
                bytes,
                piece,
            },
        );
    }

    /// The packet's bytes and where they lie, if none is missing. Where pieces overlap, the one
    /// that begins earlier counts.
    fn whole(&self) -> Option<(Vec<u8>, Vec<Piece>)> {
        let len = self.len.filter(|len| self.held >= *len)?;
        let mut bytes = Vec::with_capacity(len);
        let mut pieces = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let at = bytes.len();
            if at == len {
                break;
            }
            let known = at.checked_sub(part.offset)?;
            let fresh = part.bytes.get(known..).unwrap_or_default();
            let fresh = &fresh[..fresh.len().min(len - at)];
            if fresh.is_empty() {
                continue;
            }
            bytes.extend_from_slice(fresh);
            let start = part.piece.range.start + known;
            pieces.push(Piece {
                frame: part.piece.frame,
                range: start..start + fresh.len(),
            });
        }
        (bytes.len() == len).then_some((bytes, pieces))
    }
}
