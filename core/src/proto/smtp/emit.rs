//! From words to bytes, as RFC 5321 §4.1.1 and §4.2 write them.

use super::types::{Command, Param, Reply};

/// A command as it goes on the wire, CRLF included.
#[must_use]
pub fn command(command: &Command) -> Vec<u8> {
    line(&command_text(command))
}

/// A command as it goes on the wire, without its CRLF.
#[must_use]
pub fn command_text(command: &Command) -> String {
    match command {
        Command::Ehlo(name) => format!("EHLO {name}"),
        Command::Helo(name) => format!("HELO {name}"),
        Command::Mail { from, params } => format!("MAIL FROM:{from}{}", tail(params)),
        Command::Rcpt { to, params } => format!("RCPT TO:{to}{}", tail(params)),
        Command::Data => "DATA".into(),
        Command::Rset => "RSET".into(),
        Command::Noop => "NOOP".into(),
        Command::Vrfy(user) => format!("VRFY {user}"),
        Command::Expn(list) => format!("EXPN {list}"),
        Command::Help(about) if about.is_empty() => "HELP".into(),
        Command::Help(about) => format!("HELP {about}"),
        Command::Auth { mechanism, initial } => match initial {
            Some(initial) => format!("AUTH {mechanism} {initial}"),
            None => format!("AUTH {mechanism}"),
        },
        Command::Answer(line) => line.clone(),
        Command::Quit => "QUIT".into(),
        Command::Unspoken(verb) => verb.word().into(),
        Command::Unknown { verb } => verb.clone(),
    }
}

/// A reply as it goes on the wire: a hyphen behind each code but the last (RFC 5321 §4.2.1).
#[must_use]
pub fn reply(reply: &Reply) -> Vec<u8> {
    reply_lines(reply).flat_map(|text| line(&text)).collect()
}

/// A reply as it goes on the wire, its lines joined by `\n`, without line ends.
#[must_use]
pub fn reply_text(reply: &Reply) -> String {
    reply_lines(reply).collect::<Vec<_>>().join("\n")
}

fn reply_lines(reply: &Reply) -> impl Iterator<Item = String> {
    // A reply without words is a line, too.
    const NO_WORDS: &[String] = &[String::new()];
    let lines = match reply.lines.is_empty() {
        true => NO_WORDS,
        false => &reply.lines,
    };
    let last = lines.len() - 1;
    lines.iter().enumerate().map(move |(i, text)| {
        let mark = if i == last { ' ' } else { '-' };
        format!("{}{mark}{text}", reply.code)
    })
}

fn tail(params: &[Param]) -> String {
    params.iter().map(|param| format!(" {param}")).collect()
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
