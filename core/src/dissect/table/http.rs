//! HTTP/1.1 (RFC 9110, RFC 9112): asking a server for a file, and its answer.

use super::data::one_line;
pub use super::http_words::{CODES, COMMANDS, DIGITS};
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Bytes, Counted, Flag, Number, Text, Within, Words};

/// HTTP: one request, one response, and so on.
pub static HTTP: LayerKind = LayerKind {
    name: "HTTP",
    filter: "http",
    meaning: "Lets a browser ask a server for one thing after another, and tells it what became of each wish.",
    reference: "RFC 9112 §2.1",
    fields: &[
        &message::REQUEST_LINE,
        &message::METHOD,
        &message::URI,
        &message::REQUEST_VERSION,
        &message::STATUS_LINE,
        &message::RESPONSE_VERSION,
        &message::CODE,
        &message::PHRASE,
        &message::HOST,
        &message::CONNECTION,
        &message::DATE,
        &message::CONTENT_TYPE,
        &message::CONTENT_LENGTH,
        &message::SERVER,
        &message::USER_AGENT,
        &message::ACCEPT,
        &message::ACCEPT_LANGUAGE,
        &message::ACCEPT_ENCODING,
        &message::RANGE,
        &message::CONTENT_RANGE,
        &message::LOCATION,
        &message::LAST_MODIFIED,
        &message::ALLOW,
        &message::TRANSFER_ENCODING,
        &message::CONTENT_ENCODING,
        &message::CACHE_CONTROL,
        &message::REFERER,
        &message::COOKIE,
        &message::SET_COOKIE,
        &message::AUTHORIZATION,
        &message::OTHER_HEADER,
        &message::HEADER_NAME,
        &message::HEADER_VALUE,
        &message::END_OF_HEAD,
        &message::CHUNK_SIZE,
        &message::CHUNK_DATA,
        &message::CHUNK_END,
        &message::FILE_DATA,
        &message::IS_REQUEST,
        &message::IS_RESPONSE,
        &message::BODY_LENGTH,
        &message::PATH,
        &message::BODY_OF,
        &message::BODY_BEFORE,
        &message::REQUEST_IN,
        &message::RESPONSE_IN,
    ],
};

/// Fields of HTTP.
pub mod message {
    use super::*;

    /// A request's first line.
    pub static REQUEST_LINE: FieldKind = field!(
        "Request line",
        "wirestage.http.request_line",
        Within(one_line),
        "Says on one line what is wanted, of what, and in which version of the language.",
        "RFC 9112 §3"
    );

    /// `GET`.
    pub static METHOD: FieldKind = field!(
        "Method",
        "http.request.method",
        Text,
        "Says what the server shall do with the thing named: hand it over, describe it, take something, delete it.",
        "RFC 9110 §9.1",
        "Always in capitals. GET and HEAD only read, so that programs may repeat them without asking anybody."
    );

    /// `/docs/report.pdf`.
    pub static URI: FieldKind = field!(
        "Target",
        "http.request.uri",
        Text,
        "Names what the request is about: its path on the server, and perhaps a query behind a question mark.",
        "RFC 9112 §3.2",
        "Characters that may not stand there are written as % and two hex digits: %20 is a space."
    );

    /// `HTTP/1.1`.
    pub static REQUEST_VERSION: FieldKind = field!(
        "Version",
        "http.request.version",
        Text,
        "Says which version of HTTP the client speaks, so that the server answers in a way it understands.",
        "RFC 9112 §2.3"
    );

    /// A response's first line.
    pub static STATUS_LINE: FieldKind = field!(
        "Status line",
        "wirestage.http.status_line",
        Within(one_line),
        "Says on one line how the request turned out.",
        "RFC 9112 §4"
    );

    /// `HTTP/1.1`.
    pub static RESPONSE_VERSION: FieldKind = field!(
        "Version",
        "http.response.version",
        Text,
        "Says which version of HTTP the server speaks.",
        "RFC 9112 §2.3"
    );

