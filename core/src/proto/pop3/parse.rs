//! From bytes to words: one line in. Lines come without their CRLF.

use super::emit;
use super::types::{Command, Verb};

/// Why a command cannot be read, as a server says it behind `-ERR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub &'static str);

/// The verb a line begins with.
#[must_use]
pub fn verb(line: &[u8]) -> Verb {
    Verb::of_word(cut(line).0)
}

/// Reads a command line.
pub fn command(line: &[u8]) -> Result<Command, Fault> {
    let (word, rest) = cut(line);
    let verb = Verb::of_word(word);
    match verb {
        Verb::User => named(rest, "USER needs a name").map(Command::User),
        // RFC 1939 §7: a password may hold spaces, and is all that stands there.
        Verb::Pass if rest.is_empty() => Err(Fault("PASS needs a password")),
        Verb::Pass => Ok(Command::Pass(printable(rest))),
        Verb::Stat => alone(rest, Command::Stat),
        Verb::Rset => alone(rest, Command::Rset),
        Verb::Noop => alone(rest, Command::Noop),
        Verb::Capa => alone(rest, Command::Capa),
        Verb::Quit => alone(rest, Command::Quit),
        Verb::List => maybe_number(rest).map(Command::List),
        Verb::Uidl => maybe_number(rest).map(Command::Uidl),
        Verb::Retr => number(rest).map(Command::Retr),
        Verb::Dele => number(rest).map(Command::Dele),
        Verb::Top => {
            let rest = rest.trim_ascii();
            let (which, lines) = cut(rest);
            match (digits(which), digits(lines.trim_ascii())) {
                (Some(which), Some(lines)) => Ok(Command::Top(which, lines)),
                _ => Err(Fault("TOP needs a letter's number, and how many lines")),
            }
        }
        Verb::Unknown => Ok(Command::Unknown {
            verb: printable(word).to_ascii_uppercase(),
        }),
    }
}

/// Reads a reply's first line: yes or no, and the text behind it.
#[must_use]
pub fn status(line: &[u8]) -> Option<(bool, String)> {
    let (word, rest) = cut(line);
    let ok = match word {
        b"+OK" => true,
        b"-ERR" => false,
        _ => return None,
    };
    Some((ok, String::from_utf8_lossy(rest).into_owned()))
}

/// Two numbers with a space between: what `STAT` is answered, and each line of `LIST`.
#[must_use]
pub fn two_numbers(text: &[u8]) -> Option<(u32, u64)> {
    let (first, rest) = cut(text);
    let second = cut(rest).0;
    let fits = (1..=19).contains(&second.len()) && second.iter().all(u8::is_ascii_digit);
    let second = std::str::from_utf8(second).ok().filter(|_| fits)?;
    Some((digits(first)?, second.parse().ok()?))
}

/// A number and a unique id: each line of `UIDL`.
#[must_use]
pub fn number_and_uid(text: &[u8]) -> Option<(u32, String)> {
    let (first, rest) = cut(text);
    let uid = rest.trim_ascii_end();
    let fits = (1..=super::MAX_UID).contains(&uid.len());
    let fits = fits && uid.iter().all(|b| (0x21..=0x7e).contains(b));
    fits.then(|| Some((digits(first)?, printable(uid))))?
}

/// Tries each parser here on the same bytes, for fuzzing: none of them may panic, and what
/// was understood must be understood the same way after it was written again.
pub fn fuzz(bytes: &[u8]) {
    if let Ok(understood) = command(bytes) {
        let written = emit::command_text(&understood);
        assert_eq!(command(written.as_bytes()), Ok(understood));
    }
    let _ = (status(bytes), two_numbers(bytes), number_and_uid(bytes));
}

/// The first word, and what stands behind the space after it.
fn cut(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().position(|b| *b == b' ') {
        Some(space) => (&line[..space], &line[space + 1..]),
        None => (line, b""),
    }
}

fn alone(rest: &[u8], command: Command) -> Result<Command, Fault> {
    match rest.trim_ascii() {
        b"" => Ok(command),
        _ => Err(Fault("This command takes no argument")),
    }
}

fn named(rest: &[u8], why: &'static str) -> Result<String, Fault> {
    match rest.trim_ascii() {
        b"" => Err(Fault(why)),
        name => Ok(printable(name)),
    }
}

fn maybe_number(rest: &[u8]) -> Result<Option<u32>, Fault> {
    match rest.trim_ascii() {
        b"" => Ok(None),
        _ => number(rest).map(Some),
    }
}

fn number(rest: &[u8]) -> Result<u32, Fault> {
    digits(rest.trim_ascii()).ok_or(Fault("Which letter? Its number is wanted"))
}

fn digits(text: &[u8]) -> Option<u32> {
    let fits = (1..=9).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text)
        .ok()
        .filter(|_| fits)?
        .parse()
        .ok()
}

/// The bytes as text, what is no UTF-8 or no letter replaced.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}
