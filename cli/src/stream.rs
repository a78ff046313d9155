//! A capture read as a stream, frame after frame. The last of them are kept, so that messages
//! that lie over several can be put together, and captures of any size can be read.

use pcap_file::DataLink;
use pcap_file::pcap::{PcapParseError, PcapParser};
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::{Block, PcapNgParseError, PcapNgParser};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::time::Duration;

/// Bytes that are read together.
const CHUNK: usize = 4 << 20;
/// So many of them are kept.
const KEPT: usize = 16;
/// A block larger than this is no block of frames.
const LARGEST: usize = 64 << 20;

/// How a capture of pcapng begins, whatever the order of its bytes.
const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// A capture.
pub struct Stream<'a> {
    file: Box<dyn Read + 'a>,
    format: Format,
    /// The last ones that were read. The last is not read to its end.
    chunks: VecDeque<Vec<u8>>,
    /// How many were read before these.
    gone: usize,
    /// What of the last chunk is next.
    at: usize,
    is_over: bool,
    /// In which chunk each frame lies that is still there, and which of its bytes.
    recent: VecDeque<(usize, Range<usize>)>,
    /// How many frames were read.
    count: u32,
}

enum Format {
    Pcap(PcapParser),
    Pcapng(Box<PcapNgParser>),
}

/// What a capture says of a frame, beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Counted from 1.
    pub number: u32,
    /// When, since 1970.
    pub at: Duration,
    /// How long it was, even where not all of it was captured.
    pub length: u32,
    /// What is said at it.
    pub comments: Vec<String>,
}

/// What a step through the file finds.
enum Found {
    Frame(Range<usize>, Duration, u32, Vec<String>),
    Other,
    /// More bytes are needed.
    More,
}

impl<'a> Stream<'a> {
    /// Begins to read. The error says what is wrong with the capture.
    pub fn begin(mut file: Box<dyn Read + 'a>) -> Result<Self, String> {
        let mut first = Vec::with_capacity(CHUNK);
        let is_over = fill(&mut *file, &mut first).map_err(|e| e.to_string())?;
        let no_capture =
            |e: &dyn std::fmt::Display| format!("it is no capture that can be read ({e})");
        let (format, at) = if first.starts_with(&PCAPNG) {
            let (rest, parser) = PcapNgParser::new(&first).map_err(|e| no_capture(&e))?;
            (Format::Pcapng(Box::new(parser)), first.len() - rest.len())
        } else {
            let (rest, parser) = PcapParser::new(&first).map_err(|e| no_capture(&e))?;
            if parser.header().datalink != DataLink::ETHERNET {
                return Err(NO_ETHERNET.to_owned());
            }
            (Format::Pcap(parser), first.len() - rest.len())
        };
        Ok(Self {
            file,
            format,
            chunks: VecDeque::from([first]),
            gone: 0,
            at,
            is_over,
            recent: VecDeque::new(),
            count: 0,
        })
    }

    /// The next frame; its bytes are what `frame` gives.
    pub fn next(&mut self) -> Result<Option<Head>, String> {
        loop {
            let chunk = self.chunks.back().map_or(&[][..], |chunk| chunk);
            let left = &chunk[self.at..];
            if left.is_empty() && self.is_over {
                return Ok(None);
            }
            let (found, rest) = match &mut self.format {
                Format::Pcap(parser) => of_pcap(parser, left),
                Format::Pcapng(parser) => of_pcapng(parser, left),
            }
            .map_err(|why| {
                let count = self.count;
                format!("after {count} frames something is wrong with it ({why})")
            })?;
            let begin = self.at;
            let used = left.len() - rest;
            match found {
                Found::More if self.is_over => {
                    let count = self.count;
                    return Err(format!("after {count} frames it breaks off"));
                }
                Found::More => self.more()?,
                Found::Other => self.at += used,
                Found::Frame(range, at, length, comments) => {
                    self.at += used;
                    self.count += 1;
                    let range = begin + range.start..begin + range.end;
                    let chunk = self.gone + self.chunks.len() - 1;
                    self.recent.push_back((chunk, range));
                    return Ok(Some(Head {
                        number: self.count,
                        at,
                        length,
                        comments,
                    }));
                }
            }
        }
    }

