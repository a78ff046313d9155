//! Letters (RFC 5322) and what they are made of (MIME: RFC 2045, RFC 2046, RFC 2183).

use super::data::one_line;
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use crate::proto::mail::encode::decode_words;
use crate::proto::mail::read;
use Shows::{Bytes, Counted, Names, Number, Text, Within};

/// A letter: headers, an empty line, the body.
pub static IMF: LayerKind = LayerKind {
    name: "Letter",
    filter: "imf",
    meaning: "A letter as it travels: headers that say from whom, to whom and about what, an empty line, the text.",
    reference: "RFC 5322 §2.1",
    fields: &[
        &imf::HEADER,
        &imf::RETURN_PATH,
        &imf::DELIVERED_TO,
        &imf::RECEIVED,
        &imf::DATE,
        &imf::FROM,
        &imf::SENDER,
        &imf::REPLY_TO,
        &imf::TO,
        &imf::CC,
        &imf::BCC,
        &imf::SUBJECT,
        &imf::MESSAGE_ID,
        &imf::IN_REPLY_TO,
        &imf::REFERENCES,
        &imf::MIME_VERSION,
        &imf::CONTENT_TYPE,
        &imf::TRANSFER_ENCODING,
        &imf::DISPOSITION,
        &imf::CONTENT_DESCRIPTION,
        &imf::CONTENT_ID,
        &imf::AUTO_SUBMITTED,
        &imf::USER_AGENT,
        &imf::OTHER,
        &imf::OTHER_NAME,
        &imf::OTHER_VALUE,
        &imf::NOT_A_HEADER,
        &imf::END_OF_HEADERS,
        &imf::BODY,
        &imf::HOPS,
        &imf::DECODED_LENGTH,
    ],
};

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

/// Fields of letters.
pub mod imf {
    use super::*;

    /// A whole header.
    pub static HEADER: FieldKind = field(
        "Header",
        "wirestage.imf.header",
        Within(name),
        "A name, a colon, and what it says of the letter. It goes on in the next line where that begins with a space.",
        "RFC 5322 §2.2",
    );

    /// `Return-Path:`.
    pub static RETURN_PATH: FieldKind = field(
        "Return path",
        "imf.return_path",
        Text,
        "Says where a report goes if the letter is lost. The last server adds it, from what MAIL FROM said.",
        "RFC 5321 §4.4",
    )
    .more("It need not be the address behind From. Reports about lost letters have an empty one, so that no report is sent about a report.");

    /// `Delivered-To:`.
    pub static DELIVERED_TO: FieldKind = field(
        "Delivered to",
        "imf.delivered_to",
        Text,
        "Says for which address the letter came past a server, by which that server notices that forwarding goes in circles.",
        "RFC 9228 §4",
    );

    /// `Received:`.
    pub static RECEIVED: FieldKind = field(
        "Received",
        "imf.received",
        Within(header),
        "A postmark: each server on the way puts one on top, with who brought the letter, who took it, and when.",
        "RFC 5321 §4.4",
    )
    .more("Read from bottom to top they tell the letter's way. Those below the first server you trust may be made up. Very many of them mean that the letter goes in circles.");

    /// `Date:`.
    pub static DATE: FieldKind = field(
        "Date",
        "imf.date",
        Within(header),
        "Says when the writer finished the letter, by the writer's own clock. A letter must have it.",
        "RFC 5322 §3.6.1",
    );

    /// `From:`.
    pub static FROM: FieldKind = field(
        "From",
        "imf.from",
        Within(header),
        "Says who wrote the letter. Nobody on the way checks it: anyone can write anything here.",
        "RFC 5322 §3.6.2",
    );

    /// `Sender:`.
    pub static SENDER: FieldKind = field(
        "Sender",
        "imf.sender",
        Within(header),
        "Says who sent the letter, where that is not the one who wrote it.",
        "RFC 5322 §3.6.2",
    );

    /// `Reply-To:`.
    pub static REPLY_TO: FieldKind = field(
        "Reply to",
        "imf.reply_to",
        Within(header),
        "Says where answers shall go, where that is not the writer's own address.",
        "RFC 5322 §3.6.2",
    );

    /// `To:`.
    pub static TO: FieldKind = field(
        "To",
        "imf.to",
        Within(header),
        "Says for whom the letter is. Servers do not look here: they deliver to whom RCPT TO named.",
        "RFC 5322 §3.6.3",
    );

