//! FTP (RFC 959, RFC 2428, RFC 3659): the control connection, and the data connection beside it.

use super::data::{ANSWERED, line_end};
pub use super::ftp_words::{CODES, COMMANDS, DIGITS};
use crate::dissect::Field;
use crate::dissect::kinds::{FieldKind, LayerKind, Shows, field};
use Shows::{Bytes, Counted, Flag, Names, Number, Text, Within, Words};

/// FTP: commands and replies about files.
pub static FTP: LayerKind = LayerKind {
    name: "FTP",
    filter: "ftp",
    meaning: "Carries what client and server say to each other about files; the files themselves go another way.",
    reference: "RFC 959 §2.3",
    fields: &[
        &control::TELNET,
        &control::COMMAND,
        &control::ARGUMENT,
        &control::CODE,
        &control::CONTINUES,
        &control::TEXT,
        &control::FURTHER_LINE,
        &control::LINE,
        &control::LINE_END,
        &control::IS_REQUEST,
        &control::IS_RESPONSE,
        &control::PASSIVE_ADDRESS,
        &control::PASSIVE_PORT,
        &control::PASSIVE_ELSEWHERE,
        &control::ACTIVE_ADDRESS,
        &control::ACTIVE_PORT,
        &control::ACTIVE_ELSEWHERE,
        &control::PORT_MEANS,
        &control::EPRT_FAMILY,
        &control::EPRT_ADDRESS,
        &control::EPRT_ADDRESS_6,
        &control::EPRT_PORT,
        &control::EPSV_ADDRESS,
        &control::EPSV_ADDRESS_6,
        &control::EPSV_PORT,
        &control::FIRST_DIGIT,
        &control::SECOND_DIGIT,
        &control::THIRD_DIGIT,
        &control::ANSWERS,
        &control::ANSWERS_FRAME,
        &control::ANSWERED_IN,
        &control::DATA_BEGINS,
        &control::DATA_ENDS,
        &control::DATA_BYTES,
    ],
};

/// FTP's data connection: a file or a list.
pub static FTP_DATA: LayerKind = LayerKind {
    name: "FTP data",
    filter: "ftp-data",
    meaning: "Carries one file, or one list of files, as agreed on the control connection; it closes at the end.",
    reference: "RFC 959 §3.2",
    fields: &[
        &transfer::BYTES,
        &transfer::LINE,
        &transfer::WHAT,
        &transfer::COMMAND,
        &transfer::COMMAND_FRAME,
        &transfer::SETUP_METHOD,
        &transfer::SETUP_FRAME,
        &transfer::OFFSET,
        &transfer::TO_SERVER,
    ],
};

/// Fields of FTP's control connection.
pub mod control {
    use super::*;

    /// Signals of Telnet.
    pub static TELNET: FieldKind = field!(
        "Telnet signals",
        "wirestage.ftp.telnet",
        Bytes,
        "Signals of Telnet, on which FTP builds: they ask the server to look at once, while a transfer runs.",
        "RFC 959 §4.1.3"
    );

    /// The verb.
    pub static COMMAND: FieldKind = field!(
        "Command",
        "ftp.request.command",
        Text,
        "Says in three or four letters what the server shall do.",
        "RFC 959 §4.1",
        "In capitals or not. The client waits for the reply before it says the next one."
    );

    /// What follows the verb.
    pub static ARGUMENT: FieldKind = field!(
        "Argument",
        "ftp.request.arg",
        Text,
        "Says more about the command: a name, a password, a path, an address.",
        "RFC 959 §5.3.1",
        "Nothing is hidden: everyone on the way can read passwords too."
    );

    /// Three digits.
    pub static CODE: FieldKind = field!(
        "Code",
        "ftp.response.code",
        Words(code),
        "Tells the client's program in three digits how the command turned out. The text behind it is for people.",
        "RFC 959 §4.2"
    );

    /// The hyphen behind the code.
    pub static CONTINUES: FieldKind = field!(
        "More lines follow",
        "wirestage.ftp.continues",
        Flag,
        "A hyphen behind the code: the reply goes on, until a line with the same code and a space.",
        "RFC 959 §4.2"
    );

    /// Words for people.
    pub static TEXT: FieldKind = field!(
        "Text",
        "ftp.response.arg",
        Text,
        "Says the same for people. Programs read it in a few replies only: 227 and 229 tell where to connect.",
        "RFC 959 §4.2"
    );

