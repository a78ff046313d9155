//! Runs as files: one writer for each format, the same for the program and for the page.

mod list;
mod places;
pub mod profile;
mod sieve;

pub use sieve::Passed;

use crate::capture::{Caught, Tap, each, sift_pcap, sift_pcapng, write_pcap, write_pcapng};
use crate::explain::why::whys;
use crate::filter::Filter;
use crate::timeline::{RunInfo, Timeline, to_json};
use crate::view::mermaid::mermaid;
use crate::view::outline::Outline;
use crate::view::sheet::sheet;
use crate::view::transcript::{self, transcript};
use places::Places;
use sieve::Sieve;
use std::io::{self, Write};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A capture with interfaces and comments.
    Pcapng,
    /// A capture.
    Pcap,
    /// The stage and the ladder as a picture.
    Svg,
    /// The ladder in Mermaid's words.
    Mermaid,
    /// The timeline.
    Json,
    /// The transcript.
    Text,
}

impl Format {
    /// All of them, the usual one first.
    pub const ALL: &[Self] = &[
        Self::Pcapng,
        Self::Pcap,
        Self::Svg,
        Self::Mermaid,
        Self::Json,
        Self::Text,
    ];

    /// The ending of such a file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pcapng => "pcapng",
            Self::Pcap => "pcap",
            Self::Svg => "svg",
            Self::Mermaid => "mmd",
            Self::Json => "json",
            Self::Text => "txt",
        }
    }

    /// The format with this ending, in either case.
    #[must_use]
    pub fn with_ending(ending: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|format| ending.eq_ignore_ascii_case(format.ending()))
    }

    /// Whether it can hold some frames alone: a capture can, and a text, which then is a list.
    #[must_use]
    pub fn takes_filter(self) -> bool {
        self.is_capture() || self == Self::Text
    }

    /// Whether a tap matters to it.
    #[must_use]
    pub fn is_capture(self) -> bool {
        matches!(self, Self::Pcapng | Self::Pcap)
    }
}

/// What of a run is written.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Where a capture is taken.
    pub tap: Tap,
    /// How a transcript is told.
    pub transcript: transcript::Options,
}

/// What views say of a run, with why things went wrong: found out here, since most runs are only
/// looked at.
#[must_use]
pub fn explained(timeline: &Timeline, info: &RunInfo) -> RunInfo {
    let mut info = info.clone();
    if info.whys.is_empty() {
        info.whys = whys((timeline, &info));
    }
    info
}

/// Writes a capture with all there is to say of it.
///
/// # Errors
/// What the writer answers.
pub fn pcapng(
    timeline: &Timeline,
    info: &RunInfo,
    tap: Tap,
    writer: &mut impl Write,
) -> io::Result<()> {
    let info = &explained(timeline, info);
    let places = Places::of(timeline, info);
    write_pcapng(timeline, tap, info, &|frame| places.at(frame), writer)
}

/// Shows each frame that a tap sees, with what a capture says of it.
pub fn each_frame(run: (&Timeline, &RunInfo), tap: Tap, see: &mut dyn FnMut(&Caught<'_>)) {
    let run = (run.0, &explained(run.0, run.1));
    let places = Places::of(run.0, run.1);
    each(run, tap, &|frame| places.at(frame), see);
}

/// Writes a run.
///
/// # Errors
/// What the writer answers.
pub fn write(
    format: Format,
    (timeline, info): (&Timeline, &RunInfo),
    choice: Choice,
    writer: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Pcapng => pcapng(timeline, info, choice.tap, writer),
        Format::Pcap => write_pcap(timeline, choice.tap, writer),
        Format::Svg => {
            let text = sheet(timeline, info, &Outline::of(timeline, info));
            writer.write_all(text.as_bytes())
        }
        Format::Mermaid => {
            let text = mermaid(timeline, info, &Outline::of(timeline, info));
            writer.write_all(text.as_bytes())
        }
        Format::Json => to_json(timeline, &explained(timeline, info), writer),
        Format::Text => {
            let text = transcript(timeline, &explained(timeline, info), choice.transcript);
            writer.write_all(text.as_bytes())
        }
    }
}

/// Writes those frames alone that a filter lets through: as a capture, or one line each.
///
/// # Errors
/// What the writer answers; and where the format takes no filter.
pub fn write_filtered(
    format: Format,
    run: (&Timeline, &RunInfo),
    choice: Choice,
    filter: &Filter,
    writer: &mut impl Write,
) -> io::Result<Passed> {
    let run = (run.0, &explained(run.0, run.1));
    let mut sieve = Sieve::new(filter, run.0);
    let tap = choice.tap;
    let places = Places::of(run.0, run.1);
    let at = &|frame| places.at(frame);
    match format {
        Format::Pcapng => {
            let follow = &mut |caught: &Caught<'_>| {
                sieve.follow(caught);
                false
            };
            sift_pcapng(run, tap, at, follow, io::sink())?;
            sift_pcapng(run, tap, at, &mut |c| sieve.lets_through(c), writer)?;
        }
        Format::Pcap => {
            each(run, tap, at, &mut |caught| sieve.follow(caught));
            sift_pcap(run, tap, at, &mut |c| sieve.lets_through(c), writer)?;
        }
        Format::Text => {
            each(run, tap, at, &mut |caught| sieve.follow(caught));
            let text = list::list(run, choice, at, &mut sieve);
            writer.write_all(text.as_bytes())?;
        }
        Format::Svg | Format::Mermaid | Format::Json => {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
    }
    Ok(sieve.passed)
}
