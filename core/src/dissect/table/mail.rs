//! Letters (RFC 5322).

use super::data::one_line;
pub use super::mime::{ENCODINGS, MULTIPART, file_name, multipart};
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use crate::proto::mail::encode::decode_words;
use Shows::{Bytes, Counted, Number, Text, Within};

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

/// Fields of letters.
pub mod imf {
    use super::*;

    /// A whole header.
    pub static HEADER: FieldKind = field!(
        "Header",
        "wirestage.imf.header",
        Within(name),
        "A name, a colon, and what it says of the letter. It goes on in the next line where that begins with a space.",
        "RFC 5322 §2.2"
    );

    /// `Return-Path:`.
    pub static RETURN_PATH: FieldKind = field!(
        "Return path",
        "imf.return_path",
        Text,
        "Says where a report goes if the letter is lost. The last server adds it, from what MAIL FROM said.",
        "RFC 5321 §4.4",
        "It need not be the address behind From. Reports about lost letters have an empty one, so that no report is sent about a report."
    );

    /// `Delivered-To:`.
    pub static DELIVERED_TO: FieldKind = field!(
        "Delivered to",
        "imf.delivered_to",
        Text,
        "Says for which address the letter came past a server, by which that server notices that forwarding goes in circles.",
        "RFC 9228 §4"
    );

    /// `Received:`.
    pub static RECEIVED: FieldKind = field!(
        "Received",
        "imf.received",
        Within(header),
        "A postmark: each server on the way puts one on top, with who brought the letter, who took it, and when.",
        "RFC 5321 §4.4",
        "Read from bottom to top they tell the letter's way. Those below the first server you trust may be made up. Very many of them mean that the letter goes in circles."
    );

    /// `Date:`.
    pub static DATE: FieldKind = field!(
        "Date",
        "imf.date",
        Within(header),
        "Says when the writer finished the letter, by the writer's own clock. A letter must have it.",
        "RFC 5322 §3.6.1"
    );

    /// `From:`.
    pub static FROM: FieldKind = field!(
        "From",
        "imf.from",
        Within(header),
        "Says who wrote the letter. Nobody on the way checks it: anyone can write anything here.",
        "RFC 5322 §3.6.2"
    );

    /// `Sender:`.
    pub static SENDER: FieldKind = field!(
        "Sender",
        "imf.sender",
        Within(header),
        "Says who sent the letter, where that is not the one who wrote it.",
        "RFC 5322 §3.6.2"
    );

    /// `Reply-To:`.
    pub static REPLY_TO: FieldKind = field!(
        "Reply to",
        "imf.reply_to",
        Within(header),
        "Says where answers shall go, where that is not the writer's own address.",
        "RFC 5322 §3.6.2"
    );

    /// `To:`.
    pub static TO: FieldKind = field!(
        "To",
        "imf.to",
        Within(header),
        "Says for whom the letter is. Servers do not look here: they deliver to whom RCPT TO named.",
        "RFC 5322 §3.6.3"
    );

    /// `Cc:`.
    pub static CC: FieldKind = field!(
        "Cc",
        "imf.cc",
        Within(header),
        "Says who gets the letter too, without being the one it is meant for: a carbon copy.",
        "RFC 5322 §3.6.3"
    );

    /// `Bcc:`.
    pub static BCC: FieldKind = field!(
        "Bcc",
        "imf.bcc",
        Within(header),
        "Says who gets the letter without the others' knowing. Mail programs take it away before they send.",
        "RFC 5322 §3.6.3"
    );

    /// `Subject:`.
    pub static SUBJECT: FieldKind = field!(
        "Subject",
        "imf.subject",
        Within(header),
        "Says in a few words what the letter is about.",
        "RFC 5322 §3.6.5",
        "Headers are ASCII only. Other letters are packed into words like =?utf-8?Q?Gr=C3=BC=C3=9Fe?=, which is shown here as it reads."
    );

    /// `Message-ID:`.
    pub static MESSAGE_ID: FieldKind = field!(
        "Message id",
        "imf.message_id",
        Within(header),
        "Tells this letter from all others in the world, so that answers can refer to it and doubles are noticed.",
        "RFC 5322 §3.6.4"
    );

    /// `In-Reply-To:`.
    pub static IN_REPLY_TO: FieldKind = field!(
        "In reply to",
        "imf.in_reply_to",
        Within(header),
        "Names the letter that this one answers, by its message id.",
        "RFC 5322 §3.6.4"
    );

    /// `References:`.
    pub static REFERENCES: FieldKind = field!(
        "References",
        "imf.references",
        Within(header),
        "Names all earlier letters of the conversation, so that mail programs can show them together.",
        "RFC 5322 §3.6.4"
    );

