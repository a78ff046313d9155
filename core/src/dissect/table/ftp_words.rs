//! The words of FTP for the field guide: commands, reply codes, and their digits.

/// Commands: word, meaning, and where it is defined.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    ("USER", "says who wants to log in", "RFC 959 §4.1.1"),
    (
        "PASS",
        "says the password, readable for everyone on the way",
        "RFC 959 §4.1.1",
    ),
    (
        "ACCT",
        "names an account, where a server wants one besides name and password",
        "RFC 959 §4.1.1",
    ),
    ("CWD", "goes to a folder", "RFC 959 §4.1.1"),
    ("CDUP", "goes to the folder above", "RFC 959 §4.1.1"),
    (
        "SMNT",
        "asks for another file system to be put in; hardly any server knows it",
        "RFC 959 §4.1.1",
    ),
    (
        "REIN",
        "logs out, and stays connected for another user",
        "RFC 959 §4.1.1",
    ),
    (
        "QUIT",
        "says goodbye; the server closes the connection once a running transfer is done",
        "RFC 959 §4.1.1",
    ),
    (
        "PORT",
        "names where the client listens for the data: four numbers of the address, two of the port",
        "RFC 959 §4.1.2",
    ),
    (
        "PASV",
        "asks the server to listen for the data, and to say where",
        "RFC 959 §4.1.2",
    ),
    (
        "TYPE",
        "chooses how files are carried: I byte for byte, A as text with new line ends",
        "RFC 959 §4.1.2",
    ),
    (
        "STRU",
        "chooses how files are built; F, plain bytes, is the one in use",
        "RFC 959 §4.1.2",
    ),
    (
        "MODE",
        "chooses how bytes go over the data connection; S, as they come, is the one in use",
        "RFC 959 §4.1.2",
    ),
    ("RETR", "asks for a file", "RFC 959 §4.1.3"),
    (
        "STOR",
        "brings a file, and writes over one of the same name",
        "RFC 959 §4.1.3",
    ),
    (
        "STOU",
        "brings a file, and leaves its name to the server so that none is written over",
        "RFC 959 §4.1.3",
    ),
    (
        "APPE",
        "brings bytes, and adds them at a file's end",
        "RFC 959 §4.1.3",
    ),
    (
        "ALLO",
        "asks the server to keep room for a file that will come",
        "RFC 959 §4.1.3",
    ),
    (
        "REST",
        "says at which byte the next transfer begins, to go on where one broke off",
        "RFC 3659 §5",
    ),
    (
        "RNFR",
        "names what shall get a new name; RNTO must follow",
        "RFC 959 §4.1.3",
    ),
    (
        "RNTO",
        "says the new name of what RNFR named",
        "RFC 959 §4.1.3",
    ),
    (
        "ABOR",
        "breaks off the transfer that runs",
        "RFC 959 §4.1.3",
    ),
    ("DELE", "removes a file", "RFC 959 §4.1.3"),
    ("RMD", "removes a folder", "RFC 959 §4.1.3"),
    ("MKD", "makes a folder", "RFC 959 §4.1.3"),
    (
        "PWD",
        "asks which folder the session is in",
        "RFC 959 §4.1.3",
    ),
    (
        "LIST",
        "asks for a list of files for people to read, over the data connection",
        "RFC 959 §4.1.3",
    ),
    (
        "NLST",
        "asks for the names of files alone, over the data connection",
        "RFC 959 §4.1.3",
    ),
    (
        "SITE",
        "asks for something that this server alone offers",
        "RFC 959 §4.1.3",
    ),
    (
        "SYST",
        "asks what system the server runs on",
        "RFC 959 §4.1.3",
    ),
    (
        "STAT",
        "asks how things stand, or for a list on the control connection",
        "RFC 959 §4.1.3",
    ),
    (
        "HELP",
        "asks what the server offers, in words for people",
        "RFC 959 §4.1.3",
    ),
    (
        "NOOP",
        "asks for nothing but an answer, so that the connection is not idle",
        "RFC 959 §4.1.3",
    ),
    ("XCWD", "is the old word for CWD", "RFC 1123 §4.1.3.1"),
    ("XCUP", "is the old word for CDUP", "RFC 1123 §4.1.3.1"),
    ("XPWD", "is the old word for PWD", "RFC 1123 §4.1.3.1"),
    ("XMKD", "is the old word for MKD", "RFC 1123 §4.1.3.1"),
    ("XRMD", "is the old word for RMD", "RFC 1123 §4.1.3.1"),
    (
        "EPRT",
        "names where the client listens for the data, with IPv4 or IPv6",
        "RFC 2428 §2",
    ),
    (
        "EPSV",
        "asks the server to listen for the data; only the port is told",
        "RFC 2428 §3",
    ),
    (
        "FEAT",
        "asks what the server offers beyond the oldest commands",
        "RFC 2389 §3",
    ),
    ("OPTS", "chooses how another command works", "RFC 2389 §4"),
    ("MDTM", "asks when a file was changed last", "RFC 3659 §3"),
    (
        "SIZE",
        "asks how many bytes a file would have on the data connection",
        "RFC 3659 §4",
    ),
    (
        "MLST",
        "asks for the facts of one file or folder, in a form for programs",
        "RFC 3659 §7",
    ),
    (
        "MLSD",
        "asks for a list of a folder in a form for programs, over the data connection",
        "RFC 3659 §7",
    ),
    (
        "LANG",
        "chooses the language of the replies' texts",
        "RFC 2640 §4",
    ),
    (
        "HOST",
        "says which of several servers at this address is meant",
        "RFC 7151 §3",
    ),
    (
        "AUTH",
        "asks to protect the connection, and says in which way",
        "RFC 2228 §3",
    ),
    (
        "ADAT",
        "carries what the way of protection needs to begin",
        "RFC 2228 §3",
    ),
    (
        "PBSZ",
        "agrees on the size of protected blocks",
        "RFC 2228 §3",
    ),
    (
        "PROT",
        "chooses how well the data connection is protected",
        "RFC 2228 §3",
    ),
    (
        "CCC",
        "ends the protection of the control connection",
        "RFC 2228 §3",
    ),
    (
        "MIC",
        "carries a command that nobody can change on its way",
        "RFC 2228 §3",
    ),
    (
        "CONF",
        "carries a command that nobody can read on its way",
        "RFC 2228 §3",
    ),
    (
        "ENC",
        "carries a command that nobody can read or change on its way",
        "RFC 2228 §3",
    ),
];

