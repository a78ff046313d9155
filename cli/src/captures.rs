//! Captures of real frames as files: written as they come, and read again.

use crate::fault::Fault;
use crate::output::{Draft, Output, Whole};
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapReader, PcapTsResolution, PcapWriter};
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::{Block, PcapNgReader, PcapNgWriter};
use pcap_file::{DataLink, Endianness};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::time::Duration;
use wirestage_core::save::Format;

/// More than the longest frame.
const SNAP_LEN: u32 = 262_144;

/// Nanoseconds: ten to the minus ninth.
const NANOSECONDS: u8 = 9;

/// A frame of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When, since 1970.
    pub at: Duration,
    /// Its bytes, as far as they were captured.
    pub bytes: Vec<u8>,
    /// How long it was.
    pub length: usize,
}

/// A file to which frames are written as they come.
pub struct Recorder {
    output: Output,
    writer: Writer,
}

enum Writer {
    Pcap(PcapWriter<Whole>),
    Pcapng(PcapNgWriter<Whole>),
}

impl Recorder {
    /// Begins files. What cannot be written is told at once, and then none of them is begun:
    /// what stood in their places stays there.
    pub fn begin_all(outputs: &[Output], interface: &str) -> Result<Vec<Self>, Fault> {
        let begun = outputs.iter().map(|output| Self::begin(output, interface));
        let begun = begun.collect::<Result<Vec<_>, _>>()?;
        let placed = begun.into_iter().map(|(recorder, draft)| {
            draft.keep().map_err(|e| recorder.cannot(&e))?;
            Ok(recorder)
        });
        placed.collect()
    }

    fn begin(output: &Output, interface: &str) -> Result<(Self, Draft), Fault> {
        let draft = Draft::begin(&output.path)?;
        let cannot =
            |e: io::Error| Fault::failed(format!("cannot write {}: {e}", output.path.display()));
        let whole = draft.whole().map_err(cannot)?;
        let writer = begin(output.format, interface, whole).map_err(cannot)?;
        let mut recorder = Self {
            output: output.clone(),
            writer,
        };
        recorder.flush()?;
        Ok((recorder, draft))
    }

    /// Writes a frame.
    pub fn write(&mut self, at: Duration, bytes: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(bytes.len()).unwrap_or(SNAP_LEN);
        let written = match &mut self.writer {
            Writer::Pcap(writer) => PcapPacket::new(at, length, bytes)
                .map_err(io::Error::other)
                .and_then(|packet| writer.write_packet(&packet).map_err(io::Error::other)),
            Writer::Pcapng(writer) => {
                let block = EnhancedPacketBlock {
                    interface_id: 0,
                    timestamp: at,
                    original_len: length,
                    data: Cow::Borrowed(bytes),
                    options: Vec::new(),
                };
                writer.write_pcapng_block(block).map_err(io::Error::other)
            }
        };
        written.map(drop).map_err(|e| self.cannot(&e))
    }

    /// Hands on what was written.
    pub fn flush(&mut self) -> Result<(), Fault> {
        let flushed = match &mut self.writer {
            Writer::Pcap(writer) => writer.flush().map_err(io::Error::other),
            Writer::Pcapng(writer) => writer.get_mut().flush(),
        };
        flushed.map_err(|e| self.cannot(&e))
    }

    fn cannot(&self, error: &io::Error) -> Fault {
        let path = self.output.path.display();
        Fault::failed(format!("cannot write {path} any further: {error}"))
    }
}

fn begin(format: Format, interface: &str, whole: Whole) -> io::Result<Writer> {
    if format == Format::Pcap {
        let header = PcapHeader {
            snaplen: SNAP_LEN,
            datalink: DataLink::ETHERNET,
            ts_resolution: PcapTsResolution::NanoSecond,
            endianness: Endianness::native(),
            ..PcapHeader::default()
        };
        let writer = PcapWriter::with_header(whole, header);
        return writer.map(Writer::Pcap).map_err(io::Error::other);
    }
    let mut writer = PcapNgWriter::new(whole).map_err(io::Error::other)?;
    let mut block = InterfaceDescriptionBlock::new(DataLink::ETHERNET, SNAP_LEN);
    let times = InterfaceTsResolution::new(false, NANOSECONDS).map_err(io::Error::other)?;
    block.options = vec![
        InterfaceDescriptionOption::IfName(Cow::Borrowed(interface)),
        InterfaceDescriptionOption::IfTsResol(times),
    ];
    let written = writer.write_pcapng_block(block);
    written.map_err(io::Error::other)?;
    Ok(Writer::Pcapng(writer))
}

