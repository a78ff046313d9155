//! SMTP (RFC 5321, RFC 4954, RFC 3463): how letters go from server to server.

use super::data::{ANSWERED, line_end, one_line};
pub use super::smtp_words::{CODES, COMMANDS, DIGITS};
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use crate::proto::mail::base64;
use Shows::{Bytes, Counted, Flag, Number, Text, Within, Words};

/// SMTP: handing letters over.
pub static SMTP: LayerKind = LayerKind {
    name: "SMTP",
    filter: "smtp",
    meaning: "Hands letters over, from a mail program to a server and from server to server, with sender and recipients.",
    reference: "RFC 5321 §2.1",
    fields: &[
        &dialogue::COMMAND_LINE,
        &dialogue::COMMAND,
        &dialogue::ARGUMENT,
        &dialogue::FROM,
        &dialogue::TO,
        &dialogue::SIZE,
        &dialogue::BODY,
        &dialogue::AUTH,
        &dialogue::OTHER_PARAMETER,
        &dialogue::MECHANISM,
        &dialogue::CREDENTIALS,
        &dialogue::REPLY,
        &dialogue::CODE,
        &dialogue::CONTINUES,
        &dialogue::TEXT,
        &dialogue::ENHANCED_CODE,
        &dialogue::EXTENSION,
        &dialogue::FRAGMENT,
        &dialogue::END_OF_LETTER,
        &dialogue::LINE,
        &dialogue::LINE_END,
        &dialogue::IS_REQUEST,
        &dialogue::IS_RESPONSE,
        &dialogue::USER,
        &dialogue::PASSWORD,
        &dialogue::ASKED_FOR,
        &dialogue::ENHANCED_MEANS,
        &dialogue::FIRST_DIGIT,
        &dialogue::SECOND_DIGIT,
        &dialogue::THIRD_DIGIT,
        &dialogue::ANSWERS,
        &dialogue::ANSWERS_FRAME,
        &dialogue::ANSWERED_IN,
        &dialogue::FRAGMENTS,
        &dialogue::GATHERED,
        &dialogue::GATHERED_IN,
    ],
};

/// Fields of SMTP.
pub mod dialogue {
    use super::*;

    /// A client's whole line.
    pub static COMMAND_LINE: FieldKind = field!(
        "Request",
        "smtp.command_line",
        Within(one_line),
        "What the client says: one command on one line.",
        "RFC 5321 §2.4"
    );

    /// The verb.
    pub static COMMAND: FieldKind = field!(
        "Command",
        "smtp.req.command",
        Text,
        "Says what the client wants: to greet, to begin a letter, to name a recipient, to hand the letter over, to leave.",
        "RFC 5321 §4.1.1",
        "In capitals or not. Where the server offers PIPELINING, the client need not wait for each reply."
    );

    /// What follows the verb.
    pub static ARGUMENT: FieldKind = field!(
        "Argument",
        "smtp.req.parameter",
        Text,
        "Says more about the command: the client's name, an address, a way to log in.",
        "RFC 5321 §4.1.1"
    );

    /// Of MAIL.
    pub static FROM: FieldKind = field!(
        "Sender",
        "wirestage.smtp.from",
        Within(path),
        "Says where a report goes if the letter is lost; empty in reports themselves, so that none answers another.",
        "RFC 5321 §4.1.1.2",
        "It belongs to the envelope. What the letter's From says is another matter, and need not be the same."
    );

    /// Of RCPT.
    pub static TO: FieldKind = field!(
        "Recipient",
        "wirestage.smtp.to",
        Within(path),
        "Says to whom the letter is delivered: servers go by this, not by what the letter's To says.",
        "RFC 5321 §4.1.1.3",
        "One command for each recipient, and one reply to each: some may be refused and others not."
    );

    /// `SIZE=1234`.
    pub static SIZE: FieldKind = field!(
        "SIZE parameter",
        "wirestage.smtp.size",
        Text,
        "Says how many bytes the letter has, so that the server can refuse one too large before it comes.",
        "RFC 1870 §6"
    );

