//! What a person may type at a command line, a line at a time: `ping server`, `say hello`.

use crate::base::Duration;
use crate::base::units::{UnitError, parse_size, parse_time, show_size, show_time};
use crate::proto::dns::{Kind, Name, Question};
use std::fmt;
use std::net::IpAddr;

/// The words that a line may begin with.
pub const WORDS: [&str; 10] = [
    "ping",
    "traceroute",
    "dig",
    "connect",
    "say",
    "send",
    "hear",
    "wait",
    "close",
    "abort",
];

/// How many echoes a ping asks for, unless it is said.
const ECHOES: u16 = 3;
/// The most echoes of one ping.
const MOST_ECHOES: u16 = 1000;
/// The most letters of one line that is said.
const LONGEST: usize = 1000;

/// How `dig` is used.
const DIG: &str = "dig NAME, dig NAME TYPE or dig NAME TYPE @SERVER, such as dig example.net MX";

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Asks a host for echoes, one a second.
    Ping {
        /// A name or an address.
        host: String,
        /// How many.
        count: u16,
    },
    /// Finds out which routers lie on the way to a host.
    Traceroute {
        /// A name or an address.
        host: String,
    },
    /// Asks a name server, as `dig` does.
    Dig {
        /// A name; or an address, of which the name is asked.
        name: String,
        /// Which records, where it is said.
        kind: Option<Kind>,
        /// Which server, where it is not one of the host's own: a name or an address.
        server: Option<String>,
    },
    /// Opens a connection.
    Connect {
        /// A name or an address.
        host: String,
        /// Which port.
        port: u16,
    },
    /// Says a line on the connection.
    Say(String),
    /// Sends so many bytes of made-up text.
    Send(u64),
    /// Waits until the other side says something.
    Hear,
    /// Does nothing for a while.
    Wait(Duration),
    /// Finishes, and waits until the connection is closed.
    Close,
    /// Resets the connection.
    Abort,
}

/// Why a line cannot be read, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

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

/// As it would be typed.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ping { host, count } if *count == ECHOES => write!(f, "ping {host}"),
            Self::Ping { host, count } => write!(f, "ping {host} {count}"),
            Self::Traceroute { host } => write!(f, "traceroute {host}"),
            Self::Dig { name, kind, server } => {
                write!(f, "dig {name}")?;
                kind.map_or(Ok(()), |kind| write!(f, " {kind}"))?;
                server
                    .as_ref()
                    .map_or(Ok(()), |server| write!(f, " @{server}"))
            }
            Self::Connect { host, port } => write!(f, "connect {host} {port}"),
            Self::Say(text) => write!(f, "say {text}"),
            Self::Send(size) => write!(f, "send {}", show_size(*size)),
            Self::Hear => f.write_str("hear"),
            Self::Wait(time) => write!(f, "wait {}", show_time(*time)),
            Self::Close => f.write_str("close"),
            Self::Abort => f.write_str("abort"),
        }
    }
}

impl Line {
    /// The host that it names, where it names one.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Ping { host, .. } | Self::Traceroute { host } | Self::Connect { host, .. } => {
                Some(host)
            }
            Self::Dig { server, .. } => server.as_deref(),
            _ => None,
        }
    }

    /// What it asks a name server.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        let Self::Dig { name, kind, .. } = self else {
            return None;
        };
        let address = name.parse::<IpAddr>().ok().filter(|_| kind.is_none());
        Some(match address {
            Some(addr) => Question {
                name: Name::of_address(addr),
                kind: Kind::Ptr,
            },
            None => Question {
                name: Name::new(name),
                kind: kind.unwrap_or(Kind::A),
            },
        })
    }

    /// Whether it can be done on an open connection alone.
    #[must_use]
    pub fn needs_connection(&self) -> bool {
        matches!(
            self,
            Self::Say(_) | Self::Send(_) | Self::Hear | Self::Close | Self::Abort
        )
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
    let words: Vec<&str> = rest.split_whitespace().collect();
    match (word, &words[..]) {
        ("ping", [host]) => ping(host, None),
        ("ping", [host, count]) => ping(host, Some(count)),
        ("traceroute", [host]) => Ok(Line::Traceroute { host: name(host)? }),
        ("dig", [name, more @ ..]) if more.len() <= 2 && !name.starts_with('@') => dig(name, more),
        ("dig", [server, name, more @ ..]) if more.len() <= 1 => {
            let more: Vec<&str> = more.iter().copied().chain([*server]).collect();
            dig(name, &more)
        }
        ("connect", [host, number]) => Ok(Line::Connect {
            host: name(host)?,
            port: port(number)?,
        }),
        ("say", [_, ..]) => say(rest),
        ("send", [_, ..]) => match parse_size(rest)? {
            0 => Err(Fault::new(
                "no bytes are nothing to send",
                "write send 200 kB",
            )),
            size => Ok(Line::Send(size)),
        },
        ("wait", [_, ..]) => Ok(Line::Wait(parse_time(rest)?)),
        ("hear", []) => Ok(Line::Hear),
        ("close", []) => Ok(Line::Close),
        ("abort", []) => Ok(Line::Abort),
        ("ping", _) => Err(shape(word, "ping HOST or ping HOST COUNT")),
        ("traceroute", _) => Err(shape(word, "traceroute HOST")),
        ("dig", _) => Err(shape(word, DIG)),
        ("connect", _) => Err(shape(word, "connect HOST PORT")),
        ("say", _) => Err(shape(word, "say TEXT")),
        ("send", _) => Err(shape(word, "send SIZE, such as send 200 kB")),
        ("wait", _) => Err(shape(word, "wait TIME, such as wait 10 min")),
        ("hear" | "close" | "abort", _) => Err(shape(word, word)),
        _ => Err(Fault::new(
            format!("`{}` is nothing a console knows", cut(word)),
            "write ping, traceroute, dig, connect, say, send, hear, wait, close or abort",
        )),
    }
}

