//! Letters of several parts (MIME: RFC 2045, RFC 2046, RFC 2183), and what reports say
//! (RFC 3464).

use super::data::one_line;
use super::mail::header;
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use crate::proto::mail::read;
use Shows::{Bytes, Counted, Names, Number, Text, Within};

/// A letter of several parts.
pub static MULTIPART: LayerKind = LayerKind {
    name: "MIME multipart",
    filter: "mime_multipart",
    meaning: "Packs several things into one letter, such as a text and files, with a line between them that occurs in none.",
    reference: "RFC 2046 §5.1",
    fields: &[
        &multipart::TYPE,
        &multipart::PREAMBLE,
        &multipart::FIRST_BOUNDARY,
        &multipart::BOUNDARY,
        &multipart::PART,
        &multipart::CONTENT_TYPE,
        &multipart::TRANSFER_ENCODING,
        &multipart::DISPOSITION,
        &multipart::CONTENT_ID,
        &multipart::CONTENT_DESCRIPTION,
        &multipart::OTHER_HEADER,
        &multipart::END_OF_HEADERS,
        &multipart::BODY,
        &multipart::STATUS,
        &multipart::LAST_BOUNDARY,
        &multipart::TRAILER,
        &multipart::FILE_NAME,
        &multipart::DECODED_LENGTH,
        &multipart::WHICH,
        &multipart::ENCODING,
    ],
};

/// Fields of letters of several parts.
pub mod multipart {
    use super::*;

    /// `multipart/mixed`. Its range is the word in the letter's headers.
    pub static TYPE: FieldKind = field!(
        "Type",
        "mime_multipart.type",
        Text,
        "Tells what the parts are to each other: things side by side, forms of the same thing, a report.",
        "RFC 2046 §5.1").derived();

    /// Before the first boundary.
    pub static PREAMBLE: FieldKind = field!(
        "Preamble",
        "mime_multipart.preamble",
        Bytes,
        "What stands before the first part. Mail programs do not show it; it is for those that know no parts.",
        "RFC 2046 §5.1.1"
    );

    /// The first boundary.
    pub static FIRST_BOUNDARY: FieldKind = field!(
        "First boundary",
        "mime_multipart.first_boundary",
        Within(one_line),
        "Begins the first part: two hyphens and the word that the content type names.",
        "RFC 2046 §5.1.1"
    );

    /// A boundary between parts.
    pub static BOUNDARY: FieldKind = field!(
        "Boundary",
        "mime_multipart.boundary",
        Within(one_line),
        "Ends one part and begins the next: two hyphens and the word that the content type names.",
        "RFC 2046 §5.1.1",
        "The sender chooses a word that occurs in no part. The line end before it belongs to the boundary, not to the part."
    );

    /// A whole part.
    pub static PART: FieldKind = field!(
        "Part",
        "mime_multipart.part",
        Bytes,
        "One of the things in the letter, with its own headers, an empty line and its own body.",
        "RFC 2046 §5.1"
    );

    /// `Content-Type:`.
    pub static CONTENT_TYPE: FieldKind = field!(
        "Part's content type",
        "mime_multipart.header.content-type",
        Within(value),
        "Says what this part is: text of a character set, a picture, a file of a program.",
        "RFC 2045 §5"
    );

    /// `Content-Transfer-Encoding:`.
    pub static TRANSFER_ENCODING: FieldKind = field!(
        "Part's transfer encoding",
        "mime_multipart.header.content-transfer-encoding",
        Within(value),
        "Says how this part's bytes were written as lines of text, and so how to get them back.",
        "RFC 2045 §6"
    );

    /// `Content-Disposition:`.
    pub static DISPOSITION: FieldKind = field!(
        "Part's disposition",
        "mime_multipart.header.content-disposition",
        Within(value),
        "Says whether to show this part in the letter or to keep it as a file, and under which name.",
        "RFC 2183 §2",
        "The name comes from the sender. A careful program leaves off folders in it, lest it writes over other files."
    );

    /// `Content-ID:`.
    pub static CONTENT_ID: FieldKind = field!(
        "Part's content id",
        "mime_multipart.header.content-id",
        Within(value),
        "Gives this part a name, by which other parts refer to it: a page to its pictures.",
        "RFC 2045 §7"
    );

