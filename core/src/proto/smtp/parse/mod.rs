//! From bytes to words: one line in, and each part's place in it kept.
//!
//! Lines come without their CRLF. Nothing here can fail beyond its `Fault`: the parts
//! read before the fault are kept, so that a half-understood line can still be shown.

mod path;
mod reader;

use super::MAX_DOMAIN;
use super::emit;
use super::types::{Command, Mailbox, Param, Path, Verb};
use crate::base::Span;
use path::{read_mailbox, read_path};
use reader::{Reader, printable};

/// What a line says, and where its parts lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The parts that were read, in the order of the line.
    pub parts: Vec<Part>,
    /// What they say together, or where reading stopped.
    pub value: Result<T, Fault>,
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Where it lies in the line.
    pub span: Span,
}

/// Kinds of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The command's first word.
    Verb,
    /// The name a host gives itself.
    HostName,
    /// `FROM:` or `TO:`.
    Keyword,
    /// A path with its angle brackets; its inner parts follow.
    Path,
    /// A source route, read and ignored (RFC 5321 Appendix C).
    Route,
    /// Before the `@`.
    LocalPart,
    /// After the `@`.
    Domain,
    /// A parameter of `MAIL` or `RCPT`.
    Param,
    /// A reply's three digits.
    Code,
    /// Free text.
    Text,
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte at which reading stopped.
    pub at: usize,
    /// What was wrong there, as a server says it behind 501.
    pub why: &'static str,
}

/// One line of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyLine {
    /// Three digits.
    pub code: u16,
    /// Whether the reply ends with this line.
    pub last: bool,
    /// The text behind code and mark; what is not UTF-8 is replaced.
    pub text: String,
}

/// Reads a command line.
#[must_use]
pub fn command(line: &[u8]) -> Parsed<Command> {
    let mut reader = Reader::new(line);
    let value = read_command(&mut reader);
    Parsed {
        parts: reader.parts,
        value,
    }
}

/// Reads one line of a reply (RFC 5321 §4.2).
#[must_use]
pub fn reply_line(line: &[u8]) -> Parsed<ReplyLine> {
    let mut reader = Reader::new(line);
    let value = read_reply_line(&mut reader);
    Parsed {
        parts: reader.parts,
        value,
    }
}

/// Reads an address such as `grace@example.net`, with nothing around it.
pub fn mailbox(text: &str) -> Result<Mailbox, Fault> {
    let mut reader = Reader::new(text.as_bytes());
    let mailbox = read_mailbox(&mut reader)?;
    reader.expect_end("This is no mail address")?;
    Ok(mailbox)
}

/// Tries each parser here on the same bytes, for fuzzing: none of them may panic, and
/// what was understood must be understood the same way after it was written again.
pub fn fuzz(bytes: &[u8]) {
    if let Ok(understood) = command(bytes).value {
        let written = emit::command_text(&understood);
        assert_eq!(command(written.as_bytes()).value, Ok(understood));
    }
    if let Ok(understood) = reply_line(bytes).value {
        assert!((200..600).contains(&understood.code));
    }
    if let Ok(understood) = mailbox(&String::from_utf8_lossy(bytes)) {
        assert_eq!(mailbox(&understood.to_string()), Ok(understood));
    }
}

fn read_command(reader: &mut Reader<'_>) -> Result<Command, Fault> {
    let word = reader.take_while(|b| b != b' ' && b != b'\t');
    reader.part(PartKind::Verb, word);
    let verb = Verb::of_word(word.of(reader.line));
    match verb {
        Verb::Ehlo => Ok(Command::Ehlo(read_host_name(reader)?)),
        Verb::Helo => Ok(Command::Helo(read_host_name(reader)?)),
        Verb::Mail => {
            read_keyword(reader, b"FROM:", "Syntax: MAIL FROM:<address>")?;
            let from = read_path(reader)?;
            if from == Path::Postmaster {
                return Err(reader.fault("The sender's address needs a domain"));
            }
            let params = read_params(reader)?;
            Ok(Command::Mail { from, params })
        }
        Verb::Rcpt => {
            read_keyword(reader, b"TO:", "Syntax: RCPT TO:<address>")?;
            let to = read_path(reader)?;
            if to == Path::Null {
                return Err(reader.fault("A recipient must be named"));
            }
            let params = read_params(reader)?;
            Ok(Command::Rcpt { to, params })
        }
        Verb::Data => alone(reader, Command::Data),
        Verb::Rset => alone(reader, Command::Rset),
        Verb::Quit => alone(reader, Command::Quit),
        Verb::Noop => {
            // RFC 5321 §4.1.1.9: an argument is allowed and ignored.
            read_text(reader);
            Ok(Command::Noop)
        }
        Verb::Vrfy => match read_text(reader) {
            user if user.is_empty() => Err(reader.fault("Syntax: VRFY user")),
            user => Ok(Command::Vrfy(user)),
        },
        Verb::Expn => match read_text(reader) {
            list if list.is_empty() => Err(reader.fault("Syntax: EXPN list")),
            list => Ok(Command::Expn(list)),
        },
        Verb::Help => Ok(Command::Help(read_text(reader))),
        Verb::Auth => read_auth(reader),
        Verb::StartTls | Verb::Send | Verb::Soml | Verb::Saml | Verb::Turn => {
            Ok(Command::Unspoken(verb))
        }
        Verb::Unknown => Ok(Command::Unknown {
            verb: printable(word.of(reader.line)).to_ascii_uppercase(),
        }),
    }
}

