//! What is commonly said, and what the packets show.

use super::find::{breaks, brings, calls, replies, says};
use super::{Claim, Measure, On, Saying, Source};
use Source::{
    Active, Ascii, Fetch, Firewall, Forged, Login, NoSuchReader, Relay, SeveralFiles, Sniffed,
    ThreeWays, Web, WrongPassword,
};

/// All of them.
pub const SAYINGS: &[Saying] = &[
    Saying {
        id: "port-20",
        said: "FTP sends files over port 20.",
        verdict: "In active mode only",
        shows: Claim {
            text: "In active mode {} calls, from port {}. In passive mode {} calls port {} from port {}, and nobody uses 20.",
            figures: &[
                (Active, Measure::Caller(On::Data, 0)),
                (Active, Measure::PortFrom(On::Data, 0)),
                (ThreeWays, Measure::Caller(On::Data, 0)),
                (ThreeWays, Measure::Port(On::Data, 0)),
                (ThreeWays, Measure::PortFrom(On::Data, 0)),
            ],
            proofs: &[
                ("active", Active, calls(On::Data)),
                ("passive", ThreeWays, calls(On::Data)),
            ],
            reference: "RFC 959 §3.2",
        },
    },
    Saying {
        id: "two-connections",
        said: "FTP needs two connections.",
        verdict: "One, and one more for each file or list",
        shows: Claim {
            text: "Grace logs in, asks where she is and leaves: {}. A list and three files: {}.",
            figures: &[
                (WrongPassword, Measure::Lines(On::Ftp, "phone")),
                (SeveralFiles, Measure::Lines(On::Ftp, "")),
            ],
            proofs: &[
                ("without files", WrongPassword, calls(On::Ftp).by("phone")),
                ("a list needs one, too", SeveralFiles, says("MLSD")),
                ("the last file’s", SeveralFiles, calls(On::Data).nth(3)),
            ],
            reference: "RFC 959 §2.3",
        },
    },
    Saying {
        id: "passive",
        said: "Passive mode gets through firewalls.",
        verdict: "Through the client’s; not through the server’s",
        shows: Claim {
            text: "Here the firewall stands before the server: {} lost, {}.",
            figures: &[(Firewall, Measure::Lost), (Firewall, Measure::Reason)],
            proofs: &[
                ("the offered port", Firewall, replies("227")),
                ("the call that is lost", Firewall, calls(On::Data)),
                ("given up", Firewall, breaks(On::Data)),
            ],
            reference: "RFC 959 §3.2",
        },
    },
    Saying {
        id: "226",
        said: "226 means that the file has arrived.",
        verdict: "It means that the sender has sent it",
        shows: Claim {
            text: "226 is said here, too. The image had {} bytes; {} are kept, and it is broken.",
            figures: &[(Ascii, Measure::Sent), (Ascii, Measure::Kept)],
            proofs: &[
                ("text, or bytes?", Ascii, says("TYPE")),
                ("226", Ascii, replies("226")),
            ],
            reference: "RFC 959 §4.2.2",
        },
    },
    Saying {
        id: "speaks-first",
        said: "The client speaks, the server answers.",
        verdict: "In HTTP. In FTP and SMTP the server begins",
        shows: Claim {
            text: "Before the client’s first word: {} line of FTP’s server, {} of SMTP’s, {} of HTTP’s.",
            figures: &[
                (ThreeWays, Measure::Before(says("USER"))),
                (ThreeWays, Measure::Before(says("EHLO"))),
                (ThreeWays, Measure::Before(says("GET"))),
            ],
            proofs: &[
                ("FTP’s greeting", ThreeWays, replies("220").on(On::Control)),
                ("SMTP’s greeting", ThreeWays, replies("220").on(On::Smtp)),
                ("HTTP’s question", ThreeWays, says("GET")),
            ],
            reference: "RFC 5321 §3.1",
        },
    },
    Saying {
        id: "server-to-server",
        said: "SMTP is spoken between servers.",
        verdict: "And by users to their server",
        shows: Claim {
            text: "{} speaks it to {} at port {}, then {} to {} at port {}. Only who calls is called client.",
            figures: &[
                (Relay, Measure::Caller(On::Smtp, 0)),
                (Relay, Measure::Callee(On::Smtp, 0)),
                (Relay, Measure::Port(On::Smtp, 0)),
                (Relay, Measure::Caller(On::Smtp, 1)),
                (Relay, Measure::Callee(On::Smtp, 1)),
                (Relay, Measure::Port(On::Smtp, 1)),
            ],
            proofs: &[
                ("a user", Relay, says("EHLO")),
                ("a server", Relay, says("EHLO").by("mail")),
            ],
            reference: "RFC 5321 §2.1",
        },
    },
    Saying {
        id: "mail-from",
        said: "MAIL FROM shows who writes.",
        verdict: "It is a return address; nobody checks it here",
        shows: Claim {
            text: "“{}”, says Mallory, and “{}” is the answer. AUTH was said {} times. The letter itself names the president.",
            figures: &[
                (Forged, Measure::Quote(says("MAIL"))),
                (Forged, Measure::Quote(replies("250").nth(1))),
                (Forged, Measure::Count(says("AUTH"))),
            ],
            proofs: &[
                ("the envelope", Forged, says("MAIL")),
                ("the letter", Forged, brings(On::Smtp)),
                ("what Grace fetches", Forged, brings(On::Pop)),
            ],
            reference: "RFC 5321 §7.1",
        },
    },
    Saying {
        id: "login-protects",
        said: "A password protects the file.",
        verdict: "It keeps others from asking, not from listening",
        shows: Claim {
            text: "{} with words of FTP reached the stranger, and {} of SMTP: passwords, file and letter.",
            figures: &[
                (Sniffed, Measure::Heard("stranger")),
                (Login, Measure::Heard("stranger")),
            ],
            proofs: &[
                ("FTP’s password", Sniffed, says("PASS")),
                ("SMTP’s, in base64", Login, says("AUTH")),
                ("the file", Sniffed, brings(On::Data)),
            ],
            reference: "RFC 4954 §9",
        },
    },
    Saying {
        id: "push-only",
        said: "SMTP brings letters to their readers.",
        verdict: "To a mailbox, and no further",
        shows: Claim {
            text: "SMTP is done at {}. At {} Grace’s phone comes to fetch: another protocol, port {}.",
            figures: &[
                (Fetch, Measure::When(replies("250").with("queued"))),
                (Fetch, Measure::When(calls(On::Pop))),
                (Fetch, Measure::Port(On::Pop, 0)),
            ],
            proofs: &[
                ("in the mailbox", Fetch, replies("250").with("queued")),
                ("the reader calls", Fetch, calls(On::Pop)),
                ("and fetches", Fetch, says("RETR")),
            ],
            reference: "RFC 1939 §1",
        },
    },
    Saying {
        id: "binary",
        said: "A letter carries a file as it is.",
        verdict: "It carries text that stands for the file",
        shows: Claim {
            text: "{} bytes become {}. Of a photo in a letter, no byte is above {}; of photos by FTP, they go up to {}.",
            figures: &[
                (ThreeWays, Measure::Data(On::Data)),
                (ThreeWays, Measure::Data(On::Smtp)),
                (Source::Photo, Measure::Highest(On::Smtp)),
                (SeveralFiles, Measure::Highest(On::Data)),
            ],
            proofs: &[
                ("a file in a letter", ThreeWays, brings(On::Smtp)),
                ("a photo in a letter", Source::Photo, brings(On::Smtp)),
                ("a photo by FTP", SeveralFiles, brings(On::Data).nth(1)),
            ],
            reference: "RFC 2045 §6.8",
        },
    },
    Saying {
        id: "bounce",
        said: "The sender hears at once that a letter failed.",
        verdict: "From their own server only; else by letter, later",
        shows: Claim {
            text: "Ada’s server says “{}”. The refusal comes at {}, to that server. At {} Ada fetches a letter that tells her.",
            figures: &[
                (NoSuchReader, Measure::Quote(replies("250").with("queued"))),
                (NoSuchReader, Measure::When(replies("550"))),
                (NoSuchReader, Measure::When(brings(On::Pop))),
            ],
            proofs: &[
                ("Ada says goodbye", NoSuchReader, says("QUIT")),
                ("the refusal", NoSuchReader, replies("550")),
                ("the report", NoSuchReader, brings(On::Pop)),
            ],
            reference: "RFC 5321 §6.1",
        },
    },
    Saying {
        id: "keep-alive",
        said: "HTTP opens a connection for each file.",
        verdict: "Only if one side says close",
        shows: Claim {
            text: "This browser says it in {} of {} requests, and needs {}. Without that line, HTTP/1.1 would keep the first.",
            figures: &[
                (Web, Measure::Count(says("GET").with("Connection: close"))),
                (Web, Measure::Count(says("GET"))),
                (Web, Measure::Lines(On::Http, "")),
            ],
            proofs: &[
                (
                    "Connection: close",
                    Web,
                    says("GET").with("Connection: close"),
                ),
                ("the next connection", Web, calls(On::Http).nth(1)),
            ],
            reference: "RFC 9112 §9.3",
        },
    },
];
