//! The table's rows on how files and letters go over.

use super::find::{brings, calls, finishes, replies, says};
use super::{Claim, Measure, On, Row, Source};
use Source::{SeveralFiles, SeveralLetters, ThreeWays, Web};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "direction",
        name: "Push or pull",
        cells: [
            Claim {
                text: "Both. RETR pulls: {} of all that is said comes from the server. STOR pushes: {} comes from the client.",
                figures: &[
                    (ThreeWays, Measure::FromServer(On::Ftp)),
                    (Source::Upload, Measure::FromClient(On::Ftp)),
                ],
                proofs: &[
                    ("pulled", ThreeWays, brings(On::Data)),
                    ("pushed", Source::Upload, brings(On::Data)),
                ],
                reference: "RFC 959 §4.1.3",
            },
            Claim {
                text: "Push: {} comes from the one who calls. Fetching is another protocol’s work: POP3, port {}.",
                figures: &[
                    (ThreeWays, Measure::FromClient(On::Smtp)),
                    (Source::Fetch, Measure::Port(On::Pop, 0)),
                ],
                proofs: &[
                    ("pushed", ThreeWays, brings(On::Smtp)),
                    ("fetched, by POP3", Source::Fetch, brings(On::Pop)),
                ],
                reference: "RFC 5321 §2.1",
            },
            Claim {
                text: "Pull: {} comes from the server. (POST and PUT push; no run here has them.)",
                figures: &[(ThreeWays, Measure::FromServer(On::Http))],
                proofs: &[("pulled", ThreeWays, brings(On::Http))],
                reference: "RFC 9110 §9.3.1",
            },
        ],
    },
    Row {
        id: "types",
        name: "What may be sent",
        cells: [
            Claim {
                text: "Bytes as they are (TYPE I), or text with its line ends changed (TYPE A). An image sent as text: {} bytes become {}.",
                figures: &[
                    (Source::Ascii, Measure::Sent),
                    (Source::Ascii, Measure::Kept),
                ],
                proofs: &[
                    ("as bytes", ThreeWays, says("TYPE").with("TYPE I")),
                    ("as text", Source::Ascii, says("TYPE").with("TYPE A")),
                    ("an image, as text", Source::Ascii, brings(On::Data)),
                ],
                reference: "RFC 959 §3.1.1",
            },
            Claim {
                text: "Lines of text. A file becomes base64 first: {} bytes make a letter of {}.",
                figures: &[
                    (ThreeWays, Measure::Data(On::Data)),
                    (ThreeWays, Measure::Data(On::Smtp)),
                ],
                proofs: &[("a file in a letter", ThreeWays, brings(On::Smtp))],
                reference: "RFC 2045 §6.8",
            },
            Claim {
                text: "Any bytes. A line of the answer’s head says what they are: {}.",
                figures: &[(
                    ThreeWays,
                    Measure::Head(replies("HTTP/1.1 200"), "Content-Type:"),
                )],
                proofs: &[("the head", ThreeWays, replies("HTTP/1.1 200"))],
                reference: "RFC 9110 §8.3",
            },
        ],
    },
    Row {
        id: "end",
        name: "How its end is known",
        cells: [
            Claim {
                text: "The data connection ends, and so does the file. {} for files and lists: {} times FIN says that this was all.",
                figures: &[
                    (SeveralFiles, Measure::Lines(On::Data, "")),
                    (
                        SeveralFiles,
                        Measure::Count(finishes(On::Data).by("server")),
                    ),
                ],
                proofs: &[
                    ("the end of the file", ThreeWays, finishes(On::Data)),
                    ("226: that was all", ThreeWays, replies("226")),
                ],
                reference: "RFC 959 §3.4.1",
            },
            Claim {
                text: "By a line with a dot alone. A line of the letter’s own that begins with a dot gets one more: it grows from {} to {} bytes, ending included.",
                figures: &[
                    (Source::Dot, Measure::Size),
                    (Source::Dot, Measure::Data(On::Smtp)),
                ],
                proofs: &[
                    ("354: end with a dot", Source::Dot, replies("354")),
                    ("the letter, with its dots", Source::Dot, brings(On::Smtp)),
                ],
                reference: "RFC 5321 §4.5.2",
            },
            Claim {
                text: "By a number in the head: Content-Length {}, and {} bytes follow.",
                figures: &[
                    (
                        ThreeWays,
                        Measure::Head(replies("HTTP/1.1 200"), "Content-Length:"),
                    ),
                    (ThreeWays, Measure::Data(On::Http)),
                ],
                proofs: &[
                    ("the number", ThreeWays, replies("HTTP/1.1 200")),
                    ("the bytes", ThreeWays, brings(On::Http)),
                ],
                reference: "RFC 9112 §6.3",
            },
        ],
    },
    Row {
        id: "persistence",
        name: "What outlasts a file",
        cells: [
            Claim {
                text: "The first connection, from 220 to 221. Meanwhile {} come and go for files and lists.",
                figures: &[(SeveralFiles, Measure::Lines(On::Data, ""))],
                proofs: &[
                    ("hello", SeveralFiles, replies("220")),
                    (
                        "a file is over",
                        SeveralFiles,
                        finishes(On::Data).by("server").nth(2),
                    ),
                    ("goodbye", SeveralFiles, replies("221")),
                ],
                reference: "RFC 959 §3.2",
            },
            Claim {
                text: "The connection: {} letters went over {}, one after the other.",
                figures: &[
                    (
                        SeveralLetters,
                        Measure::Count(brings(On::Smtp).by("laptop")),
                    ),
                    (SeveralLetters, Measure::Lines(On::Smtp, "laptop")),
                ],
                proofs: &[
                    ("one letter", SeveralLetters, brings(On::Smtp).by("laptop")),
                    (
                        "and another",
                        SeveralLetters,
                        brings(On::Smtp).by("laptop").nth(1),
                    ),
                ],
                reference: "RFC 5321 §3.3",
            },
            Claim {
                text: "HTTP/1.1 keeps the connection, unless one side says close. This browser does: {} answers, {}.",
                figures: &[
                    (Web, Measure::Count(replies("HTTP/1.1 200"))),
                    (Web, Measure::Lines(On::Http, "")),
                ],
                proofs: &[
                    (
                        "Connection: close",
                        Web,
                        says("GET").with("Connection: close"),
                    ),
                    ("a second call", Web, calls(On::Http).nth(1)),
                ],
                reference: "RFC 9112 §9.3",
            },
        ],
    },
    Row {
        id: "trips",
        name: "Before the first byte",
        cells: [
            Claim {
                text: "{} round trips: call, greeting, name, password, type, port, call, question.",
                figures: &[(ThreeWays, Measure::Trips(On::Ftp))],
                proofs: &[
                    ("the first call", ThreeWays, calls(On::Control)),
                    ("the first byte", ThreeWays, brings(On::Data)),
                ],
                reference: "RFC 959 §5.4",
            },
            Claim {
                text: "{} round trips: call, greeting, hello, envelope, and half a trip for the letter.",
                figures: &[(ThreeWays, Measure::Trips(On::Smtp))],
                proofs: &[
                    ("the call", ThreeWays, calls(On::Smtp)),
                    ("three at a time", ThreeWays, says("DATA")),
                    ("the first byte", ThreeWays, brings(On::Smtp)),
                ],
                reference: "RFC 2920 §3.1",
            },
            Claim {
                text: "{} round trips: call and question.",
                figures: &[(ThreeWays, Measure::Trips(On::Http))],
                proofs: &[
                    ("the call", ThreeWays, calls(On::Http)),
                    ("the first byte", ThreeWays, brings(On::Http)),
                ],
                reference: "RFC 9112 §9.1",
            },
        ],
    },
    Row {
        id: "overhead",
        name: "What it costs",
        cells: [
            Claim {
                text: "{} bytes of words, {} of headers: {} on top of the file.",
                figures: &[
                    (ThreeWays, Measure::Words(On::Ftp)),
                    (ThreeWays, Measure::Headers(On::Ftp)),
                    (ThreeWays, Measure::Extra(On::Ftp, On::Data)),
                ],
                proofs: &[("the file", ThreeWays, brings(On::Data))],
                reference: "RFC 959 §3.4.1",
            },
            Claim {
                text: "{} bytes of words, {} of headers, and the file has become {}: {} on top.",
                figures: &[
                    (ThreeWays, Measure::Words(On::Smtp)),
                    (ThreeWays, Measure::Headers(On::Smtp)),
                    (ThreeWays, Measure::Data(On::Smtp)),
                    (ThreeWays, Measure::Extra(On::Smtp, On::Data)),
                ],
                proofs: &[
                    ("SIZE says how much comes", ThreeWays, says("MAIL")),
                    ("the letter", ThreeWays, brings(On::Smtp)),
                ],
                reference: "RFC 2045 §6.8",
            },
            Claim {
                text: "{} bytes of words, {} of headers: {} on top of the file.",
                figures: &[
                    (ThreeWays, Measure::Words(On::Http)),
                    (ThreeWays, Measure::Headers(On::Http)),
                    (ThreeWays, Measure::Extra(On::Http, On::Data)),
                ],
                proofs: &[("the file", ThreeWays, brings(On::Http))],
                reference: "RFC 9112 §6",
            },
        ],
    },
];
