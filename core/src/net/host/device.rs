//! What smoltcp takes for a network card: one frame in, frames out straight into the arena.

use crate::timeline::{Arena, Slot};
use smoltcp::phy::{Checksum, Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::Instant;

/// The card does TCP's checksums (`net::checksum`), and verifies all on arrival.
fn capabilities(longest_frame: usize) -> DeviceCapabilities {
    let mut caps = DeviceCapabilities::default();
    caps.medium = Medium::Ethernet;
    caps.max_transmission_unit = longest_frame;
    caps.checksum.ipv4 = Checksum::Tx;
    caps.checksum.udp = Checksum::Tx;
    caps.checksum.icmpv4 = Checksum::Tx;
    caps.checksum.icmpv6 = Checksum::Tx;
    caps.checksum.tcp = Checksum::None;
    caps
}

/// Hands one frame to the stack. What the stack answers at once goes into `reply`.
pub struct Ingress<'a> {
    /// The frame, until it is taken.
    pub frame: Option<&'a [u8]>,
    /// The answer; empty where there is none.
    pub reply: &'a mut Vec<u8>,
    /// The longest frame the link takes.
    pub longest_frame: usize,
}

/// Lets the stack send one frame.
pub struct Egress<'a> {
    /// Where it is written.
    pub arena: &'a mut Arena,
    /// Where it lies, once it was written.
    pub sent: Option<Slot>,
    /// The longest frame the link takes.
    pub longest_frame: usize,
}

pub struct Received<'a>(&'a [u8]);

pub struct Reply<'a>(&'a mut Vec<u8>);

pub struct IntoArena<'a> {
    arena: &'a mut Arena,
    sent: &'a mut Option<Slot>,
}

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(self.0)
    }
}

impl TxToken for Reply<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        self.0.clear();
        self.0.resize(len, 0);
        f(self.0)
    }
}

impl TxToken for IntoArena<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let slot = self.arena.reserve(len);
        *self.sent = Some(slot);
        f(self.arena.get_mut(slot))
    }
}

impl Device for Ingress<'_> {
    type RxToken<'t>
        = Received<'t>
    where
        Self: 't;
    type TxToken<'t>
        = Reply<'t>
    where
        Self: 't;

    fn receive(&mut self, _: Instant) -> Option<(Received<'_>, Reply<'_>)> {
        Some((Received(self.frame.take()?), Reply(self.reply)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Reply<'_>> {
        None
    }

    fn capabilities(&self) -> DeviceCapabilities {
        capabilities(self.longest_frame)
    }
}

impl Device for Egress<'_> {
    type RxToken<'t>
        = Received<'t>
    where
        Self: 't;
    type TxToken<'t>
        = IntoArena<'t>
    where
        Self: 't;

    fn receive(&mut self, _: Instant) -> Option<(Received<'_>, IntoArena<'_>)> {
        None
    }

    fn transmit(&mut self, _: Instant) -> Option<IntoArena<'_>> {
        // One frame a call, so that each has its own event and cause.
        if self.sent.is_some() {
            return None;
        }
        Some(IntoArena {
            arena: self.arena,
            sent: &mut self.sent,
        })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        capabilities(self.longest_frame)
    }
}