/// ` PLAIN` or the like, and perhaps a first answer (RFC 4954 §4).
fn read_auth(reader: &mut Reader<'_>) -> Result<Command, Fault> {
    let mut word = |why| {
        reader.skip_spaces();
        let span = reader.take_while(|b| b.is_ascii_graphic());
        let text = printable(span.of(reader.line));
        if text.is_empty() {
            return Err(reader.fault(why));
        }
        reader.part(PartKind::Param, span);
        Ok(text)
    };
    let mechanism = word("Syntax: AUTH mechanism")?.to_ascii_uppercase();
    let initial = word("").ok();
    reader.expect_end("Syntax: AUTH mechanism initial-response")?;
    Ok(Command::Auth { mechanism, initial })
}

/// A command without arguments (RFC 5321 §4.1.1: else 501).
fn alone(reader: &mut Reader<'_>, command: Command) -> Result<Command, Fault> {
    reader.expect_end("This command takes no argument")?;
    Ok(command)
}

/// The name behind EHLO or HELO. Hosts say much that is no domain name; any one
/// printable word is taken, since RFC 5321 §4.1.4 forbids refusing a letter over it.
fn read_host_name(reader: &mut Reader<'_>) -> Result<String, Fault> {
    reader.skip_spaces();
    let name = reader.take_while(|b| b.is_ascii_graphic());
    if name.of(reader.line).is_empty() {
        return Err(reader.fault("Say your host name"));
    }
    // RFC 5321 §4.5.3.1.2. It is said back in the answer and stands in the letter's stamp,
    // whose lines have their limits too.
    if name.of(reader.line).len() > MAX_DOMAIN {
        return Err(reader.fault("That host name is too long"));
    }
    reader.part(PartKind::HostName, name);
    reader.expect_end("Say your host name, and nothing else")?;
    Ok(printable(name.of(reader.line)))
}

/// `FROM:` or `TO:`; spaces behind the colon are forbidden, common, and let pass.
fn read_keyword(reader: &mut Reader<'_>, word: &[u8], why: &'static str) -> Result<(), Fault> {
    reader.skip_spaces();
    let found = reader.rest().get(..word.len());
    if !found.is_some_and(|found| found.eq_ignore_ascii_case(word)) {
        return Err(reader.fault(why));
    }
    let span = reader.advance(word.len());
    reader.part(PartKind::Keyword, span);
    reader.skip_spaces();
    Ok(())
}

/// ` KEY=value` as often as there is one (RFC 5321 §4.1.2, Mail-parameters).
fn read_params(reader: &mut Reader<'_>) -> Result<Vec<Param>, Fault> {
    let mut params = Vec::new();
    while !reader.at_end() {
        if reader.skip_spaces() == 0 {
            return Err(reader.fault("A space must stand before each parameter"));
        }
        if reader.at_end() {
            break;
        }
        let start = reader.at;
        let key = reader.take_while(|b| b.is_ascii_alphanumeric() || b == b'-');
        let key = printable(key.of(reader.line)).to_ascii_uppercase();
        if key.is_empty() || key.starts_with('-') {
            return Err(reader.fault("The parameter cannot be read"));
        }
        let value = if reader.peek() == Some(b'=') {
            reader.advance(1);
            let value = reader.take_while(|b| b.is_ascii_graphic() && b != b'=');
            Some(printable(value.of(reader.line)))
        } else {
            None
        };
        if value.as_ref().is_some_and(String::is_empty) {
            return Err(reader.fault("The parameter's value is missing"));
        }
        reader.part(PartKind::Param, Span::new(start..reader.at));
        params.push(Param { key, value });
    }
    Ok(params)
}

fn read_text(reader: &mut Reader<'_>) -> String {
    reader.skip_spaces();
    let span = reader.take_while(|_| true);
    let text = span.of(reader.line).trim_ascii();
    if !text.is_empty() {
        reader.part(PartKind::Text, span);
    }
    printable(text)
}

fn read_reply_line(reader: &mut Reader<'_>) -> Result<ReplyLine, Fault> {
    const WHY: &str = "A reply begins with three digits";
    let digits = reader.take_while(|b| b.is_ascii_digit());
    let code = match digits.of(reader.line) {
        [a @ b'2'..=b'5', b, c] => [*a, *b, *c]
            .iter()
            .fold(0, |code, digit| code * 10 + u16::from(digit - b'0')),
        _ => return Err(reader.fault(WHY)),
    };
    reader.part(PartKind::Code, digits);
    let last = match reader.peek() {
        None | Some(b' ') => true,
        Some(b'-') => false,
        _ => return Err(reader.fault("A space or a hyphen follows the code")),
    };
    if !reader.at_end() {
        reader.advance(1);
    }
    let text = reader.take_while(|_| true);
    reader.part(PartKind::Text, text);
    let text = String::from_utf8_lossy(text.of(reader.line)).into_owned();
    Ok(ReplyLine { code, last, text })
}