    /// `Content-Description:`.
    pub static CONTENT_DESCRIPTION: FieldKind = field!(
        "Part's description",
        "mime_multipart.header.content-description",
        Within(value),
        "Says in words what this part is.",
        "RFC 2045 §8"
    );

    /// Any other header of a part.
    pub static OTHER_HEADER: FieldKind = field!(
        "Part's other header",
        "wirestage.mime_multipart.header",
        Within(header),
        "Says something else about this part. Headers whose names do not begin with Content- mean nothing here.",
        "RFC 2046 §5.1"
    );

    /// The empty line.
    pub static END_OF_HEADERS: FieldKind = field!(
        "End of the headers",
        "wirestage.mime_multipart.end_of_headers",
        Bytes,
        "An empty line: the part's headers end, and its body begins.",
        "RFC 2046 §5.1"
    );

    /// The body.
    pub static BODY: FieldKind = field!(
        "Part's body",
        "wirestage.mime_multipart.body",
        Bytes,
        "What is in this part, written in its transfer encoding.",
        "RFC 2046 §5.1.1"
    );

    /// A line of a report.
    pub static STATUS: FieldKind = field!(
        "Line for programs",
        "wirestage.mime_multipart.status",
        Within(one_line),
        "Says what became of a letter in words that programs know: to whom it was, what happened, and why.",
        "RFC 3464 §2.1",
        "First comes what is true for the whole letter, such as the server that reports; then, behind an empty line, a group of lines for each recipient."
    );

    /// The last boundary.
    pub static LAST_BOUNDARY: FieldKind = field!(
        "Last boundary",
        "mime_multipart.last_boundary",
        Within(one_line),
        "Ends the last part: two more hyphens stand behind the word.",
        "RFC 2046 §5.1.1",
        "Where it is missing, the letter was cut short on its way."
    );

    /// Behind the last boundary.
    pub static TRAILER: FieldKind = field!(
        "Trailer",
        "mime_multipart.trailer",
        Bytes,
        "What stands behind the last part. Mail programs do not show it.",
        "RFC 2046 §5.1.1"
    );

    /// The file's name. Its range is the part, or its headers at least.
    pub static FILE_NAME: FieldKind = field!(
        "File name",
        "wirestage.mime_multipart.file_name",
        Within(file_name),
        "Tells under which name the part is to be kept, in plain letters whatever way the header writes it.",
        "RFC 2183 §2.3").derived();

    /// How long the file really is.
    pub static DECODED_LENGTH: FieldKind = field!(
        "Decoded length",
        "wirestage.mime_multipart.decoded_length",
        Counted("byte"),
        "Tells how long the part is once its transfer encoding is undone: the file's true length.",
        "RFC 2045 §6"
    )
    .derived();

    /// Which part it is.
    pub static WHICH: FieldKind = field!(
        "Number of the part",
        "wirestage.mime_multipart.number",
        Number,
        "Tells which part of the letter this is, counted from 1.",
        "RFC 2046 §5.1.1"
    )
    .derived();

    /// How it is encoded.
    pub static ENCODING: FieldKind = field!(
        "Written as",
        "wirestage.mime_multipart.encoding",
        Names(ENCODINGS),
        "Tells in which way the part's bytes are written, where no header says so too.",
        "RFC 2045 §6.1"
    )
    .derived();
}

/// Ways to write bytes as text (RFC 2045 §6.1).
pub const ENCODINGS: &[(u64, &str)] = &[
    (0, "7bit"),
    (1, "8bit"),
    (2, "binary"),
    (3, "quoted-printable"),
    (4, "base64"),
];

/// What a header says, of all of it: without its name.
fn value(frame: &[u8], field: &Field) -> String {
    let line = header(frame, field);
    let value = line.split_once(':').map_or("", |(_, value)| value);
    value.trim_start().to_owned()
}

/// The file's name in a part's headers.
#[must_use]
pub fn file_name(frame: &[u8], field: &Field) -> String {
    let part = read::read(frame.get(field.range.clone()).unwrap_or_default());
    let name = part.files().find_map(|file| file.name.clone());
    name.unwrap_or_else(|| "none".into())
}
