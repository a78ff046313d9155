//! The capture format that carries more than frames: interfaces, directions, comments.

use super::tap::{Seen, hosts};
use super::{SNAP_LEN, Tap};
use crate::base::FrameId;
use crate::timeline::{RunInfo, Timeline};
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::pcapng::{PcapNgWriteError, PcapNgWriter};
use pcap_file::{DataLink, Endianness};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// Bits 0 and 1 of a packet's flags word say which way it went.
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;

/// Writes what the tap saw, with times in nanoseconds. At `Tap::All` each host is an
/// interface of its own, so a frame stands there where it was sent and where it arrived.
///
/// # Errors
/// Those of the writer.
pub fn write_pcapng<W: Write>(
    timeline: &Timeline,
    tap: Tap,
    info: &RunInfo,
    writer: W,
) -> io::Result<()> {
    let mut file = File {
        writer: PcapNgWriter::with_section_header(writer, section(info)).map_err(io_error)?,
        timeline,
        comments: comments(timeline, info),
    };
    if tap == Tap::All {
        file.all_hosts()?;
    } else {
        file.interface(tap)?;
        for seen in tap.seen(timeline) {
            let known = matches!(tap, Tap::Node(_));
            file.packet(0, seen, known.then(|| direction(seen)))?;
        }
    }
    file.writer.into_inner().flush()
}

fn section(info: &RunInfo) -> SectionHeaderBlock<'static> {
    let mut comment = format!("{}\n{}", info.title, info.summary);
    for setting in &info.settings {
        comment += &format!("\n{}: {}", setting.label, setting.value);
    }
    comment += &format!("\n{}", info.command());
    if let Some(why) = &info.stopped {
        comment += &format!("\nStopped early: {why}");
    }
    let generator = concat!("Wirestage ", env!("CARGO_PKG_VERSION"));
    SectionHeaderBlock {
        endianness: Endianness::Little,
        options: vec![
            SectionHeaderOption::Common(CommonOption::Comment(Cow::Owned(comment))),
            SectionHeaderOption::UserApplication(Cow::Borrowed(generator)),
        ],
        ..SectionHeaderBlock::default()
    }
}

fn comments(timeline: &Timeline, info: &RunInfo) -> BTreeMap<FrameId, Vec<String>> {
    let captions = info.captions.iter();
    let said = captions.filter_map(|caption| Some((caption.frame?, caption.say.clone())));
    let lost = timeline.losses().map(|loss| {
        let text = format!("lost at {}: {}", loss.place, loss.reason);
        (loss.frame, text)
    });
    let mut comments: BTreeMap<FrameId, Vec<String>> = BTreeMap::new();
    for (frame, text) in said.chain(lost) {
        comments.entry(frame).or_default().push(text);
    }
    comments
}

fn direction(seen: Seen) -> u32 {
    if seen.inbound { INBOUND } else { OUTBOUND }
}

struct File<'a, W: Write> {
    writer: PcapNgWriter<W>,
    timeline: &'a Timeline,
    /// What is said of frames: their captions, and that they were lost.
    comments: BTreeMap<FrameId, Vec<String>>,
}

impl<W: Write> File<'_, W> {
    fn all_hosts(&mut self) -> io::Result<()> {
        let timeline = self.timeline;
        let mut interfaces = BTreeMap::new();
        for (number, host) in (0..).zip(hosts(timeline)) {
            interfaces.insert(host, number);
            self.interface(Tap::Node(host))?;
        }
        for event in timeline.events().iter() {
            let Some(&interface) = interfaces.get(&event.host) else {
                continue;
            };
            if let Some(seen) = Tap::Node(event.host).sees(timeline, event) {
                self.packet(interface, seen, Some(direction(seen)))?;
            }
        }
        Ok(())
    }

    fn interface(&mut self, tap: Tap) -> io::Result<()> {
        let name = tap.name(self.timeline);
        let mut options = vec![InterfaceDescriptionOption::IfName(Cow::Borrowed(name))];
        let text = match tap {
            Tap::Node(host) => {
                let node = self.timeline.node(host);
                if let Some(mac) = &node.mac {
                    options.push(InterfaceDescriptionOption::IfMacAddr(Cow::Borrowed(mac)));
                }
                let of = node.person.as_ref().map(|p| format!(" ({p})"));
                format!("what {name}{} sends and receives", of.unwrap_or_default())
            }
            _ => format!("each frame on {name}, as it is sent"),
        };
        let nanoseconds = InterfaceTsResolution::NANO;
        options.push(InterfaceDescriptionOption::IfDescription(Cow::Owned(text)));
        options.push(InterfaceDescriptionOption::IfTsResol(nanoseconds));
        let block = InterfaceDescriptionBlock {
            linktype: DataLink::ETHERNET,
            snaplen: SNAP_LEN,
            options,
        };
        self.writer.write_pcapng_block(block).map_err(io_error)?;
        Ok(())
    }

    fn packet(&mut self, interface_id: u32, seen: Seen, flags: Option<u32>) -> io::Result<()> {
        let bytes = self.timeline.bytes(seen.frame);
        let comments = self.comments.get(&seen.frame).into_iter().flatten();
        let comments = comments.map(|c| CommonOption::Comment(Cow::Borrowed(c.as_str())));
        let options = flags
            .map(EnhancedPacketOption::Flags)
            .into_iter()
            .chain(comments.map(EnhancedPacketOption::Common));
        let block = EnhancedPacketBlock {
            interface_id,
            timestamp: Duration::from_nanos(seen.time.unix_ns()),
            original_len: u32::try_from(bytes.len()).map_err(io::Error::other)?,
            data: Cow::Borrowed(bytes),
            options: options.collect(),
        };
        self.writer.write_pcapng_block(block).map_err(io_error)?;
        Ok(())
    }
}

fn io_error(error: PcapNgWriteError) -> io::Error {
    match error {
        PcapNgWriteError::Io(error) => error,
        error => io::Error::other(error),
    }
}
