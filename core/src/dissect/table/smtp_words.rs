//! The words of SMTP for the field guide: commands, reply codes, and their digits.

/// Commands: word, meaning, and where it is defined.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "EHLO",
        "says hello and the client's name, and asks what the server can do",
        "RFC 5321 §4.1.1.1",
    ),
    (
        "HELO",
        "says hello and the client's name, in the way from before extensions",
        "RFC 5321 §4.1.1.1",
    ),
    (
        "MAIL",
        "begins a letter, and says where a report goes if it is lost",
        "RFC 5321 §4.1.1.2",
    ),
    (
        "RCPT",
        "names one recipient of the letter",
        "RFC 5321 §4.1.1.3",
    ),
    (
        "DATA",
        "asks to hand over the letter itself, up to a lone dot",
        "RFC 5321 §4.1.1.4",
    ),
    (
        "RSET",
        "takes back the letter begun, with its sender and recipients",
        "RFC 5321 §4.1.1.5",
    ),
    (
        "VRFY",
        "asks whether the server knows a user; most do not tell, for fear of spam",
        "RFC 5321 §4.1.1.6",
    ),
    (
        "EXPN",
        "asks who is on a mailing list; most servers do not tell",
        "RFC 5321 §4.1.1.7",
    ),
    (
        "HELP",
        "asks what can be said here, in words for people",
        "RFC 5321 §4.1.1.8",
    ),
    (
        "NOOP",
        "asks for nothing but an answer, so that the connection is not idle",
        "RFC 5321 §4.1.1.9",
    ),
    (
        "QUIT",
        "says goodbye; the server answers and closes the connection",
        "RFC 5321 §4.1.1.10",
    ),
    (
        "AUTH",
        "logs in, so that the server passes letters on for this client",
        "RFC 4954 §4",
    ),
    (
        "STARTTLS",
        "asks to go on in secret, on the same connection",
        "RFC 3207 §4",
    ),
    (
        "SEND",
        "brought a letter to the user's screen; no longer in use",
        "RFC 5321 §F.6",
    ),
    (
        "SOML",
        "brought a letter to the user's screen, or else to the mailbox; no longer in use",
        "RFC 5321 §F.6",
    ),
    (
        "SAML",
        "brought a letter to the user's screen and to the mailbox; no longer in use",
        "RFC 5321 §F.6",
    ),
    (
        "TURN",
        "made client and server change sides; no longer in use, since anyone could",
        "RFC 5321 §F.1",
    ),
];

/// Reply codes: meaning, and where it is defined.
pub const CODES: &[(u16, &str, &str)] = &[
    (211, "how the system stands", "RFC 5321 §4.2.3"),
    (214, "help, for people to read", "RFC 5321 §4.2.3"),
    (220, "the server is ready", "RFC 5321 §4.2.3"),
    (221, "goodbye, the connection closes", "RFC 5321 §4.2.3"),
    (235, "the client is logged in", "RFC 4954 §6"),
    (
        250,
        "done; for a letter: the server answers for it from now on",
        "RFC 5321 §4.2.3",
    ),
    (
        251,
        "the user has moved, and the server passes the letter on",
        "RFC 5321 §4.2.3",
    ),
    (
        252,
        "the server does not say whether the user is known, but would try to deliver",
        "RFC 5321 §4.2.3",
    ),
    (
        334,
        "go on with the login: the text asks in base64",
        "RFC 4954 §4",
    ),
    (
        354,
        "hand over the letter, and end it with a lone dot",
        "RFC 5321 §4.2.3",
    ),
    (
        421,
        "the server has to close the connection now",
        "RFC 5321 §4.2.3",
    ),
    (
        432,
        "the password must be changed to this way of logging in first",
        "RFC 4954 §6",
    ),
    (
        450,
        "the mailbox cannot be used now: it is busy, or senders unknown must wait",
        "RFC 5321 §4.2.3",
    ),
    (
        451,
        "the server stopped after a fault of its own",
        "RFC 5321 §4.2.3",
    ),
    (
        452,
        "there is no room now, or there are too many recipients",
        "RFC 5321 §4.2.3",
    ),
    (454, "logins cannot be checked now", "RFC 4954 §6"),
    (
        455,
        "what the parameters ask cannot be done now",
        "RFC 5321 §4.2.3",
    ),
    (
        500,
        "the command is not understood, or its line is too long",
        "RFC 5321 §4.2.3",
    ),
    (
        501,
        "what follows the command is not understood",
        "RFC 5321 §4.2.3",
    ),
    (
        502,
        "the command is known, and not offered here",
        "RFC 5321 §4.2.3",
    ),
    (503, "another command must come first", "RFC 5321 §4.2.3"),
    (
        504,
        "the command is offered, but not with this parameter",
        "RFC 5321 §4.2.3",
    ),
    (521, "this host takes no mail at all", "RFC 7504 §3"),
    (530, "a login is needed first", "RFC 4954 §6"),
    (
        534,
        "this way of logging in is too weak here",
        "RFC 4954 §6",
    ),
    (535, "user name and password do not fit", "RFC 4954 §6"),
    (
        538,
        "this way of logging in needs a secret connection",
        "RFC 4954 §6",
    ),
    (
        550,
        "refused: no such mailbox, or not allowed",
        "RFC 5321 §4.2.3",
    ),
    (
        551,
        "the user is elsewhere, and the server does not pass letters on",
        "RFC 5321 §4.2.3",
    ),
    (
        552,
        "the letter is too large, or the mailbox is full",
        "RFC 5321 §4.2.3",
    ),
    (
        553,
        "no mailbox can have this name, or it is not allowed",
        "RFC 5321 §4.2.3",
    ),
    (
        554,
        "refused: the letter, or any mail at all when said as greeting",
        "RFC 5321 §4.2.3",
    ),
    (
        555,
        "the parameters of the sender or recipient are not known",
        "RFC 5321 §4.2.3",
    ),
    (556, "the recipient's domain takes no mail", "RFC 7504 §4"),
];

/// What a reply's digits say: first digits as `2yz`, second ones as `x0z`.
pub const DIGITS: &[(&str, &str, &str)] = &[
    ("2yz", "done; the next command may come", "RFC 5321 §4.2.1"),
    (
        "3yz",
        "fine so far; the client must say more",
        "RFC 5321 §4.2.1",
    ),
    (
        "4yz",
        "not done, for now; the client tries again later",
        "RFC 5321 §4.2.1",
    ),
    (
        "5yz",
        "not done; trying again will not help, and the writer gets a report",
        "RFC 5321 §4.2.1",
    ),
    (
        "x0z",
        "about the command's form, or about no group in particular",
        "RFC 5321 §4.2.1",
    ),
    (
        "x1z",
        "information: how things stand, or help",
        "RFC 5321 §4.2.1",
    ),
    ("x2z", "about the connection", "RFC 5321 §4.2.1"),
    (
        "x3z",
        "about logging in; without a meaning in the oldest rules",
        "RFC 4954 §6",
    ),
    ("x4z", "without a meaning so far", "RFC 5321 §4.2.1"),
    (
        "x5z",
        "about the mail system: letters and mailboxes",
        "RFC 5321 §4.2.1",
    ),
];

/// What a digit written so says.
pub(super) fn digit(written: &str) -> String {
    let known = DIGITS.iter().find(|(form, ..)| *form == written);
    let number: String = written.chars().filter(char::is_ascii_digit).collect();
    match known {
        Some((_, meaning, _)) => format!("{number} ({meaning})"),
        None => number,
    }
}
