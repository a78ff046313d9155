//! What commands and replies mean, in a dozen plain words, with the place that says so.

use super::types::{Command, Form, Reply, TypeCode};
use super::{codes, parse};

pub use crate::proto::meaning::Meaning;
use crate::proto::meaning::short as shortened;

/// What a command means.
#[must_use]
pub fn of_command(command: &Command) -> Meaning {
    const ACCESS: &str = "RFC 959 §4.1.1";
    const TRANSFER: &str = "RFC 959 §4.1.2";
    const SERVICE: &str = "RFC 959 §4.1.3";
    match command {
        Command::User(name) => Meaning::new(format!("wants to log in as {}", short(name)), ACCESS),
        Command::Pass(_) => Meaning::new("gives the password, readable by all on the way", ACCESS),
        Command::Type(code) => Meaning::new(of_type(*code), TRANSFER),
        Command::Pasv => Meaning::new("asks the server to listen for the data", TRANSFER),
        Command::Port(at) => Meaning::new(
            format!("listens at {} port {} for the data", at.ip(), at.port()),
            TRANSFER,
        ),
        Command::Retr(path) => Meaning::new(format!("asks for the file {}", short(path)), SERVICE),
        Command::Quit => Meaning::new("ends the session", ACCESS),
        other => Meaning::new(
            format!("says {}, which is not spoken here", short(other.verb())),
            "RFC 959 §4.1",
        ),
    }
}

fn of_type(code: TypeCode) -> String {
    match code {
        TypeCode::Image => "wants files byte for byte".to_owned(),
        TypeCode::Local(bits) => format!("wants files in bytes of {bits} bits"),
        TypeCode::Ascii(Form::NonPrint) => "wants files as text".to_owned(),
        TypeCode::Ascii(_) => "wants files as text for a printer".to_owned(),
        TypeCode::Ebcdic(_) => "wants files as text in EBCDIC".to_owned(),
    }
}

/// What a reply means as the answer to a command, or on its own.
#[must_use]
pub fn of_reply(to: Option<&Command>, reply: &Reply) -> Meaning {
    let known = codes::look_up(reply.code);
    let reference = known.map_or("RFC 959 §4.2", |known| known.reference);
    let text = match (reply.code, to) {
        (227, _) => match parse::passive_endpoint(&reply.text()) {
            Some((at, _)) => {
                format!("listens at {} port {} for the data", at.ip(), at.port())
            }
            None => "should tell where it listens, but does not".to_owned(),
        },
        (200, Some(Command::Type(_))) => "agrees to that type".to_owned(),
        (200, Some(Command::Port(at))) => format!("will connect to {at} for the data"),
        (220, None) => "greets, ready for a user".to_owned(),
        (221, Some(Command::Quit)) => "says goodbye and closes".to_owned(),
        (150, Some(Command::Retr(path))) => format!("starts to send {}", short(path)),
        (226, Some(Command::Retr(path))) => format!("has sent all of {}", short(path)),
        (230, _) => "lets the user in".to_owned(),
        (331, _) => "knows the name now, asks for the password".to_owned(),
        (425, Some(Command::Retr(_))) => "cannot open the data connection".to_owned(),
        (530, Some(Command::Pass(_))) => "refuses the name or the password".to_owned(),
        (550, Some(Command::Retr(path))) => format!("cannot give {}", short(path)),
        (code, _) => of_code(code)
            .or(known.map(|known| known.meaning))
            .unwrap_or(codes::first_digit(code))
            .to_owned(),
    };
    Meaning::new(text, reference)
}

/// What a server does by saying this code to any command.
fn of_code(code: u16) -> Option<&'static str> {
    Some(match code {
        120 => "asks to wait some minutes",
        125 => "starts the transfer over the open connection",
        150 => "has the file, opens the data connection",
        200 => "agrees",
        220 => "greets, ready for a user",
        221 => "says goodbye and closes",
        226 => "is done and closes the data connection",
        250 => "has done so",
        332 => "asks for an account",
        350 => "waits for more",
        421 => "ends the session and closes",
        425 => "cannot open the data connection",
        426 => "breaks off, since the data connection broke",
        450 => "cannot use the file now, perhaps later",
        451 => "breaks off after a fault of its own",
        452 => "has no room left",
        500 => "does not understand the command",
        501 => "does not understand what follows the command",
        502 => "does not offer this command",
        503 => "wants another command first",
        504 => "does not offer this way of the command",
        530 => "wants a login first",
        532 => "wants an account before it stores files",
        550 => "cannot use the file",
        552 => "has no more room for this user",
        553 => "does not allow this file name",
        _ => return None,
    })
}

/// What the bytes of a file on the data connection mean.
#[must_use]
pub fn of_data(path: &str, len: u64) -> Meaning {
    let text = format!("sends the file {}, {len} bytes", short(path));
    Meaning::new(text, "RFC 959 §3.4.1")
}

/// Two dozen letters of a name.
fn short(name: &str) -> String {
    shortened(name, 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_explained() {
        let port = parse::command(b"PORT 192,0,2,10,195,80").command.unwrap();
        let text = of_command(&port).text;
        assert_eq!(text, "listens at 192.0.2.10 port 50000 for the data");
        let reply = Reply::new(227, "Entering Passive Mode (192,0,2,11,195,81).");
        let text = of_reply(Some(&Command::Pasv), &reply).text;
        assert_eq!(text, "listens at 192.0.2.11 port 50001 for the data");
    }

    #[test]
    fn a_reply_means_what_the_server_does() {
        let quit = Command::Quit;
        for (code, to, means) in [
            (421, None, "ends the session and closes"),
            (501, None, "does not understand what follows the command"),
            (503, Some(&quit), "wants another command first"),
            (221, Some(&quit), "says goodbye and closes"),
        ] {
            assert_eq!(of_reply(to, &Reply::new(code, "")).text, means);
        }
        let unlisted = of_reply(None, &Reply::new(299, ""));
        assert_eq!(
            (&*unlisted.text, unlisted.reference),
            ("done", "RFC 959 §4.2")
        );
    }

    #[test]
    fn every_meaning_has_at_most_a_dozen_words() {
        let lines: [&[u8]; 9] = [
            b"USER a b c d e f g h i j k l m n",
            b"PASS x",
            b"TYPE I",
            b"TYPE L 8",
            b"TYPE A T",
            b"PASV",
            b"RETR one of the many files with a long name.pdf",
            b"QUIT",
            b"XYZZY",
        ];
        for line in lines {
            let command = parse::command(line).command.unwrap();
            let mut texts = vec![of_command(&command).text];
            for code in 100..=600 {
                texts.push(of_reply(Some(&command), &Reply::new(code, "text")).text);
                texts.push(of_reply(None, &Reply::new(code, "text")).text);
            }
            for text in texts {
                assert!(text.split(' ').count() <= 12, "{text}");
            }
        }
    }
}
