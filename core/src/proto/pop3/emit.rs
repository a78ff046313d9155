//! From words to bytes, as RFC 1939 §3 writes them.

use super::types::{Command, Reply};

/// A command as it goes on the wire, CRLF included.
#[must_use]
pub fn command(command: &Command) -> Vec<u8> {
    line(&command_text(command))
}

/// A command as it goes on the wire, without its CRLF.
#[must_use]
pub fn command_text(command: &Command) -> String {
    let word = command.verb().word();
    match command {
        Command::User(text) | Command::Pass(text) => format!("{word} {text}"),
        Command::List(Some(number))
        | Command::Uidl(Some(number))
        | Command::Retr(number)
        | Command::Dele(number) => format!("{word} {number}"),
        Command::Top(number, lines) => format!("{word} {number} {lines}"),
        Command::Unknown { verb } => verb.clone(),
        _ => word.into(),
    }
}

/// A reply as it goes on the wire: its lines, with dots doubled, end with a lone dot.
#[must_use]
pub fn reply(reply: &Reply) -> Vec<u8> {
    let mut bytes = line(&reply.to_string());
    if let Some(lines) = &reply.lines {
        for text in lines {
            if text.starts_with('.') {
                bytes.push(b'.');
            }
            bytes.extend(line(text));
        }
        bytes.extend_from_slice(b".\r\n");
    }
    bytes
}

/// A reply as it goes on the wire, its lines joined by `\n`, without line ends.
#[must_use]
pub fn reply_text(reply: &Reply) -> String {
    let mut text = reply.to_string();
    if let Some(lines) = &reply.lines {
        for line in lines {
            text.push('\n');
            text.push_str(line);
        }
        text.push_str("\n.");
    }
    text
}

/// One line and its CRLF. Whatever the text, it stays one line.
fn line(text: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = text
        .bytes()
        .map(|b| if matches!(b, b'\r' | b'\n') { b' ' } else { b })
        .collect();
    bytes.extend_from_slice(b"\r\n");
    bytes
}
