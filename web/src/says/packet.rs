//! The words of the list of packets, its filter, and of one packet: its layers, bytes and fields.

use crate::parts::capital;
use std::ops::Range;
use wirestage_core::view::words::{counted, grouped};

/// Where a run sent nothing.
pub const NO_PACKET: &str = "No packet was sent in this run.";
/// Where a filter leaves nothing.
pub const NONE_FOUND: &str = "The filter lets no packet through.";
/// What the list of packets is, read aloud.
pub const PACKETS: &str = "Packets, in the order in which they were sent";

/// Before the field where a filter is typed.
pub const FILTER: &str = "Filter";
/// What may be typed there.
pub const EXAMPLE: &str = "ftp, tcp.flags.syn, ip.src == 192.0.2.10";
/// The names that are offered, read aloud.
pub const NAMES: &str = "Names";

/// What the layers are, read aloud.
pub const LAYERS: &str = "Layers and fields";
/// What stands in no byte of its own.
pub const DERIVED: &str = "derived";
/// Between a message's name and the packets that it came in.
pub const FROM_PACKETS: &str = ", put together from packets ";

/// What the bytes are, read aloud.
pub const BYTES: &str = "bytes";
/// The packet's own bytes, and a message's.
pub const WHOSE: &str = "Whose bytes";
/// The packet's own.
pub const THIS_PACKET: &str = "This packet";
/// A message that no layer has a name for.
pub const PUT_TOGETHER: &str = "Put together";
/// A byte of a password, read aloud.
pub const HIDDEN: &str = "hidden";

/// The panel that says what a field means.
pub const MEANING: &str = "Meaning";
/// Where no field is chosen.
pub const CHOOSE: &str = "Choose a field or a byte: its meaning stands here.";
/// Where a derived field lies.
pub const NO_BYTE: &str = "Stands in no byte of its own: it follows from others. ";
/// What is told only to who asks.
pub const MORE: &str = "More";
/// Before a field's bits, read aloud.
pub const BITS: &str = "bits ";
/// What the name beside the buttons is.
pub const FILTER_NAME: &str = "its name in filters";
/// The button that filters.
pub const FILTER_BY: &str = "Filter by this";
/// The button that watches a field.
pub const PIN: &str = "Pin";
/// The button that copies a field's name.
pub const COPY: &str = "Copy";
/// Where the browser copies nothing.
pub const NOT_COPIED: &str = "The browser keeps its clipboard shut.";

/// The strip of watched fields, read aloud.
pub const PINNED: &str = "Pinned fields";
/// Where the packet has no such field.
pub const NOT_HERE: &str = "not in this packet";
/// Behind a value that has not changed.
pub const AS_BEFORE: &str = " as before";

/// How many packets there are.
pub fn count(all: usize) -> String {
    counted(all as u64, "packet")
}

/// How many of them a filter lets through.
pub fn found(found: usize, all: usize) -> String {
    format!("{} of {}", grouped(found as u64), count(all))
}

/// How many it has let through until now.
pub fn so_far(found: usize, percent: usize) -> String {
    format!("{} so far, {percent} % read", grouped(found as u64))
}

/// How long a packet is, behind its protocol.
pub fn length(bytes: usize) -> String {
    format!(" · {bytes} B")
}

/// Before what a lost packet says.
pub fn lost(why: &str) -> String {
    format!("✕ lost: {why} · ")
}

/// The heading over a packet.
pub fn title(number: usize) -> String {
    format!("Packet {number}")
}

/// How long it is, and who sent it.
pub fn as_it_left(bytes: usize, node: &str) -> String {
    format!("{}, as it left the {node}", counted(bytes as u64, "byte"))
}

/// The same packet on the link before.
pub fn hop_before(number: usize, node: &str) -> String {
    format!("← packet {number}, as it arrived at the {node}")
}

/// The same packet on the link after.
pub fn hop_after(number: usize, node: &str) -> String {
    format!("→ packet {number}, as it left the {node}")
}

/// A packet, by its number.
pub fn packet(number: u32) -> String {
    format!("packet {number}")
}

/// The way to a packet that a field names.
pub fn go_to(number: u32) -> String {
    format!("go to packet {number}")
}

/// The button for all bytes.
pub fn show_all(bytes: usize) -> String {
    format!("Show all {}", counted(bytes as u64, "byte"))
}

/// Which of the bytes are shown.
pub fn window(shown: &Range<usize>, all: usize) -> String {
    format!(
        "Bytes {}–{} of {}",
        grouped(shown.start as u64),
        grouped(shown.end as u64 - 1),
        grouped(all as u64)
    )
}

/// A message, and how many packets it came in.
pub fn message(name: &str, packets: usize) -> String {
    format!("{name}, {}", count(packets))
}

/// Which byte of its packet a byte of a message was. The packet's name follows.
pub fn came_as(at: usize, there: usize) -> String {
    format!("Byte {at} came as byte {there} of ")
}

/// Whose bytes are read aloud.
pub fn bytes_of(is_message: bool) -> &'static str {
    if is_message {
        "Bytes of the message"
    } else {
        "Bytes of the packet"
    }
}

/// The byte at the cursor. What it is follows.
pub fn byte_at(at: usize, all: usize) -> String {
    format!(", byte {at} of {all}, ")
}

/// What the byte at the cursor stands in.
pub fn stands_in(layer: &str, field: &str) -> String {
    format!(": {layer}, {field}")
}

/// What the button that copies is called.
pub fn copy(filter: &str) -> String {
    format!("Copy {filter}")
}

/// What was copied.
pub fn copied(filter: &str) -> String {
    format!("{filter} is copied.")
}

/// Where a field lies: `Bytes 34–37 of 66`.
pub fn within(range: &Range<usize>, all: usize) -> String {
    format!("{} of {}", capital(&span(range)), grouped(all as u64))
}

/// The same in a message that came in several packets.
pub fn within_message(range: &Range<usize>, all: usize) -> String {
    format!("{} together", within(range, all))
}

/// A piece of such a field. The packet's name follows.
pub fn piece(range: &Range<usize>) -> String {
    format!("; {} of ", span(range))
}

/// Pieces that are not named one by one.
pub fn more_pieces(more: usize) -> String {
    format!("; and {more} more")
}

/// `bytes 34–37`.
fn span(range: &Range<usize>) -> String {
    let number = |at: usize| grouped(at as u64);
    match range.len() {
        0 => format!("before byte {}", number(range.start)),
        1 => format!("byte {}", number(range.start)),
        _ => format!("bytes {}–{}", number(range.start), number(range.end - 1)),
    }
}

/// The button that ends the watching of a field.
pub fn unpin(name: &str) -> String {
    format!("Unpin {name}")
}

/// Where a watched field was before.
pub fn earlier(number: usize) -> String {
    format!("in packet {number}, the last one this way")
}