    /// `404`.
    pub static CODE: FieldKind = field!(
        "Status code",
        "http.response.code",
        Words(code),
        "Tells the client's program in three digits how the request turned out; the first digit alone says how well.",
        "RFC 9110 §15",
        "1: wait. 2: done. 3: look elsewhere. 4: the request was at fault. 5: the server was at fault. A program that does not know a code acts on its first digit."
    );

    /// `Not Found`.
    pub static PHRASE: FieldKind = field!(
        "Phrase",
        "http.response.phrase",
        Text,
        "Says the code in words, for people who look. Programs must not care; it may be empty.",
        "RFC 9112 §4"
    );

    /// `Host: www.example.org`.
    pub static HOST: FieldKind = field!(
        "Host",
        "http.host",
        HEADER,
        "Names the site that is meant, since many sites share one address. Each request must have it.",
        "RFC 9110 §7.2",
        "The packet's destination address alone does not tell. A request without it is answered 400."
    );

    /// `Connection: close`.
    pub static CONNECTION: FieldKind = field!(
        "Connection",
        "http.connection",
        HEADER,
        "Says whether the connection stays open for further requests, or closes after this one (close).",
        "RFC 9110 §7.6.1",
        "In HTTP/1.1 it stays open unless one side says close. It concerns the next hop only, and no proxy passes it on."
    );

    /// `Date: Mon, 05 Jan 2026 09:00:00 GMT`.
    pub static DATE: FieldKind = field!(
        "Date",
        "http.date",
        HEADER,
        "Says when the server made this response, so that caches can tell how old their copy is.",
        "RFC 9110 §6.6.1"
    );

    /// `Content-Type: text/html`.
    pub static CONTENT_TYPE: FieldKind = field!(
        "Content type",
        "http.content_type",
        HEADER,
        "Says what sort of data the body is, so that the browser knows whether to show a page, a picture or a download.",
        "RFC 9110 §8.3"
    );

    /// `Content-Length: 512`.
    pub static CONTENT_LENGTH: FieldKind = field!(
        "Content length",
        "http.content_length_header",
        HEADER,
        "Says how many bytes the body has, so that the other side knows where it ends and the next message begins.",
        "RFC 9110 §8.6",
        "When it is too small, the body's end is taken for the next message. When it is too large, the client waits for bytes that never come."
    );

    /// `Server: wirestage`.
    pub static SERVER: FieldKind = field!(
        "Server",
        "http.server",
        HEADER,
        "Names the server's program, for statistics and for finding faults.",
        "RFC 9110 §10.2.4"
    );

    /// `User-Agent: browser/1.0`.
    pub static USER_AGENT: FieldKind = field!(
        "User agent",
        "http.user_agent",
        HEADER,
        "Names the client's program, for statistics and for going round its faults.",
        "RFC 9110 §10.1.5"
    );

    /// `Accept: text/html`.
    pub static ACCEPT: FieldKind = field!(
        "Accept",
        "http.accept",
        HEADER,
        "Says which sorts of data the client likes to get, and how much each.",
        "RFC 9110 §12.5.1"
    );

    /// `Accept-Language: de, en`.
    pub static ACCEPT_LANGUAGE: FieldKind = field!(
        "Accept language",
        "http.accept_language",
        HEADER,
        "Says which languages the reader likes, and how much each.",
        "RFC 9110 §12.5.4"
    );

    /// `Accept-Encoding: gzip`.
    pub static ACCEPT_ENCODING: FieldKind = field!(
        "Accept encoding",
        "http.accept_encoding",
        HEADER,
        "Says which ways of packing data smaller the client can undo.",
        "RFC 9110 §12.5.3"
    );

    /// `Range: bytes=1000-`.
    pub static RANGE: FieldKind = field!(
        "Range",
        "wirestage.http.range",
        HEADER,
        "Asks for a part of the file only: to go on where a download broke off, for one.",
        "RFC 9110 §14.2",
        "A server that can do so answers 206 and the part. One that cannot answers 200 and the whole file."
    );

