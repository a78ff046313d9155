//! The helper: reads an FTP dialogue, rewrites what it says of addresses, and keeps the
//! numbers of both streams in order. `stream` tells how.

mod stream;
#[cfg(test)]
mod tests;
mod words;

pub use words::Said;

use crate::net::checksum;
use crate::net::packet::Packet;
use std::net::SocketAddr;
use stream::{Leaves, Segment, Stream};
use words::Speaker;

/// Where FTP servers listen.
pub const PORT: u16 = 21;

/// What is known of one control connection.
#[derive(Clone, Debug)]
pub struct Talk {
    client: Stream,
    server: Stream,
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            client: Stream::new(Speaker::Client),
            server: Stream::new(Speaker::Server),
        }
    }
}

impl Talk {
    /// A segment leaves. `told` hears what is said of an address, and answers the one to
    /// say instead.
    pub fn pass(
        &mut self,
        packet: &mut Packet,
        forth: bool,
        told: &mut dyn FnMut(&Said) -> Option<SocketAddr>,
    ) {
        let (own, other) = if forth {
            (&mut self.client, &self.server)
        } else {
            (&mut self.server, &self.client)
        };
        if let Some(ack) = packet.tcp_ack() {
            packet.set_tcp_ack(other.true_number(ack, false));
            packet.change_sacks(&|number, first| other.true_number(number, first));
        }
        let read = (packet.tcp_seq(), packet.tcp_flags(), packet.tcp_payload());
        let (Some(seq), Some(flags), Some(payload)) = read else {
            return;
        };
        if !packet.is_tcp_whole() || flags.rst {
            packet.set_tcp_seq(own.seen_number(seq));
            return;
        }
        let segment = Segment {
            seq,
            syn: flags.syn,
            fin: flags.fin,
            payload: &packet.bytes()[payload.clone()],
            // What was corrupted says nothing: it will be said again.
            is_right: checksum::verify(packet.bytes()),
        };
        let leaves = own.pass(&segment, told);
        packet.set_tcp_seq(leaves.seq);
        put(packet, payload.len(), &leaves);
        if self.server.is_no_ftp() {
            self.client.stop();
            self.server.stop();
        }
    }

    /// The number that one side gave to what the other side knows by `number`.
    pub fn true_number(&self, forth: bool, number: u32) -> u32 {
        let stream = if forth { &self.client } else { &self.server };
        stream.true_number(number, false)
    }
}

fn put(packet: &mut Packet, len: usize, leaves: &Leaves) {
    if leaves.without_fin {
        packet.clear_fin();
    }
    if let Some(payload) = &leaves.payload {
        packet.replace_payload(0..len, payload);
    }
}
