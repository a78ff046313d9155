//! What commands and replies mean, in a dozen plain words, with the place that says so.

use super::types::{Command, Extended, ExtendedPassive, Form, Mode, Reply, Structure, TypeCode};
use super::{codes, parse};

pub use crate::proto::meaning::Meaning;
use crate::proto::meaning::short as shortened;

const ACCESS: &str = "RFC 959 §4.1.1";
const TRANSFER: &str = "RFC 959 §4.1.2";
const SERVICE: &str = "RFC 959 §4.1.3";

/// What a command means.
#[must_use]
pub fn of_command(command: &Command) -> Meaning {
    use Command as C;
    let named = |before: &str, name: &str| format!("{before} {}", short(name));
    let (text, reference) = match command {
        C::User(name) => (named("wants to log in as", name), ACCESS),
        C::Pass(_) => (
            "gives the password, readable by all on the way".to_owned(),
            ACCESS,
        ),
        C::Acct(name) => (named("names the account", name), ACCESS),
        C::Cwd(path) => (named("goes to the folder", path), ACCESS),
        C::Cdup => ("goes to the folder above".to_owned(), ACCESS),
        C::Rein => ("logs out, and stays connected".to_owned(), ACCESS),
        C::Quit => ("ends the session".to_owned(), ACCESS),
        C::Port(at) => (calls(at.ip(), at.port()), TRANSFER),
        C::Pasv => (
            "asks the server to listen for the data".to_owned(),
            TRANSFER,
        ),
        C::Eprt(Extended::At(at)) => (calls(&at.ip(), at.port()), "RFC 2428 §2"),
        C::Eprt(Extended::Family(_)) => (
            "names an address of a family unknown here".to_owned(),
            "RFC 2428 §2",
        ),
        C::Epsv(how) => (of_extended(*how), "RFC 2428 §3"),
        C::Type(code) => (of_type(*code), TRANSFER),
        C::Stru(structure) => (of_structure(*structure).to_owned(), TRANSFER),
        C::Mode(mode) => (of_mode(*mode).to_owned(), TRANSFER),
        C::Retr(path) => (named("asks for the file", path), SERVICE),
        C::Stor(path) => (named("brings the file", path), SERVICE),
        C::Stou(_) => (
            "brings a file, and leaves its name to the server".to_owned(),
            SERVICE,
        ),
        C::Appe(path) => (named("adds to the file", path), SERVICE),
        C::Allo(len) => (format!("asks for room for {len} bytes"), SERVICE),
        C::Rest(0) => (
            "wants the next file from its start".to_owned(),
            "RFC 3659 §5",
        ),
        C::Rest(at) => (
            format!("wants the next file without its first {at} bytes"),
            "RFC 3659 §5",
        ),
        other => of_other(other),
    };
    Meaning::new(text, reference)
}

/// The same of those that need no data connection, or bring a list.
fn of_other(command: &Command) -> (String, &'static str) {
    use Command as C;
    let named = |before: &str, name: &str| format!("{before} {}", short(name));
    let here = |before: &str, name: &str| match name {
        "" => before.to_owned(),
        name => format!("{before}: {}", short(name)),
    };
    let plain = |text: &str| text.to_owned();
    match command {
        C::Rnfr(path) => (named("wants to give a new name to", path), SERVICE),
        C::Rnto(path) => (named("gives it the name", path), SERVICE),
        C::Abor => (plain("breaks the transfer off"), SERVICE),
        C::Dele(path) => (named("removes the file", path), SERVICE),
        C::Rmd(path) => (named("removes the folder", path), SERVICE),
        C::Mkd(path) => (named("makes the folder", path), SERVICE),
        C::Pwd => (plain("asks which folder this is"), SERVICE),
        C::List(path) => (here("asks for a list to read", path), SERVICE),
        C::Nlst(path) => (here("asks for the names alone", path), SERVICE),
        C::Mlsd(path) => (here("asks for a list for programs", path), "RFC 3659 §7"),
        C::Mlst(path) => (here("asks for the facts of one name", path), "RFC 3659 §7"),
        C::Size(path) => (named("asks how long it is:", path), "RFC 3659 §4"),
        C::Mdtm(path) => (named("asks when it was changed last:", path), "RFC 3659 §3"),
        C::Site(words) => (
            named("asks something of this server's own:", words),
            SERVICE,
        ),
        C::Syst => (plain("asks what system this is"), SERVICE),
        C::Stat(path) => match path.as_str() {
            "" => (plain("asks how things stand"), SERVICE),
            path => (named("asks for a list right here:", path), SERVICE),
        },
        C::Help(verb) => (here("asks what is offered", verb), SERVICE),
        C::Noop => (plain("asks for nothing but an answer"), SERVICE),
        C::Feat => (
            plain("asks for what is offered besides RFC 959"),
            "RFC 2389 §3",
        ),
        C::Opts(words) => (named("chooses how a command works:", words), "RFC 2389 §4"),
        C::Lang(tag) => (here("chooses the language of replies", tag), "RFC 2640 §4"),
        other => (
            format!("says {}, which is not spoken here", short(other.verb())),
            "RFC 959 §4.1",
        ),
    }
}