    /// `Content-Range: bytes 1000-1999/5000`.
    pub static CONTENT_RANGE: FieldKind = field!(
        "Content range",
        "wirestage.http.content_range",
        HEADER,
        "Says which bytes of the file the body holds, and how many the whole file has.",
        "RFC 9110 §14.4"
    );

    /// `Location: /docs/`.
    pub static LOCATION: FieldKind = field!(
        "Location",
        "http.location",
        HEADER,
        "Says where to look instead, or where the thing is that was just made.",
        "RFC 9110 §10.2.2"
    );

    /// `Last-Modified: …`.
    pub static LAST_MODIFIED: FieldKind = field!(
        "Last modified",
        "http.last_modified",
        HEADER,
        "Says when the file was changed last, so that the client can ask later whether there is a newer one.",
        "RFC 9110 §8.8.2"
    );

    /// `Allow: GET, HEAD`.
    pub static ALLOW: FieldKind = field!(
        "Allow",
        "wirestage.http.allow",
        HEADER,
        "Lists the methods that may be used on this target; it comes with 405.",
        "RFC 9110 §10.2.1"
    );

    /// `Transfer-Encoding: chunked`.
    pub static TRANSFER_ENCODING: FieldKind = field!(
        "Transfer encoding",
        "http.transfer_encoding",
        HEADER,
        "Says that the body comes in pieces, each with its length in front, since its whole length is not known yet.",
        "RFC 9112 §6.1",
        "It takes the place of a content length. A message with both may be an attack: two servers could see its end in different places."
    );

    /// `Content-Encoding: gzip`.
    pub static CONTENT_ENCODING: FieldKind = field!(
        "Content encoding",
        "http.content_encoding",
        HEADER,
        "Says how the file was packed smaller, so that the client can undo it.",
        "RFC 9110 §8.4"
    );

    /// `Cache-Control: no-store`.
    pub static CACHE_CONTROL: FieldKind = field!(
        "Cache control",
        "http.cache_control",
        HEADER,
        "Says who may keep a copy of the response, and for how long.",
        "RFC 9111 §5.2"
    );

    /// `Referer: …`.
    pub static REFERER: FieldKind = field!(
        "Referer",
        "http.referer",
        HEADER,
        "Names the page whose link led here. The word has been misspelt from the beginning.",
        "RFC 9110 §10.1.3"
    );

    /// `Cookie: …`.
    pub static COOKIE: FieldKind = field!(
        "Cookie",
        "http.cookie",
        HEADER,
        "Gives back what the server asked the client to remember, by which it knows the client again.",
        "RFC 6265 §4.2"
    );

    /// `Set-Cookie: …`.
    pub static SET_COOKIE: FieldKind = field!(
        "Set cookie",
        "http.set_cookie",
        HEADER,
        "Asks the client to remember a word, and to say it with each further request.",
        "RFC 6265 §4.1"
    );

    /// `Authorization: Basic …`.
    pub static AUTHORIZATION: FieldKind = field!(
        "Authorization",
        "http.authorization",
        HEADER,
        "Proves who asks. In the Basic way it is user name and password in base64, which everyone on the way can read.",
        "RFC 9110 §11.6.2"
    );

    /// Any other header line.
    pub static OTHER_HEADER: FieldKind = field!(
        "Other header",
        "http.unknown_header",
        Within(one_line),
        "Says something else about the message. Whoever does not know a header passes over it.",
        "RFC 9110 §5.1"
    );

    /// Its name.
    pub static HEADER_NAME: FieldKind = field!(
        "Header name",
        "wirestage.http.header_name",
        Text,
        "Says what the line is about; up to the colon, in capitals or not, and with no space before the colon.",
        "RFC 9110 §5.1"
    );

    /// Its value.
    pub static HEADER_VALUE: FieldKind = field!(
        "Header value",
        "wirestage.http.header_value",
        Text,
        "What the header of this name says; spaces around it mean nothing.",
        "RFC 9110 §5.5"
    );

    /// The empty line.
    pub static END_OF_HEAD: FieldKind = field!(
        "End of the head",
        "wirestage.http.end_of_head",
        Bytes,
        "An empty line: no header follows, and the body begins, if there is one.",
        "RFC 9112 §2.1"
    );

