//! The capture format that carries more than frames: interfaces, directions, comments.
//!
//! The blocks themselves are written in `blocks`.

use super::blocks::{self, Block};
use super::caught::Sieve;
use super::remarks::{Places, Remarks};
use super::tap::{Seen, at_nodes};
use super::{SNAP_LEN, Tap, length};
use crate::base::sorted::Map;
use crate::base::visible::visible;
use crate::timeline::{Event, RunInfo, Timeline};
use std::io::{self, Write};
use std::net::IpAddr;

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
    places: Places<'_>,
    writer: W,
) -> io::Result<()> {
    sift_pcapng((timeline, info), tap, places, &mut |_| true, writer)
}

/// The same, of those frames alone that the sieve lets through.
///
/// # Errors
/// Those of the writer.
pub fn sift_pcapng<W: Write>(
    (timeline, info): (&Timeline, &RunInfo),
    tap: Tap,
    places: Places<'_>,
    sieve: &mut Sieve<'_>,
    writer: W,
) -> io::Result<()> {
    let mut file = Pcapng::begin(timeline, tap, info, writer)?;
    file.remarks = Remarks::of(timeline, info, &file.taps);
    for event in timeline.events().iter() {
        file.see(timeline, event, places, sieve)?;
    }
    file.finish()
}

/// Which run it is, and how to have it again.
fn section(info: &RunInfo) -> io::Result<Block> {
    let mut comment = format!("{}\n{}", info.title, info.summary);
    comment += &format!("\nScenario: {}", info.id);
    for setting in &info.settings {
        comment += &format!("\n{}: {}", setting.label, setting.value);
    }
    comment += &format!("\nSeed: {}", info.seed);
    comment += &format!("\nAgain: {}", info.command());
    if let Some(address) = info.address() {
        comment += &format!("\nIn the page: {address}");
    }
    if let Some(why) = &info.stopped {
        comment += &format!("\nStopped early: {why}");
    }
    let generator = concat!("Wirestage ", env!("CARGO_PKG_VERSION"));
    let mut block = Block::section();
    block.text(blocks::COMMENT, &visible(&comment))?;
    block.text(blocks::USER_APPLICATION, generator)?;
    Ok(block)
}

/// What each address is called: as the node is that has it.
fn names(timeline: &Timeline) -> Vec<(IpAddr, &str)> {
    let mut names = Map::new();
    for node in timeline.nodes() {
        let ports = node.router.iter().flat_map(|router| &router.ports);
        let ports = ports.flat_map(|port| &port.addresses);
        let addresses = node
            .addresses
            .iter()
            .chain(ports.map(|(address, _)| address));
        for address in addresses {
            names.get_or_insert_with(*address, || node.name.as_str());
        }
    }
    names
        .iter()
        .map(|(address, name)| (*address, *name))
        .collect()
}

fn direction(seen: Seen) -> u32 {
    if seen.inbound { INBOUND } else { OUTBOUND }
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Pcapng<W: Write> {
    writer: W,
    /// The taps, an interface each.
    taps: Vec<Tap>,
    /// What there is to say of single frames.
    remarks: Remarks,
    /// How many frames were seen.
    seen: u64,
}

impl<W: Write> Pcapng<W> {
    /// Begins it with its section and interfaces.
    pub fn begin(timeline: &Timeline, tap: Tap, info: &RunInfo, writer: W) -> io::Result<Self> {
        let mut file = Self {
            writer,
            taps: match tap {
                Tap::All => at_nodes(timeline).collect(),
                one => vec![one],
            },
            remarks: Remarks::default(),
            seen: 0,
        };
        section(info)?.write(&mut file.writer)?;
        for index in 0..file.taps.len() {
            file.interface(timeline, file.taps[index])?;
        }
        // Behind the interfaces: editcap and mergecap look for those at the very beginning.
        let names = names(timeline);
        if !names.is_empty() {
            Block::names(names.into_iter())?.write(&mut file.writer)?;
        }
        Ok(file)
    }

    /// Writes what the first tap that sees an event sees in it, if the sieve lets it through.
    pub fn see(
        &mut self,
        timeline: &Timeline,
        event: Event,
        places: Places<'_>,
        sieve: &mut Sieve<'_>,
    ) -> io::Result<()> {
        let seen = (0..).zip(&self.taps).find_map(|(interface, tap)| {
            let seen = tap.sees(timeline, event)?;
            Some((interface, seen, tap.is_at_node()))
        });
        let Some((interface, seen, directed)) = seen else {
            return Ok(());
        };
        self.seen += 1;
        let comments = self.remarks.at(seen.frame, places);
        if !sieve(&seen.caught(timeline, self.seen, &comments)) {
            return Ok(());
        }
        let flags = directed.then(|| direction(seen));
        self.packet(timeline, (interface, seen), flags, &comments)
    }

    /// Hands on what was written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn interface(&mut self, timeline: &Timeline, tap: Tap) -> io::Result<()> {
        let name = tap.name(timeline);
        let mut block = Block::interface(SNAP_LEN);
        block.text(blocks::IF_NAME, &name)?;
        let text = match tap {
            Tap::Node(host) => {
                let node = timeline.node(host);
                if let Some(mac) = &node.mac {
                    block.option(blocks::IF_MAC_ADDRESS, mac)?;
                }
                let of = node.person.as_ref().map(|p| format!(" ({p})"));
                format!("what {name}{} sends and receives", of.unwrap_or_default())
            }
            Tap::Side(router, link) => {
                let info = timeline.node(router).router.iter();
                let mut ports = info.flat_map(|router| &router.ports);
                if let Some(port) = ports.find(|port| port.link == link) {
                    block.option(blocks::IF_MAC_ADDRESS, &port.mac)?;
                }
                let towards = timeline.link(link).other(router);
                let [of, to] = [router, towards].map(|id| &timeline.node(id).name);
                format!("what {of} sends and receives on its side towards {to}")
            }
            Tap::Link(_) | Tap::All => format!("each frame on {name}, as it is sent"),
        };
        block.text(blocks::IF_DESCRIPTION, &text)?;
        block.option(blocks::IF_TIME_RESOLUTION, &[blocks::NANOSECONDS])?;
        block.write(&mut self.writer)
    }

    fn packet(
        &mut self,
        timeline: &Timeline,
        (interface, seen): (u32, Seen),
        flags: Option<u32>,
        comments: &[String],
    ) -> io::Result<()> {
        let bytes = seen.bytes(timeline);
        let mut block = Block::packet(interface, seen.time.unix_ns(), length(bytes)?, bytes);
        if let Some(flags) = flags {
            block.option(blocks::FLAGS, &flags.to_le_bytes())?;
        }
        for comment in comments {
            block.text(blocks::COMMENT, &visible(comment))?;
        }
        block.write(&mut self.writer)
    }
}
