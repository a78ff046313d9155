//! Bytes → layers → fields. Reading never fails: what was read so far, where it stopped, and why.

mod dissection;
mod dns;
mod ftp;
mod icmp;
mod ip;
mod ip6;
mod kinds;
mod letter;
mod link;
mod neighbors;
mod read;
#[cfg(test)]
mod scene;
mod show;
mod shown;
mod speech;
pub mod table;
mod talks;
#[cfg(test)]
mod tests;
mod transport;

pub use dissection::{Dissection, Field, Gathered, Layer, Piece, Stop};
pub use ftp::{DataWord, of_command, of_reply};
pub use kinds::{FieldKind, LayerKind, Shows, Told};
pub use letter::{Letterhead, letterhead};
pub use shown::{ShownField, ShownLayer, layers, shown, summary};
pub use table::LAYERS;
pub use talks::Talks;

use read::{Around, Reader};
use table::data::{bytes, padding};
use talks::{Stretch, Whole};

/// Between which ports something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ports {
    from: u16,
    to: u16,
    over_tcp: bool,
}

/// Gives the bytes of other frames, by their numbers.
pub type Frames<'a> = &'a dyn Fn(u32) -> Option<&'a [u8]>;

/// Messages that are put together are no longer than this.
const LONGEST: usize = 16 << 20;

/// What a header says comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Ethernet,
    Vlan,
    Arp,
    Ipv4,
    Ipv6,
    /// A header between IPv6's own and what it carries: of which kind.
    Extension(u8),
    Icmp,
    Icmpv6,
    Tcp,
    Udp,
    /// What programs say, between these ports.
    Said(Ports),
    /// Bytes that are not looked into.
    Data,
    Nothing,
}

impl Dissection {
    /// What a frame holds.
    #[must_use]
    pub fn of(frame: &[u8]) -> Self {
        let mut dissection = Self::default();
        dissection.read(frame);
        dissection
    }

    /// Reads another frame. The layers follow each other without a gap, and each byte of a
    /// layer stands in one of its fields.
    pub fn read(&mut self, frame: &[u8]) {
        let reader = Reader::new(frame, self, Around::Nothing);
        run(reader, Next::Ethernet);
    }

    /// Reads the next frame of those that `talks` follows, with what is known from those before.
    /// What it completes is put together from `frames`.
    pub fn follow(&mut self, number: u32, frame: &[u8], talks: &mut Talks, frames: Frames<'_>) {
        let reader = Reader::new(frame, self, Around::New(talks, number));
        let said = run(reader, Next::Ethernet);
        let around = Around::New(talks, number);
        let stretches = self.carried((number, frame), said, around, frames);
        self.gather(number, frame, (&stretches, talks), frames);
    }

    /// Reads a frame that `talks` followed before, with what is known from all others.
    pub fn read_again(&mut self, number: u32, frame: &[u8], talks: &Talks, frames: Frames<'_>) {
        let reader = Reader::new(frame, self, Around::Known(talks, number));
        let said = run(reader, Next::Ethernet);
        let around = Around::Known(talks, number);
        let stretches = self.carried((number, frame), said, around, frames);
        self.gather(number, frame, (&stretches, talks), frames);
    }

    /// Reads the packet of which the frame brought the last missing fragment, if so. Answers what
    /// the payload is, be it the frame's or the packet's.
    fn carried(
        &mut self,
        (number, frame): (u32, &[u8]),
        (stretches, packet): Said,
        around: Around<'_>,
        frames: Frames<'_>,
    ) -> Vec<Stretch> {
        let Some((whole, bytes)) = packet else {
            return stretches;
        };
        let bytes = bytes.or_else(|| joined(&whole.pieces, (number, frame), frames));
        let Some(bytes) = bytes else {
            return stretches;
        };
        let next = match whole.packet.is_ipv6 {
            true => ip::carried_by_6(whole.packet.protocol),
            false => ip::carried(whole.packet.protocol),
        };
        let reader = Reader::inside(&bytes, &whole.packet, self, around);
        let (stretches, _) = run(reader, next);
        let pieces = whole.pieces;
        self.gathered.push(Gathered { bytes, pieces });
        stretches
    }

    /// Puts together what the frame completes, and reads it.
    fn gather(
        &mut self,
        number: u32,
        frame: &[u8],
        (stretches, talks): (&[Stretch], &Talks),
        frames: Frames<'_>,
    ) {
        for stretch in stretches.iter().filter(|stretch| !stretch.whole.is_empty()) {
            let Ok(source) = u8::try_from(self.gathered.len() + 1) else {
                return;
            };
            let pieces = talks.lie(&stretch.whole);
            if let Some(bytes) = joined(&pieces, (number, frame), frames) {
                speech::read_whole(self, stretch, &bytes, source);
                self.gathered.push(Gathered { bytes, pieces });
            }
        }
    }
}