    /// A line between a reply's first and last.
    pub static FURTHER_LINE: FieldKind = field!(
        "Further line",
        "ftp.response.arg",
        Text,
        "One more line of a reply that began above and ends with its code and a space.",
        "RFC 959 §4.2"
    );

    /// A line that is neither command nor reply.
    pub static LINE: FieldKind = field!(
        "Line",
        "wirestage.ftp.line",
        Text,
        "A line that is neither a command nor a reply, or a piece of one whose other pieces lie in other segments.",
        "RFC 959 §5.3"
    );

    /// CR LF.
    pub static LINE_END: FieldKind = field!(
        "End of line",
        "wirestage.ftp.line_end",
        Within(line_end),
        "Ends the line, so that the other side knows it is complete: CR and LF.",
        "RFC 959 §5.3"
    );

    /// It is a command.
    pub static IS_REQUEST: FieldKind = field!(
        "Is a command",
        "ftp.request",
        Flag,
        "Tells whether the client speaks here.",
        "RFC 959 §2.3"
    )
    .derived();

    /// It is a reply.
    pub static IS_RESPONSE: FieldKind = field!(
        "Is a reply",
        "ftp.response",
        Flag,
        "Tells whether the server speaks here.",
        "RFC 959 §2.3"
    )
    .derived();

    /// From 227: its first four numbers, which are the range.
    pub static PASSIVE_ADDRESS: FieldKind = field!(
        "Server listens at",
        "ftp.passive.ip",
        Within(address),
        "Tells to which address the client shall connect for the data: the first four numbers of 227.",
        "RFC 959 §4.1.2",
"Behind NAT a server often names an address that nobody outside can reach. Careful clients take the control connection's address instead.").derived();

    /// From 227: its last two numbers, which are the range.
    pub static PASSIVE_PORT: FieldKind = field!(
        "Server's data port",
        "ftp.passive.port",
        Number,
        "Tells to which port the client shall connect for the data: the last two numbers of 227, the first times 256.",
        "RFC 959 §4.1.2").derived();

    /// From 227: not the server's own address.
    pub static PASSIVE_ELSEWHERE: FieldKind = field!(
        "Names another address",
        "ftp.passive.nat",
        Flag,
        "Tells whether 227 names another address than the packet comes from: a sign of NAT, or of a trick.",
        "RFC 959 §4.1.2").derived();

    /// From PORT: its first four numbers, which are the range.
    pub static ACTIVE_ADDRESS: FieldKind = field!(
        "Client listens at",
        "ftp.active.cip",
        Within(address),
        "Tells to which address the server shall connect for the data: the first four numbers of PORT.",
        "RFC 959 §4.1.2",
"A server that believes any address can be made to connect to third parties. Careful ones take only the client's own. NAT has to change these letters on the way.").derived();

    /// From PORT: its last two numbers, which are the range.
    pub static ACTIVE_PORT: FieldKind = field!(
        "Client's data port",
        "ftp.active.port",
        Number,
        "Tells to which port the server shall connect for the data: the last two numbers of PORT, the first times 256.",
        "RFC 959 §4.1.2").derived();

    /// From PORT: not the client's own address.
    pub static ACTIVE_ELSEWHERE: FieldKind = field!(
        "Names another address",
        "ftp.active.nat",
        Flag,
        "Tells whether PORT names another address than the packet comes from: a sign of NAT, or of a trick.",
        "RFC 2577 §3").derived();

    /// How the port is computed. Its range is the two numbers.
    pub static PORT_MEANS: FieldKind = field!(
        "Port worked out",
        "wirestage.ftp.port_means",
        Within(port_means),
        "Shows how two numbers make a port: a port has 16 bits, and each number tells 8 of them.",
        "RFC 959 §5.3.2"
    )
    .derived();

    /// From EPRT.
    pub static EPRT_FAMILY: FieldKind = field!(
        "Family",
        "ftp.eprt.af",
        Names(FAMILIES),
        "Says whether the address that follows is one of IPv4 or of IPv6.",
        "RFC 2428 §2"
    )
    .derived();

    /// From EPRT.
    pub static EPRT_ADDRESS: FieldKind = field!(
        "Client listens at",
        "ftp.eprt.ip",
        Text,
        "Tells to which IPv4 address the server shall connect for the data, written as usual.",
        "RFC 2428 §2"
    )
    .derived();

    /// From EPRT.
    pub static EPRT_ADDRESS_6: FieldKind = field!(
        "Client listens at",
        "ftp.eprt.ipv6",
        Text,
        "Tells to which IPv6 address the server shall connect for the data, for which PORT has no room.",
        "RFC 2428 §2").derived();