    /// `MIME-Version:`.
    pub static MIME_VERSION: FieldKind = field!(
        "MIME version",
        "imf.mime_version",
        Within(header),
        "Says that the letter is written by the rules for more than plain ASCII text; always 1.0.",
        "RFC 2045 §4"
    );

    /// `Content-Type:`.
    pub static CONTENT_TYPE: FieldKind = field!(
        "Content type",
        "imf.content.type",
        Within(header),
        "Says what the body is, such as text, a picture or several parts, so that it can be shown rightly.",
        "RFC 2045 §5",
        "For text it names the character set, and for several parts the boundary between them. Without it a body is plain ASCII text."
    );

    /// `Content-Transfer-Encoding:`.
    pub static TRANSFER_ENCODING: FieldKind = field!(
        "Transfer encoding",
        "imf.content.transfer_encoding",
        Within(header),
        "Says how the body's bytes were written as short lines of text that every mail server passes on unharmed.",
        "RFC 2045 §6",
        "7bit, 8bit and binary change nothing. quoted-printable suits text with a few other letters. base64 suits files, and makes them longer by a third."
    );

    /// `Content-Disposition:`.
    pub static DISPOSITION: FieldKind = field!(
        "Disposition",
        "wirestage.imf.content.disposition",
        Within(header),
        "Says whether to show the body in the letter or to keep it as a file, and under which name.",
        "RFC 2183 §2"
    );

    /// `Content-Description:`.
    pub static CONTENT_DESCRIPTION: FieldKind = field!(
        "Description",
        "imf.content.description",
        Within(header),
        "Says in words what the body is.",
        "RFC 2045 §8"
    );

    /// `Content-ID:`.
    pub static CONTENT_ID: FieldKind = field!(
        "Content id",
        "imf.content.id",
        Within(header),
        "Tells this body from all others, so that another part can refer to it.",
        "RFC 2045 §7"
    );

    /// `Auto-Submitted:`.
    pub static AUTO_SUBMITTED: FieldKind = field!(
        "Auto-submitted",
        "imf.autosubmitted",
        Within(header),
        "Says that a program wrote the letter, so that no other program answers it and both go on for ever.",
        "RFC 3834 §5"
    );

    /// `User-Agent:`.
    pub static USER_AGENT: FieldKind = field!(
        "User agent",
        "imf.user_agent",
        Within(header),
        "Names the program that the letter was written with.",
        "RFC 5322 §3.6.8"
    );

    /// Any other header.
    pub static OTHER: FieldKind = field!(
        "Other header",
        "imf.extension",
        Within(header),
        "Says something else about the letter. Anyone may invent headers; whoever does not know one passes over it.",
        "RFC 5322 §3.6.8"
    );

    /// Its name.
    pub static OTHER_NAME: FieldKind = field!(
        "Header name",
        "imf.extension.type",
        Text,
        "Says what the line is about; up to the colon, in capitals or not.",
        "RFC 5322 §2.2"
    );

    /// Its value.
    pub static OTHER_VALUE: FieldKind = field!(
        "Header value",
        "imf.extension.value",
        Within(header),
        "What the header of this name says. It goes on in the next line where that begins with a space.",
        "RFC 5322 §2.2.3"
    );

    /// A line without a colon.
    pub static NOT_A_HEADER: FieldKind = field!(
        "No header",
        "wirestage.imf.no_header",
        Within(one_line),
        "Stands among the headers and is none, since it has no colon. Programs pass over it, or take it for the text's beginning.",
        "RFC 5322 §2.2"
    );

    /// The empty line.
    pub static END_OF_HEADERS: FieldKind = field!(
        "End of the headers",
        "wirestage.imf.end_of_headers",
        Bytes,
        "An empty line: no header follows, and the body begins.",
        "RFC 5322 §2.1"
    );

    /// The body.
    pub static BODY: FieldKind = field!(
        "Body",
        "imf.message_text",
        Bytes,
        "What the writer has to say, in lines of at most 998 characters, or parts and files packed into such lines.",
        "RFC 5322 §2.3"
    );

    /// How many servers it came past.
    pub static HOPS: FieldKind = field!(
        "Servers passed",
        "wirestage.imf.hops",
        Number,
        "Tells how many servers the letter came past: one for each of its postmarks.",
        "RFC 5321 §6.3"
    )
    .derived();

    /// How long the body really is.
    pub static DECODED_LENGTH: FieldKind = field!(
        "Decoded length",
        "wirestage.imf.decoded_length",
        Counted("byte"),
        "Tells how long the body is once its transfer encoding is undone.",
        "RFC 2045 §6"
    )
    .derived();
}

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
