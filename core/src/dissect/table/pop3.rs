//! POP3 (RFC 1939, RFC 2449): how a person's mail program fetches letters.

use super::data::{ANSWERED, line_end, one_line};
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Bytes, Counted, Number, Text, Within};

/// POP3: fetching letters from a mailbox.
pub static POP3: LayerKind = LayerKind {
    name: "POP3",
    filter: "pop",
    meaning: "Lets a mail program fetch the letters that a server keeps for one person, and delete them there.",
    reference: "RFC 1939 §3",
    fields: &[
        &dialogue::REQUEST,
        &dialogue::COMMAND,
        &dialogue::ARGUMENT,
        &dialogue::REPLY,
        &dialogue::STATUS,
        &dialogue::RESPONSE_CODE,
        &dialogue::TEXT,
        &dialogue::LINE,
        &dialogue::LETTER_BYTES,
        &dialogue::LAST_LINE,
        &dialogue::LINE_END,
        &dialogue::ANSWERS,
        &dialogue::ANSWERS_FRAME,
        &dialogue::ANSWERED_IN,
        &dialogue::LETTERS,
        &dialogue::TOTAL,
        &dialogue::LETTER,
        &dialogue::SIZE,
        &dialogue::UNIQUE_ID,
        &dialogue::GATHERED,
        &dialogue::GATHERED_IN,
    ],
};

/// Fields of POP3.
pub mod dialogue {
    use super::*;

    /// A client's whole line.
    pub static REQUEST: FieldKind = field!(
        "Request",
        "pop.request",
        Within(one_line),
        "What the client says: one command on one line, of at most 255 bytes.",
        "RFC 2449 §4"
    );

    /// The verb.
    pub static COMMAND: FieldKind = field!(
        "Command",
        "pop.request.command",
        Text,
        "Says what the client wants: to log in, to know what there is, to get a letter, to delete one, to leave.",
        "RFC 1939 §3",
        "Three or four letters, in capitals or not. The client waits for the reply before it says the next one, unless the server offers PIPELINING."
    );

    /// What follows the verb.
    pub static ARGUMENT: FieldKind = field!(
        "Argument",
        "pop.request.parameter",
        Text,
        "Says more about the command: a user's name, a password, the number of a letter, how many lines.",
        "RFC 1939 §3",
        "Letters are numbered from 1 when the mailbox opens, and keep their numbers until the session ends, even behind deleted ones."
    );

    /// A server's whole line.
    pub static REPLY: FieldKind = field!(
        "Reply",
        "pop.response",
        Within(one_line),
        "What the server says to a command: yes or no on one line, perhaps with more lines behind it.",
        "RFC 1939 §3"
    );

    /// `+OK` or `-ERR`.
    pub static STATUS: FieldKind = field!(
        "Status",
        "pop.response.indicator",
        Text,
        "Says yes (+OK) or no (-ERR). Programs need nothing more: POP3 has no numbered codes.",
        "RFC 1939 §3"
    );

    /// `[IN-USE]`.
    pub static RESPONSE_CODE: FieldKind = field!(
        "Reason code",
        "wirestage.pop.code",
        Text,
        "Tells programs why the server said no, in square brackets: that another client has the mailbox open, for one.",
        "RFC 2449 §8"
    );

    /// Words for people.
    pub static TEXT: FieldKind = field!(
        "Text",
        "pop.response.description",
        Text,
        "Says the same for people. To STAT, LIST and UIDL it holds numbers that programs read.",
        "RFC 1939 §3"
    );

    /// A line of a longer reply.
    pub static LINE: FieldKind = field!(
        "Line",
        "pop.response.data",
        Text,
        "One line of a longer reply: a letter's number with its size or id, an ability of the server, or a letter's line.",
        "RFC 1939 §3",
        "A line that begins with a dot gets a second one in front, so that no line of a letter is taken for the reply's end. The client takes it away again."
    );

    /// Part of a letter.
    pub static LETTER_BYTES: FieldKind = field!(
        "Part of the letter",
        "wirestage.pop.fragment",
        Bytes,
        "Bytes of the letter asked for, as many as this segment holds; the letter is whole once all segments are there.",
        "RFC 1939 §5"
    );

    /// The lone dot.
    pub static LAST_LINE: FieldKind = field!(
        "End of the reply",
        "wirestage.pop.eom",
        Text,
        "A dot alone on a line ends a reply of several lines.",
        "RFC 1939 §3"
    );

    /// CR LF.
    pub static LINE_END: FieldKind = field!(
        "End of line",
        "wirestage.pop.line_end",
        Within(line_end),
        "Ends the line, so that the other side knows it is complete: CR and LF.",
        "RFC 1939 §3"
    );

    /// The command a reply answers.
    pub static ANSWERS: FieldKind = field!(
        "Answers",
        "wirestage.pop.answers",
        ANSWERED,
        "Tells which command this reply answers. Replies do not say so: they come in the order of the commands.",
        "RFC 1939 §3").derived();

