//! The older capture format: a header, then each frame with its time.
//!
//! The Internet-Draft `draft-ietf-opsawg-pcap` describes it. All numbers are little-endian.

use super::caught::{Sieve, each};
use super::remarks::Places;
use super::{ETHERNET, SNAP_LEN, Tap, length};
use crate::base::Time;
use crate::timeline::{Event, RunInfo, Timeline};
use std::io::{self, Write};

/// Begins a file whose times count nanoseconds.
const MAGIC: u32 = 0xa1b2_3c4d;
const NS_PER_S: u64 = 1_000_000_000;

/// Writes what the tap saw, with times in nanoseconds. At `Tap::All` each frame stands
/// there once for each link, as it was sent.
///
/// # Errors
/// Those of the writer.
pub fn write_pcap<W: Write>(timeline: &Timeline, tap: Tap, writer: W) -> io::Result<()> {
    let mut file = Pcap::begin(tap, writer)?;
    for event in timeline.events().iter() {
        file.see(timeline, event)?;
    }
    file.finish()
}

/// The same, of those frames alone that the sieve lets through.
///
/// # Errors
/// Those of the writer.
pub fn sift_pcap<W: Write>(
    run: (&Timeline, &RunInfo),
    tap: Tap,
    places: Places<'_>,
    sieve: &mut Sieve<'_>,
    writer: W,
) -> io::Result<()> {
    let mut file = Pcap::begin(tap, writer)?;
    let mut done = Ok(());
    each(run, tap, places, &mut |caught| {
        if done.is_ok() && sieve(caught) {
            done = file.write(caught.time, caught.bytes);
        }
    });
    done?;
    file.finish()
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Pcap<W: Write> {
    tap: Tap,
    writer: W,
}

impl<W: Write> Pcap<W> {
    /// Begins it with its header.
    pub fn begin(tap: Tap, mut writer: W) -> io::Result<Self> {
        writer.write_all(&MAGIC.to_le_bytes())?;
        for version in [2u16, 4] {
            writer.write_all(&version.to_le_bytes())?;
        }
        for field in [0, 0, SNAP_LEN, u32::from(ETHERNET)] {
            writer.write_all(&field.to_le_bytes())?;
        }
        Ok(Self { tap, writer })
    }

    /// Writes what the tap sees in an event.
    pub fn see(&mut self, timeline: &Timeline, event: Event) -> io::Result<()> {
        let Some(seen) = self.tap.sees(timeline, event) else {
            return Ok(());
        };
        self.write(seen.time, seen.bytes(timeline))
    }

    fn write(&mut self, time: Time, bytes: &[u8]) -> io::Result<()> {
        let len = length(bytes)?;
        let time = time.unix_ns();
        let [seconds, ns] = [time / NS_PER_S, time % NS_PER_S].map(u32::try_from);
        let seconds = seconds.map_err(io::Error::other)?;
        let ns = ns.map_err(io::Error::other)?;
        for field in [seconds, ns, len, len] {
            self.writer.write_all(&field.to_le_bytes())?;
        }
        self.writer.write_all(bytes)
    }

    /// Hands on what was written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
