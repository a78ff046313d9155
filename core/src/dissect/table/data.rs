//! What nobody looks into: plain bytes, plain text, and what Ethernet adds behind a packet
//! (RFC 1122, RFC 2046, IEEE 802.3). And what several protocols of lines have in common.

use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Bytes, Counted, Hex, Number, Text, Within};

/// Bytes of a TCP segment that mean something only with those of others.
pub static SEGMENT: LayerKind = LayerKind {
    name: "TCP segment data",
    filter: "wirestage.segment",
    meaning: "Bytes of a stream that can only be read together with those of other segments, or were read before.",
    reference: "RFC 9293 §3.7",
    fields: &[
        &segment::PART,
        &segment::AGAIN,
        &segment::EARLY,
        &segment::WHOLE_IN,
        &segment::COUNT,
        &segment::LENGTH,
    ],
};

/// Bytes that are not looked into.
pub static DATA: LayerKind = LayerKind {
    name: "Data",
    filter: "data",
    meaning: "What the headers before it carry for some program, which is not looked into here.",
    reference: "RFC 1122 §1.1.3",
    fields: &[&bytes::DATA, &bytes::REST, &bytes::CUT, &bytes::LENGTH],
};

/// Lines of text that belong to no protocol known here.
pub static TEXT: LayerKind = LayerKind {
    name: "Text",
    filter: "data-text-lines",
    meaning: "Lines that people can read, which belong to no protocol known here.",
    reference: "RFC 2046 §4.1",
    fields: &[&text::LINE, &text::FURTHER],
};

/// What stands behind a packet in its Ethernet frame.
pub static PADDING: LayerKind = LayerKind {
    name: "Padding",
    filter: "wirestage.padding",
    meaning: "What stands behind the packet in its frame, and belongs to none of the headers before it.",
    reference: "IEEE 802.3 §3.2.8",
    fields: &[&padding::PADDING, &padding::TRAILER, &padding::CHECKSUM],
};

/// Fields of segments that are read with others.
pub mod segment {
    use super::*;

    /// A part.
    pub static PART: FieldKind = field!(
        "Part of a message",
        "tcp.segment_data",
        Bytes,
        "Some bytes of a message that lies in several segments; the frame that brings its last byte shows it whole.",
        "RFC 9293 §3.7",
        "TCP cuts the stream wherever it likes: it knows of bytes, not of messages. Each program finds where its messages end."
    );

    /// Sent again.
    pub static AGAIN: FieldKind = field!(
        "Bytes sent before",
        "wirestage.segment.again",
        Bytes,
        "The same bytes as in an earlier segment, sent again since nobody acknowledged them in time.",
        "RFC 9293 §3.8.1"
    );

    /// Before its turn.
    pub static EARLY: FieldKind = field!(
        "Bytes before their turn",
        "wirestage.segment.early",
        Bytes,
        "Bytes that came before those in front of them, which the receiver keeps until the gap is filled.",
        "RFC 9293 §3.4"
    );

    /// Where it is whole.
    pub static WHOLE_IN: FieldKind = field!(
        "Whole in frame",
        "tcp.reassembled_in",
        Number,
        "Tells which frame brings the message's last byte, and so shows it whole.",
        "RFC 9293 §3.7"
    )
    .derived();

    /// Over how many frames.
    pub static COUNT: FieldKind = field!(
        "Segments",
        "tcp.segment.count",
        Number,
        "Tells over how many segments the message lies that ends here.",
        "RFC 9293 §3.7"
    )
    .derived();

    /// How long it is.
    pub static LENGTH: FieldKind = field!(
        "Length together",
        "tcp.reassembled.length",
        Counted("byte"),
        "Tells how many bytes the message has that ends here, over all its segments.",
        "RFC 9293 §3.7"
    )
    .derived();
}

/// Fields of data.
pub mod bytes {
    use super::*;

    /// The bytes.
    pub static DATA: FieldKind = field!(
        "Data",
        "data.data",
        Bytes,
        "What one program sends to another, as it is: nothing here knows how to read it.",
        "RFC 1122 §1.1.3",
        "Networks pass bytes on without understanding them. Only the two programs at the ends have to agree on what they mean."
    );