    /// `Cc:`.
    pub static CC: FieldKind = field(
        "Cc",
        "imf.cc",
        Within(header),
        "Says who gets the letter too, without being the one it is meant for: a carbon copy.",
        "RFC 5322 §3.6.3",
    );

    /// `Bcc:`.
    pub static BCC: FieldKind = field(
        "Bcc",
        "imf.bcc",
        Within(header),
        "Says who gets the letter without the others' knowing. Mail programs take it away before they send.",
        "RFC 5322 §3.6.3",
    );

    /// `Subject:`.
    pub static SUBJECT: FieldKind = field(
        "Subject",
        "imf.subject",
        Within(header),
        "Says in a few words what the letter is about.",
        "RFC 5322 §3.6.5",
    )
    .more("Headers are ASCII only. Other letters are packed into words like =?utf-8?Q?Gr=C3=BC=C3=9Fe?=, which is shown here as it reads.");

    /// `Message-ID:`.
    pub static MESSAGE_ID: FieldKind = field(
        "Message id",
        "imf.message_id",
        Within(header),
        "Tells this letter from all others in the world, so that answers can refer to it and doubles are noticed.",
        "RFC 5322 §3.6.4",
    );

    /// `In-Reply-To:`.
    pub static IN_REPLY_TO: FieldKind = field(
        "In reply to",
        "imf.in_reply_to",
        Within(header),
        "Names the letter that this one answers, by its message id.",
        "RFC 5322 §3.6.4",
    );

    /// `References:`.
    pub static REFERENCES: FieldKind = field(
        "References",
        "imf.references",
        Within(header),
        "Names all earlier letters of the conversation, so that mail programs can show them together.",
        "RFC 5322 §3.6.4",
    );

    /// `MIME-Version:`.
    pub static MIME_VERSION: FieldKind = field(
        "MIME version",
        "imf.mime_version",
        Within(header),
        "Says that the letter is written by the rules for more than plain ASCII text; always 1.0.",
        "RFC 2045 §4",
    );

    /// `Content-Type:`.
    pub static CONTENT_TYPE: FieldKind = field(
        "Content type",
        "imf.content.type",
        Within(header),
        "Says what the body is, such as text, a picture or several parts, so that it can be shown rightly.",
        "RFC 2045 §5",
    )
    .more("For text it names the character set, and for several parts the boundary between them. Without it a body is plain ASCII text.");

    /// `Content-Transfer-Encoding:`.
    pub static TRANSFER_ENCODING: FieldKind = field(
        "Transfer encoding",
        "imf.content.transfer_encoding",
        Within(header),
        "Says how the body's bytes were written as short lines of text that every mail server passes on unharmed.",
        "RFC 2045 §6",
    )
    .more("7bit, 8bit and binary change nothing. quoted-printable suits text with a few other letters. base64 suits files, and makes them longer by a third.");

    /// `Content-Disposition:`.
    pub static DISPOSITION: FieldKind = field(
        "Disposition",
        "wirestage.imf.content.disposition",
        Within(header),
        "Says whether to show the body in the letter or to keep it as a file, and under which name.",
        "RFC 2183 §2",
    );

    /// `Content-Description:`.
    pub static CONTENT_DESCRIPTION: FieldKind = field(
        "Description",
        "imf.content.description",
        Within(header),
        "Says in words what the body is.",
        "RFC 2045 §8",
    );

    /// `Content-ID:`.
    pub static CONTENT_ID: FieldKind = field(
        "Content id",
        "imf.content.id",
        Within(header),
        "Tells this body from all others, so that another part can refer to it.",
        "RFC 2045 §7",
    );

    /// `Auto-Submitted:`.
    pub static AUTO_SUBMITTED: FieldKind = field(
        "Auto-submitted",
        "imf.autosubmitted",
        Within(header),
        "Says that a program wrote the letter, so that no other program answers it and both go on for ever.",
        "RFC 3834 §5",
    );

    /// `User-Agent:`.
    pub static USER_AGENT: FieldKind = field(
        "User agent",
        "imf.user_agent",
        Within(header),
        "Names the program that the letter was written with.",
        "RFC 5322 §3.6.8",
    );