/// The bytes of pieces, one after the other, if all of them are at hand.
fn joined(pieces: &[Piece], (number, frame): (u32, &[u8]), frames: Frames<'_>) -> Option<Vec<u8>> {
    let len: usize = pieces.iter().map(|piece| piece.range.len()).sum();
    if len > LONGEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(len);
    for piece in pieces {
        let from = match piece.frame == number {
            true => frame,
            false => frames(piece.frame)?,
        };
        bytes.extend_from_slice(from.get(piece.range.clone())?);
    }
    Some(bytes)
}

/// What a payload is; and the packet that is whole now, with its bytes where they are at hand.
type Said = (Vec<Stretch>, Option<(Box<Whole>, Option<Vec<u8>>)>);

/// Reads from the first byte to the last.
fn run(mut reader: Reader, first: Next) -> Said {
    let r = &mut reader;
    let mut next = first;
    let mut stretches = Vec::new();
    while next != Next::Nothing {
        next = match next {
            Next::Said(ports) => {
                stretches = said(r, ports);
                Next::Nothing
            }
            _ => layer(r, next),
        };
    }
    if r.end() < r.total() {
        r.widen();
        let (layer, field) = match r.is_frame() {
            true => (&table::data::PADDING, &padding::PADDING),
            false => (&table::data::DATA, &bytes::REST),
        };
        let _ = r.rest(field);
        r.finish(layer);
    }
    (stretches, reader.whole)
}

/// What programs say, stretch after stretch; those of one protocol are one layer.
fn said(r: &mut Reader, ports: Ports) -> Vec<Stretch> {
    let stretches = match r.told.take() {
        Some(told) => told.stretches,
        None => {
            let range = r.at()..r.end();
            talks::alone(
                r.ends(ports.from, ports.to),
                !ports.over_tcp,
                r.unread(),
                range,
            )
        }
    };
    let mut last: Option<&'static LayerKind> = None;
    for stretch in &stretches {
        let kind = speech::layer_here(stretch);
        if stretch.range.is_empty() || stretch.range.start < r.at() {
            continue;
        }
        if let Some(last) = last.filter(|last| !std::ptr::eq(*last, kind)) {
            r.finish(last);
        }
        last = Some(kind);
        r.within(stretch.range.end, |r| speech::read(r, stretch));
    }
    if let Some(last) = last {
        r.finish(last);
    }
    if r.left() > 0 {
        let _ = r.rest(&bytes::DATA);
        r.finish(&table::data::DATA);
    }
    stretches
}

/// Reads one layer. Where it is cut short, nothing follows.
fn layer(r: &mut Reader, what: Next) -> Next {
    let (kind, next) = match what {
        Next::Ethernet => (&table::link::ETHERNET, link::ethernet(r)),
        Next::Vlan => (&table::link::VLAN, link::vlan(r)),
        Next::Arp => (&table::link::ARP, link::arp(r)),
        Next::Ipv4 => (&table::ip::IPV4, ip::ipv4(r)),
        Next::Ipv6 => (&table::ip6::IPV6, ip6::ipv6(r)),
        Next::Extension(kind) => (ip6::layer(kind), ip6::extension(r, kind)),
        Next::Icmp => (&table::icmp::ICMP, icmp::icmp(r)),
        Next::Icmpv6 => (&table::icmp6::ICMPV6, icmp::icmpv6(r)),
        Next::Tcp => (&table::transport::TCP, transport::tcp(r)),
        Next::Udp => (&table::transport::UDP, transport::udp(r)),
        Next::Data if r.left() == 0 => return Next::Nothing,
        Next::Data => {
            let _ = r.rest(&bytes::DATA);
            (&table::data::DATA, Some(Next::Nothing))
        }
        Next::Said(_) | Next::Nothing => return Next::Nothing,
    };
    if next.is_none() {
        r.stop("the rest is missing");
    }
    if next.is_none_or(|next| next == Next::Nothing) {
        let _ = r.rest(if next.is_none() {
            &bytes::CUT
        } else {
            &bytes::REST
        });
    }
    r.finish(kind);
    if matches!(what, Next::Icmp | Next::Icmpv6) && matches!(next, Some(Next::Ipv4 | Next::Ipv6)) {
        r.quoted = true;
    }
    next.unwrap_or(Next::Nothing)
}
