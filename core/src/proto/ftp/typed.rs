//! What a person may type to an FTP program, a line at a time: `get report.pdf`, `ls docs`.

use crate::base::Duration;
use crate::base::units::{UnitError, parse_size, parse_time, show_size, show_time};
use std::fmt;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// `login`, `login as NAME`, `login as NAME with PASSWORD`: connects and logs in.
    Login {
        /// The user name, where it is not the person's own.
        user: Option<String>,
        /// The password, where it is not the person's own.
        password: Option<String>,
    },
    /// `cd docs`: goes to a folder on the server; `..` is the one above.
    Cd(String),
    /// `pwd`: asks which folder that is.
    Pwd,
    /// `ls docs`: what is there, by MLSD, or LIST where the server has none.
    Ls(String),
    /// `dir docs`: what is there, by LIST.
    Dir(String),
    /// `names docs`: what is there, names alone, by NLST.
    Names(String),
    /// `get report.pdf`, `get *.pdf`, `get docs/`, `get NAME as NAME`, with something midway.
    Get {
        /// The name on the server; a pattern with `*` or `?`; a folder where it ends with `/`.
        name: String,
        /// The name here, where it is another.
        save_as: Option<String>,
        /// What happens when so much has come.
        midway: Option<(Midway, u64)>,
    },
    /// `put report.pdf`, `put *.html`, `put site/`, `put NAME as NAME`, with something midway.
    Put {
        /// The name here; a pattern with `*` or `?`; a folder where it ends with `/`.
        name: String,
        /// The name on the server, where it is another.
        save_as: Option<String>,
        /// What happens when so much has gone.
        midway: Option<(Midway, u64)>,
    },
    /// `append notes.txt to log.txt`: adds to a file on the server.
    Append {
        /// The name here.
        name: String,
        /// The name on the server.
        to: String,
    },
    /// `resume report.pdf`: fetches what is missing of a file that came in part.
    Resume(String),
    /// `resume put report.pdf`: brings what is missing of a file that went in part.
    ResumePut(String),
    /// `rename draft.txt to final.txt`.
    Rename {
        /// The old name.
        from: String,
        /// The new one.
        to: String,
    },
    /// `move final.txt to archive`: the same name in another folder.
    Move {
        /// What.
        name: String,
        /// The folder.
        to: String,
    },
    /// `delete draft.txt`, `delete *.tmp`.
    Delete(String),
    /// `mkdir archive`.
    Mkdir(String),
    /// `rmdir archive`.
    Rmdir(String),
    /// `size report.pdf`.
    Size(String),
    /// `time report.pdf`: when it was changed last.
    Time(String),
    /// `status`: how things stand; while a file is on its way, how far it is.
    Status,
    /// `features`: what the server offers besides the oldest commands.
    Features,
    /// `system`: what system the server is.
    System,
    /// `help`.
    Help,
    /// `mode active`, `mode passive`, `mode extended`.
    Mode(DataMode),
    /// `type ascii`, `type binary`.
    Type(DataType),
    /// `abort`: breaks off the file that is on its way.
    Abort,
    /// `quote SITE HELP`: says a command as it stands, and hears the reply.
    Quote(String),
    /// `wait 5 min`: does nothing for a while.
    Wait(Duration),
    /// `quit`.
    Quit,
}

/// What may happen while a file is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Midway {
    /// `get big.iso, abort after 200 kB`: ABOR.
    Abort,
    /// `get big.iso, status after 200 kB`: STAT.
    Status,
    /// `get big.iso, hang up after 200 kB`: both connections are reset.
    HangUp,
}

/// Who opens data connections, and how that is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataMode {
    /// The server calls back: PORT, or EPRT where the addresses are of IPv6.
    Active,
    /// The client connects: PASV, or EPSV where the addresses are of IPv6.
    #[default]
    Passive,
    /// The client connects: EPSV, and PASV where the server refuses that.
    Extended,
}

/// How files are represented on the data connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataType {
    /// As text: line ends are converted (TYPE A).
    Ascii,
    /// As they are (TYPE I).
    #[default]
    Binary,
}

