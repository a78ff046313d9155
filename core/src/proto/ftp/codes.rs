//! What reply codes mean: each by name, and each of its digits (RFC 959 §4.2).

/// What a code means, in few words, and where that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeMeaning {
    /// The code.
    pub code: u16,
    /// Few plain words.
    pub meaning: &'static str,
    /// Where the code is defined.
    pub reference: &'static str,
}

/// A code's meaning, if the RFCs give it one.
#[must_use]
pub fn look_up(code: u16) -> Option<&'static CodeMeaning> {
    let at = CODES.binary_search_by_key(&code, |c| c.code).ok()?;
    Some(&CODES[at])
}

/// What the first digit says (RFC 959 §4.2).
#[must_use]
pub fn first_digit(code: u16) -> &'static str {
    match code / 100 {
        1 => "begun, another reply follows",
        2 => "done",
        3 => "so far so good, more is needed",
        4 => "not done, try again later",
        5 => "not done, trying again will not help",
        _ => "outside the protocol",
    }
}

/// What the second digit says (RFC 959 §4.2).
#[must_use]
pub fn second_digit(code: u16) -> &'static str {
    match code / 10 % 10 {
        0 => "about the command's form",
        1 => "information",
        2 => "about the connections",
        3 => "about logging in",
        5 => "about files",
        _ => "not assigned",
    }
}

const fn of(code: u16, meaning: &'static str, reference: &'static str) -> CodeMeaning {
    CodeMeaning {
        code,
        meaning,
        reference,
    }
}

const RFC_959: &str = "RFC 959 §4.2.2";
const RFC_1123: &str = "RFC 1123 §4.1.3.4";
const RFC_2228: &str = "RFC 2228 §5";

/// In ascending order.
const CODES: [CodeMeaning; 57] = [
    of(110, "the restart marker is noted", RFC_959),
    of(120, "the service will be ready in some minutes", RFC_959),
    of(
        125,
        "the data connection is open, the transfer starts",
        RFC_959,
    ),
    of(150, "the file is there, the data connection opens", RFC_959),
    of(200, "the command is fine", RFC_959),
    of(202, "the command is not needed here", RFC_959),
    of(211, "system status, or help", RFC_959),
    of(212, "directory status", RFC_959),
    of(213, "file status", RFC_959),
    of(214, "help", RFC_959),
    of(215, "the system's name", RFC_959),
    of(220, "the service is ready for a user", RFC_959),
    of(221, "the control connection closes", RFC_959),
    of(225, "the data connection is open, nothing runs", RFC_959),
    of(
        226,
        "the transfer is complete, the data connection closes",
        RFC_959,
    ),
    of(227, "the server listens for the data connection", RFC_959),
    of(229, "the server listens, in extended form", "RFC 2428 §3"),
    of(230, "the user is logged in", RFC_959),
    of(232, "the user is logged in by security exchange", RFC_2228),
    of(234, "security is accepted", RFC_2228),
    of(235, "security data is accepted", RFC_2228),
    of(250, "the file action is done", RFC_959),
    of(257, "the path, or it is made", RFC_959),
    of(331, "the name is fine, a password is needed", RFC_959),
    of(332, "an account is needed to log in", RFC_959),
    of(334, "security goes on", RFC_2228),
    of(335, "more security data is needed", RFC_2228),
    of(336, "the name is fine, a challenge follows", RFC_2228),
    of(350, "the file action waits for more", RFC_959),
    of(421, "the service ends, the connection closes", RFC_959),
    of(425, "the data connection cannot be opened", RFC_959),
    of(
        426,
        "the data connection broke, the transfer ended",
        RFC_959,
    ),
    of(431, "a security resource is missing", RFC_2228),
    of(450, "the file is busy", RFC_959),
    of(451, "a local error stopped the action", RFC_959),
    of(452, "there is no room left", RFC_959),
    of(500, "the command is not understood", RFC_959),
    of(501, "the parameter is not understood", RFC_959),
    of(502, "the command is not offered", RFC_959),
    of(503, "another command must come first", RFC_959),
    of(504, "the parameter is not offered", RFC_959),
    of(521, "the folder is there already", "RFC 959 App. II"),
    of(522, "the network protocol is not offered", "RFC 2428 §2"),
    of(530, "not logged in", RFC_959),
    of(532, "storing files needs an account", RFC_959),
    of(533, "the command must be better protected", RFC_2228),
    of(534, "security of this kind is refused", RFC_2228),
    of(535, "the security check failed", RFC_2228),
    of(536, "this level of protection is not offered", RFC_2228),
    of(537, "the command is not protected that way", RFC_2228),
    of(550, "the file cannot be had", RFC_959),
    of(551, "the page type is unknown", RFC_959),
    of(552, "the storage allowed is used up", RFC_959),
    of(553, "the file name is not allowed", RFC_959),
    of(554, "the place to begin at is wrong", RFC_1123),
    of(555, "the type or structure does not fit the file", RFC_1123),
    of(631, "a reply protected from change", RFC_2228),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_say_what_they_mean_in_a_dozen_words() {
        assert!(CODES.windows(2).all(|w| w[0].code < w[1].code));
        assert!(CODES.iter().all(|c| c.meaning.split(' ').count() <= 12));
        assert_eq!(look_up(530).unwrap().meaning, "not logged in");
        assert_eq!(look_up(999), None);
    }

    #[test]
    fn digits_add_up_to_the_code() {
        assert_eq!(first_digit(331), "so far so good, more is needed");
        assert_eq!(second_digit(331), "about logging in");
        assert_eq!(second_digit(426), "about the connections");
    }
}
