//! The older capture format: a header, then each frame with its time.

use super::{SNAP_LEN, Tap};
use crate::timeline::Timeline;
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapTsResolution, PcapWriteError, PcapWriter};
use pcap_file::{DataLink, Endianness};
use std::io::{self, Write};
use std::time::Duration;

/// Writes what the tap saw, with times in nanoseconds. At `Tap::All` each frame stands
/// there once for each link, as it was sent.
///
/// # Errors
/// Those of the writer.
pub fn write_pcap<W: Write>(timeline: &Timeline, tap: Tap, writer: W) -> io::Result<()> {
    let header = PcapHeader {
        version_major: 2,
        version_minor: 4,
        ts_correction: 0,
        ts_accuracy: 0,
        snaplen: SNAP_LEN,
        datalink: DataLink::ETHERNET,
        ts_resolution: PcapTsResolution::NanoSecond,
        endianness: Endianness::Little,
    };
    let mut writer = PcapWriter::with_header(writer, header).map_err(io_error)?;
    for seen in tap.seen(timeline) {
        let bytes = timeline.bytes(seen.frame);
        let len = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let time = Duration::from_nanos(seen.time.unix_ns());
        let packet = PcapPacket::new(time, len, bytes).map_err(io::Error::other)?;
        writer.write_packet(&packet).map_err(io_error)?;
    }
    writer.flush().map_err(io_error)
}

fn io_error(error: PcapWriteError) -> io::Error {
    match error {
        PcapWriteError::Io(error) | PcapWriteError::FieldWriteFailed(_, error) => error,
        PcapWriteError::Validation(error) => io::Error::other(error),
    }
}