/// Why a line cannot be read, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The words that a line may begin with.
pub const WORDS: [&str; 26] = [
    "login", "cd", "pwd", "ls", "dir", "names", "get", "put", "append", "resume", "rename", "move",
    "delete", "mkdir", "rmdir", "size", "time", "status", "features", "system", "help", "mode",
    "type", "abort", "quote", "wait",
];

impl Fault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

impl From<UnitError> for Fault {
    fn from(e: UnitError) -> Self {
        Self::new(e.message, e.help)
    }
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn parse(text: &str) -> Result<Line, Fault> {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let one = |what: &str| match rest {
        "" => Err(Fault::new(
            format!("{word} what?"),
            format!("write {word} {what}"),
        )),
        rest => Ok(rest.to_owned()),
    };
    let path = || rest.to_owned();
    Ok(match word {
        "login" => login(rest)?,
        "cd" => Line::Cd(one("docs")?),
        "ls" => Line::Ls(path()),
        "dir" => Line::Dir(path()),
        "names" => Line::Names(path()),
        "get" => transfer(&one("report.pdf")?, true)?,
        "put" => transfer(&one("report.pdf")?, false)?,
        "append" => {
            let (name, to) = two(rest, "append notes.txt to log.txt")?;
            Line::Append { name, to }
        }
        "resume" => match one("report.pdf")?.strip_prefix("put ") {
            Some(name) => Line::ResumePut(name.trim().to_owned()),
            None => Line::Resume(path()),
        },
        "rename" => {
            let (from, to) = two(rest, "rename draft.txt to final.txt")?;
            Line::Rename { from, to }
        }
        "move" => {
            let (name, to) = two(rest, "move final.txt to archive")?;
            Line::Move { name, to }
        }
        "delete" => Line::Delete(one("draft.txt")?),
        "mkdir" => Line::Mkdir(one("archive")?),
        "rmdir" => Line::Rmdir(one("archive")?),
        "size" => Line::Size(one("report.pdf")?),
        "time" => Line::Time(one("report.pdf")?),
        "quote" => Line::Quote(one("SITE HELP")?),
        "wait" => Line::Wait(parse_time(rest)?),
        "mode" => Line::Mode(match rest {
            "active" => DataMode::Active,
            "passive" => DataMode::Passive,
            "extended" => DataMode::Extended,
            _ => {
                return Err(Fault::new(
                    "there is no such mode",
                    "write mode active, mode passive or mode extended",
                ));
            }
        }),
        "type" => Line::Type(match rest {
            "ascii" => DataType::Ascii,
            "binary" => DataType::Binary,
            _ => {
                return Err(Fault::new(
                    "there is no such type",
                    "write type ascii or type binary",
                ));
            }
        }),
        _ => return alone(word, rest),
    })
}

/// The words that stand alone.
fn alone(word: &str, rest: &str) -> Result<Line, Fault> {
    let line = match word {
        "pwd" => Line::Pwd,
        "status" => Line::Status,
        "features" => Line::Features,
        "system" => Line::System,
        "help" => Line::Help,
        "abort" => Line::Abort,
        "quit" => Line::Quit,
        _ => {
            return Err(Fault::new(
                format!("an ftp client does not know \"{word}\""),
                format!("it knows {} and quit", WORDS.join(", ")),
            ));
        }
    };
    match rest {
        "" => Ok(line),
        _ => Err(Fault::new(
            format!("{word} stands alone"),
            format!("write {word}"),
        )),
    }
}

fn login(rest: &str) -> Result<Line, Fault> {
    if rest.is_empty() {
        return Ok(Line::Login {
            user: None,
            password: None,
        });
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (user, password) = match words[..] {
        ["as", user] => (Some(user), None),
        ["as", user, "with", password] => (Some(user), Some(password)),
        ["with", password] => (None, Some(password)),
        _ => {
            return Err(Fault::new(
                "this is not how one logs in",
                "write login, login as NAME or login as NAME with PASSWORD",
            ));
        }
    };
    Ok(Line::Login {
        user: user.map(str::to_owned),
        password: password.map(str::to_owned),
    })
}

fn two(rest: &str, example: &str) -> Result<(String, String), Fault> {
    let parts = rest.split_once(" to ").map(|(a, b)| (a.trim(), b.trim()));
    match parts {
        Some((a, b)) if !a.is_empty() && !b.is_empty() => Ok((a.to_owned(), b.to_owned())),
        _ => Err(Fault::new(
            "two names are needed",
            format!("write {example}"),
        )),
    }
}

fn transfer(rest: &str, gets: bool) -> Result<Line, Fault> {
    // A comma may stand in a name.
    let (names, midway) = match rest.rsplit_once(", ") {
        Some((names, what)) if what.contains(" after ") => {
            (names.trim(), Some(midway(what.trim())?))
        }
        _ => (rest, None),
    };
    let (name, save_as) = match names.rsplit_once(" as ") {
        Some((name, save_as)) => (name.trim(), Some(save_as.trim().to_owned())),
        None => (names, None),
    };
    if name.is_empty() || save_as.as_deref() == Some("") {
        let word = if gets { "get" } else { "put" };
        return Err(Fault::new(
            "a name is missing",
            format!("write {word} report.pdf, or {word} report.pdf as copy.pdf"),
        ));
    }
    if midway.is_some() && (name.ends_with('/') || name.contains(['*', '?'])) {
        return Err(Fault::new(
            "of many files nobody knows in which of them that is to happen",
            "name one file, as in get big.iso, abort after 200 kB",
        ));
    }
    let name = name.to_owned();
    Ok(if gets {
        Line::Get {
            name,
            save_as,
            midway,
        }
    } else {
        Line::Put {
            name,
            save_as,
            midway,
        }
    })
}

fn midway(what: &str) -> Result<(Midway, u64), Fault> {
    let fault = || {
        Fault::new(
            "nobody knows what is to happen midway",
            "write get big.iso, abort after 200 kB (or status after, or hang up after)",
        )
    };
    let (what, size) = what.split_once(" after ").ok_or_else(fault)?;
    let what = match what.trim() {
        "abort" => Midway::Abort,
        "status" => Midway::Status,
        "hang up" => Midway::HangUp,
        _ => return Err(fault()),
    };
    Ok((what, parse_size(size.trim())?))
}

/// As it would be typed.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, rest) = match self {
            Self::Login { user, password } => {
                f.write_str("login")?;
                if let Some(user) = user {
                    write!(f, " as {user}")?;
                }
                if let Some(password) = password {
                    write!(f, " with {password}")?;
                }
                return Ok(());
            }
            Self::Get {
                name,
                save_as,
                midway,
            } => return show_transfer(f, "get", (name, save_as.as_deref()), *midway),
            Self::Put {
                name,
                save_as,
                midway,
            } => return show_transfer(f, "put", (name, save_as.as_deref()), *midway),
            Self::Append { name, to } => return write!(f, "append {name} to {to}"),
            Self::Rename { from, to } => return write!(f, "rename {from} to {to}"),
            Self::Move { name, to } => return write!(f, "move {name} to {to}"),
            Self::Wait(time) => return write!(f, "wait {}", show_time(*time)),
            Self::Cd(path) => ("cd", path.as_str()),
            Self::Ls(path) => ("ls", path.as_str()),
            Self::Dir(path) => ("dir", path.as_str()),
            Self::Names(path) => ("names", path.as_str()),
            Self::Resume(name) => ("resume", name.as_str()),
            Self::ResumePut(name) => ("resume put", name.as_str()),
            Self::Delete(name) => ("delete", name.as_str()),
            Self::Mkdir(name) => ("mkdir", name.as_str()),
            Self::Rmdir(name) => ("rmdir", name.as_str()),
            Self::Size(name) => ("size", name.as_str()),
            Self::Time(name) => ("time", name.as_str()),
            Self::Quote(text) => ("quote", text.as_str()),
            Self::Mode(DataMode::Active) => ("mode", "active"),
            Self::Mode(DataMode::Passive) => ("mode", "passive"),
            Self::Mode(DataMode::Extended) => ("mode", "extended"),
            Self::Type(DataType::Ascii) => ("type", "ascii"),
            Self::Type(DataType::Binary) => ("type", "binary"),
            Self::Pwd => ("pwd", ""),
            Self::Status => ("status", ""),
            Self::Features => ("features", ""),
            Self::System => ("system", ""),
            Self::Help => ("help", ""),
            Self::Abort => ("abort", ""),
            Self::Quit => ("quit", ""),
        };
        match rest {
            "" => f.write_str(word),
            rest => write!(f, "{word} {rest}"),
        }
    }
}

