//! A real interface: frames that go by, each with its moment, and frames to send.

use nix::sys::socket::{AddressFamily, SockFlag, SockType, setsockopt, socket, sockopt};
use pnet_datalink::linux::{self, Config};
use pnet_datalink::{Channel, DataLinkReceiver, DataLinkSender, NetworkInterface};
use std::io::{self, ErrorKind};
use std::os::fd::IntoRawFd;
use std::time::Instant;

/// So much may wait in the kernel while we are busy, if it lets us.
const WAITING_BYTES: usize = 16 << 20;

/// Longer than any frame.
const LONGEST: usize = 1 << 18;

/// Sends frames.
pub struct Sender(Box<dyn DataLinkSender>);

/// Receives frames.
pub struct Receiver(Box<dyn DataLinkReceiver>);

/// Opens an interface by its name and number. `everything` is for who listens to what is
/// not for this machine, too.
pub fn open(name: &str, index: u32, everything: bool) -> io::Result<(Sender, Receiver)> {
    // Without a protocol nothing is heard until the socket is bound to the interface.
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Packet, SockType::Raw, flags, None)?;
    if setsockopt(&socket, sockopt::RcvBufForce, &WAITING_BYTES).is_err() {
        let _ = setsockopt(&socket, sockopt::RcvBuf, &WAITING_BYTES);
    }
    let config = Config {
        read_buffer_size: LONGEST,
        promiscuous: everything,
        socket_fd: Some(socket.into_raw_fd()),
        ..Config::default()
    };
    let interface = NetworkInterface {
        name: name.to_owned(),
        description: String::new(),
        index,
        mac: None,
        ips: Vec::new(),
        flags: 0,
    };
    match linux::channel(&interface, config)? {
        Channel::Ethernet(sender, receiver) => Ok((Sender(sender), Receiver(receiver))),
        _ => Err(ErrorKind::Unsupported.into()),
    }
}

impl Sender {
    /// Sends a frame.
    pub fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        let sent = self.0.send_to(frame, None);
        sent.unwrap_or_else(|| Err(ErrorKind::InvalidInput.into()))
    }
}

impl Receiver {
    /// Waits for a frame.
    pub fn next(&mut self) -> io::Result<(Instant, &[u8])> {
        let frame = self.0.next()?;
        Ok((Instant::now(), frame))
    }
}

/// Whether the next frame may come all the same.
pub fn passes(error: &io::Error) -> bool {
    let kinds = [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
    ];
    kinds.contains(&error.kind())
}