/// Whoever says so need not be the one who listens there.
fn calls(addr: &impl ToString, port: u16) -> String {
    format!(
        "asks to be called at {} port {port} for the data",
        addr.to_string()
    )
}

fn listens(addr: &impl ToString, port: u16) -> String {
    format!("listens at {} port {port} for the data", addr.to_string())
}

fn of_extended(how: ExtendedPassive) -> String {
    match how {
        ExtendedPassive::Same => "asks the server to listen, with any address".to_owned(),
        ExtendedPassive::Family(1) => "asks the server to listen, with IPv4".to_owned(),
        ExtendedPassive::Family(2) => "asks the server to listen, with IPv6".to_owned(),
        ExtendedPassive::Family(_) => "asks for a family of addresses unknown here".to_owned(),
        ExtendedPassive::All => "will use EPSV and nothing else from now on".to_owned(),
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

fn of_structure(structure: Structure) -> &'static str {
    match structure {
        Structure::File => "takes files as plain bytes",
        Structure::Record => "takes files as records",
        Structure::Page => "takes files as pages",
    }
}

fn of_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Stream => "wants bytes as they come",
        Mode::Block => "wants bytes in blocks with headers",
        Mode::Compressed => "wants bytes compressed",
    }
}

/// What a reply means as the answer to a command, or on its own.
#[must_use]
pub fn of_reply(to: Option<&Command>, reply: &Reply) -> Meaning {
    let known = codes::look_up(reply.code);
    let reference = known.map_or("RFC 959 §4.2", |known| known.reference);
    let text = match reply.code {
        227 => Some(match parse::passive_endpoint(&reply.text()) {
            Some((at, _)) => listens(at.ip(), at.port()),
            None => "should tell where it listens, but does not".to_owned(),
        }),
        229 => Some(match parse::extended_passive_port(&reply.text()) {
            Some((port, _)) => format!("listens at its port {port} for the data"),
            None => "should tell where it listens, but does not".to_owned(),
        }),
        230 => Some("lets the user in".to_owned()),
        331 => Some("knows the name now, asks for the password".to_owned()),
        _ => to.and_then(|to| of_answer(to, reply)),
    };
    let text = text.unwrap_or_else(|| {
        of_code(reply.code)
            .or(known.map(|known| known.meaning))
            .unwrap_or(codes::first_digit(reply.code))
            .to_owned()
    });
    Meaning::new(text, reference)
}

/// What a reply means as the answer to this command, where that is more than its code says.
fn of_answer(to: &Command, reply: &Reply) -> Option<String> {
    use Command as C;
    let named = |before: &str, name: &str| format!("{before} {}", short(name));
    Some(match (reply.code, to) {
        (200, C::Type(_)) => "agrees to that type".to_owned(),
        (200, C::Port(at)) => format!("will connect to {at} for the data"),
        (200, C::Eprt(Extended::At(at))) => format!("will connect to {at} for the data"),
        (200, C::Epsv(ExtendedPassive::All)) => "will take EPSV and nothing else".to_owned(),
        (220, C::Rein) => "has logged the user out".to_owned(),
        (221, C::Quit) => "says goodbye and closes".to_owned(),
        (125, C::Retr(path)) => named("sends over the open connection:", path),
        (125 | 150, C::Stor(path)) => named("is ready to take", path),
        (125 | 150, C::Appe(path)) => named("is ready to add to", path),
        (125 | 150, C::Stou(_)) => "is ready, and tells the name it chose".to_owned(),
        (125 | 150, C::List(_) | C::Nlst(_) | C::Mlsd(_)) => "starts to send the list".to_owned(),
        (150, C::Retr(path)) => named("starts to send", path),
        (226, C::Retr(path)) => named("has sent all of", path),
        (226, C::Stor(path) | C::Appe(path)) => named("keeps all that came for", path),
        (226, C::Stou(_)) => "keeps the file under the name it chose".to_owned(),
        (226, C::List(_) | C::Nlst(_) | C::Mlsd(_)) => "has sent the whole list".to_owned(),
        (225 | 226, C::Abor) => "has nothing running any more".to_owned(),
        (250, C::Cwd(path)) => named("is now in the folder", path),
        (250, C::Cdup) => "is now in the folder above".to_owned(),
        (250, C::Dele(path) | C::Rmd(path)) => named("has removed", path),
        (250, C::Rnto(path)) => named("has named it", path),
        (250, C::Mlst(_)) => "tells the facts".to_owned(),
        (257, C::Mkd(path)) => named("has made the folder", path),
        (257, C::Pwd) => "tells which folder this is".to_owned(),
        (350, C::Rnfr(_)) => "knows it, waits for the new name".to_owned(),
        (350, C::Rest(at)) => format!("will begin at byte {at}"),
        (211, C::Feat) => "tells what is offered besides RFC 959".to_owned(),
        (213, C::Size(_)) => "tells how long it is".to_owned(),
        (213, C::Mdtm(_)) => "tells when it was changed last".to_owned(),
        (500 | 504, C::Port(_) | C::Eprt(_)) if refuses_strangers(reply) => {
            "refuses to connect to that address or port".to_owned()
        }
        (530, C::Pass(_)) => "refuses the name or the password".to_owned(),
        (550, C::Retr(path)) => named("cannot give", path),
        (550, C::Cwd(path) | C::Mkd(path) | C::Rmd(path) | C::Dele(path)) => {
            named("cannot do that with", path)
        }
        _ => return None,
    })
}

