//! The table's rows on what goes wrong, what is promised, and who reads along.

use super::find::{breaks, brings, calls, replies, says};
use super::{Claim, Measure, On, Row, Source};
use Source::{Ascii, Firewall, Login, Missing, NoSuchReader, Retry, Sniffed, ThreeWays};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "errors",
        name: "How it says no",
        cells: [
            Claim {
                text: "By three digits and a sentence: “{}”.",
                figures: &[(Missing, Measure::Quote(replies("550")))],
                proofs: &[("the answer", Missing, replies("550"))],
                reference: "RFC 959 §4.2",
            },
            Claim {
                text: "By three digits, 4 for later and 5 for never: “{}”.",
                figures: &[(NoSuchReader, Measure::Quote(replies("550")))],
                proofs: &[("the answer", NoSuchReader, replies("550"))],
                reference: "RFC 5321 §4.2.1",
            },
            Claim {
                text: "By three digits, 4 for the asker’s fault and 5 for the server’s: “{}”.",
                figures: &[(Missing, Measure::Quote(replies("HTTP/1.1 404")))],
                proofs: &[("the answer", Missing, replies("HTTP/1.1 404"))],
                reference: "RFC 9110 §15",
            },
        ],
    },
    Row {
        id: "away",
        name: "When the way is blocked",
        cells: [
            Claim {
                text: "The user is told, and may try again. Here {} came to nothing, at {}.",
                figures: &[
                    (Firewall, Measure::Lines(On::Data, "")),
                    (Firewall, Measure::When(breaks(On::Data))),
                ],
                proofs: &[
                    ("the call", Firewall, calls(On::Data)),
                    ("given up", Firewall, breaks(On::Data)),
                ],
                reference: "RFC 959 §4.2",
            },
            Claim {
                text: "The letter waits in a queue. The server calls {} times; at {} it gets through.",
                figures: &[
                    (Retry, Measure::Count(calls(On::Smtp).by("mail"))),
                    (Retry, Measure::When(replies("220").by("mx"))),
                ],
                proofs: &[
                    ("in vain", Retry, breaks(On::Smtp)),
                    ("once more", Retry, calls(On::Smtp).by("mail").nth(1)),
                    ("an answer at last", Retry, replies("220").by("mx")),
                ],
                reference: "RFC 5321 §4.5.4.1",
            },
            Claim {
                text: "The reader is told. After the {} nobody asks again: {} requests, {} answers.",
                figures: &[
                    (Missing, Measure::Word(replies("HTTP/1.1 404"), 1)),
                    (Missing, Measure::Count(says("GET"))),
                    (Missing, Measure::Count(replies("HTTP/1.1").on(On::Http))),
                ],
                proofs: &[("the answer", Missing, replies("HTTP/1.1 404"))],
                reference: "RFC 9110 §9.2.2",
            },
        ],
    },
    Row {
        id: "promise",
        name: "What the last answer promises",
        cells: [
            Claim {
                text: "226: all has been sent. Not that it is the same: {} bytes were kept of {}.",
                figures: &[(Ascii, Measure::Kept), (Ascii, Measure::Sent)],
                proofs: &[("226, and the image is broken", Ascii, replies("226"))],
                reference: "RFC 959 §4.2.2",
            },
            Claim {
                text: "250: the server answers for the letter from now on. “{}”, it says, and at {} the next one refuses.",
                figures: &[
                    (NoSuchReader, Measure::Quote(replies("250").with("queued"))),
                    (NoSuchReader, Measure::When(replies("550"))),
                ],
                proofs: &[
                    ("taken", NoSuchReader, replies("250").with("queued")),
                    ("refused further on", NoSuchReader, replies("550")),
                ],
                reference: "RFC 5321 §4.2.5",
            },
            Claim {
                text: "200 comes before the bytes, at {}. Only their number tells whether all came.",
                figures: &[(ThreeWays, Measure::When(replies("HTTP/1.1 200")))],
                proofs: &[
                    ("200", ThreeWays, replies("HTTP/1.1 200")),
                    ("then the bytes", ThreeWays, brings(On::Http)),
                ],
                reference: "RFC 9112 §8",
            },
        ],
    },
    Row {
        id: "security",
        name: "Who can read along",
        cells: [
            Claim {
                text: "Everybody on the way. A stranger at a hub heard {} with words, the password and the file among them.",
                figures: &[(Sniffed, Measure::Heard("stranger"))],
                proofs: &[
                    ("the password", Sniffed, says("PASS")),
                    ("the file", Sniffed, brings(On::Data)),
                ],
                reference: "RFC 2228 §1",
            },
            Claim {
                text: "Everybody, too: {} with words. A password in base64 is spelt otherwise, not locked.",
                figures: &[(Login, Measure::Heard("stranger"))],
                proofs: &[
                    ("the password", Login, says("AUTH")),
                    ("the letter", Login, brings(On::Smtp)),
                ],
                reference: "RFC 4954 §9",
            },
            Claim {
                text: "Everybody, unless TLS lies below: then it is HTTPS. FTP and SMTP can have TLS, too; no run here does.",
                figures: &[],
                proofs: &[
                    ("the question", ThreeWays, says("GET")),
                    ("the answer", ThreeWays, brings(On::Http)),
                ],
                reference: "RFC 9110 §4.2.2",
            },
        ],
    },
];
