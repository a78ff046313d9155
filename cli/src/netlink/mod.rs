//! What the kernel is told and asked of network interfaces (RFC 3549): a few letters, written by hand.

mod features;
mod message;
mod route;

pub use features::Features;
pub use route::{Link, Routes, Sort, Veth};

use message::{Message, Reply, number, replies};
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, socket,
};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

/// "What you asked is done", or why it is not.
const ERROR: u16 = 2;
/// The longest answer that is awaited.
const LONGEST: usize = 1 << 16;

/// A conversation with the kernel.
#[derive(Debug)]
struct Kernel {
    socket: OwnedFd,
    number: u32,
}

impl Kernel {
    fn open(protocol: SockProtocol) -> io::Result<Self> {
        let kind = SockType::Raw;
        let flags = SockFlag::SOCK_CLOEXEC;
        let socket = socket(AddressFamily::Netlink, kind, flags, protocol)?;
        Ok(Self { socket, number: 0 })
    }

    /// Sends a letter and reads up to the kernel's word that it is done.
    fn ask(&mut self, message: Message) -> io::Result<Vec<Reply>> {
        self.number += 1;
        let bytes = message.finish(self.number);
        let fd = self.socket.as_raw_fd();
        sendto(fd, &bytes, &NetlinkAddr::new(0, 0), MsgFlags::empty())?;
        let mut found = Vec::new();
        let mut buffer = vec![0; LONGEST];
        loop {
            let count = recv(fd, &mut buffer, MsgFlags::empty())?;
            for reply in replies(&buffer[..count]) {
                if reply.kind != ERROR {
                    found.push(reply);
                    continue;
                }
                // The number of the fault, below zero.
                return match number(&reply.body, 0..4).unwrap_or(0).cast_signed() {
                    0 => Ok(found),
                    fault => Err(Errno::from_raw(fault.saturating_neg()).into()),
                };
            }
        }
    }
}