    /// `BODY=8BITMIME`.
    pub static BODY: FieldKind = field!(
        "BODY parameter",
        "wirestage.smtp.body",
        Text,
        "Says whether the letter holds bytes beyond ASCII (8BITMIME) or not (7BIT).",
        "RFC 6152 §2",
        "A server that cannot pass such bytes on must write the letter anew in base64 or quoted-printable, or send it back."
    );

    /// `AUTH=<>`.
    pub static AUTH: FieldKind = field!(
        "AUTH parameter",
        "wirestage.smtp.auth",
        Text,
        "Says who handed the letter in first, as another server vouches; believed only from servers one trusts.",
        "RFC 4954 §5"
    );

    /// Any other parameter.
    pub static OTHER_PARAMETER: FieldKind = field!(
        "Other parameter",
        "wirestage.smtp.parameter",
        Text,
        "Asks for something an extension offers. A server that does not know it refuses the command.",
        "RFC 5321 §4.1.1.11"
    );

    /// Of AUTH: `PLAIN`.
    pub static MECHANISM: FieldKind = field!(
        "Way to log in",
        "wirestage.smtp.auth.mechanism",
        Text,
        "Says how the client will prove who it is: PLAIN in one line, LOGIN in two.",
        "RFC 4954 §4"
    );

    /// Base64.
    pub static CREDENTIALS: FieldKind = field!(
        "Credentials",
        "smtp.auth.username_password",
        Text,
        "User name and password in base64, which hides nothing: everyone on the way can undo it.",
        "RFC 4954 §4"
    );

    /// A server's whole line.
    pub static REPLY: FieldKind = field!(
        "Reply",
        "smtp.response",
        Within(one_line),
        "What the server answers: a code for programs, a text for people.",
        "RFC 5321 §4.2"
    );

    /// Three digits.
    pub static CODE: FieldKind = field!(
        "Code",
        "smtp.response.code",
        Words(code),
        "Tells the client's program in three digits how the command turned out. The text behind it is for people.",
        "RFC 5321 §4.2"
    );

    /// The hyphen behind the code.
    pub static CONTINUES: FieldKind = field!(
        "More lines follow",
        "wirestage.smtp.continues",
        Flag,
        "A hyphen behind the code: the reply goes on with the next line, which bears the same code.",
        "RFC 5321 §4.2.1"
    );

    /// `5.1.1`.
    pub static ENHANCED_CODE: FieldKind = field!(
        "Enhanced code",
        "wirestage.smtp.enhanced_code",
        Text,
        "Tells programs more exactly why: how lasting it is, what it is about, and what of that.",
        "RFC 3463 §2",
        "Three numbers with points between. A report about a lost letter repeats them, so that the writer's program can explain it."
    );

    /// Words for people.
    pub static TEXT: FieldKind = field!(
        "Text",
        "smtp.rsp.parameter",
        Text,
        "Says the same for people. In the first reply it begins with the server's name.",
        "RFC 5321 §4.2"
    );

    /// A line of the answer to EHLO.
    pub static EXTENSION: FieldKind = field!(
        "Offers",
        "wirestage.smtp.extension",
        Text,
        "Names something the server can do beyond the oldest rules, in its answer to EHLO.",
        "RFC 5321 §4.1.1.1"
    );

    /// A piece of the letter.
    pub static FRAGMENT: FieldKind = field!(
        "Part of the letter",
        "wirestage.smtp.data.fragment",
        Bytes,
        "Bytes of the letter, as many as this segment holds; the letter is whole once all segments are there.",
        "RFC 5321 §4.1.1.4",
        "A line that begins with a dot gets a second one in front, so that no line of a letter is taken for its end. The server takes it away again."
    );

