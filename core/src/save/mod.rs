//! Runs as files: one writer for each format, the same for the program and for the page.

mod places;
pub mod profile;

use crate::capture::{Tap, write_pcap, write_pcapng};
use crate::timeline::{RunInfo, Timeline, to_json};
use crate::view::mermaid::mermaid;
use crate::view::outline::Outline;
use crate::view::sheet::sheet;
use crate::view::transcript::{self, transcript};
use places::Places;
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
    let places = Places::of(timeline, info);
    write_pcapng(timeline, tap, info, &|frame| places.at(frame), writer)
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
        Format::Json => to_json(timeline, info, writer),
        Format::Text => {
            let text = transcript(timeline, info, choice.transcript);
            writer.write_all(text.as_bytes())
        }
    }
}
