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
    Some(Url {
        authority: authority.to_owned(),
        host: host.to_owned(),
        port,
        target: target(path),
    })
}

/// What is asked for, of a path as a person writes it: what is in percent already, and what
/// follows a question mark, stays so; what follows a `#` is not for the server (RFC 3986 §3.5).
fn target(path: &str) -> String {
    let path = path.split('#').next().unwrap_or_default();
    let mut out = String::new();
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        let mut next = letters.clone();
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
        let stays = match letter {
            '%' => is_digit(next.next()) && is_digit(next.next()),
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
            _ => letter.is_ascii_graphic(),
        };
        match stays {
            true => out.push(letter),
            false => out.push_str(&encode(letter.encode_utf8(&mut [0; 4]))),
        }
    }
    if !out.starts_with('/') {
        out.insert(0, '/');
    }
    out
}

impl Url {
    /// Where a `Location` leads from here (RFC 9110 §10.2.2). None for what no browser of this
    /// kind can open.
    #[must_use]
    pub fn elsewhere(&self, location: &str) -> Option<Self> {
        let location = location.trim();
        if let Some(rest) = location.strip_prefix("//") {
            return url(rest);
        }
        let before = location.split(['/', '?', '#']).next().unwrap_or_default();
        if before.contains(':') {
            return url(location.strip_prefix("http://")?);
        }
        let own = self.target.split('?').next().unwrap_or_default();
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = match location.starts_with('/') {
            true => location.to_owned(),
            false => [folder, "/", location.trim_start_matches("./")].concat(),
        };
        Some(Self {
            target: target(&path),
            ..self.clone()
        })
    }
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
            ("open web/100% sure.txt", "web", 80, "/100%25%20sure.txt"),
            ("open web/a?b=1&c=d#e", "web", 80, "/a?b=1&c=d"),
            ("open web/<é>", "web", 80, "/%3C%C3%A9%3E"),
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
    #[test]
    fn a_location_leads_on() {
        let here = parse("open web:81/docs/a.txt?x=1").unwrap();
        for (location, wanted) in [
            ("/docs/", Some(("web", 81, "/docs/"))),
            ("b.txt", Some(("web", 81, "/docs/b.txt"))),
            ("./b c", Some(("web", 81, "/docs/b%20c"))),
            ("http://other/", Some(("other", 80, "/"))),
            ("//other:8080", Some(("other", 8080, "/"))),
            ("https://web/", None),
            ("mailto:ada", None),
        ] {
            let there = here.elsewhere(location);
            let there = there.as_ref().map(|u| (&*u.host, u.port, &*u.target));
            assert_eq!(there, wanted, "{location}");
        }
    }
}