    /// The lone dot.
    pub static END_OF_LETTER: FieldKind = field!(
        "End of the letter",
        "smtp.eom",
        Text,
        "A dot alone on a line ends the letter. From its reply on the server answers for the letter.",
        "RFC 5321 §4.1.1.4"
    );

    /// A line that is neither command nor reply.
    pub static LINE: FieldKind = field!(
        "Line",
        "wirestage.smtp.line",
        Text,
        "A line that is neither a command nor a reply, such as a line of a letter.",
        "RFC 5321 §2.3.8"
    );

    /// CR LF.
    pub static LINE_END: FieldKind = field!(
        "End of line",
        "wirestage.smtp.line_end",
        Within(line_end),
        "Ends the line, so that the other side knows it is complete: CR and LF, never one of them alone.",
        "RFC 5321 §2.3.8",
        "Where two servers disagree whether LF alone ends a line, one can be made to see two letters where the other saw one."
    );

    /// It is a command.
    pub static IS_REQUEST: FieldKind = field!(
        "Is a command",
        "smtp.req",
        Flag,
        "Tells whether the client speaks here.",
        "RFC 5321 §2.1"
    )
    .derived();

    /// It is a reply.
    pub static IS_RESPONSE: FieldKind = field!(
        "Is a reply",
        "smtp.rsp",
        Flag,
        "Tells whether the server speaks here.",
        "RFC 5321 §2.1"
    )
    .derived();

    /// The user name. Its range is the base64.
    pub static USER: FieldKind = field!(
        "User name",
        "smtp.auth.username",
        Within(user),
        "Tells who logs in, read from the base64 as anyone on the way could.",
        "RFC 4616 §2"
    )
    .derived();

    /// The password. Its range is the base64.
    pub static PASSWORD: FieldKind = field!(
        "Password",
        "smtp.auth.password",
        Within(password),
        "Tells the password, read from the base64 as anyone on the way could.",
        "RFC 4616 §2",
        "That is why mail programs go on in secret (TLS) before they log in."
    )
    .derived();

    /// What 334 asks for. Its range is the base64.
    pub static ASKED_FOR: FieldKind = field!(
        "Asks for",
        "wirestage.smtp.auth.challenge",
        Within(decoded),
        "Tells what the server wants to know next, read from the base64 behind 334.",
        "RFC 4954 §4"
    )
    .derived();

    /// The enhanced code in words. Its range is the code.
    pub static ENHANCED_MEANS: FieldKind = field!(
        "Enhanced code means",
        "wirestage.smtp.enhanced_means",
        Within(enhanced_means),
        "Tells in words what the enhanced code's first two numbers say.",
        "RFC 3463 §3"
    )
    .derived();

    /// What the first digit says. Its number is that digit.
    pub static FIRST_DIGIT: FieldKind = field!(
        "First digit",
        "wirestage.smtp.code.first",
        Words(first_digit),
        "Tells whether the command is done, more is wanted, it may work later, or never. Clients act on this one.",
        "RFC 5321 §4.2.1").derived();

    /// What the second digit says. Its number is that digit.
    pub static SECOND_DIGIT: FieldKind = field!(
        "Second digit",
        "wirestage.smtp.code.second",
        Words(second_digit),
        "Tells what the reply is about: the command's form, information, the connection, or mail.",
        "RFC 5321 §4.2.1"
    )
    .derived();

    /// The third digit. Its number is that digit.
    pub static THIRD_DIGIT: FieldKind = field!(
        "Third digit",
        "wirestage.smtp.code.third",
        Number,
        "Tells replies apart whose first two digits are the same.",
        "RFC 5321 §4.2.1"
    )
    .derived();

    /// The command a reply answers.
    pub static ANSWERS: FieldKind = field!(
        "Answers",
        "wirestage.smtp.answers",
        ANSWERED,
        "Tells which command this reply answers, or that it answers the letter. Replies come in the commands' order.",
        "RFC 5321 §4.3.1").derived();

