//! The table's rows on who meets whom, where, and what for.

use super::find::{brings, calls, replies, says};
use super::{Claim, Measure, On, Row, Source};
use Source::{Active, Relay, SeveralFiles, SeveralLetters, ThreeWays, Web};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "purpose",
        name: "What it is for",
        cells: [
            Claim {
                text: "Files between two machines: fetch, put, list, rename, delete.",
                figures: &[],
                proofs: &[
                    ("a file is fetched", ThreeWays, says("RETR")),
                    ("a file is renamed", Source::Manage, says("RNFR")),
                ],
                reference: "RFC 959 §1",
            },
            Claim {
                text: "Letters, handed on until they lie in a mailbox.",
                figures: &[],
                proofs: &[
                    ("the letter goes over", Relay, brings(On::Smtp)),
                    ("and on, to the next", Relay, brings(On::Smtp).by("mail")),
                ],
                reference: "RFC 5321 §1.1",
            },
            Claim {
                text: "Whatever an address names: a page, a picture, a file.",
                figures: &[],
                proofs: &[
                    ("a file is asked for", ThreeWays, says("GET")),
                    ("a page is made on the spot", Web, brings(On::Http)),
                ],
                reference: "RFC 9110 §3.1",
            },
        ],
    },
    Row {
        id: "model",
        name: "Who talks to whom",
        cells: [
            Claim {
                text: "One client, one server: {} asks, {} answers, to the end.",
                figures: &[
                    (ThreeWays, Measure::Caller(On::Control, 0)),
                    (ThreeWays, Measure::Callee(On::Control, 0)),
                ],
                proofs: &[("the client calls", ThreeWays, calls(On::Control))],
                reference: "RFC 959 §2.3",
            },
            Claim {
                text: "A chain: {} calls {}. Then {} is a client itself, and calls {}.",
                figures: &[
                    (Relay, Measure::Caller(On::Smtp, 0)),
                    (Relay, Measure::Callee(On::Smtp, 0)),
                    (Relay, Measure::Caller(On::Smtp, 1)),
                    (Relay, Measure::Callee(On::Smtp, 1)),
                ],
                proofs: &[
                    ("the writer says hello", Relay, says("EHLO")),
                    ("the server says hello", Relay, says("EHLO").by("mail")),
                ],
                reference: "RFC 5321 §2.1",
            },
            Claim {
                text: "One client, one server. Behind it may stand another: {} asks {} by FTP.",
                figures: &[
                    (Web, Measure::Caller(On::Control, 0)),
                    (Web, Measure::Callee(On::Control, 0)),
                ],
                proofs: &[
                    ("the browser asks", Web, says("GET")),
                    ("the web server asks, too", Web, says("USER")),
                ],
                reference: "RFC 9110 §3.7",
            },
        ],
    },
    Row {
        id: "connections",
        name: "Connections",
        cells: [
            Claim {
                text: "{} for one file: one for words, one for the file. A list and three files take {}.",
                figures: &[
                    (ThreeWays, Measure::Lines(On::Ftp, "")),
                    (SeveralFiles, Measure::Lines(On::Ftp, "")),
                ],
                proofs: &[
                    ("the first, for words", ThreeWays, calls(On::Control)),
                    ("the second, for the file", ThreeWays, calls(On::Data)),
                    ("the last of several", SeveralFiles, calls(On::Data).nth(3)),
                ],
                reference: "RFC 959 §2.3",
            },
            Claim {
                text: "{} for a letter: words and letter take turns on it.",
                figures: &[(ThreeWays, Measure::Lines(On::Smtp, ""))],
                proofs: &[
                    ("it is opened", ThreeWays, calls(On::Smtp)),
                    ("the letter, on the same", ThreeWays, brings(On::Smtp)),
                ],
                reference: "RFC 5321 §3.3",
            },
            Claim {
                text: "{} for a file: question and answer share it.",
                figures: &[(ThreeWays, Measure::Lines(On::Http, ""))],
                proofs: &[
                    ("it is opened", ThreeWays, calls(On::Http)),
                    ("the file, on the same", ThreeWays, brings(On::Http)),
                ],
                reference: "RFC 9112 §9",
            },
        ],
    },
    Row {
        id: "ports",
        name: "Ports",
        cells: [
            Claim {
                text: "{} for words. For the file a port that is agreed on each time, here {}; in active mode {} calls from port {}.",
                figures: &[
                    (ThreeWays, Measure::Port(On::Control, 0)),
                    (ThreeWays, Measure::Port(On::Data, 0)),
                    (Active, Measure::Caller(On::Data, 0)),
                    (Active, Measure::PortFrom(On::Data, 0)),
                ],
                proofs: &[
                    ("the port is agreed on", ThreeWays, replies("227")),
                    ("and called", ThreeWays, calls(On::Data)),
                    ("active: the server calls", Active, calls(On::Data)),
                ],
                reference: "RFC 959 §3.2",
            },
            Claim {
                text: "{} for users who log in, {} from server to server.",
                figures: &[
                    (Relay, Measure::Port(On::Smtp, 0)),
                    (Relay, Measure::Port(On::Smtp, 1)),
                ],
                proofs: &[
                    ("the user's call", Relay, calls(On::Smtp)),
                    ("the server's call", Relay, calls(On::Smtp).by("mail")),
                ],
                reference: "RFC 6409 §3.1",
            },
            Claim {
                text: "{}, and no other.",
                figures: &[(ThreeWays, Measure::Port(On::Http, 0))],
                proofs: &[("the call", ThreeWays, calls(On::Http))],
                reference: "RFC 9110 §4.2.1",
            },
        ],
    },
    Row {
        id: "opens",
        name: "Who opens the connection",
        cells: [
            Claim {
                text: "{} opens the first. The second: {} in passive mode, {} in active mode.",
                figures: &[
                    (ThreeWays, Measure::Caller(On::Control, 0)),
                    (ThreeWays, Measure::Caller(On::Data, 0)),
                    (Active, Measure::Caller(On::Data, 0)),
                ],
                proofs: &[
                    ("PASV: where may I call?", ThreeWays, says("PASV")),
                    ("PORT: call me", Active, says("PORT")),
                    ("the server calls back", Active, calls(On::Data)),
                ],
                reference: "RFC 959 §3.2",
            },
            Claim {
                text: "Whoever has the letter: first {}, then {}.",
                figures: &[
                    (Relay, Measure::Caller(On::Smtp, 0)),
                    (Relay, Measure::Caller(On::Smtp, 1)),
                ],
                proofs: &[
                    ("first", Relay, calls(On::Smtp)),
                    ("then", Relay, calls(On::Smtp).by("mail")),
                ],
                reference: "RFC 5321 §3.1",
            },
            Claim {
                text: "Always the client: {}.",
                figures: &[(ThreeWays, Measure::Caller(On::Http, 0))],
                proofs: &[("the call", ThreeWays, calls(On::Http))],
                reference: "RFC 9112 §9.1",
            },
        ],
    },
    Row {
        id: "first",
        name: "Who speaks first",
        cells: [
            Claim {
                text: "The server. The client hears “{}” before it says a word.",
                figures: &[(ThreeWays, Measure::Quote(replies("220").on(On::Control)))],
                proofs: &[("the greeting", ThreeWays, replies("220").on(On::Control))],
                reference: "RFC 959 §5.4",
            },
            Claim {
                text: "The server: “{}”.",
                figures: &[(ThreeWays, Measure::Quote(replies("220").on(On::Smtp)))],
                proofs: &[("the greeting", ThreeWays, replies("220").on(On::Smtp))],
                reference: "RFC 5321 §3.1",
            },
            Claim {
                text: "The client: “{}”. Before it, {} lines were said.",
                figures: &[
                    (ThreeWays, Measure::Quote(says("GET"))),
                    (ThreeWays, Measure::Before(says("GET"))),
                ],
                proofs: &[("the question", ThreeWays, says("GET"))],
                reference: "RFC 9110 §3.4",
            },
        ],
    },
    Row {
        id: "names",
        name: "How the address is found",
        cells: [
            Claim {
                text: "By the server's name: “{}”.",
                figures: &[(ThreeWays, Measure::Quote(says("A").by("laptop")))],
                proofs: &[("the question", ThreeWays, says("A").by("laptop"))],
                reference: "RFC 1035 §3.4.1",
            },
            Claim {
                text: "By the reader's domain, in two questions: “{}”, then “{}”.",
                figures: &[
                    (Relay, Measure::Quote(says("MX"))),
                    (Relay, Measure::Quote(says("A").by("mail"))),
                ],
                proofs: &[
                    ("who takes the letters?", Relay, says("MX")),
                    ("and where is that?", Relay, says("A").by("mail")),
                ],
                reference: "RFC 5321 §5.1",
            },
            Claim {
                text: "By the server's name, as for FTP. It was asked {} time for all three: the answer is kept.",
                figures: &[(ThreeWays, Measure::Count(says("A").by("laptop")))],
                proofs: &[("no question before the call", ThreeWays, calls(On::Http))],
                reference: "RFC 9110 §4.3.2",
            },
        ],
    },
    Row {
        id: "login",
        name: "Who may",
        cells: [
            Claim {
                text: "Who knows a name and its password: USER, PASS, and a wrong one gets {}.",
                figures: &[(Source::WrongPassword, Measure::Code(replies("530")))],
                proofs: &[
                    ("the name", ThreeWays, says("USER")),
                    ("the password", ThreeWays, says("PASS")),
                    ("a wrong one", Source::WrongPassword, replies("530")),
                ],
                reference: "RFC 959 §4.1.1",
            },
            Claim {
                text: "Anybody, for readers who live there. Users log in with AUTH; between servers AUTH was said {} times.",
                figures: &[(Relay, Measure::Count(says("AUTH").by("mail")))],
                proofs: &[
                    ("a user logs in", Relay, says("AUTH")),
                    ("a server just says hello", Relay, says("EHLO").by("mail")),
                ],
                reference: "RFC 4954 §4",
            },
            Claim {
                text: "Anybody, here. Where a login is wanted, each request brings it along.",
                figures: &[],
                proofs: &[
                    ("asked", Web, says("GET")),
                    ("and answered", Web, replies("HTTP/1.1 200")),
                ],
                reference: "RFC 9110 §11",
            },
        ],
    },
    Row {
        id: "state",
        name: "What the server remembers",
        cells: [
            Claim {
                text: "Who you are and where you stand. After CWD it answers “{}”.",
                figures: &[(
                    Source::Manage,
                    Measure::Quote(replies("257").with("archive")),
                )],
                proofs: &[
                    ("go to the folder", Source::Manage, says("CWD")),
                    (
                        "where am I?",
                        Source::Manage,
                        replies("257").with("archive"),
                    ),
                ],
                reference: "RFC 959 §4.1.1",
            },
            Claim {
                text: "The envelope, until the letter is there. Then the next one begins: {} said MAIL {} times on one connection.",
                figures: &[
                    (SeveralLetters, Measure::Caller(On::Smtp, 0)),
                    (SeveralLetters, Measure::Count(says("MAIL").by("laptop"))),
                ],
                proofs: &[
                    ("an envelope", SeveralLetters, says("MAIL").by("laptop")),
                    (
                        "a new one",
                        SeveralLetters,
                        says("MAIL").by("laptop").nth(1),
                    ),
                ],
                reference: "RFC 5321 §4.1.1.4",
            },
            Claim {
                text: "Nothing. Of {} requests, {} say again which host they mean.",
                figures: &[
                    (Web, Measure::Count(says("GET"))),
                    (Web, Measure::Count(says("GET").with("Host:"))),
                ],
                proofs: &[
                    ("a request", Web, says("GET")),
                    ("the next one", Web, says("GET").nth(1)),
                ],
                reference: "RFC 9110 §3.3",
            },
        ],
    },
];
