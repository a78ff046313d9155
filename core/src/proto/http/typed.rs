//! What a person types to a browser: `open web`, `open web/docs/report.pdf`,
//! `open http://web/docs/`.

use super::PORT;
use super::parse::encode;

/// Where a person wants to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The host's name or address, as a request names it: with its port, where that is another.
    pub authority: String,
    /// The host's name or address alone.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What is wanted there: `/docs/report.pdf`.
    pub target: String,
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
pub const WORDS: [&str; 1] = ["open"];

/// Reads a line.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn parse(text: &str) -> Result<Url, Fault> {
    let (word, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let fault = |message: String| Fault {
        message,
        help: "write open web, or open web/docs/report.pdf".to_owned(),
    };
    if word != "open" {
        return Err(fault(["a browser does not know \"", word, "\""].concat()));
    }
    url(rest.trim()).ok_or_else(|| fault("this leads nowhere".to_owned()))
}

fn url(text: &str) -> Option<Url> {
    let text = text.strip_prefix("http://").unwrap_or(text);
    let (authority, path) = text.split_at(text.find('/').unwrap_or(text.len()));
    // An IPv6 address stands in brackets (RFC 3986 §3.2.2).
    let (host, behind) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port = match behind.strip_prefix(':') {
        Some(port) => port.parse().ok().filter(|port| *port > 0)?,
        None if behind.is_empty() => PORT,
        None => return None,
    };
    let sound = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    if host.is_empty() || !host.chars().all(sound) {
        return None;
    }
    // What is in percent already stays so.
    let target = encode(if path.is_empty() { "/" } else { path }).replace("%25", "%");
    Some(Url {
        authority: authority.to_owned(),
        host: host.to_owned(),
        port,
        target,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_a_port_and_a_target() {
        for (text, host, port, target) in [
            ("open web", "web", 80, "/"),
            ("open  web/docs/a b.txt ", "web", 80, "/docs/a%20b.txt"),
            ("open http://web:8080/%41", "web", 8080, "/%41"),
            ("open [2001:db8::1]:81/", "2001:db8::1", 81, "/"),
        ] {
            let url = parse(text).unwrap();
            assert_eq!((&*url.host, url.port, &*url.target), (host, port, target));
        }
        for wrong in [
            "open",
            "open /docs",
            "open web:0",
            "open ftp://web",
            "go web",
            "",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
