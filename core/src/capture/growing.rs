//! A capture of a run that goes on: it is whole at every moment, and grows.

use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::tap::Tap;
use crate::timeline::{RunInfo, Timeline};
use std::io::{self, Write};

/// A capture that grows with its run.
#[derive(Debug)]
pub struct Growing<W: Write> {
    file: File<W>,
    /// How many events of the run it has seen.
    seen: usize,
}

#[derive(Debug)]
enum File<W: Write> {
    Pcap(Pcap<W>),
    Pcapng(Pcapng<W>),
}

impl<W: Write> Growing<W> {
    /// Begins a pcapng file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn pcapng(timeline: &Timeline, tap: Tap, info: &RunInfo, writer: W) -> io::Result<Self> {
        Ok(Self {
            file: File::Pcapng(Pcapng::begin(timeline, tap, info, writer)?),
            seen: 0,
        })
    }

    /// Begins a pcap file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn pcap(tap: Tap, writer: W) -> io::Result<Self> {
        Ok(Self {
            file: File::Pcap(Pcap::begin(tap, writer)?),
            seen: 0,
        })
    }

    /// Writes what the tap has seen since the last time. Of a frame that is lost later, of
    /// captions and phases only the whole file of a run that is over can tell.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn catch_up(&mut self, timeline: &Timeline) -> io::Result<()> {
        let events = timeline.events();
        for event in events.range(self.seen..events.len()) {
            match &mut self.file {
                File::Pcap(file) => file.see(timeline, event)?,
                File::Pcapng(file) => file.see(timeline, event, &|_| None, &mut |_| true)?,
            }
        }
        self.seen = events.len();
        Ok(())
    }

    /// Hands on to the file below what was written.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            File::Pcap(file) => file.finish(),
            File::Pcapng(file) => file.finish(),
        }
    }
}