    /// The frame of that command.
    pub static ANSWERS_FRAME: FieldKind = field!(
        "Answers frame",
        "wirestage.pop.answers_frame",
        Number,
        "Tells in which frame the command came that this reply answers.",
        "RFC 1939 §3"
    )
    .derived();

    /// The frame of a command's reply.
    pub static ANSWERED_IN: FieldKind = field!(
        "Answered in frame",
        "wirestage.pop.answered_in",
        Number,
        "Tells in which frame the reply to this command comes.",
        "RFC 1939 §3"
    )
    .derived();

    /// From STAT.
    pub static LETTERS: FieldKind = field!(
        "Letters",
        "wirestage.pop.letters",
        Number,
        "Tells how many letters the mailbox holds, those marked as deleted not counted: STAT's first number.",
        "RFC 1939 §5").derived();

    /// From STAT.
    pub static TOTAL: FieldKind = field!(
        "All their bytes",
        "wirestage.pop.bytes",
        Counted("byte"),
        "Tells how many bytes all letters of the mailbox have together: STAT's second number.",
        "RFC 1939 §5"
    )
    .derived();

    /// A letter's number.
    pub static LETTER: FieldKind = field!(
        "Letter",
        "wirestage.pop.letter",
        Number,
        "Tells which letter a command or a line of a list is about, counted from 1 in this session alone.",
        "RFC 1939 §4").derived();

    /// From LIST.
    pub static SIZE: FieldKind = field!(
        "Letter's size",
        "wirestage.pop.size",
        Counted("byte"),
        "Tells how long one letter is, line ends counted as two bytes, so that a client can decide whether to fetch it.",
        "RFC 1939 §11").derived();

    /// From UIDL.
    pub static UNIQUE_ID: FieldKind = field!(
        "Lasting id",
        "wirestage.pop.uid",
        Text,
        "Tells a letter from all others this mailbox ever had, so that a client knows tomorrow which ones it has already.",
        "RFC 1939 §7",
"One to seventy characters. Numbers change from session to session; these do not. Without them a client that leaves letters on the server would fetch all again.").derived();

    /// How long the letter is.
    pub static GATHERED: FieldKind = field!(
        "Letter's length",
        "pop.data.reassembled.length",
        Counted("byte"),
        "Tells how many bytes the letter has once all its segments are put together.",
        "RFC 1939 §5"
    )
    .derived();

    /// Where it is complete.
    pub static GATHERED_IN: FieldKind = field!(
        "Whole in frame",
        "pop.data.reassembled.in",
        Number,
        "Tells which frame brings the letter's last bytes, so that it can be read as a whole.",
        "RFC 1939 §5"
    )
    .derived();
}

/// Commands: word, meaning, and where it is defined.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "USER",
        "says whose mailbox the client wants to open",
        "RFC 1939 §7",
    ),
    (
        "PASS",
        "says the password, readable for everyone on the way, and opens the mailbox for this client alone",
        "RFC 1939 §7",
    ),
    (
        "STAT",
        "asks how many letters there are, and how many bytes they have together",
        "RFC 1939 §5",
    ),
    (
        "LIST",
        "asks how large each letter is, or the one of this number",
        "RFC 1939 §5",
    ),
    (
        "UIDL",
        "asks for each letter's lasting id, or that of one letter, to find out which are new",
        "RFC 1939 §7",
    ),
    (
        "RETR",
        "asks for a whole letter by its number",
        "RFC 1939 §5",
    ),
    (
        "TOP",
        "asks for a letter's headers, and for so many lines of its text",
        "RFC 1939 §7",
    ),
    (
        "DELE",
        "marks a letter; the server deletes it when the client says QUIT, and not before",
        "RFC 1939 §5",
    ),
    (
        "RSET",
        "takes all marks back, so that no letter is deleted",
        "RFC 1939 §5",
    ),
    (
        "NOOP",
        "asks for nothing but an answer, so that the connection is not idle",
        "RFC 1939 §5",
    ),
    (
        "AUTH",
        "names a way to log in; more lines may go back and forth before the reply",
        "RFC 5034 §4",
    ),
    (
        "STLS",
        "asks to encrypt all that follows, so that nobody on the way can read it",
        "RFC 2595 §4",
    ),
    (
        "CAPA",
        "asks what the server can do beyond what every server can",
        "RFC 2449 §5",
    ),
    (
        "QUIT",
        "says goodbye; the server deletes what is marked, and closes the connection",
        "RFC 1939 §6",
    ),
];

/// What replies begin with: words, meaning, and where it is defined.
pub const WORDS: &[(&str, &str, &str)] = &[
    (
        "+OK",
        "yes: the command was done, or what it asks for follows",
        "RFC 1939 §3",
    ),
    (
        "-ERR",
        "no: the command was not done; the text tells people why",
        "RFC 1939 §3",
    ),
    (
        "[LOGIN-DELAY]",
        "no, since this user logged in a moment ago; a later try may work",
        "RFC 2449 §8.1.1",
    ),
    (
        "[IN-USE]",
        "no, since another client has the mailbox open",
        "RFC 2449 §8.1.2",
    ),
];