    /// The frame of that command.
    pub static ANSWERS_FRAME: FieldKind = field!(
        "Answers frame",
        "wirestage.smtp.answers_frame",
        Number,
        "Tells in which frame the command came that this reply answers.",
        "RFC 5321 §4.3.1"
    )
    .derived();

    /// The frame of the reply.
    pub static ANSWERED_IN: FieldKind = field!(
        "Answered in frame",
        "wirestage.smtp.answered_in",
        Number,
        "Tells in which frame the reply to this command, or to the letter, comes.",
        "RFC 5321 §4.3.1"
    )
    .derived();

    /// In how many pieces the letter came.
    pub static FRAGMENTS: FieldKind = field!(
        "Parts of the letter",
        "smtp.data.fragment.count",
        Number,
        "Tells over how many frames the letter is spread.",
        "RFC 5321 §4.1.1.4"
    )
    .derived();

    /// How long the letter is.
    pub static GATHERED: FieldKind = field!(
        "Letter's length",
        "smtp.data.reassembled.length",
        Counted("byte"),
        "Tells how many bytes the letter has once all its parts are put together.",
        "RFC 5321 §4.1.1.4"
    )
    .derived();

    /// Where it is complete.
    pub static GATHERED_IN: FieldKind = field!(
        "Whole in frame",
        "smtp.data.reassembled.in",
        Number,
        "Tells which frame brings the letter's last bytes, so that it can be read as a whole.",
        "RFC 5321 §4.1.1.4"
    )
    .derived();
}

/// An address without its angle brackets; `<>` where there is none.
fn path(frame: &[u8], field: &Field) -> String {
    let text = one_line(frame, field);
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    match inner {
        Some(inner) if !inner.is_empty() => inner.to_owned(),
        _ => text,
    }
}

/// What a field's base64 says; the letters as they are, where they are no base64.
fn decoded(frame: &[u8], field: &Field) -> String {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    let letters = bytes.trim_ascii();
    let said = base64::decode(letters);
    String::from_utf8_lossy(said.as_deref().unwrap_or(letters)).into_owned()
}

/// PLAIN says three things with NULs between (RFC 4616 §2); LOGIN says one at a time.
fn part(frame: &[u8], field: &Field, index: usize) -> String {
    let text = decoded(frame, field);
    let parts: Vec<&str> = text.split('\0').collect();
    match (parts.len(), parts.get(index)) {
        (3, Some(part)) => (*part).to_owned(),
        _ => text,
    }
}

fn user(frame: &[u8], field: &Field) -> String {
    part(frame, field, 1)
}

fn password(frame: &[u8], field: &Field) -> String {
    part(frame, field, 2)
}

/// `5.1.1`: `for good, about the address`.
fn enhanced_means(frame: &[u8], field: &Field) -> String {
    let code = one_line(frame, field);
    let mut numbers = code.split('.');
    let class = match numbers.next() {
        Some("2") => "done",
        Some("4") => "not now",
        Some("5") => "for good",
        _ => return "unknown".into(),
    };
    let subject = match numbers.next() {
        Some("1") => "the address",
        Some("2") => "the mailbox",
        Some("3") => "the mail system",
        Some("4") => "the network, or the way there",
        Some("5") => "what was said",
        Some("6") => "the letter's content",
        Some("7") => "what is allowed",
        _ => "something else",
    };
    format!("{class}, about {subject}")
}

/// `550 (refused: no such mailbox, or not allowed)`.
fn code(number: u64) -> String {
    let mut codes = CODES.iter();
    match codes.find(|known| u64::from(known.0) == number) {
        Some((_, meaning, _)) => format!("{number} ({meaning})"),
        None => number.to_string(),
    }
}

fn first_digit(digit: u64) -> String {
    super::smtp_words::digit(&format!("{digit}yz"))
}

fn second_digit(digit: u64) -> String {
    super::smtp_words::digit(&format!("x{digit}z"))
}