/// Whether it is said for the port check's sake, and not of a verb unknown.
fn refuses_strangers(reply: &Reply) -> bool {
    reply.text().contains("connect only to")
}

/// What a server does by saying this code to any command.
fn of_code(code: u16) -> Option<&'static str> {
    Some(match code {
        120 => "asks to wait some minutes",
        125 => "starts the transfer over the open connection",
        150 => "has the file, opens the data connection",
        200 => "agrees",
        202 => "has no need of that",
        211 => "tells how things stand",
        212 => "tells what is in the folder",
        213 => "tells how the file stands",
        214 => "helps",
        215 => "tells what system it is",
        220 => "greets, ready for a user",
        221 => "says goodbye and closes",
        225 => "has nothing to break off",
        226 => "is done and closes the data connection",
        250 => "has done so",
        257 => "tells the path",
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
        522 => "wants another family of addresses",
        530 => "wants a login first",
        532 => "wants an account before it stores files",
        550 => "cannot use the file",
        552 => "has no more room for this user",
        553 => "does not allow this file name",
        554 => "cannot begin at that byte",
        _ => return None,
    })
}

/// What the bytes of a file on the data connection mean.
#[must_use]
pub fn of_data(path: &str, len: u64) -> Meaning {
    let what = match path {
        "list of files" => "the list of files".to_owned(),
        path => format!("the file {}", short(path)),
    };
    let text = format!("sends {what}, {len} bytes");
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
        assert_eq!(
            text,
            "asks to be called at 192.0.2.10 port 50000 for the data"
        );
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
        const LONG: &str = "one of the many files with a long name.pdf";
        let verbs = "USER PASS ACCT CWD CDUP REIN QUIT PASV EPSV RETR STOR STOU APPE RNFR RNTO \
            ABOR DELE RMD MKD PWD LIST NLST MLSD MLST SIZE MDTM SITE SYST STAT HELP NOOP FEAT \
            OPTS LANG XYZZY";
        let mut lines: Vec<String> = Vec::new();
        for verb in verbs.split_whitespace() {
            lines.extend([verb.to_owned(), format!("{verb} {LONG}")]);
        }
        let others = "TYPE I,TYPE L 8,TYPE A,TYPE A T,TYPE E,STRU F,STRU R,STRU P,MODE S,MODE B,\
            MODE C,REST 0,REST 18446744073709551615,ALLO 18446744073709551615,EPSV 1,EPSV 2,\
            EPSV 9,EPSV ALL,EPRT |9|x|1|,EPRT |2|2001:db8::10|50000|";
        lines.extend(others.split(',').map(str::to_owned));
        lines.push("PORT 192,0,2,10,195,80".to_owned());
        let mut read = 0;
        for line in lines {
            // What needs something behind it, or nothing, is no command otherwise.
            let Ok(command) = parse::command(line.as_bytes()).command else {
                continue;
            };
            read += 1;
            let mut texts = vec![of_command(&command).text];
            for code in 100..=600 {
                texts.push(of_reply(Some(&command), &Reply::new(code, "text")).text);
                texts.push(of_reply(None, &Reply::new(code, "text")).text);
            }
            for text in texts {
                assert!(text.split(' ').count() <= 12, "{text}");
                assert!(!text.contains("not spoken") || line.starts_with("XYZZY"));
            }
        }
        assert_eq!(read, 67, "all commands, in all their ways");
    }
}