    /// What follows a layer that was read to its end.
    pub static REST: FieldKind = field!(
        "The rest",
        "wirestage.rest",
        Bytes,
        "What follows where this layer should have ended, or is too much to show piece by piece.",
        "RFC 1122 §1.1.3"
    );

    /// What is left of a layer that ends too early.
    pub static CUT: FieldKind = field!(
        "Cut short",
        "wirestage.cut",
        Bytes,
        "What is there of a header or message whose other bytes are missing, so that it cannot be read.",
        "RFC 1122 §3.2.1",
        "Captures often keep only the beginning of each packet. And ICMP errors quote no more than the beginning of the packet they are about."
    );

    /// How many bytes.
    pub static LENGTH: FieldKind = field!(
        "Length",
        "data.len",
        Counted("byte"),
        "Tells how many bytes of data there are, counted from the last header known here to the packet's end.",
        "RFC 1122 §1.1.3").derived();
}

/// Fields of text.
pub mod text {
    use super::*;

    /// One line.
    pub static LINE: FieldKind = field!(
        "Line",
        "wirestage.text.line",
        Text,
        "One line of text, up to and with its line end.",
        "RFC 2046 §4.1.1",
        "On the wire lines end with two characters, CR and LF. Systems keep lines in other ways, which is why FTP knows a type for text."
    );

    /// All lines after so many.
    pub static FURTHER: FieldKind = field!(
        "Further lines",
        "wirestage.text.further",
        Bytes,
        "More lines of the same text, which are not shown one by one.",
        "RFC 2046 §4.1.1"
    );
}

/// Fields behind the packet.
pub mod padding {
    use super::*;

    /// Zeros up to the smallest frame.
    pub static PADDING: FieldKind = field!(
        "Padding",
        "eth.padding",
        Bytes,
        "Fills a short frame up to the 60 bytes that Ethernet needs before its checksum; means nothing.",
        "IEEE 802.3 §3.2.8",
        "The sender's network card adds it. On old shared cables a shorter frame could be over before its sender heard of a collision. IP's own length field tells where the packet really ends."
    );

    /// What some switch or capture adds.
    pub static TRAILER: FieldKind = field!(
        "Trailer",
        "eth.trailer",
        Bytes,
        "Bytes behind packet and padding: added by a device on the way, or by whoever captured the frame.",
        "IEEE 802.3 §3.2.7"
    );

    /// The frame check sequence.
    pub static CHECKSUM: FieldKind = field!(
        "Frame checksum",
        "eth.fcs",
        Hex(8),
        "Lets the next device on the cable notice bits that changed on the way; it drops such frames silently.",
        "IEEE 802.3 §3.2.9",
        "Most network cards check it and take it away, so captures rarely have it. It is made anew at each hop, so it does not guard a packet inside a router. TCP's checksum does."
    );
}

/// For a field that tells which command a reply answers: shown by [`answered`], made by
/// [`packed`].
pub const ANSWERED: Shows = Within(answered);

/// A word of up to eight letters as a number, for fields whose word stands in another frame.
#[must_use]
pub fn packed(word: &[u8]) -> u64 {
    let letters = word.iter().take(8);
    letters.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The word that was [`packed`] into a field's number; none was where it is 0: then the
/// connection itself is answered.
#[must_use]
pub fn answered(_: &[u8], field: &Field) -> String {
    let bytes = field.number.to_be_bytes().into_iter();
    let word: Vec<u8> = bytes.skip_while(|byte| *byte == 0).collect();
    match word.is_empty() {
        true => "the connection".into(),
        false => String::from_utf8_lossy(&word).into_owned(),
    }
}

/// A field's bytes as text: lines joined, white space at both ends left off.
#[must_use]
pub fn one_line(frame: &[u8], field: &Field) -> String {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    let text = text.replace(['\r', '\n'], "").replace('\t', " ");
    text.trim().to_owned()
}

/// The control characters that end a line, in words: `CR LF`.
#[must_use]
pub fn line_end(frame: &[u8], field: &Field) -> String {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    let words = bytes.iter().map(|byte| match byte {
        b'\r' => "CR",
        b'\n' => "LF",
        b'\t' => "tab",
        b' ' => "space",
        _ => "other",
    });
    words.collect::<Vec<_>>().join(" ")
}
