//! The words of HTTP for the field guide: methods, status codes, and their first digits.

/// Methods: word, meaning, and where it is defined.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    ("GET", "asks for the file or page itself", "RFC 9110 §9.3.1"),
    (
        "HEAD",
        "asks for the headers that GET would bring, without the body",
        "RFC 9110 §9.3.2",
    ),
    (
        "POST",
        "hands something over to be worked on: a form, an order",
        "RFC 9110 §9.3.3",
    ),
    (
        "PUT",
        "puts a file there, in place of what was there before",
        "RFC 9110 §9.3.4",
    ),
    ("DELETE", "asks to delete what is there", "RFC 9110 §9.3.5"),
    (
        "CONNECT",
        "asks a proxy for a way through to another server",
        "RFC 9110 §9.3.6",
    ),
    (
        "OPTIONS",
        "asks what may be done with the target",
        "RFC 9110 §9.3.7",
    ),
    (
        "TRACE",
        "asks to have the request sent back, to see what proxies changed",
        "RFC 9110 §9.3.8",
    ),
    ("PATCH", "changes a part of what is there", "RFC 5789 §2"),
];

/// Status codes: meaning, and where it is defined.
pub const CODES: &[(u16, &str, &str)] = &[
    (
        100,
        "go on: the head is fine, the body may come",
        "RFC 9110 §15.2.1",
    ),
    (
        101,
        "from here on another protocol is spoken",
        "RFC 9110 §15.2.2",
    ),
    (200, "done: here it is", "RFC 9110 §15.3.1"),
    (201, "done: something new was made", "RFC 9110 §15.3.2"),
    (202, "accepted, and done later", "RFC 9110 §15.3.3"),
    (
        203,
        "done, but a proxy changed what the server sent",
        "RFC 9110 §15.3.4",
    ),
    (204, "done: there is nothing to send", "RFC 9110 §15.3.5"),
    (205, "done: the form may be emptied", "RFC 9110 §15.3.6"),
    (
        206,
        "done: here is the part that was asked for",
        "RFC 9110 §15.3.7",
    ),
    (
        300,
        "there are several of these; choose one",
        "RFC 9110 §15.4.1",
    ),
    (
        301,
        "it has moved for good; look there from now on",
        "RFC 9110 §15.4.2",
    ),
    (302, "it is elsewhere for now", "RFC 9110 §15.4.3"),
    (
        303,
        "the answer is elsewhere; get it there",
        "RFC 9110 §15.4.4",
    ),
    (
        304,
        "nothing has changed; the client's copy is good",
        "RFC 9110 §15.4.5",
    ),
    (305, "use a proxy; no longer in use", "RFC 9110 §15.4.6"),
    (
        307,
        "it is elsewhere for now; ask there in the same way",
        "RFC 9110 §15.4.8",
    ),
    (
        308,
        "it has moved for good; ask there in the same way",
        "RFC 9110 §15.4.9",
    ),
    (400, "the request is not understood", "RFC 9110 §15.5.1"),
    (401, "a login is needed", "RFC 9110 §15.5.2"),
    (402, "kept for payments", "RFC 9110 §15.5.3"),
    (403, "understood, and not allowed", "RFC 9110 §15.5.4"),
    (404, "there is nothing of this name", "RFC 9110 §15.5.5"),
    (405, "this method may not be used here", "RFC 9110 §15.5.6"),
    (
        406,
        "it is not there in a form the client accepts",
        "RFC 9110 §15.5.7",
    ),
    (407, "the proxy wants a login", "RFC 9110 §15.5.8"),
    (
        408,
        "the server waited too long for the request",
        "RFC 9110 §15.5.9",
    ),
    (
        409,
        "it does not fit the state that things are in",
        "RFC 9110 §15.5.10",
    ),
    (410, "it is gone for good", "RFC 9110 §15.5.11"),
    (411, "the body's length must be told", "RFC 9110 §15.5.12"),
    (
        412,
        "a condition in the request does not hold",
        "RFC 9110 §15.5.13",
    ),
    (413, "the body is too large", "RFC 9110 §15.5.14"),
    (414, "the target is too long", "RFC 9110 §15.5.15"),
    (
        415,
        "the body is of a sort not taken here",
        "RFC 9110 §15.5.16",
    ),
    (416, "the file has no such part", "RFC 9110 §15.5.17"),
    (
        417,
        "what the client expects cannot be done",
        "RFC 9110 §15.5.18",
    ),
    (
        421,
        "this server does not answer for that host",
        "RFC 9110 §15.5.20",
    ),
    (
        422,
        "understood, but what it says makes no sense",
        "RFC 9110 §15.5.21",
    ),
    (426, "another protocol must be spoken", "RFC 9110 §15.5.22"),
    (
        428,
        "the request must be bound to a condition",
        "RFC 6585 §3",
    ),
    (429, "too many requests in too short a time", "RFC 6585 §4"),
    (431, "the headers are too long", "RFC 6585 §5"),
    (500, "the server has a fault of its own", "RFC 9110 §15.6.1"),
    (
        501,
        "the server does not know this method",
        "RFC 9110 §15.6.2",
    ),
    (
        502,
        "the server behind gave no good answer",
        "RFC 9110 §15.6.3",
    ),
    (
        503,
        "the server has no room for more, for now",
        "RFC 9110 §15.6.4",
    ),
    (
        504,
        "the server behind did not answer in time",
        "RFC 9110 §15.6.5",
    ),
    (
        505,
        "this version of HTTP is not spoken here",
        "RFC 9110 §15.6.6",
    ),
    (
        511,
        "the network wants a login before it lets anybody out",
        "RFC 6585 §6",
    ),
];

/// What a status code's first digit says.
pub const DIGITS: &[(&str, &str, &str)] = &[
    ("1yz", "wait: this is not the answer yet", "RFC 9110 §15.2"),
    (
        "2yz",
        "done: the request was understood and carried out",
        "RFC 9110 §15.3",
    ),
    (
        "3yz",
        "more is to be done: look elsewhere, or use the copy you have",
        "RFC 9110 §15.4",
    ),
    (
        "4yz",
        "not done: the request was at fault",
        "RFC 9110 §15.5",
    ),
    ("5yz", "not done: the server was at fault", "RFC 9110 §15.6"),
];
