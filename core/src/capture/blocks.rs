//! The blocks of a pcapng file, as the Internet-Draft `draft-ietf-opsawg-pcapng` has them.
//!
//! A block is a type, a length, fields, options, and the length again; everything is filled
//! up to four bytes. Our numbers are little-endian, which the section's header says.

use super::ETHERNET;
use std::io::{self, Write};
use std::net::IpAddr;

/// A remark, on any block (§3.5).
pub const COMMENT: u16 = 1;
/// The program that wrote the section (§4.1).
pub const USER_APPLICATION: u16 = 4;
/// An interface's name (§4.2).
pub const IF_NAME: u16 = 2;
/// What an interface is, in words (§4.2).
pub const IF_DESCRIPTION: u16 = 3;
/// An interface's hardware address (§4.2).
pub const IF_MAC_ADDRESS: u16 = 6;
/// What an interface's times count (§4.2).
pub const IF_TIME_RESOLUTION: u16 = 9;
/// A packet's flags word (§4.3).
pub const FLAGS: u16 = 2;

/// A resolution of 10⁻⁹ s.
pub const NANOSECONDS: u8 = 9;

const END_OF_OPTIONS: u16 = 0;
/// Records of a block of names (§4.5).
const END_OF_NAMES: u16 = 0;
const NAME_OF_IPV4: u16 = 1;
const NAME_OF_IPV6: u16 = 2;
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const NAME_RESOLUTION: u32 = 4;
const ENHANCED_PACKET: u32 = 6;

/// Type and both lengths.
const FRAME_LEN: usize = 12;

/// A block that is being put together.
pub struct Block {
    kind: u32,
    /// What stands between the two lengths.
    body: Vec<u8>,
    has_options: bool,
}

impl Block {
    /// Begins a section (§4.1): byte order, version 1.0, a length that is not known yet.
    pub fn section() -> Self {
        let mut block = Self::of(SECTION, 16);
        block.put(&0x1a2b_3c4d_u32.to_le_bytes());
        block.put(&[1, 0, 0, 0]);
        block.put(&u64::MAX.to_le_bytes());
        block
    }

    /// Describes an Ethernet interface (§4.2); the first one has number 0.
    pub fn interface(snap_len: u32) -> Self {
        let mut block = Self::of(INTERFACE, 8);
        block.put(&ETHERNET.to_le_bytes());
        block.put(&[0, 0]);
        block.put(&snap_len.to_le_bytes());
        block
    }

    /// Who is called what (§4.5). A name ends with a zero.
    pub fn names<'a>(all: impl Iterator<Item = (IpAddr, &'a str)>) -> io::Result<Self> {
        let mut block = Self::of(NAME_RESOLUTION, 0);
        for (address, name) in all {
            let mut value = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            value.extend_from_slice(name.as_bytes());
            value.push(0);
            let kind = if address.is_ipv4() {
                NAME_OF_IPV4
            } else {
                NAME_OF_IPV6
            };
            block.value(kind, &value)?;
        }
        block.value(END_OF_NAMES, &[])?;
        Ok(block)
    }

    /// A packet (§4.3), captured whole.
    pub fn packet(interface: u32, time: u64, len: u32, bytes: &[u8]) -> Self {
        let mut block = Self::of(ENHANCED_PACKET, 20 + bytes.len());
        block.put(&interface.to_le_bytes());
        let [a, b, c, d, high @ ..] = time.to_le_bytes();
        block.put(&high);
        block.put(&[a, b, c, d]);
        block.put(&len.to_le_bytes());
        block.put(&len.to_le_bytes());
        block.put(bytes);
        block.fill();
        block
    }

    fn of(kind: u32, len: usize) -> Self {
        Self {
            kind,
            body: Vec::with_capacity(len + 16),
            has_options: false,
        }
    }

    /// Adds an option; after the first, only options follow.
    pub fn option(&mut self, code: u16, value: &[u8]) -> io::Result<()> {
        self.has_options = true;
        self.value(code, value)
    }

    /// A code, a length, a value: options and names look alike.
    fn value(&mut self, code: u16, value: &[u8]) -> io::Result<()> {
        let len = u16::try_from(value.len()).map_err(io::Error::other)?;
        self.put(&code.to_le_bytes());
        self.put(&len.to_le_bytes());
        self.put(value);
        self.fill();
        Ok(())
    }

    /// Adds an option that is a text: as much of it as an option holds.
    pub fn text(&mut self, code: u16, text: &str) -> io::Result<()> {
        let room = text.floor_char_boundary(usize::from(u16::MAX));
        self.option(code, &text.as_bytes()[..room])
    }

    /// Writes it, with its lengths around it.
    pub fn write<W: Write>(mut self, writer: &mut W) -> io::Result<()> {
        if self.has_options {
            self.put(&END_OF_OPTIONS.to_le_bytes());
            self.put(&[0, 0]);
        }
        let len = u32::try_from(self.body.len() + FRAME_LEN).map_err(io::Error::other)?;
        writer.write_all(&self.kind.to_le_bytes())?;
        writer.write_all(&len.to_le_bytes())?;
        writer.write_all(&self.body)?;
        writer.write_all(&len.to_le_bytes())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.body.extend_from_slice(bytes);
    }

    /// Fills up to four bytes.
    fn fill(&mut self) {
        let len = self.body.len().next_multiple_of(4);
        self.body.resize(len, 0);
    }
}