    /// Any other header.
    pub static OTHER: FieldKind = field(
        "Other header",
        "imf.extension",
        Within(header),
        "Says something else about the letter. Anyone may invent headers; whoever does not know one passes over it.",
        "RFC 5322 §3.6.8",
    );

    /// Its name.
    pub static OTHER_NAME: FieldKind = field(
        "Header name",
        "imf.extension.type",
        Text,
        "Says what the line is about; up to the colon, in capitals or not.",
        "RFC 5322 §2.2",
    );

    /// Its value.
    pub static OTHER_VALUE: FieldKind = field(
        "Header value",
        "imf.extension.value",
        Within(header),
        "What the header of this name says. It goes on in the next line where that begins with a space.",
        "RFC 5322 §2.2.3",
    );

    /// A line without a colon.
    pub static NOT_A_HEADER: FieldKind = field(
        "No header",
        "wirestage.imf.no_header",
        Within(one_line),
        "Stands among the headers and is none, since it has no colon. Programs pass over it, or take it for the text's beginning.",
        "RFC 5322 §2.2",
    );

    /// The empty line.
    pub static END_OF_HEADERS: FieldKind = field(
        "End of the headers",
        "wirestage.imf.end_of_headers",
        Bytes,
        "An empty line: no header follows, and the body begins.",
        "RFC 5322 §2.1",
    );

    /// The body.
    pub static BODY: FieldKind = field(
        "Body",
        "imf.message_text",
        Bytes,
        "What the writer has to say, in lines of at most 998 characters, or parts and files packed into such lines.",
        "RFC 5322 §2.3",
    );

    /// How many servers it came past.
    pub static HOPS: FieldKind = field(
        "Servers passed",
        "wirestage.imf.hops",
        Number,
        "Tells how many servers the letter came past: one for each of its postmarks.",
        "RFC 5321 §6.3",
    )
    .derived();

    /// How long the body really is.
    pub static DECODED_LENGTH: FieldKind = field(
        "Decoded length",
        "wirestage.imf.decoded_length",
        Counted("byte"),
        "Tells how long the body is once its transfer encoding is undone.",
        "RFC 2045 §6",
    )
    .derived();
}

/// Fields of letters of several parts.
pub mod multipart {
    use super::*;

    /// `multipart/mixed`. Its range is the word in the letter's headers.
    pub static TYPE: FieldKind = field(
        "Type",
        "mime_multipart.type",
        Text,
        "Tells what the parts are to each other: things side by side, forms of the same thing, a report.",
        "RFC 2046 §5.1",
    )
    .derived();

    /// Before the first boundary.
    pub static PREAMBLE: FieldKind = field(
        "Preamble",
        "mime_multipart.preamble",
        Bytes,
        "What stands before the first part. Mail programs do not show it; it is for those that know no parts.",
        "RFC 2046 §5.1.1",
    );

    /// The first boundary.
    pub static FIRST_BOUNDARY: FieldKind = field(
        "First boundary",
        "mime_multipart.first_boundary",
        Within(one_line),
        "Begins the first part: two hyphens and the word that the content type names.",
        "RFC 2046 §5.1.1",
    );

    /// A boundary between parts.
    pub static BOUNDARY: FieldKind = field(
        "Boundary",
        "mime_multipart.boundary",
        Within(one_line),
        "Ends one part and begins the next: two hyphens and the word that the content type names.",
        "RFC 2046 §5.1.1",
    )
    .more("The sender chooses a word that occurs in no part. The line end before it belongs to the boundary, not to the part.");

    /// A whole part.
    pub static PART: FieldKind = field(
        "Part",
        "mime_multipart.part",
        Bytes,
        "One of the things in the letter, with its own headers, an empty line and its own body.",
        "RFC 2046 §5.1",
    );

    /// `Content-Type:`.
    pub static CONTENT_TYPE: FieldKind = field(
        "Part's content type",
        "mime_multipart.header.content-type",
        Within(value),
        "Says what this part is: text of a character set, a picture, a file of a program.",
        "RFC 2045 §5",
    );

    /// `Content-Transfer-Encoding:`.
    pub static TRANSFER_ENCODING: FieldKind = field(
        "Part's transfer encoding",
        "mime_multipart.header.content-transfer-encoding",
        Within(value),
        "Says how this part's bytes were written as lines of text, and so how to get them back.",
        "RFC 2045 §6",
    );