    /// From EPRT.
    pub static EPRT_PORT: FieldKind = field!(
        "Client's data port",
        "ftp.eprt.port",
        Number,
        "Tells to which port the server shall connect for the data, written as one number.",
        "RFC 2428 §2"
    )
    .derived();

    /// Of 229: where the reply came from. Its range is the port, and its number the place
    /// of the source address in the IPv4 header.
    pub static EPSV_ADDRESS: FieldKind = field!(
        "Server listens at",
        "ftp.epsv.ip",
        Within(sender::<4>),
        "Tells to which address the client shall connect: 229 names none, so it is the one the reply came from.",
        "RFC 2428 §3").derived();

    /// Of 229: where the reply came from. Its range is the port, and its number the place
    /// of the source address in the IPv6 header.
    pub static EPSV_ADDRESS_6: FieldKind = field!(
        "Server listens at",
        "ftp.epsv.ipv6",
        Within(sender::<16>),
        "Tells to which address the client shall connect: 229 names none, so it is the one the reply came from.",
        "RFC 2428 §3").derived();

    /// From 229.
    pub static EPSV_PORT: FieldKind = field!(
        "Server's data port",
        "ftp.epsv.port",
        Number,
        "Tells to which port the client shall connect for the data: the number between the bars of 229.",
        "RFC 2428 §3",
"229 names no address, which is why NAT does not disturb it.").derived();

    /// What the first digit says. Its number is that digit.
    pub static FIRST_DIGIT: FieldKind = field!(
        "First digit",
        "wirestage.ftp.code.first",
        Words(first_digit),
        "Tells how the command stands: begun, done, more wanted, not now, or no. A client needs no other digit.",
        "RFC 959 §4.2").derived();

    /// What the second digit says. Its number is that digit.
    pub static SECOND_DIGIT: FieldKind = field!(
        "Second digit",
        "wirestage.ftp.code.second",
        Words(second_digit),
        "Tells what the reply is about: the command's form, information, connections, logging in, or files.",
        "RFC 959 §4.2").derived();

    /// The third digit. Its number is that digit.
    pub static THIRD_DIGIT: FieldKind = field!(
        "Third digit",
        "wirestage.ftp.code.third",
        Number,
        "Tells replies apart whose first two digits are the same.",
        "RFC 959 §4.2"
    )
    .derived();

    /// The command a reply answers.
    pub static ANSWERS: FieldKind = field!(
        "Answers",
        "wirestage.ftp.answers",
        ANSWERED,
        "Tells which command this reply answers. Replies do not say so: they come in the order of the commands.",
        "RFC 959 §5.4").derived();

    /// The frame of that command.
    pub static ANSWERS_FRAME: FieldKind = field!(
        "Answers frame",
        "wirestage.ftp.answers_frame",
        Number,
        "Tells in which frame the command came that this reply answers.",
        "RFC 959 §5.4"
    )
    .derived();

    /// The frame of the reply.
    pub static ANSWERED_IN: FieldKind = field!(
        "Answered in frame",
        "wirestage.ftp.answered_in",
        Number,
        "Tells in which frame the reply to this command comes; the first one, where there are two.",
        "RFC 959 §5.4"
    )
    .derived();

    /// The first frame of the data.
    pub static DATA_BEGINS: FieldKind = field!(
        "Data begins in frame",
        "ftp.command-response.first-frame-num",
        Number,
        "Tells in which frame the data connection brings the first bytes that this command moves.",
        "RFC 959 §3.2"
    )
    .derived();

    /// The last frame of the data.
    pub static DATA_ENDS: FieldKind = field!(
        "Data ends in frame",
        "ftp.command-response.last-frame-num",
        Number,
        "Tells in which frame the data connection brings the last bytes that this command moves.",
        "RFC 959 §3.2"
    )
    .derived();

    /// How many bytes the data has.
    pub static DATA_BYTES: FieldKind = field!(
        "Data moved",
        "ftp.command-response.bytes",
        Counted("byte"),
        "Tells how many bytes the data connection carries for this command.",
        "RFC 959 §3.2"
    )
    .derived();
}

/// Fields of FTP's data connection.
pub mod transfer {
    use super::*;

    /// The bytes.
    pub static BYTES: FieldKind = field!(
        "Bytes",
        "wirestage.ftp-data.bytes",
        Bytes,
        "A piece of the file or list, with nothing around it: its end is the connection's end.",
        "RFC 959 §3.4.1",
        "So a broken connection looks like a shorter file. Only the reply on the control connection tells that all of it came."
    );

