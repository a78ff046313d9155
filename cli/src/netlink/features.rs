//! What an interface leaves to its device is switched off, so that each frame is whole as it goes by.

use super::Kernel;
use super::message::{Message, REQUEST, attribute, number};
use nix::sys::socket::SockProtocol;
use std::io;

/// Who answers questions on the families of generic netlink.
const CONTROL: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;

const FEATURES_SET: u8 = 12;
const FEATURES_HEADER: u16 = 1;
const FEATURES_WANTED: u16 = 3;
const DEVICE_NAME: u16 = 2;
const HEADER_FLAGS: u16 = 3;
const OMIT_REPLY: u32 = 2;
const BITS: u16 = 3;
const BIT: u16 = 1;
const BIT_NAME: u16 = 2;

/// What is left to the device: sums, cutting into segments, joining them.
const LEFT_TO_DEVICES: &[&str] = &[
    "tx-tcp-segmentation",
    "tx-tcp-ecn-segmentation",
    "tx-tcp-mangleid-segmentation",
    "tx-tcp6-segmentation",
    "tx-udp-segmentation",
    "tx-sctp-segmentation",
    "tx-generic-segmentation",
    "tx-checksum-ip-generic",
    "tx-checksum-sctp",
    "rx-gro",
    "rx-gro-list",
    "rx-udp-gro-forwarding",
];

/// Speaks with the kernel of the features of interfaces.
#[derive(Debug)]
pub struct Features {
    kernel: Kernel,
    family: u16,
}

impl Features {
    /// Asks for the number of ethtool's family.
    pub fn open() -> io::Result<Self> {
        let mut kernel = Kernel::open(SockProtocol::NetlinkGeneric)?;
        let question = Message::new(CONTROL, REQUEST, &[GET_FAMILY, 1, 0, 0]);
        let replies = kernel.ask(question.with_text(FAMILY_NAME, "ethtool"))?;
        let family = replies.iter().find_map(|reply| {
            let attributes = reply.body.get(4..)?;
            number(attribute(attributes, FAMILY_ID)?, 0..2)
        });
        let family = family.and_then(|id| u16::try_from(id).ok());
        let family = family.ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { kernel, family })
    }

    /// Switches off all that would be left to the device. What this kernel does not know or
    /// allow is passed over: a door takes frames without their sums, and none that are too long.
    pub fn all_off(&mut self, interface: &str) {
        for feature in LEFT_TO_DEVICES {
            let _ = self.off(interface, feature);
        }
    }

    fn off(&mut self, interface: &str, feature: &str) -> io::Result<()> {
        let message = Message::new(self.family, REQUEST, &[FEATURES_SET, 1, 0, 0])
            .with_nest(FEATURES_HEADER, |header| {
                header
                    .with_text(DEVICE_NAME, interface)
                    .with(HEADER_FLAGS, &OMIT_REPLY.to_ne_bytes())
            })
            // A bit without a value is one that is to be off.
            .with_nest(FEATURES_WANTED, |set| {
                set.with_nest(BITS, |bits| {
                    bits.with_nest(BIT, |bit| bit.with_text(BIT_NAME, feature))
                })
            });
        self.kernel.ask(message).map(drop)
    }
}