fn shape(word: &str, form: &str) -> Fault {
    Fault::new(
        format!("this is not how `{word}` is used"),
        format!("write {form}"),
    )
}

fn ping(host: &str, count: Option<&str>) -> Result<Line, Fault> {
    let host = name(host)?;
    let count = count.map_or(Ok(ECHOES), str::parse);
    match count {
        Ok(count) if (1..=MOST_ECHOES).contains(&count) => Ok(Line::Ping { host, count }),
        _ => Err(Fault::new(
            "this is not how many echoes a ping may ask for",
            format!("write a whole number from 1 to {MOST_ECHOES}"),
        )),
    }
}

fn dig(name: &str, more: &[&str]) -> Result<Line, Fault> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-:".contains(&b);
    if name.len() > 253 || !name.bytes().all(fits) || !Name::new(name).is_whole() {
        return Err(Fault::new(
            format!("`{}` is no name", cut(name)),
            format!("write {DIG}"),
        ));
    }
    let (mut kind, mut server) = (None, None);
    for word in more {
        match word.strip_prefix('@') {
            Some(host) if server.is_none() => server = Some(self::name(host)?),
            None if kind.is_none() => {
                kind = Some(Kind::from_word(word).ok_or_else(|| {
                    Fault::new(
                        format!("`{}` is no type of record", cut(word)),
                        "write A, AAAA, MX, NS, CNAME, TXT, PTR or SOA",
                    )
                })?);
            }
            _ => return Err(shape("dig", DIG)),
        }
    }
    let name = name.to_owned();
    Ok(Line::Dig { name, kind, server })
}

/// A host's name or address: letters, digits and what stands between them.
fn name(host: &str) -> Result<String, Fault> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-:".contains(&b);
    if host.len() <= 253 && host.bytes().all(fits) {
        return Ok(host.to_owned());
    }
    Err(Fault::new(
        format!("`{}` is no host's name", cut(host)),
        "name a host, or write an address",
    ))
}

fn port(number: &str) -> Result<u16, Fault> {
    match number.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Fault::new(
            format!("`{}` is no port", cut(number)),
            "write a number from 1 to 65535",
        )),
    }
}

fn say(text: &str) -> Result<Line, Fault> {
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(Fault::new(
            "this cannot be said in one line",
            format!("say at most {LONGEST} letters; send SIZE sends more"),
        ));
    }
    Ok(Line::Say(text.to_owned()))
}

/// At most forty characters of what somebody wrote.
fn cut(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_read_back_the_same() {
        let host = || "server".to_owned();
        for (text, line) in [
            (
                "ping server",
                Line::Ping {
                    host: host(),
                    count: 3,
                },
            ),
            (
                "ping server 5",
                Line::Ping {
                    host: host(),
                    count: 5,
                },
            ),
            ("traceroute server", Line::Traceroute { host: host() }),
            (
                "connect server 7",
                Line::Connect {
                    host: host(),
                    port: 7,
                },
            ),
            ("say hello,  you", Line::Say("hello,  you".into())),
            ("send 200 kB", Line::Send(200_000)),
            (
                "dig example.net MX @server",
                Line::Dig {
                    name: "example.net".into(),
                    kind: Some(Kind::Mx),
                    server: Some(host()),
                },
            ),
            ("hear", Line::Hear),
            ("wait 600 s", Line::Wait(Duration::from_secs(600))),
            ("close", Line::Close),
            ("abort", Line::Abort),
        ] {
            assert_eq!(parse(text).as_ref(), Ok(&line), "{text}");
            assert_eq!(line.to_string(), text);
            let first = text.split(' ').next().unwrap();
            assert!(WORDS.contains(&first));
        }
        assert_eq!(parse(" ping 192.0.2.1 ").unwrap().host(), Some("192.0.2.1"));
        let asked = |text| parse(text).unwrap().question().unwrap().to_string();
        assert_eq!(asked("dig Example.net mx"), "MX example.net");
        assert_eq!(asked("dig @server server"), "A server");
        assert_eq!(asked("dig 192.0.2.1"), "PTR 1.2.0.192.in-addr.arpa");
        assert_eq!(parse("wait 10 min"), parse("wait 600 s"));
    }

    #[test]
    fn a_mistake_is_named_and_its_remedy_too() {
        for (text, message) in [
            ("", "`` is nothing a console knows"),
            ("pong server", "`pong` is nothing a console knows"),
            ("ping", "this is not how `ping` is used"),
            ("ping a b c", "this is not how `ping` is used"),
            (
                "ping server 0",
                "this is not how many echoes a ping may ask for",
            ),
            ("ping ser/ver", "`ser/ver` is no host's name"),
            ("dig", "this is not how `dig` is used"),
            ("dig a A A", "this is not how `dig` is used"),
            ("dig a..b", "`a..b` is no name"),
            ("dig a MY", "`MY` is no type of record"),
            ("connect server", "this is not how `connect` is used"),
            ("connect server echo", "`echo` is no port"),
            ("say", "this is not how `say` is used"),
            ("say a\u{7}", "this cannot be said in one line"),
            ("send 0", "no bytes are nothing to send"),
            ("send much", "`much` is not a size"),
            ("wait 10", "`10` has no unit"),
            ("close now", "this is not how `close` is used"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(fault.message, message, "{text}");
            assert!(!fault.help.is_empty());
        }
    }
}