    /// `1f4`.
    pub static CHUNK_SIZE: FieldKind = field!(
        "Piece's length",
        "http.chunk_size",
        Counted("byte"),
        "Says how many bytes the next piece of the body has, in hex digits; 0 ends the body.",
        "RFC 9112 §7.1"
    );

    /// A piece's bytes.
    pub static CHUNK_DATA: FieldKind = field!(
        "Piece",
        "http.chunk_data",
        Bytes,
        "Bytes of the body, as many as the line before says.",
        "RFC 9112 §7.1"
    );

    /// The line end behind a piece.
    pub static CHUNK_END: FieldKind = field!(
        "End of the piece",
        "http.chunk_boundary",
        Bytes,
        "A line end that closes the piece and belongs to no body.",
        "RFC 9112 §7.1"
    );

    /// The body.
    pub static FILE_DATA: FieldKind = field!(
        "File data",
        "http.file_data",
        Bytes,
        "The body, or as much of it as this segment holds: the file that was asked for, or is brought.",
        "RFC 9112 §6"
    );

    /// It is a request.
    pub static IS_REQUEST: FieldKind = field!(
        "Is a request",
        "http.request",
        Flag,
        "Tells whether a client speaks: a request begins with a method, a response with its version.",
        "RFC 9112 §2.1").derived();

    /// It is a response.
    pub static IS_RESPONSE: FieldKind = field!(
        "Is a response",
        "http.response",
        Flag,
        "Tells whether a server speaks: a response begins with its version, a request with a method.",
        "RFC 9112 §2.1").derived();

    /// The length as a number.
    pub static BODY_LENGTH: FieldKind = field!(
        "Body's length",
        "http.content_length",
        Counted("byte"),
        "Tells how long the body is: what the content length says, as a number.",
        "RFC 9112 §6.3"
    )
    .derived();

    /// The target without its query.
    pub static PATH: FieldKind = field!(
        "Path",
        "http.request.uri.path",
        Text,
        "Tells which file is meant: the target without what follows a question mark.",
        "RFC 3986 §3.3"
    )
    .derived();

    /// The frame of the head.
    pub static BODY_OF: FieldKind = field!(
        "Head in frame",
        "wirestage.http.body_of",
        Number,
        "Tells which frame brought the last of the head that these bytes of a body belong to.",
        "RFC 9112 §6"
    )
    .derived();

    /// How much of the body came before.
    pub static BODY_BEFORE: FieldKind = field!(
        "Bytes before",
        "wirestage.http.body_before",
        Counted("byte"),
        "Tells how many bytes of the body came before these.",
        "RFC 9112 §6"
    )
    .derived();

    /// The frame of the request.
    pub static REQUEST_IN: FieldKind = field!(
        "Answers frame",
        "http.request_in",
        Number,
        "Tells in which frame the request came that this answers. Responses come in the order of the requests.",
        "RFC 9112 §9.2").derived();

    /// The frame of the response.
    pub static RESPONSE_IN: FieldKind = field!(
        "Answered in frame",
        "http.response_in",
        Number,
        "Tells in which frame the response to this request begins.",
        "RFC 9112 §9.2"
    )
    .derived();
}

/// For a header's whole line, which is shown by its value.
const HEADER: Shows = Within(header_value);

/// What stands behind a header's colon, without the white space around it.
fn header_value(frame: &[u8], field: &Field) -> String {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    let colon = bytes.iter().position(|byte| *byte == b':');
    let value = bytes.get(colon.map_or(0, |colon| colon + 1)..);
    let value = value.unwrap_or_default().trim_ascii();
    String::from_utf8_lossy(value).into_owned()
}

/// `404 (there is nothing of this name)`.
fn code(number: u64) -> String {
    match CODES.iter().find(|known| u64::from(known.0) == number) {
        Some((_, meaning, _)) => format!("{number} ({meaning})"),
        None => number.to_string(),
    }
}
