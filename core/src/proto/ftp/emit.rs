//! Commands and replies into the bytes of a control connection.

use super::types::{Command, Extended, ExtendedPassive, Form, Mode, Reply, Structure, TypeCode};
use std::net::{SocketAddr, SocketAddrV4};

/// A command as it goes over the wire, CRLF included.
#[must_use]
pub fn command(command: &Command) -> Vec<u8> {
    let mut bytes = command_text(command).into_bytes();
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// A command without its line end.
#[must_use]
pub fn command_text(command: &Command) -> String {
    let verb = command.verb();
    let argument = match command {
        Command::Type(code) => type_code(*code),
        Command::Stru(structure) => match structure {
            Structure::File => "F",
            Structure::Record => "R",
            Structure::Page => "P",
        }
        .to_owned(),
        Command::Mode(mode) => match mode {
            Mode::Stream => "S",
            Mode::Block => "B",
            Mode::Compressed => "C",
        }
        .to_owned(),
        Command::Port(at) => host_port(*at),
        Command::Eprt(Extended::At(at)) => extended_port(*at),
        Command::Eprt(Extended::Family(family)) => format!("|{family}|?|0|"),
        Command::Epsv(ExtendedPassive::Same) => String::new(),
        Command::Epsv(ExtendedPassive::Family(family)) => family.to_string(),
        Command::Epsv(ExtendedPassive::All) => "ALL".to_owned(),
        Command::Allo(number) | Command::Rest(number) => number.to_string(),
        other => other.text().unwrap_or_default().to_owned(),
    };
    match argument.as_str() {
        "" => one_line(verb),
        argument => one_line(&format!("{verb} {argument}")),
    }
}

/// `|2|2001:db8::10|50000|` (RFC 2428 §2).
#[must_use]
pub fn extended_port(at: SocketAddr) -> String {
    let family = if at.is_ipv4() { 1 } else { 2 };
    format!("|{family}|{}|{}|", at.ip(), at.port())
}

/// A reply as it goes over the wire, CRLF included.
#[must_use]
pub fn reply(reply: &Reply) -> Vec<u8> {
    let mut bytes = reply_text(reply).replace('\n', "\r\n").into_bytes();
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// A reply without its last line end, its lines parted by `\n`.
///
/// In a reply of several lines, those between that start with a digit are indented, so
/// that none is taken for the last (RFC 959 §4.2).
#[must_use]
pub fn reply_text(reply: &Reply) -> String {
    let code = reply.code;
    let last = reply.lines.len().saturating_sub(1);
    let lines = reply.lines.iter().enumerate().map(|(i, text)| {
        let text = one_line(text);
        match i {
            _ if i == last => format!("{code} {text}"),
            0 => format!("{code}-{text}"),
            _ if text.starts_with(|c: char| c.is_ascii_digit()) => format!(" {text}"),
            _ => text,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `192,0,2,10,195,80`: four numbers of the address, two of the port (RFC 959 §5.3.2).
#[must_use]
pub fn host_port(at: SocketAddrV4) -> String {
    let [a, b, c, d] = at.ip().octets();
    let [high, low] = at.port().to_be_bytes();
    format!("{a},{b},{c},{d},{high},{low}")
}

/// Text that is not for a printer needs no second parameter (RFC 959 §3.1.1.5.1), and some
/// servers know of none.
fn type_code(code: TypeCode) -> String {
    let form = |form| match form {
        Form::NonPrint => "",
        Form::Telnet => " T",
        Form::Carriage => " C",
    };
    match code {
        TypeCode::Ascii(f) => format!("A{}", form(f)),
        TypeCode::Ebcdic(f) => format!("E{}", form(f)),
        TypeCode::Image => "I".to_owned(),
        TypeCode::Local(bits) => format!("L {bits}"),
    }
}

/// A line end inside a name must not become a second command.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], "?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_line_end_stays_one_command() {
        let bytes = command(&Command::Retr("a\r\nQUIT".into()));
        assert_eq!(bytes, b"RETR a??QUIT\r\n");
    }

    #[test]
    fn an_endpoint_is_six_numbers() {
        let at = "192.0.2.11:50001".parse().unwrap();
        assert_eq!(host_port(at), "192,0,2,11,195,81");
    }
}