/// Reads a capture whole.
pub fn read(path: &Path) -> Result<Vec<Frame>, Fault> {
    let shown = path.display();
    let file = File::open(path);
    let file = file.map_err(|e| Fault::input(format!("cannot read {shown}: {e}")))?;
    frames(BufReader::new(file)).map_err(|why| Fault::input(format!("cannot read {shown}: {why}")))
}

/// Reads a capture of either format.
pub fn frames(mut file: impl Read) -> Result<Vec<Frame>, String> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
        read_pcapng(&bytes)
    } else {
        read_pcap(&bytes)
    }
}

const NO_ETHERNET: &str = "it is no capture of Ethernet frames";

fn read_pcap(bytes: &[u8]) -> Result<Vec<Frame>, String> {
    let no_capture = |e| format!("it is no capture that can be read ({e})");
    let mut reader = PcapReader::new(bytes).map_err(no_capture)?;
    if reader.header().datalink != DataLink::ETHERNET {
        return Err(NO_ETHERNET.to_owned());
    }
    let mut frames = Vec::new();
    while let Some(packet) = reader.next_packet() {
        let packet = packet.map_err(|e| broken(frames.len(), &e))?;
        frames.push(Frame {
            at: packet.timestamp(),
            length: length(packet.orig_len()),
            bytes: packet.data().to_vec(),
        });
    }
    Ok(frames)
}

fn read_pcapng(bytes: &[u8]) -> Result<Vec<Frame>, String> {
    let no_capture = |e| format!("it is no capture that can be read ({e})");
    let mut reader = PcapNgReader::new(bytes).map_err(no_capture)?;
    let mut frames = Vec::new();
    while let Some(block) = reader.next_block() {
        let (block, state) = block.map_err(|e| broken(frames.len(), &e))?;
        let Block::EnhancedPacket(packet) = block else {
            continue;
        };
        let interface = usize::try_from(packet.interface_id).unwrap_or(usize::MAX);
        let interface = state.interfaces().get(interface);
        if interface.is_none_or(|i| i.linktype != DataLink::ETHERNET) {
            return Err(NO_ETHERNET.to_owned());
        }
        frames.push(Frame {
            at: packet.timestamp,
            length: length(packet.original_len),
            bytes: packet.data.into_owned(),
        });
    }
    Ok(frames)
}

fn broken(after: usize, error: &dyn std::fmt::Display) -> String {
    format!("after {after} frames something is wrong with it ({error})")
}

fn length(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str) -> Vec<Frame> {
        let name = format!("wirestage-recorder-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let output = Output::of(path.clone()).unwrap();
        let mut recorders = Recorder::begin_all(&[output], "lo").unwrap();
        let mut recorder = recorders.remove(0);
        assert_eq!(read(&path).unwrap(), [], "it is whole from the first");
        let at = Duration::new(1_767_603_600, 123_456_789);
        recorder.write(at, &[1; 60]).unwrap();
        recorder.flush().unwrap();
        assert_eq!(read(&path).unwrap().len(), 1, "it is whole meanwhile");
        recorder.write(at, &[2; 61]).unwrap();
        recorder.flush().unwrap();
        let frames = read(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(frames[0].at, at);
        frames
    }

    #[test]
    fn what_is_written_is_read_again() {
        for name in ["a.pcap", "a.pcapng"] {
            let frames = written(name);
            let bytes: Vec<_> = frames.iter().map(|f| (f.bytes.clone(), f.length)).collect();
            assert_eq!(bytes, [(vec![1; 60], 60), (vec![2; 61], 61)]);
        }
    }

    #[test]
    fn where_one_file_cannot_be_begun_the_others_stay_as_they_were() {
        let name = format!("wirestage-recorder-{}-kept.pcap", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, "precious").unwrap();
        let nowhere = path.with_extension("none").join("b.pcap");
        let outputs = [path.clone(), nowhere].map(|path| Output::of(path).unwrap());
        assert!(Recorder::begin_all(&outputs, "lo").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"precious");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_no_capture_is_refused() {
        for bytes in [&b""[..], b"hello", &[0x0a, 0x0d, 0x0d, 0x0a, 1], &[0; 400]] {
            assert!(frames(bytes).is_err(), "{bytes:?}");
        }
    }
}