    /// A frame's bytes by its number, where it is not too long ago.
    pub fn frame(&self, number: u32) -> Option<&[u8]> {
        let back = usize::try_from(self.count.checked_sub(number)?).ok()?;
        let at = self.recent.len().checked_sub(back + 1)?;
        let (chunk, range) = self.recent.get(at)?;
        let chunk = self.chunks.get(chunk.checked_sub(self.gone)?)?;
        chunk.get(range.clone())
    }

    /// Reads on.
    fn more(&mut self) -> Result<(), String> {
        let last = self.chunks.back_mut().map(std::mem::take);
        let last = last.unwrap_or_default();
        let begins_chunk = self.at == 0;
        if begins_chunk && last.len() >= LARGEST {
            return Err("it holds something of more than 64 MiB, which is no frame".into());
        }
        let mut next = self.spare();
        next.extend_from_slice(&last[self.at..]);
        if let Some(place) = self.chunks.back_mut() {
            *place = last;
        }
        if begins_chunk {
            // Not one frame of it was read: it goes on in a longer one.
            self.chunks.pop_back();
        }
        next.reserve(CHUNK);
        self.is_over = fill(&mut *self.file, &mut next).map_err(|e| e.to_string())?;
        self.chunks.push_back(next);
        self.at = 0;
        Ok(())
    }

    /// The oldest chunk's room, once there are enough.
    fn spare(&mut self) -> Vec<u8> {
        if self.chunks.len() < KEPT {
            return Vec::with_capacity(CHUNK + CHUNK);
        }
        let mut old = self.chunks.pop_front().unwrap_or_default();
        self.gone += 1;
        while self.recent.front().is_some_and(|(at, _)| *at < self.gone) {
            self.recent.pop_front();
        }
        old.clear();
        old
    }
}

const NO_ETHERNET: &str = "it is no capture of Ethernet frames";

/// Reads as much again; answers whether the file is over.
fn fill(file: &mut dyn Read, into: &mut Vec<u8>) -> io::Result<bool> {
    let wanted = u64::try_from(CHUNK).unwrap_or(u64::MAX);
    let read = file.take(wanted).read_to_end(into)?;
    Ok(read < CHUNK)
}

fn of_pcap(parser: &PcapParser, left: &[u8]) -> Result<(Found, usize), String> {
    match parser.next_packet(left) {
        Ok((rest, packet)) => {
            let range = place(left, packet.data());
            let found = Found::Frame(range, packet.timestamp(), packet.orig_len(), Vec::new());
            Ok((found, rest.len()))
        }
        Err(PcapParseError::IncompleteBuffer(..)) => Ok((Found::More, left.len())),
        Err(e) => Err(e.to_string()),
    }
}

fn of_pcapng(parser: &mut PcapNgParser, left: &[u8]) -> Result<(Found, usize), String> {
    let (rest, block) = match parser.next_block(left) {
        Ok(found) => found,
        Err(PcapNgParseError::IncompleteBuffer(..)) => return Ok((Found::More, left.len())),
        Err(e) => return Err(e.to_string()),
    };
    let Block::EnhancedPacket(packet) = block else {
        return Ok((Found::Other, rest.len()));
    };
    let interface = usize::try_from(packet.interface_id).unwrap_or(usize::MAX);
    let interface = parser.state().interfaces().get(interface);
    if interface.is_none_or(|i| i.linktype != DataLink::ETHERNET) {
        return Err(NO_ETHERNET.to_owned());
    }
    let comments = packet.options.iter().filter_map(|option| match option {
        EnhancedPacketOption::Common(CommonOption::Comment(text)) => {
            Some(text.clone().into_owned())
        }
        _ => None,
    });
    let comments = comments.collect();
    let range = place(left, &packet.data);
    let found = Found::Frame(range, packet.timestamp, packet.original_len, comments);
    Ok((found, rest.len()))
}

/// Where a part lies in the whole that it is borrowed from.
fn place(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    let start = start.min(whole.len());
    start..(start + part.len()).min(whole.len())
}