    /// A line of a list.
    pub static LINE: FieldKind = field!(
        "Line of the list",
        "wirestage.ftp-data.line",
        Text,
        "One line of a list of files: LIST's lines are for people, MLSD's for programs.",
        "RFC 959 §4.1.3"
    );

    /// File or list.
    pub static WHAT: FieldKind = field!(
        "Carries",
        "wirestage.ftp-data.carries",
        Names(CARRIED),
        "Tells whether these bytes belong to a file or to a list, which only the control connection says.",
        "RFC 959 §3.2").derived();

    /// The command that asked for it.
    pub static COMMAND: FieldKind = field!(
        "Asked for by",
        "wirestage.ftp-data.command",
        ANSWERED,
        "Tells which command on the control connection asked for these bytes, or brings them.",
        "RFC 959 §4.1.3"
    )
    .derived();

    /// The frame of that command.
    pub static COMMAND_FRAME: FieldKind = field!(
        "Asked for in frame",
        "ftp-data.command-frame",
        Number,
        "Tells in which frame that command stands, with the file's name.",
        "RFC 959 §4.1.3"
    )
    .derived();

    /// PASV, PORT, EPSV or EPRT.
    pub static SETUP_METHOD: FieldKind = field!(
        "Agreed on by",
        "ftp-data.setup-method",
        ANSWERED,
        "Tells by which command both sides agreed on this connection, and so which of them listens.",
        "RFC 959 §3.2").derived();

    /// The frame that named the port.
    pub static SETUP_FRAME: FieldKind = field!(
        "Agreed on in frame",
        "ftp-data.setup-frame",
        Number,
        "Tells which frame on the control connection named this connection's port.",
        "RFC 959 §3.2"
    )
    .derived();

    /// Where in the file the bytes belong.
    pub static OFFSET: FieldKind = field!(
        "First byte",
        "wirestage.ftp-data.offset",
        Number,
        "Tells where in the file these bytes belong, counted from 0 at its beginning; REST makes the first one greater.",
        "RFC 3659 §5").derived();

    /// To the server.
    pub static TO_SERVER: FieldKind = field!(
        "Goes to the server",
        "wirestage.ftp-data.to_server",
        Flag,
        "Tells whether a file is brought to the server, or fetched from it.",
        "RFC 959 §4.1.3"
    )
    .derived();
}

/// Families of addresses (RFC 2428 §2).
pub const FAMILIES: &[(u64, &str)] = &[(1, "IPv4"), (2, "IPv6")];

/// What a data connection carries (RFC 959 §4.1.3).
pub const CARRIED: &[(u64, &str)] = &[
    (A_FILE, "a file"),
    (A_LIST, "a list of files"),
    (NAMES, "names of files"),
];
/// The bytes of a file.
pub const A_FILE: u64 = 1;
/// What LIST and MLSD bring.
pub const A_LIST: u64 = 2;
/// What NLST brings.
pub const NAMES: u64 = 3;

/// `192,0,2,10` as `192.0.2.10`.
fn address(frame: &[u8], field: &Field) -> String {
    text(frame, field).replace(',', ".")
}

/// An address of so many bytes in the packet's header, at the place that is the number.
fn sender<const LEN: usize>(frame: &[u8], field: &Field) -> String {
    let at = usize::try_from(field.number).unwrap_or(usize::MAX);
    let bytes = frame.get(at..).and_then(|rest| rest.get(..LEN));
    crate::dissect::show::address(bytes.unwrap_or_default())
}

/// `195,80` as `195 × 256 + 80 = 50000`.
fn port_means(frame: &[u8], field: &Field) -> String {
    let text = text(frame, field);
    let numbers = text.split_once(',');
    let byte = |text: &str| text.parse::<u8>().ok().map(u32::from);
    match numbers.and_then(|(high, low)| Some((byte(high)?, byte(low)?))) {
        Some((high, low)) => format!("{high} × 256 + {low} = {}", high * 256 + low),
        None => field.number.to_string(),
    }
}

fn text(frame: &[u8], field: &Field) -> String {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// `550 (the file cannot be had)`.
fn code(number: u64) -> String {
    let mut codes = CODES.iter();
    match codes.find(|known| u64::from(known.0) == number) {
        Some((_, meaning, _)) => format!("{number} ({meaning})"),
        None => number.to_string(),
    }
}

fn first_digit(digit: u64) -> String {
    super::ftp_words::digit(&format!("{digit}yz"))
}

fn second_digit(digit: u64) -> String {
    super::ftp_words::digit(&format!("x{digit}z"))
}