fn show_transfer(
    f: &mut fmt::Formatter<'_>,
    word: &str,
    (name, save_as): (&str, Option<&str>),
    midway: Option<(Midway, u64)>,
) -> fmt::Result {
    write!(f, "{word} {name}")?;
    if let Some(save_as) = save_as {
        write!(f, " as {save_as}")?;
    }
    let Some((what, size)) = midway else {
        return Ok(());
    };
    let what = match what {
        Midway::Abort => "abort",
        Midway::Status => "status",
        Midway::HangUp => "hang up",
    };
    write!(f, ", {what} after {}", show_size(size))
}

/// Whatever is typed, for a fuzzer: nothing may panic, and what can be read is shown as
/// something that reads the same.
pub fn fuzz(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines() {
        if let Ok(line) = parse(line) {
            let shown = line.to_string();
            assert_eq!(parse(&shown).map(|line| line.to_string()), Ok(shown));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;
    use crate::proto::laws::mutate;

    #[test]
    fn no_line_panics_and_each_reads_as_it_is_shown() {
        const TYPED: &[u8] = b"login as ada with x\nget a as b, abort after 200 kB\n\
            put site/\nmove a to b/c\nrename a to b\nwait 5 s\nquote SITE HELP\n\
            resume put big.iso\nmode active\nappend a to b\n";
        let mut rng = Rng::from_seed(5);
        for _ in 0..3000 {
            fuzz(&mutate(TYPED, &mut rng));
        }
    }

    #[test]
    fn lines_are_shown_as_they_are_typed() {
        for text in [
            "login",
            "login as anonymous",
            "login as ada with wrong",
            "login with wrong",
            "cd docs",
            "ls",
            "dir docs",
            "names",
            "get report.pdf",
            "get a b as c d",
            "get big.iso, abort after 200 kB",
            "put site/",
            "put big.iso as b, hang up after 1 MB",
            "get big.iso, status after 1 kB",
            "append notes.txt to log.txt",
            "resume big.iso",
            "resume put big.iso",
            "rename a to b",
            "move a to b/c",
            "delete *.tmp",
            "mkdir a",
            "rmdir a",
            "size a",
            "time a",
            "status",
            "features",
            "system",
            "help",
            "mode extended",
            "type ascii",
            "abort",
            "quote SITE HELP",
            "wait 5 s",
            "pwd",
            "quit",
        ] {
            assert_eq!(parse(text).map(|l| l.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_line_says_what_to_write() {
        for (text, help) in [
            ("get", "write get report.pdf"),
            ("rename a", "write rename draft.txt to final.txt"),
            ("mode slow", "write mode active"),
            ("pwd now", "write pwd"),
            ("login ada", "write login,"),
            (
                "get a, dance after 2 kB",
                "write get big.iso, abort after 200 kB",
            ),
            ("fetch a", "it knows login, cd"),
            ("get *.iso, abort after 2 kB", "name one file"),
            ("put site/, hang up after 2 kB", "name one file"),
            ("get , abort after 2 kB", "write get report.pdf, or"),
        ] {
            let fault = parse(text).unwrap_err();
            assert!(fault.help.starts_with(help), "{text}: {}", fault.help);
        }
    }
}