/// Reply codes: meaning, and where it is defined.
pub const CODES: &[(u16, &str, &str)] = &[
    (110, "the mark to begin again at is noted", "RFC 959 §4.2.2"),
    (
        120,
        "wait: the service will be ready in some minutes",
        "RFC 959 §4.2.2",
    ),
    (
        125,
        "the data connection is open already, the transfer starts",
        "RFC 959 §4.2.2",
    ),
    (
        150,
        "all is well with the file, the data connection opens",
        "RFC 959 §4.2.2",
    ),
    (200, "the command is done", "RFC 959 §4.2.2"),
    (
        202,
        "the command is not needed here, and nothing was done",
        "RFC 959 §4.2.2",
    ),
    (
        211,
        "how the system stands, or what it offers",
        "RFC 959 §4.2.2",
    ),
    (212, "how a folder stands", "RFC 959 §4.2.2"),
    (
        213,
        "how a file stands: its size or its time",
        "RFC 959 §4.2.2",
    ),
    (214, "help, for people to read", "RFC 959 §4.2.2"),
    (215, "the system's name", "RFC 959 §4.2.2"),
    (220, "the server is ready for a user", "RFC 959 §4.2.2"),
    (
        221,
        "goodbye, the control connection closes",
        "RFC 959 §4.2.2",
    ),
    (
        225,
        "the data connection is open, and nothing runs on it",
        "RFC 959 §4.2.2",
    ),
    (
        226,
        "the transfer is complete, the data connection closes",
        "RFC 959 §4.2.2",
    ),
    (
        227,
        "the server listens for the data, at the address and port named here",
        "RFC 959 §4.2.2",
    ),
    (
        229,
        "the server listens for the data, at the port named here",
        "RFC 2428 §3",
    ),
    (230, "the user is logged in", "RFC 959 §4.2.2"),
    (
        232,
        "the user is logged in, as the protection has proved who it is",
        "RFC 2228 §5",
    ),
    (
        234,
        "the way of protection is accepted, and complete",
        "RFC 2228 §5",
    ),
    (
        235,
        "the data for protection is accepted, and complete",
        "RFC 2228 §5",
    ),
    (250, "the file action is done", "RFC 959 §4.2.2"),
    (
        257,
        "the folder is made, or this is where you are",
        "RFC 959 §4.2.2",
    ),
    (
        331,
        "the name is fine, the password is needed",
        "RFC 959 §4.2.2",
    ),
    (332, "an account is needed to log in", "RFC 959 §4.2.2"),
    (
        334,
        "the way of protection is accepted, more data is needed",
        "RFC 2228 §5",
    ),
    (
        335,
        "the data for protection is accepted, more is needed",
        "RFC 2228 §5",
    ),
    (
        336,
        "the name is fine, a question to prove who you are follows",
        "RFC 2228 §5",
    ),
    (
        350,
        "fine so far, another command must follow",
        "RFC 959 §4.2.2",
    ),
    (
        421,
        "the server has to end the session, the control connection closes",
        "RFC 959 §4.2.2",
    ),
    (
        425,
        "the data connection cannot be opened",
        "RFC 959 §4.2.2",
    ),
    (
        426,
        "the data connection broke, the transfer ended",
        "RFC 959 §4.2.2",
    ),
    (
        431,
        "something needed for protection is missing now",
        "RFC 2228 §5",
    ),
    (
        450,
        "the file cannot be used now: it is busy",
        "RFC 959 §4.2.2",
    ),
    (
        451,
        "the server stopped after a fault of its own",
        "RFC 959 §4.2.2",
    ),
    (452, "there is no room left", "RFC 959 §4.2.2"),
    (
        500,
        "the command is not understood, or its line is too long",
        "RFC 959 §4.2.2",
    ),
    (
        501,
        "what follows the command is not understood",
        "RFC 959 §4.2.2",
    ),
    (
        502,
        "the command is known, and not offered here",
        "RFC 959 §4.2.2",
    ),
    (503, "another command must come first", "RFC 959 §4.2.2"),
    (
        504,
        "the command is offered, but not in this way",
        "RFC 959 §4.2.2",
    ),
    (521, "the folder is there already", "RFC 959, Appendix II"),
    (
        522,
        "addresses of this family are not taken; the text lists those that are",
        "RFC 2428 §2",
    ),
    (
        530,
        "a login is needed, or the login failed",
        "RFC 959 §4.2.2",
    ),
    (532, "an account is needed to store files", "RFC 959 §4.2.2"),
    (533, "the command must be protected better", "RFC 2228 §5"),
    (
        534,
        "the server does not want protection of this kind",
        "RFC 2228 §5",
    ),
    (535, "the data for protection is wrong", "RFC 2228 §5"),
    (
        536,
        "this level of protection is not offered",
        "RFC 2228 §5",
    ),
    (537, "commands are not protected in this way", "RFC 2228 §5"),
    (
        550,
        "the file cannot be had: there is none, or it is not allowed",
        "RFC 959 §4.2.2",
    ),
    (
        551,
        "the file's pages are of a type not known",
        "RFC 959 §4.2.2",
    ),
    (552, "the user has no more room", "RFC 959 §4.2.2"),
    (553, "the file's name is not allowed", "RFC 959 §4.2.2"),
    (
        554,
        "the transfer cannot begin at that byte",
        "RFC 1123 §4.1.3.4",
    ),
    (
        555,
        "type or structure do not fit the file",
        "RFC 1123 §4.1.3.4",
    ),
    (
        631,
        "a reply that nobody could change on its way",
        "RFC 2228 §5",
    ),
];