    /// `Content-Disposition:`.
    pub static DISPOSITION: FieldKind = field(
        "Part's disposition",
        "mime_multipart.header.content-disposition",
        Within(value),
        "Says whether to show this part in the letter or to keep it as a file, and under which name.",
        "RFC 2183 §2",
    )
    .more("The name comes from the sender. A careful program leaves off folders in it, lest it writes over other files.");

    /// `Content-ID:`.
    pub static CONTENT_ID: FieldKind = field(
        "Part's content id",
        "mime_multipart.header.content-id",
        Within(value),
        "Gives this part a name, by which other parts refer to it: a page to its pictures.",
        "RFC 2045 §7",
    );

    /// `Content-Description:`.
    pub static CONTENT_DESCRIPTION: FieldKind = field(
        "Part's description",
        "mime_multipart.header.content-description",
        Within(value),
        "Says in words what this part is.",
        "RFC 2045 §8",
    );

    /// Any other header of a part.
    pub static OTHER_HEADER: FieldKind = field(
        "Part's other header",
        "wirestage.mime_multipart.header",
        Within(header),
        "Says something else about this part. Headers whose names do not begin with Content- mean nothing here.",
        "RFC 2046 §5.1",
    );

    /// The empty line.
    pub static END_OF_HEADERS: FieldKind = field(
        "End of the headers",
        "wirestage.mime_multipart.end_of_headers",
        Bytes,
        "An empty line: the part's headers end, and its body begins.",
        "RFC 2046 §5.1",
    );

    /// The body.
    pub static BODY: FieldKind = field(
        "Part's body",
        "wirestage.mime_multipart.body",
        Bytes,
        "What is in this part, written in its transfer encoding.",
        "RFC 2046 §5.1.1",
    );

    /// A line of a report.
    pub static STATUS: FieldKind = field(
        "Line for programs",
        "wirestage.mime_multipart.status",
        Within(one_line),
        "Says what became of a letter in words that programs know: to whom it was, what happened, and why.",
        "RFC 3464 §2.1",
    )
    .more("First comes what is true for the whole letter, such as the server that reports; then, behind an empty line, a group of lines for each recipient.");

    /// The last boundary.
    pub static LAST_BOUNDARY: FieldKind = field(
        "Last boundary",
        "mime_multipart.last_boundary",
        Within(one_line),
        "Ends the last part: two more hyphens stand behind the word.",
        "RFC 2046 §5.1.1",
    )
    .more("Where it is missing, the letter was cut short on its way.");

    /// Behind the last boundary.
    pub static TRAILER: FieldKind = field(
        "Trailer",
        "mime_multipart.trailer",
        Bytes,
        "What stands behind the last part. Mail programs do not show it.",
        "RFC 2046 §5.1.1",
    );

    /// The file's name. Its range is the part, or its headers at least.
    pub static FILE_NAME: FieldKind = field(
        "File name",
        "wirestage.mime_multipart.file_name",
        Within(file_name),
        "Tells under which name the part is to be kept, in plain letters whatever way the header writes it.",
        "RFC 2183 §2.3",
    )
    .derived();

    /// How long the file really is.
    pub static DECODED_LENGTH: FieldKind = field(
        "Decoded length",
        "wirestage.mime_multipart.decoded_length",
        Counted("byte"),
        "Tells how long the part is once its transfer encoding is undone: the file's true length.",
        "RFC 2045 §6",
    )
    .derived();

    /// Which part it is.
    pub static WHICH: FieldKind = field(
        "Number of the part",
        "wirestage.mime_multipart.number",
        Number,
        "Tells which part of the letter this is, counted from 1.",
        "RFC 2046 §5.1.1",
    )
    .derived();

    /// How it is encoded.
    pub static ENCODING: FieldKind = field(
        "Written as",
        "wirestage.mime_multipart.encoding",
        Names(ENCODINGS),
        "Tells in which way the part's bytes are written, where no header says so too.",
        "RFC 2045 §6.1",
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

/// A header's value on one line, with encoded words as they read (RFC 2047).
#[must_use]
pub fn header(frame: &[u8], field: &Field) -> String {
    decode_words(&one_line(frame, field))
}

/// A header's name.
fn name(frame: &[u8], field: &Field) -> String {
    let line = one_line(frame, field);
    let name = line.split(':').next().unwrap_or_default();
    name.trim_end().to_owned()
}

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