/// What a reply's digits say: first digits as `1yz`, second ones as `x0z`.
pub const DIGITS: &[(&str, &str, &str)] = &[
    (
        "1yz",
        "begun; another reply follows before the next command",
        "RFC 959 §4.2",
    ),
    ("2yz", "done; the next command may come", "RFC 959 §4.2"),
    (
        "3yz",
        "fine so far; another command is needed to complete this",
        "RFC 959 §4.2",
    ),
    (
        "4yz",
        "not done, for now; the same command may work later",
        "RFC 959 §4.2",
    ),
    (
        "5yz",
        "not done; the same command will not work later either",
        "RFC 959 §4.2",
    ),
    (
        "6yz",
        "a protected reply, whose true code is inside",
        "RFC 2228 §5",
    ),
    (
        "x0z",
        "about the command's form, or about no group in particular",
        "RFC 959 §4.2",
    ),
    (
        "x1z",
        "information: how things stand, or help",
        "RFC 959 §4.2",
    ),
    (
        "x2z",
        "about the control connection or the data connection",
        "RFC 959 §4.2",
    ),
    (
        "x3z",
        "about logging in, accounts and protection",
        "RFC 959 §4.2",
    ),
    ("x4z", "without a meaning so far", "RFC 959 §4.2"),
    ("x5z", "about files and folders", "RFC 959 §4.2"),
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
